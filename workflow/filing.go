package workflow

import (
	"maps"
	"slices"
	"time"

	"example.org/beian/workflow/calendar"
	"example.org/beian/workflow/typed"
)

// State is the main state of a filing.
type State string

// The states. A filing begins when a person agrees to the notice; until they create
// the application (增加备案申请) it is only known whether they may.
const (
	New         State = "NEW" // the zero filing is in this state too
	NotEligible State = "INELIGIBLE"
	Eligible    State = "ELIGIBLE"
	Draft       State = "DRAFT"
	Saved       State = "SAVED"
	Ready       State = "READY"
	Prereview   State = "PREREVIEW"
	Submitted   State = "SUBMITTED"
	Reviewing   State = "REVIEWING"
	Returned    State = "RETURNED"
	Approved    State = "APPROVED"
	Done        State = "DONE"
	Cancelled   State = "CANCELLED"
	Closed      State = "CLOSED"
)

// States returns every state, in the order of a filing's life.
func States() []State {
	return []State{
		New, NotEligible, Eligible, Draft, Saved, Ready, Prereview, Submitted, Reviewing, Returned, Approved,
		Done, Cancelled, Closed,
	}
}

// Official returns what the city's system shows in this state.
func (s State) Official() string {
	switch s {
	case New, NotEligible, Eligible:
		return "暂无信息"
	case Saved:
		return "上传佐证材料"
	case Ready, Prereview:
		return "请联系所属企业进行提交"
	case Submitted:
		return "待预审"
	}
	return ""
}

// Begun reports whether the application has been created and not ended.
func (s State) Begun() bool {
	return slices.Contains([]State{Draft, Saved, Ready, Prereview, Submitted, Reviewing, Returned, Approved, Done}, s)
}

// Terminal reports whether the filing has ended.
func (s State) Terminal() bool {
	return slices.Contains([]State{Done, Cancelled, Closed}, s)
}

// Editable reports whether the applicant may change the filing (R-G03, R-G05).
func (s State) Editable() bool {
	return slices.Contains([]State{Draft, Saved, Ready, Returned}, s)
}

// HandedOver reports whether the school has submitted it (上报) and the government
// has not answered.
func (s State) HandedOver() bool { return s == Submitted || s == Reviewing }

// Filing is one renewal. It is the fold of its events: see [Fold].
type Filing struct {
	ID          string `json:"id"`
	Person      string `json:"person"`
	College     string `json:"college"`
	Certificate string `json:"certificate"`
	Policy      string `json:"policy"` // version it is decided under, see [Rulebook.For]
	State       State  `json:"state"`
	Seq         int    `json:"seq"`      // number of events
	Revision    int    `json:"revision"` // of the form; 0 before the first save

	Reason   Ineligible    `json:"reason,omitempty"`        // NotEligible and Closed: why
	Declared bool          `json:"self_declared,omitempty"` // Reason is what the person said, not what the roster says
	Opens    calendar.Date `json:"opens"`                   // R-C09
	Ends     calendar.Date `json:"ends"`
	Overdue  bool          `json:"overdue,omitempty"` // T24; never blocks anything (Q04)

	Prior   Values `json:"prior"`             // the last recognition (R-D01)
	Values  Values `json:"values"`            // as they are now
	Before  Values `json:"before,omitempty"`  // what the last Fill replaced, to take it back
	Partial bool   `json:"partial,omitempty"` // R-C07: recognised at another unit, so the history has gaps

	Notice    Notice            `json:"notice"`
	Form      FormState         `json:"form,omitempty"`
	Printed   int               `json:"printed"`    // revision last printed
	PrintedOn calendar.Date     `json:"printed_on"` // day of that print
	Materials map[Slot]Material `json:"materials"`
	Answers   map[Slot]bool     `json:"answers"` // "has it changed" where the form cannot know

	Note        string        `json:"note,omitempty"` // a word of the applicant to the handler
	AutoHandIn  bool          `json:"auto_hand_in"`   // hand in by itself when the public notice is over
	Review      Review        `json:"review"`
	Official    []Status      `json:"official"`
	SubmittedAt calendar.Date `json:"submitted_on"`
	Renewed     Period        `json:"renewed"`
	Generated   bool          `json:"generated,omitempty"` // T19: 生成新证书 is done
	Was         State         `json:"was,omitempty"`       // Cancelled: the state before, to restore
	EndedAt     time.Time     `json:"ended_at,omitzero"`
	Timeline    []Moment      `json:"timeline"`
}

