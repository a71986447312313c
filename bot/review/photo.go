package review

import (
	"context"
	"errors"
	"strings"

	"example.org/beian/bot/command"
	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/bot/view"
	"example.org/beian/workflow"
)

func (r *Room) photoCommands() []turn.Command {
	return []turn.Command{{
		Spec: command.Spec{Name: "notice_photo", Forms: []string{"公示照片 {filing} {file}"}},
		Who:  turn.Handlers, When: onButtons, Read: r.readPhoto,
	}}
}

// readPhoto finds the photo that is named; one that is not the sender's own does not exist for them.
func (r *Room) readPhoto(ctx context.Context, sender string, a command.Args) (turn.Action, error) {
	photo, err := r.Upload(ctx, sender, a.Text("file"))
	if err != nil && !errors.Is(err, workflow.ErrNotFound) {
		return nil, err
	}
	return r.onFiling(func(t visit, actor workflow.Actor) error { return t.attachPhoto(actor, photo) }), nil
}

// attachPhoto puts a photo that was kept to the notice it shows (P3).
func (t visit) attachPhoto(actor workflow.Actor, photo workflow.StoredFile) error {
	if photo.ID == "" || photo.Superseded || photo.Filing != "" && photo.Filing != t.Filing.ID {
		return t.Say("upload_lost", text.Data{"Where": strings.TrimSpace(t.Text.Phrase("posting"))})
	}
	file := &workflow.File{ID: photo.ID, Pages: photo.Pages}
	done, err := t.note(workflow.Command{Action: workflow.PhotoNotice, Actor: actor, File: file}, "")
	if err != nil || !done {
		return err
	}
	t.Out.Adopted = photo.ID
	return t.Say("photo_kept", view.Base(t.Turn, t.Case, t.Filing))
}
