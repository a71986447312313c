package localpg

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

func TestDataSurvivesStop(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(reachableDir(t), "pg")
	first := start(t, Config{Dir: dir, Fast: true})
	execSQL(t, first, "create table note (text text); insert into note values ('备案')")
	stop(t, first)

	second := start(t, Config{Dir: dir, Fast: true})
	if got := queryText(t, second, "select text from note"); got != "备案" {
		t.Errorf("after a restart the row is %q", got)
	}
	if got := queryText(t, second, "select datcollate from pg_database where datname = "+
		"'postgres'"); !strings.HasPrefix(got, "C") {
		t.Errorf("collation is %q, want C: the order must not depend on the machine", got)
	}
}

func TestRestartKeepsCommits(t *testing.T) {
	t.Parallel()
	for _, mode := range []string{"fast", "immediate"} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			s := start(t, Config{Fast: true})
			execSQL(t, s, "create table note (text text)")
			execSQL(t, s, "insert into note values ('committed')")
			url := s.URL("postgres")
			if err := s.Restart(t.Context(), mode); err != nil {
				t.Fatal(err)
			}
			if s.URL("postgres") != url {
				t.Error("the URL changed")
			}
			if got := queryText(t, s, "select text from note"); got != "committed" {
				t.Errorf("row is %q", got)
			}
		})
	}
}

func TestRestartRefusesUnknownMode(t *testing.T) {
	t.Parallel()
	s := start(t, Config{Fast: true})
	if err := s.Restart(t.Context(), "gently"); err == nil {
		t.Error("no error")
	}
	if got := queryText(t, s, "select 'alive'"); got != "alive" {
		t.Error("the server did not survive a refused restart")
	}
}

func TestStopTwiceLeavesNothing(t *testing.T) {
	t.Parallel()
	s := start(t, Config{Fast: true})
	pid := s.process.Pid()
	stop(t, s)
	stop(t, s)
	if err := syscall.Kill(pid, 0); !errors.Is(err, syscall.ESRCH) {
		t.Errorf("process %d is still there: %v", pid, err)
	}
	for _, path := range []string{s.dir, s.socket} {
		if _, err := os.Stat(path); !os.IsNotExist(err) {
			t.Errorf("%s is still there", path)
		}
	}
	if err := s.Restart(t.Context(), "fast"); err == nil {
		t.Error("a stopped server restarted")
	}
}

func TestKilledServerStartsAgain(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(reachableDir(t), "pg")
	first := start(t, Config{Dir: dir, Fast: true})
	execSQL(t, first, "create table note (text text); insert into note values ('kept')")
	if err := syscall.Kill(first.process.Pid(), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	<-first.process.Done()
	if _, err := os.Stat(filepath.Join(dir, pidFile)); err != nil {
		t.Fatalf("a killed server should leave its lock: %v", err)
	}

	second := start(t, Config{Dir: dir, Fast: true})
	if got := queryText(t, second, "select text from note"); got != "kept" {
		t.Errorf("row is %q", got)
	}
}

// TestReusedProcessID covers a lock file whose number belongs to a stranger by now, as after a reboot.
func TestReusedProcessID(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(reachableDir(t), "pg")
	stop(t, start(t, Config{Dir: dir, Fast: true}))
	stranger := exec.Command("cat")
	acct, err := serverAccount()
	if err != nil {
		t.Fatal(err)
	}
	acct.apply(stranger)
	hold, err := stranger.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := stranger.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = hold.Close(); _ = stranger.Wait() })
	lock := strconv.Itoa(stranger.Process.Pid) + "\n" + dir + "\n1700000000\n5432\n/tmp\n\n\nready\n"
	if err := os.WriteFile(filepath.Join(dir, pidFile), []byte(lock), 0o644); err != nil {
		t.Fatal(err)
	}
	start(t, Config{Dir: dir, Fast: true})
}

func TestSecondServerInOneDir(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(reachableDir(t), "pg")
	first := start(t, Config{Dir: dir, Fast: true})
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	_, err := Start(ctx, Config{Dir: dir, Fast: true})
	if err == nil || !strings.Contains(err.Error(), "another PostgreSQL server") {
		t.Errorf("second server: %v", err)
	}
	if got := queryText(t, first, "select 'alive'"); got != "alive" {
		t.Error("the first server was disturbed")
	}
}

