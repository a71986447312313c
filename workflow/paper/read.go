package paper

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	_ "image/jpeg" // decoders of what is accepted
	_ "image/png"
)

// Bounds of what is read. An upload beyond them is refused, not tried.
const (
	maxBytes  = 20 << 20
	maxPages  = 30
	maxPixels = 40_000_000
)

// What is wrong with a file.
var (
	ErrUnsupported   = errors.New("neither PDF, JPEG nor PNG")
	ErrEncrypted     = errors.New("protected by a password")
	ErrDamaged       = errors.New("damaged or cut off")
	ErrTooManyPages  = errors.New("too many pages")
	ErrTooManyPixels = errors.New("too many pixels")
	ErrTooLarge      = errors.New("too large")
)

// Scan is what was found in a file.
type Scan struct {
	Type  string // "pdf", "jpeg" or "png"
	Pages []ScanPage
}

// ScanPage is one page. Marks is empty when no fingerprint could be read; the
// quality hints are for a person to look at.
type ScanPage struct {
	Number               int
	Marks                []Mark
	Width, Height        int // pixels looked at
	Dark, Blurred, Blank bool
}

// Reader reads fingerprints back from scans. It is safe for concurrent use.
type Reader struct {
	pdf *renderer
}

// NewReader returns a reader. The PDF engine starts with the first PDF; cacheDir
// keeps its compiled form, so that later starts are quick. It may be empty.
func NewReader(cacheDir string) *Reader { return &Reader{newRenderer(cacheDir)} }

// Close stops the PDF engine.
func (r *Reader) Close() error { return r.pdf.close() }

// Read finds out what the file is and reads the fingerprint of every page.
func (r *Reader) Read(ctx context.Context, data []byte) (Scan, error) {
	if len(data) > maxBytes {
		return Scan{}, ErrTooLarge
	}
	switch kind := sniff(data); kind {
	case "pdf":
		return r.readPDF(ctx, data)
	case "jpeg", "png":
		img, err := decode(data)
		if err != nil {
			return Scan{}, err
		}
		g := grey(img)
		page := readPage(1, g)
		if len(page.Marks) == 0 && !page.Blank {
			page.Marks = search(ctx, g)
		}
		return Scan{Type: kind, Pages: []ScanPage{page}}, ctx.Err()
	}
	return Scan{}, ErrUnsupported
}

// sniff tells the type by the first bytes; names and declared types do not count.
func sniff(data []byte) string {
	switch {
	case bytes.HasPrefix(data, []byte("%PDF-")):
		return "pdf"
	case bytes.HasPrefix(data, []byte("\xff\xd8\xff")):
		return "jpeg"
	case bytes.HasPrefix(data, []byte("\x89PNG\r\n\x1a\n")):
		return "png"
	}
	return ""
}

// decode looks at the size an image claims before spending memory on it.
func decode(data []byte) (image.Image, error) {
	cfg, _, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if cfg.Width <= 0 || cfg.Height <= 0 || cfg.Width > maxPixels/cfg.Height {
		return nil, ErrTooManyPixels
	}
	img, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return img, nil
}

// readPDF looks at every page coarsely, and again finely when nothing was read.
func (r *Reader) readPDF(ctx context.Context, data []byte) (Scan, error) {
	const coarse, fine = 150, 300
	s := Scan{Type: "pdf"}
	err := r.pdf.pages(ctx, data, func(n int, render func(dpi int) (*image.Gray, error)) error {
		img, err := render(coarse)
		if err != nil {
			return err
		}
		page := readPage(n, img)
		if len(page.Marks) == 0 && !page.Blank {
			if img, err = render(fine); err != nil {
				return err
			}
			page.Marks = search(ctx, img)
		}
		s.Pages = append(s.Pages, page)
		return nil
	})
	return s, err
}

func readPage(n int, g *image.Gray) ScanPage {
	p := ScanPage{Number: n, Width: g.Rect.Dx(), Height: g.Rect.Dy(), Marks: glance(g)}
	p.Dark, p.Blurred, p.Blank = quality(g)
	return p
}

// Render draws the pages of a PDF, for previews and tests.
func (r *Reader) Render(ctx context.Context, data []byte, dpi int) ([]image.Image, error) {
	var out []image.Image
	err := r.pdf.pages(ctx, data, func(_ int, render func(int) (*image.Gray, error)) error {
		img, err := render(dpi)
		out = append(out, img)
		return err
	})
	return out, err
}
