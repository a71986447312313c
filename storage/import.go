package storage

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"example.org/beian/workflow"
	"example.org/beian/workflow/roster"
)

// importChunk is how many rows are sealed together: what is in memory stays small however
// long the workbook is.
const importChunk = 500

// image is what an import made of one person.
type image struct {
	Before *roster.Entry `json:"before"`
	After  roster.Entry  `json:"after"`
}

// KeepImport keeps the rows of a checked workbook until somebody confirms them. Kept again
// under the same id before that, it takes the place of what was there from its part on.
func (s *Store) KeepImport(ctx context.Context, m roster.Import) error {
	err := s.inTx(ctx, func(tx pgx.Tx) error {
		if err := pruneImports(ctx, tx, m.At); err != nil {
			return err
		}
		tag, err := tx.Exec(ctx, `insert into import (id, by_id, kind, state, created_at) values ($1, $2, $3, 'checked', $4)
			on conflict (id) do update set created_at = excluded.created_at where import.state = 'checked'
			and import.by_id = excluded.by_id`,
			m.ID, m.By, m.Kind, m.At)
		if err != nil || tag.RowsAffected() == 0 {
			return err // confirmed already: this is a late repetition of the check
		}
		if _, err := tx.Exec(ctx, `delete from import_part where import_id = $1 and n >= $2`, m.ID, m.Part); err != nil {
			return err
		}
		n := m.Part
		for part := range slices.Chunk(m.Rows, importChunk) {
			if err := s.writePart(ctx, tx, m.ID, n, part); err != nil {
				return err
			}
			n++
		}
		if len(m.Statuses) > 0 {
			return s.writePart(ctx, tx, m.ID, n, m.Statuses)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("keep import: %w", err)
	}
	return nil
}

func (s *Store) writePart(ctx context.Context, tx pgx.Tx, id string, n int, rows any) error {
	sealed, err := s.seal(rows, fmt.Sprintf("import:%s:%d", id, n))
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `insert into import_part (import_id, n, sealed) values ($1, $2, $3)
		on conflict (import_id, n) do update set sealed = excluded.sealed`, id, n, sealed)
	return err
}

// readPart reads the rows of one part; ok is false behind the last.
func (s *Store) readPart(ctx context.Context, q querier, id string, n int, rows any) (ok bool, err error) {
	found, err := q.Query(ctx, `select sealed from import_part where import_id = $1 and n = $2`, id, n)
	if err != nil {
		return false, err
	}
	sealed, err := pgx.CollectOneRow(found, pgx.RowTo[[]byte])
	if errors.Is(err, pgx.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, s.unseal(sealed, fmt.Sprintf("import:%s:%d", id, n), rows)
}

// PruneImports forgets what nobody confirmed in time, and what can no longer be undone.
func (s *Store) PruneImports(ctx context.Context, now time.Time) error {
	return s.inTx(ctx, func(tx pgx.Tx) error { return pruneImports(ctx, tx, now) })
}

func pruneImports(ctx context.Context, tx pgx.Tx, now time.Time) error {
	var b pgx.Batch
	b.Queue(`update import set state = 'gone' where state = 'checked' and created_at < $1`, now.Add(-roster.ImportTTL))
	b.Queue(`delete from import_part where import_id in (select id from import where state in ('gone', 'undone')
		or state = 'applied' and applied_at < $1)`, now.Add(-roster.UndoImport))
	if err := tx.SendBatch(ctx, &b).Close(); err != nil {
		return fmt.Errorf("forget old imports: %w", err)
	}
	return nil
}

// DropImport forgets a checked workbook that its sender does not want imported.
func (s *Store) DropImport(ctx context.Context, id, by string) error {
	_, err := s.pool.Exec(ctx, `with gone as (update import set state = 'gone' where id = $1 and by_id = $2
		and state = 'checked' returning id)
		delete from import_part where import_id in (select id from gone)`, id, by)
	if err != nil {
		return fmt.Errorf("drop import: %w", err)
	}
	return nil
}

// header is the row of an import, locked.
type header struct {
	By, Kind string
	State    roster.ImportState
	At       time.Time
	Applied  *time.Time
	Counts   roster.Imported
}

func lockImport(ctx context.Context, tx pgx.Tx, id string) (header, error) {
	var h header
	err := tx.QueryRow(ctx, `select by_id, kind, state, created_at, applied_at, added, changed, same, left_alone
		from import where id = $1 for update`, id).
		Scan(&h.By, &h.Kind, &h.State, &h.At, &h.Applied, &h.Counts.New, &h.Counts.Changed, &h.Counts.Same, &h.Counts.Left)
	if errors.Is(err, pgx.ErrNoRows) {
		h.State = roster.ImportGone
		return h, nil
	}
	h.Counts.State, h.Counts.Kind = h.State, h.Kind
	return h, err
}

// ImportOf says what an import is and where it stands, for its sender.
func (s *Store) ImportOf(ctx context.Context, id string) (roster.Import, roster.ImportState, error) {
	var m roster.Import
	var state roster.ImportState
	err := s.pool.QueryRow(ctx, `select id, by_id, kind, state, created_at, changed, same from import
		where id = $1`, id).Scan(&m.ID, &m.By, &m.Kind, &state, &m.At, &m.Changed, &m.Same)
	if errors.Is(err, pgx.ErrNoRows) {
		return m, roster.ImportGone, nil
	}
	if err != nil {
		return m, "", fmt.Errorf("load import: %w", err)
	}
	return m, state, nil
}

// LastImport returns the number of the newest workbook that somebody sent, "" when there is none.
func (s *Store) LastImport(ctx context.Context, person string) (string, error) {
	rows, err := s.pool.Query(ctx, `select id from import where by_id = $1 order by created_at desc limit 1`, person)
	if err != nil {
		return "", fmt.Errorf("find import: %w", err)
	}
	id, err := pgx.CollectOneRow(rows, pgx.RowTo[string])
	if errors.Is(err, pgx.ErrNoRows) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("find import: %w", err)
	}
	return id, nil
}

// ImportStatuses returns the statuses of a checked workbook.
func (s *Store) ImportStatuses(ctx context.Context, id string) ([]roster.StatusRow, error) {
	var rows []roster.StatusRow
	if _, err := s.readPart(ctx, s.pool, id, 0, &rows); err != nil {
		return nil, fmt.Errorf("load statuses of import: %w", err)
	}
	return rows, nil
}

// FinishImport records that the statuses of an import have been applied.
func (s *Store) FinishImport(ctx context.Context, id string, r roster.Imported, now time.Time) error {
	err := s.inTx(ctx, func(tx pgx.Tx) error { return finishImport(ctx, tx, id, r, now) })
	if err != nil {
		return fmt.Errorf("finish import: %w", err)
	}
	return nil
}

func finishImport(ctx context.Context, tx pgx.Tx, id string, r roster.Imported, now time.Time) error {
	if r.Left == nil {
		r.Left = []string{}
	}
	if _, err := tx.Exec(ctx, `update import set state = 'applied', applied_at = $2, added = $3, changed = $4, same = $5,
		left_alone = $6 where id = $1`,
		id, now, r.New, r.Changed, r.Same, r.Left); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `insert into roster_change (by_id, what, detail, at) select by_id, 'import ' || kind,
		id || ' new=' || added || ' changed=' || changed, $2 from import where id = $1`, id, now)
	return err
}

