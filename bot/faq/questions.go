package faq

import (
	"cmp"
	"embed"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"text/template"

	"github.com/rogpeppe/go-internal/txtar"

	"example.org/beian/bot/command"
	"example.org/beian/bot/turn"
	"example.org/beian/bot/ways"
	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
)

//go:embed *.txtar
var files embed.FS

// catalogue answers the questions that everybody has. What is not clearly one entry is no
// answer: a person is offered instead.
type catalogue struct {
	entries []entry
}

type entry struct {
	name   string
	who    audience
	rules  []string // of the manual, and decisions
	title  string   // the question as it is usually put
	answer *template.Template
}

// audience is for whom an entry is, or as what somebody asks; several may be joined.
type audience uint8

const (
	applicants audience = 1 << iota
	handlers
	hr
)

// audiences are the words for them in the name of an entry.
var audiences = map[string]audience{
	"applicant": applicants, "handler": handlers, "hr": hr, "all": applicants | handlers | hr,
}

// asking is as what somebody asks, first what counts first: who acts on others' filings asks about that
// work before anything, and about a certificate of their own when the question does not fit it.
func asking(p workflow.Person) []audience {
	var work audience
	if turn.Handles(p) {
		work |= handlers
	}
	if p.Holds(workflow.HR, "") || p.Holds(workflow.SchoolHandler, "") { // who hands over has the unit's account
		work |= hr
	}
	if work == 0 {
		return []audience{applicants}
	}
	return []audience{work, applicants}
}

// catalogues are the entries of each language, read once: they never change.
var catalogues = map[string]func() (*catalogue, error){
	"zh": sync.OnceValues(func() (*catalogue, error) { return load("zh") }),
	"en": sync.OnceValues(func() (*catalogue, error) { return load("en") }),
}

// load reads the entries of a language.
func load(lang string) (*catalogue, error) {
	raw, err := files.ReadFile("faq." + lang + ".txtar")
	if err != nil {
		return nil, fmt.Errorf("open questions: %w", err)
	}
	f := &catalogue{}
	names := map[string]bool{}
	for _, file := range txtar.Parse(raw).Files {
		e, err := readEntry(file)
		if err != nil {
			return nil, fmt.Errorf("question %s: %w", file.Name, err)
		}
		if names[e.name] {
			return nil, fmt.Errorf("question %s: is there twice", file.Name)
		}
		f.entries = append(f.entries, e)
		names[e.name] = true
	}
	return f, nil
}

// readEntry reads "name roles rules…" and what stands under it.
func readEntry(file txtar.File) (entry, error) {
	head := strings.Fields(file.Name)
	if len(head) < 2 {
		return entry{}, errors.New("says not for whom it is")
	}
	e := entry{name: head[0], rules: head[2:]}
	for role := range strings.SplitSeq(head[1], "+") {
		who, ok := audiences[role]
		if !ok {
			return e, fmt.Errorf("no role %q", role)
		}
		e.who |= who
	}
	var answer []string
	for line := range strings.Lines(string(file.Data)) {
		line = strings.TrimSpace(line)
		if title, ok := strings.CutPrefix(line, "? "); ok {
			e.title = title
		} else if line != "" {
			answer = append(answer, line)
		}
	}
	if e.title == "" || len(answer) == 0 {
		return e, errors.New("has no question or no answer")
	}
	var err error
	e.answer, err = template.New(file.Name).Option("missingkey=error").Parse(strings.Join(answer, "\n"))
	return e, err
}

// match is one candidate with how likely it is meant, between 0 and 1.
type match struct {
	entry  *entry
	score  float64 // knowing who asks: what is not for them cannot be meant
	likely float64 // by the words alone
}

// best returns the entries that are for who by likelihood, the likeliest first. What is left to 1 goes to
// questions about something else; what is a command is not counted. A title asks for its own entry.
func (f *catalogue) best(question string, who audience) ([]match, error) {
	all, err := ways.Likely(question)
	if err != nil {
		return nil, err
	}
	likely := map[string]float64{}
	for _, c := range all {
		likely[c.Name] = c.Likelihood
	}
	asked := command.Hear(question, calendar.Date{}).Bare
	var out []match
	possible := likely[""]
	for i := range f.entries {
		e := &f.entries[i]
		if e.who&who == 0 {
			continue
		}
		m := match{entry: e, likely: likely[ways.Question+e.name]}
		if command.Hear(e.title, calendar.Date{}).Bare == asked {
			return []match{{entry: e, score: 1, likely: 1}, {entry: e}}, nil
		}
		out = append(out, m)
		possible += m.likely
	}
	for i := range out {
		out[i].score = out[i].likely / possible
	}
	slices.SortStableFunc(out, func(a, b match) int { return cmp.Compare(b.likely, a.likely) })
	return out, nil
}

// near is how likely an entry must be by the words alone to be offered at all: without it the least
// unlikely answer for handlers would fit every question of applicants.
const near = 0.2

// find returns the entry that a question clearly asks for, of the first of the audiences that has one; nil
// when it is unsure. See TestFAQUnseen for what these bounds give.
func (f *catalogue) find(question string, asking []audience) (*entry, error) {
	const sure, lead = 0.4, 1.5
	for _, who := range asking {
		m, err := f.best(question, who)
		if err != nil {
			return nil, err
		}
		if m[0].likely >= near && m[0].score >= sure && m[0].score >= m[1].score*lead {
			return m[0].entry, nil
		}
	}
	return nil, nil //nolint:nilnil // no entry is an answer too
}

// guess is the entry to be offered for a question that is not clear; nil when nothing comes near.
func (f *catalogue) guess(question string, asking []audience) (*entry, error) {
	for _, who := range asking {
		m, err := f.best(question, who)
		if err != nil {
			return nil, err
		}
		if m[0].likely >= near {
			return m[0].entry, nil
		}
	}
	return nil, nil //nolint:nilnil // no entry is an answer too
}
