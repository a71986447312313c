package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"

	"example.org/beian/bot/dingtalk/dingsim"
	"example.org/beian/cmd/internal/demo"
	"example.org/beian/storage"
	"example.org/beian/storage/files"
	"example.org/beian/storage/keyring"
	"example.org/beian/storage/storagetest"
	"example.org/beian/workflow"
)

func TestMain(m *testing.M) { storagetest.Main(m) }

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// environment sets what a school sets, around a simulated DingTalk, and returns its
// address.
func environment(t *testing.T) string {
	t.Helper()
	org, err := demo.Organisation()
	must(t, err)
	sim := dingsim.New(org)
	srv := httptest.NewServer(sim)
	t.Cleanup(func() { sim.Close(); srv.Close() })
	keys, err := keyring.New()
	must(t, err)
	keyFile := filepath.Join(t.TempDir(), "keys.json")
	must(t, os.WriteFile(keyFile, keys, 0o600))
	for name, v := range map[string]string{
		"BEIAN_DATABASE_URL": storagetest.Database(t, nil), "BEIAN_REDIS_URL": "redis://" + miniredis.RunT(t).Addr(),
		"BEIAN_DINGTALK_CLIENT_ID": demo.ClientID, "BEIAN_DINGTALK_CLIENT_SECRET": demo.ClientSecret,
		"BEIAN_DINGTALK_API_URL": srv.URL, "BEIAN_DINGTALK_OAPI_URL": srv.URL, "BEIAN_CARD_TEMPLATE_ID": demo.CardTemplate,
		"BEIAN_KEYS_FILE": keyFile, "BEIAN_FILES_URL": "file://" + t.TempDir(), "BEIAN_SCHOOL": demo.School,
		"BEIAN_HTTP_ADDR": "127.0.0.1:0", "BEIAN_CRON_DAILY": "0 9 1 1 *",
	} {
		t.Setenv(name, v)
	}
	return srv.URL
}

// TestServeFromEnvironment does what an operator does: migrate, import, serve, all
// from the environment; then somebody writes and is answered.
func TestServeFromEnvironment(t *testing.T) {
	base := environment(t)
	ctx, stop := context.WithCancel(t.Context())
	if err := run(ctx, []string{"serve"}); err == nil || !strings.Contains(err.Error(), "beian migrate") {
		t.Fatalf("serve on an empty database: %v", err)
	}
	for range 2 { // both may be repeated
		must(t, run(ctx, []string{"migrate"}))
		must(t, run(ctx, []string{"import", "../internal/demo/people.json"}))
	}
	ended := make(chan error, 1)
	go func() { ended <- run(ctx, []string{"serve"}) }()
	if answer := firstAnswer(t, base); !strings.Contains(answer, "陈一帆老师") {
		t.Errorf("the answer to 你好: %s", answer)
	}
	stop()
	select {
	case err := <-ended:
		must(t, err)
	case <-time.After(time.Minute):
		t.Fatal("serve does not stop")
	}
	must(t, run(t.Context(), []string{"audit", "replay"}))
}

// firstAnswer says 你好, and again whenever nothing has come for two seconds, until the
// bot is connected and answers.
func firstAnswer(t *testing.T, base string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	after, quiet := 0, true
	for ctx.Err() == nil {
		if quiet {
			resp, err := http.Post(base+"/sim/users/demo-p01/messages", "application/json",
				bytes.NewReader([]byte(`{"text":"你好"}`)))
			must(t, err)
			must(t, resp.Body.Close())
		}
		resp, err := http.Get(fmt.Sprintf("%s/sim/users/demo-p01/messages?after=%d&wait=2s", base, after))
		must(t, err)
		var got struct {
			Next     int
			Messages []struct {
				From  string
				Param map[string]any
			}
		}
		must(t, json.NewDecoder(resp.Body).Decode(&got))
		must(t, resp.Body.Close())
		for _, m := range got.Messages {
			if text, ok := m.Param["text"].(string); ok && m.From == "bot" {
				return text
			}
		}
		after, quiet = got.Next, len(got.Messages) == 0
	}
	t.Fatal("no answer")
	return ""
}

