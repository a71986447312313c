package paper

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
)

// trueType is a TrueType font taken apart once. Every document embeds a font of its
// own that holds only the glyphs it uses: fpdf takes apart whatever font it is given
// again for every document, and for a whole Chinese font that costs more than all the rest.
type trueType struct {
	tables  map[string][]byte
	loca    []uint32 // offset of each glyph in glyf, and the end
	metrics int      // glyphs with an advance of their own in hmtx
	unit    int      // units per em
}

var (
	errNotTrueType = errors.New("not a font with TrueType outlines")
	errCutFont     = errors.New("font is cut off")
)

// parseTrueType takes the file apart without copying it.
func parseTrueType(file []byte) (*trueType, error) {
	if len(file) < 12 || binary.BigEndian.Uint32(file) != 0x00010000 {
		return nil, errNotTrueType
	}
	t := &trueType{tables: map[string][]byte{}}
	for i := range int(binary.BigEndian.Uint16(file[4:])) {
		entry := 12 + 16*i
		if entry+16 > len(file) {
			return nil, errCutFont
		}
		from, size := int(binary.BigEndian.Uint32(file[entry+8:])), int(binary.BigEndian.Uint32(file[entry+12:]))
		if from+size > len(file) {
			return nil, errCutFont
		}
		t.tables[string(file[entry:entry+4])] = file[from : from+size]
	}
	for table, least := range map[string]int{
		"head": 54, "hhea": 36, "maxp": 6, "hmtx": 4, "loca": 4, "glyf": 0,
		"OS/2": 0, "post": 16, "name": 6,
	} {
		if data, ok := t.tables[table]; !ok || len(data) < least {
			return nil, fmt.Errorf("%w: table %s", errNotTrueType, table)
		}
	}
	t.unit = int(binary.BigEndian.Uint16(t.tables["head"][18:]))
	t.metrics = int(binary.BigEndian.Uint16(t.tables["hhea"][34:]))
	return t, t.readLoca()
}

func (t *trueType) readLoca() error {
	loca := t.tables["loca"]
	glyphs := int(binary.BigEndian.Uint16(t.tables["maxp"][4:]))
	long := binary.BigEndian.Uint16(t.tables["head"][50:]) == 1
	t.loca = make([]uint32, glyphs+1)
	for i := range t.loca {
		switch {
		case long && 4*i+4 <= len(loca):
			t.loca[i] = binary.BigEndian.Uint32(loca[4*i:])
		case !long && 2*i+2 <= len(loca):
			t.loca[i] = 2 * uint32(binary.BigEndian.Uint16(loca[2*i:]))
		default:
			return errCutFont
		}
		if int(t.loca[i]) > len(t.tables["glyf"]) || i > 0 && t.loca[i] < t.loca[i-1] {
			return errCutFont
		}
	}
	if t.metrics == 0 || t.metrics > glyphs || len(t.tables["hmtx"]) < 4*t.metrics+2*(glyphs-t.metrics) {
		return errCutFont
	}
	return nil
}

// metric returns the entry of hmtx for a glyph: advance and left side bearing.
func (t *trueType) metric(glyph int) (advance, bearing uint16) {
	hmtx := t.tables["hmtx"]
	if glyph < t.metrics {
		return binary.BigEndian.Uint16(hmtx[4*glyph:]), binary.BigEndian.Uint16(hmtx[4*glyph+2:])
	}
	return binary.BigEndian.Uint16(hmtx[4*(t.metrics-1):]), binary.BigEndian.Uint16(hmtx[4*t.metrics+2*(glyph-t.metrics):])
}

// Flags of the parts of a composite glyph.
const (
	partWords    = 1 << 0
	partScale    = 1 << 3
	partMore     = 1 << 5
	partXYScale  = 1 << 6
	partTwoByTwo = 1 << 7
)

// parts calls fn with the place in data of each glyph that a composite glyph refers to.
func parts(data []byte, fn func(at int)) {
	if len(data) < 10 || int16(binary.BigEndian.Uint16(data)) >= 0 { //nolint:gosec // negative means composite
		return
	}
	for at := 10; at+4 <= len(data); {
		flags := binary.BigEndian.Uint16(data[at:])
		fn(at + 2)
		at += 6
		if flags&partWords != 0 {
			at += 2
		}
		switch {
		case flags&partScale != 0:
			at += 2
		case flags&partXYScale != 0:
			at += 4
		case flags&partTwoByTwo != 0:
			at += 8
		}
		if flags&partMore == 0 {
			return
		}
	}
}

func (t *trueType) glyph(i int) []byte { return t.tables["glyf"][t.loca[i]:t.loca[i+1]] }

