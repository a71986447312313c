package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"example.org/beian/bot/dingtalk"
	"example.org/beian/bot/text"
	"example.org/beian/workflow"
)

// Message handles one message: a short transaction, then the reply beside the
// acknowledgement. A message delivered again changes nothing and is answered only
// if its reply never left.
func (b *Bot) Message(ctx context.Context, in dingtalk.Incoming) error {
	if in.Sender == "" { // outside the organisation: nobody we could know
		b.Log.Warn("message without a sender", "message", in.ID)
		return nil
	}
	b.countPush(ctx)
	it := b.understand(in.Text)
	inbound := workflow.Inbound{Robot: in.Robot, Message: in.ID, Person: in.Sender, Filing: it.filing}
	unlock := b.turns.lock(in.Sender, in.At)
	defer unlock()
	known, err := b.lookUp(ctx, in.Sender, it)
	if err != nil {
		return fmt.Errorf("message %s: %w", in.ID, err)
	}
	var ask workflow.Values
	receipt, err := b.Turns.Turn(ctx, inbound, b.Now(), func(c workflow.Case) (workflow.Outcome, error) {
		t := b.newTurn(c, it, in)
		t.lookups = known
		if err := t.run(); err != nil {
			return workflow.Outcome{}, err
		}
		ask = t.ask
		return t.outcome()
	})
	if err != nil {
		return fmt.Errorf("message %s: %w", in.ID, err)
	}
	if !receipt.Duplicate {
		b.remember(ctx, in.Sender, it, ask)
	}
	if receipt.Reply != nil {
		b.sender.send(ctx, workflow.Pending{Robot: in.Robot, Message: in.ID, Person: in.Sender, Reply: receipt.Reply})
	}
	return nil
}

// lookups are what a message needs besides the case; they are read before the turn.
type lookups struct {
	pending  workflow.Values     // waits for a yes, and this could be the yes
	stored   workflow.StoredFile // named by the message
	asked    workflow.Question   // named by the message
	accesses []workflow.Access   // of the sender's data
	log      []workflow.Event    // of the named filing, for a correction
	people   []workflow.Person   // with the name that was said
	onDesk   []workflow.Case     // what a handler may have to do with
	office   officeLookups       // what HR asked about

	reminders reminded // of the sender
}

func (b *Bot) lookUp(ctx context.Context, sender string, it intent) (lookups, error) {
	l := lookups{pending: b.unconfirmed(ctx, sender, it)}
	var err error
	switch it.wish {
	case wishPlace, wishReplace, wishNextPage, wishSwap, wishPhoto:
		l.stored, err = b.storedFile(ctx, sender, it)
	case wishReply:
		l.asked, err = b.askedQuestion(ctx, it)
	case wishSeen:
		l.accesses, err = b.Ledger.Accesses(ctx, sender, mostAccesses)
	case wishCorrect: // looked at only after the sender's role is known
		l.log, err = b.Records.Events(ctx, it.filing)
	case wishAway:
		if a := readAway(it.text, b.today()); a.deputy != "" {
			l.people, err = b.Records.Named(ctx, a.deputy)
		}
	case wishLater, wishSnooze, wishAck, wishDecline, wishResume, wishWhyTold:
		l.reminders, err = b.reminded(ctx, sender)
	case wishFind, wishGrant, wishRevoke, wishColleges, wishNewCollege, wishNameCollege, wishExportList, wishImport, wishDropImport, wishUndoImport:
		l.office, err = b.officeLookups(ctx, sender, it)
	case wishDesk, wishBatch, wishPassBatch:
		l.onDesk, err = b.Desk.Desk(ctx, sender, b.today(), mostOnDesk)
	}
	return l, err
}

// understand reads a message in any of the languages.
func (b *Bot) understand(text string) intent {
	plain := strings.ToLower(strings.TrimRight(strings.TrimSpace(text), ".!? "))
	if zh, ok := b.aliases[plain]; ok {
		text = zh
	}
	return understand(text, b.today())
}

