// Package session keeps in Redis what a conversation may lose: a change that waits
// for a yes, and nothing else. When Redis is gone the person is asked again.
package session

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"example.org/beian/workflow"
)

// ttl is how long an unanswered question stays open.
const ttl = 30 * time.Minute

// Sealer encrypts what is kept, because values of the form are personal; a Tink
// AEAD satisfies it.
type Sealer interface {
	Encrypt(plaintext, associatedData []byte) ([]byte, error)
	Decrypt(ciphertext, associatedData []byte) ([]byte, error)
}

// Store is the session store. It is safe for concurrent use.
type Store struct {
	rdb    redis.UniversalClient
	sealer Sealer
}

// New uses the client and encrypts with the sealer.
func New(rdb redis.UniversalClient, sealer Sealer) *Store { return &Store{rdb, sealer} }

// Ping reports whether Redis answers.
func (s *Store) Ping(ctx context.Context) error {
	if err := s.rdb.Ping(ctx).Err(); err != nil {
		return fmt.Errorf("reach redis: %w", err)
	}
	return nil
}

// SetPending remembers values that the person was asked to confirm.
func (s *Store) SetPending(ctx context.Context, person string, v workflow.Values) error {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encode pending change: %w", err)
	}
	if b, err = s.sealer.Encrypt(b, []byte(pendingKey(person))); err != nil {
		return fmt.Errorf("encrypt pending change: %w", err)
	}
	if err := s.rdb.Set(ctx, pendingKey(person), b, ttl).Err(); err != nil {
		return fmt.Errorf("remember pending change: %w", err)
	}
	return nil
}

// Pending returns the values that wait for a yes, or nil.
func (s *Store) Pending(ctx context.Context, person string) (workflow.Values, error) {
	b, err := s.rdb.Get(ctx, pendingKey(person)).Bytes()
	if errors.Is(err, redis.Nil) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read pending change: %w", err)
	}
	if b, err = s.sealer.Decrypt(b, []byte(pendingKey(person))); err != nil {
		return nil, fmt.Errorf("decrypt pending change: %w", err)
	}
	var v workflow.Values
	if err := json.Unmarshal(b, &v); err != nil {
		return nil, fmt.Errorf("decode pending change: %w", err)
	}
	return v, nil
}

// ClearPending forgets them.
func (s *Store) ClearPending(ctx context.Context, person string) error {
	if err := s.rdb.Del(ctx, pendingKey(person)).Err(); err != nil {
		return fmt.Errorf("forget pending change: %w", err)
	}
	return nil
}

// Count adds one to what was used of DingTalk's quota in a month, such as 2026-11; kind
// is "calls" or "pushes". The counters live in Redis because losing them loses a warning
// and nothing else.
func (s *Store) Count(ctx context.Context, month, kind string) error {
	const keep = 62 * 24 * time.Hour
	key := "beian:used:" + month
	pipe := s.rdb.Pipeline()
	pipe.HIncrBy(ctx, key, kind, 1)
	pipe.Expire(ctx, key, keep)
	if _, err := pipe.Exec(ctx); err != nil {
		return fmt.Errorf("count against the quota: %w", err)
	}
	return nil
}

// Usage returns what was used in a month.
func (s *Store) Usage(ctx context.Context, month string) (workflow.Usage, error) {
	var u struct {
		Calls  int `redis:"calls"`
		Pushes int `redis:"pushes"`
	}
	if err := s.rdb.HGetAll(ctx, "beian:used:"+month).Scan(&u); err != nil {
		return workflow.Usage{}, fmt.Errorf("read what was used of the quota: %w", err)
	}
	return workflow.Usage(u), nil
}

func pendingKey(person string) string { return "beian:pending:" + person }
