// Package storage keeps the state of Beian in PostgreSQL: the roster, certificates,
// filings with their events, inbound messages with their replies, and the reminder
// ledger. Jobs for other people are inserted in the transaction that decides them.
//
// Values of the form are encrypted before they reach the database; the columns in
// clear are what queries need.
package storage

import (
	"context"
	"encoding/json"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"example.org/beian/workflow"
)

// Sealer encrypts what is stored, and makes the keyed hashes by which a value is found
// without being readable. The key ring satisfies it.
type Sealer interface {
	ComputeMAC(data []byte) ([]byte, error)
	Encrypt(plaintext, associatedData []byte) ([]byte, error)
	Decrypt(ciphertext, associatedData []byte) ([]byte, error)
}

// Store is the state of one deployment. It is safe for concurrent use.
type Store struct {
	pool    *pgxpool.Pool
	sealer  Sealer
	policy  workflow.Policy
	jobs    *river.Client[pgx.Tx] // inserts only; package notify works the jobs
	lease   time.Duration
	indexed atomic.Value  // string: the key under which people can be searched
	turns   chan struct{} // one for each connection that Exclusively may hold
}

// ReplyLease is how long the process that committed a reply has the sole right to
// send it; after that any sweeper may. It is longer than a send with its retries.
const ReplyLease = 20 * time.Second

// New returns a store on a migrated database. The lease is [ReplyLease] outside tests.
func New(pool *pgxpool.Pool, sealer Sealer, policy workflow.Policy, lease time.Duration) (*Store, error) {
	// A notice of new jobs is held back when one went out within the cooldown; workers that
	// fetch more often would only find the later jobs at their next poll, a second on.
	jobs, err := river.NewClient(riverpgxv5.New(pool), &river.Config{FetchCooldown: time.Millisecond})
	if err != nil {
		return nil, fmt.Errorf("open job queue: %w", err)
	}
	return &Store{
		pool: pool, sealer: sealer, policy: policy, jobs: jobs, lease: lease,
		turns: make(chan struct{}, max(1, pool.Config().MaxConns/2)),
	}, nil
}

// Ping reports whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	if err := s.pool.Ping(ctx); err != nil {
		return fmt.Errorf("reach database: %w", err)
	}
	return nil
}

// seal encrypts v as JSON; the binding ties the ciphertext to its row.
func (s *Store) seal(v any, binding string) ([]byte, error) {
	plain, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("encode %s: %w", binding, err)
	}
	sealed, err := s.sealer.Encrypt(plain, []byte(binding))
	if err != nil {
		return nil, fmt.Errorf("encrypt %s: %w", binding, err)
	}
	return sealed, nil
}

func (s *Store) unseal(sealed []byte, binding string, v any) error {
	plain, err := s.sealer.Decrypt(sealed, []byte(binding))
	if err != nil {
		return fmt.Errorf("decrypt %s: %w", binding, err)
	}
	if err := json.Unmarshal(plain, v); err != nil {
		return fmt.Errorf("decode %s: %w", binding, err)
	}
	return nil
}

// inTx runs fn in one transaction.
func (s *Store) inTx(ctx context.Context, fn func(pgx.Tx) error) error {
	return pgx.BeginFunc(ctx, s.pool, fn)
}

// persons returns the people p that the rest of a query selects; what says in an error what was tried.
func (s *Store) persons(ctx context.Context, what, rest string, args ...any) ([]workflow.Person, error) {
	rows, err := s.pool.Query(ctx, personQuery+rest, args...)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	out, err := pgx.CollectRows(rows, scanPerson)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	return out, nil
}

// ids returns what a query of one text column finds.
func (s *Store) ids(ctx context.Context, what, query string, args ...any) ([]string, error) {
	rows, err := s.pool.Query(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	out, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	return out, nil
}
