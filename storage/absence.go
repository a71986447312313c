package storage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
)

// absences are those of a person p that were not taken back, as personQuery selects them.
const absences = `(select json_agg(json_build_object('id', a.id, 'from', a.from_on, 'until', a.until_on, 'deputy',
	a.deputy_id, 'name', d.name, 'lang', d.lang) order by a.from_on)
	from absence a left join person d on d.id = a.deputy_id where a.person_id = p.id and a.ended_at is null) as absences`

func parseAbsences(person string, data []byte) ([]workflow.Absence, error) {
	if len(data) == 0 {
		return nil, nil
	}
	var rows []struct {
		ID, From, Until    string
		Deputy, Name, Lang *string
	}
	if err := json.Unmarshal(data, &rows); err != nil {
		return nil, fmt.Errorf("read absences: %w", err)
	}
	out := make([]workflow.Absence, len(rows))
	for i, r := range rows {
		from, err := calendar.ParseDate(r.From)
		if err != nil {
			return nil, fmt.Errorf("read absences: %w", err)
		}
		until, err := calendar.ParseDate(r.Until)
		if err != nil {
			return nil, fmt.Errorf("read absences: %w", err)
		}
		out[i] = workflow.Absence{ID: r.ID, Person: person, From: from, Until: until}
		if r.Deputy != nil {
			out[i].Deputy = &workflow.Person{ID: *r.Deputy, Name: *r.Name, Lang: *r.Lang}
		}
	}
	return out, nil
}

func queueAbsence(b *pgx.Batch, a workflow.Absence, now time.Time) {
	deputy := ""
	if a.Deputy != nil {
		deputy = a.Deputy.ID
	}
	// A new one takes the place of those it touches: somebody has changed their mind.
	b.Queue(`update absence set ended_at = $4 where person_id = $1 and ended_at is null and from_on <= $3
		and until_on >= $2`, a.Person, column(a.From), column(a.Until), now)
	b.Queue(`insert into absence (id, person_id, from_on, until_on, deputy_id, noted_at)
		values ($1, $2, $3, $4, nullif($5, ''), $6)`,
		a.ID, a.Person, column(a.From), column(a.Until), deputy, now)
}

// Escalate notes that a wait has climbed to a level, and queues the job that tells it. It
// does so once.
func (s *Store) Escalate(ctx context.Context, n workflow.Nudge, now time.Time) error {
	err := s.inTx(ctx, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `insert into escalation (filing_id, wait, level, at) values ($1, $2, $3, $4)
			on conflict do nothing`, n.Filing, n.Wait, n.Level, now)
		if err != nil || tag.RowsAffected() == 0 {
			return err
		}
		return s.insertJobs(ctx, tx, []workflow.Effect{n})
	})
	if err != nil {
		return fmt.Errorf("escalate %s: %w", n.Filing, err)
	}
	return nil
}

// Desk returns the filings that a handler may have to do with today: of the colleges that
// they, or those whom they stand in for, handle; for the school those in review, those with an
// objection, and those of colleges in which nobody else is there (Q21). The one that waits
// longest first, at most limit.
func (s *Store) Desk(ctx context.Context, person string, today calendar.Date, limit int) ([]workflow.Case, error) {
	ids, err := s.ids(ctx, "load desk", `
		with mine as (
			select role, college_id from role_grant where person_id = $1
			union select g.role, g.college_id from absence a join role_grant g on g.person_id = a.person_id
				where a.deputy_id = $1 and a.ended_at is null and $2 between a.from_on and a.until_on)
		select id from filing f
		where open and person_id <> $1 and state in ('SAVED', 'READY', 'RETURNED', 'PREREVIEW') and (
			exists (select 1 from mine m where m.role = 'college_handler' and m.college_id in (f.college_id, ''))
			or exists (select 1 from mine m where m.role = 'school_handler') and (step <> ''
				or exists (select 1 from event e where e.filing_id = f.id and e.action = 'notice_objection')
				or not exists (select 1 from role_grant g join person p on p.id = g.person_id and p.active
					where g.role = 'college_handler' and g.college_id in (f.college_id, '') and g.person_id <> f.person_id
						and not exists (select 1 from absence a where a.person_id = g.person_id and a.ended_at is null
						and a.deputy_id is null and $2 between a.from_on and a.until_on))))
		order by updated_at limit $3`, person, column(today), limit)
	if err != nil {
		return nil, err
	}
	var out []workflow.Case
	err = pgx.BeginTxFunc(ctx, s.pool, pgx.TxOptions{}, func(tx pgx.Tx) error {
		for _, id := range ids {
			c, err := s.peek(ctx, tx, person, id)
			if err != nil {
				return err
			}
			if c.Filing != nil { // it may have been erased since
				out = append(out, c)
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("load desk: %w", err)
	}
	return out, nil
}

// Standing returns the filings that wait for somebody, for the watch over them.
func (s *Store) Standing(ctx context.Context) ([]string, error) {
	return s.ids(ctx, "find filings that wait", `select id from filing where open and (step <> ''
		or state in ('SAVED', 'READY', 'RETURNED')) order by id`)
}

// Beginning returns the absences with a deputy that begin today.
func (s *Store) Beginning(ctx context.Context, today calendar.Date) ([]workflow.Absence, error) {
	rows, err := s.pool.Query(ctx, `select id, person_id, from_on, until_on, deputy_id from absence where from_on = $1
		and ended_at is null and deputy_id is not null`, column(today))
	if err != nil {
		return nil, fmt.Errorf("find absences: %w", err)
	}
	out, err := pgx.CollectRows(rows, scanAbsence)
	if err != nil {
		return nil, fmt.Errorf("find absences: %w", err)
	}
	return out, nil
}

// Absence returns one that was not taken back.
func (s *Store) Absence(ctx context.Context, id string) (workflow.Absence, error) {
	rows, err := s.pool.Query(ctx, `select id, person_id, from_on, until_on, deputy_id from absence where id = $1
		and ended_at is null`, id)
	if err != nil {
		return workflow.Absence{}, fmt.Errorf("load absence: %w", err)
	}
	a, err := pgx.CollectExactlyOneRow(rows, scanAbsence)
	if errors.Is(err, pgx.ErrNoRows) {
		err = workflow.ErrNotFound
	}
	if err != nil {
		return a, fmt.Errorf("load absence: %w", err)
	}
	return a, nil
}

func scanAbsence(row pgx.CollectableRow) (workflow.Absence, error) {
	var a workflow.Absence
	var from, until time.Time
	var deputy *string
	if err := row.Scan(&a.ID, &a.Person, &from, &until, &deputy); err != nil {
		return a, err
	}
	a.From, a.Until = civil(from), civil(until)
	if deputy != nil {
		a.Deputy = &workflow.Person{ID: *deputy}
	}
	return a, nil
}

// Deputise queues the word to a deputy that somebody's absence has begun, once.
func (s *Store) Deputise(ctx context.Context, absence string, now time.Time) error {
	err := s.inTx(ctx, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `insert into escalation (filing_id, wait, level, at) values ('', $1, 1, $2)
			on conflict do nothing`, "absence:"+absence, now)
		if err != nil || tag.RowsAffected() == 0 {
			return err
		}
		return s.insertJobs(ctx, tx, []workflow.Effect{workflow.Deputise{Absence: absence}})
	})
	if err != nil {
		return fmt.Errorf("tell deputy: %w", err)
	}
	return nil
}
