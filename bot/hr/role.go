package hr

import (
	"context"
	"slices"

	"example.org/beian/bot/command"
	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/bot/workbook"
	"example.org/beian/workflow"
	"example.org/beian/workflow/roster"
	"example.org/beian/workflow/typed"
)

// roleCommands give roles and take them.
func (r *Room) roleCommands() []turn.Command {
	return []turn.Command{
		{
			Spec: command.Spec{Name: "grant", Forms: []string{"授权 {person:word} {role:word} {college:word?}"}},
			Who:  turn.HR, When: hidden, Read: r.forHR(r.whose(visit.grant)),
		},
		{
			Spec: command.Spec{Name: "revoke", Forms: []string{"撤权 {person:word} {role:word} {college:word?}"}},
			Who:  turn.HR, When: hidden, Read: r.forHR(r.whose(visit.revoke)),
		},
	}
}

// given is who a change of roles is about, and what there is.
type given struct {
	people   []workflow.Person // who are called so
	colleges []roster.Duty
	office   []workflow.Person
}

// whose reads for a command whom it names.
func (r *Room) whose(f func(visit, given) error) func(context.Context, asked) (turn.Action, error) {
	return func(ctx context.Context, a asked) (turn.Action, error) {
		people, err := r.People.Named(ctx, typed.Clean(a.args.Text("person")))
		if err != nil {
			return nil, err
		}
		colleges, err := r.Registry.Colleges(ctx)
		if err != nil {
			return nil, err
		}
		return r.do(func(t visit) error { return f(t, given{people, colleges, a.office}) }), nil
	}
}

// grant gives somebody a role.
func (t visit) grant(of given) error {
	p, g, d, err := t.role(of)
	switch {
	case err != nil || p == nil:
		return err
	case slices.Contains(p.Grants, g):
		return t.Say("grant_same", d)
	}
	t.Out.Roster = &workflow.RosterChange{Person: p.ID, Grant: &g}
	return t.Say("granted", d)
}

// revoke takes a role from somebody. Somebody of HR always stays.
func (t visit) revoke(of given) error {
	p, g, d, err := t.role(of)
	same := func(x workflow.Grant) bool { return x.Role == g.Role && x.College == g.College } // deputy or not
	switch {
	case err != nil || p == nil:
		return err
	case !slices.ContainsFunc(p.Grants, same):
		return t.Say("revoke_nothing", d)
	case g.Role == workflow.HR && len(of.office) < 2:
		return t.Say("revoke_last", d)
	}
	t.Out.Roster = &workflow.RosterChange{Person: p.ID, Revoke: &g}
	return t.Say("revoked", d)
}

// role reads whose and which role it is; nobody is returned when it has been said what is wrong.
func (t visit) role(of given) (*workflow.Person, workflow.Grant, text.Data, error) {
	person, role, college := t.word("person"), t.word("role"), t.word("college")
	d := text.Data{
		"Named": text.Typed(person), "Role": text.Typed(role), "College": text.Typed(college), "Many": len(of.people),
	}
	g, ok := workbook.RoleNamed(role)
	switch {
	case !ok:
		return nil, g, d, t.Say("grant_role", d)
	case len(of.people) != 1:
		return nil, g, d, t.Say("grant_whom", d)
	}
	p := of.people[0]
	d["Named"], d["ID"] = text.Typed(p.Name), text.Typed(p.ID)
	if g.Role == workflow.CollegeHandler {
		c, ok := collegeNamed(of.colleges, college)
		if !ok {
			return nil, g, d, t.Say("grant_college", d)
		}
		g.College = c.ID
	}
	return &p, g, d, nil
}
