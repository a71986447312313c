package papertest

import (
	"encoding/binary"
	"image"
)

// jbig2 encodes a black-and-white picture as one generic region of an embedded JBIG2
// stream (ITU-T T.88, template 0), the form in which scanners put it into a PDF.
func jbig2(g *image.Gray) []byte {
	w, h := uint32(g.Rect.Dx()), uint32(g.Rect.Dy()) //nolint:gosec // pages of a few thousand pixels
	number := binary.BigEndian.AppendUint32
	page := number(number(number(number(nil, w), h), 0), 0)
	page = append(page, 0, 0, 0)
	region := number(number(number(number(nil, w), h), 0), 0)
	region = append(region, 0)                                        // combined by OR
	region = append(region, 0)                                        // arithmetic coding, template 0
	region = append(region, 3, 0xFF, 0xFD, 0xFF, 2, 0xFE, 0xFE, 0xFE) // where the adaptive pixels are
	region = append(region, genericRegion(g)...)
	return append(segment(0, 48, page), segment(1, 38, region)...)
}

func segment(number uint32, kind byte, data []byte) []byte {
	out := binary.BigEndian.AppendUint32(nil, number)
	out = append(out, kind, 0, 1)                               // refers to nothing, belongs to page 1
	out = binary.BigEndian.AppendUint32(out, uint32(len(data))) //nolint:gosec // far below 4 GB
	return append(out, data...)
}

// genericRegion codes every pixel with what is above it and to its left as context.
func genericRegion(g *image.Gray) []byte {
	w, h := g.Rect.Dx(), g.Rect.Dy()
	black := func(x, y int) int {
		if x < 0 || y < 0 || x >= w || g.Pix[y*g.Stride+x] >= 128 {
			return 0
		}
		return 1
	}
	around := [16][2]int{ // from the highest bit of the context to the lowest
		{-2, -2},
		{-1, -2},
		{0, -2},
		{1, -2},
		{2, -2},
		{-3, -1},
		{-2, -1},
		{-1, -1},
		{0, -1},
		{1, -1},
		{2, -1},
		{3, -1},
		{-4, 0},
		{-3, 0},
		{-2, 0},
		{-1, 0},
	}
	coder := newArithmetic(1 << 16)
	for y := range h {
		for x := range w {
			context := 0
			for _, d := range around {
				context = context<<1 | black(x+d[0], y+d[1])
			}
			coder.encode(context, black(x, y))
		}
	}
	return coder.finish()
}

// arithmetic is the MQ coder of T.88, annex E.
type arithmetic struct {
	state []uint8
	more  []uint8 // the more probable symbol of each context
	a, c  uint32
	ct    int
	b     int // pending byte, -1 at first
	out   []byte
}

func newArithmetic(contexts int) *arithmetic {
	return &arithmetic{state: make([]uint8, contexts), more: make([]uint8, contexts), a: 0x8000, ct: 12, b: -1}
}

type estimate struct {
	qe         uint32
	mps, lps   uint8
	switchOver bool
}

var estimates = [47]estimate{
	{0x5601, 1, 1, true},
	{0x3401, 2, 6, false},
	{0x1801, 3, 9, false},
	{0x0AC1, 4, 12, false},
	{0x0521, 5, 29, false},
	{0x0221, 38, 33, false},
	{0x5601, 7, 6, true},
	{0x5401, 8, 14, false},
	{0x4801, 9, 14, false},
	{0x3801, 10, 14, false},
	{0x3001, 11, 17, false},
	{0x2401, 12, 18, false},
	{0x1C01, 13, 20, false},
	{0x1601, 29, 21, false},
	{0x5601, 15, 14, true},
	{0x5401, 16, 14, false},
	{0x5101, 17, 15, false},
	{0x4801, 18, 16, false},
	{0x3801, 19, 17, false},
	{0x3401, 20, 18, false},
	{0x3001, 21, 19, false},
	{0x2801, 22, 19, false},
	{0x2401, 23, 20, false},
	{0x2201, 24, 21, false},
	{0x1C01, 25, 22, false},
	{0x1801, 26, 23, false},
	{0x1601, 27, 24, false},
	{0x1401, 28, 25, false},
	{0x1201, 29, 26, false},
	{0x1101, 30, 27, false},
	{0x0AC1, 31, 28, false},
	{0x09C1, 32, 29, false},
	{0x08A1, 33, 30, false},
	{0x0521, 34, 31, false},
	{0x0441, 35, 32, false},
	{0x02A1, 36, 33, false},
	{0x0221, 37, 34, false},
	{0x0141, 38, 35, false},
	{0x0111, 39, 36, false},
	{0x0085, 40, 37, false},
	{0x0049, 41, 38, false},
	{0x0025, 42, 39, false},
	{0x0015, 43, 40, false},
	{0x0009, 44, 41, false},
	{0x0005, 45, 42, false},
	{0x0001, 45, 43, false},
	{0x5601, 46, 46, false},
}

func (m *arithmetic) encode(context, bit int) {
	e := estimates[m.state[context]]
	m.a -= e.qe
	if bit == int(m.more[context]) {
		if m.a&0x8000 != 0 {
			m.c += e.qe
			return
		}
		if m.a < e.qe {
			m.a = e.qe
		} else {
			m.c += e.qe
		}
		m.state[context] = e.mps
	} else {
		if m.a < e.qe {
			m.c += e.qe
		} else {
			m.a = e.qe
		}
		if e.switchOver {
			m.more[context] = 1 - m.more[context]
		}
		m.state[context] = e.lps
	}
	for m.a&0x8000 == 0 {
		m.a <<= 1
		m.c <<= 1
		if m.ct--; m.ct == 0 {
			m.byteOut()
		}
	}
}

func (m *arithmetic) byteOut() {
	if m.b == 0xFF {
		m.put(20, 7)
		return
	}
	if m.c < 0x8000000 {
		m.put(19, 8)
		return
	}
	m.b++
	if m.b == 0xFF {
		m.c &= 0x7FFFFFF
		m.put(20, 7)
		return
	}
	m.put(19, 8)
}

func (m *arithmetic) put(shift, count int) {
	if m.b >= 0 {
		m.out = append(m.out, byte(m.b))
	}
	m.b = int(m.c>>shift) & 0xFF // a carry has gone into the byte before
	m.c &= 1<<shift - 1
	m.ct = count
}

func (m *arithmetic) finish() []byte {
	bits := m.c + m.a
	m.c |= 0xFFFF
	if m.c >= bits {
		m.c -= 0x8000
	}
	m.c <<= m.ct
	m.byteOut()
	m.c <<= m.ct
	m.byteOut()
	if m.b >= 0 && m.b != 0xFF {
		m.out = append(m.out, byte(m.b))
	}
	return append(m.out, 0xFF, 0xAC)
}
