package bot

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/bot/view"
	"example.org/beian/workflow"
)

// unknown answers what is no command: a question that everybody has, or the offer of
// a person. It never ends with "not understood" alone.
func (t *visit) unknown() error {
	if strings.TrimSpace(t.in.text) == "" {
		return t.SayWithNext("kind_other", text.Data{})
	}
	if len(t.Case.Person.Grants) > 0 && handlerWords.MatchString(t.in.text) {
		return t.Say("handler_number", text.Data{"Sample": sampleID})
	}
	if e := t.faq().find(t.in.text); e != nil {
		return t.answerFAQ(e)
	}
	near := t.faq().best(t.in.text)
	d := text.Data{"Said": text.Typed(text.Short(t.in.text)), "Question": text.Typed(text.OneLine(t.in.text)), "Near": ""}
	if near[0].score >= nearFAQ {
		d["Near"] = near[0].entry.title
	}
	return t.SayWithNext("not_understood", d)
}

// handlerWords begin the commands of handlers; without the number of a filing they say
// nothing.
var handlerWords = regexp.MustCompile(`^(?:公示|异议|异议处理|盖章|更正|状态|回复|今天已张贴|明天张贴|原公示有效)`)

// sampleID stands in examples for the number of a filing.
const sampleID = "K7M2Q9XD"

// nearFAQ is how similar an entry must be to be offered as a guess.
const nearFAQ = 0.2

// answerFAQ answers, and offers the step again that the person was at.
func (t *visit) answerFAQ(e *faqEntry) error {
	var b strings.Builder
	if err := e.answer.Execute(&b, view.Base(t.Turn, t.Case, t.Filing)); err != nil {
		return err
	}
	d := text.Data{"Title": e.title, "Answer": b.String(), "Question": text.Typed(text.OneLine(t.in.text))}
	if !t.Incoming.Single || !t.Case.Known || t.Case.Certificate == nil {
		d["Next"], d["Where"] = "", ""
		return t.Say("faq_general", d)
	}
	return t.SayWithNext("faq_answer", d)
}

// askHuman hands a question to the school, with where the person is (人工).
func (t *visit) askHuman() error {
	if t.in.text == "" {
		return t.SayWithNext("human_how", text.Data{})
	}
	id, err := t.NewID()
	if err != nil {
		return err
	}
	t.Out.Question = &workflow.Question{ID: id, Person: t.Case.Person.ID, Stage: view.StepOf(t.Turn).Stage, Text: t.in.text}
	t.Later(workflow.AskSchool{Question: id})
	return t.SayWithNext("human_asked", text.Data{"Handlers": view.Handlers(t.Turn, workflow.SchoolHandler)})
}

// answerHuman is a school handler's answer to a question.
func (t *visit) answerHuman() error {
	q := t.asked
	switch {
	case q.ID == "" || !t.Case.Person.Holds(workflow.SchoolHandler, ""):
		return t.Say("not_yours", nil)
	case q.By != "":
		return t.Say("human_by_now", text.Data{"ID": q.ID})
	case t.in.text == "":
		return t.Say("human_empty", text.Data{"ID": q.ID})
	}
	q.Answer, q.By = t.in.text, t.Case.Person.ID
	t.Out.Answered = &q
	t.Later(workflow.AnswerPerson{Question: q.ID})
	return t.Say("human_answered", text.Data{"ID": q.ID})
}

// AskSchool shows a question to the school handlers.
func (b *Bot) AskSchool(ctx context.Context, job workflow.AskSchool) error {
	q, c, err := b.questionOf(ctx, job.Question)
	if err != nil {
		return err
	}
	receivers, err := b.Present(ctx, c.Assignees(workflow.SchoolHandler, b.Today()))
	if err != nil || len(receivers) == 0 {
		return err
	}
	t := b.desk(c)
	d := view.Base(t.Turn, c, c.Filing)
	d["Question"], d["QID"], d["Where"] = text.Typed(q.Text), q.ID, t.Text.Phrase(fmt.Sprint("stage", max(q.Stage, 1)))
	m, err := t.Text.Message("human_task", d)
	if err != nil {
		return err
	}
	if err := b.Ledger.Shown(ctx, c.Applicant.ID, receivers, workflow.ShownQuestion, b.Now()); err != nil {
		return err
	}
	return b.DingTalk.Send(ctx, receivers, turn.Wire(m))
}

// AnswerPerson brings the answer to who asked.
func (b *Bot) AnswerPerson(ctx context.Context, job workflow.AnswerPerson) error {
	q, c, err := b.questionOf(ctx, job.Question)
	if err != nil {
		return err
	}
	m, err := b.Speak(c.Person).Message("human_reply", text.Data{"Question": text.Typed(text.Short(q.Text)), "Answer": text.Typed(q.Answer), "Unit": b.School})
	if err != nil {
		return err
	}
	return b.DingTalk.Send(ctx, []string{c.Person.ID}, turn.Wire(m))
}

func (b *Bot) questionOf(ctx context.Context, id string) (workflow.Question, workflow.Case, error) {
	q, err := b.Records.Question(ctx, id)
	if err != nil {
		return q, workflow.Case{}, err
	}
	c, err := b.Records.PersonCase(ctx, q.Person)
	return q, c, err
}
