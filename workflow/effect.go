package workflow

import (
	"time"

	"example.org/beian/workflow/calendar"
)

// An Effect is something to be done for other people, or later: it is stored as a
// job in the transaction that decided it and worked after the commit. Its JSON is stored, so
// the keys never change.
type Effect interface{ Job() Job }

// Job is how an effect is queued and worked. It is all that there is to say about it: package
// storage inserts and package notify works every effect alike.
type Job struct {
	Kind    string // stored, never changes
	Queue   Queue
	Tries   int           // before it is given up
	Timeout time.Duration // of one try
	// Unique jobs with the same arguments are one, so that two replicas, or many clicks on an
	// old card, insert one.
	Unique bool
	// Patience is the try from which the handler is told that it is the last, earlier than Tries.
	// Zero is none.
	Patience int
}

// Queue is where jobs wait. What somebody waits for in the chat never stands behind reminders.
type Queue string

// The queues; the words are stored.
const (
	QueueFiles     Queue = "files"
	QueueCards     Queue = "cards"
	QueueReminders Queue = "reminders"
)

// The tries of most effects. The queue waits longer each time, with jitter: twelve tries take
// most of a day, five some minutes.
const (
	MostTries = 12
	FewTries  = 5
)

// UsualTimeout is enough for calls of DingTalk, which take seconds at worst.
const UsualTimeout = 25 * time.Second

// WorkTimeout is for jobs that read, draw, join or compare, of documents or of 20,000 people. What
// they do is bounded by what they are given and counted in work, and a busy machine must not end
// it; this is the last guard, far from what is ever needed.
const WorkTimeout = 15 * time.Minute

// Announce tells one person about one event of a filing. What is said is derived
// from the event and the filing when it is sent.
type Announce struct {
	Filing string `json:"filing"`
	Seq    int    `json:"seq"`
	To     string `json:"to"`
}

// Job implements [Effect].
func (Announce) Job() Job {
	return Job{Kind: "announce", Queue: QueueCards, Tries: MostTries, Timeout: UsualTimeout}
}

// ReviewCard shows the handlers of a review step the card to decide on.
type ReviewCard struct {
	Filing string `json:"filing"`
	Ticket int    `json:"ticket"`
}

// Job implements [Effect].
func (ReviewCard) Job() Job {
	return Job{Kind: "review_card", Queue: QueueCards, Tries: MostTries, Timeout: UsualTimeout}
}

// RedrawCard brings every copy of a card up to date after a decision.
type RedrawCard struct {
	Filing string `json:"filing"`
	Ticket int    `json:"ticket"`
	Seq    int    `json:"seq"` // the event that made it necessary
	// Clicked is who decided by a click, whose copy the answer to the click redraws.
	Clicked string `json:"clicked,omitempty"`
}

// Job implements [Effect].
func (RedrawCard) Job() Job {
	// After four tries, about a minute, people are told in words.
	return Job{Kind: "redraw_card", Queue: QueueCards, Tries: MostTries, Timeout: UsualTimeout, Unique: true, Patience: 4}
}

// Show sends a handler a copy of the materials of a filing, with a watermark.
type Show struct {
	Filing string `json:"filing"`
	Viewer string `json:"viewer"`
}

// Job implements [Effect].
func (Show) Job() Job {
	return Job{Kind: "show", Queue: QueueFiles, Tries: FewTries, Timeout: WorkTimeout}
}

// OfferColleagues asks a handler to whom a review should go.
type OfferColleagues struct {
	Filing string `json:"filing"`
	Ticket int    `json:"ticket"`
	To     string `json:"to"`
}

// Job implements [Effect].
func (OfferColleagues) Job() Job {
	return Job{Kind: "offer_colleagues", Queue: QueueCards, Tries: MostTries, Timeout: UsualTimeout}
}

// Deputise tells a deputy that they act for somebody from now on.
type Deputise struct {
	Absence string `json:"absence"`
}

// Job implements [Effect].
func (Deputise) Job() Job {
	return Job{Kind: "deputise", Queue: QueueCards, Tries: MostTries, Timeout: UsualTimeout}
}

// DecideBatch approves filings that a handler has looked at one by one.
type DecideBatch struct {
	Person string      `json:"person"`
	Items  []BatchItem `json:"items"`
}

