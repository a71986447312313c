package dingsim

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"
)

const tokenLife = 7200 * time.Second // documented

// token is an access token; the same value works on both path families (documented).
type token struct {
	app     *App
	value   string
	expires time.Time // simulated
}

// newToken answers POST /v1.0/oauth2/accessToken.
func newToken(c *call) reply {
	var req struct {
		AppKey    string `json:"appKey"`
		AppSecret string `json:"appSecret"`
	}
	if len(c.body) == 0 || json.Unmarshal(c.body, &req) != nil {
		return c.bad("Missingbody", "body is mandatory for this action.")
	}
	t := c.s.grant(c, req.AppKey, req.AppSecret)
	if t == "" {
		return c.bad("invalidClientIdOrSecret", "无效的clientId或者clientSecret") // documented
	}
	return ok(map[string]any{"accessToken": t, "expireIn": int(tokenLife.Seconds())})
}

// oldToken answers GET /gettoken.
func oldToken(c *call) reply {
	q := c.r.URL.Query()
	t := c.s.grant(c, q.Get("appkey"), q.Get("appsecret"))
	if t == "" {
		return c.failOld(40096, "不合法的appKey或appSecret") // documented
	}
	return c.okOld(map[string]any{"access_token": t, "expires_in": int(tokenLife.Seconds())})
}

// grant returns the valid token of an app, prolonged, or a new one. Documented: asking again
// within the lifetime gives the same token and renews it.
func (s *Sim) grant(c *call, id, secret string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	app := s.apps[id]
	if app == nil || app.ClientSecret != secret {
		return ""
	}
	c.app = app
	now := s.Now()
	for value, t := range s.tokens {
		if now.After(t.expires) {
			delete(s.tokens, value)
		} else if t.app == app {
			t.expires = now.Add(tokenLife)
			return t.value
		}
	}
	t := &token{app: app, value: s.hexLocked(16), expires: now.Add(tokenLife)}
	s.tokens[t.value] = t
	return t.value
}

// authorise checks token and scope; failed is true when bad is the answer.
func (s *Sim) authorise(c *call) (bad reply, failed bool) {
	value := c.r.URL.Query().Get("access_token")
	if c.route.family == newAPI {
		value = c.r.Header.Get("x-acs-dingtalk-access-token")
	}
	s.mu.Lock()
	t := s.tokens[value]
	valid := t != nil && s.Now().Before(t.expires)
	s.mu.Unlock()
	if !valid {
		return c.tokenError(value == ""), true
	}
	c.app = t.app
	if c.app.Scopes != nil && c.route.scope != "" && !slices.Contains(c.app.Scopes, c.route.scope) {
		return c.scopeError(), true
	}
	return reply{}, false
}

// tokenError: an invalid token is 400 and not 401 (seen on the live service).
func (c *call) tokenError(missing bool) reply {
	switch {
	case c.route.family == newAPI && missing:
		return c.bad(codeMissingToken, "缺少参数：x-acs-dingtalk-access-token")
	case c.route.family == newAPI:
		return c.bad(codeBadToken, msgBadToken)
	case c.route.family == topAPI && missing:
		return c.failSub("40000", msgBadToken)
	case c.route.family == topAPI:
		return c.failSub("40014", msgBadToken)
	default:
		return c.failOld(40014, msgBadToken)
	}
}

func (c *call) scopeError() reply {
	switch c.route.family {
	case newAPI: // documented shape
		a := c.fail(http.StatusForbidden, codeNoScope, msgNoScope)
		a.body["accessdenieddetail"] = map[string]any{"requiredScopes": []string{c.route.scope}}
		return a
	case topAPI: // documented up to the exact wording
		return c.failSub("60011", strings.Join([]string{msgNoScope, "requiredScopes=[" + c.route.scope + "]"}, ","))
	default:
		return c.failOld(60011, msgNoScope)
	}
}
