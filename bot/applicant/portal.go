package applicant

import (
	"fmt"

	"example.org/beian/bot/command"
	"example.org/beian/bot/turn"
	"example.org/beian/bot/view"
	"example.org/beian/workflow"
)

func (r *Room) portalCommands() []turn.Command {
	return []turn.Command{
		{Spec: command.Spec{
			Name:    "portal",
			Words:   []string{"录入单", "照着录入", "录入", "系统录入"},
			English: []string{"entry sheet", "portal sheet"},
		}, Safe: true, Who: turn.Begun, When: printed, Do: r.do(visit.portal)},
	}
}

// portal lists the form in the order of the official system, a line for each field, to copy from. Numbers
// are masked in the chat and whole on the paper that comes with it.
func (t visit) portal() error {
	if t.Filing.Revision == 0 {
		return t.fields()
	}
	sheet := view.Sheet(t.Turn, workflow.PaperPortal)
	var lines []string
	for _, fd := range workflow.Fields() {
		v, masked := t.Filing.Values[fd.Key], view.Shown(fd, t.Filing.Values[fd.Key])
		switch {
		case fd.Key == workflow.Photo:
			v, masked = "请在系统里上传", t.Text.Phrase("portal_photo")
		case v == "":
			v, masked = "（空）", t.Text.Phrase("empty")
		case fd.Key == workflow.Category:
			v, masked = v+" 类", t.Text.Phrase("portal_category", v)
		case fd.Masked():
			masked = t.Text.Phrase("portal_masked", masked)
		}
		lines = append(lines, t.Text.Phrase("portal_line", fd.No, t.Text.Field(fd), masked))
		sheet.Lines = append(sheet.Lines, workflow.SheetLine{Left: fmt.Sprintf("%d  %s", fd.No, fd.Label), Right: v})
	}
	d := view.Base(t.Turn, t.Case, t.Filing)
	d["Lines"] = lines
	if err := t.Say("portal", d); err != nil {
		return err
	}
	sheet.Printed = t.Today()
	t.Hand(sheet)
	return nil
}
