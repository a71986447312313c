package bot

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"example.org/beian/bot/dingtalk"
	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/bot/view"
	"example.org/beian/workflow"
)

// trackID names a card by what it is about, so that a job that runs twice cannot
// show two.
func trackID(filing string, ticket int) string { return fmt.Sprintf("beian-%s-%d", filing, ticket) }

var trackPattern = regexp.MustCompile(`^beian-([0-9A-Z]{8})-(\d{1,6})$`)

func parseTrack(track string) (filing string, ticket int, ok bool) {
	m := trackPattern.FindStringSubmatch(track)
	if m == nil {
		return "", 0, false
	}
	n, err := strconv.Atoi(m[2])
	return m[1], n, err == nil
}

// ReviewCard sends the card of a review step to those who may decide. A step that
// is no longer open needs none.
func (b *Bot) ReviewCard(ctx context.Context, job workflow.ReviewCard) error {
	c, err := b.Records.Case(ctx, job.Filing)
	if errors.Is(err, workflow.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if c.Filing.Review.Ticket != job.Ticket {
		return nil
	}
	step, _ := b.Rules().For(c.Filing).ReviewStep(c.Filing.Review.Step)
	receivers, err := b.Present(ctx, c.Reviewers(step.Role, b.Today()))
	if err != nil {
		return err
	}
	if len(receivers) == 0 && step.Role == workflow.CollegeHandler { // all of them have left
		if receivers, err = b.Present(ctx, c.Assignees(workflow.SchoolHandler, b.Today())); err != nil {
			return err
		}
	}
	if len(receivers) == 0 {
		return fmt.Errorf("review of %s: nobody holds the role %s", job.Filing, step.Role)
	}
	v, err := b.view(c)
	if err != nil {
		return err
	}
	if b.Template == "" {
		return b.sendMessages(ctx, c, v, receivers)
	}
	err = b.sendCard(ctx, c, v, receivers)
	if errors.Is(err, &dingtalk.Error{Kind: dingtalk.Invalid}) || errors.Is(err, &dingtalk.Error{Kind: dingtalk.Denied}) {
		b.Log.Error("card not sent, sending messages: check the template and the permission for cards", "filing", job.Filing, "ticket", job.Ticket, "err", err)
		return b.sendMessages(ctx, c, v, receivers)
	}
	return err
}

// sendCard shows the template that the organisation has built, one card for all.
func (b *Bot) sendCard(ctx context.Context, c workflow.Case, v cardView, receivers []string) error {
	f := c.Filing
	track := trackID(f.ID, f.Review.Ticket)
	due, err := b.Ledger.SaveCard(ctx, track, f.ID, f.Review.Ticket, receivers)
	if err != nil || !due {
		return err
	}
	params, err := v.params()
	if err != nil {
		return err
	}
	card := dingtalk.Card{Template: b.Template, TrackID: track, Params: params, Summary: v.title}
	if err := b.DingTalk.SendCard(ctx, receivers, card); err != nil {
		return err
	}
	return b.cardSent(ctx, c, track, receivers)
}

// sendMessages is the way without a template: each handler gets a message with buttons that
// only they can use.
func (b *Bot) sendMessages(ctx context.Context, c workflow.Case, v cardView, receivers []string) error {
	f := c.Filing
	for _, id := range receivers {
		track := trackID(f.ID, f.Review.Ticket) + "@" + id
		due, err := b.Ledger.SaveCard(ctx, track, f.ID, f.Review.Ticket, []string{id})
		if err != nil {
			return err
		}
		if !due {
			continue
		}
		m, err := b.message(v, f, id)
		if err != nil {
			return err
		}
		if err := b.DingTalk.Send(ctx, []string{id}, turn.Wire(m)); err != nil {
			return err
		}
		if err := b.cardSent(ctx, c, track, []string{id}); err != nil {
			return err
		}
	}
	return nil
}

func (b *Bot) cardSent(ctx context.Context, c workflow.Case, track string, receivers []string) error {
	if err := b.Ledger.Shown(ctx, c.Applicant.ID, receivers, workflow.ShownCard, b.Now()); err != nil {
		return err
	}
	return b.Ledger.CardSent(ctx, track)
}

// cardView is what a card says, whatever it is shown with.
type cardView struct {
	title     string
	step      string
	summary   string // what needs eyes
	changes   string
	materials string
	verb      string
	form      returnForm
}

// view says what a handler has to look at: everything that differs from the last
// recognition, or, after a return, only what has changed since.
func (b *Bot) view(c workflow.Case) (cardView, error) {
	f := c.Filing
	policy := b.Rules().For(f)
	step, _ := policy.ReviewStep(f.Review.Step)
	t := b.desk(c)
	d := view.Base(t.Turn, c, f)
	fields, slots, again := f.Since(policy)
	key := "card_summary"
	switch {
	case again:
		key = "card_summary_again"
		d["Count"] = len(fields) + len(slots)
	case eyes(f) == unchanged:
		key = "card_summary_same"
	}
	d["Eyes"], d["Year"] = eyes(f), c.Certificate.RecognisedOn.Year
	v := cardView{step: step.Label, verb: step.Verb, form: newReturnForm(f, policy)}
	var err error
	if v.title, err = t.Text.Line("card_title", d); err != nil {
		return v, err
	}
	if v.summary, err = t.Text.Line(key, d); err != nil {
		return v, err
	}
	v.changes, v.materials = changeLines(f), t.materialLines(f, nil)
	if again {
		v.changes, v.materials = sinceLines(fields), t.materialLines(f, slots)
	}
	return v, t.remarks(&v, step)
}

// remarks adds what is not about one material.
func (t *visit) remarks(v *cardView, step workflow.ReviewStep) error {
	add := func(s string) { v.materials += text.LineBreak + s }
	n := t.Filing.Notice
	line := fmt.Sprintf("公示 %s 至 %s，无异议", n.From, n.Until)
	if got := countedDays(t.Filing, t.Policy()); got < t.Policy().Notice.WorkingDays {
		line += fmt.Sprintf("(**%d 个工作日，一般要 %d 个**)", got, t.Policy().Notice.WorkingDays)
	}
	if n.Photo != "" {
		line += "，有张贴照片"
	}
	if step.Role == workflow.CollegeHandler {
		line += "。公示期满，请撤下"
	}
	add(line)
	if t.Filing.Note != "" {
		add("申请人留言：" + text.Typed(text.OneLine(t.Filing.Note)).String())
	}
	doubts, err := view.DoubtLines(t.Turn)
	if err != nil {
		return err
	}
	if len(doubts) > 0 {
		add("请留意：" + strings.Join(doubts, text.LineBreak))
	}
	if step.Submits { // what the button attests (R-B06)
		add("点「" + step.Verb + "」即确认：申请人是本单位员工，材料真实正确")
	}
	return nil
}

// params fills the variables of the card template; deploy/cards describes them.
func (v cardView) params() (map[string]string, error) {
	form, err := v.form.json()
	if err != nil {
		return nil, err
	}
	return map[string]string{
		"title": v.title, "step": v.step, "summary": v.summary, "changes": v.changes, "materials": v.materials,
		"status": "open", "status_text": "", "approve_text": v.verb, "form": form, "form_btn_text": "退回…",
	}, nil
}

// message is the card as a message with buttons. What a button sends carries a code that
// is good for this person, this state of the filing and this decision only.
func (b *Bot) message(v cardView, f *workflow.Filing, viewer string) (text.Message, error) {
	m := text.Message{Body: "**" + v.title + "**" + text.LineBreak + v.summary}
	for _, s := range []string{v.changes, v.materials} {
		if s != "" {
			m.Body += text.Paragraph + s
		}
	}
	for _, x := range []struct{ title, verb string }{{"查看材料", "查看"}, {v.verb, "通过"}, {"退回…", "退回"}, {"转交…", "转交"}} {
		say := x.verb + " " + f.ID
		if x.verb != "查看" {
			code, err := b.code(f, viewer, x.verb)
			if err != nil {
				return m, err
			}
			say += " " + code
		}
		m.Buttons = append(m.Buttons, text.Button{Title: x.title, Say: say})
	}
	return m, nil
}

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
	if n := len(f.Changes()); n > 0 {
		parts = append(parts, fmt.Sprintf("%d 项变更", n))
	}
	if n := filledIn(f); n > 0 {
		parts = append(parts, fmt.Sprintf("%d 项补填", n))
	}
	if fresh > 0 {
		parts = append(parts, fmt.Sprintf("%d 份新材料", fresh))
	}
	if unchecked > 0 {
		parts = append(parts, fmt.Sprintf("%d 份待核对", unchecked))
	}
	if len(parts) == 0 {
		return unchanged
	}
	return strings.Join(parts, " · ")
}

