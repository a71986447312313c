package review

import (
	"context"
	"errors"
	"slices"
	"time"

	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/bot/view"
	"example.org/beian/workflow"
)

// RedrawCard brings every copy of a card up to date. Where the clicker's is the only one, the answer
// to the click has done so; were that lost, the next click has it redrawn. When it has been tried
// often enough, the people who have one are told instead: no button stays that seems to work.
func (r *Room) RedrawCard(ctx context.Context, job workflow.RedrawCard, last bool) error {
	v, err := r.redrawn(ctx, job)
	if err != nil || v.line == "" {
		return err
	}
	receivers, err := r.Cards.CardReceivers(ctx, job.Filing, job.Ticket)
	if err != nil {
		return err
	}
	if len(receivers) == 1 && receivers[0] == job.Clicked {
		return nil
	}
	if r.Template == "" {
		return r.tellInstead(ctx, receivers, v)
	}
	err = r.CardChat.UpdateCard(ctx, trackID(job.Filing, job.Ticket), closedCard(v.line))
	if err == nil || !turn.Final(err, last) {
		return err
	}
	r.Log.Warn("card not redrawn, telling its receivers", "filing", job.Filing, "ticket", job.Ticket, "err", err)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second) // the job's own time may be over
	defer cancel()
	return r.tellInstead(ctx, receivers, v)
}

// voidCard is what a card says that nobody can decide on any more.
type voidCard struct {
	line      string // "" while it is still open
	applicant string
	by        string // who decided
}

func (r *Room) redrawn(ctx context.Context, job workflow.RedrawCard) (v voidCard, err error) {
	zh := r.Chinese()
	c, err := r.Cases.Case(ctx, job.Filing)
	if errors.Is(err, workflow.ErrNotFound) { // erased with its person's consent
		v.line, err = zh.Line("card_gone", nil)
		return v, err
	}
	if err != nil || c.Filing.Review.Ticket == job.Ticket {
		return v, err
	}
	var ids []string
	for _, m := range c.Filing.Timeline {
		ids = append(ids, m.By.ID, m.By.For)
		if m.Seq == job.Seq && view.Decides(m.Action) {
			v.by = m.By.ID
		}
	}
	names, err := r.People.Names(ctx, append(ids, c.Filing.Review.Assignee))
	if err != nil {
		return v, err
	}
	v.applicant = text.Typed(c.Applicant.Name).String()
	v.line, err = fate(zh, c.Filing, job.Ticket, "card_done", func(a workflow.Actor) string {
		s := zh.Phrase("teacher", text.Typed(names[a.ID]).String())
		if a.For != "" {
			s += zh.Phrase("for", text.Typed(names[a.For]).String())
		}
		return s
	})
	return v, err
}

// tellInstead says in a message what a card cannot show. Who decided knows.
func (r *Room) tellInstead(ctx context.Context, receivers []string, v voidCard) error {
	receivers = slices.DeleteFunc(slices.Clone(receivers), func(id string) bool { return id == v.by })
	if len(receivers) == 0 {
		return nil
	}
	return r.Write(ctx, receivers, "card_told", text.Data{"Name": v.applicant, "Text": v.line})
}
