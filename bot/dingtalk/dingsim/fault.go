package dingsim

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"
)

// faults are the switchable defects. Sim.mu guards them. Opening a stream connection is hit
// by the OpenAPI faults only when Path matches it, for example "gateway".
type faults struct {
	DropAcks    float64 `json:"dropAcks"`    // acks that count as never received
	Duplicate   float64 `json:"duplicate"`   // messages and events pushed twice
	Delay       string  `json:"delay"`       // real time before a frame is written
	Reorder     float64 `json:"reorder"`     // frames overtaken by later ones
	Rate429     float64 `json:"rate429"`     // calls refused as too fast (DingTalk answers 403, not 429)
	Rate5xx     float64 `json:"rate5xx"`     // calls that fail without effect
	LostAnswer  float64 `json:"lostAnswer"`  // calls that take effect but answer 504
	FlowControl float64 `json:"flowControl"` // receivers of a batchSend that are put off
	Zombie      bool    `json:"zombie"`      // connections get pings but no messages
	NoPong      bool    `json:"noPong"`      // WebSocket pings stay unanswered
	BanPage     bool    `json:"banPage"`     // HTML instead of JSON, as for a banned IP
	Path        string  `json:"path"`        // the OpenAPI faults only hit paths containing this

	NoRedelivery    bool   `json:"noRedelivery"`    // documented mode: unacked bot messages are gone
	DisconnectEvery string `json:"disconnectEvery"` // real age at which connections are told to leave

	delay, disconnectEvery time.Duration
}

// faultOrder is a request to change the faults; the two extra fields act once.
type faultOrder struct {
	faults
	ExpireTokens bool   `json:"expireTokens"`
	Disconnect   string `json:"disconnect"` // "frame" or "cut"
}

// reorderBy is how long an overtaken frame is held back; invented.
const reorderBy = 150 * time.Millisecond

// delayFor is the real delay of the next frame. Sim.mu is held.
func (f *faults) delayFor(s *Sim) time.Duration {
	if s.rollLocked(f.Reorder) {
		return f.delay + reorderBy
	}
	return f.delay
}

func (f *faults) hits(path string) bool {
	return f.Path == "" || strings.Contains(path, f.Path)
}

func (f *faults) check() error {
	for name, p := range map[string]float64{
		"dropAcks": f.DropAcks, "duplicate": f.Duplicate, "reorder": f.Reorder,
		"rate429": f.Rate429, "rate5xx": f.Rate5xx, "lostAnswer": f.LostAnswer, "flowControl": f.FlowControl,
	} {
		if p < 0 || p > 1 {
			return errControl(name + " 必须在 0 和 1 之间 (must be between 0 and 1)")
		}
	}
	var err error
	if f.delay, err = optionalDuration("delay", f.Delay); err != nil {
		return err
	}
	f.disconnectEvery, err = optionalDuration("disconnectEvery", f.DisconnectEvery)
	return err
}

func optionalDuration(name, v string) (time.Duration, error) {
	if v == "" {
		return 0, nil
	}
	d, err := time.ParseDuration(v)
	if err != nil || d < 0 {
		return 0, errControl(name + " 必须是时长，例如 200ms (must be a duration such as 200ms)")
	}
	return d, nil
}

// setFaults merges the given fields into the current faults and runs the one-shot orders.
func (s *Sim) setFaults(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	order := faultOrder{faults: s.faults}
	s.mu.Unlock()
	dec := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxControlBody))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&order); err != nil {
		writeError(w, http.StatusBadRequest, "故障设置无法读取 (cannot read fault settings): "+err.Error())
		return
	}
	if err := order.check(); err != nil {
		writeError(w, http.StatusBadRequest, err.Error())
		return
	}
	if d := order.Disconnect; d != "" && d != "frame" && d != "cut" {
		writeError(w, http.StatusBadRequest, `disconnect 只能是 "frame" 或 "cut" (must be "frame" or "cut")`)
		return
	}
	s.mu.Lock()
	s.faults = order.faults
	if order.ExpireTokens {
		clear(s.tokens)
	}
	conns := make([]*conn, 0, len(s.conns))
	for _, c := range s.conns {
		conns = append(conns, c)
	}
	s.mu.Unlock()
	for _, c := range conns {
		switch order.Disconnect {
		case "frame":
			s.disconnect(c, "connection is expired") // documented reason text
		case "cut":
			c.cut()
		}
	}
	writeJSON(w, http.StatusOK, order.faults)
}

func (s *Sim) getFaults(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	f := s.faults
	s.mu.Unlock()
	writeJSON(w, http.StatusOK, f)
}

func (s *Sim) clearFaults(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	s.faults = faults{}
	s.mu.Unlock()
	writeJSON(w, http.StatusOK, faults{})
}
