package bot

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"example.org/beian/bot/text"
	"example.org/beian/bot/view"
	"example.org/beian/workflow"
	"example.org/beian/workflow/paper"
)

// arrived decides what becomes of the files.
func (t *visit) arrived(a arrival, id string) error {
	where := t.Where()
	switch {
	case a.stacked != nil:
		t.InChinese()
		return t.stackArrived(*a.stacked)
	case a.refusal != "":
		return t.Say(a.refusal, text.Data{"Where": where, "Why": t.faultOf(a.why)})
	case a.seq != t.seq():
		return errMoved
	case handles(t.Case.Person) && a.desk != nil:
		t.InChinese()
		return t.photoArrived(a, id)
	case t.Filing == nil || !t.Filing.State.Editable() || t.Filing.State == workflow.Draft:
		return t.SayWithNext("upload_not_now", text.Data{"Hint": ""})
	case a.swap > 0:
		return t.swapped(a, id)
	case slices.ContainsFunc(a.leaves, func(l leaf) bool { return len(l.scan.Marks) > 0 }):
		return t.paperArrived(a, id)
	case a.same != "" && t.holds(a.same):
		return t.Say("upload_same", text.Data{"Where": where})
	}
	return t.materialArrived(a, id)
}

// seq is how many events the filing has, 0 without one.
func (t *visit) seq() int {
	if t.Filing == nil {
		return 0
	}
	return t.Filing.Seq
}

// faultOf says what is wrong with a file, and what to do; some reasons name a limit.
func (t *visit) faultOf(name string) string {
	limits := t.Rules().Current.Uploads
	switch name {
	case "":
		return ""
	case "why_pages":
		return t.Text.Phrase(name, limits.MaxPages)
	case "why_large":
		return t.Text.Phrase(name, limits.MaxMB)
	}
	return t.Text.Phrase(name)
}

func (t *visit) holds(file string) bool {
	for _, m := range t.Filing.Materials {
		if m.File != nil && m.File.ID == file {
			return true
		}
	}
	return false
}

// paperArrived answers what the judgement of the scan is: the right filing, the current
// revision, all pages. Nothing is guessed.
func (t *visit) paperArrived(a arrival, id string) error {
	d := view.Base(t.Turn, t.Case, t.Filing)
	d["Where"] = t.Where()
	scan := a.scan()
	v := t.Papers.Judge(scan, t.Filing.ID, t.Filing.Revision, t.printed(a.events))
	if a.same != "" && t.holds(a.same) {
		if t.Filing.Slot(workflow.SlotForm) == workflow.SlotStale && v.Revision == t.Filing.Revision {
			return t.Say("upload_again", d) // returned, and sent once more as it was
		}
		return t.Say("upload_same", d)
	}
	switch v.Finding {
	case paper.Foreign:
		return t.Say("upload_foreign", d)
	case paper.OtherPaper:
		d["Title"] = strings.TrimPrefix(v.Kind.Title(), "杭州市高层次人才认定备案")
		return t.Say("upload_notice", d)
	case paper.Forged:
		return t.Say("upload_forged", d)
	case paper.Outdated:
		was, _ := workflow.At(a.events, v.Revision) // it was printed, or it would be forged
		return t.oldPaper(d, was)
	case paper.Incomplete:
		return t.keepPart(d, a, id, v)
	case paper.Partly:
		if t.verified() {
			return t.Say("slot_filled", text.Data{"Where": t.Where(), "Label": t.Text.Slot(workflow.SlotForm)})
		}
	case paper.Whole:
		if !slices.ContainsFunc(scan.Pages, func(p paper.ScanPage) bool { return !p.Drawn }) {
			t.keep(a, id)
			d["Say"] = fmt.Sprintf("放入 %d %s", workflow.SlotForm, id)
			return t.Say("upload_unsigned", d)
		}
	}
	d["Pages"], d["Extra"] = v.Pages, view.PageList(a.extra)
	f := workflow.File{ID: id, Name: a.name, Pages: len(a.leaves), Revision: v.Revision, Checked: v.Finding == paper.Whole, Unread: v.Unread, Hints: pageHints(scan)}
	d["Hint"], d["Unread"] = hintLine(t, f.Hints), view.PageList(v.Unread)
	key := "upload_form"
	if !f.Checked {
		key = "upload_form_partly"
	}
	return t.fill(workflow.SlotForm, f, a, key, d)
}

// verified reports whether the present form is there with every page read.
func (t *visit) verified() bool {
	m := t.Filing.Materials[workflow.SlotForm]
	return t.Filing.Slot(workflow.SlotForm) == workflow.SlotUploaded && m.File != nil && m.File.Checked
}

