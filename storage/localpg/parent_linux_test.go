package localpg

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

const helperDir = "BEIAN_TEST_LOCALPG_DIR"

// TestMain turns this binary into the doomed parent of TestParentKilled when it is asked to.
func TestMain(m *testing.M) {
	if dir, ok := os.LookupEnv(helperDir); ok {
		runDoomedParent(dir)
		return
	}
	m.Run()
}

func runDoomedParent(dir string) {
	s, err := Start(context.Background(), Config{Dir: dir, Fast: true})
	if err != nil {
		os.Stdout.WriteString("error: " + err.Error() + "\n")
		return
	}
	os.Stdout.WriteString(strconv.Itoa(s.process.Pid()) + "\n")
	select {} // until killed
}

// TestParentKilled runs on Linux only: elsewhere nothing ties the server to its parent.
func TestParentKilled(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(reachableDir(t), "pg")
	parent := exec.Command(os.Args[0])
	parent.Env = append(os.Environ(), helperDir+"="+dir)
	out, err := parent.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	line := make([]byte, 200)
	n, err := out.Read(line)
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(line[:n])))
	if err != nil {
		t.Fatalf("the parent said %q", line[:n])
	}
	if err := parent.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = parent.Wait() // "signal: killed" is what we want

	awaitGone(t, pid, dir)
	start(t, Config{Dir: dir, Fast: true})
}

// awaitGone waits until nothing of the server is left. Where /proc is missing only the first process is seen.
func awaitGone(t *testing.T, pid int, dir string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	ticker := time.NewTicker(10 * time.Millisecond)
	defer ticker.Stop()
	for {
		if other, _ := occupant(dir); other == 0 && !running(pid) {
			return
		}
		select {
		case <-ctx.Done():
			t.Fatalf("process %d outlived its parent", pid)
		case <-ticker.C:
		}
	}
}

// running takes a zombie for gone: an orphan stays one where the init process does not collect it.
func running(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return false
	}
	stat, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
	return err != nil || !strings.Contains(string(stat), ") Z ")
}
