package workflow_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"example.org/beian/workflow"
)

func TestWholePath(t *testing.T) {
	h := submitted(t).on("2026-12-20").do(
		workflow.Command{Action: workflow.Report, Actor: applicant, Text: "审核通过"},
		workflow.Command{Action: workflow.ReportApproved, Actor: applicant, From: date(t, "2026-12-20"), Text: "审核通过"},
		act(workflow.GenerateCertificate, applicant), act(workflow.ConfirmDownload, applicant))
	if h.f.State != workflow.Done || h.f.Renewed.Until.String() != "2028-12-20" {
		t.Errorf("ended as %s until %s", h.f.State, h.f.Renewed.Until)
	}
	if d := cmp.Diff(h.f, workflow.Replay(h.events)); d != "" {
		t.Errorf("replay differs: %s", d)
	}
}

func TestPaperIsOutdatedByAPrintedValueOnly(t *testing.T) { // R-E05
	h := ready(t).do(set(workflow.Photo, "photo-2")) // a value that is not printed
	if h.f.Revision != 1 || h.f.Slot(workflow.SlotForm) != workflow.SlotUploaded {
		t.Errorf("after a value that is not printed: revision %d, slot %s", h.f.Revision, h.f.Slot(workflow.SlotForm))
	}
	h.do(set(workflow.Phone, "13900002222"))
	if h.f.Revision != 2 || h.f.Slot(workflow.SlotForm) != workflow.SlotStale || h.f.State != workflow.Saved {
		t.Errorf("after the phone: revision %d, slot %s, state %s", h.f.Revision, h.f.Slot(workflow.SlotForm), h.f.State)
	}
	h.refused(upload(workflow.SlotForm, 1), workflow.RefusedRevision)
	h.refused(workflow.Command{Action: workflow.SaveMaterials, Actor: applicant}, workflow.RefusedMissing)
	h.do(act(workflow.Print, applicant), upload(workflow.SlotForm, 2),
		workflow.Command{Action: workflow.SaveMaterials, Actor: applicant})
}

func TestMaterialsFollowTheChanges(t *testing.T) { // R-F03
	h := saved(t)
	if d := cmp.Diff([]workflow.Slot{workflow.SlotForm, workflow.SlotInsurance}, h.f.Outstanding()); d != "" {
		t.Errorf("unchanged: %s", d)
	}
	h.do(set(workflow.Unit, "别的单位"), set(workflow.Degree, "硕士"),
		answer(workflow.SlotTitle, true),
		workflow.Command{
			Action: workflow.Waive, Actor: applicant, Slot: workflow.SlotInsurance,
			Text: workflow.WaiveNoInsurance,
		})
	want := []workflow.Slot{workflow.SlotForm, workflow.SlotContract, workflow.SlotDegree, workflow.SlotTitle}
	if d := cmp.Diff(want, h.f.Outstanding()); d != "" {
		t.Errorf("changed unit, degree, title: %s", d)
	}
	h.refused(workflow.Command{Action: workflow.Waive, Actor: applicant, Slot: workflow.SlotContract, Text: "x"},
		workflow.RefusedReason) // R-F02
}

func TestIdentityAndCategoryStay(t *testing.T) { // R-C10, R-C08
	h := saved(t)
	h.refused(set(workflow.IDNumber, "11010519491231002X"), workflow.RefusedIdentity)
	h.refused(set(workflow.Category, "D"), workflow.RefusedCategory)
}

func TestDecisions(t *testing.T) { // T11–T13, four eyes, stale cards
	h := handedIn(t)
	ticket := h.f.Review.Ticket
	h.refused(workflow.Command{Action: workflow.Approve, Actor: own, Ticket: ticket}, workflow.RefusedOwn)
	h.refused(workflow.Command{Action: workflow.Approve, Actor: applicant, Ticket: ticket}, workflow.RefusedRole)
	h.refused(workflow.Command{Action: workflow.Approve, Actor: college, Ticket: ticket - 1}, workflow.RefusedStale)
	h.refused(workflow.Command{Action: workflow.Return, Actor: college, Ticket: ticket}, workflow.RefusedReason)
	h.refused(workflow.Command{
		Action: workflow.Return, Actor: college, Ticket: ticket,
		Items: []workflow.ReturnItem{{Reason: "other"}},
	}, workflow.RefusedReason)
	h.do(workflow.Command{Action: workflow.Approve, Actor: college, Ticket: ticket})
	h.refused(workflow.Command{Action: workflow.Approve, Actor: college, Ticket: ticket}, workflow.RefusedStale)
	now := h.f.Review.Ticket
	h.refused(workflow.Command{Action: workflow.Submit, Actor: college, Ticket: now, Attested: true}, workflow.RefusedRole)
	h.refused(workflow.Command{Action: workflow.Submit, Actor: school, Ticket: now}, workflow.RefusedAttest) // R-B06
	h.do(workflow.Command{Action: workflow.Submit, Actor: school, Ticket: now, Attested: true})
	h.refused(workflow.Command{Action: workflow.Submit, Actor: school, Ticket: now, Attested: true},
		workflow.RefusedDecided)
	h.refused(set(workflow.Phone, "13900002222"), workflow.RefusedFrozen) // R-G05
	h.refused(workflow.Command{Action: workflow.Delete, Actor: applicant}, workflow.RefusedFrozen)
}

// TestWalk tries every event in every state for every role: it is either refused
// with a code and changes nothing, or it appends exactly one event; afterwards
// what [checkStep] asks holds.
func TestWalk(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		h := newHistory(t)
		for range rapid.IntRange(1, 60).Draw(rt, "steps") {
			h.now = h.now.Add(rapid.SampledFrom(steps).Draw(rt, "pause"))
			cmd := drawCommand(rt, h.f)
			before := h.f
			err := h.try(cmd)
			checkStep(rt, before, h, cmd, err)
		}
		if d := cmp.Diff(h.f, workflow.Replay(h.events)); d != "" {
			rt.Fatalf("replay differs: %s", d)
		}
	})
}

func checkStep(rt *rapid.T, before workflow.Filing, h *history, cmd workflow.Command, err error) {
	var r *workflow.Refusal
	if err != nil {
		if !errors.As(err, &r) || r.Code == "" || r.Rule == "" {
			rt.Fatalf("%s: refused without code or rule: %v", cmd.Action, err)
		}
		if h.f.Seq != before.Seq {
			rt.Fatalf("%s: refused and changed", cmd.Action)
		}
		return
	}
	if h.f.Seq != before.Seq+1 {
		rt.Fatalf("%s: %d events", cmd.Action, h.f.Seq-before.Seq)
	}
	frozen := before.State == workflow.Submitted || before.State == workflow.Reviewing
	if frozen && !cmp.Equal(before.Values, h.f.Values) {
		rt.Fatalf("%s changed values after hand-over", cmd.Action)
	}
	if m := h.f.Materials[workflow.SlotForm]; h.f.Slot(workflow.SlotForm) == workflow.SlotUploaded &&
		m.File.Revision < h.f.Revision {
		rt.Fatalf("slot 1 holds revision %d of %d", m.File.Revision, h.f.Revision)
	}
	handler := cmd.Actor.Role == workflow.CollegeHandler || cmd.Actor.Role == workflow.SchoolHandler
	judging := cmd.Action == workflow.Approve || cmd.Action == workflow.Return || cmd.Action == workflow.Submit ||
		cmd.Action == workflow.PostNotice
	if handler && judging && cmd.Actor.ID == h.f.Person {
		rt.Fatalf("%s on one's own filing", cmd.Action)
	}
}
