package workflow

import (
	"maps"
	"slices"
	"time"
)

// A guard looks at one command after state and role have been found right. It
// returns nil to accept, and may complete the event with what follows from it.

func refuse(code Code, rule string) *Refusal { return &Refusal{Code: code, Rule: rule} }

// guardEnrol takes the certificate into the filing and says whether a renewal is
// possible today (T01, T25).
func guardEnrol(c *check) *Refusal {
	if c.cmd.Consent == "" {
		return refuse(RefusedAttest, "T01") // no processing without the notice (PIPL §17)
	}
	a := Assess(c.cmd.Certificate, c.today, c.policy)
	if c.f.State == NotEligible && a.Reason == c.f.Reason && !c.f.Declared {
		return refuse(RefusedSame, "T01")
	}
	c.ev.To, c.ev.Reason, c.ev.Opens, c.ev.Ends = Eligible, a.Reason, a.OpensOn, a.ValidUntil
	if a.Reason != EligibleNow {
		c.ev.To = NotEligible
	}
	return nil
}

func guardOpen(c *check) *Refusal {
	switch {
	case c.f.Reason != ReasonTooEarly:
		return refuse(RefusedState, "T02")
	case c.today.Before(c.f.Opens):
		return &Refusal{Code: RefusedEarly, Rule: "R-C09", Date: c.f.Opens}
	}
	return nil
}

// guardCreate: the person files themselves, with the account of the last
// recognition (R-A06 to R-A08).
func guardCreate(c *check) *Refusal {
	if !c.cmd.Attested {
		return refuse(RefusedAttest, "R-A06")
	}
	if c.today.Before(c.f.Opens) {
		return &Refusal{Code: RefusedEarly, Rule: "R-C09", Date: c.f.Opens}
	}
	return nil
}

func guardDeclared(reason Ineligible) func(*check) *Refusal {
	return func(c *check) *Refusal {
		if c.f.State == NotEligible && c.f.Reason == reason {
			return refuse(RefusedSame, "T04")
		}
		return nil
	}
}

