package bot

import (
	"context"
	"crypto/hmac"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"example.org/beian/bot/dingtalk"
	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/bot/view"
	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
	"example.org/beian/workflow/paper"
)

// Click handles a button of a card. It answers from what it knows; the other copies follow
// by a job. The actor is the callback's user, never a parameter.
func (b *Bot) Click(ctx context.Context, click dingtalk.Click) (map[string]string, error) {
	filing, ticket, ok := parseTrack(click.Track)
	if !ok {
		b.Log.Warn("click on an unknown card", "card", click.Track)
		line, err := b.Chinese().Line("card_gone", nil)
		return closedCard(line), err
	}
	b.CountPush(ctx)
	unlock := b.Lock(click.Track, b.Now()) // so that the first decides, and the others find that it did
	defer unlock()
	if answer, err := b.tooLate(ctx, click, filing, ticket); answer != nil || err != nil {
		return answer, err
	}
	var answer map[string]string
	in := workflow.Inbound{Robot: "card:" + b.Robot, Message: click.ID, Person: click.Sender, Filing: filing}
	duplicate, err := b.Kernel.Click(ctx, in, func(t *turn.Turn) error {
		var err error
		answer, err = b.visit(t).clicked(click, ticket)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("click: %w", err)
	}
	if duplicate {
		return b.clickedBefore(ctx, click, filing, ticket)
	}
	return answer, nil
}

// tooLate answers a click on a card that somebody else has decided, without waiting for
// anything to be written. It returns nil for all others.
func (b *Bot) tooLate(ctx context.Context, click dingtalk.Click, filing string, ticket int) (map[string]string, error) {
	if isLook(click) {
		return nil, nil
	}
	c, err := b.Records.CaseFor(ctx, click.Sender, filing)
	if errors.Is(err, workflow.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("click: %w", err)
	}
	t := b.desk(c)
	m, over := ended(c.Filing, ticket)
	if _, _, refusal := t.reviewer(ticket); refusal != "" || !over || m.By.ID == click.Sender || c.Filing.Review.Ticket == ticket {
		return nil, nil
	}
	line, err := t.byNow(ticket)
	return closedCard(line), err
}

// isLook reports whether a click asks to see the materials, which decides nothing.
func isLook(click dingtalk.Click) bool {
	_, isForm := click.Params["form"]
	return click.Params["action"] == "view" && !isForm
}

// clickedBefore answers a click that was delivered again: the answer to it may never have
// arrived. It stores nothing.
func (b *Bot) clickedBefore(ctx context.Context, click dingtalk.Click, filing string, ticket int) (map[string]string, error) {
	c, err := b.Records.CaseFor(ctx, click.Sender, filing)
	if errors.Is(err, workflow.ErrNotFound) {
		line, err := b.Chinese().Line("card_gone", nil)
		return closedCard(line), err
	}
	if err != nil {
		return nil, fmt.Errorf("click: %w", err)
	}
	t := b.desk(c)
	if _, _, refusal := t.reviewer(ticket); refusal != "" {
		return t.clickRefused(refusal)
	}
	if c.Filing.Review.Ticket == ticket { // nothing was decided
		return t.clickRefused("card_again")
	}
	key := "card_by_now"
	if m, over := ended(c.Filing, ticket); over && m.By.ID == click.Sender {
		key = "card_done"
	}
	line, err := t.fate(c, ticket, func(a workflow.Actor) string { return view.Who(t.Turn, a) }, key)
	return closedCard(line), err
}

// clicked carries out a click and returns what the clicker sees at once.
func (t *visit) clicked(click dingtalk.Click, ticket int) (map[string]string, error) {
	actor, step, refusal := t.reviewer(ticket)
	if refusal != "" {
		return t.clickRefused(refusal)
	}
	form, isForm := click.Params["form"].(map[string]any)
	action, _ := click.Params["action"].(string)
	if isLook(click) { // stays possible after the decision
		return t.look(actor, ticket)
	}
	if t.Filing.Review.Ticket != ticket {
		return t.decisionRefused(&workflow.Refusal{Code: workflow.RefusedStale, Rule: "T11"}, ticket)
	}
	cmd := workflow.Command{Action: workflow.Return}
	switch {
	case isForm:
		if cmd.Items, refusal = newReturnForm(t.Filing, t.Policy()).read(form); refusal != "" {
			return t.clickRefused(refusal)
		}
	case action == "approve":
		cmd = decision(step)
	case action == "reassign":
		t.Later(workflow.OfferColleagues{Filing: t.Filing.ID, Ticket: ticket, To: actor.ID})
		return t.clickRefused("card_colleagues")
	case click.Params["form"] == nil: // a button we do not know decides nothing
		return t.clickRefused("card_button")
	default:
		return t.clickRefused("card_reason")
	}
	cmd.Actor, cmd.Ticket = actor, ticket
	err := t.Try(cmd)
	var refused *workflow.Refusal
	if errors.As(err, &refused) {
		return t.decisionRefused(refused, ticket)
	}
	if err != nil {
		return nil, err
	}
	for i, e := range t.Out.Effects {
		if redraw, ok := e.(workflow.RedrawCard); ok {
			redraw.Clicked = actor.ID
			t.Out.Effects[i] = redraw
		}
	}
	line, err := t.doneText(t.Out.Events[len(t.Out.Events)-1])
	if err != nil {
		return nil, err
	}
	return closedCard(line), nil
}

// look has the materials sent to the clicker. A card that is void goes on saying why.
func (t *visit) look(actor workflow.Actor, ticket int) (map[string]string, error) {
	t.Later(workflow.Show{Filing: t.Filing.ID, Viewer: actor.ID})
	answer, err := t.clickRefused("card_view")
	if err != nil || t.Filing.Review.Ticket == ticket {
		return answer, err
	}
	fate, err := t.fate(t.Case, ticket, func(a workflow.Actor) string { return view.Who(t.Turn, a) }, "card_done")
	answer["status_text"] = fate + answer["status_text"]
	return answer, err
}

// decision is what the deciding button of a step does.
func decision(step workflow.ReviewStep) workflow.Command {
	if step.Submits {
		return workflow.Command{Action: workflow.Submit, Attested: true}
	}
	return workflow.Command{Action: workflow.Approve}
}

// anyTicket is that of no step: whoever handles the filing at any step may look at it.
const anyTicket = 0

// reviewer finds as what the sender may act on the open step of the review; otherwise the
// key of the text that says why not. Who had a card that is void now may still learn what
// became of it.
func (t *visit) reviewer(ticket int) (workflow.Actor, workflow.ReviewStep, string) {
	if t.Filing == nil {
		return workflow.Actor{}, workflow.ReviewStep{}, "card_not_yours"
	}
	p, today := t.Case.Person, t.Today()
	if p.ID == t.Filing.Person {
		return workflow.Actor{}, workflow.ReviewStep{}, "card_own"
	}
	step, open := t.Policy().ReviewStep(t.Filing.Review.Step)
	roles := []workflow.Role{workflow.CollegeHandler, workflow.SchoolHandler}
	if open && t.Filing.Review.Ticket == ticket {
		roles = []workflow.Role{step.Role, workflow.SchoolHandler} // the school stands in for a college (Q21)
	}
	for _, r := range roles {
		if a, ok := t.Case.Acting(p, r, today); ok {
			return a, step, ""
		}
	}
	return workflow.Actor{}, step, "card_not_yours"
}

// decisionRefused tells the clicker why nothing changed, and has the card redrawn.
func (t *visit) decisionRefused(r *workflow.Refusal, ticket int) (map[string]string, error) {
	switch r.Code {
	case workflow.RefusedDecided, workflow.RefusedStale:
		t.Later(workflow.RedrawCard{Filing: t.Filing.ID, Ticket: ticket, Seq: t.Filing.Seq})
		line, err := t.byNow(ticket)
		return closedCard(line), err
	}
	return t.clickRefused(refusedKey(r.Code))
}

// refusedKey is the text that says why a decision was refused.
func refusedKey(c workflow.Code) string {
	switch c {
	case workflow.RefusedReason:
		return "card_reason"
	case workflow.RefusedOwn:
		return "card_own"
	case workflow.RefusedRole:
		return "card_not_yours"
	case workflow.RefusedTaken:
		return "card_taken"
	}
	return "card_gone"
}

func (t *visit) clickRefused(key string) (map[string]string, error) {
	line, err := t.Text.Line(key, t.takenBy())
	if err != nil {
		return nil, err
	}
	return map[string]string{"status_text": line}, nil
}

// takenBy names who has the review, for the texts that say it.
func (t *visit) takenBy() text.Data {
	d := text.Data{"By": ""}
	if t.Filing != nil && t.Filing.Review.Assignee != "" {
		d["By"] = view.Teacher(t.Turn, t.Filing.Review.Assignee)
	}
	return d
}

// byNow says what became of the card with the ticket.
func (t *visit) byNow(ticket int) (string, error) {
	return t.fate(t.Case, ticket, func(a workflow.Actor) string { return view.Who(t.Turn, a) }, "card_by_now")
}

// fate says why a card is void: decided, handed to somebody else, or changed under it.
func (b *Bot) fate(c workflow.Case, ticket int, who func(workflow.Actor) string, decided string) (string, error) {
	zh := b.Chinese()
	m, over := ended(c.Filing, ticket)
	if !over {
		return zh.Line("card_gone", nil)
	}
	d := text.Data{"At": view.Stamp(m.At), "By": who(m.By), "Verb": verbOf(m.Action), "To": ""}
	switch m.Action {
	case workflow.Reassign:
		if c.Filing.Review.Assignee != "" {
			d["To"] = who(workflow.Actor{ID: c.Filing.Review.Assignee})
		}
		return zh.Line("card_handed_on", d)
	case workflow.SaveInfo:
		return zh.Line("card_changed", d)
	}
	return zh.Line(decided, d)
}

// ended is the event that made the card with the ticket void; ok is false when it is none
// that a person would know.
func ended(f *workflow.Filing, ticket int) (m workflow.Moment, ok bool) {
	i := slices.IndexFunc(f.Timeline, func(m workflow.Moment) bool {
		return m.Seq > ticket && (view.Decides(m.Action) || m.Action == workflow.Reassign || m.Action == workflow.SaveInfo)
	})
	if i < 0 {
		return m, false
	}
	return f.Timeline[i], true
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

func (t *visit) doneText(e workflow.Event) (string, error) {
	return t.Chinese().Line("card_done", text.Data{"At": view.Stamp(e.At), "By": view.Who(t.Turn, e.Actor), "Verb": verbOf(e.Action)})
}

// closedCard takes the buttons and the form away.
func closedCard(text string) map[string]string {
	return map[string]string{"status": "done", "status_text": text, "form": ""}
}

// RedrawCard brings every copy of a card up to date. Where the clicker's is the only one, the answer
// to the click has done so; were that lost, the next click has it redrawn. When it has been tried
// often enough, the people who have one are told instead: no button stays that seems to work.
func (b *Bot) RedrawCard(ctx context.Context, job workflow.RedrawCard, last bool) error {
	line, about, decidedBy, err := b.redrawn(ctx, job)
	if err != nil || line == "" {
		return err
	}
	receivers, err := b.Ledger.CardReceivers(ctx, job.Filing, job.Ticket)
	if err != nil {
		return err
	}
	if len(receivers) == 1 && receivers[0] == job.Clicked {
		return nil // the answer has redrawn the only copy; were it lost, the next click redraws it
	}
	if b.Template == "" {
		return b.tellInstead(ctx, receivers, decidedBy, about, line)
	}
	err = b.DingTalk.UpdateCard(ctx, trackID(job.Filing, job.Ticket), closedCard(line))
	if err == nil || !turn.Final(err, last) {
		return err
	}
	b.Log.Warn("card not redrawn, telling its receivers", "filing", job.Filing, "ticket", job.Ticket, "err", err)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second) // the job's own time may be over
	defer cancel()
	return b.tellInstead(ctx, receivers, decidedBy, about, line)
}

// redrawn is what a void card says now, "" while it is still open; about is whose filing it is,
// by is who decided.
func (b *Bot) redrawn(ctx context.Context, job workflow.RedrawCard) (line, about, by string, err error) {
	c, err := b.Records.Case(ctx, job.Filing)
	if errors.Is(err, workflow.ErrNotFound) { // erased with its person's consent
		line, err = b.Chinese().Line("card_gone", nil)
		return line, "", "", err
	}
	if err != nil || c.Filing.Review.Ticket == job.Ticket {
		return "", "", "", err
	}
	var ids []string
	for _, m := range c.Filing.Timeline {
		ids = append(ids, m.By.ID, m.By.For)
		if m.Seq == job.Seq && view.Decides(m.Action) {
			by = m.By.ID
		}
	}
	names, err := b.Records.Names(ctx, append(ids, c.Filing.Review.Assignee))
	if err != nil {
		return "", "", "", err
	}
	zh := b.Chinese()
	line, err = b.fate(c, job.Ticket, func(a workflow.Actor) string {
		s := zh.Phrase("teacher", text.Typed(names[a.ID]).String())
		if a.For != "" {
			s += zh.Phrase("for", text.Typed(names[a.For]).String())
		}
		return s
	}, "card_done")
	return line, text.Typed(c.Applicant.Name).String(), by, err
}

// tellInstead says in a message what a card cannot show. Who decided knows.
func (b *Bot) tellInstead(ctx context.Context, receivers []string, but, about, line string) error {
	receivers = slices.DeleteFunc(slices.Clone(receivers), func(id string) bool { return id == but })
	if len(receivers) == 0 {
		return nil
	}
	m, err := b.Chinese().Message("card_told", text.Data{"Name": about, "Text": line})
	if err != nil {
		return err
	}
	return b.DingTalk.Send(ctx, receivers, turn.Wire(m))
}

// code is what a button of a message carries: good for one person, one decision, and the
// state of the filing that they saw. It changes with every step of the review, so each is
// good once.
func (b *Bot) code(f *workflow.Filing, person, verb string) (string, error) {
	return b.ShortCode(fmt.Sprintf("decision:%s:%d:%s:%s", f.ID, f.Review.Ticket, person, verb))
}

// coded checks the code of a message in constant time. What is only asked back needs none:
// a question decides nothing.
func (t *visit) coded() (bool, error) {
	verb := map[wish]string{wishApprove: "通过", wishApproveYes: "通过!", wishReturn: "退回", wishReturnYes: "退回!", wishReassign: "转交"}[t.in.wish]
	if t.in.code == "" && (t.in.wish == wishApprove || t.in.wish == wishReturn || t.in.wish == wishReassign && t.in.text == "") {
		var err error
		t.in.code, err = t.code(t.Filing, t.Case.Person.ID, verb)
		return true, err
	}
	want, err := t.code(t.Filing, t.Case.Person.ID, verb)
	return hmac.Equal([]byte(want), []byte(strings.ToUpper(t.in.code))), err
}

// review answers what handlers write about a filing that waits for a decision.
func (t *visit) review() error {
	t.InChinese()
	actor, step, refusal := t.reviewer(t.ticket())
	if handler, _, no := t.reviewer(anyTicket); refusal == "card_not_yours" && no == "" { // of another step than the open one
		if t.in.wish != wishView {
			return t.sayGone()
		}
		actor, refusal = handler, ""
	}
	switch {
	case refusal == "card_own":
		return t.Say("own_filing", nil)
	case refusal != "":
		return t.Say("not_yours", nil)
	case t.in.wish == wishView:
		t.Later(workflow.Show{Filing: t.Filing.ID, Viewer: actor.ID})
		return t.Say("view_comes", view.Base(t.Turn, t.Case, t.Filing))
	case t.Filing.State != workflow.Prereview:
		return t.sayGone()
	case t.in.wish == wishOpen:
		return t.showCard("")
	case t.in.wish == wishRelease:
		return t.release(actor)
	}
	ok, err := t.coded()
	if err != nil {
		return err
	}
	if !ok {
		return t.showCard("card_stale")
	}
	switch t.in.wish {
	case wishApprove:
		return t.askDecision(step)
	case wishApproveYes:
		return t.decided(actor, decision(step))
	case wishReassign:
		return t.reassign(actor)
	}
	return t.sendBack(actor)
}

// ticket is what the filing waits for now.
func (t *visit) ticket() int {
	if t.Filing == nil {
		return 0
	}
	return t.Filing.Review.Ticket
}

// sayGone says what became of a filing that no longer waits: the last decision since it was
// handed in, or what took it back.
func (t *visit) sayGone() error {
	ticket := 0
	for _, m := range t.Filing.Timeline {
		if m.Action == workflow.HandIn {
			ticket = m.Seq
		} else if view.Decides(m.Action) {
			ticket = m.Seq - 1
		}
	}
	if ticket == 0 {
		return t.Say("review_not_yet", view.Base(t.Turn, t.Case, t.Filing))
	}
	line, err := t.byNow(ticket)
	if err != nil {
		return err
	}
	return t.Say("card_told", text.Data{"Name": text.Typed(t.Case.Applicant.Name), "Text": line})
}

// showCard answers with the card as it is now.
func (t *visit) showCard(why string) error {
	v, err := t.view(t.Case)
	if err != nil {
		return err
	}
	m, err := t.message(v, t.Filing, t.Case.Person.ID)
	if err != nil {
		return err
	}
	if why != "" {
		line, err := t.Text.Line(why, nil)
		if err != nil {
			return err
		}
		m = m.Lead(line)
	}
	t.Reply = &turn.Reply{Message: m}
	t.Disclose(t.Case.Applicant.ID, workflow.ShownCard)
	return nil
}

// askDecision asks back once what a tap on a link would do.
func (t *visit) askDecision(step workflow.ReviewStep) error {
	code, err := t.code(t.Filing, t.Case.Person.ID, "通过!")
	if err != nil {
		return err
	}
	d := view.Base(t.Turn, t.Case, t.Filing)
	d["Verb"], d["Code"], d["Eyes"], d["Attest"] = step.Verb, code, eyes(t.Filing), step.Submits
	return t.Say("decide_ask", d)
}

// decided carries a decision out and confirms it.
func (t *visit) decided(actor workflow.Actor, cmd workflow.Command) error {
	cmd.Actor, cmd.Ticket = actor, t.Filing.Review.Ticket
	err := t.Try(cmd)
	var refused *workflow.Refusal
	if errors.As(err, &refused) {
		return t.Say(refusedKey(refused.Code), t.takenBy())
	}
	if err != nil {
		return err
	}
	d := view.Base(t.Turn, t.Case, t.Filing)
	if d["Text"], err = t.doneText(t.Out.Events[len(t.Out.Events)-1]); err != nil {
		return err
	}
	return t.Say("decide_done", d)
}

// sendBack asks for what is missing of a return: what, why, and whether that is all.
func (t *visit) sendBack(actor workflow.Actor) error {
	r := readSpokenReturn(t.in.text, t.Filing, t.Policy())
	if t.in.wish == wishReturnYes && len(r.items) > 0 && r.unread == "" && !r.open {
		return t.decided(actor, workflow.Command{Action: workflow.Return, Items: r.items})
	}
	begin := "退回 " + t.Filing.ID + " " + t.in.code + " "
	if len(r.items) > 0 {
		begin += t.spokenAs(r.items) + ";"
	}
	d := view.Base(t.Turn, t.Case, t.Filing)
	d["Begin"], d["Unread"] = begin, text.Typed(text.Short(r.unread))
	var choices []text.Choice
	switch {
	case r.open:
		d["Item"] = t.itemName(r.item)
		for _, reason := range likely(r.item, t.Policy()) {
			choices = append(choices, text.Choice{plainReason(reason), begin + t.itemName(r.item) + " " + plainReason(reason)})
		}
		d["Choices"] = choices
		return t.Say("return_why", d)
	case len(r.items) == 0 || r.more || r.unread != "":
		for _, o := range newReturnForm(t.Filing, t.Policy()).items {
			it, _ := readItem(o.Value)
			if len(choices) < 5 && !slices.ContainsFunc(r.items, func(x workflow.ReturnItem) bool { return x.Slot == it.Slot && x.Field == it.Field }) {
				choices = append(choices, text.Choice{t.itemName(it), begin + t.itemName(it)})
			}
		}
		d["Choices"] = choices
		return t.Say("return_which", d)
	}
	code, err := t.code(t.Filing, t.Case.Person.ID, "退回!")
	if err != nil {
		return err
	}
	lines := make([]string, len(r.items))
	for i, it := range r.items {
		lines[i] = view.ItemLine(t.Turn, it)
	}
	d["Items"], d["Yes"], d["More"] = lines, "确认退回 "+t.Filing.ID+" "+code+" "+t.spokenAs(r.items), begin
	return t.Say("return_ask", d)
}

// colleagues are those to whom a review may be handed.
func (t *visit) colleagues() []workflow.Person {
	var out []workflow.Person
	for _, p := range append(slices.Clone(t.Case.College.Handlers), t.Case.School...) {
		_, away := p.AwayOn(t.Today())
		if p.ID != t.Filing.Person && p.ID != t.Case.Person.ID && p.ID != t.Filing.Review.Assignee && !away &&
			!slices.ContainsFunc(out, func(x workflow.Person) bool { return x.ID == p.ID }) {
			out = append(out, p)
		}
	}
	return out
}

// reassign hands the review to somebody else (转交, T11).
func (t *visit) reassign(actor workflow.Actor) error {
	d := view.Base(t.Turn, t.Case, t.Filing)
	people := t.colleagues()
	d["Choices"] = t.colleagueChoices(people)
	if t.in.text == "" || len(people) == 0 {
		return t.Say("reassign_whom", d)
	}
	var named []workflow.Person
	for _, p := range people {
		if p.Name == t.in.text || p.ID == t.in.text {
			named = append(named, p)
		}
	}
	switch len(named) {
	case 0:
		return t.Say("reassign_unknown", d)
	case 1:
	default: // namesakes are told apart by their userId
		d["Choices"] = t.colleagueChoices(named)
		return t.Say("reassign_whom", d)
	}
	err := t.Try(workflow.Command{Action: workflow.Reassign, Actor: actor, Assignee: named[0].ID, Ticket: t.Filing.Review.Ticket})
	var refused *workflow.Refusal
	if errors.As(err, &refused) {
		return t.Say(refusedKey(refused.Code), t.takenBy())
	}
	if err != nil {
		return err
	}
	d["To"] = t.Text.Phrase("teacher", text.Typed(named[0].Name).String())
	return t.Say("reassigned", d)
}

func (t *visit) colleagueChoices(people []workflow.Person) []text.Choice {
	choices := []text.Choice{}
	for _, p := range people[:min(len(people), 5)] {
		label, name := p.Name, p.Name
		if slices.ContainsFunc(people, func(x workflow.Person) bool { return x.ID != p.ID && x.Name == p.Name }) {
			label, name = p.Name+" "+p.ID, p.ID
		}
		choices = append(choices, text.Choice{label, "转交 " + t.Filing.ID + " " + t.in.code + " " + name})
	}
	return choices
}

// release gives a review back to all who may decide (收回).
func (t *visit) release(actor workflow.Actor) error {
	err := t.Try(workflow.Command{Action: workflow.Release, Actor: actor})
	var refused *workflow.Refusal
	if errors.As(err, &refused) {
		return t.Say("release_not", view.Base(t.Turn, t.Case, t.Filing))
	}
	if err != nil {
		return err
	}
	return t.Say("released", view.Base(t.Turn, t.Case, t.Filing))
}

// OfferColleagues sends a handler who tapped 转交 the people to choose from.
func (b *Bot) OfferColleagues(ctx context.Context, job workflow.OfferColleagues) error {
	c, err := b.Records.CaseFor(ctx, job.To, job.Filing)
	if errors.Is(err, workflow.ErrNotFound) {
		return nil
	}
	if err != nil || c.Filing.Review.Ticket != job.Ticket {
		return err
	}
	t := b.desk(c)
	if t.in.code, err = b.code(c.Filing, job.To, "转交"); err != nil {
		return err
	}
	d := view.Base(t.Turn, c, c.Filing)
	d["Choices"] = t.colleagueChoices(t.colleagues())
	m, err := t.Text.Message("reassign_whom", d)
	if err != nil {
		return err
	}
	return b.DingTalk.Send(ctx, []string{job.To}, turn.Wire(m))
}

// Show sends a handler a copy of the materials with their name across it, and notes it.
func (b *Bot) Show(ctx context.Context, job workflow.Show) error {
	c, err := b.Records.CaseFor(ctx, job.Viewer, job.Filing)
	if errors.Is(err, workflow.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	t := b.desk(c)
	if _, _, refusal := t.reviewer(anyTicket); refusal != "" {
		return nil // no longer a handler of this filing
	}
	docs, err := t.documents(ctx)
	if err != nil {
		return err
	}
	d := view.Base(t.Turn, c, c.Filing)
	if len(docs) == 0 {
		return b.Write(ctx, []string{job.Viewer}, "view_nothing", d)
	}
	now := b.Now()
	pdf, err := b.Papers.Copy(ctx, docs, fmt.Sprintf("%s %s 查看", c.Person.Name, now.In(calendar.Zone()).Format("2006-01-02 15:04")), now)
	if err != nil {
		return err
	}
	if len(pdf) > dingtalk.MaxFile {
		return b.Write(ctx, []string{job.Viewer}, "view_large", d)
	}
	if err := b.Ledger.Shown(ctx, c.Applicant.ID, []string{job.Viewer}, workflow.ShownMaterials, now); err != nil {
		return err
	}
	name := "材料-" + c.Applicant.Name + ".pdf"
	media, err := b.DingTalk.Upload(ctx, name, pdf)
	if err != nil {
		return err
	}
	return b.DingTalk.SendFile(ctx, []string{job.Viewer}, media, name, "pdf")
}

// documents are the materials of a filing for somebody to look at: what has changed since
// the last return first, then the rest, then the photo of the notice.
func (t *visit) documents(ctx context.Context) ([]paper.Shown, error) {
	_, changed, _ := t.Filing.Since(t.Policy())
	var first, rest []paper.Shown
	for _, s := range workflow.Slots() {
		m := t.Filing.Materials[s.Slot]
		if m.File == nil {
			continue
		}
		data, err := t.Files.Get(ctx, m.File.ID)
		if err != nil {
			return nil, err
		}
		d := paper.Shown{Title: fmt.Sprintf("第 %d 项 %s", s.Slot, s.Label), Data: data}
		if slices.Contains(changed, s.Slot) {
			first = append(first, d)
		} else {
			rest = append(rest, d)
		}
	}
	if t.Filing.Notice.Photo != "" {
		data, err := t.Files.Get(ctx, t.Filing.Notice.Photo)
		if err != nil {
			return nil, err
		}
		rest = append(rest, paper.Shown{Title: "公示照片", Data: data})
	}
	return append(first, rest...), nil
}

// tell sends somebody a text of the catalogue.
