package bot

import (
	"context"
	"fmt"
	"strings"
	"time"

	"example.org/beian/bot/text"
	"example.org/beian/bot/view"
	"example.org/beian/bot/workbook"
	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
	"example.org/beian/workflow/roster"
)

// mostFound is how many hits are shown with a button each.
const mostFound = 5

// stateWords are what HR calls the states.
var stateWords = map[string]string{
	"未开始": roster.LookupIdle, "没开始": roster.LookupIdle, "没有备案": roster.LookupIdle, "未备案": roster.LookupIdle,
	"填写中": roster.LookupEditing, "办理中": roster.LookupEditing, "草稿": roster.LookupEditing,
	"公示中": roster.LookupNotice, "公示": roster.LookupNotice,
	"待审核": roster.LookupReviewing, "待预审": roster.LookupReviewing, "预审中": roster.LookupReviewing, "预审": roster.LookupReviewing,
	"已上报": roster.LookupOfficial, "审核中": roster.LookupOfficial, "上报": roster.LookupOfficial,
	"已退回": roster.LookupReturned, "退回": roster.LookupReturned,
	"已通过": roster.LookupDone, "通过": roster.LookupDone, "已完成": roster.LookupDone, "完成": roster.LookupDone,
	"过期": roster.LookupOverdue, "已过期": roster.LookupOverdue, "逾期": roster.LookupOverdue,
}

