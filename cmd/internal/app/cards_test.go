package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"example.org/beian/bot/dingtalk/dingsim"
	"example.org/beian/cmd/internal/app"
	"example.org/beian/cmd/internal/demo"
	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
)

// desks is a world in which nothing happens by the clock, on a day after the public notice.
func desks(t *testing.T) *world {
	t.Helper()
	w := newWorld(t, func(c *dingsim.Config) { c.ClickLimit = patience }) // what is right does not depend on the machine
	w.cfg.DailyCron, w.cfg.WatchCron = "0 9 1 1 *", "0 9 1 1 *"
	w.setTime("2026-12-01 10:00")
	return w
}

// another starts one more replica on the same database.
func (w *world) another() {
	w.t.Helper()
	a, err := app.New(w.t.Context(), w.cfg, app.Options{Now: w.sim.Now, ReplyLease: 2 * time.Second},
		slog.New(slog.NewTextHandler(w.log, nil)))
	must(w.t, err)
	must(w.t, a.Start(w.t.Context()))
	w.t.Cleanup(func() { inProcess{a}.stop(w.t) })
	w.poll("the second replica to connect", func() bool {
		var got struct{ Connections int }
		w.get("/sim/connections", &got)
		return got.Connections >= 4
	})
}

// review brings somebody's filing to the first step of the review by its events alone: what
// these tests are about begins there. It returns the filing and the id of its card.
func (w *world) review(name string, changed workflow.Values) (f workflow.Filing, track string) {
	w.t.Helper()
	who := person(w.t, name)
	p, err := workflow.DefaultPolicy()
	must(w.t, err)
	store, done := w.store()
	defer done()
	_, err = store.Turn(w.t.Context(), workflow.Inbound{Robot: "test", Message: who, Person: who}, w.sim.Now(),
		func(c workflow.Case) (workflow.Outcome, error) {
			self := workflow.Actor{ID: who, Role: workflow.Applicant}
			college := workflow.Actor{ID: "somebody", Role: workflow.CollegeHandler}
			out := workflow.Outcome{Consent: p.Consent}
			do := func(at time.Time, cmd workflow.Command) {
				next, e, err := workflow.Apply(f, cmd, p, at)
				if err != nil {
					w.t.Fatalf("%s: %v", cmd.Action, err)
				}
				f = next
				out.Events = append(out.Events, e)
				if cmd.Action == workflow.HandIn {
					out.Effects = workflow.Effects(c, &next, e)
				}
			}
			printed := demo.Epoch()
			id := "TEST" + strings.ToUpper(who[len(who)-4:])
			do(printed, workflow.Command{
				Action: workflow.Enrol, Actor: self, ID: strings.ReplaceAll(id, "-", "0"),
				Certificate: c.Certificate, College: c.College.ID, Unit: demo.School, Policy: p.Version, Consent: p.Consent,
			})
			do(printed, workflow.Command{Action: workflow.Create, Actor: self, Policy: p.Version, Attested: true})
			values := workflow.Values{}
			for k, v := range map[workflow.Key]string{workflow.ArrivedOn: "2015-07-01", workflow.Industry: "教育"} {
				if f.Values[k] == "" {
					values[k] = v
				}
			}
			maps.Copy(values, changed)
			do(printed, workflow.Command{Action: workflow.Fill, Actor: self, Values: values})
			for _, s := range f.Questions() {
				do(printed, workflow.Command{Action: workflow.Answer, Actor: self, Slot: s})
			}
			for _, a := range []workflow.Action{workflow.SaveInfo, workflow.PrintNotice, workflow.Print, workflow.HandNotice} {
				do(printed, workflow.Command{Action: a, Actor: self})
			}
			do(printed, workflow.Command{Action: workflow.PostNotice, Actor: college, From: calendar.DateOf(printed)})
			do(printed, workflow.Command{
				Action: workflow.Upload, Actor: self, Slot: workflow.SlotForm,
				File: &workflow.File{ID: "f", Pages: 1, Revision: 1, Checked: true},
			})
			do(printed, workflow.Command{Action: workflow.AutofetchOK, Actor: self})
			do(printed, workflow.Command{Action: workflow.SaveMaterials, Actor: self})
			do(w.sim.Now(), workflow.Command{Action: workflow.HandIn, Actor: self})
			out.Filing = &f
			return out, nil
		})
	must(w.t, err)
	return f, fmt.Sprintf("beian-%s-%d", f.ID, f.Review.Ticket)
}

