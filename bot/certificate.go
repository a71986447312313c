package bot

import (
	"slices"

	"example.org/beian/bot/text"
	"example.org/beian/workflow"
)

// certificate is the page 我的证书 as far as we know it: the current certificate, the next
// cycle, and what 生成新证书 does to the old one (R-H01 to R-H03).
func (t *turn) certificate() error {
	c := t.c.Certificate
	if c == nil {
		return t.say("certificate_none", text.Data{"Official": t.policy().OfficialURL})
	}
	d := t.base(t.c, t.f)
	a := workflow.Assess(c, t.today(), t.policy())
	d["Recognised"] = c.RecognisedOn
	d["New"] = t.f != nil && (t.f.State == workflow.Approved || t.f.State == workflow.Done) && t.f.Renewed.From == c.RecognisedOn
	d["Generated"] = t.f != nil && t.f.Generated
	d["Early"] = a.Phase == workflow.TooEarly
	d["Busy"] = t.f != nil && t.f.State.Begun() && t.f.State != workflow.Done && t.f.State != workflow.Approved
	return t.say("certificate", d)
}

// menuEntries are the entries of the official system's menu that are not the renewal (R-H05).
var menuEntries = [...]string{"人才认定申请", "购房补贴申请", "购房年审申请", "租房补贴申请", "小客车上牌补贴申请", "应届毕业生生活补贴"}

// menu says where an entry of the official menu is; we do not do it for people.
func (t *turn) menu() error {
	d := text.Data{"Entry": t.in.text, "Official": t.policy().OfficialURL}
	if !slices.Contains(menuEntries[:], t.in.text) {
		return t.say("menu_exit", d)
	}
	return t.say("menu_entry", d)
}
