package workflow

import "slices"

// correctable are the events in which people err: decisions, reports, and what they
// say about the public notice.
func correctable(a Action) bool {
	return slices.Contains([]Action{
		Approve, Return, Submit, Report, ReportReturned, ReportApproved, PostNotice, PassNotice, ObjectNotice, SettleNotice,
		DeclareCategory, ReportIdentity, LeaveUnit, GenerateCertificate, ConfirmDownload,
	}, a)
}

// Voidable returns the event that a correction would void now: the newest one that
// counts, if it is of a kind that people err in. Corrections can follow each other, each
// going one event further back.
func Voidable(events []Event) (Event, bool) {
	live := effective(events)
	if len(live) == 0 || !correctable(live[len(live)-1].Action) {
		return Event{}, false
	}
	return live[len(live)-1], true
}

// effective leaves out corrections and what they voided.
func effective(events []Event) []Event {
	var live []Event
	for _, e := range events {
		if e.Action == Correct {
			live = live[:len(live)-1]
			continue
		}
		live = append(live, e)
	}
	return live
}

// guardCorrect recomputes the filing from the log without its newest event (T26).
// Both events stay in the log.
func guardCorrect(c *check) *Refusal {
	if c.cmd.Text == "" {
		return refuse(RefusedReason, "T26")
	}
	_, ok := Voidable(c.cmd.Log)
	if !ok || len(c.cmd.Log) != c.f.Seq { // somebody was quicker
		return refuse(RefusedState, "T26")
	}
	live := effective(c.cmd.Log)
	f := Replay(live[:len(live)-1])
	if f.Review.Ticket > 0 {
		f.Review.Ticket = c.ev.Seq // the handlers get a new card
	}
	f.Timeline = nil
	c.ev.Corrected, c.ev.To, c.ev.Revision, c.ev.Step = &f, f.State, f.Revision, f.Review.Step
	return nil
}

// correct folds a correction: everything is as computed then, but the timeline keeps
// what happened and the number of events goes on.
func (f Filing) correct(e Event) Filing {
	next := e.Corrected.clone()
	next.Seq, next.Timeline = e.Seq, f.Timeline
	return next
}
