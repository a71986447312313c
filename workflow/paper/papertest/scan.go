// Package papertest makes scans and photos out of printed pages, for tests: turned, seen
// from the side, blurred, noisy, dark, folded, stamped over, cut off, faxed, compressed, as
// phones and office scanners leave them.
package papertest

import (
	"image"
	"image/color"
	"math"
	"math/rand/v2"
	"testing"

	xdraw "golang.org/x/image/draw"
)

// Options say how bad the copy of a page is. The zero value is a clean scan.
type Options struct {
	DPI         int     // of the copy; 0 means 150
	Degrees     float64 // turned by
	Perspective float64 // how far corners are pulled in, as a share of the page
	Blur        float64 // standard deviation, in pixels
	Noise       int     // standard deviation on each pixel, of 255
	Quality     int     // of the JPEG, 1 to 100; 0 means 75
	Dark        float64 // how much light is missing, 0 to 1
	Fold        float64 // how dark the shadow of a fold across the code is, 0 to 1
	Seal        bool    // a red seal over the code
	Crop        float64 // share of the page that is missing at the top
	Desk        bool    // lies on a dark desk instead of filling the picture
	Fax         bool    // black and white, with specks
	Seed        uint64
}

// Where the code is on a page: the upper right corner, and its size, in millimetres.
const (
	pageW, pageH     = 210.0, 297.0
	codeX, codeY     = 166.0, 9.0
	codeSize         = 26.0
	codeModules      = 33
	seriousDarkness  = 0.8
	seriousShadow    = 0.75
	pixelsPerModule  = 2.3 // fewer cannot be told apart reliably after compression
	mostBlur         = 0.5
	modestJPEG       = 40
	modestJPEGPixels = 3.0
)

// Readable says whether a person could still make out the squares of the code: all of it
// is there, the squares are a few pixels wide and not smeared into each other, and black
// differs from white.
func (o Options) Readable() bool {
	module := codeSize / codeModules / 25.4 * float64(o.dpi()) * (1 - o.Perspective)
	return codeY/pageH > o.Crop && module >= pixelsPerModule && o.Blur <= mostBlur*module &&
		(o.quality() >= modestJPEG || module >= modestJPEGPixels) &&
		o.Dark <= seriousDarkness && o.Fold <= seriousShadow && float64(o.Noise) <= 60*(1-o.Dark)
}

func (o Options) dpi() int {
	if o.DPI == 0 {
		return 150
	}
	return o.DPI
}

func (o Options) quality() int {
	if o.Quality == 0 {
		return 75
	}
	return o.Quality
}

// Page makes a copy of a page that was drawn at the resolution of the options.
func Page(page image.Image, o Options) image.Image {
	rnd := rand.New(rand.NewPCG(o.Seed, 7)) //nolint:gosec // noise for a test
	c := newCopy(grey(page), o, rnd)
	c.light(o, rnd)
	blurred := blur(c.grey, o.Blur)
	speckle(blurred, o.Noise, rnd)
	switch {
	case o.Fax:
		return faxed(blurred, rnd)
	case c.seal != nil:
		return stamped(blurred, c.seal)
	}
	return blurred
}

// JPEG returns one page as a picture.
func JPEG(t testing.TB, page image.Image, o Options) []byte {
	t.Helper()
	return Wrap(t, []image.Image{Page(page, o)}, PhotoJPEG, o.quality())
}

// PDF returns pages as a scanned PDF, a picture each.
func PDF(t testing.TB, pages []image.Image, o Options) []byte {
	t.Helper()
	copies := make([]image.Image, len(pages))
	for i, p := range pages {
		copies[i] = Page(p, o)
	}
	return Wrap(t, copies, PDFJPEG, o.quality())
}

// sheetCopy is a copy in the making: the picture, and where a seal has coloured it.
type sheetCopy struct {
	grey *image.Gray
	seal []bool
}

