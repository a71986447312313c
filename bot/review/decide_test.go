package review_test

import (
	"errors"
	"strings"
	"testing"

	"example.org/beian/bot/turn/turntest"
	"example.org/beian/workflow"
)

// TestDecideInWords: without a template each handler gets the card as a message; a tap is asked back.
func TestDecideInWords(t *testing.T) {
	h := newHall(t)
	f := h.handedIn(turntest.Applicant)
	h.work()
	has(t, h.gets(turntest.Handler), "备案预审 · 陈一帆", "没有变更", "① 备案申请表 第 1 版 2 页 ✓", "② 参保证明 不提供：不缴纳社保", "无异议", "请撤下",
		"[查看材料][通过][退回…][转交…]")
	h.must(h.ReviewCard(t.Context(), workflow.ReviewCard{Filing: f.ID, Ticket: f.Review.Ticket}))
	if got := h.gets(turntest.Deputy) + h.gets(turntest.Handler); got != "" {
		t.Errorf("the deputy gets, or the handler again, %s", got)
	}
	has(t, h.says(turntest.Deputy, "打开 "+strings.ToLower(f.ID)), "备案预审 · 陈一帆")
	if seen, err := h.Accesses(t.Context(), turntest.Applicant, 10); err != nil || seen[0].Viewer != turntest.Deputy {
		t.Errorf("seen by %+v, %v", seen, err)
	}
	has(t, h.says(turntest.Handler, "打开 "+f.ID), "备案预审 · 陈一帆")
	has(t, h.taps(turntest.Handler, "通过"), "通过陈一帆(晨星信息学院)的备案？没有变更", "[确认通过][再看看]")
	has(t, h.taps(turntest.Handler, "再看看"), "备案预审")
	has(t, h.taps(turntest.Handler, "确认通过"), "陈一帆：12-01 10:00 何清越老师通过", "[待我处理]")
	h.work()
	has(t, h.gets(turntest.School), "备案预审", "[上报]", "点「上报」即确认")
	has(t, h.says(turntest.School, "上报 "+f.ID), "上报即确认", "[确认上报]")
	has(t, h.taps(turntest.School, "确认上报"), "傅明舟老师上报")
	if d := h.decisions(f.ID); len(d) != 2 || d[1].Action != workflow.Submit {
		t.Errorf("decided: %v", d)
	}
	h.work()
	has(t, h.says(turntest.Handler, "通过 "+f.ID), "陈一帆的备案：这份备案 12-01 10:00 已由 傅明舟老师 上报")
}

// TestCodes: a button is a line of text that anybody could type. Its code is good for one person, one
// decision and one state of the filing.
func TestCodes(t *testing.T) {
	h := newHall(t)
	f := h.handedIn(turntest.Applicant)
	h.work()
	pass := h.button(turntest.Handler, "通过")
	h.says(turntest.Handler, pass)
	confirm := h.button(turntest.Handler, "确认通过")
	const stale = "这个按钮过期了，或不是发给您的"
	for _, c := range []struct{ what, who, say, want string }{
		{"the button of somebody else", turntest.Deputy, pass, stale},
		{"the confirmation of somebody else", turntest.Deputy, confirm, stale},
		{"another college", turntest.Stranger, confirm, "它不归您处理"},
		{"the applicant", turntest.Applicant, confirm, "四眼原则"},
		{"the code of another decision", turntest.Handler, strings.Replace(confirm, "确认通过", "确认退回", 1) + " 备案申请表 缺公章", stale},
		{"no code", turntest.Handler, "确认通过 " + f.ID, stale},
		{"an invented code", turntest.Handler, "确认通过 " + f.ID + " AAAAAA", stale},
		{"a return without a code", turntest.Handler, "确认退回 " + f.ID + " 备案申请表 缺公章", stale},
		{"a name without a code", turntest.Handler, "转交 " + f.ID + " 沈拾玉", stale},
		{"another filing", turntest.Handler, strings.Replace(confirm, f.ID, "TEST0P99", 1), "没有找到这份备案"},
	} {
		has(t, h.says(c.who, c.say), c.want)
		if d := h.decisions(f.ID); len(d) != 0 {
			t.Fatalf("%s: decided: %v", c.what, d)
		}
	}
	has(t, h.says(turntest.Handler, strings.Replace(confirm, f.ID, strings.ToLower(f.ID), 1)), "何清越老师通过")
	h.says(turntest.Handler, confirm)
	if d := h.decisions(f.ID); len(d) != 1 {
		t.Errorf("decided: %v", d)
	}
}

