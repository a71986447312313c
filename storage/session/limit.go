package session

import (
	"context"
	"fmt"
	"time"

	"github.com/go-redis/redis_rate/v10"
)

// limitPatience bounds what asking Redis may cost a call.
const limitPatience = 250 * time.Millisecond

// Wait returns when one more call of the API may be made, at most so many a second by all
// replicas together. An error means that Redis could not say.
func (s *Store) Wait(ctx context.Context, api string, perSecond int) error {
	limiter := redis_rate.NewLimiter(s.rdb)
	limit := redis_rate.Limit{Rate: perSecond, Burst: 2, Period: time.Second}
	for {
		asking, cancel := context.WithTimeout(ctx, limitPatience)
		got, err := limiter.Allow(asking, "beian:"+api, limit)
		cancel()
		if err != nil {
			return fmt.Errorf("ask for a call: %w", err)
		}
		if got.Allowed > 0 {
			return nil
		}
		t := time.NewTimer(got.RetryAfter)
		select {
		case <-t.C:
		case <-ctx.Done():
			t.Stop()
			return ctx.Err()
		}
	}
}
