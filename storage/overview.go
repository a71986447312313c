package storage

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
	"example.org/beian/workflow/reminder"
)

// begun is true of certificates c whose filing is under way or handed over.
const begun = `exists (select 1 from filing f where f.certificate_id = c.id
	and f.state in ('DRAFT', 'SAVED', 'READY', 'PREREVIEW', 'SUBMITTED', 'REVIEWING', 'RETURNED', 'APPROVED', 'DONE'))`

// Overview counts what HR is told about on a day: it reads ranges of indexes, not the tables.
// Lists of people are left to [Store.Ending], [Store.Silent] and [Store.Unreachable].
func (s *Store) Overview(ctx context.Context, today calendar.Date, days int) (reminder.Overview, error) {
	const longOver = 365
	o := reminder.Overview{Day: today}
	month := calendar.NewDate(today.Year, today.Month, 1)
	var b pgx.Batch
	b.Queue(`select step, count(*), min(updated_at) from filing where open and step <> ''
		group by step`).Query(func(rows pgx.Rows) error {
		var err error
		o.Waiting, err = pgx.CollectRows(rows, pgx.RowToStructByPos[reminder.Queue])
		return err
	})
	b.Queue(`select count(*) from question where answered_at is null`).QueryRow(func(row pgx.Row) error {
		return row.Scan(&o.Asked)
	})
	for _, n := range within(days) {
		b.Queue(`select count(*), count(*) filter (where `+begun+`), count(*) filter (where not `+begun+` and exists (
				select 1 from message m where m.person_id = c.person_id and m.topic = 'person' and m.read_at is not null
				and m.day > $1::date - 60))
			from certificate c join person p on p.id = c.person_id
			where c.current and p.active
			and c.ends_on between $1 and $2`, column(today), column(today.AddDays(n))).QueryRow(func(row pgx.Row) error {
			w := reminder.Within{Days: n}
			err := row.Scan(&w.Ending, &w.Busy, &w.Read)
			o.Within = append(o.Within, w)
			return err
		})
	}
	b.Queue(`select count(*), count(*) filter (where not c.current or exists (select 1 from filing f
		where f.certificate_id = c.id and f.state in ('APPROVED', 'DONE')))
		from certificate c join person p on p.id = c.person_id where p.active and c.ends_on >= $1 and c.ends_on < $2`,
		column(month), column(month.AddMonths(1))).QueryRow(func(row pgx.Row) error { return row.Scan(&o.Month, &o.Done) })
	b.Queue(`select count(*) from certificate c join person p on p.id = c.person_id
		where c.current and p.active and c.mismatch = '' and c.ends_on < $1 and c.ends_on >= $2 and not `+begun,
		column(today), column(today.AddDays(-longOver))).QueryRow(func(row pgx.Row) error { return row.Scan(&o.Overdue) })
	queueAhead(&b, today, &o.Ahead)
	if err := s.pool.SendBatch(ctx, &b).Close(); err != nil {
		return o, fmt.Errorf("count for the overview: %w", err)
	}
	for _, w := range o.Within {
		if w.Days == days {
			o.Busy = w.Busy
		}
	}
	return o, nil
}

// queueAhead counts the certificates that end in each of the next twelve months, by college.
func queueAhead(b *pgx.Batch, today calendar.Date, out *[]workflow.MonthCount) {
	const months = 12
	month := calendar.NewDate(today.Year, today.Month, 1)
	b.Queue(`select to_char(c.ends_on, 'YYYY-MM') as month, k.name, count(*) from certificate c
		join person p on p.id = c.person_id join college k on k.id = p.college_id
		where c.current and p.active and c.ends_on >= $1 and c.ends_on < $2 group by 1, 2 order by 1, 2`,
		column(month), column(month.AddMonths(months))).Query(func(rows pgx.Rows) error {
		var err error
		*out, err = pgx.CollectRows(rows, pgx.RowToStructByPos[workflow.MonthCount])
		return err
	})
}

