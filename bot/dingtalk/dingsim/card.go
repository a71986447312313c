package dingsim

import (
	"encoding/json"
	"maps"
)

const (
	maxTrackID   = 100       // documented
	maxParamKey  = 100       // documented, bytes
	maxCardBytes = 100 << 10 // documented for all data together
)

// card is one instance of a template.
type card struct {
	track, template string
	app             *App
	stream          bool // callbackType STREAM; without it no stream callback arrives (documented)
	userIDType      int
	spaces          map[string]bool // space models given at creation: "IM_ROBOT", "IM_GROUP"
	public          map[string]string
	views           map[string]map[string]string // public data as one clicker alone sees it
	private         map[string]map[string]string
	users           []string            // single chats it was delivered to
	groups          map[string][]string // group → recipients, empty = everybody
}

// cardData is the JSON shape of public and private data.
type cardData struct {
	CardParamMap map[string]json.RawMessage `json:"cardParamMap"`
}

type updateOptions struct {
	CardByKey    bool `json:"updateCardDataByKey"`
	PrivateByKey bool `json:"updatePrivateDataByKey"`
}

// cardRequest covers create, deliver, createAndDeliver and update.
type cardRequest struct {
	CardTemplateID string              `json:"cardTemplateId"`
	OutTrackID     string              `json:"outTrackId"`
	CallbackType   string              `json:"callbackType"`
	UserIDType     int                 `json:"userIdType"`
	CardData       *cardData           `json:"cardData"`
	PrivateData    map[string]cardData `json:"privateData"`
	Options        updateOptions       `json:"cardUpdateOptions"`
	OpenSpaceID    string              `json:"openSpaceId"`
	RobotSpace     *struct{}           `json:"imRobotOpenSpaceModel"`
	GroupSpace     *struct{}           `json:"imGroupOpenSpaceModel"`
	RobotDeliver   *struct{}           `json:"imRobotOpenDeliverModel"`
	GroupDeliver   *struct {
		RobotCode  string   `json:"robotCode"`
		Recipients []string `json:"recipients"`
	} `json:"imGroupOpenDeliverModel"`
}

// params converts data to strings. Documented: every value is a string.
func (d *cardData) params() (map[string]string, bool) {
	out := map[string]string{}
	if d == nil {
		return out, true
	}
	for k, raw := range d.CardParamMap {
		var v string
		if len(k) > maxParamKey || json.Unmarshal(raw, &v) != nil || string(raw) == "null" {
			return nil, false
		}
		out[k] = v
	}
	return out, true
}

// decodeCard reads a card request; an empty code means success.
func (c *call) decodeCard() (req cardRequest, code string) {
	if json.Unmarshal(c.body, &req) != nil {
		return req, "param.invalid"
	}
	switch {
	case req.OutTrackID == "":
		return req, "param.outTrackIdEmpty"
	case len(req.OutTrackID) > maxTrackID || len(c.body) > maxCardBytes+(16<<10):
		return req, "param.invalid"
	}
	return req, ""
}

// newCardLocked validates a creation and stores the card; codes documented.
func (c *call) newCardLocked(req cardRequest) (*card, string) {
	t, known := c.s.templates[req.CardTemplateID]
	data, valid := req.CardData.params()
	switch {
	case req.CardTemplateID == "":
		return nil, "param.cardTemplateIdEmpty"
	case !known:
		return nil, "param.templateNotExist"
	case t.Unpublished:
		return nil, "param.templateUnpublished"
	case req.CardData == nil:
		return nil, "param.cardPublicDataEmpty"
	case !valid:
		return nil, "param.invalid"
	case c.s.cards[req.OutTrackID] != nil:
		return nil, "param.cardAlreadyExist"
	}
	k := &card{
		track: req.OutTrackID, template: t.ID, app: c.app, stream: req.CallbackType == "STREAM",
		userIDType: max(req.UserIDType, 1), public: data, spaces: map[string]bool{},
		views: map[string]map[string]string{}, private: map[string]map[string]string{},
		groups: map[string][]string{},
	}
	k.spaces["IM_ROBOT"], k.spaces["IM_GROUP"] = req.RobotSpace != nil, req.GroupSpace != nil
	if code := c.s.setPrivateLocked(k, req); code != "" {
		return nil, code
	}
	c.s.cards[k.track] = k
	return k, ""
}

