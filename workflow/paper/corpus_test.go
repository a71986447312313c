package paper_test

import (
	"flag"
	"fmt"
	"image"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"

	"example.org/beian/workflow"
	"example.org/beian/workflow/paper"
	"example.org/beian/workflow/paper/papertest"
)

// sheets are the papers that a corpus is made of, drawn at each resolution.
type sheets struct {
	current, older, foreign workflow.Sheet
	pages                   map[string]map[int][]image.Image
}

func drawn(t *testing.T, p *shared) sheets {
	t.Helper()
	s := sheets{current: twoPages(), older: twoPages(), foreign: twoPages(), pages: map[string]map[int][]image.Image{}}
	s.older.Revision = 1
	s.foreign.Filing = "F0RE1GNX"
	for name, sheet := range map[string]workflow.Sheet{
		"current": s.current, "older": s.older, "foreign": s.foreign,
		"one": form("陈一帆"),
	} {
		pdf, err := p.printer.Print(sheet)
		if err != nil {
			t.Fatal(err)
		}
		s.pages[name] = map[int][]image.Image{}
		for _, dpi := range []int{100, 150, 200, 250, 300} {
			if s.pages[name][dpi], err = p.reader.Render(t.Context(), pdf, dpi); err != nil {
				t.Fatal(err)
			}
		}
	}
	return s
}

// known is what was printed for the filing of the corpus.
func (s sheets) known(sheet workflow.Sheet) paper.Known {
	return func(kind workflow.PaperKind, revision int) (workflow.Sheet, bool) {
		switch {
		case kind != workflow.PaperForm:
			return workflow.Sheet{}, false
		case revision == sheet.Revision:
			return sheet, true
		case revision == s.older.Revision:
			return s.older, true
		}
		return workflow.Sheet{}, false
	}
}

// copyOf is one entry of the corpus: what was copied, how, and what should come of it.
type copyOf struct {
	what      string
	trouble   string
	opts      papertest.Options
	container papertest.Container
	beside    bool
	want      paper.Finding
}

// troubles are the ways in which copies are bad. Each is drawn many times with other numbers.
var troubles = []struct {
	name  string
	share int // of the corpus, in percent
	draw  func(r *rand.Rand) papertest.Options
}{
	{"scan", 14, func(r *rand.Rand) papertest.Options {
		return papertest.Options{
			DPI: pick(r, 100, 150, 200, 300), Degrees: r.Float64()*10 - 5, Noise: r.IntN(14),
			Quality: 30 + r.IntN(61),
		}
	}},
	{"turned", 10, func(r *rand.Rand) papertest.Options {
		return papertest.Options{
			DPI: pick(r, 150, 200), Degrees: r.Float64() * 360, Noise: r.IntN(10),
			Quality: 40 + r.IntN(51),
		}
	}},
	{"photo", 14, func(r *rand.Rand) papertest.Options {
		return papertest.Options{
			DPI: pick(r, 150, 200, 250), Degrees: r.Float64()*30 - 15, Perspective: r.Float64() * 0.16,
			Desk: true, Blur: r.Float64() * 1.2, Noise: r.IntN(12), Quality: 50 + r.IntN(41),
		}
	}},
	{"blurred", 8, func(r *rand.Rand) papertest.Options {
		return papertest.Options{
			DPI: pick(r, 150, 200), Degrees: r.Float64()*6 - 3, Blur: 0.8 + r.Float64()*3,
			Quality: 60 + r.IntN(31),
		}
	}},
	{"noisy", 8, func(r *rand.Rand) papertest.Options {
		return papertest.Options{
			DPI: pick(r, 150, 200), Degrees: r.Float64()*6 - 3, Noise: 15 + r.IntN(45),
			Quality: 30 + r.IntN(61),
		}
	}},
	{"dark", 9, func(r *rand.Rand) papertest.Options {
		return papertest.Options{
			DPI: pick(r, 150, 200), Degrees: r.Float64()*10 - 5, Dark: 0.4 + r.Float64()*0.45,
			Desk: true, Noise: 2 + r.IntN(8), Quality: 60 + r.IntN(31),
		}
	}},
	{"folded", 8, func(r *rand.Rand) papertest.Options {
		return papertest.Options{
			DPI: pick(r, 150, 200), Degrees: r.Float64()*6 - 3, Fold: 0.2 + r.Float64()*0.6,
			Noise: r.IntN(8), Quality: 60 + r.IntN(31),
		}
	}},
	{"sealed", 9, func(r *rand.Rand) papertest.Options {
		return papertest.Options{
			DPI: pick(r, 150, 200), Degrees: r.Float64()*6 - 3, Seal: true, Noise: r.IntN(8),
			Quality: 60 + r.IntN(31),
		}
	}},
	{"cut", 6, func(r *rand.Rand) papertest.Options {
		return papertest.Options{DPI: 150, Degrees: r.Float64()*4 - 2, Crop: r.Float64() * 0.1, Quality: 70}
	}},
	{"fax", 8, func(r *rand.Rand) papertest.Options {
		return papertest.Options{DPI: pick(r, 150, 200), Degrees: r.Float64()*4 - 2, Fax: true, Noise: r.IntN(20)}
	}},
	{"beside", 6, func(r *rand.Rand) papertest.Options {
		return papertest.Options{
			DPI: 150, Degrees: r.Float64()*10 - 5, Desk: true, Noise: r.IntN(10),
			Quality: 60 + r.IntN(31),
		}
	}},
}

