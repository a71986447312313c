package papertest

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"testing"
)

// Container is how a scanner or a phone wraps a picture of a page.
type Container string

// The containers: pictures as they are, and PDFs with a picture for each page.
const (
	PhotoJPEG Container = "jpeg"
	PhotoPNG  Container = "png"
	PDFJPEG   Container = "pdf/jpeg"
	PDFFlate  Container = "pdf/flate"
	PDFGroup4 Container = "pdf/ccitt"
	PDFJBIG2  Container = "pdf/jbig2"
)

// Wrap puts pages into a container. A picture holds one page only.
func Wrap(t testing.TB, pages []image.Image, c Container, quality int) []byte {
	t.Helper()
	var b bytes.Buffer
	switch c {
	case PhotoJPEG:
		must(t, jpeg.Encode(&b, pages[0], &jpeg.Options{Quality: quality}))
		return b.Bytes()
	case PhotoPNG:
		must(t, (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&b, pages[0]))
		return b.Bytes()
	}
	var pictures []picture
	for _, p := range pages {
		pictures = append(pictures, encode(t, p, c, quality))
	}
	return scanPDF(pictures)
}

// picture is an image as it stands in a PDF.
type picture struct {
	w, h  int
	dict  string
	bytes []byte
}

func encode(t testing.TB, page image.Image, c Container, quality int) picture {
	t.Helper()
	p := picture{w: page.Bounds().Dx(), h: page.Bounds().Dy()}
	var b bytes.Buffer
	switch c {
	case PDFFlate:
		z, err := zlib.NewWriterLevel(&b, zlib.BestSpeed)
		must(t, err)
		_, err = z.Write(grey(page).Pix)
		must(t, err)
		must(t, z.Close())
		p.dict, p.bytes = "/ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /FlateDecode", b.Bytes()
	case PDFGroup4:
		p.dict = fmt.Sprintf("/ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /CCITTFaxDecode /DecodeParms << /K -1 "+
			"/Columns %d /Rows %d >>", p.w, p.h)
		p.bytes = group4(grey(page))
	case PDFJBIG2:
		p.dict, p.bytes = "/ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /JBIG2Decode", jbig2(grey(page))
	default:
		must(t, jpeg.Encode(&b, page, &jpeg.Options{Quality: quality}))
		space := "/DeviceRGB"
		if _, ok := page.(*image.Gray); ok {
			space = "/DeviceGray"
		}
		p.dict, p.bytes = "/ColorSpace "+space+" /BitsPerComponent 8 /Filter /DCTDecode", b.Bytes()
	}
	return p
}

// scanPDF writes a PDF with a picture on each page and nothing else, as scanners do.
func scanPDF(pictures []picture) []byte {
	var b bytes.Buffer
	var offsets []int
	object := func(format string, args ...any) {
		offsets = append(offsets, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n", len(offsets))
		fmt.Fprintf(&b, format, args...)
		b.WriteString("\nendobj\n")
	}
	b.WriteString("%PDF-1.5\n")
	kids := ""
	for i := range pictures {
		kids += fmt.Sprintf("%d 0 R ", 3+3*i)
	}
	object("<< /Type /Catalog /Pages 2 0 R >>")
	object("<< /Type /Pages /Count %d /Kids [ %s] >>", len(pictures), kids)
	for i, p := range pictures {
		first := 3 + 3*i
		const w = 595.0
		h := w * float64(p.h) / float64(p.w)
		draw := fmt.Sprintf("q %.2f 0 0 %.2f 0 0 cm /I Do Q", w, h)
		object("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %.2f %.2f] /Contents %d 0 R /Resources << /XObject << /I %d "+
			"0 R >> >> >>", w, h, first+1, first+2)
		object("<< /Length %d >>\nstream\n%s\nendstream", len(draw), draw)
		object("<< /Type /XObject /Subtype /Image /Width %d /Height %d %s /Length %d >>\nstream\n%s\nendstream", p.w, p.h,
			p.dict, len(p.bytes), p.bytes)
	}
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(offsets)+1)
	for _, o := range offsets {
		fmt.Fprintf(&b, "%010d 00000 n \n", o)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(offsets)+1, start)
	return b.Bytes()
}

// grey returns the picture without colours and without gaps between its rows.
func grey(img image.Image) *image.Gray {
	b := img.Bounds()
	out := image.NewGray(image.Rect(0, 0, b.Dx(), b.Dy()))
	if g, ok := img.(*image.Gray); ok {
		for y := range b.Dy() {
			copy(out.Pix[y*out.Stride:], g.Pix[y*g.Stride:y*g.Stride+b.Dx()])
		}
		return out
	}
	for y := range b.Dy() {
		for x := range b.Dx() {
			out.Set(x, y, img.At(b.Min.X+x, b.Min.Y+y))
		}
	}
	return out
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
