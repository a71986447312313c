package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"example.org/beian/bot/dingtalk"
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
	policy := b.Rules().For(c.Filing)
	step, _ := policy.ReviewStep(c.Filing.Review.Step)
	receivers, err := b.present(ctx, c.Assignees(step.Role))
	if err != nil {
		return err
	}
	if len(receivers) == 0 {
		return fmt.Errorf("review of %s: nobody holds the role %s", job.Filing, step.Role)
	}
	params, err := b.cardParams(c, step, policy)
	if err != nil {
		return err
	}
	track := trackID(job.Filing, job.Ticket)
	due, err := b.Ledger.SaveCard(ctx, track, job.Filing, job.Ticket, receivers)
	if err != nil || !due {
		return err
	}
	card := dingtalk.Card{Template: b.Template, TrackID: track, Params: params, Summary: params["title"]}
	if err := b.DingTalk.SendCard(ctx, receivers, card); err != nil {
		return err
	}
	if err := b.Ledger.Shown(ctx, c.Applicant.ID, receivers, accessCard, b.Now()); err != nil {
		return err
	}
	return b.Ledger.CardSent(ctx, track)
}

// present leaves out those who have left the organisation since the roster was
// made. Looking people up does not count against DingTalk's quota.
func (b *Bot) present(ctx context.Context, people []workflow.Person) ([]string, error) {
	var out []string
	for _, p := range people {
		u, err := b.DingTalk.User(ctx, p.ID)
		switch {
		case errors.Is(err, &dingtalk.Error{Kind: dingtalk.Absent}):
			b.Log.Warn("handler is not in the organisation any more", "person", p.ID)
		case err != nil:
			return nil, err
		case u.Active:
			out = append(out, p.ID)
		}
	}
	return out, nil
}

// cardParams fills the variables of the card template; deploy/cards describes them.
func (b *Bot) cardParams(c workflow.Case, step workflow.ReviewStep, policy workflow.Policy) (map[string]string, error) {
	f := c.Filing
	t := b.newTurn(c, intent{}, dingtalk.Incoming{}, nil)
	t.texts = b.texts["zh"] // handlers and HR work in Chinese, as the form does
	d := t.base(c, f)
	d["Eyes"] = eyes(f)
	title, err := b.texts["zh"].line("card_title", d)
	if err != nil {
		return nil, err
	}
	summary, err := b.texts["zh"].line("card_summary", d)
	if err != nil {
		return nil, err
	}
	materials := b.materialLines(f)
	if n := countedDays(f, policy); n < policy.Notice.WorkingDays {
		materials += fmt.Sprintf("(**%d 个工作日，一般要 %d 个**)", n, policy.Notice.WorkingDays)
	}
	doubts, err := t.doubtLines()
	if err != nil {
		return nil, err
	}
	if len(doubts) > 0 {
		materials += lineBreak + "请留意：" + strings.Join(doubts, lineBreak)
	}
	if step.Submits { // what the button attests (R-B06)
		materials += lineBreak + "点「" + step.Verb + "」即确认：申请人是本单位员工，材料真实正确"
	}
	form, err := returnForm(f, policy)
	if err != nil {
		return nil, err
	}
	return map[string]string{
		"title": title, "step": step.Label, "summary": summary, "changes": changeLines(f), "materials": materials,
		"status": "open", "status_text": "", "approve_text": step.Verb, "form": form, "form_btn_text": "退回…",
	}, nil
}

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
	parts := []string{fmt.Sprintf("%d 项变更", len(f.Changes()))}
	if n := filledIn(f); n > 0 {
		parts = append(parts, fmt.Sprintf("%d 项补填", n))
	}
	if fresh > 0 {
		parts = append(parts, fmt.Sprintf("%d 份新材料", fresh))
	}
	if unchecked > 0 {
		parts = append(parts, fmt.Sprintf("%d 份待核对", unchecked))
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
		lines = append(lines, fmt.Sprintf("%s %s → **%s**", ch.Field.Label, shown(ch.Field, ch.Old), shown(ch.Field, ch.New)))
	}
	for _, fd := range workflow.Fields() {
		if f.Prior[fd.Key] == "" && f.Values[fd.Key] != "" {
			lines = append(lines, fmt.Sprintf("%s **%s**(补填)", fd.Label, shown(fd, f.Values[fd.Key])))
		}
	}
	if len(lines) == 0 {
		return "没有变更"
	}
	return strings.Join(lines, lineBreak)
}

