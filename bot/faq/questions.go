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

	"example.org/beian/bot/turn"
	"example.org/beian/workflow"
)

//go:embed *.txt *.txtar
var files embed.FS

// catalogue answers the questions that everybody has. What is not clearly one entry is no
// answer: a person is offered instead.
type catalogue struct {
	entries []entry
	learned *classifier // class i+1 is entries[i], class 0 is something else
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

// learned are the entries of each language, learned once: a program that makes several
// bots, as tests do, would spend most of its time learning.
var learned = map[string]func() (*catalogue, error){
	"zh": sync.OnceValues(func() (*catalogue, error) { return load("zh") }),
	"en": sync.OnceValues(func() (*catalogue, error) { return load("en") }),
}

// load reads the entries of a language and learns from their titles and the other ways to ask them.
func load(lang string) (*catalogue, error) {
	raw, err := files.ReadFile("faq." + lang + ".txtar")
	if err != nil {
		return nil, fmt.Errorf("open questions: %w", err)
	}
	f := &catalogue{}
	classes := map[string]int{"-": 0}
	var samples []sample
	for i, file := range txtar.Parse(raw).Files {
		e, err := readEntry(file)
		if err != nil {
			return nil, fmt.Errorf("question %s: %w", file.Name, err)
		}
		if _, twice := classes[e.name]; twice {
			return nil, fmt.Errorf("question %s: is there twice", file.Name)
		}
		f.entries = append(f.entries, e)
		classes[e.name] = i + 1
		samples = append(samples, sample{i + 1, e.title})
	}
	if raw, err = files.ReadFile("ask." + lang + ".txt"); err != nil {
		return nil, fmt.Errorf("open questions: %w", err)
	}
	ways, err := readSamples(string(raw), classes)
	if err != nil {
		return nil, fmt.Errorf("ways to ask in %s: %w", lang, err)
	}
	f.learned = learn(append(samples, ways...), len(f.entries)+1)
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

// readSamples reads lines of the name of an entry, or - for something else, and a way to ask.
func readSamples(text string, classes map[string]int) ([]sample, error) {
	var out []sample
	for line := range strings.Lines(text) {
		name, question, ok := strings.Cut(strings.TrimSpace(line), " ")
		if !ok || name == "#" {
			continue
		}
		class, known := classes[name]
		if !known {
			return nil, fmt.Errorf("line %q: no such entry", line)
		}
		out = append(out, sample{class, question})
	}
	return out, nil
}

// match is one candidate with how likely it is meant, between 0 and 1.
type match struct {
	entry  *entry
	score  float64 // knowing who asks: what is not for them cannot be meant
	likely float64 // by the words alone
}

// best returns the entries that are for who by likelihood, the likeliest first. What is left to 1 goes to
// questions about something else.
func (f *catalogue) best(question string, who audience) []match {
	likely := f.learned.classify(question)
	var out []match
	possible := likely[0]
	for i := range f.entries {
		if f.entries[i].who&who != 0 {
			out = append(out, match{entry: &f.entries[i], likely: likely[i+1]})
			possible += likely[i+1]
		}
	}
	for i := range out {
		out[i].score = out[i].likely / possible
	}
	slices.SortStableFunc(out, func(a, b match) int { return cmp.Compare(b.likely, a.likely) })
	return out
}

// near is how likely an entry must be by the words alone to be offered at all: without it the least
// unlikely answer for handlers would fit every question of applicants.
const near = 0.2

// find returns the entry that a question clearly asks for, of the first of the audiences that has one; nil
// when it is unsure. See TestFAQUnseen for what these bounds give.
func (f *catalogue) find(question string, asking []audience) *entry {
	const sure, lead = 0.4, 1.5
	for _, who := range asking {
		m := f.best(question, who)
		if m[0].likely >= near && m[0].score >= sure && m[0].score >= m[1].score*lead {
			return m[0].entry
		}
	}
	return nil
}

// guess is the entry to be offered for a question that is not clear; nil when nothing comes near.
func (f *catalogue) guess(question string, asking []audience) *entry {
	for _, who := range asking {
		if m := f.best(question, who); m[0].likely >= near {
			return m[0].entry
		}
	}
	return nil
}
