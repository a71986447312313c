package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/jackc/pgx/v5"

	"example.org/beian/bot/dingtalk"
	"example.org/beian/bot/dingtalk/dingsim"
	"example.org/beian/cmd/internal/app"
	"example.org/beian/cmd/internal/config"
	"example.org/beian/cmd/internal/demo"
	"example.org/beian/storage"
	"example.org/beian/storage/keyring"
	"example.org/beian/storage/storagetest"
)

// patience is how long a test waits for something that must come, on the busiest machine.
const patience = 2 * time.Minute

// world is the whole path on real parts: the simulated organisation, PostgreSQL,
// Redis and the bot. Tests act in it only through the control API.
type world struct {
	t     *testing.T
	sim   *dingsim.Sim
	base  string
	cfg   config.Config
	redis *miniredis.Miniredis
	bot   replica
	moved chan struct{} // tells the bot in this process that the clock was set; nil without one
	log   *syncBuffer
	read  map[string]int // newest message each person has looked at
}

// replica is a running bot, in this process or another.
type replica interface {
	stop(t *testing.T)
	kill(t *testing.T)
}

// newWorld prepares everything but the bot.
func newWorld(t *testing.T, change ...func(*dingsim.Config)) *world {
	t.Helper()
	must(t, warmUp())
	w := &world{t: t, log: &syncBuffer{}, read: map[string]int{}}
	org, err := demo.Organisation()
	must(t, err)
	org.QPS = -1
	for _, c := range change {
		c(&org)
	}
	w.sim = dingsim.New(org)
	w.sim.SetTime(demo.Epoch())
	srv := httptest.NewServer(w.sim)
	w.base = srv.URL
	t.Cleanup(func() { w.sim.Close(); srv.Close() })
	w.redis = miniredis.RunT(t)
	w.cfg = configFor(t, w.base, w.redis.Addr(), storagetest.Database(t, storage.Migrate))
	must(t, w.cfg.Validate())
	people, err := demo.Roster()
	must(t, err)
	must(t, app.Import(t.Context(), w.cfg, people))
	t.Cleanup(func() {
		if t.Failed() {
			t.Log("log of the bot:\n" + w.log.String())
		}
	})
	return w
}

// configFor is what a school would set, with everything on this machine.
func configFor(t *testing.T, dingTalk, redis, database string) config.Config {
	t.Helper()
	keys, err := keyring.New()
	must(t, err)
	return config.Config{
		DatabaseURL: database, RedisURL: "redis://" + redis,
		ClientID: demo.ClientID, ClientSecret: demo.ClientSecret, RobotCode: demo.ClientID, APIURL: dingTalk,
		OAPIURL:      dingTalk,
		CardTemplate: demo.CardTemplate, Keys: string(keys), FilesURL: "file://" + t.TempDir(), HTTPAddr: "127.0.0.1:0",
		School: demo.School, DailyCron: "0 9 * * *", WatchCron: "*/10 9-17 * * *", LogLevel: "info",
		Rate: dingtalk.StandardRate, CacheDir: cacheDir(),
	}
}

// inProcess is a bot in the test's own process.
type inProcess struct{ *app.App }

func (p inProcess) stop(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := p.Stop(ctx); err != nil {
		t.Errorf("stop the bot: %v", err)
	}
}

func (p inProcess) kill(t *testing.T) { p.stop(t) }

// start runs a bot in this process.
func (w *world) start() {
	w.t.Helper()
	log := slog.New(slog.NewTextHandler(w.log, nil))
	w.moved = make(chan struct{})
	a, err := app.New(w.t.Context(), w.cfg, app.Options{Now: w.sim.Now, ReplyLease: 2 * time.Second, Moved: w.moved}, log)
	must(w.t, err)
	must(w.t, a.Start(w.t.Context()))
	w.bot = inProcess{a}
	w.t.Cleanup(func() { w.bot.stop(w.t) })
	w.awaitStream()
}

// awaitStream waits until the bot's streams are connected.
func (w *world) awaitStream() {
	w.t.Helper()
	w.poll("the bot to connect", func() bool {
		var got struct {
			Connections int `json:"connections"`
		}
		w.get("/sim/connections", &got)
		return got.Connections >= 2
	})
}

// poll asks again and again until ok; waiting happens on a ticker, not a sleep.
func (w *world) poll(what string, ok func() bool) {
	w.t.Helper()
	w.pollFor(patience, what, ok)
}

