package paper

import (
	"fmt"

	"example.org/beian/workflow"
)

const (
	rowHeight   = 7.6
	personRow   = 9.0 // five of them make the height of the photo
	photoWidth  = 35.0
	labelWidth  = 27.0
	textSize    = 9.5
	lineHeight  = 4.4
	cellPadding = 1.6
)

// piece is a part of the form that is never split over pages.
type piece struct {
	height float64
	draw   func(y float64)
}

// wide fields get a row of their own.
var wide = map[workflow.Key]bool{
	workflow.Unit: true, workflow.School: true, workflow.DegreeSchool: true, workflow.Condition: true,
}

var sectionNames = [...]struct {
	section workflow.Section
	name    string
}{
	{workflow.SectionPerson, "一、基本信息"},
	{workflow.SectionWork, "二、工作信息"},
	{workflow.SectionEducation, "三、学历"},
	{workflow.SectionDegree, "四、学位"},
	{workflow.SectionTalent, "五、认定信息"},
}

// formPages lays out the 备案申请表 and returns how to draw each page.
func formPages(c *canvas, s workflow.Sheet) []func() {
	var pieces []piece
	for _, sec := range sectionNames {
		var cells []workflow.SheetCell
		for _, cell := range s.Cells {
			if cell.Section == sec.section {
				cells = append(cells, cell)
			}
		}
		pieces = append(pieces, section(c, sec.name, cells, sec.section == workflow.SectionPerson)...)
	}
	pieces = append(pieces, signatures(c))
	pages := paginate(c, top, pieces)
	for i := 1; i < len(pages); i++ { // a page that is signed and sealed says whose it is
		draw := pages[i]
		pages[i] = func() {
			c.text(margin, top-3, textSize, fmt.Sprintf("姓名：%s      证件号码：%s", value(s, workflow.Name),
				value(s, workflow.IDNumber)))
			draw()
		}
	}
	return pages
}

// paginate puts pieces of one table on as few pages as hold them, the first of which
// begins at the given height, and draws a frame around each part.
func paginate(c *canvas, start float64, pieces []piece) []func() {
	var pages []func()
	var page []func()
	from, y := start, start
	flush := func() {
		draws, at, height := page, from, y-from
		pages = append(pages, func() {
			for _, d := range draws {
				d()
			}
			c.frame(margin, at, inner, height)
		})
		page, from, y = nil, top, top
	}
	for _, p := range pieces {
		if y+p.height > bottom && len(page) > 0 {
			flush()
		}
		at, draw := y, p.draw
		page = append(page, func() { draw(at) })
		y += p.height
	}
	flush()
	return pages
}

// section is a heading with its rows. The personal rows leave room for the photo
// and stay together with it.
func section(c *canvas, name string, cells []workflow.SheetCell, photo bool) []piece {
	width, minimum := inner, rowHeight
	if photo {
		width, minimum = inner-photoWidth, personRow
	}
	rows := rowsOf(c, cells, width, minimum)
	heading := piece{6, func(y float64) {
		c.box(margin, y, inner, 6, true)
		c.heading(margin+cellPadding, y+4.3, textSize, name)
	}}
	if !photo && len(rows) > 0 {
		return append([]piece{stack(heading, rows[0])}, rows[1:]...) // a heading never ends a page
	}
	body := 0.0
	for _, r := range rows {
		body += r.height
	}
	whole := piece{heading.height + body, func(y float64) {
		heading.draw(y)
		y += heading.height
		c.box(margin+width, y, photoWidth, body, false)
		c.dashed(margin+width+4.5, y+(body-36)/2, 26, 36)
		c.text(margin+width+photoWidth/2-4.5, y+body/2+1, textSize, "照 片")
		for _, r := range rows {
			r.draw(y)
			y += r.height
		}
	}}
	return []piece{whole}
}

// stack makes one piece of two.
func stack(a, b piece) piece {
	return piece{a.height + b.height, func(y float64) {
		a.draw(y)
		b.draw(y + a.height)
	}}
}

