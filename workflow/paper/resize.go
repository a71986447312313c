package paper

import "image"

// resize scales a grey picture. The general scalers of x/image go through interfaces for
// grey pictures and take ten times as long, and this is most of what reading a large photo
// costs.
func resize(g *image.Gray, w, h int) *image.Gray {
	from := g.Rect.Size()
	columns, rows := taps(from.X, w), taps(from.Y, h)
	wide := make([]uint16, w*from.Y) // scaled in width, in 256ths
	for y := range from.Y {
		row, out := g.Pix[y*g.Stride:y*g.Stride+from.X], wide[y*w:(y+1)*w]
		for x, t := range columns {
			sum := uint32(0)
			for i, weight := range t.weights {
				sum += uint32(row[t.first+i]) * weight
			}
			out[x] = uint16(sum >> (tapBits - 8)) //nolint:gosec // a mean of bytes, times 256
		}
	}
	out := image.NewGray(image.Rect(0, 0, w, h))
	sums := make([]uint32, w)
	for y, t := range rows {
		clear(sums)
		for i, weight := range t.weights {
			for x, v := range wide[(t.first+i)*w : (t.first+i+1)*w] {
				sums[x] += uint32(v) * weight
			}
		}
		for x, sum := range sums {
			out.Pix[y*w+x] = uint8(sum >> (tapBits + 8)) //nolint:gosec // a mean of bytes
		}
	}
	return out
}

// tapBits is the precision of weights: together they are one, as 1<<tapBits.
const tapBits = 14

// tap is what one pixel of the result takes of its neighbours in the source.
type tap struct {
	first   int
	weights []uint32
}

// taps weighs the source by distance: two pixels when enlarging, more when reducing, so
// that no line is lost.
func taps(from, to int) []tap {
	scale := float64(from) / float64(to)
	reach := max(scale, 1)
	out := make([]tap, to)
	for i := range out {
		middle := (float64(i) + 0.5) * scale
		first, last := max(int(middle-reach+0.5), 0), min(int(middle+reach+0.5), from)
		if first >= last {
			first, last = min(first, from-1), min(first, from-1)+1
		}
		weights, sum := make([]float64, last-first), 0.0
		for j := range weights {
			d := (float64(first+j) + 0.5 - middle) / reach
			weights[j] = max(1-max(d, -d), 1e-6)
			sum += weights[j]
		}
		t := tap{first: first, weights: make([]uint32, len(weights))}
		left := uint32(1 << tapBits)
		for j, weight := range weights {
			t.weights[j] = min(uint32(weight/sum*(1<<tapBits)), left)
			left -= t.weights[j]
		}
		t.weights[len(weights)/2] += left
		out[i] = t
	}
	return out
}
