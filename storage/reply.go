package storage

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"example.org/beian/workflow"
)

// maxReplyAttempts ends the retries of a reply; it is then listed as dead.
const maxReplyAttempts = 6

// ReplySent notes that the reply reached DingTalk.
func (s *Store) ReplySent(ctx context.Context, robot, message string) error {
	_, err := s.pool.Exec(ctx, `update inbound set sent_at = clock_timestamp(), lease_until = null where robot = $1
		and message = $2`, robot, message)
	if err != nil {
		return fmt.Errorf("mark reply sent: %w", err)
	}
	return nil
}

// ReplyFailed notes that sending did not work; the sweeper tries again after the
// delay, and gives up when dead is set or the attempts are used up. The reason is
// kept for the operator and holds no personal data.
func (s *Store) ReplyFailed(ctx context.Context, robot, message, reason string, dead bool, delay time.Duration) error {
	_, err := s.pool.Exec(ctx, `
		update inbound set lease_until = clock_timestamp() + $3,
		       dead = case when $4 or attempts >= $5 then $6 end
		where robot = $1 and message = $2`, robot, message, delay, dead, maxReplyAttempts, reason)
	if err != nil {
		return fmt.Errorf("mark reply failed: %w", err)
	}
	return nil
}

// ClaimReplies hands out unsent replies that nobody is sending, the oldest of each
// person only, so that the order per person is kept.
func (s *Store) ClaimReplies(ctx context.Context, limit int) ([]workflow.Pending, error) {
	rows, err := s.pool.Query(ctx, `
		with first as (
			select distinct on (person_id) seq, lease_until from inbound
			where reply is not null and sent_at is null and dead is null
			order by person_id, seq
		), due as (
			select i.seq from inbound i join first f on f.seq = i.seq
			where f.lease_until < clock_timestamp()
			  and i.lease_until < clock_timestamp() and i.sent_at is null and i.dead is null -- again, on the locked row
			order by i.seq limit $1 for update of i skip locked
		)
		update inbound i set lease_until = clock_timestamp() + $2, attempts = attempts + 1
		from due where i.seq = due.seq
		returning i.robot, i.message, i.person_id, i.reply, i.attempts`, limit, s.lease)
	if err != nil {
		return nil, fmt.Errorf("claim replies: %w", err)
	}
	pending, err := pgx.CollectRows(rows, pgx.RowToStructByPos[workflow.Pending])
	if err != nil {
		return nil, fmt.Errorf("claim replies: %w", err)
	}
	var errs []error
	out := pending[:0]
	for _, p := range pending {
		if p.Reply, err = s.openReply(p.Reply, p.Robot, p.Message); err != nil {
			errs = append(errs, err)
			continue
		}
		out = append(out, p)
	}
	return out, errors.Join(errs...)
}
