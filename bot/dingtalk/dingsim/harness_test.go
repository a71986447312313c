package dingsim

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"net/url"
	"testing"
	"time"

	"github.com/open-dingtalk/dingtalk-stream-sdk-go/chatbot"
	"github.com/open-dingtalk/dingtalk-stream-sdk-go/client"
)

const (
	testApp    = "dingtestapp"
	testSecret = "s3cret"
	testGroup  = "cidGroup+/a=="
	testCard   = "tpl-1.schema"
)

// rig is one simulator behind a real listener.
type rig struct {
	t     *testing.T
	sim   *Sim
	url   string
	token string
}

func testConfig() Config {
	return Config{
		Seed: 7,
		Apps: []App{{ClientID: testApp, ClientSecret: testSecret}, {ClientID: "other", ClientSecret: "x"}},
		Users: []User{
			{
				ID: "u1", UnionID: "un1", Name: "张三", Title: "教师", Dept: "数学学院", Kind: "applicant", DeptIDs: []int64{1, 20},
				Mobile: "13800000001",
			},
			{ID: "u2", UnionID: "un2", Name: "李四", Kind: "handler", Admin: true},
			{ID: "gone", Name: "离职者", Inactive: true},
			{ID: "ext", Name: "外部人", External: true},
		},
		Groups: []Group{{ID: testGroup, Title: "人事群", Members: []string{"u1", "u2"}}},
		Templates: []Template{
			{
				ID:     testCard,
				Blocks: []Block{{"title", "title"}, {"markdown", "body"}, {"note", "status"}},
				Buttons: []Button{
					{
						ActionID: "agree", Title: "同意", Params: map[string]string{"id": "${reqId}", "action": "agree"},
						ShowVar: "status", Style: "primary",
					},
					{ActionID: "more", Title: "更多", TitleVar: "moreTitle"},
				},
				FormVar: "form", FormButtonVar: "formBtn", ShowFormVar: "status", ShowFormEquals: "",
			},
			{ID: "draft.schema", Unpublished: true},
		},
	}
}

func newRig(t *testing.T, change func(*Config)) *rig {
	t.Helper()
	cfg := testConfig()
	cfg.ClickLimit = time.Minute // what is right does not depend on the machine
	if change != nil {
		change(&cfg)
	}
	s := New(cfg)
	srv := httptest.NewServer(s)
	t.Cleanup(func() { s.Close(); srv.Close() })
	return &rig{t: t, sim: s, url: srv.URL}
}

// obj is a decoded JSON object.
type obj = map[string]any

