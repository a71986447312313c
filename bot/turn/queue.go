package turn

import (
	"slices"
	"sync"
	"time"
)

// queues let the turns of one person, or the clicks on one card, run one after the other, what was
// sent first first. DingTalk spreads messages over connections, so they may arrive in another
// order than they were sent; across processes the database keeps turns apart.
type queues struct {
	mu    sync.Mutex
	lines map[string]*line
}

// line is who waits for one key; it exists while one is running.
type line struct{ waiting []waiter }

type waiter struct {
	sent  time.Time
	start chan struct{}
}

// Lock waits for the turn of what was sent at a time and returns what ends it. The key is a person,
// or the track id of a card.
func (k *Kernel) Lock(key string, sent time.Time) (unlock func()) {
	return k.queues.lock(key, sent)
}

func (q *queues) lock(key string, sent time.Time) (unlock func()) {
	q.mu.Lock()
	if q.lines == nil {
		q.lines = map[string]*line{}
	}
	l, busy := q.lines[key]
	if !busy {
		q.lines[key] = &line{}
		q.mu.Unlock()
		return func() { q.next(key) }
	}
	w := waiter{sent, make(chan struct{})}
	l.waiting = append(l.waiting, w)
	q.mu.Unlock()
	<-w.start
	return func() { q.next(key) }
}

// next starts the earliest that waits.
func (q *queues) next(key string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	l := q.lines[key]
	if len(l.waiting) == 0 {
		delete(q.lines, key)
		return
	}
	first := 0
	for i, w := range l.waiting {
		if w.sent.Before(l.waiting[first].sent) {
			first = i
		}
	}
	close(l.waiting[first].start)
	l.waiting = slices.Delete(l.waiting, first, first+1)
}
