package paper_test

import (
	"bytes"
	"errors"
	"image"
	"image/jpeg"
	"testing"

	"example.org/beian/workflow/paper"
	"example.org/beian/workflow/paper/papertest"
)

// refusals are all ways to say no to a file; each has a sentence in the chat.
var refusals = []error{
	paper.ErrUnsupported, paper.ErrEmpty, paper.ErrOffice, paper.ErrHEIC, paper.ErrEncrypted, paper.ErrDamaged, paper.ErrActive,
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
	if _, err := p.reader.Read(t.Context(), papertest.PDF(t, []image.Image{image.NewGray(image.Rect(0, 0, 600, 800))}, papertest.Options{}), paper.Limits{}); err != nil {
		t.Errorf("after all of them an ordinary file is refused: %v", err)
	}
}

// TestTidy: what hangs on behind a document, where a photo was taken and how it lies is
// gone; the picture is not.
func TestTidy(t *testing.T) {
	t.Parallel()
	for _, h := range papertest.Polyglots(t) {
		out, err := paper.Tidy(h.Data)
		if err != nil {
			t.Fatalf("%s: %v", h.Name, err)
		}
		if bytes.Contains(out, []byte("php")) || bytes.Contains(out, []byte("PK\x03\x04")) {
			t.Errorf("%s keeps what hung on it", h.Name)
		}
		if again, err := paper.Tidy(out); err != nil || !bytes.Equal(again, out) {
			t.Errorf("%s: tidying twice gives something else, %v", h.Name, err)
		}
	}
	out, err := paper.Tidy(papertest.Located(t))
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
	if _, err := paper.Tidy([]byte("GIF89a")); !errors.Is(err, paper.ErrUnsupported) {
		t.Error(err)
	}
}

// FuzzTidy: whatever is sent, tidying gives the same again or an error.
func FuzzTidy(f *testing.F) {
	for _, h := range papertest.Polyglots(f) {
		f.Add(h.Data)
	}
	f.Add(papertest.Located(f))
	f.Add([]byte("\xff\xd8\xff\xe1\x00\x02"))
	f.Fuzz(func(t *testing.T, data []byte) {
		out, err := paper.Tidy(data)
		if err != nil {
			return
		}
		if again, err := paper.Tidy(out); err != nil || !bytes.Equal(again, out) {
			t.Errorf("tidied twice: %v", err)
		}
	})
}
