package dingtalk_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"example.org/beian/bot/dingtalk"
	"example.org/beian/bot/dingtalk/dingsim"
)

// rig is a client against the local DingTalk.
type rig struct {
	t      *testing.T
	sim    *dingsim.Sim
	srv    *httptest.Server
	client *dingtalk.Client
	cfg    dingtalk.Config
}

func newRig(t *testing.T) *rig {
	t.Helper()
	sim := dingsim.New(dingsim.Config{
		Apps:   []dingsim.App{{ClientID: "dingtest", ClientSecret: "secret"}},
		Users:  []dingsim.User{{ID: "u1", Name: "甲"}, {ID: "u2", Name: "乙"}, {ID: "gone", Name: "丙", Inactive: true}},
		Groups: []dingsim.Group{{ID: "cidtest==", Title: "群", Members: []string{"u1"}}},
		Templates: []dingsim.Template{{
			ID: "t.schema", Blocks: []dingsim.Block{{Kind: "title", Var: "title"}},
			Buttons: []dingsim.Button{
				{ActionID: "approve", Title: "通过", ShowVar: "status", ShowEquals: "open"},
			},
		}},
		Seed: 1, QPS: -1, ClickLimit: time.Minute, // what is right does not depend on the machine
	})
	srv := httptest.NewServer(sim)
	t.Cleanup(func() { sim.Close(); srv.Close() })
	cfg := dingtalk.Config{ClientID: "dingtest", ClientSecret: "secret", APIURL: srv.URL, OAPIURL: srv.URL, Now: sim.Now}
	return &rig{t, sim, srv, dingtalk.New(cfg), cfg}
}

type seen struct {
	Key     string `json:"msgKey"`
	From    string
	Param   map[string]any
	Buttons []struct{ Title, URL string }
	Layout  []struct{ Text string }
}

// sees returns what a person has in the chat.
func (r *rig) sees(user string) []seen {
	r.t.Helper()
	var got struct{ Messages []seen }
	r.call("GET", "/sim/users/"+user+"/messages?after=0&wait=0s", nil, &got)
	return got.Messages
}

