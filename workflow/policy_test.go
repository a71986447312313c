package workflow_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
)

func TestPolicyFaultsNameTheLine(t *testing.T) {
	lines := strings.Split(string(workflow.DefaultPolicyFile()), "\n")
	numberOf := func(part string) int {
		i := slices.IndexFunc(lines, func(l string) bool { return strings.Contains(l, part) })
		if i < 0 {
			t.Fatalf("no line has %s", part)
		}
		return i + 1
	}
	for _, c := range []struct {
		old, with string // a change of the embedded file
		line      string // the line at fault contains this, after the change
		path      string
		problem   string
	}{
		{`"working_days": 5`, `"working_days": 0`, `"working_days"`, "notice.working_days", "at least 1"},
		{`"working_days": 5`, `"working_days": "five"`, `"working_days"`, "notice.working_days", "whole number"},
		{`"working_days": 5`, `"working_days": 5.5`, `"working_days"`, "notice.working_days", "whole number"},
		{`"working_days": 5`, `"workingdays": 5`, `"workingdays"`, "notice.workingdays", "unknown key"},
		{`"count_start_day": false`, `"count_start_day": 1`, `"count_start_day"`, "notice.count_start_day", "true or false"},
		{`"advance_months": 1`, `"advance_months": 24`, `"advance_months"`, "advance_months", "Q05"},
		{`"valid_months": 24`, `"valid_months": 0`, `"valid_months"`, "valid_months", "positive"},
		{`"effective": "2026-11-01"`, `"effective": "1 November"`, `"effective"`, "effective", "a date"},
		{`"version": "2026-11"`, `"version": ""`, `"version"`, "version", "missing"},
		{`"version": "2026-11"`, `"version": ["x"]`, `"version"`, "version", "must not be a list"},
		{`"version": "2026-11"`, `"version": {"x": [1, {"y": null}]}`, `"version"`, "version", "must not be an object"},
		{`"lead": {`, `"lead": 3, "consent2": {`, `"lead": 3`, "lead", "must be an object"},
		{`"source": `, `"version": "x", "source": `, `"source"`, "version", "twice"},
		{`"posting": 1`, `"posting": -1`, `"posting"`, "lead.posting", "negative"},
		{`"role": "college_handler"`, `"role": "hr"`, `"id": "college"`, "review[0].role", "must be a handler"},
		{`"submits": false`, `"submits": true`, `"id": "college"`, "review[0].submits", "last step"},
		{`"id": "school"`, `"id": "college"`, `"上报"`, "review[1]", "its own id"},
		{`"code": "no_seal"`, `"code": "no_self_sign"`, `缺公章`, "reasons[4]", "its own code"},
		{`"code": "other"`, `"code": "others"`, `"reasons"`, "reasons", "must contain other"},
		{`["09:00", "17:30"]`, `["09:00", "25:30"]`, `"awake"`, "reminders.awake", "two times"},
		{`["09:00", "17:30"]`, `["09:00"]`, `"awake"`, "reminders.awake", "2 values"},
		{`["12:00", "13:30"]`, `["13:30", "12:00"]`, `"lunch"`, "reminders.lunch", "two times"},
		{
			`"breaks": []`, `"breaks": [{"from": "2027-02-20", "until": "2027-01-20", "duty": ""}]`, `"breaks"`,
			"reminders.breaks[0]", "before it begins",
		},
		{`"digest_days": 30`, `"digest_days": 0`, `"digest_days"`, "reminders.digest_days", "positive"},
		{`"id": "open-7", "anchor": "opens"`, `"id": "open-7", "anchor": "noon"`, `noon`, "reminders.ladder[1]", "anchor"},
		{`"keep_scans_days": 30`, `"keep_scans_days": 0`, `"keep_scans_days"`, "keep_scans_days", "positive"},
		{`"consent": "2026-11"`, `"consent": ""`, `"consent"`, "consent", "missing"},
		{`"official": "https`, `"official": "ftp`, `"official"`, "official", "address"},
		{`"05-31/06-02"`, `"05-32/06-02"`, `"year": 2025`, "years[0]", "2025-05-32"},
		{`"keep_scans_days"`, `"options": {"sex": ["男"]}, "keep_scans_days"`, `"options"`, "options.sex", "fixed"},
		{`"keep_scans_days"`, `"options": {"industry": []}, "keep_scans_days"`, `"options"`, "options.industry", "empty"},
		{
			`"keep_scans_days"`, `"credit_code": "12330199DEM00001", "keep_scans_days"`, `"credit_code"`, "credit_code",
			"GB 32100",
		},
		{`"version": "2026-11",`, `"version": "2026-11"`, `"source"`, "JSON", "invalid character"},
	} {
		text := strings.Replace(string(workflow.DefaultPolicyFile()), c.old, c.with, 1)
		if text == string(workflow.DefaultPolicyFile()) {
			t.Fatalf("%s is not in the policy", c.old)
		}
		lines = strings.Split(text, "\n")
		_, err := workflow.ParsePolicy([]byte(text))
		want := workflow.PolicyFault{Line: numberOf(c.line), Path: c.path}
		if err == nil || !strings.Contains(err.Error(), want.Error()[:len(want.Error())-1]) ||
			!strings.Contains(err.Error(), c.problem) {
			t.Errorf("%s: %v, want %v%s", c.with, err, want, c.problem)
		}
	}
}

