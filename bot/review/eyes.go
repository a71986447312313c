package review

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"example.org/beian/bot/text"
	"example.org/beian/bot/view"
	"example.org/beian/workflow"
)

// unchanged is what [eyes] says when nothing needs looking at.
const unchanged = "没有变更"

// eyes says in one line what needs looking at.
func eyes(f *workflow.Filing) string {
	unchecked, fresh := 0, 0
	for slot, m := range f.Materials {
		if m.File == nil {
			continue
		}
		if slot == workflow.SlotForm && !m.File.Checked || len(m.File.Hints) > 0 {
			unchecked++
		}
		if slot != workflow.SlotForm && slot != workflow.SlotInsurance {
			fresh++
		}
	}
	var parts []string
	for _, x := range []struct {
		n    int
		what string
	}{{len(f.Changes()), "项变更"}, {len(filledIn(f)), "项补填"}, {fresh, "份新材料"}, {unchecked, "份待核对"}} {
		if x.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", x.n, x.what))
		}
	}
	if len(parts) == 0 {
		return unchanged
	}
	return strings.Join(parts, " · ")
}

// eyesShort is [eyes] for a list.
func eyesShort(f *workflow.Filing, p workflow.Policy) string {
	if plain(f) {
		return unchanged
	}
	if fields, slots, again := f.Since(p); again {
		return fmt.Sprintf("退回后改了 %d 项", len(fields)+len(slots))
	}
	return eyes(f)
}

// plain reports whether there is nothing to compare: no change, no new material, every page
// verified, no remark.
func plain(f *workflow.Filing) bool {
	if len(f.Changes()) > 0 || f.Note != "" || f.Partial {
		return false
	}
	for slot, m := range f.Materials {
		if m.File == nil {
			continue
		}
		if slot == workflow.SlotForm && !m.File.Checked || slot > workflow.SlotInsurance || len(m.File.Hints) > 0 {
			return false
		}
	}
	return true
}

// filledIn is what was unknown at the last recognition and is given now.
func filledIn(f *workflow.Filing) []workflow.Field {
	return slices.DeleteFunc(workflow.Fields(), func(fd workflow.Field) bool {
		return f.Prior[fd.Key] != "" || f.Values[fd.Key] == ""
	})
}

// changeLines shows old → new for every change, and what was filled in.
func changeLines(f *workflow.Filing) string {
	var lines []string
	if s := sinceLines(f.Changes()); s != "" {
		lines = append(lines, s)
	}
	for _, fd := range filledIn(f) {
		lines = append(lines, fmt.Sprintf("%s **%s**(补填)", fd.Label, view.Shown(fd, f.Values[fd.Key])))
	}
	return strings.Join(lines, text.LineBreak)
}

// sinceLines shows old → new.
func sinceLines(fields []workflow.Change) string {
	lines := make([]string, len(fields))
	for i, ch := range fields {
		was, is := view.Shown(ch.Field, ch.Old), view.Shown(ch.Field, ch.New)
		lines[i] = fmt.Sprintf("%s %s → **%s**", ch.Field.Label, was, is)
	}
	return strings.Join(lines, text.LineBreak)
}

// materialLines has a line for each material with its check; only the given ones where
// there are some, the others have been accepted.
func (t visit) materialLines(f *workflow.Filing, only []workflow.Slot) string {
	var lines []string
	for _, s := range workflow.Slots() {
		m, held := f.Materials[s.Slot]
		if !held || only != nil && !slices.Contains(only, s.Slot) {
			continue
		}
		lines = append(lines, materialLine(t.Text, s, m))
	}
	return strings.Join(lines, text.LineBreak)
}

func materialLine(zh *text.Catalogue, s workflow.SlotInfo, m workflow.Material) string {
	name := circled(int(s.Slot)) + " " + s.Label
	switch {
	case m.Fetched:
		return name + " 系统已自动获取 ✓"
	case m.Waived != "":
		return name + " 不提供：" + m.Waived
	}
	var parts []string
	switch {
	case s.Slot == workflow.SlotForm && m.File.Checked:
		parts = append(parts, fmt.Sprintf("第 %d 版 %d 页 ✓", m.File.Revision, m.File.Pages))
	case s.Slot == workflow.SlotForm:
		return name + " **待经办人核对**：" + unreadReason(zh, m.File)
	default:
		parts = append(parts, fmt.Sprintf("%s %d 页", view.Day(m.On), m.File.Pages))
	}
	if s.Slot != workflow.SlotForm && s.Slot != workflow.SlotInsurance {
		parts = append([]string{"新"}, parts...)
	}
	if len(m.File.Swapped) > 0 {
		parts = append(parts, "第 "+view.PageList(m.File.Swapped)+" 页已替换")
	}
	if h := view.HintList(zh, m.File.Hints); h != "" {
		parts = append(parts, h)
	}
	return name + " " + strings.Join(parts, " · ")
}

// circled is a small number in a circle.
func circled(n int) string {
	if n < 1 || n > 20 {
		return strconv.Itoa(n)
	}
	return string(rune('①' + n - 1)) //nolint:gosec // from 1 to 20
}

// unreadReason says which pages a person has to look at, and what may have been in the way.
func unreadReason(zh *text.Catalogue, f *workflow.File) string {
	reason := "二维码没有读出"
	switch n := len(f.Unread); {
	case n == 0: // the person has put it there
		reason = "请看版本、签字和公章"
	case n < f.Pages:
		reason = zh.Phrase("unread_pages", view.PageList(f.Unread))
	}
	if h := view.HintList(zh, f.Hints); h != "" {
		reason += "(" + h + ")"
	}
	return reason
}
