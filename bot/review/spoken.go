package review

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"example.org/beian/bot/command"
	"example.org/beian/bot/text"
	"example.org/beian/workflow"
	"example.org/beian/workflow/typed"
)

// spokenReturn is a return as it is typed, or as the buttons of a message put it together:
// "聘用合同 照片模糊或缺页(第3页);行政职务 应填写的没有填".
type spokenReturn struct {
	items  []workflow.ReturnItem
	item   workflow.ReturnItem // the last one, of which the reason is still to be said
	open   bool                // item is set
	more   bool                // another item is to follow
	unread string              // what was not understood
}

// complete reports whether it can be carried out; that another item was to follow does not matter then.
func (r spokenReturn) complete() bool { return len(r.items) > 0 && r.unread == "" && !r.open }

func readSpokenReturn(s string, f *workflow.Filing, policy workflow.Policy) spokenReturn {
	var out spokenReturn
	s = strings.TrimSpace(command.Half(s))
	out.more = strings.HasSuffix(s, ";")
	for part := range strings.SplitSeq(s, ";") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		it, rest, ok := spokenItem(part, f)
		if !ok {
			out.unread = part
			return out
		}
		if rest == "" {
			out.item, out.open = it, true
			return out
		}
		if !spokenReason(&it, rest, policy) {
			out.unread = rest
			return out
		}
		out.items = append(out.items, it)
	}
	return out
}

// spokenItem reads the beginning of a part: a material by number or name, a field by one of
// its names, or the whole.
func spokenItem(s string, f *workflow.Filing) (it workflow.ReturnItem, rest string, ok bool) {
	for _, whole := range []string{"整份备案", "整份", "全部"} {
		if rest, ok := cutItem(s, whole); ok {
			return it, rest, true
		}
	}
	for _, slot := range workflow.Slots() {
		if _, held := f.Materials[slot.Slot]; !held {
			continue
		}
		names := []string{
			slot.Label, fmt.Sprintf("第%d项", slot.Slot), circled(int(slot.Slot)), strings.TrimSuffix(slot.Label, "证书"),
		}
		if slot.Slot == workflow.SlotForm {
			names = append(names, "申请表")
		}
		for _, name := range names {
			if rest, ok := cutItem(s, name); ok {
				return workflow.ReturnItem{Slot: slot.Slot}, rest, true
			}
		}
	}
	for _, l := range fieldNames() {
		if rest, ok := cutItem(s, l.name); ok && !l.field.Identity {
			return workflow.ReturnItem{Field: l.field.Key}, rest, true
		}
	}
	return it, s, false
}

// cutItem takes a name and what parts it from the reason off the beginning, without regard to the case
// of Latin letters.
func cutItem(s, name string) (rest string, ok bool) {
	if len(s) < len(name) || !strings.EqualFold(s[:len(name)], name) {
		return s, false
	}
	return strings.TrimLeft(s[len(name):], " :,"), true
}

// fieldName is one way to name a field.
type fieldName struct {
	name  string
	field workflow.Field
}

// fieldNames are all names of fields, the longest first: 来杭工作时间 wins over 来杭.
func fieldNames() []fieldName {
	var all []fieldName
	for _, fd := range workflow.Fields() {
		for _, name := range append([]string{fd.Label, fd.English}, fd.Synonyms...) {
			all = append(all, fieldName{name, fd})
		}
	}
	slices.SortStableFunc(all, func(a, b fieldName) int { return cmp.Compare(len(b.name), len(a.name)) })
	return all
}

// spokenReason reads a reason by the beginning of its label, and the rest as a text.
// Anything else is "other", in the handler's words.
func spokenReason(it *workflow.ReturnItem, s string, policy workflow.Policy) bool {
	best := ""
	for _, r := range policy.Reasons {
		if name := plainReason(r); strings.HasPrefix(s, name) && len(name) > len(best) {
			best, it.Reason = name, r.Code
		}
	}
	rest := strings.Trim(strings.TrimPrefix(s, best), " ():,.")
	if it.Reason == "" {
		it.Reason, rest = workflow.ReasonOther, s
	}
	it.Text = text.MaskNumbers(typed.Clean(rest))
	return it.Reason != workflow.ReasonOther || it.Text != ""
}

// plainReason is the label of a reason without what is said in brackets.
func plainReason(r workflow.ReturnReason) string {
	name, _, _ := strings.Cut(command.Half(r.Label), "(")
	return strings.TrimSpace(name)
}

// likely are the reasons that a handler most often has for an item, for its buttons.
func likely(it workflow.ReturnItem, policy workflow.Policy) []workflow.ReturnReason {
	var out []workflow.ReturnReason
	add := func(ok func(workflow.ReturnReason) bool) {
		for _, r := range policy.Reasons {
			there := slices.ContainsFunc(out, func(x workflow.ReturnReason) bool { return x.Code == r.Code })
			if ok(r) && r.Code != workflow.ReasonOther && !there {
				out = append(out, r)
			}
		}
	}
	switch {
	case it.Slot != 0:
		add(func(r workflow.ReturnReason) bool { return r.Slot == it.Slot })
		add(func(r workflow.ReturnReason) bool { return r.Code == "not_scan" })
	case it.Field != "":
		add(func(r workflow.ReturnReason) bool {
			return r.Code == "field_blank" || r.Code == "unit_mismatch" && it.Field == workflow.Unit
		})
	default:
		add(func(r workflow.ReturnReason) bool { return r.Slot == 0 })
	}
	add(func(r workflow.ReturnReason) bool { return r.Question })
	return out[:min(len(out), 5)]
}

// itemName is what an item is called on a button, and read by [spokenItem].
func itemName(it workflow.ReturnItem) string {
	if fd, ok := workflow.FieldOf(it.Field); ok {
		return fd.Label
	}
	if it.Slot != 0 {
		return it.Slot.Label()
	}
	return "整份备案"
}
