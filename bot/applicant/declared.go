package applicant

import (
	"regexp"
	"strings"

	"example.org/beian/workflow"
)

// offForm are words without which nothing is told of what is not on the form.
var offForm = regexp.MustCompile(`合同|职称|资格|创业|contract|title|qualification|business|评|升|晋|当上`)

// declaredIn reads a clause without the words that are said to be kind.
func declaredIn(s string) (declaration, bool) {
	if d, ok := readDeclared(s); ok {
		return d, true
	}
	short := trimEnd(s)
	if strings.Contains(s[len(short):], "了") {
		short += "了"
	}
	return readDeclared(short)
}

// title reads what is said of the professional title.
func (x *extraction) title(c clause, hits []hit, i int) bool {
	end := nextName(c.low, hits, i)
	t, ok := x.titleIn(c, hits, hits[i].to, end)
	if !ok {
		t, ok = x.titleIn(c, hits, 0, hits[i].from)
	}
	if ok {
		x.declare(declaration{slot: workflow.SlotTitle, yes: true, title: t})
		return true
	}
	return false
}

func (x *extraction) titleIn(c clause, hits []hit, from, to int) (string, bool) {
	found := -1
	for i := range hits {
		h := &hits[i]
		if h.used || h.from < from || h.to > to || len(h.words) == 0 || h.words[0].what != titleWord || outdated(c.low, *h) {
			continue
		}
		if found >= 0 {
			return "", false
		}
		found = i
	}
	if found < 0 || others.MatchString(c.low) {
		return "", false
	}
	hits[found].used = true
	return titles[hits[found].words[0].text], true
}

// declare notes something off the form; a title that is told behind the change belongs to it.
func (x *extraction) declare(d declaration) {
	for i, other := range x.declared {
		if other.slot == d.slot && other.yes == d.yes {
			if d.title != "" {
				x.declared[i].title = d.title
			}
			return
		}
	}
	x.declared = append(x.declared, d)
}
