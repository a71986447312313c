package turn

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"example.org/beian/bot/dingtalk"
	"example.org/beian/bot/text"
	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
)

// Turn is the work on one message, click or job: it looks at a case and collects what changes and
// what is said.
type Turn struct {
	k *Kernel

	Case     workflow.Case
	Filing   *workflow.Filing // as the turn has made it so far; nil when there is none
	Text     *text.Catalogue  // of whoever is written to
	Book     workflow.Rulebook
	Incoming dingtalk.Incoming // what is answered; empty in a job

	Out   workflow.Outcome
	Reply *Reply          // nil: nothing is said
	Ask   workflow.Values // waits for the next message: values to be confirmed, or the field asked for
	Heard bool            // what waited for this message is settled
}

// Reply is what is said to somebody: one message, then papers as PDF files.
type Reply struct {
	Message text.Message
	Sheets  []workflow.Sheet
}

// Open begins a turn about a case for the sender of a message.
func (k *Kernel) Open(c workflow.Case, in dingtalk.Incoming) *Turn {
	return &Turn{k: k, Case: c, Filing: c.Filing, Text: k.Speak(c.Person), Book: k.Rules(), Incoming: in}
}

// Desk begins a turn about a case, without a message, for those who handle it.
func (k *Kernel) Desk(c workflow.Case) *Turn {
	t := k.Open(c, dingtalk.Incoming{})
	t.Text = k.Chinese()
	return t
}

// Take answers one message: a short transaction, then the reply beside the acknowledgement. A
// message delivered again changes nothing and is answered only if its reply never left.
func (k *Kernel) Take(ctx context.Context, in dingtalk.Incoming, filing string, decide func(*Turn) error) error {
	inbound := workflow.Inbound{Robot: in.Robot, Message: in.ID, Person: in.Sender, Filing: filing}
	var t *Turn
	receipt, err := k.Store.Turn(ctx, inbound, k.Now(), func(c workflow.Case) (workflow.Outcome, error) {
		t = k.Open(c, in)
		return t.decide(decide)
	})
	if err != nil {
		return fmt.Errorf("message %s: %w", in.ID, err)
	}
	if !receipt.Duplicate {
		k.remember(ctx, in.Sender, t)
	}
	k.answer(ctx, inbound, receipt)
	return nil
}

// AnswerLater finishes a message that a turn left to a job; webhook is what [Turn.SealWebhook] made.
// Run twice, it changes nothing the second time.
func (k *Kernel) AnswerLater(ctx context.Context, in workflow.Inbound, webhook []byte, decide func(*Turn) error) error {
	address, err := k.Sealer.Decrypt(webhook, webhookBinding(in.Message))
	if err != nil {
		return fmt.Errorf("decrypt session webhook: %w", err)
	}
	receipt, err := k.Store.Resume(ctx, in, k.Now(), func(c workflow.Case) (workflow.Outcome, error) {
		t := k.Open(c, dingtalk.Incoming{
			ID: in.Message, Robot: in.Robot, Sender: in.Person, Single: true, Webhook: string(address),
		})
		return t.decide(decide)
	})
	if err != nil {
		return fmt.Errorf("answer message %s: %w", in.Message, err)
	}
	k.answer(ctx, in, receipt)
	return nil
}

// Click decides what a tap on a card does; it has no reply of its own. duplicate says that the click
// had been decided before, and that nothing was done now.
func (k *Kernel) Click(ctx context.Context, in workflow.Inbound, decide func(*Turn) error) (duplicate bool, err error) {
	receipt, err := k.Store.Turn(ctx, in, k.Now(), func(c workflow.Case) (workflow.Outcome, error) {
		return k.Desk(c).decide(decide)
	})
	return receipt.Duplicate, err
}

// Act is a turn of a job about a filing, in which nobody is answered.
func (k *Kernel) Act(ctx context.Context, in workflow.Inbound, decide func(*Turn) error) error {
	_, err := k.Store.Resume(ctx, in, k.Now(), func(c workflow.Case) (workflow.Outcome, error) {
		return k.Desk(c).decide(decide)
	})
	return err
}

// answer sends what a turn said, after its commit.
func (k *Kernel) answer(ctx context.Context, in workflow.Inbound, r workflow.Receipt) {
	if r.Reply != nil {
		k.sender.send(ctx, workflow.Pending{Robot: in.Robot, Message: in.Message, Person: in.Person, Reply: r.Reply})
	}
}

// remember keeps what now waits for the next message, or forgets what has been answered. Redis
// holds nothing that matters: without it the person is asked again.
func (k *Kernel) remember(ctx context.Context, person string, t *Turn) {
	var err error
	switch {
	case t.Ask != nil:
		err = k.Sessions.SetPending(ctx, person, t.Ask)
	case t.Heard:
		err = k.Sessions.ClearPending(ctx, person)
	}
	if err != nil {
		k.Log.Warn("session not written", "err", err)
	}
}

