// Package dingtalk speaks to DingTalk: the stream on which messages and card clicks
// arrive, and the OpenAPI calls that answer them. It knows nothing of filings.
//
// Two families of calls exist: the new API (api.dingtalk.com, token in a header,
// errors as HTTP status) and the old one (oapi.dingtalk.com, token in the query,
// errors as errcode in a 200 answer). Nothing here depends on which host answers:
// both addresses are configuration.
package dingtalk

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// The official addresses.
const (
	OfficialAPI  = "https://api.dingtalk.com"
	OfficialOAPI = "https://oapi.dingtalk.com"
)

// callTimeout is the whole time of one call; DingTalk's own gateway gives up at 3 s.
const callTimeout = 15 * time.Second

// StandardRate keeps us below the 20 calls a second that the standard edition grants each
// app for each API; the professional edition grants 40, the exclusive one 60.
const StandardRate = 18

// Config says who we are and where DingTalk is.
type Config struct {
	ClientID     string
	ClientSecret string
	RobotCode    string // usually equal to ClientID
	APIURL       string
	OAPIURL      string
	HTTP         *http.Client
	Now          func() time.Time
	Rate         int // calls a second for each API; 0 means [StandardRate]
	// Limit waits until a call of an API may be made, across all replicas; nil leaves it to
	// this client's own limit.
	Limit func(ctx context.Context, api string) error
	// Counted is told of every call that counts against the monthly quota.
	Counted func(ctx context.Context)
}

// Client makes OpenAPI calls. It is safe for concurrent use.
type Client struct {
	cfg   Config
	token tokenCache

	mu     sync.Mutex
	limits map[string]*rate.Limiter // by path
}

// New returns a client; empty addresses mean the official ones.
func New(cfg Config) *Client {
	if cfg.APIURL == "" {
		cfg.APIURL = OfficialAPI
	}
	if cfg.OAPIURL == "" {
		cfg.OAPIURL = OfficialOAPI
	}
	if cfg.RobotCode == "" {
		cfg.RobotCode = cfg.ClientID
	}
	if cfg.HTTP == nil {
		cfg.HTTP = &http.Client{Timeout: callTimeout}
	}
	if cfg.Rate == 0 {
		cfg.Rate = StandardRate
	}
	return &Client{cfg: cfg, limits: map[string]*rate.Limiter{}}
}

// RobotCode returns the code of the robot that sends and receives.
func (c *Client) RobotCode() string { return c.cfg.RobotCode }

// call makes a call of the new API with a token, fetching a fresh token once when
// DingTalk says that ours is no longer good.
func (c *Client) call(ctx context.Context, method, path string, in, out any) error {
	return c.withToken(ctx, path, func(token string) error {
		req, err := c.jsonRequest(ctx, method, c.cfg.APIURL+path, in)
		if err != nil {
			return err
		}
		req.Header.Set("x-acs-dingtalk-access-token", token)
		return c.do(req, out)
	})
}

// query asks something of the new API.
func (c *Client) query(ctx context.Context, path string, q url.Values, out any) error {
	return c.withToken(ctx, path, func(token string) error {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.cfg.APIURL+path+"?"+q.Encode(), nil)
		if err != nil {
			return fmt.Errorf("make request: %w", stripURL(err))
		}
		req.Header.Set("Accept", "application/json")
		req.Header.Set("x-acs-dingtalk-access-token", token)
		return c.do(req, out)
	})
}

// callOld makes a call of the old API.
func (c *Client) callOld(ctx context.Context, path string, in, out any) error {
	return c.withToken(ctx, path, func(token string) error {
		req, err := c.jsonRequest(ctx, http.MethodPost, c.cfg.OAPIURL+path+"?access_token="+url.QueryEscape(token), in)
		if err != nil {
			return err
		}
		return c.do(req, out)
	})
}

func (c *Client) withToken(ctx context.Context, path string, fn func(token string) error) error {
	if err := c.limiter(path).Wait(ctx); err != nil {
		return fmt.Errorf("wait for rate limit: %w", err)
	}
	if c.cfg.Limit != nil {
		if err := c.cfg.Limit(ctx, path); err != nil {
			return fmt.Errorf("wait for the shared rate limit: %w", err)
		}
	}
	for attempt := 0; ; attempt++ {
		token, err := c.accessToken(ctx)
		if err != nil {
			return err
		}
		err = fn(token)
		var api *Error
		if attempt == 0 && errors.As(err, &api) && api.tokenInvalid() {
			c.token.drop(token)
			continue
		}
		return err
	}
}

func (c *Client) limiter(path string) *rate.Limiter {
	c.mu.Lock()
	defer c.mu.Unlock()
	l, ok := c.limits[path]
	if !ok {
		l = rate.NewLimiter(rate.Limit(c.cfg.Rate), 2)
		c.limits[path] = l
	}
	return l
}

func (c *Client) jsonRequest(ctx context.Context, method, address string, in any) (*http.Request, error) {
	body, err := json.Marshal(in)
	if err != nil {
		return nil, fmt.Errorf("encode request: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("make request: %w", stripURL(err))
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/json")
	return req, nil
}

// maxAnswer bounds what is read of an answer.
const maxAnswer = 1 << 20

// do sends the request and decodes the answer of either family.
func (c *Client) do(req *http.Request, out any) (err error) {
	resp, err := c.cfg.HTTP.Do(req)
	if err != nil {
		return &Error{Path: req.URL.Path, Kind: Unreachable, cause: stripURL(err)}
	}
	defer func() { err = errors.Join(err, resp.Body.Close()) }()
	if c.cfg.Counted != nil && counted(req.URL.Path) && resp.StatusCode != http.StatusTooManyRequests {
		c.cfg.Counted(req.Context())
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return &Error{Path: req.URL.Path, Kind: Unreachable, cause: err}
	}
	if api := readError(req.URL.Path, resp.StatusCode, resp.Header, body); api != nil {
		return api
	}
	if out == nil {
		return nil
	}
	if err := json.Unmarshal(body, out); err != nil {
		return &Error{
			Path: req.URL.Path, Status: resp.StatusCode, Kind: Unreachable,
			cause: fmt.Errorf("decode answer: %w", err),
		}
	}
	return nil
}

// counted reports whether a call counts against the monthly quota: tokens and contacts
// do not (DingTalk's list of 2025-11-19).
func counted(path string) bool {
	return !strings.HasPrefix(path, "/v1.0/oauth2/") && !strings.HasPrefix(path, "/topapi/v2/user/") &&
		!strings.HasPrefix(path, "/v1.0/gateway/")
}

// stripURL removes the address from an error of net/http: it may hold a token or a
// session, and neither belongs in a log.
func stripURL(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return fmt.Errorf("%s: %w", strings.ToLower(u.Op), u.Err)
	}
	return err
}

func isJSON(h http.Header) bool {
	t, _, err := mime.ParseMediaType(h.Get("Content-Type"))
	return err == nil && strings.HasSuffix(t, "json")
}
