package dingsim

import (
	"context"
	"net/http"
	"strconv"
	"time"
)

// maxFeed bounds a log; older entries are forgotten, their sequence numbers stay used.
const maxFeed = 50_000

// feed is an append-only numbered log that readers can wait on. Sim.mu guards it.
type feed[T any] struct {
	items   []T
	first   int64 // sequence number of items[0]
	changed chan struct{}
}

// nextSeq is the number the next entry gets; numbers start at 1.
func (f *feed[T]) nextSeq() int64 {
	if f.first == 0 {
		f.first = 1
	}
	return f.first + int64(len(f.items))
}

// add appends one entry and wakes the readers.
func (f *feed[T]) add(v T) {
	f.nextSeq()
	f.items = append(f.items, v)
	if len(f.items) > 2*maxFeed {
		cut := len(f.items) - maxFeed
		f.items = append([]T(nil), f.items[cut:]...)
		f.first += int64(cut)
	}
	f.touch()
}

// touch wakes the readers without a new entry, for example because an ack arrived.
func (f *feed[T]) touch() {
	if f.changed != nil {
		close(f.changed)
		f.changed = nil
	}
}

// signal is closed at the next change.
func (f *feed[T]) signal() <-chan struct{} {
	if f.changed == nil {
		f.changed = make(chan struct{})
	}
	return f.changed
}

// after returns copies of all entries with a number above seq, and the last number.
func (f *feed[T]) after(seq int64) ([]T, int64) {
	last := f.nextSeq() - 1
	if seq >= last {
		return []T{}, last // a reader from before a restart is set back
	}
	from := max(seq+1-f.first, 0)
	return append([]T{}, f.items[from:]...), last
}

// maxWait bounds one long poll.
const maxWait = time.Minute

// pollArgs reads ?after= and ?wait= of a long poll.
func pollArgs(r *http.Request) (after int64, wait time.Duration, err error) {
	if v := r.URL.Query().Get("after"); v != "" {
		if after, err = strconv.ParseInt(v, 10, 64); err != nil || after < 0 {
			return 0, 0, errControl("after 必须是非负整数 (after must be a non-negative number)")
		}
	}
	if v := r.URL.Query().Get("wait"); v != "" {
		if wait, err = time.ParseDuration(v); err != nil || wait < 0 {
			return 0, 0, errControl("wait 必须是时长，例如 5s (wait must be a duration such as 5s)")
		}
	}
	return after, min(wait, maxWait), nil
}

// poll returns the entries after seq, waiting up to wait of real time for the first one.
func poll[T any](ctx context.Context, s *Sim, f *feed[T], seq int64, wait time.Duration) ([]T, int64) {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	for {
		s.mu.Lock()
		items, next := f.after(seq)
		signal := f.signal()
		s.mu.Unlock()
		if len(items) > 0 || wait <= 0 {
			return items, next
		}
		select {
		case <-signal:
		case <-timer.C:
			return items, next
		case <-ctx.Done():
			return items, next
		case <-s.ctx.Done():
			return items, next
		}
	}
}
