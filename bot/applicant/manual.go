package applicant

import (
	"example.org/beian/bot/command"
	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/bot/view"
	"example.org/beian/workflow"
)

func (r *Room) manualCommands() []turn.Command {
	return []turn.Command{
		{Spec: command.Spec{
			Name:  "manual",
			Words: []string{"手册", "操作手册", "手册目录"},
			Forms: []string{"手册 {topic:word}", "手册{topic:word}"},
		}, Safe: true, Who: turn.Anyone, Do: r.do(visit.manual)},
		{Spec: command.Spec{
			Name:    "why",
			Words:   []string{"为什么", "为什么要填", "为什么要公示"},
			English: []string{"Why"},
		}, Safe: true, Who: turn.Listed, Do: r.do(visit.why)},
	}
}

// topicOf is the part of the manual that a word means, "" when it means none.
func topicOf(word string) workflow.Topic {
	switch word {
	case "登录", "账号":
		return workflow.TopicAccount
	case "单位":
		return workflow.TopicUnit
	case "入口", "列表":
		return workflow.TopicList
	case "资格":
		return workflow.TopicEligibility
	case "填写", "表格":
		return workflow.TopicForm
	case "公示", "打印", "签章":
		return workflow.TopicPaper
	case "材料":
		return workflow.TopicMaterials
	case "上报", "提交", "进度":
		return workflow.TopicSubmission
	case "证书":
		return workflow.TopicCertificate
	case "其他":
		return workflow.TopicOther
	}
	return ""
}

// manual shows the manual's rules on a topic, or the topics.
func (t visit) manual() error {
	topic := topicOf(t.args.Text("topic"))
	if topic == "" {
		return t.Say("manual", nil)
	}
	return t.Say("manual_"+string(topic), text.Data{
		"Quotes": quotes(workflow.RequirementsOn(topic)), "Code": t.Book.Current.CreditCode,
	})
}

// why answers with the manual's own words about where the person is.
func (t visit) why() error {
	step := view.StepOf(t.Turn)
	d := view.Base(t.Turn, t.Case, t.Filing)
	d["Where"], d["Quotes"] = view.StageName(t.Text, step.Stage), quotes(step.Because())
	key := "why_" + string(step.Kind)
	if step.Kind == workflow.StepBlocked {
		key = "why_" + string(step.Reason)
	}
	return t.Say(key, d)
}

func quotes(rules []workflow.Requirement) []string {
	out := make([]string, len(rules))
	for i, r := range rules {
		out[i] = r.Text + "(" + r.ID + ")"
	}
	return out
}