func (b *Bot) materialLines(f *workflow.Filing) string {
	var lines []string
	for _, s := range workflow.Slots() {
		m, held := f.Materials[s.Slot]
		switch {
		case !held:
			continue
		case m.Fetched:
			lines = append(lines, fmt.Sprintf("%d %s:系统已自动获取", s.Slot, s.Label))
		case m.Waived != "":
			lines = append(lines, fmt.Sprintf("%d %s:不提供(%s)", s.Slot, s.Label, m.Waived))
		case s.Slot == workflow.SlotForm && m.File.Checked:
			lines = append(lines, strings.TrimSpace(fmt.Sprintf("1 申请表 第 %d 版 %d 页 ✓ %s", m.File.Revision, m.File.Pages, b.texts["zh"].hints(m.File.Hints))))
		case s.Slot == workflow.SlotForm:
			lines = append(lines, "1 申请表：**待经办人核对**，"+unreadReason(m.File, b.texts["zh"]))
		default:
			lines = append(lines, strings.TrimSpace(fmt.Sprintf("%d %s %s %s", s.Slot, s.Label, day(m.On), b.texts["zh"].hints(m.File.Hints))))
		}
	}
	lines = append(lines, fmt.Sprintf("公示 %s 至 %s，无异议", f.Notice.From, f.Notice.Until))
	return strings.Join(lines, lineBreak)
}

