package app_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"testing"
	"time"

	"example.org/beian/cmd/internal/app"
	"example.org/beian/cmd/internal/config"
	"example.org/beian/storage"
	"example.org/beian/workflow"
)

// childVar makes this test binary run as a bot of its own, so that it can be killed.
const childVar = "BEIAN_TEST_BOT"

// childSetup is what the bot process is told.
type childSetup struct {
	Config config.Config
	Clock  string // address that tells the simulated time
	Pulse  time.Duration
}

// child runs the bot until it is killed.
func child(setup string) {
	var s childSetup
	if err := json.Unmarshal([]byte(setup), &s); err != nil {
		panic(err)
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	ctx := context.Background()
	a, err := app.New(ctx, s.Config, app.Options{Now: remoteClock(s.Clock), ReplyLease: 2 * time.Second, Pulse: s.Pulse},
		log)
	if err == nil {
		err = a.Start(ctx)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	select {}
}

// remoteClock asks the simulator for the time.
func remoteClock(address string) func() time.Time {
	return func() time.Time {
		resp, err := http.Get(address)
		if err != nil {
			panic(err) // the test is over
		}
		defer func() { _ = resp.Body.Close() }()
		var got struct{ Now time.Time }
		if err := json.NewDecoder(resp.Body).Decode(&got); err != nil {
			panic(err)
		}
		return got.Now
	}
}

// process is a bot in a process of its own.
type process struct {
	cmd  *exec.Cmd
	done chan struct{}
}

func (p process) stop(t *testing.T) { p.kill(t) }

func (p process) kill(t *testing.T) {
	t.Helper()
	if err := p.cmd.Process.Kill(); err != nil && err.Error() != "os: process already finished" {
		t.Error(err)
	}
	<-p.done
}

// startProcess runs the bot in its own process.
func (w *world) startProcess() {
	w.t.Helper()
	p := w.spawn(time.Second)
	w.bot, w.moved = p, nil
	w.t.Cleanup(func() { w.bot.kill(w.t) })
	w.awaitStream()
}

// spawn starts a bot in its own process.
func (w *world) spawn(pulse time.Duration) process {
	w.t.Helper()
	setup, err := json.Marshal(childSetup{w.cfg, w.base + "/sim/clock", pulse})
	must(w.t, err)
	exe, err := os.Executable()
	must(w.t, err)
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), childVar+"="+string(setup))
	cmd.Stderr = w.log
	must(w.t, cmd.Start())
	done := make(chan struct{})
	go func() { _ = cmd.Wait(); close(done) }()
	return process{cmd, done}
}

// crash kills the bot with SIGKILL and starts another.
func (w *world) crash() {
	w.t.Helper()
	w.bot.kill(w.t)
	w.poll("the streams to be gone", func() bool {
		var got struct{ Connections int }
		w.get("/sim/connections", &got)
		return got.Connections == 0
	})
	w.startProcess()
	w.redeliver() // what was not acknowledged comes again
}

// TestKilledBetweenSteps kills the bot after the first save, right after a file was
// sent (its job is under way), and right after a decision, and goes on each time.
func TestKilledBetweenSteps(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.startProcess()
	applicant, handler, school := person(t, "陈一帆"), person(t, "何清越"), person(t, "傅明舟")
	w.say(applicant, "你好")
	w.expect(applicant, "[同意并开始]")
	w.say(applicant, "同意并开始")
	w.expect(applicant, "还缺 2 项")
	w.say(applicant, "来杭 2015-07-01，产业 教育")
	w.expect(applicant, "[保存并出表]")
	w.say(applicant, "保存并出表")
	w.crash() // 1: the reply and the papers may or may not have left
	w.expect(applicant, "④", "第 1 版")
	w.expect(applicant, "备案申请表(第1版).pdf")
	w.expect(handler, "请张贴公示")
	w.tap(handler, "今天已张贴")
	w.expect(applicant, "公示已张贴")

	w.sendFile(applicant, "扫描件.pdf", scanOf(t, w.newestForm(applicant, 0)))
	w.crash() // 2: the file is being fetched and read
	w.expect(applicant, "第 1 版 ✓")
	w.say(applicant, "不适用")
	w.expect(applicant, "材料齐了")
	w.say(applicant, "期满自动送审")
	w.expect(applicant, "自动送学院预审")

	w.setTime("2026-12-01 09:00")
	w.expect(handler, "备案预审", "[通过]")
	w.tap(handler, "通过")
	w.crash() // 3: the next card and the news for the applicant are jobs
	w.expect(applicant, "学院预审通过")
	w.expect(school, "备案预审", "[上报]")
	w.tap(school, "上报")
	w.expect(applicant, "人事处已上报")
	w.checkReplay(applicant)
}

// TestReplySurvivesTheKill: the message is acknowledged, its reply cannot be sent, the
// bot is killed. DingTalk will not deliver the message again; the reply leaves all
// the same once a bot runs.
func TestReplySurvivesTheKill(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.cfg.DailyCron = "0 9 1 1 *"
	w.startProcess()
	applicant := person(t, "陈一帆")
	w.post("/sim/faults", map[string]any{"rate5xx": 1, "path": "/robot/"}, nil)
	w.say(applicant, "你好")
	w.poll("the acknowledgement", func() bool {
		var got struct{ Pushes []struct{ AckCode int } }
		w.get("/sim/pushes?after=0", &got)
		return len(got.Pushes) == 1 && got.Pushes[0].AckCode == http.StatusOK
	})
	w.bot.kill(t)
	w.post("/sim/faults", map[string]any{"rate5xx": 0}, nil)
	w.startProcess()
	w.expect(applicant, "还剩 17 天")
	w.nothing(applicant)
}

// redeliver lets DingTalk's repeat of unacknowledged messages come due.
func (w *world) redeliver() {
	w.t.Helper()
	w.post("/sim/clock", map[string]any{"advance": "61s"}, nil)
}

// checkReplay folds the stored events of the person's filing and compares the result
// with the stored filing.
func (w *world) checkReplay(person string) workflow.Filing {
	w.t.Helper()
	store, done := w.store()
	defer done()
	c, err := store.PersonCase(w.t.Context(), person)
	must(w.t, err)
	events, err := store.Events(w.t.Context(), c.Filing.ID)
	must(w.t, err)
	if differs, err := workflow.Divergence(*c.Filing, events); err != nil || len(differs) > 0 {
		w.t.Errorf("replay differs from the stored filing in %v, %v", differs, err)
	}
	return *c.Filing
}

// store opens the database beside the bot.
func (w *world) store() (*storage.Store, func()) {
	w.t.Helper()
	s, done, err := app.OpenStore(w.t.Context(), w.cfg)
	must(w.t, err)
	return s, done
}

// TestDeliveredTwice: a message that arrives twice is answered once and changes once.
func TestDeliveredTwice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.cfg.DailyCron = "0 9 1 1 *" // no reminders in between
	w.start()
	applicant := person(t, "陈一帆")
	w.sayTimes(applicant, "你好", 2)
	w.expect(applicant, "还剩 17 天")
	w.sayTimes(applicant, "同意并开始", 2)
	w.expect(applicant, "③ 核对信息")
	w.sayTimes(applicant, "来杭 2015-07-01", 2)
	w.expect(applicant, "来杭工作时间 **2015-07-01**")
	w.nothing(applicant)
	f := w.checkReplay(applicant)
	if f.Seq != 3 || f.State != workflow.Draft { // enrol, create, fill
		t.Errorf("filing has %d events in state %s", f.Seq, f.State)
	}
}
