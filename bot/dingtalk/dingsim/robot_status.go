package dingsim

import (
	"encoding/json"
	"net/http"
	"time"
)

// sentWindow: documented, read status and recall work for 24 h.
const sentWindow = 24 * time.Hour

// ownLocked finds a message of the calling app; nil when unknown.
func (c *call) ownLocked(key string) *sentMessage {
	m := c.s.sent[key]
	if m == nil || m.app != c.app {
		return nil
	}
	return m
}

func (s *Sim) expired(m *sentMessage) bool { return s.Now().Sub(m.at) > sentWindow }

func (m *sentMessage) status() string {
	if m.recalled {
		return "RECALLED"
	}
	return "SUCCESS"
}

// readStatus answers GET /v1.0/robot/oToMessages/readStatus.
func readStatus(c *call) reply {
	q := c.r.URL.Query()
	if bad, failed := c.robotError(q.Get("robotCode")); failed {
		return bad
	}
	s := c.s
	s.mu.Lock()
	defer s.mu.Unlock()
	m := c.ownLocked(q.Get("processQueryKey"))
	if m == nil {
		return c.bad("invalid.processQueryKey", "processQueryKey无效")
	}
	if s.expired(m) {
		return c.bad("processQueryKey.expireTime", "还未生成消息查询数据或已过期")
	}
	list := []map[string]any{}
	for _, id := range m.users {
		state := "UNREAD"
		if m.read[id] {
			state = "READ"
		}
		list = append(list, map[string]any{"name": s.users[id].Name, "userId": id, "readStatus": state})
	}
	return ok(map[string]any{"sendStatus": m.status(), "messageReadInfoList": list})
}

// groupQuery answers POST /v1.0/robot/groupMessages/query on one page.
func groupQuery(c *call) reply {
	var req struct {
		RobotCode       string `json:"robotCode"`
		ProcessQueryKey string `json:"processQueryKey"`
	}
	if json.Unmarshal(c.body, &req) != nil {
		return c.badBody()
	}
	if bad, failed := c.robotError(req.RobotCode); failed {
		return bad
	}
	s := c.s
	s.mu.Lock()
	defer s.mu.Unlock()
	m := c.ownLocked(req.ProcessQueryKey)
	if m == nil {
		return c.bad("invalid.processQueryKey", "processQueryKey无效")
	}
	read := []string{}
	for _, id := range s.order {
		if m.read[id] {
			read = append(read, id)
		}
	}
	return ok(map[string]any{"sendStatus": m.status(), "readUserIds": read, "hasMore": false})
}

func batchRecall(c *call) reply { return recall(c, false) }
func groupRecall(c *call) reply { return recall(c, true) }

// recall takes messages back; those it cannot are named in failedResult (documented).
func recall(c *call, group bool) reply {
	var req struct {
		RobotCode        string   `json:"robotCode"`
		ProcessQueryKeys []string `json:"processQueryKeys"`
	}
	if json.Unmarshal(c.body, &req) != nil {
		return c.badBody()
	}
	if bad, failed := c.robotError(req.RobotCode); failed {
		return bad
	}
	if len(req.ProcessQueryKeys) > maxReceivers {
		return c.bad("invalidParameter.processQueryKeys.overMax", "processQueryKeys不能超过20个")
	}
	s := c.s
	s.mu.Lock()
	defer s.mu.Unlock()
	done, failed := []string{}, map[string]string{}
	for _, key := range req.ProcessQueryKeys {
		m := c.ownLocked(key)
		switch {
		case m == nil || (m.group != "") != group:
			failed[key] = "invalid.processQueryKey"
		case s.expired(m):
			failed[key] = "robot.processQueryKey.expired"
		default:
			s.recallLocked(m)
			done = append(done, key)
		}
	}
	if len(done) == 0 && len(req.ProcessQueryKeys) > 0 {
		return c.fail(http.StatusBadRequest, "notRevoke.all.messages", "所有消息均未撤回")
	}
	return ok(map[string]any{"successResult": done, "failedResult": failed})
}

func (s *Sim) recallLocked(m *sentMessage) {
	if m.recalled {
		return
	}
	m.recalled = true
	e := entry{
		From: "bot", App: m.app.ClientID, MsgKey: "recall", Key: m.key,
		Param: map[string]any{"processQueryKey": m.key},
	}
	if g := s.groups[m.group]; g != nil {
		s.stampLocked(&g.feed, e)
	}
	for _, id := range m.users {
		s.stampLocked(&s.users[id].inbox, e)
	}
}