// askedQuestion finds the question that an answer names; one that is not there is
// refused later, like one that is not the sender's to answer.
func (b *Bot) askedQuestion(ctx context.Context, it intent) (workflow.Question, error) {
	q, err := b.Records.Question(ctx, it.question)
	if errors.Is(err, workflow.ErrNotFound) {
		return workflow.Question{}, nil
	}
	return q, err
}

// storedFile finds the file that a message names; one that is not the sender's own
// does not exist for them.
func (b *Bot) storedFile(ctx context.Context, person string, it intent) (workflow.StoredFile, error) {
	f, err := b.Uploads.File(ctx, person, it.file)
	if errors.Is(err, workflow.ErrNotFound) {
		return workflow.StoredFile{}, nil
	}
	return f, err
}

// unconfirmed reads the change that waits for a yes, when this could be the yes. Redis
// holds nothing that matters: without it the person is asked again.
func (b *Bot) unconfirmed(ctx context.Context, person string, it intent) workflow.Values {
	if it.wish != wishYes && it.wish != wishOK && it.wish != wishUnknown && it.wish != wishDate {
		return nil
	}
	v, err := b.Sessions.Pending(ctx, person)
	if err != nil {
		b.Log.Warn("session not read", "err", err)
	}
	return v
}

// remember keeps a change that now waits for a yes, or forgets an answered one.
func (b *Bot) remember(ctx context.Context, person string, it intent, ask workflow.Values) {
	var err error
	switch {
	case ask != nil:
		err = b.Sessions.SetPending(ctx, person, ask)
	case it.wish == wishYes || it.wish == wishNo || it.wish == wishOK || it.wish == wishSet:
		err = b.Sessions.ClearPending(ctx, person)
	}
	if err != nil {
		b.Log.Warn("session not written", "err", err)
	}
}

// turn is the work on one message: it collects events, effects and what to say.
type turn struct {
	*Bot
	c   workflow.Case
	in  intent
	msg dingtalk.Incoming
	lookups
	rules workflow.Rulebook
	texts *text.Catalogue // of whoever is written to
	lang  string          // chosen by this message

	f         *workflow.Filing
	events    []workflow.Event
	effects   []workflow.Effect
	consent   string
	renewed   *workflow.Certificate
	revived   string             // certificate that is current again
	question  *workflow.Question // asked by this one
	answered  *workflow.Question
	shown     []workflow.View     // what this turn shows the sender about others
	absence   *workflow.Absence   // noted by this message
	back      string              // absence taken back by it
	attention *workflow.Attention // to reminders, as it is now
	owned     string              // a file that belongs to the filing now
	withdrawn bool
	separate  []string // consents given apart
	file      *workflow.StoredFile
	roster    *workflow.RosterChange // made by this message
	reply     *reply
	ask       workflow.Values // to be confirmed by the next message
}

func (b *Bot) newTurn(c workflow.Case, it intent, in dingtalk.Incoming) *turn {
	return &turn{Bot: b, c: c, in: it, msg: in, rules: b.Rules(), texts: b.speak(c.Person), f: c.Filing}
}

// deskTurn is a turn about a case, no message of its own, for the people who handle it: they
// work in Chinese, as the form does.
func (b *Bot) deskTurn(c workflow.Case) *turn {
	t := b.newTurn(c, intent{}, dingtalk.Incoming{})
	t.texts = b.texts["zh"]
	return t
}

// policy is what the filing is decided under.
func (t *turn) policy() workflow.Policy { return t.rules.For(t.f) }

// consented reports whether the person has agreed to the notice in force.
func (t *turn) consented() bool { return t.consent != "" || t.c.Consent == t.rules.Current.Consent }

