package localpg_test

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/jackc/pgx/v5"

	"example.org/beian/storage/localpg"
)

func start(t *testing.T, cfg localpg.Config) *localpg.Server {
	t.Helper()
	s, err := localpg.Start(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Stop(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func exec(t *testing.T, url, sql string) (n int) {
	t.Helper()
	ctx := context.Background()
	c, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := c.Close(ctx); err != nil {
			t.Error(err)
		}
	}()
	tag, err := c.Exec(ctx, sql)
	if err != nil {
		t.Fatal(err)
	}
	return int(tag.RowsAffected())
}

func TestDataSurvivesStopAndCrash(t *testing.T) {
	t.Parallel()
	dir := filepath.Join("/tmp", "beian-localpg-test", t.Name())
	t.Cleanup(func() { removeAll(t, dir) })
	s := start(t, localpg.Config{Dir: dir})
	exec(t, s.URL("postgres"), "create table kept (n int); insert into kept values (1)")
	if err := s.Restart(t.Context(), "immediate"); err != nil {
		t.Fatal(err)
	}
	if n := exec(t, s.URL("postgres"), "select n from kept"); n != 1 {
		t.Fatalf("after a crash: %d rows", n)
	}
	for range 2 {
		if err := s.Stop(); err != nil {
			t.Fatal(err)
		}
	}
	again := start(t, localpg.Config{Dir: dir})
	if n := exec(t, again.URL("postgres"), "select n from kept"); n != 1 {
		t.Fatalf("after a stop: %d rows", n)
	}
}

func TestServersSideBySide(t *testing.T) {
	t.Parallel()
	a, b := start(t, localpg.Config{Fast: true}), start(t, localpg.Config{Fast: true})
	for range 2 { // the second time it is there already
		if err := a.CreateDatabase(t.Context(), "one", ""); err != nil {
			t.Fatal(err)
		}
	}
	exec(t, a.URL("one"), "create table x ()")
	if _, err := pgx.Connect(t.Context(), b.URL("one")); err == nil {
		t.Fatal("a database of one server is seen by the other")
	}
	if err := a.DropDatabase(t.Context(), "one"); err != nil {
		t.Fatal(err)
	}
}
