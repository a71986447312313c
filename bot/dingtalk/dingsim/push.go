package dingsim

import (
	"errors"
	"time"
)

const (
	// redeliverAfter: documented is "no redelivery of bot messages"; reported (several SDK
	// threads and a comment in the Node SDK) is about 60 s. For events the spacing is invented.
	redeliverAfter = time.Minute
	// graceBeats: a push is at least this many real ticks old before it is repeated. An ack
	// that is on the wire while a test moves the clock must not count as missing.
	graceBeats = 2
	// maxAttempts bounds pushes of one message; invented.
	maxAttempts = 5
	// keepPending is how long a late ack still finds its push; invented.
	keepPending = time.Hour

	lateEvent = 3 * time.Second // documented stream push timeout
	lateCard  = 2 * time.Second // documented card callback timeout
)

var errNoConnection = errors.New("no stream connection subscribes to the topic")

// push is one frame on its way to an app. Sim.mu guards the fields below the line.
type push struct {
	app              *App
	typ, topic, data string
	msgID            string            // stable over redeliveries
	extra            map[string]string // additional headers (events)
	attempt          int

	messageID string
	seq       int64
	at        time.Time // simulated
	sentReal  time.Time // real, for the latency
	beat      int64     // Sim.beats when sent
	connID    string
	note      string
	acked     bool
	ackCode   int
	ackMs     int64
	late      bool
	due       time.Time // simulated time of the next delivery; zero = never
	answer    chan ackFrame
}

// again is a fresh push of the same message: new messageId, same msgId (reported).
func (p *push) again() *push {
	return &push{
		app: p.app, typ: p.typ, topic: p.topic, data: p.data,
		msgID: p.msgID, extra: p.extra, attempt: p.attempt + 1,
	}
}

func (p *push) redeliverable() bool { return p.topic == topicBot || p.typ == typeEvent }

// send delivers p to one random subscribed connection (documented: random choice). Without
// one, bot messages and card clicks are lost (reported) and events are kept for later.
func (s *Sim) send(p *push) error {
	twin := s.sendOne(p)
	if twin != nil {
		s.sendOne(twin)
	}
	if p.connID == "" {
		return errNoConnection
	}
	return nil
}

// sendOne transmits one push and returns the duplicate that the fault settings ask for.
func (s *Sim) sendOne(p *push) (twin *push) {
	s.mu.Lock()
	c := s.pickLocked(p)
	s.recordLocked(p, c)
	if c == nil {
		s.mu.Unlock()
		s.log.Warn("push dropped", "topic", p.topic, "msg_id", p.msgID, "err", errNoConnection)
		return nil
	}
	if p.redeliverable() && p.attempt == 1 && s.rollLocked(s.faults.Duplicate) {
		twin = p.again()
	}
	raw, err := encodeFrame(p, c.id, p.at)
	zombie, delay := s.faults.Zombie, s.faults.delayFor(s)
	s.mu.Unlock()
	switch {
	case err != nil:
		s.log.Error("encode frame", "err", err)
	case zombie: // reported: "connected, pings fine, nothing arrives"
		s.log.Debug("push swallowed by zombie connection", "message_id", p.messageID)
	case delay > 0:
		s.goTracked(func() { s.writeLater(c, raw, delay) })
	default:
		s.write(c, raw)
	}
	return twin
}

// recordLocked gives p its messageId, puts it into the log and arms its redelivery.
func (s *Sim) recordLocked(p *push, c *conn) {
	p.at, p.sentReal, p.beat = s.Now(), s.cfg.Now(), s.beats
	if p.messageID == "" {
		p.messageID = s.messageIDLocked()
	}
	p.answer = make(chan ackFrame, 1)
	p.attempt = max(p.attempt, 1)
	p.seq = s.pushes.nextSeq()
	if p.redeliverable() && p.attempt < maxAttempts && !s.faults.NoRedelivery {
		p.due = p.at.Add(redeliverAfter)
	}
	switch {
	case c != nil:
		p.connID = c.id
		s.pending[p.messageID] = p
	case p.typ == typeEvent: // documented: events are pushed at least once
		p.note = "no connection, kept"
		s.backlog = append(s.backlog, p)
	case p.attempt > 1: // invented: a message that was pushed once keeps its retries
		p.note = "no connection, kept"
		s.pending[p.messageID] = p
	default: // reported: nothing is queued for an app without a connection
		p.note, p.due = "no connection, dropped", time.Time{}
	}
	s.pushes.add(p)
}

// pickLocked chooses a random live connection of the app that subscribed to the topic.
func (s *Sim) pickLocked(p *push) *conn {
	fit := make([]*conn, 0, 2)
	for _, c := range s.conns {
		if c.app == p.app && !c.draining && c.subs[p.typ+" "+p.topic] {
			fit = append(fit, c)
		}
	}
	if len(fit) == 0 {
		return nil
	}
	// Map order is not the seeded dice: sort by age first so that a seed repeats.
	oldest := func(i, j int) bool { return fit[i].n < fit[j].n }
	sortBy(fit, oldest)
	return fit[s.dice.IntN(len(fit))]
}

// dueLocked takes out all pushes whose redelivery time has come, and forgets stale ones.
func (s *Sim) dueLocked(now time.Time) []*push {
	var due []*push
	for id, p := range s.pending {
		switch {
		case !p.due.IsZero() && !now.Before(p.due) && s.beats-p.beat >= graceBeats:
			due = append(due, p)
			delete(s.pending, id)
		case p.due.IsZero() && s.beats-p.beat >= graceBeats && now.Sub(p.at) > keepPending:
			delete(s.pending, id)
		}
	}
	var keep []*push
	for _, p := range s.backlog {
		if s.pickLocked(p) != nil {
			due = append(due, p)
		} else {
			keep = append(keep, p)
		}
	}
	s.backlog = keep
	sortBy(due, func(i, j int) bool { return due[i].seq < due[j].seq })
	return due
}

// repush delivers a message again under a new messageId.
func (s *Sim) repush(p *push) {
	if err := s.send(p.again()); err != nil {
		s.log.Info("redelivery", "msg_id", p.msgID, "err", err)
	}
}

// onAck matches a client's answer with its push.
func (s *Sim) onAck(c *conn, a ackFrame) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, ok := s.pending[a.Headers.MessageID]
	if !ok {
		s.log.Debug("ack without push", "message_id", a.Headers.MessageID, "connection", c.id)
		return
	}
	if p.typ != typeSystem && s.rollLocked(s.faults.DropAcks) {
		p.note = "ack dropped by fault"
		s.pushes.touch()
		return
	}
	spent := s.cfg.Now().Sub(p.sentReal)
	p.acked, p.ackCode, p.ackMs = true, a.Code, spent.Milliseconds()
	p.late = (p.topic == topicCard && spent > lateCard) || (p.topic != topicCard && spent > lateEvent)
	if p.topic == topicPing && a.text() != p.data {
		p.note = "ping echo differs" // documented: data comes back unchanged
		s.log.Warn("ping answered with other data", "connection", c.id)
	}
	if p.typ == typeEvent && eventRefused(a) {
		p.note = "event asked for later" // documented: LATER or a failure → pushed again
	} else {
		delete(s.pending, a.Headers.MessageID)
	}
	select {
	case p.answer <- a:
	default:
	}
	s.pushes.touch()
}
