package bot

import (
	"fmt"
	"strings"
	"time"

	"example.org/beian/workflow"
)

// report stores an official status word for word (T15, T16). That it passed is
// taken as a question for the dates, never as the end.
func (t *turn) report(by workflow.Actor) error {
	action := workflow.Report
	if sentBack(t.in.text) {
		action = workflow.ReportReturned
	}
	done, err := t.apply(workflow.Command{Action: action, Actor: by, Text: t.in.text})
	if err != nil || !done {
		return err
	}
	if passed(t.in.text) {
		return t.sayNext()
	}
	return t.say("status_noted", data{"Status": said(t.in.text), "At": stamp(t.Now()), "Returned": action == workflow.ReportReturned})
}

// date takes a bare date as the start of the new certificate, when that is what is
// being asked; it closes the cycle (T18).
func (t *turn) date(by workflow.Actor) error {
	n := len(t.f.Official)
	if n == 0 || !passed(t.f.Official[n-1].Text) || t.f.State != workflow.Reviewing {
		return t.unknown()
	}
	cmd := workflow.Command{Action: workflow.ReportApproved, Actor: by, From: t.in.from, Until: t.in.until, Text: t.f.Official[n-1].Text}
	if done, err := t.apply(cmd); err != nil || !done {
		return err
	}
	id, err := t.NewID()
	if err != nil {
		return err
	}
	t.renewed = &workflow.Certificate{
		ID: id, Person: t.f.Person, Category: t.f.Values[workflow.Category], RecognisedOn: t.f.Renewed.From,
		PrintedEnd: t.f.Renewed.Until, Unit: t.f.Values[workflow.Unit], Values: t.f.Values,
	}
	return t.sayNext()
}

// progress is the timeline of the filing.
func (t *turn) progress() error {
	var lines []string
	for _, m := range t.f.Timeline {
		if s := t.momentLine(m); s != "" {
			lines = append(lines, fmt.Sprintf("%s %s", stamp(m.At), s))
		}
	}
	if t.f.Notice.State == workflow.NoticePosted || t.f.Notice.State == workflow.NoticePassed {
		lines = append(lines, t.noticeLine())
	}
	if s := t.f.State.Official(); s != "" {
		lines = append(lines, "系统里的状态：**"+s+"**")
	}
	d := t.base(t.c, t.f)
	d["Lines"] = append(lines, t.newerRules()...)
	return t.withNext("progress", d)
}

// newerRules says what a newer policy than the filing's would decide otherwise.
func (t *turn) newerRules() []string {
	kept, current := t.policy(), t.rules.Current
	var out []string
	for _, x := range t.f.Differences(kept, current) {
		what := map[string]string{
			"notice_days": "公示 %s 个工作日，新规则是 %s 个", "review": "审核顺序是%s，新规则是%s", "valid_months": "新证书有效 %s 个月，新规则是 %s 个月",
		}[x.What]
		out = append(out, fmt.Sprintf("这份备案按 %s 版规则办："+what+"(%s 版，对这份不适用)", kept.Version, x.Old, x.New, current.Version))
	}
	return out
}

// stamp is a moment as people write it.
func stamp(at time.Time) string { return at.In(workflow.Zone()).Format("01-02 15:04") }

// momentLine says one milestone; an empty line is left out.
func (t *turn) momentLine(m workflow.Moment) string {
	switch m.Action {
	case workflow.Create:
		return "开始备案"
	case workflow.SaveInfo:
		return "保存信息，出表"
	case workflow.HandNotice:
		return "公示信息转学院"
	case workflow.KeepNotice:
		return "学院确认原公示有效"
	case workflow.PostNotice:
		return "学院张贴公示"
	case workflow.Enrol, workflow.Reopen:
		return "同意告知"
	case workflow.OpenWindow:
		return "窗口打开"
	case workflow.DeclareCategory:
		return "类别有变更"
	case workflow.ReportIdentity:
		return "证件与原认定不一致"
	case workflow.CollegeSign, workflow.SealForm:
		return map[workflow.Action]string{workflow.CollegeSign: "学院审核签字", workflow.SealForm: "学院盖章"}[m.Action]
	case workflow.SettleNotice:
		return "异议已处理：" + said(m.Text).String()
	case workflow.AutofetchOK:
		return "参保证明：系统已自动获取"
	case workflow.Expire:
		return "证书到期"
	case workflow.GenerateCertificate:
		return "已生成新证书"
	case workflow.LeaveUnit:
		return "已不在职"
	case workflow.Restore:
		return "恢复备案"
	case workflow.Correct:
		return "更正：" + said(m.Text).String()
	case workflow.PassNotice:
		return "公示期满，无异议"
	case workflow.ObjectNotice:
		return "公示期间有异议"
	case workflow.Upload:
		return "收到申请表扫描件"
	case workflow.Waive:
		return "参保证明：不提供"
	case workflow.SaveMaterials:
		return "材料保存"
	case workflow.HandIn:
		return "送预审"
	case workflow.Approve, workflow.Return, workflow.Submit:
		return t.decisionLine(m)
	case workflow.Report, workflow.ReportReturned:
		return "官方状态：" + said(m.Text).String()
	case workflow.ReportApproved:
		return "登记新证书"
	case workflow.ConfirmDownload:
		return "已下载新证书"
	case workflow.Delete:
		return "删除"
	}
	return ""
}

func (t *turn) decisionLine(m workflow.Moment) string {
	step, _ := t.policy().ReviewStep(m.Step)
	return strings.TrimSpace(fmt.Sprintf("%s%s(%s老师)", step.Label, decisionWord(m.Action), t.nameOf(m.By.ID)))
}

func decisionWord(a workflow.Action) string {
	switch a {
	case workflow.Return:
		return "退回"
	case workflow.Submit:
		return "完成"
	}
	return "通过"
}
