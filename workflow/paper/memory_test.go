package paper_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"example.org/beian/workflow/paper"
	"example.org/beian/workflow/paper/papertest"
)

// readVar makes this test binary read one file, say how much memory that took, and end.
const readVar = "BEIAN_TEST_READ"

func TestMain(m *testing.M) {
	if path := os.Getenv(readVar); path != "" { //nolint:forbidigo // how a test binary is told to read a file
		readAlone(path)
		return
	}
	os.Exit(m.Run())
}

func readAlone(path string) {
	data, err := os.ReadFile(path)
	if err != nil {
		panic(err)
	}
	r := paper.NewReader(filepath.Join(os.TempDir(), "beian-test-cache"))
	_, err = r.Read(context.Background(), data, paper.Limits{})
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

// TestPeakMemory reads the files that take most, each in a process of its own: none may
// take more than 300 MB.
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
		cmd := exec.Command(exe)
		cmd.Env = append(os.Environ(), readVar+"="+path)
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var kb int
		var refused bool
		if _, err := fmt.Sscan(string(out), &kb, &refused); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		t.Logf("%-34s %5.1f MB file, %3d MB at most, refused: %v", name, float64(len(data))/(1<<20), kb>>10, refused)
		if kb>>10 > 300 {
			t.Errorf("%s takes %d MB", name, kb>>10)
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
	out["jpeg of 40 megapixels"] = b.Bytes()
	deep := image.NewNRGBA64(image.Rect(0, 0, 5000, 4500))
	deep.Set(17, 17, color.White)
	var c bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&c, deep); err != nil {
		t.Fatal(err)
	}
	out["png of 22 megapixels in 64 bits"] = c.Bytes()
	out["progressive jpeg of 13 megapixels"] = progressiveJPEG(4200, 3150)
	for _, h := range papertest.HostileFiles(t) {
		switch h.Name {
		case "pdf whose drawing unpacks to a gigabyte", "pdf with an image of 900 megapixels":
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

// progressiveJPEG is a grey picture in three components, valid and tiny: a decoder keeps
// all of its coefficients until the end.
func progressiveJPEG(w, h uint16) []byte {
	word := binary.BigEndian.AppendUint16
	out := []byte{0xFF, 0xD8, 0xFF, 0xDB, 0, 67, 0}
	out = append(out, bytes.Repeat([]byte{1}, 64)...)
	out = append(out, 0xFF, 0xC2, 0, 17, 8)
	out = word(word(out, h), w)
	out = append(out, 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0)
	out = append(out, 0xFF, 0xC4, 0, 20, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0) // one code: no difference
	out = append(out, 0xFF, 0xDA, 0, 12, 3, 1, 0, 2, 0, 3, 0, 0, 0, 0)
	blocks := (int(w)/8 + 1) * (int(h)/8 + 1) * 3
	out = append(out, make([]byte, blocks/8+2)...)
	return append(out, 0xFF, 0xD9)
}
