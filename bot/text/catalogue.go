// Package text is what the bot says: the catalogue of each language, messages with their
// headline and buttons, and the escaping of what people typed.
package text

import (
	"cmp"
	"embed"
	"fmt"
	"strings"
	"sync"
	"text/template"

	"github.com/rogpeppe/go-internal/txtar"

	"example.org/beian/workflow"
)

//go:embed *.txtar
var files embed.FS

// Catalogue is what the bot says in one language: whole messages, and phrases that sentences
// are put together from.
type Catalogue struct {
	Lang     string
	messages map[string]*template.Template
	phrases  map[string]string
}

// Data is what a text is filled with. Strings typed by people go in as [Typed].
type Data map[string]any

// Languages are those the bot speaks, the first where nobody has chosen.
var Languages = [...]string{"zh", "en"}

// catalogues are the texts of each language, parsed once: they never change, and a program that
// makes several kernels, as tests do, would spend most of its time parsing.
var catalogues = map[string]func() (*Catalogue, error){
	"zh": sync.OnceValues(func() (*Catalogue, error) { return load("zh") }),
	"en": sync.OnceValues(func() (*Catalogue, error) { return load("en") }),
}

// Load returns the catalogue of one of the [Languages].
func Load(lang string) (*Catalogue, error) {
	parsed, ok := catalogues[lang]
	if !ok {
		return nil, fmt.Errorf("open texts: no language %q", lang)
	}
	return parsed()
}

// load parses a catalogue. A text that does not parse, or uses a value that it
// is not given, is an error and never a half-empty message.
func load(lang string) (*Catalogue, error) {
	entries, err := Entries(lang)
	if err != nil {
		return nil, err
	}
	out := &Catalogue{Lang: lang, messages: map[string]*template.Template{}, phrases: map[string]string{}}
	for _, f := range entries {
		if key, ok := strings.CutPrefix(f.Name, "p/"); ok {
			out.phrases[key] = strings.TrimSuffix(f.Text, "\n")
			continue
		}
		t, err := template.New(
			f.Name,
		).Option(
			"missingkey=error",
		).Funcs(
			template.FuncMap{"join": strings.Join},
		).Parse(
			f.Text,
		)
		if err != nil {
			return nil, fmt.Errorf("parse text %s: %w", f.Name, err)
		}
		if out.messages[f.Name] != nil {
			return nil, fmt.Errorf("parse texts: %s is there twice", f.Name)
		}
		out.messages[f.Name] = t
	}
	return out, nil
}

// Entry is one text as it is written; the names of phrases begin with "p/".
type Entry struct{ Name, Text string }

// Entries are the texts of a language in the order in which they are written.
func Entries(lang string) ([]Entry, error) {
	raw, err := files.ReadFile(lang + ".txtar")
	if err != nil {
		return nil, fmt.Errorf("open texts: %w", err)
	}
	var out []Entry
	for _, f := range txtar.Parse(raw).Files {
		out = append(out, Entry{f.Name, string(f.Data)})
	}
	return out, nil
}

// Buttons are those of an entry as written, with their templates, for comparing languages.
func (e Entry) Buttons() []Button {
	if strings.HasPrefix(e.Name, "p/") {
		return nil // [1] is a verb of Sprintf there
	}
	var out []Button
	for _, m := range buttonPattern.FindAllStringSubmatch(e.Text, -1) {
		out = append(out, Button{m[1], cmp.Or(m[2], m[1])})
	}
	return out
}

// Phrase is a phrase with its values. One that the catalogue does not have is shown by its
// name; a test keeps that from happening.
func (t *Catalogue) Phrase(key string, args ...any) string {
	format, ok := t.phrases[key]
	if !ok {
		return key
	}
	if len(args) == 0 {
		return format
	}
	return fmt.Sprintf(format, args...)
}

// Has reports whether there is a phrase of that name.
func (t *Catalogue) Has(phrase string) bool { return t.phrases[phrase] != "" }

// Sentences joins sentences the way the language writes them.
func (t *Catalogue) Sentences(parts ...string) string {
	if t.Lang == "zh" {
		return strings.Join(parts, "")
	}
	return strings.Join(parts, " ")
}

// Field is the name of a field.
func (t *Catalogue) Field(f workflow.Field) string {
	if t.Lang == "en" {
		return f.English
	}
	return f.Label
}

// Slot is the name of a material.
func (t *Catalogue) Slot(s workflow.Slot) string {
	if t.Lang == "en" {
		return s.Info().English
	}
	return s.Label()
}

// Either is a label that a policy gives, in English where it has one.
func (t *Catalogue) Either(label, english string) string {
	if t.Lang == "en" && english != "" {
		return english
	}
	return label
}

// Line fills a text that has neither headline nor buttons, for use inside another.
func (t *Catalogue) Line(key string, d Data) (string, error) {
	tmpl, ok := t.messages[key]
	if !ok {
		return "", fmt.Errorf("text %s: not in the catalogue", key)
	}
	var b strings.Builder
	if err := tmpl.Execute(&b, d); err != nil {
		return "", fmt.Errorf("text %s: %w", key, err)
	}
	return strings.TrimSpace(b.String()), nil
}

// Message fills a text and takes it apart: its headline, which is the line that begins with "# ",
// what it says, and the lines of [buttons] at its end.
func (t *Catalogue) Message(key string, d Data) (Message, error) {
	s, err := t.Line(key, d)
	if err != nil {
		return Message{}, err
	}
	return parse(s), nil
}

// Provisional follows every date that rests on a calendar that is not official yet.
func (t *Catalogue) Provisional(n workflow.Notice) string {
	if n.Until.IsZero() || n.Official {
		return ""
	}
	return t.Phrase("provisional")
}
