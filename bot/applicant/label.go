package applicant

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"example.org/beian/workflow"
)

// assignment is one "label: value" of a message; the value is as typed.
type assignment struct {
	field workflow.Field
	value string
}

// leadIn is what people write in front of the name of a field.
var leadIn = regexp.MustCompile(`^(?:请|帮我|麻烦|帮忙)?(?:把|将)?(?:我的|我|my )?(?:改一下|修改|更新)?`)

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
