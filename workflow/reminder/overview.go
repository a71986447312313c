package reminder

import (
	"time"

	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
)

// Overview is what HR is told on a working day.
type Overview struct {
	Day     calendar.Date
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
	Ahead       []workflow.MonthCount
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

// Week is what a college is told once a week.
type Week struct {
	College string
	Ending  int         // within the days that HR's digest looks ahead
	Busy    int         // of these: filing under way or handed over
	Done    int         // renewed in the last seven days
	Idle    []Candidate // who has not begun, the first to end first
}
