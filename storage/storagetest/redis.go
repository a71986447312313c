package storagetest

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"example.org/beian/storage/localpg/child"
)

const (
	redisTick     = 5 * time.Millisecond
	redisTimeout  = 20 * time.Second
	redisPatience = 5 * time.Second
)

// Redis starts an empty redis-server for the test, stops it afterwards, and returns its URL for redis.ParseURL.
// It listens on a unix socket only and keeps nothing on disk.
func Redis(t testing.TB) string {
	t.Helper()
	program, err := exec.LookPath("redis-server")
	if err != nil {
		t.Fatal("storagetest: redis-server is not installed: on Debian and Ubuntu install the package redis-server, " +
			"on macOS: brew install redis")
	}
	// Not t.TempDir: with the name of a long test the socket's path would exceed what the system allows.
	dir, err := os.MkdirTemp("/tmp", "beian-redis-")
	if err != nil {
		t.Fatal("storagetest: ", err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error("storagetest: ", err)
		}
	})
	socket := filepath.Join(dir, "redis.sock")
	var output bytes.Buffer
	cmd := exec.Command(program, "--port", "0", "--unixsocket", socket, "--unixsocketperm", "700",
		"--dir", dir, "--save", "", "--appendonly", "no", "--daemonize", "no", "--logfile", "")
	cmd.Stdout, cmd.Stderr = &output, &output
	server, err := child.Start(cmd)
	if err != nil {
		t.Fatal("storagetest: ", err)
	}
	t.Cleanup(func() { server.Stop(redisPatience, syscall.SIGTERM) })
	if err := awaitRedis(t.Context(), server, socket); err != nil {
		server.Stop(redisPatience) // output is complete only when the process is gone
		t.Fatalf("storagetest: start redis-server: %v\n%s", err, output.String())
	}
	return "unix://" + socket
}

func awaitRedis(ctx context.Context, server *child.Process, socket string) error {
	ctx, cancel := context.WithTimeout(ctx, redisTimeout)
	defer cancel()
	ticker := time.NewTicker(redisTick)
	defer ticker.Stop()
	for {
		err := ping(ctx, socket)
		if err == nil {
			return nil
		}
		select {
		case <-server.Done():
			return fmt.Errorf("it ended at once: %w", server.Err())
		case <-ctx.Done():
			return fmt.Errorf("no answer: %w", err)
		case <-ticker.C:
		}
	}
}

func ping(ctx context.Context, socket string) error {
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, "unix", socket)
	if err != nil {
		return err
	}
	defer conn.Close()
	if deadline, ok := ctx.Deadline(); ok {
		if err := conn.SetDeadline(deadline); err != nil {
			return err
		}
	}
	if _, err := conn.Write([]byte("PING\r\n")); err != nil {
		return err
	}
	answer, err := bufio.NewReader(conn).ReadString('\n')
	if err != nil {
		return err
	}
	if answer != "+PONG\r\n" {
		return fmt.Errorf("redis-server answered %q", answer)
	}
	return nil
}
