package review_test

import (
	"fmt"
	"strings"
	"testing"

	"example.org/beian/bot/dingtalk"
	"example.org/beian/bot/turn/turntest"
	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
)

// click presses something on a card and returns what the clicker sees on it.
func (h *hall) click(id, person, track string, params map[string]any) map[string]string {
	h.t.Helper()
	answer, err := h.Click(h.t.Context(), dingtalk.Click{ID: id, Sender: person, Track: track, Params: params})
	h.must(err)
	return answer
}

func track(f *workflow.Filing) string { return fmt.Sprintf("beian-%s-%d", f.ID, f.Review.Ticket) }

func form(group ...string) map[string]any {
	out := map[string]any{}
	for i, n := 0, 1; i < len(group); i, n = i+3, n+1 {
		nth := ""
		if n > 1 {
			nth = fmt.Sprint(n)
		}
		var items []any
		for _, it := range strings.Fields(group[i]) {
			items = append(items, it)
		}
		out["items"+nth], out["reason"+nth] = map[string]any{"value": items}, map[string]any{"value": group[i+1]}
		out["text"+nth] = group[i+2]
	}
	return map[string]any{"form": out}
}

var (
	approving = map[string]any{"action": "approve"}
	viewing   = map[string]any{"action": "view"}
)

// TestClick: one decides, whoever comes later hears it, and what is delivered again gets the answer again.
func TestClick(t *testing.T) {
	h := newHall(t)
	h.deps.Template = "card.schema"
	h.open()
	f := h.handedIn(turntest.Applicant)
	h.work()
	has(t, h.gets(turntest.Handler), track(f), "没有变更")
	done := h.click("c1", turntest.Handler, track(f), approving)
	if done["status"] != "done" || done["status_text"] != "12-01 10:00 何清越老师通过。" || done["form"] != "" {
		t.Errorf("the clicker sees %v", done)
	}
	for _, e := range h.Jobs() {
		if redraw, ok := e.(workflow.RedrawCard); ok && redraw.Clicked != turntest.Handler {
			t.Errorf("%+v does not know who clicked", redraw)
		}
	}
	if again := h.click("c1", turntest.Handler, track(f), approving); fmt.Sprint(again) != fmt.Sprint(done) {
		t.Errorf("delivered again: %v, at first %v", again, done)
	}
	late := h.click("c2", turntest.School, track(f), form("slot:1", "no_seal", ""))
	has(t, late["status_text"], "已由 何清越老师 通过，您的这次点击没有改变什么")
	if jobs := h.Jobs(); len(jobs) != 0 || late["status"] != "done" {
		t.Errorf("who comes late leaves %v", jobs)
	}
	own := h.click("c3", turntest.Handler, track(f), approving) // who decided, once more
	has(t, own["status_text"], "没有改变什么")
	seen := h.click("c4", turntest.Handler, track(f), viewing)
	has(t, seen["status_text"], "何清越老师通过。", "材料马上发到您和我的聊天里")
	if d := h.decisions(f.ID); len(d) != 1 || d[0].Actor != college {
		t.Errorf("decided: %v", d)
	}
	h.Jobs()
	g := h.Filing(turntest.Applicant)
	if answer := h.click("c5", turntest.School, track(g), approving); answer["status_text"] != "12-01 10:00 傅明舟老师上报。" {
		t.Errorf("the school sees %v", answer)
	}
	state := h.Filing(turntest.Applicant).State
	if d := h.decisions(f.ID); len(d) != 2 || d[1].Action != workflow.Submit || state != workflow.Submitted {
		t.Errorf("decided: %v, in %s", d, state)
	}
}

