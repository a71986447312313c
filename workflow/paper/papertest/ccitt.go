package papertest

import "image"

// group4 encodes a black-and-white picture as fax machines and office scanners do:
// ITU-T T.6, black is 1. Pixels darker than the middle are black.
func group4(g *image.Gray) []byte {
	w := bitWriter{}
	width := g.Rect.Dx()
	above := make([]bool, width)
	for y := range g.Rect.Dy() {
		line := make([]bool, width)
		for x := range line {
			line[x] = g.Pix[y*g.Stride+x] < 128
		}
		w.line(line, above)
		above = line
	}
	const endOfLine = "000000000001"
	w.code(endOfLine + endOfLine)
	w.flush()
	return w.out
}

// bitWriter packs codes, the first bit highest.
type bitWriter struct {
	out  []byte
	bits uint
	n    int
}

func (w *bitWriter) code(s string) {
	for _, c := range s {
		w.bits <<= 1
		if c == '1' {
			w.bits |= 1
		}
		if w.n++; w.n == 8 {
			w.out = append(w.out, byte(w.bits))
			w.bits, w.n = 0, 0
		}
	}
}

func (w *bitWriter) flush() {
	for w.n != 0 {
		w.code("0")
	}
}

// change finds the first change of colour after x in a line, seen from a pixel of the
// given colour at x; -1 stands for the imaginary white pixel before the line.
func change(line []bool, x int, black bool) int {
	for x++; x < len(line) && line[x] == black; x++ {
	}
	return min(x, len(line))
}

// line encodes one line against the one above it.
func (w *bitWriter) line(line, above []bool) {
	a0, black := -1, false
	for a0 < len(line) {
		a1 := change(line, a0, black)
		b1 := opposite(above, a0, black)
		b2 := change(above, b1, !black)
		if b1 >= len(line) {
			b2 = len(line)
		}
		switch d := a1 - b1; {
		case b2 < a1:
			w.code("0001") // pass
			a0 = b2
		case d >= -3 && d <= 3:
			w.code([...]string{"0000010", "000010", "010", "1", "011", "000011", "0000011"}[d+3])
			a0, black = a1, !black
		default:
			a2 := change(line, a1, !black)
			if a1 >= len(line) {
				a2 = len(line)
			}
			w.code("001") // horizontal
			w.run(a1-max(a0, 0), black)
			w.run(a2-a1, !black)
			a0 = a2
		}
	}
}

// opposite finds b1: the first change on the line above, right of a0, to the colour
// opposite to the current one.
func opposite(above []bool, a0 int, black bool) int {
	for x := max(a0+1, 0); x < len(above); x++ {
		before := x > 0 && above[x-1]
		if above[x] != black && before == black {
			return x
		}
	}
	return len(above)
}

// run writes a run length: make-up codes for the 64s, then a terminating code.
func (w *bitWriter) run(n int, black bool) {
	table, makeUp := &whiteRuns, &whiteMakeUp
	if black {
		table, makeUp = &blackRuns, &blackMakeUp
	}
	for n >= 2560 {
		w.code(longMakeUp[12])
		n -= 2560
	}
	if n >= 1792 {
		w.code(longMakeUp[(n-1792)/64])
		n %= 64
	}
	if n >= 64 {
		w.code(makeUp[n/64-1])
		n %= 64
	}
	w.code(table[n])
}

// The codes of T.4: terminating codes for 0 to 63, make-up codes for 64 to 1728 and from 1792.
var (
	whiteRuns = [64]string{
		"00110101", "000111", "0111", "1000", "1011", "1100", "1110", "1111", "10011", "10100", "00111", "01000", "001000",
		"000011", "110100", "110101",
		"101010", "101011", "0100111", "0001100", "0001000", "0010111", "0000011", "0000100", "0101000", "0101011",
		"0010011", "0100100", "0011000", "00000010", "00000011", "00011010",
		"00011011", "00010010", "00010011", "00010100", "00010101", "00010110", "00010111", "00101000", "00101001",
		"00101010", "00101011", "00101100", "00101101", "00000100", "00000101", "00001010",
		"00001011", "01010010", "01010011", "01010100", "01010101", "00100100", "00100101", "01011000", "01011001",
		"01011010", "01011011", "01001010", "01001011", "00110010", "00110011", "00110100",
	}
	blackRuns = [64]string{
		"0000110111", "010", "11", "10", "011", "0011", "0010", "00011", "000101", "000100", "0000100", "0000101", "0000111",
		"00000100", "00000111", "000011000",
		"0000010111", "0000011000", "0000001000", "00001100111", "00001101000", "00001101100", "00000110111", "00000101000",
		"00000010111", "00000011000", "000011001010", "000011001011", "000011001100", "000011001101", "000001101000",
		"000001101001",
		"000001101010", "000001101011", "000011010010", "000011010011", "000011010100", "000011010101", "000011010110",
		"000011010111", "000001101100", "000001101101", "000011011010", "000011011011", "000001010100", "000001010101",
		"000001010110", "000001010111",
		"000001100100", "000001100101", "000001010010", "000001010011", "000000100100", "000000110111", "000000111000",
		"000000100111", "000000101000", "000001011000", "000001011001", "000000101011", "000000101100", "000001011010",
		"000001100110", "000001100111",
	}
	whiteMakeUp = [27]string{
		"11011", "10010", "010111", "0110111", "00110110", "00110111", "01100100", "01100101", "01101000", "01100111",
		"011001100", "011001101", "011010010", "011010011",
		"011010100", "011010101", "011010110", "011010111", "011011000", "011011001", "011011010", "011011011", "010011000",
		"010011001", "010011010", "011000", "010011011",
	}
	blackMakeUp = [27]string{
		"0000001111", "000011001000", "000011001001", "000001011011", "000000110011", "000000110100", "000000110101",
		"0000001101100", "0000001101101", "0000001001010", "0000001001011", "0000001001100", "0000001001101", "0000001110010",
		"0000001110011", "0000001110100", "0000001110101", "0000001110110", "0000001110111", "0000001010010",
		"0000001010011", "0000001010100", "0000001010101", "0000001011010", "0000001011011", "0000001100100", "0000001100101",
	}
	longMakeUp = [13]string{
		"00000001000", "00000001100", "00000001101", "000000010010", "000000010011", "000000010100", "000000010101",
		"000000010110", "000000010111", "000000011100", "000000011101", "000000011110", "000000011111",
	}
)