func (r *rig) call(method, path string, in, out any) {
	r.t.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		r.t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(r.t.Context(), method, r.srv.URL+path, bytes.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode/100 != 2 {
		r.t.Fatalf("%s %s: %d", method, path, resp.StatusCode)
	}
	if out != nil {
		if err := json.NewDecoder(resp.Body).Decode(out); err != nil {
			r.t.Fatal(err)
		}
	}
}

func TestSendChoosesTheTemplate(t *testing.T) {
	t.Parallel()
	for n := range 6 {
		r := newRig(t)
		m := dingtalk.Message{Title: "题", Text: "正文"}
		for i := range n {
			m.Buttons = append(m.Buttons, dingtalk.Button{Title: fmt.Sprint("钮", i), Say: "说 & 做"})
		}
		if err := r.client.Send(t.Context(), []string{"u1", "u2"}, m); err != nil {
			t.Fatalf("%d buttons: %v", n, err)
		}
		got := r.sees("u2")
		if len(got) != 1 || len(got[0].Buttons) != n {
			t.Fatalf("%d buttons: %+v", n, got)
		}
		for _, b := range got[0].Buttons {
			if said, ok := dingsim.DTMD(b.URL); !ok || said != "说 & 做" {
				t.Errorf("a tap sends %q (%v)", said, b.URL)
			}
		}
	}
}

func TestReceiversNotReachedAreAnError(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	err := r.client.Send(t.Context(), []string{"u1", "nobody"}, dingtalk.Message{Title: "题", Text: "文"})
	var api *dingtalk.Error
	if !errors.As(err, &api) || api.Kind != dingtalk.Invalid {
		t.Fatalf("a 200 answer with an invalid receiver: %v", err)
	}
	if err := r.client.Send(t.Context(), make([]string, 21), dingtalk.Message{}); err == nil {
		t.Error("more than twenty receivers were sent to")
	}
}

func TestTokenIsRenewedOnce(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	m := dingtalk.Message{Title: "题", Text: "文"}
	for range 2 {
		if err := r.client.Send(t.Context(), []string{"u1"}, m); err != nil {
			t.Fatal(err)
		}
	}
	r.call("POST", "/sim/faults", map[string]any{"expireTokens": true}, nil)
	if err := r.client.Send(t.Context(), []string{"u1"}, m); err != nil {
		t.Fatalf("after the token was revoked: %v", err)
	}
	r.sim.Advance(3 * time.Hour)
	if err := r.client.Send(t.Context(), []string{"u1"}, m); err != nil {
		t.Fatalf("after the token ran out: %v", err)
	}
	if n := r.count("/v1.0/oauth2/accessToken"); n != 3 {
		t.Errorf("%d tokens were fetched for 4 sends, a revocation and an expiry, want 3", n)
	}
	if n := len(r.sees("u1")); n != 4 {
		t.Errorf("%d messages arrived, want 4", n)
	}
}

func (r *rig) count(path string) int {
	r.t.Helper()
	var got struct{ Calls []struct{ Path string } }
	r.call("GET", "/sim/calls?after=0", nil, &got)
	n := 0
	for _, c := range got.Calls {
		if c.Path == path {
			n++
		}
	}
	return n
}

func TestBadCredentialsAreDenied(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.cfg.ClientSecret = "wrong"
	err := dingtalk.New(r.cfg).CheckToken(t.Context())
	if !errors.Is(err, &dingtalk.Error{Kind: dingtalk.Denied}) {
		t.Errorf("got %v", err)
	}
	if strings.Contains(fmt.Sprint(err), "wrong") {
		t.Error("the secret is in the error")
	}
}

// TestErrorShapes feeds the answers that DingTalk is known to give.
func TestErrorShapes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		status int
		body   string
		html   bool
		kind   dingtalk.Kind
		retry  bool
	}{
		"qps": {
			403, `{"code":"Forbidden.AccessDenied.QpsLimitForAppkeyAndApi","message":"x","requestid":"r"}`,
			false, dingtalk.Throttled, true,
		},
		"scope": {403, `{"code":"Forbidden.AccessDenied.AccessTokenPermissionDenied","message":"x",` +
			`"accessdenieddetail":{"requiredScopes":["qyapi_robot_sendmsg"]}}`, false, dingtalk.Denied, true},
		"quota":    {403, `{"code":"Forbidden.AccessDenied.ApiCountLimitForOrg"}`, false, dingtalk.QuotaUsed, true},
		"busy":     {500, `{"code":"system.error"}`, false, dingtalk.Busy, true},
		"gateway":  {504, ``, true, dingtalk.Busy, true},
		"ban page": {200, `<html>`, true, dingtalk.Throttled, true},
		"too fast": {400, `{"code":"send.too.fast","message":"x"}`, false, dingtalk.Throttled, true},
		"bad template": {
			400, `{"code":"param.templateNotExist","message":"param.templateNotExist"}`, false,
			dingtalk.Invalid, false,
		},
		"old throttle": {
			200, `{"errcode":88,"sub_code":"90018","sub_msg":"x","errmsg":"y"}`, false, dingtalk.Throttled,
			true,
		},
		"old scope":  {200, `{"errcode":88,"sub_code":"60011","sub_msg":"x"}`, false, dingtalk.Denied, true},
		"no session": {200, `{"errcode":300001,"errmsg":"session 不存在"}`, false, dingtalk.Expired, false},
		"no user":    {200, `{"errcode":60121,"errmsg":"找不到该用户"}`, false, dingtalk.Absent, false},
	} {
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			if strings.HasSuffix(r.URL.Path, "accessToken") {
				_, _ = w.Write([]byte(`{"accessToken":"t","expireIn":7200}`))
				return
			}
			if c.html {
				w.Header().Set("Content-Type", "text/html")
			}
			w.WriteHeader(c.status)
			_, _ = w.Write([]byte(c.body))
		}))
		client := dingtalk.New(dingtalk.Config{
			ClientID: "a", ClientSecret: "b", APIURL: srv.URL, OAPIURL: srv.URL,
			Now: time.Now, //nolint:forbidigo // a real clock will do
		})
		err := client.Send(t.Context(), []string{"u"}, dingtalk.Message{Title: "t", Text: "x"})
		srv.Close()
		var api *dingtalk.Error
		if !errors.As(err, &api) || api.Kind != c.kind {
			t.Errorf("%s: %v, want kind %s", name, err, c.kind)
			continue
		}
		if _, retry := api.RetryAfter(); retry != c.retry {
			t.Errorf("%s: retry %v", name, retry)
		}
	}
}

