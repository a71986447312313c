package applicant

import (
	"regexp"
	"slices"
	"strings"

	"example.org/beian/bot/command"
	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/bot/view"
	"example.org/beian/workflow"
)

func (r *Room) formCommands() []turn.Command {
	return []turn.Command{
		{Spec: command.Spec{
			Name:    "fields",
			Words:   []string{"全部字段", "我来填", "看看全部", "改信息", "再改一项", "有变化"},
			English: []string{"All fields", "Fill in", "show all"},
		}, Safe: true, Who: turn.Begun, When: begun, Do: r.do(visit.fields)},
		{Spec: command.Spec{
			Name:    "back",
			Words:   []string{"上一步", "返回", "回到上一步"},
			English: []string{"back", "go back"},
		}, Safe: true, Who: turn.Begun, When: never, Do: r.do(visit.fields)},
		{Spec: command.Spec{
			Name:    "skip",
			Words:   []string{"跳过", "先跳过", "以后再填"},
			English: []string{"skip"},
		}, Safe: true, Who: turn.Begun, When: never, Do: r.do(visit.skip)},
		{Spec: command.Spec{
			Name:     "ask_field",
			Read:     readChange,
			Examples: []string{"改手机", "我想改一下我的职务", "我手机号换了", "政治面貌填错了", "change my mobile"},
		}, Who: turn.Begun, When: editable, Do: r.do(visit.askField)},
		{Spec: command.Spec{
			Name:    "redo",
			Words:   []string{"重来", "重新来", "重新填", "从头来"},
			English: []string{"restart", "start over"},
		}, Safe: true, Who: turn.Begun, When: at(workflow.StepConfirm), Do: r.do(visit.askRedo)},
		{Spec: command.Spec{
			Name:    "redo_yes",
			Words:   []string{"确定重来"},
			English: []string{"Yes, start over"},
		}, Who: turn.Begun, When: never, Do: r.do(visit.redo)},
	}
}

// fields is the map of the form: ✓ as before, ✎ changed, ! missing.
func (t visit) fields() error {
	var lines []string
	missing := t.Filing.Missing()
	for _, fd := range workflow.Fields() {
		v, mark := t.Filing.Values[fd.Key], "✓"
		switch {
		case slices.ContainsFunc(missing, func(m workflow.Field) bool { return m.Key == fd.Key }):
			mark = "!"
		case v == "":
			lines = append(lines, t.Text.Phrase("field_line", "·", fd.No, t.Text.Field(fd), t.Text.Phrase("empty")))
			continue
		case v != t.Filing.Prior[fd.Key]:
			mark = "✎"
		}
		lines = append(lines, t.Text.Phrase("field_line", mark, fd.No, t.Text.Field(fd), view.Shown(fd, v)))
	}
	d := view.Base(t.Turn, t.Case, t.Filing)
	d["Lines"], d["Draft"], d["Blank"] = lines, t.Filing.State == workflow.Draft, view.FieldNames(t.Turn, missing)
	return t.Say("fields", d)
}

func (t visit) skip() error { return t.SayWithNext("cannot_skip", text.Data{}) }

var changeField = regexp.MustCompile(
	`^(?:我要|我想|想|请|帮我)?(?:改一下|修改一下|修改|更改|改|change|edit)\s*(?:我的|my )?\s*(.+?)(?:吧|呢)?$` +
		`|^我?的?(.{1,10}?)(?:填错了|错了|变了|换了|要改|要改一下)$`)

// readChange reads that somebody wants to change a field, without its new value.
func readChange(s command.Sentence) (command.Args, bool) {
	m := changeField.FindStringSubmatch(s.Bare)
	if m != nil {
		if fd, ok := named(strings.TrimSpace(m[1] + m[2])); ok {
			return command.Args{Value: fd}, true
		}
	}
	if e := extract(s.Typed, s.Today); e.ask != nil {
		return command.Args{Value: e.ask}, true
	}
	return command.Args{}, false
}

// askField asks for the new value of one field.
func (t visit) askField() error {
	fd, plain := t.args.Value.(workflow.Field)
	if told, ok := t.args.Value.(*workflow.Field); !plain && ok {
		if fd = *told; !t.Filing.State.Editable() {
			return turn.ErrNotMeant // 交了才发现手机写错了: what can be done is a question
		}
	}
	t.Ask = workflow.Values{asked: string(fd.Key)}
	d := text.Data{
		"Where": t.Where(), "Label": t.Text.Field(fd), "Value": view.Shown(fd, t.Filing.Values[fd.Key]),
		"Help": fd.Help, "Example": fd.Example,
	}
	if t.Text.Lang == "en" {
		d["Help"] = fd.HelpEnglish
	}
	return t.Say("ask_field", d)
}

// askRedo asks before everything typed in a draft is put back.
func (t visit) askRedo() error {
	if t.Filing.State != workflow.Draft {
		return t.askDelete() // papers exist: starting over is deleting
	}
	return t.Say("ask_redo", text.Data{"Where": t.Where()})
}

// redo puts a draft back to the last recognition.
func (t visit) redo() error {
	if t.Filing.State != workflow.Draft {
		return t.askDelete()
	}
	v := workflow.Values{}
	for k, now := range t.Filing.Values {
		if fd, _ := workflow.FieldOf(k); !fd.Identity && now != t.Filing.Prior[k] {
			v[k] = t.Filing.Prior[k]
		}
	}
	if len(v) > 0 {
		if done, err := t.Apply(workflow.Command{Action: workflow.Fill, Values: v}); err != nil || !done {
			return err
		}
	}
	return t.Next()
}