// answer is what came back for a click.
type answer struct {
	OK        bool   `json:"ok"`
	MessageID string `json:"messageId"`
	LatencyMs int64  `json:"latencyMs"`
	Response  struct {
		CardData struct {
			Params map[string]string `json:"cardParamMap"`
		} `json:"cardData"`
	} `json:"response"`
}

// said is the sentence that the clicker sees on the card.
func (a answer) said() string { return a.Response.CardData.Params["status_text"] }

// press is a click with everything that can be forged about it; messageID repeats the frame of
// an earlier click.
func (w *world) press(track, who, action string, params map[string]any, messageID string) (a answer, err error) {
	b, err := json.Marshal(map[string]any{
		"userId": who, "actionId": action, "params": params, "force": true,
		"messageId": messageID,
	})
	if err != nil {
		return a, err
	}
	resp, err := http.Post(w.base+"/sim/cards/"+url.PathEscape(track)+"/actions", "application/json", bytes.NewReader(b))
	if err != nil {
		return a, err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return a, fmt.Errorf("the click is answered with %d", resp.StatusCode)
	}
	return a, json.NewDecoder(resp.Body).Decode(&a)
}

// mustPress is press in a test's own goroutine.
func (w *world) mustPress(track, who, action string, params map[string]any) answer {
	w.t.Helper()
	a, err := w.press(track, who, action, params, "")
	must(w.t, err)
	return a
}

func approving() map[string]any { return map[string]any{"action": "approve"} }

func returning(item, reason, text string) map[string]any {
	return map[string]any{"form": map[string]any{
		"items":  map[string]any{"index": []int{0}, "value": []string{item}},
		"reason": map[string]any{"index": 0, "value": reason}, "text": text,
	}}
}

// decisions are the events of a filing that decide.
func (w *world) decisions(filing string) (out []workflow.Event) {
	w.t.Helper()
	store, done := w.store()
	defer done()
	events, err := store.Events(w.t.Context(), filing)
	must(w.t, err)
	for _, e := range events {
		if e.Action == workflow.Approve || e.Action == workflow.Return || e.Action == workflow.Submit {
			out = append(out, e)
		}
	}
	return out
}

// copyOf is the card as the person sees it now.
func (w *world) copyOf(track, who string) (m message, shown bool) {
	w.t.Helper()
	for _, x := range w.messages(who, 0, "0s") {
		if x.Track == track {
			m, shown = x, true
		}
	}
	return m, shown
}

// closed reports whether a copy can decide nothing any more and says why.
func closed(m message) bool {
	return m.FormButton == "" && !slices.ContainsFunc(m.Buttons, func(b button) bool {
		return b.Action != "view"
	}) && strings.Contains(m.text(), "老师")
}

// awaitClosed waits until every copy of a card is redrawn.
func (w *world) awaitClosed(track string, people ...string) {
	w.t.Helper()
	for _, who := range people {
		w.poll("the card of "+who+" to be redrawn", func() bool {
			m, shown := w.copyOf(track, who)
			return shown && closed(m)
		})
	}
}

// awaitCard waits until the people have a card.
func (w *world) awaitCard(track string, people ...string) {
	w.t.Helper()
	for _, who := range people {
		w.poll("the card of "+who, func() bool { _, shown := w.copyOf(track, who); return shown })
	}
}

// handlers makes so many people handlers of one college and returns them.
func (w *world) handlers(college string, n int) []string {
	w.t.Helper()
	r, err := demo.Roster()
	must(w.t, err)
	var out []string
	for i, p := range slices.Backward(r.People) { // the applicants of the tests come first
		if len(out) == n {
			break
		}
		if !p.Holds(workflow.CollegeHandler, college) {
			p.Grants = append(slices.Clone(p.Grants), workflow.Grant{Role: workflow.CollegeHandler, College: college})
		}
		for j, g := range p.Grants {
			if g.College == college {
				p.Grants[j].Deputy = false
			}
		}
		r.People[i] = p
		out = append(out, p.ID)
	}
	must(w.t, app.Import(w.t.Context(), w.cfg, r))
	return out
}