// TestNotWaiting: what does not wait cannot be decided, and the answer says why.
func TestNotWaiting(t *testing.T) {
	h := newHall(t)
	f := h.printed(turntest.Applicant)
	for _, verb := range []string{"打开", "通过", "退回", "转交", "收回"} {
		has(t, h.says(turntest.Handler, verb+" "+f.ID), "陈一帆的备案还没有送审", "[待我处理]")
		has(t, h.says(turntest.Colleague, verb+" "+f.ID), "没有找到这份备案")
	}
	g := h.handedIn(turntest.Colleague)
	h.Does(turntest.Colleague, workflow.Command{Action: workflow.Approve, Actor: college})
	has(t, h.says(turntest.Handler, "打开 "+g.ID), "赵望舒的备案：这份备案 12-01 10:00 已由 何清越老师 通过")
	has(t, h.says(turntest.Handler, "退回 "+g.ID), "已由 何清越老师 通过")
	has(t, h.says(turntest.School, "打开 "+g.ID), "[上报]")
}

// TestReturnInWords: two taps for each item, or all in one sentence.
func TestReturnInWords(t *testing.T) {
	h := newHall(t)
	f := h.handedIn(turntest.Applicant)
	h.work()
	has(t, h.taps(turntest.Handler, "退回…"), "退回陈一帆的哪一项", "[备案申请表][参保证明]")
	has(t, h.taps(turntest.Handler, "备案申请表"), "备案申请表：原因是什么", "[缺公章]")
	has(t, h.taps(turntest.Handler, "缺公章"), "退回陈一帆 1 项，其余算认可", "备案申请表：缺公章", "[确认退回][再加一项]")
	has(t, h.taps(turntest.Handler, "再加一项"), "哪一项", "[参保证明]")
	hasNot(t, h.gets(turntest.Handler), "[备案申请表][备案申请表]")
	has(t, h.says(turntest.Handler, "退回 "+f.ID+" 胡说"), "「胡说」没有看懂")
	has(t, h.says(turntest.Handler, "退回 "+f.ID+" 整份备案"), "整份备案：原因是什么")
	has(t, h.says(turntest.Handler, "退回 "+f.ID+" 行政职务"), "行政职务：原因是什么", "[应填写的没有填]")
	has(t, h.says(turntest.Handler, "退回 "+f.ID+" 第1项 第 3 页；看不清"), "「看不清」没有看懂")
	has(t, h.says(turntest.Handler, "退回 "+f.ID+" ① 照片模糊或缺页(第 3 页)；手机 号码 330199198503121016 不对"),
		"退回陈一帆 2 项", "备案申请表：照片模糊或缺页。第 3 页", "手机：其他(请写明)。号码 (证件号码) 不对")
	yes := h.button(turntest.Handler, "确认退回")
	has(t, h.says(turntest.Handler, yes+";胡说"), "「胡说」没有看懂", "退回陈一帆的哪一项")
	has(t, h.taps(turntest.Handler, "参保证明"), "参保证明：原因是什么") // the button still knows its code
	if d := h.decisions(f.ID); len(d) != 0 {
		t.Fatalf("decided: %v", d)
	}
	has(t, h.says(turntest.Handler, yes), "何清越老师退回")
	d := h.decisions(f.ID)
	if len(d) != 1 || len(d[0].Items) != 2 || d[0].Items[0].Slot != workflow.SlotForm || d[0].Items[0].Text != "第 3 页" ||
		d[0].Items[1].Field != workflow.Phone ||
		d[0].Items[1].Reason != workflow.ReasonOther {
		t.Errorf("decided: %+v", d)
	}
}

