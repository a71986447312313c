package dingtalk

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
)

// Button is a line under a message. A button with Say sends that text as the person
// who taps it; one with URL opens an address.
type Button struct {
	Title string `json:"title"`
	Say   string `json:"say,omitempty"`
	URL   string `json:"url,omitempty"`
}

// Link returns the address behind the button. The host must be all lower case or
// the client ignores it.
func (b Button) Link() string {
	if b.URL != "" {
		return b.URL
	}
	return "dtmd://dingtalkclient/sendMessage?content=" + url.QueryEscape(b.Say)
}

// Message is one message of the robot: markdown text with up to five buttons.
type Message struct {
	Title   string   `json:"title"` // shown in the chat list and in notifications
	Text    string   `json:"text"`
	Buttons []Button `json:"buttons,omitempty"`
}

// MaxParam is the longest msgParam that DingTalk takes, in bytes.
const MaxParam = 15_000

// batchUsers is the most receivers of one batchSend.
const batchUsers = 20

// Send sends a message to people in their single chats, at most twenty. Receivers
// that DingTalk lists as not reached are an error, because a 200 answer does not
// mean delivered.
func (c *Client) Send(ctx context.Context, users []string, m Message) error {
	r, err := c.SendEach(ctx, users, m)
	return r.orError(err)
}

// SendEach is [Client.Send] for those who want to know about each receiver.
func (c *Client) SendEach(ctx context.Context, users []string, m Message) (Receipt, error) {
	key, param := template(m)
	return c.batchSend(ctx, users, key, param)
}

// SendFile sends an uploaded file to people in their single chats.
func (c *Client) SendFile(ctx context.Context, users []string, mediaID, name, fileType string) error {
	r, err := c.SendFileEach(ctx, users, mediaID, name, fileType)
	return r.orError(err)
}

// SendFileEach is [Client.SendFile] for those who want to know about each receiver.
func (c *Client) SendFileEach(ctx context.Context, users []string, mediaID, name, fileType string) (Receipt, error) {
	return c.batchSend(ctx, users, "sampleFile",
		map[string]string{"mediaId": mediaID, "fileName": name, "fileType": fileType})
}

// SendImageEach sends an uploaded picture to people in their single chats.
func (c *Client) SendImageEach(ctx context.Context, users []string, mediaID string) (Receipt, error) {
	return c.batchSend(ctx, users, "sampleImageMsg", map[string]string{"photoURL": mediaID})
}

// Receipt is what DingTalk answers to a message for several people.
type Receipt struct {
	QueryKey  string   `json:"processQueryKey"` // for [Client.WhoRead]
	Invalid   []string `json:"invalidStaffIdList"`
	Throttled []string `json:"flowControlledStaffIdList"`
	Filtered  []string `json:"filteredStaffIdList"`
}

// Unreached are the receivers to whom DingTalk will not deliver.
func (r Receipt) Unreached() []string {
	return append(append([]string(nil), r.Invalid...), r.Filtered...)
}

// orError makes receivers who were not reached an error.
func (r Receipt) orError(err error) error {
	switch {
	case err != nil:
		return err
	case len(r.Throttled) > 0:
		return undelivered(batchSendPath, "flowControlled", Throttled, len(r.Throttled))
	case len(r.Invalid)+len(r.Filtered) > 0:
		return undelivered(batchSendPath, "invalidStaffId", Invalid, len(r.Invalid)+len(r.Filtered))
	}
	return nil
}

// WhoRead returns the receivers who have read a message, by the key of its receipt. DingTalk
// knows for 24 hours.
func (c *Client) WhoRead(ctx context.Context, queryKey string) ([]string, error) {
	var got struct {
		List []struct {
			User   string `json:"userId"`
			Status string `json:"readStatus"`
		} `json:"messageReadInfoList"`
	}
	q := url.Values{"robotCode": {c.cfg.RobotCode}, "processQueryKey": {queryKey}}
	if err := c.query(ctx, "/v1.0/robot/oToMessages/readStatus", q, &got); err != nil {
		return nil, err
	}
	var out []string
	for _, r := range got.List {
		if r.Status == "READ" {
			out = append(out, r.User)
		}
	}
	return out, nil
}

// SendGroup sends a message into a group that the robot is in.
func (c *Client) SendGroup(ctx context.Context, conversation string, m Message) error {
	key, param := template(m)
	body, err := json.Marshal(param)
	if err != nil {
		return fmt.Errorf("encode message: %w", err)
	}
	return c.call(ctx, http.MethodPost, "/v1.0/robot/groupMessages/send", map[string]any{
		"robotCode": c.cfg.RobotCode, "openConversationId": conversation, "msgKey": key, "msgParam": string(body),
	}, nil)
}

const batchSendPath = "/v1.0/robot/oToMessages/batchSend"

func (c *Client) batchSend(ctx context.Context, users []string, key string, param map[string]string) (Receipt, error) {
	if len(users) == 0 || len(users) > batchUsers {
		return Receipt{}, &Error{
			Path: batchSendPath, Kind: Invalid, Code: "invalidParameter.userIds.overMax",
			Message: strconv.Itoa(len(users)) + " receivers",
		}
	}
	body, err := json.Marshal(param)
	if err != nil {
		return Receipt{}, fmt.Errorf("encode message: %w", err)
	}
	var got Receipt
	err = c.call(ctx, http.MethodPost, batchSendPath, map[string]any{
		"robotCode": c.cfg.RobotCode, "userIds": users, "msgKey": key, "msgParam": string(body),
	}, &got)
	return got, err
}

// template chooses the message template by the number of buttons.
func template(m Message) (key string, param map[string]string) {
	switch n := len(m.Buttons); n {
	case 0:
		return "sampleMarkdown", map[string]string{"title": m.Title, "text": m.Text}
	case 1:
		return "sampleActionCard", map[string]string{
			"title": m.Title, "text": m.Text,
			"singleTitle": m.Buttons[0].Title, "singleURL": m.Buttons[0].Link(),
		}
	default:
		n = min(n, 5)
		param = map[string]string{"title": m.Title, "text": m.Text}
		for i, b := range m.Buttons[:n] {
			param["actionTitle"+strconv.Itoa(i+1)] = b.Title
			param["actionURL"+strconv.Itoa(i+1)] = b.Link()
		}
		return "sampleActionCard" + strconv.Itoa(n), param
	}
}
