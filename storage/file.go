package storage

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"example.org/beian/workflow"
)

// queueFiles stores the record of a new upload, and notes which files nothing refers to
// any more: those that the slots of the filing held before and do not hold now, and those
// whose pages went into the new one.
func queueFiles(b *pgx.Batch, was *workflow.Filing, out workflow.Outcome, now time.Time) {
	var over []string
	if f := out.File; f != nil {
		b.Queue(`insert into file (id, person_id, filing_id, media_type, pages, size, sha256, created_at, part_revision,
			part_pages)
			values ($1, $2, nullif($3, ''), $4, $5, $6, $7, $8, nullif($9, 0),
			$10)`, f.ID, f.Person, f.Filing, f.MediaType, f.Pages, f.Size, f.SHA256, now, f.Revision, f.Parts)
		over = append(over, f.Gathered...)
	}
	if out.Filing == nil {
		return
	}
	if out.Adopted != "" {
		b.Queue(`update file set filing_id = $2 where id = $1`, out.Adopted, out.Filing.ID)
	}
	held := heldFiles(out.Filing)
	if was != nil && was.ID == out.Filing.ID {
		for _, id := range heldFiles(was) {
			if !slices.Contains(held, id) {
				over = append(over, id)
			}
		}
	}
	if len(over) > 0 {
		b.Queue(`update file set superseded_at = $2, part_revision = null where id = any($1)`, over, now)
	}
	if len(held) > 0 {
		b.Queue(`update file set placed = true, superseded_at = null, part_revision = null where id = any($1)
			and (not placed or superseded_at is not null)`, held)
	}
}

// heldFiles are the files that a filing refers to.
func heldFiles(f *workflow.Filing) []string {
	var out []string
	for _, m := range f.Materials {
		if m.File != nil {
			out = append(out, m.File.ID)
		}
	}
	if f.Notice.Photo != "" {
		out = append(out, f.Notice.Photo)
	}
	return out
}

// SameFile returns the id of a file that the person sent before with this hash.
func (s *Store) SameFile(ctx context.Context, person string, sha256 []byte) (string, error) {
	var id string
	err := s.pool.QueryRow(ctx, `select id from file where person_id = $1 and sha256 = $2 order by created_at desc
		limit 1`, person, sha256).Scan(&id)
	if errors.Is(err, pgx.ErrNoRows) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("look for the same file: %w", err)
	}
	return id, nil
}

const fileColumns = `id, person_id, coalesce(filing_id, ''), media_type, pages, size, sha256, ` +
	`coalesce(part_revision, 0), part_pages, superseded_at is not null`

func scanFile(row pgx.CollectableRow) (workflow.StoredFile, error) {
	var f workflow.StoredFile
	var parts []int32
	err := row.Scan(&f.ID, &f.Person, &f.Filing, &f.MediaType, &f.Pages, &f.Size, &f.SHA256, &f.Revision, &parts,
		&f.Superseded)
	for _, p := range parts {
		f.Parts = append(f.Parts, int(p))
	}
	return f, err
}

// File returns the record of a file that the person sent before.
func (s *Store) File(ctx context.Context, person, id string) (workflow.StoredFile, error) {
	rows, err := s.pool.Query(ctx, `select `+fileColumns+` from file where person_id = $1 and id = $2`, person, id)
	if err != nil {
		return workflow.StoredFile{}, fmt.Errorf("load file: %w", err)
	}
	f, err := pgx.CollectExactlyOneRow(rows, scanFile)
	if errors.Is(err, pgx.ErrNoRows) {
		err = workflow.ErrNotFound
	}
	if err != nil {
		return f, fmt.Errorf("load file: %w", err)
	}
	return f, nil
}

// Parts returns the files that hold pages of a form, in one revision, of which other pages
// are still missing; the oldest first.
func (s *Store) Parts(ctx context.Context, filing string, revision int) ([]workflow.StoredFile, error) {
	rows, err := s.pool.Query(ctx, `select `+fileColumns+` from file where filing_id = $1 and part_revision = $2
		order by created_at, id`, filing, revision)
	if err != nil {
		return nil, fmt.Errorf("load pages of a form: %w", err)
	}
	out, err := pgx.CollectRows(rows, scanFile)
	if err != nil {
		return nil, fmt.Errorf("load pages of a form: %w", err)
	}
	return out, nil
}

