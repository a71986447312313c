package workflow_test

import (
	"slices"
	"strings"
	"testing"

	"example.org/beian/workflow"
	"example.org/beian/workflow/identity"
)

// TestRequirements: the rules of the manual that this package enforces. Those that
// people are told are in the tests of package bot.
func TestRequirements(t *testing.T) {
	stale := func(h *history) bool { return h.f.Slot(workflow.SlotForm) == workflow.SlotStale }
	for id, test := range map[string]func(*testing.T){
		"R-A06": func(t *testing.T) { // the account of the last recognition, acknowledged
			cmd := create()
			cmd.Attested = false
			eligible(t).refused(cmd, workflow.RefusedAttest)
		},
		"R-A07": func(t *testing.T) { // nobody files for somebody else
			for _, who := range []workflow.Actor{school, college, hr, stranger} {
				cmd := create()
				cmd.Actor = who
				eligible(t).refused(cmd, workflow.RefusedRole)
				save := set(workflow.Phone, "13900002222")
				save.Actor = who
				saved(t).refused(save, workflow.RefusedRole)
			}
		},
		"R-A08": func(t *testing.T) { // 高级实名认证 is part of the same acknowledgement
			cmd := create()
			cmd.Attested = false
			eligible(t).refused(cmd, workflow.RefusedAttest).do(create())
		},
		"R-A12": func(t *testing.T) { // a personal account cannot 上报
			h := handedIn(t)
			h.do(h.decide(workflow.Approve, college)).refused(h.decide(workflow.Submit, applicant), workflow.RefusedRole)
		},
		"R-B04": func(t *testing.T) { // the unit's registration is a precondition
			cmd := enrol()
			cmd.Certificate.Mismatch = workflow.UnitUnregistered
			if h := newHistory(t).do(cmd).in(workflow.NotEligible); h.f.Reason != workflow.UnitUnregistered {
				t.Errorf("%s", h.f.Reason)
			}
		},
		"R-B05": func(t *testing.T) { // the unit hands over every filing of the unit
			h := handedIn(t)
			h.do(h.decide(workflow.Approve, school))
			h.do(h.decide(workflow.Submit, school)).in(workflow.Submitted)
		},
		"R-B06": func(t *testing.T) { // employment and truth are attested before 上报
			h := handedIn(t)
			h.do(h.decide(workflow.Approve, college))
			cmd := h.decide(workflow.Submit, school)
			cmd.Attested = false
			h.refused(cmd, workflow.RefusedAttest)
		},
		"R-C05": func(t *testing.T) { // whether a filing is needed is recognised, not asked
			if s := workflow.Next(certificate(), nil, true, policy(t), date(t, "2026-11-23")); s.Kind != workflow.StepStart {
				t.Errorf("%+v", s)
			}
			if s := workflow.Next(nil, nil, true, policy(t), date(t, "2026-11-23")); s.Reason != workflow.NoCertificate {
				t.Errorf("%+v", s)
			}
		},
		"R-C07": func(t *testing.T) { // recognised elsewhere: the history has gaps
			cmd := enrol()
			cmd.Certificate.Unit = "示例智造科技有限公司"
			if h := newHistory(t).do(cmd); !h.f.Partial || eligible(t).f.Partial {
				t.Error("which unit made the recognition decides how whole the history is")
			}
		},
		"R-C08": func(t *testing.T) { // another category is another application
			saved(t).refused(set(workflow.Category, "D"), workflow.RefusedCategory).do(set(workflow.Post, "副教授"))
			same := set(workflow.Category, "E")
			same.Values[workflow.Post] = "副教授"
			saved(t).do(same)
		},
		"R-C09": func(t *testing.T) { // 23 months
			h := tooEarly(t).on("2026-12-04").refused(act(workflow.OpenWindow, timer), workflow.RefusedEarly)
			h.on("2026-12-05").do(act(workflow.OpenWindow, timer), create()).in(workflow.Draft)
		},
		"R-C10": func(t *testing.T) { // name, type and number of the document stay
			h := saved(t)
			for k, v := range map[workflow.Key]string{
				workflow.IDNumber: "11010519491231002X",
				workflow.IDType:   identity.Passport, workflow.Name: "陈二帆",
			} {
				h.refused(set(k, v), workflow.RefusedIdentity)
			}
			written := set(workflow.Name, " 陈一帆 ")
			written.Values[workflow.IDNumber], written.Values[workflow.IDType] = "330199 19850312 1016", identity.ResidentCard
			written.Values[workflow.Post] = "副教授"
			h.do(written)
			last := h.events[len(h.events)-1]
			if _, kept := last.Values[workflow.IDNumber]; kept || h.f.Values[workflow.Name] != "陈一帆" {
				t.Error("what is only written differently is the same, and is not stored again")
			}
		},
		"R-D01": func(t *testing.T) { // prefilled
			if h := drafted(t); h.f.Values[workflow.School] != "示例大学" || h.f.Unchanged() != len(workflow.Fields()) {
				t.Errorf("%d values as before", h.f.Unchanged())
			}
		},
		"R-D02": func(t *testing.T) { // nothing goes on before 保存信息
			filled(t).refused(act(workflow.Print, applicant), workflow.RefusedState).
				do(act(workflow.SaveInfo, applicant), act(workflow.Print, applicant))
		},
		"R-D04": func(t *testing.T) { // no blank; 无 is an answer
			saved(t).refused(set(workflow.Post, ""), workflow.RefusedMissing).do(set(workflow.Post, workflow.None))
			h := saved(t).do(set(workflow.Degree, "无学位"))
			if h.f.Values[workflow.DegreeMajor] = ""; len(h.f.Missing()) != 0 {
				t.Errorf("without a degree its details stay blank: %v", h.f.Missing())
			}
		},
		"R-D08": func(t *testing.T) {
			if o := field(t, workflow.Category).Options; strings.Join(o, "") != "ABCDE" {
				t.Errorf("%v", o)
			}
		},
		"R-E01": func(t *testing.T) { // saved before printed, printed before handed to the college
			h := filled(t).refused(act(workflow.PrintNotice, applicant), workflow.RefusedState).
				do(act(workflow.SaveInfo, applicant))
			h.refused(act(workflow.HandNotice, applicant), workflow.RefusedSame).
				do(act(workflow.PrintNotice, applicant), act(workflow.HandNotice, applicant))
		},
		"R-E02": func(t *testing.T) { // printed, then signed by oneself
			h := filled(t).do(act(workflow.SaveInfo, applicant)).
				refused(act(workflow.SignForm, applicant), workflow.RefusedOrder)
			h.do(act(workflow.Print, applicant), act(workflow.SignForm, applicant)).
				refused(act(workflow.SignForm, college), workflow.RefusedRole)
		},
		"R-E03": func(t *testing.T) { // the college signs and seals
			h := saved(t).do(act(workflow.SignForm, applicant)).
				refused(act(workflow.CollegeSign, applicant), workflow.RefusedRole)
			h.do(act(workflow.CollegeSign, college), act(workflow.SealForm, college))
		},
		"R-E04": func(t *testing.T) { // in this order
			saved(t).refused(act(workflow.SealForm, college), workflow.RefusedOrder).
				refused(act(workflow.ScanForm, applicant), workflow.RefusedOrder)
		},
		"R-E05": func(t *testing.T) { // edited after printing: print, sign and seal again
			h := ready(t).do(set(workflow.Phone, "13900002222"))
			if !stale(h) {
				t.Error("the form in slot 1 says something else")
			}
			h.do(act(workflow.Print, applicant)).refused(upload(workflow.SlotForm, 1), workflow.RefusedRevision)
		},
		"R-F01": func(t *testing.T) { // 自动获取, or by oneself
			h := saved(t).do(act(workflow.AutofetchOK, applicant))
			if h.f.Slot(workflow.SlotInsurance) != workflow.SlotUploaded {
				t.Errorf("%s", h.f.Slot(workflow.SlotInsurance))
			}
		},
		"R-F02": func(t *testing.T) { // only slot 2, only with a reason
			waive := workflow.Command{Action: workflow.Waive, Actor: applicant, Slot: workflow.SlotInsurance}
			h := saved(t).refused(waive, workflow.RefusedReason)
			waive.Text = workflow.WaiveNoInsurance
			h.do(waive)
			waive.Slot = workflow.SlotContract
			h.refused(waive, workflow.RefusedReason)
		},
		"R-F03": func(t *testing.T) { // only what changed
			if out := saved(t).f.Outstanding(); !slices.Equal(out, []workflow.Slot{workflow.SlotForm, workflow.SlotInsurance}) {
				t.Errorf("unchanged: %v", out)
			}
		},
		"R-F04": func(t *testing.T) { // eight slots, each with who must provide it
			for i, s := range workflow.Slots() {
				if int(s.Slot) != i+1 || s.Title == "" || s.When == "" || s.Slot.Label() != s.Label {
					t.Errorf("%+v", s)
				}
			}
		},
		"R-F05": func(t *testing.T) { // uploaded ones can be removed
			h := ready(t).do(workflow.Command{Action: workflow.Remove, Actor: applicant, Slot: workflow.SlotInsurance})
			if h.f.Slot(workflow.SlotInsurance) != workflow.SlotNeeded {
				t.Errorf("%s", h.f.Slot(workflow.SlotInsurance))
			}
		},
		"R-F06": func(t *testing.T) { // 保存材料 before anything goes to the school
			saved(t).do(upload(workflow.SlotForm, 1), upload(workflow.SlotInsurance, 0)).
				refused(act(workflow.HandIn, applicant), workflow.RefusedState)
		},
		"R-G01": func(t *testing.T) {
			if s := ready(t).f.State.Official(); s != "请联系所属企业进行提交" {
				t.Error(s)
			}
		},
		"R-G02": func(t *testing.T) { // the request reaches a handler
			h := ready(t)
			h.on("2026-12-01").do(act(workflow.HandIn, applicant))
			effects := workflow.Effects(around(), &h.f, h.events[len(h.events)-1])
			if len(effects) != 1 || effects[0] != (workflow.ReviewCard{Filing: h.f.ID, Ticket: h.f.Seq}) {
				t.Errorf("%+v", effects)
			}
		},
		"R-G03": func(t *testing.T) { ready(t).do(set(workflow.Phone, "13900002222")).in(workflow.Saved) },
		"R-G04": func(t *testing.T) { ready(t).do(act(workflow.Delete, applicant)).in(workflow.Cancelled) },
		"R-G05": func(t *testing.T) {
			submitted(t).refused(set(workflow.Phone, "13900002222"), workflow.RefusedFrozen).
				refused(act(workflow.Delete, applicant), workflow.RefusedFrozen)
		},
		"R-G06": func(t *testing.T) { // progress
			var got []workflow.Action
			for _, m := range submitted(t).f.Timeline {
				got = append(got, m.Action)
			}
			want := []workflow.Action{
				workflow.Enrol, workflow.Create, workflow.SaveInfo, workflow.HandNotice, workflow.PostNotice, workflow.Upload,
				workflow.SaveMaterials,
				workflow.HandIn, workflow.Approve, workflow.Submit,
			}
			if !slices.Equal(got, want) {
				t.Errorf("%v", got)
			}
		},
		"R-G07": func(t *testing.T) { // 待预审: the notice can still be printed, the form cannot
			h := submitted(t).do(act(workflow.PrintNotice, applicant)).
				refused(act(workflow.Print, applicant), workflow.RefusedFrozen)
			if h.f.State.Official() != "待预审" {
				t.Error(h.f.State.Official())
			}
		},
		"R-H02": func(t *testing.T) { // generate, then download
			approved(t).refused(act(workflow.ConfirmDownload, applicant), workflow.RefusedOrder)
		},
	} {
		t.Run(id, test)
	}
}

// TestManualIsWhole: 65 rules, each with a topic and its words.
func TestManualIsWhole(t *testing.T) {
	count := map[string]int{}
	for _, r := range workflow.Requirements() {
		count[r.ID[:3]]++
		if r.Text == "" || !slices.Contains(workflow.Topics(), r.Topic) {
			t.Errorf("%+v", r)
		}
	}
	for group, n := range map[string]int{
		"R-A": 17, "R-B": 7, "R-C": 10, "R-D": 8, "R-E": 5, "R-F": 6, "R-G": 7,
		"R-H": 5,
	} {
		if count[group] != n {
			t.Errorf("%s has %d rules, want %d", group, count[group], n)
		}
	}
}
