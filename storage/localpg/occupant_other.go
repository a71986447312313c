//go:build !linux

package localpg

// occupant cannot tell without /proc; PostgreSQL's own check of its lock file decides.
func occupant(string) (pid int, certain bool) { return 0, false }
