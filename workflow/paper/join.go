package paper

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/draw"
	"image/jpeg"

	"github.com/go-pdf/fpdf"
)

// join makes one PDF of several pictures, a page each, in order. Files that are
// not pictures give [ErrUnsupported].
func (r *Reader) join(ctx context.Context, pictures [][]byte) ([]byte, error) {
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
		if kind == "png" && !plainPNG(data) {
			if data, err = r.opaque(ctx, data); err != nil {
				return nil, err
			}
			kind = "jpeg"
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

// plainPNG reports whether the compressed pixels can go into a PDF as they are: no
// transparency, eight bits at most, not interlaced.
func plainPNG(data []byte) bool {
	const depth, kind, translucent = 24, 25, 4
	return len(data) > kind && data[depth] <= 8 && data[kind]&translucent == 0 && !interlaced(data) &&
		!bytes.Contains(data[:min(len(data), 4096)], []byte("tRNS"))
}

// opaque is a picture on white.
func (r *Reader) opaque(ctx context.Context, data []byte) ([]byte, error) {
	img, err := r.decode(ctx, data)
	if err != nil {
		return nil, err
	}
	const quality = 90
	var out bytes.Buffer
	if err := jpeg.Encode(&out, onWhite(img), &jpeg.Options{Quality: quality}); err != nil {
		return nil, fmt.Errorf("write picture: %w", err)
	}
	return out.Bytes(), nil
}

// onWhite lays a picture on white paper: the usual kind where it is, others in a copy.
func onWhite(img image.Image) *image.RGBA {
	n, ok := img.(*image.NRGBA)
	if !ok {
		out := image.NewRGBA(img.Bounds())
		draw.Draw(out, out.Rect, image.White, image.Point{}, draw.Src)
		draw.Draw(out, out.Rect, img, img.Bounds().Min, draw.Over)
		return out
	}
	for i := 0; i < len(n.Pix); i += 4 {
		a := int(n.Pix[i+3])
		if a == 255 {
			continue
		}
		for k := range 3 {
			n.Pix[i+k] = uint8((int(n.Pix[i+k])*a + 255*(255-a)) / 255) //nolint:gosec // a weighted mean of bytes
		}
		n.Pix[i+3] = 255
	}
	return &image.RGBA{Pix: n.Pix, Stride: n.Stride, Rect: n.Rect} // opaque, the two are the same
}
