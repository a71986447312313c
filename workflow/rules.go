package workflow

import (
	"slices"
	"time"

	"example.org/beian/workflow/calendar"
)

// rule is one line of the state machine: in which states an event is possible, for
// whom, under which guard, and where it leads.
type rule struct {
	id    string
	on    Action
	from  []State
	by    []Role
	guard func(c *check) *Refusal
	to    State // "" keeps the state, unless the guard chose one
}

// check is what a guard may look at. A guard may complete the event.
type check struct {
	f      *Filing
	cmd    Command
	ev     *Event
	policy Policy
	now    time.Time
	today  calendar.Date
}

var (
	self       = []Role{Applicant}
	timer      = []Role{System}
	anyHandler = []Role{CollegeHandler, SchoolHandler}
	school     = []Role{SchoolHandler}
	selfTimer  = []Role{Applicant, System}
	reporters  = []Role{Applicant, CollegeHandler, SchoolHandler, HR}
	anybody    = []Role{Applicant, CollegeHandler, SchoolHandler, HR, System}

	outside   = []State{New, NotEligible}
	draft     = []State{Draft}
	editing   = []State{Saved, Returned}
	editable  = []State{Saved, Ready, Returned}
	published = []State{Saved, Ready, Returned, Prereview}
	queued    = []State{Prereview}
	submitted = []State{Submitted, Reviewing}
	frozen    = []State{Submitted, Reviewing, Approved, Done}
	preSubmit = []State{NotEligible, Eligible, Draft, Saved, Ready, Prereview, Returned}
	preReview = []State{Eligible, Draft, Saved, Ready, Returned}
	open      = []State{NotEligible, Eligible, Draft, Saved, Ready, Prereview, Submitted, Reviewing, Returned, Approved}
	unrenewed = []State{NotEligible, Eligible, Draft, Saved, Ready, Prereview, Submitted, Reviewing, Returned}
	ended     = []State{Closed, Cancelled}
	consented = []State{
		NotEligible, Eligible, Draft, Saved, Ready, Prereview, Submitted, Reviewing, Returned, Approved,
		Done, Cancelled,
	}
)

