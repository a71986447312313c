package review

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
)

// TestReadAway: dates and the deputy, whose name may hold any of the words around it.
func TestReadAway(t *testing.T) {
	today := calendar.NewDate(2026, 11, 25) // a Wednesday
	for words, want := range map[string]spokenAway{
		"12-01 至 12-05，由沈拾玉代理": {calendar.NewDate(2026, 12, 1), calendar.NewDate(2026, 12, 5), "沈拾玉"},
		"明天 至 下周五，由代晓明代理":      {calendar.NewDate(2026, 11, 26), calendar.NewDate(2026, 12, 4), "代晓明"},
		"周五，请由之老师代为处理":         {calendar.NewDate(2026, 11, 27), calendar.NewDate(2026, 11, 27), "由之"},
		"12-01 到 12-02 沈拾玉代理":  {calendar.NewDate(2026, 12, 1), calendar.NewDate(2026, 12, 2), "沈拾玉"},
		"12-01":                {calendar.NewDate(2026, 12, 1), calendar.NewDate(2026, 12, 1), ""},
		"13-45":                {},
	} {
		if got := readAway(words, today); got != want {
			t.Errorf("%q: %+v, want %+v", words, got, want)
		}
	}
}

// TestPeriod: one date or two, in the ways in which people part them.
func TestPeriod(t *testing.T) {
	today := calendar.NewDate(2026, 11, 23)
	from, until := calendar.NewDate(2026, 11, 24), calendar.NewDate(2026, 12, 1)
	for words, want := range map[string][2]calendar.Date{
		"11-24 至 12-01": {from, until}, "11-24到12-01": {from, until},
		"11月24日—12月1日": {from, until}, "11-24 -- 12-01": {from, until},
		"明天": {from, {}}, "11-24 开始": {from, {}}, "": {}, "一楼": {},
	} {
		if a, b := period(words, today); a != want[0] || b != want[1] {
			t.Errorf("%q: %s to %s", words, a, b)
		}
	}
}

// TestSpokenReturn: every item with every reason is read back as it is written on a button.
func TestSpokenReturn(t *testing.T) {
	p, err := workflow.DefaultPolicy()
	if err != nil {
		t.Fatal(err)
	}
	book, err := workflow.NewRulebook(p, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	f := &workflow.Filing{Materials: map[workflow.Slot]workflow.Material{}}
	for _, s := range workflow.Slots() {
		f.Materials[s.Slot] = workflow.Material{}
	}
	v := visit{Turn: &turn.Turn{Filing: f, Book: book}}
	n := 0
	for _, o := range newReturnForm(f, p).items {
		it, ok := readItem(o.Value)
		if !ok {
			t.Fatalf("%s cannot be read", o.Value)
		}
		for _, r := range p.Reasons {
			it.Reason, it.Text = r.Code, "第 3 页；看不清"
			want := it
			want.Text = "第 3 页,看不清"
			got := readSpokenReturn(v.spokenAs([]workflow.ReturnItem{it, it}), f, p)
			if d := cmp.Diff([]workflow.ReturnItem{want, want}, got.items); d != "" || !got.complete() {
				t.Errorf("%s, %s: %+v, %s", o.Value, r.Code, got, d)
			}
			n++
		}
		if list := likely(it, p); len(list) == 0 || len(list) > 5 {
			t.Errorf("%s has %d likely reasons", o.Value, len(list))
		}
	}
	if n < 100 {
		t.Errorf("only %d returns", n)
	}
}

// TestMaterialLine: what a handler reads about a material, and what needs eyes.
func TestMaterialLine(t *testing.T) {
	zh, err := text.Load("zh")
	if err != nil {
		t.Fatal(err)
	}
	blurred := []workflow.PageHint{{Page: 2, Hint: "blurred"}}
	on := calendar.NewDate(2026, 11, 30)
	for _, c := range []struct {
		slot  workflow.Slot
		m     workflow.Material
		want  string
		eyes  string
		plain bool
	}{
		{
			workflow.SlotForm,
			workflow.Material{File: &workflow.File{Checked: true, Revision: 2, Pages: 3}},
			"① 备案申请表 第 2 版 3 页 ✓", "没有变更", true,
		},
		{
			workflow.SlotForm,
			workflow.Material{File: &workflow.File{Pages: 2}},
			"① 备案申请表 **待经办人核对**：请看版本、签字和公章", "1 份待核对", false,
		},
		{
			workflow.SlotForm,
			workflow.Material{File: &workflow.File{Pages: 2, Unread: []int{1, 2}, Hints: blurred}},
			"① 备案申请表 **待经办人核对**：二维码没有读出(第 2 页", "1 份待核对", false,
		},
		{workflow.SlotInsurance, workflow.Material{Fetched: true}, "② 参保证明 系统已自动获取 ✓", "没有变更", true},
		{workflow.SlotInsurance, workflow.Material{Waived: "不缴纳社保"}, "② 参保证明 不提供：不缴纳社保", "没有变更", true},
		{workflow.SlotInsurance, workflow.Material{On: on, File: &workflow.File{Pages: 1}}, "② 参保证明 11-30 1 页", "没有变更", true},
		{
			workflow.SlotContract,
			workflow.Material{On: on, File: &workflow.File{Pages: 4, Swapped: []int{2, 3}, Hints: blurred}},
			"③ 聘用合同 新 · 11-30 4 页 · 第 2、3 页已替换 · 第 2 页", "1 份新材料 · 1 份待核对", false,
		},
	} {
		info := c.slot.Info()
		if got := materialLine(zh, info, c.m); !strings.HasPrefix(got, c.want) {
			t.Errorf("%q, want %q", got, c.want)
		}
		f := &workflow.Filing{Materials: map[workflow.Slot]workflow.Material{c.slot: c.m}}
		if got := eyes(f); got != c.eyes || plain(f) != c.plain {
			t.Errorf("%s: %q needs eyes, plain %t", c.want, got, plain(f))
		}
	}
	for _, f := range []*workflow.Filing{{Note: "请看合同"}, {Partial: true}} {
		if plain(f) {
			t.Errorf("%+v is plain", f)
		}
	}
	if got := fmt.Sprint(circled(1), circled(20), circled(21)); got != "①⑳21" {
		t.Error(got)
	}
}
