package applicant

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
)

func TestAssignments(t *testing.T) {
	type pair struct {
		Key   workflow.Key
		Value string
	}
	for text, want := range map[string][]pair{
		"手机 13900001111":            {{workflow.Phone, "13900001111"}},
		"手机：139 0000 1111":          {{workflow.Phone, "139 0000 1111"}},
		"手机改成 13900001111":          {{workflow.Phone, "13900001111"}},
		"我的手机号换成13900001111":        {{workflow.Phone, "13900001111"}},
		"把手机改为 13900001111":         {{workflow.Phone, "13900001111"}},
		"来杭 2015年7月，产业教育":           {{workflow.ArrivedOn, "2015年7月"}, {workflow.Industry, "教育"}},
		"来杭工作时间: 2015-07-01\n职务: 无": {{workflow.ArrivedOn, "2015-07-01"}, {workflow.Post, "无"}},
		"职务 副院长，兼系主任":               {{workflow.Post, "副院长，兼系主任"}},
		"申报条件：省自然科学奖（一等），前3名":       {{workflow.Condition, "省自然科学奖（一等），前3名"}},
		"最高学历=博士研究生; 学位=博士":         {{workflow.Education, "博士研究生"}, {workflow.Degree, "博士"}},
		"我在职":          nil,
		"手机":           nil,
		"所学专业(学位) 统计学": {{workflow.DegreeMajor, "统计学"}},
		"政治面貌填党员":      {{workflow.Politics, "党员"}},
		"手机 13900001111 谢谢，今天天气不错":   {{workflow.Phone, "13900001111"}},
		"我的手机号换成13900002222了，职务升副教授": {{workflow.Phone, "13900002222"}, {workflow.Post, "副教授"}},
		"MOBILE 13900001111": {{workflow.Phone, "13900001111"}},
	} {
		var got []pair
		for _, a := range extract(text, calendar.NewDate(2026, 11, 23)).set {
			got = append(got, pair{a.field.Key, a.value})
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%q: %s", text, d)
		}
	}
}

// TestLabels: a label that begins with another one comes before it, and every field can be named.
func TestLabels(t *testing.T) {
	for i, l := range labels[1:] {
		if len(l.text) > len(labels[i].text) {
			t.Errorf("%s comes after %s", l.text, labels[i].text)
		}
	}
	for _, fd := range workflow.Fields() {
		for _, name := range append([]string{fd.Label, fd.English}, fd.Synonyms...) {
			if got, ok := named(name); !ok || got.Key != fd.Key {
				t.Errorf("%s names %s", name, got.Key)
			}
		}
	}
}
