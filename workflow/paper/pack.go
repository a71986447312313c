package paper

import (
	"fmt"

	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
)

// Pack prints the forms of a college that wait for its seal as one PDF, a list of them in
// front: printed once, sealed once, scanned once. Each form keeps its own page numbers and
// fingerprints, so that the scan of the whole stack can be taken apart again.
func (p *Printer) Pack(college string, on calendar.Date, forms []workflow.Sheet) ([]byte, error) {
	c := newCanvas(p.fonts)
	c.page() // the list; drawn last, when the number of pages is known
	lines := make([]workflow.SheetLine, len(forms))
	for i, s := range forms {
		n, err := p.add(c, s)
		if err != nil {
			return nil, err
		}
		lines[i] = workflow.SheetLine{
			Left:  fmt.Sprintf("%d  %s", i+1, s.Filing),
			Right: fmt.Sprintf("%s    第 %d 版    %d 页", value(s, workflow.Name), s.Revision, n),
		}
	}
	if missing := p.fonts.Missing(college); len(missing) > 0 {
		return nil, &UndrawableError{missing}
	}
	list := newCanvas(p.fonts)
	list.used, list.known = c.used, c.known // one font for the whole file
	cover(list, clean(college), on, lines)
	c.pages = append(list.pages, c.pages[1:]...)
	if list.err != nil {
		return nil, list.err
	}
	return c.document("待盖章申请表", on.Time())
}

// cover draws the list in front, on as many pages as it takes.
func cover(c *canvas, college string, on calendar.Date, lines []workflow.SheetLine) {
	const begin = 62.0
	pieces := make([]piece, len(lines))
	for i, l := range lines {
		pieces[i] = line(c, l)
	}
	for i, draw := range paginate(c, begin, pieces) {
		c.page()
		title(c, "待盖章申请表")
		if i == 0 {
			c.text(margin, 44, 11, fmt.Sprintf("%s    %s    共 %d 份", college, on, len(lines)))
			c.lines(margin, 51, 10, 5.5, c.wrap("请逐份审核签字、加盖学院（部门）公章，再把整叠扫描成一个 PDF 发给备案助手，会按二维码分到每个人名下。", 10, inner))
		}
		draw()
	}
}

// value finds a value on a sheet.
func value(s workflow.Sheet, k workflow.Key) string {
	for _, c := range s.Cells {
		if c.Key == k {
			return c.Value
		}
	}
	return ""
}