// subset returns a font with just the characters given, which map to glyphs of t. It is
// the same for the same characters.
func (t *trueType) subset(characters map[rune]int) []byte {
	kept := []int{0} // what is drawn for characters a font lacks comes first
	number := map[int]uint16{0: 0}
	keep := func(g int) {
		if _, have := number[g]; !have && g < len(t.loca)-1 {
			number[g] = uint16(len(kept)) //nolint:gosec // at most 65,535 glyphs are in a font
			kept = append(kept, g)
		}
	}
	runes := make([]rune, 0, len(characters))
	for r := range characters {
		runes = append(runes, r)
	}
	slices.Sort(runes)
	for _, r := range runes {
		keep(characters[r])
	}
	for i := 0; i < len(kept); i++ { // grows with the parts of composite glyphs
		data := t.glyph(kept[i])
		parts(data, func(at int) { keep(int(binary.BigEndian.Uint16(data[at:]))) })
	}
	return t.assemble(kept, number, runes, characters)
}

// assemble writes the tables of a subset. Hinting is left out: paper has no coarse pixels.
func (t *trueType) assemble(kept []int, number map[int]uint16, runes []rune, characters map[rune]int) []byte {
	var glyf, loca, hmtx []byte
	for _, g := range kept {
		loca = binary.BigEndian.AppendUint32(loca, uint32(len(glyf))) //nolint:gosec // far below 4 GB
		start := len(glyf)
		glyf = appendPlain(glyf, t.glyph(g))
		data := glyf[start:]
		parts(data, func(at int) {
			binary.BigEndian.PutUint16(data[at:], number[int(binary.BigEndian.Uint16(data[at:]))])
		})
		for len(glyf)%4 != 0 {
			glyf = append(glyf, 0)
		}
		advance, bearing := t.metric(g)
		hmtx = binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(hmtx, advance), bearing)
	}
	loca = binary.BigEndian.AppendUint32(loca, uint32(len(glyf))) //nolint:gosec // far below 4 GB
	put := func(table string, at int, v uint16) []byte {
		out := slices.Clone(t.tables[table])
		binary.BigEndian.PutUint16(out[at:], v)
		return out
	}
	n := uint16(len(kept)) //nolint:gosec // at most 65,535 glyphs are in a font
	return pack([]table{
		{"OS/2", t.tables["OS/2"]},
		{"cmap", charMap(runes, func(r rune) uint16 { return number[characters[r]] })},
		{"glyf", glyf},
		{"head", put("head", 50, 1)}, // long offsets in loca
		{"hhea", put("hhea", 34, n)},
		{"hmtx", hmtx},
		{"loca", loca},
		{"maxp", put("maxp", 4, n)},
		{"name", t.tables["name"]},
		{"post", t.tables["post"]},
	})
}

// appendPlain appends a glyph without its hinting instructions, which are about a third
// of it.
func appendPlain(out, data []byte) []byte {
	if len(data) < 12 {
		return append(out, data...)
	}
	contours := int(int16(binary.BigEndian.Uint16(data))) //nolint:gosec // two's complement: negative means composite
	at := 10 + 2*contours
	if contours < 0 || at+2 > len(data) {
		return append(out, data...)
	}
	rest := at + 2 + int(binary.BigEndian.Uint16(data[at:]))
	if rest > len(data) {
		return append(out, data...)
	}
	out = append(out, data[:at]...)
	return append(append(out, 0, 0), data[rest:]...)
}

// charMap writes a cmap of format 4 with a segment for each character: simple, and
// small enough for the few hundred of a document.
func charMap(runes []rune, glyph func(rune) uint16) []byte {
	segments := len(runes) + 1
	word := binary.BigEndian.AppendUint16
	var ends, starts, deltas, offsets []byte
	for _, r := range runes {
		c := uint16(r) //nolint:gosec // only characters up to U+FFFF are embedded
		ends, starts, deltas, offsets = word(ends, c), word(starts, c), word(deltas, glyph(r)-c), word(offsets, 0)
	}
	ends, starts, deltas, offsets = word(ends, 0xFFFF), word(starts, 0xFFFF), word(deltas, 1), word(offsets, 0)
	var out []byte
	for _, v := range []int{0, 1, 3, 1, 0, 12, 4, 16 + 8*segments, 0, 2 * segments, 0, 0, 0} {
		out = word(out, uint16(v)) //nolint:gosec // lengths of a few thousand
	}
	out = append(out, ends...)
	out = word(out, 0)
	return append(append(append(out, starts...), deltas...), offsets...)
}

// table is a named part of a font file.
type table struct {
	name string
	data []byte
}

// pack joins tables, sorted by name, into a font file. The checksums stay empty: fpdf
// writes its own.
func pack(tables []table) []byte {
	out := make([]byte, 12+16*len(tables))
	binary.BigEndian.PutUint32(out, 0x00010000)
	binary.BigEndian.PutUint16(out[4:], uint16(len(tables))) //nolint:gosec // a dozen
	for i, t := range tables {
		entry := out[12+16*i:]
		copy(entry, t.name)
		binary.BigEndian.PutUint32(entry[8:], uint32(len(out)))     //nolint:gosec // far below 4 GB
		binary.BigEndian.PutUint32(entry[12:], uint32(len(t.data))) //nolint:gosec // far below 4 GB
		out = append(out, t.data...)
		for len(out)%4 != 0 {
			out = append(out, 0)
		}
	}
	return out
}