// Moment is one milestone of a filing, for the person who asks where it stands.
type Moment struct {
	Seq    int       `json:"seq"`
	Action Action    `json:"action"`
	At     time.Time `json:"at"`
	By     Actor     `json:"by"`
	Text   string    `json:"text,omitempty"` // an official status, verbatim
	Step   string    `json:"step,omitempty"` // of the review, before the event
}

// Notice is the region P (P1–P5): the public notice at the college.
type Notice struct {
	State    NoticeState   `json:"state"`
	From     calendar.Date `json:"from"`
	Until    calendar.Date `json:"until"` // last day, inclusive
	Official bool          `json:"official"`
	Text     string        `json:"text,omitempty"`    // an objection, verbatim
	Photo    string        `json:"photo,omitempty"`   // file: the notice where it hangs
	Changed  []Key         `json:"changed,omitempty"` // published values that changed since it was posted (T07)
	Ticket   int           `json:"ticket,omitempty"`  // the event that asked the college to post it
	HandedAt time.Time     `json:"handed_at,omitzero"`
}

// NoticeState is where the public notice stands.
type NoticeState string

// The states of the public notice, P0 to P6.
const (
	NoticeNone      NoticeState = ""
	NoticePrinted   NoticeState = "printed"
	NoticeHanded    NoticeState = "handed" // the college has been asked to publish
	NoticePosted    NoticeState = "posted"
	NoticePassed    NoticeState = "passed"
	NoticeObjection NoticeState = "objection"
	NoticeWithdrawn NoticeState = "withdrawn" // what it says has changed (T07)
)

// FormState is the region F: where the paper form stands. The bot sees the print
// and the upload; what happens to the paper in between is known when people say so.
type FormState string

// The states of the paper form, F0 to F6.
const (
	FormNone          FormState = "" // not printed, or outdated
	FormPrinted       FormState = "printed"
	FormSigned        FormState = "signed"
	FormCollegeSigned FormState = "college_signed"
	FormSealed        FormState = "sealed"
	FormScanned       FormState = "scanned"
	FormUploaded      FormState = "uploaded"
)

// Over reports whether the public notice has run its days without objection.
func (n Notice) Over(today calendar.Date) bool {
	return n.State == NoticePassed || n.State == NoticePosted && today.After(n.Until)
}

// Review is the way through the chain of handlers.
type Review struct {
	Step      string       `json:"step,omitempty"`
	Assignee  string       `json:"assignee,omitempty"` // who has taken it (T11)
	Ticket    int          `json:"ticket,omitempty"`   // the event that opened this step; a decision must name it
	Since     time.Time    `json:"since,omitzero"`
	Round     int          `json:"round"`
	Decisions []Decision   `json:"decisions,omitempty"` // of this round
	Returned  []ReturnItem `json:"returned,omitempty"`  // open items of the last return
	By        string       `json:"by,omitempty"`        // who returned
	// AssignedBy is who handed it to the assignee.
	AssignedBy string `json:"assigned_by,omitempty"`
	// Scope are all items of the last return, until the filing is handed in again: the rest
	// is accepted and locked.
	Scope []ReturnItem `json:"scope,omitempty"`
	// Seen is what the handler had before them who returned it.
	Seen *Seen `json:"seen,omitempty"`
}

// Seen is a filing as a handler has looked at it, to show later what has changed since.
type Seen struct {
	Step      string          `json:"step,omitempty"` // at which it was returned: later ones have not looked
	Values    Values          `json:"values"`
	Materials map[Slot]string `json:"materials"` // the id of the file, or why there is none
}

// Decision is what one handler decided.
type Decision struct {
	Step   string    `json:"step"`
	By     string    `json:"by"`
	At     time.Time `json:"at"`
	Ticket int       `json:"ticket,omitempty"` // of the step that was decided
}