// filledIn counts what was unknown at the last recognition and is given now.
func filledIn(f *workflow.Filing) int {
	n := 0
	for _, fd := range workflow.Fields() {
		if f.Prior[fd.Key] == "" && f.Values[fd.Key] != "" {
			n++
		}
	}
	return n
}

// changeLines shows old → new for every change, and what was filled in.
func changeLines(f *workflow.Filing) string {
	var lines []string
	for _, ch := range f.Changes() {
		lines = append(lines, fmt.Sprintf("%s %s → **%s**", ch.Field.Label, view.Shown(ch.Field, ch.Old), view.Shown(ch.Field, ch.New)))
	}
	for _, fd := range workflow.Fields() {
		if f.Prior[fd.Key] == "" && f.Values[fd.Key] != "" {
			lines = append(lines, fmt.Sprintf("%s **%s**(补填)", fd.Label, view.Shown(fd, f.Values[fd.Key])))
		}
	}
	return strings.Join(lines, text.LineBreak)
}

// sinceLines shows what has changed since the handler looked who returned it.
func sinceLines(fields []workflow.Change) string {
	lines := make([]string, len(fields))
	for i, ch := range fields {
		lines[i] = fmt.Sprintf("%s %s → **%s**", ch.Field.Label, view.Shown(ch.Field, ch.Old), view.Shown(ch.Field, ch.New))
	}
	return strings.Join(lines, text.LineBreak)
}