// ApplyImport writes a checked roster in one transaction. Each row is brought together with
// what is there now, not with what was there when the workbook was checked. Applied twice,
// it changes nothing the second time.
func (s *Store) ApplyImport(ctx context.Context, id, by string, now time.Time) (roster.Imported, error) {
	var out roster.Imported
	err := s.inTx(ctx, func(tx pgx.Tx) error {
		h, err := lockImport(ctx, tx, id)
		if err != nil {
			return err
		}
		if h.State == roster.ImportApplied && h.By == by {
			out = h.Counts
			return nil
		}
		if h.State != roster.ImportChecked || h.By != by || now.Sub(h.At) > roster.ImportTTL {
			out.State = roster.ImportGone
			return nil
		}
		out = roster.Imported{State: roster.ImportApplied, Kind: h.Kind}
		for n := 0; ; n++ {
			var rows []roster.Row
			ok, err := s.readPart(ctx, tx, id, n, &rows)
			if err != nil {
				return err
			}
			if !ok {
				break
			}
			images, err := s.applyPart(ctx, tx, rows, &out)
			if err != nil {
				return err
			}
			if err := s.writePart(ctx, tx, id, n, images); err != nil {
				return err
			}
		}
		const many = 1000 // the tables have become others: plans for small ones take minutes on them
		if out.New+out.Changed > many {
			if _, err := tx.Exec(ctx, `analyze person, certificate, role_grant, spelling`); err != nil {
				return err
			}
		}
		return finishImport(ctx, tx, id, out, now)
	})
	if err != nil {
		return roster.Imported{}, fmt.Errorf("apply import: %w", err)
	}
	return out, nil
}