// do sends one request; a non-string body is sent as JSON.
func (r *rig) do(method, path string, body any, header ...string) (int, obj, []byte) {
	r.t.Helper()
	var rd io.Reader
	switch b := body.(type) {
	case nil:
	case []byte:
		rd = bytes.NewReader(b)
	default:
		raw, err := json.Marshal(b)
		if err != nil {
			r.t.Fatal(err)
		}
		rd = bytes.NewReader(raw)
	}
	link := path
	if path[0] == '/' {
		link = r.url + path
	}
	req, err := http.NewRequestWithContext(r.t.Context(), method, link, rd)
	if err != nil {
		r.t.Fatal(err)
	}
	if rd != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if r.token != "" {
		req.Header.Set("x-acs-dingtalk-access-token", r.token)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	var out obj
	_ = json.Unmarshal(raw, &out)
	return resp.StatusCode, out, raw
}

// ok is do for calls that must answer 200.
func (r *rig) ok(method, path string, body any) obj {
	r.t.Helper()
	status, out, raw := r.do(method, path, body)
	if status != http.StatusOK {
		r.t.Fatalf("%s %s: %d %s", method, path, status, raw)
	}
	return out
}

func (r *rig) login() *rig {
	r.t.Helper()
	out := r.ok("POST", "/v1.0/oauth2/accessToken", obj{"appKey": testApp, "appSecret": testSecret})
	r.token = out["accessToken"].(string)
	return r
}

func (r *rig) loginAs(id, secret string) string {
	r.t.Helper()
	return r.ok("POST", "/v1.0/oauth2/accessToken", obj{"appKey": id, "appSecret": secret})["accessToken"].(string)
}

// say makes a person write to the robot.
func (r *rig) say(user, text string) string {
	r.t.Helper()
	return r.ok("POST", "/sim/users/"+user+"/messages", obj{"text": text})["msgId"].(string)
}

// inbox returns all entries of a person after seq, waiting for the first.
func (r *rig) inbox(user string, after int) []obj {
	r.t.Helper()
	out := r.ok("GET", fmt.Sprintf("/sim/users/%s/messages?after=%d&wait=60s", user, after), nil)
	var list []obj
	for _, m := range out["messages"].([]any) {
		list = append(list, m.(obj))
	}
	return list
}

func (r *rig) last(user string) obj {
	r.t.Helper()
	list := r.inbox(user, 0)
	if len(list) == 0 {
		r.t.Fatalf("%s sees nothing", user)
	}
	return list[len(list)-1]
}

// bot connects the official SDK and hands out what it receives.
func (r *rig) bot(options ...client.ClientOption) (*client.StreamClient, chan *chatbot.BotCallbackDataModel) {
	r.t.Helper()
	got := make(chan *chatbot.BotCallbackDataModel, 100)
	options = append([]client.ClientOption{
		client.WithAppCredential(client.NewAppCredentialConfig(testApp, testSecret)),
		client.WithOpenApiHost(r.url),
	}, options...)
	cli := client.NewStreamClient(options...)
	cli.RegisterChatBotCallbackRouter(func(_ context.Context, m *chatbot.BotCallbackDataModel) ([]byte, error) {
		got <- m
		return nil, nil
	})
	if err := cli.Start(r.t.Context()); err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(cli.Close)
	r.until("connection", func() bool { return len(r.sim.conns) > 0 })
	return cli, got
}

func recv[T any](t *testing.T, ch <-chan T) T {
	t.Helper()
	select {
	case v := <-ch:
		return v
	case <-time.After(time.Minute):
		t.Fatal("nothing received")
		panic("unreachable")
	}
}

// until waits for a state; the push log signals connections, pushes and acks.
func (r *rig) until(what string, done func() bool) {
	r.t.Helper()
	deadline := time.After(time.Minute)
	for {
		r.sim.mu.Lock()
		fine := done()
		signal := r.sim.pushes.signal()
		r.sim.mu.Unlock()
		if fine {
			return
		}
		select {
		case <-signal:
		case <-deadline:
			r.t.Fatalf("timeout: %s", what)
		}
	}
}

// settle lets the grace period pass and runs what is due now.
func (r *rig) settle() {
	for range graceBeats {
		r.sim.beat()
	}
	r.sim.tick()
}

// acked waits until the last push is acknowledged.
func (r *rig) acked() {
	r.t.Helper()
	r.until("ack", func() bool {
		n := len(r.sim.pushes.items)
		return n > 0 && r.sim.pushes.items[n-1].acked
	})
}

// pushes returns copies of the pushes of one topic.
func (r *rig) pushes(topic string) []pushView {
	r.sim.mu.Lock()
	defer r.sim.mu.Unlock()
	var out []pushView
	for _, p := range r.sim.pushes.items {
		if p.topic == topic {
			out = append(out, p.view())
		}
	}
	return out
}

func (r *rig) fault(f obj) { r.t.Helper(); r.ok("POST", "/sim/faults", f) }

// upload sends a multipart body with one file part.
func (r *rig) upload(path, part, name, kind string, data []byte, fields ...string) (int, obj) {
	r.t.Helper()
	var buf bytes.Buffer
	w := multipart.NewWriter(&buf)
	for i := 0; i+1 < len(fields); i += 2 {
		_ = w.WriteField(fields[i], fields[i+1])
	}
	h := textproto.MIMEHeader{}
	h.Set("Content-Disposition", fmt.Sprintf(`form-data; name="%s"; filename="%s"`, part, name))
	h.Set("Content-Type", kind)
	pw, err := w.CreatePart(h)
	if err != nil {
		r.t.Fatal(err)
	}
	_, _ = pw.Write(data)
	_ = w.Close()
	status, out, _ := r.do("POST", path, buf.Bytes(), "Content-Type", w.FormDataContentType())
	return status, out
}

func esc(s string) string { return url.PathEscape(s) }

func jsonText(v any) string {
	raw, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(raw)
}