// TestConcurrentClicks: a hundred clicks of ten handlers at once, some to approve, some to
// return, some delivered again: one decision, a sentence for each, every copy redrawn.
func TestConcurrentClicks(t *testing.T) {
	t.Parallel()
	for replicas := 1; replicas <= 2; replicas++ {
		t.Run(fmt.Sprint(replicas, " replicas"), func(t *testing.T) {
			t.Parallel()
			w := desks(t)
			handlers := w.handlers("c01", 11)
			w.start()
			if replicas == 2 {
				w.another()
			}
			f, track := w.review("陈一帆", nil)
			w.awaitCard(track, handlers...)
			answers := w.storm(track, handlers[:10]) // one only looks on
			events := w.decisions(f.ID)
			if len(events) != 1 {
				t.Fatalf("%d decisions: %v", len(events), events)
			}
			took, slowest := 0, int64(0)
			for _, a := range answers {
				if a.said() == "" || a.Response.CardData.Params["status"] != "done" {
					t.Errorf("a clicker sees %v", a.Response.CardData.Params)
				}
				if !strings.Contains(a.said(), "没有改变什么") {
					took++
				}
				slowest = max(slowest, a.LatencyMs)
			}
			if took == 0 {
				t.Error("nobody was told that their click decided")
			}
			t.Logf("%d clicks, the slowest answered in %d ms, decided by %s: %s", len(answers), slowest, events[0].Actor.ID,
				events[0].Action)
			w.awaitClosed(track, handlers...)
			w.checkReplay(person(t, "陈一帆"))
		})
	}
}

// storm sends a hundred clicks at once and returns what each was answered.
func (w *world) storm(track string, handlers []string) []answer {
	w.t.Helper()
	const clicks, replayed = 80, 20
	type result struct {
		answer
		err error
	}
	results := make(chan result, clicks+replayed)
	begin := make(chan struct{})
	var all sync.WaitGroup
	for i := range clicks {
		all.Go(func() {
			action, params := "approve", approving()
			if i%3 == 1 {
				action, params = "form", returning("slot:1", "no_seal", "")
			}
			<-begin
			a, err := w.press(track, handlers[i%len(handlers)], action, params, "")
			results <- result{a, err}
			if i < replayed && err == nil {
				again, err := w.press(track, handlers[i%len(handlers)], action, params, a.MessageID)
				results <- result{again, err}
			}
		})
	}
	close(begin)
	all.Wait()
	close(results)
	var out []answer
	for r := range results {
		if r.err != nil {
			w.t.Errorf("click: %v", r.err)
		}
		out = append(out, r.answer)
	}
	return out
}

// TestClicksRefused: whoever clicks without the right to, or on what is no longer so, changes
// nothing and is told why; the clicks are made of what a person could forge.
func TestClicksRefused(t *testing.T) {
	t.Parallel()
	w := desks(t)
	w.start()
	handler, deputy, applicant, other, stranger := person(t, "何清越"), person(t, "沈拾玉"), person(t, "陈一帆"), person(t, "许听澜"),
		person(t, "林知夏")
	f, track := w.review("陈一帆", nil)
	w.awaitCard(track, handler)
	huge := strings.Repeat("长", 400)
	for _, c := range []struct {
		what, who, action string
		params            map[string]any
		want              string
	}{
		{"the applicant, a handler of nothing", applicant, "approve", approving(), "四眼原则"},
		{"somebody of another college", stranger, "approve", approving(), "不归您处理"},
		{"a handler of another college", other, "approve", approving(), "不归您处理"},
		{"HR's step before its turn", handler, "submit", map[string]any{"action": "submit"}, "没有这个按钮"},
		{"a button that is not there", handler, "approve", map[string]any{"action": "delete"}, "没有这个按钮"},
		{"no parameters", handler, "approve", map[string]any{}, "没有这个按钮"},
		{
			"somebody else's name in the parameters", stranger, "approve",
			map[string]any{"action": "approve", "userId": handler, "actor": handler},
			"不归您处理",
		},
		{"a form that is a text", handler, "form", map[string]any{"form": "slot:1"}, "请至少选一项"},
		{"an empty form", handler, "form", map[string]any{"form": map[string]any{}}, "请至少选一项"},
		{"a reason that does not exist", handler, "form", returning("slot:1", "because", ""), "请至少选一项"},
		{"other without words", handler, "form", returning("slot:1", "other", " "), "请至少选一项"},
		{"a material that does not exist", handler, "form", returning("slot:99", "not_scan", ""), "请至少选一项"},
		{"a material that was not handed in", handler, "form", returning("slot:5", "not_scan", ""), "请至少选一项"},
		{"a number of the identity document", handler, "form", returning("field:id_number", "field_blank", ""), "请至少选一项"},
		{"a text without end", handler, "form", returning("slot:1", "other", huge), "最多"},
	} {
		if a := w.mustPress(track, c.who, c.action, c.params); !strings.Contains(a.said(), c.want) ||
			a.Response.CardData.Params["status"] == "done" {
			t.Errorf("%s: the clicker sees %v", c.what, a.Response.CardData.Params)
		}
	}
	if events := w.decisions(f.ID); len(events) != 0 {
		t.Fatalf("decided: %v", events)
	}
	if m, _ := w.copyOf(track, handler); closed(m) {
		t.Error("the card is closed, though nothing was decided")
	}
	if _, shown := w.copyOf(track, deputy); shown {
		t.Error("the deputy has a card, though the handler is there")
	}
}