// TestClicksRefused: whoever clicks without the right to, or what the card did not offer, changes nothing
// and is told why; the clicks are made of what a person could forge.
func TestClicksRefused(t *testing.T) {
	h := newHall(t)
	f := h.handedIn(turntest.Applicant)
	items := func(v any) map[string]any {
		return map[string]any{"form": map[string]any{"items": v, "reason": map[string]any{"value": "not_scan"}}}
	}
	for i, c := range []struct {
		what, who string
		params    map[string]any
		want      string
	}{
		{"the applicant", turntest.Applicant, approving, "四眼原则"},
		{"somebody of another college", turntest.Stranger, approving, "不归您处理"},
		{"somebody who handles nothing", turntest.Colleague, viewing, "不归您处理"},
		{"a button that is not there", turntest.Handler, map[string]any{"action": "delete"}, "没有这个按钮"},
		{"no parameters", turntest.Handler, nil, "没有这个按钮"},
		{"somebody else's name", turntest.Stranger, map[string]any{"action": "approve", "userId": "h1"}, "不归您处理"},
		{"a form that is a text", turntest.Handler, map[string]any{"form": "slot:1"}, "请至少选一项"},
		{"an empty form", turntest.Handler, map[string]any{"form": map[string]any{}}, "请至少选一项"},
		{"a reason that does not exist", turntest.Handler, form("slot:1", "because", ""), "请至少选一项"},
		{"other without words", turntest.Handler, form("slot:1", "other", " "), "请至少选一项"},
		{"a material that does not exist", turntest.Handler, form("slot:99", "not_scan", ""), "请至少选一项"},
		{"a material without a number", turntest.Handler, form("slot:x", "not_scan", ""), "请至少选一项"},
		{"a material that was not handed in", turntest.Handler, form("slot:5", "not_scan", ""), "请至少选一项"},
		{"nothing that we know", turntest.Handler, form("other:5", "not_scan", ""), "请至少选一项"},
		{"a number of the identity document", turntest.Handler, form("field:id_number", "field_blank", ""), "请至少选一项"},
		{"a second group without a reason", turntest.Handler, form("slot:1", "not_scan", "", "slot:2", "", ""), "请至少选一项"},
		{"items that are numbers", turntest.Handler, items(map[string]any{"value": []any{1, 2}}), "请至少选一项"},
		{"one item that is empty", turntest.Handler, items(map[string]any{"value": ""}), "请至少选一项"},
		{"a text without end", turntest.Handler, form("slot:1", "other", strings.Repeat("长", 400)), "最多"},
	} {
		answer := h.click(fmt.Sprint("c", i), c.who, track(f), c.params)
		if !strings.Contains(answer["status_text"], c.want) || answer["status"] == "done" {
			t.Errorf("%s: the clicker sees %v", c.what, answer)
		}
		if again := h.click(fmt.Sprint("c", i), c.who, track(f), c.params); again["status"] == "done" {
			t.Errorf("%s, delivered again: the clicker sees %v", c.what, again)
		}
	}
	if d := h.decisions(f.ID); len(d) != 0 {
		t.Errorf("decided: %v", d)
	}
	for _, unknown := range []string{"beian-TEST0P99-7", "beian-x", "other-" + f.ID + "-1"} {
		answer := h.click(unknown, turntest.Handler, unknown, approving)
		if d := h.decisions(f.ID); len(d) != 0 || !strings.Contains(answer["status_text"], "不") {
			t.Errorf("on %s the clicker sees %v", unknown, answer)
		}
	}
}

// TestClickedReturn: three groups of items, each with its reason, and one item that a SELECT sends alone.
func TestClickedReturn(t *testing.T) {
	h := newHall(t)
	f := h.handedIn(turntest.Applicant)
	p := form("slot:1 field:post", "other", "写 330199198503121016", "all", "not_scan", "")
	p["form"].(map[string]any)["items2"] = map[string]any{"value": "all"}
	answer := h.click("c", turntest.Handler, track(f), p)
	if answer["status_text"] != "12-01 10:00 何清越老师退回。" {
		t.Errorf("the clicker sees %v", answer)
	}
	want := []workflow.ReturnItem{
		{Slot: workflow.SlotForm, Reason: "other", Text: "写 (证件号码)"},
		{Field: workflow.Post, Reason: "other", Text: "写 (证件号码)"},
		{Reason: "not_scan"},
	}
	if d := h.decisions(f.ID); len(d) != 1 || fmt.Sprint(d[0].Items) != fmt.Sprint(want) {
		t.Errorf("decided: %+v", d)
	}
}

