package reminder

import (
	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
)

// Tell sends people what waits for them on a day: at most [MostTold].
type Tell struct {
	Day    calendar.Date `json:"day"`
	Topic  Topic         `json:"topic"`
	People []string      `json:"people"`
}

// Job implements [workflow.Effect].
func (Tell) Job() workflow.Job {
	return workflow.Job{
		Kind: "tell", Queue: workflow.QueueReminders, Tries: workflow.MostTries,
		Timeout: workflow.UsualTimeout,
	}
}

// CheckPass decides about the certificates for which something may be due, some at a time.
type CheckPass struct {
	Day   calendar.Date `json:"day"`
	Round int           `json:"round"`
}

// Job implements [workflow.Effect].
func (CheckPass) Job() workflow.Job {
	return workflow.Job{
		Kind: "look_pass", Queue: workflow.QueueReminders, Tries: workflow.MostTries,
		Timeout: workflow.UsualTimeout, Unique: true,
	}
}

// PostPass hands out the messages of a day, some at a time.
type PostPass struct {
	Day   calendar.Date `json:"day"`
	Round int           `json:"round"`
	Again int64         `json:"again,omitempty"` // sets one apart that the operator has asked for
}

// Job implements [workflow.Effect].
func (PostPass) Job() workflow.Job {
	return workflow.Job{
		Kind: "post_pass", Queue: workflow.QueueReminders, Tries: workflow.MostTries,
		Timeout: workflow.UsualTimeout, Unique: true,
	}
}

// Digest sends the daily overview to everybody in HR.
type Digest struct {
	Day   calendar.Date `json:"day"`
	Again int64         `json:"again,omitempty"` // sets one apart that the operator has asked for
}

// Job implements [workflow.Effect].
func (Digest) Job() workflow.Job {
	return workflow.Job{
		Kind: "digest", Queue: workflow.QueueReminders, Tries: workflow.MostTries,
		Timeout: workflow.UsualTimeout, Unique: true,
	}
}
