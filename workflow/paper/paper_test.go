package paper_test

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"image"
	"image/draw"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/tink-crypto/tink-go/v2/mac/subtle"

	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
	"example.org/beian/workflow/paper"
	"example.org/beian/workflow/paper/papertest"
)

// shared are the parts that are slow to make.
type shared struct {
	printer *paper.Printer
	reader  *paper.Reader
	mac     paper.MAC
}

// parts is made once for all tests: compiling the PDF engine takes seconds.
var parts = sync.OnceValues(func() (*shared, error) {
	// The same key each time: with another the code looks different, and one pattern in some
	// hundreds is unreadable under the worst of the scans below.
	h, err := subtle.NewHMAC("SHA256", []byte("a key for tests, of thirty-two b"), 16)
	if err != nil {
		return nil, err
	}
	m := prefixed{h}
	f, err := paper.LoadFonts()
	if err != nil {
		return nil, err
	}
	return &shared{paper.NewPrinter(f, m), paper.NewReader(filepath.Join(os.TempDir(), "beian-test-cache")), m}, nil
})

// prefixed is a MAC as Tink's key sets make it: five bytes name the key.
type prefixed struct{ *subtle.HMAC }

func (p prefixed) ComputeMAC(data []byte) ([]byte, error) {
	tag, err := p.HMAC.ComputeMAC(data)
	return append([]byte{1, 0, 0, 0, 1}, tag...), err
}

func (p prefixed) VerifyMAC(tag, data []byte) error {
	if len(tag) < 5 {
		return errors.New("too short")
	}
	return p.HMAC.VerifyMAC(tag[5:], data)
}