func (s *Store) applyPart(ctx context.Context, tx pgx.Tx, rows []roster.Row, out *roster.Imported) ([]image, error) {
	ids, numbers := make([]string, len(rows)), make([]string, len(rows))
	for i, r := range rows {
		ids[i], numbers[i] = r.Person, r.Number
	}
	now, err := s.entries(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	owner, err := owners(ctx, tx, numbers)
	if err != nil {
		return nil, err
	}
	var b pgx.Batch
	images := []image{}
	for _, r := range rows {
		var was *roster.Entry
		if e, ok := now[r.Person]; ok {
			was = &e
		}
		after, fault := r.Merge(was)
		if o := owner[r.Number]; fault != "" || o != "" && o != r.Person {
			out.Left = append(out.Left, r.Person)
			continue
		}
		switch {
		case was == nil:
			out.New++
		case after.Same(*was):
			out.Same++
			continue
		default:
			out.Changed++
		}
		if err := s.queueEntry(&b, was, after); err != nil {
			return nil, err
		}
		images = append(images, image{was, after})
	}
	return images, tx.SendBatch(ctx, &b).Close()
}

// queueEntry brings the tables from one state of a person to another, with as few
// statements as it takes.
func (s *Store) queueEntry(b *pgx.Batch, was *roster.Entry, e roster.Entry) error {
	p := e.Person
	if was == nil || was.Person.Name != p.Name || was.Person.College != p.College {
		b.Queue(`insert into person (id, name, college_id) values ($1, $2, $3)
			on conflict (id) do update set name = excluded.name, college_id = excluded.college_id,
			active = true`, p.ID, p.Name, p.College)
	}
	if was == nil || was.Person.Name != p.Name {
		queueSpelling(b, p)
	}
	plain := roster.Entry{Person: p}
	if was == nil && len(p.Grants) > 0 || was != nil &&
		!plain.Same(roster.Entry{Person: workflow.Person{
			ID: p.ID, Name: p.Name, College: p.College,
			Grants: was.Person.Grants,
		}}) {
		queueGrants(b, p)
	}
	if e.Certificate == nil || was != nil && was.Certificate != nil &&
		e.Same(roster.Entry{Person: p, Certificate: was.Certificate}) {
		return nil
	}
	if err := s.queueRenewed(b, *e.Certificate); err != nil {
		return err
	}
	b.Queue(`update certificate set current = true where id = $1
		and not current`, e.Certificate.ID) // one that an undone import left behind
	return nil
}

// UndoImport brings back what an import has changed. Who was changed since, or has done
// something that rests on it, is left alone and named.
func (s *Store) UndoImport(ctx context.Context, id, by string, now time.Time) (roster.Imported, error) {
	var out roster.Imported
	err := s.inTx(ctx, func(tx pgx.Tx) error {
		h, err := lockImport(ctx, tx, id)
		if err != nil {
			return err
		}
		if h.State != roster.ImportApplied || h.Kind != roster.ImportPeople || h.Applied == nil ||
			now.Sub(*h.Applied) > roster.UndoImport {
			out.State = roster.ImportGone
			if h.State == roster.ImportUndone {
				out.State = roster.ImportUndone
			}
			return nil
		}
		out = roster.Imported{State: roster.ImportUndone, Kind: h.Kind}
		if _, err := tx.Exec(ctx, lockLastHR); err != nil {
			return err
		}
		for n := 0; ; n++ {
			var images []image
			ok, err := s.readPart(ctx, tx, id, n, &images)
			if err != nil {
				return err
			}
			if !ok {
				break
			}
			if err := s.undoPart(ctx, tx, images, *h.Applied, &out); err != nil {
				return err
			}
		}
		if _, err := tx.Exec(ctx, `update import set state = 'undone' where id = $1`, id); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `delete from import_part where import_id = $1`, id); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, noteChange, by, "undo import", id, now)
		return err
	})
	if err != nil {
		return roster.Imported{}, fmt.Errorf("undo import: %w", err)
	}
	return out, nil
}

