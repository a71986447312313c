package workflow

// Tell sends people what waits for them on a day: at most [MostTold].
type Tell struct {
	Day    Date         `json:"day"`
	Topic  MessageTopic `json:"topic"`
	People []string     `json:"people"`
}

// Kind implements [Effect].
func (Tell) Kind() string { return "tell" }

// LookPass decides about the certificates for which something may be due, some at a time.
type LookPass struct {
	Day   Date `json:"day"`
	Round int  `json:"round"`
}

// Kind implements [Effect].
func (LookPass) Kind() string { return "look_pass" }

// PostPass hands out the messages of a day, some at a time.
type PostPass struct {
	Day   Date  `json:"day"`
	Round int   `json:"round"`
	Again int64 `json:"again,omitempty"` // sets one apart that the operator has asked for
}

// Kind implements [Effect].
func (PostPass) Kind() string { return "post_pass" }

// Digest sends the daily overview to everybody in HR.
type Digest struct {
	Day   Date  `json:"day"`
	Again int64 `json:"again,omitempty"` // sets one apart that the operator has asked for
}

// Kind implements [Effect].
func (Digest) Kind() string { return "digest" }