func setup(t *testing.T) *shared {
	t.Helper()
	s, err := parts()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// form is a sheet with the values of a fictitious person.
func form(name string) workflow.Sheet {
	v := workflow.Values{
		workflow.Name: name, workflow.Sex: "男", workflow.IDType: "中华人民共和国居民身份证", workflow.IDNumber: "330199198503121016",
		workflow.Phone: "13800000001", workflow.Birth: "1985-03-12", workflow.Nation: "汉族", workflow.Birthplace: "浙江杭州",
		workflow.Politics: "中国共产党党员", workflow.ArrivedOn: "2015-07-01", workflow.Industry: "教育", workflow.Employment: "在职",
		workflow.Unit: "示例师范大学", workflow.UnitType: "事业单位", workflow.Post: "讲师", workflow.Profession: "计算机科学",
		workflow.Education: "博士研究生", workflow.EduMajor: "计算机应用技术", workflow.School: "示例大学计算机科学与技术学院",
		workflow.GraduatedOn: "2013-06-30",
		workflow.Degree:      "博士", workflow.DegreeMajor: "计算机应用技术", workflow.DegreeSchool: "示例大学",
		workflow.DegreeOn: "2013-06-30",
		workflow.Category: "E", workflow.Condition: "省自然科学奖、技术发明奖、科学技术进步奖二等奖获得者前3名",
	}
	f := workflow.Filing{ID: "K7M2Q9XD", Revision: 2, Values: v, PrintedOn: calendar.NewDate(2026, 11, 24)}
	return f.Sheet(workflow.PaperForm, "晨星信息学院", "示例师范大学")
}

func notice() workflow.Sheet {
	s := form("陈一帆")
	f := workflow.Filing{ID: s.Filing, Revision: 2, Values: values(s), PrintedOn: s.Printed}
	return f.Sheet(workflow.PaperNotice, s.College, s.Unit)
}

func values(s workflow.Sheet) workflow.Values {
	v := workflow.Values{}
	for _, c := range s.Cells {
		v[c.Key] = c.Value
	}
	return v
}

func TestPrintAndReadBack(t *testing.T) {
	p := setup(t)
	for _, name := range []string{"陈一帆", "王㛃", "赵𬭎", "阿依古丽·买买提", "Vivian Muster"} {
		s := form(name)
		pdf, err := p.printer.Print(s)
		if err != nil {
			t.Fatal(err)
		}
		keep(t, "form-"+name+".pdf", pdf)
		again, err := p.printer.Print(s)
		if err != nil || !bytes.Equal(pdf, again) {
			t.Errorf("%s: printing twice gives different bytes (%v)", name, err)
		}
		if len(pdf) > 250<<10 {
			t.Errorf("%s: %d bytes", name, len(pdf))
		}
		scan, err := p.reader.Read(t.Context(), pdf, paper.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		for i, page := range scan.Pages {
			checkPage(t, p, s, page, i+1, len(scan.Pages))
		}
	}
}

// TestConcurrent prints and reads at the same time, as two workers and a turn do: what each
// gets is its own.
func TestConcurrent(t *testing.T) {
	p := setup(t)
	var wg sync.WaitGroup
	for i, name := range []string{"陈一帆", "王㛃", "赵𬭎", "阿依古丽·买买提", "Vivian Muster", "陈一帆"} {
		wg.Go(func() {
			s := form(name)
			s.Filing = fmt.Sprintf("K7M2Q9X%d", i)
			pdf, err := p.printer.Print(s)
			if err != nil {
				t.Error(err)
				return
			}
			scan, err := p.reader.Read(t.Context(), pdf, paper.Limits{})
			if err != nil {
				t.Error(err)
				return
			}
			known := func(workflow.PaperKind, int) (workflow.Sheet, bool) { return s, true }
			if v := paper.Judge(p.mac, scan, s.Filing, s.Revision, known); v.Finding != paper.Whole {
				t.Errorf("%s: %+v", name, v)
			}
		})
	}
	wg.Wait()
}

func checkPage(t *testing.T, p *shared, s workflow.Sheet, page paper.ScanPage, n, of int) {
	t.Helper()
	if len(page.Marks) != 1 {
		t.Fatalf("page %d of %s: %d marks", n, s.Filing, len(page.Marks))
	}
	m := page.Marks[0]
	want := paper.Mark{Filing: s.Filing, Kind: s.Kind, Revision: s.Revision, Page: n, Pages: of, Tag: m.Tag}
	if d := cmp.Diff(want, m); d != "" {
		t.Errorf("mark: %s", d)
	}
	if err := paper.Verify(p.mac, m, s); err != nil {
		t.Errorf("page %d: %v", n, err)
	}
}

// TestLongValuesFlow: every value as long as it may be; nothing is lost, the
// signature boxes stay together on the last page.
func TestLongValuesFlow(t *testing.T) {
	p := setup(t)
	s := form("陈一帆")
	for i, c := range s.Cells {
		if fd, _ := workflow.FieldOf(c.Key); fd.Kind == workflow.KindText && c.Key != workflow.Name {
			s.Cells[i].Value = strings.Repeat("长", fd.MaxRunes-1) + "尾"
		}
	}
	pdf, err := p.printer.Print(s)
	if err != nil {
		t.Fatal(err)
	}
	keep(t, "form-long.pdf", pdf)
	scan, err := p.reader.Read(t.Context(), pdf, paper.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if len(scan.Pages) != 2 {
		t.Errorf("%d pages", len(scan.Pages))
	}
	for i, page := range scan.Pages {
		checkPage(t, p, s, page, i+1, len(scan.Pages))
	}
	text, err := p.reader.Text(t.Context(), pdf)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(text, "尾"); n != 9 {
		t.Errorf("%d of 9 long values end on the paper", n)
	}
}

func TestTextCanBeSelected(t *testing.T) {
	p := setup(t)
	pdf, err := p.printer.Print(form("陈一帆"))
	if err != nil {
		t.Fatal(err)
	}
	text, err := p.reader.Text(t.Context(), pdf)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"陈一帆", "工作单位", "示例师范大学", "330199198503121016", "第 2 版", "本人承诺"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in the text:\n%s", want, text)
		}
	}
	if bytes.Contains(pdf, []byte("330199")) {
		t.Error("a personal value stands in the file outside its compressed pages")
	}
}

func TestNoticeHoldsOnlyWhatIsPublished(t *testing.T) {
	p := setup(t)
	pdf, err := p.printer.Print(notice())
	if err != nil {
		t.Fatal(err)
	}
	keep(t, "notice.pdf", pdf)
	text, err := p.reader.Text(t.Context(), pdf)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"330199", "13800000001", "1985"} {
		if strings.Contains(text, secret) {
			t.Errorf("the public notice shows %q (PIPL §25)", secret)
		}
	}
	if !strings.Contains(text, "陈一帆") {
		t.Error("the public notice lacks the name")
	}
}