// Statistics counts what HR sees as a picture: of the last twelve months and the next.
func (s *Store) Statistics(ctx context.Context, today calendar.Date) (workflow.Statistics, error) {
	const most = 5000 // decisions
	out := workflow.Statistics{Day: today, Returned: map[string]int{}}
	since := today.AddMonths(-12).Time()
	var b pgx.Batch
	queueAhead(&b, today, &out.Ahead)
	b.Queue(`select state, step, count(*) from filing where open group by 1, 2
		order by 1, 2`).Query(func(rows pgx.Rows) error {
		var err error
		out.Open, err = pgx.CollectRows(rows, pgx.RowToStructByPos[workflow.StateCount])
		return err
	})
	b.Queue(`select actor_role, began, at from (
			select filing_id, action, actor_role, at, lag(at) over (partition by filing_id order by seq) as began from event
			where action in ('request_prereview', 'approve', 'submit', 'return') and filing_id in (select filing_id
			from event where action in ('approve', 'submit', 'return') and at >= $1)
		) d where action <> 'request_prereview' and began is not null and at >= $1 order by at desc
		limit $2`, since, most).Query(func(rows pgx.Rows) error {
		var err error
		out.Took, err = pgx.CollectRows(rows, pgx.RowToStructByPos[workflow.StepTime])
		return err
	})
	b.Queue(`select filing_id, seq, sealed from event where action = 'return' and at >= $1 order by at desc
		limit $2`, since, most).Query(func(rows pgx.Rows) error {
		var id string
		var seq int
		var sealed []byte
		_, err := pgx.ForEachRow(rows, []any{&id, &seq, &sealed}, func() error {
			var e workflow.Event
			if err := s.unseal(sealed, fmt.Sprintf("event:%s:%d", id, seq), &e); err != nil {
				return err
			}
			for _, it := range e.Items {
				out.Returned[it.Reason]++
			}
			return nil
		})
		return err
	})
	if err := s.pool.SendBatch(ctx, &b).Close(); err != nil {
		return out, fmt.Errorf("count for the statistics: %w", err)
	}
	return out, nil
}

// within are the spans that the overview counts, up to as far as it looks.
func within(days int) []int {
	var out []int
	for _, n := range []int{7, 14, 30} {
		if n < days {
			out = append(out, n)
		}
	}
	return append(out, days)
}

// Week is what the handlers of a college are told once a week; at most limit people are named.
func (s *Store) Week(ctx context.Context, college string, today calendar.Date, days, limit int) (reminder.Week, error) {
	var w reminder.Week
	err := s.pool.QueryRow(ctx, `select k.name,
			(select count(*) from certificate c join person p on p.id = c.person_id where c.current and p.active
			and p.college_id = k.id and c.ends_on between $2 and $3),
			(select count(*) from certificate c join person p on p.id = c.person_id where c.current and p.active
			and p.college_id = k.id and c.ends_on between $2 and $3 and `+begun+`),
			(select count(*) from event e join filing f on f.id = e.filing_id where f.college_id = k.id
			and e.action = 'official_approved' and e.at >= $4)
		from college k where k.id = $1`, college, column(today), column(today.AddDays(days)), today.AddDays(-7).Time()).
		Scan(&w.College, &w.Ending, &w.Busy, &w.Done)
	if err != nil {
		return w, fmt.Errorf("count for a college: %w", err)
	}
	w.Idle, err = s.candidates(ctx, `where c.current and p.active and p.college_id = $1
		and c.ends_on between $2 and $3 and not `+begun+` order by c.ends_on, c.id limit $4`,
		college, column(today), column(today.AddDays(days)), limit)
	return w, err
}

// Waiters returns the handlers for whom something may have waited since before the time, and
// those who stand in for one today. Whether it is their turn is for the caller to see.
func (s *Store) Waiters(ctx context.Context, today calendar.Date, before time.Time) ([]string, error) {
	return s.ids(ctx, "find handlers", `
		with open_filing as (select college_id, person_id, step from filing where open and updated_at < $2
		and state in ('SAVED', 'READY', 'RETURNED', 'PREREVIEW'))
		select distinct coalesce(a.deputy_id, g.person_id) from role_grant g join person p on p.id = g.person_id and p.active
			left join absence a on a.person_id = g.person_id and a.ended_at is null and a.deputy_id is not null
			and $1 between a.from_on and a.until_on
		where (g.role = 'college_handler' and exists (select 1 from open_filing f where g.college_id in (f.college_id, ''))
			or g.role = 'school_handler' and exists (select 1 from open_filing))
		order by 1`, column(today), before)
}

// Handlers returns everybody who handles a college and is there today.
func (s *Store) Handlers(ctx context.Context, today calendar.Date) ([]string, error) {
	return s.ids(ctx, "find handlers", `select distinct g.person_id from role_grant g
		join person p on p.id = g.person_id and p.active
		where g.role = 'college_handler' and not g.deputy and not exists (
			select 1 from absence a where a.person_id = g.person_id and a.ended_at is null
			and $1 between a.from_on and a.until_on) order by 1`, column(today))
}

// Reminded returns the person's current certificate with what was decided and said about
// reminders; ok is false when they have none.
func (s *Store) Reminded(ctx context.Context, person string) (k reminder.Candidate, ok bool, err error) {
	found, err := s.candidates(ctx, `where c.current and c.person_id = $1`, person)
	if err != nil || len(found) == 0 {
		return reminder.Candidate{}, false, err
	}
	return found[0], true, nil
}