// setPrivateLocked stores the per-person data of a request.
func (s *Sim) setPrivateLocked(k *card, req cardRequest) string {
	fresh := map[string]map[string]string{}
	for id, d := range req.PrivateData {
		p := s.resolveLocked(id, req.UserIDType)
		if p == nil {
			return "param.userIdNotExist"
		}
		values, valid := d.params()
		if !valid {
			return "param.invalid"
		}
		fresh[p.ID] = values
	}
	for id, values := range fresh {
		k.private[id] = merge(k.private[id], values, req.Options.PrivateByKey)
	}
	return ""
}

// merge applies new values by key or as a full replacement.
func merge(old, fresh map[string]string, byKey bool) map[string]string {
	if !byKey || old == nil {
		return maps.Clone(fresh)
	}
	out := maps.Clone(old)
	maps.Copy(out, fresh)
	return out
}

// createCard answers POST /v1.0/card/instances.
func createCard(c *call) reply {
	req, code := c.decodeCard()
	if code != "" {
		return c.badCode(code)
	}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	if _, code = c.newCardLocked(req); code != "" {
		return c.badCode(code)
	}
	return ok(map[string]any{"success": true, "result": req.OutTrackID})
}

// updateCard answers PUT /v1.0/card/instances. Documented: without options the data is
// overwritten as a whole; the update reaches every delivered copy.
func updateCard(c *call) reply {
	req, code := c.decodeCard()
	if code != "" {
		return c.badCode(code)
	}
	if req.CardData == nil && len(req.PrivateData) == 0 {
		return c.badCode("param.cardDataAndPrivateDataBothEmpty")
	}
	data, valid := req.CardData.params()
	if !valid {
		return c.badCode("param.invalid")
	}
	s := c.s
	s.mu.Lock()
	defer s.mu.Unlock()
	k := s.cards[req.OutTrackID]
	if k == nil || k.app != c.app {
		return c.badCode("param.cardNotExist")
	}
	if code := s.setPrivateLocked(k, req); code != "" {
		return c.badCode(code)
	}
	if req.CardData != nil {
		k.setPublic(data, req.Options.CardByKey)
	}
	s.refreshLocked(k)
	return ok(map[string]any{"success": true, "result": true})
}

// setPublic changes the data everybody sees. What one clicker saw alone is overtaken by it.
func (k *card) setPublic(data map[string]string, byKey bool) {
	k.public = merge(k.public, data, byKey)
	if !byKey {
		clear(k.views)
		return
	}
	for id, v := range k.views {
		k.views[id] = merge(v, data, true)
	}
}

// streamCard answers PUT /v1.0/card/streaming: one variable of an AI card (documented).
func streamCard(c *call) reply {
	var req struct {
		OutTrackID string `json:"outTrackId"`
		GUID       string `json:"guid"`
		Key        string `json:"key"`
		Content    string `json:"content"`
		IsFull     bool   `json:"isFull"`
	}
	if json.Unmarshal(c.body, &req) != nil || req.Key == "" || req.GUID == "" {
		return c.badCode("param.invalid")
	}
	s := c.s
	s.mu.Lock()
	defer s.mu.Unlock()
	k := s.cards[req.OutTrackID]
	if k == nil || k.app != c.app {
		return c.badCode("param.cardNotExist")
	}
	if !req.IsFull {
		req.Content = k.public[req.Key] + req.Content
	}
	k.setPublic(map[string]string{req.Key: req.Content}, true)
	s.refreshLocked(k)
	return ok(map[string]any{"success": true, "result": true})
}
