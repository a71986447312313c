// Package ways knows in which words people say what: sentences for each command and question, and what
// was learned from them. It knows no topic beyond their names.
package ways

import (
	"embed"
	"fmt"
	"strings"
	"sync"
	"unicode"

	"example.org/beian/bot/command"
)

//go:generate go run ../../deploy/dev/learn ../..

//go:embed model.*.gz
var models embed.FS

// Question begins the names of questions, so that a command may have the same.
const Question = "?"

// read are the models, each read once: they never change.
var read = map[string]func() (*command.Likeness, error){
	"zh": sync.OnceValues(func() (*command.Likeness, error) { return load("zh") }),
	"en": sync.OnceValues(func() (*command.Likeness, error) { return load("en") }),
}

func load(lang string) (*command.Likeness, error) {
	b, err := models.ReadFile("model." + lang + ".gz")
	if err != nil {
		return nil, fmt.Errorf("open what was learned: %w", err)
	}
	return command.ReadLikeness(b)
}

// Likely are the commands and questions that a sentence may mean, the likeliest first. It is read as
// Chinese when there is a Han character in it, as English otherwise.
func Likely(sentence string) ([]command.Candidate, error) {
	lang := "en"
	if strings.ContainsFunc(sentence, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
		lang = "zh"
	}
	l, err := read[lang]()
	if err != nil {
		return nil, err
	}
	return l.Likely(sentence), nil
}

// Samples reads lines of a name, or - for none, and a sentence; prefix goes before each name.
func Samples(lines, prefix string) []command.Sample {
	var out []command.Sample
	for line := range strings.Lines(lines) {
		name, sentence, ok := strings.Cut(strings.TrimSpace(line), " ")
		switch {
		case !ok || name == "#":
			continue
		case name == "-":
			name = ""
		default:
			name = prefix + name
		}
		out = append(out, command.Sample{Name: name, Sentence: sentence})
	}
	return out
}
