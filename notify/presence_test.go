package notify

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"
	"github.com/riverqueue/river/rivertype"

	"example.org/beian/storage/storagetest"
)

func TestMain(m *testing.M) { storagetest.Main(m) }

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func database(t *testing.T) *pgxpool.Pool {
	t.Helper()
	url := storagetest.Database(t, func(ctx context.Context, url string) error {
		pool, err := pgxpool.New(ctx, url)
		if err != nil {
			return err
		}
		defer pool.Close()
		m, err := rivermigrate.New(riverpgxv5.New(pool), nil)
		if err != nil {
			return err
		}
		_, err = m.Migrate(ctx, rivermigrate.DirectionUp, nil)
		return err
	})
	pool, err := pgxpool.New(t.Context(), url)
	must(t, err)
	t.Cleanup(pool.Close)
	return pool
}

// TestJobsOfTheDeadAreGivenBack: a job of a process whose lock is gone becomes
// available, a job of a living one stays, and one at its last attempt is given up.
func TestJobsOfTheDeadAreGivenBack(t *testing.T) {
	t.Parallel()
	pool := database(t)
	living, err := newPresence(pool, slog.New(slog.DiscardHandler))
	must(t, err)
	ctx, die := context.WithCancel(t.Context())
	locked, ended := make(chan struct{}), make(chan struct{})
	go func() { living.run(ctx, locked); close(ended) }()
	<-locked
	insert := func(by string, attempt int) (id int64) {
		must(t, pool.QueryRow(t.Context(), `insert into river_job (kind, args, max_attempts, attempt, attempted_at,
			attempted_by, queue, state)
			values ('x', '{}', 3, $2, now(), array['other', $1], 'q', 'running') returning id`, by, attempt).Scan(&id))
		return id
	}
	dead, last, alive := insert("beian-42", 1), insert("beian-42", 3), insert(living.name(), 1)
	look := func() map[int64]string {
		conn, err := pool.Acquire(t.Context())
		must(t, err)
		defer conn.Release()
		_, err = living.giveBack(t.Context(), conn)
		must(t, err)
		got := map[int64]string{}
		for _, id := range []int64{dead, last, alive} {
			var state string
			must(t, pool.QueryRow(t.Context(), `select state from river_job where id = $1`, id).Scan(&state))
			got[id] = state
		}
		return got
	}
	if got := look(); got[dead] != "available" || got[last] != "discarded" || got[alive] != "running" {
		t.Errorf("dead %s, last attempt %s, alive %s", got[dead], got[last], got[alive])
	}
	die()
	<-ended
	deadline, tick := time.After(time.Minute),
		time.NewTicker(20*time.Millisecond) // the server notices a closed connection in its own time
	defer tick.Stop()
	for look()[alive] != "available" {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatal("the job of a process that died was not given back")
		}
	}
}

// answer is an error that knows whether trying again helps.
type answer bool

func (a answer) Error() string                     { return "refused" }
func (a answer) RetryAfter() (time.Duration, bool) { return time.Second, bool(a) }

func TestVerdict(t *testing.T) {
	t.Parallel()
	if verdict(nil) != nil {
		t.Error("success is an error")
	}
	var cancel *rivertype.JobCancelError
	if err := verdict(fmt.Errorf("send: %w", answer(false))); !errors.As(err, &cancel) {
		t.Errorf("a call that can never work is tried again: %v", err)
	}
	if err := verdict(fmt.Errorf("send: %w", answer(true))); err == nil || errors.As(err, &cancel) {
		t.Errorf("a throttled call is given up: %v", err)
	}
}

// ticks counts what a schedule claims.
type ticks struct{ at []time.Time }

// TestDatabaseAwayAtTheStart: a process that finds no database at first shows its sign of life
// when there is one, and is not waited for in vain.
func TestDatabaseAwayAtTheStart(t *testing.T) {
	t.Parallel()
	cfg := database(t).Config()
	away := true
	cfg.MinConns, cfg.MaxConns = 0, 1
	cfg.BeforeConnect = func(context.Context, *pgx.ConnConfig) error {
		if away {
			away = false
			return errors.New("the database restarts")
		}
		return nil
	}
	pool, err := pgxpool.NewWithConfig(t.Context(), cfg)
	must(t, err)
	t.Cleanup(pool.Close)
	p, err := newPresence(pool, slog.New(slog.DiscardHandler))
	must(t, err)
	ctx, stop := context.WithCancel(t.Context())
	locked, ended := make(chan struct{}), make(chan struct{})
	go func() { p.run(ctx, locked); close(ended) }()
	select {
	case <-locked:
	case <-time.After(time.Minute):
		t.Error("no sign of life")
	}
	stop()
	<-ended
}
