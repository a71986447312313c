package workflow_test

import (
	"testing"
	"time"

	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
)

func date(t testing.TB, s string) calendar.Date {
	t.Helper()
	d, err := calendar.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func policy(t testing.TB) workflow.Policy {
	t.Helper()
	p, err := workflow.DefaultPolicy()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// field returns a field of the catalogue.
func field(t testing.TB, k workflow.Key) workflow.Field {
	t.Helper()
	f, ok := workflow.FieldOf(k)
	if !ok {
		t.Fatalf("no field %q", k)
	}
	return f
}

// certificate is that of 陈一帆, of the demo: two fields were unknown then.
func certificate() *workflow.Certificate {
	v := workflow.Values{}
	for _, f := range workflow.Fields() {
		v[f.Key] = f.Example
		if v[f.Key] == "" {
			v[f.Key] = workflow.None
		}
	}
	v[workflow.IDNumber], v[workflow.Category] = "330199198503121016", "E"
	delete(v, workflow.ArrivedOn)
	delete(v, workflow.Industry)
	delete(v, workflow.Photo)
	return &workflow.Certificate{
		ID: "c1", Person: "p1", Category: "E", Unit: "示例师范大学", Values: v,
		RecognisedOn: calendar.NewDate(2024, 12, 10), PrintedEnd: calendar.NewDate(2026, 12, 10),
	}
}

// history applies commands one after the other and keeps the events.
type history struct {
	t      testing.TB
	f      workflow.Filing
	events []workflow.Event
	p      workflow.Policy
	now    time.Time
}

var (
	applicant = workflow.Actor{ID: "p1", Role: workflow.Applicant}
	college   = workflow.Actor{ID: "h1", Role: workflow.CollegeHandler}
	school    = workflow.Actor{ID: "s1", Role: workflow.SchoolHandler}
	hr        = workflow.Actor{ID: "r1", Role: workflow.HR}
	timer     = workflow.TimerActor()
	own       = workflow.Actor{ID: "p1", Role: workflow.CollegeHandler} // the applicant, who is also a handler
	ownSchool = workflow.Actor{ID: "p1", Role: workflow.SchoolHandler}
	stranger  = workflow.Actor{ID: "p2", Role: workflow.Applicant}
)

func newHistory(t testing.TB) *history {
	t.Helper()
	return &history{t: t, p: policy(t), now: date(t, "2026-11-23").At(10, 0)}
}

// try applies a command and reports its error.
func (h *history) try(c workflow.Command) error {
	c.Log = h.events
	next, ev, err := workflow.Apply(h.f, c, h.p, h.now)
	if err != nil {
		return err
	}
	h.f, h.events = next, append(h.events, ev)
	return nil
}

// do applies commands that must be allowed.
func (h *history) do(cmds ...workflow.Command) *history {
	h.t.Helper()
	for _, c := range cmds {
		if err := h.try(c); err != nil {
			h.t.Fatalf("%s in %s: %v", c.Action, h.f.State, err)
		}
	}
	return h
}

func (h *history) on(day string) *history {
	h.t.Helper()
	h.now = date(h.t, day).At(9, 0)
	return h
}

func enrol() workflow.Command {
	return workflow.Command{
		Action: workflow.Enrol, Actor: applicant, ID: "K7M2Q9XD", Certificate: certificate(), College: "c01", Unit: "示例师范大学",
		Policy: "2026-11", Consent: "2026-11",
	}
}

func create() workflow.Command {
	return workflow.Command{Action: workflow.Create, Actor: applicant, Policy: "2026-11", Attested: true}
}

// act is a command that needs nothing but its actor.
func act(a workflow.Action, by workflow.Actor) workflow.Command {
	return workflow.Command{Action: a, Actor: by}
}

func set(k workflow.Key, v string) workflow.Command {
	return workflow.Command{Action: workflow.SaveInfo, Actor: applicant, Values: workflow.Values{k: v}}
}

func upload(s workflow.Slot, revision int) workflow.Command {
	return workflow.Command{
		Action: workflow.Upload, Actor: applicant, Slot: s,
		File: &workflow.File{ID: "f", Pages: 1, Revision: revision},
	}
}

func answer(s workflow.Slot, yes bool) workflow.Command {
	return workflow.Command{Action: workflow.Answer, Actor: applicant, Slot: s, Yes: yes}
}

func post(by workflow.Actor, from calendar.Date) workflow.Command {
	return workflow.Command{Action: workflow.PostNotice, Actor: by, From: from}
}

// eligible has agreed and may create.
func eligible(t testing.TB) *history {
	t.Helper()
	return newHistory(t).do(enrol())
}

// tooEarly has agreed before the window opens.
func tooEarly(t testing.TB) *history {
	t.Helper()
	cmd := enrol()
	cmd.Certificate.RecognisedOn, cmd.Certificate.PrintedEnd = date(t, "2025-01-05"), calendar.Date{}
	return newHistory(t).do(cmd)
}

func drafted(t testing.TB) *history {
	t.Helper()
	return eligible(t).do(create())
}

// filled is a draft in which nothing is missing.
func filled(t testing.TB) *history {
	t.Helper()
	h := drafted(t).do(workflow.Command{
		Action: workflow.Fill, Actor: applicant, Values: workflow.Values{
			workflow.ArrivedOn: "2015-07-01",
			workflow.Industry:  "教育",
		},
	})
	for _, s := range h.f.Questions() {
		h.do(answer(s, false))
	}
	return h
}

// saved is a filing after its first save, printed and handed to the college.
func saved(t testing.TB) *history {
	t.Helper()
	return filled(t).do(act(workflow.SaveInfo, applicant), act(workflow.PrintNotice, applicant),
		act(workflow.Print, applicant), act(workflow.HandNotice, applicant))
}

// ready has everything but the days of the notice.
func ready(t testing.TB) *history {
	t.Helper()
	return saved(t).do(post(college, date(t, "2026-11-23")), upload(workflow.SlotForm, 1),
		upload(workflow.SlotInsurance, 0), act(workflow.SaveMaterials, applicant))
}

// handedIn waits at the first step of the review.
func handedIn(t testing.TB) *history {
	t.Helper()
	return ready(t).on("2026-12-01").do(act(workflow.HandIn, applicant))
}

// decide is a decision on what the handler sees now.
func (h *history) decide(a workflow.Action, by workflow.Actor, items ...workflow.ReturnItem) workflow.Command {
	return workflow.Command{Action: a, Actor: by, Ticket: h.f.Review.Ticket, Attested: a == workflow.Submit, Items: items}
}

// submitted has been handed over by the school.
func submitted(t testing.TB) *history {
	t.Helper()
	h := handedIn(t)
	h.do(h.decide(workflow.Approve, college))
	return h.do(h.decide(workflow.Submit, school))
}

func report(a workflow.Action, text string) workflow.Command {
	return workflow.Command{Action: a, Actor: applicant, Text: text}
}

// approved has a new certificate.
func approved(t testing.TB) *history {
	t.Helper()
	return submitted(t).on("2026-12-20").do(report(workflow.Report, "审核通过"),
		workflow.Command{Action: workflow.ReportApproved, Actor: applicant, From: date(t, "2026-12-20"), Text: "审核通过"})
}

// at returns a filing in the given state.
func at(t testing.TB, s workflow.State) *history {
	t.Helper()
	switch s {
	case workflow.New:
		return newHistory(t)
	case workflow.NotEligible:
		return tooEarly(t)
	case workflow.Eligible:
		return eligible(t)
	case workflow.Draft:
		return filled(t)
	case workflow.Saved:
		return saved(t)
	case workflow.Ready:
		return ready(t)
	case workflow.Prereview:
		return handedIn(t)
	case workflow.Submitted:
		return submitted(t)
	case workflow.Reviewing:
		return submitted(t).do(report(workflow.Report, "审核中"))
	case workflow.Returned:
		return submitted(t).do(report(workflow.ReportReturned, "退回修改"))
	case workflow.Approved:
		return approved(t)
	case workflow.Done:
		return approved(t).do(act(workflow.GenerateCertificate, applicant), act(workflow.ConfirmDownload, applicant))
	case workflow.Cancelled:
		return saved(t).do(act(workflow.Delete, applicant))
	}
	return saved(t).do(act(workflow.LeaveUnit, applicant))
}
