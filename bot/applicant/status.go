package applicant

import (
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
			Examples: []string{"状态：审核中", "系统显示「审核中」"},
		}, Who: turn.Begun, When: at(workflow.StepOfficial), Do: r.do(visit.status)},
	}
}

// readStatus takes "状态：审核中". It is no form, because "状态：K7M2Q9XD 审核中" is what handlers report.
func readStatus(s command.Sentence) (command.Args, bool) {
	words, ok := strings.CutPrefix(s.Typed, "状态")
	if !ok {
		return command.Args{}, false
	}
	status := strings.TrimLeft(words, ":： ")
	colon := strings.ContainsAny(words[:len(words)-len(status)], ":：")
	return command.With("text", status), colon && status != ""
}

// status takes what the official system shows, with or without quotation marks.
func (t visit) status() error {
	words := strings.Trim(t.args.Text("text"), "「」\"“”:： ")
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
