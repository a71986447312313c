package chart

import (
	"fmt"
	"math"
	"strings"
)

// pictures are drawn by the tests: the two of the product, and what could go wrong.
func pictures() map[string]Picture {
	one := func(p Panel) Picture { return Picture{Title: p.Title, Panels: []Panel{p}} }
	long := strings.Repeat("马克思主义与中国特色社会主义理论体系研究学院", 12)
	worst := expiring(24, 30, 400_000)
	worst.Title, worst.Note, worst.Unit = long, long, long
	for i := range worst.Series {
		worst.Series[i].Name = fmt.Sprint(i, long)
	}
	odd := bars("退回原因", "次", []string{
		"\u202eنص\u202c换行\r\n第二行\x00\x1b[31m", "龘𠮷𰻝", "👩‍🔬 emoji ☃\ufe0f", "\xff\xfe坏字节",
		"a\u0300\u0301\u0302\u0303\u0304\u0305\u0306", strings.Repeat("W", 4000), "\U000e0041\U0010ffff", " ",
		"[x](dingtalk://y)",
	}, 3, 1, 4, 1, 5, 9, 2, 6, 5)
	odd.Note, odd.Unit = "\u2066行\u2028列\t。"+strings.Repeat("。", 300), "次\n\u200f"
	return map[string]Picture{
		"statistics": {Title: "备案统计", Subtitle: "2026 年 11 月 23 日，全校 12 个学院", Panels: []Panel{
			expiring(12, 12, 6),
			bars("在哪一步等着", "件", []string{"填写中", "学院预审", "公示中", "待签字盖章", "学校预审", "待上报", "上级审核中"}, 14, 6, 9, 4, 11, 3, 0),
			hours(),
			bars("退回原因", "次", []string{"表格缺签字或盖章", "扫描件看不清", "护照信息不一致", "公示不足五个工作日", "其他"}, 12, 8, 5, 2, 3),
		}},
		"digest":               {Title: "今日摘要", Subtitle: "11 月 23 日，星期一", Panels: []Panel{expiring(6, 5, 4)}},
		"columns of 24 months": {Title: "未来两年", Panels: []Panel{expiring(24, 12, 40)}},
		"English": {Title: "Filings of titles", Subtitle: "23 November 2026, twelve colleges of the university and " +
			"their departments of foreign languages", English: true, Panels: []Panel{
			{
				Title: "Expiring each month", Labels: []string{"Dec", "Jan", "Feb"}, Groups: []string{"2026", "2027", "2027"},
				Unit: "people", Series: []Series{
					{"Computer Science and Technology", []float64{4, 2, 0}},
					{"Foreign Languages", []float64{1, 0, 7}},
				},
			},
			bars("Waiting for", "", []string{"The college's first look", "Signature and seal"}, 3, 5),
			{Title: "Sent back", Kind: Bars},
		}},
		"thousands": {Title: "数以千计", Panels: []Panel{
			expiring(12, 7, 10_000),
			bars("每步用时", "小时", []string{"甲", "乙", "丙"}, 10_000, 0.01, 9_999.9),
		}},
		"nothing": {Title: "备案统计", Panels: []Panel{{
			Title: "每月到期", Labels: []string{"1月", "2月"},
			Series: []Series{{"文学院", []float64{0, 0}}},
		}, {Kind: Bars}, bars("每步用时", "小时", []string{"公示"}, math.NaN())}},
		"one point": {Title: "只有一个", Panels: []Panel{{
			Title: "每月到期", Labels: []string{"12月"}, Groups: []string{"2026"},
			Series: []Series{{"文学院", []float64{1}}},
		}, bars("在哪一步等着", "件", []string{"公示中"}, 1)}},
		"no words": {Panels: []Panel{{
			Labels: make([]string, 3), Groups: make([]string, 3),
			Series: []Series{{Values: []float64{1, 2, 3}}},
		}}},
		"hostile names": one(odd),
		"hostile month": one(Panel{
			Title: long, Labels: []string{long, long, long, "", "4月"},
			Groups: []string{long, "2027", long, long, ""},
			Series: []Series{{"\u202e" + long, []float64{0.02, 0, 0.04, 0, 0.03}}, {"其他", []float64{1, 1, 1, 1, 1}}},
		}),
		"all at worst": {Title: long, Subtitle: long, Panels: []Panel{worst, worst, worst, worst}},
		"many bars":    one(bars("退回原因", "", strings.Split(strings.Repeat("原因,", 40), ","), make41()...)),
		"much of all": {Title: long, Panels: []Panel{
			worst,
			bars("甲", long, strings.Split(strings.Repeat(long+",", 40), ","), make41()...), worst,
			bars("乙", "件", strings.Split(strings.Repeat(long+",", 40), ","), make41()...),
		}},
	}
}

func bars(title, unit string, labels []string, values ...float64) Panel {
	return Panel{Title: title, Kind: Bars, Labels: labels, Unit: unit, Series: []Series{{Values: values}}}
}

func make41() []float64 {
	v := make([]float64, 41)
	for i := range v {
		v[i] = float64(41 - i)
	}
	return v
}

func hours() Panel {
	p := bars("每步用时", "小时", []string{"填写", "学院预审", "公示", "签字盖章", "学校预审", "上报"}, 3.5, 11, 40, 16.2, 7.4, math.NaN())
	p.Note = "中位数，只算工作时间"
	return p
}

// expiring is a panel of months from a December on, stacked from colleges.
func expiring(months, colleges, most int) Panel {
	names := []string{
		"计算机科学与技术学院", "外国语学院", "材料科学与工程学院", "数学科学学院", "国际教育学院", "经济与管理学院", "物理学院", "法学院", "化学化工学院",
		"建筑与城市规划学院", "艺术学院", "体育部",
	}
	p := Panel{Title: "每月到期", Note: "按学院，证书在当月到期的人数", Unit: "人"}
	for m := range months {
		p.Labels = append(p.Labels, fmt.Sprintf("%d月", (m+11)%12+1))
		p.Groups = append(p.Groups, fmt.Sprintf("%d年", 2026+(m+11)/12))
	}
	for c := range colleges {
		s := Series{Name: names[c%len(names)]}
		for m := range months {
			s.Values = append(s.Values, float64((c*7+m*5+c*m)%6*most*(colleges-c)/(7*colleges)))
		}
		p.Series = append(p.Series, s)
	}
	return p
}
