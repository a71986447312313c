package localpg

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

const (
	versionFile = "PG_VERSION"
	pidFile     = "postmaster.pid"
	rootDir     = "/var/cache/beian"
	socketRoot  = "/tmp" // not os.TempDir: a socket's path must stay under 100 characters
)

// DefaultDir makes and returns the directory below which the demo keeps its data: beian in the cache directory
// of the user, or /var/cache/beian for root, which the server's user can pass through but not list. Put the data
// directory of the server into it under a name of its own.
func DefaultDir() (string, error) {
	dir, mode := rootDir, os.FileMode(0o711)
	if os.Geteuid() != 0 {
		cache, err := os.UserCacheDir()
		if err != nil {
			return "", fmt.Errorf("find a place for the demo's data: %w", err)
		}
		dir, mode = filepath.Join(cache, "beian"), 0o700
	}
	if err := os.MkdirAll(dir, mode); err != nil {
		return "", fmt.Errorf("make a place for the demo's data: %w", err)
	}
	if err := os.Chmod(dir, mode); err != nil { // the umask may have taken bits away
		return "", fmt.Errorf("make a place for the demo's data: %w", err)
	}
	return dir, nil
}

// prepareDir makes sure that s.dir holds a cluster of the installed version.
func (s *Server) prepareDir(ctx context.Context) error {
	if s.temporary {
		dir, err := s.temporaryDir()
		if err != nil {
			return err
		}
		s.dir = dir
	}
	dir, err := filepath.Abs(s.dir)
	if err != nil {
		return fmt.Errorf("locate %s: %w", s.dir, err)
	}
	s.dir = dir
	version, err := os.ReadFile(filepath.Join(dir, versionFile))
	if errors.Is(err, os.ErrNotExist) {
		return s.initialise(ctx)
	}
	if err != nil {
		return fmt.Errorf("read the version of %s: %w", dir, err)
	}
	return s.checkVersion(string(version))
}

// temporaryDir prefers the system's own choice unless the server's user cannot get there.
func (s *Server) temporaryDir() (string, error) {
	parent := os.TempDir()
	if s.account.reaches(parent) != nil {
		parent = socketRoot
	}
	dir, err := os.MkdirTemp(parent, "beian-data-")
	if err != nil {
		return "", fmt.Errorf("make a data directory: %w", err)
	}
	return dir, nil
}

func (s *Server) checkVersion(found string) error {
	installed, err := installedMajor(s.bin)
	if err != nil {
		return err
	}
	if major(found) != installed {
		return fmt.Errorf("the data in %s was made by PostgreSQL %d, but %d is installed: "+
			"run make demo-reset to start afresh, or install PostgreSQL %d",
			s.dir, major(found), installed, major(found))
	}
	return s.account.reaches(filepath.Dir(s.dir))
}

// initialise makes the cluster beside its place and moves it there when it is complete: initdb writes its
// version file first, so an interrupted one in place would pass for a whole cluster.
func (s *Server) initialise(ctx context.Context) error {
	parent := filepath.Dir(s.dir)
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return fmt.Errorf("make %s: %w", parent, err)
	}
	if err := s.account.reaches(parent); err != nil {
		return err
	}
	fresh := s.dir + ".init"
	if err := os.RemoveAll(fresh); err != nil {
		return fmt.Errorf("remove an unfinished %s: %w", fresh, err)
	}
	if err := os.Mkdir(fresh, 0o700); err != nil {
		return fmt.Errorf("make a data directory: %w", err)
	}
	if err := s.initdb(ctx, fresh); err != nil {
		return errors.Join(err, os.RemoveAll(fresh))
	}
	// Remove takes an empty directory only, so nothing of anybody is lost here.
	if err := os.Remove(s.dir); err != nil && !errors.Is(err, os.ErrNotExist) {
		return errors.Join(fmt.Errorf("%s is neither empty nor a PostgreSQL data directory: %w", s.dir, err),
			os.RemoveAll(fresh))
	}
	if err := os.Rename(fresh, s.dir); err != nil {
		return fmt.Errorf("put the data directory in place: %w", err)
	}
	return nil
}

func (s *Server) initdb(ctx context.Context, dir string) error {
	if err := s.account.own(dir); err != nil {
		return fmt.Errorf("give %s to the server's user: %w", dir, err)
	}
	locale := "C.UTF-8"
	if runtime.GOOS != "linux" {
		locale = "C" // macOS has no C.UTF-8; only the order of characters differs
	}
	cmd := exec.CommandContext(ctx, filepath.Join(s.bin, "initdb"), "--pgdata="+dir, "--no-sync",
		"--username="+superuser, "--auth=trust", "--encoding=UTF8", "--locale="+locale)
	s.account.apply(cmd)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, strings.TrimSpace(string(out)))
	}
	return nil
}

// prepareSocket makes the directory of the socket. Its name follows from the data directory, so that a killed
// server leaves one behind at most, which the next one takes over. Since the name can be guessed, a directory
// that somebody else made is refused.
func (s *Server) prepareSocket() error {
	hash := sha256.Sum256(fmt.Appendf(nil, "%d %s", s.account.uid, s.dir))
	dir := filepath.Join(socketRoot, fmt.Sprintf("beian-pg-%x", hash[:6]))
	err := os.Mkdir(dir, 0o700)
	switch {
	case err == nil:
		err = s.account.own(dir)
	case errors.Is(err, os.ErrExist):
		var mine bool
		if mine, err = s.account.owns(dir); err == nil && !mine {
			return fmt.Errorf("%s exists but is not a private directory of the server's user: remove it", dir)
		}
	}
	if err != nil {
		return fmt.Errorf("make the socket directory: %w", err)
	}
	s.socket = dir
	return nil
}
