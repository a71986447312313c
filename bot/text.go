package bot

import (
	"cmp"
	"embed"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"text/template"
	"unicode"

	"github.com/rogpeppe/go-internal/txtar"

	"example.org/beian/bot/dingtalk"
	"example.org/beian/workflow"
)

//go:embed texts/*.txtar texts/ask.*.txt
var textFiles embed.FS

// texts is the catalogue of one language: whole messages, phrases that sentences are
// put together from, and the questions that everybody has.
type texts struct {
	lang     string
	messages map[string]*template.Template
	phrases  map[string]string
	faq      *faq
	buttons  map[string][]button // of each message, as written, for [aliases]
}

// button is a button of the catalogue.
type button struct{ title, say string }

// data is what a text is filled with. Strings typed by people go in as [said].
type data map[string]any

// languages are those the bot speaks.
var languages = [...]string{"zh", "en"}

// catalogues are the texts of each language, parsed once: they never change, and a program that
// makes several bots, as tests do, would spend most of its time parsing.
var catalogues = map[string]func() (*texts, error){
	"zh": sync.OnceValues(func() (*texts, error) { return loadTexts("zh") }),
	"en": sync.OnceValues(func() (*texts, error) { return loadTexts("en") }),
}

// loadTexts parses a catalogue. A text that does not parse, or uses a value that it
// is not given, is an error and never a half-empty message.
func loadTexts(lang string) (*texts, error) {
	raw, err := textFiles.ReadFile("texts/" + lang + ".txtar")
	if err != nil {
		return nil, fmt.Errorf("open texts: %w", err)
	}
	out := &texts{lang: lang, messages: map[string]*template.Template{}, phrases: map[string]string{}, buttons: map[string][]button{}}
	for _, f := range txtar.Parse(raw).Files {
		if key, ok := strings.CutPrefix(f.Name, "p/"); ok {
			out.phrases[key] = strings.TrimSuffix(string(f.Data), "\n")
			continue
		}
		t, err := template.New(f.Name).Option("missingkey=error").Funcs(template.FuncMap{"join": strings.Join}).Parse(string(f.Data))
		if err != nil {
			return nil, fmt.Errorf("parse text %s: %w", f.Name, err)
		}
		if out.messages[f.Name] != nil {
			return nil, fmt.Errorf("parse texts: %s is there twice", f.Name)
		}
		out.messages[f.Name] = t
		for _, m := range buttonPattern.FindAllStringSubmatch(string(f.Data), -1) {
			out.buttons[f.Name] = append(out.buttons[f.Name], button{m[1], cmp.Or(m[2], m[1])})
		}
	}
	out.faq, err = questions[lang]()
	return out, err
}

// p is a phrase with its values. One that the catalogue does not have is shown by its
// name; a test keeps that from happening.
func (t *texts) p(key string, args ...any) string {
	format, ok := t.phrases[key]
	if !ok {
		return key
	}
	if len(args) == 0 {
		return format
	}
	return fmt.Sprintf(format, args...)
}

// sentences joins sentences the way the language writes them.
func (t *texts) sentences(parts ...string) string {
	if t.lang == "zh" {
		return strings.Join(parts, "")
	}
	return strings.Join(parts, " ")
}

// field is the name of a field.
func (t *texts) field(f workflow.Field) string {
	if t.lang == "en" {
		return f.English
	}
	return f.Label
}

// slot is the name of a material.
func (t *texts) slot(s workflow.Slot) string {
	if t.lang == "en" {
		return s.Info().English
	}
	return s.Label()
}

// either is a label that a policy gives, in English where it has one.
func (t *texts) either(label, english string) string {
	if t.lang == "en" && english != "" {
		return english
	}
	return label
}

// line fills a text and returns it without buttons, for use inside another.
func (t *texts) line(key string, d data) (string, error) {
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

// lineBreak is how DingTalk's markdown breaks a line: with spaces around it.
const lineBreak = "  \n  "

// paragraph sets parts of a long text apart.
const paragraph = "\n\n"

// message fills a text and splits off the lines of buttons at its end.
func (t *texts) message(key string, d data) (dingtalk.Message, error) {
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
	buttonLine    = regexp.MustCompile(`^(\[[^\[\]]+\]\s*)+$`)
	buttonPattern = regexp.MustCompile(`\[([^\[\]=]+)(?:=([^\[\]]+))?\]`)
)

func buttonsOf(line string) []dingtalk.Button {
	if !buttonLine.MatchString(line) {
		return nil
	}
	var out []dingtalk.Button
	for _, m := range buttonPattern.FindAllStringSubmatch(line, -1) {
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

// aliases maps what the buttons of another language send to what the Chinese ones do,
// so that a tap means the same in every language.
func aliases(zh, other *texts) map[string]string {
	out := map[string]string{}
	for key, buttons := range other.buttons {
		for i, b := range buttons {
			if own := zh.buttons[key]; i < len(own) && !strings.Contains(b.say, "{{") {
				out[strings.ToLower(b.say)] = own[i].say
			}
		}
	}
	return out
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
