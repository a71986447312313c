// Package clamdtest is a stand-in for ClamAV's daemon: it speaks the INSTREAM command,
// takes streams of up to 25 MB and knows one virus, the EICAR file.
package clamdtest

import (
	"bytes"
	"encoding/binary"
	"io"
	"net"
	"path/filepath"
	"testing"

	"example.org/beian/workflow/paper/papertest"
)

// Daemon serves until the test ends and returns its address.
func Daemon(t testing.TB) string {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "unix", filepath.Join(t.TempDir(), "clamd.ctl"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go serve(conn)
		}
	}()
	return "unix://" + l.Addr().String()
}

func serve(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	const most = 25 << 20
	head := make([]byte, len("zINSTREAM\x00"))
	if _, err := io.ReadFull(conn, head); err != nil || string(head) != "zINSTREAM\x00" {
		_, _ = conn.Write([]byte("UNKNOWN COMMAND\x00"))
		return
	}
	var data []byte
	for {
		var size uint32
		if err := binary.Read(conn, binary.BigEndian, &size); err != nil {
			return
		}
		if size == 0 {
			break
		}
		if len(data)+int(size) > most {
			_, _ = conn.Write([]byte("INSTREAM size limit exceeded. ERROR\x00"))
			return
		}
		chunk := make([]byte, size)
		if _, err := io.ReadFull(conn, chunk); err != nil {
			return
		}
		data = append(data, chunk...)
	}
	if bytes.Contains(data, []byte(papertest.EICAR)) {
		_, _ = conn.Write([]byte("stream: Eicar-Test-Signature FOUND\x00"))
		return
	}
	_, _ = conn.Write([]byte("stream: OK\x00"))
}
