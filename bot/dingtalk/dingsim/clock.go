package dingsim

import (
	"maps"
	"time"
)

// tickEvery is how often the simulated clock is looked at for due work.
const tickEvery = 200 * time.Millisecond

// purgeBeats: about once a minute, what has expired is forgotten, so that long runs stay small.
const purgeBeats = 300

// purgeLocked drops expired permissions; for a caller, expired and unknown look the same.
func (s *Sim) purgeLocked(now time.Time) {
	maps.DeleteFunc(s.tickets, func(_ string, t ticket) bool { return now.After(t.expires) })
	maps.DeleteFunc(s.sessions, func(_ string, x session) bool { return now.After(x.expires) })
	maps.DeleteFunc(s.codes, func(_ string, d downloadCode) bool { return now.After(d.expires) })
	maps.DeleteFunc(s.links, func(_ string, l signedLink) bool { return now.After(l.expires) })
}

// Now returns the simulated time: real time plus the offset set by Advance and SetTime.
func (s *Sim) Now() time.Time {
	return s.cfg.Now().Add(time.Duration(s.offset.Load()))
}

// Advance moves the simulated clock by d and wakes everything that waits for it.
func (s *Sim) Advance(d time.Duration) {
	s.offset.Add(int64(d))
	s.nudge()
}

// SetTime moves the simulated clock to t and wakes everything that waits for it.
func (s *Sim) SetTime(t time.Time) {
	s.offset.Store(int64(t.Sub(s.cfg.Now())))
	s.nudge()
}

func (s *Sim) nudge() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// chinaTime renders a time the way people in China read it.
func chinaTime(t time.Time) string {
	return t.In(time.FixedZone("CST", 8*60*60)).Format(time.RFC3339Nano)
}

// loop looks at the simulated clock until Close.
func (s *Sim) loop() {
	t := time.NewTicker(tickEvery)
	defer t.Stop()
	for {
		select {
		case <-s.ctx.Done():
			return
		case <-t.C:
			s.beat()
		case <-s.wake:
		}
		s.tick()
	}
}

// beat counts real time, whatever the clocks say.
func (s *Sim) beat() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.beats++; s.beats%purgeBeats == 0 {
		s.purgeLocked(s.Now())
	}
}

// tick re-pushes what is due, drops what is stale and disconnects old connections.
func (s *Sim) tick() {
	now := s.Now()
	s.mu.Lock()
	due := s.dueLocked(now)
	old := s.agedConnsLocked()
	s.mu.Unlock()
	for _, p := range due {
		s.repush(p)
	}
	for _, c := range old {
		s.disconnect(c, "persistent connection is timeout")
	}
}