// rules is the machine with its three regions. More than one line
// may share an event; the first whose states match decides.
var rules = [...]rule{
	// The main machine.
	{"T01", Enrol, outside, self, guardEnrol, ""},
	{"T02", OpenWindow, []State{NotEligible}, timer, guardOpen, Eligible},
	{"T03", Create, []State{Eligible}, self, guardCreate, Draft},
	{
		"T04", DeclareCategory, preSubmit,
		[]Role{Applicant, CollegeHandler, SchoolHandler},
		guardDeclared(CategoryChanged),
		NotEligible,
	},
	{"T05", ReportIdentity, preReview, self, nil, NotEligible},
	{"T06", Fill, draft, self, guardValues, ""},
	{"T06", SaveInfo, draft, self, guardFirstSave, Saved},
	{"T07", SaveInfo, []State{Saved, Ready}, self, guardEdit, Saved},
	{"T14", SaveInfo, queued, self, guardUntakenEdit, Saved},
	{"T17", SaveInfo, []State{Returned}, self, guardEdit, Saved},
	{"T08", SaveMaterials, []State{Saved}, self, guardMaterials, Ready},
	{"T17", SaveMaterials, []State{Returned}, self, guardMaterials, Ready},
	{"T10", SetAuto, editable, self, nil, ""},
	{"T10", LeaveNote, []State{Draft, Saved, Ready, Returned, Prereview}, self, guardNote, ""},
	{"T10", HandIn, []State{Ready}, selfTimer, guardHandIn, Prereview},
	{"T11", Take, queued, anyHandler, guardTake, ""},
	{"T11", Release, queued, anyHandler, guardRelease, ""},
	{"T11", Reassign, queued, anyHandler, guardReassign, ""},
	{"T11", Approve, queued, anyHandler, guardApprove, ""},
	{"T12", Return, queued, anyHandler, guardReturn, Saved},
	{"T13", Submit, queued, anyHandler, guardSubmit, Submitted},
	{"T15", Report, submitted, reporters, guardReport, Reviewing},
	{"T16", ReportReturned, submitted, reporters, nil, Returned},
	{"T18", ReportApproved, submitted, reporters, guardRenewed, Approved},
	{"T19", GenerateCertificate, []State{Approved}, self, guardGenerate, ""},
	{"T19", ConfirmDownload, []State{Approved}, self, guardDownload, Done},
	{"T20", Delete, []State{Draft, Saved, Ready}, self, nil, Cancelled},
	{"T20", Delete, queued, self, guardUntaken, Cancelled},
	{"T20", Restore, []State{Cancelled}, self, guardRestore, ""},
	{"T22", LeaveUnit, open, anybody, nil, Closed},
	{"T23", WithdrawConsent, consented, self, nil, Closed},
	{"T24", Expire, unrenewed, timer, guardExpire, ""},
	{"T25", Reopen, ended, self, guardEnrol, ""},
	{"T26", Correct, States(), school, guardCorrect, ""},

	// P, the public notice at the college.
	{"P1", PrintNotice, append(slices.Clone(editable), Prereview, Submitted, Reviewing), selfTimer, nil, ""},
	{"P2", HandNotice, editable, selfTimer, guardHandNotice, ""},
	{"P3", PostNotice, published, anyHandler, guardPost, ""},
	{"P3", PhotoNotice, open, anyHandler, guardPhoto, ""},
	{"P3", KeepNotice, published, anyHandler, guardKeep, ""},
	{"P4", PassNotice, published, []Role{System, CollegeHandler, SchoolHandler}, guardPass, ""},
	{"P5", ObjectNotice, published, anyHandler, guardObjection, ""},
	{"P5", SettleNotice, published, school, guardSettle, ""},

	// F, the paper form.
	{"F1", Print, editable, selfTimer, nil, ""},
	{"F2", SignForm, editable, self, guardPaper(FormPrinted), ""},
	{"F3", CollegeSign, editable, anyHandler, guardPaper(FormPrinted, FormSigned), ""},
	{"F4", SealForm, editable, anyHandler, guardPaper(FormCollegeSigned), ""},
	{"F5", ScanForm, editable, self, guardPaper(FormSealed), ""},

	// M, the materials. Any change of them takes a READY filing back to SAVED (T09).
	{"M1", Answer, draft, self, guardAnswer, ""},
	{"M1", Answer, editing, self, guardAnswer, Saved},
	{"T09", Answer, []State{Ready}, self, guardAnswer, Saved},
	{"M2", Upload, editing, self, guardUpload, Saved},
	{"T09", Upload, []State{Ready}, self, guardUpload, Saved},
	{"F6", Upload, editing, anyHandler, guardSealed, Saved},
	{"F6", Upload, []State{Ready}, anyHandler, guardSealed, Saved},
	{"M3", Remove, editing, self, guardHeld, Saved},
	{"T09", Remove, []State{Ready}, self, guardHeld, Saved},
	{"M4", Waive, editing, self, guardWaive, Saved},
	{"T09", Waive, []State{Ready}, self, guardWaive, Saved},
	{"M5", AutofetchOK, editing, self, guardUnlocked, Saved},
	{"T09", AutofetchOK, []State{Ready}, self, guardUnlocked, Saved},
	{"M6", AutofetchFail, editing, self, nil, Saved},
	{"T09", AutofetchFail, []State{Ready}, self, nil, Saved},

	// After 上报 nothing is changed and nothing deleted (R-G05), whoever asks.
	{"T21", Fill, frozen, anybody, guardFrozen, ""},
	{"T21", SaveInfo, frozen, anybody, guardFrozen, ""},
	{"T21", Answer, frozen, anybody, guardFrozen, ""},
	{"T21", Upload, frozen, anybody, guardFrozen, ""},
	{"T21", Remove, frozen, anybody, guardFrozen, ""},
	{"T21", Waive, frozen, anybody, guardFrozen, ""},
	{"T21", AutofetchOK, frozen, anybody, guardFrozen, ""},
	{"T21", AutofetchFail, frozen, anybody, guardFrozen, ""},
	{"T21", SaveMaterials, frozen, anybody, guardFrozen, ""},
	{"T21", SetAuto, frozen, anybody, guardFrozen, ""},
	{"T21", HandIn, frozen, anybody, guardFrozen, ""},
	{"T21", Print, frozen, anybody, guardFrozen, ""}, // R-G07: 打印申请表 is gone from the row
	{"T21", Delete, frozen, anybody, guardFrozen, ""},
}

// Transition is one line of the machine, for whoever wants to read it as a table.
type Transition struct {
	Rule   string
	Action Action
	From   []State
	By     []Role
	To     State // "" when the state stays or depends on the guard
}

// Transitions returns the machine as a table.
func Transitions() []Transition {
	out := make([]Transition, len(rules))
	for i, r := range rules {
		out[i] = Transition{r.id, r.on, slices.Clone(r.from), slices.Clone(r.by), r.to}
	}
	return out
}

// handlerEvent reports whether nobody may do this on their own filing (four eyes).
func handlerEvent(n Action) bool {
	switch n {
	case PostNotice, PhotoNotice, KeepNotice, PassNotice, ObjectNotice, SettleNotice, CollegeSign, SealForm, Take,
		Release, Reassign, Approve, Return, Submit, Correct:
		return true
	}
	return false
}

// pick finds the line of the machine for cmd, or says why there is none.
func pick(f Filing, cmd Command) (rule, *Refusal) {
	state := f.State
	if state == "" {
		state = New
	}
	known, role := false, false
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
		if cmd.Actor.Role == Applicant && state != New && cmd.Actor.ID != f.Person {
			return rule{}, refuse(RefusedRole, "R-A07")
		}
		return r, nil
	}
	switch {
	case role && cmd.Actor.Role == Applicant:
		return rule{}, refuse(RefusedRole, "R-A12")
	case role:
		return rule{}, refuse(RefusedRole, "R-A07")
	case known && decision(cmd.Action):
		return rule{}, refuse(RefusedDecided, "T11")
	}
	return rule{}, refuse(RefusedState, "T21")
}

func decision(n Action) bool { return n == Approve || n == Return || n == Submit }