// BatchItem is one filing of a batch, as it was when the handler looked.
type BatchItem struct {
	Filing string `json:"filing"`
	Ticket int    `json:"ticket"`
}

// Job implements [Effect].
func (DecideBatch) Job() Job {
	return Job{Kind: "decide_batch", Queue: QueueCards, Tries: MostTries, Timeout: UsualTimeout}
}

// SealPack sends a college handler the forms that wait for the seal, as one file.
type SealPack struct {
	Person string `json:"person"`
}

// Job implements [Effect].
func (SealPack) Job() Job {
	return Job{Kind: "seal_pack", Queue: QueueFiles, Tries: FewTries, Timeout: WorkTimeout}
}

// Purge deletes documents that are no longer needed, some at a time.
type Purge struct {
	Day   calendar.Date `json:"day"`
	Round int           `json:"round"`
}

// Job implements [Effect].
func (Purge) Job() Job {
	return Job{Kind: "purge", Queue: QueueReminders, Tries: MostTries, Timeout: UsualTimeout, Unique: true}
}

// WatchPass looks at everything that stands still.
type WatchPass struct {
	At time.Time `json:"at"`
}

// Job implements [Effect].
func (WatchPass) Job() Job {
	return Job{Kind: "watch_pass", Queue: QueueReminders, Tries: MostTries, Timeout: UsualTimeout, Unique: true}
}

// Nudge tells whoever it has come to that a filing stands still.
type Nudge struct {
	Filing string `json:"filing"`
	Wait   string `json:"wait"` // [Wait.Key]
	Level  Level  `json:"level"`
}

// Job implements [Effect].
func (Nudge) Job() Job {
	return Job{Kind: "nudge", Queue: QueueCards, Tries: MostTries, Timeout: UsualTimeout}
}

// Office is work for HR that takes longer than a turn may.
type Office struct {
	Task    string        `json:"task"` // one of the Office constants
	Robot   string        `json:"robot"`
	Message string        `json:"message"`
	Person  string        `json:"person"`
	Webhook []byte        `json:"webhook,omitempty"` // where to answer, sealed; empty when the message has its answer
	File    IntakeFile    `json:"file"`              // a workbook to check
	Import  string        `json:"import,omitempty"`
	College string        `json:"college,omitempty"`
	Until   calendar.Date `json:"until"`
}

// The tasks of [Office]; the words are stored.
const (
	OfficeTemplate = "template"
	OfficeCheck    = "check"
	OfficeApply    = "apply"
	OfficeDrop     = "drop"
	OfficeUndo     = "undo"
	OfficeExport   = "export"
)

// Job implements [Effect].
func (Office) Job() Job {
	// Two minutes are for a roster of 20,000 people: read and compared, or written in one transaction.
	return Job{Kind: "office", Queue: QueueFiles, Tries: FewTries, Timeout: WorkTimeout}
}

// Intake fetches a file that somebody sent and finds out what it is.
type Intake struct {
	Robot   string       `json:"robot"`
	Message string       `json:"message"`
	Person  string       `json:"person"`
	Webhook []byte       `json:"webhook"` // where to answer, sealed
	Files   []IntakeFile `json:"files,omitempty"`
	// Stored is a photo that was kept until the person said that it is the next page of
	// what the slot Onto holds.
	Stored string `json:"stored,omitempty"`
	Onto   Slot   `json:"onto,omitempty"`
	// Swap is the page that the photo takes the place of; 0 puts it behind the last.
	Swap int `json:"swap,omitempty"`
}

// IntakeFile is one file of a message.
type IntakeFile struct {
	Code string `json:"code"` // DingTalk's download code
	Name string `json:"name"`
}

// Job implements [Effect].
func (Intake) Job() Job {
	// 45 seconds are for the longest document that is read.
	return Job{Kind: "intake", Queue: QueueFiles, Tries: FewTries, Timeout: WorkTimeout}
}

// SendStatistics sends somebody of HR the statistics as a picture.
type SendStatistics struct {
	Person string `json:"person"`
}

// Job implements [Effect].
func (SendStatistics) Job() Job {
	return Job{Kind: "send_statistics", Queue: QueueFiles, Tries: FewTries, Timeout: WorkTimeout}
}

// DailyPass looks at everything that is due on a day.
type DailyPass struct {
	Day calendar.Date `json:"day"`
}