func TestPolicyFileIsWhole(t *testing.T) {
	for text, want := range map[string]string{
		``: "EOF", `{`: "EOF", `{}`: "version: 没有写 / is missing", `{"years": []}`: "1: years: ", `[]`: "must not be a list",
		string(workflow.DefaultPolicyFile()) + `{}`: "after the end", `{"version": "x"，}`: "「，」", `{"version": tru`: "JSON",
	} {
		if _, err := workflow.ParsePolicy([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.20q: %v, want %q", text, err, want)
		}
	}
}

// TestPolicyRoundTrip: a policy is kept with the filings as what it is parsed from.
func TestPolicyRoundTrip(t *testing.T) {
	p := policy(t)
	p.CreditCode = "12330199DEM000014U"
	p.Options = map[workflow.Key][]string{workflow.Industry: {"教育", "其他"}}
	p.Reminders.Breaks = []workflow.Break{{From: date(t, "2027-01-20"), Until: date(t, "2027-02-20"), Duty: "值班"}}
	b, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	again, err := workflow.ParsePolicy(b)
	if err != nil || !workflow.SameRules(p, again) {
		t.Errorf("%v", err)
	}
	if fd, ok := again.Field(workflow.Industry); !ok || len(fd.Options) != 2 {
		t.Errorf("options of the policy: %v", fd.Options)
	}
	if fd, ok := again.Field(workflow.Sex); !ok || len(fd.Options) != 2 {
		t.Errorf("options of the catalogue: %v", fd.Options)
	}
	again.Notice.WorkingDays = 7
	if workflow.SameRules(p, again) {
		t.Error("another notice is the same policy")
	}
}

// TestStoredPoliciesStayReadable: what an older program stored may lack what a newer one
// asks for.
func TestStoredPoliciesStayReadable(t *testing.T) {
	p, err := workflow.RestorePolicy([]byte(`{"version": "2019", "valid_months": 24, "review": [{"id": "x"}], ` +
		`"years": []}`))
	if err != nil || p.Version != "2019" || p.ValidMonths != 24 {
		t.Errorf("%+v, %v", p, err)
	}
	for _, bad := range []string{`{`, `{"years": [{"year": 2027, "off": ["02-30"]}]}`} {
		if _, err := workflow.RestorePolicy([]byte(bad)); err == nil {
			t.Errorf("%s was restored", bad)
		}
	}
}

// TestRulebook: a filing keeps the version it was begun under, with today's calendar.
func TestRulebook(t *testing.T) {
	kept, current := policy(t), policy(t)
	current.Version, current.Notice.WorkingDays, current.ValidMonths, current.Review = "2027-01", 7, 36, current.Review[1:]
	year := calendar.Year{Year: 2027, Official: true, Off: []string{"01-01/01-03", "02-05/02-11"}}
	book, err := workflow.NewRulebook(current, []workflow.Policy{kept}, []calendar.Year{year})
	if err != nil {
		t.Fatal(err)
	}
	f := saved(t).f
	p := book.For(&f)
	if p.Version != "2026-11" || p.Notice.WorkingDays != 5 {
		t.Errorf("decided under %s", p.Version)
	}
	if _, official := p.Calendar().IsWorkday(date(t, "2027-03-01")); !official {
		t.Error("the imported year does not reach older filings")
	}
	want := []workflow.Difference{
		{What: "notice_days", Old: "5", New: "7"},
		{What: "review", Old: "学院预审 → 学校上报", New: "学校上报"},
		{What: "valid_months", Old: "24", New: "36"},
	}
	if got := f.Differences(p, book.Current); !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
	done := approved(t).f
	if got := done.Differences(p, book.Current); len(got) != 0 {
		t.Errorf("nothing is left to decide, but %v", got)
	}
	early := tooEarly(t).f
	unknown := f
	unknown.Policy = "1999"
	for _, other := range []*workflow.Filing{nil, &early, &unknown} {
		if book.For(other).Version != "2027-01" {
			t.Errorf("%v is not under the policy in force", other)
		}
	}
	bad := year
	bad.Off = []string{"02-30"}
	if _, err := workflow.NewRulebook(current, nil, []calendar.Year{bad}); err == nil {
		t.Error("a calendar with an impossible day was taken")
	}
	kept.Years = nil
	if _, err := workflow.NewRulebook(current, []workflow.Policy{kept}, nil); err != nil {
		t.Error(err)
	}
}

// TestOneStepChain: the review chain is data; without a college step the filing goes
// to the school at once.
func TestOneStepChain(t *testing.T) {
	h := ready(t).on("2026-12-01")
	h.p.Review = []workflow.ReviewStep{{
		ID: "school", Role: workflow.SchoolHandler, Label: "学校审核", Verb: "上报",
		Submits: true,
	}}
	h.do(act(workflow.HandIn, applicant)).refused(h.decide(workflow.Submit, college), workflow.RefusedRole)
	h.refused(h.decide(workflow.Approve, school), workflow.RefusedState).do(h.decide(workflow.Submit, school)).
		in(workflow.Submitted)
}

func TestReviewSteps(t *testing.T) {
	p := policy(t)
	if _, ok := p.ReviewStep("nowhere"); ok {
		t.Error("an unknown step")
	}
	if _, ok := p.After("nowhere"); ok {
		t.Error("after an unknown step")
	}
	if s, ok := p.After("college"); !ok || s.ID != "school" {
		t.Errorf("after the college: %+v", s)
	}
}
