package workflow

import (
	"slices"
	"time"
)

// rule is one line of the state machine: in which states an event is possible, for
// whom, under which guard, and where it leads.
type rule struct {
	id    string
	on    Action
	from  []State
	by    []Role
	guard func(c *check) *Refusal
	to    State // "" keeps the state
}

// check is what a guard may look at. A guard may complete the event.
type check struct {
	f      *Filing
	cmd    Command
	ev     *Event
	policy Policy
	now    time.Time
	today  Date
}

var (
	anyHandler = []Role{CollegeHandler, SchoolHandler}
	self       = []Role{Applicant}
	reporters  = []Role{Applicant, CollegeHandler, SchoolHandler, HR}
	editable   = []State{Saved, Ready, Returned}
	handedOver = []State{Submitted, Reviewing}
)

// rules is the machine of domain §1.7. More than one line may share an event; the
// first whose states match decides.
var rules = [...]rule{
	{"T03", Create, []State{Eligible}, self, guardCreate, Draft},
	{"T06", Fill, []State{Draft}, self, guardValues, ""},
	{"T06", SaveInfo, []State{Draft}, self, guardFirstSave, Saved},
	{"T07", SaveInfo, editable, self, guardEdit, Saved},
	{"T14", SaveInfo, []State{Prereview}, self, guardEdit, Saved},
	{"R-E02", Print, []State{Saved, Ready, Returned}, []Role{Applicant, System}, nil, ""},
	{"P1", HandNotice, []State{Saved, Ready, Returned}, []Role{Applicant, System}, guardHandNotice, ""},
	{"P3", PostNotice, []State{Saved, Ready, Returned, Prereview}, anyHandler, guardPost, ""},
	{"P4", PassNotice, []State{Saved, Ready, Returned, Prereview}, []Role{System, CollegeHandler, SchoolHandler}, guardPass, ""},
	{"P5", ObjectNotice, []State{Saved, Ready, Returned, Prereview}, anyHandler, guardObjection, Saved},
	{"M1", Declare, []State{Draft, Saved, Ready, Returned}, self, nil, ""},
	{"M2", Upload, []State{Saved, Returned}, self, guardUpload, Saved},
	{"T09", Upload, []State{Ready}, self, guardUpload, Saved},
	{"M3", Remove, editable, self, nil, Saved},
	{"R-F02", Waive, editable, self, guardWaive, Saved},
	{"T08", SaveMaterials, []State{Saved, Returned}, self, guardMaterials, Ready},
	{"T10", SetAuto, []State{Saved, Ready, Returned}, self, nil, ""},
	{"T10", HandIn, []State{Ready}, []Role{Applicant, System}, guardHandIn, Prereview},
	{"T11", Approve, []State{Prereview}, anyHandler, guardApprove, ""},
	{"T12", Return, []State{Prereview}, anyHandler, guardReturn, Saved},
	{"T13", Submit, []State{Prereview}, anyHandler, guardSubmit, Submitted},
	{"T15", Report, handedOver, reporters, guardReport, Reviewing},
	{"T16", ReportReturned, handedOver, reporters, nil, Returned},
	{"T18", ReportApproved, handedOver, reporters, guardRenewed, Approved},
	{"T19", ConfirmDownload, []State{Approved}, self, nil, Done},
	{"T20", Delete, []State{Draft, Saved, Ready, Prereview}, self, nil, Cancelled},
}

func refuse(code Code, rule string) *Refusal { return &Refusal{Code: code, Rule: rule} }

func guardCreate(c *check) *Refusal {
	a := Assess(c.cmd.Certificate, c.today, c.policy)
	switch a.Reason {
	case EligibleNow:
		return nil
	case ReasonTooEarly:
		return &Refusal{Code: RefusedEarly, Rule: "R-C09", Date: a.OpensOn}
	case CategoryChanged:
		return refuse(RefusedCategory, "R-C08")
	case IdentityMismatch:
		return refuse(RefusedIdentity, "R-C10")
	}
	return refuse(RefusedIneligible, "R-C05")
}

