package view

import (
	"fmt"
	"strings"

	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/workflow"
	"example.org/beian/workflow/identity"
)

// group is one line of the summary.
type group struct{ Title, Line string }

// groups is the summary of all fields, one line a section.
func groups(t *turn.Turn) []group {
	var out []group
	for _, s := range []workflow.Section{
		workflow.SectionPerson, workflow.SectionWork, workflow.SectionEducation, workflow.SectionDegree,
		workflow.SectionTalent,
	} {
		var parts []string
		for _, fd := range workflow.Fields() {
			if fd.Section == s && t.Filing.Values[fd.Key] != "" {
				parts = append(parts, Shown(fd, t.Filing.Values[fd.Key]))
			}
		}
		out = append(out, group{t.Text.Phrase("section_" + string(s)), strings.Join(parts, " · ")})
	}
	return out
}

// Shown is a value as it may appear in the chat: numbers are masked, everything is
// made inert.
func Shown(fd workflow.Field, v string) string {
	if fd.Masked() {
		v = identity.Mask(v)
	}
	return text.Typed(v).String()
}

// slots names materials.
func slots(t *turn.Turn, slots []workflow.Slot) []string {
	out := make([]string, len(slots))
	for i, s := range slots {
		out[i] = t.Text.Slot(s)
	}
	return out
}

// OpenQuestions names what is still asked about, as people call it.
func OpenQuestions(t *turn.Turn) []string {
	var out []string
	for _, s := range t.Filing.Questions() {
		out = append(out, t.Text.Phrase(fmt.Sprint("question", int(s))))
	}
	return out
}

// FieldNames names fields.
func FieldNames(t *turn.Turn, fields []workflow.Field) []string {
	out := make([]string, len(fields))
	for i, f := range fields {
		out[i] = t.Text.Field(f)
	}
	return out
}

// Example is an answer for the blank fields that can be typed as it stands.
func Example(t *turn.Turn, fields []workflow.Field) string {
	var parts []string
	for _, f := range fields[:min(len(fields), 2)] {
		name := t.Text.Field(f)
		if len(f.Synonyms) > 0 && t.Text.Lang == "zh" {
			name = f.Synonyms[0]
		}
		v := f.Example
		if v == "" {
			v = workflow.None
		}
		parts = append(parts, name+" "+v)
	}
	return strings.Join(parts, t.Text.Phrase("and"))
}

// DoubtLines says what may be wrong on the form, one line each.
func DoubtLines(t *turn.Turn) ([]string, error) {
	var out []string
	for _, b := range t.Filing.Doubts(t.Today()) {
		line, err := t.Text.Line(
			"doubt_"+b.Code,
			text.Data{
				"Label": t.Text.Field(b.Field),
				"Value": Shown(b.Field, t.Filing.Values[b.Field.Key]),
				"Want":  b.Want,
			},
		)
		if err != nil {
			return nil, err
		}
		out = append(out, line)
	}
	return out, nil
}
