package paper

import (
	"context"
	"image"
	"image/draw"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
	xdraw "golang.org/x/image/draw"
)

// grey converts an image once; everything after it works on bytes.
func grey(img image.Image) *image.Gray {
	if g, ok := img.(*image.Gray); ok {
		return g
	}
	b := img.Bounds()
	g := image.NewGray(image.Rect(0, 0, b.Dx(), b.Dy()))
	draw.Draw(g, g.Rect, img, b.Min, draw.Src)
	return g
}

// The longest sides, in pixels, at which codes are searched: a page at 150 dpi first,
// which is quick and enough for most; then finer, for small or faint codes.
const (
	quickSide = 1800
	fineSide  = 3000
	partSide  = 1600
)

// glance looks at the whole page once. Most scans are read here.
func glance(g *image.Gray) []Mark { return try(fit(g, quickSide), true) }

// search looks at what a glance did not read: the whole page softened, which evens
// out noise, then finely, then overlapping quarters, in which a shadow or a fold
// spoils less, as they are and softened.
func search(ctx context.Context, g *image.Gray) []Mark {
	looks := []*image.Gray{soften(fit(g, quickSide))}
	if max(g.Rect.Dx(), g.Rect.Dy()) > quickSide*5/4 {
		looks = append(looks, fit(g, fineSide))
	}
	for _, part := range quarters(g.Rect) {
		q := fit(g.SubImage(part).(*image.Gray), partSide)
		looks = append(looks, q, soften(q))
	}
	for _, l := range looks {
		if ctx.Err() != nil {
			return nil
		}
		if m := try(l, false); m != nil {
			return m
		}
	}
	return nil
}

// soften replaces each pixel by the mean of its neighbourhood of three by three.
func soften(g *image.Gray) *image.Gray {
	w, h := g.Rect.Dx(), g.Rect.Dy()
	out := image.NewGray(image.Rect(0, 0, w, h))
	copy(out.Pix, packed(g))
	src := packed(g)
	for y := 1; y < h-1; y++ {
		for x := 1; x < w-1; x++ {
			i := y*w + x
			sum := int(src[i-w-1]) + int(src[i-w]) + int(src[i-w+1]) + int(src[i-1]) + int(src[i]) + int(src[i+1]) +
				int(src[i+w-1]) + int(src[i+w]) + int(src[i+w+1])
			out.Pix[i] = byte(sum / 9) //nolint:gosec // a mean of bytes
		}
	}
	return out
}

// quarters overlap by a fifth: a code may lie on any line between them.
func quarters(r image.Rectangle) []image.Rectangle {
	w, h := r.Dx()*3/5, r.Dy()*3/5
	var out []image.Rectangle
	for _, y := range []int{r.Min.Y, r.Max.Y - h} {
		for _, x := range []int{r.Min.X, r.Max.X - w} {
			out = append(out, image.Rect(x, y, x+w, y+h))
		}
	}
	return out
}

// fit scales so that the longest side has about n pixels; small parts are enlarged at
// most twice, and what is nearly right stays as it is.
func fit(g *image.Gray, n int) *image.Gray {
	w, h := g.Rect.Dx(), g.Rect.Dy()
	longest := max(w, h)
	if longest == 0 {
		return g
	}
	f := min(float64(n)/float64(longest), 2)
	if f > 0.8 && f < 1.25 {
		return g
	}
	out := image.NewGray(image.Rect(0, 0, max(1, int(float64(w)*f)), max(1, int(float64(h)*f))))
	xdraw.ApproxBiLinear.Scale(out, out.Rect, g, g.Rect, xdraw.Src, nil)
	return out
}

// try reads a code, telling dark from light by the neighbourhood; with both also by
// the whole picture, which is better on flat copies.
func try(g *image.Gray, both bool) []Mark {
	w, h := g.Rect.Dx(), g.Rect.Dy()
	src, err := gozxing.NewPlanarYUVLuminanceSource(packed(g), w, h, 0, 0, w, h, false)
	if err != nil {
		return nil // an empty part
	}
	binarizers := []gozxing.Binarizer{gozxing.NewHybridBinarizer(src)}
	if both {
		binarizers = append(binarizers, gozxing.NewGlobalHistgramBinarizer(src))
	}
	hints := map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true}
	for _, b := range binarizers {
		bitmap, err := gozxing.NewBinaryBitmap(b)
		if err != nil {
			continue
		}
		res, err := qrcode.NewQRCodeReader().Decode(bitmap, hints)
		if err != nil {
			continue // no code, or one that cannot be read this way
		}
		if m, err := ParseMark(res.GetText()); err == nil {
			return []Mark{m}
		}
	}
	return nil
}

// packed returns the pixels row after row, without the gaps of a part of a picture.
func packed(g *image.Gray) []byte {
	w, h := g.Rect.Dx(), g.Rect.Dy()
	if g.Stride == w {
		return g.Pix[:w*h]
	}
	out := make([]byte, 0, w*h)
	for y := range h {
		out = append(out, g.Pix[y*g.Stride:y*g.Stride+w]...)
	}
	return out
}

// quality measures what a person would complain about: too dark, blurred, empty.
// The limits are set so that an ordinary phone photo passes.
func quality(g *image.Gray) (dark, blurred, blank bool) {
	const side = 1000
	s := fit(g, side)
	w, h := s.Rect.Dx(), s.Rect.Dy()
	if w < 8 || h < 8 {
		return false, false, true
	}
	var sum, ink, edges, sharp int
	for y := 1; y < h-1; y++ {
		for x := 1; x < w-1; x++ {
			i := y*s.Stride + x
			v := int(s.Pix[i])
			sum += v
			if v < 128 {
				ink++
			}
			if d := abs(int(s.Pix[i+1]) - int(s.Pix[i-1])); d > 40 {
				edges++
				if d > 90 {
					sharp++
				}
			}
		}
	}
	n := (w - 2) * (h - 2)
	dark = sum/n < 90
	blank = edges < n/2000 && (ink < n/1000 || ink > n*99/100)
	blurred = !blank && edges > 0 && sharp*12 < edges
	return dark, blurred, blank
}

func abs(n int) int { return max(n, -n) }