// TestRulesOfTheOperator: checking a policy, importing a year, replaying the events.
func TestRulesOfTheOperator(t *testing.T) {
	environment(t)
	must(t, run(t.Context(), []string{"migrate"}))
	file := func(name, text string) string {
		path := filepath.Join(t.TempDir(), name)
		must(t, os.WriteFile(path, []byte(text), 0o600))
		return path
	}
	good := string(workflow.DefaultPolicyFile())
	year := file("2027.json", `{"year": 2027, "source": "x", "off": ["01-01", "02-05/02-11", "04-05", "05-01/05-05", `+
		`"06-09", "09-15", "10-01/10-07"], "work": ["01-30"]}`)
	for _, c := range []struct {
		do    func(w *bytes.Buffer) error
		want  string
		fails bool
	}{
		{func(w *bytes.Buffer) error { return showPolicy(w) }, `"working_days": 5`, false},
		{func(w *bytes.Buffer) error { return checkPolicy(w, file("good.json", good)) }, "2026-11", false},
		{func(w *bytes.Buffer) error {
			return checkPolicy(w, file("bad.json", strings.Replace(strings.Replace(good, `"working_days": 5`,
				`"working_days": 0`, 1), `"posting": 1`, `"posting": -1`, 1)))
		}, "bad.json:7: notice.working_days", true},
		{func(w *bytes.Buffer) error { return checkPolicy(w, "no/such/file") }, "", true},
		{func(w *bytes.Buffer) error { return listYears(t.Context(), w) }, "2027  254 个工作日 / working days  暂定", false},
		{func(w *bytes.Buffer) error {
			return importYear(t.Context(), w, file("empty.json", `{"year": 2027, "papers": [], "days": []}`))
		}, "", true},
		{func(w *bytes.Buffer) error {
			return importYear(t.Context(), w, file("wrong.json", `{"year": 2027, "source": "x", "off": ["01-01"], "work": []}`))
		}, "", true}, // 02-06 is certainly off
		{func(w *bytes.Buffer) error { return importYear(t.Context(), w, "no/such/file") }, "", true},
		{func(w *bytes.Buffer) error { return importYear(t.Context(), w, year) }, "2027 年已导入", false},
		{func(w *bytes.Buffer) error { return listYears(t.Context(), w) }, "个工作日 / working days  正式 / official  x", false},
		{func(w *bytes.Buffer) error { return replay(t.Context(), w) }, "0 份备案", false},
	} {
		var w bytes.Buffer
		if err := c.do(&w); (err != nil) != c.fails || !strings.Contains(w.String(), c.want) {
			t.Errorf("%v, printed %q, want %q", err, w.String(), c.want)
		}
	}

	// The same version with other rules is refused: filings rely on what it said.
	t.Setenv("BEIAN_POLICY", file("changed.json", strings.Replace(good, `"working_days": 5`, `"working_days": 7`, 1)))
	if err := run(t.Context(), []string{"serve"}); !errors.Is(err, storage.ErrPolicyChanged) {
		t.Errorf("serve under a changed policy: %v", err)
	}
}

func TestUnknownCommand(t *testing.T) {
	if err := run(t.Context(), []string{"sreve"}); err == nil {
		t.Error("an unknown command was accepted")
	}
}

// TestKeysOfTheOperator: new keys, everything encrypted anew, the old keys thrown away,
// and nothing is lost.
func TestKeysOfTheOperator(t *testing.T) {
	environment(t)
	ctx := t.Context()
	must(t, run(ctx, []string{"migrate"}))
	must(t, run(ctx, []string{"import", "../internal/demo/people.json"}))
	upload := put(t, []byte("a scan"))
	var before, rotated, retired, summary bytes.Buffer
	if err := retireKeys(ctx, &before); err != nil {
		t.Fatalf("retire with one key only: %v", err)
	}
	must(t, rotateKeys(&rotated))
	t.Setenv("BEIAN_KEYS", rotated.String())
	if got := get(t, upload); got != "a scan" {
		t.Errorf("after the rotation the upload reads %q", got)
	}
	if err := retireKeys(ctx, &retired); err == nil || retired.Len() > 0 {
		t.Errorf("the old key is retired while it is in use: %v, %s", err, &retired)
	}
	must(t, rewrapKeys(ctx, &summary))
	if !strings.Contains(summary.String(), "0 records and 0 files") { // retire has done it
		t.Errorf("%s", &summary)
	}
	must(t, retireKeys(ctx, &retired))
	t.Setenv("BEIAN_KEYS", retired.String())
	if strings.Count(retired.String(), "keyId") != 1+2 { // one that encrypts, two that sign
		t.Errorf("keys that are left: %d", strings.Count(retired.String(), "keyId"))
	}
	if got := get(t, upload); got != "a scan" {
		t.Errorf("under the new key alone the upload reads %q", got)
	}
	var proof bytes.Buffer
	must(t, shredded(ctx, &proof))
	if !strings.Contains(proof.String(), "0 files deleted") {
		t.Errorf("%s", &proof)
	}
	must(t, withStore(ctx, func(s *storage.Store, _ workflow.Policy) error {
		c, err := s.PersonCase(ctx, "demo-p01")
		if err == nil && c.Certificate.Values[workflow.Name] != "陈一帆" {
			err = errors.New("the certificate does not read as before")
		}
		return err
	}))
}

// uploads opens the file store of the environment.
func uploads(t *testing.T) *files.Store {
	t.Helper()
	cfg, err := load()
	must(t, err)
	ring, err := keyring.Parse([]byte(cfg.Keys))
	must(t, err)
	blobs, err := cfg.Blobs()
	must(t, err)
	return files.New(blobs, ring)
}

func put(t *testing.T, data []byte) string {
	t.Helper()
	id, err := uploads(t).Put(t.Context(), data)
	must(t, err)
	return id
}

func get(t *testing.T, id string) string {
	t.Helper()
	b, err := uploads(t).Get(t.Context(), id)
	must(t, err)
	return string(b)
}
