package paper

import (
	"image"
	"math"
)

// The places of corner squares: their middles lie so many squares inside the code.
const cornerInside = 3.5

// across is the step of one square to the right and down, in pixels.
func (p place) across() (right, down point) {
	n := float64(p.modules) - 2*cornerInside
	if n <= 0 {
		return point{}, point{}
	}
	return point{(p.topRight.x - p.topLeft.x) / n, (p.topRight.y - p.topLeft.y) / n},
		point{(p.bottomLeft.x - p.topLeft.x) / n, (p.bottomLeft.y - p.topLeft.y) / n}
}

// at is the pixel of a place on the sheet, given in millimetres from its upper left
// corner. Far from the code it is rough: a sheet seen from the side is not laid flat.
func (p place) at(x, y float64) point {
	right, down := p.across()
	module := qrSize / float64(p.modules)
	u, v := (x-qrX)/module-cornerInside, (y-qrY)/module-cornerInside
	return point{p.topLeft.x + u*right.x + v*down.x, p.topLeft.y + u*right.y + v*down.y}
}

// perInch is the resolution of the sheet in the picture.
func (p place) perInch() int {
	right, down := p.across()
	module := (math.Hypot(right.x, right.y) + math.Hypot(down.x, down.y)) / 2
	return int(module * float64(p.modules) / qrSize * 25.4)
}

// leavesRoom reports whether the picture is so much larger than n sheets like that of this
// code that another may lie beside them.
func (p place) leavesRoom(r image.Rectangle, n int) bool {
	right, down := p.across()
	module := qrSize / float64(p.modules)
	sheet := math.Abs(right.x*down.y-right.y*down.x) / (module * module) * pageWidth * pageHeight
	return float64(r.Dx()*r.Dy()) > (float64(n)+0.5)*sheet
}

// erased returns the picture with the code painted over.
func (p place) erased(g *image.Gray) *image.Gray {
	out := image.NewGray(image.Rect(0, 0, g.Rect.Dx(), g.Rect.Dy()))
	copy(out.Pix, packed(g))
	box := image.Rectangle{}
	for _, c := range []point{p.at(qrX, qrY), p.at(qrX+qrSize, qrY), p.at(qrX, qrY+qrSize), p.at(qrX+qrSize, qrY+qrSize)} {
		box = box.Union(image.Rect(int(c.x), int(c.y), int(c.x)+2, int(c.y)+2))
	}
	box = box.Intersect(out.Rect)
	const paper = 230
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			out.Pix[y*out.Stride+x] = paper
		}
	}
	return out
}

// cut reports whether what is printed on the sheet lies partly outside the picture. The
// places far from the code are rough, so a little outside counts as inside.
func (p place) cut(r image.Rectangle) bool {
	slack := 0.03 * float64(max(r.Dx(), r.Dy()))
	for _, c := range []point{
		p.at(margin, top), p.at(pageWidth-margin, top), p.at(margin, bottom),
		p.at(pageWidth-margin, bottom),
	} {
		if c.x < float64(r.Min.X)-slack || c.y < float64(r.Min.Y)-slack || c.x > float64(r.Max.X)+slack ||
			c.y > float64(r.Max.Y)+slack {
			return true
		}
	}
	return false
}