func (w *world) pollFor(patience time.Duration, what string, ok func() bool) {
	w.t.Helper()
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-deadline.C:
			w.t.Fatalf("waited in vain for %s", what)
		case <-tick.C:
		}
	}
}

// message is one entry of what a person sees.
type message struct {
	Seq        int               `json:"seq"`
	From       string            `json:"from"`
	Key        string            `json:"msgKey"`
	Param      map[string]any    `json:"param"`
	Track      string            `json:"outTrackId"`
	Params     map[string]string `json:"params"`
	Layout     []block           `json:"layout"`
	Buttons    []button          `json:"buttons"`
	Form       json.RawMessage   `json:"form"`
	FormButton string            `json:"formButton"`
	FileID     string            `json:"fileId"`
}

type block struct{ Kind, Text string }

type button struct {
	Title  string         `json:"title"`
	URL    string         `json:"url"`
	Action string         `json:"actionId"`
	Params map[string]any `json:"params"`
}

// text is everything a person can read in a message.
func (m message) text() string {
	var b strings.Builder
	for _, k := range []string{"title", "text", "content", "fileName"} {
		if s, ok := m.Param[k].(string); ok && k != "title" {
			b.WriteString(s + "\n")
		}
	}
	for _, l := range m.Layout {
		b.WriteString(l.Text + "\n")
	}
	for _, x := range m.Buttons {
		b.WriteString("[" + x.Title + "]\n")
	}
	if m.FormButton != "" && len(m.Form) > 2 {
		b.WriteString("[" + m.FormButton + "]\n")
	}
	return strings.ReplaceAll(b.String(), "**", "")
}

// messages returns what the person sees after seq, waiting up to a moment for it.
func (w *world) messages(person string, after int, wait string) []message {
	w.t.Helper()
	var got struct {
		Messages []message `json:"messages"`
	}
	w.get(fmt.Sprintf("/sim/users/%s/messages?after=%d&wait=%s", person, after, wait), &got)
	return got.Messages
}

// say types a message as the person.
func (w *world) say(person, text string) string { return w.sayTimes(person, text, 1) }

// sayTimes delivers the same message several times.
func (w *world) sayTimes(person, text string, deliveries int) string {
	w.t.Helper()
	var got struct{ MsgID string }
	w.post("/sim/users/"+person+"/messages", map[string]any{"text": text, "deliveries": deliveries}, &got)
	return got.MsgID
}

// expect waits for a message of the bot that contains all the words, and reads up
// to it.
func (w *world) expect(person string, words ...string) message {
	w.t.Helper()
	deadline := w.sinceStart()
	for {
		for _, m := range w.messages(person, w.read[person], "2s") {
			if m.From == "bot" && containsAll(m.text(), words) {
				w.read[person] = m.Seq
				return m
			}
		}
		if deadline() {
			w.t.Fatalf("%s did not get a message with %q. What they see:\n%s", person, words, w.transcript(person))
		}
	}
}

// sinceStart returns a function that reports when patience is over.
func (w *world) sinceStart() func() bool {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	w.t.Cleanup(cancel)
	return func() bool { return ctx.Err() != nil }
}

func containsAll(s string, words []string) bool {
	for _, x := range words {
		if !strings.Contains(s, strings.ReplaceAll(strings.TrimSpace(x), "**", "")) {
			return false
		}
	}
	return true
}

// transcript is the person's chat as text.
func (w *world) transcript(person string) string {
	w.t.Helper()
	var b strings.Builder
	for _, m := range w.messages(person, 0, "0s") {
		fmt.Fprintf(&b, "%3d %-4s %-16s %s\n", m.Seq, m.From, m.Key, strings.ReplaceAll(m.text(), "\n", " ⏎ "))
	}
	return b.String()
}

// tap presses the newest button with the title that the person sees.
func (w *world) tap(person, title string) {
	w.t.Helper()
	all := w.messages(person, 0, "0s")
	for i := len(all) - 1; i >= 0; i-- {
		for _, b := range all[i].Buttons {
			if b.Title != title {
				continue
			}
			if all[i].Track != "" {
				w.click(all[i].Track, person, b.Action, b.Params)
				return
			}
			content, ok := dingsim.DTMD(b.URL)
			if !ok {
				w.t.Fatalf("button %q has the address %q, which sends nothing", title, b.URL)
			}
			w.say(person, content)
			return
		}
	}
	w.t.Fatalf("%s sees no button %q:\n%s", person, title, w.transcript(person))
}