// TestOldCards: the filing has changed under the card, or was handed on; a click says so.
func TestOldCards(t *testing.T) {
	h := newHall(t)
	h.deps.Template = "card.schema"
	h.open()
	f := h.handedIn(turntest.Applicant)
	h.work()
	has(t, h.click("c1", turntest.Handler, track(f), map[string]any{"action": "reassign"})["status_text"], "请在您和我的聊天里选")
	has(t, h.click("c1", turntest.Handler, track(f), map[string]any{"action": "reassign"})["status_text"], "这次点击已经处理过")
	h.work()
	h.taps(turntest.Handler, "沈拾玉")
	h.work()
	has(t, h.gets(track(f)), "何清越老师已把它转交沈拾玉老师")
	has(t, h.click("c2", turntest.Handler, track(f), approving)["status_text"], "已把它转交沈拾玉老师，您的这次点击没有改变什么")
	now := h.Filing(turntest.Applicant)
	other := h.click("c3", turntest.Handler, track(now), approving)
	if other["status"] == "done" || !strings.Contains(other["status_text"], "已转交沈拾玉") {
		t.Errorf("on the new card, which is not theirs, the clicker sees %v", other)
	}
	h.Does(turntest.Applicant, workflow.Command{Action: workflow.Release, Actor: college})
	h.work()
	now = h.Filing(turntest.Applicant)
	h.saves(turntest.Applicant, workflow.Phone, "13900002222")
	h.work()
	has(t, h.gets(track(now)), "申请人 12-01 10:00 改了内容")
	a := h.click("c4", turntest.Handler, track(now), approving)
	has(t, a["status_text"], "改了内容")
	if d := h.decisions(f.ID); len(d) != 0 || a["status"] != "done" {
		t.Errorf("decided: %v, %v", d, a)
	}
	h.withdraws(turntest.Applicant)
	has(t, h.click("c1", turntest.Handler, track(now), approving)["status_text"], "已不在等您处理")
	has(t, h.click("c5", turntest.Handler, track(now), approving)["status_text"], "不归您处理")
}

// TestReviewCard: those who may decide and are still here get one card, however often the job runs.
func TestReviewCard(t *testing.T) {
	h := newHall(t)
	h.deps.Template = "card.schema"
	h.open()
	f := h.handedIn(turntest.Applicant, workflow.Command{
		Action: workflow.Fill, Values: workflow.Values{workflow.Phone: "13900002222"},
	})
	job := workflow.ReviewCard{Filing: f.ID, Ticket: f.Review.Ticket}
	h.must(h.ReviewCard(t.Context(), workflow.ReviewCard{Filing: f.ID, Ticket: 1}))
	h.must(h.ReviewCard(t.Context(), workflow.ReviewCard{Filing: "TEST0P99", Ticket: 1}))
	if early := h.Chat.Sent(); len(early) != 0 {
		t.Fatalf("a card of a step that is over: %+v", early)
	}
	for range 2 {
		h.must(h.ReviewCard(t.Context(), job))
	}
	cards := h.Chat.Sent()
	if len(cards) != 1 || cards[0].Card != track(f) || fmt.Sprint(cards[0].To) != "[h1]" {
		t.Fatalf("%+v", cards)
	}
	p := cards[0].Params
	has(t, p["changes"], "手机 139∗∗∗∗1111 → **139∗∗∗∗2222**")
	has(t, p["form"], `"field:phone"`, `"all"`, `"requiredMsg":"请至少选一项"`)
	if p["approve_text"] != "通过" || p["status"] != "open" || !strings.Contains(p["summary"], "1 项变更") {
		t.Errorf("%v", p)
	}
	seen, err := h.Accesses(t.Context(), turntest.Applicant, 10)
	h.must(err)
	if len(seen) != 1 || seen[0].What != workflow.ShownCard {
		t.Errorf("seen by %+v", seen)
	}
}

