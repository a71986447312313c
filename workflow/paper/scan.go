package paper

import (
	"context"
	"errors"
	"image"
	"image/draw"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
)

// grey takes the red of an image: printed black is as dark there as anywhere, and the red
// of a seal that lies over a code is nearly gone. Everything after it works on bytes.
func grey(img image.Image) *image.Gray {
	b := img.Bounds()
	out := image.NewGray(image.Rect(0, 0, b.Dx(), b.Dy()))
	switch src := img.(type) {
	case *image.Gray:
		return src
	case *image.RGBA:
		redOf(out, src.Pix[src.PixOffset(b.Min.X, b.Min.Y):], src.Stride)
	case *image.NRGBA:
		redOf(out, src.Pix[src.PixOffset(b.Min.X, b.Min.Y):], src.Stride)
	case *image.YCbCr:
		redOfYCbCr(out, src)
	default:
		draw.Draw(out, out.Rect, img, b.Min, draw.Src)
	}
	return out
}

func redOf(out *image.Gray, pix []byte, stride int) {
	for y := range out.Rect.Dy() {
		row := pix[y*stride:]
		for x := range out.Rect.Dx() {
			out.Pix[y*out.Stride+x] = row[4*x]
		}
	}
}

func redOfYCbCr(out *image.Gray, src *image.YCbCr) {
	for y := range out.Rect.Dy() {
		for x := range out.Rect.Dx() {
			luma := int(src.Y[src.YOffset(src.Rect.Min.X+x, src.Rect.Min.Y+y)])
			red := int(src.Cr[src.COffset(src.Rect.Min.X+x, src.Rect.Min.Y+y)]) - 128
			out.Pix[y*out.Stride+x] = uint8(min(255, max(0, luma+red*359/256))) //nolint:gosec // clamped
		}
	}
}

// The longest sides, in pixels, at which codes are searched: a page at 150 dpi first,
// which is quick and enough for most; then finer, for small or faint codes.
const (
	quickSide = 1800
	fineSide  = 3000
	partSide  = 1600
)

// codes reads the codes of a page: the one in the corner, and others as long as the
// picture is larger than the sheets found so far.
func codes(ctx context.Context, g *image.Gray) []place {
	const most = 4
	var out []place
	for len(out) < most {
		p, ok := glance(g)
		if !ok {
			p, ok = search(ctx, g)
		}
		if !ok {
			break
		}
		out = append(out, p)
		if !p.leavesRoom(g.Rect, len(out)) {
			break
		}
		g = p.erased(g)
	}
	return out
}

// glance looks at the whole page once. Most scans are read here.
func glance(g *image.Gray) (place, bool) {
	const bothWays = true
	return within(fit(g, quickSide), g.Rect, bothWays)
}

// search looks at what a glance did not read: the whole page softened, which evens out
// noise; with all that is not black made white, which takes a seal away; sharpened; finely;
// then overlapping quarters, in which a shadow or a fold spoils less.
func search(ctx context.Context, g *image.Gray) (place, bool) {
	quick := fit(g, quickSide)
	looks := []func() *image.Gray{
		func() *image.Gray { return soften(quick) },
		func() *image.Gray { return blacken(quick) },
		func() *image.Gray { return sharpen(quick) },
	}
	if max(g.Rect.Dx(), g.Rect.Dy()) > quickSide*5/4 {
		looks = append(looks, func() *image.Gray { return fit(g, fineSide) })
	}
	for _, look := range looks {
		if ctx.Err() != nil {
			return place{}, false
		}
		if p, ok := within(look(), g.Rect, false); ok {
			return p, true
		}
	}
	for _, part := range quarters(g.Rect) {
		q := fit(g.SubImage(part).(*image.Gray), partSide)
		for _, look := range []func(*image.Gray) *image.Gray{same, soften, sharpen} {
			if ctx.Err() != nil {
				return place{}, false
			}
			if p, ok := within(look(q), part, false); ok {
				return p, true
			}
		}
	}
	return place{}, false
}

func same(g *image.Gray) *image.Gray { return g }

