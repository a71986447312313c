package dingsim

import (
	"encoding/json"
	"time"
)

const maxReceivers = 20 // documented

// sentMessage is what the robot sent under one processQueryKey.
type sentMessage struct {
	app      *App
	key      string
	users    []string // receivers of a single-chat message
	group    string   // or the group
	at       time.Time
	recalled bool
	read     map[string]bool
}

// sendRequest is the body of batchSend and groupMessages/send.
type sendRequest struct {
	RobotCode          string          `json:"robotCode"`
	UserIDs            []string        `json:"userIds"`
	OpenConversationID string          `json:"openConversationId"`
	MsgKey             string          `json:"msgKey"`
	MsgParam           json.RawMessage `json:"msgParam"`
}

// robotError checks that the robot belongs to the calling app; codes documented.
func (c *call) robotError(code string) (reply, bool) {
	if code == "" {
		return c.bad("invalidParameter.robotCode.empty", "机器人robotCode为空"), true
	}
	c.s.mu.Lock()
	app := c.s.robots[code]
	c.s.mu.Unlock()
	if app == nil {
		return c.bad("invalidParameter.robotCode.notExsit", "robotCode不存在"), true // sic
	}
	if app != c.app {
		return c.bad("invalidParameter.robotCode.auth", "此应用appkey和机器人robotCode不匹配"), true
	}
	return reply{}, false
}

// badBody: the code for unreadable JSON is invented.
func (c *call) badBody() reply { return c.bad("invalidParameter.body", "请求体不是合法的JSON") }

// batchSend answers POST /v1.0/robot/oToMessages/batchSend.
func batchSend(c *call) reply {
	var req sendRequest
	if json.Unmarshal(c.body, &req) != nil {
		return c.badBody()
	}
	if bad, failed := c.robotError(req.RobotCode); failed {
		return bad
	}
	if len(req.UserIDs) == 0 {
		return c.bad("invalidParameter.userIds.empty", "userIds为空")
	}
	if len(req.UserIDs) > maxReceivers {
		return c.bad("invalidParameter.userIds.overMax", "userIds不能超过100个") // documented: limit 20, text 100
	}
	e, code, msg := c.s.checkMessage(req.MsgKey, req.MsgParam)
	if code != "" {
		return c.bad(code, msg)
	}
	key, invalid, putOff := c.s.toUsers(c.app, req.UserIDs, e)
	return ok(map[string]any{
		"processQueryKey": key, "invalidStaffIdList": invalid,
		"flowControlledStaffIdList": putOff, "filteredStaffIdList": []string{},
	})
}

// toUsers puts a message into single chats. Unknown, departed and inactive people end up in
// the invalid list of a successful answer (documented list, exact rule unconfirmed).
func (s *Sim) toUsers(app *App, ids []string, e entry) (key string, invalid, putOff []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.newSentLocked(app)
	e.App, e.Key = app.ClientID, m.key
	invalid, putOff = []string{}, []string{}
	for _, id := range ids {
		p := s.users[id]
		switch {
		case !p.reachable():
			invalid = append(invalid, id)
			continue
		case s.rollLocked(s.faults.FlowControl):
			putOff = append(putOff, id)
			continue
		}
		m.users = append(m.users, id)
		s.stampLocked(&p.inbox, e)
	}
	return m.key, invalid, putOff
}

func (s *Sim) newSentLocked(app *App) *sentMessage {
	m := &sentMessage{app: app, key: s.secretLocked(""), at: s.Now(), read: map[string]bool{}}
	s.sent[m.key] = m
	return m
}

// groupSend answers POST /v1.0/robot/groupMessages/send.
func groupSend(c *call) reply {
	var req sendRequest
	if json.Unmarshal(c.body, &req) != nil {
		return c.badBody()
	}
	if bad, failed := c.robotError(req.RobotCode); failed {
		return bad
	}
	if req.OpenConversationID == "" {
		return c.bad("miss.openConversationId", "缺少openConversationId")
	}
	e, code, msg := c.s.checkMessage(req.MsgKey, req.MsgParam)
	if code != "" {
		return c.bad(code, msg)
	}
	s := c.s
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.groups[req.OpenConversationID]
	if g == nil {
		return c.bad("invalid.openConversationId", "openConversationId无效")
	}
	m := s.newSentLocked(c.app)
	m.group = g.ID
	e.App, e.Key = c.app.ClientID, m.key
	s.stampLocked(&g.feed, e)
	return ok(map[string]any{"processQueryKey": m.key})
}
