package storage

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"example.org/beian/workflow"
)

// Turn handles one inbound message in one transaction: it records the message,
// loads and locks the case, lets decide decide and stores what comes of it. Turns
// of one person run one after the other.
//
// A message seen before changes nothing; its reply is handed out again only while
// it is unsent and nobody else is sending it. An error of decide rolls all back,
// the inbound row too, so that a redelivery starts afresh.
func (s *Store) Turn(ctx context.Context, in workflow.Inbound, now time.Time,
	decide func(workflow.Case) (workflow.Outcome, error),
) (workflow.Receipt, error) {
	var receipt workflow.Receipt
	err := s.inTx(ctx, func(tx pgx.Tx) error {
		fresh, c, err := s.open(ctx, tx, in, now)
		if err != nil {
			return err
		}
		if !fresh {
			receipt.Duplicate = true
			receipt.Reply, err = s.unsent(ctx, tx, in)
			return err
		}
		out, err := decide(c)
		if err != nil {
			return err
		}
		receipt.Reply = out.Reply
		return s.store(ctx, tx, in, c, out, now)
	})
	if err != nil {
		return workflow.Receipt{}, fmt.Errorf("turn: %w", err)
	}
	return receipt, nil
}

// Resume finishes a message that an earlier turn recorded and left to a job, such
// as a file that had to be fetched first. Run twice, it changes nothing the second
// time. With an empty Message it is a turn of a timer: nobody is answered.
func (s *Store) Resume(ctx context.Context, in workflow.Inbound, now time.Time,
	decide func(workflow.Case) (workflow.Outcome, error),
) (workflow.Receipt, error) {
	var receipt workflow.Receipt
	err := s.inTx(ctx, func(tx pgx.Tx) error {
		c, err := s.loadCase(ctx, tx, in, now, locking)
		if err != nil {
			return err
		}
		if in.Message != "" {
			var answered bool
			err := tx.QueryRow(ctx, `select reply is not null from inbound where robot = $1
				and message = $2`, in.Robot, in.Message).Scan(&answered)
			if err != nil {
				return fmt.Errorf("look up message: %w", err)
			}
			if answered {
				receipt.Duplicate = true
				receipt.Reply, err = s.unsent(ctx, tx, in)
				return err
			}
		}
		out, err := decide(c)
		if err != nil {
			return err
		}
		receipt.Reply = out.Reply
		return s.store(ctx, tx, in, c, out, now)
	})
	if err != nil {
		return workflow.Receipt{}, fmt.Errorf("resume turn: %w", err)
	}
	return receipt, nil
}

// open records the message and loads the case; fresh is false for a duplicate.
func (s *Store) open(ctx context.Context, tx pgx.Tx, in workflow.Inbound, now time.Time) (bool, workflow.Case, error) {
	c, err := s.loadCase(ctx, tx, in, now, recording)
	if errors.Is(err, errSeen) {
		return false, c, nil
	}
	return true, c, err
}

// errSeen says that the inbound row existed.
var errSeen = errors.New("message seen before")

// unsent takes over the reply of a message that was delivered again, if it still
// waits and nobody holds it.
func (s *Store) unsent(ctx context.Context, tx pgx.Tx, in workflow.Inbound) ([]byte, error) {
	rows, err := tx.Query(ctx, `
		update inbound set lease_until = clock_timestamp() + $3, attempts = attempts + 1
		where robot = $1 and message = $2 and reply is not null and sent_at is null and dead is null
		  and lease_until < clock_timestamp()
		returning reply`, in.Robot, in.Message, s.lease)
	if err != nil {
		return nil, fmt.Errorf("take over reply: %w", err)
	}
	sealed, err := pgx.CollectOneRow(rows, pgx.RowTo[[]byte])
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("take over reply: %w", err)
	}
	return s.openReply(sealed, in.Robot, in.Message)
}

