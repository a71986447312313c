package applicant

import (
	"regexp"
	"strings"

	"example.org/beian/bot/command"
	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/bot/view"
	"example.org/beian/workflow"
)

func (r *Room) statusCommands() []turn.Command {
	return []turn.Command{
		{Spec: command.Spec{
			Name: "status",
			Forms: []string{
				"(系统显示|系统状态|官方状态|状态变成了|状态变成|状态变为|状态是" +
					"|the system shows|the system says|system shows|system says) {text}",
			},
			Read:     readStatus,
			Examples: []string{"状态：审核中", "系统显示「审核中」", "还是审核中", "待预审"},
		}, Who: turn.Begun, When: at(workflow.StepOfficial), Do: r.do(visit.status)},
	}
}

// reported is what somebody says that the official system shows. Without a word for the system in front
// of it, it means that only while a status is awaited.
type reported struct {
	words string
	bare  bool
}

var (
	shownBy = regexp.MustCompile(
		`^(?:刚才|刚刚|现在|目前|今天|认定|官方|系统|官网|网上|网站|页面|里面|里|上面|上|我的|我|申请|备案|看了|看到|查了|查到|一下|那边|状态` +
			`|还是|仍然|仍是|依然|依旧|一直|已经|还|又|都|显示的?|写着|变成|变为|变|成了|的|了|是|在|为|[:：「“" ])+`)
	shownTo = regexp.MustCompile(`(?:[」”" 。.!！~]|了|呢|啊|哦|哈|吧)+$`)
	// statuses are the words of the official system; those of the manual come from [workflow.State].
	statuses = regexp.MustCompile(
		`^(?:(?:学历|学位|资格|材料|市里|区里|人社局?)?(?:待|已)?(?:预审|审核|受理|审批|复核|复审|初审|终审)` +
			`(?:中|通过|不通过|未通过|退回)?|退回(?:修改|补正)|已退回|待补正|补正中|不予(?:通过|受理))$`)
	noStatus = regexp.MustCompile(`^(?:预审|审核|受理|审批|复核|复审|初审|终审)$`)
)

// isStatus reports whether words are a status of the official system and nothing else.
func isStatus(words string) bool {
	for _, s := range workflow.States() {
		if s.Official() == words && words != "" {
			return true
		}
	}
	return statuses.MatchString(words) && !noStatus.MatchString(words)
}

// readStatus takes "状态：审核中" and, without a sign, only words that the system shows. It is no form, because
// "状态：K7M2Q9XD 审核中" is what handlers report.
func readStatus(s command.Sentence) (command.Args, bool) {
	if words, ok := strings.CutPrefix(s.Typed, "状态"); ok {
		status := strings.TrimLeft(words, ":： ")
		if strings.ContainsAny(words[:len(words)-len(status)], ":：") && status != "" {
			return command.Args{Value: reported{words: status}}, true
		}
	}
	if strings.ContainsAny(s.Typed, "?？") {
		return command.Args{}, false
	}
	words := shownTo.ReplaceAllString(s.Typed, "")
	for _, words := range []string{words, shownBy.ReplaceAllString(words, "")} {
		if isStatus(words) {
			return command.Args{Value: reported{words, true}}, true
		}
	}
	return command.Args{}, false
}

// status takes what the official system shows, with or without quotation marks.
func (t visit) status() error {
	said, ok := t.args.Value.(reported)
	if !ok {
		said.words = t.args.Text("text")
	}
	if state := t.Filing.State; said.bare && state != workflow.Submitted && state != workflow.Reviewing {
		return turn.ErrNotMeant
	}
	words := strings.Trim(said.words, "「」\"“”:： ")
	if words == "" {
		return t.Next()
	}
	return t.Report(t.Turn, t.Self(), words)
}

// Report stores an official status word for word (T15, T16), without identity numbers. That it passed is
// taken as a question for the dates, never as the end.
func (r *Room) Report(t *turn.Turn, by workflow.Actor, words string) error {
	words = text.MaskNumbers(words)
	action := workflow.Report
	if view.SentBack(words) {
		action = workflow.ReportReturned
	}
	done, err := t.Apply(workflow.Command{Action: action, Actor: by, Text: words})
	if err != nil || !done {
		return err
	}
	if view.Passed(words) {
		return t.Next()
	}
	return t.Say("status_noted", text.Data{
		"Status": text.Typed(words), "At": view.Stamp(r.Now()),
		"Returned": action == workflow.ReportReturned, "Refused": view.RefusedByCity(words),
	})
}
