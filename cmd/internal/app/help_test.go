package app_test

import (
	"bytes"
	"context"
	"image"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/go-pdf/fpdf"

	"example.org/beian/cmd/internal/demo"
	"example.org/beian/storage/storagetest"
	"example.org/beian/workflow/paper"
	"example.org/beian/workflow/paper/papertest"
)

func TestMain(m *testing.M) {
	if bot := os.Getenv(childVar); bot != "" { //nolint:forbidigo // how a test binary is told to be the bot
		child(bot) // this process is the bot of a kill test
	}
	storagetest.Main(m)
}

// cacheDir keeps the compiled PDF engine between tests.
func cacheDir() string { return filepath.Join(os.TempDir(), "beian-test-cache") }

// reader renders forms for the tests; the PDF engine starts once.
var reader = sync.OnceValue(func() *paper.Reader { return paper.NewReader(cacheDir()) })

// warmUp compiles the PDF engine into the cache, once. On a fresh machine that takes
// longer than a bot under test may need for a file.
var warmUp = sync.OnceValue(func() error {
	pdf := fpdf.New("P", "mm", "A4", "")
	pdf.AddPage()
	var b bytes.Buffer
	if err := pdf.Output(&b); err != nil {
		return err
	}
	_, err := reader().Read(context.Background(), b.Bytes(), paper.Limits{})
	return err
})

// scanOf prints a form, has it signed and scans it: a little crooked, a little noisy.
func scanOf(t *testing.T, form []byte) []byte {
	t.Helper()
	pages, err := reader().Render(t.Context(), form, 150)
	must(t, err)
	return papertest.PDF(t, pages, papertest.Options{Degrees: 1.5, Noise: 25, Quality: 70, Seed: 1})
}

// photoOf prints a form and photographs one page of it on a desk.
func photoOf(t *testing.T, form []byte, page int) []byte {
	t.Helper()
	pages, err := reader().Render(t.Context(), form, 150)
	must(t, err)
	return papertest.JPEG(t, pages[page-1], papertest.Options{
		Degrees: -2, Perspective: 0.04, Desk: true, Noise: 8,
		Quality: 75, Seed: uint64(page),
	}) //nolint:gosec // a small number
}

// blurredPhoto is one on which the code cannot be read.
func blurredPhoto(t *testing.T, form []byte, page int) []byte {
	t.Helper()
	pages, err := reader().Render(t.Context(), form, 150)
	must(t, err)
	return papertest.JPEG(t, pages[page-1], papertest.Options{Desk: true, Blur: 5, Seed: 9})
}

// stackScan scans a stack of forms in one go, as an office machine does: its first pages, all
// of them for 0, all but the last for -1.
func stackScan(t *testing.T, pack []byte, most int) []byte {
	t.Helper()
	pages, err := reader().Render(t.Context(), pack, 150)
	must(t, err)
	if most <= 0 {
		most += len(pages)
	}
	return papertest.PDF(t, pages[:most], papertest.Options{Degrees: -1, Noise: 20, Quality: 75, Seed: 3})
}

// scanWith scans a form together with another document.
func scanWith(t *testing.T, form, other []byte) []byte {
	t.Helper()
	pages, err := reader().Render(t.Context(), form, 150)
	must(t, err)
	more, err := reader().Render(t.Context(), other, 150)
	must(t, err)
	return papertest.PDF(t, append(pages, more...), papertest.Options{Noise: 10, Seed: 2})
}

// mixedScan is the first page of one print and the second of another.
func mixedScan(t *testing.T, first, second []byte) []byte {
	t.Helper()
	a, err := reader().Render(t.Context(), first, 150)
	must(t, err)
	b, err := reader().Render(t.Context(), second, 150)
	must(t, err)
	return papertest.PDF(t, []image.Image{a[0], b[1]}, papertest.Options{Noise: 10, Seed: 2})
}

// documentPhoto is a photo of a page of some document; what makes it unlike others. One
// that is named dark was taken in bad light.
func documentPhoto(t *testing.T, what string) []byte {
	t.Helper()
	pages, err := reader().Render(t.Context(), plainPDF(t, what), 150)
	must(t, err)
	o := papertest.Options{Degrees: 1, Desk: true, Noise: 8, Seed: uint64(len(what))}
	for _, c := range what {
		o.Seed = o.Seed*31 + uint64(c) //nolint:gosec // any number will do
	}
	if strings.Contains(what, "暗") {
		o.Dark = 0.75
	}
	return papertest.JPEG(t, pages[0], o)
}

// plainPDF is an ordinary document without a fingerprint; what makes it unlike others.
func plainPDF(t *testing.T, what string) []byte {
	t.Helper()
	pdf := fpdf.New("P", "mm", "A4", "")
	pdf.SetFont("Helvetica", "", 12)
	pages := 1
	if strings.Contains(what, "三页") {
		pages = 3
	}
	for range pages {
		pdf.AddPage()
		for i := range 30 {
			pdf.Text(20, 20+float64(i)*8, "social insurance statement of a fictitious person")
		}
	}
	pdf.SetTitle(what, true)
	pdf.SetCatalogSort(true)
	pdf.SetCreationDate(demo.Epoch()) // sent again, it is the same file
	pdf.SetModificationDate(demo.Epoch())
	var b bytes.Buffer
	must(t, pdf.Output(&b))
	return b.Bytes()
}

// syncBuffer collects a log written from many goroutines.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}
