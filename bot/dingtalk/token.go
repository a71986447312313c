package dingtalk

import (
	"context"
	"net/http"
	"sync"
	"time"
)

// tokenMargin is how long before its end a token is no longer used.
const tokenMargin = 5 * time.Minute

// tokenCache holds the one access token of the app. Waiting callers share a fetch.
type tokenCache struct {
	mu    sync.Mutex
	value string
	until time.Time
}

// drop forgets the token if it is still the one that failed.
func (t *tokenCache) drop(value string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.value == value {
		t.value = ""
	}
}

// accessToken returns a token that is good for some minutes. The mutex is held
// while fetching: everybody else would only fetch the same token.
func (c *Client) accessToken(ctx context.Context) (string, error) {
	c.token.mu.Lock()
	defer c.token.mu.Unlock()
	now := c.cfg.Now()
	if c.token.value != "" && now.Before(c.token.until) {
		return c.token.value, nil
	}
	req, err := c.jsonRequest(ctx, http.MethodPost, c.cfg.APIURL+"/v1.0/oauth2/accessToken",
		map[string]string{"appKey": c.cfg.ClientID, "appSecret": c.cfg.ClientSecret})
	if err != nil {
		return "", err
	}
	var got struct {
		AccessToken string `json:"accessToken"`
		ExpireIn    int    `json:"expireIn"` // seconds
	}
	if err := c.do(req, &got); err != nil {
		return "", err
	}
	c.token.value = got.AccessToken
	c.token.until = now.Add(time.Duration(got.ExpireIn)*time.Second - tokenMargin)
	return got.AccessToken, nil
}

// CheckToken fetches a token, to tell bad credentials before the first message.
func (c *Client) CheckToken(ctx context.Context) error {
	_, err := c.accessToken(ctx)
	return err
}
