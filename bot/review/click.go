package review

import (
	"context"
	"errors"
	"fmt"

	"example.org/beian/bot/dingtalk"
	"example.org/beian/bot/turn"
	"example.org/beian/workflow"
)

// Click handles a button of a card. It answers from what it knows; the other copies follow
// by a job. The actor is the callback's user, never a parameter.
func (r *Room) Click(ctx context.Context, click dingtalk.Click) (map[string]string, error) {
	filing, ticket, ok := parseTrack(click.Track)
	if !ok {
		r.Log.Warn("click on an unknown card", "card", click.Track)
		return r.goneCard()
	}
	r.CountPush(ctx)
	unlock := r.Lock(click.Track, r.Now()) // so that the first decides, and the others find that it did
	defer unlock()
	if answer, err := r.tooLate(ctx, click, filing, ticket); answer != nil || err != nil {
		return answer, err
	}
	var answer map[string]string
	in := workflow.Inbound{Robot: "card:" + r.Robot, Message: click.ID, Person: click.Sender, Filing: filing}
	duplicate, err := r.Kernel.Click(ctx, in, func(t *turn.Turn) error {
		var err error
		answer, err = visit{Turn: t, Room: r}.clicked(click, ticket)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("click: %w", err)
	}
	if duplicate {
		return r.clickedBefore(ctx, click, filing, ticket)
	}
	return answer, nil
}

// tooLate answers a click on a card that somebody else has decided, without waiting for
// anything to be written. It returns nil for all others.
func (r *Room) tooLate(
	ctx context.Context, click dingtalk.Click, filing string, ticket int,
) (map[string]string, error) {
	if asksToSee(click) {
		return nil, nil
	}
	c, err := r.Cases.CaseFor(ctx, click.Sender, filing)
	if errors.Is(err, workflow.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("click: %w", err)
	}
	t := r.about(c)
	m, over := ended(c.Filing, ticket)
	byOther := over && m.By.ID != click.Sender && c.Filing.Review.Ticket != ticket
	if _, refusal := t.seat(ticket); refusal != "" || !byOther {
		return nil, nil
	}
	line, err := t.fateOf(ticket, "card_by_now")
	return closedCard(line), err
}

// clickedBefore answers a click that was delivered again: the answer to it may never have
// arrived. It stores nothing.
func (r *Room) clickedBefore(
	ctx context.Context, click dingtalk.Click, filing string, ticket int,
) (map[string]string, error) {
	c, err := r.Cases.CaseFor(ctx, click.Sender, filing)
	if errors.Is(err, workflow.ErrNotFound) {
		return r.goneCard()
	}
	if err != nil {
		return nil, fmt.Errorf("click: %w", err)
	}
	t := r.about(c)
	if _, refusal := t.seat(ticket); refusal != "" {
		return t.clickRefused(refusal)
	}
	if c.Filing.Review.Ticket == ticket { // nothing was decided
		return t.clickRefused("card_again")
	}
	key := "card_by_now"
	if m, over := ended(c.Filing, ticket); over && m.By.ID == click.Sender {
		key = "card_done"
	}
	line, err := t.fateOf(ticket, key)
	return closedCard(line), err
}

// asksToSee reports whether a click asks for the materials, which decides nothing.
func asksToSee(click dingtalk.Click) bool {
	_, isForm := click.Params["form"]
	return click.Params["action"] == "view" && !isForm
}

// clicked carries out a click and returns what the clicker sees at once.
func (t visit) clicked(click dingtalk.Click, ticket int) (map[string]string, error) {
	s, refusal := t.seat(ticket)
	if refusal != "" {
		return t.clickRefused(refusal)
	}
	if asksToSee(click) { // stays possible after the decision
		return t.clickedToSee(s.actor, ticket)
	}
	if t.Filing.Review.Ticket != ticket {
		return t.clickInVain(workflow.RefusedStale, ticket)
	}
	cmd, refusal := t.asked(click, s)
	if refusal != "" {
		return t.clickRefused(refusal)
	}
	cmd.Actor, cmd.Ticket = s.actor, ticket
	err := t.Try(cmd)
	var refused *workflow.Refusal
	if errors.As(err, &refused) {
		return t.clickInVain(refused.Code, ticket)
	}
	if err != nil {
		return nil, err
	}
	for i, e := range t.Out.Effects {
		if redraw, ok := e.(workflow.RedrawCard); ok {
			redraw.Clicked = s.actor.ID
			t.Out.Effects[i] = redraw
		}
	}
	line, err := t.doneText(t.Out.Events[len(t.Out.Events)-1])
	if err != nil {
		return nil, err
	}
	return closedCard(line), nil
}

// asked is the decision that a click means. When it means none, refusal is the key of what is said.
func (t visit) asked(click dingtalk.Click, s seat) (cmd workflow.Command, refusal string) {
	action, _ := click.Params["action"].(string)
	form, isForm := click.Params["form"].(map[string]any)
	switch {
	case isForm:
		cmd.Action = workflow.Return
		cmd.Items, refusal = newReturnForm(t.Filing, t.Policy()).read(form)
		return cmd, refusal
	case action == "approve":
		return s.decision(), ""
	case action == "reassign":
		t.Later(workflow.OfferColleagues{Filing: t.Filing.ID, Ticket: t.Filing.Review.Ticket, To: s.actor.ID})
		return cmd, "card_colleagues"
	case click.Params["form"] == nil: // a button we do not know decides nothing
		return cmd, "card_button"
	}
	return cmd, "card_reason"
}

// clickedToSee has the materials sent to the clicker. A card that is void goes on saying why.
func (t visit) clickedToSee(actor workflow.Actor, ticket int) (map[string]string, error) {
	t.Later(workflow.Show{Filing: t.Filing.ID, Viewer: actor.ID})
	answer, err := t.clickRefused("card_view")
	if err != nil || t.Filing.Review.Ticket == ticket {
		return answer, err
	}
	line, err := t.fateOf(ticket, "card_done")
	answer["status_text"] = line + answer["status_text"]
	return answer, err
}

// clickInVain tells the clicker why nothing changed. A card that is void is redrawn for everybody.
func (t visit) clickInVain(why workflow.Code, ticket int) (map[string]string, error) {
	switch why {
	case workflow.RefusedDecided, workflow.RefusedStale:
		t.Later(workflow.RedrawCard{Filing: t.Filing.ID, Ticket: ticket, Seq: t.Filing.Seq})
		line, err := t.fateOf(ticket, "card_by_now")
		return closedCard(line), err
	}
	return t.clickRefused(refusedKey(why))
}

// clickRefused says something to the clicker; the card stays open.
func (t visit) clickRefused(key string) (map[string]string, error) {
	line, err := t.Text.Line(key, t.takenBy())
	if err != nil {
		return nil, err
	}
	return map[string]string{"status_text": line}, nil
}

// closedCard takes the buttons and the form away.
func closedCard(text string) map[string]string {
	return map[string]string{"status": "done", "status_text": text, "form": ""}
}

func (r *Room) goneCard() (map[string]string, error) {
	line, err := r.Chinese().Line("card_gone", nil)
	return closedCard(line), err
}