// TestOwnFiling: 何清越 handles for the college and files too. The card goes to the deputy; what
// the handler clicks or writes about the own filing changes nothing.
func TestOwnFiling(t *testing.T) {
	t.Parallel()
	w := desks(t)
	w.start()
	own, deputy := person(t, "何清越"), person(t, "沈拾玉")
	f, track := w.review("何清越", nil)
	w.awaitCard(track, deputy)
	if _, shown := w.copyOf(track, own); shown {
		t.Error("the applicant has the card of the own filing")
	}
	for _, params := range []map[string]any{
		approving(), returning("slot:1", "no_seal", ""),
		{"action": "reassign"},
		{"action": "view"},
	} {
		if a := w.mustPress(track, own, "approve", params); !strings.Contains(a.said(), "四眼原则") {
			t.Errorf("%v: the clicker sees %q", params, a.said())
		}
	}
	for _, text := range []string{
		"通过 " + f.ID, "退回 " + f.ID, "转交 " + f.ID, "查看 " + f.ID, "盖章 " + f.ID,
		"公示 " + f.ID + " 今天",
	} {
		w.say(own, text)
		w.expect(own, "四眼原则")
	}
	w.say(own, "待我处理")
	w.expect(own, "没有等您的")
	if events := w.decisions(f.ID); len(events) != 0 {
		t.Fatalf("decided: %v", events)
	}
	w.mustPress(track, deputy, "approve", approving())
	if events := w.decisions(f.ID); len(events) != 1 || events[0].Actor.ID != deputy {
		t.Fatalf("decided: %v", events)
	}
}