func TestParallelServers(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"one", "two", "three"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, Config{Fast: true})
			execSQL(t, s, "create table note (text text); insert into note values ('"+name+"')")
			if got := queryText(t, s, "select text from note"); got != name {
				t.Errorf("server %s has the row of %s", name, got)
			}
		})
	}
}

func TestDatabases(t *testing.T) {
	t.Parallel()
	s := start(t, Config{Fast: true})
	ctx := t.Context()
	const name = `odd "name"/中`
	for range 2 { // idempotent
		if err := s.CreateDatabase(ctx, name, ""); err != nil {
			t.Fatal(err)
		}
	}
	conn, err := pgx.Connect(ctx, s.URL(name))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Exec(ctx, "create table note (text text)"); err != nil {
		t.Fatal(err)
	}
	if err := conn.Close(ctx); err != nil {
		t.Fatal(err)
	}
	if err := s.CreateDatabase(ctx, "copy", name); err != nil {
		t.Fatal(err)
	}
	copied, err := pgx.Connect(ctx, s.URL("copy"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := copied.Exec(ctx, "select text from note"); err != nil {
		t.Errorf("the copy lacks the table: %v", err)
	}
	// Dropping closes the connection that is still open.
	for range 2 {
		if err := s.DropDatabase(ctx, "copy"); err != nil {
			t.Fatal(err)
		}
	}
	_ = copied.Close(ctx) // the server has closed it already
}

func TestOtherMajorVersion(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(reachableDir(t), "pg")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, versionFile), []byte("9\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Start(t.Context(), Config{Dir: dir})
	if err == nil || !strings.Contains(err.Error(), "make demo-reset") {
		t.Errorf("error does not tell what to do: %v", err)
	}
}

func TestForeignDirIsKept(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(reachableDir(t), "papers")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	kept := filepath.Join(dir, "thesis.txt")
	if err := os.WriteFile(kept, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Start(t.Context(), Config{Dir: dir}); err == nil {
		t.Error("a directory with other files was taken")
	}
	if _, err := os.Stat(kept); err != nil {
		t.Errorf("a stranger's file is gone: %v", err)
	}
}

func TestUnreachableDir(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		return // only root runs the server as somebody else
	}
	closed := filepath.Join(reachableDir(t), "home")
	if err := os.Mkdir(closed, 0o700); err != nil {
		t.Fatal(err)
	}
	_, err := Start(t.Context(), Config{Dir: filepath.Join(closed, "pg")})
	if err == nil || !strings.Contains(err.Error(), closed) {
		t.Errorf("error does not name the closed directory: %v", err)
	}
}

func TestMajor(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{
		"/usr/lib/postgresql/15/bin":                       15,
		"postgres (PostgreSQL) 16.4 (Debian 16.4-1.pgdg1)": 16,
		"15\n":           15,
		"/usr/local/bin": 0,
	} {
		if got := major(text); got != want {
			t.Errorf("major(%q) = %d, want %d", text, got, want)
		}
	}
}

func start(t *testing.T, cfg Config) *Server {
	t.Helper()
	s, err := Start(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(t, s) })
	return s
}

func stop(t *testing.T, s *Server) {
	t.Helper()
	if err := s.Stop(); err != nil {
		t.Error(err)
	}
}

// reachableDir is a temporary directory that the server's user can enter; those of t.TempDir are closed to it.
func reachableDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "localpg-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	if err := os.Chmod(dir, 0o711); err != nil {
		t.Fatal(err)
	}
	return dir
}

func execSQL(t *testing.T, s *Server, sql string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), s.URL("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Exec(t.Context(), sql); err != nil {
		t.Fatal(err)
	}
	if err := conn.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func queryText(t *testing.T, s *Server, sql string) string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), s.URL("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	var text string
	if err := conn.QueryRow(t.Context(), sql).Scan(&text); err != nil {
		t.Fatal(err)
	}
	if err := conn.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	return text
}
