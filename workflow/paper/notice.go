package paper

import (
	"fmt"

	"example.org/beian/workflow"
)

// noticePages lays out the 公示信息. It holds only what the sheet has: the published
// fields, without number, phone or birth date (PIPL §25).
func noticePages(c *canvas, s workflow.Sheet) []func() {
	intro := fmt.Sprintf("根据杭州市高层次人才认定备案的有关规定，现将%s%s拟申请备案的人员信息予以公示，接受监督。", s.Unit, s.College)
	rows := rowsOf(c, s.Cells, inner, personRow)
	return []func(){func() {
		y := c.lines(margin, top+8, 12, 7.5, c.wrap("　　"+intro, 12, inner)) + 3
		from := y
		for _, r := range rows {
			r.draw(y)
			y += r.height
		}
		c.frame(margin, from, inner, y-from)
		y += 12
		c.text(margin, y, 12, "　　公示时间："+period(s))
		y += 9
		where := "向所在学院（部门）或人事处"
		if s.Contact != "" {
			where += "（" + s.Contact + "）"
		}
		y = c.lines(margin, y, 12, 7.5, c.wrap("　　如有异议，请在公示期内"+where+"书面或当面反映，反映情况应具实名。公示期满后本件撤下。", 12, inner))
		c.right(pageWidth-margin-6, y+26, 12, s.College+"（盖章）")
		c.right(pageWidth-margin-6, y+35, 12, "年      月      日")
	}}
}

func period(s workflow.Sheet) string {
	if s.From.IsZero() {
		return fmt.Sprintf("      年    月    日 至       年    月    日（不少于 %d 个工作日）", s.Days)
	}
	return fmt.Sprintf("%s 至 %s", s.From, s.Until)
}
