package session_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/google/go-cmp/cmp"
	"github.com/redis/go-redis/v9"

	"example.org/beian/storage/keyring"
	"example.org/beian/storage/session"
	"example.org/beian/storage/storagetest"
	"example.org/beian/workflow"
)

// TestBoth runs the same suite over a real Redis and the embedded one.
func TestBoth(t *testing.T) {
	t.Parallel()
	for name, address := range map[string]func(t *testing.T) string{
		"redis":    func(t *testing.T) string { return storagetest.Redis(t) },
		"embedded": func(t *testing.T) string { return "redis://" + miniredis.RunT(t).Addr() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			suite(t, address(t))
		})
	}
}

func suite(t *testing.T, address string) {
	t.Helper()
	o, err := redis.ParseURL(address)
	must(t, err)
	rdb := redis.NewClient(o)
	t.Cleanup(func() { must(t, rdb.Close()) })
	b, err := keyring.New()
	must(t, err)
	ring, err := keyring.Parse(b)
	must(t, err)
	s := session.New(rdb, ring)
	must(t, s.Ping(t.Context()))

	// Two calls may be made at once and then one a second: of twenty, one has to wait, even on a
	// machine so busy that Redis is not always heard in the moment that it is asked for.
	waits := func(api string) bool {
		soon, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		err := s.Wait(soon, api, 1)
		return errors.Is(err, context.DeadlineExceeded) && !strings.Contains(err.Error(), "ask for a call")
	}
	if !slices.ContainsFunc(make([]string, 20), func(string) bool { return waits("/v1.0/some") }) {
		t.Error("of twenty calls at once none had to wait")
	}
	if waits("/v1.0/other") {
		t.Error("a call of one API waits for those of another")
	}

	if v, err := s.Pending(t.Context(), "p1"); err != nil || v != nil {
		t.Fatalf("before anything: %v, %v", v, err)
	}
	want := workflow.Values{workflow.Phone: "13900001111"}
	must(t, s.SetPending(t.Context(), "p1", want))
	got, err := s.Pending(t.Context(), "p1")
	must(t, err)
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if v, err := s.Pending(t.Context(), "p2"); err != nil || v != nil {
		t.Errorf("somebody else's: %v, %v", v, err)
	}
	raw, err := rdb.Get(t.Context(), "beian:pending:p1").Result()
	if err != nil || len(raw) == 0 || strings.Contains(raw, "13900001111") {
		t.Errorf("the phone is readable in Redis: %v", err)
	}
	must(t, s.ClearPending(t.Context(), "p1"))
	if v, err := s.Pending(t.Context(), "p1"); err != nil || v != nil {
		t.Errorf("after clearing: %v, %v", v, err)
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
