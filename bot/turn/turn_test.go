package turn_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"example.org/beian/bot/command"
	"example.org/beian/bot/dingtalk"
	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/bot/turn/turntest"
	"example.org/beian/workflow"
)

func in(id string) dingtalk.Incoming {
	return dingtalk.Incoming{ID: id, Robot: "robot", Sender: turntest.Applicant, Single: true, Webhook: "webhook " + id}
}

func quota(t *turn.Turn) error { return t.Say("quota", text.Data{"Unit": t.Unit()}) }

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestTake: a message is answered once, however often it comes; an error keeps nothing.
func TestTake(t *testing.T) {
	w := turntest.New(t)
	ctx := t.Context()
	boom := errors.New("boom")
	if err := w.Kernel.Take(ctx, in("m"), "", func(x *turn.Turn) error {
		x.Later(workflow.Export{Person: "p1"})
		return boom
	}); !errors.Is(err, boom) {
		t.Fatal(err)
	}
	if got := w.Answer("webhook m"); got != "" || len(w.Jobs()) != 0 {
		t.Errorf("after an error: %s", got)
	}
	calls := 0
	for range 3 {
		must(t, w.Kernel.Take(ctx, in("m"), "", func(x *turn.Turn) error {
			calls++
			x.Ask = workflow.Values{"asked": "phone"}
			return quota(x)
		}))
	}
	if got := w.Answer("webhook m"); calls != 1 || strings.Count(got, "额度用完了") != 1 {
		t.Errorf("%d calls: %s", calls, got)
	}
	if v := w.Kernel.Waiting(ctx, turntest.Applicant); v["asked"] != "phone" {
		t.Errorf("waiting: %v", v)
	}
	must(t, w.Kernel.Take(ctx, in("n"), "", func(x *turn.Turn) error {
		x.Heard = true
		return nil
	}))
	if v := w.Kernel.Waiting(ctx, turntest.Applicant); len(v) != 0 {
		t.Errorf("still waiting: %v", v)
	}
}

// TestAnswerLater: a job answers the message that a turn left to it, once, where it was asked.
func TestAnswerLater(t *testing.T) {
	w := turntest.New(t)
	ctx := t.Context()
	var webhook []byte
	must(t, w.Kernel.Take(ctx, in("m"), "", func(x *turn.Turn) (err error) {
		webhook, err = x.SealWebhook()
		return err
	}))
	if strings.HasPrefix(string(webhook), "webhook m\x00") {
		t.Fatal("the test's sealer does not bind")
	}
	inbound := workflow.Inbound{Robot: "robot", Message: "m", Person: turntest.Applicant}
	for range 2 {
		must(t, w.Kernel.AnswerLater(ctx, inbound, webhook, func(x *turn.Turn) error {
			x.InChinese()
			return quota(x)
		}))
	}
	if got := w.Answer("webhook m"); strings.Count(got, "额度用完了") != 1 {
		t.Error(got)
	}
	other := inbound
	other.Message = "n"
	if err := w.Kernel.AnswerLater(ctx, other, webhook, quota); err == nil {
		t.Error("a webhook answered another message")
	}
}

// TestExpiredSession: an answer that comes after the webhook's time goes to the person directly; a reply
// that DingTalk will never take is not tried for ever.
func TestExpiredSession(t *testing.T) {
	w := turntest.New(t)
	w.Chat.Fail("Reply", &dingtalk.Error{Kind: dingtalk.Expired})
	must(t, w.Kernel.Take(t.Context(), in("m"), "", func(x *turn.Turn) error {
		x.Hand(workflow.Sheet{Kind: workflow.PaperReceipt, Filing: "F"})
		return quota(x)
	}))
	w.Kernel.Wait()
	sent := w.Chat.Sent()
	if len(sent) != 2 || sent[0].To[0] != turntest.Applicant || sent[1].File != "提交回执.pdf" {
		t.Errorf("%+v", sent)
	}
	w.Chat.Fail("Reply", &dingtalk.Error{Kind: dingtalk.Invalid})
	must(t, w.Kernel.Take(t.Context(), in("n"), "", quota))
	w.Kernel.Wait()
	if sent := w.Chat.Sent(); len(sent) != 0 {
		t.Errorf("%+v", sent)
	}
}