// TestOldCards: the filing has changed under the card, was handed on, or is decided; a click
// on the old card says so and changes nothing, however often it is delivered.
func TestOldCards(t *testing.T) {
	t.Parallel()
	w := desks(t)
	w.start()
	handler, deputy, school := person(t, "何清越"), person(t, "沈拾玉"), person(t, "傅明舟")
	f, first := w.review("陈一帆", nil)
	w.awaitCard(first, handler)

	// The applicant takes it back by a change: the card says so before anybody clicks on it.
	who := person(t, "陈一帆")
	w.say(who, "手机改成 13900001111")
	w.expect(who, "也会从预审退出")
	w.tap(who, "确定，出新版")
	w.expect(who, "请重新打印")
	w.poll("the card to say what happened", func() bool {
		m, _ := w.copyOf(first, handler)
		return strings.Contains(m.text(), "改了内容") && len(m.Buttons) == 1
	})
	if a := w.mustPress(first, handler, "approve", approving()); !strings.Contains(a.said(), "改了内容") {
		t.Errorf("after a change the clicker sees %q", a.said())
	}
	if a := w.mustPress(first, handler, "form", returning("slot:1", "no_seal", "")); !strings.Contains(a.said(), "改了内容") {
		t.Errorf("after a change the clicker sees %q", a.said())
	}

	// Another one is handed on: who had it cannot decide any more, who has it now can.
	g, second := w.review("吴承泽", nil)
	w.awaitCard(second, handler)
	w.mustPress(second, handler, "reassign", map[string]any{"action": "reassign"})
	w.awaitButton(handler, "沈拾玉")
	w.tap(handler, "沈拾玉")
	w.expect(handler, "已转交沈拾玉老师")
	w.awaitClosed(second, handler)
	if a := w.mustPress(second, handler, "approve", approving()); !strings.Contains(a.said(), "已把它转交沈拾玉老师") {
		t.Errorf("after handing on the clicker sees %q", a.said())
	}
	third := fmt.Sprintf("beian-%s-%d", g.ID, w.filing(person(t, "吴承泽")).Review.Ticket)
	w.awaitCard(third, deputy)
	if a := w.mustPress(third, handler, "approve", approving()); !strings.Contains(a.said(), "已转交沈拾玉") ||
		a.Response.CardData.Params["status"] == "done" {
		t.Errorf("on the new card, which is not theirs, the clicker sees %v", a.Response.CardData.Params)
	}
	if events := append(w.decisions(f.ID), w.decisions(g.ID)...); len(events) != 0 {
		t.Fatalf("decided: %v", events)
	}

	// Decided, and the same callback three times more: it is told once more what was decided.
	a := w.mustPress(third, deputy, "approve", approving())
	if !strings.Contains(a.said(), "沈拾玉老师(代何清越)通过") {
		t.Fatalf("the deputy sees %q", a.said())
	}
	for range 3 {
		again, err := w.press(third, deputy, "approve", approving(), a.MessageID)
		must(t, err)
		if again.said() != a.said() {
			t.Errorf("delivered again: %q, at first %q", again.said(), a.said())
		}
	}
	if late := w.mustPress(third, school, "form", returning("slot:1", "no_seal", "")); !strings.Contains(late.said(),
		"您的这次点击没有改变什么") || !strings.Contains(late.said(), "沈拾玉老师(代何清越) 通过") {
		t.Errorf("who comes late sees %q", late.said())
	}
	if events := w.decisions(g.ID); len(events) != 1 {
		t.Fatalf("decided: %v", events)
	}
	if m, _ := w.copyOf(third, deputy); !slices.ContainsFunc(m.Buttons, func(b button) bool { return b.Title == "查看材料" }) {
		t.Error("the decided card does not show the materials any more")
	}
}

// TestCardNotRedrawn: when a card cannot be brought up to date, that is tried again; when it
// still fails the fourth time, whoever has the card is told in a message.
func TestCardNotRedrawn(t *testing.T) {
	t.Parallel()
	w := desks(t)
	w.handlers("c01", 10)
	handlers := []string{person(t, "何清越"), person(t, "沈拾玉"), person(t, "傅明舟")}
	w.start()
	const update = "/v1.0/card/instances"
	refused := func() (n int) {
		var got struct {
			Calls []struct {
				Method, Path string
				Status       int
			} `json:"calls"`
		}
		w.get("/sim/calls?after=0", &got)
		for _, c := range got.Calls {
			if c.Method == http.MethodPut && c.Path == update && c.Status != http.StatusOK {
				n++
			}
		}
		return n
	}
	_, track := w.review("陈一帆", nil)
	w.awaitCard(track, handlers...)
	w.post("/sim/faults", map[string]any{"rate5xx": 1, "path": update}, nil)
	w.mustPress(track, handlers[0], "form", returning("slot:1", "no_seal", ""))
	w.poll("an update that fails", func() bool { return refused() > 0 })
	w.post("/sim/faults", map[string]any{"rate5xx": 0, "path": ""}, nil)
	w.awaitClosed(track, handlers...)

	_, track = w.review("吴承泽", nil)
	w.awaitCard(track, handlers...)
	before := refused()
	w.post("/sim/faults", map[string]any{"rate5xx": 1, "path": update}, nil)
	w.mustPress(track, handlers[0], "form", returning("slot:1", "no_seal", ""))
	w.poll("an update that fails", func() bool { return refused() > before })
	w.anotherAttempt("redraw_card", 3)
	for _, h := range handlers[1:] {
		w.expect(h, "吴承泽的备案：12-01 10:00 何清越老师退回")
	}
	if m, _ := w.copyOf(track, handlers[0]); !closed(m) {
		t.Error("the copy of the handler who decided is still open")
	}
	for _, m := range w.messages(handlers[0], 0, "0s") {
		if strings.Contains(m.text(), "吴承泽的备案：") {
			t.Error("the handler who decided is told in a message too")
		}
	}
	if n := refused() - before; n < 2 {
		t.Errorf("the update was tried %d times", n)
	}
}

