package paper

import (
	"context"
	"errors"
	"fmt"
	"image"
	"image/draw"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/enums"
	pdfiumerrors "github.com/klippa-app/go-pdfium/errors"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
)

// renderer draws pages of PDFs with pdfium inside a WebAssembly sandbox that sees
// no files. Compiling it takes seconds, so it starts with the first PDF and the
// compiled code is kept on disk.
type renderer struct {
	cacheDir string

	mu     sync.Mutex
	pool   pdfium.Pool
	memory arena
}

const (
	maxInstances    = 2
	instanceTimeout = 20 * time.Second
	// documentTime is what one document may take, however large: a drawing can be made to
	// last for hours. Thirty scanned pages take half of it on a busy machine. It is less than
	// the job that takes files in may take.
	documentTime = 30 * time.Second
	// sandboxMemory is what the engine may use, in pages of 64 KiB: 192 MiB.
	sandboxMemory = 3072
)

func newRenderer(cacheDir string) *renderer { return &renderer{cacheDir: cacheDir} }

func (r *renderer) instance() (pdfium.Pdfium, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.pool == nil {
		// pdfium's module handles its own errors with WebAssembly exceptions
		cfg := wazero.NewRuntimeConfig().WithCoreFeatures(api.CoreFeaturesV2 | experimental.CoreFeaturesExceptionHandling).
			WithMemoryLimitPages(sandboxMemory).WithCloseOnContextDone(true)
		if r.cacheDir != "" {
			cache, err := wazero.NewCompilationCacheWithDir(r.cacheDir)
			if err != nil {
				return nil, fmt.Errorf("open cache of the pdf engine: %w", err)
			}
			cfg = cfg.WithCompilationCache(cache)
		}
		pool, err := webassembly.Init(webassembly.Config{
			Context: experimental.WithMemoryAllocator(context.Background(), experimental.MemoryAllocatorFunc(r.memory.reserve)),
			MinIdle: 0, MaxIdle: 1, MaxTotal: maxInstances, RuntimeConfig: cfg,
			FSConfig: wazero.NewFSConfig(), Stdout: io.Discard, Stderr: io.Discard, // nothing is mounted
		})
		if err != nil {
			return nil, fmt.Errorf("start pdf engine: %w", err)
		}
		r.pool = pool
	}
	i, err := r.pool.GetInstance(instanceTimeout)
	if err != nil {
		return nil, fmt.Errorf("wait for pdf engine: %w", err)
	}
	return i, nil
}

func (r *renderer) close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.pool == nil {
		return nil
	}
	err := r.pool.Close()
	r.pool = nil
	return err
}

// drawer draws one page.
type drawer struct {
	p      pdfium.Pdfium
	page   requests.Page
	pixels int
	drawn  bool // the page has text and lines only, no picture of a paper
}

// grey draws the page as codes are read from it.
func (d drawer) grey(dpi int) (g *image.Gray, err error) {
	err = drawPage(d, dpi, func(img image.Image) { g = grey(img) })
	return g, err
}

// colour draws the page as it is seen.
func (d drawer) colour(dpi int) (c *image.RGBA, err error) {
	err = drawPage(d, dpi, func(img image.Image) {
		c = image.NewRGBA(image.Rect(0, 0, img.Bounds().Dx(), img.Bounds().Dy()))
		draw.Draw(c, c.Rect, img, img.Bounds().Min, draw.Src)
	})
	return c, err
}

// pages calls fn for each page with what draws it.
func (r *renderer) pages(ctx context.Context, data []byte, l Limits, fn func(n int, page drawer) error) error {
	return r.document(ctx, data, func(p pdfium.Pdfium, doc references.FPDF_DOCUMENT, count int) error {
		if count > l.Pages {
			return ErrTooManyPages
		}
		if err := passive(p, doc); err != nil {
			return err
		}
		for i := range count {
			page := requests.Page{ByIndex: &requests.PageByIndex{Document: doc, Index: i}}
			drawn, err := pictures(p, page, l.Pixels)
			if err != nil {
				return err
			}
			if err := fn(i+1, drawer{p, page, l.Pixels, drawn}); err != nil {
				return err
			}
		}
		return nil
	})
}

// passive refuses documents that do something or carry other files: a scan does neither.
func passive(p pdfium.Pdfium, doc references.FPDF_DOCUMENT) error {
	js, err := p.FPDFDoc_GetJavaScriptActionCount(&requests.FPDFDoc_GetJavaScriptActionCount{Document: doc})
	if err == nil && js.JavaScriptActionCount > 0 {
		return ErrActive
	}
	files, err := p.FPDFDoc_GetAttachmentCount(&requests.FPDFDoc_GetAttachmentCount{Document: doc})
	if err == nil && files.AttachmentCount > 0 {
		return ErrActive
	}
	return nil
}

