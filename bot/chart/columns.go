package chart

import (
	"image"
	"math"
	"slices"
)

func (s Series) sum() float64 {
	var sum float64
	for _, v := range s.Values {
		sum += v
	}
	return sum
}

// layer is a series as it is stacked.
type layer struct {
	Series
	colour colour
}

// stack orders the series from the largest on, leaves empty ones out, and folds the smallest
// into the one for others when there are more than colours.
func stack(series []Series, others string) []layer {
	var named []Series
	rest := Series{Name: others}
	for _, s := range series {
		s.Name = clean(s.Name)
		switch {
		case s.sum() == 0:
		case s.Name == others:
			rest = rest.plus(s)
		default:
			named = append(named, s)
		}
	}
	slices.SortStableFunc(named, func(a, b Series) int {
		switch x, y := a.sum(), b.sum(); {
		case x > y:
			return -1
		case x < y:
			return 1
		}
		return 0
	})
	if len(named) > mostSeries {
		for _, s := range named[mostSeries-1:] {
			rest = rest.plus(s)
		}
		named = named[:mostSeries-1]
	}
	var out []layer
	for i, s := range named {
		out = append(out, layer{s, palette[i]})
	}
	if rest.Values != nil {
		out = append(out, layer{rest, folded})
	}
	return out
}

func (s Series) plus(t Series) Series {
	sum := make([]float64, len(t.Values))
	copy(sum, s.Values)
	for i, v := range t.Values {
		sum[i] += v
	}
	return Series{s.Name, sum}
}

// scale returns the distance of the grid lines and how many there are above zero.
func scale(most float64, whole bool) (step float64, lines int) {
	step = math.Pow(10, math.Floor(math.Log10(most/5)))
	for _, f := range []float64{1, 2, 5, 10} {
		if most <= 5*f*step {
			step *= f
			break
		}
	}
	if whole {
		step = max(step, 1)
	}
	step = max(step, 0.1) // finer than this, numbers are not written
	return step, int(math.Ceil(most/step - 1e-9))
}

// grid is where columns stand: slot i begins at left + i*slot.
type grid struct {
	left, bottom int
	slot         float64
	perUnit      float64
	wide         int
}

func (g grid) centre(i int) int { return g.left + int((float64(i)+0.5)*g.slot) }

// columns draws a stack per label, its sum above it, and the names of the colours.
func (s *sheet) columns(p Panel) {
	layers := stack(p.Series, s.other)
	s.legend(layers)
	totals, whole := make([]float64, len(p.Labels)), true
	for _, l := range layers {
		for i, v := range l.Values {
			totals[i] += v
			whole = whole && v == math.Trunc(v)
		}
	}
	step, lines := scale(slices.Max(totals), whole)
	g := s.grid(len(totals), step, lines, totals)
	for i := range totals {
		s.column(g, i, layers)
	}
	s.totals(g, totals)
	s.axis(g, p)
}

// grid leaves room for the sums above and draws the lines with their numbers.
func (s *sheet) grid(columns int, step float64, lines int, totals []float64) grid {
	room := 0
	for i := range lines + 1 {
		room = max(room, s.room(number(float64(i)*step), sizeSmall, plain))
	}
	g := grid{left: margin + room + 20, bottom: s.y + s.density.height()}
	g.slot = float64(right-g.left) / float64(columns)
	g.wide = min(int(g.slot*0.62), 96)
	head := sizeText * 3 / 2
	if !s.lying(g, totals) {
		head = 20 + int(s.widest(totals))
	}
	high := float64(g.bottom - s.y)
	g.perUnit = min((high-sizeSmall/2)/(step*float64(lines)), (high-float64(head))/slices.Max(totals))
	for i := range lines + 1 {
		y := g.bottom - int(math.Round(float64(i)*step*g.perUnit))
		c := rule
		if i == 0 {
			c = folded
		}
		s.box(image.Rect(g.left, y-1, right, y+1), c, 0, all)
		s.text(number(float64(i)*step), g.left-20, y+sizeSmall*3/8, sizeSmall, plain, grey, toLeft)
	}
	s.y = g.bottom
	return g
}

// column stacks one column from below, the largest series at the bottom.
func (s *sheet) column(g grid, i int, layers []layer) {
	x := g.centre(i) - g.wide/2
	var sum float64
	last := -1
	for j, l := range layers {
		if l.Values[i] > 0 {
			last = j
		}
	}
	low := g.bottom - 1
	for j, l := range layers {
		if l.Values[i] == 0 {
			continue
		}
		sum += l.Values[i]
		high := g.bottom - 1 - int(math.Round(sum*g.perUnit))
		if j == last { // whoever is there is seen
			high = min(high, g.bottom-5)
		}
		r, radius := image.Rect(x, high, x+g.wide, low), 0
		if low < g.bottom-1 && r.Dy() > 5 { // a thread of white between colours
			r.Max.Y -= 2
		}
		if j == last {
			radius = min(8, g.wide/4)
		}
		if !r.Empty() {
			s.box(r, l.colour, radius, top)
		}
		low = high
	}
}

