package review

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"example.org/beian/bot/text"
	"example.org/beian/workflow"
	"example.org/beian/workflow/typed"
)

// formOption is what can be chosen of a field.
type formOption struct {
	Value string `json:"value"`
	Text  string `json:"text"`
}

// formField is one field of the form, in the words of DingTalk's cards.
type formField struct {
	Name        string       `json:"name"`
	Label       string       `json:"label"`
	Type        string       `json:"type"`
	Required    bool         `json:"required,omitempty"`
	RequiredMsg string       `json:"requiredMsg,omitempty"`
	Placeholder string       `json:"placeholder,omitempty"`
	Options     []formOption `json:"options,omitempty"`
}

// returnForm is the form behind 退回: up to three times what, why, and a free text. What has
// the same reason is ticked together.
type returnForm struct{ items, reasons []formOption }

// formGroups is how many reasons one return can have.
const formGroups = 3

func newReturnForm(f *workflow.Filing, policy workflow.Policy) returnForm {
	var r returnForm
	for _, s := range workflow.Slots() {
		if _, held := f.Materials[s.Slot]; held {
			r.items = append(r.items, formOption{fmt.Sprintf("slot:%d", s.Slot), fmt.Sprintf("%d %s", s.Slot, s.Label)})
		}
	}
	var rest []formOption
	for _, fd := range workflow.Fields() {
		if !fd.Printed || fd.Identity {
			continue
		}
		o := formOption{"field:" + string(fd.Key), fd.Label}
		if f.Values[fd.Key] != f.Prior[fd.Key] { // what has changed is looked at first
			r.items = append(r.items, o)
		} else {
			rest = append(rest, o)
		}
	}
	r.items = append(append(r.items, rest...), formOption{"all", "整份备案"})
	for _, reason := range policy.Reasons {
		r.reasons = append(r.reasons, formOption{reason.Code, reason.Label})
	}
	return r
}

func (r returnForm) json() (string, error) {
	var fields []formField
	for n := 1; n <= formGroups; n++ {
		items := formField{
			Name: nth("items", n), Label: "退回哪几项", Type: "MULTI_SELECT",
			Required: true, RequiredMsg: "请至少选一项", Options: r.items,
		}
		reason := formField{
			Name: nth("reason", n), Label: "原因", Type: "SELECT",
			Required: true, RequiredMsg: "请选择原因", Options: r.reasons,
		}
		words := formField{Name: nth("text", n), Label: "补充说明(选填)", Type: "TEXT", Placeholder: "例如：没有的请填「无」"}
		if n > 1 {
			items.Label, items.Required, items.RequiredMsg = "另有原因的项(选填)", false, ""
			reason.Label, reason.Required, reason.RequiredMsg = "这几项的原因", false, ""
		}
		fields = append(fields, items, reason, words)
	}
	b, err := json.Marshal(map[string]any{"fields": fields})
	if err != nil {
		return "", fmt.Errorf("encode form: %w", err)
	}
	return string(b), nil
}

// nth names a field of a group: items, items2, items3.
func nth(name string, n int) string {
	if n == 1 {
		return name
	}
	return name + strconv.Itoa(n)
}

// longestText bounds the free text of a reason; it is a sentence, not a letter.
const longestText = 300 // characters

// read reads what was filled in. Otherwise refusal is the key of the text that says what is
// wrong: a group that is not complete, something that the form did not offer, a long text.
func (r returnForm) read(form map[string]any) (items []workflow.ReturnItem, refusal string) {
	for n := 1; n <= formGroups; n++ {
		why, _ := chosen(form[nth("reason", n)])
		words, _ := form[nth("text", n)].(string)
		_, what := chosen(form[nth("items", n)])
		if why == "" && len(what) == 0 && n > 1 {
			continue
		}
		if why == "" || len(what) == 0 {
			return nil, "card_reason"
		}
		if words = text.MaskNumbers(typed.Clean(words)); len([]rune(words)) > longestText {
			return nil, "card_long"
		}
		for _, w := range what {
			it, ok := readItem(w)
			if !ok || !r.offers(w) {
				return nil, "card_reason"
			}
			it.Reason, it.Text = why, words
			items = append(items, it)
		}
	}
	return items, ""
}

// offers reports whether an item can be chosen.
func (r returnForm) offers(item string) bool {
	return slices.ContainsFunc(r.items, func(o formOption) bool { return o.Value == item })
}

// readItem reads slot:3, field:post or all.
func readItem(s string) (workflow.ReturnItem, bool) {
	kind, rest, _ := strings.Cut(s, ":")
	switch kind {
	case "all":
		return workflow.ReturnItem{}, true
	case "field":
		_, ok := workflow.FieldOf(workflow.Key(rest))
		return workflow.ReturnItem{Field: workflow.Key(rest)}, ok
	case "slot":
		n, err := strconv.Atoi(rest)
		return workflow.ReturnItem{Slot: workflow.Slot(n)}, err == nil
	}
	return workflow.ReturnItem{}, false
}

// chosen reads the value of a SELECT or MULTI_SELECT: {"index":…,"value":…}.
func chosen(v any) (one string, many []string) {
	m, _ := v.(map[string]any)
	switch x := m["value"].(type) {
	case string:
		if x == "" {
			return "", nil
		}
		return x, []string{x}
	case []any:
		for _, e := range x {
			if s, ok := e.(string); ok {
				many = append(many, s)
			}
		}
	}
	return "", many
}
