package clamd_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.org/beian/cmd/internal/clamd"
	"example.org/beian/cmd/internal/clamd/clamdtest"
	"example.org/beian/workflow/paper/papertest"
)

// realDaemon starts ClamAV's own daemon with a database that holds one signature, the one
// of the EICAR file.
func realDaemon(t *testing.T, program string) string {
	t.Helper()
	dir := t.TempDir()
	signature := fmt.Sprintf("Eicar-Test-Signature:0:*:%s\n", hex.EncodeToString([]byte(papertest.EICAR)))
	socket := filepath.Join(dir, "clamd.ctl")
	conf := fmt.Sprintf("LocalSocket %s\nDatabaseDirectory %s\nForeground yes\nStreamMaxLength 25M\nPidFile "+
		"%s\nTemporaryDirectory %s\n",
		socket, dir, filepath.Join(dir, "pid"), dir)
	for name, text := range map[string]string{"eicar.ndb": signature, "clamd.conf": conf} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	ctx, stop := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, program, //nolint:gosec // the program that was found
		"--config-file", filepath.Join(dir, "clamd.conf"))
	var log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		stop()
		_ = cmd.Wait()
		if t.Failed() {
			t.Log(log.String())
		}
	})
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(2 * time.Minute)
	for {
		select {
		case <-deadline:
			t.Fatal("clamd did not start: " + log.String())
		case <-tick.C:
		}
		if _, err := os.Stat(socket); err == nil {
			return "unix://" + socket
		}
	}
}

// TestScan asks a daemon that speaks the protocol, and ClamAV's own where it is installed.
func TestScan(t *testing.T) {
	daemons := map[string]string{"protocol": clamdtest.Daemon(t)}
	program, err := exec.LookPath("clamd")
	if err != nil {
		program = "/usr/sbin/clamd"
	}
	if _, err := os.Stat(program); err == nil {
		daemons["clamav"] = realDaemon(t, program)
	} else {
		t.Log("clamd is not installed (package clamav-daemon): only the protocol is tested")
	}
	for name, address := range daemons {
		t.Run(name, func(t *testing.T) {
			c, err := clamd.New(address)
			if err != nil {
				t.Fatal(err)
			}
			for what, data := range map[string][]byte{
				"text": []byte("a letter"), "empty": nil,
				"pdf": []byte("%PDF-1.4\n%%EOF"),
			} {
				if found, err := c.Scan(t.Context(), data); err != nil || found != "" {
					t.Errorf("%s: %q, %v", what, found, err)
				}
			}
			found, err := c.Scan(t.Context(), []byte(papertest.EICAR))
			if err != nil || !strings.Contains(found, "Eicar") {
				t.Errorf("the EICAR file: %q, %v", found, err)
			}
			found, err = c.Scan(t.Context(), make([]byte, 26<<20))
			if err == nil || found != "" || !strings.Contains(err.Error(), "did not scan") {
				t.Errorf("a file that the daemon refuses must not count as clean: %q, %v", found, err)
			}
			done, cancel := context.WithCancel(t.Context())
			cancel()
			if _, err := c.Scan(done, []byte("x")); err == nil {
				t.Error("a cancelled scan gave an answer")
			}
		})
	}
}

// TestUnreachable: no answer is an error, not a clean file.
func TestUnreachable(t *testing.T) {
	c, err := clamd.New("unix://" + filepath.Join(t.TempDir(), "none"))
	if err != nil {
		t.Fatal(err)
	}
	if found, err := c.Scan(t.Context(), []byte("x")); err == nil {
		t.Errorf("%q without a daemon", found)
	}
	for _, address := range []string{"", "clamav:3310", "tcp://clamav", "http://clamav:3310", "unix://"} {
		if _, err := clamd.New(address); err == nil {
			t.Errorf("%q was accepted", address)
		}
	}
}