// lying tells whether the sums fit above their columns without being turned.
func (s *sheet) lying(g grid, totals []float64) bool { return s.widest(totals)+6 <= g.slot }

func (s *sheet) widest(totals []float64) float64 {
	var w float64
	for _, v := range totals {
		w = max(w, s.measure(number(v), sizeSmall, plain))
	}
	return w
}

func (s *sheet) totals(g grid, totals []float64) {
	lying := s.lying(g, totals)
	for i, v := range totals {
		if v == 0 {
			continue
		}
		text, x := number(v), g.centre(i)
		y := min(g.bottom-1-int(math.Round(v*g.perUnit)), g.bottom-5) - 10
		if lying {
			s.text(text, x, y, sizeSmall, plain, ink, centred)
		} else {
			s.upwards(text, x, y, sizeSmall, ink)
		}
		// The grid would run through the figures.
		l := s.lines[len(s.lines)-1]
		s.box(l.extent().Inset(-3).Intersect(image.Rect(0, 0, width, y+4)), white, 0, all)
	}
}

// axis names every column, or every second, third, … where names are wide.
func (s *sheet) axis(g grid, p Panel) {
	const space = 14
	names, widest := make([]string, len(p.Labels)), 0.0
	for i, l := range p.Labels {
		names[i] = s.shorten(clean(l), sizeSmall, plain, max(3*g.slot, 160)-space)
		widest = max(widest, s.measure(names[i], sizeSmall, plain))
	}
	every := int(math.Ceil((widest + space) / g.slot))
	base := s.y + 12 + baseline(sizeSmall)
	end := 0
	for i := 0; i < len(names); i += every {
		wide := s.room(names[i], sizeSmall, plain)
		x := min(max(g.centre(i)-wide/2, margin), right-wide)
		if x < end { // pushed aside at the border of the picture
			continue
		}
		end = x + s.text(names[i], x, base, sizeSmall, plain, grey, toRight) + space
	}
	s.y = base + sizeSmall/2
	if p.Groups != nil {
		s.groups(g, p.Groups)
	}
}

// groups names runs of columns below their labels, with a line under each run. A short run may be
// narrower than its name; where the name would lie on the one before, it is left out.
func (s *sheet) groups(g grid, groups []string) {
	const space = 14
	edge := func(i int) int { return g.left + int(float64(i)*g.slot) }
	s.y += 8
	end := 0
	for from := 0; from < len(groups); {
		to := from + 1
		for to < len(groups) && groups[to] == groups[from] {
			to++
		}
		s.box(image.Rect(edge(from)+4, s.y, edge(to)-4, s.y+2), rule, 0, all)
		name := s.shorten(clean(groups[from]), sizeSmall, plain, max(float64(edge(to)-edge(from)), 160)-space)
		wide := s.room(name, sizeSmall, plain)
		x := min(max((edge(from)+edge(to)-wide)/2, margin), right-wide)
		if x >= end {
			end = x + s.text(name, x, s.y+6+baseline(sizeSmall), sizeSmall, plain, grey, toRight) + space
		}
		from = to
	}
	s.y += 6 + sizeSmall*3/2
}

// legend names the colours, each with its sum, in as many rows as it takes.
func (s *sheet) legend(layers []layer) {
	const row, mark, space = 46, 24, 36
	if len(layers) == 1 && layers[0].Name == "" {
		return
	}
	x := margin
	for _, l := range layers {
		sum := number(l.sum())
		room := (inner-space)/2 - mark - 24 - s.measure(sum, sizeSmall, plain) // two in a row, whatever they are called
		name := s.shorten(l.Name, sizeSmall, plain, min(nameMost, room))
		w := mark + 12 + s.room(name, sizeSmall, plain) + 12 + s.room(sum, sizeSmall, plain)
		if x > margin && x+w > right {
			x, s.y = margin, s.y+row
		}
		base := s.y + baseline(sizeSmall)
		s.box(image.Rect(x, base-mark+2, x+mark, base+2), l.colour, 5, all)
		at := x + mark + 12
		at += s.text(name, at, base, sizeSmall, plain, ink, toRight) + 12
		at += s.text(sum, at, base, sizeSmall, plain, grey, toRight)
		x = at + space
	}
	s.y += row + 20
}
