package app_test

import (
	"strings"
	"testing"

	"example.org/beian/workflow"
)

// longForm brings 陈一帆 to a printed form of two pages.
func (w *world) longForm() string {
	w.t.Helper()
	w.setTime("2026-11-23 10:00")
	long := strings.Repeat("计算机应用技术与人工智能", 4)
	for _, line := range []string{
		"陈一帆: 你好", "陈一帆 点 同意并开始", "陈一帆: 来杭 2015-07-01，产业 教育，从事专业 " + long + "，行政职务 " + long,
		"陈一帆 点 保存并出表", "陈一帆 收到文件 备案申请表(第1版).pdf",
	} {
		w.perform(line)
	}
	return person(w.t, "陈一帆")
}

// filing is the filing of a person as it is stored.
func (w *world) filing(who string) workflow.Filing {
	w.t.Helper()
	store, done := w.store()
	defer done()
	c, err := store.PersonCase(w.t.Context(), who)
	must(w.t, err)
	return *c.Filing
}

// TestPhotosAtOnce: two pages of a form, and then several pages of a document, that arrive
// at the same time become one document each, with every page once.
func TestPhotosAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.start()
	who := w.longForm()
	form := w.newestForm(who, 0)
	one, two := photoOf(t, form, 1), photoOf(t, form, 2)
	w.sendFile(who, "IMG.jpg", one)
	w.sendFile(who, "IMG.jpg", two)
	w.expect(who, "2 页齐 ✓")
	for _, line := range []string{
		"陈一帆: 参保证明已自动获取", "陈一帆 看到 材料齐了", "陈一帆: 合同有变化", "陈一帆 看到 要交聘用合同", "陈一帆 发 甲.jpg",
		"陈一帆 看到 已放进第 3 项",
	} {
		w.perform(line)
	}
	for _, name := range []string{"乙", "丙", "丁"} {
		w.sendFile(who, "IMG.jpg", documentPhoto(t, name))
	}
	w.expect(who, "现在一共 4 页")
	f := w.filing(who)
	if m := f.Materials[workflow.SlotForm]; m.File.Pages != 2 || !m.File.Checked {
		t.Errorf("the form: %+v", m.File)
	}
	if m := f.Materials[workflow.SlotContract]; m.File.Pages != 4 {
		t.Errorf("the contract: %+v", m.File)
	}
}

// TestOldButton: a button does not bring back what was replaced, and so would be deleted
// under the filing a week later.
func TestOldButton(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.start()
	who := w.longForm()
	w.perform("陈一帆 发 某文件.pdf")
	w.expect(who, "这是哪一项材料")
	w.tap(who, "参保证明")
	w.expect(who, "已放进第 2 项")
	w.perform("陈一帆 发 社保.pdf")
	w.expect(who, "已放进第 2 项")
	held := w.filing(who).Materials[workflow.SlotInsurance].File.ID
	w.tap(who, "参保证明")
	w.expect(who, "已经取不到了")
	if now := w.filing(who).Materials[workflow.SlotInsurance].File.ID; now != held {
		t.Errorf("the slot holds %s again", now)
	}
	w.setTime("2026-12-02 10:00")
	w.keeps("1")
	if now := w.filing(who).Materials[workflow.SlotInsurance].File.ID; now != held {
		t.Errorf("after a week the slot holds %s", now)
	}
}
