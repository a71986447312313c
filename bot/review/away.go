package review

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"

	"example.org/beian/bot/command"
	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/bot/view"
	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
)

func (r *Room) awayCommands() []turn.Command {
	return []turn.Command{
		{
			Spec: command.Spec{Name: "away", Forms: []string{"(请假|代理|外出|出差) {text?}"}},
			Who:  turn.Handlers, When: handling, Read: r.readDeputies,
		},
		{
			Spec: command.Spec{Name: "back_at_work", Words: []string{"销假", "我回来了", "取消请假", "取消代理", "结束代理"}},
			Who:  turn.Handlers, When: isAway, Do: r.do(visit.backAtWork),
		},
	}
}

// isAway reports whether the sender is away now, or will be.
func isAway(t *turn.Turn) bool {
	_, ok := noted(t)
	return ok
}

// noted is the present absence of the sender, or the next one.
func noted(t *turn.Turn) (workflow.Absence, bool) {
	list := t.Case.Person.Absences
	i := slices.IndexFunc(list, func(a workflow.Absence) bool { return !a.Until.Before(t.Today()) })
	if i < 0 {
		return workflow.Absence{}, false
	}
	return list[i], true
}

// spokenAway is "12-01 至 12-05，由沈拾玉代理" taken apart.
type spokenAway struct {
	from, until calendar.Date
	deputy      string
}

var (
	dateWords    = regexp.MustCompile(`(?:\d{4}[-./年])?\d{1,2}[-./月]\d{1,2}[日号]?|今天|明天|后天|(?:下|本|这)?(?:周|星期)[一二三四五六日天]`)
	deputyAfter  = regexp.MustCompile(`(?:由|请|让|给|交给)\s*([^\s，,。;；]{2,20}?)(?:老师)?\s*(?:代理|代为|代我|代|处理|$)`)
	deputyBefore = regexp.MustCompile(`(?:^|[\s，,。;；])([^\s，,。;；]{2,20}?)(?:老师)?\s*(?:代理|代为处理|代为|代我)\s*$`)
	awayWords    = regexp.MustCompile(`至|到|~|—|-{2}|从|由|请|让|给|起|止|代理|代为|代我|代|处理|期间|老师|[，,。;；\s]`)
)

// readAway finds up to two dates and the name of a deputy; what is left of the words is the name.
func readAway(s string, today calendar.Date) spokenAway {
	var a spokenAway
	for _, w := range dateWords.FindAllString(s, -1) {
		d, _, ok := calendar.ReadDate(w, today)
		if !ok {
			continue
		}
		if a.from.IsZero() {
			a.from = d
		} else if a.until.IsZero() {
			a.until = d
		}
	}
	if a.until.IsZero() {
		a.until = a.from
	}
	rest := dateWords.ReplaceAllString(s, " ")
	for _, named := range []*regexp.Regexp{deputyAfter, deputyBefore} { // a name may hold any of the words around it
		if m := named.FindStringSubmatch(rest); m != nil {
			a.deputy = m[1]
			return a
		}
	}
	a.deputy = strings.TrimSpace(awayWords.ReplaceAllString(rest, ""))
	return a
}

// readDeputies finds the people with the name that was said.
func (r *Room) readDeputies(ctx context.Context, _ string, args command.Args) (turn.Action, error) {
	a := readAway(args.Text("text"), r.Today())
	var people []workflow.Person
	if a.deputy != "" {
		var err error
		if people, err = r.People.Named(ctx, a.deputy); err != nil {
			return nil, err
		}
	}
	return r.do(func(t visit) error { return t.away(a, people) }), nil
}

// away notes that a handler will not be there, and who acts instead.
func (t visit) away(a spokenAway, people []workflow.Person) error {
	t.InChinese()
	if !handling(t.Turn) {
		return t.Say("away_not_you", nil)
	}
	d := text.Data{
		"From": a.from, "Until": a.until, "Deputy": "", "Named": text.Typed(a.deputy),
		"Example": view.Day(t.Today().AddDays(1)),
	}
	const longest = 180 // days
	switch {
	case a.from.IsZero():
		return t.Say("away_how", d)
	case a.until.Before(a.from) || a.until.Before(t.Today()) || a.from.AddDays(longest).Before(a.until):
		return t.Say("away_dates", d)
	}
	id, err := t.NewID()
	if err != nil {
		return err
	}
	absence := workflow.Absence{ID: id, Person: t.Case.Person.ID, From: a.from, Until: a.until}
	if a.deputy != "" {
		people := t.deputies(people)
		if len(people) != 1 {
			d["Many"] = len(people)
			return t.Say("away_whom", d)
		}
		absence.Deputy = &people[0]
		d["Deputy"] = t.Text.Phrase("teacher", text.Typed(people[0].Name).String())
		if !a.from.After(t.Today()) {
			t.Later(workflow.Deputise{Absence: id})
		}
	}
	t.Out.Absence = &absence
	return t.Say("away_noted", d)
}

// deputies are the others of the people, of the same college where there are several.
func (t visit) deputies(people []workflow.Person) []workflow.Person {
	self := t.Case.Person
	people = slices.DeleteFunc(slices.Clone(people), func(p workflow.Person) bool { return p.ID == self.ID })
	near := slices.DeleteFunc(slices.Clone(people), func(p workflow.Person) bool { return p.College != self.College })
	if len(people) > 1 && len(near) > 0 {
		return near
	}
	return people
}

// backAtWork takes the present absence back, or the next one.
func (t visit) backAtWork() error {
	t.InChinese()
	a, ok := noted(t.Turn)
	if !ok {
		return t.Say("away_none", nil)
	}
	t.Out.Back = a.ID
	return t.Say("away_ended", text.Data{"From": a.From, "Until": a.Until})
}

// Deputise tells a deputy that they act for somebody now.
func (r *Room) Deputise(ctx context.Context, job workflow.Deputise) error {
	a, err := r.People.Absence(ctx, job.Absence)
	if errors.Is(err, workflow.ErrNotFound) {
		return nil // taken back
	}
	if err != nil || a.Deputy == nil {
		return err
	}
	names, err := r.People.Names(ctx, []string{a.Person})
	if err != nil {
		return err
	}
	cases, err := r.Cases.Desk(ctx, a.Deputy.ID, r.Today(), view.MostOnDesk)
	if err != nil {
		return err
	}
	return r.Write(ctx, []string{a.Deputy.ID}, "deputise", text.Data{
		"Name": r.Chinese().Phrase("teacher", text.Typed(names[a.Person]).String()), "From": a.From, "Until": a.Until,
		"Waiting": len(view.TasksOf(r.Rules(), cases, a.Deputy.ID, r.Today())),
	})
}
