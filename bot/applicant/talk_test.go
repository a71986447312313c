package applicant

import (
	"context"
	"errors"
	"strings"
	"testing"

	"example.org/beian/bot/command"
	"example.org/beian/bot/dingtalk"
	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/bot/turn/turntest"
	"example.org/beian/bot/view"
	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
	"example.org/beian/workflow/reminder"
)

// talk is a person who writes to the room. Who may say what is decided as the conversation does: a filing
// is brought up to date, who has not agreed is welcomed, and who has no filing hears so.
type talk struct {
	*turntest.World
	*turntest.Talk
	room   *Room
	person string
	files  files
	told   *told
	t      *testing.T
}

// unprintable is a character that no font has.
const unprintable = '\U0002EBF5'

func newTalk(t *testing.T) *talk { return talkOf(t, turntest.Applicant) }

func talkOf(t *testing.T, person string) *talk {
	t.Helper()
	w := turntest.New(t)
	k := &talk{World: w, person: person, files: files{}, told: &told{}, t: t}
	k.room = New(w.Kernel, Deps{
		Records: w.Store, Reminders: k.told, Ledger: w.Store, Uploads: w.Store, Files: k.files,
		Unprintable: func(s string) []rune {
			if strings.ContainsRune(s, unprintable) {
				return []rune{unprintable}
			}
			return nil
		},
		HelloHandler: func(t *turn.Turn) error { return t.Say("handler_unknown", text.Data{"Said": "handler"}) },
	})
	commands := k.room.Commands()
	for i, c := range commands {
		commands[i].Do = nil
		commands[i].Read = func(ctx context.Context, sender string, a command.Args) (turn.Action, error) {
			act, err := c.Prepare(ctx, sender, a)
			return k.guarded(c.Who, act), err
		}
	}
	k.Talk = w.Talk(person, commands)
	k.Else = k.unknown
	return k
}

// newcomer is somebody on the roster without a certificate.
func newcomer(t *testing.T) *talk {
	t.Helper()
	k := talkOf(t, "p9")
	k.AddPerson(workflow.Person{ID: "p9", Name: "周小舟", College: turntest.College})
	return k
}

func (k *talk) guarded(who turn.Who, act turn.Action) turn.Action {
	return func(t *turn.Turn, a command.Args) error {
		if err := k.room.Settle(t); err != nil {
			return err
		}
		switch {
		case who >= turn.Agreed && !t.Consented():
			return k.room.Welcome(t)
		case who == turn.Begun && !begun(t):
			return k.room.NoFiling(t)
		}
		err := act(t, a)
		if errors.Is(err, turn.ErrNotMeant) {
			return k.unknown(t, a)
		}
		return err
	}
}

// unknown is what the conversation does with what is no command.
func (k *talk) unknown(t *turn.Turn, _ command.Args) error {
	if t.Case.Consent == "" {
		return k.room.Welcome(t)
	}
	if done, err := k.room.Bare(context.Background(), k.person, t.Incoming.Text)(t); done || err != nil {
		return err
	}
	return t.Say("handler_unknown", text.Data{"Said": text.Typed(t.Incoming.Text)})
}

// hears checks that the answer to some words has all the parts.
func (k *talk) hears(words string, parts ...string) string {
	k.t.Helper()
	got := k.Says(words)
	for _, p := range parts {
		if !strings.Contains(got, p) {
			k.t.Errorf("%s: the answer has no %q:\n%s", words, p, got)
		}
	}
	return got
}

// certificate changes the certificate of the person.
func (k *talk) certificate(change func(*workflow.Certificate)) *talk {
	c := k.Certificate(k.person)
	change(&c)
	k.AddCertificate(c)
	return k
}

// values changes values of the certificate.
func (k *talk) values(pairs ...string) *talk {
	return k.certificate(func(c *workflow.Certificate) {
		for i := 0; i+1 < len(pairs); i += 2 {
			c.Values[workflow.Key(pairs[i])] = pairs[i+1]
		}
	})
}

// agrees records a consent to a version of the notice.
func (k *talk) agrees(version string) {
	k.t.Helper()
	k.acts(func(t *turn.Turn) error {
		t.Out.Consent = version
		return nil
	})
}

// acts does something about the person outside of the conversation.
func (k *talk) acts(f func(*turn.Turn) error) {
	k.t.Helper()
	if err := k.Kernel.Act(context.Background(), workflow.Inbound{Person: k.person}, f); err != nil {
		k.t.Fatal(err)
	}
}

func (k *talk) filing() *workflow.Filing { return k.Filing(k.person) }

var (
	college = workflow.Actor{ID: turntest.Handler, Role: workflow.CollegeHandler}
	school  = workflow.Actor{ID: turntest.School, Role: workflow.SchoolHandler}
)

// at brings the conversation to a step, saying what a person would say.
func (k *talk) at(step workflow.StepKind) *talk {
	k.t.Helper()
	for now := k.step(); now != step; now = k.step() {
		switch now {
		case workflow.StepConsent:
			k.Says("同意并开始")
		case workflow.StepConfirm:
			k.Says("全部无误")
		case workflow.StepPaper:
			k.Does(k.person,
				workflow.Command{Action: workflow.PostNotice, Actor: college, From: k.Kernel.Today()},
				workflow.Command{Action: workflow.Upload, Slot: workflow.SlotForm, File: k.form()})
		case workflow.StepMaterial:
			k.Says("不适用")
		case workflow.StepHandIn:
			k.On(calendar.NewDate(2026, 12, 1))
			k.Says("送审")
		case workflow.StepReview:
			k.Does(k.person, workflow.Command{Action: workflow.Approve, Actor: college})
			k.Does(k.person, workflow.Command{Action: workflow.Submit, Actor: school, Attested: true})
		case workflow.StepOfficial:
			k.Says("系统显示 审核通过")
			k.Says("今天")
		case workflow.StepDownload:
			k.Says("已下载新证书")
		default:
			k.t.Fatalf("no way from %s to %s", now, step)
		}
		if k.step() == now {
			k.t.Fatalf("%s does not end", now)
		}
	}
	return k
}

func (k *talk) form() *workflow.File {
	return &workflow.File{ID: "f", Revision: k.filing().Revision, Checked: true, Pages: 2}
}

func (k *talk) step() workflow.StepKind {
	k.t.Helper()
	c, err := k.PersonCase(context.Background(), k.person)
	if err != nil {
		k.t.Fatal(err)
	}
	return view.StepOf(k.Kernel.Open(c, dingtalk.Incoming{})).Kind
}

// files are uploads in memory; reading one that is not there fails.
type files map[string][]byte

func (f files) Get(_ context.Context, id string) ([]byte, error) {
	if data, ok := f[id]; ok {
		return data, nil
	}
	return nil, workflow.ErrNotFound
}

func (f files) Delete(_ context.Context, id string) error {
	delete(f, id)
	return nil
}

// told is what is known about the reminders of everybody.
type told struct {
	candidate reminder.Candidate
	known     bool
	last      reminder.Told
	err       error
}

func (r *told) Reminded(context.Context, string) (reminder.Candidate, bool, error) {
	return r.candidate, r.known, r.err
}

func (r *told) Told(context.Context, string) (reminder.Told, error) { return r.last, r.err }
