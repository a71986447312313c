package scan

import (
	"errors"
	"slices"

	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/bot/view"
	"example.org/beian/workflow"
)

// arrived decides what becomes of the files; id is the document made of them.
func (t visit) arrived(a arrival, id string) error {
	switch {
	case a.stacked != nil:
		t.InChinese()
		return t.stackArrived(*a.stacked)
	case a.refusal != "":
		return t.Say(a.refusal, text.Data{"Where": t.Where(), "Why": t.faultOf(a.why)})
	case a.seq != t.seq():
		return errMoved
	case turn.Handles(t.Case.Person) && len(a.desk) > 0:
		t.InChinese()
		return t.photoArrived(a, id)
	case !t.ready():
		return t.notNow()
	case a.swap > 0:
		return t.swapped(a, id)
	case a.marked():
		return t.formArrived(a, id)
	case a.same != "" && t.holds(a.same):
		return t.Say("upload_same", text.Data{"Where": t.Where()})
	}
	return t.materialArrived(a, id)
}

// notNow refuses a file when none is needed.
func (t visit) notNow() error { return t.SayWithNext("upload_not_now", text.Data{"Hint": ""}) }

// lost refuses a file that cannot be had any more, or must not be used.
func (t visit) lost() error { return t.Say("upload_lost", text.Data{"Where": t.Where()}) }

// seq is how many events the filing has, 0 without one.
func (t visit) seq() int {
	if t.Filing == nil {
		return 0
	}
	return t.Filing.Seq
}

// faultOf says what is wrong with a file, and what to do; some reasons name a limit.
func (t visit) faultOf(name string) string {
	switch name {
	case "":
		return ""
	case "why_pages":
		return t.Text.Phrase(name, t.limits(t.Case.Person).Pages)
	case "why_large":
		return t.Text.Phrase(name, t.Rules().Current.Uploads.MaxMB)
	}
	return t.Text.Phrase(name)
}

// holds reports whether a file is in a slot.
func (t visit) holds(file string) bool {
	slot, _ := t.holding(file)
	return slot != 0
}

// holding finds where a file is, 0 when it is nowhere.
func (t visit) holding(file string) (workflow.Slot, workflow.Material) {
	for s, m := range t.Filing.Materials {
		if m.File != nil && m.File.ID == file {
			return s, m
		}
	}
	return 0, workflow.Material{}
}

// keep records the document of this arrival, and that the pages it was gathered from are not needed any
// more.
func (t visit) keep(a arrival, id string) {
	f := a.record(id)
	f.Person, f.Filing = t.Case.Person.ID, t.Filing.ID
	for _, p := range a.parts {
		f.Gathered = append(f.Gathered, p.ID)
	}
	t.Out.File = f
}

// record is the document of an arrival as it is noted, without its owner.
func (a *arrival) record(id string) *workflow.StoredFile {
	return &workflow.StoredFile{
		ID: id, MediaType: a.media, Pages: len(a.leaves), Size: int64(len(a.data)), SHA256: a.hash[:],
	}
}

// bid is a file that wants a slot.
type bid struct {
	slot   workflow.Slot
	file   workflow.File
	came   *arrival // in which it came; nil for one that was kept before
	chosen bool     // the person has said what it is
	insist bool     // and that it takes the place of what a handler has accepted
}

// fill puts a file into its slot and says so with a text.
func (t visit) fill(b bid, key string, d text.Data) error {
	upload := workflow.Command{
		Action: workflow.Upload, Actor: t.Self(), Slot: b.slot, File: &b.file, Unlock: b.insist,
	}
	err := t.Try(upload)
	var refusal *workflow.Refusal
	switch {
	case errors.As(err, &refusal) && refusal.Code == workflow.RefusedLocked:
		return t.askReplace(b)
	case errors.As(err, &refusal):
		return t.Refuse(refusal)
	case err != nil:
		return err
	}
	t.Agree(workflow.ConsentScans) // what asks for scans says so (PIPL §29)
	if b.came != nil {
		t.keep(*b.came, b.file.ID)
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
func (t visit) askReplace(b bid) error {
	say, err := replaceSpec().Say(slotAndFile(b.slot, b.file.ID))
	if err != nil {
		return err
	}
	if b.came != nil {
		t.keep(*b.came, b.file.ID)
	}
	return t.Say("upload_locked", text.Data{
		"Where": t.Where(), "Label": t.Text.Slot(b.slot), "Items": t.Scope(), "Say": say,
	})
}

// mended hands a returned filing in again once all that was returned has been sent: the person was
// told so.
func (t visit) mended() (bool, error) {
	r := t.Filing.Review
	asked := slices.ContainsFunc(r.Scope, func(it workflow.ReturnItem) bool {
		reason, _ := t.Policy().Reason(it.Reason)
		return reason.Question || it.Field == "" && it.Slot == 0
	})
	ripe := len(r.Scope) > 0 && !asked && len(r.Returned) == 0 && len(t.Filing.Outstanding()) == 0
	if !ripe || t.Filing.State != workflow.Saved || !t.Filing.Notice.Over(t.Today()) {
		return false, nil
	}
	if done, err := t.ApplyAll(workflow.SaveMaterials, workflow.HandIn); err != nil || !done {
		return true, err
	}
	step, _ := t.Policy().ReviewStep(t.Filing.Review.Step)
	return true, t.Say("mended", text.Data{"Handlers": view.Handlers(t.Turn, step.Role)})
}
