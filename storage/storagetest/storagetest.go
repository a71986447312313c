// Package storagetest gives every test a PostgreSQL database of its own, and a Redis server where one is needed.
//
// Both are the real programs, started from the installed packages and stopped with the test binary. A machine
// without them fails the tests with the name of the package to install: a skipped test proves nothing.
//
//	func TestMain(m *testing.M) { storagetest.Main(m) }
//
//	func TestSave(t *testing.T) {
//		t.Parallel()
//		url := storagetest.Database(t, storage.Migrate)
//		…
//	}
package storagetest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"reflect"
	"sync"
	"testing"
	"time"

	"example.org/beian/storage/localpg"
)

const cleanUpTimeout = 30 * time.Second

// shared is the one mutable package variable: testing hands TestMain and the tests nothing in which a server
// for the whole binary could travel.
var shared suite

// suite is the server of one test binary and the templates made on it.
type suite struct {
	mu        sync.Mutex
	inMain    bool
	server    *localpg.Server
	err       error
	templates map[uintptr]*template
	databases int
}

// template is a database that a migrate function has filled, or why that did not work.
type template struct {
	once sync.Once
	name string
	err  error
}

// Main runs the tests of a binary and stops the server afterwards. The server starts with the first test that
// asks for it, so that a run of other tests does not wait for it.
func Main(m *testing.M) {
	shared.enter()
	m.Run() // testing turns its result into the exit code when TestMain returns
	if err := shared.stop(); err != nil {
		fmt.Fprintln(os.Stderr, "storagetest: stop postgresql:", err)
	}
}

// Server returns the server that all tests of the binary share. A test that restarts or breaks a server must
// start one of its own with localpg.Start instead.
func Server(t testing.TB) *localpg.Server {
	t.Helper()
	server, err := shared.start(context.WithoutCancel(t.Context()))
	if err != nil {
		t.Fatal("storagetest: ", err)
	}
	return server
}

// Database makes a database for the test, drops it afterwards, and returns its URL. It is a copy of a template
// that migrate has filled, once in the whole binary for each migrate function; so migrate must do the same in
// every test and close its connections. Nil means an empty database.
func Database(t testing.TB, migrate func(ctx context.Context, url string) error) string {
	t.Helper()
	server := Server(t)
	ctx := context.WithoutCancel(t.Context())
	source := ""
	if migrate != nil {
		tmpl := shared.template(migrate)
		tmpl.once.Do(func() { tmpl.err = fill(ctx, server, tmpl.name, migrate) })
		if tmpl.err != nil {
			t.Fatal("storagetest: ", tmpl.err)
		}
		source = tmpl.name
	}
	name := shared.nextDatabase()
	if err := server.CreateDatabase(ctx, name, source); err != nil {
		t.Fatal("storagetest: ", err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(ctx, cleanUpTimeout)
		defer cancel()
		if err := server.DropDatabase(ctx, name); err != nil {
			t.Error("storagetest: ", err)
		}
	})
	return server.URL(name)
}

func fill(ctx context.Context, server *localpg.Server, name string, migrate func(context.Context, string) error) error {
	if err := server.CreateDatabase(ctx, name, ""); err != nil {
		return err
	}
	if err := migrate(ctx, server.URL(name)); err != nil {
		return fmt.Errorf("migrate the template: %w", err)
	}
	return nil
}

func (s *suite) enter() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.inMain = true
}

func (s *suite) start(ctx context.Context) (*localpg.Server, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.inMain {
		return nil, errors.New("nobody would stop the server: add func TestMain(m *testing.M) { storagetest.Main(m) }")
	}
	if s.server == nil && s.err == nil {
		s.server, s.err = localpg.Start(ctx, localpg.Config{Fast: true})
	}
	return s.server, s.err
}

func (s *suite) stop() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.server == nil {
		return nil
	}
	return s.server.Stop()
}

// template finds the template of a function by its code, the only thing about a function that can be compared.
func (s *suite) template(migrate func(context.Context, string) error) *template {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.templates == nil {
		s.templates = make(map[uintptr]*template)
	}
	key := reflect.ValueOf(migrate).Pointer()
	found, ok := s.templates[key]
	if !ok {
		found = &template{name: fmt.Sprintf("filled_%d", len(s.templates)+1)}
		s.templates[key] = found
	}
	return found
}

func (s *suite) nextDatabase() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.databases++
	return fmt.Sprintf("test_%d", s.databases)
}
