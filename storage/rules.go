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

// ErrPolicyChanged says that a policy was edited without a new version.
var ErrPolicyChanged = errors.New("filings were decided under another policy of the same version: " +
	"give the changed policy a new version")

// KeepPolicy stores the policy in force, so that filings begun under it can keep it.
// A stored version never changes, apart from its calendar.
func (s *Store) KeepPolicy(ctx context.Context, p workflow.Policy, now time.Time) error {
	doc, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("encode policy: %w", err)
	}
	var stored string
	err = s.pool.QueryRow(ctx, `insert into policy (version, document, stored_at) values ($1, $2, $3)
		on conflict (version) do update set version = excluded.version
		returning document`, p.Version, string(doc), now).Scan(&stored)
	if err != nil {
		return fmt.Errorf("keep policy %s: %w", p.Version, err)
	}
	was, err := workflow.RestorePolicy([]byte(stored))
	if err != nil {
		return fmt.Errorf("read stored policy %s: %w", p.Version, err)
	}
	if !workflow.SameRules(was, p) {
		return fmt.Errorf("policy %s: %w", p.Version, ErrPolicyChanged)
	}
	return nil
}

// Rules returns the policy in force with everything that filings may still need:
// older versions and imported calendars.
func (s *Store) Rules(ctx context.Context, current workflow.Policy) (workflow.Rulebook, error) {
	older, err := documents(ctx, s, `select document from policy
		where version <> $1`, workflow.RestorePolicy, current.Version)
	if err != nil {
		return workflow.Rulebook{}, err
	}
	years, err := s.Years(ctx)
	if err != nil {
		return workflow.Rulebook{}, err
	}
	return workflow.NewRulebook(current, older, years)
}

// Years returns the imported calendars.
func (s *Store) Years(ctx context.Context) ([]calendar.Year, error) {
	return documents(ctx, s, `select document from calendar_year order by year`, calendar.ParseYear)
}

// SaveYear stores an official arrangement in place of what was there for its year.
func (s *Store) SaveYear(ctx context.Context, y calendar.Year, now time.Time) error {
	doc, err := json.Marshal(y)
	if err != nil {
		return fmt.Errorf("encode calendar: %w", err)
	}
	_, err = s.pool.Exec(ctx, `insert into calendar_year (year, document, imported_at) values ($1, $2, $3)
		on conflict (year) do update set document = excluded.document,
		imported_at = excluded.imported_at`, y.Year, string(doc), now)
	if err != nil {
		return fmt.Errorf("store calendar %d: %w", y.Year, err)
	}
	return nil
}

func documents[T any](ctx context.Context, s *Store, query string, parse func([]byte) (T, error), args ...any) ([]T,
	error,
) {
	rows, err := s.pool.Query(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("load rules: %w", err)
	}
	out, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (T, error) {
		var doc string
		if err := row.Scan(&doc); err != nil {
			var zero T
			return zero, err
		}
		return parse([]byte(doc))
	})
	if err != nil {
		return nil, fmt.Errorf("load rules: %w", err)
	}
	return out, nil
}
