package papertest

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"testing"

	"github.com/go-pdf/fpdf"
)

// Hostile is a file that somebody sends by mistake or to do harm.
type Hostile struct {
	Name string
	Data []byte
}

// EICAR is the harmless text that every malware scanner must find.
const EICAR = `X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*`

// HostileFiles returns files that must be refused: the wrong ones and the bombs.
func HostileFiles(t testing.TB) []Hostile {
	t.Helper()
	return append(WrongFiles(t), bombs()...)
}

// bombs unpack to far more than they are; making them takes seconds.
func bombs() []Hostile {
	return []Hostile{
		{"pdf whose drawing unpacks to a gigabyte", flateBomb(1 << 30)},
		{"pdf with an image of 900 megapixels", imageBomb(30000, 30000)},
		{"jpeg of a thousand scans", FlatJPEG{Progressive: true, W: 5400, H: 5400, Scans: 1000}.Bytes()},
		{"progressive jpeg behind a filling", FlatJPEG{
			Before: []byte{0xFF}, Progressive: true, W: 6300, H: 6300, Sampling: []byte{0x11, 0x11, 0x11},
		}.Bytes()},
	}
}

// WrongFiles returns files that people send by mistake, and small ones that lie.
func WrongFiles(t testing.TB) []Hostile {
	t.Helper()
	var picture, photo bytes.Buffer
	small := image.NewGray(image.Rect(0, 0, 400, 500))
	for i := range small.Pix {
		small.Pix[i] = byte(i * i / 97)
	}
	must(t, png.Encode(&picture, small))
	must(t, jpeg.Encode(&photo, small, nil))
	plain := pdfOf(t, func(p *fpdf.Fpdf) {})
	return []Hostile{
		{"empty", nil},
		{"word", append([]byte("PK\x03\x04\x14\x00\x06\x00"), "[Content_Types].xml word/document.xml"...)},
		{"old word", append([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), make([]byte, 600)...)},
		{"rar", []byte("Rar!\x1a\x07\x01\x00")},
		{"7z", []byte("7z\xbc\xaf\x27\x1c\x00\x04")},
		{"heic", append([]byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"), make([]byte, 100)...)},
		{"avif", append([]byte("\x00\x00\x00\x18ftypavif\x00\x00\x00\x00mif1avif"), make([]byte, 100)...)},
		{"gif", []byte("GIF89a\x01\x00\x01\x00\x80\x00\x00")},
		{"svg named png", []byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`)},
		{"html named pdf", []byte("<!doctype html><script>location='https://example.org'</script>")},
		{"text", []byte("some text")},
		{"virus", []byte(EICAR)},
		{"tiff", []byte("II*\x00\x08\x00\x00\x00")},
		{"webp", []byte("RIFF\x00\x00\x00\x00WEBPVP8 ")},
		{"cut pdf", plain[:len(plain)/2]},
		{"pdf head only", []byte("%PDF-1.7\n")},
		{"pdf without pages", []byte("%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF")},
		{"cut png", picture.Bytes()[:picture.Len()/2]},
		{"png head only", picture.Bytes()[:8]},
		{"cut jpeg", photo.Bytes()[:photo.Len()/3]},
		{"jpeg head only", []byte("\xff\xd8\xff\xe0")},
		{"jpeg of endless markers", append([]byte("\xff\xd8\xff"), bytes.Repeat([]byte{0xff}, 1<<20)...)},
		{"png of 500 megapixels", pngHeader(25000, 20000, 8, 0)},
		{"png of 500 megapixels, one bit", pngHeader(25000, 20000, 1, 0)},
		{"png of 35 megapixels in 64 bits", pngHeader(7000, 5000, 16, 6)},
		{"png that is no square", pngHeader(1<<31-1, 1<<31-1, 8, 2)},
		{"jpeg of 4 gigapixels", jpegHeader(0xC0, 65535, 65535)},
		{"progressive jpeg of 39 megapixels", jpegHeader(0xC2, 7200, 5400)},
		{"encrypted pdf", pdfOf(t, func(p *fpdf.Fpdf) { p.SetProtection(fpdf.CnProtectPrint, "open", "own") })},
		{"pdf with script", pdfOf(t, func(p *fpdf.Fpdf) { p.SetJavascript("app.alert(1)") })},
		{"pdf with attachment", pdfOf(t, func(p *fpdf.Fpdf) {
			p.SetAttachments([]fpdf.Attachment{{Content: []byte("MZ"), Filename: "x.exe"}})
		})},
		{"pdf of 1000 pages", pdfOf(t, func(p *fpdf.Fpdf) {
			for range 1000 {
				p.AddPage()
			}
		})},
		{"pdf with a huge page", rawPDF("/MediaBox [0 0 2000000 2000000]", "0 0 m 10 10 l S", "")},
		{"pdf whose page tree is a circle", []byte("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n" +
			"2 0 obj<</Type/Pages/Count 1/Kids[2 0 R]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF")},
		{"over the size", append(bytes.Clone(plain), make([]byte, 20<<20)...)},
	}
}

// Polyglots are documents with something else hung on behind; what hangs on is dropped.
func Polyglots(t testing.TB) []Hostile {
	t.Helper()
	g := image.NewGray(image.Rect(0, 0, 300, 400))
	for i := range g.Pix {
		g.Pix[i] = byte(i)
	}
	var a, b bytes.Buffer
	must(t, png.Encode(&a, g))
	must(t, jpeg.Encode(&b, g, nil))
	tail := []byte("<?php system($_GET['x']); ?><script>alert(1)</script>PK\x03\x04PK\x05\x06")
	second := Located(t) // as multi-picture files have one
	return []Hostile{
		{"png", append(a.Bytes(), tail...)},
		{"jpeg", append(bytes.Clone(b.Bytes()), tail...)},
		{"jpeg with an end behind", append(append(bytes.Clone(b.Bytes()), tail...), 0xFF, 0xD9)},
		{"jpeg with a second one", append(append(bytes.Clone(b.Bytes()), tail...), second...)},
		{"pdf", append(pdfOf(t, func(*fpdf.Fpdf) {}), tail...)},
		{"pdf with an end behind", append(append(pdfOf(t, func(*fpdf.Fpdf) {}), tail...), "%%EOF"...)},
	}
}

// LivelyPDFs could do something besides being looked at.
func LivelyPDFs() []Hostile {
	make := func(catalog, page, extra string) []byte {
		const text = "BT /F 24 Tf 72 700 Td (seen) Tj ET"
		return fmt.Appendf(nil, "%%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R%s>>endobj\n"+
			"2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj\n"+
			"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 "+
			"R/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>%s>>endobj\n"+
			"4 0 obj<</Length %d>>stream\n%s\nendstream endobj\n%s\ntrailer<</Root 1 0 R>>\n%%%%EOF\n", catalog, page,
			len(text), text, extra)
	}
	return []Hostile{
		{"script when opened", make("/OpenAction<</S/JavaScript/JS(app.alert('evil'))>>", "", "")},
		{"program when opened", make("/OpenAction<</S/Launch/F(evil.exe)>>", "", "")},
		{"script of a page", make("", "/AA<</O<</S/JavaScript/JS(app.alert('evil'))>>>>", "")},
		{"file in a note", make("", "/Annots[5 0 R]",
			"5 0 obj<</Type/Annot/Subtype/FileAttachment/Rect[10 10 30 30]/FS 6 0 R>>endobj\n"+
				"6 0 obj<</Type/Filespec/F(evil.exe)/EF<</F 7 0 R>>>>endobj\n"+
				"7 0 obj<</Type/EmbeddedFile/Length 4>>stream\nevil\nendstream endobj")},
		{"link", make("", "/Annots[5 0 R]", "5 0 obj<</Type/Annot/Subtype/Link/Rect[0 0 595 "+
			"842]/A<</S/URI/URI(http://evil.example)>>>>endobj")},
		{"form of the old kind", make("/AcroForm<</XFA(evil)/Fields[]>>", "", "")},
	}
}

// SlowPDF is small and takes minutes to draw: large shapes in many colours, over and over.
func SlowPDF() []byte {
	shape := "0 0 m 595 0 l 595 842 l 0 842 l h 10 10 m 500 800 l 20 700 l 570 30 l h B*\n"
	content := bytes.Repeat([]byte("0.3 0.4 0.5 rg 5 w "+shape), 60000)
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	_, _ = z.Write(content) // into memory
	_ = z.Close()
	return fmt.Appendf(nil, "%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"+
		"2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj\n"+
		"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>endobj\n"+
		"4 0 obj<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%%%EOF\n", b.Len(),
		b.Bytes())
}

// Located is a photo that says where it was taken and that it lies on its side: what is up
// in it is on the left. Its upper half, seen upright, is black.
func Located(t testing.TB) []byte {
	t.Helper()
	g := image.NewGray(image.Rect(0, 0, 600, 400))
	for y := range 400 {
		for x := range 600 {
			g.Set(x, y, color.Gray{Y: 250})
			if x < 300 {
				g.Set(x, y, color.Gray{Y: 5})
			}
		}
	}
	var b bytes.Buffer
	must(t, jpeg.Encode(&b, g, &jpeg.Options{Quality: 90}))
	return Lying(b.Bytes())
}

// Lying adds to a JPEG that it lies on its side, and where it was taken.
func Lying(photo []byte) []byte {
	tiff := []byte("MM\x00\x2a\x00\x00\x00\x08\x00\x02")
	// It lies, turn right; and where it is.
	tiff = append(tiff, "\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00"...)
	tiff = append(tiff, "\x88\x25\x00\x04\x00\x00\x00\x01\x00\x00\x00\x26\x00\x00\x00\x00GPS-SECRET"...)
	exif := append([]byte("Exif\x00\x00"), tiff...)
	segment := binary.BigEndian.AppendUint16([]byte{0xFF, 0xE1}, uint16(len(exif)+2)) //nolint:gosec // some bytes
	segment = append(segment, exif...)
	return append(append(bytes.Clone(photo[:2]), segment...), photo[2:]...)
}

func pdfOf(t testing.TB, change func(*fpdf.Fpdf)) []byte {
	t.Helper()
	pdf := fpdf.New("P", "mm", "A4", "")
	pdf.AddPage()
	pdf.SetFont("Helvetica", "", 12)
	pdf.Text(20, 20, "a document")
	change(pdf)
	var b bytes.Buffer
	must(t, pdf.Output(&b))
	return b.Bytes()
}

// rawPDF is a PDF of one page, written by hand so that it may be wrong.
func rawPDF(page, content, extra string) []byte {
	return fmt.Appendf(nil, "%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"+
		"2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj\n"+
		"3 0 obj<</Type/Page/Parent 2 0 R %s /Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>>>endobj\n"+
		"4 0 obj<</Length %d>>stream\n%s\nendstream endobj\n%s\ntrailer<</Root 1 0 R>>\n%%%%EOF\n",
		page, len(content), content, extra)
}

// flateBomb draws nothing, n bytes long, packed a thousand times smaller.
func flateBomb(n int) []byte {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	blank := bytes.Repeat([]byte(" "), 1<<20)
	for range n >> 20 {
		_, _ = z.Write(blank) // into memory
	}
	_ = z.Close()
	return fmt.Appendf(nil, "%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"+
		"2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj\n"+
		"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>endobj\n"+
		"4 0 obj<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%%%EOF\n",
		b.Len(), b.Bytes())
}

// imageBomb is a page with a picture that is far larger unpacked than the file.
func imageBomb(w, h int) []byte {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	blank := make([]byte, w)
	for range h {
		_, _ = z.Write(blank) // into memory
	}
	_ = z.Close()
	return rawPDF("/MediaBox[0 0 595 842]", "q 595 0 0 842 0 0 cm /I Do Q", fmt.Sprintf(
		"5 0 obj<</Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceGray/BitsPerComponent "+
			"8/Filter/FlateDecode/Length %d>>stream\n%s\nendstream endobj", w, h, b.Len(), b.Bytes()))
}

// pngHeader claims a size and has no picture.
func pngHeader(w, h uint32, depth, kind byte) []byte {
	body := binary.BigEndian.AppendUint32([]byte("IHDR"), w)
	body = binary.BigEndian.AppendUint32(body, h)
	body = append(body, depth, kind, 0, 0, 0)
	out := append([]byte("\x89PNG\r\n\x1a\n"), 0, 0, 0, 13)
	out = append(out, body...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(body))
}

// jpegHeader claims a size and has no picture.
func jpegHeader(frame byte, w, h uint16) []byte {
	out := []byte{0xFF, 0xD8, 0xFF, frame, 0, 17, 8}
	out = binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(out, h), w)
	return append(out, 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0, 0xFF, 0xDA, 0, 2)
}
