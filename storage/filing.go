package storage

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
)

// Case loads the case of a filing without a lock, for rendering what goes out.
func (s *Store) Case(ctx context.Context, filing string) (workflow.Case, error) {
	var c workflow.Case
	err := pgx.BeginTxFunc(ctx, s.pool, pgx.TxOptions{}, func(tx pgx.Tx) error {
		var person string
		if err := tx.QueryRow(ctx, `select person_id from filing where id = $1`, filing).Scan(&person); err != nil {
			if errors.Is(err, pgx.ErrNoRows) {
				return workflow.ErrNotFound
			}
			return err
		}
		var err error
		c, err = s.peek(ctx, tx, person, filing)
		return err
	})
	if err != nil {
		return c, fmt.Errorf("load filing %s: %w", filing, err)
	}
	return c, nil
}

// CaseFor loads the case of a filing as somebody else sees it, without a lock.
func (s *Store) CaseFor(ctx context.Context, person, filing string) (workflow.Case, error) {
	var c workflow.Case
	err := pgx.BeginTxFunc(ctx, s.pool, pgx.TxOptions{}, func(tx pgx.Tx) (err error) {
		c, err = s.peek(ctx, tx, person, filing)
		return err
	})
	if err == nil && c.Filing == nil {
		err = workflow.ErrNotFound
	}
	if err != nil {
		return c, fmt.Errorf("load filing %s: %w", filing, err)
	}
	return c, nil
}

// PersonCase loads the case of a person's own filing without a lock.
func (s *Store) PersonCase(ctx context.Context, person string) (workflow.Case, error) {
	var c workflow.Case
	err := pgx.BeginTxFunc(ctx, s.pool, pgx.TxOptions{}, func(tx pgx.Tx) (err error) {
		c, err = s.peek(ctx, tx, person, "")
		return err
	})
	if err != nil {
		return c, fmt.Errorf("load person: %w", err)
	}
	return c, nil
}

// Event returns one event of a filing.
func (s *Store) Event(ctx context.Context, filing string, seq int) (workflow.Event, error) {
	var e workflow.Event
	var sealed []byte
	err := s.pool.QueryRow(ctx, `select sealed from event where filing_id = $1 and seq = $2`, filing, seq).Scan(&sealed)
	if errors.Is(err, pgx.ErrNoRows) {
		err = workflow.ErrNotFound
	}
	if err != nil {
		return e, fmt.Errorf("load event %d of %s: %w", seq, filing, err)
	}
	return e, s.unseal(sealed, fmt.Sprintf("event:%s:%d", filing, seq), &e)
}

// Events returns all events of a filing in order.
func (s *Store) Events(ctx context.Context, filing string) ([]workflow.Event, error) {
	events, err := s.events(ctx, s.pool, filing)
	if err != nil {
		return nil, fmt.Errorf("load events of %s: %w", filing, err)
	}
	return events, nil
}

// querier is a pool or a transaction.
type querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

func (s *Store) events(ctx context.Context, q querier, filing string) ([]workflow.Event, error) {
	rows, err := q.Query(ctx, `select seq, sealed from event where filing_id = $1 order by seq`, filing)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (workflow.Event, error) {
		var e workflow.Event
		var seq int
		var sealed []byte
		if err := row.Scan(&seq, &sealed); err != nil {
			return e, err
		}
		return e, s.unseal(sealed, fmt.Sprintf("event:%s:%d", filing, seq), &e)
	})
}

// Due returns the filings on which time alone has brought something about by today,
// see [workflow.Timers]: each condition finds its own index.
func (s *Store) Due(ctx context.Context, today calendar.Date) ([]string, error) {
	return s.ids(ctx, "find due filings", `
		select id from filing where open and notice_until < $1
		union select id from filing where state = 'INELIGIBLE' and opens_on <= $1
		union select id from filing where open and not overdue and ends_on < $1
		order by id`, column(today))
}

// SaveCard notes that a card goes out to the receivers. It returns false when the
// card is already marked as sent, so that a job run twice sends once.
func (s *Store) SaveCard(ctx context.Context, track, filing string, ticket int, receivers []string) (bool, error) {
	var sent bool
	err := s.pool.QueryRow(ctx, `
		insert into card (track_id, filing_id, ticket, receivers) values ($1, $2, $3, $4)
		on conflict (track_id) do update set receivers = card.receivers
		returning sent_at is not null`, track, filing, ticket, receivers).Scan(&sent)
	if err != nil {
		return false, fmt.Errorf("save card %s: %w", track, err)
	}
	return !sent, nil
}

// CardSent marks a card as delivered.
func (s *Store) CardSent(ctx context.Context, track string) error {
	if _, err := s.pool.Exec(ctx, `update card set sent_at = clock_timestamp() where track_id = $1`, track); err != nil {
		return fmt.Errorf("mark card %s sent: %w", track, err)
	}
	return nil
}

// CardReceivers returns who has a copy of the card of a step.
func (s *Store) CardReceivers(ctx context.Context, filing string, ticket int) ([]string, error) {
	rows, err := s.pool.Query(ctx, `select distinct unnest(receivers) from card where filing_id = $1
		and ticket = $2 order by 1`, filing, ticket)
	if err != nil {
		return nil, fmt.Errorf("load receivers of card %s-%d: %w", filing, ticket, err)
	}
	out, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, fmt.Errorf("load receivers of card %s-%d: %w", filing, ticket, err)
	}
	return out, nil
}
