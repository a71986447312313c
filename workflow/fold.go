package workflow

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"example.org/beian/workflow/calendar"
)

// Fold returns f after the event. It decides nothing: replaying all events of a
// filing from the zero value yields the stored filing, whatever the policy is today.
func Fold(f Filing, e Event) Filing {
	f = f.clone()
	was := f.State
	if milestone(e) {
		f.Timeline = append(f.Timeline, Moment{e.Seq, e.Action, e.At, e.Actor, e.Text, f.Review.Step})
	}
	if e.Action == Correct {
		return f.correct(e)
	}
	f.Seq, f.State, f.Revision = e.Seq, e.To, e.Revision
	switch e.Action {
	case Enrol, OpenWindow, Create, Reopen, DeclareCategory, ReportIdentity, LeaveUnit, WithdrawConsent, Expire:
		f.eligibility(e)
	case Fill, SaveInfo:
		f.save(e)
	case PrintNotice, HandNotice, PostNotice, PhotoNotice, KeepNotice, PassNotice, ObjectNotice, SettleNotice:
		f.notice(e)
	case Print, SignForm, CollegeSign, SealForm, ScanForm:
		f.paper(e)
	case Answer:
		f.Answers[e.Slot] = e.Yes
	case Upload, Remove, Waive, AutofetchOK, AutofetchFail:
		f.material(e)
	case SetAuto:
		f.AutoHandIn = e.Yes
	case LeaveNote:
		f.Note = e.Text
	case HandIn, Take, Release, Reassign, Approve, Return, Submit:
		f.review(e)
	case Report, ReportReturned, ReportApproved, GenerateCertificate:
		f.report(e)
	case Delete:
		f.Was, f.EndedAt = was, e.At
	case Restore:
		f.Was = ""
	}
	if was == Ready && e.To != Ready {
		f.AutoHandIn = false // what is changed is looked at again before it goes
	}
	if was == Prereview && e.To != Prereview && !decision(e.Action) {
		f.Review.Step, f.Review.Ticket, f.Review.Assignee, f.Review.AssignedBy = "", 0, "", "" // left the queue (T14)
	}
	return f
}

// milestone picks the events worth a line in the timeline; typing and single files
// are not.
func milestone(e Event) bool {
	switch e.Action {
	case Fill, Print, PrintNotice, SignForm, ScanForm, Answer, SetAuto, LeaveNote, Remove, AutofetchFail, Take, Release,
		WithdrawConsent, PhotoNotice:
		return false
	case Upload:
		return e.Slot == SlotForm
	}
	return true
}

// Replay folds all events of a filing from the beginning.
func Replay(events []Event) Filing {
	var f Filing
	for _, e := range events {
		f = Fold(f, e)
	}
	return f
}

