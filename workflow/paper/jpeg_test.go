package paper

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/png"
	"io"
	"runtime"
	"testing"
	"time"

	"golang.org/x/sync/semaphore"

	"example.org/beian/workflow/paper/papertest"
)

// decoders are the ways on which a picture is decoded.
func decoders(r *Reader) map[string]func(context.Context, []byte) error {
	return map[string]func(context.Context, []byte) error{
		"read": func(ctx context.Context, data []byte) error {
			_, err := r.Read(ctx, data, Limits{})
			return err
		},
		"copy": func(ctx context.Context, data []byte) error {
			_, err := r.pictures(ctx, data, func(*image.RGBA) ([]byte, error) { return nil, nil })
			return err
		},
		"tidy": func(ctx context.Context, data []byte) error {
			_, err := r.Tidy(ctx, papertest.Lying(data))
			return err
		},
	}
}

// manyScans is a JPEG of as many scans as are tried, which goes over all of its pixels each time.
func manyScans() []byte {
	return papertest.FlatJPEG{Progressive: true, W: 5400, H: 5400, Scans: mostScans - 1}.Bytes()
}

// TestSlowPictures: a picture that costs more than a step may is refused on every way, and the
// next gets its memory.
func TestSlowPictures(t *testing.T) {
	pdf, w := measured(t, budget{step: time.Minute})
	r := &Reader{pdf, semaphore.NewWeighted(mostMemory)}
	w.stuck.Store(true)
	data := manyScans()
	for way, decode := range decoders(r) {
		if err := decode(t.Context(), data); !errors.Is(err, ErrTooSlow) || errors.Is(err, ErrDamaged) {
			t.Errorf("%s: %v", way, err)
		}
		if !r.memory.TryAcquire(mostMemory) {
			t.Fatalf("%s keeps its memory", way)
		}
		r.memory.Release(mostMemory)
	}
}

// TestTheEndOfAJobBlamesNoPicture: decoding ends with its job, whose error says nothing about the file.
func TestTheEndOfAJobBlamesNoPicture(t *testing.T) {
	pdf, w := measured(t, budget{})
	r := &Reader{pdf, semaphore.NewWeighted(mostMemory)}
	data := manyScans()
	for way, decode := range decoders(r) {
		ctx, cancel := context.WithCancel(t.Context())
		pdf.budget.meter = func() func() time.Duration { cancel(); return w.meter() } // when decoding begins
		err := decode(ctx, data)
		if !errors.Is(err, context.Canceled) || errors.Is(err, ErrTooSlow) || errors.Is(err, ErrDamaged) {
			t.Errorf("%s: %v", way, err)
		}
		if !r.memory.TryAcquire(mostMemory) {
			t.Fatalf("%s keeps its memory", way)
		}
		r.memory.Release(mostMemory)
	}
}

// TestLentBytes: a decoder gets little at a time, all of it, and nothing after the end.
func TestLentBytes(t *testing.T) {
	_, w := measured(t, budget{})
	b := budget{step: time.Minute, meter: w.meter}
	data := bytes.Repeat([]byte("picture"), 1000)
	err := b.lend(t.Context(), data, func(in io.Reader) error {
		for p, rest := make([]byte, len(data)), data; len(rest) > 0; {
			n, err := in.Read(p)
			if err != nil || n > 512 || !bytes.HasPrefix(rest, p[:n]) {
				t.Fatalf("%d bytes, %v", n, err)
			}
			rest = rest[n:]
		}
		w.stuck.Store(true)
		<-in.(lent).ctx.Done()
		if _, err := in.Read(make([]byte, 1)); !errors.Is(err, ErrTooSlow) {
			t.Errorf("reading goes on: %v", err)
		}
		return ErrDamaged // as a decoder makes of it
	})
	if !errors.Is(err, ErrTooSlow) || errors.Is(err, ErrDamaged) {
		t.Error(err)
	}
}

