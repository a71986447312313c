package app

import (
	"context"

	"example.org/beian/cmd/internal/config"
	"example.org/beian/storage/keyring"
	"example.org/beian/workflow"
	"example.org/beian/workflow/paper"
)

func newPapers(cfg config.Config, ring *keyring.Ring) (*papers, error) {
	fonts, err := paper.LoadFonts(cfg.Fonts...)
	if err != nil {
		return nil, err
	}
	return &papers{paper.NewPrinter(fonts, ring.MAC), paper.NewReader(cfg.CacheDir), ring}, nil
}

// Read implements bot.Papers.
func (p *papers) Read(ctx context.Context, data []byte) (paper.Scan, error) {
	return p.reader.Read(ctx, data)
}

// Verify implements bot.Papers.
func (p *papers) Verify(m paper.Mark, s workflow.Sheet) error {
	return paper.Verify(p.ring.MAC, m, s)
}
