package dingtalk

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// Incoming is a message that somebody sent to the robot. The SDK's own model lacks
// fields that matter here, so the frame is decoded anew.
type Incoming struct {
	ID      string // the same on every delivery of the message
	Robot   string
	Sender  string // userId; empty for people outside the organisation
	Single  bool   // a single chat, not a group
	Webhook string // a bearer address: never log it
	At      time.Time
	Kind    string // text, richText, picture, file, audio, video, unknownMsgType
	Text    string // typed, or heard by DingTalk
	Files   []Attachment
	// QuotaUsed: DingTalk delivers without content once the organisation's monthly
	// quota is used up.
	QuotaUsed bool
}

// Attachment is a file that came with a message.
type Attachment struct {
	Code string // to be downloaded at once; how long it lives is not documented
	Name string // empty for pictures
}

// Click is a button pressed on a card. Sender is set by DingTalk's server and is
// the only thing to authorise on.
type Click struct {
	ID     string // of this push; a click has no other id
	Sender string
	Track  string
	Action string
	Params map[string]any
}

type botFrame struct {
	MsgID            string      `json:"msgId"`
	RobotCode        string      `json:"robotCode"`
	SenderStaffID    string      `json:"senderStaffId"`
	ConversationType string      `json:"conversationType"`
	SessionWebhook   string      `json:"sessionWebhook"`
	CreateAt         json.Number `json:"createAt"`
	MsgType          string      `json:"msgtype"`
	ErrorCode        json.Number `json:"errorCode"`
	Text             struct{ Content string }
	Content          json.RawMessage `json:"content"`
}

type botContent struct {
	DownloadCode        string `json:"downloadCode"`
	PictureDownloadCode string `json:"pictureDownloadCode"`
	FileName            string `json:"fileName"`
	Recognition         string `json:"recognition"`
	RichText            []struct {
		Text         string `json:"text"`
		Type         string `json:"type"`
		DownloadCode string `json:"downloadCode"`
	} `json:"richText"`
}

// decodeMessage reads the data of a bot message frame.
func decodeMessage(data string) (Incoming, error) {
	var f botFrame
	if err := json.Unmarshal([]byte(data), &f); err != nil {
		return Incoming{}, fmt.Errorf("decode message frame: %w", err)
	}
	if f.MsgID == "" {
		return Incoming{}, fmt.Errorf("decode message frame: no msgId")
	}
	in := Incoming{
		ID: f.MsgID, Robot: f.RobotCode, Sender: f.SenderStaffID, Single: f.ConversationType == "1",
		Webhook: f.SessionWebhook, Kind: f.MsgType, Text: strings.TrimSpace(f.Text.Content),
		QuotaUsed: f.ErrorCode == "20001",
	}
	if ms, err := f.CreateAt.Int64(); err == nil {
		in.At = time.UnixMilli(ms)
	}
	return in, in.readContent(f.Content)
}

func (in *Incoming) readContent(raw json.RawMessage) error {
	if len(raw) == 0 || raw[0] != '{' {
		return nil
	}
	var c botContent
	if err := json.Unmarshal(raw, &c); err != nil {
		return fmt.Errorf("decode message content: %w", err)
	}
	switch in.Kind {
	case "audio":
		in.Text = strings.TrimSpace(c.Recognition)
	case "picture", "file":
		in.Files = append(in.Files, Attachment{c.DownloadCode, c.FileName})
	case "richText":
		var text []string
		for _, part := range c.RichText {
			if part.Text != "" {
				text = append(text, part.Text)
			}
			if part.DownloadCode != "" {
				in.Files = append(in.Files, Attachment{part.DownloadCode, ""})
			}
		}
		in.Text = strings.TrimSpace(strings.Join(text, "\n"))
	}
	return nil
}

type cardFrame struct {
	UserID     string `json:"userId"`
	OutTrackID string `json:"outTrackId"`
	Content    string `json:"content"`
	Value      string `json:"value"`
}

// cardContent has two places for the parameters: the documentation shows both.
type cardContent struct {
	Private struct {
		ActionIDs []string       `json:"actionIds"`
		Params    map[string]any `json:"params"`
	} `json:"cardPrivateData"`
	Params map[string]any `json:"params"`
}

// decodeClick reads the data of a card callback frame.
func decodeClick(messageID, data string) (Click, error) {
	var f cardFrame
	if err := json.Unmarshal([]byte(data), &f); err != nil {
		return Click{}, fmt.Errorf("decode card frame: %w", err)
	}
	if f.Content == "" {
		f.Content = f.Value
	}
	var c cardContent
	if err := json.Unmarshal([]byte(f.Content), &c); err != nil {
		return Click{}, fmt.Errorf("decode card content: %w", err)
	}
	click := Click{ID: messageID, Sender: f.UserID, Track: f.OutTrackID, Params: c.Private.Params}
	if click.Params == nil {
		click.Params = c.Params
	}
	if len(c.Private.ActionIDs) > 0 {
		click.Action = c.Private.ActionIDs[0]
	}
	return click, nil
}

// cardAnswer is the acknowledgement of a click: variables that change on the
// clicker's copy at once. Everybody else gets them by [Client.UpdateCard].
func cardAnswer(params map[string]string) (string, error) {
	b, err := json.Marshal(map[string]any{"response": map[string]any{
		"cardUpdateOptions": map[string]bool{"updateCardDataByKey": true, "updatePrivateDataByKey": true},
		"cardData":          map[string]any{"cardParamMap": params},
	}})
	if err != nil {
		return "", fmt.Errorf("encode card answer: %w", err)
	}
	return string(b), nil
}
