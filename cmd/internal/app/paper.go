package app

import (
	"context"
	"time"

	"example.org/beian/bot/scan"
	"example.org/beian/cmd/internal/clamd"
	"example.org/beian/cmd/internal/config"
	"example.org/beian/storage/keyring"
	"example.org/beian/workflow/paper"
)

// papers joins printing, reading and judging behind the bot's one interface.
type papers struct {
	*paper.Printer
	*paper.Reader
	fonts *paper.Fonts
	ring  *keyring.Ring
}

func newPapers(cfg config.Config, ring *keyring.Ring) (*papers, error) {
	fonts, err := paper.LoadFonts(cfg.Fonts...)
	if err != nil {
		return nil, err
	}
	return &papers{paper.NewPrinter(fonts, ring.MAC), paper.NewReader(cfg.CacheDir), fonts, ring}, nil
}

// Copy implements bot.Papers.
func (p *papers) Copy(ctx context.Context, docs []paper.Shown, stamp string, at time.Time) ([]byte, error) {
	return p.Reader.Copy(ctx, p.fonts, docs, stamp, at)
}

// Judge implements bot.Papers.
func (p *papers) Judge(s paper.Scan, filing string, revision int, known paper.Known) paper.Verdict {
	return paper.Judge(p.ring.MAC, s, filing, revision, known)
}

// malware returns the scanner that is configured, nil when none is.
func malware(cfg config.Config) (scan.Malware, error) {
	if cfg.Clamd == "" {
		return nil, nil
	}
	return clamd.New(cfg.Clamd)
}
