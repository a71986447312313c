package scan

import (
	"slices"
	"strconv"

	"example.org/beian/bot/command"
	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/bot/view"
	"example.org/beian/workflow"
)

// pageCommands say that a kept photo is a page of a document that is there.
func (r *Room) pageCommands() []turn.Command {
	return []turn.Command{
		{Spec: nextPageSpec(), Who: turn.Begun, When: never, Read: r.withFile(visit.append)},
		{Spec: swapSpec(), Who: turn.Begun, When: never, Read: r.withFile(visit.swap)},
	}
}

// nextPageSpec puts a kept photo behind what a slot holds.
func nextPageSpec() command.Spec {
	return command.Spec{Name: "next_page", Forms: []string{"续页 {slot} {file}"}}
}

// swapSpec puts a kept photo in the place of a page of what a slot holds; without a slot it is the page
// of the form that was missing.
func swapSpec() command.Spec {
	return command.Spec{Name: "swap", Forms: []string{"换页 {slot} {page:number} {file}", "表页 {page:number} {file}"}}
}

// append has a kept photo put behind the photos of a slot.
func (t visit) append(kept workflow.StoredFile) error {
	slot := t.slot()
	if !t.ready() || !t.usable(kept) || slot != workflow.SlotForm && t.Filing.Materials[slot].File == nil {
		return t.lost()
	}
	return t.leave(workflow.Intake{Stored: kept.ID, Onto: slot})
}

// swap has a kept photo put in the place of a page of what a slot holds.
func (t visit) swap(kept workflow.StoredFile) error {
	slot, page := t.slot(), t.args.Int("page")
	if slot == 0 {
		slot = workflow.SlotForm
	}
	if !t.ready() || !t.usable(kept) || page < 1 || page > t.pages(slot) {
		return t.lost()
	}
	return t.leave(workflow.Intake{Stored: kept.ID, Onto: slot, Swap: page})
}

// pages is how many pages what a slot holds has; the form has them before it is there.
func (t visit) pages(slot workflow.Slot) int {
	if slot == workflow.SlotForm {
		return t.Papers.Pages(view.Sheet(t.Turn, workflow.PaperForm))
	}
	if m := t.Filing.Materials[slot]; m.File != nil {
		return m.File.Pages
	}
	return 0
}

// nextPage puts a photo behind the pages that came before it.
func (t visit) nextPage(slot workflow.Slot, m workflow.Material, f workflow.File, a arrival) error {
	f.Name, f.Revision = m.File.Name, m.File.Revision
	return t.fill(bid{slot: slot, file: f, came: &a}, "upload_next_page", text.Data{
		"Slot": int(slot), "Label": t.Text.Slot(slot), "Pages": f.Pages, "Hint": view.HintList(t.Text, f.Hints),
	})
}

// swapped puts a new page in the place of an old one.
func (t visit) swapped(a arrival, id string) error {
	slot, m := t.holding(a.onto)
	if slot == 0 {
		return t.lost()
	}
	f := *m.File
	f.ID, f.Hints, f.Swapped = id, pageHints(a.scan().Pages), append(slices.Clone(m.File.Swapped), a.swap)
	slices.Sort(f.Swapped)
	f.Swapped = slices.Compact(f.Swapped)
	return t.fill(bid{slot: slot, file: f, came: &a}, "upload_swapped", text.Data{
		"Slot": int(slot), "Label": t.Text.Slot(slot), "Page": a.swap, "Hint": view.HintList(t.Text, f.Hints),
	})
}

// returnedPages is a material of several pages that was returned and is the one wanted: a photo may be
// one of its pages.
func (t visit) returnedPages(wanted []workflow.Slot, named workflow.Slot) (workflow.Slot, *workflow.File) {
	if len(wanted) != 1 || named != 0 && named != wanted[0] {
		return 0, nil
	}
	slot := wanted[0]
	m := t.Filing.Materials[slot]
	if slot == workflow.SlotForm || t.Filing.Slot(slot) != workflow.SlotStale || m.File == nil || m.File.Pages < 2 {
		return 0, nil
	}
	return slot, m.File
}

// askPage asks whether a photo is a page of what was returned, the doubtful pages first.
func (t visit) askPage(a arrival, id string, slot workflow.Slot, old *workflow.File) error {
	const most = 3
	var pages []int
	for _, h := range old.Hints {
		if !slices.Contains(pages, h.Page) {
			pages = append(pages, h.Page)
		}
	}
	pages = append(pages, missing(old.Pages, pages)...)
	var c choices
	for _, n := range pages[:min(len(pages), most)] {
		c.add(t.Text.Phrase("swap_page", n), swapSpec(), "slot", number(slot), "page", strconv.Itoa(n), "file", id)
	}
	c.add(t.Text.Phrase("swap_all"), placeSpec(), "slot", number(slot), "file", id)
	if c.err != nil {
		return c.err
	}
	t.keep(a, id)
	return t.Say("upload_page", text.Data{
		"Where": t.Where(), "Label": t.Text.Slot(slot), "Pages": old.Pages, "Choices": c.list,
	})
}
