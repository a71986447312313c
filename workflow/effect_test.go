package workflow_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.org/beian/workflow"
)

// around is the case that the filings of these tests belong to.
func around() workflow.Case {
	person := func(id string, g ...workflow.Grant) workflow.Person {
		return workflow.Person{ID: id, Name: id, College: "c01", Grants: g}
	}
	return workflow.Case{
		Applicant: person("p1"),
		College: workflow.College{ID: "c01", Name: "晨星信息学院", Handlers: []workflow.Person{
			person("h1", workflow.Grant{Role: workflow.CollegeHandler, College: "c01"}),
			person("h2", workflow.Grant{Role: workflow.CollegeHandler, College: "c01", Deputy: true}),
		}},
		School: []workflow.Person{
			person("s1", workflow.Grant{Role: workflow.SchoolHandler}),
			person("s2", workflow.Grant{Role: workflow.SchoolHandler}),
		},
	}
}

// TestEffects: who hears of what, and never of what they did themselves.
func TestEffects(t *testing.T) {
	last := func(h *history) workflow.Event { return h.events[len(h.events)-1] }
	announce := func(h *history, to ...string) []workflow.Effect {
		var out []workflow.Effect
		for _, id := range to {
			out = append(out, workflow.Announce{Filing: h.f.ID, Seq: h.f.Seq, To: id})
		}
		return out
	}
	type test struct {
		name  string
		h     *history
		after workflow.Command
		want  func(h *history, ticket int) []workflow.Effect
	}
	review := handedIn(t)
	atSchool := handedIn(t)
	atSchool.do(atSchool.decide(workflow.Approve, college))
	for _, c := range []test{
		{"printed", saved(t), act(workflow.Print, applicant), func(*history, int) []workflow.Effect { return nil }},
		{
			"handed to the college", filled(t).do(act(workflow.SaveInfo, applicant), act(workflow.PrintNotice, applicant)),
			act(workflow.HandNotice, applicant), func(h *history, _ int) []workflow.Effect {
				return announce(h, "h1")
			},
		},
		{"posted", saved(t), post(college, date(t, "2026-11-23")), func(h *history, _ int) []workflow.Effect {
			return announce(h, "p1")
		}},
		{
			"objection", ready(t),
			workflow.Command{Action: workflow.ObjectNotice, Actor: college, Text: "x"},
			func(h *history, _ int) []workflow.Effect {
				return announce(h, "p1", "s1", "s2")
			},
		},
		{
			"handed in by itself", ready(t).on("2026-12-01"), act(workflow.HandIn, timer),
			func(h *history, _ int) []workflow.Effect {
				return append([]workflow.Effect{workflow.ReviewCard{Filing: h.f.ID, Ticket: h.f.Seq}}, announce(h, "p1")...)
			},
		},
		{"approved", review, review.decide(workflow.Approve, college), func(h *history, ticket int) []workflow.Effect {
			return append([]workflow.Effect{
				workflow.RedrawCard{Filing: h.f.ID, Ticket: ticket, Seq: h.f.Seq},
				workflow.ReviewCard{Filing: h.f.ID, Ticket: h.f.Seq},
			}, announce(h, "p1")...)
		}},
		{"submitted", atSchool, atSchool.decide(workflow.Submit, school), func(h *history, ticket int) []workflow.Effect {
			return append([]workflow.Effect{workflow.RedrawCard{Filing: h.f.ID, Ticket: ticket, Seq: h.f.Seq}},
				announce(h, "p1")...)
		}},
		{"taken back", handedIn(t), set(workflow.Phone, "13900002222"), func(h *history, ticket int) []workflow.Effect {
			return []workflow.Effect{workflow.RedrawCard{Filing: h.f.ID, Ticket: ticket, Seq: h.f.Seq}}
		}},
		{"identity", drafted(t), act(workflow.ReportIdentity, applicant), func(h *history, _ int) []workflow.Effect {
			return announce(h, "s1", "s2")
		}},
		{"left", drafted(t), act(workflow.LeaveUnit, applicant), func(h *history, _ int) []workflow.Effect {
			return announce(h, "s1", "s2")
		}},
		{"left, said by HR", drafted(t), act(workflow.LeaveUnit, hr), func(h *history, _ int) []workflow.Effect {
			return announce(h, "p1", "s1", "s2")
		}},
		{
			"corrected", submitted(t),
			workflow.Command{Action: workflow.Correct, Actor: school, Text: "x"},
			func(h *history, _ int) []workflow.Effect {
				return append(announce(h, "p1"), workflow.ReviewCard{Filing: h.f.ID, Ticket: h.f.Seq})
			},
		},
		{"handed to the deputy", handedIn(t), workflow.Command{
			Action: workflow.Reassign, Actor: college, Assignee: "h2",
			Ticket: handedIn(t).f.Review.Ticket,
		}, func(h *history, ticket int) []workflow.Effect {
			return []workflow.Effect{
				workflow.RedrawCard{Filing: h.f.ID, Ticket: ticket, Seq: h.f.Seq},
				workflow.ReviewCard{Filing: h.f.ID, Ticket: h.f.Seq},
			}
		}},
		{
			"notice over", ready(t).on("2026-12-01"), act(workflow.PassNotice, timer),
			func(h *history, _ int) []workflow.Effect {
				return announce(h, "h1")
			},
		},
		{"status by the person", submitted(t), report(workflow.Report, "审核中"), func(*history, int) []workflow.Effect {
			return nil
		}},
	} {
		before := c.h.f
		k := around()
		k.Filing = &before
		c.h.do(c.after)
		if d := cmp.Diff(c.want(c.h, before.Review.Ticket), workflow.Effects(k, &c.h.f, last(c.h))); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
	}
}

