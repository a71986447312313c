package dingtalk

import (
	"context"
	"net/http"
	"net/url"
	"strings"
)

// webhookPath is the only target a session webhook may have.
const webhookPath = "/robot/sendBySession"

// Reply answers in the conversation a message came from. It fails with Expired when
// the session is over; then [Client.Send] is the way.
func (c *Client) Reply(ctx context.Context, webhook string, m Message) error {
	if !c.trusted(webhook) {
		return &Error{Path: webhookPath, Kind: Expired, Code: "untrusted", Message: "session webhook points elsewhere"}
	}
	if err := c.limiter(webhookPath).Wait(ctx); err != nil {
		return err
	}
	req, err := c.jsonRequest(ctx, http.MethodPost, webhook, webhookBody(m))
	if err != nil {
		return err
	}
	return c.do(req, nil)
}

// trusted compares the webhook with the configured host, so that a forged payload
// cannot make us send a conversation to somebody else's server.
func (c *Client) trusted(webhook string) bool {
	u, err := url.Parse(webhook)
	if err != nil {
		return false
	}
	own, err := url.Parse(c.cfg.OAPIURL)
	return err == nil && u.Scheme == own.Scheme && strings.EqualFold(u.Host, own.Host) && u.Path == webhookPath
}

func webhookBody(m Message) map[string]any {
	if len(m.Buttons) == 0 {
		return map[string]any{"msgtype": "markdown", "markdown": map[string]string{"title": m.Title, "text": m.Text}}
	}
	btns := make([]map[string]string, len(m.Buttons))
	for i, b := range m.Buttons {
		btns[i] = map[string]string{"title": b.Title, "actionURL": b.Link()}
	}
	return map[string]any{"msgtype": "actionCard", "actionCard": map[string]any{
		"title": m.Title, "text": m.Text, "btnOrientation": "0", "btns": btns,
	}}
}