// TestClickAndAct: a click decides once; a job's turn answers nobody.
func TestClickAndAct(t *testing.T) {
	w := turntest.New(t)
	f := w.Begin(turntest.Applicant)
	click := workflow.Inbound{Robot: "card:robot", Message: "c", Person: turntest.Handler, Filing: f.ID}
	for _, again := range []bool{false, true} {
		duplicate, err := w.Kernel.Click(t.Context(), click, func(x *turn.Turn) error {
			x.Disclose(x.Case.Applicant.ID, workflow.ShownCard)
			if _, ok := x.Actor(); !ok {
				t.Error("the handler may not act")
			}
			return nil
		})
		if err != nil || duplicate != again {
			t.Errorf("%t, %v", duplicate, err)
		}
	}
	seen, err := w.Accesses(t.Context(), turntest.Applicant, 9)
	if err != nil || len(seen) != 1 || seen[0].Viewer != turntest.Handler {
		t.Errorf("%+v, %v", seen, err)
	}
	must(
		t,
		w.Kernel.Act(t.Context(), workflow.Inbound{Person: turntest.Handler, Filing: f.ID}, func(x *turn.Turn) error {
			x.Later(workflow.Export{})
			x.Abandon()
			return nil
		}),
	)
	if jobs := w.Jobs(); len(jobs) != 0 {
		t.Errorf("%+v", jobs)
	}
}

// TestRefuse: whatever the machine refuses is said with a next step.
func TestRefuse(t *testing.T) {
	w := turntest.New(t)
	w.Begin(turntest.Applicant)
	phone, _ := workflow.FieldOf(workflow.Phone)
	for _, r := range []workflow.Refusal{
		{Code: workflow.RefusedEarly},
		{Code: workflow.RefusedFrozen},
		{Code: workflow.RefusedNotice},
		{Code: workflow.RefusedIdentity},
		{Code: workflow.RefusedCategory},
		{Code: workflow.RefusedSame},
		{Code: workflow.RefusedTaken},
		{Code: workflow.RefusedOrder},
		{Code: workflow.RefusedLocked},
		{
			Code: workflow.RefusedMissing, Fields: []workflow.Field{phone},
			Slots: []workflow.Slot{workflow.SlotTitle},
		},
		{Code: workflow.RefusedUnanswered},
		{Code: workflow.RefusedState},
	} {
		k := w.Talk(turntest.Applicant, nil)
		got := k.Acts(
			dingtalk.Incoming{},
			command.Args{},
			func(x *turn.Turn, _ command.Args) error { return x.Refuse(&r) },
		)
		if len([]rune(got)) < 12 || strings.Contains(got, "<no value>") {
			t.Errorf("%s is said as %q", r.Code, got)
		}
		if r.Code == workflow.RefusedMissing && (!strings.Contains(got, "手机") || !strings.Contains(got, "职称")) {
			t.Error(got)
		}
	}
}

// TestApply: a refusal is an answer, not an error, and a trial leaves no trace.
func TestApply(t *testing.T) {
	w := turntest.New(t)
	w.Begin(turntest.Applicant)
	k := w.Talk(turntest.Applicant, nil)
	k.Acts(dingtalk.Incoming{}, command.Args{}, func(x *turn.Turn, _ command.Args) error {
		if done, err := x.ApplyAll(workflow.HandIn, workflow.Delete); done || err != nil || x.Reply == nil ||
			len(x.Out.Events) != 0 {
			t.Errorf("%t, %v", done, err)
		}
		x.Abandon()
		trial := x.Trial()
		if done, err := trial.Apply(workflow.Command{Action: workflow.Delete}); !done || err != nil {
			t.Errorf("%t, %v", done, err)
		}
		if x.Filing.State != workflow.Draft || len(x.Out.Events) != 0 || len(x.Out.Effects) != 0 {
			t.Error("a trial left a trace")
		}
		return nil
	})
	if f := w.Filing(turntest.Applicant); f.State != workflow.Draft {
		t.Errorf("%s", f.State)
	}
}

// TestSayWithNext: the next step is in the text and its first button in front.
func TestSayWithNext(t *testing.T) {
	w := turntest.New(t)
	w.Begin(turntest.Applicant)
	got := w.Talk(
		turntest.Applicant,
		nil,
	).Acts(
		dingtalk.Incoming{},
		command.Args{},
		func(x *turn.Turn, _ command.Args) error {
			x.Agree(workflow.ConsentScans)
			if err := x.SayWithNext("ok", text.Data{}); err != nil {
				return err
			}
			return nil
		},
	)
	if !strings.Contains(got, "(3/6)") || !strings.Contains(got, "[全部无误]") {
		t.Error(got)
	}
}

