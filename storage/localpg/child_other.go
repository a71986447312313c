//go:build !linux

package localpg

import (
	"os/exec"
	"syscall"
)

func childAttr() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

// startChild starts cmd and calls ended when it has exited.
func startChild(cmd *exec.Cmd, ended func()) error {
	if err := cmd.Start(); err != nil {
		return err
	}
	go func() {
		_ = cmd.Wait() // the state of a stopped server does not matter
		ended()
	}()
	return nil
}
