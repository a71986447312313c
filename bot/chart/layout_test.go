package chart

import (
	"fmt"
	"image"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// tidy fails where texts lie on each other, on a bar or beyond the margin, or are too small.
func tidy(t interface {
	Helper()
	Errorf(string, ...any)
}, pic Picture,
) {
	t.Helper()
	p, err := shared()
	if err != nil {
		t.Errorf("%v", err)
		return
	}
	s := newWriter(p).layout(pic)
	if s.height > mostHeight {
		t.Errorf("%d pixels high", s.height)
	}
	page := image.Rect(margin, 0, right, s.height)
	for i, a := range s.lines {
		if a.size < 26 {
			t.Errorf("%q is written in %v pixels", a.text, a.size)
		}
		if a.text != "" && !a.extent().In(page) {
			t.Errorf("%q leaves the page: %v", a.text, a.extent())
		}
		for _, b := range s.lines[:i] {
			if a.extent().Overlaps(b.extent()) {
				t.Errorf("%q %v lies on %q %v", a.text, a.extent(), b.text, b.extent())
			}
		}
		for _, b := range s.boxes {
			if b.colour != white && b.colour != track && b.colour != rule && a.extent().Overlaps(b.Rectangle) {
				t.Errorf("%q %v lies on a bar %v", a.text, a.extent(), b.Rectangle)
			}
		}
	}
}

func TestNothingOverlaps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringOfN(rapid.RuneFrom([]rune("学院计算机与国际W月1. ,。()𠮷👩")), 0, 30, -1),
			rapid.SampledFrom([]string{"1月", "12月", "2026-12", ""}))
		panel := rapid.Custom(func(t *rapid.T) Panel {
			p := Panel{
				Title: text.Draw(t, "title"), Note: text.Draw(t, "note"), Unit: text.Draw(t, "unit"),
				Kind: rapid.SampledFrom([]Kind{Columns, Bars}).Draw(t, "kind"),
			}
			p.Labels = rapid.SliceOfN(text, 0, mostColumns).Draw(t, "labels")
			series, most := 1, rapid.SampledFrom([]float64{1, 30, 10_000, mostValue / 20}).Draw(t, "most")
			if p.Kind == Columns {
				series = rapid.IntRange(0, 14).Draw(t, "series")
				if rapid.Bool().Draw(t, "grouped") {
					p.Groups = rapid.SliceOfN(rapid.SampledFrom([]string{"2026", "2027年", "很长的一组", ""}), len(p.Labels),
						len(p.Labels)).Draw(t, "groups")
				}
			}
			for range series {
				v := rapid.SliceOfN(rapid.Float64Range(0, most), len(p.Labels), len(p.Labels)).Draw(t, "values")
				if rapid.Bool().Draw(t, "whole") {
					for i := range v {
						v[i] = math.Trunc(v[i])
					}
				}
				p.Series = append(p.Series, Series{text.Draw(t, "name"), v})
			}
			return p
		})
		pic := Picture{
			Title: text.Draw(t, "title"), Subtitle: text.Draw(t, "subtitle"),
			English: rapid.Bool().Draw(t, "english"), Panels: rapid.SliceOfN(panel, 1, mostPanels).Draw(t, "panels"),
		}
		if err := pic.check(); err != nil {
			t.Fatal(err)
		}
		tidy(t, pic)
	})
}

func TestStack(t *testing.T) {
	twelve := expiring(12, 12, 6).Series
	var want float64
	for _, s := range twelve {
		want += s.sum()
	}
	layers := stack(append(twelve, Series{"其他", make([]float64, 12)}), "其他")
	if len(layers) != mostSeries || layers[len(layers)-1].Name != "其他" || layers[len(layers)-1].colour != folded {
		t.Fatalf("stacked as %v", layers)
	}
	var got float64
	for i, l := range layers {
		got += l.sum()
		if i > 0 && i < len(layers)-1 && l.sum() > layers[i-1].sum() {
			t.Errorf("%s is larger than the one before", l.Name)
		}
	}
	if got != want {
		t.Errorf("%v people in the stack, want %v", got, want)
	}
	for _, n := range []int{1, mostSeries} {
		var few []Series
		for i := range n {
			few = append(few, Series{fmt.Sprint(i), []float64{1}})
		}
		if got := stack(few, "其他"); len(got) != n || got[n-1].colour == folded {
			t.Errorf("%d series became %d", n, len(got))
		}
	}
}