// unreadReason says which pages a person has to look at, and what may have been in the way.
func unreadReason(f *workflow.File, zh *texts) string {
	reason := "二维码没有读出"
	if len(f.Unread) > 0 && len(f.Unread) < f.Pages {
		reason = zh.p("unread_pages", pageList(f.Unread))
	}
	if h := zh.hints(f.Hints); h != "" {
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

type formOption struct {
	Value string `json:"value"`
	Text  string `json:"text"`
}

type formField struct {
	Name        string       `json:"name"`
	Label       string       `json:"label"`
	Type        string       `json:"type"`
	Required    bool         `json:"required,omitempty"`
	RequiredMsg string       `json:"requiredMsg,omitempty"`
	Placeholder string       `json:"placeholder,omitempty"`
	Options     []formOption `json:"options,omitempty"`
}

// returnForm is the form behind 退回: what, why, and a free text.
func returnForm(f *workflow.Filing, policy workflow.Policy) (string, error) {
	items := []formOption{{"all", "整份备案"}}
	for _, s := range workflow.Slots() {
		if _, held := f.Materials[s.Slot]; held {
			items = append(items, formOption{fmt.Sprintf("slot:%d", s.Slot), fmt.Sprintf("%d %s", s.Slot, s.Label)})
		}
	}
	for _, fd := range workflow.Fields() {
		if fd.Printed && !fd.Identity {
			items = append(items, formOption{"field:" + string(fd.Key), fd.Label})
		}
	}
	var reasons []formOption
	for _, r := range policy.Reasons {
		reasons = append(reasons, formOption{r.Code, r.Label})
	}
	form, err := json.Marshal(map[string]any{"fields": []formField{
		{Name: "items", Label: "退回哪几项", Type: "MULTI_SELECT", Required: true, RequiredMsg: "请至少选一项", Options: items},
		{Name: "reason", Label: "原因", Type: "SELECT", Required: true, RequiredMsg: "请选择原因", Options: reasons},
		{Name: "text", Label: "补充说明", Type: "TEXT_AREA", Placeholder: "例如：没有的请填「无」"},
	}})
	if err != nil {
		return "", fmt.Errorf("encode form: %w", err)
	}
	return string(form), nil
}

// Click handles a decision on a card. It answers from what it knows; the other
// copies follow by a job. The actor is the callback's user, never a parameter.
func (b *Bot) Click(ctx context.Context, click dingtalk.Click) (map[string]string, error) {
	filing, ticket, ok := parseTrack(click.Track)
	if !ok {
		b.Log.Warn("click on an unknown card", "card", click.Track)
		return nil, nil
	}
	b.countPush(ctx)
	var answer map[string]string
	in := workflow.Inbound{Robot: "card:" + b.DingTalk.RobotCode(), Message: click.ID, Person: click.Sender, Filing: filing}
	receipt, err := b.Turns.Turn(ctx, in, b.Now(), func(c workflow.Case) (workflow.Outcome, error) {
		t := b.newTurn(c, intent{}, dingtalk.Incoming{}, nil)
		var err error
		if answer, err = t.decide(click, ticket); err != nil {
			return workflow.Outcome{}, err
		}
		return t.outcome()
	})
	if err != nil {
		return nil, fmt.Errorf("click: %w", err)
	}
	if receipt.Duplicate {
		return nil, nil
	}
	return answer, nil
}

// decide carries out a click and returns what the clicker sees at once.
func (t *turn) decide(click dingtalk.Click, ticket int) (map[string]string, error) {
	if t.f == nil {
		return t.clickRefused("card_not_yours")
	}
	step, ok := t.policy().ReviewStep(t.f.Review.Step)
	role := step.Role
	handler := t.c.Person.Holds(workflow.CollegeHandler, t.f.College) || t.c.Person.Holds(workflow.SchoolHandler, "")
	if t.f.Review.Ticket != ticket && handler && t.c.Person.ID != t.f.Person {
		return t.decisionRefused(&workflow.Refusal{Code: workflow.RefusedStale, Rule: "T11"}, ticket)
	}
	switch p := t.c.Person; {
	case p.ID == t.f.Person:
		return t.clickRefused("card_own")
	case ok && !p.Holds(role, t.f.College) && p.Holds(workflow.SchoolHandler, ""):
		role = workflow.SchoolHandler // stands in for a college without a handler (Q21)
	case ok && !p.Holds(role, t.f.College), !ok && !p.Holds(workflow.CollegeHandler, t.f.College) && !p.Holds(workflow.SchoolHandler, ""):
		return t.clickRefused("card_not_yours")
	}
	cmd, ok := decisionOf(click, step)
	if !ok {
		return t.clickRefused("card_reason")
	}
	cmd.Actor, cmd.Ticket = workflow.Actor{ID: t.c.Person.ID, Role: role}, ticket
	err := t.try(cmd)
	var refusal *workflow.Refusal
	if errors.As(err, &refusal) {
		return t.decisionRefused(refusal, ticket)
	}
	if err != nil {
		return nil, err
	}
	text, err := t.doneText(t.events[len(t.events)-1])
	if err != nil {
		return nil, err
	}
	return closedCard(text), nil
}

// decisionOf reads the button or the form of a card.
func decisionOf(click dingtalk.Click, step workflow.ReviewStep) (workflow.Command, bool) {
	form, isForm := click.Params["form"].(map[string]any)
	if action, _ := click.Params["action"].(string); !isForm && action != "approve" {
		return workflow.Command{}, false // a button we do not know decides nothing
	}
	if !isForm {
		if step.Submits {
			return workflow.Command{Action: workflow.Submit, Attested: true}, true
		}
		return workflow.Command{Action: workflow.Approve}, true
	}
	why, _ := chosen(form["reason"])
	text, _ := form["text"].(string)
	_, items := chosen(form["items"])
	if why == "" || len(items) == 0 {
		return workflow.Command{}, false
	}
	cmd := workflow.Command{Action: workflow.Return}
	for _, it := range items {
		r := workflow.ReturnItem{Reason: why, Text: maskNumbers(workflow.Clean(text))}
		kind, rest, _ := strings.Cut(it, ":")
		switch kind {
		case "field":
			r.Field = workflow.Key(rest)
		case "slot":
			n, err := strconv.Atoi(rest)
			if err != nil {
				return workflow.Command{}, false
			}
			r.Slot = workflow.Slot(n)
		}
		cmd.Items = append(cmd.Items, r)
	}
	return cmd, true
}

// chosen reads the value of a SELECT or MULTI_SELECT: {"index":…,"value":…}.
func chosen(v any) (one string, many []string) {
	m, _ := v.(map[string]any)
	switch x := m["value"].(type) {
	case string:
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

// decisionRefused tells the clicker why nothing changed, and has the card redrawn.
func (t *turn) decisionRefused(r *workflow.Refusal, ticket int) (map[string]string, error) {
	switch r.Code {
	case workflow.RefusedDecided, workflow.RefusedStale:
		t.effects = append(t.effects, workflow.RedrawCard{Filing: t.f.ID, Ticket: ticket, Seq: t.f.Seq})
		return t.byNow(ticket)
	case workflow.RefusedReason:
		return t.clickRefused("card_reason")
	case workflow.RefusedOwn:
		return t.clickRefused("card_own")
	case workflow.RefusedRole:
		return t.clickRefused("card_not_yours")
	}
	return t.clickRefused("card_gone")
}

func (t *turn) clickRefused(key string) (map[string]string, error) {
	text, err := t.texts.line(key, nil)
	if err != nil {
		return nil, err
	}
	return map[string]string{"status_text": text}, nil
}

// byNow says who decided on the card that was clicked.
func (t *turn) byNow(ticket int) (map[string]string, error) {
	m, ok := decisionOn(t.f, ticket)
	if !ok {
		text, err := t.texts.line("card_gone", nil)
		return closedCard(text), err
	}
	text, err := t.texts.line("card_by_now", data{"At": stamp(m.At), "By": t.teacher(m.By.ID), "Verb": verbOf(m.Action)})
	return closedCard(text), err
}

// decisionOn finds the decision that closed the card with the ticket: the first one
// after the card went out.
func decisionOn(f *workflow.Filing, ticket int) (workflow.Moment, bool) {
	for _, m := range f.Timeline {
		if m.Seq > ticket && (m.Action == workflow.Approve || m.Action == workflow.Return || m.Action == workflow.Submit) {
			return m, true
		}
	}
	return workflow.Moment{}, false
}

func verbOf(a workflow.Action) string {
	switch a {
	case workflow.Return:
		return "退回"
	case workflow.Submit:
		return "上报"
	}
	return "通过"
}

func (t *turn) doneText(e workflow.Event) (string, error) {
	return t.cardDone(e.At, t.nameOf(e.Actor.ID), e.Action)
}

func (b *Bot) cardDone(at time.Time, name string, a workflow.Action) (string, error) {
	zh := b.texts["zh"]
	return zh.line("card_done", data{"At": stamp(at), "By": zh.p("teacher", name), "Verb": verbOf(a)})
}

// closedCard takes the buttons and the form away.
func closedCard(text string) map[string]string {
	return map[string]string{"status": "done", "status_text": text, "form": ""}
}

// RedrawCard brings every copy of a card up to date.
func (b *Bot) RedrawCard(ctx context.Context, job workflow.RedrawCard) error {
	c, err := b.Records.Case(ctx, job.Filing)
	if errors.Is(err, workflow.ErrNotFound) { // erased with its person's consent
		zh := b.texts["zh"]
		text, err := zh.line("card_gone", nil)
		if err != nil {
			return err
		}
		return b.DingTalk.UpdateCard(ctx, trackID(job.Filing, job.Ticket), closedCard(text))
	}
	if err != nil {
		return err
	}
	if c.Filing.Review.Ticket == job.Ticket {
		return nil // still open
	}
	text, err := b.texts["zh"].line("card_gone", nil)
	if err != nil {
		return err
	}
	if m, ok := decisionOn(c.Filing, job.Ticket); ok {
		receivers, err := b.Ledger.CardReceivers(ctx, trackID(job.Filing, job.Ticket))
		if err != nil {
			return err
		}
		if m.Seq == job.Seq && len(receivers) == 1 && receivers[0] == m.By.ID {
			return nil // the only copy was brought up to date by the answer to the click
		}
		names, err := b.Records.Names(ctx, []string{m.By.ID})
		if err != nil {
			return err
		}
		if text, err = b.cardDone(m.At, said(names[m.By.ID]).String(), m.Action); err != nil {
			return err
		}
	}
	return b.DingTalk.UpdateCard(ctx, trackID(job.Filing, job.Ticket), closedCard(text))
}
