package command

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// form is one way of writing a command, compiled.
type form struct {
	parts []part
	match []*regexp.Regexp // the second for words that stick to a number: 公示 K7M2Q9XD12月1日
}

// part is a literal or an argument.
type part struct {
	literal  string
	name     string // of the argument
	kind     kind
	optional bool
}

// Shape is what a form asks for: names of arguments, each with the name of its kind, in order.
type Shape [][2]string

// Shapes are the ways in which the forms of a command can be filled in.
func (s Spec) Shapes() ([]Shape, error) {
	var out []Shape
	for _, text := range s.Forms {
		f, err := compile(text)
		if err != nil {
			return nil, fmt.Errorf("command %s: %w", s.Name, err)
		}
		shapes := []Shape{nil}
		for _, p := range f.parts {
			if p.name == "" {
				continue
			}
			for i, shape := range shapes {
				if p.optional {
					shapes = append(shapes, slices.Clone(shape))
				}
				shapes[i] = append(shape, [2]string{p.name, p.kind.name})
			}
		}
		out = append(out, shapes...)
	}
	return out, nil
}

// kind is what an argument looks like.
type kind struct {
	name    string
	pattern string
	upper   bool // numbers are kept in capitals
	lower   bool
	free    bool // kept as typed
}

// kinds are all that there are. The number of a filing is spelled here and nowhere else; it is taken
// in small letters and in full width too.
var kinds = map[string]kind{
	"filing":  {pattern: `[0-9A-Z]{8}`, upper: true},
	"filings": {pattern: `[0-9A-Z]{8}(?:\s+[0-9A-Z]{8})*`, upper: true},
	"code":    {pattern: `(?-i:[A-Z2-7]{6})`}, // from a button: Degree is a word
	"file":    {pattern: `[0-9A-F]{32}`, lower: true},
	"slot":    {pattern: `[1-8]`},
	"number":  {pattern: `\d{1,6}`},
	"word":    {pattern: `\S+`, free: true},
	"text":    {pattern: `\S.*?`, free: true},
}

var formPart = regexp.MustCompile(`\{[^{}]*\}|\([^()]*\)|[^{}()\s]+|\s+`)

// compile reads a form: "(通过|上报) {filing} {code?}". A space stands for any space or none before an
// argument that cannot be confused with what is in front of it, and for at least one otherwise.
func compile(s string) (*form, error) {
	f := &form{}
	for _, stuck := range []bool{false, true} {
		if err := f.compile(s, stuck); err != nil {
			return nil, fmt.Errorf("form %q: %w", s, err)
		}
	}
	return f, nil
}

func (f *form) compile(s string, stuck bool) error {
	f.parts = nil
	var b strings.Builder
	b.WriteString(`(?is)^`)
	var space bool
	for _, token := range formPart.FindAllString(s, -1) {
		switch {
		case strings.TrimSpace(token) == "":
			space = true
			continue
		case token[0] == '{':
			p, err := argument(token[1 : len(token)-1])
			if err != nil {
				return err
			}
			pattern := gap(f.parts, p, space) + `(?P<` + p.name + `>` + p.kind.pattern + `)`
			if stuck && p.kind.name == "text" && len(f.parts) > 0 && f.parts[len(f.parts)-1].name != "" {
				pattern = `(?P<` + p.name + `>\d.*?)`
			}
			if p.optional {
				pattern = `(?:` + pattern + `)?`
			}
			if slices.ContainsFunc(f.parts, func(other part) bool { return other.name == p.name }) {
				return fmt.Errorf("%s is there twice", p.name)
			}
			b.WriteString(pattern)
			f.parts = append(f.parts, p)
		default:
			if space {
				b.WriteString(`\s*`)
			}
			choices := strings.Split(strings.Trim(token, "()"), "|")
			f.parts = append(f.parts, part{literal: choices[0]})
			for i, c := range choices {
				choices[i] = regexp.QuoteMeta(c)
			}
			b.WriteString(`(?:` + strings.Join(choices, "|") + `)`)
		}
		space = false
	}
	b.WriteString(`\s*$`)
	match, err := regexp.Compile(b.String())
	f.match = append(f.match, match)
	return err
}

// argument reads "name", "name:kind", "name?" or "name:kind?".
func argument(s string) (part, error) {
	s, optional := strings.CutSuffix(s, "?")
	name, of, ok := strings.Cut(s, ":")
	if !ok {
		of = name
	}
	k, ok := kinds[of]
	if !ok {
		return part{}, fmt.Errorf("no kind of argument is called %q", of)
	}
	k.name = of
	return part{name: name, kind: k, optional: optional}, nil
}

// gap is what may stand before an argument: a colon, space or nothing, but at least one space
// between two numbers and before a word, which could be anything.
func gap(before []part, p part, space bool) string {
	switch {
	case len(before) == 0 || !space:
		return ``
	case p.kind.name == "word":
		return `\s+`
	case p.kind.name == "text" && isLatin(before[len(before)-1]): // K7M2Q9XD今天 needs no space, finder is not find
		return `\b\s*[:,]?\s*`
	case before[len(before)-1].name != "":
		return `\s+`
	}
	return `\s*[:,]?\s*`
}

// isLatin reports whether a part ends in a letter or digit, as all numbers do.
func isLatin(p part) bool {
	return p.name != "" || p.literal[len(p.literal)-1] < utf8.RuneSelf
}

// read takes a message apart.
func (f *form) read(typed string) (map[string]string, bool) {
	runes := []rune(typed)
	folded := fold(runes)
	match := f.match[0]
	m := match.FindStringSubmatchIndex(folded)
	if m == nil {
		match = f.match[1]
		if m = match.FindStringSubmatchIndex(folded); m == nil {
			return nil, false
		}
	}
	values := map[string]string{}
	for i, name := range match.SubexpNames() {
		if name == "" || m[2*i] < 0 {
			continue
		}
		value := folded[m[2*i]:m[2*i+1]]
		switch k := f.kindOf(name); {
		case k.free: // an official status is kept to the letter
			from := len([]rune(folded[:m[2*i]]))
			value = string(runes[from : from+len([]rune(value))])
		case k.upper:
			value = strings.Join(strings.Fields(strings.ToUpper(value)), " ")
		case k.lower:
			value = strings.ToLower(value)
		}
		values[name] = value
	}
	return values, true
}

func (f *form) kindOf(name string) kind {
	for _, p := range f.parts {
		if p.name == name {
			return p.kind
		}
	}
	return kind{}
}

// write fills the form; ok is false when an argument is missing or has no place.
func (f *form) write(values map[string]string) (string, bool) {
	var words []string
	used := 0
	for _, p := range f.parts {
		switch value, given := values[p.name]; {
		case p.name == "":
			words = append(words, p.literal)
		case given:
			words = append(words, value)
			used++
		case !p.optional:
			return "", false
		}
	}
	return strings.Join(words, " "), used == len(values)
}

// fold makes full-width letters, digits, signs and spaces half-width, rune for rune.
func fold(runes []rune) string {
	var b strings.Builder
	for _, r := range runes {
		switch {
		case r >= 0xFF01 && r <= 0xFF5E:
			r -= 0xFEE0
		case r == 0x3000 || r == 0xA0 || r == '\n' || r == '\r' || r == '\t':
			r = ' '
		}
		b.WriteRune(r)
	}
	return b.String()
}
