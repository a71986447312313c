package bot

import (
	"slices"

	"example.org/beian/bot/text"
	"example.org/beian/bot/view"
	"example.org/beian/workflow"
)

// certificate is the page 我的证书 as far as we know it: the current certificate, the next
// cycle, and what 生成新证书 does to the old one (R-H01 to R-H03).
func (t *visit) certificate() error {
	c := t.Case.Certificate
	if c == nil {
		return t.Say("certificate_none", text.Data{"Official": t.Policy().OfficialURL})
	}
	d := view.Base(t.Turn, t.Case, t.Filing)
	a := workflow.Assess(c, t.Today(), t.Policy())
	d["Recognised"] = c.RecognisedOn
	d["New"] = t.Filing != nil && (t.Filing.State == workflow.Approved || t.Filing.State == workflow.Done) && t.Filing.Renewed.From == c.RecognisedOn
	d["Generated"] = t.Filing != nil && t.Filing.Generated
	d["Early"] = a.Phase == workflow.TooEarly
	d["Busy"] = t.Filing != nil && t.Filing.State.Begun() && t.Filing.State != workflow.Done && t.Filing.State != workflow.Approved
	return t.Say("certificate", d)
}

// menuEntries are the entries of the official system's menu that are not the renewal (R-H05).
var menuEntries = [...]string{"人才认定申请", "购房补贴申请", "购房年审申请", "租房补贴申请", "小客车上牌补贴申请", "应届毕业生生活补贴"}

// menu says where an entry of the official menu is; we do not do it for people.
func (t *visit) menu() error {
	d := text.Data{"Entry": t.in.text, "Official": t.Policy().OfficialURL}
	if !slices.Contains(menuEntries[:], t.in.text) {
		return t.Say("menu_exit", d)
	}
	return t.Say("menu_entry", d)
}
