package dingsim

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// maxControlBody bounds a JSON control request; maxUserFile an attachment (invented, the real
// limit of files sent by people is not documented).
const (
	maxControlBody = 1 << 20
	maxUserFile    = 100 << 20
)

// controlHandler serves everything under /sim/.
func (s *Sim) controlHandler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /sim/users", s.listUsers)
	mux.HandleFunc("POST /sim/users/{id}/messages", s.postMessage)
	mux.HandleFunc("GET /sim/users/{id}/messages", s.getMessages)
	mux.HandleFunc("POST /sim/users/{id}/leave", s.postLeave)
	mux.HandleFunc("GET /sim/groups", s.listGroups)
	mux.HandleFunc("POST /sim/groups/{id}/messages", s.postGroup)
	mux.HandleFunc("GET /sim/groups/{id}/messages", s.getGroup)
	mux.HandleFunc("POST /sim/cards/{outTrackId}/actions", s.clickCard)
	mux.HandleFunc("GET /sim/files/{id}", s.getFile)
	mux.HandleFunc("GET /sim/clock", s.getClock)
	mux.HandleFunc("POST /sim/clock", s.setClock)
	mux.HandleFunc("GET /sim/faults", s.getFaults)
	mux.HandleFunc("POST /sim/faults", s.setFaults)
	mux.HandleFunc("DELETE /sim/faults", s.clearFaults)
	mux.HandleFunc("GET /sim/calls", s.getCalls)
	mux.HandleFunc("GET /sim/pushes", s.getPushes)
	mux.HandleFunc("GET /sim/connections", s.countConnections)
	mux.HandleFunc("POST /sim/events", s.postEvent)
	mux.HandleFunc("/sim/", func(w http.ResponseWriter, r *http.Request) {
		writeError(w, http.StatusNotFound, "没有这个控制接口 (no such control call): "+r.Method+" "+r.URL.Path)
	})
	return mux
}

// readControl decodes a JSON control request.
func readControl(w http.ResponseWriter, r *http.Request, v any) error {
	err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxControlBody)).Decode(v)
	if err != nil {
		return fmt.Errorf("请求不是合法的 JSON (cannot read JSON): %w", err)
	}
	return nil
}

func decodeJSON(raw []byte, v any) error {
	if err := json.Unmarshal(raw, v); err != nil {
		return fmt.Errorf("decode body: %w", err)
	}
	return nil
}

// countConnections tells how many streams are open, so that a test knows when a bot
// can be reached.
func (s *Sim) countConnections(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	n := len(s.conns)
	s.mu.Unlock()
	writeJSON(w, http.StatusOK, map[string]int{"connections": n})
}

func (s *Sim) getClock(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, map[string]string{"now": chinaTime(s.Now())})
}

// setClock moves the simulated clock.
func (s *Sim) setClock(w http.ResponseWriter, r *http.Request) {
	var in struct{ Advance, Set string }
	if err := readControl(w, r, &in); err != nil {
		writeError(w, http.StatusBadRequest, err.Error())
		return
	}
	switch {
	case in.Set != "":
		t, err := time.Parse(time.RFC3339, in.Set)
		if err != nil {
			writeError(w, http.StatusBadRequest, "set 必须是 RFC 3339 时间 (set must be an RFC 3339 time)")
			return
		}
		s.SetTime(t)
	case in.Advance != "":
		d, err := time.ParseDuration(in.Advance)
		if err != nil {
			writeError(w, http.StatusBadRequest, "advance 必须是时长，例如 720h (advance must be a duration such as 720h)")
			return
		}
		s.Advance(d)
	default:
		writeError(w, http.StatusBadRequest, "需要 advance 或 set (advance or set is required)")
		return
	}
	s.getClock(w, r)
}

// getCalls answers GET /sim/calls; ?wait= makes it a long poll.
func (s *Sim) getCalls(w http.ResponseWriter, r *http.Request) {
	after, wait, err := pollArgs(r)
	if err != nil {
		writeError(w, http.StatusBadRequest, err.Error())
		return
	}
	items, next := poll(r.Context(), s, &s.calls, after, wait)
	writeJSON(w, http.StatusOK, map[string]any{"calls": items, "next": next})
}

// pushView is one line of GET /sim/pushes.
type pushView struct {
	Seq        int64  `json:"seq"`
	Time       string `json:"time"`
	App        string `json:"app"`
	Type       string `json:"type"`
	Topic      string `json:"topic"`
	MsgID      string `json:"msgId"`
	MessageID  string `json:"messageId"`
	Connection string `json:"connectionId"`
	Attempt    int    `json:"attempt"`
	Acked      bool   `json:"acked"`
	AckCode    int    `json:"ackCode"`
	AckMs      int64  `json:"ackMs"`
	Late       bool   `json:"late"`
	Note       string `json:"note,omitempty"`
}

func (p *push) view() pushView {
	return pushView{
		Seq: p.seq, Time: chinaTime(p.at), App: p.app.ClientID, Type: p.typ, Topic: p.topic,
		MsgID: p.msgID, MessageID: p.messageID, Connection: p.connID, Attempt: p.attempt,
		Acked: p.acked, AckCode: p.ackCode, AckMs: p.ackMs, Late: p.late, Note: p.note,
	}
}

// getPushes answers GET /sim/pushes; ?wait= makes it a long poll.
func (s *Sim) getPushes(w http.ResponseWriter, r *http.Request) {
	after, wait, err := pollArgs(r)
	if err != nil {
		writeError(w, http.StatusBadRequest, err.Error())
		return
	}
	items, next := poll(r.Context(), s, &s.pushes, after, wait)
	s.mu.Lock()
	views := make([]pushView, len(items))
	for i, p := range items {
		views[i] = p.view()
	}
	s.mu.Unlock()
	writeJSON(w, http.StatusOK, map[string]any{"pushes": views, "next": next})
}

// postEvent pushes any EVENT: {"type":"user_modify_org","data":{…}}.
func (s *Sim) postEvent(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Type string         `json:"type"`
		Data map[string]any `json:"data"`
	}
	if err := readControl(w, r, &in); err != nil || in.Type == "" {
		writeError(w, http.StatusBadRequest, "需要 type 和 data (type and data are required)")
		return
	}
	if err := s.event(in.Type, in.Data); err != nil {
		writeError(w, http.StatusBadRequest, err.Error())
		return
	}
	writeJSON(w, http.StatusOK, map[string]bool{"ok": true})
}