// ReturnItem is one thing to put right: a field, a slot, or both empty for the whole.
type ReturnItem struct {
	Field  Key    `json:"field,omitempty"`
	Slot   Slot   `json:"slot,omitempty"`
	Reason string `json:"reason"`
	Text   string `json:"text,omitempty"`
}

// Status is an official status as somebody reported it, verbatim (T15).
type Status struct {
	Text string    `json:"text"`
	By   Actor     `json:"by"`
	At   time.Time `json:"at"`
}

// Period is the validity of a renewed certificate.
type Period struct {
	From  calendar.Date `json:"from"`
	Until calendar.Date `json:"until"`
}

// Change is one value that differs from the last recognition.
type Change struct {
	Field    Field
	Old, New string
}

// Changes returns what differs from the last recognition, in the order of the
// form. A value that was unknown then and is given now counts as filled in, not
// as changed, so it demands no material.
func (f *Filing) Changes() []Change {
	var out []Change
	for _, fd := range catalogue {
		if o, n := f.Prior[fd.Key], f.Values[fd.Key]; o != n && o != "" {
			out = append(out, Change{fd, o, n})
		}
	}
	return out
}

// Missing returns the required fields that are still blank.
func (f *Filing) Missing() []Field {
	var out []Field
	for _, fd := range catalogue {
		if f.Values[fd.Key] == "" && !fd.Optional && !f.blankAllowed(fd.Key) {
			out = append(out, fd)
		}
	}
	return out
}

// blankAllowed: without a degree, its details stay blank as in the manual's specimen.
func (f *Filing) blankAllowed(k Key) bool {
	return f.Values[Degree] == "无学位" && (k == DegreeMajor || k == DegreeSchool)
}

// Unchanged returns how many fields hold the value of the last recognition.
func (f *Filing) Unchanged() int {
	n := 0
	for _, fd := range catalogue {
		if f.Values[fd.Key] == f.Prior[fd.Key] {
			n++
		}
	}
	return n
}

// Slot returns where a material slot stands. It is derived, never stored.
func (f *Filing) Slot(s Slot) SlotState {
	m, held := f.Materials[s]
	switch {
	case held && slices.ContainsFunc(f.Review.Returned, func(it ReturnItem) bool { return it.Slot == s }):
		return SlotStale // a handler wants it again (T12)
	case held && m.Waived != "":
		return SlotWaived
	case held && m.File != nil && s == SlotForm && m.File.Revision < f.Revision:
		return SlotStale
	case held && (m.File != nil || m.Fetched):
		return SlotUploaded
	case f.demands(s):
		return SlotNeeded
	}
	return SlotNotNeeded
}

func (f *Filing) demands(s Slot) bool {
	return s == SlotForm || s == SlotInsurance || f.Answers[s] || f.diffDemands(s)
}

func (f *Filing) diffDemands(s Slot) bool {
	return slices.ContainsFunc(f.Changes(), func(c Change) bool { return c.Field.Demands == s })
}

// Questions returns the slots for which the form cannot know whether a material is
// needed and the person has not said it: has the contract, the title, the
// qualification changed, do they run a business. What the difference to
// the last recognition shows is not asked.
func (f *Filing) Questions() []Slot {
	var out []Slot
	for _, s := range slots {
		_, answered := f.Answers[s.Slot]
		if s.Question != "" && !answered && !f.diffDemands(s.Slot) {
			out = append(out, s.Slot)
		}
	}
	return out
}

// Outstanding returns the slots that still want a file, in order.
func (f *Filing) Outstanding() []Slot {
	var out []Slot
	for _, s := range slots {
		if st := f.Slot(s.Slot); st == SlotNeeded || st == SlotStale {
			out = append(out, s.Slot)
		}
	}
	return out
}

// FieldLocked reports whether a handler has accepted the value and returned other items.
func (f *Filing) FieldLocked(k Key) bool {
	return f.locks() && !slices.ContainsFunc(f.Review.Scope, func(it ReturnItem) bool { return it.Field == k })
}

