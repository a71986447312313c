package view

import (
	"example.org/beian/bot/turn"
	"example.org/beian/workflow"
)

func Sheet(t *turn.Turn, kind workflow.PaperKind) workflow.Sheet {
	s := t.Filing.Sheet(kind, t.Case.College.Name, t.Unit())
	if kind == workflow.PaperNotice {
		s.Days, s.Contact = t.Policy().Notice.WorkingDays, t.Policy().Notice.Contact
	}
	return s
}

func SheetOf(t *turn.Turn, f workflow.Filing, kind workflow.PaperKind) workflow.Sheet {
	return f.Sheet(kind, t.Case.College.Name, t.Unit())
}