func TestCardIsShownOnceAndUpdated(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	card := dingtalk.Card{
		Template: "t.schema", TrackID: "beian-K7M2Q9XD-9",
		Params: map[string]string{"title": "题", "status": "open"}, Summary: "题",
	}
	for range 2 { // the second is a job run again
		if err := r.client.SendCard(t.Context(), []string{"u1", "u2"}, card); err != nil {
			t.Fatal(err)
		}
	}
	if got := r.sees("u2"); len(got) != 1 || got[0].Key != "card" || len(got[0].Buttons) != 1 {
		t.Fatalf("%+v", got)
	}
	if err := r.client.UpdateCard(t.Context(), card.TrackID, map[string]string{"status": "done"}); err != nil {
		t.Fatal(err)
	}
	for _, u := range []string{"u1", "u2"} {
		got := r.sees(u)
		last := got[len(got)-1]
		if last.Key != "cardUpdate" || len(last.Buttons) != 0 || len(last.Layout) != 1 || last.Layout[0].Text != "题" {
			t.Errorf("%s sees %+v", u, last)
		}
	}
}

func TestFilesGoBothWays(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	id, err := r.client.Upload(t.Context(), "表.pdf", []byte("%PDF-1.4"))
	if err != nil {
		t.Fatal(err)
	}
	if err := r.client.SendFile(t.Context(), []string{"u1"}, id, "表.pdf", "pdf"); err != nil {
		t.Fatal(err)
	}
	if got := r.sees("u1"); len(got) != 1 || got[0].Key != "sampleFile" || got[0].Param["fileName"] != "表.pdf" {
		t.Fatalf("%+v", got)
	}
	if _, err := r.client.Upload(t.Context(), "x.pdf", make([]byte, dingtalk.MaxFile+1)); !errors.Is(err,
		dingtalk.ErrTooLarge) {
		t.Errorf("too large: %v", err)
	}
}

func TestUserAndGroup(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	u, err := r.client.User(t.Context(), "u1")
	if err != nil || u.Name != "甲" || !u.Active {
		t.Errorf("%+v, %v", u, err)
	}
	if _, err := r.client.User(t.Context(), "nobody"); !errors.Is(err, &dingtalk.Error{Kind: dingtalk.Absent}) {
		t.Errorf("unknown user: %v", err)
	}
	if err := r.client.SendGroup(t.Context(), "cidtest==", dingtalk.Message{Title: "题", Text: "文"}); err != nil {
		t.Error(err)
	}
}

// handler collects what arrives.
type handler struct {
	messages chan dingtalk.Incoming
	clicks   chan dingtalk.Click
}

func (h *handler) Message(_ context.Context, in dingtalk.Incoming) error {
	h.messages <- in
	return nil
}

func (h *handler) Click(_ context.Context, c dingtalk.Click) (map[string]string, error) {
	h.clicks <- c
	return map[string]string{"status": "done"}, nil
}

