package localpg

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	osuser "os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// account is the user that the server programs run as: ourselves, except for root.
type account struct {
	name     string
	uid, gid uint32
	foreign  bool // not ourselves: files must be given to it, programs started as it
}

// serverAccount prefers the user that the PostgreSQL package made: other services may run as nobody.
func serverAccount() (account, error) {
	if os.Geteuid() != 0 {
		return account{name: "this user", uid: uint32(os.Geteuid()), gid: uint32(os.Getegid())}, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		found, err := osuser.Lookup(name)
		if err != nil {
			continue
		}
		uid, err := strconv.ParseUint(found.Uid, 10, 32)
		if err != nil {
			continue
		}
		gid, err := strconv.ParseUint(found.Gid, 10, 32)
		if err != nil {
			continue
		}
		return account{name: name, uid: uint32(uid), gid: uint32(gid), foreign: true}, nil
	}
	return account{}, errors.New("PostgreSQL cannot run as root, and neither the user postgres nor nobody exists: " +
		"run as an ordinary user")
}

// apply makes cmd run as the account, in a directory that it can enter, without the caller's PG* variables.
func (a account) apply(cmd *exec.Cmd) {
	cmd.Dir = "/"
	for _, variable := range os.Environ() {
		if !strings.HasPrefix(variable, "PG") && !strings.HasPrefix(variable, "LC_") && !strings.HasPrefix(variable, "LANG") {
			cmd.Env = append(cmd.Env, variable)
		}
	}
	cmd.Env = append(cmd.Env, "LC_ALL=C") // a locale that is missing on this machine would stop the server
	if a.foreign {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: a.uid, Gid: a.gid}}
	}
}

// own gives a fresh directory to the account and closes it to everybody else.
func (a account) own(dir string) error {
	if a.foreign {
		if err := os.Chown(dir, int(a.uid), int(a.gid)); err != nil {
			return err
		}
	}
	return os.Chmod(dir, 0o700)
}

// owns tells whether dir is a directory of the account and nobody else can enter it. It does not follow links.
func (a account) owns(dir string) (bool, error) {
	info, err := os.Lstat(dir)
	if err != nil {
		return false, err
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && info.IsDir() && info.Mode().Perm() == 0o700 && stat.Uid == a.uid, nil
}

// reaches checks that the account can enter dir and everything above it: a home of root with mode 0700 would
// only show up as a puzzling "permission denied" of the server.
func (a account) reaches(dir string) error {
	for {
		info, err := os.Stat(dir)
		if err != nil {
			return err
		}
		stat, ok := info.Sys().(*syscall.Stat_t)
		if !ok {
			return nil
		}
		enter := os.FileMode(0o001)
		switch {
		case stat.Uid == a.uid:
			enter = 0o100
		case stat.Gid == a.gid:
			enter = 0o010
		}
		if a.foreign && info.Mode()&enter == 0 {
			return fmt.Errorf("the user %s, who runs PostgreSQL for root, cannot enter %s: choose a directory elsewhere, "+
				"for example below /var/cache", a.name, dir)
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return nil
		}
		dir = parent
	}
}
