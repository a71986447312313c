package paper

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/draw"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-pdf/fpdf"
	"github.com/klippa-app/go-pdfium"
	"github.com/makiuchi-d/gozxing"

	"example.org/beian/workflow/paper/papertest"
)

// work is a meter that a test moves. While it is stuck it says more whenever it is looked at, as
// it does of a thread that works and gets nowhere.
type work struct {
	done    atomic.Int64
	stuck   atomic.Bool
	engines atomic.Int64 // how many were lent
}

func (w *work) meter() func() time.Duration {
	w.engines.Add(1)
	return func() time.Duration {
		if w.stuck.Load() {
			w.done.Add(int64(time.Hour))
		}
		return time.Duration(w.done.Load())
	}
}

// hang works without end, until the engine is stopped.
func (w *work) hang(e *engine) error {
	return e.step(func(pdfium.Pdfium) error {
		w.stuck.Store(true)
		defer w.stuck.Store(false)
		<-e.ctx.Done()
		return errors.New("the engine is gone")
	})
}

// costs is a step that takes so much.
func (w *work) costs(e *engine, d time.Duration) error {
	return e.step(func(pdfium.Pdfium) error { w.done.Add(int64(d)); return nil })
}

func measured(t *testing.T, b budget) (*renderer, *work) {
	t.Helper()
	w := &work{}
	b.meter = w.meter
	r := newRenderer(filepath.Join(os.TempDir(), "beian-test-cache"), b)
	t.Cleanup(func() {
		if err := r.close(); err != nil {
			t.Error(err)
		}
	})
	return r, w
}