// TestAssignees: holders, then deputies, then the school; never the applicant (Q21).
func TestAssignees(t *testing.T) {
	names := func(people []workflow.Person) string {
		var out []string
		for _, p := range people {
			out = append(out, p.ID)
		}
		return strings.Join(out, " ")
	}
	c, today := around(), date(t, "2026-11-23")
	if got := names(c.Assignees(workflow.CollegeHandler, today)); got != "h1" {
		t.Errorf("the holder: %s", got)
	}
	c.Applicant.ID = "h1"
	if got := names(c.Assignees(workflow.CollegeHandler, today)); got != "h2" {
		t.Errorf("one's own filing goes to the deputy: %s", got)
	}
	c.College.Handlers = c.College.Handlers[:1]
	if got := names(c.Assignees(workflow.CollegeHandler, today)); got != "s1 s2" {
		t.Errorf("without a deputy: %s", got)
	}
	c.Applicant.ID = "s1"
	if got := names(c.Assignees(workflow.SchoolHandler, today)); got != "s2" {
		t.Errorf("the school: %s", got)
	}
	c.School, c.College.Handlers = nil, nil
	if got := c.Assignees(workflow.CollegeHandler, today); got != nil {
		t.Errorf("nobody: %v", got)
	}
	p := around().College.Handlers[0]
	if !p.Holds(workflow.CollegeHandler, "c01") || p.Holds(workflow.CollegeHandler, "c02") ||
		p.Holds(workflow.SchoolHandler, "c01") {
		t.Error("a grant is for one role at one college")
	}
}