// newCopy lays the page into the picture: turned, in perspective, cut off.
func newCopy(base *image.Gray, o Options, rnd *rand.Rand) sheetCopy {
	w, h := float64(base.Rect.Dx()), float64(base.Rect.Dy())
	at := o.corners(w, h, rnd)
	minX, minY, maxX, maxY := at[0][0], at[0][1], at[0][0], at[0][1]
	for _, p := range at[1:] {
		minX, maxX = min(minX, p[0]), max(maxX, p[0])
		minY, maxY = min(minY, p[1]), max(maxY, p[1])
	}
	border, ground := 0.0, uint8(250)
	if o.Desk {
		border, ground = 0.06*w, 95
	}
	minX, minY, maxX, maxY = minX-border, minY-border, maxX+border, maxY+border
	if o.Crop > 0 {
		minY += o.Crop * h
	}
	out := image.NewGray(image.Rect(0, 0, int(maxX-minX), int(maxY-minY)))
	inverse := homography(at, [4][2]float64{{0, 0}, {w, 0}, {w, h}, {0, h}})
	sealed := o.Seal
	c := sheetCopy{grey: out}
	if sealed {
		c.seal = make([]bool, len(out.Pix))
	}
	perMM := w / pageW
	for y := range out.Rect.Dy() {
		row := out.Pix[y*out.Stride : (y+1)*out.Stride]
		for x := range row {
			u, v := inverse.apply(float64(x)+minX+0.5, float64(y)+minY+0.5)
			if u < 0.5 || v < 0.5 || u >= w-0.5 || v >= h-0.5 {
				row[x] = ground
				continue
			}
			row[x] = sample(base, u-0.5, v-0.5)
			if sealed && v < 60*perMM {
				c.seal[y*out.Stride+x] = onSeal(u/perMM-(codeX+codeSize*0.4), v/perMM-(codeY+codeSize*0.6))
			}
		}
	}
	return c
}

// onSeal tells whether a place, in millimetres from the middle, is inked: a ring and a star.
func onSeal(x, y float64) bool {
	r := math.Hypot(x, y)
	if r > 19 && r < 20.5 {
		return true
	}
	const fifth = 2 * math.Pi / 5
	angle := math.Mod(math.Atan2(x, -y)+2*math.Pi, fifth)
	return r < 3+4*math.Abs(angle-fifth/2)/(fifth/2) // five points, one of them up
}

// corners are where the corners of the page come to lie.
func (o Options) corners(w, h float64, rnd *rand.Rand) [4][2]float64 {
	at := [4][2]float64{{0, 0}, {w, 0}, {w, h}, {0, h}}
	if o.Perspective > 0 {
		pull := func() float64 { return o.Perspective * (0.3 + 0.7*rnd.Float64()) / 2 }
		at = [4][2]float64{
			{w * pull(), h * pull()},
			{w * (1 - pull()), h * pull()},
			{w * (1 - pull()), h * (1 - pull())},
			{w * pull(), h * (1 - pull())},
		}
	}
	sin, cos := math.Sincos(o.Degrees * math.Pi / 180)
	for i, p := range at {
		x, y := p[0]-w/2, p[1]-h/2
		at[i] = [2]float64{x*cos - y*sin, x*sin + y*cos}
	}
	return at
}

// sample reads between four pixels, in 256ths.
func sample(g *image.Gray, x, y float64) uint8 {
	x0, y0 := int(x), int(y)
	fx, fy := int((x-float64(x0))*256), int((y-float64(y0))*256)
	i := y0*g.Stride + x0
	above := int(g.Pix[i])*(256-fx) + int(g.Pix[i+1])*fx
	below := int(g.Pix[i+g.Stride])*(256-fx) + int(g.Pix[i+g.Stride+1])*fx
	return uint8((above*(256-fy) + below*fy) >> 16) //nolint:gosec // a mean of bytes
}

// light takes light away: evenly, more at one side, and in the shadow of a fold.
func (c sheetCopy) light(o Options, rnd *rand.Rand) {
	if o.Dark == 0 && o.Fold == 0 {
		return
	}
	w, h := float64(c.grey.Rect.Dx()), float64(c.grey.Rect.Dy())
	side, slope := rnd.Float64()*2*math.Pi, 0.3*o.Dark
	dx, dy := math.Cos(side)*slope, math.Sin(side)*slope
	fold := h * (codeY + codeSize*(0.3+0.4*rnd.Float64())) / pageH
	for y := range c.grey.Rect.Dy() {
		shade := 1.0
		if d := float64(y) - fold; o.Fold > 0 && d > -h/300 { // sharp on one side, soft on the other
			shade = 1 - o.Fold*math.Exp(-math.Max(d, 0)/(h/25))
		}
		for x := range c.grey.Rect.Dx() {
			i := y*c.grey.Stride + x
			l := (1 - o.Dark + dx*(float64(x)/w-0.5) + dy*(float64(y)/h-0.5)) * shade
			c.grey.Pix[i] = uint8(min(255, max(0, float64(c.grey.Pix[i])*l)))
		}
	}
}

// blur is a Gaussian, done as three means in each direction.
func blur(g *image.Gray, sigma float64) *image.Gray {
	if sigma < 0.3 {
		return g
	}
	radius := (math.Sqrt(4*sigma*sigma+1) - 1) / 2
	for range 3 {
		g = mean(mean(g, radius, 1, g.Stride), radius, g.Stride, 1)
	}
	return g
}

