package scan_test

import (
	"slices"
	"strings"
	"testing"

	"example.org/beian/bot/turn/turntest"
	"example.org/beian/workflow"
)

// sealing is a world in which the forms of both applicants wait for the seal: AAAAAA23 of 陈一帆,
// AAAAAA24 of 赵望舒.
func sealing(t *testing.T) *office {
	o := newOffice(t)
	o.Begin(turntest.Applicant, o.Printed()...)
	o.Begin(turntest.Colleague, o.Printed()...)
	o.Jobs()
	return o
}

// TestStack: the scan of a stack is taken apart by its codes, in any order, over several files; the list
// in front and blank pages belong to nobody.
func TestStack(t *testing.T) {
	o := sealing(t)
	said := o.sendAll(turntest.Handler, []string{"整叠.pdf", ""},
		"pdf\npage with the list\nform AAAAAA23 1 2/2\nblank\nform AAAAAA24 1 1/2",
		"jpeg\nform AAAAAA24 1 2/2\nform AAAAAA23 1 1/2 dark")
	expect(t, said, "2 份申请表已收好", "陈一帆 第 1 版 2 页 ✓", "赵望舒 第 1 版 2 页 ✓", "第 1 页没有读到二维码")
	expect(t, said, "!没有收下的", "!还有待盖章")
	o.holds(turntest.Applicant, workflow.SlotForm, "pdf", "form AAAAAA23 1 1/2 dark", "form AAAAAA23 1 2/2")
	o.holds(turntest.Colleague, workflow.SlotForm, form("AAAAAA24")...)
	m := o.slot(turntest.Applicant, workflow.SlotForm)
	dark := []workflow.PageHint{{Page: 1, Hint: "dark"}}
	if !m.File.Checked || m.File.Name != "整叠.pdf" || !slices.Equal(m.File.Hints, dark) {
		t.Errorf("%+v", m.File)
	}
	f, err := o.File(t.Context(), turntest.Applicant, m.File.ID)
	if err != nil || f.Filing != "AAAAAA23" || f.Pages != 2 {
		t.Errorf("%+v, %v", f, err)
	}
	for _, person := range []string{turntest.Applicant, turntest.Colleague} {
		if !slices.ContainsFunc(o.told, func(e workflow.Effect) bool {
			a, ok := e.(workflow.Announce)
			return ok && a.To == person
		}) {
			t.Errorf("%s hears nothing of it", person)
		}
	}
}

// TestStackProblems: what is not taken is named, one line each, and so is who is left.
func TestStackProblems(t *testing.T) {
	o := sealing(t)
	expect(t, o.send(turntest.Handler, "", "pdf", "form AAAAAA23 1 2/2", "form ZZZZZZZ9 1 1/2"),
		"没有收下的", "陈一帆：缺第 1 页", "第 2 页不是您学院的申请表", "还有待盖章、不在这叠里的：赵望舒", "!份申请表已收好")
	said := o.send(turntest.Handler, "", "pdf", "form AAAAAA23 1 1/2 forged", "form AAAAAA23 1 2/2")
	expect(t, said, "陈一帆：第 1、2 页的二维码和内容对不上")
	o.holds(turntest.Applicant, workflow.SlotForm)

	whole := form("AAAAAA23")
	expect(t, o.send(turntest.Handler, "", whole...), "1 份申请表已收好", "还有待盖章、不在这叠里的：赵望舒")
	expect(t, o.send(turntest.Handler, "", append(whole, "page")...), "陈一帆：已收过")

	o.Does(turntest.Applicant, phone())
	expect(t, o.send(turntest.Handler, "", append(whole, "blank")...), "陈一帆：这是第 1 版，已作废，要第 2 版")
	if kept := len(o.files.kept); kept != 1 {
		t.Errorf("%d files are kept", kept)
	}
}

// TestStackNotWanted: a form is not taken twice, but again after a return; for a filing that is deleted
// nothing is taken and nothing kept.
func TestStackNotWanted(t *testing.T) {
	o := newOffice(t)
	o.filed()
	stack := []string{"pdf", "form AAAAAA23 1 1/2 dark", "form AAAAAA23 1 2/2"}
	expect(t, o.send(turntest.Handler, "", stack...), "陈一帆：已收过")
	o.returned(workflow.ReturnItem{Slot: workflow.SlotForm, Reason: "no_seal"})
	expect(t, o.send(turntest.Handler, "", stack...), "陈一帆 第 1 版 2 页 ✓")
	o.holds(who, workflow.SlotForm, stack...)

	o.Begin(turntest.Colleague, o.Printed()...)
	o.Does(turntest.Colleague, workflow.Command{Action: workflow.Delete})
	n := len(o.files.kept)
	expect(t, o.send(turntest.Handler, "", form("AAAAAA24")...),
		"赵望舒：第 1 页的二维码和内容对不上，或现在不收", "!✓")
	if len(o.files.kept) != n {
		t.Errorf("%d files are kept, %d before", len(o.files.kept), n)
	}
}

