package app_test

import (
	"testing"

	"example.org/beian/cmd/internal/demo"
	"example.org/beian/storage/keyring"
	"example.org/beian/workflow"
	"example.org/beian/workflow/paper"
)

// TestForgedPaper: a form that names the right filing and revision, but was not
// printed by us, does not fill the slot.
func TestForgedPaper(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.start()
	applicant := person(t, "陈一帆")
	for _, text := range []string{"你好", "同意并开始", "来杭 2015-07-01，产业 教育", "保存并出表"} {
		w.say(applicant, text)
		w.awaitAnswer(applicant)
	}
	f := w.checkReplay(applicant)
	keys, err := keyring.New()
	must(t, err)
	other, err := keyring.Parse(keys)
	must(t, err)
	fonts, err := paper.LoadFonts()
	must(t, err)
	forged, err := paper.NewPrinter(fonts, other.MAC).Print(f.Sheet(workflow.PaperForm, "晨星信息学院", demo.School))
	must(t, err)
	w.sendFile(applicant, "扫描件.pdf", scanOf(t, forged))
	w.expect(applicant, "二维码和内容对不上")
	if f := w.checkReplay(applicant); f.Slot(workflow.SlotForm) != workflow.SlotNeeded {
		t.Errorf("slot 1 is %s", f.Slot(workflow.SlotForm))
	}
}
