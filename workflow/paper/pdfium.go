package paper

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/klippa-app/go-pdfium"
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

	mu   sync.Mutex
	pool pdfium.Pool
}

const (
	maxInstances    = 2
	instanceTimeout = 20 * time.Second
)

func newRenderer(cacheDir string) *renderer { return &renderer{cacheDir: cacheDir} }

func (r *renderer) instance() (pdfium.Pdfium, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.pool == nil {
		// pdfium's module handles its own errors with WebAssembly exceptions
		cfg := wazero.NewRuntimeConfig().WithCoreFeatures(api.CoreFeaturesV2 | experimental.CoreFeaturesExceptionHandling)
		if r.cacheDir != "" {
			cache, err := wazero.NewCompilationCacheWithDir(r.cacheDir)
			if err != nil {
				return nil, fmt.Errorf("open cache of the pdf engine: %w", err)
			}
			cfg = cfg.WithCompilationCache(cache)
		}
		pool, err := webassembly.Init(webassembly.Config{
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

// pages calls fn for each page with a way to draw it.
func (r *renderer) pages(ctx context.Context, data []byte, fn func(n int, render func(dpi int) (*image.Gray, error)) error) error {
	return r.document(data, func(p pdfium.Pdfium, doc references.FPDF_DOCUMENT, count int) error {
		for i := range count {
			if err := ctx.Err(); err != nil {
				return err
			}
			page := requests.Page{ByIndex: &requests.PageByIndex{Document: doc, Index: i}}
			if err := fn(i+1, func(dpi int) (*image.Gray, error) { return drawPage(p, page, dpi) }); err != nil {
				return err
			}
		}
		return nil
	})
}

// drawPage draws one page; a page larger than it should be is drawn coarser, never in
// more pixels than an image may have.
func drawPage(p pdfium.Pdfium, page requests.Page, dpi int) (*image.Gray, error) {
	size, err := p.GetPageSize(&requests.GetPageSize{Page: page})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	const perInch = 72
	for dpi > 20 && size.Width/perInch*float64(dpi)*size.Height/perInch*float64(dpi) > maxPixels {
		dpi /= 2
	}
	if size.Width/perInch*float64(dpi)*size.Height/perInch*float64(dpi) > maxPixels {
		return nil, ErrTooManyPixels
	}
	out, err := p.RenderPageInDPI(&requests.RenderPageInDPI{Page: page, DPI: dpi, ImageFormat: requests.RenderImageFormatGrayscale})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	defer out.Cleanup()
	g := grey(out.Result.RenderedImage)
	g.Pix = bytes.Clone(g.Pix) // the original's memory belongs to the sandbox
	return g, nil
}

// document opens the PDF for the time of fn.
func (r *renderer) document(data []byte, fn func(p pdfium.Pdfium, doc references.FPDF_DOCUMENT, count int) error) (err error) {
	p, err := r.instance()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	doc, err := p.OpenDocument(&requests.OpenDocument{File: &data})
	if err != nil {
		if errors.Is(err, pdfiumerrors.ErrPassword) {
			return ErrEncrypted
		}
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	n, err := p.FPDF_GetPageCount(&requests.FPDF_GetPageCount{Document: doc.Document})
	switch {
	case err != nil || n.PageCount == 0:
		return ErrDamaged
	case n.PageCount > maxPages:
		return ErrTooManyPages
	}
	return fn(p, doc.Document, n.PageCount)
}

// Text returns the text of a PDF as a reader would select it.
func (r *Reader) Text(_ context.Context, data []byte) (string, error) {
	var b strings.Builder
	err := r.pdf.document(data, func(p pdfium.Pdfium, doc references.FPDF_DOCUMENT, count int) error {
		for i := range count {
			t, err := p.GetPageText(&requests.GetPageText{Page: requests.Page{ByIndex: &requests.PageByIndex{Document: doc, Index: i}}})
			if err != nil {
				return fmt.Errorf("read text of page %d: %w", i+1, err)
			}
			b.WriteString(t.Text + "\n")
		}
		return nil
	})
	return b.String(), err
}