func blank(t *testing.T, pages int) []byte {
	t.Helper()
	pdf := fpdf.New("P", "mm", "A4", "")
	for range pages {
		pdf.AddPage()
	}
	var b bytes.Buffer
	if err := pdf.Output(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestSlowPagesAreTriedTwice: a page that is too slow is tried once more with a new engine, and
// what is before it is not read again. Only then the file is refused.
func TestSlowPagesAreTriedTwice(t *testing.T) {
	data := blank(t, 4)
	for name, c := range map[string]struct {
		hangs   []int // the pages that hang, in this order
		seen    []int
		engines int64
		err     error
	}{
		"none":       {nil, []int{1, 2, 3, 4}, 1, nil},
		"one, once":  {[]int{2}, []int{1, 2, 2, 3, 4}, 2, nil},
		"each, once": {[]int{1, 2, 3, 4}, []int{1, 1, 2, 2, 3, 3, 4, 4}, 5, nil},
		"one, twice": {[]int{3, 3}, []int{1, 2, 3, 3}, 2, ErrTooSlow},
	} {
		r, w := measured(t, budget{step: time.Minute})
		var seen []int
		err := r.pages(t.Context(), data, Limits{}.usual(), func(n int, page drawer) error {
			seen = append(seen, n)
			if len(c.hangs) > 0 && c.hangs[0] == n {
				c.hangs = c.hangs[1:]
				return w.hang(page.e)
			}
			_, err := page.grey(30)
			return err
		})
		if !errors.Is(err, c.err) || !slices.Equal(seen, c.seen) || w.engines.Load() != c.engines {
			t.Errorf("%s: pages %v with %d engines, %v", name, seen, w.engines.Load(), err)
		}
	}
}

// TestSlowStepsElsewhere: what is no page is tried twice as well, and then refused.
func TestSlowStepsElsewhere(t *testing.T) {
	r, w := measured(t, budget{step: time.Minute})
	if err := r.use(t.Context(), w.hang); !errors.Is(err, ErrTooSlow) || w.engines.Load() != 2 {
		t.Errorf("%d engines, %v", w.engines.Load(), err)
	}
}

// TestBudgetOfADocument: thirty pages that take long, but none too long, are read where only
// progress counts. Where CPU counts, all of them together must be worth it.
func TestBudgetOfADocument(t *testing.T) {
	data := blank(t, 30)
	for name, c := range map[string]struct {
		budget budget
		pages  int
		err    error
	}{
		"progress":      {budget{step: 3 * time.Minute}, 30, nil},
		"cpu, enough":   {budget{step: 3 * time.Minute, page: 2 * time.Minute}, 30, nil},
		"cpu, too much": {budget{step: 3 * time.Minute, page: time.Minute}, 17, ErrTooSlow}, // of 33 minutes, two at a time
	} {
		r, w := measured(t, c.budget)
		n := 0
		err := r.pages(t.Context(), data, Limits{}.usual(), func(_ int, page drawer) error {
			n++
			return w.costs(page.e, 2*time.Minute)
		})
		if n != c.pages || !errors.Is(err, c.err) || w.engines.Load() != 1 {
			t.Errorf("%s: %d pages with %d engines, %v", name, n, w.engines.Load(), err)
		}
	}
}

// TestTheEndOfAJobBlamesNoFile: who has no time left, at work or waiting for the engine, gets the
// error of their context, which a job is tried again for.
func TestTheEndOfAJobBlamesNoFile(t *testing.T) {
	r, _ := measured(t, budget{step: time.Minute})
	blamesNobody := func(what string, err error) {
		t.Helper()
		if !errors.Is(err, context.Canceled) || errors.Is(err, ErrTooSlow) || errors.Is(err, ErrDamaged) {
			t.Errorf("%s: %v", what, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	err := r.use(ctx, func(e *engine) error {
		cancel()
		blamesNobody("waiting", r.use(ctx, func(*engine) error { t.Error("two engines at once"); return nil }))
		<-e.ctx.Done()
		return ErrDamaged // as it seems from inside when the engine is gone
	})
	blamesNobody("at work", err)
}

// TestConcurrentDocuments: the engine does one document at a time, each on its own.
func TestConcurrentDocuments(t *testing.T) {
	r, _ := measured(t, budget{step: time.Minute})
	data := blank(t, 3)
	var at atomic.Int64
	var wg sync.WaitGroup
	for document := range 4 {
		wg.Go(func() {
			pages, first := 0, int64(0)
			err := r.pages(t.Context(), data, Limits{}.usual(), func(n int, page drawer) error {
				if now := at.Add(1); n == 1 {
					first = now
				} else if now != first+int64(n)-1 {
					t.Errorf("document %d was interrupted at page %d", document, n)
				}
				pages++
				_, err := page.grey(30)
				return err
			})
			if err != nil || pages != 3 {
				t.Errorf("%d pages, %v", pages, err)
			}
		})
	}
	wg.Wait()
}

// TestHostileDrawing: with the budget of this system, but less of it, a page that takes minutes
// is refused, and the engine serves the next.
func TestHostileDrawing(t *testing.T) {
	b := usualBudget()
	b.step = 300 * time.Millisecond
	r := newRenderer(filepath.Join(os.TempDir(), "beian-test-cache"), b)
	t.Cleanup(func() { _ = r.close() })
	draw := func(data []byte) error {
		return r.pages(t.Context(), data, Limits{}.usual(), func(_ int, page drawer) error {
			_, err := page.grey(150)
			return err
		})
	}
	if err := draw(papertest.SlowPDF()); !errors.Is(err, ErrTooSlow) {
		t.Error(err)
	}
	r.budget = usualBudget()
	if err := draw(blank(t, 1)); err != nil {
		t.Error(err)
	}
}

// TestCrowdedPicture: a picture full of what looks like corners of codes is given up, because
// holding all of them against each other would take hours.
func TestCrowdedPicture(t *testing.T) {
	g := image.NewGray(image.Rect(0, 0, 1240, 1754))
	draw.Draw(g, g.Rect, image.White, image.Point{}, draw.Src)
	for i, y := 0, 0; y < g.Rect.Dy(); y += 50 {
		for x := 0; x < g.Rect.Dx(); x, i = x+50, i+1 {
			m := 3 + i%4 // of several sizes, or the search would take the first three
			for inset, colour := range []*image.Uniform{image.Black, image.White, image.Black} {
				square := image.Rect(x, y, x+7*m, y+7*m).Inset(inset * m)
				draw.Draw(g, square, colour, image.Point{}, draw.Src)
			}
		}
	}
	w, h := g.Rect.Dx(), g.Rect.Dy()
	src, err := gozxing.NewPlanarYUVLuminanceSource(g.Pix, w, h, 0, 0, w, h, false)
	if err != nil {
		t.Fatal(err)
	}
	bitmap, err := gozxing.NewBinaryBitmap(gozxing.NewHybridBinarizer(src))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := decode(bitmap); !errors.Is(err, errCrowded) {
		t.Error(err)
	}
	if p, ok := glance(g); ok {
		t.Errorf("%+v was read", p)
	}
}
