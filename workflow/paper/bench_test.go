package paper_test

import (
	"bytes"
	"image/png"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/go-pdf/fpdf"
	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"example.org/beian/workflow"
	"example.org/beian/workflow/paper"
)

// twoPages is a form whose values need a second page.
func twoPages() workflow.Sheet {
	s := form("陈一帆")
	for i, c := range s.Cells {
		if fd, _ := workflow.FieldOf(c.Key); fd.Kind == workflow.KindText {
			s.Cells[i].Value = strings.Repeat("示例师范大学晨星信息学院计算机科学与技术", 3)[:3*min(fd.MaxRunes, 50)]
		}
	}
	return s
}

// BenchmarkPrint prints a form of two pages; compare with BenchmarkPlain in the same run.
func BenchmarkPrint(b *testing.B) {
	p, err := parts()
	if err != nil {
		b.Fatal(err)
	}
	s := twoPages()
	pdf, err := p.printer.Print(s)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.ReportMetric(float64(len(pdf)), "bytes/doc")
	for b.Loop() {
		if _, err := p.printer.Print(s); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkPlain is the usual way with fpdf: the whole font in every document, the code as
// a picture, a table of as many cells over two pages.
func BenchmarkPlain(b *testing.B) {
	font, err := os.ReadFile(fontPath(b, "DroidSansFallbackFull.ttf"))
	if err != nil {
		b.Fatal(err)
	}
	code, err := qrcode.NewQRCodeWriter().EncodeWithoutHint(
		"BEIAN:1:K7M2Q9XD:FORM:2:1/2:AEAAAAAB3G2WSQVLJSZE4DO3YG3KZ3G5DU",
		gozxing.BarcodeFormat_QR_CODE, 200, 200)
	if err != nil {
		b.Fatal(err)
	}
	var picture bytes.Buffer
	if err := png.Encode(&picture, code); err != nil {
		b.Fatal(err)
	}
	s := twoPages()
	b.ReportAllocs()
	for b.Loop() {
		pdf := fpdf.New("P", "mm", "A4", "")
		pdf.AddUTF8FontFromBytes("droid", "", font)
		for range 2 {
			pdf.AddPage()
			pdf.SetFont("droid", "", 18)
			pdf.Text(60, 28, s.Kind.Title())
			pdf.RegisterImageOptionsReader("qr", fpdf.ImageOptions{ImageType: "png"}, bytes.NewReader(picture.Bytes()))
			pdf.ImageOptions("qr", 170, 9, 26, 26, false, fpdf.ImageOptions{ImageType: "png"}, 0, "")
			pdf.SetFont("droid", "", 9.5)
			pdf.SetXY(18, 42)
			for _, c := range s.Cells[:13] {
				pdf.CellFormat(30, 8, c.Label, "1", 0, "C", false, 0, "")
				pdf.MultiCell(144, 8, c.Value, "1", "L", false)
				pdf.SetX(18)
			}
		}
		if err := pdf.Output(&bytes.Buffer{}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkManyPages reads thirty full pages without a code: what most documents are, and more than
// most. CPU counts; see the budget.
func BenchmarkManyPages(b *testing.B) {
	p, err := parts()
	if err != nil {
		b.Fatal(err)
	}
	data := contract(b, 2339)
	for b.Loop() {
		if scan, err := p.reader.Read(b.Context(), data, paper.Limits{}); err != nil || len(scan.Pages) != 30 {
			b.Fatal(len(scan.Pages), err)
		}
	}
}

// BenchmarkManyDocuments prints many different documents and reports what stays in memory
// after each thousand: run it with -benchtime=10000x.
func BenchmarkManyDocuments(b *testing.B) {
	p, err := parts()
	if err != nil {
		b.Fatal(err)
	}
	held := func() float64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return float64(m.HeapAlloc) / (1 << 20)
	}
	const warm = 1000
	var early float64
	for i := range b.N {
		s := form("陈一帆")
		s.Cells[0].Value = string([]rune{'陈', rune(0x4E00 + i%20000)}) // names in many characters, rare ones too
		if _, err := p.printer.Print(s); err != nil {
			b.Fatal(err)
		}
		if i == warm {
			early = held()
		}
	}
	if b.N > warm {
		b.ReportMetric(early, "MB-at-1000")
		b.ReportMetric(held(), "MB-at-end")
	}
}

func fontPath(tb testing.TB, name string) string {
	tb.Helper()
	found, err := filepath.Glob("/usr/share/fonts/truetype/*/" + name)
	if err != nil || len(found) == 0 {
		tb.Fatalf("font %s not found: %v", name, err)
	}
	return found[0]
}
