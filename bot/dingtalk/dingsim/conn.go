package dingsim

import (
	"encoding/json"
	"errors"
	"fmt"
	"sort"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
)

const (
	writeTimeout = 5 * time.Second
	maxAckBytes  = 8 << 20
	// closeAfter: documented, the server is silent for 10 s after "disconnect", then closes TCP.
	closeAfter = 10 * time.Second
)

// conn is one stream connection.
type conn struct {
	id     string
	n      int64 // order of opening
	app    *App
	subs   map[string]bool // "TYPE topic"
	ws     atomic.Pointer[websocket.Conn]
	doomed atomic.Bool
	opened time.Time  // real
	wmu    sync.Mutex // one writer at a time, held during the handshake; never waited for under Sim.mu

	draining bool // guarded by Sim.mu: told to disconnect, gets no pushes
}

// cut drops the TCP connection without a close frame.
func (c *conn) cut() {
	c.doomed.Store(true) // the handshake may still be under way
	if ws := c.ws.Load(); ws != nil {
		_ = ws.UnderlyingConn().Close()
	}
}

// write sends one text frame. A client that does not read is cut after writeTimeout.
func (s *Sim) write(c *conn, raw []byte) {
	c.wmu.Lock()
	defer c.wmu.Unlock()
	stuck := time.AfterFunc(writeTimeout, c.cut)
	defer stuck.Stop()
	ws := c.ws.Load()
	if ws == nil {
		s.log.Info("push lost, the handshake failed", "connection", c.id)
		return
	}
	if err := ws.WriteMessage(websocket.TextMessage, raw); err != nil {
		// Reported: frames pushed into a dead channel are gone.
		s.log.Info("push lost", "connection", c.id, "err", fmt.Errorf("write frame: %w", err))
	}
}

func (s *Sim) writeLater(c *conn, raw []byte, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		s.write(c, raw)
	case <-s.ctx.Done():
	}
}

// serve reads acks until the connection ends.
func (s *Sim) serve(c *conn, ws *websocket.Conn) {
	ws.SetReadLimit(maxAckBytes)
	ws.SetPingHandler(func(data string) error { return s.pong(ws, data) })
	stop := make(chan struct{})
	defer close(stop)
	s.goTracked(func() { s.pinger(c, stop) })
	s.nudge() // events may be waiting for a connection
	for {
		_, raw, err := ws.ReadMessage()
		if err != nil {
			s.log.Info("connection closed", "connection", c.id, "err", err)
			return
		}
		var a ackFrame
		if err := json.Unmarshal(raw, &a); err != nil {
			s.log.Warn("unreadable ack", "connection", c.id, "err", err)
			continue
		}
		s.onAck(c, a)
	}
}

// pong answers a WebSocket ping unless the fault settings forbid it. Reported: the real
// server answers them.
func (s *Sim) pong(ws *websocket.Conn, data string) error {
	s.mu.Lock()
	mute := s.faults.NoPong
	s.mu.Unlock()
	if mute {
		return nil
	}
	err := ws.WriteControl(websocket.PongMessage, []byte(data), time.Time{})
	if errors.Is(err, websocket.ErrCloseSent) {
		return nil
	}
	return err
}

// pinger sends SYSTEM/ping with an opaque value (documented frame, reported interval).
func (s *Sim) pinger(c *conn, stop <-chan struct{}) {
	t := time.NewTicker(s.cfg.PingEvery)
	defer t.Stop()
	for {
		select {
		case <-t.C:
			s.system(c, topicPing, func() string { return fmt.Sprintf(`{"opaque":"%s"}`, s.hexLocked(8)) })
		case <-stop:
			return
		case <-s.ctx.Done():
			return
		}
	}
}

// system pushes a SYSTEM frame to one given connection, past zombie and delay faults.
func (s *Sim) system(c *conn, topic string, data func() string) {
	s.mu.Lock()
	p := &push{app: c.app, typ: typeSystem, topic: topic, data: data()}
	s.recordLocked(p, c)
	raw, err := encodeFrame(p, c.id, p.at)
	s.mu.Unlock()
	if err != nil {
		s.log.Error("encode frame", "err", err)
		return
	}
	s.write(c, raw)
}

// disconnect announces the end of a connection: no more pushes at once, TCP closed 10 s later.
func (s *Sim) disconnect(c *conn, reason string) {
	s.mu.Lock()
	already := c.draining
	c.draining = true
	s.mu.Unlock()
	if already {
		return
	}
	s.system(c, topicDisconnect, func() string { return fmt.Sprintf(`{"reason":%q}`, reason) })
	s.goTracked(func() {
		t := time.NewTimer(closeAfter)
		defer t.Stop()
		select {
		case <-t.C:
		case <-s.ctx.Done():
		}
		c.cut()
	})
}

func (s *Sim) drop(c *conn) {
	c.cut()
	s.mu.Lock()
	delete(s.conns, c.id)
	s.pushes.touch()
	s.mu.Unlock()
}

// agedConnsLocked are the connections older than the disconnectEvery fault allows.
func (s *Sim) agedConnsLocked() []*conn {
	every := s.faults.disconnectEvery
	if every <= 0 {
		return nil
	}
	var old []*conn
	for _, c := range s.conns {
		if !c.draining && s.cfg.Now().Sub(c.opened) > every {
			old = append(old, c)
		}
	}
	return old
}

// eventRefused: documented, a non-200 code or status LATER asks for another push.
func eventRefused(a ackFrame) bool {
	return a.Code != 200 || strings.Contains(a.text(), `"LATER"`)
}

func sortBy[T any](items []T, less func(i, j int) bool) { sort.SliceStable(items, less) }
