// Package roster is what HR knows about people and their certificates, and how a workbook changes
// it: [Row.Merge] says what an [Entry] is after a row, [Entry.Same] whether that is a change. It
// also names what HR looks for ([Lookup]).
package roster

import (
	"maps"
	"slices"
	"strings"
	"time"

	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
	"example.org/beian/workflow/identity"
	"example.org/beian/workflow/typed"
)

// Entry is what the roster knows about one person.
type Entry struct {
	Person      workflow.Person       `json:"person"`
	Certificate *workflow.Certificate `json:"certificate,omitempty"` // the current one
}

// Row is what one row of a workbook says about a person. What it leaves empty stays
// as it is: a workbook of two columns changes two columns.
type Row struct {
	Line         int              `json:"line"` // in the workbook, counted as Excel does
	Person       string           `json:"person"`
	Name         string           `json:"name"`
	College      string           `json:"college,omitempty"` // id
	Grants       []workflow.Grant `json:"grants,omitempty"`  // given beside those the person has
	Number       string           `json:"number,omitempty"`  // of the certificate
	Category     string           `json:"category,omitempty"`
	RecognisedOn calendar.Date    `json:"recognised_on"`
	PrintedEnd   calendar.Date    `json:"printed_end"`
	Unit         string           `json:"unit,omitempty"` // where the recognition was made
	Values       workflow.Values  `json:"values,omitempty"`
}

// Certified reports whether the row says anything about a certificate.
func (r Row) Certified() bool {
	return r.Number != "" || r.Category != "" || !r.RecognisedOn.IsZero() || !r.PrintedEnd.IsZero() || r.Unit != "" ||
		len(r.Values) > 0
}

// Fault is what a row lacks, as a code for the chat to say.
type Fault string

// The faults of [Row.Merge].
const (
	NoCollege     Fault = "no_college"     // somebody new needs one
	NoCertificate Fault = "no_certificate" // a certificate needs number, category and day
	Taken         Fault = "taken"          // the number is somebody else's certificate
)

// Merge returns the entry as it is after the row; was is nil for somebody new. A row with
// another number and another day of recognition brings a new certificate, any other
// corrects the one that is there.
func (r Row) Merge(was *Entry) (Entry, Fault) {
	var e Entry
	if was != nil {
		e = *was
		e.Person.Grants = slices.Clone(was.Person.Grants)
	}
	e.Person.ID, e.Person.Name = r.Person, r.Name
	if r.College != "" {
		e.Person.College = r.College
	}
	if e.Person.College == "" {
		return e, NoCollege
	}
	for _, g := range r.Grants {
		if !slices.ContainsFunc(e.Person.Grants, func(x workflow.Grant) bool {
			return x.Role == g.Role && x.College == g.College
		}) {
			e.Person.Grants = append(e.Person.Grants, g)
		}
	}
	if !r.Certified() {
		return e, ""
	}
	var c workflow.Certificate
	if was != nil && was.Certificate != nil && r.continues(*was.Certificate) {
		c = *was.Certificate
		c.Values = maps.Clone(c.Values)
	} else {
		c = workflow.Certificate{ID: r.Number}
	}
	c.Person = r.Person
	if r.Category != "" {
		c.Category = r.Category
	}
	if !r.RecognisedOn.IsZero() {
		c.RecognisedOn = r.RecognisedOn
	}
	if !r.PrintedEnd.IsZero() {
		c.PrintedEnd = r.PrintedEnd
	}
	if r.Unit != "" {
		c.Unit = r.Unit
	}
	if c.ID == "" || c.Category == "" || c.RecognisedOn.IsZero() {
		return e, NoCertificate
	}
	if c.Values == nil {
		c.Values = workflow.Values{}
	}
	maps.Copy(c.Values, r.Values)
	c.Values[workflow.Name], c.Values[workflow.Category] = r.Name, c.Category
	e.Certificate = &c
	return e, ""
}

// continues reports whether the row is about the certificate that is there.
func (r Row) continues(c workflow.Certificate) bool {
	return r.Number == "" && (r.RecognisedOn.IsZero() || r.RecognisedOn == c.RecognisedOn) || r.Number == c.ID ||
		r.RecognisedOn == c.RecognisedOn
}

