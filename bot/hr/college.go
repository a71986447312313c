package hr

import (
	"context"
	"slices"
	"strings"

	"example.org/beian/bot/command"
	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/workflow"
	"example.org/beian/workflow/roster"
)

// collegeCommands show the colleges, add one and give one another name.
func (r *Room) collegeCommands() []turn.Command {
	return []turn.Command{
		{
			Spec: command.Spec{
				Name: "colleges", Words: []string{"学院", "学院列表", "学院名单"}, English: []string{"colleges"},
			},
			Safe: true, Who: turn.HR, Read: r.forHR(r.knowing(visit.collegeList)),
		},
		{
			Spec: command.Spec{Name: "new_college", Forms: []string{"新增学院 {new:word}"}},
			Who:  turn.HR, When: hidden, Read: r.forHR(r.knowing(visit.newCollege)),
		},
		{
			Spec: command.Spec{Name: "rename_college", Forms: []string{"改学院 {old:word} {new:word}"}},
			Who:  turn.HR, When: hidden, Read: r.forHR(r.knowing(visit.renameCollege)),
		},
	}
}

// knowing reads the colleges for a command.
func (r *Room) knowing(f func(visit, []roster.Duty) error) func(context.Context, asked) (turn.Action, error) {
	return func(ctx context.Context, _ asked) (turn.Action, error) {
		colleges, err := r.Registry.Colleges(ctx)
		if err != nil {
			return nil, err
		}
		return r.do(func(t visit) error { return f(t, colleges) }), nil
	}
}

// collegeList shows every college with those who act for it.
func (t visit) collegeList(colleges []roster.Duty) error {
	const most = 60
	var lines []string
	for _, d := range colleges[:min(most, len(colleges))] {
		var names []string
		for _, p := range d.Handlers {
			name := text.Typed(p.Name).String()
			deputy := workflow.Grant{Role: workflow.CollegeHandler, College: d.College.ID, Deputy: true}
			if slices.Contains(p.Grants, deputy) {
				name = t.Text.Phrase("deputy_of", name)
			}
			names = append(names, name)
		}
		if len(names) == 0 {
			names = []string{t.Text.Phrase("nobody")}
		}
		line := t.Text.Phrase("college_line", text.Typed(d.College.Name).String(), d.People, strings.Join(names, "、"))
		lines = append(lines, line)
	}
	return t.Say("colleges", text.Data{"Count": len(colleges), "Lines": lines, "More": max(0, len(colleges)-most)})
}

func (t visit) newCollege(colleges []roster.Duty) error {
	return t.nameCollege(colleges, workflow.College{}, "")
}

func (t visit) renameCollege(colleges []roster.Duty) error {
	old := t.word("old")
	c, ok := collegeNamed(colleges, old)
	if !ok {
		return t.Say("college_unknown", text.Data{"Old": text.Typed(old), "New": text.Typed(t.word("new"))})
	}
	return t.nameCollege(colleges, c, old)
}

// nameCollege gives a college its name; one without an id is new.
func (t visit) nameCollege(colleges []roster.Duty, c workflow.College, old string) error {
	const longest = 40
	name := t.word("new")
	d := text.Data{"Old": text.Typed(old), "New": text.Typed(name)}
	if _, there := collegeNamed(colleges, name); there {
		return t.Say("college_there", d)
	}
	if len([]rune(name)) > longest {
		return t.Say("college_long", nil)
	}
	if c.ID == "" {
		id, err := t.NewID()
		if err != nil {
			return err
		}
		c.ID = id
	}
	t.Out.Roster = &workflow.RosterChange{College: &workflow.College{ID: c.ID, Name: name}}
	return t.Say("college_noted", d)
}

// collegeNamed finds a college by its whole name.
func collegeNamed(colleges []roster.Duty, name string) (workflow.College, bool) {
	i := slices.IndexFunc(colleges, func(d roster.Duty) bool { return d.College.Name == name })
	if i < 0 {
		return workflow.College{}, false
	}
	return colleges[i].College, true
}