// guardValues keeps identity and category as they were (R-C10, R-C08).
func guardValues(c *check) *Refusal {
	for k, v := range c.cmd.Values {
		fd, ok := FieldOf(k)
		switch {
		case !ok:
			return refuse(RefusedState, "R-D01")
		case fd.Identity && v != c.f.Prior[k]:
			return refuse(RefusedIdentity, "R-C10")
		case k == Category && c.f.Prior[k] != "" && v != c.f.Prior[k]:
			return refuse(RefusedCategory, "R-C08")
		}
	}
	return nil
}

func guardFirstSave(c *check) *Refusal {
	if r := guardValues(c); r != nil {
		return r
	}
	next := c.f.with(c.cmd.Values)
	if m := next.Missing(); len(m) > 0 {
		return &Refusal{Code: RefusedMissing, Rule: "R-D04", Fields: m}
	}
	c.ev.Revision = 1
	return nil
}

// guardEdit opens a new revision only when a value on the paper changes (R-E05).
func guardEdit(c *check) *Refusal {
	if r := guardValues(c); r != nil {
		return r
	}
	next := c.f.with(c.cmd.Values)
	if m := next.Missing(); len(m) > 0 {
		return &Refusal{Code: RefusedMissing, Rule: "R-D04", Fields: m}
	}
	changed, printed := false, false
	for k, v := range c.cmd.Values {
		if v == c.f.Values[k] {
			continue
		}
		fd, _ := FieldOf(k)
		changed, printed = true, printed || fd.Printed
	}
	if !changed {
		return refuse(RefusedSame, "T07")
	}
	if printed {
		c.ev.Revision = c.f.Revision + 1
	}
	return nil
}

func guardHandNotice(c *check) *Refusal {
	if c.f.Notice.State != NoticeNone {
		return refuse(RefusedSame, "R-E01")
	}
	return nil
}

// guardPost computes the last day in working days unless the handler typed one (§3.3).
func guardPost(c *check) *Refusal {
	switch c.f.Notice.State {
	case NoticeHanded:
	case NoticeObjection: // only the school settles an objection (P5)
		if c.cmd.Actor.Role != SchoolHandler {
			return refuse(RefusedRole, "R-E01")
		}
	case NoticePosted: // a slip may be put right until the filing is handed in
		if c.f.State == Prereview || c.cmd.From == c.f.Notice.From && c.cmd.Until.IsZero() {
			return refuse(RefusedSame, "R-E01")
		}
	default:
		return refuse(RefusedSame, "R-E01")
	}
	if c.cmd.From.IsZero() || c.cmd.From.After(c.today.AddDays(31)) || c.cmd.From.Before(c.f.PrintedOn) {
		return refuse(RefusedDates, "R-E01")
	}
	c.ev.Official = true
	if c.cmd.Until.IsZero() {
		c.ev.Until, c.ev.Official = c.policy.Calendar().NoticeEnd(c.cmd.From, c.policy.Notice)
	}
	if c.ev.Until.Before(c.cmd.From) {
		return refuse(RefusedDates, "R-E01")
	}
	return nil
}

func guardPass(c *check) *Refusal {
	if c.f.Notice.State != NoticePosted {
		return refuse(RefusedSame, "R-E01")
	}
	if !c.f.Notice.Over(c.today) {
		return &Refusal{Code: RefusedNotice, Rule: "R-E01", Date: c.f.Notice.Until.AddDays(1)}
	}
	return nil
}

func guardObjection(c *check) *Refusal {
	if c.f.Notice.State != NoticePosted {
		return refuse(RefusedSame, "R-E01")
	}
	if c.cmd.Text == "" {
		return refuse(RefusedReason, "R-E01")
	}
	return nil
}

func guardUpload(c *check) *Refusal {
	switch {
	case c.cmd.File == nil || c.cmd.Slot.Info().Slot == 0:
		return refuse(RefusedMissing, "R-F05")
	case c.cmd.Slot == SlotForm && c.cmd.File.Revision != c.f.Revision:
		return refuse(RefusedRevision, "R-E05")
	}
	return nil
}

