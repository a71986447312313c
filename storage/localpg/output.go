package localpg

import (
	"bytes"
	"log/slog"
	"strings"
	"sync"
)

const tailLines = 12

// output passes the server's lines to the log and keeps the last ones for an error message.
type output struct {
	logger *slog.Logger

	mu      sync.Mutex
	partial []byte
	last    []string
}

// Write takes whatever part of a line the server has written.
func (o *output) Write(data []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.partial = append(o.partial, data...)
	for {
		line, rest, found := bytes.Cut(o.partial, []byte("\n"))
		if !found {
			return len(data), nil
		}
		o.add(string(line))
		o.partial = rest
	}
}

func (o *output) add(line string) {
	o.logger.Debug("postgresql", "line", line)
	o.last = append(o.last, line)
	if len(o.last) > tailLines {
		o.last = o.last[1:]
	}
}

func (o *output) reset() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.partial, o.last = nil, nil
}

// tail is the end of what the server said, on lines of its own.
func (o *output) tail() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.last) == 0 {
		return ""
	}
	return "\n" + strings.Join(o.last, "\n")
}
