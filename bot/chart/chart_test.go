package chart_test

import (
	"os"
	"path/filepath"
	"sync"
	"testing"

	"example.org/beian/bot/chart"
	"example.org/beian/workflow/paper"
)

var painter = sync.OnceValues(func() (*chart.Painter, error) {
	f, err := paper.LoadFonts()
	if err != nil {
		return nil, err
	}
	regular, bold, others := f.Sans()
	return chart.New(regular, bold, others...)
})

func draw(t testing.TB, pic chart.Picture) []byte {
	t.Helper()
	p, err := painter()
	if err != nil {
		t.Fatal(err)
	}
	out, err := p.Draw(pic)
	if err != nil {
		t.Fatal(err)
	}
	if dir := os.TempDir() + "/charts"; true {
		os.MkdirAll(dir, 0o755)
		os.WriteFile(filepath.Join(dir, filepath.Base(t.Name())+".png"), out, 0o644)
	}
	return out
}

func TestLook(t *testing.T) {
	colleges := []string{"计算机科学与技术学院", "外国语学院", "材料科学与工程学院", "数学科学学院", "国际教育学院", "经济与管理学院", "物理学院", "法学院", "化学化工学院", "建筑与城市规划学院", "艺术学院", "体育部"}
	months := []string{"12月", "1月", "2月", "3月", "4月", "5月", "6月", "7月", "8月", "9月", "10月", "11月"}
	years := []string{"2026", "2027", "2027", "2027", "2027", "2027", "2027", "2027", "2027", "2027", "2027", "2027"}
	var series []chart.Series
	for i, c := range colleges {
		s := chart.Series{Name: c}
		for j := range months {
			v := float64((i*7+j*5+i*j)%6) * float64(12-i) / 8
			s.Values = append(s.Values, float64(int(v)))
		}
		series = append(series, s)
	}
	months4 := chart.Panel{Title: "每月到期", Note: "按学院,证书截止日在当月的人数", Labels: months, Groups: years, Series: series, Unit: "人"}
	draw(t, chart.Picture{Title: "外籍教师职称备案 · 统计", Subtitle: "2026 年 11 月 23 日 · 全校 12 个学院", Panels: []chart.Panel{
		months4,
		{Title: "在哪一步等着", Kind: chart.Bars, Unit: "件", Labels: []string{"填写中", "学院预审", "公示中", "待签字盖章", "学校预审", "待上报", "上级审核中"}, Series: []chart.Series{{Values: []float64{14, 6, 9, 4, 11, 3, 0}}}},
		{Title: "每步用时", Note: "中位数,只算工作时间", Kind: chart.Bars, Unit: "小时", Labels: []string{"填写", "学院预审", "公示", "签字盖章", "学校预审", "上报"}, Series: []chart.Series{{Values: []float64{3.5, 11, 40, 16.2, 7.4, 2}}}},
		{Title: "退回原因", Kind: chart.Bars, Unit: "次", Labels: []string{"表格缺签字或盖章", "扫描件看不清", "护照信息不一致", "公示不足五个工作日", "其他"}, Series: []chart.Series{{Values: []float64{12, 8, 5, 2, 3}}}},
	}})
}
