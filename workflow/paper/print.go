package paper

import (
	"fmt"
	"slices"
	"strings"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode/decoder"
	"github.com/makiuchi-d/gozxing/qrcode/encoder"

	"example.org/beian/workflow"
)

// The page in millimetres.
const (
	pageWidth  = 210.0
	pageHeight = 297.0
	margin     = 18.0
	inner      = pageWidth - 2*margin
	qrSize     = 26.0
	qrX        = pageWidth - margin - qrSize
	qrY        = 9.0
	top        = 42.0 // where the content begins, below title and code
	bottom     = pageHeight - 14
)

// UndrawableError names the characters that no installed font can draw. Nothing is
// printed then: a name must never come out as an empty box.
type UndrawableError struct{ Runes []rune }

// Error implements error.
func (e *UndrawableError) Error() string {
	return fmt.Sprintf("no font draws %s: write the name otherwise, or add a font that has it", string(e.Runes))
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
	c := newCanvas(p.fonts)
	if _, err := p.add(c, s); err != nil {
		return nil, err
	}
	return c.document(s.Kind.Title(), s.Printed.Time())
}

// Pages returns on how many pages a sheet is printed.
func (p *Printer) Pages(s workflow.Sheet) int {
	return len(layouts[s.Kind](newCanvas(p.fonts), cleaned(s)))
}

// Missing returns the characters of a text that no font draws, each once.
func (p *Printer) Missing(text string) []rune { return p.fonts.Missing(clean(text)) }

// add draws the pages of a sheet, each with its fingerprint, and returns how many.
func (p *Printer) add(c *canvas, s workflow.Sheet) (int, error) {
	s = cleaned(s)
	if missing := p.fonts.Missing(words(s)); len(missing) > 0 {
		return 0, &UndrawableError{missing}
	}
	layout := layouts[s.Kind](c, s)
	for i, draw := range layout {
		m, err := sign(p.mac, s, i+1, len(layout))
		if err != nil {
			return 0, err
		}
		c.page()
		if err := head(c, s, m); err != nil {
			return 0, err
		}
		draw()
	}
	return len(layout), nil
}

// layouts are the ways to lay out each kind of paper.
var layouts = map[workflow.PaperKind]func(*canvas, workflow.Sheet) []func(){
	workflow.PaperForm: formPages, workflow.PaperNotice: noticePages, workflow.PaperReceipt: listPages,
	workflow.PaperProgress: listPages,
	workflow.PaperPortal:   listPages,
}

// cleaned returns the sheet without what cannot be printed.
func cleaned(s workflow.Sheet) workflow.Sheet {
	s.Unit, s.College, s.Contact = clean(s.Unit), clean(s.College), clean(s.Contact)
	s.Cells, s.Lines = slices.Clone(s.Cells), slices.Clone(s.Lines)
	for i := range s.Cells {
		s.Cells[i].Value = clean(s.Cells[i].Value)
	}
	for i, l := range s.Lines {
		s.Lines[i] = workflow.SheetLine{Left: clean(l.Left), Right: clean(l.Right)}
	}
	return s
}

func words(s workflow.Sheet) string {
	var b strings.Builder
	b.WriteString(s.Unit + s.College + s.Contact)
	for _, c := range s.Cells {
		b.WriteString(c.Label + c.Value)
	}
	for _, l := range s.Lines {
		b.WriteString(l.Left + l.Right)
	}
	return b.String()
}

// head draws title, code and footer of a page.
func head(c *canvas, s workflow.Sheet, m Mark) error {
	if err := drawQR(c, m.String()); err != nil {
		return err
	}
	c.grey(func() {
		c.right(qrX+qrSize, qrY+qrSize+2.6, 6, "此码仅含编号与校验，不含个人信息")
		c.centred(pageHeight-8, 8, fmt.Sprintf("%s   第 %d 版   %s 打印   第 %d/%d 页", s.Filing, s.Revision, s.Printed, m.Page,
			m.Pages))
	})
	title(c, s.Kind.Title())
	return nil
}

// title draws the heading of a page in the middle.
func title(c *canvas, text string) {
	const size = 18
	c.heading((pageWidth-c.headingWidth(text, size))/2, 29, size, text)
}

// encode makes the code of a text. What is encoded is nearly random, so that every mask is
// about as good as the best; trying all eight would take longer than the rest of the page.
func encode(content string) (*encoder.ByteMatrix, error) {
	code, err := encoder.Encoder_encode(content, decoder.ErrorCorrectionLevel_Q,
		map[gozxing.EncodeHintType]any{gozxing.EncodeHintType_QR_MASK_PATTERN: 2})
	if err != nil {
		return nil, fmt.Errorf("make qr code: %w", err)
	}
	return code.GetMatrix(), nil
}

// drawQR draws the code as one path of rectangles, a run of dark modules each, so that it
// is sharp at any printer's resolution.
func drawQR(c *canvas, content string) error {
	m, err := encode(content)
	if err != nil {
		return err
	}
	n := m.GetWidth()
	var b strings.Builder
	for j := range n {
		for i := 0; i < n; i++ {
			start := i
			for i < n && m.Get(i, j) == 1 {
				i++
			}
			if i > start {
				fmt.Fprintf(&b, "%d %d %d 1.01 re\n", start, j, i-start) // a little over: no gaps between rows
			}
		}
	}
	c.raw(qrX, qrY, qrSize/float64(n)*72/25.4, b.String()+"f")
	return nil
}
