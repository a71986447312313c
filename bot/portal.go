package bot

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"strings"
	"time"

	"example.org/beian/bot/dingtalk"
	"example.org/beian/bot/text"
	"example.org/beian/bot/view"
	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
)

// portal lists the form in the order of the official system, a line for each field, to
// copy from. Numbers are masked in the chat and whole on the paper that comes with it.
func (t *visit) portal() error {
	if t.Filing.Revision == 0 {
		return t.fields()
	}
	sheet := view.Sheet(t.Turn, workflow.PaperPortal)
	var lines []string
	for _, fd := range workflow.Fields() {
		v, masked := t.Filing.Values[fd.Key], view.Shown(fd, t.Filing.Values[fd.Key])
		switch {
		case fd.Key == workflow.Photo:
			v, masked = "请在系统里上传", t.Text.Phrase("portal_photo")
		case v == "":
			v, masked = "（空）", t.Text.Phrase("empty")
		case fd.Key == workflow.Category:
			v, masked = v+" 类", t.Text.Phrase("portal_category", v)
		case fd.Masked():
			masked = t.Text.Phrase("portal_masked", masked)
		}
		lines = append(lines, t.Text.Phrase("portal_line", fd.No, t.Text.Field(fd), masked))
		sheet.Lines = append(sheet.Lines, workflow.SheetLine{Left: fmt.Sprintf("%d  %s", fd.No, fd.Label), Right: v})
	}
	d := view.Base(t.Turn, t.Case, t.Filing)
	d["Lines"] = lines
	if err := t.Say("portal", d); err != nil {
		return err
	}
	sheet.Printed = t.Today()
	t.Hand(sheet)
	return nil
}

// bundle has the materials sent as one archive, each named by its slot. What is outdated or
// was returned stays out.
func (t *visit) bundle() error {
	any := false
	var left []string
	for _, s := range workflow.Slots() {
		switch t.Filing.Slot(s.Slot) {
		case workflow.SlotUploaded:
			any = any || t.Filing.Materials[s.Slot].File != nil
		case workflow.SlotStale, workflow.SlotNeeded:
			left = append(left, t.Text.Slot(s.Slot))
		}
	}
	if !any {
		return t.SayWithNext("bundle_empty", text.Data{})
	}
	t.Later(workflow.Bundle{Person: t.Case.Person.ID})
	return t.SayWithNext("bundle_comes", text.Data{"Left": left})
}

// receipt is the paper that says what was handed in.
func (t *visit) receipt() error {
	if t.Filing.SubmittedAt.IsZero() && t.Filing.State != workflow.Prereview {
		return t.SayWithNext("receipt_not_yet", text.Data{})
	}
	s := view.Sheet(t.Turn, workflow.PaperReceipt)
	zh := t.Chinese() // a paper of a Chinese office
	add := func(left, right string) { s.Lines = append(s.Lines, workflow.SheetLine{Left: left, Right: right}) }
	add("备案编号", t.Filing.ID)
	add("学院（部门）", t.Case.College.Name)
	for _, m := range t.Filing.Timeline {
		if m.Action == workflow.HandIn || m.Action == workflow.Approve || m.Action == workflow.Submit {
			add(m.At.In(calendar.Zone()).Format("2006-01-02 15:04"), view.MomentIn(t.Turn, zh, m))
		}
	}
	for _, slot := range workflow.Slots() {
		if m, held := t.Filing.Materials[slot.Slot]; held {
			add(fmt.Sprintf("第 %d 项", slot.Slot), slot.Label+"："+t.heldAs(m))
		}
	}
	add("公示", zh.Phrase("notice_over", t.Filing.Notice.From, t.Filing.Notice.Until))
	state := t.Filing.State.Official()
	if step, open := t.Policy().ReviewStep(t.Filing.Review.Step); open {
		state = step.Label + "中"
	}
	add("现在", state)
	return t.sendPaper("receipt", s)
}

// heldAs says in what form a material is there.
func (t *visit) heldAs(m workflow.Material) string {
	switch {
	case m.Waived != "":
		return "不提供（" + m.Waived + "）"
	case m.Fetched:
		return "系统已自动获取"
	}
	return fmt.Sprintf("%d 页，%s 收到", m.File.Pages, m.On)
}

