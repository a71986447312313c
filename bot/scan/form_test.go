package scan_test

import (
	"slices"
	"testing"

	"example.org/beian/bot/turn/turntest"
	"example.org/beian/workflow"
)

const who = turntest.Applicant

// TestForm: a page says by its code what it is. What is right fills the first slot, everything else is
// refused with why, and nothing of it is kept.
func TestForm(t *testing.T) {
	for name, c := range map[string]struct {
		lines []string
		want  []string
		fills bool
	}{
		"whole": {
			[]string{"pdf", "form AAAAAA23 2 1/2", "form AAAAAA23 2 2/2"},
			[]string{"第 2 版 ✓ 2 页齐 ✓", "清晰 ✓", "还差：参保证明"},
			true,
		},
		"dark": {
			[]string{"pdf", "form AAAAAA23 2 1/2", "form AAAAAA23 2 2/2 dark"},
			[]string{"第 2 版 ✓ 2 页齐 ✓", "第 2 页偏暗", "!清晰"},
			true,
		},
		"a page unread": {
			[]string{"pdf", "form AAAAAA23 2 1/2", "page that blurred"},
			[]string{"第 2 页的二维码没有读出来", "第 2 页有点模糊", "待经办人核对"},
			true,
		},
		"foreign": {[]string{"pdf", "form ZZZZZZZ2 2 1/2", "form ZZZZZZZ2 2 2/2"}, []string{"不是您这份备案的"}, false},
		"forged":  {[]string{"pdf", "form AAAAAA23 2 1/2 forged", "form AAAAAA23 2 2/2"}, []string{"对不上"}, false},
		"notice":  {[]string{"pdf", "notice AAAAAA23 2 1/1"}, []string{"这是公示信息"}, false},
		"outdated": {
			[]string{"pdf", "form AAAAAA23 1 1/2", "form AAAAAA23 2 2/2"},
			[]string{"这是 第 1 版(11-23 打印)", "手机(139∗∗∗∗1111 → 137∗∗∗∗1111)", "请打印第 2 版"},
			false,
		},
		"never printed": {[]string{"pdf", "form AAAAAA23 7 1/2", "form AAAAAA23 7 2/2"}, []string{"对不上"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			o.Begin(who, o.Printed()...)
			o.Does(who, phone(), workflow.Command{Action: workflow.Print})
			expect(t, o.send(who, "扫描件.pdf", c.lines...), c.want...)
			if !c.fills {
				c.lines = nil
			}
			o.holds(who, workflow.SlotForm, c.lines...)
			if kept := len(o.files.kept); kept != min(1, len(c.lines)) {
				t.Errorf("%d files are kept", kept)
			}
		})
	}
}

// TestBlankPages: a blank page may be left in a form, and another document is left out and named.
func TestBlankPages(t *testing.T) {
	o := newOffice(t)
	o.Begin(who, o.Printed()...)
	expect(t, o.send(who, "", "pdf", "form AAAAAA23 1 1/2", "page of a letter", "blank", "form AAAAAA23 1 2/2"),
		"2 页齐 ✓", "第 2 页不是申请表，没有放进去")
	o.holds(who, workflow.SlotForm, form("AAAAAA23")...)
	m := o.slot(who, workflow.SlotForm)
	if !m.File.Checked || m.File.Revision != 1 || len(m.File.Unread) != 0 {
		t.Errorf("%+v", m.File)
	}
}

// TestPageByPage: pages of a form are kept until the others come, in whichever order, and become one
// document; what they came in is not needed any more.
func TestPageByPage(t *testing.T) {
	o := newOffice(t)
	o.papers.pages = 3
	o.Begin(who, o.Printed()...)
	expect(t, o.send(who, "", "jpeg", "form AAAAAA23 1 3/3"), "收到申请表第 3 页 ✓，一共 3 页。接着发第 1、2 页")
	expect(t, o.send(who, "", "jpeg", "form AAAAAA23 1 1/3"), "收到申请表第 1、3 页 ✓", "接着发第 2 页")
	expect(t, o.send(who, "", "jpeg", "form AAAAAA23 1 2/3"), "3 页齐 ✓")
	o.holds(who, workflow.SlotForm, "pdf", "form AAAAAA23 1 1/3", "form AAAAAA23 1 2/3", "form AAAAAA23 1 3/3")
	parts, err := o.Parts(t.Context(), o.Filing(who).ID, 1)
	if err != nil || len(parts) != 0 {
		t.Errorf("%v, %v are still pages without the others", parts, err)
	}
}

// TestPageAgain: a page that is sent once more takes the place of the one that came before, which is not
// even read again.
func TestPageAgain(t *testing.T) {
	o := newOffice(t)
	o.Begin(who, o.Printed()...)
	o.send(who, "", "jpeg", "form AAAAAA23 1 1/2 blurred")
	clear(o.files.kept)
	expect(t, o.send(who, "", "jpeg", "form AAAAAA23 1 1/2"), "收到申请表第 1 页 ✓")
	expect(t, o.send(who, "", "jpeg", "form AAAAAA23 1 2/2"), "2 页齐 ✓", "!模糊")
	o.holds(who, workflow.SlotForm, form("AAAAAA23")...)
}