// Same reports whether two entries say the same; what is not on a roster does not count.
func (e Entry) Same(o Entry) bool {
	if e.Person.ID != o.Person.ID || e.Person.Name != o.Person.Name || e.Person.College != o.Person.College ||
		!slices.Equal(sortedGrants(e.Person.Grants), sortedGrants(o.Person.Grants)) ||
		(e.Certificate == nil) != (o.Certificate == nil) {
		return false
	}
	if e.Certificate == nil {
		return true
	}
	a, b := *e.Certificate, *o.Certificate
	return a.ID == b.ID && a.Category == b.Category && a.RecognisedOn == b.RecognisedOn && a.PrintedEnd == b.PrintedEnd &&
		a.Unit == b.Unit && a.Mismatch == b.Mismatch && maps.Equal(a.Values, b.Values)
}

func sortedGrants(list []workflow.Grant) []workflow.Grant {
	out := slices.Clone(list)
	slices.SortFunc(out, func(a, b workflow.Grant) int {
		return strings.Compare(string(a.Role)+":"+a.College, string(b.Role)+":"+b.College)
	})
	return out
}

// Normal brings a value of a roster into the one form in which it is kept.
// A word that an option list does not have stays: the official system may have more.
func Normal(k workflow.Key, s string) string {
	fd, _ := workflow.FieldOf(k)
	switch fd.Kind {
	case workflow.KindName:
		return identity.NormalName(s)
	case workflow.KindID:
		return identity.NormalNumber(s)
	case workflow.KindOption:
		if r, fault := workflow.Read(fd, s, calendar.Date{}); fault == nil {
			return r.Value
		}
	}
	return typed.Clean(s)
}

// The kinds of imports; the words are stored.
const (
	ImportPeople   = "roster"
	ImportStatuses = "statuses"
)

// StatusRow is one official status of a workbook.
type StatusRow struct {
	Line   int           `json:"line"`
	Filing string        `json:"filing"`
	Name   string        `json:"name"`
	Text   string        `json:"text"`
	On     calendar.Date `json:"on"` // of the new certificate, when the status says that it passed
}

// Import is a workbook that was checked and waits for a yes. The rows are those that change
// something.
type Import struct {
	ID       string
	By       string // who sent it; nobody else can confirm it
	Kind     string
	Part     int         // of a long one that is kept piece by piece, counted from 0
	Rows     []Row       // of [ImportPeople]
	Statuses []StatusRow // of [ImportStatuses]
	At       time.Time
	Changed  int // once applied
	Same     int
}

// ImportTTL is how long a checked workbook waits for a yes, and UndoImport how long an
// import can be undone; what was kept for it is deleted then.
const (
	ImportTTL  = 24 * time.Hour
	UndoImport = 30 * 24 * time.Hour
)

// ImportState is what became of an import.
type ImportState string

// The states of an import.
const (
	ImportChecked ImportState = "checked"
	ImportApplied ImportState = "applied"
	ImportUndone  ImportState = "undone"
	ImportGone    ImportState = "gone" // not known, dropped, or too old
)

// Imported is the result of applying or undoing an import.
type Imported struct {
	State   ImportState
	Kind    string
	New     int
	Changed int
	Same    int
	Left    []string // names of those that were left alone
}

// Duty is one college with those who act for it, for HR.
type Duty struct {
	College  workflow.College
	People   int
	Handlers []workflow.Person
}

// Lookup is what HR looks for; one of the words is set.
type Lookup struct {
	Word    string        // beginning of a name, of its pinyin or its initials; a userId; a college
	Tail    string        // last four of an identity number
	State   string        // one of [LookupStates]
	College string        // id: filter of an export
	Until   calendar.Date // filter of an export: ends on or before
}

// What [Lookup.State] can be.
const (
	LookupIdle      = "idle" // no filing begun
	LookupEditing   = "editing"
	LookupNotice    = "notice"
	LookupReviewing = "reviewing"
	LookupOfficial  = "official"
	LookupReturned  = "returned"
	LookupDone      = "done"
	LookupOverdue   = "overdue"
)

// Found is one hit.
type Found struct {
	Case workflow.Case
}