// TestSecondLook: after a return the card shows only what has changed since.
func TestSecondLook(t *testing.T) {
	h := newHall(t)
	f := h.handedIn(turntest.Applicant)
	h.Does(turntest.Applicant, workflow.Command{
		Action: workflow.Return, Actor: college, Items: []workflow.ReturnItem{{Slot: workflow.SlotForm, Reason: "not_scan"}},
	})
	h.files["new"] = []byte("better scan")
	h.Does(turntest.Applicant, workflow.Command{
		Action: workflow.Upload, Slot: workflow.SlotForm,
		File: &workflow.File{ID: "new", Revision: f.Revision, Pages: 2, Unread: []int{2}},
	}, workflow.Command{Action: workflow.SaveMaterials}, workflow.Command{Action: workflow.HandIn})
	h.work()
	got := h.gets(turntest.Handler)
	has(t, got, "只需看 1 项，其余上次已认可", "① 备案申请表 待经办人核对：第 2 页")
	hasNot(t, got, "② 参保证明")
	has(t, h.says(turntest.Handler, "待我处理"), "陈一帆 · 晨星信息学院 · 预审", "退回后改了 1 项")
}

// TestViewChangedFirst: after a return what has changed lies on top.
func TestViewChangedFirst(t *testing.T) {
	h := newHall(t)
	f := h.handedIn(turntest.Applicant)
	h.Does(turntest.Applicant, workflow.Command{
		Action: workflow.Return, Actor: college,
		Items: []workflow.ReturnItem{{Slot: workflow.SlotInsurance, Reason: "not_scan"}},
	})
	h.files["insured"] = []byte("proof")
	h.Does(turntest.Applicant, workflow.Command{
		Action: workflow.Upload, Slot: workflow.SlotInsurance, File: &workflow.File{ID: "insured", Pages: 1},
	}, workflow.Command{Action: workflow.SaveMaterials}, workflow.Command{Action: workflow.HandIn})
	h.must(h.Show(t.Context(), workflow.Show{Filing: f.ID, Viewer: turntest.Handler}))
	has(t, h.gets(turntest.Handler), "查看: 第 2 项 参保证明=proof 第 1 项 备案申请表=scan of")
}

// TestHandOn: a review is handed to a colleague, who alone can decide then, and taken back.
func TestHandOn(t *testing.T) {
	h := newHall(t)
	f := h.handedIn(turntest.Applicant)
	h.work()
	has(t, h.taps(turntest.Handler, "转交…"), "陈一帆的备案转交给谁？[沈拾玉][傅明舟]")
	code := strings.Fields(h.button(turntest.Handler, "沈拾玉"))[2]
	has(t, h.says(turntest.Handler, "转交 "+f.ID+" "+code+" 骆一苇"), "不是能处理这份备案的老师", "[沈拾玉]")
	has(t, h.taps(turntest.Handler, "沈拾玉"), "已转交沈拾玉老师", "[收回]")
	h.gets(turntest.Deputy)
	h.work()
	has(t, h.gets(turntest.Deputy), "备案预审 · 陈一帆")
	has(t, h.says(turntest.Handler, "通过 "+f.ID), "确认通过")
	has(t, h.taps(turntest.Handler, "确认通过"), "已转交沈拾玉老师处理")
	has(t, h.says(turntest.Handler, "收回 "+f.ID), "已收回")
	has(t, h.says(turntest.Deputy, "收回 "+f.ID), "没有转交过，或不是您转交的")
	has(t, h.says(turntest.Handler, "通过 "+f.ID), "[确认通过]")
	h.work()
	has(t, h.taps(turntest.Handler, "确认通过"), "何清越老师通过")
}

