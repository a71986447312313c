package review

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"example.org/beian/bot/command"
	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/bot/view"
	"example.org/beian/workflow"
)

func (r *Room) deskCommands() []turn.Command {
	return []turn.Command{{
		Spec: command.Spec{
			Name: "desk", Words: []string{"待我处理", "待办", "我的待办", "要我处理的"}, English: []string{"todo", "to do"},
			Forms: []string{"(待我处理|待办|我的待办) {word}"},
		},
		Safe: true, Who: turn.Handlers, When: (*turn.Turn).Holds, Read: r.atDesk(desk.list),
	}}
}

// desk is what a handler may have to do with, read before the turn.
type desk struct {
	visit
	cases []workflow.Case
}

func (r *Room) atDesk(f func(desk) error) func(context.Context, string, command.Args) (turn.Action, error) {
	return func(ctx context.Context, sender string, _ command.Args) (turn.Action, error) {
		cases, err := r.Cases.Desk(ctx, sender, r.Today(), view.MostOnDesk)
		if err != nil {
			return nil, err
		}
		return r.do(func(t visit) error { return f(desk{t, cases}) }), nil
	}
}

// list tells what waits for the sender; a word behind it filters.
func (t desk) list() error {
	t.InChinese()
	if !t.Holds() && len(t.cases) == 0 {
		return t.Say("desk_not_you", nil)
	}
	word := t.args.Text("word")
	list := t.filtered(word)
	d := text.Data{
		"Name": text.Typed(t.Case.Person.Name), "Filter": text.Typed(word), "Count": len(list),
		"All": len(t.tasks()), "Counts": view.CountTasks(t.Text, t.tasks()),
	}
	if len(list) == 0 {
		return t.Say("desk_empty", d)
	}
	const shown = 12
	var lines []string
	for i, e := range list[:min(len(list), shown)] {
		lines = append(lines, fmt.Sprintf("%d. %s", i+1, t.line(e)))
	}
	buttons, err := t.buttons(list)
	if err != nil {
		return err
	}
	d["Lines"], d["More"], d["Choices"] = lines, max(len(list)-shown, 0), buttons
	return t.Say("desk", d)
}

// buttons open the first reviews, and lead to what can be done for many at once.
func (t desk) buttons(list []view.Entry) ([]text.Choice, error) {
	var c choices
	same, seals := 0, 0
	for _, e := range t.plainOnes(nil) {
		if slices.ContainsFunc(list, func(x view.Entry) bool { return x.Case.Filing.ID == e.Case.Filing.ID }) {
			same++
		}
	}
	for _, e := range list {
		if e.Task == view.TaskReview && len(c.list) < 3 {
			c.add(t.Text.Phrase("open_of", e.Case.Applicant.Name), toOpen, "filing", e.Case.Filing.ID)
		}
		if t.toSeal(e.Case, t.Case.Person.ID) {
			seals++
		}
	}
	if same > 1 {
		c.list = c.list[:min(len(c.list), 2)]
		c.add(t.Text.Phrase("batch_look", same), toLookThrough)
	}
	if seals > 0 {
		c.add(t.Text.Phrase("seal_pack", seals), toSealPack)
	}
	return c.list, c.err
}

// line says what it is, whose, and how long there is.
func (t visit) line(e view.Entry) string {
	f := e.Case.Filing
	parts := []string{
		text.Typed(e.Case.Applicant.Name).String(), text.Typed(e.Case.College.Name).String(),
		t.Text.Phrase("task_" + e.Task),
	}
	if a := workflow.Assess(e.Case.Certificate, t.Today(), t.Book.For(f)); a.DaysLeft < 30 {
		parts = append(parts, view.Left(t.Text, a.DaysLeft))
	}
	if e.Task == view.TaskReview {
		parts = append(parts, eyesShort(f, t.Book.For(f)))
	}
	return strings.Join(parts, " · ")
}

// tasks is what waits for the sender, the most urgent certificate first.
func (t desk) tasks() []view.Entry {
	return view.TasksOf(t.Book, t.cases, t.Case.Person.ID, t.Today())
}

// filtered is what a word is about: a task, 急, 未变更, a college or a name.
func (t desk) filtered(word string) []view.Entry {
	return slices.DeleteFunc(t.tasks(), func(e view.Entry) bool {
		switch word {
		case "未变更", "没变更", "没有变更":
			return e.Task != view.TaskReview || !plain(e.Case.Filing)
		case "急", "紧急", "快到期":
			return t.Today().DaysUntil(e.Case.Filing.Ends) > 14
		}
		return !strings.Contains(t.Text.Phrase("task_"+e.Task)+e.Case.College.Name+e.Case.Applicant.Name, word)
	})
}