func TestScale(t *testing.T) {
	for most, want := range map[float64]string{
		1: "1 1", 3: "1 3", 5: "1 5", 6: "2 3", 24: "5 5", 100: "20 5",
		10_000: "2000 5", 99: "20 5",
	} {
		step, lines := scale(most, true)
		if got := fmt.Sprint(step, lines); got != want {
			t.Errorf("scale(%v) = %s, want %s", most, got, want)
		}
	}
	if step, lines := scale(0.01, false); step != 0.1 || lines != 1 {
		t.Errorf("scale of little = %v %v", step, lines)
	}
}

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"  文 学\t\n院  ":          "文 学 院",
		"a\u202eb\u2066c\u200d": "abc",
		"e\u0301\u0332":         "é",
		"x\x00\x1by\u2028z":     "xy z",
		"𠮷\ufe0f":               "𠮷",
		"a\xffb":                "a\ufffdb",
	} {
		if got := clean(in); got != want {
			t.Errorf("clean(%q) = %q, want %q", in, got, want)
		}
	}
	if got := clean(strings.Repeat("长", 9000)); len(got) != 3*longest {
		t.Errorf("%d bytes are kept", len(got))
	}
}

func TestNumber(t *testing.T) {
	for in, want := range map[float64]string{
		0: "0", 7: "7", 4.5: "4.5", 0.04: "<0.1", 16.25: "16.2", 999: "999",
		1000: "1,000", 9999.96: "10,000", 1234567.8: "1,234,567.8",
	} {
		if got := number(in); got != want {
			t.Errorf("number(%v) = %q, want %q", in, got, want)
		}
	}
	if got := number(math.NaN()); got != "–" {
		t.Errorf("nothing measured is written %q", got)
	}
}

func TestShorten(t *testing.T) {
	w := newWriter(painter(t))
	full := w.measure("学院", 30, plain)
	for room, want := range map[float64]string{full: "学院", full - 1: "…", full * 2: "学院", 45: "…"} {
		if got := w.shorten("学院", 30, plain, room); got != want {
			t.Errorf("in %v: %q, want %q", room, got, want)
		}
	}
	long := strings.Repeat("学", 50)
	if got := w.shorten(long, 30, plain, 301); !strings.HasSuffix(got, "学…") || w.measure(got, 30, plain) > 301 {
		t.Errorf("shortened to %q", got)
	}
}

func TestWrap(t *testing.T) {
	w := newWriter(painter(t))
	for _, tt := range []struct {
		text string
		want string
	}{
		{"学院预审，公示中", "学院预|审，公…"},
		{"学院预审", "学院预审"},
		{"abc defgh", "abc|defgh"},
		{"abcdefghijklmnop", "abcdefg|hijklm…"},
		{"学院预审。公示", "学院预|审。公示"},
	} {
		got := strings.Join(w.wrap(tt.text, 30, plain, 122, 2), "|")
		if got != tt.want {
			t.Errorf("%q became %q, want %q", tt.text, got, tt.want)
		}
	}
}

// A character that no font has is a square with a hole, and takes part in measuring.
func TestUnknownCharacter(t *testing.T) {
	w := newWriter(painter(t))
	if g := w.glyph(letter{plain, '\U0010ffff'}); g.font != nil || g.advance != 1 {
		t.Errorf("the glyph is %+v", g)
	}
	img := w.paint(scene{height: 60, lines: []line{{text: "\U0010ffff", x: 10, y: 40, size: 40}}})
	dark := func(x, y int) bool { r, _, _, _ := img.At(x, y).RGBA(); return r < 0x8000 }
	if !dark(15, 25) || dark(30, 25) || !dark(45, 25) {
		t.Error("no square was drawn")
	}
}