// run answers one message.
func (t *turn) run() error {
	switch {
	case !t.msg.Single:
		return t.group()
	case t.msg.QuotaUsed:
		return t.say("quota", text.Data{"Unit": t.School})
	case !t.c.Known:
		return t.stranger()
	case t.in.wish == wishReply:
		return t.answerHuman()
	case t.in.filing != "":
		return t.handler()
	}
	if done, err := t.staff(); done || err != nil {
		return err
	}
	if t.in.wish == wishEnglish || t.in.wish == wishChinese {
		return t.chooseLanguage()
	}
	if err := t.settle(); err != nil {
		return err
	}
	switch t.in.wish {
	case wishLater, wishSnooze, wishAck, wishDecline, wishResume, wishWhyTold: // reminders come to everybody on the roster
		return t.aboutReminders()
	}
	switch {
	case !t.consented() && !openToAll(t.in.wish):
		return t.welcome()
	case len(t.msg.Files) > 0:
		return t.receive()
	case t.msg.Text == "" && t.msg.Kind != "" && t.msg.Kind != "text":
		return t.withNext("kind_"+kind(t.msg.Kind), text.Data{})
	}
	if err := t.applicant(); err != nil || t.msg.Kind != "audio" {
		return err
	}
	return t.heard()
}

// staff answers what handlers write that is not about one filing.
func (t *turn) staff() (done bool, err error) {
	switch t.in.wish {
	case wishAway:
		return true, t.away()
	case wishBackAtWork:
		return true, t.backAtWork()
	case wishDesk:
		return true, t.desk()
	case wishBatch:
		return true, t.batch()
	case wishPassBatch:
		return true, t.passBatch()
	case wishSealPack:
		return true, t.sealPack()
	case wishStatistics:
		return true, t.statistics()
	}
	if done, err := t.hr(); done || err != nil {
		return true, err
	}
	if handles(t.c.Person) && bareCommand.MatchString(strings.TrimSpace(t.msg.Text)) {
		t.in.word = ""
		return true, t.which()
	}
	if t.in.wish == wishUnknown && handles(t.c.Person) && !t.consented() && len(t.msg.Files) == 0 && t.msg.Text != "" && t.faq().find(t.in.text) == nil {
		t.texts = t.Bot.texts["zh"]
		return true, t.say("handler_unknown", text.Data{"Said": text.Typed(short(t.msg.Text))})
	}
	if len(t.msg.Files) > 0 && handles(t.c.Person) && !t.consented() { // a handler who files nothing
		return true, t.receive()
	}
	return false, nil
}

// kind is what a message without words is called in the catalogue.
func kind(k string) string {
	if k == "audio" {
		return k
	}
	return "other" // a video, a forwarded card, a sticker
}

// heard says first what DingTalk understood of a voice message.
func (t *turn) heard() error {
	line, err := t.texts.Line("heard", text.Data{"Said": text.Typed(short(t.msg.Text))})
	if err != nil || t.reply == nil {
		return err
	}
	t.reply.Message = t.reply.Message.Lead(line)
	return nil
}

// group answers general questions only, and never with anything personal.
func (t *turn) group() error {
	if e := t.faq().find(t.in.text); e != nil && t.in.wish == wishUnknown {
		return t.answerFAQ(e)
	}
	return t.say("group", nil)
}

// stranger is somebody who is not on the roster; general questions need no data.
func (t *turn) stranger() error {
	if e := t.faq().find(t.in.text); e != nil && t.in.wish == wishUnknown {
		return t.answerFAQ(e)
	}
	switch t.in.wish {
	case wishManual:
		return t.manual()
	case wishMenu:
		return t.menu()
	}
	return t.say("unknown_person", text.Data{"Unit": t.School})
}

// openToAll are the wishes that need no personal data and so no consent (PIPL §16).
func openToAll(w wish) bool {
	return slices.Contains([]wish{wishNotice, wishWhy, wishManual, wishHelp, wishHuman, wishUnknown, wishSeen, wishExport, wishWithdraw, wishWithdrawYes, wishMenu, wishCertificate}, w)
}

// apply asks for one thing to happen. A refusal is turned into a reply and
// reported as done=false; other errors roll the turn back.
func (t *turn) apply(cmd workflow.Command) (done bool, err error) {
	if cmd.Actor == (workflow.Actor{}) {
		cmd.Actor = workflow.Actor{ID: t.c.Person.ID, Role: workflow.Applicant}
	}
	err = t.try(cmd)
	var refusal *workflow.Refusal
	if errors.As(err, &refusal) {
		return false, t.refused(refusal)
	}
	return err == nil, err
}

