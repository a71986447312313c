package bot

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"

	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/bot/view"
	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
)

// spokenAway is "请假 12-01 至 12-05,由沈拾玉代理" taken apart.
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

// away notes that a handler will not be there, and who acts instead.
func (t *visit) away() error {
	t.InChinese()
	if !handles(t.Case.Person) {
		return t.Say("away_not_you", nil)
	}
	a := readAway(t.in.text, t.Today())
	d := text.Data{"From": a.from, "Until": a.until, "Deputy": "", "Example": view.Day(t.Today().AddDays(1)), "Named": text.Typed(a.deputy)}
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
		people := t.deputies()
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

// handles reports whether somebody has a role in which they act on filings.
func handles(p workflow.Person) bool {
	return slices.ContainsFunc(p.Grants, func(g workflow.Grant) bool { return g.Role != workflow.HR })
}

// deputies are the people with the name that was said, of the same college where there
// are several.
func (t *visit) deputies() []workflow.Person {
	people := slices.DeleteFunc(slices.Clone(t.people), func(p workflow.Person) bool { return p.ID == t.Case.Person.ID })
	near := slices.DeleteFunc(slices.Clone(people), func(p workflow.Person) bool { return p.College != t.Case.Person.College })
	if len(people) > 1 && len(near) > 0 {
		return near
	}
	return people
}

// backAtWork takes the present absence back, or the next one.
func (t *visit) backAtWork() error {
	t.InChinese()
	for _, a := range t.Case.Person.Absences {
		if !a.Until.Before(t.Today()) {
			t.Out.Back = a.ID
			return t.Say("away_ended", text.Data{"From": a.From, "Until": a.Until})
		}
	}
	return t.Say("away_none", nil)
}

// Deputise tells a deputy that they act for somebody now.
func (b *Bot) Deputise(ctx context.Context, job workflow.Deputise) error {
	a, err := b.Records.Absence(ctx, job.Absence)
	if errors.Is(err, workflow.ErrNotFound) {
		return nil // taken back
	}
	if err != nil || a.Deputy == nil {
		return err
	}
	names, err := b.Records.Names(ctx, []string{a.Person})
	if err != nil {
		return err
	}
	waiting, err := b.waitingFor(ctx, a.Deputy.ID)
	if err != nil {
		return err
	}
	m, err := b.Chinese().Message("deputise", text.Data{"Name": b.Chinese().Phrase("teacher", text.Typed(names[a.Person]).String()), "From": a.From, "Until": a.Until, "Waiting": len(waiting)})
	if err != nil {
		return err
	}
	return b.DingTalk.Send(ctx, []string{a.Deputy.ID}, turn.Wire(m))
}

// Nudge tells whoever it has come to that a filing stands still: who should act, then the
// deputies, then HR.
func (b *Bot) Nudge(ctx context.Context, job workflow.Nudge) error {
	c, err := b.Records.Case(ctx, job.Filing)
	if errors.Is(err, workflow.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	policy := b.Rules().For(c.Filing)
	w, ok := c.Filing.Waits(policy)
	if !ok || w.Key != job.Wait {
		return nil // it has moved since
	}
	to, err := b.nudged(ctx, c, w, job.Level)
	if err != nil || len(to) == 0 {
		return err
	}
	t := b.desk(c)
	d := view.Base(t.Turn, c, c.Filing)
	step, _ := policy.ReviewStep(w.Step)
	d["Step"], d["Hours"], d["Handlers"] = step.Label, int(policy.WorkTime(w.Since, b.Now()).Hours()), view.Handlers(t.Turn, w.Role)
	key := map[workflow.Level]string{workflow.Nudged: "nudge_handler", workflow.DeputyAsked: "nudge_deputy", workflow.HRTold: "nudge_hr"}[job.Level]
	if w.Step == "" {
		d["Step"] = t.Text.Phrase("posting")
	}
	m, err := t.Text.Message(key, d)
	if err != nil {
		return err
	}
	if err := b.Ledger.Shown(ctx, c.Applicant.ID, to, workflow.ShownTask, b.Now()); err != nil {
		return err
	}
	return b.DingTalk.Send(ctx, to, turn.Wire(m))
}

// nudged are those who hear of a wait at a level. A level that has nobody goes to the next.
func (b *Bot) nudged(ctx context.Context, c workflow.Case, w workflow.Wait, l workflow.Level) ([]string, error) {
	today := b.Today()
	asked := c.Reviewers(w.Role, today)
	if l == workflow.Nudged {
		return b.Present(ctx, asked)
	}
	var others []workflow.Person
	if l == workflow.DeputyAsked {
		others = c.Deputies(w.Role, today)
		if len(others) == 0 && w.Role == workflow.CollegeHandler {
			others = c.Assignees(workflow.SchoolHandler, today)
		}
	}
	others = slices.DeleteFunc(others, func(p workflow.Person) bool {
		return slices.ContainsFunc(asked, func(x workflow.Person) bool { return x.ID == p.ID })
	})
	if l == workflow.DeputyAsked {
		if there, err := b.Present(ctx, others); err != nil || len(there) > 0 {
			return there, err
		}
	}
	hr, err := b.Records.Holders(ctx, workflow.HR)
	if err != nil {
		return nil, err
	}
	return b.Present(ctx, hr)
}