// StaleFiles returns files whose time is over, at most limit of them: of filings that ended
// for the last time before the first time, and those that others have replaced, or nobody
// has placed, before the second.
func (s *Store) StaleFiles(ctx context.Context, ended, replaced time.Time, limit int) ([]workflow.Shredded, error) {
	rows, err := s.pool.Query(ctx, `
		(select id, coalesce(filing_id, ''), '`+workflow.ShredRetention+`' from file where filing_id in
			(select e.filing_id from event e join filing f on f.id = e.filing_id
				where e.action in ('official_approved', 'delete', 'leave_unit', 'withdraw_consent') and not f.open
				group by e.filing_id having max(e.at) < $1) limit $3)
		union all
		(select id, coalesce(filing_id, ''), '`+workflow.ShredReplaced+
		`' from file where superseded_at < $2 or not placed and created_at < $2 limit $3)
		limit $3`, ended, replaced, limit)
	return shredded(rows, err)
}

// DoomedFiles returns the uploads of filings whose consent was withdrawn.
func (s *Store) DoomedFiles(ctx context.Context, person string) ([]workflow.Shredded, error) {
	rows, err := s.pool.Query(ctx, `select id, coalesce(filing_id, ''),
		'`+workflow.ShredWithdrawn+`' from file where filing_id in `+doomed, person)
	return shredded(rows, err)
}

func shredded(rows pgx.Rows, err error) ([]workflow.Shredded, error) {
	if err != nil {
		return nil, fmt.Errorf("find files to delete: %w", err)
	}
	out, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (workflow.Shredded, error) {
		var d workflow.Shredded
		return d, row.Scan(&d.File, &d.Filing, &d.Reason)
	})
	if err != nil {
		return nil, fmt.Errorf("find files to delete: %w", err)
	}
	return out, nil
}

// Unrecorded returns which of the files have no record: they were stored by a process that
// died before it could note them.
func (s *Store) Unrecorded(ctx context.Context, ids []string) ([]string, error) {
	return s.ids(ctx, "look for records of files", `select i from unnest($1::text[]) i where not exists (select 1
		from file where id = i) order by i`, ids)
}

// Shred removes the record of a file whose bytes are gone and keeps the proof instead.
func (s *Store) Shred(ctx context.Context, d workflow.Shredded) error {
	err := s.inTx(ctx, func(tx pgx.Tx) error {
		var b pgx.Batch
		b.Queue(`insert into shredded (file_id, filing_id, reason, shredded_at) values ($1, $2, $3, $4)
			on conflict do nothing`, d.File, d.Filing, d.Reason, d.At)
		b.Queue(`delete from file where id = $1`, d.File)
		return tx.SendBatch(ctx, &b).Close()
	})
	if err != nil {
		return fmt.Errorf("note that file %s is gone: %w", d.File, err)
	}
	return nil
}

// EachShredded calls fn for every file that was deleted since the given time, in order.
func (s *Store) EachShredded(ctx context.Context, since time.Time, fn func(workflow.Shredded) error) error {
	rows, err := s.pool.Query(ctx, `select file_id, filing_id, reason, shredded_at from shredded
		where shredded_at >= $1 order by shredded_at, file_id`, since)
	if err != nil {
		return fmt.Errorf("list deleted files: %w", err)
	}
	var d workflow.Shredded
	_, err = pgx.ForEachRow(rows, []any{&d.File, &d.Filing, &d.Reason, &d.At}, func() error { return fn(d) })
	if err != nil {
		return fmt.Errorf("list deleted files: %w", err)
	}
	return nil
}

// Exclusively runs fn while no other process runs one for the same person, so that two
// photos sent at once are taken in one after the other. It holds a connection meanwhile,
// at most half of the pool for all together, so that fn finds one too.
func (s *Store) Exclusively(ctx context.Context, person string, fn func(context.Context) error) error {
	select {
	case s.turns <- struct{}{}:
		defer func() { <-s.turns }()
	case <-ctx.Done():
		return fmt.Errorf("wait for a turn: %w", ctx.Err())
	}
	conn, err := s.pool.Acquire(ctx)
	if err != nil {
		return fmt.Errorf("wait for a connection: %w", err)
	}
	defer conn.Release()
	const key = `hashtextextended('intake:' || $1, 0)`
	if _, err := conn.Exec(ctx, `select pg_advisory_lock(`+key+`)`, person); err != nil {
		return fmt.Errorf("wait for the files before: %w", err)
	}
	err = fn(ctx)
	if _, uerr := conn.Exec(context.WithoutCancel(ctx), `select pg_advisory_unlock(`+key+`)`, person); uerr != nil {
		return errors.Join(err, fmt.Errorf("let the next files in: %w", uerr), conn.Conn().Close(context.WithoutCancel(ctx)))
	}
	return err
}
