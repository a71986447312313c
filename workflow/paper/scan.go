package paper

import (
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

// sharpSide is the longest side, in pixels, at which codes are searched first: more
// costs time and brings noise, less loses modules.
const sharpSide = 2000

// marksOf returns the fingerprints on an image, each once. It tries the whole page,
// then halves and quarters at growing sizes, and stops at the first that works.
func marksOf(img image.Image) []Mark {
	g := grey(img)
	if m := try(fit(g, sharpSide)); m != nil {
		return m
	}
	for _, part := range parts(g.Rect) {
		sub := g.SubImage(part).(*image.Gray)
		if m := try(fit(sub, sharpSide)); m != nil {
			return m
		}
	}
	return nil
}

// parts are overlapping quarters, then thirds: a code may lie on any line between.
func parts(r image.Rectangle) []image.Rectangle {
	var out []image.Rectangle
	for _, n := range []int{2, 3} {
		w, h := r.Dx()*3/(2*n+1), r.Dy()*3/(2*n+1)
		for j := range n {
			for i := range n {
				x := r.Min.X + i*(r.Dx()-w)/max(n-1, 1)
				y := r.Min.Y + j*(r.Dy()-h)/max(n-1, 1)
				out = append(out, image.Rect(x, y, x+w, y+h))
			}
		}
	}
	return out
}

// fit scales so that the longest side has n pixels; small parts are enlarged at most
// twice.
func fit(g *image.Gray, n int) *image.Gray {
	w, h := g.Rect.Dx(), g.Rect.Dy()
	longest := max(w, h)
	if longest == 0 {
		return g
	}
	f := min(float64(n)/float64(longest), 2)
	if f > 0.9 && f < 1.1 {
		f = 1
	}
	out := image.NewGray(image.Rect(0, 0, max(1, int(float64(w)*f)), max(1, int(float64(h)*f))))
	xdraw.ApproxBiLinear.Scale(out, out.Rect, g, g.Rect, xdraw.Src, nil)
	return out
}

// try reads codes with two ways of telling dark from light.
func try(g *image.Gray) []Mark {
	src := gozxing.NewLuminanceSourceFromImage(g)
	hints := map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true}
	for _, b := range []gozxing.Binarizer{gozxing.NewHybridBinarizer(src), gozxing.NewGlobalHistgramBinarizer(src)} {
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
