package workflow

import (
	"maps"
	"slices"
	"time"
)

// State is the main state of a filing (domain §1.7).
type State string

// The states. Eligible stands for "nothing created yet".
const (
	Eligible  State = "ELIGIBLE"
	Draft     State = "DRAFT"
	Saved     State = "SAVED"
	Ready     State = "READY"
	Prereview State = "PREREVIEW"
	Submitted State = "SUBMITTED"
	Reviewing State = "REVIEWING"
	Returned  State = "RETURNED"
	Approved  State = "APPROVED"
	Done      State = "DONE"
	Cancelled State = "CANCELLED"
	Closed    State = "CLOSED"
)

// States returns every state, in the order of a filing's life.
func States() []State {
	return []State{Eligible, Draft, Saved, Ready, Prereview, Submitted, Reviewing, Returned, Approved, Done, Cancelled, Closed}
}

// Official returns what the city's system shows in this state (domain §1.6).
func (s State) Official() string {
	switch s {
	case Eligible:
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

// Terminal reports whether the filing has ended.
func (s State) Terminal() bool {
	return slices.Contains([]State{Done, Cancelled, Closed}, s)
}

// Editable reports whether the applicant may still change the filing (R-G03, R-G05).
func (s State) Editable() bool {
	return slices.Contains([]State{Draft, Saved, Ready, Returned}, s)
}

// Filing is one renewal. It is the fold of its events: see [Fold].
type Filing struct {
	ID          string `json:"id"`
	Person      string `json:"person"`
	College     string `json:"college"`
	Certificate string `json:"certificate"`
	Policy      string `json:"policy"` // version it is decided under
	State       State  `json:"state"`
	Seq         int    `json:"seq"`      // number of events
	Revision    int    `json:"revision"` // of the form; 0 before the first save

	Prior  Values `json:"prior"`  // the last recognition (R-D01)
	Values Values `json:"values"` // as they are now

	Notice    Notice            `json:"notice"`
	Printed   int               `json:"printed"`    // revision last printed
	PrintedOn Date              `json:"printed_on"` // day of that print
	Materials map[Slot]Material `json:"materials"`
	Declared  map[Slot]bool     `json:"declared"` // "has it changed" where the form cannot know

	AutoHandIn  bool     `json:"auto_hand_in"` // hand in by itself when the public notice is over
	Review      Review   `json:"review"`
	Official    []Status `json:"official"`
	SubmittedAt Date     `json:"submitted_on"`
	Renewed     Period   `json:"renewed"`
	Timeline    []Moment `json:"timeline"`
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

// Notice is the region P of domain §1.7: the public notice at the college.
type Notice struct {
	State    NoticeState `json:"state"`
	From     Date        `json:"from"`
	Until    Date        `json:"until"` // last day, inclusive
	Official bool        `json:"official"`
	Text     string      `json:"text,omitempty"` // an objection, verbatim
}

// NoticeState is where the public notice stands.
type NoticeState string

// The states of the public notice. Handed means the college has been asked.
const (
	NoticeNone      NoticeState = ""
	NoticeHanded    NoticeState = "handed"
	NoticePosted    NoticeState = "posted"
	NoticePassed    NoticeState = "passed"
	NoticeObjection NoticeState = "objection"
)

// Over reports whether the public notice has run its days without objection.
func (n Notice) Over(today Date) bool {
	return n.State == NoticePassed || n.State == NoticePosted && today.After(n.Until)
}

// Review is the way through the chain of handlers.
type Review struct {
	Step      string       `json:"step,omitempty"`
	Ticket    int          `json:"ticket,omitempty"` // the event that opened this step; a decision must name it
	Since     time.Time    `json:"since,omitzero"`
	Round     int          `json:"round"`
	Decisions []Decision   `json:"decisions,omitempty"` // of this round
	Returned  []ReturnItem `json:"returned,omitempty"`  // open items of the last return
	By        string       `json:"by,omitempty"`        // who returned
}

// Decision is what one handler decided.
type Decision struct {
	Step string    `json:"step"`
	By   string    `json:"by"`
	At   time.Time `json:"at"`
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
	From  Date `json:"from"`
	Until Date `json:"until"`
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
	case held && m.Waived != "":
		return SlotWaived
	case held && m.File != nil && s == SlotForm && m.File.Revision < f.Revision:
		return SlotStale
	case held && m.File != nil:
		return SlotUploaded
	case f.demands(s):
		return SlotNeeded
	}
	return SlotNotNeeded
}

func (f *Filing) demands(s Slot) bool {
	if s == SlotForm || s == SlotInsurance || f.Declared[s] {
		return true
	}
	return slices.ContainsFunc(f.Changes(), func(c Change) bool { return c.Field.Demands == s })
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

// Sheet returns what a paper of this filing says today.
func (f *Filing) Sheet(kind PaperKind, college, unit string) Sheet {
	s := Sheet{Kind: kind, Filing: f.ID, Revision: f.Revision, Printed: f.PrintedOn, College: college, Unit: unit}
	if kind == PaperNotice {
		s.From, s.Until = f.Notice.From, f.Notice.Until
	}
	for _, fd := range catalogue {
		if kind == PaperForm && fd.Printed || kind == PaperNotice && fd.Published {
			s.Cells = append(s.Cells, SheetCell{fd.Key, fd.Section, fd.Label, Clean(f.Values[fd.Key])})
		}
	}
	return s
}

// clone copies what [Fold] may change, so that a filing handed out is never altered.
func (f Filing) clone() Filing {
	f.Values = maps.Clone(f.Values)
	f.Prior = maps.Clone(f.Prior)
	f.Materials = maps.Clone(f.Materials)
	f.Declared = maps.Clone(f.Declared)
	f.Official = slices.Clone(f.Official)
	f.Timeline = slices.Clone(f.Timeline)
	f.Review.Decisions = slices.Clone(f.Review.Decisions)
	f.Review.Returned = slices.Clone(f.Review.Returned)
	return f
}