// progressSheet is the timeline as a paper.
func (t *visit) progressSheet() error {
	if t.Filing.Revision == 0 {
		return t.progress()
	}
	s := view.Sheet(t.Turn, workflow.PaperProgress)
	zh := t.Chinese()
	for _, m := range t.Filing.Timeline {
		if line := view.MomentIn(t.Turn, zh, m); line != "" {
			s.Lines = append(s.Lines, workflow.SheetLine{Left: m.At.In(calendar.Zone()).Format("2006-01-02 15:04"), Right: line})
		}
	}
	return t.sendPaper("progress_sheet", s)
}

func (t *visit) sendPaper(key string, s workflow.Sheet) error {
	s.Printed = t.Today()
	if err := t.SayWithNext(key, text.Data{}); err != nil {
		return err
	}
	t.Hand(s)
	return nil
}

// mostZip keeps an archive below what DingTalk takes.
const mostZip = dingtalk.MaxFile - 1<<20

// Bundle sends a person their materials, in as few archives as fit. When that fails for the
// last time they are told.
func (b *Bot) Bundle(ctx context.Context, job workflow.Bundle, last bool) error {
	err := b.bundle(ctx, job)
	if err == nil || !last {
		return err
	}
	b.Log.Error("materials not sent", "person", job.Person, "err", err)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	return b.Write(ctx, []string{job.Person}, "bundle_failed", nil)
}

func (b *Bot) bundle(ctx context.Context, job workflow.Bundle) error {
	c, err := b.Records.PersonCase(ctx, job.Person)
	if err != nil || c.Filing == nil {
		return err
	}
	var archives [][]byte
	var open *archive
	for _, slot := range workflow.Slots() {
		m := c.Filing.Materials[slot.Slot]
		if m.File == nil || c.Filing.Slot(slot.Slot) != workflow.SlotUploaded {
			continue
		}
		data, err := b.Files.Get(ctx, m.File.ID)
		if err != nil {
			return err
		}
		if open != nil && open.size+len(data) > mostZip {
			if archives, err = open.close(archives); err != nil {
				return err
			}
			open = nil
		}
		if open == nil {
			open = newArchive(b.Now())
		}
		if err := open.add(fmt.Sprintf("%d-%s.%s", slot.Slot, slot.Label, extension(data)), data); err != nil {
			return err
		}
	}
	if open == nil {
		return nil
	}
	if archives, err = open.close(archives); err != nil {
		return err
	}
	for i, a := range archives {
		name := "佐证材料.zip"
		if len(archives) > 1 {
			name = fmt.Sprintf("佐证材料-%d.zip", i+1)
		}
		media, err := b.DingTalk.Upload(ctx, name, a)
		if err != nil {
			return err
		}
		if err := b.DingTalk.SendFile(ctx, []string{job.Person}, media, name, "zip"); err != nil {
			return err
		}
	}
	return nil
}

// extension is the ending of a file by what it is.
func extension(data []byte) string {
	switch {
	case bytes.HasPrefix(data, []byte("%PDF-")):
		return "pdf"
	case bytes.HasPrefix(data, []byte("\x89PNG")):
		return "png"
	}
	return "jpg"
}

// archive is a zip in the making.
type archive struct {
	out  bytes.Buffer
	zip  *zip.Writer
	size int
	at   time.Time
}

func newArchive(at time.Time) *archive {
	a := &archive{at: at}
	a.zip = zip.NewWriter(&a.out)
	return a
}

// add stores a file as it is: scans do not get smaller.
func (a *archive) add(name string, data []byte) error {
	w, err := a.zip.CreateHeader(&zip.FileHeader{Name: strings.ReplaceAll(name, "/", "-"), Method: zip.Store, Modified: a.at})
	if err == nil {
		_, err = w.Write(data)
	}
	if err != nil {
		return fmt.Errorf("write archive: %w", err)
	}
	a.size += len(data)
	return nil
}

func (a *archive) close(done [][]byte) ([][]byte, error) {
	if err := a.zip.Close(); err != nil {
		return nil, fmt.Errorf("write archive: %w", err)
	}
	return append(done, a.out.Bytes()), nil
}