func guardWaive(c *check) *Refusal {
	if c.cmd.Slot != SlotInsurance || c.cmd.Text == "" {
		return refuse(RefusedReason, "R-F02")
	}
	return nil
}

func guardMaterials(c *check) *Refusal {
	if out := c.f.Outstanding(); len(out) > 0 {
		return &Refusal{Code: RefusedMissing, Rule: "R-F06", Slots: out}
	}
	return nil
}

// guardHandIn opens the first step of the review; its ticket is this event.
func guardHandIn(c *check) *Refusal {
	if r := guardMaterials(c); r != nil {
		return r
	}
	if !c.f.Notice.Over(c.today) {
		r := &Refusal{Code: RefusedNotice, Rule: "T10"}
		if c.f.Notice.State == NoticePosted {
			r.Date = c.f.Notice.Until.AddDays(1)
		}
		return r
	}
	c.ev.Step = c.policy.Review[0].ID
	return nil
}

// guardDecision is common to all decisions: the right step, the right role, the
// state that the handler saw, and never one's own filing (four eyes).
func guardDecision(c *check) (ReviewStep, *Refusal) {
	step, ok := c.policy.ReviewStep(c.f.Review.Step)
	switch {
	case !ok:
		return step, refuse(RefusedState, "T11")
	case c.cmd.Ticket != c.f.Review.Ticket:
		return step, refuse(RefusedStale, "T11")
	case c.cmd.Actor.Role != step.Role && c.cmd.Actor.Role != SchoolHandler:
		return step, refuse(RefusedRole, "T11") // the school handler may stand in for a college (Q21)
	}
	return step, nil
}

func guardApprove(c *check) *Refusal {
	step, r := guardDecision(c)
	if r != nil {
		return r
	}
	next, ok := c.policy.After(step.ID)
	if step.Submits || !ok {
		return refuse(RefusedState, "T13")
	}
	c.ev.Step = next.ID
	return nil
}

func guardReturn(c *check) *Refusal {
	if _, r := guardDecision(c); r != nil {
		return r
	}
	if len(c.cmd.Items) == 0 {
		return refuse(RefusedReason, "T12")
	}
	for _, it := range c.cmd.Items {
		_, known := c.policy.Reason(it.Reason)
		if !known || it.Reason == "other" && it.Text == "" {
			return refuse(RefusedReason, "T12")
		}
	}
	c.ev.Step = ""
	return nil
}

func guardSubmit(c *check) *Refusal {
	step, r := guardDecision(c)
	switch {
	case r != nil:
		return r
	case !step.Submits:
		return refuse(RefusedRole, "T13")
	case !c.cmd.Attested:
		return refuse(RefusedAttest, "R-B06")
	}
	c.ev.Step = ""
	return nil
}

func guardReport(c *check) *Refusal {
	last := ""
	if n := len(c.f.Official); n > 0 {
		last = c.f.Official[n-1].Text
	}
	const longest = 200 // characters; a status is a few words
	if c.cmd.Text == "" || c.cmd.Text == last || len([]rune(c.cmd.Text)) > longest {
		return refuse(RefusedSame, "T15")
	}
	return nil
}

// guardRenewed: the dates of the new certificate are typed, never inferred (§5).
func guardRenewed(c *check) *Refusal {
	if c.cmd.From.IsZero() || c.cmd.From.After(c.today.AddDays(31)) || c.cmd.From.Before(c.f.SubmittedAt.AddDays(-60)) {
		return refuse(RefusedDates, "T18")
	}
	if c.cmd.Until.IsZero() {
		c.ev.Until = c.cmd.From.AddMonths(c.policy.ValidMonths)
	}
	if !c.ev.Until.After(c.cmd.From) {
		return refuse(RefusedDates, "T18")
	}
	return nil
}

// handlerEvents are the events in which nobody may act on their own filing.
func handlerEvent(n Action) bool {
	return slices.Contains([]Action{PostNotice, PassNotice, ObjectNotice, Approve, Return, Submit}, n)
}