// anotherAttempt has the jobs of a kind that wait to be tried again tried now, as if so many
// attempts had failed.
func (w *world) anotherAttempt(kind string, failed int) {
	w.t.Helper()
	db, err := pgx.Connect(w.t.Context(), w.cfg.DatabaseURL)
	must(w.t, err)
	defer func() { must(w.t, db.Close(context.Background())) }()
	w.poll("a job to wait for another try", func() bool {
		tag, err := db.Exec(w.t.Context(), `update river_job set attempt = $2, scheduled_at = now(), state = 'available'
			where kind = $1 and state in ('retryable', 'scheduled', 'available') and attempt > 0`, kind, failed)
		must(w.t, err)
		return tag.RowsAffected() > 0
	})
}

// TestNoSuchTemplate: a template that DingTalk does not know, or no permission for cards, must
// not keep a filing from being reviewed: the handlers get the message instead.
func TestNoSuchTemplate(t *testing.T) {
	t.Parallel()
	w := desks(t)
	w.cfg.CardTemplate = "unknown.schema"
	w.start()
	handler := person(t, "何清越")
	f, _ := w.review("陈一帆", nil)
	w.awaitButton(handler, "通过")
	w.tap(handler, "通过")
	w.awaitButton(handler, "确认通过")
	w.tap(handler, "确认通过")
	w.expect(handler, "何清越老师通过")
	if events := w.decisions(f.ID); len(events) != 1 {
		t.Fatalf("decided: %v", events)
	}
}

// TestOldMessages: without a template a button of a message is a line of text that anybody could
// type. Its code is good for one person, one decision and one state of the filing.
func TestOldMessages(t *testing.T) {
	t.Parallel()
	w := desks(t)
	w.cfg.CardTemplate = ""
	w.start()
	handler, deputy, other := person(t, "何清越"), person(t, "沈拾玉"), person(t, "许听澜")
	f, _ := w.review("陈一帆", nil)
	says := func(who, title string) string {
		w.awaitButton(who, title)
		all := w.messages(who, 0, "0s")
		for i := len(all) - 1; i >= 0; i-- {
			for _, b := range all[i].Buttons {
				if b.Title == title {
					content, _ := dingsim.DTMD(b.URL)
					return content
				}
			}
		}
		return ""
	}
	approve := says(handler, "通过")
	w.tap(handler, "通过")
	confirm := says(handler, "确认通过")
	for _, c := range []struct{ what, who, text, want string }{
		{"the button of somebody else", deputy, approve, "这个按钮过期了，或不是发给您的"},
		{"the confirmation of somebody else", deputy, confirm, "这个按钮过期了，或不是发给您的"},
		{"another college", other, confirm, "它不归您处理"},
		{"the code of another decision", handler, strings.Replace(confirm, "确认通过", "确认退回", 1) + " 备案申请表 缺公章", "这个按钮过期了"},
		{"no code", handler, "确认通过 " + f.ID, "这个按钮过期了"},
		{"an invented code", handler, "确认通过 " + f.ID + " AAAAAA", "这个按钮过期了"},
		{"another filing", handler, strings.Replace(confirm, f.ID, "TEST0P99", 1), "它不归您处理"},
	} {
		w.say(c.who, c.text)
		w.expect(c.who, c.want)
		if events := w.decisions(f.ID); len(events) != 0 {
			t.Fatalf("%s: decided: %v", c.what, events)
		}
	}
	w.say(handler, "转交 "+f.ID)
	w.tap(handler, w.awaitedTitle(handler, "沈拾玉"))
	w.expect(handler, "已转交沈拾玉老师")
	w.say(handler, confirm)
	w.expect(handler, "这个按钮过期了")
	w.expect(deputy, "备案预审", "[通过]")
	w.tap(deputy, "通过")
	w.tap(deputy, w.awaitedTitle(deputy, "确认通过"))
	w.expect(deputy, "沈拾玉老师(代何清越)通过")
	w.say(deputy, confirm)
	w.expect(deputy, "您的这次点击没有改变什么")
	if events := w.decisions(f.ID); len(events) != 1 || events[0].Actor.ID != deputy {
		t.Fatalf("decided: %v", events)
	}
}

// awaitedTitle waits for a button and returns its title.
func (w *world) awaitedTitle(who, title string) string {
	w.t.Helper()
	w.awaitButton(who, title)
	return title
}
