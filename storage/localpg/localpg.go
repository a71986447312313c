// Package localpg runs a private PostgreSQL server from the installed binaries, for
// the demo and the tests: no account, no port, nothing outside its own directories.
package localpg

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// Config says where the server lives.
type Config struct {
	Dir  string // data directory; empty means a temporary one that Stop removes
	Fast bool   // give up durability for speed, for tests
}

// Server is a running server. Its methods may be called one at a time.
type Server struct {
	cfg    Config
	bin    string
	socket string // directory of the unix socket
	user   *account
	temp   string // removed by Stop

	mu   sync.Mutex
	cmd  *exec.Cmd
	done chan struct{} // closed when the process has ended
}

// startTimeout is how long a server may take to accept connections.
const startTimeout = 30 * time.Second

// Find returns the directory of the server binaries: Debian's newest, the usual
// other places, or the one on PATH.
func Find() (string, error) {
	debian, _ := filepath.Glob("/usr/lib/postgresql/*/bin") // a constant pattern cannot be malformed
	slices.SortFunc(debian, func(a, b string) int { return major(b) - major(a) })
	for _, dir := range append(debian, "/usr/local/bin", "/opt/homebrew/bin", "/usr/local/pgsql/bin") {
		if executable(filepath.Join(dir, "initdb")) && executable(filepath.Join(dir, "postgres")) {
			return dir, nil
		}
	}
	if p, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(p), nil
	}
	return "", errors.New("没有找到 PostgreSQL 服务端,请安装 Debian 软件包 postgresql / no PostgreSQL server found: install the Debian package postgresql")
}

func major(bin string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(bin))) // no number sorts last
	return n
}

func executable(path string) bool {
	fi, err := os.Stat(path)
	return err == nil && fi.Mode()&0o111 != 0
}

// DefaultDir returns where the demo keeps its data: the user's cache, or for root a
// directory that the unprivileged server account can reach.
func DefaultDir() (string, error) {
	if os.Getuid() == 0 {
		return "/var/cache/beian", nil
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("find cache directory: %w", err)
	}
	return filepath.Join(dir, "beian"), nil
}

// Start makes the data directory if it is new and starts a server on it. A server
// left behind by a killed process is stopped first.
func Start(ctx context.Context, cfg Config) (*Server, error) {
	bin, err := Find()
	if err != nil {
		return nil, err
	}
	s := &Server{cfg: cfg, bin: bin}
	if s.user, err = serverAccount(); err != nil {
		return nil, err
	}
	if err := s.prepare(ctx); err != nil {
		return nil, errors.Join(err, s.Stop())
	}
	if err := s.start(ctx); err != nil {
		return nil, errors.Join(err, s.Stop())
	}
	return s, nil
}

// prepare makes the directories, owned by the account the server runs as.
func (s *Server) prepare(ctx context.Context) error {
	temp, err := os.MkdirTemp("", "beian-pg-")
	if err != nil {
		return fmt.Errorf("make socket directory: %w", err)
	}
	s.temp, s.socket = temp, temp
	if err := s.user.own(temp); err != nil {
		return err
	}
	if s.cfg.Dir == "" {
		s.cfg.Dir = filepath.Join(temp, "data")
	}
	// The parents must let the server account through; the data itself is closed.
	err = errors.Join(os.MkdirAll(filepath.Dir(s.cfg.Dir), 0o755), os.MkdirAll(s.cfg.Dir, 0o700)) //nolint:gosec // see above
	if err != nil {
		return fmt.Errorf("make data directory: %w", err)
	}
	if err := s.user.own(s.cfg.Dir); err != nil {
		return err
	}
	version, err := os.ReadFile(filepath.Join(s.cfg.Dir, "PG_VERSION"))
	if errors.Is(err, os.ErrNotExist) {
		return s.initdb(ctx)
	}
	if err != nil {
		return fmt.Errorf("read data directory: %w", err)
	}
	return s.checkVersion(ctx, strings.TrimSpace(string(version)))
}

func (s *Server) initdb(ctx context.Context) error {
	return s.run(ctx, "initdb", "-D", s.cfg.Dir, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
}

var firstNumber = regexp.MustCompile(`\d+`)

func (s *Server) checkVersion(ctx context.Context, have string) error {
	out, err := exec.CommandContext(ctx, filepath.Join(s.bin, "postgres"), "--version").Output()
	if err != nil {
		return fmt.Errorf("ask server version: %w", err)
	}
	if want := firstNumber.FindString(string(out)); want != have {
		return fmt.Errorf("演示数据是 PostgreSQL %s 的,现在装的是 %s:请先运行 make demo-reset / the data is of PostgreSQL %s but %s is installed: run make demo-reset first", have, want, have, want)
	}
	return nil
}

// run runs a server tool as the server's account; its output is in the error.
func (s *Server) run(ctx context.Context, tool string, args ...string) error {
	cmd := exec.CommandContext(ctx, filepath.Join(s.bin, tool), args...)
	s.user.apply(cmd)
	cmd.Dir = s.temp
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", tool, err, strings.TrimSpace(string(out)))
	}
	return nil
}

