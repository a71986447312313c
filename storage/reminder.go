package storage

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"example.org/beian/workflow"
)

// Ending returns the current certificates whose validity ends between the two days,
// each with its open filing and the milestones already in the ledger. It reads an
// index range: its cost follows what is due, not the size of the table.
func (s *Store) Ending(ctx context.Context, from, to workflow.Date) ([]workflow.Candidate, error) {
	rows, err := s.pool.Query(ctx, `
		select c.id, c.person_id, p.name, p.college_id, k.name, c.recognised_on, c.printed_end, c.mismatch,
		       (select state from filing f where f.certificate_id = c.id order by created_at desc limit 1),
		       array(select milestone from reminder r where r.certificate_id = c.id and r.person_id = c.person_id)
		from certificate c join person p on p.id = c.person_id join college k on k.id = p.college_id
		where c.current and c.ends_on between $1 and $2 and p.active
		order by c.ends_on, c.id`, column(from), column(to))
	if err != nil {
		return nil, fmt.Errorf("find ending certificates: %w", err)
	}
	out, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (workflow.Candidate, error) {
		var k workflow.Candidate
		var on time.Time
		var end *time.Time
		var state *string
		err := row.Scan(&k.Certificate.ID, &k.Person.ID, &k.Person.Name, &k.Person.College, &k.College, &on, &end, &k.Certificate.Mismatch, &state, &k.Ledger)
		k.Certificate.Person, k.Certificate.RecognisedOn = k.Person.ID, civil(on)
		if end != nil {
			k.Certificate.PrintedEnd = civil(*end)
		}
		if state != nil {
			k.State = workflow.State(*state)
		}
		return k, err
	})
	if err != nil {
		return nil, fmt.Errorf("find ending certificates: %w", err)
	}
	return out, nil
}

// Decide writes the outcome of the daily pass for one certificate: the reminder to
// send, with its job, and the rungs that were missed. Repeating it changes nothing.
func (s *Store) Decide(ctx context.Context, k workflow.Candidate, due workflow.Due, missed []string, now time.Time) error {
	err := s.inTx(ctx, func(tx pgx.Tx) error {
		const row = `insert into reminder (certificate_id, milestone, person_id, channel, due_on, reason, decided_at, state)
			values ($1, $2, $3, 'dingtalk', $4, $5, $6, $7) on conflict do nothing`
		for _, m := range missed {
			if _, err := tx.Exec(ctx, row, k.Certificate.ID, m, k.Person.ID, column(due.On), "superseded", now, "missed"); err != nil {
				return err
			}
		}
		tag, err := tx.Exec(ctx, row, k.Certificate.ID, due.Milestone, k.Person.ID, column(due.On), due.Reason, now, "queued")
		if err != nil || tag.RowsAffected() == 0 {
			return err
		}
		return s.insertJobs(ctx, tx, []workflow.Effect{workflow.Remind{Certificate: k.Certificate.ID, Milestone: due.Milestone, Person: k.Person.ID}})
	})
	if err != nil {
		return fmt.Errorf("record reminder %s: %w", due.Milestone, err)
	}
	return nil
}

// Reminder returns the ledger row of a reminder that is to be sent; ok is false
// when it has been sent or was never decided.
func (s *Store) Reminder(ctx context.Context, r workflow.Remind) (reason string, ok bool, err error) {
	rows, err := s.pool.Query(ctx, `select reason from reminder
		where certificate_id = $1 and milestone = $2 and person_id = $3 and state = 'queued'`, r.Certificate, r.Milestone, r.Person)
	if err != nil {
		return "", false, fmt.Errorf("load reminder: %w", err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(found) == 0 {
		return "", false, err
	}
	return found[0], true, nil
}

// ReminderSent closes the ledger row.
func (s *Store) ReminderSent(ctx context.Context, r workflow.Remind) error {
	_, err := s.pool.Exec(ctx, `update reminder set state = 'sent', sent_at = clock_timestamp()
		where certificate_id = $1 and milestone = $2 and person_id = $3 and state = 'queued'`, r.Certificate, r.Milestone, r.Person)
	if err != nil {
		return fmt.Errorf("mark reminder sent: %w", err)
	}
	return nil
}

// ClaimTick claims one tick of a schedule and inserts its job with it. Exactly one
// replica gets true; a tick missed by all is claimed when the next one looks.
func (s *Store) ClaimTick(ctx context.Context, name string, at time.Time, job workflow.Effect) (bool, error) {
	won := false
	err := s.inTx(ctx, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `insert into tick (name, at) values ($1, $2) on conflict do nothing`, name, at)
		if err != nil || tag.RowsAffected() == 0 {
			return err
		}
		won = true
		return s.insertJobs(ctx, tx, []workflow.Effect{job})
	})
	if err != nil {
		return false, fmt.Errorf("claim tick %s: %w", name, err)
	}
	return won, nil
}

// LastTick returns the newest claimed tick of a schedule, or the zero time.
func (s *Store) LastTick(ctx context.Context, name string) (time.Time, error) {
	var at *time.Time
	if err := s.pool.QueryRow(ctx, `select max(at) from tick where name = $1`, name).Scan(&at); err != nil {
		return time.Time{}, fmt.Errorf("read ticks of %s: %w", name, err)
	}
	if at == nil {
		return time.Time{}, nil
	}
	return *at, nil
}

// Enqueue inserts effects outside a turn.
func (s *Store) Enqueue(ctx context.Context, effects ...workflow.Effect) error {
	return s.inTx(ctx, func(tx pgx.Tx) error { return s.insertJobs(ctx, tx, effects) })
}
