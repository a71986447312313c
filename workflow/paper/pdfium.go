package paper

import (
	"context"
	"errors"
	"fmt"
	"image"
	"image/draw"
	"io"
	"runtime"
	"strings"
	"sync"

	"github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/enums"
	pdfiumerrors "github.com/klippa-app/go-pdfium/errors"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
	"golang.org/x/sync/semaphore"
)

// renderer draws pages of PDFs with pdfium inside a WebAssembly sandbox that sees
// no files. Compiling it takes seconds, so it starts with the first PDF and the
// compiled code is kept on disk. It does one document at a time.
type renderer struct {
	cacheDir string
	budget   budget
	free     *semaphore.Weighted // of 1

	mu     sync.Mutex
	pool   pdfium.Pool
	memory arena
}

const (
	// maxInstances leaves room for an engine that was stopped and has not gone yet.
	maxInstances = 2
	// sandboxMemory is what the engine may use, in pages of 64 KiB: 192 MiB.
	sandboxMemory = 3072
)

func newRenderer(cacheDir string, b budget) *renderer {
	return &renderer{cacheDir: cacheDir, budget: b, free: semaphore.NewWeighted(1)}
}

// start returns a new instance of the engine.
func (r *renderer) start(ctx context.Context) (pdfium.Pdfium, error) {
	pool, err := r.compiled()
	if err != nil {
		return nil, err
	}
	p, err := pool.GetInstanceWithContext(ctx)
	if err != nil {
		return nil, fmt.Errorf("wait for pdf engine: %w", err)
	}
	return p, nil
}

func (r *renderer) compiled() (pdfium.Pool, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.pool != nil {
		return r.pool, nil
	}
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
	return pool, nil
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

// engine is lent to one caller, and stays on that caller's thread.
type engine struct {
	ctx  context.Context // ends when the engine is stopped
	pdf  pdfium.Pdfium
	done int // how far the caller is: what failed is tried again only when this has grown
	account
}

// step does one thing. When it costs too much the engine is stopped, wherever it is.
func (e *engine) step(do func(p pdfium.Pdfium) error) error {
	if err := context.Cause(e.ctx); err != nil {
		return err
	}
	e.begin()
	defer e.end()
	return do(e.pdf)
}

// use lends the engine to fn, alone; others wait as long as their contexts let them. When ctx ends
// the engine is stopped. When a step is too slow fn begins once more with a new engine, and may
// go on where it was.
func (r *renderer) use(ctx context.Context, fn func(*engine) error) error {
	if err := r.free.Acquire(ctx, 1); err != nil {
		return fmt.Errorf("wait for pdf engine: %w", err)
	}
	defer r.free.Release(1)
	e := &engine{account: account{budget: r.budget}}
	for tried := -1; ; {
		err := r.lend(ctx, e, fn)
		if !errors.Is(err, errSlowStep) || e.done == tried {
			return err
		}
		tried = e.done
	}
}

// lend starts an engine and lends it.
func (r *renderer) lend(ctx context.Context, e *engine, fn func(*engine) error) error {
	p, err := r.start(ctx)
	if err != nil {
		return err
	}
	r.memory.enter()
	defer r.memory.leave()
	runtime.LockOSThread() // its work is counted
	defer runtime.UnlockOSThread()
	ctx, cancel := context.WithCancelCause(ctx)
	var watched sync.WaitGroup
	defer watched.Wait()
	defer cancel(nil)
	e.ctx, e.pdf = ctx, p
	e.open()
	watched.Go(func() { e.watch(ctx, func() { cancel(errSlowStep) }) })
	killed := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		_ = p.Kill() // an engine that was stopped in the middle is thrown away; that it complains is no news
		close(killed)
	})
	err = fn(e)
	if stop() {
		err = errors.Join(err, p.Close())
	} else {
		<-killed
	}
	if cause := context.Cause(ctx); cause != nil { // whatever fn has made of it
		return fmt.Errorf("pdf engine stopped: %w", cause)
	}
	return err
}

// drawer draws one page.
type drawer struct {
	e      *engine
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

// pages calls fn for each page with what draws it. fn is called again for a page on which
// drawing failed.
func (r *renderer) pages(ctx context.Context, data []byte, l Limits, fn func(n int, page drawer) error) error {
	done := 0
	return r.use(ctx, func(e *engine) error {
		e.done = done
		doc, count, err := e.document(data)
		if err != nil {
			return err
		}
		if count > l.Pages {
			return ErrTooManyPages
		}
		if err := e.step(func(p pdfium.Pdfium) error { return passive(p, doc) }); err != nil {
			return err
		}
		for ; done < count; done++ {
			e.done = done
			page := drawer{e: e, page: pageOf(doc, done), pixels: l.Pixels}
			err := e.step(func(p pdfium.Pdfium) (err error) {
				page.drawn, err = pictures(p, page.page, l.Pixels)
				return err
			})
			if err != nil {
				return err
			}
			if err := fn(done+1, page); err != nil {
				return err
			}
			if !e.affords(count) {
				return ErrTooSlow
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
	return d.e.step(func(p pdfium.Pdfium) error {
		size, err := p.GetPageSize(&requests.GetPageSize{Page: d.page})
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
		out, err := p.RenderPageInDPI(&requests.RenderPageInDPI{Page: d.page, DPI: dpi})
		if err != nil {
			return fmt.Errorf("%w: %w", ErrDamaged, err)
		}
		defer out.Cleanup()
		take(out.Result.RenderedImage)
		return nil
	})
}

// document opens a PDF until the engine is given back.
func (e *engine) document(data []byte) (doc references.FPDF_DOCUMENT, count int, err error) {
	err = e.step(func(p pdfium.Pdfium) error {
		opened, err := p.OpenDocument(&requests.OpenDocument{File: &data})
		if err != nil {
			if errors.Is(err, pdfiumerrors.ErrPassword) {
				return ErrEncrypted
			}
			return fmt.Errorf("%w: %w", ErrDamaged, err)
		}
		n, err := p.FPDF_GetPageCount(&requests.FPDF_GetPageCount{Document: opened.Document})
		if err != nil || n.PageCount == 0 {
			return ErrDamaged
		}
		doc, count = opened.Document, n.PageCount
		return nil
	})
	return doc, count, err
}

// pageOf names a page, counted from 0.
func pageOf(doc references.FPDF_DOCUMENT, i int) requests.Page {
	return requests.Page{ByIndex: &requests.PageByIndex{Document: doc, Index: i}}
}

// Text returns the text of a PDF as a reader would select it.
func (r *Reader) Text(ctx context.Context, data []byte) (string, error) {
	var b strings.Builder
	err := r.pdf.use(ctx, func(e *engine) error {
		b.Reset()
		doc, count, err := e.document(data)
		if err != nil {
			return err
		}
		for i := range count {
			err := e.step(func(p pdfium.Pdfium) error {
				t, err := p.GetPageText(&requests.GetPageText{Page: pageOf(doc, i)})
				if err != nil {
					return fmt.Errorf("read text of page %d: %w", i+1, err)
				}
				b.WriteString(t.Text + "\n")
				return nil
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	return b.String(), err
}
