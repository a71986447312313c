package workflow

import (
	"slices"

	"example.org/beian/workflow/calendar"
)

// StepKind is the one thing to do next.
type StepKind string

// The steps, in the order of a filing.
const (
	StepConsent    StepKind = "consent"     // ① agree to the notice
	StepBlocked    StepKind = "blocked"     // ② not eligible, with a reason
	StepStart      StepKind = "start"       // ② eligible, nothing created
	StepConfirm    StepKind = "confirm"     // ③ confirm or fill in
	StepPaper      StepKind = "paper"       // ④ sign, seal, send the form
	StepMaterial   StepKind = "material"    // ⑤ send the named slot
	StepHandIn     StepKind = "hand_in"     // ⑤ everything is there
	StepWaitNotice StepKind = "wait_notice" // ⑤ hands itself in when the notice is over
	StepFix        StepKind = "fix"         // returned: put the items right
	StepReview     StepKind = "review"      // ⑥ a handler decides
	StepOfficial   StepKind = "official"    // ⑥ the government decides, people report
	StepDownload   StepKind = "download"    // ⑥ fetch the new certificate
	StepFinished   StepKind = "finished"
)

// Step says where somebody is and what is next. It is computed, never remembered.
type Step struct {
	Stage  int // 1 to 6, the six visible steps
	Kind   StepKind
	Reason Ineligible // StepBlocked
	Fields []Field    // StepConfirm: what is still blank
	Slots  []Slot     // StepPaper, StepMaterial: what is still wanted, first one first
	Items  []ReturnItem
}

// Next returns the one thing to do next for a person with this certificate and
// filing; f is nil before one is begun.
func Next(c *Certificate, f *Filing, consented bool, p Policy, today calendar.Date) Step {
	if !consented {
		return Step{Stage: 1, Kind: StepConsent}
	}
	if f != nil && f.Declared && (f.State == NotEligible || f.State == Closed) {
		return Step{Stage: 2, Kind: StepBlocked, Reason: f.Reason}
	}
	a := Assess(c, today, p)
	renewed := f != nil && c != nil && f.Certificate != c.ID && (f.State == Approved || f.State == Done)
	nextCycle := renewed && a.Reason == EligibleNow
	if f != nil && f.State.Begun() && !nextCycle {
		return f.next()
	}
	if a.Reason != EligibleNow { // computed, so that no timer need have run
		return Step{Stage: 2, Kind: StepBlocked, Reason: a.Reason}
	}
	return Step{Stage: 2, Kind: StepStart} // nothing created yet, in this cycle
}

func (f *Filing) next() Step {
	switch f.State {
	case Draft:
		return Step{Stage: 3, Kind: StepConfirm, Fields: f.Missing()}
	case Prereview:
		return Step{Stage: 6, Kind: StepReview}
	case Submitted, Reviewing:
		return Step{Stage: 6, Kind: StepOfficial}
	case Approved:
		return Step{Stage: 6, Kind: StepDownload}
	case Done:
		return Step{Stage: 6, Kind: StepFinished}
	}
	if len(f.Review.Returned) > 0 {
		return Step{Stage: 6, Kind: StepFix, Items: f.Review.Returned, Slots: f.Outstanding()}
	}
	out := f.Outstanding()
	switch {
	case slices.Contains(out, SlotForm):
		return Step{Stage: 4, Kind: StepPaper, Slots: out}
	case len(out) > 0:
		return Step{Stage: 5, Kind: StepMaterial, Slots: out}
	case f.AutoHandIn && f.State == Ready:
		return Step{Stage: 5, Kind: StepWaitNotice}
	}
	return Step{Stage: 5, Kind: StepHandIn}
}
