package paper

import (
	"strings"
	"unicode"

	"github.com/go-pdf/fpdf"
	"golang.org/x/image/font/sfnt"
)

// canvas draws on a PDF page in millimetres. Text goes through it because fpdf
// panics on characters beyond U+FFFF and shows a box for those its font lacks.
type canvas struct {
	pdf   *fpdf.Fpdf
	fonts *Fonts
	buf   sfnt.Buffer
	err   error
}

const family = "body"

// mmPerPoint converts font sizes.
const mmPerPoint = 25.4 / 72

func newCanvas(f *Fonts) *canvas {
	pdf := fpdf.New("P", "mm", "A4", "")
	pdf.SetCatalogSort(true)
	pdf.SetAutoPageBreak(false, 0)
	pdf.AddUTF8FontFromBytes(family, "", f.bodyFile)
	pdf.SetFont(family, "", 10)
	pdf.SetLineWidth(0.25)
	return &canvas{pdf: pdf, fonts: f}
}

// clean removes what cannot be printed: control and formatting characters.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, s)
}

// width returns how wide the text is at a size in points.
func (c *canvas) width(s string, size float64) float64 {
	c.pdf.SetFontSize(size)
	w := 0.0
	for _, r := range s {
		w += c.runeWidth(r, size)
	}
	return w
}

func (c *canvas) runeWidth(r rune, size float64) float64 {
	if c.fonts.inBody(&c.buf, r) || r == ' ' {
		return c.pdf.GetStringWidth(string(r))
	}
	f, ok := c.fonts.fallback(&c.buf, r)
	if !ok {
		return size * mmPerPoint
	}
	_, adv, err := f.outline(&c.buf, r)
	c.fail(err)
	return adv * size * mmPerPoint
}

// text draws one line with its baseline at y.
func (c *canvas) text(x, y, size float64, s string) {
	c.pdf.SetFontSize(size)
	var run strings.Builder
	flush := func() {
		if run.Len() > 0 {
			c.pdf.Text(x, y, run.String())
			x += c.pdf.GetStringWidth(run.String())
			run.Reset()
		}
	}
	for _, r := range s {
		if c.fonts.inBody(&c.buf, r) || r == ' ' {
			run.WriteRune(r)
			continue
		}
		flush()
		x += c.glyph(x, y, size, r)
	}
	flush()
}

// bold thickens the strokes; the body font has one weight.
func (c *canvas) bold(fn func()) {
	c.pdf.SetTextRenderingMode(2)
	c.pdf.SetLineWidth(0.15)
	fn()
	c.pdf.SetTextRenderingMode(0)
	c.pdf.SetLineWidth(0.25)
}

// glyph draws the outline of a character that the body font lacks and returns its
// width.
func (c *canvas) glyph(x, y, size float64, r rune) float64 {
	f, ok := c.fonts.fallback(&c.buf, r)
	if !ok {
		return size * mmPerPoint
	}
	segments, adv, err := f.outline(&c.buf, r)
	if c.fail(err) {
		return 0
	}
	scale := size * mmPerPoint / float64(f.unit)
	at := func(i int, s sfnt.Segment) (float64, float64) {
		return x + float64(s.Args[i].X)*scale, y + float64(s.Args[i].Y)*scale
	}
	for _, s := range segments {
		x0, y0 := at(0, s)
		switch s.Op {
		case sfnt.SegmentOpMoveTo:
			c.pdf.MoveTo(x0, y0)
		case sfnt.SegmentOpLineTo:
			c.pdf.LineTo(x0, y0)
		case sfnt.SegmentOpQuadTo:
			x1, y1 := at(1, s)
			c.pdf.CurveTo(x0, y0, x1, y1)
		case sfnt.SegmentOpCubeTo:
			x1, y1 := at(1, s)
			x2, y2 := at(2, s)
			c.pdf.CurveBezierCubicTo(x0, y0, x1, y1, x2, y2)
		}
	}
	c.pdf.SetFillColor(0, 0, 0)
	c.pdf.DrawPath("f")
	return adv * size * mmPerPoint
}

// fail keeps the first error; drawing then goes on to no effect.
func (c *canvas) fail(err error) bool {
	if err != nil && c.err == nil {
		c.err = err
	}
	return err != nil
}

// wrap breaks a text into lines no wider than w. Han text breaks anywhere, Latin
// words only when they are longer than a line.
func (c *canvas) wrap(s string, size, w float64) []string {
	c.pdf.SetFontSize(size)
	var lines []string
	line, lineW, lastSpace := []rune{}, 0.0, -1
	for _, r := range s {
		rw := c.runeWidth(r, size)
		if lineW+rw > w && len(line) > 0 {
			cut := len(line)
			if lastSpace > 0 && r < 0x2E80 && r != ' ' {
				cut = lastSpace + 1
			}
			lines = append(lines, strings.TrimRight(string(line[:cut]), " "))
			line = append([]rune{}, line[cut:]...)
			lineW, lastSpace = c.width(string(line), size), -1
		}
		if r == ' ' {
			lastSpace = len(line)
		}
		line = append(line, r)
		lineW += rw
	}
	return append(lines, string(line))
}

// lines draws wrapped lines from a first baseline and returns the next baseline.
func (c *canvas) lines(x, y, size, leading float64, lines []string) float64 {
	for _, l := range lines {
		c.text(x, y, size, l)
		y += leading
	}
	return y
}

func (c *canvas) centred(y, size float64, s string) {
	c.text((pageWidth-c.width(s, size))/2, y, size, s)
}

func (c *canvas) right(x, y, size float64, s string) { c.text(x-c.width(s, size), y, size, s) }

// box draws a ruled rectangle, shaded for labels.
func (c *canvas) box(x, y, w, h float64, shaded bool) {
	style := "D"
	if shaded {
		c.pdf.SetFillColor(242, 242, 242)
		style = "FD"
	}
	c.pdf.Rect(x, y, w, h, style)
}
