package chart

import (
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"golang.org/x/text/unicode/norm"
)

// weight says which font a text is set in.
type weight int

const (
	plain weight = iota
	strong
)

// The room that a line takes above and below its baseline, in em: Chinese characters and Latin descenders.
const (
	above = 0.88
	below = 0.22
)

// longest bounds what is looked at of a text; no line holds as many characters.
const longest = 200

// writer measures and draws text for one picture, and remembers the glyphs that it has looked up.
type writer struct {
	painter *Painter
	buf     sfnt.Buffer
	found   map[letter]glyph
	pixels  raster
}

type letter struct {
	weight weight
	r      rune
}

// glyph is a character in the font that has it; without a font, it is drawn as a square.
type glyph struct {
	font    *sfnt.Font
	index   sfnt.GlyphIndex
	advance float64 // em
}

func newWriter(p *Painter) *writer { return &writer{painter: p, found: map[letter]glyph{}} }

func (w *writer) glyph(l letter) glyph {
	g, ok := w.found[l]
	if !ok {
		g = w.find(l)
		w.found[l] = g
	}
	return g
}

func (w *writer) find(l letter) glyph {
	for _, f := range w.painter.fonts[l.weight] {
		i, err := f.GlyphIndex(&w.buf, l.r)
		if err != nil || i == 0 {
			continue
		}
		const em = 1024 << 6
		advance, err := f.GlyphAdvance(&w.buf, i, em, font.HintingNone)
		if err != nil {
			continue
		}
		return glyph{f, i, float64(advance) / em}
	}
	return glyph{advance: 1}
}

// measure returns the width of a text in pixels.
func (w *writer) measure(s string, size float64, in weight) float64 {
	var em float64
	for _, r := range s {
		em += w.glyph(letter{in, r}).advance
	}
	return em * size
}

// room returns the whole pixels that a text takes.
func (w *writer) room(s string, size float64, in weight) int {
	return int(math.Ceil(w.measure(s, size, in)))
}

// shorten cuts a text so that it fits, and marks the cut.
func (w *writer) shorten(s string, size float64, in weight, room float64) string {
	if w.measure(s, size, in) <= room {
		return s
	}
	room -= w.measure("…", size, in)
	for i, r := range s {
		if room -= w.measure(string(r), size, in); room < 0 {
			return strings.TrimRight(s[:i], " ") + "…"
		}
	}
	return s
}

// wrap breaks a text into lines and shortens the last. It breaks between Chinese characters,
// in other scripts at spaces, and never before punctuation that closes.
func (w *writer) wrap(s string, size float64, in weight, room float64, lines int) []string {
	var out []string
	for ; len(out) < lines-1 && w.measure(s, size, in) > room; s = strings.TrimLeft(s, " ") {
		n := w.breakAt(s, size, in, room)
		out = append(out, strings.TrimRight(s[:n], " "))
		s = s[n:]
	}
	return append(out, w.shorten(s, size, in, room))
}

// breakAt returns how many bytes of s go on the first line; at least one character does.
func (w *writer) breakAt(s string, size float64, in weight, room float64) int {
	best, last := 0, rune(0)
	for i, r := range s {
		if i > 0 && breakable(last, r) {
			best = i
		}
		if room -= w.measure(string(r), size, in); room < 0 && i > 0 {
			if best == 0 {
				best = i
			}
			return best
		}
		last = r
	}
	return len(s)
}

// What must not begin a line, and what must not end one; the escapes are full-width forms.
const (
	closing = "\uff0c\uff1b\uff1a\uff1f\uff01\uff09\u201d\u2019。、》」』】…·,.;:?!)]}"
	opening = "\uff08\u201c\u2018《「『【([{"
)

func breakable(a, b rune) bool {
	if strings.ContainsRune(closing, b) || strings.ContainsRune(opening, a) {
		return false
	}
	return a == ' ' || wide(a) || wide(b)
}

func wide(r rune) bool { return r >= 0x2E80 }

// clean makes a line of whatever it is given: without control and direction characters,
// selectors and lone marks, with single spaces.
func clean(s string) string {
	var b strings.Builder
	n, space := 0, false
	for i := 0; i < len(s) && n < longest; {
		r, size := utf8.DecodeRuneInString(s[i:])
		i += size
		switch {
		case unicode.IsSpace(r):
			space = n > 0
		case dropped(r):
		default:
			if space {
				b.WriteByte(' ')
			}
			b.WriteRune(r)
			n, space = n+1, false
		}
	}
	out := norm.NFC.String(b.String())
	return strings.Map(func(r rune) rune { // marks that NFC could not join would pile up on one place
		if unicode.Is(unicode.M, r) {
			return -1
		}
		return r
	}, out)
}

func dropped(r rune) bool {
	return unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Variation_Selector) ||
		r == '\u2800' || r == '\u3164'
}

// number writes a value with at most one decimal and separated thousands.
func number(v float64) string {
	switch {
	case math.IsNaN(v):
		return "–"
	case v > 0 && v < 0.05:
		return "<0.1"
	}
	s := strings.TrimSuffix(strconv.FormatFloat(v, 'f', 1, 64), ".0")
	whole, rest, _ := strings.Cut(s, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if rest != "" {
		return whole + "." + rest
	}
	return whole
}

// line is a text with its place: the left end of its baseline, or the lower end when it runs upwards.
type line struct {
	text   string
	x, y   int
	size   float64
	weight weight
	colour colour
	up     bool
	width  int
}

// outline hands on the outlines of a line, glyph by glyph.
func (w *writer) outline(l line, fill func(segments sfnt.Segments, at fixed.Point26_6)) {
	x := 0.0
	for _, r := range l.text {
		g := w.glyph(letter{l.weight, r})
		at := fixed.Point26_6{X: fixed.Int26_6(x * 64)}
		x += g.advance * l.size
		if g.font == nil {
			fill(square(l.size), at)
			continue
		}
		segments, err := g.font.LoadGlyph(&w.buf, g.index, fixed.Int26_6(l.size*64), nil)
		if err != nil { // such as a coloured glyph
			segments = square(l.size)
		}
		fill(segments, at)
	}
}

// square is what stands for a character that no font has.
func square(size float64) sfnt.Segments {
	em := func(v float64) fixed.Int26_6 { return fixed.Int26_6(v * size * 64) }
	var out sfnt.Segments
	ring := func(a, b, c, d float64, back bool) {
		corners := []fixed.Point26_6{{X: em(a), Y: em(b)}, {X: em(c), Y: em(b)}, {X: em(c), Y: em(d)}, {X: em(a), Y: em(d)}}
		if back { // the other way round, so that it is a hole
			corners[1], corners[3] = corners[3], corners[1]
		}
		for i, p := range corners {
			op := sfnt.SegmentOpLineTo
			if i == 0 {
				op = sfnt.SegmentOpMoveTo
			}
			out = append(out, sfnt.Segment{Op: op, Args: [3]fixed.Point26_6{p}})
		}
	}
	ring(0.1, -0.75, 0.9, 0.05, false)
	ring(0.16, -0.69, 0.84, -0.01, true)
	return out
}
