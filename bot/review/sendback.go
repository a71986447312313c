package review

import (
	"slices"
	"strings"

	"example.org/beian/bot/command"
	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/bot/view"
	"example.org/beian/workflow"
)

// A return is asked for what is missing of it: what, why, and whether that is all. toReturnYes is the
// last word.
var (
	toReturn    = command.Spec{Name: "return", Forms: []string{"退回 {filing} {code?} {text?}"}}
	toReturnYes = command.Spec{Name: "return_yes", Forms: []string{"确认退回 {filing} {code?} {text?}"}}
)

func (r *Room) returnCommands() []turn.Command {
	return []turn.Command{
		{Spec: toReturn, Who: turn.Handlers, When: onButtons, Do: r.deciding(func(t visit, _ seat) error {
			return t.coded(verbReturn, true, func(code string) error { return t.askToReturn(code, t.spokenReturn()) })
		})},
		{Spec: toReturnYes, Who: turn.Handlers, When: onButtons, Do: r.deciding(func(t visit, s seat) error {
			return t.coded(verbReturnYes, false, func(string) error { return t.sendBack(s) })
		})},
	}
}

func (t visit) spokenReturn() spokenReturn {
	return readSpokenReturn(t.args.Text("text"), t.Filing, t.Policy())
}

// sendBack returns the filing, unless something has been changed on what the button said.
func (t visit) sendBack(s seat) error {
	r := t.spokenReturn()
	if r.complete() {
		return t.decide(s, workflow.Command{Action: workflow.Return, Items: r.items})
	}
	code, err := t.code(t.Filing, t.Case.Person.ID, verbReturn)
	if err != nil {
		return err
	}
	return t.askToReturn(code, r)
}

// askToReturn asks for what is missing of a return.
func (t visit) askToReturn(code string, r spokenReturn) error {
	begun, err := toReturn.Say(command.With("filing", t.Filing.ID, "code", code, "text", t.spokenAs(r.items)))
	if err != nil {
		return err
	}
	if len(r.items) > 0 {
		begun += ";"
	} else {
		begun += " "
	}
	d := view.Base(t.Turn, t.Case, t.Filing)
	d["Begin"], d["Unread"] = begun, text.Typed(text.Short(r.unread))
	switch {
	case r.open:
		return t.askWhy(begun, r, d)
	case len(r.items) == 0 || r.more || r.unread != "":
		return t.askWhich(begun, r, d)
	}
	return t.askToConfirm(begun, r, d)
}

// askWhy asks for the reason of the last item; begun is what has been said before it.
func (t visit) askWhy(begun string, r spokenReturn, d text.Data) error {
	item := itemName(r.item)
	var list []text.Choice
	for _, reason := range likely(r.item, t.Policy()) {
		why := plainReason(reason)
		list = append(list, text.Choice{Label: why, Say: begun + item + " " + why})
	}
	d["Item"], d["Choices"] = item, list
	return t.Say("return_why", d)
}

// askWhich asks for an item, those first that have changed.
func (t visit) askWhich(begun string, r spokenReturn, d text.Data) error {
	var list []text.Choice
	for _, o := range newReturnForm(t.Filing, t.Policy()).items {
		it, _ := readItem(o.Value)
		said := slices.ContainsFunc(r.items, func(x workflow.ReturnItem) bool {
			return x.Slot == it.Slot && x.Field == it.Field
		})
		if len(list) < 5 && !said {
			list = append(list, text.Choice{Label: itemName(it), Say: begun + itemName(it)})
		}
	}
	d["Choices"] = list
	return t.Say("return_which", d)
}

func (t visit) askToConfirm(begun string, r spokenReturn, d text.Data) error {
	code, err := t.code(t.Filing, t.Case.Person.ID, verbReturnYes)
	if err != nil {
		return err
	}
	lines := make([]string, len(r.items))
	for i, it := range r.items {
		lines[i] = view.ItemLine(t.Turn, it)
	}
	d["Items"], d["More"] = lines, begun
	d["Yes"], err = toReturnYes.Say(command.With("filing", t.Filing.ID, "code", code, "text", t.spokenAs(r.items)))
	if err != nil {
		return err
	}
	return t.Say("return_ask", d)
}

// spokenAs writes items the way [readSpokenReturn] reads them.
func (t visit) spokenAs(items []workflow.ReturnItem) string {
	parts := make([]string, len(items))
	for i, it := range items {
		r, _ := t.Policy().Reason(it.Reason)
		parts[i] = itemName(it) + " " + plainReason(r)
		if it.Text != "" {
			parts[i] += "(" + strings.NewReplacer(";", ",", "；", "，").Replace(it.Text) + ")"
		}
	}
	return strings.Join(parts, ";")
}