// TestStackOfStrangers: whose form it is not to seal gets the same answer as for one that is not there.
func TestStackOfStrangers(t *testing.T) {
	o := sealing(t)
	expect(t, o.send(turntest.Stranger, "", form("AAAAAA23")...), "第 1、2 页不是您学院的申请表", "!赵望舒")
	expect(t, o.send(turntest.Colleague, "", form("AAAAAA23")...), "不是您这份备案的")
	expect(t, o.send(turntest.School, "", form("AAAAAA23")...), "1 份申请表已收好", "陈一帆 第 1 版 2 页 ✓")
}

// TestStackAndOwn: a handler's own form goes into their own filing, and not in a stack of others.
func TestStackAndOwn(t *testing.T) {
	o := newOffice(t)
	o.AddCertificate(o.Certificate(turntest.Handler))
	o.Begin(turntest.Applicant, o.Printed()...)
	o.Begin(turntest.Handler, o.Printed()...)
	own := form("AAAAAA24")
	expect(t, o.send(turntest.Handler, "", append(own, "form AAAAAA23 1 1/2", "form AAAAAA23 1 2/2")...),
		"陈一帆 第 1 版 2 页 ✓", "第 1、2 页不是您学院的申请表")
	o.holds(turntest.Handler, workflow.SlotForm)
	expect(t, o.send(turntest.Handler, "", own...), "第 1 版 ✓ 2 页齐 ✓")
	expect(t, o.send(turntest.Handler, "社保.jpg", "jpeg", "page of insurance"), "已放进第 2 项")
}

// TestLongStack: a stack may be longer than a document, but not without end.
func TestLongStack(t *testing.T) {
	o := sealing(t)
	pages := strings.Repeat("\nblank", 100)
	expect(t, o.send(turntest.Handler, "", "pdf\nform AAAAAA23 1 1/2"+pages+"\nform AAAAAA23 1 2/2"), "1 份申请表已收好")
	expect(t, o.send(turntest.Handler, "", "pdf\nform AAAAAA23 1 1/2"+pages+strings.Repeat("\nblank", 20)), "最多 120 页")
}

// TestNoticePhoto: what a handler sends without a code is the photo of a public notice; it is kept until
// they say of whose.
func TestNoticePhoto(t *testing.T) {
	o := sealing(t)
	expect(t, o.send(turntest.Handler, "", "jpeg", "page on a wall"), "现在没有缺照片的公示", "[待我处理]")
	if len(o.files.kept) != 0 {
		t.Errorf("%d files are kept", len(o.files.kept))
	}
	post := workflow.Command{Action: workflow.PostNotice, Actor: handler(), From: o.Kernel.Today()}
	o.Does(turntest.Applicant, post)
	o.Does(turntest.Colleague, post)
	shown := workflow.File{ID: "x", Pages: 1}
	o.Does(turntest.Colleague, workflow.Command{Action: workflow.PhotoNotice, Actor: handler(), File: &shown})
	expect(t, o.send(turntest.Handler, "", "jpeg", "page on a wall"), "收到照片。是哪份公示的", "[陈一帆]", "!赵望舒")
	id := strings.Fields(o.button("陈一帆"))[2]
	if say := o.button("陈一帆"); say != "公示照片 AAAAAA23 "+id {
		t.Errorf("%q", say)
	}
	f, err := o.File(t.Context(), turntest.Handler, id)
	if err != nil || f.Filing != "" || f.Pages != 1 || o.files.kept[id] != "jpeg\npage on a wall" {
		t.Errorf("%+v, %v", f, err)
	}
	// Whoever does not stamp there is not asked, and with nothing at all to do it is said like to anybody.
	expect(t, o.send(turntest.School, "", "jpeg", "page on a wall"), "没有保存")
	expect(t, o.send(turntest.Stranger, "", "jpeg", "page on a wall"), "现在不需要材料")
}
