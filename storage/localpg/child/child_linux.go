package child

import "syscall"

// dieWithParent interrupts the program when the parent dies. PostgreSQL and Redis both take SIGINT as "shut
// down now, in order".
func dieWithParent(attr *syscall.SysProcAttr) { attr.Pdeathsig = syscall.SIGINT }