// soften replaces each pixel by the mean of its neighbourhood of three by three.
func soften(g *image.Gray) *image.Gray {
	w, h := g.Rect.Dx(), g.Rect.Dy()
	out := image.NewGray(image.Rect(0, 0, w, h))
	src := packed(g)
	copy(out.Pix, src)
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

// sharpen adds what a pixel differs from the mean around it, twice over: it undoes some of
// a blur.
func sharpen(g *image.Gray) *image.Gray {
	soft, src := soften(soften(soften(g))), packed(g)
	for i, s := range soft.Pix {
		soft.Pix[i] = uint8(min(255, max(0, 3*int(src[i])-2*int(s)))) //nolint:gosec // clamped
	}
	return soft
}

// blacken keeps what is nearly as dark as the darkest parts and makes the rest white.
func blacken(g *image.Gray) *image.Gray {
	src := packed(g)
	var histogram [256]int
	for _, v := range src {
		histogram[v]++
	}
	dark, seen := 0, 0
	for seen < len(src)/200 && dark < 255 { // the darkest of two hundred pixels is ink
		seen += histogram[dark]
		dark++
	}
	const range8 = 90 // from ink to the grey of a red seal
	out := image.NewGray(image.Rect(0, 0, g.Rect.Dx(), g.Rect.Dy()))
	for i, v := range src {
		out.Pix[i] = uint8(min(255, max(0, int(v)-dark+10)*255/range8)) //nolint:gosec // clamped
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
	return resize(g, max(1, int(float64(w)*f)), max(1, int(float64(h)*f)))
}

// place is a mark with the place of its code: the middle of the three corner squares, in
// pixels of the page, and how many squares wide the code is.
type place struct {
	mark                          Mark
	topLeft, topRight, bottomLeft point
	modules                       int
}

type point struct{ x, y float64 }

// within reads a code in a picture that shows the given part of a page.
func within(g *image.Gray, part image.Rectangle, both bool) (place, bool) {
	p, ok := try(g, both)
	fx, fy := float64(part.Dx())/float64(g.Rect.Dx()), float64(part.Dy())/float64(g.Rect.Dy())
	for _, c := range []*point{&p.topLeft, &p.topRight, &p.bottomLeft} {
		*c = point{float64(part.Min.X) + c.x*fx, float64(part.Min.Y) + c.y*fy}
	}
	return p, ok
}

// try reads a code, telling dark from light by the neighbourhood; with both also by
// the whole picture, which is better on flat copies.
func try(g *image.Gray, both bool) (place, bool) {
	w, h := g.Rect.Dx(), g.Rect.Dy()
	src, err := gozxing.NewPlanarYUVLuminanceSource(packed(g), w, h, 0, 0, w, h, false)
	if err != nil {
		return place{}, false // an empty part
	}
	binarizers := []gozxing.Binarizer{gozxing.NewHybridBinarizer(src)}
	if both {
		binarizers = append(binarizers, gozxing.NewGlobalHistgramBinarizer(src))
	}
	for _, b := range binarizers {
		bitmap, err := gozxing.NewBinaryBitmap(b)
		if err != nil {
			continue
		}
		res, err := decode(bitmap)
		if err != nil {
			continue // no code, or one that cannot be read this way
		}
		m, err := ParseMark(res.GetText())
		at := res.GetResultPoints()
		if err != nil || len(at) < 3 {
			continue
		}
		p := place{mark: m, modules: modulesOf(m)}
		p.bottomLeft, p.topLeft, p.topRight = point{at[0].GetX(), at[0].GetY()}, point{at[1].GetX(), at[1].GetY()},
			point{at[2].GetX(), at[2].GetY()}
		return p, true
	}
	return place{}, false
}

// errCrowded says that a picture is full of what looks like corners of codes.
var errCrowded = errors.New("too many corners of codes")

// decode reads a code. gozxing holds every three of the corner squares that it finds against each
// other, and a picture can be made of them so that it would do nothing else for hours; that its
// callback panics is the only way to stop it.
func decode(bitmap *gozxing.BinaryBitmap) (res *gozxing.Result, err error) {
	const most = 200 // a bad copy has up to twenty; of so many all threes are tried in some milliseconds
	found := 0
	defer func() {
		if p := recover(); p != nil {
			if p != errCrowded { //nolint:errorlint // what was thrown, not an error that was returned
				panic(p)
			}
			res, err = nil, errCrowded
		}
	}()
	return qrcode.NewQRCodeReader().Decode(bitmap, map[gozxing.DecodeHintType]any{
		gozxing.DecodeHintType_TRY_HARDER: true,
		gozxing.DecodeHintType_NEED_RESULT_POINT_CALLBACK: gozxing.ResultPointCallback(func(gozxing.ResultPoint) {
			if found++; found > most {
				panic(errCrowded)
			}
		}),
	})
}

// modulesOf is how many squares wide the code of a mark is.
func modulesOf(m Mark) int {
	code, err := encode(m.String())
	if err != nil {
		return 0
	}
	return code.GetWidth()
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

// quality measures what a person would complain about: too dark, blurred, empty, too small.
// The limits are set so that an ordinary phone photo passes.
func quality(g *image.Gray) []Hint {
	const side, fewest = 1000, 800 // pixels on the longest side
	s := fit(g, side)
	w, h := s.Rect.Dx(), s.Rect.Dy()
	if w < 8 || h < 8 {
		return []Hint{HintBlank}
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
	if edges < n/2000 && (ink < n/1000 || ink > n*99/100) {
		return []Hint{HintBlank}
	}
	var out []Hint
	if sum/n < 90 {
		out = append(out, HintDark)
	}
	if sharp*12 < edges || edges < n/2000 { // there is ink, and next to no edge
		out = append(out, HintBlurred)
	}
	if max(g.Rect.Dx(), g.Rect.Dy()) < fewest {
		out = append(out, HintCoarse)
	}
	return out
}

func abs(n int) int { return max(n, -n) }
