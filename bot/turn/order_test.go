package turn

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.org/beian/workflow"
)

// TestTurnsFollowTheTimeOfSending: while one turn runs, later ones wait and then
// run in the order in which they were sent, not in which they arrived.
func TestTurnsFollowTheTimeOfSending(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var locks queues
		var mu sync.Mutex
		var order []int
		at := func(n int) time.Time { return time.Unix(int64(n), 0) }
		first := locks.lock("p", at(0))
		for _, n := range []int{3, 1, 2} {
			go func() {
				defer locks.lock("p", at(n))()
				mu.Lock()
				defer mu.Unlock()
				order = append(order, n)
			}()
		}
		synctest.Wait()
		other := locks.lock("q", at(9)) // somebody else does not wait
		other()
		first()
		synctest.Wait()
		if d := cmp.Diff([]int{1, 2, 3}, order); d != "" {
			t.Error(d)
		}
		if len(locks.lines) != 0 {
			t.Errorf("%d people are kept after their turns", len(locks.lines))
		}
	})
}

func TestRepliesOfOnePersonKeepTheirOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		got := map[string][]string{}
		s := newSender(func(_ context.Context, p workflow.Pending) error {
			time.Sleep(time.Duration(10-len(p.Message)) * time.Millisecond) //nolint:forbidigo // simulated time
			mu.Lock()
			defer mu.Unlock()
			got[p.Person] = append(got[p.Person], p.Message)
			return nil
		}, slog.New(slog.DiscardHandler))
		for _, m := range []string{"1", "22", "333"} {
			s.send(t.Context(), workflow.Pending{Person: "a", Message: m})
			s.send(t.Context(), workflow.Pending{Person: "b", Message: m})
		}
		s.wait()
		want := map[string][]string{"a": {"1", "22", "333"}, "b": {"1", "22", "333"}}
		if d := cmp.Diff(want, got); d != "" {
			t.Error(d)
		}
	})
}
