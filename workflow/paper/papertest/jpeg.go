package papertest

import (
	"bytes"
	"encoding/binary"
)

// FlatJPEG is a picture that is flat and valid, and small however large it says it is: what can be
// asked of a decoder with few bytes.
type FlatJPEG struct {
	Before      []byte // what stands between the start and the first marker
	Progressive bool
	W, H        int
	Sampling    []byte // of each component, in width and height; one when empty
	Names       string // of the components; 1, 2, 3 when empty
	Adobe       bool   // the colours are not those of photos
	Scans       int    // progressive ones that change nothing, after the first
}

// Bytes are the file.
func (j FlatJPEG) Bytes() []byte {
	sampling, names := j.Sampling, j.Names
	if len(sampling) == 0 {
		sampling = []byte{0x11}
	}
	if names == "" {
		names = "\x01\x02\x03\x04"
	}
	out := append([]byte{0xFF, 0xD8}, j.Before...)
	segment := func(marker byte, body ...byte) {
		out = append(out, 0xFF, marker)
		out = binary.BigEndian.AppendUint16(out, uint16(len(body)+2)) //nolint:gosec // some bytes
		out = append(out, body...)
	}
	if j.Adobe {
		segment(0xEE, []byte("Adobe\x00\x64\x00\x00\x00\x00\x00")...)
	}
	mode, endOfBlock := byte(0xC0), byte(0x00)
	if j.Progressive {
		mode, endOfBlock = 0xC2, 0xE0 // a run of blocks, its length in 14 bits
	}
	head := []byte{8, byte(j.H >> 8), byte(j.H), byte(j.W >> 8), byte(j.W), byte(len(sampling))}
	scan := []byte{byte(len(sampling))}
	unit := 0
	for i, s := range sampling {
		head = append(head, names[i], s, 0)
		scan = append(scan, names[i], 0)
		unit += int(s>>4) * int(s&0xF)
	}
	h, v := int(sampling[0]>>4), int(sampling[0]&0xF)
	if len(sampling) == 1 {
		h, v, unit = 1, 1, 1
	}
	segment(mode, head...)
	segment(0xDB, append([]byte{0}, bytes.Repeat([]byte{1}, 64)...)...)
	code := func(class, value byte) { // the bit 0 means the value
		segment(0xC4, append(append([]byte{class, 1}, make([]byte, 15)...), value)...)
	}
	code(0x00, 0)
	code(0x10, endOfBlock)
	blocks := ((j.W + 8*h - 1) / (8 * h)) * ((j.H + 8*v - 1) / (8 * v)) * unit
	if j.Progressive {
		segment(0xDA, append(scan, 0, 0, 0)...)
		out = append(out, make([]byte, blocks/8+1)...)
	} else {
		segment(0xDA, append(scan, 0, 63, 0)...)
		out = append(out, make([]byte, blocks/4+1)...)
	}
	empty := emptyScan(((j.W + 7) / 8) * ((j.H + 7) / 8))
	for range j.Scans {
		segment(0xDA, 1, names[0], 0, 1, 63, 0)
		out = append(out, empty...)
	}
	return append(out, 0xFF, 0xD9)
}

// emptyScan says of so many blocks, in runs as long as they can be, that nothing changes.
func emptyScan(blocks int) []byte {
	const run, longest = 15, 1<<15 - 1
	var out []byte
	n := 0 // bits
	for ; blocks > 0; blocks -= longest {
		for i := range run {
			if n%8 == 0 {
				out = append(out, 0)
			}
			if i > 0 {
				out[len(out)-1] |= 0x80 >> (n % 8)
			}
			n++
		}
	}
	return bytes.ReplaceAll(out, []byte{0xFF}, []byte{0xFF, 0})
}
