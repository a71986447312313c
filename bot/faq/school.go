package faq

import (
	"context"
	"errors"
	"fmt"

	"example.org/beian/bot/command"
	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/bot/view"
	"example.org/beian/workflow"
)

// schoolCommands hand a question to the school, and its answer back.
func (r *Room) schoolCommands() []turn.Command {
	return []turn.Command{
		{
			Spec: command.Spec{
				Name: "human", Words: []string{"人工", "转人工", "找人工", "问老师", "问人事处"}, English: []string{
					"ask HR", "talk to HR",
					"human",
				},
				Forms: []string{"(人工|转人工|找人工|问老师|问人事处|ask HR|talk to HR|human) {text}"},
			},
			Safe: true, Who: turn.Listed, Do: r.do(visit.ask),
		},
		{
			Spec: command.Spec{Name: "reply", Forms: []string{"回复 {question:filing} {text?}"}},
			Who:  turn.Handlers, When: (*turn.Turn).Holds, Read: r.asked,
		},
	}
}

// ask hands a question to the school, with where the person is (人工).
func (t visit) ask() error {
	words := text.MaskNumbers(t.args.Text("text"))
	if words == "" {
		return t.SayWithNext("human_how", text.Data{})
	}
	id, err := t.NewID()
	if err != nil {
		return err
	}
	t.Out.Question = &workflow.Question{ID: id, Person: t.Case.Person.ID, Stage: view.StepOf(t.Turn).Stage, Text: words}
	t.Later(workflow.AskSchool{Question: id})
	return t.SayWithNext("human_asked", text.Data{"Handlers": view.Handlers(t.Turn, workflow.SchoolHandler)})
}

// asked finds the question that an answer names; one that is not there is refused like one that is
// not the sender's to answer.
func (r *Room) asked(ctx context.Context, _ string, a command.Args) (turn.Action, error) {
	q, err := r.records.Question(ctx, a.Text("question"))
	if err != nil && !errors.Is(err, workflow.ErrNotFound) {
		return nil, err
	}
	found := err == nil
	return r.do(func(t visit) error { return t.reply(q, found) }), nil
}

// reply is a school handler's answer to a question.
func (t visit) reply(q workflow.Question, found bool) error {
	words := text.MaskNumbers(t.args.Text("text"))
	switch {
	case !found || !t.Case.Person.Holds(workflow.SchoolHandler, ""):
		return t.Say("not_yours", nil)
	case q.By != "":
		return t.Say("human_by_now", text.Data{"ID": q.ID})
	case words == "":
		return t.Say("human_empty", text.Data{"ID": q.ID})
	}
	q.Answer, q.By = words, t.Case.Person.ID
	t.Out.Answered = &q
	t.Later(workflow.AnswerPerson{Question: q.ID})
	return t.Say("human_answered", text.Data{"ID": q.ID})
}

// AskSchool shows a question to the school handlers.
func (r *Room) AskSchool(ctx context.Context, job workflow.AskSchool) error {
	q, c, err := r.questionOf(ctx, job.Question)
	if err != nil {
		return err
	}
	receivers, err := r.Present(ctx, c.Assignees(workflow.SchoolHandler, r.Today()))
	if err != nil || len(receivers) == 0 {
		return err
	}
	d := view.Base(r.Desk(c), c, c.Filing)
	d["Question"], d["QID"] = text.Typed(q.Text), q.ID
	d["Where"] = r.Chinese().Phrase(fmt.Sprint("stage", max(q.Stage, 1)))
	if err := r.records.Shown(ctx, c.Applicant.ID, receivers, workflow.ShownQuestion, r.Now()); err != nil {
		return err
	}
	return r.Write(ctx, receivers, "human_task", d)
}

// AnswerPerson brings the answer to who asked.
func (r *Room) AnswerPerson(ctx context.Context, job workflow.AnswerPerson) error {
	q, c, err := r.questionOf(ctx, job.Question)
	if err != nil {
		return err
	}
	m, err := r.Speak(c.Person).Message("human_reply", text.Data{
		"Question": text.Typed(text.Short(q.Text)), "Answer": text.Typed(q.Answer), "Unit": r.School,
	})
	if err != nil {
		return err
	}
	return r.Chat.Send(ctx, []string{c.Person.ID}, turn.Wire(m))
}

func (r *Room) questionOf(ctx context.Context, id string) (workflow.Question, workflow.Case, error) {
	q, err := r.records.Question(ctx, id)
	if err != nil {
		return q, workflow.Case{}, err
	}
	c, err := r.records.PersonCase(ctx, q.Person)
	return q, c, err
}
