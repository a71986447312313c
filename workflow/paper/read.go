package paper

import (
	"context"
	"image"
	_ "image/jpeg" // decoders of what is accepted
	_ "image/png"
	"slices"

	"golang.org/x/sync/semaphore"
)

// Scan is what was found in a file.
type Scan struct {
	Type  string // "pdf", "jpeg" or "png"
	Pages []ScanPage
}

// ScanPage is one page. Marks is empty when no fingerprint could be read.
type ScanPage struct {
	Number int
	Marks  []Mark
	Hints  []Hint
	// Drawn says that the page has text and lines only: it is no picture of a paper, so nobody
	// has signed or sealed it.
	Drawn bool
}

// Hint is something about the quality of a page for a person to look at; never a verdict.
type Hint string

// The hints.
const (
	HintBlank   Hint = "blank"
	HintDark    Hint = "dark"
	HintBlurred Hint = "blurred"
	HintCoarse  Hint = "coarse" // too few pixels
	HintCut     Hint = "cut"    // a part of the sheet is outside the picture
)

// Hints are all of them.
func Hints() []Hint { return []Hint{HintBlank, HintDark, HintBlurred, HintCoarse, HintCut} }

// Blank reports whether there is next to nothing on the page.
func (p ScanPage) Blank() bool { return slices.Contains(p.Hints, HintBlank) }

// Reader reads fingerprints back from scans. It is safe for concurrent use.
type Reader struct {
	pdf    *renderer
	memory *semaphore.Weighted // what all files being read may take together, in bytes
}

// NewReader returns a reader. The PDF engine starts with the first PDF; cacheDir
// keeps its compiled form, so that later starts are quick. It may be empty.
func NewReader(cacheDir string) *Reader {
	return &Reader{newRenderer(cacheDir, usualBudget()), semaphore.NewWeighted(mostMemory)}
}

// Close stops the PDF engine.
func (r *Reader) Close() error { return r.pdf.close() }

// Read finds out what the file is and reads the fingerprint of every page.
func (r *Reader) Read(ctx context.Context, data []byte, l Limits) (Scan, error) {
	l = l.usual()
	if len(data) > l.Bytes {
		return Scan{}, ErrTooLarge
	}
	kind := sniff(data)
	if kind == "" {
		return Scan{}, unsupported(data)
	}
	needs, err := memoryFor(kind, data, l.Pixels)
	if err != nil {
		return Scan{}, err
	}
	release, err := r.reserve(ctx, needs)
	if err != nil {
		return Scan{}, err
	}
	defer release()
	if kind == "pdf" {
		return r.readPDF(ctx, data, l)
	}
	img, err := r.decode(ctx, data)
	if err != nil {
		return Scan{}, err
	}
	g := grey(img)
	page := readPage(1, g)
	if !page.Blank() {
		page.take(g, codes(ctx, g))
	}
	return Scan{Type: kind, Pages: []ScanPage{page}}, ctx.Err()
}

// readPDF looks at every page coarsely, and again finely when nothing was read.
func (r *Reader) readPDF(ctx context.Context, data []byte, l Limits) (Scan, error) {
	const coarse, fine, patience = 150, 300, 3
	s := Scan{Type: "pdf"}
	inVain := 0 // pages that were searched for nothing: a document of many such pages has no codes
	err := r.pdf.pages(ctx, data, l, func(n int, draw drawer) error {
		img, err := draw.grey(coarse)
		if err != nil {
			return err
		}
		page := readPage(n, img)
		page.Drawn = draw.drawn
		if p, ok := glance(img); ok && !p.leavesRoom(img.Rect, 1) {
			page.take(img, []place{p})
		} else if !page.Blank() && inVain < patience {
			if img, err = draw.grey(fine); err != nil {
				return err
			}
			page.take(img, codes(ctx, img))
			if len(page.Marks) == 0 {
				inVain++
			}
		}
		s.Pages = append(s.Pages, page)
		return nil
	})
	return s, err
}

func readPage(n int, g *image.Gray) ScanPage {
	return ScanPage{Number: n, Hints: quality(g)}
}

// take notes the codes that were found, and what their places say about the sheet.
func (p *ScanPage) take(g *image.Gray, found []place) {
	for _, f := range found {
		p.Marks = append(p.Marks, f.mark)
		const legible = 110 // pixels an inch; faxes have 100
		if f.perInch() < legible {
			p.Hints = append(p.Hints, HintCoarse)
		}
		if f.cut(g.Rect) {
			p.Hints = append(p.Hints, HintCut)
		}
	}
}

// Render draws the pages of a PDF, for previews and tests.
func (r *Reader) Render(ctx context.Context, data []byte, dpi int) ([]image.Image, error) {
	var out []image.Image
	err := r.pdf.pages(ctx, data, Limits{}.usual(), func(_ int, page drawer) error {
		img, err := page.grey(dpi)
		if err == nil {
			out = append(out, img)
		}
		return err
	})
	return out, err
}
