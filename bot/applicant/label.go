package applicant

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"example.org/beian/bot/command"
	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
	"example.org/beian/workflow/typed"
)

// assignment is one "label: value" of a message; the value is as typed.
type assignment struct {
	field workflow.Field
	value string
}

var (
	pieceBreak = regexp.MustCompile(`[\n,;，；]`)
	leadIn     = regexp.MustCompile(`^(?:请|帮我|麻烦)?(?:把)?(?:我的|我)?(?:改一下|修改|更新)?`)
	linkWords  = regexp.MustCompile(
		`^\s*(?:已经|应该)?(?:改成|改为|换成|变成|升为|升到|升|填成|填|写|是|为|到|[:=])?\s*[:]?\s*`)
)

// assignments finds "标签:值" in a message: several lines, or several pieces between commas. A piece that
// starts with no label belongs to the value before it where that is free text; else it is unread, as is
// what tells of something off the form.
func assignments(text string) (out []assignment, unread []string) {
	for _, piece := range pieceBreak.Split(text, -1) {
		piece = typed.Clean(piece)
		if piece == "" {
			continue
		}
		fd, value, ok := labelled(piece)
		_, answers := readDeclared(piece)
		switch {
		case ok:
			out = append(out, assignment{fd, value})
		case answers:
			unread = append(unread, piece)
		case len(out) > 0 && out[len(out)-1].field.Kind == workflow.KindText:
			out[len(out)-1].value += "，" + piece
		case len(out) > 0:
			unread = append(unread, piece)
		}
	}
	return out, unread
}

// labelled splits a piece into a field and its value, which stays as typed. Without a separator between
// them the value must make sense for the field, so that "在职" stays a word.
func labelled(piece string) (workflow.Field, string, bool) {
	half := command.Half(piece)
	body := half[len(leadIn.FindString(half)):]
	for _, l := range labels {
		rest, ok := cutPrefixFold(body, l.text)
		if !ok {
			continue
		}
		if rest == "" {
			return l.field, "", false
		}
		value := rest[len(linkWords.FindString(rest)):]
		if value == rest && !plausible(l.field, value) {
			continue
		}
		return l.field, lastRunes(piece, utf8.RuneCountInString(value)), true
	}
	return workflow.Field{}, "", false
}

// cutPrefixFold is strings.CutPrefix without regard to the case of Latin letters.
func cutPrefixFold(s, prefix string) (rest string, ok bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return s, false
	}
	return s[len(prefix):], true
}

// lastRunes returns the end of s, n characters long.
func lastRunes(s string, n int) string {
	r := []rune(s)
	return string(r[len(r)-n:])
}

// label is one way to name a field.
type label struct {
	text  string
	field workflow.Field
}

// labels are all ways to name fields, the longest first, so that 来杭工作时间 wins over 来杭. They never
// change.
var labels = longestFirst(workflow.Fields())

func longestFirst(fields []workflow.Field) []label {
	var all []label
	for _, fd := range fields {
		all = append(all, label{fd.Label, fd}, label{fd.English, fd})
		for _, s := range fd.Synonyms {
			all = append(all, label{s, fd})
		}
	}
	slices.SortStableFunc(all, func(a, b label) int { return cmp.Compare(len(b.text), len(a.text)) })
	return all
}

// named finds the field of exactly this label.
func named(text string) (workflow.Field, bool) {
	i := slices.IndexFunc(labels, func(l label) bool { return strings.EqualFold(l.text, text) })
	if i < 0 {
		return workflow.Field{}, false
	}
	return labels[i].field, true
}

// plausible is for a value glued to its label, as in 产业教育.
func plausible(fd workflow.Field, value string) bool {
	if fd.Kind == workflow.KindText {
		return false
	}
	_, fault := workflow.Read(fd, value, calendar.NewDate(2100, 1, 1))
	return fault == nil
}
