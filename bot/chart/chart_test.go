package chart

import (
	"bytes"
	"flag"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"example.org/beian/workflow/paper"
)

var keep = flag.String("keep", "", "directory to keep the drawn pictures in, to look at them")

var shared = sync.OnceValues(func() (*Painter, error) {
	f, err := paper.LoadFonts()
	if err != nil {
		return nil, err
	}
	regular, bold, others := f.Sans()
	return New(regular, bold, others...)
})

func painter(t testing.TB) *Painter {
	t.Helper()
	p, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// drawn draws a picture within the limits that are promised.
func drawn(t testing.TB, pic Picture) []byte {
	t.Helper()
	out, err := painter(t).Draw(pic)
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(out))
	if err != nil {
		t.Fatalf("decode: %v", err)
	}
	if b := img.Bounds(); b.Dx() != 1080 || b.Dy() < 100 || b.Dy() > 3000 {
		t.Errorf("the picture is %v, want 1080 × at most 3000", b)
	}
	if len(out) > 500_000 {
		t.Errorf("the picture takes %d bytes", len(out))
	}
	if *keep != "" {
		if err := os.WriteFile(filepath.Join(*keep, strings.ReplaceAll(t.Name(), "/", "-")+".png"), out, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func TestPictures(t *testing.T) {
	for name, pic := range pictures() {
		t.Run(name, func(t *testing.T) {
			drawn(t, pic)
			tidy(t, pic)
		})
	}
}

func TestDrawIsDeterministic(t *testing.T) {
	pic := pictures()["statistics"]
	a, b := drawn(t, pic), drawn(t, pic)
	if !bytes.Equal(a, b) {
		t.Error("the same picture was drawn differently")
	}
	pic.Panels[1].Series[0].Values[0]++
	if bytes.Equal(a, drawn(t, pic)) {
		t.Error("another value, the same picture")
	}
}

func TestDrawLeavesItsInputAlone(t *testing.T) {
	pic := pictures()["columns of 24 months"]
	first, name := pic.Panels[0].Series[0].Values[0], pic.Panels[0].Series[0].Name
	drawn(t, pic)
	if s := pic.Panels[0].Series[0]; s.Values[0] != first || s.Name != name {
		t.Errorf("the first series is now %q, %v …", s.Name, s.Values[0])
	}
}

func TestConcurrentDrawing(t *testing.T) {
	p, all := painter(t), pictures()
	want := drawn(t, all["digest"])
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for _, name := range []string{"digest", "hostile names", "digest"} {
				out, err := p.Draw(all[name])
				if err != nil {
					t.Error(err)
				}
				if name == "digest" && !bytes.Equal(out, want) {
					t.Error("drawn beside others, the picture is another one")
				}
			}
		})
	}
	wg.Wait()
}

func TestRefused(t *testing.T) {
	one := func(p Panel) Picture { return Picture{Panels: []Panel{p}} }
	values := func(v ...float64) Panel { return Panel{Labels: make([]string, len(v)), Series: []Series{{Values: v}}} }
	bars := func(p Panel) Panel { p.Kind = Bars; return p }
	for name, tt := range map[string]struct {
		pic  Picture
		want string
	}{
		"no panel":     {Picture{}, "0 panels"},
		"five panels":  {Picture{Panels: make([]Panel, 5)}, "5 panels"},
		"negative":     {one(values(1, -1)), "panel 1: series 1, value 2: -1 is out of range"},
		"negative bar": {one(bars(values(-1))), "out of range"},
		"infinite":     {one(values(math.Inf(1))), "out of range"},
		"not a number": {one(values(math.NaN())), "out of range"},
		"too large":    {one(values(1e8)), "out of range"},
		"too large a sum": {one(Panel{
			Labels: []string{""},
			Series: []Series{{"a", []float64{9e6}}, {"b", []float64{9e6}}},
		}), "out of range"},
		"too few values": {
			one(Panel{Labels: []string{"1", "2"}, Series: []Series{{"a", []float64{1}}}}),
			"1 values for 2 labels",
		},
		"too few groups":   {one(Panel{Labels: []string{"1", "2"}, Groups: []string{"1"}}), "1 groups for 2 labels"},
		"25 columns":       {one(values(make([]float64, 25)...)), "25 columns"},
		"bars of two":      {one(Panel{Kind: Bars, Series: make([]Series, 2)}), "bars of 2 series"},
		"unknown kind":     {one(Panel{Kind: 7}), "unknown kind"},
		"the second panel": {Picture{Panels: []Panel{{}, {Kind: -1}}}, "panel 2"},
	} {
		t.Run(name, func(t *testing.T) {
			out, err := painter(t).Draw(tt.pic)
			if err == nil || !strings.Contains(err.Error(), tt.want) || out != nil {
				t.Errorf("Draw says %v, want %q", err, tt.want)
			}
		})
	}
	if _, err := New(nil, nil); err == nil {
		t.Error("a painter without fonts")
	}
}

func BenchmarkDraw(b *testing.B) {
	for _, name := range []string{"statistics", "digest"} {
		b.Run(name, func(b *testing.B) {
			p, pic := painter(b), pictures()[name]
			b.ReportAllocs()
			for b.Loop() {
				out, err := p.Draw(pic)
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(len(out)), "B/picture")
			}
		})
	}
}
