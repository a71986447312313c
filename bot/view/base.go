package view

import (
	"fmt"

	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
)

// Base is what most texts may use about a case.
func Base(t *turn.Turn, c workflow.Case, f *workflow.Filing) text.Data {
	p := t.Book.For(f)
	d := text.Data{
		"Name": text.Typed(c.Applicant.Name), "College": text.Typed(c.College.Name), "Unit": t.Unit(),
		"Months": p.ValidMonths - p.AdvanceMonths, "Days": p.Notice.WorkingDays, "First": t.Text.Either(p.Review[0].Label,
			p.Review[0].English),
		"Version": t.Book.Current.Consent, "Official": p.OfficialURL,
	}
	d["Declared"] = f != nil && f.Declared
	if cert := c.Certificate; cert != nil {
		a := workflow.Assess(cert, t.Today(), p)
		d["Category"], d["Ends"], d["Opens"], d["ToOpen"] = cert.Category, a.ValidUntil, a.OpensOn, a.DaysToOpen
		d["Left"], d["Window"], d["Plan"], d["Safe"] = Left(
			t.Text,
			a.DaysLeft,
		), window(
			t.Text,
			a,
		), plan(
			t,
			a,
			p,
		), safeStart(
			t,
			a,
		)
		d["Expired"] = a.Phase == workflow.Overdue
		d["Late"] = a.SafeNotice.Before(t.Today().AddDays(3))
	}
	until, _ := p.NoticeEnd(t.Today())
	d["PostFrom"], d["PostUntil"] = Day(t.Today()), Day(until)
	if f != nil {
		d["ID"], d["Revision"], d["Same"] = f.ID, f.Revision, f.Unchanged()
		d["From"], d["Until"], d["Provisional"] = f.Notice.From, f.Notice.Until, t.Text.Provisional(f.Notice)
	}
	return d
}

// Left says how many days a certificate has, or since when it is over.
func Left(t *text.Catalogue, days int) string {
	switch {
	case days < 0:
		return t.Phrase("overdue", -days)
	case days == 0:
		return t.Phrase("last_day")
	}
	return t.Phrase("left", days)
}

func window(t *text.Catalogue, a workflow.Assessment) string {
	switch a.Phase {
	case workflow.TooEarly:
		return t.Phrase("window_early", a.OpensOn)
	case workflow.Overdue:
		return t.Phrase("window_overdue")
	}
	return t.Phrase("window_open")
}

// plan is the back-planner's sentence: the latest safe start of the notice, and
// when one would be done.
func plan(t *turn.Turn, a workflow.Assessment, p workflow.Policy) string {
	parts := []string{t.Text.Phrase("plan_days", p.Notice.WorkingDays)}
	if a.SafeNotice.Before(t.Today()) {
		parts = append(parts, t.Text.Phrase("plan_tight"))
	} else {
		parts = append(parts, t.Text.Phrase("plan_latest", Day(a.SafeNotice)))
	}
	if a.Late && a.Phase == workflow.Open {
		parts = append(parts, t.Text.Phrase("plan_late", Day(a.DoneBy)))
	} else {
		parts = append(parts, t.Text.Phrase("plan_done", Day(a.DoneBy)))
	}
	s := t.Text.Sentences(parts...)
	if !a.Official {
		s += t.Text.Phrase("provisional")
	}
	return s
}

// safeStart says until when the public notice should start.
func safeStart(t *turn.Turn, a workflow.Assessment) string {
	if a.SafeNotice.Before(t.Today()) {
		return t.Text.Phrase("safe_now")
	}
	s := t.Text.Phrase("safe_until", Day(a.SafeNotice))
	if !a.Official {
		s += t.Text.Phrase("provisional")
	}
	return s
}

// Day is a date without its year, for sentences about the near future.
func Day(d calendar.Date) string { return fmt.Sprintf("%02d-%02d", d.Month, d.Day) }