// SlotLocked reports whether a handler has accepted the material and returned other items.
// What is wanted anyway, because a change asks for it, is not locked.
func (f *Filing) SlotLocked(s Slot) bool {
	st := f.Slot(s)
	return f.locks() && st != SlotNeeded && st != SlotStale &&
		!slices.ContainsFunc(f.Review.Scope, func(it ReturnItem) bool { return it.Slot == s })
}

// locks reports whether the last return named its items; one of the whole filing opens all.
func (f *Filing) locks() bool {
	return len(f.Review.Scope) > 0 &&
		!slices.ContainsFunc(f.Review.Scope, func(it ReturnItem) bool { return it.Field == "" && it.Slot == 0 })
}

// LastPhotos returns the slot that was last filled with photos, not before the given time;
// 0 when there is none.
func (f *Filing) LastPhotos(since time.Time) (Slot, Material) {
	var slot Slot
	var last Material
	for s, m := range f.Materials {
		if m.File != nil && m.File.Photos && !m.At.Before(since) && (slot == 0 || m.At.After(last.At)) {
			slot, last = s, m
		}
	}
	return slot, last
}

// Sheet returns what a paper of this filing says today.
func (f *Filing) Sheet(kind PaperKind, college, unit string) Sheet {
	s := Sheet{Kind: kind, Filing: f.ID, Revision: f.Revision, Printed: f.PrintedOn, College: college, Unit: unit}
	if kind == PaperNotice && f.Notice.State != NoticePrinted && f.Notice.State != NoticeHanded {
		s.From, s.Until = f.Notice.From, f.Notice.Until
	}
	for _, fd := range catalogue {
		if kind == PaperForm && fd.Printed || kind == PaperNotice && fd.Published ||
			(kind == PaperReceipt || kind == PaperProgress || kind == PaperPortal) && heading[fd.Key] {
			s.Cells = append(s.Cells, SheetCell{fd.Key, fd.Section, fd.Label, typed.Clean(f.Values[fd.Key])})
		}
	}
	return s
}

// seen is what a handler has before them.
func (f *Filing) seen() *Seen {
	s := &Seen{Step: f.Review.Step, Values: maps.Clone(f.Values), Materials: map[Slot]string{}}
	for slot := range f.Materials {
		s.Materials[slot] = f.Holds(slot)
	}
	return s
}

// Holds says what a slot holds: the id of a file, or why there is none; "" when it is empty.
func (f *Filing) Holds(s Slot) string {
	switch m := f.Materials[s]; {
	case m.File != nil:
		return m.File.ID
	case m.Fetched:
		return "fetched"
	default:
		return m.Waived
	}
}

// Since returns what has changed since the handler looked who returned it; ok is false when
// nobody did, and for a step of the review that has not seen it yet.
func (f *Filing) Since(p Policy) (fields []Change, slots []Slot, ok bool) {
	seen := f.Review.Seen
	if seen == nil || seen.Step != "" && p.stepNo(f.Review.Step) > p.stepNo(seen.Step) {
		return nil, nil, false
	}
	for _, fd := range catalogue {
		if o, n := seen.Values[fd.Key], f.Values[fd.Key]; o != n {
			fields = append(fields, Change{fd, o, n})
		}
	}
	for _, s := range Slots() {
		if f.Holds(s.Slot) != seen.Materials[s.Slot] {
			slots = append(slots, s.Slot)
		}
	}
	return fields, slots, true
}

// heading is what a paper for the person to keep says about whose it is.
var heading = map[Key]bool{Name: true, Unit: true, Category: true}

// clone copies what [Fold] may change, so that a filing handed out is never altered.
func (f Filing) clone() Filing {
	f.Values = maps.Clone(f.Values)
	f.Prior = maps.Clone(f.Prior)
	f.Materials = maps.Clone(f.Materials)
	f.Answers = maps.Clone(f.Answers)
	f.Before = maps.Clone(f.Before)
	f.Official = slices.Clone(f.Official)
	f.Notice.Changed = slices.Clone(f.Notice.Changed)
	f.Timeline = slices.Clone(f.Timeline)
	f.Review.Decisions = slices.Clone(f.Review.Decisions)
	f.Review.Returned = slices.Clone(f.Review.Returned)
	f.Review.Scope = slices.Clone(f.Review.Scope)
	return f
}