// materialLines has a line for each material with its check; only the given ones where
// there are some, the others have been accepted.
func (t *visit) materialLines(f *workflow.Filing, only []workflow.Slot) string {
	var lines []string
	for _, s := range workflow.Slots() {
		m, held := f.Materials[s.Slot]
		if !held || only != nil && !slices.Contains(only, s.Slot) {
			continue
		}
		lines = append(lines, t.materialLine(s, m))
	}
	return strings.Join(lines, text.LineBreak)
}

func (t *visit) materialLine(s workflow.SlotInfo, m workflow.Material) string {
	no := circled(int(s.Slot))
	switch {
	case m.Fetched:
		return fmt.Sprintf("%s %s 系统已自动获取 ✓", no, s.Label)
	case m.Waived != "":
		return fmt.Sprintf("%s %s 不提供：%s", no, s.Label, m.Waived)
	}
	var parts []string
	switch {
	case s.Slot == workflow.SlotForm && m.File.Checked:
		parts = append(parts, fmt.Sprintf("第 %d 版 %d 页 ✓", m.File.Revision, m.File.Pages))
	case s.Slot == workflow.SlotForm:
		return fmt.Sprintf("%s %s **待经办人核对**：%s", no, s.Label, unreadReason(m.File, t.Text))
	default:
		parts = append(parts, fmt.Sprintf("%s %d 页", view.Day(m.On), m.File.Pages))
	}
	if s.Slot != workflow.SlotForm && s.Slot != workflow.SlotInsurance {
		parts = append([]string{"新"}, parts...)
	}
	if len(m.File.Swapped) > 0 {
		parts = append(parts, "第 "+view.PageList(m.File.Swapped)+" 页已替换")
	}
	if h := view.HintList(t.Text, m.File.Hints); h != "" {
		parts = append(parts, h)
	}
	return fmt.Sprintf("%s %s %s", no, s.Label, strings.Join(parts, " · "))
}

// circled is a small number in a circle.
func circled(n int) string {
	if n < 1 || n > 20 {
		return strconv.Itoa(n)
	}
	return string(rune('①' + n - 1)) //nolint:gosec // from 1 to 20
}

// unreadReason says which pages a person has to look at, and what may have been in the way.
func unreadReason(f *workflow.File, zh *text.Catalogue) string {
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

// countedDays is how many working days a public notice has, as the policy counts them.
func countedDays(f *workflow.Filing, p workflow.Policy) int {
	cal := p.Calendar()
	n := cal.Workdays(f.Notice.From, f.Notice.Until)
	if work, _ := cal.IsWorkday(f.Notice.From); work && !p.Notice.CountStartDay {
		n--
	}
	return n
}
