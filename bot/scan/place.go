package scan

import (
	"context"
	"errors"

	"example.org/beian/bot/command"
	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/workflow"
)

// slotCommands answer the question for which slot a kept file is.
func (r *Room) slotCommands() []turn.Command {
	return []turn.Command{
		{Spec: placeSpec(), Who: turn.Begun, When: never, Read: r.withFile(visit.choose)},
		{Spec: replaceSpec(), Who: turn.Begun, When: never, Read: r.withFile(visit.replace)},
	}
}

// placeSpec puts a kept file into a slot.
func placeSpec() command.Spec {
	return command.Spec{Name: "place", Forms: []string{"放入 {slot} {file}"}}
}

// replaceSpec puts a kept file into a slot whose content a handler has accepted.
func replaceSpec() command.Spec {
	return command.Spec{Name: "replace", Forms: []string{"换掉 {slot} {file}"}}
}

func slotAndFile(s workflow.Slot, file string) command.Args {
	return command.With("slot", number(s), "file", file)
}

// never is the moment of commands that nobody types: they name a file by its id.
func never(*turn.Turn) bool { return false }

// withFile reads the kept file that a command names; one that is not the sender's own does not exist
// for them.
func (r *Room) withFile(
	f func(visit, workflow.StoredFile) error,
) func(context.Context, string, command.Args) (turn.Action, error) {
	return func(ctx context.Context, sender string, a command.Args) (turn.Action, error) {
		kept, err := r.Uploads.File(ctx, sender, a.Text("file"))
		if errors.Is(err, workflow.ErrNotFound) {
			kept, err = workflow.StoredFile{}, nil
		}
		return func(t *turn.Turn, a command.Args) error { return f(visit{t, r, a}, kept) }, err
	}
}

// usable reports whether a kept file is there and still nobody else's: an old button must not bring
// back what was replaced, or belongs to an earlier filing.
func (t visit) usable(f workflow.StoredFile) bool {
	return f.ID != "" && !f.Superseded && (f.Filing == "" || f.Filing == t.Filing.ID)
}

// slot is the one that a command names.
func (t visit) slot() workflow.Slot { return workflow.Slot(t.args.Int("slot")) }

func (t visit) choose(kept workflow.StoredFile) error {
	return t.placeKept(kept, bid{slot: t.slot(), chosen: true})
}

func (t visit) replace(kept workflow.StoredFile) error {
	return t.placeKept(kept, bid{slot: t.slot(), chosen: true, insist: true})
}

// placeKept answers the question which slot a kept file is for.
func (t visit) placeKept(kept workflow.StoredFile, b bid) error {
	switch {
	case !t.ready():
		return t.notNow()
	case !t.usable(kept):
		return t.lost()
	case t.holds(kept.ID):
		return t.Say("upload_same", text.Data{"Where": t.Where()})
	}
	b.file = workflow.File{ID: kept.ID, Pages: kept.Pages, Photos: kept.MediaType != "pdf"}
	return t.place(b)
}
