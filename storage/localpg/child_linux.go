package localpg

import (
	"os/exec"
	"runtime"
	"syscall"
)

// childAttr has the kernel stop the server when this process dies, however it dies,
// and keeps a Ctrl-C of the terminal from reaching the server directly: the order
// of stopping is ours.
func childAttr() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGINT, Setpgid: true}
}

// startChild starts cmd and calls ended when it has exited. Pdeathsig follows the
// thread that started the child, so that thread is kept until then.
func startChild(cmd *exec.Cmd, ended func()) error {
	started := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			_ = cmd.Wait() // the state of a stopped server does not matter
			ended()
		}
	}()
	return <-started
}
