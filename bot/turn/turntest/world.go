// Package turntest lets a room be tested alone: a store in memory, a DingTalk that keeps what is
// sent, a clock that tests move, and people who say things. Nothing of it knows a room.
package turntest

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"example.org/beian/bot/command"
	"example.org/beian/bot/dingtalk"
	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/bot/view"
	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
)

// The people of a [World].
const (
	Applicant  = "p1" // 陈一帆, whose window is open
	Colleague  = "p2" // 赵望舒, of the same college, whose window is open too
	Handler    = "h1" // 何清越, of their college
	Deputy     = "h2" // 沈拾玉, standing deputy there
	Stranger   = "h3" // 骆一苇, handler of another college
	School     = "s1" // 傅明舟, school handler and HR
	Unlisted   = "u1" // not on the roster
	College    = "c01"
	OtherUnit  = "c02"
	SchoolName = "示例师范大学"
)

// World is a school with a few people, on Monday 2026-11-23 at ten.
type World struct {
	*Store
	Chat   *Chat
	Kernel *turn.Kernel

	t        testing.TB
	now      time.Time
	ids      int
	messages int
}

// New returns a world with the default policy.
func New(t testing.TB) *World {
	t.Helper()
	p, err := workflow.DefaultPolicy()
	if err != nil {
		t.Fatal(err)
	}
	book, err := workflow.NewRulebook(p, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	w := &World{Store: NewStore(), Chat: newChat(), t: t, now: calendar.NewDate(2026, 11, 23).At(10, 0)}
	w.Kernel, err = turn.New(turn.Deps{
		Store: w.Store, Replies: w.Store, Sessions: w.Store, Signer: signer{}, Sealer: sealer{}, Printer: printer{},
		Chat:  w.Chat,
		Guide: view.Guide{}, Rules: func() workflow.Rulebook { return book }, School: SchoolName, Robot: "robot",
		NewID: w.NewID, Now: w.Now, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	w.settle()
	return w
}

// settle puts people on the roster.
func (w *World) settle() {
	w.AddCollege(workflow.College{ID: College, Name: "晨星信息学院"})
	w.AddCollege(workflow.College{ID: OtherUnit, Name: "远山文学院"})
	w.AddCollege(workflow.College{ID: "hr", Name: "人事处"})
	college := func(id string, deputy bool) []workflow.Grant {
		return []workflow.Grant{{Role: workflow.CollegeHandler, College: id, Deputy: deputy}}
	}
	for _, p := range []workflow.Person{
		{ID: Applicant, Name: "陈一帆", College: College},
		{ID: Colleague, Name: "赵望舒", College: College},
		{ID: Handler, Name: "何清越", College: College, Grants: college(College, false)},
		{ID: Deputy, Name: "沈拾玉", College: College, Grants: college(College, true)},
		{ID: Stranger, Name: "骆一苇", College: OtherUnit, Grants: college(OtherUnit, false)},
		{ID: School, Name: "傅明舟", College: "hr", Grants: []workflow.Grant{
			{Role: workflow.SchoolHandler},
			{Role: workflow.HR},
		}},
	} {
		w.AddPerson(p)
	}
	for _, id := range []string{Applicant, Colleague} {
		w.AddCertificate(w.Certificate(id))
	}
}

// Certificate is one that ends on 2026-12-10, with every value of the form filled in.
func (w *World) Certificate(person string) workflow.Certificate {
	return certificateOf(person, w.people[person].Name)
}

// Now is the time in the world.
func (w *World) Now() time.Time { return w.now }

// Advance moves the clock.
func (w *World) Advance(d time.Duration) { w.now = w.now.Add(d) }

// On moves the clock to ten o'clock of a day.
func (w *World) On(d calendar.Date) { w.now = d.At(10, 0) }

// NewID makes numbers of filings, each once.
func (w *World) NewID() (string, error) {
	w.ids++
	const alphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
	return fmt.Sprintf("AAAAAA%c%c", alphabet[w.ids/len(alphabet)], alphabet[w.ids%len(alphabet)]), nil
}

// Begin takes somebody through the filing by commands of the machine, without a conversation: they
// have agreed, and each command is applied as by its actor, or as by the person.
func (w *World) Begin(person string, cmds ...workflow.Command) *workflow.Filing {
	w.t.Helper()
	p := w.Kernel.Rules().Current
	c, err := w.PersonCase(context.Background(), person)
	w.must(err)
	id, err := w.NewID()
	w.must(err)
	all := append([]workflow.Command{
		{
			Action: workflow.Enrol, ID: id, Certificate: c.Certificate, College: c.Applicant.College, Unit: SchoolName,
			Policy: p.Version, Consent: p.Consent,
		},
		{Action: workflow.Create, Policy: p.Version, Attested: true},
	}, cmds...)
	w.mu.Lock()
	w.consents[person] = append(w.consents[person], p.Consent)
	w.mu.Unlock()
	return w.Does(person, all...)
}

// Does applies commands of the machine to the newest filing of somebody; what others are told of them is
// left to [Store.Jobs].
func (w *World) Does(person string, cmds ...workflow.Command) *workflow.Filing {
	w.t.Helper()
	var out *workflow.Filing
	err := w.Kernel.Act(context.Background(), workflow.Inbound{Person: person}, func(t *turn.Turn) error {
		for _, cmd := range cmds {
			if cmd.Actor.ID == "" {
				cmd.Actor = t.Self()
			}
			if t.Filing != nil && cmd.Ticket == 0 {
				cmd.Ticket = t.Filing.Review.Ticket
			}
			if err := t.Try(cmd); err != nil {
				return fmt.Errorf("%s: %w", cmd.Action, err)
			}
		}
		out = t.Filing
		return nil
	})
	w.must(err)
	return out
}

// Filing is the newest filing of somebody, nil when there is none.
func (w *World) Filing(person string) *workflow.Filing {
	w.t.Helper()
	c, err := w.PersonCase(context.Background(), person)
	w.must(err)
	return c.Filing
}

// Printed takes the newest filing of somebody to where papers are printed and the college has the notice.
func (w *World) Printed() []workflow.Command {
	var out []workflow.Command
	for _, s := range []workflow.Slot{
		workflow.SlotContract, workflow.SlotTitle, workflow.SlotQualification,
		workflow.SlotBusiness,
	} {
		out = append(out, workflow.Command{Action: workflow.Answer, Slot: s})
	}
	for _, a := range []workflow.Action{workflow.SaveInfo, workflow.PrintNotice, workflow.Print, workflow.HandNotice} {
		out = append(out, workflow.Command{Action: a})
	}
	return out
}

// Talk is a conversation of one person with some commands.
type Talk struct {
	w        *World
	person   string
	commands []turn.Command
	list     *command.List
	// Else answers what is no command; nil is a failed test.
	Else turn.Action
}

// Talk begins a conversation.
func (w *World) Talk(person string, commands []turn.Command) *Talk {
	w.t.Helper()
	specs := make([]command.Spec, len(commands))
	for i, c := range commands {
		specs[i] = c.Spec
	}
	list, err := command.NewList(specs)
	w.must(err)
	return &Talk{w: w, person: person, commands: commands, list: list}
}

// Says writes something and returns everything that can be read in the answer, "" when there is none.
func (k *Talk) Says(words string) string {
	k.w.t.Helper()
	return k.Sends(dingtalk.Incoming{Text: words})
}

// Sends sends any message and returns everything that can be read in the answer.
func (k *Talk) Sends(in dingtalk.Incoming) string {
	k.w.t.Helper()
	ctx := context.Background()
	act, args := k.Else, command.Args{}
	name, a, ok := k.list.Recognise(command.Hear(in.Text, k.w.Kernel.Today()))
	for _, c := range k.commands {
		if ok && c.Name == name {
			var err error
			args = a
			act, err = c.Prepare(ctx, k.person, a)
			k.w.must(err)
		}
	}
	if act == nil {
		k.w.t.Fatalf("%q is no command", in.Text)
	}
	return k.Acts(in, args, act)
}

// Acts answers a message with an action.
func (k *Talk) Acts(in dingtalk.Incoming, args command.Args, act turn.Action) string {
	k.w.t.Helper()
	k.w.messages++
	in.ID, in.Robot, in.Sender, in.Single, in.At = fmt.Sprint("m", k.w.messages), "robot", k.person, true, k.w.now
	in.Webhook = "webhook " + in.ID
	k.w.must(k.w.Kernel.Take(context.Background(), in, args.Filing(), func(t *turn.Turn) error { return act(t, args) }))
	return k.w.Answer(in.Webhook)
}

// Answer is what was said to a webhook since it was asked for last; what was sent elsewhere stays in
// [Chat.Sent].
func (w *World) Answer(webhook string) string {
	w.t.Helper()
	w.Kernel.Wait()
	w.Chat.mu.Lock()
	defer w.Chat.mu.Unlock()
	var out []string
	var rest []Sent
	for _, s := range w.Chat.sent {
		if len(s.To) == 1 && s.To[0] == webhook {
			out = append(out, s.Text())
		} else {
			rest = append(rest, s)
		}
	}
	w.Chat.sent = rest
	return strings.Join(out, text.LineBreak)
}

// LastMessage is the identity of the last message, for a job that finishes it.
func (w *World) LastMessage(person string) (in workflow.Inbound, webhook string) {
	id := fmt.Sprint("m", w.messages)
	return workflow.Inbound{Robot: "robot", Message: id, Person: person}, "webhook " + id
}

func (w *World) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// signer makes codes that differ with what they are for.
type signer struct{}

func (signer) ComputeMAC(data []byte) ([]byte, error) {
	m := hmac.New(sha256.New, []byte("key"))
	m.Write(data)
	return m.Sum(nil), nil
}

// sealer binds without hiding.
type sealer struct{}

func (sealer) Encrypt(plain, about []byte) ([]byte, error) {
	return []byte(string(about) + "\x00" + string(plain)), nil
}

func (sealer) Decrypt(sealed, about []byte) ([]byte, error) {
	plain, ok := strings.CutPrefix(string(sealed), string(about)+"\x00")
	if !ok {
		return nil, fmt.Errorf("decrypt: made for something else")
	}
	return []byte(plain), nil
}

// printer prints the name of a paper.
type printer struct{}

func (printer) Print(s workflow.Sheet) ([]byte, error) {
	return fmt.Appendf(nil, "%s of %s, revision %d", s.Kind, s.Filing, s.Revision), nil
}