// TestPageWithoutCode: the page that is missing may be one whose code cannot be read, if the person says
// so; then a handler looks at it.
func TestPageWithoutCode(t *testing.T) {
	o := newOffice(t)
	o.Begin(who, o.Printed()...)
	o.send(who, "", "jpeg", "form AAAAAA23 1 2/2")
	expect(t, o.send(who, "", "jpeg", "page one blurred"), "这是哪一项材料", "[申请表第 1 页][参保证明]", "![备案申请表]")
	say := o.button("申请表第 1 页")
	expect(t, o.says(who, say[:len("表页 ")]+"3"+say[len("表页 1"):]), "已经取不到了") // no such page
	expect(t, o.taps(who, "申请表第 1 页"), "第 1 版", "第 1 页的二维码没有读出来", "待经办人核对")
	o.holds(who, workflow.SlotForm, "pdf", "page one blurred", "form AAAAAA23 1 2/2")
	if m := o.slot(who, workflow.SlotForm); m.File.Checked || !slices.Equal(m.File.Unread, []int{1}) {
		t.Errorf("%+v", m.File)
	}
	// A form with every page read takes its place, and is not replaced by one that has not.
	expect(t, o.send(who, "", form("AAAAAA23")...), "2 页齐 ✓")
	expect(t, o.send(who, "", "pdf", "form AAAAAA23 1 1/2", "page two"), "备案申请表已经收到")
	expect(t, o.send(who, "申请表.pdf", "pdf", "page one", "page two"), "备案申请表已经收到")
	o.holds(who, workflow.SlotForm, form("AAAAAA23")...)
}

// TestSentAgain: the same bytes are not taken twice, those of a form that was returned not again, and of
// one that is outdated it is said what has changed.
func TestSentAgain(t *testing.T) {
	o := newOffice(t)
	o.Begin(who, append(o.Printed(),
		workflow.Command{Action: workflow.PostNotice, Actor: handler(), From: o.Kernel.Today()})...)
	expect(t, o.send(who, "", form("AAAAAA23")...), "2 页齐 ✓")
	expect(t, o.send(who, "", form("AAAAAA23")...), "发过了")
	o.Does(who, workflow.Command{Action: workflow.AutofetchOK}, workflow.Command{Action: workflow.SaveMaterials})
	o.Advance(10 * 24 * hour)
	o.Does(who, workflow.Command{Action: workflow.HandIn})
	o.returned(workflow.ReturnItem{Slot: workflow.SlotForm, Reason: "no_seal"})
	expect(t, o.send(who, "", form("AAAAAA23")...), "和退回的那份一样")
	insisting := phone()
	insisting.Unlock = true
	o.Does(who, insisting, workflow.Command{Action: workflow.Print})
	expect(t, o.send(who, "", form("AAAAAA23")...), "这是 第 1 版", "请打印第 2 版")
	if len(o.files.kept) != 1 {
		t.Errorf("%d files are kept", len(o.files.kept))
	}
}

// TestUnsigned: what is no picture of a paper has no ink on it, unless it was signed electronically.
func TestUnsigned(t *testing.T) {
	o := newOffice(t)
	o.Begin(who, o.Printed()...)
	drawn := []string{"pdf", "form AAAAAA23 1 1/2 drawn", "form AAAAAA23 1 2/2 drawn"}
	expect(t, o.send(who, "", drawn...), "上面还没有签字和公章", "[已用电子签章，放进去]")
	o.holds(who, workflow.SlotForm)
	expect(t, o.taps(who, "已用电子签章，放进去"), "签章由经办人核对", "待经办人核对")
	o.holds(who, workflow.SlotForm, drawn...)
	if m := o.slot(who, workflow.SlotForm); m.File.Checked || m.File.Revision != 1 {
		t.Errorf("%+v", m.File)
	}
}

// TestFormByName: a form without any code is kept for the handler to check, whole or not at all.
func TestFormByName(t *testing.T) {
	o := newOffice(t)
	o.Begin(who, o.Printed()...)
	expect(t, o.send(who, "申请表.pdf", "pdf", "page one"), "申请表一共 2 页，这个文件只有 1 页")
	o.holds(who, workflow.SlotForm)
	expect(t, o.send(who, "申请表.pdf", "pdf", "page one", "page two dark"),
		"页上的二维码没有读出来(第 2 页偏暗)", "待经办人核对")
	o.holds(who, workflow.SlotForm, "pdf", "page one", "page two dark")
}

// TestNotPrinted: after a change no form is taken until the new one is printed (R-E05).
func TestNotPrinted(t *testing.T) {
	o := newOffice(t)
	o.Begin(who, o.Printed()...)
	o.Does(who, phone())
	expect(t, o.send(who, "申请表.pdf", "pdf", "page one", "page two"), "现在做不了这一步", "!已放进")
	o.holds(who, workflow.SlotForm)
	if len(o.files.kept) != 0 {
		t.Errorf("%d files are kept", len(o.files.kept))
	}
}