// query reads what HR looks for: a state, the last four of an identity number, or the
// beginning of a name, its pinyin, a userId, a college, a filing.
func (b *Bot) query(word string) roster.Lookup {
	q := roster.Lookup{Until: b.Today()}
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

// find says where somebody is, in one message; several hits become a list.
func (t *visit) find() error {
	d := text.Data{"Word": text.Typed(text.Short(t.in.word)), "Count": t.office.all}
	switch {
	case t.office.all == 0 && t.office.query.State != "":
		return t.Say("found_nobody", d)
	case t.office.all == 0:
		return t.Say("found_none", d)
	case len(t.office.found) == 1 && t.office.all == 1:
		return t.foundOne(t.office.found[0], d)
	}
	var lines []string
	var choices []text.Choice
	for i, c := range t.office.found {
		w := t.whereabouts(c)
		lines = append(lines, fmt.Sprintf("%d. %s · %s · %s", i+1, text.Typed(c.Applicant.Name), w.certificate, w.waits))
		choices = append(choices, text.Choice{text.Typed(c.Applicant.Name).String() + "·" + text.Typed(c.College.Name).String(), "查 " + c.Applicant.ID})
		t.Disclose(c.Applicant.ID, workflow.ShownSearch)
	}
	d["Lines"], d["Choices"], d["More"] = lines, choices, max(0, t.office.all-len(lines))
	return t.Say("found_list", d)
}

func (t *visit) foundOne(c workflow.Case, d text.Data) error {
	w := t.whereabouts(c)
	d["Name"], d["College"], d["Person"] = text.Typed(c.Applicant.Name), text.Typed(c.College.Name), text.Typed(c.Applicant.ID)
	d["Certificate"], d["Stage"], d["State"], d["Waits"], d["Since"] = w.certificate, w.stage, w.state, w.waits, w.since
	d["ID"], d["Open"] = "", false
	if c.Filing != nil {
		d["ID"] = c.Filing.ID
		d["Open"] = c.Filing.State == workflow.Prereview && handles(t.Case.Person) && c.Applicant.ID != t.Case.Person.ID
	}
	var roles []string
	for _, g := range c.Applicant.Grants {
		roles = append(roles, workbook.RoleLabel(g))
	}
	d["Roles"] = strings.Join(roles, "、")
	if on := t.office.declined; !on.IsZero() && d["ID"] == "" {
		d["Waits"] = t.Text.Phrase("waits_declined", view.Day(on))
	}
	t.Disclose(c.Applicant.ID, workflow.ShownSearch)
	return t.Say("found_one", d)
}

// whereabouts is where a filing stands: what it is, who it waits for, since when.
type whereabouts struct {
	certificate, stage, state, waits, since string
}

// whereabouts says where somebody's filing stands.
func (t *visit) whereabouts(c workflow.Case) whereabouts {
	x := t.newVisit(c)
	x.Text = t.Text
	p := x.Policy()
	w := whereabouts{certificate: x.Text.Phrase("no_certificate")}
	a := workflow.Assess(c.Certificate, t.Today(), p)
	if c.Certificate != nil {
		w.certificate = x.Text.Phrase("certificate_line", c.Certificate.Category, a.ValidUntil.String(), view.Left(x.Text, a.DaysLeft))
	}
	f := c.Filing
	if f == nil || !f.State.Begun() {
		switch {
		case c.Certificate == nil:
			w.waits = x.Text.Phrase("waits_nothing")
		case a.Phase == workflow.TooEarly:
			w.waits = x.Text.Phrase("waits_early", a.OpensOn.String())
		default:
			w.waits = x.Text.Phrase("waits_start")
		}
		return w
	}
	w.stage, w.state = view.StageName(x.Text, workflow.Next(c.Certificate, f, true, p, t.Today()).Stage), x.stateName()
	since := f.EndedAt
	if n := len(f.Timeline); n > 0 {
		since = f.Timeline[n-1].At
	}
	if wait, ok := f.Waits(p); ok {
		since = wait.Since
		w.waits = x.Text.Phrase("waits_role", view.Handlers(x.Turn, wait.Role), int(p.WorkTime(wait.Since, t.Now()).Hours()))
	} else {
		w.waits = x.waitsFor()
	}
	if !since.IsZero() {
		w.since = since.In(calendar.Zone()).Format("2006-01-02 15:04")
	}
	return w
}

// stateName is what the state of a filing is called.
func (t *visit) stateName() string {
	if n := len(t.Filing.Official); n > 0 && (t.Filing.State.HandedOver() || t.Filing.State == workflow.Returned) {
		return t.Text.Phrase("state_said", text.Typed(t.Filing.Official[n-1].Text).String())
	}
	return t.Text.Phrase("state_" + strings.ToLower(string(t.Filing.State)))
}

// waitsFor is who acts next where no handler is asked.
func (t *visit) waitsFor() string {
	switch {
	case t.Filing.State.HandedOver():
		return t.Text.Phrase("waits_official")
	case t.Filing.State == workflow.Done:
		return t.Text.Phrase("waits_nothing")
	case t.Filing.Notice.State == workflow.NoticeObjection:
		return t.Text.Phrase("waits_objection", view.Handlers(t.Turn, workflow.SchoolHandler))
	case view.Unsealed(t.Filing):
		return t.Text.Phrase("waits_seal")
	case t.Filing.State.Editable() && t.Filing.AutoHandIn && !t.Filing.Notice.Over(t.Today()):
		return t.Text.Phrase("waits_notice", t.Filing.Notice.Until.String())
	}
	return t.Text.Phrase("waits_self")
}

// exportList has the list of certificates sent; words behind it filter.
func (t *visit) exportList() error {
	job := workflow.Office{Task: workflow.OfficeExport}
	for _, w := range strings.FieldsFunc(t.in.word, func(r rune) bool { return strings.ContainsRune(" ,，、;；", r) }) {
		if w = strings.TrimPrefix(w, "到期"); w == "" {
			continue
		}
		if d, ok := endOfMonth(w, t.Today()); ok {
			job.Until = d
			continue
		}
		found := false
		for _, d := range t.office.colleges {
			if d.College.Name == w {
				job.College, found = d.College.ID, true
			}
		}
		if !found {
			return t.Say("export_how", text.Data{"Word": text.Typed(w), "Example": t.Today().String()[:7]})
		}
	}
	return t.leaveToOffice("export_list_comes", job)
}

// endOfMonth reads 2026-12 as its last day, and a whole date as it is.
func endOfMonth(w string, today calendar.Date) (calendar.Date, bool) {
	d, assumed, ok := calendar.ReadDate(w, today)
	if ok && assumed {
		d = calendar.NewDate(d.Year, d.Month+1, 0)
	}
	return d, ok
}

// sendList sends the list of certificates; that it was taken is noted for each person on it.
func (b *Bot) sendList(ctx context.Context, job workflow.Office) error {
	t := b.desk(workflow.Case{})
	var rows [][]string
	var people []string
	err := b.Registry.Listed(ctx, roster.Lookup{College: job.College, Until: job.Until}, func(c workflow.Case) error {
		w := t.whereabouts(c)
		a := workflow.Assess(c.Certificate, b.Today(), b.Rules().For(c.Filing))
		rows = append(rows, []string{
			c.Applicant.Name, c.Applicant.ID, c.College.Name, c.Certificate.Category, c.Certificate.RecognisedOn.String(), a.ValidUntil.String(),
			fmt.Sprint(a.DaysLeft), w.state, w.stage, w.waits, w.since,
		})
		people = append(people, c.Applicant.ID)
		return nil
	})
	if err != nil {
		return err
	}
	if len(rows) == 0 {
		return b.officeAnswer(ctx, job, "export_none", nil)
	}
	file, err := workbook.List("名单", strings.Split(b.Chinese().Phrase("export_header"), "、"), []float64{12, 20, 18, 8, 12, 12, 10, 16, 22, 36, 18}, rows)
	if err != nil {
		return err
	}
	if err := b.Registry.Noted(ctx, job.Person, "export", fmt.Sprintf("%d people college=%s until=%s", len(rows), job.College, job.Until), b.Now()); err != nil {
		return err
	}
	if err := b.Registry.ShownAll(ctx, people, job.Person, workflow.ShownList, b.Now()); err != nil {
		return err
	}
	return b.sendWorkbook(ctx, job.Person, fmt.Sprintf("证书名单-%s-%d人.xlsx", b.Now().In(calendar.Zone()).Format(time.DateOnly), len(rows)), file)
}
