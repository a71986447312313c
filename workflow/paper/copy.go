package paper

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/draw"
	"image/jpeg"
	"math"
	"time"

	"github.com/go-pdf/fpdf"
	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"

	xdraw "golang.org/x/image/draw"
)

// Shown is one document of a copy.
type Shown struct {
	Title string
	Data  []byte // a PDF, JPEG or PNG that was read before
}

// Copy makes one PDF of documents for somebody to look at: each page a picture with a
// caption, and the stamp (who looks, and when) across it. The copy holds nothing that is not
// seen.
func (r *Reader) Copy(ctx context.Context, f *Fonts, docs []Shown, stamp string, at time.Time) ([]byte, error) {
	if missing := f.Missing(stamp); len(missing) > 0 {
		return nil, &UndrawableError{missing}
	}
	mark := f.watermark(stamp)
	c := newCanvas(f)
	for _, d := range docs {
		pages, err := r.pictures(ctx, d.Data, func(img *image.RGBA) ([]byte, error) {
			mark.across(img)
			var b bytes.Buffer
			err := jpeg.Encode(&b, img, &jpeg.Options{Quality: copyQuality})
			return b.Bytes(), err
		})
		if err != nil {
			return nil, fmt.Errorf("copy %q: %w", d.Title, err)
		}
		for i, p := range pages {
			c.page()
			c.text(copyMargin, 7, 9, fmt.Sprintf("%s    %d / %d", d.Title, i+1, len(pages)))
			c.right(pageWidth-copyMargin, 7, 9, stamp)
			c.picture(p, copyMargin, 10, pageWidth-2*copyMargin, pageHeight-16)
		}
	}
	if c.err != nil {
		return nil, c.err
	}
	return c.document("材料查看", at)
}

const (
	copyMargin  = 8.0
	copyDPI     = 120
	copyLongest = 1500 // pixels of the longer side
	copyQuality = 72
)

// picture fits a JPEG into a box, at its top and in its middle.
func (c *canvas) picture(data []byte, x, y, w, h float64) {
	size, err := jpeg.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		c.fail(err)
		return
	}
	scale := min(w/float64(size.Width), h/float64(size.Height))
	pw, ph := float64(size.Width)*scale, float64(size.Height)*scale
	name := fmt.Sprintf("p%d", len(c.pages))
	c.do(func(pdf *fpdf.Fpdf) {
		o := fpdf.ImageOptions{ImageType: "JPEG"}
		pdf.RegisterImageOptionsReader(name, o, bytes.NewReader(data))
		pdf.ImageOptions(name, x+(w-pw)/2, y, pw, ph, false, o, 0, "")
	})
}

// pictures draws every page of a document in colours and hands it to fn.
func (r *Reader) pictures(ctx context.Context, data []byte, fn func(*image.RGBA) ([]byte, error)) ([][]byte, error) {
	var out [][]byte
	keep := func(img *image.RGBA) error {
		b, err := fn(img)
		out = append(out, b)
		return err
	}
	kind := sniff(data)
	if kind == "" {
		return nil, unsupported(data)
	}
	l := Limits{}.usual()
	needs, err := memoryFor(kind, data, l.Pixels)
	if err != nil {
		return nil, err
	}
	release, err := r.reserve(ctx, needs)
	if err != nil {
		return nil, err
	}
	defer release()
	if kind == "pdf" {
		return out, r.pdf.pages(ctx, data, l, func(_ int, page drawer) error {
			img, err := page.colour(copyDPI)
			if err != nil {
				return err
			}
			return keep(reading(img))
		})
	}
	img, err := r.decode(ctx, data)
	if err != nil {
		return nil, err
	}
	return out, keep(reading(img))
}

// reading is a picture at reading size, on white.
func reading(img image.Image) *image.RGBA {
	b := img.Bounds()
	w, h := b.Dx(), b.Dy()
	if longest := max(w, h); longest > copyLongest {
		w, h = max(w*copyLongest/longest, 1), max(h*copyLongest/longest, 1)
	}
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(out, out.Rect, image.White, image.Point{}, draw.Src)
	if w == b.Dx() && h == b.Dy() {
		draw.Draw(out, out.Rect, img, b.Min, draw.Over)
		return out
	}
	xdraw.ApproxBiLinear.Scale(out, out.Rect, img, b, draw.Over, nil)
	return out
}

