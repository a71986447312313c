// Package faq answers what everybody asks: frequent questions in the words of whoever asks them, and
// questions to the school that a person answers. What is clearly no question of its own is never
// answered with another one: a person is offered instead.
package faq

import (
	"context"
	"slices"
	"strings"
	"time"

	"example.org/beian/bot/command"
	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/bot/view"
	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
	"example.org/beian/workflow/roster"
)

// Records is what is read, and noted, of questions to the school.
type Records interface {
	Question(ctx context.Context, id string) (workflow.Question, error)
	PersonCase(ctx context.Context, person string) (workflow.Case, error)
	Shown(ctx context.Context, person string, viewers []string, what string, now time.Time) error
}

// Room is where questions are answered.
type Room struct {
	*turn.Kernel
	records    Records
	catalogues map[string]*catalogue // by language
}

// New returns the room.
func New(k *turn.Kernel, r Records) (*Room, error) {
	out := &Room{Kernel: k, records: r, catalogues: map[string]*catalogue{}}
	for _, lang := range text.Languages {
		c, err := catalogues[lang]()
		if err != nil {
			return nil, err
		}
		out.catalogues[lang] = c
	}
	return out, nil
}

// Commands are what can be asked for here.
func (r *Room) Commands() []turn.Command { return slices.Concat(r.schoolCommands()) }

// visit is a turn in this room.
type visit struct {
	*turn.Turn
	*Room
	args command.Args
}

func (r *Room) do(f func(visit) error) turn.Action {
	return func(t *turn.Turn, a command.Args) error { return f(visit{t, r, a}) }
}

// Clear reports whether words clearly ask one of the frequent questions that are for the sender, in the
// language of whoever is written to.
func (r *Room) Clear(t *turn.Turn, words string) (bool, error) {
	e, err := r.find(t, words)
	return e != nil, err
}

// Answer answers words that clearly ask one of the frequent questions; done is false when they do not.
func (r *Room) Answer(t *turn.Turn, words string) (done bool, err error) {
	e, err := r.find(t, words)
	if e == nil || err != nil {
		return false, err
	}
	return true, answer(t, e, words)
}

// Title is how a question is usually put, "" when there is none of that name for the sender.
func (r *Room) Title(t *turn.Turn, name string) string {
	if e := r.named(t, name); e != nil {
		return e.title
	}
	return ""
}

// AboutWork reports whether a question is about the work of the sender, who handles filings of others, and
// not only about a filing of their own.
func (r *Room) AboutWork(t *turn.Turn, name string) bool {
	e, as := r.named(t, name), asking(t.Case.Person)
	return e != nil && len(as) > 1 && e.who&as[0] != 0
}

// AnswerAs answers words as the question of that name, which [Room.Title] knows.
func (r *Room) AnswerAs(t *turn.Turn, name, words string) error {
	return answer(t, r.named(t, name), words)
}

func (r *Room) named(t *turn.Turn, name string) *entry {
	for i, e := range r.catalogues[t.Text.Lang].entries {
		if e.name == name && slices.ContainsFunc(asking(t.Case.Person), func(a audience) bool { return e.who&a != 0 }) {
			return &r.catalogues[t.Text.Lang].entries[i]
		}
	}
	return nil
}

func (r *Room) find(t *turn.Turn, words string) (*entry, error) {
	return r.catalogues[t.Text.Lang].find(words, asking(t.Case.Person))
}

// answer answers, and offers the step again that the person was at, unless they asked about the filings of
// others.
func answer(t *turn.Turn, e *entry, words string) error {
	var b strings.Builder
	if err := e.answer.Execute(&b, values(t)); err != nil {
		return err
	}
	d := text.Data{"Title": e.title, "Answer": b.String(), "Question": text.Typed(text.OneLine(words))}
	if !t.Incoming.Single || !t.Case.Known || t.Case.Certificate == nil || e.who&applicants == 0 {
		d["Next"], d["Where"] = "", ""
		return t.Say("faq_general", d)
	}
	return t.SayWithNext("faq_answer", d)
}

// values are what answers may name: what every text may, for whoever asks, and what the rules say.
func values(t *turn.Turn) text.Data {
	p := t.Policy()
	recognised := calendar.NewDate(2024, 12, 31) // an example, and one with the end of a month in it
	sla := p.Review[0].SLA
	d := view.Base(t, t.Case, t.Filing)
	d["Sample"], d["SampleOpens"] = recognised, recognised.AddMonths(p.ValidMonths-p.AdvanceMonths)
	d["CountStart"], d["Code"] = p.Notice.CountStartDay, p.CreditCode
	d["Keep"], d["MB"], d["Pages"] = p.KeepScans, p.Uploads.MaxMB, p.Uploads.MaxPages
	d["Nudge"], d["Deputy"], d["Escalate"] = sla.Nudge, sla.Deputy, sla.HR
	d["Undo"] = int(roster.UndoImport.Hours() / 24)
	return d
}

// Unknown answers what is no command: a question that everybody has, or the offer of
// a person. It never ends with "not understood" alone.
func (r *Room) Unknown(t *turn.Turn, words string) error {
	if done, err := r.Answer(t, words); done || err != nil {
		return err
	}
	d := text.Data{"Said": text.Typed(text.Short(words)), "Question": text.Typed(text.OneLine(words)), "Near": ""}
	e, err := r.catalogues[t.Text.Lang].guess(words, asking(t.Case.Person))
	if err != nil {
		return err
	}
	if e != nil {
		d["Near"] = e.title
	}
	return t.SayWithNext("not_understood", d)
}