// TestReceiversLeft: when a whole college has left, the school gets the card; when everybody has, the job
// fails and is tried again.
func TestReceiversLeft(t *testing.T) {
	h := newHall(t)
	f := h.handedIn(turntest.Applicant)
	h.Jobs()
	job := workflow.ReviewCard{Filing: f.ID, Ticket: f.Review.Ticket}
	h.Chat.Gone(turntest.Handler)
	h.must(h.ReviewCard(t.Context(), job))
	has(t, h.gets(turntest.School), "备案预审 · 陈一帆")
	if got := h.gets(turntest.Handler); got != "" {
		t.Errorf("who has left gets %s", got)
	}
	h.Chat.Gone(turntest.School)
	if err := h.ReviewCard(t.Context(), job); err == nil || !strings.Contains(err.Error(), "nobody holds the role") {
		t.Errorf("a card for nobody: %v", err)
	}
}

// TestNoSuchTemplate: a template that DingTalk does not know must not keep a filing from being reviewed.
func TestNoSuchTemplate(t *testing.T) {
	h := newHall(t)
	h.deps.Template = "unknown.schema"
	h.open()
	h.Chat.Fail("SendCard", &dingtalk.Error{Kind: dingtalk.Invalid, Code: "param.templateNotExist"})
	f := h.handedIn(turntest.Applicant)
	h.work()
	has(t, h.taps(turntest.Handler, "通过"), "[确认通过]")
	h.Chat.Fail("SendCard", &dingtalk.Error{Kind: dingtalk.Busy, Code: "500"})
	h.joins("h9", "于清", workflow.CollegeHandler)
	if err := h.ReviewCard(t.Context(), workflow.ReviewCard{Filing: f.ID, Ticket: f.Review.Ticket}); err == nil {
		t.Error("a fault of DingTalk is taken for an answer")
	}
}

// TestRedraw: a void card is redrawn for everybody; when that fails for good, they are told in a message.
func TestRedraw(t *testing.T) {
	h := newHall(t)
	h.deps.Template = "card.schema"
	h.open()
	h.joins("h9", "于清", workflow.CollegeHandler)
	f := h.handedIn(turntest.Applicant)
	h.work()
	job := workflow.RedrawCard{Filing: f.ID, Ticket: f.Review.Ticket}
	h.must(h.RedrawCard(t.Context(), job, false))
	if got := h.gets(track(f)); got != "" {
		t.Errorf("an open card is redrawn: %s", got)
	}
	h.click("c1", turntest.Handler, track(f), approving)
	for _, e := range h.Jobs() {
		if redraw, ok := e.(workflow.RedrawCard); ok {
			job = redraw
		}
	}
	fault := &dingtalk.Error{Kind: dingtalk.Busy, Code: "500"}
	h.Chat.Fail("UpdateCard", fault)
	if err := h.RedrawCard(t.Context(), job, false); err == nil {
		t.Error("a fault that may pass is swallowed")
	}
	h.gets("h9")
	h.gets(turntest.Handler)
	h.must(h.RedrawCard(t.Context(), job, true))
	has(t, h.gets("h9"), "陈一帆的备案：12-01 10:00 何清越老师通过")
	if got := h.gets(turntest.Handler); got != "" {
		t.Errorf("who decided is told %s", got)
	}
	h.Chat.Fail("UpdateCard", nil)
	h.must(h.RedrawCard(t.Context(), job, false))
	has(t, h.gets(track(f)), "12-01 10:00 何清越老师通过")

	h.withdraws(turntest.Applicant)
	h.must(h.RedrawCard(t.Context(), job, false))
	has(t, h.gets(track(f)), "已不在等您处理")
}

// TestRedrawOnlyCopy: the answer to a click has redrawn the only copy; no call is spent on it.
func TestRedrawOnlyCopy(t *testing.T) {
	h := newHall(t)
	h.deps.Template = "card.schema"
	h.open()
	f := h.handedIn(turntest.Applicant)
	h.work()
	h.click("c1", turntest.Handler, track(f), approving)
	h.work()
	if got := h.gets(track(f)); got != "" {
		t.Errorf("redrawn: %s", got)
	}
}

