package workflow

import (
	"errors"
	"time"

	"example.org/beian/workflow/calendar"
)

// Errors of storage that others react to; test with [errors.Is].
var (
	ErrNotFound = errors.New("not found")
	ErrConflict = errors.New("changed by somebody else")
)

// Inbound identifies one message or click that reached the bot. Robot and Message
// together are unique however often DingTalk delivers it.
type Inbound struct {
	Robot   string
	Message string
	Person  string
	Filing  string // the filing it is about; empty means the sender's own
}

// Case is all that a turn may look at: who writes, the certificate and the filing
// it is about, and the people around it. Certificate and Filing are nil when there
// is none.
type Case struct {
	Person      Person
	Known       bool // Person is on the roster
	Consent     string
	Applicant   Person // whose filing it is; Person themselves unless a handler acts
	Certificate *Certificate
	Filing      *Filing
	College     College // of the applicant
	School      []Person
}

// Outcome is what a turn changes. The parts are stored together or not at all.
type Outcome struct {
	Filing  *Filing
	Events  []Event
	Effects []Effect
	Consent string // version now agreed to
	// Separate are consents given by an act of their own: see [ConsentPublish].
	Separate []string
	// Withdrawn says that consent is withdrawn now (T23).
	Withdrawn bool
	Lang      string // language now chosen by the sender
	Renewed   *Certificate
	// Reinstated is the certificate that is current again after a renewal was voided (T26).
	Reinstated string
	File       *StoredFile
	Adopted    string        // a file kept before that belongs to the filing now
	Absence    *Absence      // of the sender, noted now
	Back       string        // an absence of the sender that is taken back
	Attention  *Attention    // to reminders about the current certificate, as it is now
	Roster     *RosterChange // made by HR
	// Views are what the turn shows the sender about others; they are noted with the rest, so that
	// nobody is shown anything of which 谁看过我的信息 does not know.
	Views []View
	// Question is asked of a person; Answered carries the answer to one.
	Question, Answered *Question
	Reply              []byte // opaque to the storage, sent after the commit
}

// Attention is what a person has said about their reminders. Zero dates mean never.
type Attention struct {
	Acknowledged calendar.Date // 知道了
	Asked        calendar.Date // when they asked to be reminded later
	Later        calendar.Date // the day they asked for
	Declined     calendar.Date // 不备案
	Wrote        calendar.Date // anything at all, last
}

// RosterChange is what HR changes about one person or one college.
type RosterChange struct {
	Person  string // who gets or loses the role
	Grant   *Grant
	Revoke  *Grant
	College *College // new, or renamed when the id exists
}

// Usage is what was used of DingTalk's monthly quota, or the quota itself.
type Usage struct {
	Calls  int // of the OpenAPI
	Pushes int // messages and clicks that DingTalk delivered
}

// Percent is the larger share of the quota that is used.
func (u Usage) Percent(quota Usage) int {
	share := func(n, of int) int {
		if of <= 0 {
			return 0 // no limit
		}
		return n * 100 / of
	}
	return max(share(u.Calls, quota.Calls), share(u.Pushes, quota.Pushes))
}

// The shares of the quota at which the operator is warned, and at which what can wait
// is held back.
const (
	QuotaWarn = 70
	QuotaHold = 90
)

// Access says who was shown something about a person, and when.
type Access struct {
	Viewer string    `json:"viewer"`
	Name   string    `json:"name"`
	What   string    `json:"what"`
	At     time.Time `json:"at"`
}

// What people are shown about somebody; the words are stored.
const (
	ShownCard      = "card"      // of a review
	ShownNotice    = "notice"    // the public notice
	ShownQuestion  = "question"  // asked of the school
	ShownTask      = "task"      // on a desk or in a reminder
	ShownMaterials = "materials" // the uploads
	ShownForm      = "form"      // to be sealed
	ShownSearch    = "search"    // found by HR
	ShownList      = "list"      // exported or in a digest
)

// View is something about a person that was shown to somebody else; What is one of the closed
// set of words that [Access] has.
type View struct{ About, What string }

// Question is what somebody asked a person instead of the bot.
type Question struct {
	ID, Person string
	Stage      int // of the six visible steps
	Text       string
	AskedAt    time.Time
	Answer, By string // "" until a handler has answered
}

// Consents that are given apart from the notice: for the public notice of the college,
// and for keeping scans (PIPL §25, §29). They are recorded with the version of the notice.
const (
	ConsentPublish = "publish"
	ConsentScans   = "scans"
)

// StoredFile is the record of an upload whose bytes are already in the file store.
type StoredFile struct {
	ID, Person, Filing, MediaType string
	Pages                         int
	Size                          int64
	SHA256                        []byte
	// Revision and Parts are set for a form of which pages are still missing: which
	// pages of which revision these are.
	Revision int
	Parts    []int
	// Superseded says that another file has taken its place.
	Superseded bool
	// Gathered are the files whose pages went into this one and which nobody needs any more.
	Gathered []string
}

// Shredded is a file whose bytes are gone, with why: the proof that it was deleted.
type Shredded struct {
	File, Filing, Reason string
	At                   time.Time
}

// Why a file was deleted.
const (
	ShredRetention = "retention" // the time to keep scans is over
	ShredWithdrawn = "withdrawn" // consent was withdrawn (T23)
	ShredReplaced  = "replaced"  // another one took its place
	ShredOrphan    = "orphan"    // nothing refers to it: its process died in between
)

// Receipt says what became of a turn.
type Receipt struct {
	Duplicate bool   // the message had been handled before; nothing changed
	Reply     []byte // still to be sent; nil when it has been
}

// Pending is a reply that a crash or a fault left unsent.
type Pending struct {
	Robot, Message, Person string
	Reply                  []byte
	Attempts               int
}
