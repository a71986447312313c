package dingsim

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"
)

// clickLimit is the documented time a client waits for the answer to a click.
const clickLimit = 2 * time.Second

// click is one press of a card button or a form submit.
type click struct {
	UserID   string         `json:"userId"`
	ActionID string         `json:"actionId"`
	Params   map[string]any `json:"params"`
	Force    bool           `json:"force"` // click without seeing the card
	// MessageID repeats the frame of an earlier click, as a network that delivers twice.
	MessageID string `json:"messageId"`
}

// clickAnswer is what the app answered within the limit.
type clickAnswer struct {
	OK        bool            `json:"ok"`
	MessageID string          `json:"messageId"`
	LatencyMs int64           `json:"latencyMs"`
	Response  json.RawMessage `json:"response"`
}

// cardResponse is the documented content of an ack's data.
type cardResponse struct {
	Response struct {
		Options *updateOptions `json:"cardUpdateOptions"`
		Card    *cardData      `json:"cardData"`
		Private *cardData      `json:"userPrivateData"` // not keyed by user: it is the clicker's
	} `json:"response"`
}

// clickCard answers POST /sim/cards/{outTrackId}/actions.
func (s *Sim) clickCard(w http.ResponseWriter, r *http.Request) {
	var in click
	if err := readControl(w, r, &in); err != nil {
		writeError(w, http.StatusBadRequest, err.Error())
		return
	}
	s.mu.Lock()
	k := s.cards[r.PathValue("outTrackId")]
	p := s.users[in.UserID]
	switch {
	case k == nil:
		s.mu.Unlock()
		writeError(w, http.StatusNotFound, "没有这张卡片 (no such card)")
		return
	case p == nil || (!in.Force && !s.seesLocked(k, in.UserID)):
		s.mu.Unlock()
		writeError(w, http.StatusNotFound, "这个人看不到这张卡片 (this user does not see the card)")
		return
	case !k.stream:
		s.mu.Unlock()
		writeError(w, http.StatusConflict, "卡片的 callbackType 不是 STREAM，没有回调 (the card has no stream callback)")
		return
	}
	push, err := s.clickPushLocked(k, p, in)
	s.mu.Unlock()
	if err != nil {
		writeError(w, http.StatusBadRequest, err.Error())
		return
	}
	s.awaitClick(w, r, k, p, push)
}

// clickPushLocked builds the callback frame (documented fields and doubly encoded content).
func (s *Sim) clickPushLocked(k *card, p *person, in click) (*push, error) {
	if in.Params == nil {
		in.Params = s.buttonParamsLocked(k, p.ID, in.ActionID)
	}
	content, err := json.Marshal(map[string]any{"cardPrivateData": map[string]any{
		"actionIds": []string{in.ActionID}, "params": in.Params,
	}})
	if err != nil {
		return nil, fmt.Errorf("encode click: %w", err)
	}
	userID := p.ID
	if k.userIDType == 2 { // documented: userIdType also rules the callback
		userID = p.UnionID
	}
	data, err := json.Marshal(map[string]any{
		"extension": "{}", "corpId": s.cfg.CorpID, "spaceType": "im", "userIdType": k.userIDType,
		"type": "actionCallback", "userId": userID, "content": string(content),
		"spaceId": s.spaceOfLocked(k, p.ID), "outTrackId": k.track, "value": string(content),
	})
	if err != nil {
		return nil, fmt.Errorf("encode click: %w", err)
	}
	return &push{app: k.app, typ: typeCallback, topic: topicCard, data: string(data), messageID: in.MessageID}, nil
}

// buttonParamsLocked are the template's own parameters, which the real client sends.
func (s *Sim) buttonParamsLocked(k *card, user, action string) map[string]any {
	out := map[string]any{}
	for _, b := range s.renderLocked(k, user, "card").Button {
		if b.ActionID == action {
			for name, v := range b.Params {
				out[name] = v
			}
			break
		}
	}
	return out
}

func (s *Sim) spaceOfLocked(k *card, user string) string {
	for id := range k.groups {
		if g := s.groups[id]; g != nil && g.has(user) {
			return id
		}
	}
	return chatID(k.app, user)
}

// awaitClick pushes the click and waits the documented 2 s of real time for the ack. A later
// answer is not applied (invented; unknown for the real service).
func (s *Sim) awaitClick(w http.ResponseWriter, r *http.Request, k *card, p *person, out *push) {
	if err := s.send(out); err != nil {
		writeError(w, http.StatusConflict, "机器人没有在线连接 (the app has no stream connection)")
		return
	}
	timer := time.NewTimer(s.cfg.ClickLimit)
	defer timer.Stop()
	select {
	case a := <-out.answer:
		s.finishClick(w, k, p, out, a)
	case <-timer.C:
		writeError(w, http.StatusGatewayTimeout, "机器人 没有及时回应 (no answer in time)")
	case <-r.Context().Done():
	case <-s.ctx.Done():
		writeError(w, http.StatusServiceUnavailable, "模拟器正在关闭 (the simulator is closing)")
	}
}

func (s *Sim) finishClick(w http.ResponseWriter, k *card, p *person, out *push, a ackFrame) {
	if a.Code != http.StatusOK {
		writeError(w, http.StatusBadGateway, fmt.Sprintf("机器人返回错误码 %d (the app answered code %d: %s)", a.Code, a.Code,
			a.Message))
		return
	}
	raw := json.RawMessage(a.text())
	s.mu.Lock()
	err := s.applyLocked(k, p.ID, raw)
	ms := out.ackMs
	s.mu.Unlock()
	if err != nil {
		writeError(w, http.StatusBadGateway, "机器人的回应无法读取 (cannot read the answer): "+err.Error())
		return
	}
	var resp struct {
		Response json.RawMessage `json:"response"`
	}
	_ = json.Unmarshal(raw, &resp) // applyLocked has read it already
	writeJSON(w, http.StatusOK, clickAnswer{OK: true, MessageID: out.messageID, LatencyMs: ms, Response: resp.Response})
}

// applyLocked changes the card for the clicker only: documented, cardData of a callback
// answer does not spread to other people. Without options the data is overwritten, as in an
// update (assumed from the documented default there).
func (s *Sim) applyLocked(k *card, user string, raw json.RawMessage) error {
	if len(raw) == 0 {
		return nil
	}
	var resp cardResponse
	if err := json.Unmarshal(raw, &resp); err != nil {
		return fmt.Errorf("decode answer: %w", err)
	}
	data, validCard := resp.Response.Card.params()
	own, validOwn := resp.Response.Private.params()
	if !validCard || !validOwn {
		return errors.New("cardParamMap holds a value that is not a string")
	}
	var opt updateOptions
	if resp.Response.Options != nil {
		opt = *resp.Response.Options
	}
	changed := false
	if c := resp.Response.Card; c != nil && c.CardParamMap != nil {
		seen := k.views[user]
		if seen == nil {
			seen = k.public
		}
		k.views[user], changed = merge(seen, data, opt.CardByKey), true
	}
	if c := resp.Response.Private; c != nil && c.CardParamMap != nil {
		k.private[user], changed = merge(k.private[user], own, opt.PrivateByKey), true
	}
	if changed && slices.Contains(k.users, user) { // a group's log has no view of one person
		s.showLocked(k, user, "cardUpdate", "")
	}
	return nil
}
