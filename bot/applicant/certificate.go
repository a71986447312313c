package applicant

import (
	"example.org/beian/bot/command"
	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/bot/view"
	"example.org/beian/workflow"
)

func (r *Room) certificateCommands() []turn.Command {
	return []turn.Command{
		{Spec: command.Spec{
			Name:    "certificate",
			Words:   []string{"我的证书", "证书", "当前证书"},
			English: []string{"my certificate", "certificate"},
		}, Safe: true, Who: turn.Listed, Do: r.do(visit.certificate)},
		{Spec: command.Spec{
			Name:    "generated",
			Words:   []string{"已生成新证书", "已生成", "生成好了"},
			English: []string{"Generated"},
		}, Who: turn.Begun, When: at(workflow.StepDownload), Do: r.do(visit.generated)},
		{Spec: command.Spec{
			Name:    "fetched",
			Words:   []string{"已下载新证书", "已下载", "下载好了"},
			English: []string{"Downloaded"},
		}, Who: turn.Begun, When: at(workflow.StepDownload), Do: r.do(visit.fetched)},
	}
}

// certificate is the page 我的证书 as far as we know it: the current certificate, the next cycle, and what
// 生成新证书 does to the old one (R-H01 to R-H03).
func (t visit) certificate() error {
	c, f := t.Case.Certificate, t.Filing
	if c == nil {
		return t.Say("certificate_none", text.Data{"Official": t.Policy().OfficialURL})
	}
	d := view.Base(t.Turn, t.Case, f)
	passed := f != nil && (f.State == workflow.Approved || f.State == workflow.Done)
	d["Recognised"] = c.RecognisedOn
	d["New"] = passed && f.Renewed.From == c.RecognisedOn
	d["Generated"] = f != nil && f.Generated
	d["Early"] = workflow.Assess(c, t.Today(), t.Policy()).Phase == workflow.TooEarly
	d["Busy"] = begun(t.Turn) && !passed
	return t.Say("certificate", d)
}

// generated is 生成新证书; from now on the old QR code is dead (R-H02).
func (t visit) generated() error {
	if done, err := t.ApplyAll(workflow.GenerateCertificate); err != nil || !done {
		return err
	}
	return t.Next()
}

// fetched is 下载证书, which nobody can without generating it first.
func (t visit) fetched() error {
	actions := []workflow.Action{workflow.ConfirmDownload}
	if t.Filing.State == workflow.Approved && !t.Filing.Generated {
		actions = []workflow.Action{workflow.GenerateCertificate, workflow.ConfirmDownload}
	}
	if done, err := t.ApplyAll(actions...); err != nil || !done {
		return err
	}
	return t.Next()
}
