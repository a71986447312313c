package faq

import (
	"embed"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"text/template"

	"github.com/rogpeppe/go-internal/txtar"
)

//go:embed *.txt *.txtar
var files embed.FS

// catalogue answers the questions that everybody has. What is not clearly one entry is no
// answer: a person is offered instead.
type catalogue struct {
	entries []entry
	learned *classifier // classes are the numbers of entries, 0 is something else
}

type entry struct {
	number int
	rules  []string
	title  string // the question as it is usually put
	answer *template.Template
}

// learned are the entries of each language, learned once: a program that makes several
// bots, as tests do, would spend most of its time learning.
var learned = map[string]func() (*catalogue, error){
	"zh": sync.OnceValues(func() (*catalogue, error) { return load("zh") }),
	"en": sync.OnceValues(func() (*catalogue, error) { return load("en") }),
}

// load reads the entries of a language and learns from the ways to ask them.
func load(lang string) (*catalogue, error) {
	raw, err := files.ReadFile("faq." + lang + ".txtar")
	if err != nil {
		return nil, fmt.Errorf("open questions: %w", err)
	}
	f := &catalogue{}
	for i, file := range txtar.Parse(raw).Files {
		e, err := readEntry(file)
		if err != nil {
			return nil, fmt.Errorf("question %s: %w", file.Name, err)
		}
		if e.number != i+1 {
			return nil, fmt.Errorf("question %s: comes as number %d", file.Name, i+1)
		}
		f.entries = append(f.entries, e)
	}
	if raw, err = files.ReadFile("ask." + lang + ".txt"); err != nil {
		return nil, fmt.Errorf("open questions: %w", err)
	}
	samples, err := readSamples(string(raw), len(f.entries))
	if err != nil {
		return nil, fmt.Errorf("ways to ask in %s: %w", lang, err)
	}
	f.learned = learn(samples, len(f.entries)+1)
	return f, nil
}

func readEntry(file txtar.File) (entry, error) {
	name := strings.Fields(file.Name)
	number, err := strconv.Atoi(name[0])
	if err != nil {
		return entry{}, err
	}
	e := entry{number: number, rules: name[1:]}
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
	e.answer, err = template.New(file.Name).Option("missingkey=error").Parse(strings.Join(answer, "\n"))
	return e, err
}

// readSamples reads lines of a number, or - for something else, and a way to ask.
func readSamples(text string, entries int) ([]sample, error) {
	var out []sample
	for line := range strings.Lines(text) {
		number, question, ok := strings.Cut(strings.TrimSpace(line), " ")
		if !ok || number == "#" {
			continue
		}
		class := 0
		if number != "-" {
			var err error
			if class, err = strconv.Atoi(number); err != nil || class < 1 || class > entries {
				return nil, fmt.Errorf("line %q: no such entry", line)
			}
		}
		out = append(out, sample{class, question})
	}
	return out, nil
}

// match is one candidate with how likely it is meant, between 0 and 1.
type match struct {
	entry *entry
	score float64
}

// best returns the entries by likelihood, the likeliest first. What is left to 1 goes to
// questions about something else.
func (f *catalogue) best(question string) []match {
	likely := f.learned.classify(question)
	out := make([]match, len(f.entries))
	for i := range f.entries {
		out[i] = match{&f.entries[i], likely[i+1]}
	}
	slices.SortStableFunc(out, func(a, b match) int {
		switch {
		case a.score > b.score:
			return -1
		case a.score < b.score:
			return 1
		}
		return 0
	})
	return out
}

// find returns the entry that a question clearly asks for; nil when it is unsure. See
// TestFAQUnseen for what these bounds give.
func (f *catalogue) find(question string) *entry {
	const sure, lead = 0.4, 1.5
	m := f.best(question)
	if len(m) < 2 || m[0].score < sure || m[0].score < m[1].score*lead {
		return nil
	}
	return m[0].entry
}