// TestNamesakes: two colleagues of one name are told apart by their userId.
func TestNamesakes(t *testing.T) {
	h := newHall(t)
	h.joins("h9", "沈拾玉", workflow.CollegeHandler)
	f := h.handedIn(turntest.Applicant)
	has(t, h.says(turntest.Handler, "转交 "+f.ID), "[沈拾玉 h2]", "[沈拾玉 h9]")
	code := strings.Fields(h.button(turntest.Handler, "沈拾玉 h9"))[2]
	has(t, h.says(turntest.Handler, "转交 "+f.ID+" "+code+" 沈拾玉"), "转交给谁", "[沈拾玉 h9][沈拾玉 h2]")
	has(t, h.taps(turntest.Handler, "沈拾玉 h9"), "已转交沈拾玉老师")
	if a := h.Filing(turntest.Applicant).Review.Assignee; a != "h9" {
		t.Errorf("handed to %s", a)
	}
}

// TestOfferColleagues: who taps 转交 on a card is asked in the chat, as long as it is their turn.
func TestOfferColleagues(t *testing.T) {
	h := newHall(t)
	f := h.handedIn(turntest.Applicant)
	job := workflow.OfferColleagues{Filing: f.ID, Ticket: f.Review.Ticket, To: turntest.Handler}
	h.must(h.OfferColleagues(t.Context(), job))
	has(t, h.gets(turntest.Handler), "转交给谁", "[沈拾玉][傅明舟]")
	h.must(h.OfferColleagues(t.Context(), job))
	has(t, h.taps(turntest.Handler, "傅明舟"), "已转交傅明舟老师")
	h.gets(turntest.Handler)
	h.must(h.OfferColleagues(t.Context(), job))
	h.must(h.OfferColleagues(t.Context(), workflow.OfferColleagues{Filing: "TEST0P99", To: turntest.Handler}))
	if got := h.gets(turntest.Handler); got != "" {
		t.Errorf("asked again: %s", got)
	}
}

// TestViewMaterials: whoever handles the filing at any step gets a copy with their name across it, and
// it is noted; nobody else does.
func TestViewMaterials(t *testing.T) {
	h := newHall(t)
	f := h.handedIn(turntest.Applicant)
	h.photographed(turntest.Applicant, "photo")
	h.files["photo"] = []byte("wall")
	has(t, h.says(turntest.School, "查看 "+f.ID), "马上发到这里", "[打开卡片]")
	h.work()
	has(t, h.gets(turntest.School), "材料-陈一帆.pdf", "傅明舟 2026-12-01 10:00 查看:", "第 1 项 备案申请表=scan of "+f.ID, "公示照片=wall")
	has(t, h.says(turntest.Stranger, "查看 "+f.ID), "没有找到这份备案")
	has(t, h.says(turntest.Applicant, "查看 "+f.ID), "四眼原则")
	h.must(h.Show(t.Context(), workflow.Show{Filing: f.ID, Viewer: turntest.Stranger}))
	h.must(h.Show(t.Context(), workflow.Show{Filing: "TEST0P99", Viewer: turntest.School}))
	hasNot(t, h.gets(turntest.Stranger), "材料-")
	seen, err := h.Accesses(t.Context(), turntest.Applicant, 100)
	h.must(err)
	if len(seen) == 0 || seen[0].Viewer != turntest.School || seen[0].What != workflow.ShownMaterials {
		t.Errorf("seen by %+v", seen)
	}
	delete(h.files, "photo")
	err = h.Show(t.Context(), workflow.Show{Filing: f.ID, Viewer: turntest.School})
	if !errors.Is(err, workflow.ErrNotFound) {
		t.Errorf("a photo that is gone: %v", err)
	}

	g := h.printed(turntest.Colleague)
	h.must(h.Show(t.Context(), workflow.Show{Filing: g.ID, Viewer: turntest.Handler}))
	has(t, h.gets(turntest.Handler), "赵望舒还没有交材料")
}
