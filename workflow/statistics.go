package workflow

import (
	"time"

	"example.org/beian/workflow/calendar"
)

// MonthCount is how many certificates of a college end in a month.
type MonthCount struct {
	Month   string // 2026-12
	College string
	Count   int
}

// DeadLetter is something that was given up, for the operator.
type DeadLetter struct {
	ID, Kind, Reason string
	Attempts         int
	At               time.Time
}

// Statistics is what HR sees as a picture.
type Statistics struct {
	Day      calendar.Date
	Ahead    []MonthCount
	Open     []StateCount
	Took     []StepTime     // decisions of the last twelve months
	Returned map[string]int // by reason code, of the last twelve months
}

// StateCount is how many open filings are in a state, and in which step of the review.
type StateCount struct {
	State State
	Step  string
	Count int
}

// StepTime is how long a step of the review took.
type StepTime struct {
	Role     Role
	From, To time.Time
}
