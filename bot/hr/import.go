package hr

import (
	"context"

	"example.org/beian/bot/command"
	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/workflow"
	"example.org/beian/workflow/roster"
)

// importCommands decide about a checked workbook, and take an import back. Buttons name the import;
// typed without a number it is the newest one.
func (r *Room) importCommands() []turn.Command {
	about := func(name, word string, f func(visit, found) error) turn.Command {
		return turn.Command{
			Spec: command.Spec{Name: name, Words: []string{word}, Forms: []string{word + " {import:filing}"}},
			Who:  turn.HR, When: hidden, Read: r.forHR(r.imports(f)),
		}
	}
	return []turn.Command{
		about("import", "确认导入", visit.confirm),
		about("drop_import", "不导入", visit.drop),
		about("undo_import", "撤销导入", visit.undo),
	}
}

// found is an import and where it stands.
type found struct {
	roster.Import
	state roster.ImportState
}

// imports reads for a command which import it means.
func (r *Room) imports(f func(visit, found) error) func(context.Context, asked) (turn.Action, error) {
	return func(ctx context.Context, a asked) (turn.Action, error) {
		id := a.args.Text("import")
		if id == "" {
			var err error
			if id, err = r.Checked.LastImport(ctx, a.sender); err != nil {
				return nil, err
			}
		}
		m, state, err := r.Checked.ImportOf(ctx, id)
		if err != nil {
			return nil, err
		}
		return r.do(func(t visit) error { return f(t, found{m, state}) }), nil
	}
}

// confirm leaves a checked workbook to the job.
func (t visit) confirm(m found) error {
	switch {
	case t.args.Text("import") == "" && m.state != roster.ImportChecked:
		return t.Say("import_none", nil)
	case m.By != t.Case.Person.ID, m.state == roster.ImportGone,
		m.state == roster.ImportChecked && t.Now().Sub(m.At) > roster.ImportTTL:
		return t.Say("import_gone", nil)
	case m.state != roster.ImportChecked:
		return t.Say("import_done_before", nil)
	}
	return t.leave("", workflow.Office{Task: workflow.OfficeApply, Import: m.ID})
}

// drop forgets a checked workbook.
func (t visit) drop(m found) error {
	return t.leave("import_dropped", workflow.Office{Task: workflow.OfficeDrop, Import: m.ID})
}

// undo takes an import back; anybody of HR may.
func (t visit) undo(m found) error {
	switch {
	case m.state == roster.ImportUndone:
		return t.Say("import_undone_before", nil)
	case m.state != roster.ImportApplied:
		return t.Say("import_gone", nil)
	case m.Kind != roster.ImportPeople:
		return t.Say("import_statuses_stay", nil)
	}
	return t.leave("", workflow.Office{Task: workflow.OfficeUndo, Import: m.ID})
}

// applyImport carries out a confirmed workbook and says what came of it.
func (r *Room) applyImport(ctx context.Context, job workflow.Office) error {
	m, state, err := r.Checked.ImportOf(ctx, job.Import)
	if err != nil {
		return err
	}
	if m.Kind == roster.ImportStatuses {
		return r.applyStatuses(ctx, job, m, state)
	}
	done, err := r.Writer.ApplyImport(ctx, job.Import, job.Person, r.Now())
	if err != nil {
		return err
	}
	if done.State != roster.ImportApplied {
		return r.answer(ctx, job, "import_gone", nil)
	}
	return r.answer(ctx, job, "import_done", text.Data{
		"New": done.New, "Changed": done.Changed, "Code": job.Import, "Left": r.leftAlone(ctx, done.Left),
		"Days": int(roster.UndoImport.Hours() / 24),
	})
}

// revertImport undoes an import and names those it left alone.
func (r *Room) revertImport(ctx context.Context, job workflow.Office) error {
	done, err := r.Writer.UndoImport(ctx, job.Import, job.Person, r.Now())
	if err != nil {
		return err
	}
	if done.State == roster.ImportGone {
		return r.answer(ctx, job, "import_gone", nil)
	}
	return r.answer(ctx, job, "import_undone", text.Data{
		"New": done.New, "Changed": done.Changed, "Left": r.leftAlone(ctx, done.Left),
	})
}

// leftAlone names people for a sentence, some of them.
func (r *Room) leftAlone(ctx context.Context, ids []string) []string {
	const most = 20
	some := ids[:min(most, len(ids))]
	names, err := r.People.Names(ctx, some)
	if err != nil {
		r.Log.Warn("names not read", "err", err)
	}
	var out []string
	for _, id := range some {
		name := text.Typed(names[id]).String()
		if name == "" {
			name = text.Typed(id).String()
		}
		out = append(out, name)
	}
	if len(ids) > most {
		out = append(out, r.Chinese().Phrase("and_more", len(ids)-most))
	}
	return out
}
