package paper

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"io"
	"iter"
	"runtime"
)

// Limits bound what is read. An upload beyond them is refused, not tried. A zero stands
// for the usual bound.
type Limits struct {
	Bytes  int
	Pages  int
	Pixels int
}

func (l Limits) usual() Limits {
	const bytes, pages, pixels = 20 << 20, 30, 40_000_000
	if l.Bytes == 0 {
		l.Bytes = bytes
	}
	if l.Pages == 0 {
		l.Pages = pages
	}
	if l.Pixels == 0 {
		l.Pixels = pixels
	}
	return l
}

// What is wrong with a file.
var (
	ErrUnsupported   = errors.New("neither PDF, JPEG nor PNG")
	ErrEmpty         = errors.New("empty")
	ErrOffice        = errors.New("an office document or archive")
	ErrHEIC          = errors.New("a HEIC photo")
	ErrEncrypted     = errors.New("protected by a password")
	ErrDamaged       = errors.New("damaged or cut off")
	ErrActive        = errors.New("a PDF with scripts or attachments")
	ErrTooManyPages  = errors.New("too many pages")
	ErrTooManyPixels = errors.New("too many pixels")
	ErrTooLarge      = errors.New("too large")
	ErrTooSlow       = errors.New("takes too long to draw")
)

// sniff tells the type by the first bytes; names and declared types do not count.
func sniff(data []byte) string {
	switch {
	case bytes.HasPrefix(data, []byte("%PDF-")):
		return "pdf"
	case bytes.HasPrefix(data, []byte("\xff\xd8\xff")):
		return "jpeg"
	case bytes.HasPrefix(data, []byte("\x89PNG\r\n\x1a\n")):
		return "png"
	}
	return ""
}

// unsupported says what a file is that is none of ours, for the answer to say how to
// convert it.
func unsupported(data []byte) error {
	switch {
	case len(data) == 0:
		return ErrEmpty
	case bytes.HasPrefix(data, []byte("PK\x03\x04")), bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0")),
		bytes.HasPrefix(data, []byte("Rar!")), bytes.HasPrefix(data, []byte("7z\xbc\xaf")):
		return ErrOffice
	case len(data) >= 12 && string(data[4:8]) == "ftyp" && heic(string(data[8:12])):
		return ErrHEIC
	}
	return ErrUnsupported
}

func heic(brand string) bool {
	switch brand {
	case "heic", "heix", "hevc", "heim", "heis", "mif1", "msf1", "avif":
		return true
	}
	return false
}

// mostMemory is what reading files may take, in bytes.
const mostMemory = 240 << 20

// reserve waits for its share of the memory. What a large file has used is collected at once
// when it is given back: to the next one it would still count.
func (r *Reader) reserve(ctx context.Context, n int64) (release func(), err error) {
	const large = 48 << 20
	if err := r.memory.Acquire(ctx, n); err != nil {
		return nil, fmt.Errorf("wait for memory: %w", err)
	}
	return func() {
		if n > large {
			runtime.GC()
		}
		r.memory.Release(n)
	}, nil
}

// memoryFor says what reading a file will take, from the size that it claims and the
// memory its kind needs, before any is spent.
func memoryFor(kind string, data []byte, pixels int) (int64, error) {
	if kind == "pdf" {
		return mostMemory, nil // the sandbox, and what is drawn in it: one at a time
	}
	cfg, _, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return 0, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if cfg.Width <= 0 || cfg.Height <= 0 || cfg.Width > pixels/cfg.Height {
		return 0, ErrTooManyPixels
	}
	const working = 3 // grey, and scaled copies of it
	size := cfg.Width * cfg.Height
	needs := size * working
	if kind == "jpeg" {
		f := frameOf(data)
		if f.scans > mostScans {
			return 0, ErrTooSlow
		}
		needs += f.memory(size)
	} else {
		needs += size * perPixel(cfg.ColorModel, data)
	}
	if needs > mostMemory {
		return 0, ErrTooManyPixels
	}
	return int64(needs), nil
}

// mostScans is how often a JPEG may go over its pixels: encoders take at most a hundred scans in
// their scripts, and use ten. A scan of some bytes can touch every pixel.
const mostScans = 100

// perPixel is the memory that decoding a PNG needs, in bytes.
func perPixel(m color.Model, data []byte) int {
	const plain, deep = 4, 12 // in 64 bits, it has to be made smaller beside itself
	clear := transparent(data)
	n := plain
	switch m {
	case color.GrayModel:
		if !clear { // else it becomes coloured
			n = 1
		}
	case color.Gray16Model:
		n = 2
		if clear {
			n = deep
		}
	case color.RGBA64Model, color.NRGBA64Model:
		n = deep
	}
	if interlaced(data) {
		n *= 2 // the passes are decoded apart
	}
	return n
}

// interlaced reads the head of a PNG.
func interlaced(data []byte) bool {
	const at = 28 // behind the size, the depth, the colours, and two that are always 0
	return len(data) > at && data[at] == 1
}

// transparent reports whether a PNG names a colour that is none, which stands before its pixels.
func transparent(data []byte) bool {
	for name := range chunks(data) {
		if name == "tRNS" || name == "IDAT" {
			return name == "tRNS"
		}
	}
	return false
}

// chunks are the parts of a PNG by their names, each with its length and sum, as far as they
// are whole.
func chunks(data []byte) iter.Seq2[string, []byte] {
	return func(yield func(name string, chunk []byte) bool) {
		const head, frame = 8, 12
		for at := head; at+frame <= len(data); {
			size := int(binary.BigEndian.Uint32(data[at:]))
			if size < 0 || size > len(data)-at-frame {
				return
			}
			chunk := data[at : at+frame+size]
			if !yield(string(chunk[4:8]), chunk) {
				return
			}
			at += len(chunk)
		}
	}
}

// decode makes the pixels of a JPEG or PNG. What a small file may ask of a decoder is bounded by
// the budget of one step; the end of ctx stops it too.
func (r *Reader) decode(ctx context.Context, data []byte) (img image.Image, err error) {
	err = r.pdf.budget.lend(ctx, data, func(in io.Reader) error {
		img, _, err = image.Decode(in)
		if err != nil {
			return fmt.Errorf("%w: %w", ErrDamaged, err)
		}
		return nil
	})
	return img, err
}
