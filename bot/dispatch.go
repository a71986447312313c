package bot

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"example.org/beian/bot/command"
	"example.org/beian/bot/dingtalk"
	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
)

// Message handles one message: what it means is found out and what that needs is read, then a short
// transaction decides, and the reply leaves beside the acknowledgement.
func (b *Bot) Message(ctx context.Context, in dingtalk.Incoming) error {
	if in.Sender == "" { // outside the organisation: nobody we could know
		b.Log.Warn("message without a sender", "message", in.ID)
		return nil
	}
	b.CountPush(ctx)
	unlock := b.Lock(in.Sender, in.At)
	defer unlock()
	m, err := b.recognise(ctx, in)
	if err != nil {
		return fmt.Errorf("message %s: %w", in.ID, err)
	}
	return b.Take(ctx, in, m.args.Filing(), func(t *turn.Turn) error {
		if err := b.respond(t, m); err != nil {
			return err
		}
		return b.heard(t)
	})
}

// Click handles a button of a card.
func (b *Bot) Click(ctx context.Context, click dingtalk.Click) (map[string]string, error) {
	return b.Review.Click(ctx, click)
}

// meaning is what a message means, with what is needed to answer it.
type meaning struct {
	command turn.Command // without a name when it is none
	args    command.Args
	act     turn.Action
	bare    func(*turn.Turn) (done bool, err error) // words as the answer to what was asked
	guesses []guess                                 // when it is no command
}

// recognise finds the command that a message means among those of all rooms.
func (b *Bot) recognise(ctx context.Context, in dingtalk.Incoming) (m meaning, err error) {
	name, args, ok := b.list.Recognise(command.Hear(in.Text, b.Today()))
	if ok {
		m.command, m.args = b.named[name], args
		if m.act, err = m.command.Prepare(ctx, in.Sender, args); err != nil {
			return m, err
		}
	}
	if !ok || m.command.Spec.Read != nil { // what is read so may turn out to be no command
		m.bare = b.Applicant.Bare(ctx, in.Sender, in.Text)
	}
	m.guesses, err = b.guesses(ctx, in)
	return m, err
}

// respond answers one message: who may ask for what decides which room does.
func (b *Bot) respond(t *turn.Turn, m meaning) error {
	switch {
	case !t.Incoming.Single:
		return b.group(t, m)
	case t.Incoming.QuotaUsed:
		return t.Say("quota", text.Data{"Unit": t.Unit()})
	case !t.Case.Known:
		return b.stranger(t, m)
	}
	if done, err := b.staff(t, &m); done || err != nil {
		return err
	}
	if err := b.Applicant.Settle(t); err != nil {
		return err
	}
	words := m.act != nil || t.Incoming.Text != ""
	switch {
	case !t.Consented() && m.act != nil && m.command.Who > turn.Listed:
		return b.Applicant.Welcome(t)
	case len(t.Incoming.Files) > 0 && !t.Consented():
		return b.Applicant.Welcome(t)
	case len(t.Incoming.Files) > 0:
		return b.Scan.Receive(t)
	case !words && t.Incoming.Kind != "" && t.Incoming.Kind != "text":
		return t.SayWithNext("kind_"+kind(t.Incoming.Kind), text.Data{})
	case m.act == nil:
		return b.unknown(t, m)
	case m.command.Who == turn.Begun && (t.Filing == nil || !t.Filing.State.Begun()):
		return b.Applicant.NoFiling(t)
	}
	err := m.act(t, m.args)
	if errors.Is(err, turn.ErrNotMeant) {
		return b.unknown(t, m)
	}
	return err
}

// staff answers what handlers and HR write. A command that is not meant, or not for this person, is none
// afterwards.
func (b *Bot) staff(t *turn.Turn, m *meaning) (done bool, err error) {
	handles := turn.Handles(t.Case.Person)
	files := len(t.Incoming.Files) > 0
	switch {
	case files:
		if done, err := b.HR.Receive(t); done || err != nil {
			return true, err
		}
	case m.act == nil:
	case m.command.Who == turn.Handlers, m.command.Who == turn.HR && t.IsHR():
		if err := m.act(t, m.args); !errors.Is(err, turn.ErrNotMeant) {
			return true, err
		}
		m.act = nil
	case m.command.Who == turn.HR && t.Holds():
		t.InChinese()
		return true, t.Say("office_not_you", nil)
	case m.command.Who == turn.HR: // from an applicant such words are words like others
		m.act = nil
	}
	switch {
	case !handles:
		return false, nil
	case files && !t.Consented(): // a handler who files nothing
		return true, b.Scan.Receive(t)
	case m.act == nil && !files && t.Incoming.Text != "" && !t.Consented():
		done, err := b.choose(t, m.guesses)
		if done || err != nil {
			return done, err
		}
		if clear, err := b.Questions.Clear(t, t.Incoming.Text); clear || err != nil {
			return false, err
		}
		return true, b.Review.Unknown(t)
	}
	return false, nil
}

// unknown answers what is no command of this person.
func (b *Bot) unknown(t *turn.Turn, m meaning) error {
	words := t.Incoming.Text
	clear, err := b.Questions.Clear(t, words)
	switch {
	case err != nil:
		return err
	case t.Case.Consent == "" && t.Out.Consent == "" && !clear:
		fit, total := b.fitting(t, m.guesses)
		if done, err := b.surely(t, fit, total); done || err != nil {
			return err
		}
		return b.Applicant.Welcome(t) // somebody new is greeted, whatever they begin with
	case m.bare != nil && t.Filing != nil && t.Filing.State.Begun():
		if done, err := m.bare(t); done || err != nil {
			return err
		}
	}
	switch {
	case strings.TrimSpace(words) == "":
		return t.SayWithNext("kind_other", text.Data{})
	}
	if done, err := b.choose(t, m.guesses); done || err != nil {
		return err
	}
	return b.Questions.Unknown(t, words)
}

// kind is what a message without words is called in the catalogue.
func kind(k string) string {
	if k == "audio" {
		return k
	}
	return "other" // a video, a forwarded card, a sticker
}

// heard says first what DingTalk understood of a voice message.
func (b *Bot) heard(t *turn.Turn) error {
	if t.Incoming.Kind != "audio" || t.Incoming.Text == "" || t.Reply == nil || !t.Incoming.Single {
		return nil
	}
	line, err := t.Text.Line("heard", text.Data{"Said": text.Typed(text.Short(t.Incoming.Text))})
	if err != nil {
		return err
	}
	t.Reply.Message = t.Reply.Message.Lead(line)
	return nil
}

// group answers general questions only, and never with anything personal.
func (b *Bot) group(t *turn.Turn, m meaning) error {
	if m.act == nil {
		if done, err := b.Questions.Answer(t, t.Incoming.Text); done || err != nil {
			return err
		}
	}
	return t.Say("group", nil)
}

// stranger is somebody who is not on the roster; general questions need no data.
func (b *Bot) stranger(t *turn.Turn, m meaning) error {
	switch {
	case m.act == nil:
		if done, err := b.Questions.Answer(t, t.Incoming.Text); done || err != nil {
			return err
		}
	case m.command.Who == turn.Anyone:
		return m.act(t, m.args)
	}
	return t.Say("unknown_person", text.Data{"Unit": t.Unit()})
}

// sample stands in examples for the number of a filing.
const sample = "K7M2Q9XD"

// withoutNumber begin the commands of handlers; without the number of a filing they say nothing.
var withoutNumber = regexp.MustCompile(`^(?:公示|异议|异议处理|盖章|更正|状态|回复|今天已张贴|明天张贴|原公示有效)`)
