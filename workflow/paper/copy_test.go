package paper_test

import (
	"bytes"
	"image"
	"strings"
	"testing"
	"time"

	"example.org/beian/workflow/calendar"
	"example.org/beian/workflow/paper"
	"example.org/beian/workflow/paper/papertest"
)

// TestCopy: who looks at documents gets pictures of their pages with their own name across,
// in the order given, and nothing of the originals but what is seen.
func TestCopy(t *testing.T) {
	p := setup(t)
	fonts, err := paper.LoadFonts()
	if err != nil {
		t.Fatal(err)
	}
	pdf, err := p.printer.Print(form("陈一帆"))
	if err != nil {
		t.Fatal(err)
	}
	pages, err := p.reader.Render(t.Context(), pdf, 150)
	if err != nil {
		t.Fatal(err)
	}
	docs := []paper.Shown{
		{Title: "第 1 项 备案申请表", Data: papertest.PDF(t, pages, papertest.Options{Degrees: 1, Seal: true, Seed: 3})},
		{Title: "第 3 项 聘用合同", Data: papertest.JPEG(t, pages[0], papertest.Options{Desk: true, Dark: 0.3, Seed: 4})},
	}
	at := calendar.NewDate(2026, 11, 23).At(10, 42)
	stamp := "何清越 2026-11-23 10:42 查看"
	one, err := p.reader.Copy(t.Context(), fonts, docs, stamp, at)
	if err != nil {
		t.Fatal(err)
	}
	keep(t, "copy.pdf", one)
	text, err := p.reader.Text(t.Context(), one)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"第 1 项 备案申请表", "第 3 项 聘用合同", "何清越 2026-11-23 10:42 查看"} {
		if !strings.Contains(strings.Join(strings.Fields(text), " "), want) {
			t.Errorf("the copy does not say %q: %s", want, text)
		}
	}
	if len(one) > 2<<20 {
		t.Errorf("%d bytes", len(one))
	}
	drawn, err := p.reader.Render(t.Context(), one, 60)
	if err != nil || len(drawn) != len(pages)+1 {
		t.Fatalf("%d pages, %v", len(drawn), err)
	}
	other, err := p.reader.Copy(t.Context(), fonts, docs, "沈拾玉 2026-11-23 10:43 查看", at.Add(time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	again, err := p.reader.Render(t.Context(), other, 60)
	if err != nil {
		t.Fatal(err)
	}
	if same(drawn[len(drawn)-1].(*image.Gray), again[len(again)-1].(*image.Gray)) {
		t.Error("two viewers have the same picture")
	}
	if _, err := p.reader.Copy(t.Context(), fonts, []paper.Shown{{Title: "x", Data: []byte("no picture")}}, stamp,
		at); err == nil {
		t.Error("something else was copied")
	}
	if _, err := p.reader.Copy(t.Context(), fonts, docs[1:], "王\U0010FFFD", at); err == nil {
		t.Error("a viewer whose name cannot be drawn was shown without it")
	}
}

// same compares pages below the caption.
func same(a, b *image.Gray) bool {
	skip := a.Stride * 25
	return bytes.Equal(a.Pix[skip:], b.Pix[skip:])
}
