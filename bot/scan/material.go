package scan

import (
	"slices"
	"strconv"
	"strings"

	"example.org/beian/bot/text"
	"example.org/beian/bot/view"
	"example.org/beian/workflow"
)

// slotWords are what file names call the materials. They never change.
var slotWords = [...]struct {
	word string
	slot workflow.Slot
}{
	{"参保", workflow.SlotInsurance},
	{"社保", workflow.SlotInsurance},
	{"合同", workflow.SlotContract},
	{"学历", workflow.SlotEducation},
	{"毕业", workflow.SlotEducation},
	{"学位", workflow.SlotDegree},
	{"职称", workflow.SlotTitle},
	{"资格", workflow.SlotQualification},
	{"执照", workflow.SlotBusiness},
	{"完税", workflow.SlotBusiness},
	{"申请表", workflow.SlotForm},
}

// slotNamed is the slot that a file name names, 0 when it names none.
func slotNamed(name string) workflow.Slot {
	for _, w := range slotWords {
		if strings.Contains(name, w.word) {
			return w.slot
		}
	}
	return 0
}

// materialArrived places a file without a code: by its name, onto the photos it continues, by the one
// slot that is wanted, and otherwise by asking.
func (t visit) materialArrived(a arrival, id string) error {
	wanted := t.Filing.Outstanding()
	f := workflow.File{
		ID: id, Name: a.name, Pages: len(a.leaves), Hints: pageHints(a.scan().Pages), Photos: a.kind != "pdf",
	}
	slot := slotNamed(a.name)
	if onto, m := t.holding(a.onto); onto != 0 {
		return t.nextPage(onto, m, f, a)
	}
	if len(a.absent) > 0 && slot == 0 {
		return t.askSlot(a, id, wanted) // perhaps the page of the form that is still missing
	}
	if f.Photos && t.begun() != 0 && slot == 0 {
		return t.askSlot(a, id, wanted) // the next page, or another document
	}
	if one, old := t.returnedPages(wanted, slot); one != 0 && f.Photos && f.Pages == 1 {
		return t.askPage(a, id, one, old)
	}
	if slot == 0 && len(wanted) == 1 {
		slot = wanted[0]
	}
	if slot == 0 {
		return t.askSlot(a, id, wanted)
	}
	return t.place(bid{slot: slot, file: f, came: &a})
}

// begun is the slot of the photos to which another one may belong, 0 when there are none.
func (t visit) begun() workflow.Slot {
	slot, _ := t.Filing.LastPhotos(t.Now().Add(-nextPageWithin))
	return slot
}

// place puts a file without a code into a slot. A form whose code could not be read is kept for the
// handler to check, never taken as verified.
func (t visit) place(b bid) error {
	d := text.Data{"Slot": int(b.slot), "Label": t.Text.Slot(b.slot), "Hint": view.HintList(t.Text, b.file.Hints)}
	if b.slot != workflow.SlotForm {
		return t.fill(b, "upload_slot", d)
	}
	pages := t.Papers.Pages(view.Sheet(t.Turn, workflow.PaperForm))
	switch {
	case t.verified() && !b.insist:
		return t.formFilled() // what is verified stays
	case b.file.Pages < pages:
		d["Where"], d["Got"], d["Pages"] = t.Where(), b.file.Pages, pages
		return t.Say("upload_form_short", d)
	}
	b.file.Revision = t.Filing.Revision
	d["Chosen"] = b.chosen
	return t.fill(b, "upload_form_unread", d)
}

// askSlot keeps the file, so that the answer is one tap.
func (t visit) askSlot(a arrival, id string, wanted []workflow.Slot) error {
	if len(wanted) == 0 { // nothing is missing: one that is there may be replaced
		for _, s := range workflow.Slots() {
			if s.Slot != workflow.SlotForm && t.Filing.Slot(s.Slot) == workflow.SlotUploaded {
				wanted = append(wanted, s.Slot)
			}
		}
	}
	if len(wanted) == 0 {
		return t.notNow()
	}
	var c choices
	if len(a.absent) == 1 && len(a.leaves) == 1 {
		c.add(t.Text.Phrase("form_page", a.absent[0]), swapSpec(), "page", strconv.Itoa(a.absent[0]), "file", id)
		wanted = slices.DeleteFunc(wanted, func(s workflow.Slot) bool { return s == workflow.SlotForm })
	}
	if begun := t.begun(); begun != 0 && a.kind != "pdf" {
		c.add(t.Text.Phrase("next_page_of", t.Text.Slot(begun)), nextPageSpec(), "slot", number(begun), "file", id)
	}
	const most = 5
	for _, s := range wanted[:min(len(wanted), most-len(c.list))] {
		c.add(t.Text.Slot(s), placeSpec(), "slot", number(s), "file", id)
	}
	if c.err != nil {
		return c.err
	}
	t.keep(a, id)
	return t.Say("upload_which", text.Data{"Where": t.Where(), "Choices": c.list})
}

// number is a slot as it is written in a command.
func number(s workflow.Slot) string { return strconv.Itoa(int(s)) }
