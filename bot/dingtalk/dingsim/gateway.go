package dingsim

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/gorilla/websocket"
)

const (
	connectPath = "/connect"
	ticketLife  = 90 * time.Second // documented: ticket lives 90 s and opens one connection
)

// ticket is a single-use permission to open one connection.
type ticket struct {
	app     *App
	subs    map[string]bool
	expires time.Time // simulated
}

// openConnection answers POST /v1.0/gateway/connections/open. Documented: no token; unknown
// fields, extras:null and any order of subscriptions are fine.
func openConnection(c *call) reply {
	var req struct {
		ClientID      string `json:"clientId"`
		ClientSecret  string `json:"clientSecret"`
		Subscriptions []struct {
			Type  string `json:"type"`
			Topic string `json:"topic"`
		} `json:"subscriptions"`
	}
	if err := json.Unmarshal(c.body, &req); err != nil {
		return c.fail(http.StatusBadRequest, "systemError", "系统错误") // reported for bad requests
	}
	s := c.s
	s.mu.Lock()
	defer s.mu.Unlock()
	app := s.apps[req.ClientID]
	if app == nil || app.ClientSecret != req.ClientSecret {
		return c.fail(http.StatusUnauthorized, "authFailed", "鉴权失败") // reported
	}
	c.app = app
	t := ticket{app: app, subs: map[string]bool{}, expires: s.Now().Add(ticketLife)}
	for _, sub := range req.Subscriptions {
		t.subs[sub.Type+" "+sub.Topic] = true
	}
	// UUIDs: the Go SDK puts the ticket into the URL without encoding it.
	id := s.uuidLocked()
	s.tickets[id] = t
	endpoint := "ws" + strings.TrimPrefix(c.base, "http") + connectPath
	return ok(map[string]any{"endpoint": endpoint, "ticket": id})
}

// serveConnect upgrades a request with a valid ticket. The refusal (401) is invented; a used
// or expired ticket being refused is documented.
func (s *Sim) serveConnect(w http.ResponseWriter, r *http.Request) {
	if !websocket.IsWebSocketUpgrade(r) {
		http.Error(w, "websocket upgrade required", http.StatusBadRequest)
		return
	}
	c := s.admit(r.URL.Query().Get("ticket"))
	if c == nil {
		http.Error(w, `{"code":"invalidTicket","message":"ticket 无效、已使用或已过期"}`, http.StatusUnauthorized)
		return
	}
	defer s.wg.Done()
	defer s.drop(c)
	up := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
	ws, err := up.Upgrade(w, r, nil)
	if err == nil {
		c.ws.Store(ws)
	}
	c.wmu.Unlock()
	if err != nil || c.doomed.Load() || s.ctx.Err() != nil {
		s.log.Warn("upgrade connection", "err", err)
		return
	}
	s.log.Info("connection open", "connection", c.id, "app", c.app.ClientID)
	s.serve(c, ws)
}

// admit uses up a ticket and registers its connection with the write lock held. It is
// registered before the client sees the handshake succeed, so that whoever starts a client
// and then speaks at once is heard; pushes wait for the lock.
func (s *Sim) admit(id string) *conn {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, known := s.tickets[id]
	delete(s.tickets, id)
	if !known || s.closed || !s.Now().Before(t.expires) {
		return nil
	}
	s.opened++
	c := &conn{id: s.uuidLocked(), n: s.opened, app: t.app, subs: t.subs, opened: s.cfg.Now()}
	c.wmu.Lock()
	s.conns[c.id] = c
	s.pushes.touch()
	s.wg.Add(1)
	return c
}
