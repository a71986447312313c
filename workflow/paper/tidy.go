package paper

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"regexp"
	"strconv"
)

// Tidy returns what is kept of a file: the document and nothing else. Of a picture that
// is what is seen: where and with which phone it was taken is dropped, as is whatever hangs
// behind its end; a photo that is stored lying down is set upright. Behind the end of a PDF
// everything is cut off, and one that could do more than be looked at is drawn anew. The file
// has been read before; see [Reader.Read].
func (r *Reader) Tidy(ctx context.Context, data []byte) ([]byte, error) {
	kind := sniff(data)
	if kind == "" {
		return nil, ErrUnsupported
	}
	needs, err := memoryFor(kind, data, Limits{}.usual().Pixels)
	if err != nil {
		return nil, err
	}
	release, err := r.reserve(ctx, needs)
	if err != nil {
		return nil, err
	}
	defer release()
	switch kind {
	case "jpeg":
		return r.tidyJPEG(ctx, data)
	case "png":
		return r.tidyPNG(ctx, data)
	}
	data = tidyPDF(data)
	if !lively.Match(data) { // scanners write none of these
		return data, nil
	}
	return r.pdf.redraw(ctx, data)
}

func (r *Reader) tidyJPEG(ctx context.Context, data []byte) ([]byte, error) {
	out := []byte{0xFF, jpegStart}
	orientation := 1
	for marker, segment := range segments(data) {
		switch {
		case marker == jpegEnd: // what hangs behind the picture stays behind
			return r.upright(ctx, append(out, 0xFF, jpegEnd), orientation)
		case marker == jpegApp1:
			orientation = max(orientation, exifOrientation(segment[2:]))
		case marker == jpegComment || marker > jpegApp0 && marker <= jpegApp15 && marker != jpegApp14:
		default:
			out = append(append(out, 0xFF, marker), segment...)
		}
	}
	return nil, ErrDamaged
}

// exifOrientation reads how a photo lies, 1 when it does not say.
func exifOrientation(app1 []byte) int {
	tiff, ok := bytes.CutPrefix(app1, []byte("Exif\x00\x00"))
	if !ok || len(tiff) < 8 {
		return 1
	}
	var order binary.ByteOrder = binary.BigEndian
	if tiff[0] == 'I' {
		order = binary.LittleEndian
	}
	at := int(order.Uint32(tiff[4:]))
	if at < 0 || at+2 > len(tiff) {
		return 1
	}
	const entry, tag = 12, 0x0112
	for i := range int(order.Uint16(tiff[at:])) {
		e := at + 2 + i*entry
		if e+entry > len(tiff) {
			return 1
		}
		if order.Uint16(tiff[e:]) != tag {
			continue
		}
		if v := int(order.Uint16(tiff[e+8:])); v >= 1 && v <= 8 {
			return v
		}
		return 1
	}
	return 1
}

// upright turns the pixels of a photo that lies.
func (r *Reader) upright(ctx context.Context, data []byte, orientation int) ([]byte, error) {
	if orientation == 1 {
		return data, nil
	}
	img, err := r.decode(ctx, data)
	if err != nil {
		return nil, err
	}
	const quality = 90
	var out bytes.Buffer
	if err := jpeg.Encode(&out, turn(img, orientation), &jpeg.Options{Quality: quality}); err != nil {
		return nil, fmt.Errorf("turn photo: %w", err)
	}
	return out.Bytes(), nil
}

// turn undoes an EXIF orientation: 2 mirrored, 3 upside down, 4 both, 5 to 8 the same lying
// on a side. The planes of a photo are turned as they are, which takes a third of the memory
// of turning its pixels.
func turn(img image.Image, orientation int) image.Image {
	switch src := img.(type) {
	case *image.Gray:
		w, h := turned(src.Rect, orientation)
		out := image.NewGray(image.Rect(0, 0, w, h))
		turnPlane(out.Pix, out.Stride, src.Pix, src.Stride, src.Rect.Dx(), src.Rect.Dy(), orientation)
		return out
	case *image.YCbCr:
		if out, ok := turnPhoto(src, orientation); ok {
			return out
		}
	}
	b := img.Bounds()
	w, h := turned(b, orientation)
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			sx, sy := origin(x, y, b.Dx(), b.Dy(), orientation)
			out.Set(x, y, img.At(b.Min.X+sx, b.Min.Y+sy))
		}
	}
	return out
}

