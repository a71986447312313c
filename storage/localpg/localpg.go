package localpg

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"

	"example.org/beian/storage/localpg/child"
)

const (
	readyTick    = 20 * time.Millisecond
	readyTimeout = time.Minute      // a crashed server replays its log first
	leaveTimeout = 10 * time.Second // for the server of a killed parent to shut down
	stopPatience = 20 * time.Second // per signal
)

// Config says where the server keeps its data and how careful it is.
type Config struct {
	// Dir is the data directory, made when it is missing. Empty means a temporary one that Stop removes.
	Dir string
	// Fast gives up safety against a power cut. A killed server still loses no commit, so tests may use it.
	Fast bool
	// Logger gets the server's own lines at debug level. Nil discards them.
	Logger *slog.Logger
}

// Server is a running PostgreSQL. Its methods are safe for several goroutines.
type Server struct {
	account   account
	bin       string
	dir       string
	socket    string
	temporary bool
	fast      bool
	logger    *slog.Logger
	output    *output

	mu      sync.Mutex // serialises Restart and Stop
	process *child.Process
}

// Start finds the installed PostgreSQL, makes the data directory on the first run, starts the server and
// returns when it answers. ctx bounds the starting, not the life of the server.
func Start(ctx context.Context, cfg Config) (*Server, error) {
	logger := cfg.Logger
	if logger == nil {
		logger = slog.New(slog.DiscardHandler)
	}
	bin, err := Find()
	if err != nil {
		return nil, err
	}
	acct, err := serverAccount()
	if err != nil {
		return nil, err
	}
	s := &Server{
		account: acct, bin: bin, dir: cfg.Dir, temporary: cfg.Dir == "", fast: cfg.Fast,
		logger: logger, output: &output{logger: logger},
	}
	if err := s.prepareDir(ctx); err != nil {
		return nil, errors.Join(err, s.cleanUp())
	}
	if err := s.launch(ctx); err != nil {
		return nil, errors.Join(err, s.cleanUp())
	}
	return s, nil
}

// Restart stops the server and starts it again with the same data and the same URL. Mode "fast" ends it in
// order, mode "immediate" is a crash: the next start replays the log.
func (s *Server) Restart(ctx context.Context, mode string) error {
	var signal syscall.Signal
	switch mode {
	case "fast":
		signal = syscall.SIGINT
	case "immediate":
		signal = syscall.SIGQUIT
	default:
		return fmt.Errorf("restart postgresql: mode %q is neither fast nor immediate", mode)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.process == nil {
		return errors.New("restart postgresql: it has been stopped")
	}
	s.process.Stop(stopPatience, signal)
	return s.launch(ctx)
}

// Stop shuts the server down, waits until it is gone and removes what was temporary. Calling it again is fine.
func (s *Server) Stop() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.process == nil {
		return nil
	}
	s.process.Stop(stopPatience, syscall.SIGINT, syscall.SIGQUIT)
	s.process = nil
	return s.cleanUp()
}

// cleanUp removes the socket directory, and the data directory when it was a temporary one.
func (s *Server) cleanUp() error {
	var errs []error
	if s.socket != "" {
		errs = append(errs, os.RemoveAll(s.socket))
	}
	if s.temporary && s.dir != "" {
		errs = append(errs, os.RemoveAll(s.dir))
	}
	return errors.Join(errs...)
}

// launch starts the server program and waits until it answers. A server that does not get that far is stopped.
func (s *Server) launch(ctx context.Context) error {
	vacant, err := s.awaitVacant(ctx)
	if err != nil {
		return err
	}
	if err := s.prepareSocket(); err != nil {
		return err
	}
	if vacant {
		if err := s.removeLocks(); err != nil {
			return err
		}
	}
	cmd := exec.Command(filepath.Join(s.bin, "postgres"), s.arguments()...)
	s.account.apply(cmd)
	cmd.Stdout, cmd.Stderr = s.output, s.output
	s.output.reset()
	process, err := child.Start(cmd)
	if err != nil {
		return err
	}
	if err := s.awaitReady(ctx, process); err != nil {
		process.Stop(stopPatience, syscall.SIGQUIT)
		return fmt.Errorf("start postgresql in %s: %w%s", s.dir, err, s.output.tail())
	}
	s.process = process
	go s.watch(process)
	return nil
}

// watch logs an end that nobody asked for. It ends with the process.
func (s *Server) watch(process *child.Process) {
	<-process.Done()
	if !process.Stopped() {
		s.logger.Error("postgresql ended unexpectedly", "pid", process.Pid(), "error", process.Err())
	}
}

func (s *Server) arguments() []string {
	settings := []string{
		"listen_addresses=", "unix_socket_directories=" + s.socket, "unix_socket_permissions=0700",
		"port=" + port, "timezone=UTC", "log_timezone=UTC", "logging_collector=off",
	}
	if s.fast {
		// synchronous_commit stays on: a commit is then handed to the kernel before it is acknowledged, so
		// Restart("immediate") loses nothing and a fault test can trust what it finds.
		settings = append(settings, "fsync=off", "full_page_writes=off", "max_connections=300")
	}
	args := []string{"-D", s.dir}
	for _, setting := range settings {
		args = append(args, "-c", setting)
	}
	return args
}

// awaitReady asks until the server answers, ends or time is up.
func (s *Server) awaitReady(ctx context.Context, process *child.Process) error {
	ctx, cancel := context.WithTimeout(ctx, readyTimeout)
	defer cancel()
	ticker := time.NewTicker(readyTick)
	defer ticker.Stop()
	for {
		conn, err := pgx.Connect(ctx, s.URL(maintenanceDatabase))
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-process.Done():
			return fmt.Errorf("it ended at once: %w", process.Err())
		case <-ctx.Done():
			return fmt.Errorf("no answer: %w: %w", ctx.Err(), err)
		case <-ticker.C:
		}
	}
}

// awaitVacant waits for the server of an earlier, killed parent to leave the data directory. False means that
// this system cannot tell, and that PostgreSQL's own check has to decide.
func (s *Server) awaitVacant(ctx context.Context) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, leaveTimeout)
	defer cancel()
	ticker := time.NewTicker(readyTick)
	defer ticker.Stop()
	for {
		pid, certain := occupant(s.dir)
		if pid == 0 {
			return certain, nil
		}
		select {
		case <-ctx.Done():
			return false, fmt.Errorf("another PostgreSQL server (process %d) uses %s: stop what started it, "+
				"or end it with kill -INT %d",
				pid, s.dir, pid)
		case <-ticker.C:
		}
	}
}

// removeLocks removes what a killed server left behind in a vacant directory. PostgreSQL does that itself, but
// takes a zombie or a reused process ID for a living owner.
func (s *Server) removeLocks() error {
	for _, path := range []string{
		filepath.Join(s.dir, pidFile),
		filepath.Join(s.socket, ".s.PGSQL."+port),
		filepath.Join(s.socket, ".s.PGSQL."+port+".lock"),
	} {
		if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("remove stale lock: %w", err)
		}
	}
	return nil
}