// TestTimers: what time alone brings about, and when.
func TestTimers(t *testing.T) {
	auto := workflow.Command{Action: workflow.SetAuto, Actor: applicant, Yes: true}
	for _, c := range []struct {
		name string
		h    *history
		day  string
		want []workflow.Action
	}{
		{"nothing", drafted(t), "2026-11-23", nil},
		{"window still closed", tooEarly(t), "2026-12-04", nil},
		{"window opens", tooEarly(t), "2026-12-05", []workflow.Action{workflow.OpenWindow}},
		{"late for both", tooEarly(t), "2027-01-06", []workflow.Action{workflow.OpenWindow, workflow.Expire}},
		{"last day", drafted(t), "2026-12-10", nil},
		{"expired", drafted(t), "2026-12-11", []workflow.Action{workflow.Expire}},
		{"expired, known", drafted(t).on("2026-12-11").do(act(workflow.Expire, timer)), "2026-12-12", nil},
		{"renewed", approved(t), "2027-06-01", nil},
		{"notice over", ready(t), "2026-12-01", []workflow.Action{workflow.PassNotice}},
		{
			"notice over, goes by itself", ready(t).do(auto), "2026-12-01",
			[]workflow.Action{workflow.PassNotice, workflow.HandIn},
		},
		{"notice over on a Saturday: it waits", ready(t).do(auto), "2026-12-05", nil},
		{"notice over on a Saturday, nothing to go", ready(t), "2026-12-05", []workflow.Action{workflow.PassNotice}},
	} {
		got := workflow.Timers(&c.h.f, c.h.p, date(t, c.day))
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
		c.h.on(c.day)
		for _, a := range got { // each of them is allowed
			c.h.do(act(a, timer))
		}
		if again := workflow.Timers(&c.h.f, c.h.p, date(t, c.day)); len(again) != 0 {
			t.Errorf("%s: still due %v", c.name, again)
		}
	}
}

// TestDoubts: what looks wrong is asked about, what may be right is not.
func TestDoubts(t *testing.T) {
	for _, c := range []struct {
		change workflow.Values
		want   string
	}{
		{nil, ""},
		{workflow.Values{workflow.IDNumber: "330199198503121017"}, "number"},
		{workflow.Values{workflow.Birth: "1985-03-21"}, "birth"},
		{workflow.Values{workflow.Sex: "女"}, "sex"},
		{workflow.Values{workflow.Birthplace: "磐安"}, "birthplace"},
		{workflow.Values{workflow.Birthplace: "Berlin", workflow.Nation: "其他"}, ""},
		{workflow.Values{workflow.Birthplace: "香港"}, ""},
		{workflow.Values{workflow.GraduatedOn: "1985-03-12"}, "graduation"},
		{workflow.Values{workflow.DegreeOn: "1984-01-01"}, "degree_date"},
		{workflow.Values{workflow.Employment: "退休"}, "service"},
		{workflow.Values{workflow.Unit: "别的单位"}, "unit_type"},
		{workflow.Values{workflow.Unit: "别的单位", workflow.UnitType: "企业"}, ""},
		{workflow.Values{workflow.IDNumber: ""}, ""},
	} {
		f := drafted(t).f
		for k, v := range c.change {
			f.Values[k] = v
		}
		var got []string
		for _, d := range f.Doubts(date(t, "2026-11-23")) {
			got = append(got, d.Code)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%v: %v, want %s", c.change, got, c.want)
		}
	}
}

func TestCertificateFaults(t *testing.T) { // a date, an end or a category that cannot be
	today := date(t, "2026-11-23")
	for _, c := range []struct {
		with func(*workflow.Certificate)
		want string
	}{
		{func(*workflow.Certificate) {}, ""},
		{func(c *workflow.Certificate) { c.RecognisedOn = date(t, "2026-11-24") }, "recognised_on"},
		{func(c *workflow.Certificate) { c.RecognisedOn = date(t, "2014-12-31") }, "recognised_on"},
		{func(c *workflow.Certificate) { c.PrintedEnd = c.RecognisedOn }, "valid_until"},
		{func(c *workflow.Certificate) { c.Category = "F" }, "category"},
		{func(c *workflow.Certificate) { c.Mismatch = "moon" }, "mismatch"},
		{func(c *workflow.Certificate) { c.Mismatch = workflow.ReasonTooEarly }, "mismatch"},
		{func(c *workflow.Certificate) { c.Mismatch = workflow.NotInService }, ""},
	} {
		cert := certificate()
		c.with(cert)
		got := strings.Join(cert.Faults(today), "; ")
		if c.want == "" && got != "" || !strings.Contains(got, c.want) {
			t.Errorf("%s, want %s", got, c.want)
		}
	}
}

