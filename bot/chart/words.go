package chart

import "strconv"

// words are what a picture says by itself.
type words struct {
	other, none, total string
	more               [2]string // around a number
}

var (
	chinese = words{"其他", "没有数据", "合计 ", [2]string{"另有 ", " 项未画出"}}
	english = words{"Others", "No data", "Total ", [2]string{"", " more are not shown"}}
)

func (w words) left(n int) string { return w.more[0] + strconv.Itoa(n) + w.more[1] }

// join puts a unit behind a number.
func join(number, unit string) string {
	if unit == "" || unit == "%" {
		return number + unit
	}
	return number + " " + unit
}