// click sends a card action.
func (w *world) click(track, person, action string, params map[string]any) {
	w.t.Helper()
	w.post("/sim/cards/"+url.PathEscape(track)+"/actions",
		map[string]any{"userId": person, "actionId": action, "params": params}, nil)
}

// sendBack fills the return form of the newest open card.
func (w *world) sendBack(person, item, reason, text string) {
	w.t.Helper()
	all := w.messages(person, 0, "0s")
	for i := len(all) - 1; i >= 0; i-- {
		if len(all[i].Form) > 2 {
			w.click(all[i].Track, person, "form", map[string]any{"form": map[string]any{
				"items":  map[string]any{"index": []int{0}, "value": []string{item}},
				"reason": map[string]any{"index": 0, "value": reason}, "text": text,
			}})
			return
		}
	}
	w.t.Fatalf("%s has no card with a form:\n%s", person, w.transcript(person))
}

// sendFile sends a file as the person.
func (w *world) sendFile(person, name string, data []byte) {
	w.t.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	part, err := form.CreateFormFile("file", name)
	must(w.t, err)
	_, err = part.Write(data)
	must(w.t, err)
	must(w.t, form.Close())
	resp, err := http.Post(w.base+"/sim/users/"+person+"/messages", form.FormDataContentType(), &b)
	must(w.t, err)
	w.decode(resp, nil)
}

// files returns the contents of the files the person got whose name contains part,
// oldest first.
func (w *world) files(person, part string) [][]byte {
	w.t.Helper()
	var out [][]byte
	for _, m := range w.messages(person, 0, "0s") {
		name, _ := m.Param["fileName"].(string)
		if m.From != "bot" || m.FileID == "" || !strings.Contains(name, part) {
			continue
		}
		resp, err := http.Get(w.base + "/sim/files/" + m.FileID)
		must(w.t, err)
		b, err := io.ReadAll(resp.Body)
		must(w.t, err)
		must(w.t, resp.Body.Close())
		out = append(out, b)
	}
	return out
}

// setTime moves the clock to an instant of local time.
func (w *world) setTime(local string) {
	w.t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", local, time.FixedZone("CST", 8*3600))
	must(w.t, err)
	w.post("/sim/clock", map[string]any{"set": at.Format(time.RFC3339)}, nil)
	w.look()
}

// look has the schedule of the bot in this process look at the clock, and returns when it has.
func (w *world) look() {
	w.t.Helper()
	if w.moved == nil {
		return
	}
	late := time.NewTimer(patience)
	defer late.Stop()
	for range 2 {
		select {
		case w.moved <- struct{}{}:
		case <-late.C:
			w.t.Fatal("the schedule does not look at the clock")
		}
	}
}

// settle waits until everything is done that is due: frames are acknowledged, replies have left and
// no job waits. What a person has not been told then, they will not be told before the clock
// moves again.
func (w *world) settle() {
	w.t.Helper()
	w.look()
	db, err := pgx.Connect(w.t.Context(), w.cfg.DatabaseURL)
	must(w.t, err)
	defer func() { must(w.t, db.Close(context.Background())) }()
	w.poll("everything to be done that is due", func() bool {
		var got struct{ Pushes []struct{ Acked bool } }
		w.get("/sim/pushes?after=0", &got)
		for _, p := range got.Pushes {
			if !p.Acked {
				return false
			}
		}
		var open int
		must(w.t, db.QueryRow(w.t.Context(), `select
			(select count(*) from inbound where reply is not null and sent_at is null and dead is null) +
			(select count(*) from river_job where state in ('available', 'running', 'pending')
				or state in ('scheduled', 'retryable') and scheduled_at <= now())`).Scan(&open))
		return open == 0
	})
}

func (w *world) get(path string, out any) {
	w.t.Helper()
	resp, err := http.Get(w.base + path)
	must(w.t, err)
	w.decode(resp, out)
}

func (w *world) post(path string, in, out any) {
	w.t.Helper()
	b, err := json.Marshal(in)
	must(w.t, err)
	resp, err := http.Post(w.base+path, "application/json", bytes.NewReader(b))
	must(w.t, err)
	w.decode(resp, out)
}

func (w *world) decode(resp *http.Response, out any) {
	w.t.Helper()
	b, err := io.ReadAll(resp.Body)
	must(w.t, err)
	must(w.t, resp.Body.Close())
	if resp.StatusCode/100 != 2 {
		w.t.Fatalf("%s %s: %d %s", resp.Request.Method, resp.Request.URL.Path, resp.StatusCode, b)
	}
	if out != nil {
		must(w.t, json.Unmarshal(b, out))
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