// store writes an outcome with as few round trips as it can: one batch, and one
// more for jobs.
func (s *Store) store(ctx context.Context, tx pgx.Tx, in workflow.Inbound, c workflow.Case, out workflow.Outcome,
	now time.Time,
) error {
	var b pgx.Batch
	if out.Consent != "" {
		b.Queue(`insert into consent (person_id, version, given_at) values ($1, $2, $3)
			on conflict (person_id, version) where withdrawn_at is null do nothing`,
			in.Person, out.Consent, now)
	}
	for _, version := range out.Separate {
		b.Queue(`insert into consent (person_id, version, given_at) values ($1, $2, $3)
			on conflict (person_id, version) where withdrawn_at is null do nothing`,
			in.Person, version, now)
	}
	if out.Withdrawn {
		b.Queue(`update consent set withdrawn_at = $2 where person_id = $1 and withdrawn_at is null`, in.Person, now)
	}
	if out.Lang != "" {
		b.Queue(`update person set lang = $2 where id = $1`, in.Person, out.Lang)
	}
	if out.Filing != nil && len(out.Events) > 0 {
		if err := s.queueFiling(&b, *out.Filing, out.Events, c.Filing, now); err != nil {
			return err
		}
	}
	if out.Renewed != nil {
		if err := s.queueRenewed(&b, *out.Renewed); err != nil {
			return err
		}
	}
	if out.Question != nil {
		if err := s.queueQuestion(&b, *out.Question, now); err != nil {
			return err
		}
	}
	if out.Answered != nil {
		if err := s.queueAnswer(&b, *out.Answered, now); err != nil {
			return err
		}
	}
	for _, v := range out.Views {
		b.Queue(`insert into access (person_id, viewer_id, what, at) values ($1, $2, $3, $4)`, v.About, in.Person, v.What,
			now)
	}
	if out.Absence != nil {
		queueAbsence(&b, *out.Absence, now)
	}
	if out.Attention != nil && c.Certificate != nil {
		queueAttention(&b, c.Certificate.ID, *out.Attention)
	}
	if out.Back != "" {
		b.Queue(`update absence set ended_at = $3 where id = $1 and person_id = $2
			and ended_at is null`, out.Back, in.Person, now)
	}
	if out.Roster != nil {
		queueRosterChange(&b, in.Person, *out.Roster, now)
	}
	if out.Reinstated != "" {
		queueReinstated(&b, out.Filing.Person, out.Reinstated)
	}
	queueFiles(&b, c.Filing, out, now)
	if out.Reply != nil && in.Message != "" {
		sealed, err := s.sealer.Encrypt(out.Reply, replyBinding(in.Robot, in.Message))
		if err != nil {
			return fmt.Errorf("encrypt reply: %w", err)
		}
		b.Queue(`update inbound set reply = $3, lease_until = clock_timestamp() + $4, attempts = 1 where robot = $1
			and message = $2`,
			in.Robot, in.Message, sealed, s.lease)
	}
	if b.Len() > 0 {
		if err := tx.SendBatch(ctx, &b).Close(); err != nil {
			return fmt.Errorf("store outcome: %w", err)
		}
	}
	return s.insertJobs(ctx, tx, out.Effects)
}

// queueFiling appends the events and replaces the row, guarded by the sequence
// number that was read: a lost lock can never overwrite a newer state.
func (s *Store) queueFiling(b *pgx.Batch, f workflow.Filing, events []workflow.Event, was *workflow.Filing,
	now time.Time,
) error {
	sealed, err := s.seal(f, "filing:"+f.ID)
	if err != nil {
		return err
	}
	before := 0
	if was != nil && was.ID == f.ID {
		before = was.Seq
	}
	var until *time.Time
	if f.Notice.State == workflow.NoticePosted {
		until = dateOrNil(f.Notice.Until)
	}
	b.Queue(`
		insert into filing (id, person_id, college_id, certificate_id, state, step, revision, seq, notice_until, open,
		sealed, created_at, updated_at,
			opens_on, ends_on, overdue)
		values ($1, $2, $3, nullif($4, ''), $5, $6, $7, $8, $9, $10, $11, $12, $12, $14, $15, $16)
		on conflict (id) do update set certificate_id = excluded.certificate_id, state = excluded.state, step = excluded.step,
			revision = excluded.revision, seq = excluded.seq, notice_until = excluded.notice_until, open = excluded.open,
			sealed = excluded.sealed,
			updated_at = excluded.updated_at, opens_on = excluded.opens_on, ends_on = excluded.ends_on,
			overdue = excluded.overdue
		where filing.seq = $13`,
		f.ID, f.Person, f.College, f.Certificate, f.State, f.Review.Step, f.Revision, f.Seq, until, !f.State.Terminal() &&
			f.State != workflow.Approved, sealed, now, before,
		dateOrNil(f.Opens), dateOrNil(f.Ends), f.Overdue).
		Exec(func(tag commandTag) error {
			if tag.RowsAffected() != 1 {
				return fmt.Errorf("filing %s: %w", f.ID, workflow.ErrConflict)
			}
			return nil
		})
	for _, e := range events {
		sealed, err := s.seal(e, fmt.Sprintf("event:%s:%d", f.ID, e.Seq))
		if err != nil {
			return err
		}
		b.Queue(`insert into event (filing_id, seq, action, rule, actor_id, actor_role, state_to, at, sealed)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, f.ID, e.Seq, e.Action, e.Rule, e.Actor.ID, e.Actor.Role, e.To, e.At,
			sealed)
	}
	return nil
}

func replyBinding(robot, message string) []byte { return []byte("reply:" + robot + ":" + message) }

func (s *Store) openReply(sealed []byte, robot, message string) ([]byte, error) {
	plain, err := s.sealer.Decrypt(sealed, replyBinding(robot, message))
	if err != nil {
		return nil, fmt.Errorf("decrypt reply: %w", err)
	}
	return plain, nil
}
