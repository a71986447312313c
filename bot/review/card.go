package review

import (
	"fmt"
	"strings"

	"example.org/beian/bot/command"
	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/bot/view"
	"example.org/beian/workflow"
)

// toOpen asks for the card of a filing.
var toOpen = command.Spec{Name: "open", Forms: []string{"(打开|看) {filing} {text?}"}}

func (r *Room) cardCommands() []turn.Command {
	return []turn.Command{
		{Spec: toOpen, Who: turn.Handlers, When: handling, Do: r.deciding(visit.open)},
		{Spec: toView, Who: turn.Handlers, When: onButtons, Do: r.do(visit.viewMaterials)},
	}
}

// card is what a handler is shown of a filing, whatever it is shown with.
type card struct {
	title     string
	step      string
	summary   string // what needs eyes
	changes   string
	materials string
	verb      string
	form      returnForm
}

// cardOf says what a handler has to look at: everything that differs from the last
// recognition, or, after a return, only what has changed since.
func (r *Room) cardOf(c workflow.Case) (card, error) {
	f := c.Filing
	policy := r.Rules().For(f)
	step, _ := policy.ReviewStep(f.Review.Step)
	t := r.about(c)
	d := view.Base(t.Turn, c, f)
	fields, slots, again := f.Since(policy)
	key := "card_summary"
	switch {
	case again:
		key = "card_summary_again"
		d["Count"] = len(fields) + len(slots)
	case eyes(f) == unchanged:
		key = "card_summary_same"
	}
	d["Eyes"], d["Year"] = eyes(f), c.Certificate.RecognisedOn.Year
	v := card{step: step.Label, verb: step.Verb, form: newReturnForm(f, policy)}
	var err error
	if v.title, err = t.Text.Line("card_title", d); err != nil {
		return v, err
	}
	if v.summary, err = t.Text.Line(key, d); err != nil {
		return v, err
	}
	v.changes, v.materials = changeLines(f), t.materialLines(f, nil)
	if again {
		v.changes, v.materials = sinceLines(fields), t.materialLines(f, slots)
	}
	remarks, err := t.remarks(step)
	for _, line := range remarks {
		v.materials += text.LineBreak + line
	}
	return v, err
}

// remarks are what is not about one material.
func (t visit) remarks(step workflow.ReviewStep) ([]string, error) {
	n := t.Filing.Notice
	line := fmt.Sprintf("公示 %s 至 %s，无异议", n.From, n.Until)
	if got := countedDays(t.Filing, t.Policy()); got < t.Policy().Notice.WorkingDays {
		line += fmt.Sprintf("(**%d 个工作日，一般要 %d 个**)", got, t.Policy().Notice.WorkingDays)
	}
	if n.Photo != "" {
		line += "，有张贴照片"
	}
	if step.Role == workflow.CollegeHandler {
		line += "。公示期满，请撤下"
	}
	out := []string{line}
	if t.Filing.Note != "" {
		out = append(out, "申请人留言："+text.Typed(text.OneLine(t.Filing.Note)).String())
	}
	doubts, err := view.DoubtLines(t.Turn)
	if err != nil {
		return nil, err
	}
	if len(doubts) > 0 {
		out = append(out, "请留意："+strings.Join(doubts, text.LineBreak))
	}
	if step.Submits { // what the button attests (R-B06)
		out = append(out, "点「"+step.Verb+"」即确认：申请人是本单位员工，材料真实正确")
	}
	return out, nil
}

// params fills the variables of the card template; deploy/cards describes them.
func (v card) params() (map[string]string, error) {
	form, err := v.form.json()
	if err != nil {
		return nil, err
	}
	return map[string]string{
		"title": v.title, "step": v.step, "summary": v.summary, "changes": v.changes, "materials": v.materials,
		"status": "open", "status_text": "", "approve_text": v.verb, "form": form, "form_btn_text": "退回…",
	}, nil
}

// cardMessage is the card as a message with buttons. What a button sends carries a code that
// is good for this person, this state of the filing and this decision only.
func (r *Room) cardMessage(v card, f *workflow.Filing, viewer string) (text.Message, error) {
	m := text.Message{Body: "**" + v.title + "**" + text.LineBreak + v.summary}
	for _, s := range []string{v.changes, v.materials} {
		if s != "" {
			m.Body += text.Paragraph + s
		}
	}
	for _, x := range []struct {
		title, verb string
		of          command.Spec
	}{{"查看材料", "", toView}, {v.verb, verbPass, toPass}, {"退回…", verbReturn, toReturn}, {"转交…", verbHandOn, toHandOn}} {
		code := ""
		if x.verb != "" {
			var err error
			if code, err = r.code(f, viewer, x.verb); err != nil {
				return m, err
			}
		}
		say, err := x.of.Say(command.With("filing", f.ID, "code", code))
		if err != nil {
			return m, err
		}
		m.Buttons = append(m.Buttons, text.Button{Title: x.title, Say: say})
	}
	return m, nil
}

func (t visit) open(seat) error { return t.showCard("") }

// showCard answers with the card as it is now; why is the key of a line above it.
func (t visit) showCard(why string) error {
	v, err := t.cardOf(t.Case)
	if err != nil {
		return err
	}
	m, err := t.cardMessage(v, t.Filing, t.Case.Person.ID)
	if err != nil {
		return err
	}
	if why != "" {
		line, err := t.Text.Line(why, nil)
		if err != nil {
			return err
		}
		m = m.Lead(line)
	}
	t.Reply = &turn.Reply{Message: m}
	t.Disclose(t.Case.Applicant.ID, workflow.ShownCard)
	return nil
}
