// Package clamd asks a ClamAV daemon about files. It speaks the INSTREAM command of
// clamd's socket protocol: https://docs.clamav.net/manual/Usage/Scanning.html#clamd
package clamd

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"
	"time"
)

// Client scans over one connection per file. It is safe for concurrent use.
type Client struct{ network, address string }

// New returns a client for tcp://host:port or unix:///path/of/clamd.ctl.
func New(address string) (*Client, error) {
	u, err := url.Parse(address)
	switch {
	case err != nil:
		return nil, errors.New("not an address")
	case u.Scheme == "tcp" && u.Port() != "":
		return &Client{"tcp", u.Host}, nil
	case u.Scheme == "unix" && u.Path != "":
		return &Client{"unix", u.Path}, nil
	}
	return nil, errors.New("it must look like tcp://clamd:3310 or unix:///run/clamav/clamd.ctl")
}

// patience is how long one file may take.
const patience = 15 * time.Second

// Scan returns the name of what was found in the data, "" when nothing was. An error means
// that it is not known: the daemon could not be asked, or did not look.
func (c *Client) Scan(ctx context.Context, data []byte) (found string, err error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var d net.Dialer
	conn, err := d.DialContext(ctx, c.network, c.address)
	if err != nil {
		return "", fmt.Errorf("reach clamd: %w", err)
	}
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })() // ends what is waited for
	defer func() { _ = conn.Close() }()                         // everything has been read
	answer, err := exchange(conn, data)
	if err != nil {
		return "", fmt.Errorf("ask clamd: %w", errors.Join(err, ctx.Err()))
	}
	return verdict(answer)
}

// exchange sends the data in one chunk. A daemon that refuses it (it is larger than its
// StreamMaxLength) answers and hangs up while we are still writing, so the answer counts
// for more than an error of writing.
func exchange(conn io.ReadWriter, data []byte) (string, error) {
	var b bytes.Buffer
	b.WriteString("zINSTREAM\x00")
	if len(data) > 0 {
		b.Write(binary.BigEndian.AppendUint32(nil, uint32(len(data)))) //nolint:gosec // uploads are bounded
		b.Write(data)
	}
	b.Write([]byte{0, 0, 0, 0})
	_, werr := b.WriteTo(conn)
	const longest = 4096
	answer, rerr := io.ReadAll(io.LimitReader(conn, longest))
	if s := strings.TrimRight(string(answer), "\x00\n"); s != "" {
		return s, nil
	}
	return "", errors.Join(werr, rerr, io.ErrUnexpectedEOF)
}

// verdict reads "stream: OK", "stream: NAME FOUND" or an error.
func verdict(answer string) (string, error) {
	what := strings.TrimPrefix(answer, "stream: ")
	if what == "OK" {
		return "", nil
	}
	if name, ok := strings.CutSuffix(what, " FOUND"); ok {
		return name, nil
	}
	return "", fmt.Errorf("clamd did not scan: %q", answer)
}
