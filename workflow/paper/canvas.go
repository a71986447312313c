package paper

import (
	"bytes"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf16"

	"github.com/go-pdf/fpdf"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// canvas collects what is to be drawn, in millimetres, page after page. Only when all is
// known is the PDF made, with a font that holds just the characters in use. All text goes
// through it: fpdf panics on characters beyond U+FFFF and shows a box for those its font lacks.
type canvas struct {
	fonts *Fonts
	pages [][]func(*fpdf.Fpdf)
	used  map[rune]int // characters of the body font, with their glyphs
	known map[rune]int // of all characters that were looked up
	buf   sfnt.Buffer
	err   error
}

const family = "body"

// mmPerPoint converts font sizes.
const mmPerPoint = 25.4 / 72

func newCanvas(f *Fonts) *canvas {
	c := &canvas{fonts: f, used: map[rune]int{}, known: map[rune]int{}}
	c.inBody(' ')
	c.use(' ')
	return c
}

// page begins a new page.
func (c *canvas) page() { c.pages = append(c.pages, nil) }

func (c *canvas) do(op func(*fpdf.Fpdf)) {
	last := len(c.pages) - 1
	c.pages[last] = append(c.pages[last], op)
}

// inBody returns the glyph of a character in the body font, 0 when it has none.
func (c *canvas) inBody(r rune) int {
	g, known := c.known[r]
	if !known {
		g = c.fonts.bodyGlyph(&c.buf, r)
		c.known[r] = g
	}
	return g
}

func (c *canvas) use(r rune) { c.used[r] = c.known[r] }

// document makes the PDF of all pages. The same pages give the same bytes; the metadata
// hold the title and the day and nothing personal.
func (c *canvas) document(title string, on time.Time) ([]byte, error) {
	if c.err != nil {
		return nil, c.err
	}
	pdf := fpdf.New("P", "mm", "A4", "")
	pdf.SetCatalogSort(true)
	pdf.SetAutoPageBreak(false, 0)
	pdf.SetCreationDate(on)
	pdf.SetModificationDate(on)
	pdf.SetTitle(title, true)
	pdf.SetProducer("Beian", true)
	pdf.AddUTF8FontFromBytes(family, "", c.fonts.letters.subset(c.used))
	pdf.SetFont(family, "", 10)
	pdf.SetLineWidth(0.25)
	for _, ops := range c.pages {
		pdf.AddPage()
		for _, op := range ops {
			op(pdf)
		}
	}
	var out bytes.Buffer
	if err := pdf.Output(&out); err != nil {
		return nil, fmt.Errorf("write pdf: %w", err)
	}
	return out.Bytes(), nil
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
	w := 0.0
	for _, r := range s {
		w += c.runeWidth(r, size)
	}
	return w
}

func (c *canvas) runeWidth(r rune, size float64) float64 {
	if g := c.inBody(r); g != 0 {
		return c.fonts.bodyWidth(g) * size * mmPerPoint
	}
	f, ok := c.fonts.fallback(&c.buf, r)
	if !ok {
		return size * mmPerPoint
	}
	g, err := c.fonts.draw(&c.buf, f, r)
	c.fail(err)
	return g.advance * size * mmPerPoint
}

// text draws one line with its baseline at y.
func (c *canvas) text(x, y, size float64, s string) {
	var run strings.Builder
	width := 0.0
	flush := func() {
		if run.Len() > 0 {
			at, part := x, run.String()
			c.do(func(pdf *fpdf.Fpdf) { pdf.SetFontSize(size); pdf.Text(at, y, part) })
			x += width
			width = 0
			run.Reset()
		}
	}
	for _, r := range s {
		if c.inBody(r) != 0 {
			c.use(r)
			run.WriteRune(r)
			width += c.runeWidth(r, size)
			continue
		}
		flush()
		x += c.rare(x, y, size, r)
	}
	flush()
}

// rare draws a character that the body font lacks as an outline. A space that is not
// seen carries it as text, so that it can be selected and found.
func (c *canvas) rare(x, y, size float64, r rune) float64 {
	f, ok := c.fonts.fallback(&c.buf, r)
	if !ok { // refused before printing; see [Fonts.Missing]
		return size * mmPerPoint
	}
	g, err := c.fonts.draw(&c.buf, f, r)
	if c.fail(err) {
		return 0
	}
	actual := "FEFF"
	for _, u := range utf16.Encode([]rune{r}) {
		actual += fmt.Sprintf("%04X", u)
	}
	c.do(func(pdf *fpdf.Fpdf) {
		pdf.RawWriteStr("/Span <</ActualText <" + actual + ">>> BDC")
		c.unseen(pdf, x, y, size, " ")
		pdf.RawWriteStr("EMC")
	})
	c.outline(x, y, size, f.unit, g)
	return g.advance * size * mmPerPoint
}

// unseen writes text without drawing it.
func (c *canvas) unseen(pdf *fpdf.Fpdf, x, y, size float64, s string) {
	const invisible, filled = 3, 0
	pdf.SetTextRenderingMode(invisible)
	pdf.SetFontSize(size)
	pdf.Text(x, y, s)
	pdf.SetTextRenderingMode(filled)
}

// heading draws a line in 黑体: its outlines, and unseen text of the same widths above
// them. What the heading font lacks is drawn like any text.
func (c *canvas) heading(x, y, size float64, s string) {
	for _, r := range s {
		if c.inBody(r) == 0 || !c.fonts.heading.has(&c.buf, r) {
			c.text(x, y, size, string(r))
			x += c.runeWidth(r, size)
			continue
		}
		g, err := c.fonts.draw(&c.buf, &c.fonts.heading, r)
		if c.fail(err) {
			return
		}
		c.use(r)
		at, part := x, string(r)
		c.do(func(pdf *fpdf.Fpdf) { c.unseen(pdf, at, y, size, part) })
		c.outline(x, y, size, c.fonts.heading.unit, g)
		x += g.advance * size * mmPerPoint
	}
}

func (c *canvas) headingWidth(s string, size float64) float64 {
	w := 0.0
	for _, r := range s {
		if c.inBody(r) == 0 || !c.fonts.heading.has(&c.buf, r) {
			w += c.runeWidth(r, size)
			continue
		}
		g, err := c.fonts.draw(&c.buf, &c.fonts.heading, r)
		c.fail(err)
		w += g.advance * size * mmPerPoint
	}
	return w
}

// outline fills the outline of a glyph of a font with that many units per em.
func (c *canvas) outline(x, y, size float64, unit fixed.Int26_6, g glyph) {
	scale := size / float64(unit)
	c.raw(x, y, scale, g.path+"f")
}

// raw draws operators that are written in units of their own, y downwards, from a corner:
// such drawings are made once and used in every document.
func (c *canvas) raw(x, y, scale float64, operators string) {
	const perMM = 72 / 25.4
	at := fmt.Sprintf("q %.5f 0 0 %.5f %.3f %.3f cm 0 g\n", scale, -scale, x*perMM, (pageHeight-y)*perMM)
	c.do(func(pdf *fpdf.Fpdf) { pdf.RawWriteStr(at + operators + " Q") })
}

// fail keeps the first error; drawing then goes on to no effect.
func (c *canvas) fail(err error) bool {
	if err != nil && c.err == nil {
		c.err = err
	}
	return err != nil
}

// noBegin are the marks that never begin a line (标点避头).
const noBegin = "，。、；：！？）》」』”’,.;:!?)%"

// wrap breaks a text into lines no wider than w. Han text breaks anywhere but before
// closing marks, Latin words only when they are longer than a line.
func (c *canvas) wrap(s string, size, w float64) []string {
	var lines []string
	line, lineW, lastSpace := []rune{}, 0.0, -1
	for _, r := range s {
		rw := c.runeWidth(r, size)
		if lineW+rw > w && len(line) > 0 {
			cut := len(line)
			switch {
			case lastSpace > 0 && r < 0x2E80 && r != ' ':
				cut = lastSpace + 1
			case strings.ContainsRune(noBegin, r) && len(line) > 1:
				cut = len(line) - 1 // the character before goes along
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

// grey draws what fn draws in grey letters.
func (c *canvas) grey(fn func()) {
	const level = 110
	c.do(func(pdf *fpdf.Fpdf) { pdf.SetTextColor(level, level, level) })
	fn()
	c.do(func(pdf *fpdf.Fpdf) { pdf.SetTextColor(0, 0, 0) })
}

// box draws a ruled rectangle, shaded for labels.
func (c *canvas) box(x, y, w, h float64, shaded bool) {
	c.do(func(pdf *fpdf.Fpdf) {
		style := "D"
		if shaded {
			pdf.SetFillColor(244, 244, 244)
			style = "FD"
		}
		pdf.Rect(x, y, w, h, style)
	})
}

// frame draws a heavier border around a table.
func (c *canvas) frame(x, y, w, h float64) {
	c.do(func(pdf *fpdf.Fpdf) {
		pdf.SetLineWidth(0.5)
		pdf.Rect(x, y, w, h, "D")
		pdf.SetLineWidth(0.25)
	})
}

// dashed draws a place to be filled by hand: a seal, a photo.
func (c *canvas) dashed(x, y, w, h float64) {
	c.do(func(pdf *fpdf.Fpdf) {
		pdf.SetDrawColor(170, 170, 170)
		pdf.SetDashPattern([]float64{1.2, 1.2}, 0)
		pdf.Rect(x, y, w, h, "D")
		pdf.SetDashPattern(nil, 0)
		pdf.SetDrawColor(0, 0, 0)
	})
}

// rule draws a thin line to write on.
func (c *canvas) rule(x, y, w float64) {
	c.do(func(pdf *fpdf.Fpdf) { pdf.Line(x, y, x+w, y) })
}
