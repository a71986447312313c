package review

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"

	"example.org/beian/bot/dingtalk"
	"example.org/beian/bot/turn"
	"example.org/beian/workflow"
)

// trackID names a card by what it is about, so that a job that runs twice cannot
// show two.
func trackID(filing string, ticket int) string { return fmt.Sprintf("beian-%s-%d", filing, ticket) }

var trackPattern = regexp.MustCompile(`^beian-([0-9A-Z]{8})-(\d{1,6})$`)

func parseTrack(track string) (filing string, ticket int, ok bool) {
	m := trackPattern.FindStringSubmatch(track)
	if m == nil {
		return "", 0, false
	}
	n, err := strconv.Atoi(m[2])
	return m[1], n, err == nil
}

// ReviewCard sends the card of a review step to those who may decide. A step that
// is no longer open needs none.
func (r *Room) ReviewCard(ctx context.Context, job workflow.ReviewCard) error {
	c, err := r.Cases.Case(ctx, job.Filing)
	if errors.Is(err, workflow.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if c.Filing.Review.Ticket != job.Ticket {
		return nil
	}
	receivers, err := r.receivers(ctx, c)
	if err != nil {
		return err
	}
	v, err := r.cardOf(c)
	if err != nil {
		return err
	}
	if r.Template == "" {
		return r.sendMessages(ctx, c, v, receivers)
	}
	err = r.sendCard(ctx, c, v, receivers)
	invalid, denied := &dingtalk.Error{Kind: dingtalk.Invalid}, &dingtalk.Error{Kind: dingtalk.Denied}
	if errors.Is(err, invalid) || errors.Is(err, denied) {
		r.Log.Error("card not sent, sending messages: check the template and the permission for cards",
			"filing", job.Filing, "ticket", job.Ticket, "err", err)
		return r.sendMessages(ctx, c, v, receivers)
	}
	return err
}

// receivers are those who may decide and have not left. When a whole college has, the school gets it.
func (r *Room) receivers(ctx context.Context, c workflow.Case) ([]string, error) {
	step, _ := r.Rules().For(c.Filing).ReviewStep(c.Filing.Review.Step)
	out, err := r.Present(ctx, c.Reviewers(step.Role, r.Today()))
	if err == nil && len(out) == 0 && step.Role == workflow.CollegeHandler {
		out, err = r.Present(ctx, c.Assignees(workflow.SchoolHandler, r.Today()))
	}
	if err == nil && len(out) == 0 {
		err = fmt.Errorf("review of %s: nobody holds the role %s", c.Filing.ID, step.Role)
	}
	return out, err
}

// sendCard shows the template that the organisation has built, one card for all.
func (r *Room) sendCard(ctx context.Context, c workflow.Case, v card, receivers []string) error {
	f := c.Filing
	track := trackID(f.ID, f.Review.Ticket)
	due, err := r.Cards.SaveCard(ctx, track, f.ID, f.Review.Ticket, receivers)
	if err != nil || !due {
		return err
	}
	params, err := v.params()
	if err != nil {
		return err
	}
	card := dingtalk.Card{Template: r.Template, TrackID: track, Params: params, Summary: v.title}
	if err := r.CardChat.SendCard(ctx, receivers, card); err != nil {
		return err
	}
	return r.cardSent(ctx, c, track, receivers)
}

// sendMessages is the way without a template: each handler gets a message with buttons that
// only they can use.
func (r *Room) sendMessages(ctx context.Context, c workflow.Case, v card, receivers []string) error {
	f := c.Filing
	for _, id := range receivers {
		track := trackID(f.ID, f.Review.Ticket) + "@" + id
		due, err := r.Cards.SaveCard(ctx, track, f.ID, f.Review.Ticket, []string{id})
		if err != nil {
			return err
		}
		if !due {
			continue
		}
		m, err := r.cardMessage(v, f, id)
		if err != nil {
			return err
		}
		if err := r.Chat.Send(ctx, []string{id}, turn.Wire(m)); err != nil {
			return err
		}
		if err := r.cardSent(ctx, c, track, []string{id}); err != nil {
			return err
		}
	}
	return nil
}

func (r *Room) cardSent(ctx context.Context, c workflow.Case, track string, receivers []string) error {
	if err := r.Cards.Shown(ctx, c.Applicant.ID, receivers, workflow.ShownCard, r.Now()); err != nil {
		return err
	}
	return r.Cards.CardSent(ctx, track)
}
