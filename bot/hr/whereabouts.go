package hr

import (
	"strings"

	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/bot/view"
	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
)

// whereabouts is where a filing stands: what it is, who it waits for, since when.
type whereabouts struct {
	certificate, stage, state, waits, since string
}

// whereabouts says where somebody's filing stands.
func (r *Room) whereabouts(c workflow.Case) whereabouts {
	t := r.Desk(c)
	p := t.Policy()
	w := whereabouts{certificate: t.Text.Phrase("no_certificate")}
	a := workflow.Assess(c.Certificate, t.Today(), p)
	if c.Certificate != nil {
		left := view.Left(t.Text, a.DaysLeft)
		w.certificate = t.Text.Phrase("certificate_line", c.Certificate.Category, a.ValidUntil.String(), left)
	}
	f := c.Filing
	if f == nil || !f.State.Begun() {
		switch {
		case c.Certificate == nil:
			w.waits = t.Text.Phrase("waits_nothing")
		case a.Phase == workflow.TooEarly:
			w.waits = t.Text.Phrase("waits_early", a.OpensOn.String())
		default:
			w.waits = t.Text.Phrase("waits_start")
		}
		return w
	}
	w.stage = view.StageName(t.Text, workflow.Next(c.Certificate, f, true, p, t.Today()).Stage)
	w.state = stateName(t)
	since := f.EndedAt
	if n := len(f.Timeline); n > 0 {
		since = f.Timeline[n-1].At
	}
	if wait, ok := f.Waits(p); ok {
		since = wait.Since
		w.waits = t.Text.Phrase("waits_role", view.Handlers(t, wait.Role), int(p.WorkTime(wait.Since, r.Now()).Hours()))
	} else {
		w.waits = waitsFor(t)
	}
	if !since.IsZero() {
		w.since = since.In(calendar.Zone()).Format("2006-01-02 15:04")
	}
	return w
}

// stateName is what the state of a filing is called.
func stateName(t *turn.Turn) string {
	f := t.Filing
	if n := len(f.Official); n > 0 && (f.State.HandedOver() || f.State == workflow.Returned) {
		return t.Text.Phrase("state_said", text.Typed(f.Official[n-1].Text).String())
	}
	return t.Text.Phrase("state_" + strings.ToLower(string(f.State)))
}

// waitsFor is who acts next where no handler is asked.
func waitsFor(t *turn.Turn) string {
	f := t.Filing
	switch {
	case f.State.HandedOver():
		return t.Text.Phrase("waits_official")
	case f.State == workflow.Done:
		return t.Text.Phrase("waits_nothing")
	case f.Notice.State == workflow.NoticeObjection:
		return t.Text.Phrase("waits_objection", view.Handlers(t, workflow.SchoolHandler))
	case view.Unsealed(f):
		return t.Text.Phrase("waits_seal")
	case f.State.Editable() && f.AutoHandIn && !f.Notice.Over(t.Today()):
		return t.Text.Phrase("waits_notice", f.Notice.Until.String())
	}
	return t.Text.Phrase("waits_self")
}