// printed finds the sheet as it was printed in a revision, from the events where it is not
// the present one.
func (t *visit) printed(events []workflow.Event) paper.Known {
	return func(kind workflow.PaperKind, revision int) (workflow.Sheet, bool) {
		if revision == t.Filing.Revision {
			return view.SheetOf(t.Turn, *t.Filing, kind), true
		}
		was, ok := workflow.At(events, revision)
		return view.SheetOf(t.Turn, was, kind), ok
	}
}

// keepPart keeps pages of a form until the others come: people photograph one page after
// the other.
func (t *visit) keepPart(d text.Data, a arrival, id string, v paper.Verdict) error {
	var missing []int
	for n := range v.Pages {
		if !contains(v.Got, n+1) {
			missing = append(missing, n+1)
		}
	}
	d["Got"], d["Pages"], d["Missing"] = view.PageList(v.Got), v.Pages, view.PageList(missing)
	t.keep(a, id)
	t.Out.File.Revision, t.Out.File.Parts = v.Revision, v.Got
	return t.Say("upload_pages", d)
}

func contains(list []int, n int) bool {
	for _, x := range list {
		if x == n {
			return true
		}
	}
	return false
}

// oldPaper refuses a superseded print and says what has changed since (R-E05).
func (t *visit) oldPaper(d text.Data, was workflow.Filing) error {
	var changes []string
	for _, fd := range workflow.Fields() {
		if fd.Printed && was.Values[fd.Key] != t.Filing.Values[fd.Key] {
			changes = append(changes, fmt.Sprintf("%s(%s → %s)", t.Text.Field(fd), view.Shown(fd, was.Values[fd.Key]), view.Shown(fd, t.Filing.Values[fd.Key])))
		}
	}
	d["Old"], d["Printed"], d["Changes"] = was.Revision, view.Day(was.PrintedOn), changes
	return t.Say("upload_old", d)
}

// hintLine says what is not good about a document, page by page; empty when all is well.
func hintLine(t *visit, hints []workflow.PageHint) string {
	return view.HintList(t.Text, hints)
}

// slotWords are what file names call the materials.
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

