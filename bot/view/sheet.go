package view

import (
	"example.org/beian/bot/turn"
	"example.org/beian/workflow"
)

// Sheet is a paper of the filing as it is in this turn.
func Sheet(t *turn.Turn, kind workflow.PaperKind) workflow.Sheet {
	s := t.Filing.Sheet(kind, t.Case.College.Name, t.Unit())
	if kind == workflow.PaperNotice {
		s.Days, s.Contact = t.Policy().Notice.WorkingDays, t.Policy().Notice.Contact
	}
	return s
}

// SheetOf is a paper of the filing as it was at another time.
func SheetOf(t *turn.Turn, f workflow.Filing, kind workflow.PaperKind) workflow.Sheet {
	return f.Sheet(kind, t.Case.College.Name, t.Unit())
}