// Who has done something that rests on the roster as it was imported: begun a filing since,
// or, for somebody who came with it, anything at all.
const (
	begunSince = `select distinct person_id from filing where person_id = any($1) and created_at >= $2`
	knownSince = `select person_id from consent where person_id = any($1)
		union select person_id from question where person_id = any($1) union select person_id from file
		where person_id = any($1)
		union select person_id from absence where person_id = any($1) union select deputy_id from absence
		where deputy_id = any($1)
		union select by_id from import where by_id = any($1)
		union select person_id from reminder where person_id = any($1) and state in ('sent', 'unreachable')
		union select person_id from message where person_id = any($1) and state in ('sending', 'sent')`
)

func (s *Store) undoPart(ctx context.Context, tx pgx.Tx, images []image, applied time.Time,
	out *roster.Imported,
) error {
	var all, fresh []string
	for _, m := range images {
		all = append(all, m.After.Person.ID)
		if m.Before == nil {
			fresh = append(fresh, m.After.Person.ID)
		}
	}
	now, err := s.entries(ctx, tx, all)
	if err != nil {
		return err
	}
	busy := map[string]bool{}
	for _, q := range []struct {
		sql  string
		args []any
	}{{begunSince, []any{all, applied}}, {knownSince, []any{fresh}}} {
		rows, err := tx.Query(ctx, q.sql, q.args...)
		if err != nil {
			return err
		}
		ids, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			return err
		}
		for _, id := range ids {
			busy[id] = true
		}
	}
	var hr int // people who can change the roster; one must stay
	if err := tx.QueryRow(ctx, `select count(distinct p.id) from role_grant g join person p on p.id = g.person_id
		where g.role = 'hr' and p.active`).Scan(&hr); err != nil {
		return err
	}
	var b pgx.Batch
	var gone, papers []string // people and certificates that were not there before
	for _, m := range images {
		id := m.After.Person.ID
		if e, ok := now[id]; !ok || busy[id] || !e.Same(m.After) {
			out.Left = append(out.Left, id)
			continue
		}
		if m.After.Person.Holds(workflow.HR, "") && (m.Before == nil || !m.Before.Person.Holds(workflow.HR, "")) {
			if hr == 1 {
				out.Left = append(out.Left, id)
				continue
			}
			hr--
		}
		if m.newCertificate() {
			papers = append(papers, m.After.Certificate.ID)
		}
		if m.Before == nil {
			out.New++
			gone = append(gone, id)
		} else {
			out.Changed++
		}
	}
	b.Queue(`delete from reminder where certificate_id = any($1) and state in ('closed', 'queued')`, papers)
	b.Queue(`delete from reminder where person_id = any($1) and state in ('closed', 'queued')`, gone)
	b.Queue(`delete from message where person_id = any($1)`, gone)
	b.Queue(`update certificate set current = false where id = any($1)`, papers)
	b.Queue(`delete from certificate c where id = any($1) and not exists (select 1 from filing f
		where f.certificate_id = c.id)
		and not exists (select 1 from reminder r where r.certificate_id = c.id)`, papers)
	b.Queue(`delete from role_grant where person_id = any($1)`, gone)
	b.Queue(`delete from person where id = any($1)`, gone)
	for _, m := range images {
		if m.Before != nil && !slices.Contains(out.Left, m.After.Person.ID) {
			if err := s.queueRestore(&b, m); err != nil {
				return err
			}
		}
	}
	return tx.SendBatch(ctx, &b).Close()
}

// newCertificate reports whether the certificate came with the import.
func (m image) newCertificate() bool {
	return m.After.Certificate != nil && (m.Before == nil || m.Before.Certificate == nil ||
		m.Before.Certificate.ID != m.After.Certificate.ID)
}

// queueRestore brings somebody who was on the roster before back to what it said.
func (s *Store) queueRestore(b *pgx.Batch, m image) error {
	id, p := m.After.Person.ID, m.Before.Person
	b.Queue(`update person set name = $2, college_id = $3 where id = $1`, id, p.Name, p.College)
	if p.Name != m.After.Person.Name {
		queueSpelling(b, p)
	}
	if len(p.Grants) != len(m.After.Person.Grants) { // an import only adds roles
		queueGrants(b, p)
	}
	if m.Before.Certificate == nil {
		return nil
	}
	if m.newCertificate() {
		b.Queue(`update certificate set current = true where id = $1 and person_id = $2`, m.Before.Certificate.ID, id)
	}
	return s.queueCertificate(b, *m.Before.Certificate)
}