// Job implements [Effect].
func (DailyPass) Job() Job {
	return Job{Kind: "daily_pass", Queue: QueueReminders, Tries: MostTries, Timeout: UsualTimeout, Unique: true}
}

// AskSchool shows somebody's question to the school handlers.
type AskSchool struct {
	Question string `json:"question"`
}

// Job implements [Effect].
func (AskSchool) Job() Job {
	return Job{Kind: "ask_school", Queue: QueueCards, Tries: MostTries, Timeout: UsualTimeout}
}

// AnswerPerson brings the school's answer to who asked.
type AnswerPerson struct {
	Question string `json:"question"`
}

// Job implements [Effect].
func (AnswerPerson) Job() Job {
	return Job{Kind: "answer_person", Queue: QueueCards, Tries: MostTries, Timeout: UsualTimeout}
}

// Erase deletes everything about a person's filings after they have withdrawn consent.
type Erase struct {
	Person string `json:"person"`
}

// Job implements [Effect].
func (Erase) Job() Job {
	return Job{Kind: "erase", Queue: QueueCards, Tries: MostTries, Timeout: UsualTimeout}
}

// Bundle sends a person their materials in one archive, named by slot, for the upload into
// the official system.
type Bundle struct {
	Person string `json:"person"`
}

// Job implements [Effect].
func (Bundle) Job() Job {
	return Job{Kind: "bundle", Queue: QueueFiles, Tries: FewTries, Timeout: WorkTimeout}
}

// Export sends a person a copy of their data.
type Export struct {
	Person string `json:"person"`
}

// Job implements [Effect].
func (Export) Job() Job {
	return Job{Kind: "export", Queue: QueueCards, Tries: MostTries, Timeout: UsualTimeout}
}

// Effects returns what an event means for other people. The actor learns the result
// in the reply and is not told twice.
func Effects(c Case, f *Filing, e Event) []Effect {
	var out []Effect
	tell := func(people ...string) {
		for _, id := range people {
			if id != e.Actor.ID {
				out = append(out, Announce{f.ID, e.Seq, id})
			}
		}
	}
	if c.Filing != nil && c.Filing.Review.Ticket > 0 && f.Review.Ticket != c.Filing.Review.Ticket && !decision(e.Action) {
		out = append(out, RedrawCard{
			Filing: f.ID, Ticket: c.Filing.Review.Ticket,
			Seq: e.Seq,
		}) // taken back (T14, T20) or corrected (T26)
	}
	switch e.Action {
	case HandNotice:
		tell(ids(c.Assignees(CollegeHandler, calendar.DateOf(e.At)))...)
	case ObjectNotice:
		tell(f.Person)
		tell(ids(c.Assignees(SchoolHandler, calendar.DateOf(e.At)))...)
	case PostNotice, KeepNotice, SettleNotice, Report, ReportReturned, ReportApproved, DeclareCategory:
		tell(f.Person)
	case ReportIdentity: // the person cannot go on alone (R-C10)
		tell(ids(c.Assignees(SchoolHandler, calendar.DateOf(e.At)))...)
	case LeaveUnit:
		tell(f.Person)
		tell(ids(c.Assignees(SchoolHandler, calendar.DateOf(e.At)))...)
	case Correct:
		tell(f.Person)
		if f.Review.Ticket > 0 {
			out = append(out, ReviewCard{f.ID, e.Seq})
		}
	case HandIn:
		out = append(out, ReviewCard{f.ID, e.Seq})
		if e.Actor.Role == System {
			tell(f.Person)
		}
	case Approve:
		out = append(out, RedrawCard{Filing: f.ID, Ticket: e.Ticket, Seq: e.Seq}, ReviewCard{f.ID, e.Seq})
		tell(f.Person)
	case Return, Submit:
		out = append(out, RedrawCard{Filing: f.ID, Ticket: e.Ticket, Seq: e.Seq})
		tell(f.Person)
	case Upload:
		tell(f.Person) // the college handed the sealed form in
	case Reassign, Release:
		out = append(out, ReviewCard{f.ID, e.Seq})
	case PassNotice:
		if !f.AutoHandIn && f.State != Prereview { // otherwise the card that comes now says it
			tell(ids(c.Assignees(CollegeHandler, calendar.DateOf(e.At)))...)
		}
	}
	return out
}
