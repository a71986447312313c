package reminder

import (
	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
)

// Decided is what is stored about one certificate.
type Decided struct {
	Candidate Candidate
	Agenda    Agenda
	Climbs    []Climbing
}

// Climbing is the word to one person that another's certificate runs out unanswered.
type Climbing struct {
	Milestone, To string
	Until         calendar.Date // the last day on which it is still right
	Digest        bool          // they read it in the daily overview of HR
}

// Topic keeps the messages of a day to one person apart. It is stored.
type Topic string

// The topics. A person gets one message with everything about their own certificate and what
// waits for them as a handler; HR the daily overview with a picture and a list.
const (
	TopicPerson  Topic = "person"
	TopicDigest  Topic = "digest"
	TopicPicture Topic = "picture"
	TopicList    Topic = "list"
)

// MessageState is what became of a message. It is stored.
type MessageState string

// The states of a message. DingTalk tells for a day who has read one; that is kept beside.
const (
	MessageQueued      MessageState = "queued"
	MessageReady       MessageState = "ready"   // a job has it
	MessageSending     MessageState = "sending" // DingTalk may or may not have it
	MessageSent        MessageState = "sent"
	MessageUnreachable MessageState = "unreachable" // DingTalk does not deliver to this person
	MessageDropped     MessageState = "dropped"     // there was nothing left to say
	MessageDead        MessageState = "dead"        // given up, on the operator's list
)

// MostTold is how many people DingTalk takes in one call.
const MostTold = 20

// Telling is a message to one person: what to remind them of.
type Telling struct {
	Person    workflow.Person
	Acts      bool // handles filings, or stands in for somebody who does
	Reminders []Reminding
}

// Reminding is one reminder that is about to be sent, or was.
type Reminding struct {
	Candidate Candidate
	Milestone string
	On        calendar.Date
	Reason    Reason
}

// Moot says why a reminder that was decided need not be sent any more, "" when it must.
func (r Reminding) Moot() Reason {
	k := r.Candidate
	switch why := k.Stopped(); {
	case why != "":
		return why
	case (r.Reason == ReasonOpens || r.Reason == ReasonClimb) && k.State.Begun():
		return ReasonBegun
	}
	return ""
}

// Told is what somebody was last reminded of.
type Told struct {
	On        calendar.Date
	Reminders []Reminding
}

// Delivery is what became of a call that told people something.
type Delivery struct {
	QueryKey    string // by which DingTalk tells who has read it
	Sent        []string
	Unreachable []string
	Later       []string // DingTalk asks to try again
	Dropped     []string // nothing was left to say
	Dead        []string
	Reason      string // why not
	Closed      []Moot // reminders that need not be sent any more
	// Carried are the reminders that the message held. Others may have been decided while it
	// was under way.
	Carried []LedgerKey
	// Shown is whom a message named to those to whom it was sent; it is noted for each.
	Shown []Sight
}

// Sight says that somebody was shown something about others.
type Sight struct {
	Reader string
	About  []string
	What   string // a stored word
}

// LedgerKey names a row of the ledger.
type LedgerKey struct{ Certificate, Milestone, Person string }

// Moot names a reminder that need not be sent any more.
type Moot struct {
	LedgerKey
	Reason Reason
}
