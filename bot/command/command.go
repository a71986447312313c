// Package command says what can be said: how a command is written, how it is read back, and
// which command of a list a sentence means. It knows no topic.
//
// A command has words, which are whole messages, and forms, which have arguments:
//
//	Spec{Name: "post_notice", Forms: []string{"公示 {filing} {text}"}}
//
// Reading and writing share these definitions: what [Spec.Say] writes, [List.Recognise] reads as
// the same command with the same arguments.
package command

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"example.org/beian/workflow/calendar"
)

// Spec is how one command is said.
type Spec struct {
	Name    string   // unique among the commands, stable; names its help in the catalogue
	Words   []string // whole messages that mean it; buttons send the first
	English []string // the same in English
	// Forms are ways of saying it with arguments, see [Spec.Say]; the first with all the given
	// arguments is the one that is written.
	Forms []string
	// Read takes a sentence for which there is no form, such as "手机换成 139…". It is tried when no
	// word and no form fits, in the order of the list.
	Read func(Sentence) (Args, bool)
	// Examples are sentences that Read takes.
	Examples []string
}

// Args are what a sentence says besides its command.
type Args struct {
	values map[string]string
	// Value is what a Read found that is no text; its type is the command's own.
	Value any
}

// With makes arguments of names and values, in turn.
func With(pairs ...string) Args {
	a := Args{values: map[string]string{}}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			a.values[pairs[i]] = pairs[i+1]
		}
	}
	return a
}

// Text is an argument, "" when the sentence does not have it.
func (a Args) Text(name string) string { return a.values[name] }

// Int is an argument that is a number, 0 when the sentence does not have it.
func (a Args) Int(name string) int {
	n, _ := strconv.Atoi(a.values[name]) // the forms take digits only
	return n
}

// List is an argument of several parts.
func (a Args) List(name string) []string { return strings.Fields(a.values[name]) }

// Filing is the number of the filing that a sentence names, "" when it names none.
func (a Args) Filing() string { return a.values["filing"] }

// Say writes the command with arguments, as a button would: the first word without any, else the
// first form that has a place for each. In a form {name} or {name:kind} is an argument, {name?}
// one that may be missing, (a|b) a choice of words of which the first is written.
func (s Spec) Say(a Args) (string, error) {
	if len(a.values) == 0 && len(s.Words) > 0 {
		return s.Words[0], nil
	}
	for _, f := range s.Forms {
		form, err := compile(f)
		if err != nil {
			return "", fmt.Errorf("command %s: %w", s.Name, err)
		}
		if text, ok := form.write(a.values); ok {
			return text, nil
		}
	}
	return "", fmt.Errorf("command %s: no form for %v", s.Name, a.values)
}

// Sentence is a message, cleaned in the ways in which commands look at it.
type Sentence struct {
	Typed string // without surrounding space
	Plain string // half-width signs, canonical characters; rune for rune as long as Typed or shorter
	Bare  string // Plain in lower case without the signs at its end
	Today calendar.Date
}

// List is the commands that can be said at one place.
type List struct {
	specs []Spec
	words map[string]int // by what is typed, see bare
	forms []listed
}

// listed is a form and the command that it says.
type listed struct {
	of   int
	form *form
}

// NewList prepares commands for recognising. Two that are said with the same word are an error.
func NewList(specs []Spec) (*List, error) {
	l := &List{specs: specs, words: map[string]int{}}
	names := map[string]bool{}
	for i, s := range specs {
		if s.Name == "" || names[s.Name] {
			return nil, fmt.Errorf("command %q: no name of its own", s.Name)
		}
		names[s.Name] = true
		for _, w := range slices.Concat(s.Words, s.English) {
			key := Hear(w, calendar.Date{}).Bare
			if key == "" {
				return nil, fmt.Errorf("command %s: a word without a letter", s.Name)
			}
			if other, taken := l.words[key]; taken && other != i {
				return nil, fmt.Errorf("command %s: %q is said for %s", s.Name, w, specs[other].Name)
			}
			l.words[key] = i
		}
		for _, f := range s.Forms {
			form, err := compile(f)
			if err != nil {
				return nil, fmt.Errorf("command %s: %w", s.Name, err)
			}
			l.forms = append(l.forms, listed{i, form})
		}
	}
	return l, nil
}

// Recognise finds the command that a sentence means: by its words, else by a form, else by what
// the commands themselves read. ok is false when it is none.
func (l *List) Recognise(s Sentence) (name string, a Args, ok bool) {
	if claims := l.claims(s); len(claims) > 0 {
		return claims[0].name, claims[0].args, true
	}
	return "", Args{}, false
}

// Claims names the commands that a sentence could mean in the first way in which it means any.
// A list in which a sentence has two is at fault, unless both read sentences themselves.
func (l *List) Claims(s Sentence) []string {
	var names []string
	for _, c := range l.claims(s) {
		names = append(names, c.name)
	}
	return names
}

// claim is a command that a sentence could be.
type claim struct {
	name string
	args Args
}

// claims are the commands that take a sentence in the first way in which any does. More than one
// is a fault of the list, except among those that read sentences themselves, where the first counts.
func (l *List) claims(s Sentence) []claim {
	if i, ok := l.words[s.Bare]; ok {
		return []claim{{l.specs[i].Name, Args{}}}
	}
	var out []claim
	for _, f := range l.forms {
		values, ok := f.form.read(s.Typed)
		name := l.specs[f.of].Name
		if !ok || slices.ContainsFunc(out, func(c claim) bool { return c.name == name }) {
			continue
		}
		out = append(out, claim{name, Args{values: values}})
	}
	if len(out) > 0 {
		return out
	}
	for _, spec := range l.specs {
		if spec.Read == nil {
			continue
		}
		if a, ok := spec.Read(s); ok {
			return []claim{{spec.Name, a}}
		}
	}
	return nil
}