// pictures refuses pages with pictures that are far larger than any scanner makes. drawn says
// that there is nothing on the page but text and lines: it was never a paper.
func pictures(p pdfium.Pdfium, page requests.Page, pixels int) (drawn bool, err error) {
	n, err := p.FPDFPage_CountObjects(&requests.FPDFPage_CountObjects{Page: page})
	if err != nil {
		return false, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	notes, err := p.FPDFPage_GetAnnotCount(&requests.FPDFPage_GetAnnotCount{Page: page})
	drawn = n.Count > 0 && err == nil && notes.Count == 0
	const most, times = 2000, 3 // objects looked at; 1-bit scans at 1200 dpi have three times the pixels of a photo
	for i := range min(n.Count, most) {
		o, err := p.FPDFPage_GetObject(&requests.FPDFPage_GetObject{Page: page, Index: i})
		if err != nil {
			continue
		}
		kind, err := p.FPDFPageObj_GetType(&requests.FPDFPageObj_GetType{PageObject: o.PageObject})
		if err == nil && (kind.Type == enums.FPDF_PAGEOBJ_TEXT || kind.Type == enums.FPDF_PAGEOBJ_PATH) {
			continue
		}
		drawn = false
		size, err := p.FPDFImageObj_GetImagePixelSize(&requests.FPDFImageObj_GetImagePixelSize{ImageObject: o.PageObject})
		if err != nil {
			continue // no picture
		}
		if w, h := int(size.Width), int(size.Height); w > 0 && h > pixels*times/w {
			return false, ErrTooManyPixels
		}
	}
	return drawn, nil
}

// drawPage draws one page; a page larger than it should be is drawn coarser, never in
// more pixels than an image may have. The picture that take gets belongs to the sandbox and
// is gone afterwards.
func drawPage(d drawer, dpi int, take func(image.Image)) error {
	size, err := d.p.GetPageSize(&requests.GetPageSize{Page: d.page})
	if err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	const perInch = 72
	most := float64(min(d.pixels, 12_000_000)) // four bytes each in the sandbox, and again outside
	pixels := func() float64 { return size.Width / perInch * float64(dpi) * size.Height / perInch * float64(dpi) }
	for dpi > 20 && pixels() > most {
		dpi /= 2
	}
	if pixels() > most || size.Width < 1 || size.Height < 1 {
		return ErrTooManyPixels
	}
	out, err := d.p.RenderPageInDPI(&requests.RenderPageInDPI{Page: d.page, DPI: dpi})
	if err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	defer out.Cleanup()
	take(out.Result.RenderedImage)
	return nil
}

// document opens the PDF for the time of fn.
func (r *renderer) document(ctx context.Context, data []byte,
	fn func(p pdfium.Pdfium, doc references.FPDF_DOCUMENT, count int) error,
) error {
	return r.use(ctx, func(p pdfium.Pdfium) error { return opened(p, data, fn) })
}

// use lends an engine to fn. When ctx ends, or fn takes too long, the engine is stopped
// wherever it is.
func (r *renderer) use(ctx context.Context, fn func(p pdfium.Pdfium) error) error {
	p, err := r.instance()
	if err != nil {
		return err
	}
	r.memory.enter()
	defer r.memory.leave()
	ctx, cancel := context.WithTimeout(ctx, documentTime)
	defer cancel()
	killed := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		_ = p.Kill() // an engine that was stopped in the middle is thrown away; that it complains is no news
		close(killed)
	})
	err = fn(p)
	if stop() {
		return errors.Join(err, p.Close())
	}
	<-killed
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return ErrTooSlow
	}
	return ctx.Err()
}

func opened(p pdfium.Pdfium, data []byte, fn func(p pdfium.Pdfium, doc references.FPDF_DOCUMENT,
	count int) error,
) error {
	doc, err := p.OpenDocument(&requests.OpenDocument{File: &data})
	if err != nil {
		if errors.Is(err, pdfiumerrors.ErrPassword) {
			return ErrEncrypted
		}
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	n, err := p.FPDF_GetPageCount(&requests.FPDF_GetPageCount{Document: doc.Document})
	if err != nil || n.PageCount == 0 {
		return ErrDamaged
	}
	return fn(p, doc.Document, n.PageCount)
}

// Text returns the text of a PDF as a reader would select it.
func (r *Reader) Text(ctx context.Context, data []byte) (string, error) {
	var b strings.Builder
	err := r.pdf.document(ctx, data, func(p pdfium.Pdfium, doc references.FPDF_DOCUMENT, count int) error {
		for i := range count {
			t, err := p.GetPageText(&requests.GetPageText{Page: requests.Page{ByIndex: &requests.PageByIndex{
				Document: doc,
				Index:    i,
			}}})
			if err != nil {
				return fmt.Errorf("read text of page %d: %w", i+1, err)
			}
			b.WriteString(t.Text + "\n")
		}
		return nil
	})
	return b.String(), err
}