// TestDivergence: a stored filing that is not what its events say is found.
func TestDivergence(t *testing.T) {
	h := ready(t)
	if d, err := workflow.Divergence(h.f, h.events); err != nil || len(d) > 0 {
		t.Errorf("%v, %v", d, err)
	}
	tampered := h.f
	tampered.State, tampered.AutoHandIn = workflow.Submitted, true
	if d, err := workflow.Divergence(tampered, h.events); err != nil || strings.Join(d, " ") != "auto_hand_in state" {
		t.Errorf("%v, %v", d, err)
	}
	if d, err := workflow.Divergence(h.f, h.events[:3]); err != nil || len(d) == 0 {
		t.Errorf("events are missing: %v, %v", d, err)
	}
	if d, err := workflow.Divergence(drafted(t).f, ready(t).events); err != nil || len(d) == 0 {
		t.Errorf("events are too many: %v, %v", d, err)
	}
}

// TestAt finds what an old paper said.
func TestAt(t *testing.T) {
	h := saved(t).do(set(workflow.Phone, "13900002222"), act(workflow.Print, applicant),
		set(workflow.Phone, "13900003333"))
	was, ok := workflow.At(h.events, 2)
	if !ok || was.Values[workflow.Phone] != "13900002222" {
		t.Errorf("%v, %s", ok, was.Values[workflow.Phone])
	}
	if _, ok := workflow.At(h.events, 9); ok {
		t.Error("a revision that never was")
	}
}

// TestSheet: what is on each paper, and that its fingerprint follows the values.
func TestSheet(t *testing.T) {
	h := ready(t)
	form := h.f.Sheet(workflow.PaperForm, "晨星信息学院", "示例师范大学")
	notice := h.f.Sheet(workflow.PaperNotice, "晨星信息学院", "示例师范大学")
	if len(form.Cells) != 26 || form.Kind.Title() != "杭州市高层次人才认定备案申请表" { // all but the photo
		t.Errorf("%d cells, %s", len(form.Cells), form.Kind.Title())
	}
	for _, c := range notice.Cells { // PIPL §25
		if fd, _ := workflow.FieldOf(c.Key); fd.Masked() || c.Key == workflow.Birth || c.Key == workflow.IDType {
			t.Errorf("%s is on the public notice", c.Label)
		}
	}
	if notice.From != date(t, "2026-11-23") || notice.Kind.Title() != "杭州市高层次人才认定备案公示信息" {
		t.Errorf("from %s, %s", notice.From, notice.Kind.Title())
	}
	before := string(form.Canonical())
	h.do(set(workflow.Phone, "13900002222"))
	if string(h.f.Sheet(workflow.PaperForm, "", "").Canonical()) == before {
		t.Error("another value, the same fingerprint")
	}
	h = ready(t).do(set(workflow.Post, "副教授"), act(workflow.PrintNotice, applicant))
	if s := h.f.Sheet(workflow.PaperNotice, "", ""); !s.From.IsZero() {
		t.Errorf("a notice that has not been posted again says from %s", s.From)
	}
}

// TestStates: what the official system shows, and which states are what.
func TestStates(t *testing.T) {
	for s, want := range map[workflow.State]string{
		workflow.New: "暂无信息", workflow.Eligible: "暂无信息", workflow.Saved: "上传佐证材料", workflow.Ready: "请联系所属企业进行提交",
		workflow.Prereview: "请联系所属企业进行提交", workflow.Submitted: "待预审", workflow.Reviewing: "", workflow.Done: "",
	} {
		if s.Official() != want {
			t.Errorf("%s shows %q", s, s.Official())
		}
	}
	for _, s := range workflow.States() {
		if s.Terminal() && s.Editable() || s.HandedOver() && s.Editable() || s.HandedOver() && !s.Begun() {
			t.Errorf("%s is two things at once", s)
		}
	}
	if e := (&workflow.Refusal{Code: workflow.RefusedFrozen, Rule: "R-G05"}).Error(); e != "refused by R-G05: frozen" {
		t.Error(e)
	}
}

