package paper

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/jpeg"
)

// Tidy returns what is kept of a file: the document and nothing else. Of a picture that
// is what is seen: where and with which phone it was taken is dropped, as is whatever hangs
// behind its end; a photo that is stored lying down is set upright. Behind the end of a PDF
// everything is cut off. The file has been read before; see [Reader.Read].
func Tidy(data []byte) ([]byte, error) {
	switch sniff(data) {
	case "jpeg":
		return tidyJPEG(data)
	case "png":
		return tidyPNG(data)
	case "pdf":
		return tidyPDF(data), nil
	}
	return nil, ErrUnsupported
}

// The markers of JPEG that matter here.
const (
	jpegStart   = 0xD8
	jpegEnd     = 0xD9
	jpegScan    = 0xDA
	jpegApp0    = 0xE0 // JFIF
	jpegApp1    = 0xE1 // EXIF, XMP
	jpegApp14   = 0xEE // Adobe: says how colours are stored
	jpegApp15   = 0xEF
	jpegComment = 0xFE
)

func tidyJPEG(data []byte) ([]byte, error) {
	out := []byte{0xFF, jpegStart}
	orientation := 1
	at := 2
	for {
		if at+4 > len(data) || data[at] != 0xFF {
			return nil, ErrDamaged
		}
		marker := data[at+1]
		if marker == 0xFF { // filling
			at++
			continue
		}
		size := int(binary.BigEndian.Uint16(data[at+2:]))
		if size < 2 || at+2+size > len(data) {
			return nil, ErrDamaged
		}
		segment := data[at : at+2+size]
		at += len(segment)
		switch {
		case marker == jpegApp1:
			orientation = max(orientation, exifOrientation(segment[4:]))
		case marker == jpegComment || marker > jpegApp0 && marker <= jpegApp15 && marker != jpegApp14:
		case marker == jpegScan:
			end := bytes.LastIndex(data, []byte{0xFF, jpegEnd})
			if end < at {
				return nil, ErrDamaged
			}
			out = append(append(out, segment...), data[at:end+2]...)
			return upright(out, orientation)
		default:
			out = append(out, segment...)
		}
	}
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
func upright(data []byte, orientation int) ([]byte, error) {
	if orientation == 1 {
		return data, nil
	}
	img, err := jpeg.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	const quality = 90
	var out bytes.Buffer
	if err := jpeg.Encode(&out, turn(img, orientation), &jpeg.Options{Quality: quality}); err != nil {
		return nil, fmt.Errorf("turn photo: %w", err)
	}
	return out.Bytes(), nil
}

// turn undoes an EXIF orientation: 2 mirrored, 3 upside down, 4 both, 5 to 8 the same lying
// on a side.
func turn(img image.Image, orientation int) image.Image {
	b := img.Bounds()
	w, h := b.Dx(), b.Dy()
	size := image.Pt(w, h)
	if orientation >= 5 {
		size = image.Pt(h, w)
	}
	out := image.NewRGBA(image.Rectangle{Max: size})
	for y := range size.Y {
		for x := range size.X {
			sx, sy := x, y
			switch orientation {
			case 2:
				sx = w - 1 - x
			case 3:
				sx, sy = w-1-x, h-1-y
			case 4:
				sy = h - 1 - y
			case 5:
				sx, sy = y, x
			case 6:
				sx, sy = y, h-1-x
			case 7:
				sx, sy = w-1-y, h-1-x
			case 8:
				sx, sy = w-1-y, x
			}
			out.Set(x, y, img.At(b.Min.X+sx, b.Min.Y+sy))
		}
	}
	return out
}

// tidyPNG keeps the chunks that make the picture.
func tidyPNG(data []byte) ([]byte, error) {
	const head, frame = 8, 12
	out := bytes.Clone(data[:head])
	for at := head; ; {
		if at+frame > len(data) {
			return nil, ErrDamaged
		}
		size := int(binary.BigEndian.Uint32(data[at:]))
		if size < 0 || size > len(data)-at-frame {
			return nil, ErrDamaged
		}
		chunk := data[at : at+frame+size]
		at += len(chunk)
		switch name := string(chunk[4:8]); name {
		case "IHDR", "PLTE", "tRNS", "gAMA", "sRGB", "pHYs", "IDAT":
			out = append(out, chunk...)
		case "IEND":
			return append(out, chunk...), nil
		}
	}
}

// tidyPDF cuts off what hangs behind the last end.
func tidyPDF(data []byte) []byte {
	end := bytes.LastIndex(data, []byte("%%EOF"))
	if end < 0 {
		return data
	}
	return append(bytes.Clone(data[:end+len("%%EOF")]), '\n')
}