func turned(b image.Rectangle, orientation int) (w, h int) {
	if orientation >= 5 {
		return b.Dy(), b.Dx()
	}
	return b.Dx(), b.Dy()
}

// turnPhoto turns each plane of a photo whose colours are stored so that they can be turned:
// of each pixel, or of two by two.
func turnPhoto(src *image.YCbCr, orientation int) (*image.YCbCr, bool) {
	if src.SubsampleRatio != image.YCbCrSubsampleRatio444 && src.SubsampleRatio != image.YCbCrSubsampleRatio420 {
		return nil, false
	}
	w, h := turned(src.Rect, orientation)
	out := image.NewYCbCr(image.Rect(0, 0, w, h), src.SubsampleRatio)
	turnPlane(out.Y, out.YStride, src.Y, src.YStride, src.Rect.Dx(), src.Rect.Dy(), orientation)
	cw, ch := src.Rect.Dx(), src.Rect.Dy()
	if src.SubsampleRatio == image.YCbCrSubsampleRatio420 {
		cw, ch = (cw+1)/2, (ch+1)/2
	}
	turnPlane(out.Cb, out.CStride, src.Cb, src.CStride, cw, ch, orientation)
	turnPlane(out.Cr, out.CStride, src.Cr, src.CStride, cw, ch, orientation)
	return out, true
}

// turnPlane turns one plane of w by h bytes.
func turnPlane(dst []byte, dstStride int, src []byte, srcStride, w, h, orientation int) {
	dw, dh := turned(image.Rect(0, 0, w, h), orientation)
	for y := range dh {
		for x := range dw {
			sx, sy := origin(x, y, w, h, orientation)
			dst[y*dstStride+x] = src[sy*srcStride+sx]
		}
	}
}

// origin is where a pixel of the upright picture lies in the stored one of w by h.
func origin(x, y, w, h, orientation int) (sx, sy int) {
	switch orientation {
	case 2:
		return w - 1 - x, y
	case 3:
		return w - 1 - x, h - 1 - y
	case 4:
		return x, h - 1 - y
	case 5:
		return y, x
	case 6:
		return y, h - 1 - x
	case 7:
		return w - 1 - y, h - 1 - x
	case 8:
		return w - 1 - y, x
	}
	return x, y
}

// tidyPNG keeps the chunks that make the picture. An interlaced one, which not every reader
// can take, is written anew.
func (r *Reader) tidyPNG(ctx context.Context, data []byte) ([]byte, error) {
	if interlaced(data) {
		img, err := r.decode(ctx, data)
		if err != nil {
			return nil, err
		}
		var out bytes.Buffer
		if err := png.Encode(&out, img); err != nil {
			return nil, fmt.Errorf("write picture: %w", err)
		}
		return out.Bytes(), nil
	}
	const head = 8
	out := bytes.Clone(data[:head])
	for name, chunk := range chunks(data) {
		switch name {
		case "IHDR", "PLTE", "tRNS", "gAMA", "sRGB", "pHYs", "IDAT":
			out = append(out, chunk...)
		case "IEND":
			return append(out, chunk...), nil
		}
	}
	return nil, ErrDamaged
}

// pdfEnd is how a PDF ends: where its table is, and the word.
var pdfEnd = regexp.MustCompile(`startxref[\x00\t\n\f\r ]+(\d{1,10})[\x00\t\n\f\r ]+%%EOF`)

// tidyPDF cuts off what hangs behind the last end that points to a table.
func tidyPDF(data []byte) []byte {
	ends := pdfEnd.FindAllSubmatchIndex(data, -1)
	for i := len(ends) - 1; i >= 0; i-- {
		e := ends[i]
		if at, err := strconv.Atoi(string(data[e[2]:e[3]])); err == nil && at < e[0] {
			return append(bytes.Clone(data[:e[1]]), '\n')
		}
	}
	if end := bytes.LastIndex(data, []byte("%%EOF")); end >= 0 && len(ends) == 0 {
		return append(bytes.Clone(data[:end+len("%%EOF")]), '\n')
	}
	return data
}
