package hr

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"example.org/beian/bot/command"
	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/bot/view"
	"example.org/beian/bot/workbook"
	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
	"example.org/beian/workflow/roster"
	"example.org/beian/workflow/typed"
)

// findCommands say where somebody is.
func (r *Room) findCommands() []turn.Command {
	return []turn.Command{{Spec: findSpec(), Who: turn.HR, Read: r.forHR(r.lookUp)}}
}

// findSpec has a form for 查 and one word. More words, and those without a space in front, are read
// here: as a form they would claim 查看 with a filing too.
func findSpec() command.Spec {
	words := regexp.MustCompile(`^(?:查找|查询|查|(?i:find\s))[\s:：]*([^\s:：].*)$`)
	return command.Spec{
		Name: "find", Forms: []string{"(查|查找|查询|find) {who:word}"},
		Read: func(s command.Sentence) (command.Args, bool) {
			plain := typed.Clean(s.Typed)
			m := words.FindStringSubmatch(plain)
			if m == nil {
				return command.Args{}, false
			}
			a := command.With("who", m[1])
			a.Value = glued(!strings.Contains(plain, " "))
			return a, true
		},
		Examples: []string{"查陈一帆", "查 Anna Beispiel", "find Anna Beispiel"},
	}
}

// glued says that there was no space in the sentence: it may be no search.
type glued bool

// mostFound is how many hits are shown with a button each.
const mostFound = 5

// stateWords are what HR calls the states. They never change.
var stateWords = map[string]string{
	"未开始": roster.LookupIdle, "没开始": roster.LookupIdle, "没有备案": roster.LookupIdle, "未备案": roster.LookupIdle,
	"填写中": roster.LookupEditing, "办理中": roster.LookupEditing, "草稿": roster.LookupEditing,
	"公示中": roster.LookupNotice, "公示": roster.LookupNotice,
	"待审核": roster.LookupReviewing, "待预审": roster.LookupReviewing,
	"预审中": roster.LookupReviewing, "预审": roster.LookupReviewing,
	"已上报": roster.LookupOfficial, "审核中": roster.LookupOfficial, "上报": roster.LookupOfficial,
	"已退回": roster.LookupReturned, "退回": roster.LookupReturned,
	"已通过": roster.LookupDone, "通过": roster.LookupDone, "已完成": roster.LookupDone, "完成": roster.LookupDone,
	"过期": roster.LookupOverdue, "已过期": roster.LookupOverdue, "逾期": roster.LookupOverdue,
}

var tailWord = regexp.MustCompile(`^\d{3}[\dXx]$`)

// query reads what is looked for: a state, the last four of an identity number, or the beginning
// of a name, its pinyin, a userId, a college, a filing.
func (r *Room) query(word string) roster.Lookup {
	q := roster.Lookup{Until: r.Today()}
	word = strings.TrimRight(word, "。.?？ ")
	switch {
	case stateWords[word] != "":
		q.State = stateWords[word]
	case tailWord.MatchString(word):
		q.Tail = strings.ToUpper(word)
	default:
		q.Word = word
	}
	return q
}

// hits is what a search has found.
type hits struct {
	word     string
	query    roster.Lookup
	shown    []workflow.Case
	all      int
	declined calendar.Date // when the only one said that they do not want to renew
}

// lookUp searches. Words that are glued to 查 and hit nobody are no search, such as 查一下进度.
func (r *Room) lookUp(ctx context.Context, a asked) (turn.Action, error) {
	h := hits{word: typed.Clean(a.args.Text("who"))}
	h.query = r.query(h.word)
	var err error
	if h.shown, h.all, err = r.Search.Find(ctx, h.query, mostFound); err != nil {
		return nil, err
	}
	if h.all == 0 && a.args.Value == glued(true) {
		return func(*turn.Turn, command.Args) error { return turn.ErrNotMeant }, nil
	}
	if h.all == 1 {
		k, _, err := r.Search.Reminded(ctx, h.shown[0].Applicant.ID)
		if err != nil {
			return nil, err
		}
		h.declined = k.Attention.Declined
	}
	return r.do(func(t visit) error { return t.find(h) }), nil
}

// find says where somebody is, in one message; several hits become a list.
func (t visit) find(h hits) error {
	d := text.Data{"Word": text.Typed(text.Short(h.word)), "Count": h.all}
	switch {
	case h.all == 0 && h.query.State != "":
		return t.Say("found_nobody", d)
	case h.all == 0:
		return t.Say("found_none", d)
	case h.all == 1:
		return t.foundOne(h, d)
	}
	var lines []string
	var choices []text.Choice
	for i, c := range h.shown {
		w := t.whereabouts(c)
		name := text.Typed(c.Applicant.Name).String()
		lines = append(lines, fmt.Sprintf("%d. %s · %s · %s", i+1, name, w.certificate, w.waits))
		say, err := findSpec().Say(command.With("who", c.Applicant.ID))
		if err != nil {
			return err
		}
		choices = append(choices, text.Choice{Label: name + "·" + text.Typed(c.College.Name).String(), Say: say})
		t.Disclose(c.Applicant.ID, workflow.ShownSearch)
	}
	d["Lines"], d["Choices"], d["More"] = lines, choices, max(0, h.all-len(lines))
	return t.Say("found_list", d)
}

func (t visit) foundOne(h hits, d text.Data) error {
	c := h.shown[0]
	w := t.whereabouts(c)
	d["Name"], d["College"] = text.Typed(c.Applicant.Name), text.Typed(c.College.Name)
	d["Certificate"], d["Stage"], d["State"], d["Waits"], d["Since"] = w.certificate, w.stage, w.state, w.waits, w.since
	d["ID"], d["Open"] = "", false
	if c.Filing != nil {
		d["ID"] = c.Filing.ID
		d["Open"] = c.Filing.State == workflow.Prereview && turn.Handles(t.Case.Person) &&
			c.Applicant.ID != t.Case.Person.ID
	}
	var roles []string
	for _, g := range c.Applicant.Grants {
		roles = append(roles, workbook.RoleLabel(g))
	}
	d["Roles"] = strings.Join(roles, "、")
	if !h.declined.IsZero() && d["ID"] == "" {
		d["Waits"] = t.Text.Phrase("waits_declined", view.Day(h.declined))
	}
	t.Disclose(c.Applicant.ID, workflow.ShownSearch)
	return t.Say("found_one", d)
}
