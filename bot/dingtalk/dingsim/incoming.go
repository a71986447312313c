package dingsim

import (
	"encoding/json"
	"path/filepath"
	"strings"
)

// spoken is what a person says to a robot.
type spoken struct {
	text       string
	audio      string // recognised speech
	file       *file
	picture    bool
	deliveries int
}

// botMessage is the payload of /v1.0/im/bot/messages/get (documented fields). senderUnionId
// is left out: it is present only sometimes (reported).
type botMessage struct {
	SenderPlatform            string    `json:"senderPlatform"`
	ConversationID            string    `json:"conversationId"`
	AtUsers                   []atUser  `json:"atUsers,omitempty"`
	ChatbotCorpID             string    `json:"chatbotCorpId"`
	ChatbotUserID             string    `json:"chatbotUserId"`
	MsgID                     string    `json:"msgId"`
	SenderNick                string    `json:"senderNick"`
	IsAdmin                   bool      `json:"isAdmin"`
	SenderStaffID             string    `json:"senderStaffId,omitempty"` // absent for outsiders (documented)
	SessionWebhookExpiredTime int64     `json:"sessionWebhookExpiredTime"`
	CreateAt                  int64     `json:"createAt"` // a number in all samples
	SenderCorpID              string    `json:"senderCorpId,omitempty"`
	ConversationType          string    `json:"conversationType"` // "1" single, "2" group
	SenderID                  string    `json:"senderId"`
	ConversationTitle         string    `json:"conversationTitle,omitempty"`
	IsInAtList                bool      `json:"isInAtList,omitempty"`
	SessionWebhook            string    `json:"sessionWebhook"`
	Text                      *textPart `json:"text,omitempty"`
	Content                   any       `json:"content,omitempty"`
	RobotCode                 string    `json:"robotCode"`
	MsgType                   string    `json:"msgtype"`
}

type textPart struct {
	Content string `json:"content"`
}

type atUser struct {
	DingtalkID string `json:"dingtalkId"`
	StaffID    string `json:"staffId,omitempty"`
}

// fromPerson delivers a single-chat message to one app and shows it in the person's own chat.
func (s *Sim) fromPerson(app *App, p *person, m spoken, base string) string {
	s.mu.Lock()
	bot := s.payloadLocked(app, p, nil, base)
	own := s.fillLocked(app, &bot, m)
	own.From, own.MsgID, own.App = "user", bot.MsgID, app.ClientID
	s.stampLocked(&p.inbox, own)
	s.mu.Unlock()
	s.pushMessage(app, bot, m.deliveries)
	return bot.MsgID
}

// fromGroup delivers a text that @-mentions robots. Documented: only such messages reach a
// robot, the mention is removed and leaves a leading space. Reported: robots mentioned
// together get the same msgId.
func (s *Sim) fromGroup(apps []*App, p *person, g *group, text, base string) string {
	s.mu.Lock()
	bots := make([]botMessage, len(apps))
	id := s.msgIDLocked()
	for i, app := range apps {
		bots[i] = s.payloadLocked(app, p, g, base)
		bots[i].MsgID = id
		s.fillLocked(app, &bots[i], spoken{text: " " + text})
	}
	s.stampLocked(&g.feed, entry{
		From: "user", UserID: p.ID, MsgID: id, MsgKey: "text", Param: map[string]any{"content": text},
	})
	s.mu.Unlock()
	for i, app := range apps {
		s.pushMessage(app, bots[i], 1)
	}
	return id
}

// payloadLocked fills the common fields and opens a session webhook.
func (s *Sim) payloadLocked(app *App, p *person, g *group, base string) botMessage {
	now := s.Now()
	ses := session{app: app, user: p.ID, expires: now.Add(sessionLife)}
	m := botMessage{
		SenderPlatform: "Mac", ConversationID: chatID(app, p.ID), ConversationType: "1",
		ChatbotCorpID: s.cfg.CorpID, ChatbotUserID: lwcp("bot" + app.ClientID),
		MsgID: s.msgIDLocked(), SenderNick: p.Name, IsAdmin: p.Admin, SenderID: lwcp(p.ID),
		CreateAt: now.UnixMilli(), SessionWebhookExpiredTime: ses.expires.UnixMilli(),
		RobotCode: app.RobotCode,
	}
	if !p.External {
		m.SenderStaffID, m.SenderCorpID = p.ID, s.cfg.CorpID
	}
	if g != nil {
		ses.user, ses.group = "", g.ID
		m.ConversationID, m.ConversationType, m.ConversationTitle = g.ID, "2", g.Title
		m.IsInAtList, m.AtUsers = true, []atUser{{DingtalkID: m.ChatbotUserID}}
	}
	key := s.hexLocked(16)
	s.sessions[key] = ses
	m.SessionWebhook = base + sessionPath + "?session=" + key
	return m
}

// fillLocked adds the content in the documented shape of its type and returns how the
// speaker sees his own message.
func (s *Sim) fillLocked(app *App, m *botMessage, say spoken) entry {
	switch {
	case say.file != nil && say.picture: // documented: a picture has no file name
		code := s.codeLocked(app, say.file)
		m.MsgType, m.Content = "picture", map[string]any{
			"pictureDownloadCode": s.codeLocked(app, say.file), "downloadCode": code,
		}
		return fileEntry("picture", say.file)
	case say.file != nil: // documented: no size and no MIME type
		m.MsgType, m.Content = "file", map[string]any{
			"spaceId": "223000573", "fileName": say.file.name,
			"downloadCode": s.codeLocked(app, say.file), "fileId": say.file.id,
		}
		return fileEntry("file", say.file)
	case say.audio != "":
		sound := s.storeLocked("voice.amr", "audio/amr", []byte("#!AMR\n"))
		m.MsgType, m.Content = "audio", map[string]any{
			"duration": 4000, "downloadCode": s.codeLocked(app, sound), "recognition": say.audio,
		}
		return entry{MsgKey: "audio", Param: map[string]any{"recognition": say.audio}}
	default:
		m.MsgType, m.Text = "text", &textPart{Content: say.text}
		return entry{MsgKey: "text", Param: map[string]any{"content": say.text}}
	}
}

func fileEntry(key string, f *file) entry {
	return entry{MsgKey: key, FileID: f.id, Param: map[string]any{
		"fileName": f.name, "fileId": f.id, "size": len(f.data),
	}}
}

// pushMessage sends the same message once or several times: same msgId, new messageId.
func (s *Sim) pushMessage(app *App, m botMessage, times int) {
	data, err := json.Marshal(m)
	if err != nil {
		s.log.Error("encode message", "err", err)
		return
	}
	p := &push{app: app, typ: typeCallback, topic: topicBot, data: string(data), msgID: m.MsgID}
	_ = s.send(p) // without a connection the message is lost, as the call log shows
	for range times - 1 {
		p = p.again()
		_ = s.send(p)
	}
}

// isPicture decides how the DingTalk client would send an attachment.
func isPicture(contentType, name string) bool {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".jpg", ".jpeg", ".png":
		return true
	}
	return strings.HasPrefix(contentType, "image/")
}
