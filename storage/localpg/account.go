package localpg

import (
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"syscall"
)

// account is who the server runs as. PostgreSQL refuses to run as root, so root
// lends it another account; everybody else runs it as themselves.
type account struct {
	uid, gid int
	lent     bool
}

func serverAccount() (*account, error) {
	if os.Getuid() != 0 {
		return &account{}, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, uerr := strconv.Atoi(u.Uid)
		gid, gerr := strconv.Atoi(u.Gid)
		if uerr == nil && gerr == nil {
			return &account{uid: uid, gid: gid, lent: true}, nil
		}
	}
	return nil, fmt.Errorf("no account to run PostgreSQL as: neither postgres nor nobody exists")
}

// own gives a directory to the account.
func (a *account) own(dir string) error {
	if !a.lent {
		return nil
	}
	if err := os.Chown(dir, a.uid, a.gid); err != nil {
		return fmt.Errorf("give %s to the server account: %w", dir, err)
	}
	return nil
}

func (a *account) apply(cmd *exec.Cmd) {
	cmd.SysProcAttr = childAttr()
	if a.lent {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(a.uid), Gid: uint32(a.gid)} //nolint:gosec // uids fit
	}
}