// materialArrived places a file without a mark: by its name, onto the photos it continues,
// by the one slot that is wanted, and otherwise by asking.
func (t *visit) materialArrived(a arrival, id string) error {
	wanted := t.Filing.Outstanding()
	f := workflow.File{ID: id, Name: a.name, Pages: len(a.leaves), Hints: pageHints(a.scan()), Photos: a.kind != "pdf"}
	slot := slotNamed(a.name)
	if onto, m := t.slotHolding(a.onto); onto != 0 {
		return t.nextPage(onto, m, f, a)
	}
	if len(a.absent) > 0 && slot == 0 {
		return t.askSlot(a, id, wanted) // perhaps the page of the form that is still missing
	}
	begun, _ := t.Filing.LastPhotos(t.Now().Add(-nextPageWithin))
	if f.Photos && begun != 0 && slot == 0 {
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
	return t.placeFile(slot, f, a)
}

// slotHolding finds where a file is.
func (t *visit) slotHolding(file string) (workflow.Slot, workflow.Material) {
	if file == "" {
		return 0, workflow.Material{}
	}
	for s, m := range t.Filing.Materials {
		if m.File != nil && m.File.ID == file {
			return s, m
		}
	}
	return 0, workflow.Material{}
}

// nextPage puts a photo behind the pages that came before it.
func (t *visit) nextPage(slot workflow.Slot, m workflow.Material, f workflow.File, a arrival) error {
	f.Name, f.Revision = m.File.Name, m.File.Revision
	d := text.Data{"Slot": int(slot), "Label": t.Text.Slot(slot), "Pages": f.Pages, "Hint": hintLine(t, f.Hints)}
	return t.fill(slot, f, a, "upload_next_page", d)
}

// returnedPages is a material of several pages that was returned and is the one wanted: a
// photo may be one of its pages.
func (t *visit) returnedPages(wanted []workflow.Slot, named workflow.Slot) (workflow.Slot, *workflow.File) {
	if len(wanted) != 1 || named != 0 && named != wanted[0] || wanted[0] == workflow.SlotForm || t.Filing.Slot(wanted[0]) != workflow.SlotStale {
		return 0, nil
	}
	if m := t.Filing.Materials[wanted[0]]; m.File != nil && m.File.Pages > 1 {
		return wanted[0], m.File
	}
	return 0, nil
}

// askPage asks whether a photo is a page of what was returned, the doubtful pages first.
func (t *visit) askPage(a arrival, id string, slot workflow.Slot, old *workflow.File) error {
	var pages []int
	for _, h := range old.Hints {
		if !contains(pages, h.Page) {
			pages = append(pages, h.Page)
		}
	}
	for n := 1; n <= old.Pages && len(pages) < 3; n++ {
		if !contains(pages, n) {
			pages = append(pages, n)
		}
	}
	var choices []text.Choice
	for _, n := range pages[:min(len(pages), 3)] {
		choices = append(choices, text.Choice{t.Text.Phrase("swap_page", n), fmt.Sprintf("换页 %d %d %s", slot, n, id)})
	}
	choices = append(choices, text.Choice{t.Text.Phrase("swap_all"), fmt.Sprintf("放入 %d %s", slot, id)})
	t.keep(a, id)
	return t.Say("upload_page", text.Data{"Where": t.Where(), "Label": t.Text.Slot(slot), "Pages": old.Pages, "Choices": choices})
}

// swapped puts a new page in the place of an old one.
func (t *visit) swapped(a arrival, id string) error {
	slot, m := t.slotHolding(a.onto)
	if slot == 0 {
		return t.Say("upload_lost", text.Data{"Where": t.Where()})
	}
	f := *m.File
	f.ID, f.Hints, f.Swapped = id, pageHints(a.scan()), append(slices.Clone(m.File.Swapped), a.swap)
	slices.Sort(f.Swapped)
	f.Swapped = slices.Compact(f.Swapped)
	return t.fill(slot, f, a, "upload_swapped", text.Data{"Slot": int(slot), "Label": t.Text.Slot(slot), "Page": a.swap, "Hint": hintLine(t, f.Hints)})
}

// askSlot keeps the file, so that the answer is one tap.
func (t *visit) askSlot(a arrival, id string, wanted []workflow.Slot) error {
	if len(wanted) == 0 { // nothing is missing: one that is there may be replaced
		for _, s := range workflow.Slots() {
			if s.Slot != workflow.SlotForm && t.Filing.Slot(s.Slot) == workflow.SlotUploaded {
				wanted = append(wanted, s.Slot)
			}
		}
	}
	if len(wanted) == 0 {
		return t.SayWithNext("upload_not_now", text.Data{"Hint": ""})
	}
	var choices []text.Choice
	if len(a.absent) == 1 && len(a.leaves) == 1 {
		choices = append(choices, text.Choice{t.Text.Phrase("form_page", a.absent[0]), fmt.Sprintf("表页 %d %s", a.absent[0], id)})
		wanted = slices.DeleteFunc(wanted, func(s workflow.Slot) bool { return s == workflow.SlotForm })
	}
	if begun, _ := t.Filing.LastPhotos(t.Now().Add(-nextPageWithin)); begun != 0 && a.kind != "pdf" {
		choices = append(choices, text.Choice{t.Text.Phrase("next_page_of", t.Text.Slot(begun)), fmt.Sprintf("续页 %d %s", begun, id)})
	}
	for _, s := range wanted[:min(len(wanted), 5-len(choices))] {
		choices = append(choices, text.Choice{t.Text.Slot(s), fmt.Sprintf("放入 %d %s", s, id)})
	}
	t.keep(a, id)
	return t.Say("upload_which", text.Data{"Where": t.Where(), "Choices": choices})
}

// nextPageWithin is how long after a photo another one may be its next page.
const nextPageWithin = 10 * time.Minute

// appendPage puts a kept photo behind the photos of a slot, in the place of one of them, or
// among the pages of the form: a job joins them.
func (t *visit) appendPage() error {
	m := t.Filing.Materials[t.in.slot]
	form := t.in.slot == workflow.SlotForm
	if !t.usable() || !form && (m.File == nil || t.in.page > m.File.Pages) || !t.Filing.State.Editable() || t.Filing.State == workflow.Draft {
		return t.Say("upload_lost", text.Data{"Where": t.Where()})
	}
	return t.queueIntake(workflow.Intake{Stored: t.stored.ID, Onto: t.in.slot, Swap: t.in.page})
}

// usable reports whether the file that a message names is there and still nobody else's: an
// old button must not bring back what was replaced, or belongs to an earlier filing.
func (t *visit) usable() bool {
	return t.stored.ID != "" && !t.stored.Superseded && (t.stored.Filing == "" || t.stored.Filing == t.Filing.ID)
}

// keep records the document of this arrival, and that the pages it was gathered from are
// not needed any more.
func (t *visit) keep(a arrival, id string) {
	t.Out.File = &workflow.StoredFile{ID: id, Person: t.Case.Person.ID, Filing: t.Filing.ID, MediaType: a.media, Pages: len(a.leaves), Size: int64(len(a.data)), SHA256: a.hash[:]}
	for _, p := range a.parts {
		t.Out.File.Gathered = append(t.Out.File.Gathered, p.ID)
	}
}

// placeFile puts a file without a mark into a slot. A form whose mark could not be
// read is kept for the handler to check, never taken as verified.
func (t *visit) placeFile(slot workflow.Slot, f workflow.File, a arrival) error {
	d := text.Data{"Slot": int(slot), "Label": t.Text.Slot(slot), "Hint": hintLine(t, f.Hints)}
	if slot == workflow.SlotForm {
		pages := t.Papers.Pages(view.Sheet(t.Turn, workflow.PaperForm))
		switch {
		case t.verified():
			return t.Say("slot_filled", text.Data{"Where": t.Where(), "Label": t.Text.Slot(workflow.SlotForm)}) // what is verified stays
		case f.Pages < pages:
			d["Where"], d["Got"], d["Pages"] = t.Where(), f.Pages, pages
			return t.Say("upload_form_short", d)
		}
		f.Revision = t.Filing.Revision
		d["Chosen"] = t.in.wish == wishPlace // the person has said where the signatures are
		return t.fill(slot, f, a, "upload_form_unread", d)
	}
	return t.fill(slot, f, a, "upload_slot", d)
}

func (t *visit) fill(slot workflow.Slot, f workflow.File, a arrival, key string, d text.Data) error {
	err := t.Try(workflow.Command{Action: workflow.Upload, Actor: t.Self(), Slot: slot, File: &f, Unlock: t.in.wish == wishReplace})
	var refusal *workflow.Refusal
	switch {
	case errors.As(err, &refusal) && refusal.Code == workflow.RefusedLocked:
		return t.askReplace(slot, f, a)
	case errors.As(err, &refusal):
		return t.Refuse(refusal)
	case err != nil:
		return err
	}
	t.Agree(workflow.ConsentScans) // what asks for scans says so (PIPL §29)
	if a.data != nil {
		t.keep(a, f.ID)
	}
	if err := t.Say(key, d); err != nil {
		return err
	}
	if done, err := t.mended(); done || err != nil {
		return err
	}
	return t.Next()
}

// askReplace keeps a file for a slot that a handler has accepted, and asks.
func (t *visit) askReplace(slot workflow.Slot, f workflow.File, a arrival) error {
	if a.data != nil {
		t.keep(a, f.ID)
	}
	return t.Say("upload_locked", text.Data{"Where": t.Where(), "Label": t.Text.Slot(slot), "Items": t.Scope(), "Say": fmt.Sprintf("换掉 %d %s", slot, f.ID)})
}

// mended hands a returned filing in again once all that was returned has been sent: the
// person was told so.
func (t *visit) mended() (bool, error) {
	r := t.Filing.Review
	asked := slices.ContainsFunc(r.Scope, func(it workflow.ReturnItem) bool {
		reason, _ := t.Policy().Reason(it.Reason)
		return reason.Question || it.Field == "" && it.Slot == 0
	})
	if len(r.Scope) == 0 || asked || len(r.Returned) > 0 || len(t.Filing.Outstanding()) > 0 || !t.Filing.Notice.Over(t.Today()) || t.Filing.State != workflow.Saved {
		return false, nil
	}
	if done, err := t.ApplyAll(workflow.SaveMaterials, workflow.HandIn); err != nil || !done {
		return true, err
	}
	step, _ := t.Policy().ReviewStep(t.Filing.Review.Step)
	return true, t.Say("mended", text.Data{"Handlers": view.Handlers(t.Turn, step.Role)})
}

// place answers the question which slot a kept file is for.
func (t *visit) place() error {
	if !t.Filing.State.Editable() || t.Filing.State == workflow.Draft {
		return t.SayWithNext("upload_not_now", text.Data{"Hint": ""})
	}
	if !t.usable() {
		return t.Say("upload_lost", text.Data{"Where": t.Where()})
	}
	if t.holds(t.stored.ID) {
		return t.Say("upload_same", text.Data{"Where": t.Where()})
	}
	f := workflow.File{ID: t.stored.ID, Pages: t.stored.Pages, Photos: t.stored.MediaType != "pdf"}
	return t.placeFile(t.in.slot, f, arrival{})
}