// TestRedrawInWords: without a template whoever else has the message is told; with the deputy's names.
func TestRedrawInWords(t *testing.T) {
	h := newHall(t)
	h.joins("s2", "唐以宁", workflow.SchoolHandler)
	f := h.handedIn(turntest.Applicant)
	h.On(calendar.NewDate(2026, 12, 1))
	h.says(turntest.Handler, "请假 今天，由沈拾玉代理")
	h.work()
	has(t, h.gets(turntest.Deputy), "由您代何清越老师处理备案。现在有 1 件等着", "备案预审 · 陈一帆")
	h.says(turntest.Deputy, "通过 "+f.ID)
	has(t, h.taps(turntest.Deputy, "确认通过"), "沈拾玉老师(代何清越)通过")
	h.work()
	h.gets("s2")
	h.says(turntest.School, "上报 "+f.ID)
	h.taps(turntest.School, "确认上报")
	h.work()
	has(t, h.gets("s2"), "陈一帆的备案：12-01 10:00 傅明舟老师上报")
}

// TestRemarks: what is not about one material stands under them.
func TestRemarks(t *testing.T) {
	h := newHall(t)
	f := h.printed(turntest.Applicant)
	h.says(turntest.Handler, "公示 "+f.ID+" 11-23 至 11-26")
	h.photographed(turntest.Applicant, "photo")
	h.Does(turntest.Applicant,
		workflow.Command{Action: workflow.LeaveNote, Text: "合同*已*到期"},
		workflow.Command{Action: workflow.Upload, Slot: workflow.SlotForm, File: &workflow.File{
			ID: "form", Revision: f.Revision, Checked: true, Pages: 2,
		}},
		workflow.Command{Action: workflow.Waive, Slot: workflow.SlotInsurance, Text: "不缴纳社保"},
		workflow.Command{Action: workflow.SaveMaterials})
	h.On(calendar.NewDate(2026, 12, 1))
	h.Does(turntest.Applicant, workflow.Command{Action: workflow.HandIn})
	h.work()
	has(t, h.gets(turntest.Handler), "公示 2026-11-23 至 2026-11-26，无异议(3 个工作日，一般要 5 个)，有张贴照片。公示期满，请撤下", "申请人留言：合同∗已∗到期")
}

// TestEverythingFitsDingTalk: the longest values, and a batch of as many filings as it takes.
func TestEverythingFitsDingTalk(t *testing.T) {
	h := newHall(t)
	for i := range 14 {
		id := fmt.Sprint("q", i)
		h.AddPerson(workflow.Person{ID: id, Name: "阿依古丽·买买提", College: turntest.College})
		cert := h.Certificate(turntest.Applicant)
		cert.ID, cert.Person = "cert-"+id, id
		for _, fd := range workflow.Fields() {
			if fd.MaxRunes > 0 && fd.Kind == workflow.KindText && !fd.Identity {
				cert.Values[fd.Key] = strings.Repeat("𬭎", fd.MaxRunes)
			}
		}
		h.AddCertificate(cert)
		h.On(calendar.NewDate(2026, 11, 23))
		h.handedIn(id)
	}
	h.Jobs()
	has(t, h.says(turntest.Handler, "待我处理"), "14 件", "还有 2 件", "学院。[看阿依古丽·买买提][看阿依古丽·买买提][14 份没变更的逐份看]")
	h.says(turntest.Handler, "逐份看")
	for range 12 {
		h.taps(turntest.Handler, "没问题，下一份")
	}
	has(t, h.taps(turntest.Handler, "一并通过 12 份"), "这 12 份逐份处理")
	h.work()
	has(t, h.button(turntest.Handler, "待我处理"), "待我处理")
	messages := 0
	for _, list := range h.sent {
		for _, s := range list {
			m := s.Message
			messages++
			size := len(m.Text) + len(m.Title)
			for _, b := range m.Buttons {
				size += len(b.Title) + len(b.Link())
				if len(b.Link()) > 1500 || len([]rune(b.Title)) > 30 {
					t.Errorf("the button %q has %d bytes", b.Title, len(b.Link()))
				}
			}
			if size > dingtalk.MaxParam*9/10 || len(m.Buttons) > 5 {
				t.Errorf("%d bytes and %d buttons: %.40s", size, len(m.Buttons), m.Text)
			}
		}
	}
	if messages < 30 {
		t.Errorf("only %d messages", messages)
	}
}
