// Package chart draws the statistics of HR and the picture of the daily digest as a PNG
// that is read on a phone.
//
// A picture is a column of panels. Its layout is computed first, as a list of boxes and lines of
// text that are already cut to their place, and then painted; the tests look for
// overlaps in that list. The package knows neither filings nor people, only numbers and
// names. Names may be hostile: whatever they hold, they stay on their line.
package chart

import (
	"bytes"
	"errors"
	"fmt"
	"image/png"
	"math"

	"golang.org/x/image/font/sfnt"
)

// Kind is how a panel shows its values.
type Kind int

const (
	// Columns stand side by side, one per label (such as a month), each stacked from all series.
	Columns Kind = iota
	// Bars lie below each other, one per label, of a single series.
	Bars
)

// Limits of what is drawn. A picture is always width pixels wide; three of them make a
// point on a phone of 360 points.
const (
	width       = 1080
	mostHeight  = 3000
	mostPanels  = 4
	mostColumns = 24
	mostBars    = 16  // fewer where the picture would become too high
	mostSeries  = 7   // as many as there are colours; beyond, the smallest are folded into one
	mostValue   = 1e7 // of a bar or a whole column; their numbers still leave room for the column
)

// Series is one colour of the columns, or the values of the bars.
type Series struct {
	Name   string
	Values []float64 // one per label; a bar may be NaN, where nothing was measured
}

// Panel is one chart. Where no value is above zero it says that there is no data.
type Panel struct {
	Title  string
	Note   string // a sentence below the title; may be empty
	Kind   Kind
	Labels []string // bars are drawn in this order; what does not fit is counted below them
	Groups []string // what several columns have in common, such as their year; nil or one per label
	Series []Series
	Unit   string // such as 件; may be empty
}

// Picture is what is drawn: a heading and one to four panels.
type Picture struct {
	Title    string
	Subtitle string
	English  bool // the language of the few words of our own
	Panels   []Panel
}

// Painter draws pictures. It is safe for concurrent use.
type Painter struct {
	fonts [2][]*sfnt.Font // by weight, in the order in which they are asked for a character
}

// New returns a painter that writes with a regular and a bold font, and takes from the others
// the characters that these lack. What no font has is drawn as an empty square.
func New(regular, bold *sfnt.Font, others ...*sfnt.Font) (*Painter, error) {
	if regular == nil || bold == nil {
		return nil, errors.New("a painter needs a regular and a bold font")
	}
	p := &Painter{}
	p.fonts[plain] = append([]*sfnt.Font{regular}, others...)
	p.fonts[strong] = append([]*sfnt.Font{bold, regular}, others...)
	return p, nil
}

// Draw returns the picture as a PNG, the same bytes for the same picture. It is 1080 pixels wide
// and at most 3000 high.
func (p *Painter) Draw(pic Picture) ([]byte, error) {
	if err := pic.check(); err != nil {
		return nil, err
	}
	w := newWriter(p)
	img := w.paint(w.layout(pic))
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		return nil, fmt.Errorf("encode chart: %w", err)
	}
	return out.Bytes(), nil
}

// check refuses what cannot be drawn truthfully.
func (pic Picture) check() error {
	if n := len(pic.Panels); n == 0 || n > mostPanels {
		return fmt.Errorf("draw chart: %d panels, want 1 to %d", n, mostPanels)
	}
	for i, panel := range pic.Panels {
		if err := panel.check(); err != nil {
			return fmt.Errorf("draw chart: panel %d: %w", i+1, err)
		}
	}
	return nil
}

func (p Panel) check() error {
	switch {
	case p.Kind != Columns && p.Kind != Bars:
		return fmt.Errorf("unknown kind %d", p.Kind)
	case p.Kind == Columns && len(p.Labels) > mostColumns:
		return fmt.Errorf("%d columns, at most %d fit", len(p.Labels), mostColumns)
	case p.Kind == Bars && len(p.Series) > 1:
		return fmt.Errorf("bars of %d series, want one", len(p.Series))
	case p.Groups != nil && len(p.Groups) != len(p.Labels):
		return fmt.Errorf("%d groups for %d labels", len(p.Groups), len(p.Labels))
	}
	totals := make([]float64, len(p.Labels))
	for i, s := range p.Series {
		if len(s.Values) != len(p.Labels) {
			return fmt.Errorf("series %d has %d values for %d labels", i+1, len(s.Values), len(p.Labels))
		}
		for j, v := range s.Values {
			if math.IsNaN(v) && p.Kind == Bars {
				continue
			}
			if totals[j] += v; !(v >= 0 && totals[j] <= mostValue) {
				return fmt.Errorf("series %d, value %d: %v is out of range", i+1, j+1, v)
			}
		}
	}
	return nil
}

// empty tells whether there is nothing to see.
func (p Panel) empty() bool {
	for _, s := range p.Series {
		for _, v := range s.Values {
			if v > 0 {
				return false
			}
		}
	}
	return true
}