// TestPresent: who has left the organisation is left out; a fault of DingTalk is not taken for that.
func TestPresent(t *testing.T) {
	w := turntest.New(t)
	people := []workflow.Person{{ID: turntest.Handler}, {ID: turntest.Deputy}}
	w.Chat.Gone(turntest.Deputy)
	if got, err := w.Kernel.Present(t.Context(), people); err != nil || len(got) != 1 || got[0] != turntest.Handler {
		t.Errorf("%v, %v", got, err)
	}
	w.Chat.Fail("User", &dingtalk.Error{Kind: dingtalk.Throttled})
	if _, err := w.Kernel.Present(t.Context(), people); err == nil {
		t.Error("nobody could be asked and nobody was told")
	}
}

// TestWho: roles, languages and codes.
func TestWho(t *testing.T) {
	w := turntest.New(t)
	f := w.Begin(turntest.Applicant)
	for person, want := range map[string]workflow.Role{
		turntest.Handler: workflow.CollegeHandler, turntest.Deputy: workflow.CollegeHandler,
		turntest.School:    workflow.SchoolHandler,
		turntest.Applicant: workflow.Applicant, turntest.Stranger: "", turntest.Colleague: "",
	} {
		c, err := w.CaseFor(t.Context(), person, f.ID)
		must(t, err)
		x := w.Kernel.Desk(c)
		if a, ok := x.Actor(); a.Role != want || ok != (want != "") {
			t.Errorf("%s acts as %q", person, a.Role)
		}
		if x.Holds() != (person != turntest.Applicant && person != turntest.Colleague) ||
			x.IsHR() != (person == turntest.School) {
			t.Errorf("%s: holds %t, HR %t", person, x.Holds(), x.IsHR())
		}
	}
	k := w.Kernel
	if k.Speak(workflow.Person{Lang: "en"}) != k.In("en") || k.Speak(workflow.Person{Lang: "fr"}) != k.Chinese() {
		t.Error("wrong language")
	}
	a, err := k.ShortCode("a")
	must(t, err)
	b, err := k.ShortCode("b")
	must(t, err)
	if a == b || len(a) != 6 {
		t.Errorf("%s, %s", a, b)
	}
	must(t, k.Write(t.Context(), []string{"p"}, "quota", text.Data{"Unit": "x"}))
	must(t, k.SendDocument(t.Context(), []string{"p"}, "a.pdf", "pdf", []byte("data")))
	if sent := w.Chat.Sent(); len(sent) != 2 || string(sent[1].Data) != "data" {
		t.Errorf("%+v", sent)
	}
	w.Chat.Fail("Upload", errors.New("away"))
	if err := k.SendDocument(t.Context(), []string{"p"}, "a.pdf", "pdf", nil); err == nil {
		t.Error("nothing was sent and nobody was told")
	}
	k.CountPush(t.Context())
	if n := k.Used(t.Context()); n != 0 { // no limit is set
		t.Errorf("%d %%", n)
	}
}

// TestLongAnswer: an answer that DingTalk would refuse is shortened.
func TestLongAnswer(t *testing.T) {
	m := turn.Wire(text.Message{Body: strings.Repeat("很长的话，", 4000)})
	if len(m.Text) > dingtalk.MaxParam*3/4 || !strings.HasSuffix(m.Text, "…") || !utf8.ValidString(m.Text) {
		t.Errorf("%d bytes", len(m.Text))
	}
}

// TestErrors: what DingTalk says decides whether trying again makes sense.
func TestErrors(t *testing.T) {
	for _, c := range []struct {
		err    error
		retry  bool
		final  bool
		reason string
	}{
		{&dingtalk.Error{Kind: dingtalk.Throttled, Code: "x"}, true, false, "throttled x"},
		{&dingtalk.Error{Kind: dingtalk.Invalid, Code: "y"}, false, true, "invalid y"},
		{context.DeadlineExceeded, true, false, "internal"},
		{errors.New("other"), false, false, "internal"},
	} {
		_, retry := turn.RetryAfter(c.err)
		if retry != c.retry || turn.Final(c.err, false) != c.final || turn.Reason(c.err) != c.reason {
			t.Errorf("%v: retry %t, final %t, %s", c.err, retry, turn.Final(c.err, false), turn.Reason(c.err))
		}
	}
	if !turn.Final(errors.New("other"), true) || (turn.Held{}).Later() < time.Hour || (turn.Held{}).Error() == "" {
		t.Error("the last attempt is not the last")
	}
}
