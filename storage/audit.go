package storage

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"example.org/beian/workflow"
)

// EachFiling calls fn for every filing, ordered by number, with its stored row and all
// its events, read in one snapshot each. It stops at the first error of fn.
func (s *Store) EachFiling(ctx context.Context, fn func(stored workflow.Filing, events []workflow.Event) error) error {
	const page = 100
	last := ""
	for {
		rows, err := s.pool.Query(ctx, `select id from filing where id > $1 order by id limit $2`, last, page)
		if err != nil {
			return fmt.Errorf("list filings: %w", err)
		}
		ids, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			return fmt.Errorf("list filings: %w", err)
		}
		for _, id := range ids {
			f, events, err := s.history(ctx, id)
			if err != nil {
				return err
			}
			if err := fn(f, events); err != nil {
				return err
			}
			last = id
		}
		if len(ids) < page {
			return nil
		}
	}
}

// history reads a filing and its events as of one moment.
func (s *Store) history(ctx context.Context, id string) (f workflow.Filing, events []workflow.Event, err error) {
	opts := pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}
	err = pgx.BeginTxFunc(ctx, s.pool, opts, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `select id, sealed from filing where id = $1`, id)
		if err != nil {
			return err
		}
		if f, err = pgx.CollectExactlyOneRow(rows, s.scanFiling); err != nil {
			return err
		}
		events, err = s.events(ctx, tx, id)
		return err
	})
	if err != nil {
		return f, nil, fmt.Errorf("load history of %s: %w", id, err)
	}
	return f, events, nil
}
