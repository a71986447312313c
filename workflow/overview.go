package workflow

import "time"

// Overview is what HR is told on a working day.
type Overview struct {
	Day     Date
	Waiting []Queue // where filings wait, in no order
	Asked   int     // questions to a person that wait for an answer
	// Within counts the certificates that end within so many days.
	Within      []Within
	Month, Done int         // certificates that end this month, and how many of them are renewed
	Ending      []Candidate // certificates that end soon, the first to end first
	Busy        int         // of Ending: filing under way or handed over
	Overdue     int
	Expired     []Candidate // of Overdue, the longest first
	Silent      []Candidate // who did not react to what should have made them
	Unreachable []Candidate // whom DingTalk does not deliver to
	Ahead       []MonthCount
	Dead        int // messages and jobs that were given up
	MissingYear int // the year whose official calendar should be imported by now, or 0
	Used        int // the share of DingTalk's monthly quota that is used, in percent
}

// Queue is a step at which filings wait.
type Queue struct {
	Step   string // of the review
	Count  int
	Oldest time.Time
}

// Within counts the certificates that end within some days, those whose filing is under way, and
// those of people who have read a reminder and not begun.
type Within struct{ Days, Ending, Busy, Read int }

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
	Day      Date
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

// Week is what a college is told once a week.
type Week struct {
	College string
	Ending  int         // within the days that HR's digest looks ahead
	Busy    int         // of these: filing under way or handed over
	Done    int         // renewed in the last seven days
	Idle    []Candidate // who has not begun, the first to end first
}

// Weekly reports whether the colleges are told on this day: the first working day of a week.
func (p Policy) Weekly(d Date) bool {
	work, _ := p.Calendar().IsWorkday(d)
	monday := d.AddDays(-(int(d.Weekday()) + 6) % 7)
	return work && p.Calendar().OnOrAfter(monday) == d
}
