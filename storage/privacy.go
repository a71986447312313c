package storage

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"example.org/beian/workflow"
)

// Shown notes that something about a person was shown to others.
func (s *Store) Shown(ctx context.Context, person string, viewers []string, what string, now time.Time) error {
	_, err := s.pool.Exec(ctx, `insert into access (person_id, viewer_id, what, at) select $1, unnest($2::text[]), $3,
		$4`, person, viewers, what, now)
	if err != nil {
		return fmt.Errorf("note access: %w", err)
	}
	return nil
}

// Accesses returns who was shown something about a person, the newest first.
func (s *Store) Accesses(ctx context.Context, person string, limit int) ([]workflow.Access, error) {
	rows, err := s.pool.Query(ctx, `select a.viewer_id, coalesce(p.name, ''), a.what, a.at from access a left
		join person p on p.id = a.viewer_id
		where a.person_id = $1 order by a.at desc, a.id desc limit $2`, person, limit)
	if err != nil {
		return nil, fmt.Errorf("load accesses: %w", err)
	}
	out, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (workflow.Access, error) {
		var a workflow.Access
		return a, row.Scan(&a.Viewer, &a.Name, &a.What, &a.At)
	})
	if err != nil {
		return nil, fmt.Errorf("load accesses: %w", err)
	}
	return out, nil
}

// doomed are the filings of $1 up to the newest one whose consent was withdrawn.
const doomed = `(select f.id from filing f where f.person_id = $1 and f.created_at <=
	(select max(w.created_at) from filing w join event e on e.filing_id = w.id and e.action = 'withdraw_consent'
	where w.person_id = $1))`

// Erase removes everything that a person's filings consisted of when they withdrew
// their consent: the filings with all events, the questions, and what was answered. What
// stays is the roster, that consent was given and withdrawn, and who saw what. A
// filing begun after agreeing again is not touched.
func (s *Store) Erase(ctx context.Context, person string) error {
	err := s.inTx(ctx, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `select pg_advisory_xact_lock(hashtextextended($1, 0))`, person); err != nil {
			return err
		}
		var b pgx.Batch
		for _, q := range []string{ // the events last: they say which filings are meant
			`delete from card where filing_id in ` + doomed,
			`delete from question where person_id = $1 and asked_at <= (select max(withdrawn_at) from consent
				where person_id = $1)`,
			`update inbound set reply = null where person_id = $1 and sent_at is not null`,
		} {
			b.Queue(q, person)
		}
		if err := tx.SendBatch(ctx, &b).Close(); err != nil {
			return err
		}
		rows, err := tx.Query(ctx, `select id from filing where id in `+doomed, person)
		if err != nil {
			return err
		}
		ids, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			return err
		}
		var del pgx.Batch
		del.Queue(`delete from event where filing_id = any($1)`, ids)
		del.Queue(`delete from filing where id = any($1)`, ids)
		return tx.SendBatch(ctx, &del).Close()
	})
	if err != nil {
		return fmt.Errorf("erase: %w", err)
	}
	return nil
}