// mean replaces each pixel by the mean of its neighbours within a radius that need not be
// whole, along the lines whose pixels are step apart.
func mean(g *image.Gray, radius float64, step, across int) *image.Gray {
	out := image.NewGray(g.Rect)
	n, lines := g.Rect.Dx(), g.Rect.Dy()
	if step != 1 {
		n, lines = lines, n
	}
	whole := int(radius)
	part := int((radius - float64(whole)) * 256)
	by := (2*whole+1)*256 + 2*part
	for l := range lines {
		base := l * across
		at := func(i int) int { return int(g.Pix[base+min(max(i, 0), n-1)*step]) }
		sum := 0
		for i := -whole; i <= whole; i++ {
			sum += at(i)
		}
		for i := range n {
			before, after := at(i-whole-1), at(i+whole+1)
			out.Pix[base+i*step] = uint8((sum*256 + part*(before+after)) / by) //nolint:gosec // a mean of bytes
			sum += after - at(i-whole)
		}
	}
	return out
}

// speckle adds noise of about that standard deviation, from a table that begins anywhere.
func speckle(g *image.Gray, n int, rnd *rand.Rand) {
	if n == 0 {
		return
	}
	table := make([]int16, 1<<16)
	for i := range table {
		table[i] = int16((rnd.Float64() + rnd.Float64() + rnd.Float64() - 1.5) * 2 * float64(n))
	}
	at := uint16(0)
	for i, v := range g.Pix {
		if i%4099 == 0 {
			at = uint16(rnd.Uint32()) //nolint:gosec // a place in the table
		}
		at++
		g.Pix[i] = uint8(min(255, max(0, int16(v)+table[at]))) //nolint:gosec // clamped
	}
}

// faxed leaves black and white, with specks.
func faxed(g *image.Gray, rnd *rand.Rand) *image.Gray {
	out := image.NewGray(g.Rect)
	for i, v := range g.Pix {
		if v >= 140 != (rnd.IntN(400) == 0) {
			out.Pix[i] = 255
		}
	}
	return out
}

// stamped colours what the seal covers red; ink under it stays dark.
func stamped(g *image.Gray, seal []bool) *image.RGBA {
	out := image.NewRGBA(g.Rect)
	for i, v := range g.Pix {
		c := color.RGBA{v, v, v, 255}
		if seal[i] {
			c = color.RGBA{uint8(float64(v) * 0.85), uint8(float64(v) * 0.18), uint8(float64(v) * 0.2), 255}
		}
		out.Pix[4*i], out.Pix[4*i+1], out.Pix[4*i+2], out.Pix[4*i+3] = c.R, c.G, c.B, c.A
	}
	return out
}

// matrix is a projective map of the plane.
type matrix [9]float64

func (m matrix) apply(x, y float64) (u, v float64) {
	w := m[6]*x + m[7]*y + m[8]
	return (m[0]*x + m[1]*y + m[2]) / w, (m[3]*x + m[4]*y + m[5]) / w
}

// homography maps four points to four others.
func homography(from, to [4][2]float64) matrix {
	var a [8][9]float64
	for i := range 4 {
		x, y, u, v := from[i][0], from[i][1], to[i][0], to[i][1]
		a[2*i] = [9]float64{x, y, 1, 0, 0, 0, -u * x, -u * y, u}
		a[2*i+1] = [9]float64{0, 0, 0, x, y, 1, -v * x, -v * y, v}
	}
	for c := range 8 { // Gauss with the largest pivot
		p := c
		for r := c + 1; r < 8; r++ {
			if math.Abs(a[r][c]) > math.Abs(a[p][c]) {
				p = r
			}
		}
		a[c], a[p] = a[p], a[c]
		for r := range 8 {
			if r == c {
				continue
			}
			f := a[r][c] / a[c][c]
			for k := c; k < 9; k++ {
				a[r][k] -= f * a[c][k]
			}
		}
	}
	var m matrix
	for i := range 8 {
		m[i] = a[i][8] / a[i][i]
	}
	m[8] = 1
	return m
}

// Beside puts two copies on one photo, a strip of desk between them.
func Beside(a, b image.Image) image.Image {
	ga, gb := grey(a), grey(b)
	const gap = 20
	out := image.NewGray(image.Rect(0, 0, ga.Rect.Dx()+gap+gb.Rect.Dx(), max(ga.Rect.Dy(), gb.Rect.Dy())))
	for i := range out.Pix {
		out.Pix[i] = 95
	}
	xdraw.Draw(out, ga.Rect, ga, image.Point{}, xdraw.Src)
	xdraw.Draw(out, gb.Rect.Add(image.Pt(ga.Rect.Dx()+gap, 0)), gb, image.Point{}, xdraw.Src)
	return out
}