// Divergence compares a stored filing with the fold of its events and returns the
// names of the parts that differ, none when all is well. Names are not personal; the
// values are not told.
func Divergence(stored Filing, events []Event) ([]string, error) {
	parts := func(f Filing) (map[string]json.RawMessage, error) {
		b, err := json.Marshal(f)
		if err != nil {
			return nil, fmt.Errorf("encode filing: %w", err)
		}
		var m map[string]json.RawMessage
		return m, json.Unmarshal(b, &m)
	}
	is, err := parts(stored)
	if err != nil {
		return nil, err
	}
	should, err := parts(Replay(events))
	if err != nil {
		return nil, err
	}
	var out []string
	for name := range maps.Keys(is) {
		if string(is[name]) != string(should[name]) {
			out = append(out, name)
		}
	}
	for name := range maps.Keys(should) {
		if _, there := is[name]; !there {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out, nil
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

// eligibility folds what happens to the question whether somebody may file.
func (f *Filing) eligibility(e Event) {
	switch e.Action {
	case Enrol, Reopen:
		f.enrol(e)
	case OpenWindow:
		f.Reason = EligibleNow
	case Create:
		f.Policy = e.Policy
	case DeclareCategory:
		f.Reason, f.Declared = CategoryChanged, true
	case ReportIdentity:
		f.Reason, f.Declared = IdentityMismatch, true
	case LeaveUnit:
		f.Reason, f.Declared, f.EndedAt = NotInService, true, e.At
	case Expire:
		f.Overdue = true
	case WithdrawConsent: // nothing of the person stays but that there was a filing
		*f = Filing{
			ID: f.ID, Person: f.Person, College: f.College, Certificate: f.Certificate, Policy: f.Policy,
			State: f.State, Seq: f.Seq, Revision: f.Revision, EndedAt: e.At,
		}
	}
}

// enrol takes the certificate in. What was typed before stays, unless the
// certificate is another one.
func (f *Filing) enrol(e Event) {
	if e.Action == Enrol && f.ID == "" {
		f.ID, f.Person, f.College = e.ID, e.Actor.ID, e.College
	}
	c := e.Certificate
	if c != nil {
		if f.Values == nil || f.Certificate != c.ID || !maps.Equal(f.Prior, c.Values) {
			f.Values = maps.Clone(c.Values)
		}
		f.Certificate, f.Prior = c.ID, maps.Clone(c.Values)
		f.Partial = e.Unit != "" && c.Unit != e.Unit
	}
	if f.Values == nil {
		f.Values = Values{}
	}
	if f.Materials == nil || e.Action == Reopen {
		f.Materials, f.Answers = map[Slot]Material{}, map[Slot]bool{}
		f.Notice, f.Form, f.AutoHandIn, f.Review = Notice{}, FormNone, false, Review{Round: f.Review.Round}
	}
	f.Policy, f.Reason, f.Declared, f.Opens, f.Ends = e.Policy, e.Reason, false, e.Opens, e.Ends
	f.Overdue, f.Was = false, ""
}

func (f *Filing) save(e Event) {
	f.Before = nil
	for _, fd := range catalogue {
		v, given := e.Values[fd.Key]
		if !given {
			continue
		}
		if e.Republish && fd.Published && v != f.Values[fd.Key] && !slices.Contains(f.Notice.Changed, fd.Key) {
			f.Notice.Changed = append(f.Notice.Changed, fd.Key)
		}
		if old := f.Values[fd.Key]; e.Action == Fill && old != v {
			if f.Before == nil {
				f.Before = Values{}
			}
			f.Before[fd.Key] = old
		}
		f.Values[fd.Key] = v
	}
	f.Review.Returned = slices.DeleteFunc(f.Review.Returned, func(it ReturnItem) bool {
		_, touched := e.Values[it.Field]
		return it.Field != "" && touched
	})
	if f.Printed < f.Revision {
		f.Form = FormNone // R-E05
	}
	if e.Republish {
		f.Notice.State = NoticeWithdrawn // T07: the sheet at the college is outdated; its dates stay known
	}
}

func (f *Filing) notice(e Event) {
	switch e.Action {
	case PrintNotice:
		if f.Notice.State == NoticeNone || f.Notice.State == NoticeWithdrawn {
			f.Notice.State = NoticePrinted
		}
	case HandNotice:
		f.Notice.State, f.Notice.Ticket, f.Notice.HandedAt = NoticeHanded, e.Seq, e.At
	case PostNotice:
		f.Notice = Notice{State: NoticePosted, From: e.From, Until: e.Until, Official: e.Official}
	case PhotoNotice:
		f.Notice.Photo = e.File.ID
	case KeepNotice:
		f.Notice.State, f.Notice.Changed = NoticePosted, nil
	case PassNotice:
		f.Notice.State = NoticePassed
	case ObjectNotice:
		f.Notice.State, f.Notice.Text = NoticeObjection, e.Text
	case SettleNotice:
		f.Notice.State, f.Notice.Text = NoticePosted, ""
	}
}

func (f *Filing) paper(e Event) {
	switch e.Action {
	case Print:
		f.PrintedOn = calendar.DateOf(e.At)
		if f.Form == FormNone || f.Printed < f.Revision {
			f.Form = FormPrinted // printing the same revision again takes nothing back
		}
		f.Printed = f.Revision
	case SignForm:
		f.Form = FormSigned
	case CollegeSign:
		f.Form = FormCollegeSigned
	case SealForm:
		f.Form = FormSealed
	case ScanForm:
		f.Form = FormScanned
	}
}

func (f *Filing) material(e Event) {
	switch e.Action {
	case Upload:
		f.Materials[e.Slot] = Material{File: e.File, On: calendar.DateOf(e.At), At: e.At}
		if e.Slot == SlotForm {
			f.Form = FormUploaded // whoever sends the sealed form has had it signed, sealed and scanned
		}
	case Waive:
		f.Materials[e.Slot] = Material{Waived: e.Text, On: calendar.DateOf(e.At), At: e.At}
	case AutofetchOK:
		f.Materials[SlotInsurance] = Material{Fetched: true, On: calendar.DateOf(e.At), At: e.At}
	case AutofetchFail:
		if f.Materials[SlotInsurance].Fetched {
			delete(f.Materials, SlotInsurance)
		}
		return
	case Remove:
		delete(f.Materials, e.Slot)
		if e.Slot == SlotForm && f.Form == FormUploaded {
			f.Form = FormScanned
		}
		return
	}
	slot := e.Slot
	if e.Action == AutofetchOK {
		slot = SlotInsurance
	}
	f.Review.Returned = slices.DeleteFunc(f.Review.Returned, func(it ReturnItem) bool { return it.Slot == slot })
}

func (f *Filing) review(e Event) {
	switch e.Action {
	case Take:
		f.Review.Assignee = e.Actor.ID
		return
	case Release: // the card of whoever had it is void, all get a new one
		f.Review.Assignee, f.Review.AssignedBy, f.Review.Ticket, f.Review.Since = "", "", e.Seq, e.At
		return
	case Reassign:
		f.Review.Assignee, f.Review.AssignedBy, f.Review.Ticket, f.Review.Since = e.Assignee, e.Actor.ID, e.Seq, e.At
		return
	case HandIn:
		f.AutoHandIn = false
		f.Review = Review{Round: f.Review.Round + 1, Seen: f.Review.Seen}
		if f.Notice.State == NoticePosted { // over, or the guard had refused
			f.Notice.State = NoticePassed
		}
	case Approve, Submit:
		f.Review.Decisions = append(f.Review.Decisions, Decision{f.Review.Step, e.Actor.ID, e.At, e.Ticket})
	case Return:
		f.returned(e)
	}
	f.Review.Step, f.Review.Ticket, f.Review.Since, f.Review.Assignee, f.Review.AssignedBy = e.Step, 0, e.At, "", ""
	if e.Step != "" {
		f.Review.Ticket = e.Seq
	}
	if e.Action == Submit {
		f.SubmittedAt = calendar.DateOf(e.At)
	}
}

// returned opens the items again; a form that is wanted again is still the printed
// one, and goes the way of signing and sealing once more.
func (f *Filing) returned(e Event) {
	f.Review.Returned, f.Review.By = slices.Clone(e.Items), e.Actor.ID
	f.Review.Scope, f.Review.Seen = slices.Clone(e.Items), f.seen()
	for slot, m := range f.Materials {
		if m.File != nil && len(m.File.Swapped) > 0 { // what is sent again from now on counts
			file := *m.File
			file.Swapped = nil
			m.File = &file
			f.Materials[slot] = m
		}
	}
	for _, it := range e.Items {
		if it.Slot == SlotForm {
			f.Form = FormPrinted
		}
	}
}

func (f *Filing) report(e Event) {
	if e.Action == GenerateCertificate {
		f.Generated = true
		return
	}
	f.Official = append(f.Official, Status{Text: e.Text, By: e.Actor, At: e.At})
	if e.Action == ReportReturned {
		f.Review.Scope, f.Review.Seen = nil, nil // the city has looked at all of it
	}
	if e.Action == ReportApproved {
		f.Renewed = Period{From: e.From, Until: e.Until}
	}
}

// with returns a copy of f with the values laid over its own.
func (f Filing) with(v Values) *Filing {
	f.Values = maps.Clone(f.Values)
	if f.Values == nil {
		f.Values = Values{}
	}
	maps.Copy(f.Values, v)
	return &f
}
