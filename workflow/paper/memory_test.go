package paper_test

import (
	"bytes"
	"compress/zlib"
	"context"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"example.org/beian/workflow/paper"
	"example.org/beian/workflow/paper/papertest"
)

// readVar makes this test binary take one file in as an upload is taken in, twice at the same
// time or twice into one document, say how much memory that took, and end.
const readVar, howVar = "BEIAN_TEST_READ", "BEIAN_TEST_HOW"

func TestMain(m *testing.M) {
	if path := os.Getenv(readVar); path != "" { //nolint:forbidigo // how a test binary is told to read a file
		readAlone(path, os.Getenv(howVar)) //nolint:forbidigo // and how
		return
	}
	os.Exit(m.Run())
}

func readAlone(path, how string) {
	data, err := os.ReadFile(path)
	if err != nil {
		panic(err)
	}
	ctx := context.Background()
	r := paper.NewReader(filepath.Join(os.TempDir(), "beian-test-cache"))
	take := func() error {
		if _, err := r.Read(ctx, data, paper.Limits{}); err != nil {
			return err
		}
		_, err := r.Tidy(ctx, data)
		return err
	}
	switch how {
	case "twice":
		var wg sync.WaitGroup
		for range 2 {
			wg.Go(func() { err = take() })
		}
		wg.Wait()
	case "joined":
		_, err = r.Assemble(ctx, []paper.Piece{{Data: data}, {Data: data}})
	}
	status, serr := os.ReadFile("/proc/self/status")
	if serr != nil {
		panic(serr)
	}
	for line := range strings.Lines(string(status)) {
		if kb, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			fmt.Println(strings.Fields(kb)[0], err != nil)
		}
	}
}

// TestPeakMemory takes in the files that need most, each in a process of its own: none may
// need more than 300 MB, two at once or, where that is more, two in one document.
func TestPeakMemory(t *testing.T) {
	setup(t) // the engine is compiled into the cache
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range largeFiles(t) {
		path := filepath.Join(t.TempDir(), "file")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		ways := []string{"twice"}
		switch name {
		case "jpeg of 40 megapixels that lies", "scanned pdf of 6 pages at 300 dpi", "png of 16 megapixels in 64 bits":
			ways = append(ways, "joined")
		}
		for _, how := range ways {
			cmd := exec.Command(exe)
			cmd.Env = append(os.Environ(), readVar+"="+path, howVar+"="+how)
			out, err := cmd.Output()
			if err != nil {
				t.Fatalf("%s, %s: %v", name, how, err)
			}
			var kb int
			var refused bool
			if _, err := fmt.Sscan(string(out), &kb, &refused); err != nil {
				t.Fatalf("%s, %s: %v", name, how, err)
			}
			t.Logf("%-44s %-6s %5.1f MB file, %3d MB at most, refused: %v", name, how, float64(len(data))/(1<<20), kb>>10,
				refused)
			if kb>>10 > 300 {
				t.Errorf("%s, %s, takes %d MB", name, how, kb>>10)
			}
		}
	}
}

// largeFiles are just within the bounds, or claim to be.
func largeFiles(t *testing.T) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	photo := image.NewYCbCr(image.Rect(0, 0, 7300, 5470), image.YCbCrSubsampleRatio420)
	for i := range photo.Y {
		photo.Y[i] = byte(i * 2654435761 >> 27)
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, photo, &jpeg.Options{Quality: 60}); err != nil {
		t.Fatal(err)
	}
	out["jpeg of 40 megapixels that lies"] = papertest.Lying(b.Bytes())
	out["png of 34 megapixels"] = flatPNG(6500, 5200, false)
	out["png of 34 megapixels, interlaced"] = flatPNG(6500, 5200, true)
	out["png of 17 megapixels, interlaced"] = flatPNG(4600, 3700, true)
	deep := image.NewNRGBA64(image.Rect(0, 0, 4400, 3600))
	deep.Set(17, 17, color.White)
	var c bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&c, deep); err != nil {
		t.Fatal(err)
	}
	out["png of 16 megapixels in 64 bits"] = c.Bytes()
	three, four := []byte{0x11, 0x11, 0x11}, []byte{0x11, 0x11, 0x11, 0x11}
	out["progressive jpeg of 13 megapixels"] = papertest.FlatJPEG{
		Progressive: true, W: 4200, H: 3150, Sampling: three,
	}.Bytes()
	out["progressive jpeg of 20 megapixels, coarse colours"] = papertest.FlatJPEG{
		Progressive: true, W: 5180, H: 3880, Sampling: []byte{0x22, 0x11, 0x11},
	}.Bytes()
	out["progressive grey jpeg of 31 megapixels"] = papertest.FlatJPEG{Progressive: true, W: 6400, H: 4850}.Bytes()
	out["jpeg of 22 megapixels in colours of print"] = papertest.FlatJPEG{
		W: 5400, H: 4200, Sampling: four, Adobe: true,
	}.Bytes()
	for _, h := range papertest.HostileFiles(t) {
		switch h.Name {
		case "pdf whose drawing unpacks to a gigabyte", "pdf with an image of 900 megapixels",
			"progressive jpeg behind a filling":
			out[h.Name] = h.Data
		}
	}
	out["scanned pdf of 6 pages at 300 dpi"] = papertest.PDF(t, sixPages(), papertest.Options{DPI: 300, Noise: 20})
	return out
}

func sixPages() []image.Image {
	g := image.NewGray(image.Rect(0, 0, 2480, 3508))
	for i := range g.Pix {
		g.Pix[i] = byte(200 + i%50)
	}
	out := make([]image.Image, 6)
	for i := range out {
		out[i] = g
	}
	return out
}

// flatPNG is one colour with transparency, written by hand because the standard library
// writes no interlaced pictures.
func flatPNG(w, h int, interlaced bool) []byte {
	var pixels bytes.Buffer
	z := zlib.NewWriter(&pixels)
	rows := func(w, h int) {
		if w > 0 {
			line := bytes.Repeat([]byte{200, 210, 220, 255}, w)
			for range h {
				_, _ = z.Write([]byte{0}) // no filter; into memory
				_, _ = z.Write(line)
			}
		}
	}
	way := byte(0)
	if interlaced {
		way = 1
		for _, p := range [7][4]int{
			{0, 0, 8, 8},
			{4, 0, 8, 8},
			{0, 4, 4, 8},
			{2, 0, 4, 4},
			{0, 2, 2, 4},
			{1, 0, 2, 2},
			{0, 1, 1, 2},
		} {
			rows((w-p[0]+p[2]-1)/p[2], (h-p[1]+p[3]-1)/p[3])
		}
	} else {
		rows(w, h)
	}
	_ = z.Close()
	out := []byte("\x89PNG\r\n\x1a\n")
	chunk := func(name string, body []byte) {
		out = binary.BigEndian.AppendUint32(out, uint32(len(body))) //nolint:gosec // a test picture
		sum := crc32.ChecksumIEEE(append([]byte(name), body...))
		out = binary.BigEndian.AppendUint32(append(append(out, name...), body...), sum)
	}
	head := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, uint32(w)),
		uint32(h)) //nolint:gosec // a test picture
	chunk("IHDR", append(head, 8, 6, 0, 0, way))
	chunk("IDAT", pixels.Bytes())
	chunk("IEND", nil)
	return out
}
