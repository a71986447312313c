// Package storagetest gives tests a real PostgreSQL and a real Redis. Without the
// programs a test fails and says what to install; it never skips.
package storagetest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"example.org/beian/storage/localpg"
)

// server is the one PostgreSQL of a test binary, started when first needed and
// stopped by Main.
var server = sync.OnceValues(func() (*localpg.Server, error) {
	return localpg.Start(context.Background(), localpg.Config{Fast: true})
})

var (
	used     atomic.Bool // the server has been asked for
	template sync.Map    // template databases, by the pointer of their name
	serial   atomic.Int64
)

// Main runs the tests and stops the server. Call it from TestMain.
func Main(m *testing.M) {
	code := m.Run()
	if used.Load() {
		if s, err := server(); err == nil {
			if err := s.Stop(); err != nil {
				fmt.Fprintln(os.Stderr, "stop test database:", err)
				code = 1
			}
		}
	}
	os.Exit(code)
}

// Server returns the PostgreSQL server of this test binary.
func Server(t testing.TB) *localpg.Server {
	t.Helper()
	used.Store(true)
	s, err := server()
	if err != nil {
		t.Fatalf("start PostgreSQL: %v", err)
	}
	return s
}

// Database makes a fresh, migrated database and returns its address. It is dropped
// when the test ends. Migrating happens once; each database is a copy.
func Database(t testing.TB, migrate func(ctx context.Context, url string) error) string {
	t.Helper()
	s := Server(t)
	ctx := context.Background()
	fill, _ := template.LoadOrStore("template", sync.OnceValue(func() error {
		if err := s.CreateDatabase(ctx, "beian_template", ""); err != nil {
			return err
		}
		return migrate(ctx, s.URL("beian_template"))
	}))
	if err := fill.(func() error)(); err != nil {
		t.Fatalf("prepare database template: %v", err)
	}
	name := fmt.Sprintf("test_%d", serial.Add(1))
	if err := s.CreateDatabase(ctx, name, "beian_template"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.DropDatabase(ctx, name); err != nil {
			t.Error(err)
		}
	})
	return s.URL(name)
}

// Redis starts a redis-server for one test and returns its address.
func Redis(t testing.TB) string {
	t.Helper()
	bin, err := exec.LookPath("redis-server")
	if err != nil {
		t.Fatal("没有找到 redis-server,请安装 Debian 软件包 redis-server / install the Debian package redis-server")
	}
	dir, err := os.MkdirTemp("", "beian-redis-")
	if err != nil {
		t.Fatal(err)
	}
	socket := filepath.Join(dir, "s")
	cmd := exec.Command(bin, "--port", "0", "--unixsocket", socket, "--save", "", "--dir", dir)
	if err := cmd.Start(); err != nil {
		t.Fatalf("start redis-server: %v", err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // nothing in it is worth a clean stop
		_ = cmd.Wait()
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	await(t, "unix://"+socket)
	return "unix://" + socket
}

func await(t testing.TB, address string) {
	t.Helper()
	o, err := redis.ParseURL(address)
	if err != nil {
		t.Fatal(err)
	}
	c := redis.NewClient(o)
	defer func() { _ = c.Close() }()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for c.Ping(ctx).Err() != nil {
		select {
		case <-ctx.Done():
			t.Fatal("redis-server did not answer")
		case <-tick.C:
		}
	}
}
