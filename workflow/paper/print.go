package paper

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/boombuler/barcode/qr"

	"example.org/beian/workflow"
)

// The page in millimetres.
const (
	pageWidth  = 210.0
	pageHeight = 297.0
	margin     = 18.0
	inner      = pageWidth - 2*margin
	qrSize     = 26.0
	top        = 44.0 // where the content begins, below title and code
	bottom     = pageHeight - 14
)

// UndrawableError names the characters that no installed font can draw. Nothing is
// printed then: a name must never come out as an empty box.
type UndrawableError struct{ Runes []rune }

// Error implements error.
func (e *UndrawableError) Error() string {
	return fmt.Sprintf("no font draws %s: install the Debian packages fonts-noto-cjk and fonts-hanazono", string(e.Runes))
}

// Printer prints sheets. It is safe for concurrent use.
type Printer struct {
	fonts *Fonts
	mac   MAC
}

// NewPrinter returns a printer that signs with mac.
func NewPrinter(f *Fonts, mac MAC) *Printer { return &Printer{f, mac} }

// Print returns the sheet as a PDF. The same sheet with the same fonts and key gives
// the same bytes.
func (p *Printer) Print(s workflow.Sheet) ([]byte, error) {
	for i := range s.Cells {
		s.Cells[i].Value = clean(s.Cells[i].Value)
	}
	if missing := p.fonts.Missing(words(s)); len(missing) > 0 {
		return nil, &UndrawableError{missing}
	}
	c := newCanvas(p.fonts)
	// Fixed dates and no personal value in the metadata.
	c.pdf.SetCreationDate(s.Printed.Time())
	c.pdf.SetModificationDate(s.Printed.Time())
	c.pdf.SetTitle(s.Kind.Title(), true)
	c.pdf.SetProducer("Beian", true)
	pages := formPages
	if s.Kind == workflow.PaperNotice {
		pages = noticePages
	}
	layout := pages(c, s)
	for i, draw := range layout {
		c.pdf.AddPage()
		m, err := sign(p.mac, s, i+1, len(layout))
		if err != nil {
			return nil, err
		}
		if err := head(c, s, m); err != nil {
			return nil, err
		}
		draw()
	}
	if c.err != nil {
		return nil, c.err
	}
	var out bytes.Buffer
	if err := c.pdf.Output(&out); err != nil {
		return nil, fmt.Errorf("write pdf: %w", err)
	}
	return out.Bytes(), nil
}

func words(s workflow.Sheet) string {
	var b strings.Builder
	b.WriteString(s.Unit + s.College)
	for _, c := range s.Cells {
		b.WriteString(c.Label + c.Value)
	}
	return b.String()
}

// head draws title, code and footer of a page.
func head(c *canvas, s workflow.Sheet, m Mark) error {
	x, y := pageWidth-margin-qrSize+4, 9.0
	if err := drawQR(c, m.String(), x, y, qrSize); err != nil {
		return err
	}
	c.pdf.SetTextColor(110, 110, 110)
	c.right(pageWidth-margin+4, y+qrSize+2.6, 6, "此码仅含编号与校验，不含个人信息")
	foot := fmt.Sprintf("%s   第 %d 版   %s 打印   第 %d/%d 页", s.Filing, s.Revision, s.Printed, m.Page, m.Pages)
	c.centred(pageHeight-8, 8, foot)
	c.pdf.SetTextColor(0, 0, 0)
	c.bold(func() {
		title := strings.TrimPrefix(s.Kind.Title(), "杭州市")
		c.text(margin, 22, 13, "杭州市")
		c.text(margin, 32, 19, title)
	})
	return nil
}

// drawQR draws the code as rectangles, one for each run of dark modules, so that it
// is sharp at any printer's resolution.
func drawQR(c *canvas, content string, x, y, size float64) error {
	code, err := qr.Encode(content, qr.Q, qr.Unicode)
	if err != nil {
		return fmt.Errorf("make qr code: %w", err)
	}
	n := code.Bounds().Dx()
	module := size / float64(n)
	dark := func(i, j int) bool {
		r, _, _, _ := code.At(i, j).RGBA()
		return r < 0x8000
	}
	c.pdf.SetFillColor(0, 0, 0)
	for j := range n {
		for i := 0; i < n; i++ {
			start := i
			for i < n && dark(i, j) {
				i++
			}
			if i > start {
				c.pdf.Rect(x+float64(start)*module, y+float64(j)*module, float64(i-start)*module, module*1.01, "F")
			}
		}
	}
	return nil
}
