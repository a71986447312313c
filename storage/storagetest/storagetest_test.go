package storagetest

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/redis/go-redis/v9"
)

func TestMain(m *testing.M) { Main(m) }

func TestDatabasesAreSeparate(t *testing.T) {
	t.Parallel()
	var filled atomic.Int32
	migrate := func(ctx context.Context, url string) error {
		filled.Add(1)
		return run(ctx, url, "create table note (text text unique)")
	}
	t.Run("group", func(t *testing.T) {
		for _, name := range []string{"a", "b", "c", "d"} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				url := Database(t, migrate)
				if err := run(t.Context(), url, "insert into note values ('once')"); err != nil {
					t.Errorf("the table is missing or has another test's row: %v", err)
				}
			})
		}
	})
	if got := filled.Load(); got != 1 {
		t.Errorf("migrated %d times, want 1", got)
	}
}

func TestDatabaseIsDropped(t *testing.T) {
	t.Parallel()
	var url string
	t.Run("user", func(t *testing.T) {
		url = Database(t, nil)
		conn, err := pgx.Connect(t.Context(), url)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = conn.Close(context.WithoutCancel(t.Context())) })
	})
	if err := run(t.Context(), url, "select 1"); err == nil || !strings.Contains(err.Error(), "does not exist") {
		t.Errorf("connecting to a dropped database: %v", err)
	}
}

func TestFillReportsTheMigration(t *testing.T) {
	t.Parallel()
	broken := errors.New("no such migration")
	err := fill(t.Context(), Server(t), "broken", func(context.Context, string) error { return broken })
	if !errors.Is(err, broken) {
		t.Errorf("error is %v", err)
	}
}

func TestServerNeedsMain(t *testing.T) {
	t.Parallel()
	var alone suite
	if _, err := alone.start(t.Context()); err == nil || !strings.Contains(err.Error(), "TestMain") {
		t.Errorf("error does not tell what to add: %v", err)
	}
}

func TestRedis(t *testing.T) {
	t.Parallel()
	var url string
	t.Run("user", func(t *testing.T) {
		url = Redis(t)
		client := connect(t, url)
		if err := client.Set(t.Context(), "k", "值", 0).Err(); err != nil {
			t.Fatal(err)
		}
		if got := client.Get(t.Context(), "k").Val(); got != "值" {
			t.Errorf("value is %q", got)
		}
	})
	if err := connect(t, url).Ping(t.Context()).Err(); err == nil {
		t.Error("the server outlived its test")
	}
}

func connect(t *testing.T, url string) *redis.Client {
	t.Helper()
	options, err := redis.ParseURL(url)
	if err != nil {
		t.Fatal(err)
	}
	options.MaxRetries = -1
	client := redis.NewClient(options)
	t.Cleanup(func() { _ = client.Close() })
	return client
}

func run(ctx context.Context, url, sql string) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, sql)
	return errors.Join(err, conn.Close(ctx))
}
