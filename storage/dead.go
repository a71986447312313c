package storage

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river/rivertype"

	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
	"example.org/beian/workflow/reminder"
)

// DeadLetters lists what was given up: jobs, replies, and messages that DingTalk does not
// deliver. It names no content; the newest comes first.
func (s *Store) DeadLetters(ctx context.Context, limit int) ([]workflow.DeadLetter, error) {
	rows, err := s.pool.Query(ctx, `
		select * from (
			select 'job-' || id, kind, coalesce(errors[array_upper(errors, 1)] ->> 'error', ''), attempt::int,
			coalesce(finalized_at, created_at) as at
				from river_job where state in ('discarded', 'cancelled')
			union all select 'reply-' || message, 'reply', dead, attempts, received_at from inbound where dead is not null
			union all select concat_ws('/', 'message-' || person_id, day, topic), 'message (' || state || ')', reason,
			attempts, day::timestamptz
				from message where state in ('dead', 'unreachable') and day > current_date - 60
		) dead order by at desc limit $1`, limit)
	if err != nil {
		return nil, fmt.Errorf("list dead letters: %w", err)
	}
	out, err := pgx.CollectRows(rows, pgx.RowToStructByPos[workflow.DeadLetter])
	if err != nil {
		return nil, fmt.Errorf("list dead letters: %w", err)
	}
	return out, nil
}

// Resend tries a dead letter again, by the id of the list. A message says then what is right
// then; an overview of an earlier day has been overtaken by the next, and is only taken off the list.
func (s *Store) Resend(ctx context.Context, id string, now time.Time) error {
	kind, key, _ := strings.Cut(id, "-")
	var n int64
	var err error
	switch kind {
	case "job":
		var job *rivertype.JobRow
		if job, err = s.retry(ctx, key); job != nil {
			n = 1
		}
	case "reply":
		n, err = s.change(ctx, `update inbound set dead = null, attempts = 0, lease_until = clock_timestamp()
			where message = $1 and dead is not null and sent_at is null`, key)
	case "message":
		if parts := strings.Split(key, "/"); len(parts) == 3 {
			n, err = s.resendMessage(ctx, parts[0], parts[1], reminder.Topic(parts[2]), now)
		}
	}
	if err != nil {
		return fmt.Errorf("resend %s: %w", id, err)
	}
	if n == 0 {
		return fmt.Errorf("resend %s: %w", id, workflow.ErrNotFound)
	}
	return nil
}

func (s *Store) resendMessage(ctx context.Context, person, day string, topic reminder.Topic, now time.Time) (int64,
	error,
) {
	var n int64
	today := calendar.DateOf(now)
	err := s.inTx(ctx, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `update message set state = 'dropped' where person_id = $1 and day::text = $2
			and topic = $3 and state in ('dead', 'unreachable')`, person, day, topic)
		if n = tag.RowsAffected(); err != nil || n == 0 || topic != reminder.TopicPerson && day != today.String() {
			return err
		}
		if _, err := tx.Exec(ctx, `insert into message (person_id, day, topic, state) values ($1, $2, $3, 'queued')
			on conflict (person_id, day, topic) do update set state = 'queued'
			where message.state = 'dropped'`, person, column(today), topic); err != nil {
			return err
		}
		if topic != reminder.TopicPerson {
			return s.insertJobs(ctx, tx, []workflow.Effect{reminder.Digest{Day: today, Again: now.UnixNano()}})
		}
		if _, err := tx.Exec(ctx, `update reminder set state = 'queued', told_on = null where person_id = $1
			and state = 'unreachable' and until_on >= $2`, person, column(today)); err != nil {
			return err
		}
		return s.insertJobs(ctx, tx, []workflow.Effect{reminder.PostPass{Day: today, Again: now.UnixNano()}})
	})
	return n, err
}

func (s *Store) retry(ctx context.Context, key string) (*rivertype.JobRow, error) {
	id, err := strconv.ParseInt(key, 10, 64)
	if err != nil {
		return nil, nil
	}
	n, err := s.change(ctx, `select 1 from river_job where id = $1 and state in ('discarded', 'cancelled')`, id)
	if err != nil || n == 0 {
		return nil, err
	}
	return s.jobs.JobRetry(ctx, id)
}

func (s *Store) change(ctx context.Context, query string, args ...any) (int64, error) {
	tag, err := s.pool.Exec(ctx, query, args...)
	return tag.RowsAffected(), err
}
