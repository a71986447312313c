package reminder

import "example.org/beian/workflow/calendar"

// Tell sends people what waits for them on a day: at most [MostTold].
type Tell struct {
	Day    calendar.Date `json:"day"`
	Topic  Topic         `json:"topic"`
	People []string      `json:"people"`
}

// Kind implements [workflow.Effect].
func (Tell) Kind() string { return "tell" }

// CheckPass decides about the certificates for which something may be due, some at a time.
type CheckPass struct {
	Day   calendar.Date `json:"day"`
	Round int           `json:"round"`
}

// Kind implements [workflow.Effect].
func (CheckPass) Kind() string { return "look_pass" }

// PostPass hands out the messages of a day, some at a time.
type PostPass struct {
	Day   calendar.Date `json:"day"`
	Round int           `json:"round"`
	Again int64         `json:"again,omitempty"` // sets one apart that the operator has asked for
}

// Kind implements [workflow.Effect].
func (PostPass) Kind() string { return "post_pass" }

// Digest sends the daily overview to everybody in HR.
type Digest struct {
	Day   calendar.Date `json:"day"`
	Again int64         `json:"again,omitempty"` // sets one apart that the operator has asked for
}

// Kind implements [workflow.Effect].
func (Digest) Kind() string { return "digest" }
