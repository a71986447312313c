// Package child runs a server program that must not outlive this process.
//
// The program gets its own process group, so that Ctrl-C in a terminal reaches only the parent, which then
// stops its servers in the right order. On Linux the kernel also interrupts the program when the parent is
// killed and cannot clean up any more.
package child

import (
	"fmt"
	"os/exec"
	"runtime"
	"sync/atomic"
	"syscall"
	"time"
)

// Process is a running program. It is safe for several goroutines.
type Process struct {
	pid     int
	stopped atomic.Bool
	done    chan struct{}
	err     error // what Wait said; read it only after done is closed
}

// Start runs cmd and watches it until it ends.
func Start(cmd *exec.Cmd) (*Process, error) {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Setpgid = true
	dieWithParent(cmd.SysProcAttr)
	// A grandchild may hold the output open after the program is gone; do not wait for it without end.
	cmd.WaitDelay = 5 * time.Second

	p := &Process{done: make(chan struct{})}
	started := make(chan error, 1)
	go func() {
		// "Parent" means the thread that forked, not the process (prctl(2), PR_SET_PDEATHSIG): if Go retired
		// that thread, the server would be stopped for no reason. The lock keeps it for as long as we wait.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		if err := cmd.Start(); err != nil {
			started <- err
			return
		}
		p.pid = cmd.Process.Pid
		started <- nil
		p.err = cmd.Wait()
		close(p.done)
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("start %s: %w", cmd.Path, err)
	}
	return p, nil
}

// Pid is the process ID; it stays the same after the end.
func (p *Process) Pid() int { return p.pid }

// Done is closed when the program has ended.
func (p *Process) Done() <-chan struct{} { return p.done }

// Err tells how the program ended; nil while it runs and after a clean exit.
func (p *Process) Err() error {
	select {
	case <-p.done:
		return p.err
	default:
		return nil
	}
}

// Stopped tells whether the end was asked for with Stop.
func (p *Process) Stopped() bool { return p.stopped.Load() }

// Stop asks the program to end with the first signal, moves on to the next one whenever patience runs out,
// and kills it at last. It returns when the program is gone, and at once when it is gone already.
func (p *Process) Stop(patience time.Duration, signals ...syscall.Signal) {
	p.stopped.Store(true)
	for _, signal := range append(signals, syscall.SIGKILL) {
		select {
		case <-p.done:
			return
		default:
		}
		// An error means that it ended meanwhile; the wait below sees that.
		_ = syscall.Kill(p.pid, signal)
		timer := time.NewTimer(patience)
		select {
		case <-p.done:
			timer.Stop()
			return
		case <-timer.C:
		}
	}
	<-p.done
}
