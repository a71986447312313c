// Package localpg is a private PostgreSQL server run from the installed binaries, for the demo and the tests.
//
// The server listens on a unix socket only, in a directory that nobody else can enter, so it needs no password
// and no free port, and any number of them run side by side. It is a child of this process and ends with it.
// PostgreSQL refuses to run as root; for root every server program runs as the user postgres, or nobody.
package localpg
