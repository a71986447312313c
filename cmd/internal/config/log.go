package config

import (
	"io"
	"log/slog"
	"strings"
)

// Logger returns a logger of the configured level; it writes JSON lines.
func (c Config) Logger(w io.Writer) *slog.Logger {
	level := c.level()
	if level == nil {
		level = slog.LevelInfo
	}
	return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level}))
}

// level returns nil for a word that is no level.
func (c Config) level() slog.Leveler {
	switch strings.ToLower(c.LogLevel) {
	case "debug":
		return slog.LevelDebug
	case "info":
		return slog.LevelInfo
	case "warn":
		return slog.LevelWarn
	case "error":
		return slog.LevelError
	}
	return nil
}
