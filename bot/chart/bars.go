package chart

import (
	"image"
	"math"
)

// Rows of bars, and the room that the names may take.
const (
	rowHeight = 58
	barHeight = 30
	nameMost  = inner * 36 / 100
	unitMost  = inner / 6
	barSpace  = 20
)

// edges are where the bars of all panels begin and end, and where the units stand.
type edges struct{ from, to, unit int }

// edges gives names and values the same columns in each panel of a picture.
func (s *sheet) edges(panels []Panel) edges {
	name, value, unit := 0, 0, 0
	for _, p := range panels {
		if p.Kind != Bars || p.empty() {
			continue
		}
		for i, v := range p.Series[0].Values[:s.shown(p)] {
			name = max(name, min(nameMost, s.room(clean(p.Labels[i]), sizeText, plain)))
			value = max(value, s.room(number(v), sizeText, strong))
		}
		if u := clean(p.Unit); u != "" {
			unit = max(unit, 8+min(unitMost, s.room(u, sizeSmall, plain)))
		}
	}
	return edges{margin + name + barSpace, right - unit - value - barSpace, right - unit}
}

// shown is how many bars of a panel are drawn. A line that counts a single one left out would
// take the place of that one.
func (s *sheet) shown(p Panel) int {
	n := len(p.Labels)
	if most := s.density.bars(); n > most+1 {
		return most
	}
	return n
}

// bars draws a bar per label on a track, the name before it and the value behind it. The longest
// bars have the accent.
func (s *sheet) bars(p Panel) {
	values := p.Series[0].Values[:s.shown(p)]
	unit := s.shorten(clean(p.Unit), sizeSmall, plain, unitMost)
	var most float64
	for _, v := range values {
		if v > most { // not max, which keeps NaN
			most = v
		}
	}
	for i, v := range values {
		base := s.y + rowHeight/2 + sizeText*3/8
		s.text(s.shorten(clean(p.Labels[i]), sizeText, plain, nameMost), margin, base, sizeText, plain, ink, toRight)
		s.bar(v, most)
		s.text(number(v), s.at.unit, base, sizeText, strong, ink, toLeft)
		if unit != "" && !math.IsNaN(v) {
			s.text(unit, s.at.unit+8, base, sizeSmall, plain, grey, toRight)
		}
		s.y += rowHeight
	}
	if rest := len(p.Labels) - len(values); rest > 0 {
		s.y += 8
		s.paragraph(s.left(rest), sizeSmall, plain, grey, inner, 1)
	}
}

func (s *sheet) bar(v, most float64) {
	r := image.Rect(s.at.from, s.y+(rowHeight-barHeight)/2, s.at.to, s.y+(rowHeight+barHeight)/2)
	s.box(r, track, 6, all)
	if !(v > 0) {
		return
	}
	c := tint
	if v == most {
		c = accent
	}
	r.Max.X = r.Min.X + max(4, int(math.Round(v/most*float64(r.Dx()))))
	s.box(r, c, 6, all)
}