// TestScansOfAJPEG: as many scans as encoders make are taken, in bytes that are none they do not
// count, and too many are refused before any is decoded.
func TestScansOfAJPEG(t *testing.T) {
	thumbnail := bytes.Repeat([]byte{0xFF, jpegScan, 0, 8}, 200)
	thumbnail = append([]byte{0xFF, jpegApp1, byte((len(thumbnail) + 2) >> 8), byte(len(thumbnail) + 2)}, thumbnail...)
	for name, c := range map[string]struct {
		jpeg papertest.FlatJPEG
		err  error
	}{
		"usual":          {papertest.FlatJPEG{Progressive: true, W: 800, H: 600, Scans: 9}, nil},
		"most":           {papertest.FlatJPEG{Progressive: true, W: 80, H: 60, Scans: mostScans - 1}, nil},
		"one more":       {papertest.FlatJPEG{Progressive: true, W: 80, H: 60, Scans: mostScans}, ErrTooSlow},
		"of a thumbnail": {papertest.FlatJPEG{Before: thumbnail, Progressive: true, W: 80, H: 60, Scans: 9}, nil},
	} {
		if _, err := memoryFor("jpeg", c.jpeg.Bytes(), Limits{}.usual().Pixels); !errors.Is(err, c.err) {
			t.Errorf("%s: %v", name, err)
		}
		if c.err == nil {
			if _, _, err := image.Decode(bytes.NewReader(c.jpeg.Bytes())); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

// TestMemoryOfPictures: whatever stands before the frame, however colours are sampled and named,
// a decoder takes no more than was reserved for it.
func TestMemoryOfPictures(t *testing.T) {
	const w, h, working = 1001, 701, 3
	pictures := map[string][]byte{}
	for before, between := range map[string][]byte{
		"": nil, "filling": {0xFF}, "fillings": {0xFF, 0xFF, 0xFF}, "restart": {0xFF, 0xD3},
		"stuffing":    {0xFF, 0},
		"stray bytes": {1, 2, 3}, "comment": {0xFF, 0xFE, 0, 4, 0xFF, 0xC0},
		"JFIF and not": []byte("\xff\xe0\x00\x07JFIF\x00\xff\xe0\x00\x07other"),
	} {
		for sampling, factors := range map[string][]byte{
			"grey": {0x11}, "grey 2x2": {0x22}, "444": {0x11, 0x11, 0x11},
			"422": {0x21, 0x11, 0x11}, "420": {0x22, 0x11, 0x11},
			"440": {0x12, 0x11, 0x11}, "411": {0x41, 0x11, 0x11}, "410": {0x42, 0x11, 0x11}, "444 in 2x1": {0x21, 0x21, 0x21},
			"cmyk": {0x11, 0x11, 0x11, 0x11}, "cmyk 2x2": {0x22, 0x11, 0x11, 0x22},
		} {
			for _, progressive := range []bool{false, true} {
				j := papertest.FlatJPEG{
					Before: between, Progressive: progressive, W: w, H: h, Sampling: factors, Adobe: len(factors) == 4,
				}
				name := before + " " + sampling
				if progressive {
					name += " progressive"
				}
				pictures[name] = j.Bytes()
				if len(factors) == 3 {
					j.Names = "RGB"
					pictures[name+" RGB"] = j.Bytes()
					j.Names, j.Adobe = "", true
					pictures[name+" Adobe"] = j.Bytes()
				}
			}
		}
	}
	// The last unit of a narrow picture is filled up.
	pictures["narrow"] = papertest.FlatJPEG{Progressive: true, W: 1, H: 65000, Sampling: []byte{0x42}}.Bytes()
	pictures["narrow 410"] = papertest.FlatJPEG{
		Progressive: true, W: 1, H: 65000, Sampling: []byte{0x42, 0x11, 0x11},
	}.Bytes()
	for name, img := range map[string]image.Image{
		"grey png": image.NewGray(image.Rect(0, 0, w, h)), "deep grey png": image.NewGray16(image.Rect(0, 0, w, h)),
		"png": image.NewNRGBA(image.Rect(0, 0, w, h)), "deep png": image.NewNRGBA64(image.Rect(0, 0, w, h)),
	} {
		var b bytes.Buffer
		if err := png.Encode(&b, img); err != nil {
			t.Fatal(err)
		}
		pictures[name] = b.Bytes()
		if name != "png" && name != "deep png" {
			pictures[name+", transparent"] = transparentPNG(b.Bytes())
		}
	}
	for name, data := range pictures {
		reserved, err := memoryFor(sniffed(data), data, Limits{}.usual().Pixels)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		img, _, err := image.Decode(bytes.NewReader(data))
		runtime.ReadMemStats(&after)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		const decoder = 128 << 10 // what a decoder needs for itself
		size := img.Bounds().Dx() * img.Bounds().Dy()
		took := int64(after.TotalAlloc-before.TotalAlloc) - decoder //nolint:gosec // some MB
		if took > reserved-int64(size*working) {
			t.Errorf("%s: decoding took %d kB of %d", name, took>>10, reserved>>10)
		}
	}
}

func sniffed(data []byte) string {
	if kind := sniff(data); kind != "" {
		return kind
	}
	return "jpeg" // what stands before its first marker is not looked at here
}

// transparentPNG adds that white is none.
func transparentPNG(data []byte) []byte {
	const head = 33
	chunk := []byte("tRNS\xff\xff")
	added := append(binary.BigEndian.AppendUint32(nil, 2), chunk...)
	added = binary.BigEndian.AppendUint32(added, crc32.ChecksumIEEE(chunk))
	return append(append(bytes.Clone(data[:head]), added...), data[head:]...)
}

// TestOrdinaryPhotos: what phones take and messengers make of it fits.
func TestOrdinaryPhotos(t *testing.T) {
	for name, j := range map[string]papertest.FlatJPEG{
		"12 megapixels of a phone":         {W: 4032, H: 3024, Sampling: []byte{0x22, 0x11, 0x11}},
		"39 megapixels of a phone":         {W: 7200, H: 5400, Sampling: []byte{0x22, 0x11, 0x11}},
		"12 megapixels, progressive":       {Progressive: true, W: 4032, H: 3024, Sampling: []byte{0x22, 0x11, 0x11}},
		"12 megapixels, progressive, fine": {Progressive: true, W: 4032, H: 3024, Sampling: []byte{0x11, 0x11, 0x11}},
		"29 megapixels, progressive, grey, its factors without meaning": {
			Progressive: true, W: 5400, H: 5400, Sampling: []byte{0x22},
		},
		"A4 in colours of print": {W: 3508, H: 2480, Sampling: []byte{0x11, 0x11, 0x11, 0x11}, Adobe: true},
	} {
		if _, err := memoryFor("jpeg", j.Bytes(), Limits{}.usual().Pixels); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
