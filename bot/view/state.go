package view

import "example.org/beian/workflow"

// StateWord says where a filing stands, for the people of HR.
func StateWord(s workflow.State) string {
	switch s {
	case workflow.Draft:
		return "核对信息"
	case workflow.Saved:
		return "签章与材料"
	case workflow.Ready:
		return "待送审"
	case workflow.Prereview:
		return "预审中"
	case workflow.Submitted, workflow.Reviewing:
		return "已上报"
	case workflow.Returned:
		return "已退回"
	case workflow.Approved, workflow.Done:
		return "已通过"
	}
	return "未开始"
}