func (s *Server) start(ctx context.Context) error {
	if s.leftover() {
		// the socket directory of the old process is gone; stop it by its pid file
		if err := s.run(ctx, "pg_ctl", "stop", "-D", s.cfg.Dir, "-m", "fast", "-w"); err != nil {
			return err
		}
	}
	args := []string{"-D", s.cfg.Dir, "-k", s.socket, "-c", "listen_addresses=", "-c", "max_connections=200"}
	if s.cfg.Fast {
		args = append(args, "-c", "fsync=off", "-c", "full_page_writes=off")
	}
	logFile, err := os.OpenFile(filepath.Join(s.temp, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("open server log: %w", err)
	}
	cmd := exec.Command(filepath.Join(s.bin, "postgres"), args...)
	cmd.Stdout, cmd.Stderr, cmd.Dir = logFile, logFile, s.temp
	s.user.apply(cmd)
	done := make(chan struct{})
	if err := startChild(cmd, func() { close(done) }); err != nil {
		return errors.Join(fmt.Errorf("start postgres: %w", err), logFile.Close())
	}
	s.cmd, s.done = cmd, done
	if err := logFile.Close(); err != nil {
		return fmt.Errorf("close server log: %w", err)
	}
	return s.ready(ctx)
}

// leftover reports whether the pid file names a process that is alive.
func (s *Server) leftover() bool {
	b, err := os.ReadFile(filepath.Join(s.cfg.Dir, "postmaster.pid"))
	if err != nil {
		return false
	}
	first, _, _ := strings.Cut(string(b), "\n")
	pid, err := strconv.Atoi(first)
	return err == nil && pid > 1 && syscall.Kill(pid, 0) == nil
}

// ready waits until the server answers.
func (s *Server) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	t := time.NewTicker(20 * time.Millisecond)
	defer t.Stop()
	for {
		conn, err := pgx.Connect(ctx, s.URL("postgres"))
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-s.done:
			log, _ := os.ReadFile(filepath.Join(s.temp, "log")) // best effort: the log explains the end
			return fmt.Errorf("postgres ended while starting: %s", strings.TrimSpace(string(log)))
		case <-ctx.Done():
			return fmt.Errorf("postgres did not answer: %w", err)
		case <-t.C:
		}
	}
}

// URL returns the address of a database on this server.
func (s *Server) URL(database string) string {
	return "postgres:///" + url.PathEscape(database) + "?user=postgres&host=" + url.QueryEscape(s.socket)
}

// CreateDatabase makes a database, from a template when one is named. It is no
// error when the database is there.
func (s *Server) CreateDatabase(ctx context.Context, name, template string) error {
	sql := "create database " + pgx.Identifier{name}.Sanitize()
	if template != "" {
		sql += " template " + pgx.Identifier{template}.Sanitize()
	}
	var exists bool
	err := s.exec(ctx, func(c *pgx.Conn) error {
		err := c.QueryRow(ctx, "select exists (select from pg_database where datname = $1)", name).Scan(&exists)
		if err != nil || exists {
			return err
		}
		_, err = c.Exec(ctx, sql)
		return err
	})
	if err != nil {
		return fmt.Errorf("create database %s: %w", name, err)
	}
	return nil
}

// DropDatabase removes a database and ends its connections.
func (s *Server) DropDatabase(ctx context.Context, name string) error {
	err := s.exec(ctx, func(c *pgx.Conn) error {
		_, err := c.Exec(ctx, "drop database if exists "+pgx.Identifier{name}.Sanitize()+" with (force)")
		return err
	})
	if err != nil {
		return fmt.Errorf("drop database %s: %w", name, err)
	}
	return nil
}

func (s *Server) exec(ctx context.Context, fn func(*pgx.Conn) error) error {
	c, err := pgx.Connect(ctx, s.URL("postgres"))
	if err != nil {
		return err
	}
	return errors.Join(fn(c), c.Close(ctx))
}

// Restart stops the server in the given mode, "fast" or "immediate" (a crash), and
// starts it again.
func (s *Server) Restart(ctx context.Context, mode string) error {
	sig := syscall.SIGINT
	if mode == "immediate" {
		sig = syscall.SIGQUIT
	}
	if err := s.end(sig); err != nil {
		return err
	}
	return s.start(ctx)
}

// Stop ends the server and removes what is temporary. It may be called more than once.
func (s *Server) Stop() error {
	err := s.end(syscall.SIGINT)
	if s.temp == "" {
		return err
	}
	return errors.Join(err, os.RemoveAll(s.temp))
}

// end sends the signal and waits for the process.
func (s *Server) end(sig syscall.Signal) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cmd == nil {
		return nil
	}
	if err := s.cmd.Process.Signal(sig); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("stop postgres: %w", err)
	}
	<-s.done
	s.cmd = nil
	return nil
}