// rowsOf pairs short fields and gives long ones a row of their own.
func rowsOf(c *canvas, cells []workflow.SheetCell, width, minimum float64) []piece {
	var rows []piece
	for i := 0; i < len(cells); {
		n := 1
		if i+1 < len(cells) && !isWide(c, cells[i], width) && !isWide(c, cells[i+1], width) {
			n = 2
		}
		rows = append(rows, row(c, cells[i:i+n], width, minimum))
		i += n
	}
	return rows
}

func isWide(c *canvas, cell workflow.SheetCell, width float64) bool {
	return wide[cell.Key] || c.width(cell.Value, textSize) > 2*(width/2-labelWidth-2*cellPadding)
}

// fitting is the size at which a value that is a little too long for one line still fits,
// otherwise the usual one.
func fitting(c *canvas, s string, w float64) float64 {
	const smallest = 8.4
	size := textSize * w / max(c.width(s, textSize), 1)
	if size < textSize && size >= smallest {
		return size - 0.05
	}
	return textSize
}

// row is one or two labelled cells side by side, as high as the longest value needs.
func row(c *canvas, cells []workflow.SheetCell, width, minimum float64) piece {
	each := width / float64(len(cells))
	values, sizes := make([][]string, len(cells)), make([]float64, len(cells))
	height := minimum
	for i, cell := range cells {
		room := each - labelWidth - 2*cellPadding
		sizes[i] = fitting(c, cell.Value, room)
		values[i] = c.wrap(cell.Value, sizes[i], room)
		height = max(height, float64(len(values[i]))*lineHeight+3.2)
	}
	return piece{height, func(y float64) {
		for i, cell := range cells {
			x := margin + float64(i)*each
			c.box(x, y, labelWidth, height, true)
			c.box(x+labelWidth, y, each-labelWidth, height, false)
			c.text(x+(labelWidth-c.width(cell.Label, 9))/2, y+height/2+1.3, 9, cell.Label)
			first := y + (height-float64(len(values[i]))*lineHeight)/2 + 3.5
			c.lines(x+labelWidth+cellPadding, first, sizes[i], lineHeight, values[i])
		}
	}}
}

// sealSize is the side of the box for the seal: a round one of 42 mm at the most.
const sealSize = 42.0

// signatures are the boxes for R-E02 and R-E03; they stay together on one page.
func signatures(c *canvas) piece {
	const own, college = 21.0, sealSize + 3
	const left = margin + labelWidth
	return piece{own + college, func(y float64) {
		c.box(margin, y, labelWidth, own, true)
		c.text(margin+(labelWidth-c.width("本人承诺", textSize))/2, y+own/2+1.3, textSize, "本人承诺")
		c.box(left, y, inner-labelWidth, own, false)
		c.text(left+3, y+6.5, textSize, "本人已核对以上信息，保证真实、准确、完整。")
		signHere(c, left+3, y+16.5, "申请人（签名）：", 40)
		c.right(margin+inner-4, y+16.5, textSize, "年      月      日")
		y += own
		c.box(margin, y, labelWidth, college, true)
		c.text(margin+(labelWidth-c.width("学院（部门）", textSize))/2, y+college/2-1.2, textSize, "学院（部门）")
		c.text(margin+(labelWidth-c.width("审核意见", textSize))/2, y+college/2+3.8, textSize, "审核意见")
		c.box(left, y, inner-labelWidth, college, false)
		c.text(left+3, y+6.5, textSize, "经核对，该同志为本单位在职人员，")
		c.text(left+3, y+12, textSize, "所填信息与材料属实。")
		signHere(c, left+3, y+27, "经办人（签名）：", 40)
		c.text(left+3, y+college-5, textSize, "日期：          年      月      日")
		x := margin + inner - sealSize - 2.5
		c.dashed(x, y+1.5, sealSize, sealSize)
		c.grey(func() { c.text(x+2, y+5, 7.5, "学院（部门）公章") })
	}}
}

// signHere is a label with a line to sign on.
func signHere(c *canvas, x, y float64, label string, w float64) {
	c.text(x, y, textSize, label)
	c.rule(x+c.width(label, textSize), y+1, w)
}