// TestCatalogue: 27 fields, each whole.
func TestCatalogue(t *testing.T) {
	fields := workflow.Fields()
	if len(fields) != 27 {
		t.Fatalf("%d fields", len(fields))
	}
	seen := map[workflow.Key]bool{}
	for i, f := range fields {
		if f.No != i+1 || f.Label == "" || f.English == "" || f.Help == "" || f.HelpEnglish == "" || f.Rule == "" ||
			f.Class < workflow.ClassPersonal || seen[f.Key] {
			t.Errorf("%+v", f)
		}
		if f.Kind == workflow.KindOption && len(f.Options) == 0 || f.Kind == workflow.KindText && f.MaxRunes == 0 {
			t.Errorf("%s has no bounds", f.Key)
		}
		if f.Example != "" {
			if r, fault := workflow.Read(f, f.Example, date(t, "2026-11-23")); fault != nil || r.Value != f.Example {
				t.Errorf("the example of %s reads as %q, %v", f.Key, r.Value, fault)
			}
		}
		seen[f.Key] = true
	}
	for k, class := range map[workflow.Key]workflow.Class{
		workflow.IDNumber: workflow.ClassNumber,
		workflow.Photo:    workflow.ClassScan, workflow.Phone: workflow.ClassPersonal,
	} {
		if field(t, k).Class != class {
			t.Errorf("%s has class %d", k, field(t, k).Class)
		}
	}
	for _, published := range []workflow.Key{workflow.IDNumber, workflow.Phone, workflow.Birth} { // PIPL §25
		if field(t, published).Published {
			t.Errorf("%s is published", published)
		}
	}
	if n := len(field(t, workflow.Nation).Options); n != 58 ||
		field(t, workflow.Nation).Options[54] != "珞巴族" { // GB/T 3304
		t.Errorf("%d ethnic groups", n)
	}
	if n := len(field(t, workflow.Politics).Options); n != 13 { // GB/T 4762
		t.Errorf("%d political affiliations", n)
	}
	if _, ok := workflow.FieldOf("moon"); ok {
		t.Error("an unknown field")
	}
	if workflow.Slot(9).Label() != "" {
		t.Error("an unknown slot")
	}
}

// TestDemands: which material a change of each field asks for.
func TestDemands(t *testing.T) {
	for k, want := range map[workflow.Key]workflow.Slot{
		workflow.Unit: workflow.SlotContract, workflow.Education: workflow.SlotEducation,
		workflow.School:      workflow.SlotEducation,
		workflow.GraduatedOn: workflow.SlotEducation, workflow.Degree: workflow.SlotDegree,
		workflow.DegreeOn: workflow.SlotDegree,
		workflow.Post:     0, workflow.Phone: 0, workflow.Politics: 0,
	} {
		if field(t, k).Demands != want {
			t.Errorf("%s demands slot %d", k, field(t, k).Demands)
		}
	}
	f := drafted(t).f
	if q := f.Questions(); len(q) != 4 {
		t.Errorf("unchanged, all four are asked: %v", q)
	}
	f.Values[workflow.Unit] = "别的单位" // the difference answers for the contract
	if q := f.Questions(); len(q) != 3 || q[0] != workflow.SlotTitle {
		t.Errorf("another unit: %v", q)
	}
}

func TestTransitionsAreListed(t *testing.T) {
	seen := map[string]bool{}
	for _, tr := range workflow.Transitions() {
		seen[tr.Rule] = true
		if len(tr.From) == 0 || len(tr.By) == 0 || tr.Action == "" {
			t.Errorf("%+v", tr)
		}
	}
	const main, regions = 26, 17 // T01–T26; the regions P, F and M
	if len(seen) != main+regions {
		t.Errorf("%d rules have lines, want %d", len(seen), main+regions)
	}
}
