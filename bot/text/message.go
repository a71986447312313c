package text

import (
	"regexp"
	"strings"
)

// Message is one answer: where the person is, what is said, and what can be tapped.
type Message struct {
	Head    string // the visible step, "" where the text belongs to none
	Body    string // markdown, its lines parted by [LineBreak]
	Buttons []Button
}

// Button is a line under a message that sends Say as whoever taps it.
type Button struct{ Title, Say string }

// LineBreak is how DingTalk's markdown breaks a line: with spaces around it.
const LineBreak = "  \n  "

// Paragraph sets parts of a long text apart.
const Paragraph = "\n\n"

// Markdown is the message without its buttons.
func (m Message) Markdown() string {
	switch {
	case m.Head == "":
		return m.Body
	case m.Body == "":
		return "**" + m.Head + "**"
	}
	return "**" + m.Head + "** " + m.Body
}

// Title is what the chat list shows: the beginning of the first line.
func (m Message) Title() string {
	const most = 40
	first, _, _ := strings.Cut(m.Markdown(), LineBreak)
	if first == "" {
		return "备案助手"
	}
	r := []rune(strings.ReplaceAll(first, "*", ""))
	return string(r[:min(len(r), most)])
}

// OneLine is what the message says on one line, without where the person is.
func (m Message) OneLine() string { return strings.ReplaceAll(m.Body, LineBreak, " ") }

// Then puts another message behind this one. There is one headline, of where the person is now,
// and the buttons are those of the last message that has any.
func (m Message) Then(next Message) Message {
	if next.Head != "" {
		m.Head = next.Head
	}
	m.Body = joined(m.Body, next.Body)
	if len(next.Buttons) > 0 {
		m.Buttons = next.Buttons
	}
	return m
}

// Lead puts a line in front of what the message says.
func (m Message) Lead(line string) Message {
	m.Body = joined(line, m.Body)
	return m
}

func joined(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + LineBreak + b
}

// parse takes a filled text apart.
func parse(s string) Message {
	var m Message
	var lines []string
	for l := range strings.Lines(s) {
		l = strings.TrimSpace(l)
		if head, ok := strings.CutPrefix(l, "# "); ok && m.Head == "" && len(lines) == 0 {
			m.Head = head
		} else if buttons := buttonsOf(l); buttons != nil {
			m.Buttons = append(m.Buttons, buttons...)
		} else if l != "" {
			lines = append(lines, l)
		}
	}
	m.Body = strings.Join(lines, LineBreak)
	return m
}

var (
	buttonLine    = regexp.MustCompile(`^(\[[^\[\]]+\]\s*)+$`)
	buttonPattern = regexp.MustCompile(`\[([^\[\]=]+)(?:=([^\[\]]+))?\]`)
)

func buttonsOf(line string) []Button {
	if !buttonLine.MatchString(line) {
		return nil
	}
	return Entry{Text: line}.Buttons()
}
