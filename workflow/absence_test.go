package workflow_test

import (
	"slices"
	"testing"

	"example.org/beian/workflow"
)

// TestAbsence: while somebody is away their deputy acts, then those who may anyway; it
// begins and ends by itself, and the trail names both.
func TestAbsence(t *testing.T) {
	colleague := workflow.Person{ID: "x1", Name: "x1"}
	away := func(deputy *workflow.Person) workflow.Absence {
		return workflow.Absence{Person: "h1", From: date(t, "2026-11-24"), Until: date(t, "2026-11-26"), Deputy: deputy}
	}
	for _, c := range []struct {
		name   string
		deputy *workflow.Person
		own    bool // the deputy is the applicant
		day    string
		want   string
	}{
		{"the day before", &colleague, false, "2026-11-23", "h1"},
		{"the first day", &colleague, false, "2026-11-24", "x1"},
		{"the last day", &colleague, false, "2026-11-26", "x1"},
		{"the day after", &colleague, false, "2026-11-27", "h1"},
		{"without a deputy", nil, false, "2026-11-25", "h2"},
		{"the deputy files", &colleague, true, "2026-11-25", "h2"},
	} {
		k := around()
		k.College.Handlers[0].Absences = []workflow.Absence{away(c.deputy)}
		if c.own {
			k.Applicant = colleague
		}
		got := k.Assignees(workflow.CollegeHandler, date(t, c.day))
		if len(got) != 1 || got[0].ID != c.want {
			t.Errorf("%s: %v, want %s", c.name, got, c.want)
		}
	}

	k := around()
	k.College.Handlers[0].Absences = []workflow.Absence{away(nil), away(&colleague)}
	for _, c := range []struct {
		who  workflow.Person
		day  string
		want workflow.Actor
		ok   bool
	}{
		{k.College.Handlers[0], "2026-11-25", workflow.Actor{ID: "h1", Role: workflow.CollegeHandler}, true},
		{k.College.Handlers[1], "2026-11-23", workflow.Actor{ID: "h2", Role: workflow.CollegeHandler, For: "h1"}, true},
		{colleague, "2026-11-25", workflow.Actor{ID: "x1", Role: workflow.CollegeHandler, For: "h1"}, true},
		{colleague, "2026-11-27", workflow.Actor{}, false},
		{k.School[0], "2026-11-25", workflow.Actor{}, false},
	} {
		got, ok := k.Acting(c.who, workflow.CollegeHandler, date(t, c.day))
		if got != c.want || ok != c.ok {
			t.Errorf("%s on %s acts as %+v %v", c.who.ID, c.day, got, ok)
		}
	}
	k.College.Handlers, k.School = k.College.Handlers[:1], nil
	k.College.Handlers[0].Absences = []workflow.Absence{away(nil)}
	if got := k.Assignees(workflow.CollegeHandler, date(t, "2026-11-25")); got != nil {
		t.Errorf("nobody is there: %v", got)
	}
}

// TestReassign: a review that was handed on is decided by whoever has it, a deputy of
// theirs, or the school (T11).
func TestReassign(t *testing.T) {
	deputy := workflow.Actor{ID: "h2", Role: workflow.CollegeHandler}
	standIn := workflow.Actor{ID: "x1", Role: workflow.CollegeHandler, For: "h2"}
	hand := func(h *history, by workflow.Actor, to string) workflow.Command {
		return workflow.Command{Action: workflow.Reassign, Actor: by, Assignee: to, Ticket: h.f.Review.Ticket}
	}
	given := func() *history { h := handedIn(t); return h.do(hand(h, college, "h2")) }

	h := handedIn(t)
	old := h.decide(workflow.Approve, college)
	h.refused(hand(h, college, ""), workflow.RefusedSame).refused(hand(h, college, "p1"), workflow.RefusedOwn)
	h.do(hand(h, college, "h2"))
	h.refused(old, workflow.RefusedStale)                                 // the card from before
	h.refused(h.decide(workflow.Approve, college), workflow.RefusedTaken) // and a newer one
	k := around()
	k.Filing = &h.f
	if got := k.Reviewers(workflow.CollegeHandler, date(t, "2026-12-01")); len(got) != 1 || got[0].ID != "h2" {
		t.Errorf("it is for %v", got)
	}
	for _, c := range []struct {
		deputy *workflow.Person
		want   string
	}{
		{&workflow.Person{ID: "x1"}, "x1"},
		{nil, "s1"},
		{&workflow.Person{ID: k.Applicant.ID}, "s1"},
	} { // who has it is away: never the applicant
		gone := around()
		gone.Filing = &h.f
		for i, p := range gone.College.Handlers {
			if p.ID == "h2" {
				gone.College.Handlers[i].Absences = []workflow.Absence{{
					Person: "h2", From: date(t, "2026-11-24"),
					Until: date(t, "2026-11-26"), Deputy: c.deputy,
				}}
			}
		}
		if got := gone.Reviewers(workflow.CollegeHandler, date(t, "2026-11-25")); len(got) == 0 || got[0].ID != c.want {
			t.Errorf("with the deputy %v it is for %v", c.deputy, got)
		}
	}
	h.do(h.decide(workflow.Approve, deputy))

	for _, by := range []workflow.Actor{standIn, school} {
		h := given()
		h.do(h.decide(workflow.Approve, by))
	}
	h = given()
	h.do(hand(h, college, "s1")) // who handed it over may hand it to another
	if h.f.Review.Assignee != "s1" {
		t.Errorf("%+v", h.f.Review)
	}
	h = given()
	h.do(act(workflow.Release, college))
	h.do(h.decide(workflow.Approve, college)) // taken back
}

