package workflow

import (
	"time"

	"example.org/beian/workflow/calendar"
)

// An Effect is something to be done for other people, or later: it is stored as a
// job in the transaction that decided it and worked after the commit. The kind
// strings are stored and never change.
type Effect interface{ Kind() string }

// Announce tells one person about one event of a filing. What is said is derived
// from the event and the filing when it is sent.
type Announce struct {
	Filing string `json:"filing"`
	Seq    int    `json:"seq"`
	To     string `json:"to"`
}

// Kind implements [Effect].
func (Announce) Kind() string { return "announce" }

// ReviewCard shows the handlers of a review step the card to decide on.
type ReviewCard struct {
	Filing string `json:"filing"`
	Ticket int    `json:"ticket"`
}

// Kind implements [Effect].
func (ReviewCard) Kind() string { return "review_card" }

// RedrawCard brings every copy of a card up to date after a decision.
type RedrawCard struct {
	Filing string `json:"filing"`
	Ticket int    `json:"ticket"`
	Seq    int    `json:"seq"` // the event that made it necessary
	// Clicked is who decided by a click, whose copy the answer to the click redraws.
	Clicked string `json:"clicked,omitempty"`
}

// Kind implements [Effect].
func (RedrawCard) Kind() string { return "redraw_card" }

// Show sends a handler a copy of the materials of a filing, with a watermark.
type Show struct {
	Filing string `json:"filing"`
	Viewer string `json:"viewer"`
}

// Kind implements [Effect].
func (Show) Kind() string { return "show" }

// OfferColleagues asks a handler to whom a review should go.
type OfferColleagues struct {
	Filing string `json:"filing"`
	Ticket int    `json:"ticket"`
	To     string `json:"to"`
}

// Kind implements [Effect].
func (OfferColleagues) Kind() string { return "offer_colleagues" }

// Deputise tells a deputy that they act for somebody from now on.
type Deputise struct {
	Absence string `json:"absence"`
}

// Kind implements [Effect].
func (Deputise) Kind() string { return "deputise" }

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

// Kind implements [Effect].
func (DecideBatch) Kind() string { return "decide_batch" }

// SealPack sends a college handler the forms that wait for the seal, as one file.
type SealPack struct {
	Person string `json:"person"`
}

// Kind implements [Effect].
func (SealPack) Kind() string { return "seal_pack" }

// Purge deletes documents that are no longer needed, some at a time.
type Purge struct {
	Day   calendar.Date `json:"day"`
	Round int           `json:"round"`
}

// Kind implements [Effect].
func (Purge) Kind() string { return "purge" }

// WatchPass looks at everything that stands still.
type WatchPass struct {
	At time.Time `json:"at"`
}

// Kind implements [Effect].
func (WatchPass) Kind() string { return "watch_pass" }

// Nudge tells whoever it has come to that a filing stands still.
type Nudge struct {
	Filing string `json:"filing"`
	Wait   string `json:"wait"` // [Wait.Key]
	Level  Level  `json:"level"`
}

// Kind implements [Effect].
func (Nudge) Kind() string { return "nudge" }

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

// Kind implements [Effect].
func (Office) Kind() string { return "office" }

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

// Kind implements [Effect].
func (Intake) Kind() string { return "intake" }

// SendStatistics sends somebody of HR the statistics as a picture.
type SendStatistics struct {
	Person string `json:"person"`
}

// Kind implements [Effect].
func (SendStatistics) Kind() string { return "send_statistics" }

// DailyPass looks at everything that is due on a day.
type DailyPass struct {
	Day calendar.Date `json:"day"`
}

// Kind implements [Effect].
func (DailyPass) Kind() string { return "daily_pass" }

// AskSchool shows somebody's question to the school handlers.
type AskSchool struct {
	Question string `json:"question"`
}

// Kind implements [Effect].
func (AskSchool) Kind() string { return "ask_school" }

// AnswerPerson brings the school's answer to who asked.
type AnswerPerson struct {
	Question string `json:"question"`
}

// Kind implements [Effect].
func (AnswerPerson) Kind() string { return "answer_person" }

// Erase deletes everything about a person's filings after they have withdrawn consent.
type Erase struct {
	Person string `json:"person"`
}

// Kind implements [Effect].
func (Erase) Kind() string { return "erase" }

// Bundle sends a person their materials in one archive, named by slot, for the upload into
// the official system.
type Bundle struct {
	Person string `json:"person"`
}

// Kind implements [Effect].
func (Bundle) Kind() string { return "bundle" }

// Export sends a person a copy of their data.
type Export struct {
	Person string `json:"person"`
}

// Kind implements [Effect].
func (Export) Kind() string { return "export" }

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
		out = append(out, RedrawCard{Filing: f.ID, Ticket: c.Filing.Review.Ticket, Seq: e.Seq}) // taken back (T14, T20) or corrected (T26)
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