// watermark is a line of text, repeated aslant over a picture.
type watermark struct{ tile *image.Alpha }

// watermark draws the text once.
func (f *Fonts) watermark(text string) watermark {
	const size, gapX, gapY = 26, 90, 150
	ppem := fixed.I(size)
	var b sfnt.Buffer
	type placed struct {
		segments sfnt.Segments
		x        fixed.Int26_6
	}
	var glyphs []placed
	var x fixed.Int26_6
	for _, r := range text {
		in := &f.body
		if f.bodyGlyph(&b, r) == 0 {
			other, ok := f.fallback(&b, r)
			if !ok {
				continue
			}
			in = other
		}
		i, err := in.font.GlyphIndex(&b, r)
		if err != nil {
			continue
		}
		segments, err := in.font.LoadGlyph(&b, i, ppem, nil)
		advance, err2 := in.font.GlyphAdvance(&b, i, ppem, font.HintingNone)
		if err != nil || err2 != nil {
			continue
		}
		own := make(sfnt.Segments, len(segments)) // the buffer is used again
		copy(own, segments)
		glyphs = append(glyphs, placed{own, x})
		x += advance
	}
	tile := image.NewAlpha(image.Rect(0, 0, x.Ceil()+gapX, size+gapY))
	z := vector.NewRasterizer(tile.Rect.Dx(), tile.Rect.Dy())
	for _, g := range glyphs {
		trace(z, g.segments, float32(g.x)/64, size)
	}
	z.Draw(tile, tile.Rect, image.Opaque, image.Point{})
	return watermark{tile}
}

// trace moves an outline onto the rasterizer.
func trace(z *vector.Rasterizer, segments sfnt.Segments, dx, dy float32) {
	at := func(p fixed.Point26_6) (float32, float32) { return float32(p.X)/64 + dx, float32(p.Y)/64 + dy }
	for _, s := range segments {
		ax, ay := at(s.Args[0])
		bx, by := at(s.Args[1])
		cx, cy := at(s.Args[2])
		switch s.Op {
		case sfnt.SegmentOpMoveTo:
			z.ClosePath()
			z.MoveTo(ax, ay)
		case sfnt.SegmentOpLineTo:
			z.LineTo(ax, ay)
		case sfnt.SegmentOpQuadTo:
			z.QuadTo(ax, ay, bx, by)
		case sfnt.SegmentOpCubeTo:
			z.CubeTo(ax, ay, bx, by, cx, cy)
		}
	}
	z.ClosePath()
}

// across blends the mark over a picture, aslant, light enough to read through.
func (m watermark) across(img *image.RGBA) {
	const slant, strength = -math.Pi / 7, 80 // of 255
	sin, cos := math.Sincos(slant)
	w, h := m.tile.Rect.Dx(), m.tile.Rect.Dy()
	for y := range img.Rect.Dy() {
		row := img.Pix[y*img.Stride:]
		for x := range img.Rect.Dx() {
			u := int(math.Floor(float64(x)*cos + float64(y)*sin))
			v := int(math.Floor(float64(y)*cos - float64(x)*sin))
			rowOfTiles := v / h
			if v < 0 {
				rowOfTiles--
			}
			u += rowOfTiles * w / 2 // every other line is shifted
			a := int(m.tile.AlphaAt(((u%w)+w)%w, ((v%h)+h)%h).A) * strength / 255
			if a == 0 {
				continue
			}
			p := row[x*4 : x*4+3]
			ink := 70
			if p[1] < 150 { // on a dark page the mark is light
				ink = 235
			}
			for i := range p {
				p[i] = uint8((int(p[i])*(255-a) + ink*a) / 255) //nolint:gosec // a weighted mean of bytes
			}
		}
	}
}
