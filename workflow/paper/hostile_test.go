package paper_test

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/jpeg"
	"slices"
	"strings"
	"testing"
	"time"

	"example.org/beian/workflow/paper"
	"example.org/beian/workflow/paper/papertest"
)

// refusals are all ways to say no to a file; each has a sentence in the chat.
var refusals = []error{
	paper.ErrUnsupported, paper.ErrEmpty, paper.ErrOffice, paper.ErrHEIC, paper.ErrEncrypted, paper.ErrDamaged,
	paper.ErrActive,
	paper.ErrTooManyPages, paper.ErrTooManyPixels, paper.ErrTooLarge, paper.ErrTooSlow,
}

// TestHostileFiles: every one is refused with a reason, and the reader goes on working.
func TestHostileFiles(t *testing.T) {
	p := setup(t)
	for _, h := range papertest.HostileFiles(t) {
		scan, err := p.reader.Read(t.Context(), h.Data, paper.Limits{})
		t.Logf("%-42s %8d bytes: %v", h.Name, len(h.Data), err)
		known := false
		for _, r := range refusals {
			known = known || errors.Is(err, r)
		}
		if !known {
			t.Errorf("%s: %v, %d pages", h.Name, err, len(scan.Pages))
		}
	}
	if _, err := p.reader.Read(t.Context(), papertest.PDF(t, []image.Image{image.NewGray(image.Rect(0, 0, 600, 800))},
		papertest.Options{}), paper.Limits{}); err != nil {
		t.Errorf("after all of them an ordinary file is refused: %v", err)
	}
}

// TestTidy: what hangs on behind a document, where a photo was taken and how it lies is
// gone; the picture is not.
func TestTidy(t *testing.T) {
	p := setup(t)
	tidy := func(data []byte) ([]byte, error) { return p.reader.Tidy(t.Context(), data) }
	for _, h := range papertest.Polyglots(t) {
		out, err := tidy(h.Data)
		if err != nil {
			t.Fatalf("%s: %v", h.Name, err)
		}
		if bytes.Contains(out, []byte("php")) || bytes.Contains(out, []byte("PK\x03\x04")) {
			t.Errorf("%s keeps what hung on it", h.Name)
		}
		if again, err := tidy(out); err != nil || !bytes.Equal(again, out) {
			t.Errorf("%s: tidying twice gives something else, %v", h.Name, err)
		}
	}
	out, err := tidy(papertest.Located(t))
	if err != nil || bytes.Contains(out, []byte("GPS")) || bytes.Contains(out, []byte("Exif")) {
		t.Fatalf("the place of a photo is kept, %v", err)
	}
	img, err := jpeg.Decode(bytes.NewReader(out))
	if err != nil {
		t.Fatal(err)
	}
	if b := img.Bounds(); b.Dx() != 400 || b.Dy() != 600 {
		t.Errorf("upright it is %v", b)
	}
	if r, _, _, _ := img.At(200, 50).RGBA(); r > 0x4000 {
		t.Error("the upper half is not black")
	}
	if _, err := tidy([]byte("GIF89a")); !errors.Is(err, paper.ErrUnsupported) {
		t.Error(err)
	}
}

