package workflow_test

import (
	"testing"
	"time"

	"example.org/beian/workflow"
)

func date(t testing.TB, s string) workflow.Date {
	t.Helper()
	d, err := workflow.ParseDate(s)
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

// certificate is that of 陈一帆, domain §6.2: two fields were unknown then.
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
		RecognisedOn: workflow.NewDate(2024, 12, 10), PrintedEnd: workflow.NewDate(2026, 12, 10),
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
	system    = workflow.Actor{ID: "system", Role: workflow.System}
)

func newHistory(t testing.TB) *history {
	t.Helper()
	return &history{t: t, p: policy(t), now: date(t, "2026-11-23").At(10, 0)}
}

// try applies a command and reports its error.
func (h *history) try(c workflow.Command) error {
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

func create() workflow.Command {
	return workflow.Command{Action: workflow.Create, Actor: applicant, ID: "K7M2Q9XD", Certificate: certificate(), College: "c01", Policy: "2026-11"}
}

func set(k workflow.Key, v string) workflow.Command {
	return workflow.Command{Action: workflow.SaveInfo, Actor: applicant, Values: workflow.Values{k: v}}
}

func upload(s workflow.Slot, revision int) workflow.Command {
	return workflow.Command{Action: workflow.Upload, Actor: applicant, Slot: s, File: &workflow.File{ID: "f", Pages: 1, Revision: revision}}
}

// saved is a filing after its first save.
func saved(t testing.TB) *history {
	t.Helper()
	return newHistory(t).do(create(),
		workflow.Command{Action: workflow.Fill, Actor: applicant, Values: workflow.Values{workflow.ArrivedOn: "2015-07-01", workflow.Industry: "教育"}},
		workflow.Command{Action: workflow.SaveInfo, Actor: applicant},
		workflow.Command{Action: workflow.Print, Actor: applicant},
		workflow.Command{Action: workflow.HandNotice, Actor: applicant})
}

// ready has everything but the days of the notice.
func ready(t testing.TB) *history {
	t.Helper()
	return saved(t).do(
		workflow.Command{Action: workflow.PostNotice, Actor: college, From: date(t, "2026-11-23")},
		upload(workflow.SlotForm, 1), upload(workflow.SlotInsurance, 0),
		workflow.Command{Action: workflow.SaveMaterials, Actor: applicant})
}

// handedIn waits at the first step of the review.
func handedIn(t testing.TB) *history {
	t.Helper()
	return ready(t).on("2026-12-01").do(workflow.Command{Action: workflow.HandIn, Actor: applicant})
}

// submitted has been handed over by the school.
func submitted(t testing.TB) *history {
	t.Helper()
	h := handedIn(t)
	h.do(workflow.Command{Action: workflow.Approve, Actor: college, Ticket: h.f.Review.Ticket})
	return h.do(workflow.Command{Action: workflow.Submit, Actor: school, Ticket: h.f.Review.Ticket, Attested: true})
}
