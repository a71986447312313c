package chart

import (
	"image"
	"image/color"
	"image/draw"
	"math"

	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"
)

// colour is 0xRRGGBB.
type colour uint32

// Contrast on white is above 4.5 for every text.
const (
	white  colour = 0xffffff
	ink    colour = 0x1f2733
	grey   colour = 0x667080
	rule   colour = 0xe6e9ee
	track  colour = 0xf3f5f8
	accent colour = 0x2f62c9
	tint   colour = 0xa9bfe9
	folded colour = 0xb9c0ca
)

// palette colours the series from the largest on; neighbours differ in brightness as well, for
// those who do not tell red from green.
var palette = [mostSeries]colour{accent, 0x7fc4bd, 0xe3a54b, 0x5b4b9a, 0xd98880, 0x3f8f6b, tint}

func (c colour) source() image.Image { return image.NewUniform(c.thinned(1, 1)) }

// box is a filled rectangle; its corners are round by radius, the lower ones only if all are.
type box struct {
	image.Rectangle
	colour colour
	radius int
	round  corners
}

type corners int

const (
	all corners = iota
	top
)

// scene is a picture laid out: boxes, from back to front, and lines above them.
type scene struct {
	height int
	boxes  []box
	lines  []line
}

// raster fills outlines on an image.
type raster struct {
	vector.Rasterizer
	img *image.RGBA
}

// shades are the colours of the file: each colour thinned by white in steps that the eye does not
// see at the edge of a letter. A file with a palette has a third of the size.
var shades = func() color.Palette {
	const steps = 16
	out := color.Palette{white.thinned(1, 1)}
	for _, c := range append([]colour{ink, grey, rule, track, tint, folded}, palette[:mostSeries-1]...) {
		for i := range steps {
			out = append(out, c.thinned(i+1, steps))
		}
	}
	return out
}()

// thinned mixes part of a colour with white.
func (c colour) thinned(part, of int) color.Color {
	mix := func(v colour) uint8 { return uint8(255 - (255-int(v&255))*part/of) }
	return color.RGBA{mix(c >> 16), mix(c >> 8), mix(c), 255}
}

// reduce takes for each point the nearest of the shades.
func reduce(img *image.RGBA) *image.Paletted {
	out := image.NewPaletted(img.Bounds(), shades)
	known := map[[3]uint8]uint8{}
	var last [3]uint8 // most points are as the one before, and the map is slow
	nearest := uint8(shades.Index(color.Black))
	for i := range out.Pix {
		if p := [3]uint8(img.Pix[4*i:]); p != last {
			n, ok := known[p]
			if !ok {
				n = uint8(shades.Index(color.RGBA{p[0], p[1], p[2], 255}))
				known[p] = n
			}
			last, nearest = p, n
		}
		out.Pix[i] = nearest
	}
	return out
}

func (w *writer) paint(s scene) image.Image {
	w.pixels.img = image.NewRGBA(image.Rect(0, 0, width, s.height))
	draw.Draw(w.pixels.img, w.pixels.img.Bounds(), white.source(), image.Point{}, draw.Src)
	for _, b := range s.boxes {
		w.pixels.box(b)
	}
	for _, l := range s.lines {
		from := l.colour.source()
		w.outline(l, func(segments sfnt.Segments, at fixed.Point26_6) { w.pixels.fill(place(segments, at, l), from) })
	}
	return reduce(w.pixels.img)
}

// place moves the outline of a glyph to its line, turned where that runs upwards.
func place(segments sfnt.Segments, at fixed.Point26_6, l line) sfnt.Segments {
	out := make(sfnt.Segments, len(segments))
	for i, s := range segments {
		for j, p := range s.Args {
			p = p.Add(at)
			if l.up {
				p.X, p.Y = p.Y, -p.X
			}
			s.Args[j] = p.Add(fixed.P(l.x, l.y))
		}
		out[i] = s
	}
	return out
}

// fill paints one outline.
func (r *raster) fill(segments sfnt.Segments, from image.Image) {
	b := segments.Bounds()
	area := image.Rect(b.Min.X.Floor(), b.Min.Y.Floor(), b.Max.X.Ceil(), b.Max.Y.Ceil())
	if area.Empty() || area.Dx() > width || area.Dy() > width {
		return
	}
	r.Reset(area.Dx(), area.Dy())
	xy := func(p fixed.Point26_6) (float32, float32) {
		return float32(p.X)/64 - float32(area.Min.X), float32(p.Y)/64 - float32(area.Min.Y)
	}
	for i, s := range segments {
		ax, ay := xy(s.Args[0])
		bx, by := xy(s.Args[1])
		cx, cy := xy(s.Args[2])
		switch s.Op {
		case sfnt.SegmentOpMoveTo:
			if i > 0 {
				r.ClosePath()
			}
			r.MoveTo(ax, ay)
		case sfnt.SegmentOpLineTo:
			r.LineTo(ax, ay)
		case sfnt.SegmentOpQuadTo:
			r.QuadTo(ax, ay, bx, by)
		case sfnt.SegmentOpCubeTo:
			r.CubeTo(ax, ay, bx, by, cx, cy)
		}
	}
	r.ClosePath()
	r.Draw(r.img, area, from, image.Point{})
}

func (r *raster) box(b box) {
	radius := min(float64(b.radius), float64(b.Dx())/2, float64(b.Dy())/2)
	if radius < 1 {
		draw.Draw(r.img, b.Rectangle, b.colour.source(), image.Point{}, draw.Src)
		return
	}
	lower := radius
	if b.round == top {
		lower = 0
	}
	r.fill(rounded(b.Rectangle, radius, lower), b.colour.source())
}

// rounded outlines a rectangle with round corners.
func rounded(b image.Rectangle, upper, lower float64) sfnt.Segments {
	var out sfnt.Segments
	left, high, right, low := float64(b.Min.X), float64(b.Min.Y), float64(b.Max.X), float64(b.Max.Y)
	arc := func(x, y, r, from float64) { // in steps finer than a pixel
		const steps = 8
		for i := range steps + 1 {
			sin, cos := math.Sincos(from + math.Pi/2*float64(i)/steps)
			op := sfnt.SegmentOpLineTo
			if len(out) == 0 {
				op = sfnt.SegmentOpMoveTo
			}
			p := fixed.Point26_6{X: fixed.Int26_6(math.Round((x + r*cos) * 64)), Y: fixed.Int26_6(math.Round((y + r*sin) * 64))}
			out = append(out, sfnt.Segment{Op: op, Args: [3]fixed.Point26_6{p}})
		}
	}
	arc(left+upper, high+upper, upper, math.Pi)
	arc(right-upper, high+upper, upper, -math.Pi/2)
	arc(right-lower, low-lower, lower, 0)
	arc(left+lower, low-lower, lower, math.Pi/2)
	return out
}
