package hr

import (
	"context"
	"errors"
	"fmt"
	"path"
	"strings"

	"example.org/beian/bot/dingtalk"
	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/bot/workbook"
	"example.org/beian/workflow"
	"example.org/beian/workflow/roster"
)

// Receive leaves a workbook that somebody of HR has sent to the job; done is false when the files of
// the message are not all spreadsheets, or the sender is not of HR.
func (r *Room) Receive(t *turn.Turn) (done bool, err error) {
	names := spreadsheets(t.Incoming.Files)
	if len(names) == 0 || !t.IsHR() {
		return false, nil
	}
	t.InChinese()
	switch {
	case len(names) > 1:
		return true, t.Say("workbook_one", nil)
	case strings.ToLower(path.Ext(names[0])) != ".xlsx":
		return true, t.Say("workbook_xlsx", nil)
	}
	f := workflow.IntakeFile{Code: t.Incoming.Files[0].Code, Name: names[0]}
	return true, visit{Turn: t, Room: r}.leave("", workflow.Office{Task: workflow.OfficeCheck, File: f})
}

// spreadsheets are the names of the files of a message when all are spreadsheets.
func spreadsheets(files []dingtalk.Attachment) []string {
	var out []string
	for _, f := range files {
		switch strings.ToLower(path.Ext(f.Name)) {
		case ".xlsx", ".xlsm", ".xls", ".et", ".csv":
			out = append(out, f.Name)
		default:
			return nil
		}
	}
	return out
}

// takeWorkbook fetches a workbook, checks it against the database and says what it would
// change. Nothing is changed yet.
func (r *Room) takeWorkbook(ctx context.Context, job workflow.Office, sender workflow.Person) error {
	limits := text.Data{"Most": workbook.MaxRows, "MB": workbook.MaxBytes >> 20}
	raw, err := r.Files.Download(ctx, job.File.Code)
	switch {
	case errors.Is(err, &dingtalk.Error{Kind: dingtalk.Expired}):
		return r.answer(ctx, job, "workbook_lost", nil)
	case errors.Is(err, dingtalk.ErrTooLarge):
		return r.answer(ctx, job, "workbook_large", limits)
	case err != nil:
		return err
	}
	if r.Malware != nil {
		found, err := r.Malware.Scan(ctx, raw)
		if err != nil {
			return fmt.Errorf("look for malware: %w", err)
		}
		if found != "" {
			r.Log.Warn("malware refused", "name", found)
			return r.answer(ctx, job, "workbook_malware", nil)
		}
	}
	table, err := workbook.Read(ctx, raw)
	if err != nil {
		key, ok := unreadable(err)
		if !ok {
			return fmt.Errorf("read workbook: %w", err)
		}
		return r.answer(ctx, job, key, limits)
	}
	id, err := r.importID(job)
	if err != nil {
		return err
	}
	x := &check{
		Room: r, zh: r.Chinese(), table: table, notes: map[int]workbook.Note{},
		m: roster.Import{ID: id, By: job.Person, At: r.Now()},
	}
	if table.Statuses() {
		err = x.statuses(ctx, sender)
	} else {
		err = x.roster(ctx)
	}
	if err != nil {
		return err
	}
	return x.conclude(ctx, job)
}

// unreadable is the text for what is wrong with a file as a whole.
func unreadable(err error) (key string, ok bool) {
	for _, known := range []struct {
		err error
		key string
	}{
		{workbook.ErrOld, "workbook_xlsx"},
		{workbook.ErrNotWorkbook, "workbook_broken"},
		{workbook.ErrMacros, "workbook_macros"},
		{workbook.ErrTooLarge, "workbook_large"},
		{workbook.ErrTooMany, "workbook_large"},
		{workbook.ErrHeader, "workbook_header"},
		{workbook.ErrNoRows, "workbook_empty"},
	} {
		if errors.Is(err, known.err) {
			return known.key, true
		}
	}
	return "", false
}

// importID is the number of the import that a message asks for: the same when the job runs
// again, and not to be guessed.
func (r *Room) importID(job workflow.Office) (string, error) {
	tag, err := r.Signer.ComputeMAC([]byte("import:" + job.Robot + ":" + job.Message))
	if err != nil {
		return "", fmt.Errorf("make code: %w", err)
	}
	const letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	var out [8]byte
	for i := range out {
		out[i] = letters[tag[5+i]&31]
	}
	return string(out[:]), nil
}
