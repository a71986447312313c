package paper

import (
	"bytes"
	"fmt"
	"image"

	"github.com/go-pdf/fpdf"
)

// Join makes one PDF of several pictures, a page each, in order. Files that are
// not pictures give [ErrUnsupported].
func Join(pictures [][]byte) ([]byte, error) {
	pdf := fpdf.New("P", "mm", "A4", "")
	pdf.SetCatalogSort(true)
	pdf.SetAutoPageBreak(false, 0)
	for i, data := range pictures {
		kind := sniff(data)
		if kind != "jpeg" && kind != "png" {
			return nil, ErrUnsupported
		}
		cfg, _, err := image.DecodeConfig(bytes.NewReader(data))
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
		}
		name := fmt.Sprintf("p%d", i)
		pdf.RegisterImageOptionsReader(name, fpdf.ImageOptions{ImageType: kind}, bytes.NewReader(data))
		w, h := pageWidth, pageWidth*float64(cfg.Height)/float64(cfg.Width)
		if h > pageHeight {
			w, h = pageHeight*float64(cfg.Width)/float64(cfg.Height), pageHeight
		}
		pdf.AddPage()
		pdf.ImageOptions(name, (pageWidth-w)/2, (pageHeight-h)/2, w, h, false, fpdf.ImageOptions{ImageType: kind}, 0, "")
	}
	var out bytes.Buffer
	if err := pdf.Output(&out); err != nil {
		return nil, fmt.Errorf("join pictures: %w", err)
	}
	return out.Bytes(), nil
}
