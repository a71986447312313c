package localpg

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// occupant finds a PostgreSQL process that works in dir; 0 means none. Server processes have their data directory
// as working directory, which tells them from a stranger with a reused ID, and it finds the ones that outlive a
// killed postmaster for a moment and must not meet a new one.
func occupant(dir string) (pid int, certain bool) {
	if _, err := os.Readlink("/proc/self/cwd"); err != nil {
		return 0, false // no /proc in this sandbox
	}
	target, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return 0, false
	}
	links, _ := filepath.Glob("/proc/[0-9]*/cwd") // the pattern is constant and valid
	for _, link := range links {
		// Unreadable means another user's or gone already: neither can have opened a 0700 directory of ours.
		if cwd, err := os.Readlink(link); err != nil || cwd != target {
			continue
		}
		process := filepath.Dir(link)
		if name, err := os.ReadFile(filepath.Join(process, "comm")); err != nil ||
			strings.TrimSpace(string(name)) != "postgres" {
			continue
		}
		pid, _ = strconv.Atoi(filepath.Base(process)) // the pattern allows digits only
		return pid, true
	}
	return 0, true
}
