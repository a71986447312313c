package paper

import (
	"encoding/binary"
	"iter"
)

// The markers of JPEG that matter here.
const (
	jpegFrame0   = 0xC0 // below it is nothing that a picture needs
	jpegFrame1   = 0xC1
	jpegFrame2   = 0xC2 // progressive
	jpegRestart0 = 0xD0
	jpegRestart7 = 0xD7
	jpegStart    = 0xD8
	jpegEnd      = 0xD9
	jpegScan     = 0xDA
	jpegApp0     = 0xE0 // JFIF
	jpegApp1     = 0xE1 // EXIF, XMP
	jpegApp14    = 0xEE // Adobe: says how colours are stored
	jpegApp15    = 0xEF
	jpegComment  = 0xFE
)

// segments are the markers of a JPEG where the decoder finds them, which passes over fillings,
// restarts and whatever else stands between two of them. Each comes with its length and body, a
// scan also with its compressed pixels. The last is the end of the picture, unless it is damaged.
func segments(data []byte) iter.Seq2[byte, []byte] {
	return func(yield func(marker byte, segment []byte) bool) {
		const start = 2
		for at := start; at+1 < len(data); {
			marker := data[at+1]
			if data[at] != 0xFF || marker == 0 || marker == 0xFF {
				at++
				continue
			}
			at += 2
			if marker >= jpegRestart0 && marker <= jpegRestart7 {
				continue
			}
			if marker == jpegEnd {
				yield(marker, nil)
				return
			}
			if marker < jpegFrame0 || at+2 > len(data) {
				return
			}
			size := int(binary.BigEndian.Uint16(data[at:]))
			if size < 2 || size > len(data)-at {
				return
			}
			end := at + size
			if marker == jpegScan {
				end = entropyEnd(data, end)
			}
			if !yield(marker, data[at:end]) {
				return
			}
			at = end
		}
	}
}

// entropyEnd returns where the compressed pixels that begin at a place end: at the next
// marker that is neither a stuffed byte nor a restart, or where the file does.
func entropyEnd(data []byte, at int) int {
	for i := at; i+1 < len(data); i++ {
		if data[i] != 0xFF {
			continue
		}
		switch m := data[i+1]; {
		case m == 0, m == 0xFF, m >= jpegRestart0 && m <= jpegRestart7:
		default:
			return i
		}
	}
	return len(data)
}

// frame is what a JPEG says about itself.
type frame struct {
	scans  int
	blocks int // of eight by eight, in all components, filled up to whole units
	// progressive ones are kept whole as coefficients until the end.
	progressive bool
	coloured    bool // has more than one component
	// converted ones are stored in colours of which the decoder makes others.
	converted bool
}

// frameOf reads the head of a JPEG whose head was found to be right.
func frameOf(data []byte) frame {
	var f frame
	for marker, segment := range segments(data) {
		switch marker {
		case jpegFrame0, jpegFrame1, jpegFrame2:
			f.progressive = f.progressive || marker == jpegFrame2
			f.measure(segment)
		case jpegScan:
			f.scans++
		case jpegApp14:
			const way = 13
			f.converted = f.converted || len(segment) > way && string(segment[2:7]) == "Adobe" && segment[way] == 0
		}
	}
	return f
}

// measure reads the size and the sampling of the components: a unit holds, of each, so many
// blocks in width times so many in height.
func (f *frame) measure(segment []byte) {
	const sizes, components, each = 3, 8, 3
	if len(segment) < components+each {
		return
	}
	height, width := int(binary.BigEndian.Uint16(segment[sizes:])), int(binary.BigEndian.Uint16(segment[sizes+2:]))
	listed := segment[components:]
	h, v := int(listed[1]>>4), int(listed[1]&0xF)
	if h == 0 || v == 0 {
		return
	}
	unit, names := 0, ""
	for ; len(listed) >= each; listed = listed[each:] {
		names += string(listed[:1])
		unit += int(listed[1]>>4) * int(listed[1]&0xF)
	}
	if len(names) == 1 { // one component has no units
		h, v, unit = 1, 1, 1
	}
	const side = 8
	blocks := ((width + side*h - 1) / (side * h)) * ((height + side*v - 1) / (side * v)) * unit
	f.blocks = max(f.blocks, blocks) // of two frames the decoder takes the first, and refuses the second too late
	f.coloured = f.coloured || len(names) > 1
	f.converted = f.converted || len(names) == 4 || names == "RGB"
}

// memory is what decoding needs, in bytes, for so many pixels.
func (f frame) memory(pixels int) int {
	const samples, coefficients, colours, whole = 64, 64 * 4, 4, 3
	n := f.blocks * samples
	if f.coloured { // fewer where colours are coarse; what is made of it comes to that
		n = max(n, pixels*whole)
	}
	if f.progressive {
		n += f.blocks * coefficients
	}
	if f.converted {
		n += pixels * colours
	}
	return n
}