// TestStream: messages, files and clicks through the official SDK; a reply in the
// session, and by the API when the session is over.
func TestStream(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	h := &handler{make(chan dingtalk.Incoming, 10), make(chan dingtalk.Click, 10)}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		dingtalk.NewStream(r.cfg, h, slog.New(slog.DiscardHandler)).Run(ctx)
		close(done)
	}()
	defer func() { stop(); <-done }()
	r.connected()

	r.call("POST", "/sim/users/u1/messages", map[string]string{"text": "你好"}, nil)
	in := <-h.messages
	if in.Sender != "u1" || in.Text != "你好" || !in.Single || in.ID == "" || in.At.IsZero() {
		t.Errorf("%+v", in)
	}
	m := dingtalk.Message{Title: "题", Text: "答", Buttons: []dingtalk.Button{{Title: "钮", Say: "话"}}}
	if err := r.client.Reply(t.Context(), in.Webhook, m); err != nil {
		t.Fatal(err)
	}
	r.sim.Advance(2 * time.Hour)
	if err := r.client.Reply(t.Context(), in.Webhook, m); !errors.Is(err, &dingtalk.Error{Kind: dingtalk.Expired}) {
		t.Errorf("after the session: %v", err)
	}
	if err := r.client.Reply(t.Context(), "https://evil.example/robot/sendBySession?session=x", m); !errors.Is(err,
		&dingtalk.Error{Kind: dingtalk.Expired}) {
		t.Errorf("a webhook elsewhere: %v", err)
	}

	r.upload("u1", "证明.pdf", "%PDF-1.4 x")
	in = <-h.messages
	if in.Kind != "file" || len(in.Files) != 1 || in.Files[0].Name != "证明.pdf" {
		t.Fatalf("%+v", in)
	}
	if data, err := r.client.Download(t.Context(), in.Files[0].Code); err != nil || string(data) != "%PDF-1.4 x" {
		t.Errorf("downloaded %q, %v", data, err)
	}
	if _, err := r.client.Download(t.Context(), "no-such-code"); !errors.Is(err, &dingtalk.Error{Kind: dingtalk.Expired}) {
		t.Errorf("unknown code: %v", err)
	}

	card := dingtalk.Card{
		Template: "t.schema", TrackID: "track",
		Params: map[string]string{"title": "题", "status": "open"}, Summary: "题",
	}
	if err := r.client.SendCard(t.Context(), []string{"u2"}, card); err != nil {
		t.Fatal(err)
	}
	r.call("POST", "/sim/cards/track/actions", map[string]any{
		"userId": "u2", "actionId": "approve",
		"params": map[string]string{"action": "x"},
	}, nil)
	if c := <-h.clicks; c.Sender != "u2" || c.Track != "track" || c.Action != "approve" || c.ID == "" {
		t.Errorf("%+v", c)
	}
	got := r.sees("u2")
	if last := got[len(got)-1]; len(last.Buttons) != 0 {
		t.Errorf("after the click the clicker still sees %+v", last.Buttons)
	}
}

// connected waits for both streams.
func (r *rig) connected() {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(r.t.Context(), time.Minute)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		var got struct{ Connections int }
		r.call("GET", "/sim/connections", nil, &got)
		if got.Connections == 2 {
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			r.t.Fatal("the streams did not connect")
		}
	}
}

func (r *rig) upload(user, name, content string) {
	r.t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, err := w.CreateFormFile("file", name)
	if err != nil {
		r.t.Fatal(err)
	}
	if _, err := part.Write([]byte(content)); err != nil {
		r.t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		r.t.Fatal(err)
	}
	resp, err := http.Post(r.srv.URL+"/sim/users/"+user+"/messages", w.FormDataContentType(), &b)
	if err != nil {
		r.t.Fatal(err)
	}
	if err := resp.Body.Close(); err != nil || resp.StatusCode != http.StatusOK {
		r.t.Fatal(resp.Status, err)
	}
}
