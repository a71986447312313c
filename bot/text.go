package bot

import (
	"embed"
	"fmt"
	"regexp"
	"strings"
	"text/template"
	"unicode"

	"github.com/rogpeppe/go-internal/txtar"

	"example.org/beian/bot/dingtalk"
)

//go:embed texts/*.txtar
var textFiles embed.FS

// texts is the catalogue of one language.
type texts map[string]*template.Template

// data is what a text is filled with. Strings typed by people go in as [said].
type data map[string]any

// loadTexts parses a catalogue. A text that does not parse, or uses a value that it
// is not given, is an error and never a half-empty message.
func loadTexts(lang string) (texts, error) {
	raw, err := textFiles.ReadFile("texts/" + lang + ".txtar")
	if err != nil {
		return nil, fmt.Errorf("open texts: %w", err)
	}
	out := texts{}
	for _, f := range txtar.Parse(raw).Files {
		t, err := template.New(f.Name).Option("missingkey=error").Funcs(template.FuncMap{"join": strings.Join}).Parse(string(f.Data))
		if err != nil {
			return nil, fmt.Errorf("parse text %s: %w", f.Name, err)
		}
		if out[f.Name] != nil {
			return nil, fmt.Errorf("parse texts: %s is there twice", f.Name)
		}
		out[f.Name] = t
	}
	return out, nil
}

// line fills a text and returns it without buttons, for use inside another.
func (t texts) line(key string, d data) (string, error) {
	tmpl, ok := t[key]
	if !ok {
		return "", fmt.Errorf("text %s: not in the catalogue", key)
	}
	var b strings.Builder
	if err := tmpl.Execute(&b, d); err != nil {
		return "", fmt.Errorf("text %s: %w", key, err)
	}
	return strings.TrimSpace(b.String()), nil
}

// lineBreak is how DingTalk's markdown breaks a line: with spaces around it.
const lineBreak = "  \n  "

// message fills a text and splits off the lines of buttons at its end.
func (t texts) message(key string, d data) (dingtalk.Message, error) {
	s, err := t.line(key, d)
	if err != nil {
		return dingtalk.Message{}, err
	}
	var m dingtalk.Message
	var lines []string
	for l := range strings.Lines(s) {
		l = strings.TrimSpace(l)
		if buttons := buttonsOf(l); buttons != nil {
			m.Buttons = append(m.Buttons, buttons...)
		} else if l != "" {
			lines = append(lines, l)
		}
	}
	m.Text = strings.Join(lines, lineBreak)
	m.Title = title(lines)
	return m, nil
}

var (
	buttonLine = regexp.MustCompile(`^(\[[^\[\]]+\]\s*)+$`)
	button     = regexp.MustCompile(`\[([^\[\]=]+)(?:=([^\[\]]+))?\]`)
)

func buttonsOf(line string) []dingtalk.Button {
	if !buttonLine.MatchString(line) {
		return nil
	}
	var out []dingtalk.Button
	for _, m := range button.FindAllStringSubmatch(line, -1) {
		b := dingtalk.Button{Title: m[1], Say: m[2]}
		if b.Say == "" {
			b.Say = b.Title
		}
		out = append(out, b)
	}
	return out
}

// headline splits off the first words in bold that say where the person is.
func headline(text string) (head, rest string) {
	i := strings.Index(text, "/6)** ")
	if i < 0 || !strings.HasPrefix(text, "**") {
		return "", text
	}
	i += len("/6)** ")
	return text[:i], text[i:]
}

// title is what the chat list shows: the beginning of the first line.
func title(lines []string) string {
	const most = 40
	if len(lines) == 0 {
		return "备案助手"
	}
	r := []rune(strings.ReplaceAll(lines[0], "*", ""))
	return string(r[:min(len(r), most)])
}

// said is text that came from a person. Printed, it can neither be formatting nor a
// link: a link in markdown could make whoever taps it send a message.
type said string

// String returns the text with everything active replaced by a look-alike.
func (s said) String() string {
	plain := strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\t':
			return ' '
		case unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Cf, r):
			return -1 // control and bidirectional characters
		}
		return r
	}, string(s))
	return inert.Replace(plain)
}

// inert is a replacer and never changes.
var inert = strings.NewReplacer(
	"://", ":／／", "*", "∗", "_", "＿", "`", "ˋ", "[", "［", "]", "］", "<", "＜", ">", "＞",
	"#", "＃", "|", "｜", "\\", "＼", "~", "～",
)
