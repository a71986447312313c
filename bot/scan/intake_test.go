package scan_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"example.org/beian/bot/command"
	"example.org/beian/bot/dingtalk"
	"example.org/beian/bot/turn"
	"example.org/beian/bot/turn/turntest"
	"example.org/beian/workflow"
	"example.org/beian/workflow/paper"
)

// TestRefused: what cannot be used is refused with why and what to do, and nothing of it is kept.
func TestRefused(t *testing.T) {
	o := asking(t)
	for word, fault := range map[string]struct {
		err  error
		want string
	}{
		"empty":     {paper.ErrEmpty, "它是空的"},
		"office":    {paper.ErrOffice, "Word、Excel 或 WPS"},
		"heic":      {paper.ErrHEIC, "HEIC 格式"},
		"text":      {paper.ErrUnsupported, "不是 PDF、JPG 或 PNG"},
		"password":  {paper.ErrEncrypted, "加了密码"},
		"script":    {paper.ErrActive, "带有程序或附件"},
		"half":      {paper.ErrDamaged, "它不完整"},
		"thousand":  {paper.ErrTooManyPages, "最多 30 页"},
		"heavy":     {paper.ErrTooLarge, "超过 20 MB"},
		"huge":      {paper.ErrTooManyPixels, "尺寸太大"},
		"intricate": {paper.ErrTooSlow, "太复杂"},
		"virus":     {nil, "有病毒"},
	} {
		if fault.err != nil {
			o.papers.faults[word] = fault.err
		}
		expect(t, o.send(who, "社保.pdf", "pdf", "page "+word), fault.want)
	}
	book := func(pages int) string { return "pdf" + strings.Repeat("\npage of a book", pages) }
	expect(t, o.send(who, "社保.pdf", book(31)), "最多 30 页")
	expect(t, o.sendAll(who, []string{"", ""}, book(16), book(15)), "最多 30 页")
	o.holds(who, workflow.SlotInsurance)
	if len(o.files.kept) != 0 {
		t.Errorf("%d files are kept", len(o.files.kept))
	}
}

// TestJoinedTooLong: pages that are put behind a document count with it.
func TestJoinedTooLong(t *testing.T) {
	o := asking(t)
	o.send(who, "", form("AAAAAA23")...)
	o.send(who, "社保.pdf", "pdf", "page of insurance")
	long := "jpeg" + strings.Repeat("\npage of a book", 29)
	o.send(who, "合同.jpg", long)
	expect(t, o.send(who, "", "jpeg", "page 30", "page 31"), "最多 30 页")
	o.holds(who, workflow.SlotContract, strings.Split(long, "\n")...)
	expect(t, o.send(who, "", "jpeg", "page 30"), "现在一共 30 页")
}

// TestDownload: a file that DingTalk does not give is said to be lost or too large, or tried again.
func TestDownload(t *testing.T) {
	o := asking(t)
	o.Chat.Fail("Download", &dingtalk.Error{Kind: dingtalk.Expired})
	expect(t, o.send(who, "社保.pdf", "pdf", "page"), "已经取不到了")
	o.Chat.Fail("Download", dingtalk.ErrTooLarge)
	expect(t, o.send(who, "社保.pdf", "pdf", "page"), "超过 20 MB")
	busy := &dingtalk.Error{Kind: dingtalk.Busy}
	o.Chat.Fail("Download", busy)
	job := o.leave()
	o.fails(job, busy)
	o.Chat.Fail("Download", nil)
	expect(t, o.run(job), "已放进第 2 项")
}

// leave sends the proof of insurance and returns its job.
func (o *office) leave() workflow.Intake {
	o.t.Helper()
	o.Chat.Downloads["insurance"] = []byte("pdf\npage of insurance")
	files := []dingtalk.Attachment{{Code: "insurance", Name: "社保.pdf"}}
	o.Talk(who, nil).Acts(dingtalk.Incoming{Files: files}, command.Args{}, o.receive)
	jobs := o.intakes()
	if len(jobs) != 1 {
		o.t.Fatalf("%d jobs", len(jobs))
	}
	return jobs[0]
}

// fails runs a job that is to be tried again, with nothing said.
func (o *office) fails(job workflow.Intake, want error) {
	o.t.Helper()
	if err := o.room.Intake(o.t.Context(), job, false); !errors.Is(err, want) {
		o.t.Errorf("%v", err)
	}
	if said := o.answer(); said != "" {
		o.t.Errorf("said before the last attempt: %s", said)
	}
}

