package chart

import (
	"image"
	"math"
)

// margin is the white around a picture.
const (
	margin = 56
	right  = width - margin
	inner  = width - 2*margin
)

// Sizes of text in pixels. The smallest is nearly 9 points on a phone.
const (
	sizeTitle = 52
	sizeHead  = 38
	sizeText  = 30
	sizeSmall = 27
)

// density is how closely a picture is set, from 0.
type density int

const densest density = 10

func (d density) bars() int   { return mostBars - int(d) }
func (d density) height() int { return 400 - 20*int(d) } // of the columns
func (d density) gap() int    { return 72 - 2*int(d) }   // between panels

// lines is how many a heading or a note may take.
func (d density) lines() int {
	if d > densest/2 {
		return 1
	}
	return 2
}

// sheet is a picture while it is laid out, from the top down to y.
type sheet struct {
	*writer
	scene
	words
	y       int
	density density
	at      edges
}

// layout places everything, as loosely as the height allows.
func (w *writer) layout(pic Picture) scene {
	for d := density(0); ; d++ {
		s := sheet{writer: w, words: chinese, y: margin, density: d}
		if pic.English {
			s.words = english
		}
		s.picture(pic)
		if s.height <= mostHeight || d == densest {
			return s.scene
		}
	}
}

func (s *sheet) picture(pic Picture) {
	s.at = s.edges(pic.Panels)
	s.paragraph(pic.Title, sizeTitle, strong, ink, inner, s.density.lines())
	s.paragraph(pic.Subtitle, sizeText, plain, grey, inner, s.density.lines())
	for _, p := range pic.Panels {
		s.y += s.density.gap() / 2
		s.box(image.Rect(margin, s.y, right, s.y+2), rule, 0, all)
		s.y += s.density.gap() / 2
		s.panel(p)
	}
	s.height = s.y + margin
}

func (s *sheet) panel(p Panel) {
	room, next := float64(inner), s.y
	if total := s.total(p); total != "" { // it may stand without a title
		room -= s.measure(total, sizeText, plain) + 32
		next += lineHeight(sizeHead)
		s.text(total, right, s.y+baseline(sizeHead), sizeText, plain, grey, toLeft)
	}
	s.paragraph(p.Title, sizeHead, strong, ink, room, 1)
	s.y = max(s.y, next)
	s.paragraph(p.Note, sizeSmall, plain, grey, inner, s.density.lines())
	s.y += 16
	switch {
	case p.empty():
		s.nothing()
	case p.Kind == Bars:
		s.bars(p)
	default:
		s.columns(p)
	}
}

// total sums up the columns, for the corner of the panel.
func (s *sheet) total(p Panel) string {
	if p.Kind != Columns || p.empty() {
		return ""
	}
	var sum float64
	for _, c := range p.Series {
		sum += c.sum()
	}
	return s.words.total + s.shorten(join(number(sum), clean(p.Unit)), sizeText, plain, inner/3)
}

func (s *sheet) nothing() {
	const height = 160
	s.box(image.Rect(margin, s.y, right, s.y+height), track, 16, all)
	s.text(s.none, width/2, s.y+height/2+sizeText*3/8, sizeText, plain, grey, centred)
	s.y += height
}

// paragraph writes a text below the last one, in as many lines as it needs, up to a number.
func (s *sheet) paragraph(text string, size float64, in weight, c colour, room float64, lines int) {
	text = clean(text)
	if text == "" {
		return
	}
	for _, l := range s.wrap(text, size, in, room, lines) {
		s.text(l, margin, s.y+baseline(size), size, in, c, toRight)
		s.y += lineHeight(size)
	}
}

func lineHeight(size float64) int { return int(size * 1.4) }

// baseline is where the text of a line stands whose top is at 0.
func baseline(size float64) int { return int(math.Round(size * 1.06)) }

// align says where a text lies from the point that it is given.
type align int

const (
	toRight align = iota
	toLeft
	centred
)

// text writes at the baseline y, and returns how wide it is.
func (s *sheet) text(text string, x, y int, size float64, in weight, c colour, a align) int {
	n := s.room(text, size, in)
	switch a {
	case toLeft:
		x -= n
	case centred:
		x -= n / 2
	}
	s.lines = append(s.lines, line{text: text, x: x, y: y, size: size, weight: in, colour: c, width: n})
	return n
}

// upwards writes from the point up, centred on x. It is meant for figures, which have no descenders.
func (s *sheet) upwards(text string, x, y int, size float64, c colour) {
	s.lines = append(s.lines, line{
		text: text, x: x + int(size*0.36), y: y, size: size, colour: c, up: true,
		width: s.room(text, size, plain),
	})
}

func (s *sheet) box(r image.Rectangle, c colour, radius int, round corners) {
	s.boxes = append(s.boxes, box{r, c, radius, round})
}

// extent is the room that a line takes.
func (l line) extent() image.Rectangle {
	if l.up {
		return image.Rect(l.x-int(l.size*0.76), l.y-l.width, l.x+2, l.y)
	}
	return image.Rect(l.x, l.y-int(l.size*above), l.x+l.width, l.y+int(l.size*below))
}
