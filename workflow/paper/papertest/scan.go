// Package papertest makes scans out of printed pages, for tests: turned a little,
// noisy, compressed, as a phone or an office scanner leaves them.
package papertest

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"math/rand/v2"
	"testing"

	xdraw "golang.org/x/image/draw"
	"golang.org/x/image/math/f64"

	"example.org/beian/workflow/paper"
)

// Options say how bad the scan is.
type Options struct {
	Degrees float64 // turned by
	Noise   int     // up to this much on each pixel, of 255
	Quality int     // of the JPEG, 1 to 100; 0 means 75
	Seed    uint64
}

// JPEG returns one page as a scanned picture.
func JPEG(t testing.TB, page image.Image, o Options) []byte {
	t.Helper()
	if o.Quality == 0 {
		o.Quality = 75
	}
	img := noisy(turned(page, o.Degrees), o.Noise, o.Seed)
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: o.Quality}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// PDF returns pages as a scanned PDF, a picture each.
func PDF(t testing.TB, pages []image.Image, o Options) []byte {
	t.Helper()
	pictures := make([][]byte, len(pages))
	for i, p := range pages {
		pictures[i] = JPEG(t, p, o)
	}
	b, err := paper.Join(pictures)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// turned rotates about the middle on a canvas that holds the whole page.
func turned(src image.Image, degrees float64) *image.Gray {
	b := src.Bounds()
	sin, cos := math.Sincos(degrees * math.Pi / 180)
	w := int(math.Abs(float64(b.Dx())*cos) + math.Abs(float64(b.Dy())*sin))
	h := int(math.Abs(float64(b.Dx())*sin) + math.Abs(float64(b.Dy())*cos))
	dst := image.NewGray(image.Rect(0, 0, w, h))
	xdraw.Draw(dst, dst.Rect, image.NewUniform(color.Gray{Y: 235}), image.Point{}, xdraw.Src)
	cx, cy := float64(b.Dx())/2, float64(b.Dy())/2
	m := f64.Aff3{cos, -sin, float64(w)/2 - cos*cx + sin*cy, sin, cos, float64(h)/2 - sin*cx - cos*cy}
	xdraw.BiLinear.Transform(dst, m, src, b, xdraw.Src, nil)
	return dst
}

func noisy(g *image.Gray, n int, seed uint64) *image.Gray {
	if n == 0 {
		return g
	}
	rnd := rand.New(rand.NewPCG(seed, 1)) //nolint:gosec // noise for a test
	for i, v := range g.Pix {
		g.Pix[i] = uint8(min(255, max(0, int(v)+rnd.IntN(2*n+1)-n))) //nolint:gosec // clamped
	}
	return g
}