// TestLivelyPDFs: what a PDF could do besides being looked at is gone, what is seen stays.
func TestLivelyPDFs(t *testing.T) {
	p := setup(t)
	for _, h := range papertest.LivelyPDFs() {
		scan, err := p.reader.Read(t.Context(), h.Data, paper.Limits{})
		if errors.Is(err, paper.ErrActive) {
			continue
		}
		if err != nil || len(scan.Pages) != 1 {
			t.Errorf("%s: %v", h.Name, err)
			continue
		}
		out, err := p.reader.Tidy(t.Context(), h.Data)
		if err != nil {
			t.Errorf("%s: %v", h.Name, err)
			continue
		}
		for _, word := range []string{
			"/JS", "/JavaScript", "/Launch", "/AA", "/OpenAction", "/EmbeddedFile", "/Filespec",
			"/XFA", "evil.exe",
		} {
			if bytes.Contains(out, []byte(word)) {
				t.Errorf("%s keeps %s", h.Name, word)
			}
		}
		if text, err := p.reader.Text(t.Context(), out); err != nil || !strings.Contains(text, "seen") {
			t.Errorf("%s: what was seen is gone: %q, %v", h.Name, text, err)
		}
	}
	form, err := p.printer.Print(form("陈一帆"))
	if err != nil {
		t.Fatal(err)
	}
	again, err := p.reader.Tidy(t.Context(), append(form, []byte("/AA")...)) // a word is enough to have it drawn anew
	if err != nil {
		t.Fatal(err)
	}
	scan, err := p.reader.Read(t.Context(), again, paper.Limits{})
	if err != nil || len(scan.Pages) != 1 || len(scan.Pages[0].Marks) != 1 {
		t.Errorf("a form that was drawn anew: %+v, %v", scan, err)
	}
}

// TestStopping: a document that takes too long is stopped wherever it is, and the next one
// is read as if nothing had been.
func TestStopping(t *testing.T) {
	p := setup(t)
	slow := papertest.SlowPDF()
	for i := range 15 {
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(30+i*25)*time.Millisecond)
		if _, err := p.reader.Read(ctx, slow, paper.Limits{}); err == nil {
			t.Fatal("the slow document was read in no time")
		}
		cancel()
	}
	if _, err := p.reader.Read(t.Context(), papertest.PDF(t, []image.Image{image.NewGray(image.Rect(0, 0, 600, 800))},
		papertest.Options{}), paper.Limits{}); err != nil {
		t.Error(err)
	}
}

// TestManyPages: a contract of thirty scanned pages, none with a code, is read.
func TestManyPages(t *testing.T) {
	p := setup(t)
	scan, err := p.reader.Read(t.Context(), contract(t, 300), paper.Limits{}) // strips cost less
	if err != nil || len(scan.Pages) != 30 {
		t.Fatalf("%d pages, %v", len(scan.Pages), err)
	}
	for i, page := range scan.Pages {
		if page.Number != i+1 || page.Blank() || len(page.Marks) > 0 {
			t.Errorf("page %d: %+v", i+1, page)
		}
	}
}

// contract has thirty pages full of words, as wide as A4 at 200 dpi.
func contract(tb testing.TB, height int) []byte {
	tb.Helper()
	page := image.NewGray(image.Rect(0, 0, 1654, height))
	for i := range page.Pix {
		page.Pix[i] = 250
	}
	for y := 100; y < height-100; y += 40 { // lines of words
		for x := 150; x < 1500; x++ {
			if (x/9+y)%5 != 0 {
				for k := range 14 {
					page.Pix[(y+k)*page.Stride+x] = byte(20 + (x*y)%60)
				}
			}
		}
	}
	return papertest.Wrap(tb, slices.Repeat([]image.Image{page}, 30), papertest.PDFJPEG, 60)
}

// FuzzTidy: whatever picture is sent, tidying gives the same again or an error.
func FuzzTidy(f *testing.F) {
	s, err := parts()
	if err != nil {
		f.Fatal(err)
	}
	for _, h := range papertest.Polyglots(f) {
		if h.Name != "pdf" {
			f.Add(h.Data)
		}
	}
	f.Add(papertest.Located(f))
	f.Add([]byte("\xff\xd8\xff\xe1\x00\x02"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if bytes.HasPrefix(data, []byte("%PDF-")) {
			return // the engine's business
		}
		out, err := s.reader.Tidy(t.Context(), data)
		if err != nil {
			return
		}
		if again, err := s.reader.Tidy(t.Context(), out); err != nil || !bytes.Equal(again, out) {
			t.Errorf("tidied twice: %v", err)
		}
	})
}