func TestVerifyRefusesEverythingElse(t *testing.T) {
	p := setup(t)
	s := form("陈一帆")
	pdf, err := p.printer.Print(s)
	if err != nil {
		t.Fatal(err)
	}
	scan, err := p.reader.Read(t.Context(), pdf, paper.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	m := scan.Pages[0].Marks[0]
	changed := form("陈一帆")
	changed.Cells[4].Value = "13900001111"
	older, other := form("陈一帆"), form("陈一帆")
	older.Revision, other.Filing = 1, "AAAAAAAA"
	moved, forged := m, m
	moved.Page, moved.Pages = 1, 2
	forged.Tag = strings.Repeat("A", len(m.Tag))
	for name, c := range map[string]struct {
		m paper.Mark
		s workflow.Sheet
	}{
		"changed value": {m, changed}, "older revision": {m, older}, "other filing": {m, other},
		"page moved": {moved, s}, "forged": {forged, s},
	} {
		if paper.Verify(p.mac, c.m, c.s) == nil {
			t.Errorf("%s was accepted", name)
		}
	}
}

func TestScansAreRead(t *testing.T) {
	p := setup(t)
	s := form("陈一帆")
	pdf, err := p.printer.Print(s)
	if err != nil {
		t.Fatal(err)
	}
	pages, err := p.reader.Render(t.Context(), pdf, 150)
	if err != nil {
		t.Fatal(err)
	}
	for i, o := range []papertest.Options{
		{},
		{Degrees: 1, Noise: 20, Quality: 60},
		{Degrees: -2, Noise: 30, Quality: 60},
		{Degrees: 5, Noise: 20, Quality: 50},
		{Degrees: 90},
		{Degrees: 183, Noise: 20, Quality: 60},
	} {
		t.Run(fmt.Sprintf("%+v", o), func(t *testing.T) {
			o.Seed = uint64(i) //nolint:gosec // a small number
			scan, err := p.reader.Read(t.Context(), papertest.JPEG(t, pages[0], o), paper.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			checkPage(t, p, s, scan.Pages[0], 1, len(pages))
			if len(scan.Pages[0].Hints) > 0 {
				t.Errorf("quality hint on a good scan: %+v", scan.Pages[0])
			}
		})
	}
	t.Run("pdf of pictures", func(t *testing.T) {
		scan, err := p.reader.Read(t.Context(), papertest.PDF(t, pages, papertest.Options{Degrees: 1.5, Noise: 20}),
			paper.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		checkPage(t, p, s, scan.Pages[0], 1, len(pages))
	})
}

func TestUndrawableIsAnErrorBeforePrinting(t *testing.T) {
	p := setup(t)
	_, err := p.printer.Print(form("陈\U000F1234帆"))
	var u *paper.UndrawableError
	if !errors.As(err, &u) || len(u.Runes) != 1 || u.Runes[0] != 0xF1234 {
		t.Fatalf("got %v", err)
	}
}

func TestControlCharactersAreNotPrinted(t *testing.T) {
	p := setup(t)
	if _, err := p.printer.Print(form("陈\u202e一\x00帆")); err != nil {
		t.Fatal(err)
	}
}

func TestBlankPageIsNoticed(t *testing.T) {
	p := setup(t)
	white := image.NewGray(image.Rect(0, 0, 1240, 1754))
	for i := range white.Pix {
		white.Pix[i] = 250
	}
	scan, err := p.reader.Read(t.Context(), papertest.JPEG(t, white, papertest.Options{}), paper.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if !scan.Pages[0].Blank() || len(scan.Pages[0].Marks) != 0 {
		t.Errorf("got %+v", scan.Pages[0])
	}
}

func FuzzParseMark(f *testing.F) {
	f.Add("BEIAN:1:K7M2Q9XD:FORM:2:1/2:AAAAAAAAAAAAAAAAAAAAAAAAAAAA")
	f.Add("https://example.org")
	f.Fuzz(func(t *testing.T, s string) {
		m, err := paper.ParseMark(s)
		if err == nil && m.String() != s {
			t.Errorf("%q was read as %q", s, m)
		}
	})
}

var keepDir = flag.String("keep", "", "directory to leave the papers in, to look at them")

// keep writes a paper where it can be looked at, when asked to.
func keep(t *testing.T, name string, pdf []byte) {
	t.Helper()
	if *keepDir == "" {
		return
	}
	if err := os.WriteFile(filepath.Join(*keepDir, name), pdf, 0o600); err != nil {
		t.Error(err)
	}
}

// TestHints: what is wrong with a copy is named, and nothing is said about a good one.
func TestHints(t *testing.T) {
	p := setup(t)
	pdf, err := p.printer.Print(form("陈一帆"))
	if err != nil {
		t.Fatal(err)
	}
	pages, err := p.reader.Render(t.Context(), pdf, 150)
	if err != nil {
		t.Fatal(err)
	}
	coarse, err := p.reader.Render(t.Context(), pdf, 75)
	if err != nil {
		t.Fatal(err)
	}
	below := image.NewGray(image.Rect(0, 0, pages[0].Bounds().Dx(), pages[0].Bounds().Dy()*2/3))
	draw.Draw(below, below.Rect, pages[0], image.Point{}, draw.Src)
	for name, c := range map[string]struct {
		img  image.Image
		want []paper.Hint
	}{
		"good": {
			papertest.Page(pages[0], papertest.Options{Degrees: 2, Noise: 5, Desk: true, Perspective: 0.05}),
			nil,
		},
		"dark":        {papertest.Page(pages[0], papertest.Options{Dark: 0.72}), []paper.Hint{paper.HintDark}},
		"blurred":     {papertest.Page(pages[0], papertest.Options{Blur: 2.6}), []paper.Hint{paper.HintBlurred}},
		"coarse":      {coarse[0], []paper.Hint{paper.HintCoarse}},
		"bottom lost": {below, []paper.Hint{paper.HintCut}},
	} {
		scan, err := p.reader.Read(t.Context(), papertest.Wrap(t, []image.Image{c.img}, papertest.PhotoPNG, 0),
			paper.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		got := slices.Compact(slices.Sorted(slices.Values(scan.Pages[0].Hints)))
		for _, w := range c.want {
			if !slices.Contains(got, w) {
				t.Errorf("%s: %v, want %v", name, got, c.want)
			}
		}
		if c.want == nil && len(got) > 0 {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// TestAssemble joins a photo and pages of a PDF, and the codes of all are still read.
func TestAssemble(t *testing.T) {
	p := setup(t)
	s := twoPages()
	pdf, err := p.printer.Print(s)
	if err != nil {
		t.Fatal(err)
	}
	pages, err := p.reader.Render(t.Context(), pdf, 150)
	if err != nil {
		t.Fatal(err)
	}
	out, err := p.reader.Assemble(t.Context(), []paper.Piece{
		{Data: papertest.JPEG(t, pages[1], papertest.Options{})},
		{Data: pdf, Pages: []int{2, 1}},
	})
	if err != nil {
		t.Fatal(err)
	}
	scan, err := p.reader.Read(t.Context(), out, paper.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	var got []int
	for _, page := range scan.Pages {
		for _, m := range page.Marks {
			if err := paper.Verify(p.mac, m, s); err != nil {
				t.Error(err)
			}
			got = append(got, m.Page)
		}
	}
	if d := cmp.Diff([]int{2, 2, 1}, got); d != "" {
		t.Error(d)
	}
	if _, err := p.reader.Assemble(t.Context(), []paper.Piece{{Data: []byte("GIF89a")}}); !errors.Is(err,
		paper.ErrUnsupported) {
		t.Error(err)
	}
}

// TestPack: the forms of a college in one file, each with its own codes, a list in front.
func TestPack(t *testing.T) {
	p := setup(t)
	a, b := form("陈一帆"), twoPages()
	b.Filing = "AAAA2222"
	pdf, err := p.printer.Pack("晨星信息学院", calendar.NewDate(2026, 11, 24), []workflow.Sheet{a, b})
	if err != nil {
		t.Fatal(err)
	}
	keep(t, "pack.pdf", pdf)
	scan, err := p.reader.Read(t.Context(), pdf, paper.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, page := range scan.Pages {
		for _, m := range page.Marks {
			got = append(got, fmt.Sprintf("%s %d/%d", m.Filing, m.Page, m.Pages))
		}
	}
	if d := cmp.Diff([]string{"K7M2Q9XD 1/1", "AAAA2222 1/2", "AAAA2222 2/2"}, got); d != "" || len(scan.Pages) != 4 {
		t.Errorf("%d pages: %s", len(scan.Pages), d)
	}
	text, err := p.reader.Text(t.Context(), pdf)
	if err != nil || !strings.Contains(text, "晨星信息学院") || !strings.Contains(text, "共 2 份") {
		t.Errorf("%v: %s", err, text)
	}
}

// TestLists: the receipt and the progress sheet, over two pages where needed.
func TestLists(t *testing.T) {
	p := setup(t)
	f := workflow.Filing{
		ID: "K7M2Q9XD", Revision: 2, Values: values(form("陈一帆")),
		PrintedOn: calendar.NewDate(2026, 11, 24),
	}
	for _, kind := range []workflow.PaperKind{workflow.PaperReceipt, workflow.PaperProgress} {
		s := f.Sheet(kind, "晨星信息学院", "示例师范大学")
		for i := range 30 {
			s.Lines = append(s.Lines, workflow.SheetLine{
				Left:  fmt.Sprintf("2026-11-%02d 10:00", i%30+1),
				Right: "学院预审通过（何清越老师）",
			})
		}
		pdf, err := p.printer.Print(s)
		if err != nil {
			t.Fatal(err)
		}
		keep(t, string(kind)+".pdf", pdf)
		scan, err := p.reader.Read(t.Context(), pdf, paper.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		for i, page := range scan.Pages {
			checkPage(t, p, s, page, i+1, len(scan.Pages))
		}
	}
}