// guardValues keeps identity and category as they were (R-C10, R-C08). A name or
// number that is only written differently is the same and is not stored again.
func guardValues(c *check) *Refusal {
	c.ev.Values = maps.Clone(c.cmd.Values)
	for k, v := range c.cmd.Values {
		fd, ok := FieldOf(k)
		switch {
		case !ok:
			return refuse(RefusedState, "R-D01")
		case fd.Identity && !SameIdentity(k, c.f.Prior[k], v):
			return refuse(RefusedIdentity, "R-C10")
		case fd.Identity:
			delete(c.ev.Values, k)
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
	next := c.f.with(c.ev.Values)
	if m := next.Missing(); len(m) > 0 {
		return &Refusal{Code: RefusedMissing, Rule: "R-D04", Fields: m}
	}
	if q := next.Questions(); len(q) > 0 {
		return &Refusal{Code: RefusedUnanswered, Rule: "R-F03", Slots: q}
	}
	c.ev.Revision = c.f.Revision + 1
	return nil
}

// guardEdit opens a new revision only when a value on the paper changes (R-E05),
// and takes the public notice back when a published one does (T07).
func guardEdit(c *check) *Refusal {
	if r := guardValues(c); r != nil {
		return r
	}
	next := c.f.with(c.ev.Values)
	if m := next.Missing(); len(m) > 0 {
		return &Refusal{Code: RefusedMissing, Rule: "R-D04", Fields: m}
	}
	changed := false
	for k, v := range c.ev.Values {
		if v == c.f.Values[k] {
			continue
		}
		if c.f.FieldLocked(k) && !c.cmd.Unlock {
			return refuse(RefusedLocked, "T12")
		}
		fd, _ := FieldOf(k)
		changed = true
		if fd.Printed {
			c.ev.Revision = c.f.Revision + 1
		}
		c.ev.Republish = c.ev.Republish || fd.Published && c.f.Notice.State != NoticeNone
	}
	if !changed {
		return refuse(RefusedSame, "T07")
	}
	return nil
}

func guardUntakenEdit(c *check) *Refusal {
	if r := guardUntaken(c); r != nil {
		return r
	}
	return guardEdit(c)
}

// guardUntaken: while a handler works on it, the applicant asks instead (T14, T20).
func guardUntaken(c *check) *Refusal {
	if c.f.Review.Assignee != "" {
		return refuse(RefusedTaken, "T14")
	}
	return nil
}

func guardHandNotice(c *check) *Refusal {
	if c.f.Notice.State != NoticePrinted {
		return refuse(RefusedSame, "R-E01")
	}
	return nil
}

// guardPost computes the last day in working days unless the handler typed one.
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
	const ahead = 31 // days
	if c.cmd.From.IsZero() || c.cmd.From.After(c.today.AddDays(ahead)) || c.cmd.From.Before(c.f.PrintedOn) {
		return refuse(RefusedDates, "R-E01")
	}
	c.ev.Official = true
	if c.cmd.Until.IsZero() {
		c.ev.Until, c.ev.Official = c.policy.NoticeEnd(c.cmd.From)
	}
	if c.ev.Until.Before(c.cmd.From) {
		return refuse(RefusedDates, "R-E01")
	}
	return nil
}

// guardKeep: the college finds that the notice which was posted still holds, though a
// published value was put right since (T07: confirmed again).
func guardKeep(c *check) *Refusal {
	if c.f.Notice.State != NoticeHanded || c.f.Notice.From.IsZero() {
		return refuse(RefusedSame, "T07")
	}
	return nil
}

func guardPass(c *check) *Refusal {
	if c.f.Notice.State != NoticePosted {
		return refuse(RefusedSame, "R-E01")
	}
	return c.noticeOver()
}

// noticeOver refuses until the day after the last day of the public notice.
func (c *check) noticeOver() *Refusal {
	if !c.f.Notice.Over(c.today) {
		r := &Refusal{Code: RefusedNotice, Rule: "T10"}
		if c.f.Notice.State == NoticePosted {
			r.Date = c.f.Notice.Until.AddDays(1)
		}
		return r
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

// guardSettle: an objection that did not hold lets the notice run on as it was.
func guardSettle(c *check) *Refusal {
	switch {
	case c.f.Notice.State != NoticeObjection:
		return refuse(RefusedSame, "R-E01")
	case c.cmd.Text == "":
		return refuse(RefusedReason, "R-E01")
	}
	return nil
}

// guardPaper keeps the order sign, college signature, seal, scan (R-E03, R-E04). A
// college handler who signs has seen the applicant's signature.
func guardPaper(after ...FormState) func(*check) *Refusal {
	return func(c *check) *Refusal {
		if c.cmd.Action == SignForm && c.f.Form != FormNone && c.f.Form != FormPrinted {
			return refuse(RefusedSame, "R-E02") // signed, as whoever signed after it has seen
		}
		if !slices.Contains(after, c.f.Form) {
			return refuse(RefusedOrder, "R-E04")
		}
		return nil
	}
}

func guardAnswer(c *check) *Refusal {
	if c.cmd.Slot.Info().Question == "" {
		return refuse(RefusedState, "R-F03")
	}
	return nil
}

func guardUpload(c *check) *Refusal {
	switch {
	case c.cmd.File == nil || c.cmd.Slot.Info().Slot == 0:
		return refuse(RefusedMissing, "R-F05")
	case c.cmd.Slot == SlotForm && (c.cmd.File.Revision != c.f.Revision || c.f.Printed != c.f.Revision):
		return refuse(RefusedRevision, "R-E05")
	}
	return guardUnlocked(c)
}

// guardUnlocked: what a handler has accepted stays as it is unless the applicant insists.
func guardUnlocked(c *check) *Refusal {
	slot := c.cmd.Slot
	if c.cmd.Action == AutofetchOK || c.cmd.Action == AutofetchFail {
		slot = SlotInsurance
	}
	if c.f.SlotLocked(slot) && !c.cmd.Unlock {
		return &Refusal{Code: RefusedLocked, Rule: "T12", Slots: []Slot{slot}}
	}
	return nil
}

// guardSealed: a college may hand in the form that it has sealed, for the applicant, when
// every page was read and verified (F6).
func guardSealed(c *check) *Refusal {
	switch {
	case c.cmd.Actor.ID == c.f.Person:
		return refuse(RefusedOwn, "R-E03")
	case c.cmd.Slot != SlotForm || c.cmd.File == nil || !c.cmd.File.Checked:
		return refuse(RefusedRole, "R-E04")
	}
	return guardUpload(c)
}

// guardPhoto: a notice that hangs, or hung, may be shown.
func guardPhoto(c *check) *Refusal {
	if c.f.Notice.State != NoticePosted && c.f.Notice.State != NoticePassed || c.cmd.File == nil {
		return refuse(RefusedSame, "R-E01")
	}
	return nil
}

func guardHeld(c *check) *Refusal {
	if _, held := c.f.Materials[c.cmd.Slot]; !held {
		return refuse(RefusedSame, "R-F05")
	}
	return guardUnlocked(c)
}

func guardWaive(c *check) *Refusal {
	if c.cmd.Slot != SlotInsurance || c.cmd.Text == "" {
		return refuse(RefusedReason, "R-F02")
	}
	return guardUnlocked(c)
}

func guardMaterials(c *check) *Refusal {
	if out := c.f.Outstanding(); len(out) > 0 {
		return &Refusal{Code: RefusedMissing, Rule: "R-F06", Slots: out}
	}
	return nil
}

func guardNote(c *check) *Refusal {
	const longest = 200 // characters; a word, not a letter
	if c.cmd.Text == "" || len([]rune(c.cmd.Text)) > longest {
		return refuse(RefusedReason, "T10")
	}
	return nil
}

// guardHandIn opens the first step of the review; its ticket is this event.
func guardHandIn(c *check) *Refusal {
	if r := guardMaterials(c); r != nil {
		return r
	}
	if r := c.noticeOver(); r != nil {
		return r
	}
	c.ev.Step = c.policy.Review[0].ID
	return nil
}

// guardStep: the step is open and the actor may act on it.
func guardStep(c *check) (ReviewStep, *Refusal) {
	step, ok := c.policy.ReviewStep(c.f.Review.Step)
	switch {
	case !ok:
		return step, refuse(RefusedState, "T11")
	case c.cmd.Actor.Role != step.Role && c.cmd.Actor.Role != SchoolHandler:
		return step, refuse(RefusedRole, "T11") // the school handler may stand in for a college (Q21)
	}
	return step, nil
}

func guardTake(c *check) *Refusal {
	_, r := guardStep(c)
	if r == nil && c.f.Review.Assignee != "" {
		return refuse(RefusedTaken, "T11")
	}
	return r
}

// guardRelease: only who took it gives it back, or the school handler.
func guardRelease(c *check) *Refusal {
	_, r := guardStep(c)
	switch {
	case r != nil:
		return r
	case c.f.Review.Assignee == "":
		return refuse(RefusedSame, "T11")
	case c.cmd.Actor.ID != c.f.Review.Assignee && c.cmd.Actor.ID != c.f.Review.AssignedBy &&
		c.cmd.Actor.Role != SchoolHandler:
		return refuse(RefusedRole, "T11")
	}
	return nil
}

func guardReassign(c *check) *Refusal {
	_, r := guardDecision(c)
	switch {
	case r != nil:
		return r
	case c.cmd.Assignee == "" || c.cmd.Assignee == c.f.Review.Assignee:
		return refuse(RefusedSame, "T11")
	case c.cmd.Assignee == c.f.Person:
		return refuse(RefusedOwn, "T11")
	}
	return nil
}

// guardDecision is common to all decisions: the right step and role, and the state
// that the handler saw.
func guardDecision(c *check) (ReviewStep, *Refusal) {
	step, r := guardStep(c)
	switch {
	case step.ID != "" && c.cmd.Ticket != c.f.Review.Ticket:
		return step, refuse(RefusedStale, "T11")
	case r == nil && !c.theirs():
		return step, refuse(RefusedTaken, "T11")
	}
	return step, r
}

// theirs: a review that was handed to one person is decided by that person, a deputy of
// theirs, or the school. Who handed it over may hand it to somebody else.
func (c *check) theirs() bool {
	r, a := c.f.Review, c.cmd.Actor
	return r.Assignee == "" || a.ID == r.Assignee || a.For == r.Assignee || a.Role == SchoolHandler ||
		a.ID == r.AssignedBy && c.cmd.Action == Reassign
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

// guardReturn: at least one reason that the policy knows. What names no field and no
// slot means the material its reason is about; questions alone keep the filing ready.
func guardReturn(c *check) *Refusal {
	if _, r := guardDecision(c); r != nil {
		return r
	}
	if len(c.cmd.Items) == 0 {
		return refuse(RefusedReason, "T12")
	}
	c.ev.Items = slices.Clone(c.cmd.Items)
	c.ev.To = Ready
	for i, it := range c.ev.Items {
		reason, known := c.policy.Reason(it.Reason)
		_, isField := FieldOf(it.Field)
		switch {
		case !known || (it.Reason == ReasonOther || reason.Question) && it.Text == "":
			return refuse(RefusedReason, "T12")
		case it.Field != "" && !isField || it.Slot < 0 || it.Slot > SlotBusiness:
			return refuse(RefusedState, "T12")
		case it.Field == "" && it.Slot == 0:
			c.ev.Items[i].Slot = reason.Slot
		}
		if !reason.Question {
			c.ev.To = Saved
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

// guardRenewed: the dates of the new certificate are typed, never inferred, and
// lie not in the future (T18).
func guardRenewed(c *check) *Refusal {
	const before = 60 // days before 上报 that a certificate may be dated
	if c.cmd.From.IsZero() || c.cmd.From.After(c.today) || c.cmd.From.Before(c.f.SubmittedAt.AddDays(-before)) {
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

func guardGenerate(c *check) *Refusal {
	if c.f.Generated {
		return refuse(RefusedSame, "R-H02")
	}
	return nil
}

func guardDownload(c *check) *Refusal {
	if !c.f.Generated {
		return refuse(RefusedOrder, "R-H02")
	}
	return nil
}

// UndoDelete is how long a deleted filing can be restored (T20).
const UndoDelete = 24 * time.Hour

// guardRestore takes a deleted filing back to where it was; out of a review it
// returns to READY, because the handlers' card is closed.
func guardRestore(c *check) *Refusal {
	if c.now.Sub(c.f.EndedAt) > UndoDelete {
		return refuse(RefusedState, "T20")
	}
	c.ev.To = c.f.Was
	if c.ev.To == Prereview {
		c.ev.To = Ready
	}
	return nil
}

func guardExpire(c *check) *Refusal {
	if c.f.Overdue || !c.today.After(c.f.Ends) {
		return refuse(RefusedSame, "T24")
	}
	return nil
}

func guardFrozen(*check) *Refusal { return refuse(RefusedFrozen, "R-G05") }
