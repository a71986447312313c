package view

import (
	"strings"

	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/workflow"
)

// Handlers names those who are asked for a role, as "何清越老师、沈拾玉老师".
func Handlers(t *turn.Turn, r workflow.Role) string {
	people := t.Case.Reviewers(r, t.Today())
	if len(people) == 0 {
		return t.Text.Phrase("handler")
	}
	names := make([]string, len(people))
	for i, p := range people {
		names[i] = t.Text.Phrase("teacher", text.Typed(p.Name).String())
	}
	return strings.Join(names, t.Text.Phrase("comma"))
}

// Teacher is a person of the case with their form of address.
func Teacher(t *turn.Turn, id string) string { return t.Text.Phrase("teacher", nameOf(t, id)) }

// nameOf finds a person of the case; people outside it stay without a name.
func nameOf(t *turn.Turn, id string) string {
	for _, p := range append(append([]workflow.Person{t.Case.Applicant, t.Case.Person}, t.Case.College.Handlers...),
		t.Case.School...) {
		if p.ID == id {
			return text.Typed(p.Name).String()
		}
		for _, a := range p.Absences {
			if a.Deputy != nil && a.Deputy.ID == id {
				return text.Typed(a.Deputy.Name).String()
			}
		}
	}
	return t.Text.Phrase("somebody")
}

// Who names a person of the case, and for whom they act.
func Who(t *turn.Turn, a workflow.Actor) string {
	name := Teacher(t, a.ID)
	if a.For != "" {
		name += t.Text.Phrase("for", nameOf(t, a.For))
	}
	return name
}
