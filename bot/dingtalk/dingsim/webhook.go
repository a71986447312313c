package dingsim

import (
	"encoding/json"
	"time"
)

// sessionLife: documented samples show 5,400,000 ms between creation and expiry.
const sessionLife = 90 * time.Minute

// session is the permission to answer into one chat without a token.
type session struct {
	app     *App
	user    string // single chat
	group   string // or group
	expires time.Time
}

// hookMessage is the body of sendBySession.
type hookMessage struct {
	MsgType string `json:"msgtype"`
	Text    struct {
		Content string `json:"content"`
	} `json:"text"`
	Markdown   map[string]any `json:"markdown"`
	Link       map[string]any `json:"link"`
	ActionCard map[string]any `json:"actionCard"`
	FeedCard   map[string]any `json:"feedCard"`
}

// sendBySession answers POST /robot/sendBySession: always HTTP 200, read errcode (documented).
func sendBySession(c *call) reply {
	s := c.s
	s.mu.Lock()
	ses, known := s.sessions[c.r.URL.Query().Get("session")]
	s.mu.Unlock()
	if !known || s.Now().After(ses.expires) {
		return c.failOld(300001, "session 不存在") // reported
	}
	c.app = ses.app
	var m hookMessage
	if json.Unmarshal(c.body, &m) != nil {
		return c.failOld(43009, "参数需要是json类型") // documented code
	}
	e, problem := m.entry()
	if problem != "" {
		return c.failOld(40035, problem) // code invented for this path
	}
	if e.MsgKey != "" {
		s.say(ses, e)
	}
	return ok(map[string]any{"errcode": 0, "errmsg": "ok"})
}

// say delivers a webhook reply; it has no processQueryKey and cannot be recalled (documented).
func (s *Sim) say(ses session, e entry) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e.App = ses.app.ClientID
	if g := s.groups[ses.group]; g != nil {
		s.stampLocked(&g.feed, e)
	} else if p := s.users[ses.user]; p != nil {
		s.stampLocked(&p.inbox, e)
	}
}

// entry maps a webhook message to the template of the same look. Documented types: text,
// markdown, link, actionCard, feedCard, empty; no pictures or files.
func (m hookMessage) entry() (e entry, problem string) {
	e.From = "bot"
	switch m.MsgType {
	case "text":
		e.MsgKey, e.Param = "sampleText", map[string]any{"content": m.Text.Content}
		if m.Text.Content == "" {
			return e, "缺少参数 text.content"
		}
	case "markdown":
		e.MsgKey, e.Param = "sampleMarkdown", m.Markdown
		problem = missing("markdown", m.Markdown, "title", "text")
	case "link":
		e.MsgKey, e.Param = "sampleLink", m.Link
		problem = missing("link", m.Link, "title", "text", "messageUrl")
	case "actionCard":
		e.MsgKey, e.Param, e.Button = "sampleActionCard", m.ActionCard, hookButtons(m.ActionCard)
		if problem = missing("actionCard", m.ActionCard, "title", "text"); problem == "" && len(e.Button) == 0 {
			problem = "缺少参数 actionCard.btns"
		}
	case "feedCard":
		e.MsgKey, e.Param, e.Button = "feedCard", m.FeedCard, feedLinks(m.FeedCard)
		if len(e.Button) == 0 {
			problem = "缺少参数 feedCard.links"
		}
	case "empty":
	default:
		problem = "不支持的消息类型 msgtype"
	}
	return e, problem
}

func missing(object string, m map[string]any, fields ...string) string {
	for _, f := range fields {
		if str(m, f) == "" {
			return "缺少参数 " + object + "." + f
		}
	}
	return ""
}

func hookButtons(m map[string]any) []viewButton {
	if str(m, "singleTitle") != "" {
		return []viewButton{{Title: str(m, "singleTitle"), URL: str(m, "singleURL")}}
	}
	return linkList(m["btns"], "actionURL")
}

func feedLinks(m map[string]any) []viewButton { return linkList(m["links"], "messageURL") }

func linkList(v any, urlField string) []viewButton {
	list, _ := v.([]any)
	var out []viewButton
	for _, item := range list {
		if m, ok := item.(map[string]any); ok && str(m, "title") != "" {
			out = append(out, viewButton{Title: str(m, "title"), URL: str(m, urlField)})
		}
	}
	return out
}