// TestGivenUp: whoever waits for an answer gets one when the last attempt fails, and at once when
// another would fail too.
func TestGivenUp(t *testing.T) {
	o := asking(t)
	o.scanner.err = errors.New("scanner is away")
	job := o.leave()
	o.fails(job, o.scanner.err)
	expect(t, o.runLast(job), "几次都没有处理成功")
	o.scanner.err = nil
	if said := o.run(job); said != "" {
		t.Errorf("answered twice: %s", said)
	}
	if len(o.files.kept) != 0 {
		t.Errorf("%d files are kept", len(o.files.kept))
	}

	o.Chat.Fail("Download", &dingtalk.Error{Kind: dingtalk.Invalid})
	expect(t, o.run(o.leave()), "几次都没有处理成功")
}

// TestTimeIsUp: a job whose time is over still answers.
func TestTimeIsUp(t *testing.T) {
	o := asking(t)
	job := o.leave()
	o.Kernel.Store = punctual{o.Kernel.Store}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := o.room.Intake(ctx, job, false); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if err := o.room.Intake(ctx, job, true); err != nil {
		t.Error(err)
	}
	expect(t, o.answer(), "几次都没有处理成功")
}

// punctual is a store that does nothing once its time is over, as a database.
type punctual struct{ turn.Store }

func (s punctual) Resume(
	ctx context.Context, in workflow.Inbound, now time.Time, decide turn.Decide,
) (workflow.Receipt, error) {
	if err := ctx.Err(); err != nil {
		return workflow.Receipt{}, err
	}
	return s.Store.Resume(ctx, in, now, decide)
}

// TestMoved: a filing that changes while its files are read is looked at again, three times at most.
func TestMoved(t *testing.T) {
	o := asking(t)
	n := 0
	change := func() {
		n++
		o.Does(who, workflow.Command{Action: workflow.Answer, Slot: workflow.SlotTitle, Yes: n%2 == 1})
	}
	o.files.before = func() {
		if n < 2 {
			change()
		}
	}
	expect(t, o.send(who, "社保.pdf", "pdf", "page of insurance"), "已放进第 2 项")
	if n != 2 || len(o.files.kept) != 1 {
		t.Errorf("after %d changes %d files are kept", n, len(o.files.kept))
	}
	o.files.before = change
	expect(t, o.send(who, "合同.pdf", "pdf", "page of a contract"), "几次都没有处理成功")
	if n != 5 || len(o.files.kept) != 1 {
		t.Errorf("after %d changes %d files are kept", n, len(o.files.kept))
	}
}

// TestNotNow: files of those who need none are not even fetched.
func TestNotNow(t *testing.T) {
	o := newOffice(t)
	expect(t, o.send(who, "社保.pdf", "pdf", "page"), "现在不需要材料")
	o.Begin(who)
	expect(t, o.send(who, "社保.pdf", "pdf", "page"), "现在不需要材料")
	if o.files.n != 0 {
		t.Error("a file was fetched")
	}
	o.Does(who, o.Printed()...)
	job := o.leave()
	o.Does(who, workflow.Command{Action: workflow.Delete})
	expect(t, o.run(job), "现在不需要材料")
	if len(o.files.kept) != 0 {
		t.Errorf("%d files are kept", len(o.files.kept))
	}
}

// TestConsent: what asks for scans says so, and sending one is the consent (PIPL §29).
func TestConsent(t *testing.T) {
	o := asking(t)
	spy := &consents{Store: o.Kernel.Store}
	o.Kernel.Store = spy
	o.send(who, "", "jpeg", "page one")
	if len(spy.given) != 0 {
		t.Errorf("%v before anything is put in", spy.given)
	}
	o.taps(who, "参保证明")
	if len(spy.given) != 1 || !strings.HasSuffix(spy.given[0], "/"+workflow.ConsentScans) {
		t.Errorf("%v", spy.given)
	}
}

// consents is a store that notes what is agreed to apart from the notice.
type consents struct {
	turn.Store
	given []string
}

func (s *consents) Turn(
	ctx context.Context, in workflow.Inbound, now time.Time, decide turn.Decide,
) (workflow.Receipt, error) {
	return s.Store.Turn(ctx, in, now, func(c workflow.Case) (workflow.Outcome, error) {
		out, err := decide(c)
		s.given = append(s.given, out.Separate...)
		return out, err
	})
}

// TestSubmitted: after the hand-over to the city nothing is taken (R-G05).
func TestSubmitted(t *testing.T) {
	o := newOffice(t)
	o.filed()
	school := workflow.Actor{ID: turntest.School, Role: workflow.SchoolHandler}
	f := o.Does(who, workflow.Command{Action: workflow.Approve, Actor: handler()},
		workflow.Command{Action: workflow.Submit, Actor: school, Attested: true})
	expect(t, o.send(who, "社保.pdf", "pdf", "page"), "现在不需要材料")
	if f.State != workflow.Submitted {
		t.Errorf("%s", f.State)
	}
}