// Waiting is what waits for an answer of somebody.
func (k *Kernel) Waiting(ctx context.Context, person string) workflow.Values {
	v, err := k.Sessions.Pending(ctx, person)
	if err != nil {
		k.Log.Warn("session not read", "err", err)
	}
	return v
}

func (t *Turn) decide(decide func(*Turn) error) (workflow.Outcome, error) {
	if err := decide(t); err != nil {
		return workflow.Outcome{}, err
	}
	return t.Outcome()
}

// Outcome is what the turn changes, with its reply as it is stored.
func (t *Turn) Outcome() (workflow.Outcome, error) {
	out := t.Out
	out.Filing = t.Filing
	out.Separate = t.separateConsents()
	if t.Reply == nil {
		return out, nil
	}
	var err error
	stored := storedReply{Webhook: t.Incoming.Webhook, Message: Wire(t.Reply.Message), Sheets: t.Reply.Sheets}
	if out.Reply, err = json.Marshal(stored); err != nil {
		return out, fmt.Errorf("encode reply: %w", err)
	}
	return out, nil
}

// Today is the date in the school's time zone.
func (t *Turn) Today() calendar.Date { return t.k.Today() }

// Unit is the name of the university, as it appears in texts and on paper.
func (t *Turn) Unit() string { return t.k.School }

// Policy is what the filing is decided under.
func (t *Turn) Policy() workflow.Policy { return t.Book.For(t.Filing) }

// Consented reports whether the person has agreed to the notice in force.
func (t *Turn) Consented() bool {
	return t.Out.Consent != "" || t.Case.Consent == t.Book.Current.Consent
}

// InChinese goes on in Chinese, as those who handle a case work.
func (t *Turn) InChinese() { t.Text = t.k.Chinese() }

// Choose keeps a language for everything that is written to the sender.
func (t *Turn) Choose(lang string) {
	t.Out.Lang = lang
	t.Text = t.k.In(lang)
}

// Self is the sender as the applicant.
func (t *Turn) Self() workflow.Actor {
	return workflow.Actor{ID: t.Case.Person.ID, Role: workflow.Applicant}
}

// Later has something done for other people, or after the commit.
func (t *Turn) Later(effects ...workflow.Effect) {
	t.Out.Effects = append(t.Out.Effects, effects...)
}

// Disclose notes that the sender is shown something about somebody else; what is one of the words that
// [workflow.Access] has.
func (t *Turn) Disclose(about, what string) {
	t.Out.Views = append(t.Out.Views, workflow.View{About: about, What: what})
}

// SealWebhook is where the message is answered, for a job to carry.
func (t *Turn) SealWebhook() ([]byte, error) {
	sealed, err := t.k.Sealer.Encrypt([]byte(t.Incoming.Webhook), webhookBinding(t.Incoming.ID))
	if err != nil {
		return nil, fmt.Errorf("encrypt session webhook: %w", err)
	}
	return sealed, nil
}

func webhookBinding(message string) []byte { return []byte("webhook:" + message) }

// Apply asks for one thing to happen; without an actor it is the sender as applicant. A refusal is
// turned into a reply and reported as done=false; other errors roll the turn back.
func (t *Turn) Apply(cmd workflow.Command) (done bool, err error) {
	if cmd.Actor == (workflow.Actor{}) {
		cmd.Actor = t.Self()
	}
	err = t.Try(cmd)
	var refusal *workflow.Refusal
	if errors.As(err, &refusal) {
		return false, t.Refuse(refusal)
	}
	return err == nil, err
}

// ApplyAll applies plain actions one after the other until one is refused.
func (t *Turn) ApplyAll(actions ...workflow.Action) (done bool, err error) {
	for _, a := range actions {
		if done, err = t.Apply(workflow.Command{Action: a}); err != nil || !done {
			return done, err
		}
	}
	return true, nil
}

// Try is [Turn.Apply] without the reply: a refusal is returned as a *[workflow.Refusal].
func (t *Turn) Try(cmd workflow.Command) error {
	var f workflow.Filing
	if t.Filing != nil {
		f = *t.Filing
	}
	next, ev, err := workflow.Apply(f, cmd, t.Policy(), t.k.Now())
	if err != nil {
		return err
	}
	t.Filing = &next
	t.Out.Events = append(t.Out.Events, ev)
	t.Later(workflow.Effects(t.Case, &next, ev)...)
	return nil
}

// Abandon forgets everything that the turn has done so far.
func (t *Turn) Abandon() {
	t.Filing, t.Out, t.Reply, t.Ask = t.Case.Filing, workflow.Outcome{}, nil, nil
}

// Trial is a copy of the turn in which something can be tried without a trace.
func (t *Turn) Trial() *Turn {
	trial := *t
	trial.Out.Events, trial.Out.Effects = slices.Clone(t.Out.Events), slices.Clone(t.Out.Effects)
	return &trial
}

// Agree records consents that are given apart from the notice, by the act that the text ties them to.
func (t *Turn) Agree(consent string) { t.Out.Separate = append(t.Out.Separate, consent) }