// try is apply without the reply.
func (t *turn) try(cmd workflow.Command) error {
	var f workflow.Filing
	if t.f != nil {
		f = *t.f
	}
	next, ev, err := workflow.Apply(f, cmd, t.policy(), t.Now())
	if err != nil {
		return err
	}
	t.f = &next
	t.events = append(t.events, ev)
	t.effects = append(t.effects, workflow.Effects(t.c, &next, ev)...)
	return nil
}

// separateConsents are recorded with the version of the notice they belong to.
func (t *turn) separateConsents() []string {
	out := make([]string, len(t.separate))
	for i, c := range t.separate {
		out[i] = t.rules.Current.Consent + "/" + c
	}
	return out
}

// outcome is what the transaction stores.
func (t *turn) outcome() (workflow.Outcome, error) {
	out := workflow.Outcome{Filing: t.f, Events: t.events, Effects: t.effects, Consent: t.consent, Renewed: t.renewed, Lang: t.lang, Withdrawn: t.withdrawn, Separate: t.separateConsents(), Reinstated: t.revived, File: t.file, Adopted: t.owned, Question: t.question, Answered: t.answered, Absence: t.absence, Back: t.back, Attention: t.attention, Roster: t.roster, Views: t.shown}
	if t.reply == nil {
		return out, nil
	}
	var err error
	stored := storedReply{Webhook: t.msg.Webhook, Message: wire(t.reply.Message), Sheets: t.reply.Sheets}
	if out.Reply, err = json.Marshal(stored); err != nil {
		return out, fmt.Errorf("encode reply: %w", err)
	}
	return out, nil
}

// say sets the reply to a text of the catalogue. A reply set before stays in front.
func (t *turn) say(key string, d text.Data) error {
	m, err := t.texts.Message(key, d)
	if err != nil {
		return err
	}
	if t.reply == nil {
		t.reply = &reply{Message: m}
		return nil
	}
	t.reply.Message = t.reply.Message.Then(m)
	return nil
}

// sayNext says where the person is and what is next; it follows what was said.
func (t *turn) sayNext() error {
	key, d, err := t.stepText()
	if err != nil {
		return err
	}
	return t.say(key, d)
}

// refused turns a refusal into a sentence and a next step.
func (t *turn) refused(r *workflow.Refusal) error {
	d := text.Data{"Where": t.where(), "Date": r.Date.String(), "Provisional": ""}
	if t.f != nil {
		d["Provisional"] = provisional(t.texts, t.f.Notice)
	}
	switch r.Code {
	case workflow.RefusedEarly:
		return t.say("refused_early", d)
	case workflow.RefusedFrozen:
		return t.say("refused_frozen", d)
	case workflow.RefusedNotice:
		return t.say("refused_notice", d)
	case workflow.RefusedIdentity:
		return t.say("refused_identity", d)
	case workflow.RefusedCategory:
		return t.say("refused_category", d)
	case workflow.RefusedSame:
		return t.withNext("nothing_to_change", text.Data{})
	case workflow.RefusedTaken:
		return t.say("refused_taken", d)
	case workflow.RefusedOrder:
		return t.say("refused_order", d)
	case workflow.RefusedLocked:
		return t.withNext("refused_locked", text.Data{"Items": t.scope()})
	case workflow.RefusedMissing, workflow.RefusedUnanswered:
		var missing []string
		for _, f := range r.Fields {
			missing = append(missing, t.texts.Field(f))
		}
		for _, s := range r.Slots {
			missing = append(missing, t.texts.Slot(s))
		}
		d["Missing"] = missing
		return t.say("refused_missing", d)
	}
	next, err := t.nextLine()
	if err != nil {
		return err
	}
	d["Next"] = next
	return t.say("refused_state", d)
}

// scope names what the last return opened.
func (t *turn) scope() []string {
	out := make([]string, len(t.f.Review.Scope))
	for i, it := range t.f.Review.Scope {
		switch fd, ok := workflow.FieldOf(it.Field); {
		case ok:
			out[i] = t.texts.Field(fd)
		default:
			out[i] = t.texts.Slot(it.Slot)
		}
	}
	return out
}
