package applicant

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"example.org/beian/bot/command"
	"example.org/beian/bot/dingtalk"
	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/workflow"
)

func (r *Room) bundleCommands() []turn.Command {
	return []turn.Command{
		{Spec: command.Spec{
			Name:    "bundle",
			Words:   []string{"打包材料", "材料打包", "下载材料", "我的材料"},
			English: []string{"Materials", "bundle"},
		}, Safe: true, Who: turn.Begun, When: printed, Do: r.do(visit.bundle)},
	}
}

// bundle has the materials sent as one archive, each named by its slot. What is outdated or was returned
// stays out.
func (t visit) bundle() error {
	isAny := false
	var left []string
	for _, s := range workflow.Slots() {
		switch t.Filing.Slot(s.Slot) {
		case workflow.SlotUploaded:
			isAny = isAny || t.Filing.Materials[s.Slot].File != nil
		case workflow.SlotStale, workflow.SlotNeeded:
			left = append(left, t.Text.Slot(s.Slot))
		}
	}
	if !isAny {
		return t.SayWithNext("bundle_empty", text.Data{})
	}
	t.Later(workflow.Bundle{Person: t.Case.Person.ID})
	return t.SayWithNext("bundle_comes", text.Data{"Left": left})
}

// mostBundle is the size in bytes that keeps an archive below what DingTalk takes.
const mostBundle = dingtalk.MaxFile - 1<<20

// Bundle sends a person their materials, in as few archives as fit. When that fails for the last time they
// are told.
func (r *Room) Bundle(ctx context.Context, job workflow.Bundle, last bool) error {
	err := r.sendBundle(ctx, job.Person)
	if err == nil || !last {
		return err
	}
	r.Log.Error("materials not sent", "person", job.Person, "err", err)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	return r.Write(ctx, []string{job.Person}, "bundle_failed", nil)
}

func (r *Room) sendBundle(ctx context.Context, person string) error {
	c, err := r.Records.PersonCase(ctx, person)
	if err != nil || c.Filing == nil {
		return err
	}
	archives, err := r.pack(ctx, *c.Filing)
	if err != nil {
		return err
	}
	for i, a := range archives {
		name := "佐证材料.zip"
		if len(archives) > 1 {
			name = fmt.Sprintf("佐证材料-%d.zip", i+1)
		}
		if err := r.SendDocument(ctx, []string{person}, name, "zip", a); err != nil {
			return err
		}
	}
	return nil
}

// pack puts the materials of a filing into archives.
func (r *Room) pack(ctx context.Context, f workflow.Filing) (archives [][]byte, err error) {
	var open *archive
	finish := func() error {
		if open == nil {
			return nil
		}
		a, err := open.close()
		archives, open = append(archives, a), nil
		return err
	}
	for _, slot := range workflow.Slots() {
		m := f.Materials[slot.Slot]
		if m.File == nil || f.Slot(slot.Slot) != workflow.SlotUploaded {
			continue
		}
		data, err := r.Files.Get(ctx, m.File.ID)
		if err != nil {
			return nil, err
		}
		if open != nil && open.size+len(data) > mostBundle {
			if err := finish(); err != nil {
				return nil, err
			}
		}
		if open == nil {
			open = newArchive(r.Now())
		}
		if err := open.store(fmt.Sprintf("%d-%s.%s", slot.Slot, slot.Label, extension(data)), data); err != nil {
			return nil, err
		}
	}
	return archives, finish()
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