// TestReturnUnlocks: only what was returned may be changed; the rest stays accepted unless
// the applicant insists, and the next handler sees what has changed (T12).
func TestReturnUnlocks(t *testing.T) {
	h := handedIn(t)
	h.do(h.decide(workflow.Return, college, workflow.ReturnItem{Slot: workflow.SlotInsurance, Reason: "not_scan"},
		workflow.ReturnItem{Field: workflow.Post, Reason: "field_blank"}))
	other := upload(workflow.SlotForm, 1)
	h.refused(other, workflow.RefusedLocked).refused(set(workflow.Phone, "13900002222"), workflow.RefusedLocked)
	h.refused(workflow.Command{Action: workflow.Remove, Actor: applicant, Slot: workflow.SlotForm}, workflow.RefusedLocked)
	h.refused(h.decide(workflow.Approve, college), workflow.RefusedDecided) // not before it is handed in again

	file := upload(workflow.SlotInsurance, 0)
	file.File.ID = "better"
	h.do(file, set(workflow.Post, "副教授")) // the position is on the form, so the form is wanted again
	if got := h.f.Outstanding(); !slices.Equal(got, []workflow.Slot{workflow.SlotForm, workflow.SlotTitle}) &&
		!slices.Equal(got, []workflow.Slot{workflow.SlotForm}) {
		t.Errorf("wanted: %v", got)
	}
	h.do(act(workflow.Print, applicant))
	form := upload(workflow.SlotForm, 2)
	form.File.ID = "form2"
	h.do(form)
	insist := set(workflow.Phone, "13900002222")
	insist.Unlock = true
	h.do(insist, act(workflow.Print, applicant))
	form.File = &workflow.File{ID: "form3", Revision: 3}
	h.do(form, act(workflow.PrintNotice, applicant), act(workflow.HandNotice, applicant),
		act(workflow.KeepNotice, college), act(workflow.SaveMaterials, applicant), act(workflow.HandIn, applicant))
	fields, slots, ok := h.f.Since(h.p)
	if !ok || len(fields) != 2 || fields[0].Field.Key != workflow.Phone || fields[1].Field.Key != workflow.Post ||
		!slices.Equal(slots, []workflow.Slot{workflow.SlotForm, workflow.SlotInsurance}) {
		t.Errorf("changed since: %v, %v, %v", fields, slots, ok)
	}
	if h.f.FieldLocked(workflow.Phone) || h.f.SlotLocked(workflow.SlotForm) {
		t.Error("locked after handing in")
	}
	h.do(h.decide(workflow.Approve, college))
	if _, _, ok := h.f.Since(h.p); ok {
		t.Error("the school, which has not seen it before, is shown only what the college has not seen")
	}
	h.do(h.decide(workflow.Return, school, workflow.ReturnItem{Slot: workflow.SlotInsurance, Reason: "not_scan"}))
	file.File = &workflow.File{ID: "best"}
	h.do(file, act(workflow.SaveMaterials, applicant), act(workflow.HandIn, applicant))
	for range 2 { // both have seen it now
		if _, slots, ok := h.f.Since(h.p); !ok || !slices.Equal(slots, []workflow.Slot{workflow.SlotInsurance}) {
			t.Errorf("%s: changed since the school returned it: %v, %v", h.f.Review.Step, slots, ok)
		}
		if h.f.Review.Step == "college" {
			h.do(h.decide(workflow.Approve, college))
		}
	}

	whole := handedIn(t)
	whole.do(whole.decide(workflow.Return, college, workflow.ReturnItem{Reason: "other", Text: "x"}))
	whole.do(set(workflow.Phone, "13900002222")) // a return of the whole opens all
	if _, _, ok := handedIn(t).f.Since(policy(t)); ok {
		t.Error("nobody has looked before")
	}
}
