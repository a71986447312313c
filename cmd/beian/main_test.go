package main

import (
	"bytes"
	"context"
	"encoding/json"
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
	"example.org/beian/storage/keyring"
	"example.org/beian/storage/storagetest"
)

func TestMain(m *testing.M) { storagetest.Main(m) }

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestServeFromEnvironment does what an operator does: migrate, import, serve, all
// from the environment; then somebody writes and is answered.
func TestServeFromEnvironment(t *testing.T) {
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
	if answer := firstAnswer(t, srv.URL); !strings.Contains(answer, "陈一帆老师") {
		t.Errorf("the answer to 你好: %s", answer)
	}
	stop()
	select {
	case err := <-ended:
		must(t, err)
	case <-time.After(15 * time.Second):
		t.Fatal("serve does not stop")
	}
}

// firstAnswer says 你好 until the bot is connected and answers.
func firstAnswer(t *testing.T, base string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	for ctx.Err() == nil {
		resp, err := http.Post(base+"/sim/users/demo-p01/messages", "application/json", bytes.NewReader([]byte(`{"text":"你好"}`)))
		must(t, err)
		must(t, resp.Body.Close())
		resp, err = http.Get(base + "/sim/users/demo-p01/messages?after=0&wait=500ms")
		must(t, err)
		var got struct {
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
	}
	t.Fatal("no answer")
	return ""
}

func TestUnknownCommand(t *testing.T) {
	if err := run(t.Context(), []string{"sreve"}); err == nil {
		t.Error("an unknown command was accepted")
	}
}