func pick[T any](r *rand.Rand, of ...T) T { return of[r.IntN(len(of))] }

var corpusSize = flag.Int("corpus", 24, "how many copies TestCorpus makes")

// corpus draws n copies; the same n give the same ones.
func corpus(n int) []copyOf {
	r := rand.New(rand.NewPCG(20261124, 5)) //nolint:gosec // a corpus, not a secret
	var out []copyOf
	for len(out) < n {
		at := r.IntN(100)
		for _, tr := range troubles {
			if at -= tr.share; at >= 0 {
				continue
			}
			c := copyOf{trouble: tr.name, opts: tr.draw(r), beside: tr.name == "beside"}
			c.opts.Seed = r.Uint64()
			c.what, c.want = "current", paper.Whole
			switch k := r.IntN(10); {
			case c.beside:
			case k == 0:
				c.what, c.want = "older", paper.Outdated
			case k == 1:
				c.what, c.want = "foreign", paper.Foreign
			case k == 2:
				c.what, c.want = "first", paper.Incomplete
			case k < 6:
				c.what = "one"
			}
			c.container = container(r, c)
			out = append(out, c)
			break
		}
	}
	return out
}

func container(r *rand.Rand, c copyOf) papertest.Container {
	single := c.what == "one" || c.what == "first" || c.beside
	switch {
	case c.opts.Fax:
		return pick(r, papertest.PDFGroup4, papertest.PDFJBIG2)
	case single && (c.opts.Desk || r.IntN(2) == 0):
		return pick(r, papertest.PhotoJPEG, papertest.PhotoJPEG, papertest.PhotoPNG)
	}
	return pick(r, papertest.PDFJPEG, papertest.PDFJPEG, papertest.PDFJPEG, papertest.PDFFlate)
}

// make copies the pages.
func (c copyOf) make(t *testing.T, s sheets) []byte {
	t.Helper()
	pages := s.pages[c.what][c.opts.DPI]
	if c.what == "first" {
		pages = s.pages["current"][c.opts.DPI][:1]
	}
	copies := make([]image.Image, len(pages))
	for i, p := range pages {
		o := c.opts
		o.Seed += uint64(i) //nolint:gosec // a page number
		copies[i] = papertest.Page(p, o)
	}
	if c.beside {
		copies = []image.Image{papertest.Beside(copies[0], copies[1])}
	}
	q := c.opts.Quality
	if q == 0 {
		q = 75
	}
	return papertest.Wrap(t, copies, c.container, q)
}

// TestCorpus copies forms in every bad way: nothing wrong is ever accepted, and of what
// can be read at least 99 % is. The rest goes to a person.
func TestCorpus(t *testing.T) {
	t.Parallel()
	p := setup(t)
	s := drawn(t, p)
	type tally struct{ copies, readable, right, missed, wrong, unread int }
	var mu sync.Mutex
	byTrouble := map[string]*tally{}
	var total tally
	all := corpus(*corpusSize)
	work := make(chan int)
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for i := range work {
				c := all[i]
				sheet := s.current
				if c.what == "one" {
					sheet = form("陈一帆")
				}
				data := c.make(t, s)
				scan, err := p.reader.Read(t.Context(), data, paper.Limits{})
				if err != nil {
					t.Errorf("copy %d, %s %+v in %s: %v", i, c.trouble, c.opts, c.container, err)
					continue
				}
				v := paper.Judge(p.mac, scan, sheet.Filing, sheet.Revision, s.known(sheet))
				mu.Lock()
				if byTrouble[c.trouble] == nil {
					byTrouble[c.trouble] = &tally{}
				}
				for _, k := range []*tally{&total, byTrouble[c.trouble]} {
					k.copies++
					readable := c.opts.Readable()
					if readable {
						k.readable++
					}
					switch v.Finding {
					case c.want:
						k.right++
					case paper.Whole, paper.Forged:
						k.wrong++
					default:
						k.unread++
						if readable {
							k.missed++
						}
					}
				}
				if v.Finding != c.want && (c.opts.Readable() || v.Finding == paper.Whole) {
					t.Logf("copy %d: %s of %s in %s is %s, want %s: %+v", i, c.trouble, c.what, c.container, v.Finding, c.want, c.opts)
					keepCopy(t, i, c, data)
				}
				mu.Unlock()
			}
		})
	}
	for i := range all {
		work <- i
	}
	close(work)
	wg.Wait()
	for name, k := range byTrouble {
		t.Logf("%-8s %+v", name, *k)
	}
	t.Logf("all      %+v", total)
	if total.wrong > 0 {
		t.Errorf("%d copies were taken for something that they are not", total.wrong)
	}
	if total.missed*100 > total.readable {
		t.Errorf("%d of %d readable copies were not read", total.missed, total.readable)
	}
}

func keepCopy(t *testing.T, i int, c copyOf, data []byte) {
	t.Helper()
	if *keepDir == "" {
		return
	}
	ext := string(c.container)
	if len(ext) > 4 {
		ext = "pdf"
	}
	if err := os.WriteFile(filepath.Join(*keepDir, fmt.Sprintf("copy-%d-%s.%s", i, c.trouble, ext)), data,
		0o600); err != nil {
		t.Error(err)
	}
}
