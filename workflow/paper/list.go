package paper

import "example.org/beian/workflow"

// listPages lays out a paper that the person keeps: who it is about, then a list.
func listPages(c *canvas, s workflow.Sheet) []func() {
	pieces := rowsOf(c, s.Cells, inner, personRow)
	for _, l := range s.Lines {
		pieces = append(pieces, line(c, l))
	}
	pages := paginate(c, top, pieces)
	last := pages[len(pages)-1]
	pages[len(pages)-1] = func() {
		last()
		c.grey(func() {
			c.centred(pageHeight-13, 8, "由备案助手按记录生成；政府受理部门的进度以认定系统为准。")
		})
	}
	return pages
}

// line is a row of a list: a short word on the left, the rest wrapped beside it.
func line(c *canvas, l workflow.SheetLine) piece {
	const left = 44.0
	values := c.wrap(l.Right, textSize, inner-left-2*cellPadding)
	height := max(rowHeight, float64(len(values))*lineHeight+3.2)
	return piece{height, func(y float64) {
		c.box(margin, y, left, height, true)
		c.box(margin+left, y, inner-left, height, false)
		c.text(margin+cellPadding, y+height/2+1.3, 9, l.Left)
		c.lines(margin+left+cellPadding, y+(height-float64(len(values))*lineHeight)/2+3.3, textSize, lineHeight, values)
	}}
}
