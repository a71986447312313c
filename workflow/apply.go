package workflow

import (
	"maps"
	"slices"
	"time"
)

// Apply decides whether cmd is allowed on f now and returns the filing after it
// and the event to append. A command that the rules do not allow gives a
// [*Refusal] and changes nothing. f itself is never altered.
func Apply(f Filing, cmd Command, p Policy, now time.Time) (Filing, Event, error) {
	r, refusal := pick(f, cmd)
	if refusal != nil {
		return f, Event{}, refusal
	}
	ev := Event{Seq: f.Seq + 1, Rule: r.id, At: now, To: f.State, Revision: f.Revision, Step: f.Review.Step, Command: cmd}
	if r.to != "" {
		ev.To = r.to
	}
	if r.guard != nil {
		c := &check{f: &f, cmd: cmd, ev: &ev, policy: p, now: now, today: DateOf(now)}
		if refusal := r.guard(c); refusal != nil {
			return f, Event{}, refusal
		}
	}
	return Fold(f, ev), ev, nil
}

// pick finds the line of the machine for cmd, or says why there is none.
func pick(f Filing, cmd Command) (rule, *Refusal) {
	state := f.State
	if state == "" {
		state = Eligible
	}
	role, known := false, false
	for _, r := range rules {
		if r.on != cmd.Action {
			continue
		}
		known = true
		if !slices.Contains(r.from, state) {
			continue
		}
		if !slices.Contains(r.by, cmd.Actor.Role) {
			role = true
			continue
		}
		if handlerEvent(cmd.Action) && cmd.Actor.ID == f.Person {
			return rule{}, refuse(RefusedOwn, "T11")
		}
		if cmd.Actor.Role == Applicant && cmd.Action != Create && cmd.Actor.ID != f.Person {
			return rule{}, refuse(RefusedRole, "R-A07")
		}
		return r, nil
	}
	switch {
	case role:
		return rule{}, refuse(RefusedRole, "R-A12")
	case known && decision(cmd.Action):
		return rule{}, refuse(RefusedDecided, "T11")
	case known && slices.Contains([]State{Submitted, Reviewing, Approved}, state) && cmd.Actor.Role == Applicant:
		return rule{}, refuse(RefusedFrozen, "R-G05")
	}
	return rule{}, refuse(RefusedState, "T21")
}

// milestone picks the events worth a line in the timeline; typing and single files
// are not.
func milestone(e Event) bool {
	switch e.Action {
	case Fill, Print, Declare, SetAuto, Remove:
		return false
	case Upload:
		return e.Slot == SlotForm
	}
	return true
}

func decision(n Action) bool { return n == Approve || n == Return || n == Submit }

// Fold returns f after the event. It decides nothing: replaying all events of a
// filing from the zero value yields the stored filing, whatever the policy is today.
func Fold(f Filing, e Event) Filing {
	f = f.clone()
	was := f.State
	if milestone(e) {
		f.Timeline = append(f.Timeline, Moment{e.Seq, e.Action, e.At, e.Actor, e.Text, f.Review.Step})
	}
	f.Seq, f.State, f.Revision = e.Seq, e.To, e.Revision
	switch e.Action {
	case Create:
		f.create(e)
	case Fill, SaveInfo:
		f.save(e)
	case Print:
		f.Printed, f.PrintedOn = f.Revision, DateOf(e.At)
	case HandNotice:
		f.Notice = Notice{State: NoticeHanded}
	case PostNotice:
		f.Notice = Notice{State: NoticePosted, From: e.From, Until: e.Until, Official: e.Official}
	case PassNotice:
		f.Notice.State = NoticePassed
	case ObjectNotice:
		f.Notice.State, f.Notice.Text = NoticeObjection, e.Text
	case Declare:
		f.Declared[e.Slot] = e.Yes
	case Upload, Remove, Waive:
		f.material(e)
	case SetAuto:
		f.AutoHandIn = e.Yes
	case HandIn, Approve, Return, Submit:
		f.review(e)
	case Report, ReportReturned, ReportApproved:
		f.report(e)
	}
	if was == Ready && e.To != Ready {
		f.AutoHandIn = false // what is changed is looked at again before it goes
	}
	if was == Prereview && e.To != Prereview && !decision(e.Action) {
		f.Review.Step, f.Review.Ticket = "", 0 // left the queue (T14)
	}
	return f
}

// At returns the filing as it was when the given revision of the form was current,
// from all its events; ok is false when there was no such revision.
func At(events []Event, revision int) (f Filing, ok bool) {
	for _, e := range events {
		if e.Revision > revision {
			break
		}
		f = Fold(f, e)
	}
	return f, f.Revision == revision && revision > 0
}

// Replay folds all events of a filing from the beginning.
func Replay(events []Event) Filing {
	var f Filing
	for _, e := range events {
		f = Fold(f, e)
	}
	return f
}

func (f *Filing) create(e Event) {
	f.ID, f.Person, f.College, f.Policy = e.ID, e.Actor.ID, e.College, e.Policy
	f.Certificate = e.Certificate.ID
	f.Prior = maps.Clone(e.Certificate.Values)
	f.Values = maps.Clone(e.Certificate.Values)
	f.Materials, f.Declared = map[Slot]Material{}, map[Slot]bool{}
}

func (f *Filing) save(e Event) {
	for k, v := range e.Values {
		f.Values[k] = v
	}
	f.Review.Returned = slices.DeleteFunc(f.Review.Returned, func(it ReturnItem) bool {
		_, touched := e.Values[it.Field]
		return it.Field != "" && touched
	})
}

func (f *Filing) material(e Event) {
	switch e.Action {
	case Upload:
		f.Materials[e.Slot] = Material{File: e.File, On: DateOf(e.At)}
	case Waive:
		f.Materials[e.Slot] = Material{Waived: e.Text, On: DateOf(e.At)}
	default:
		delete(f.Materials, e.Slot)
		return
	}
	f.Review.Returned = slices.DeleteFunc(f.Review.Returned, func(it ReturnItem) bool { return it.Slot == e.Slot && e.Slot != 0 })
}

func (f *Filing) review(e Event) {
	switch e.Action {
	case HandIn:
		f.AutoHandIn = false
		f.Review = Review{Round: f.Review.Round + 1}
		if f.Notice.State == NoticePosted { // over, or the guard had refused
			f.Notice.State = NoticePassed
		}
	case Approve, Submit:
		f.Review.Decisions = append(f.Review.Decisions, Decision{f.Review.Step, e.Actor.ID, e.At})
	case Return:
		f.Review.Returned, f.Review.By = e.Items, e.Actor.ID
	}
	f.Review.Step, f.Review.Ticket, f.Review.Since = e.Step, 0, e.At
	if e.Step != "" {
		f.Review.Ticket = e.Seq
	}
	if e.Action == Submit {
		f.SubmittedAt = DateOf(e.At)
	}
}

func (f *Filing) report(e Event) {
	f.Official = append(f.Official, Status{Text: e.Text, By: e.Actor, At: e.At})
	if e.Action == ReportApproved {
		f.Renewed = Period{From: e.From, Until: e.Until}
	}
}

// with returns a copy of f with the values laid over its own.
func (f Filing) with(v Values) *Filing {
	f.Values = maps.Clone(f.Values)
	maps.Copy(f.Values, v)
	return &f
}
