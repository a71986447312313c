package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"example.org/beian/bot/dingtalk"
	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/bot/view"
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
	b.CountPush(ctx)
	it := b.understand(in.Text)
	unlock := b.Lock(in.Sender, in.At)
	defer unlock()
	known, err := b.lookUp(ctx, in.Sender, it)
	if err != nil {
		return fmt.Errorf("message %s: %w", in.ID, err)
	}
	return b.Take(ctx, in, it.filing, func(t *turn.Turn) error {
		v := b.visit(t)
		v.in, v.lookups = it, known
		t.Heard = it.wish == wishYes || it.wish == wishNo || it.wish == wishOK || it.wish == wishSet
		return v.run()
	})
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
		if a := readAway(it.text, b.Today()); a.deputy != "" {
			l.people, err = b.Records.Named(ctx, a.deputy)
		}
	case wishLater, wishSnooze, wishAck, wishDecline, wishResume, wishWhyTold:
		l.reminders, err = b.reminded(ctx, sender)
	case wishFind, wishGrant, wishRevoke, wishColleges, wishNewCollege, wishNameCollege, wishExportList, wishImport, wishDropImport, wishUndoImport:
		l.office, err = b.officeLookups(ctx, sender, it)
	case wishDesk, wishBatch, wishPassBatch:
		l.onDesk, err = b.Cases.Desk(ctx, sender, b.Today(), view.MostOnDesk)
	}
	return l, err
}

// unconfirmed reads the change that waits for a yes, when this could be the yes.
func (b *Bot) unconfirmed(ctx context.Context, person string, it intent) workflow.Values {
	if it.wish != wishYes && it.wish != wishOK && it.wish != wishUnknown && it.wish != wishDate {
		return nil
	}
	return b.Waiting(ctx, person)
}

// visit is a turn with what the bot knows besides the case.
type visit struct {
	*turn.Turn
	*Bot
	in intent
	lookups
}

func (b *Bot) visit(t *turn.Turn) *visit { return &visit{Turn: t, Bot: b} }

// desk is a turn about a case, no message of its own, for the people who handle it.
func (b *Bot) desk(c workflow.Case) *visit { return b.visit(b.Desk(c)) }

// newVisit is a turn about a case in the language of its sender.
func (b *Bot) newVisit(c workflow.Case) *visit { return b.visit(b.Open(c, dingtalk.Incoming{})) }

// understand reads a message in any of the languages.
func (b *Bot) understand(text string) intent {
	plain := strings.ToLower(strings.TrimRight(strings.TrimSpace(text), ".!? "))
	if zh, ok := b.aliases[plain]; ok {
		text = zh
	}
	return understand(text, b.Today())
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

// run answers one message.
func (t *visit) run() error {
	switch {
	case !t.Incoming.Single:
		return t.group()
	case t.Incoming.QuotaUsed:
		return t.Say("quota", text.Data{"Unit": t.Unit()})
	case !t.Case.Known:
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
	case !t.Consented() && !openToAll(t.in.wish):
		return t.welcome()
	case len(t.Incoming.Files) > 0:
		return t.receive()
	case t.Incoming.Text == "" && t.Incoming.Kind != "" && t.Incoming.Kind != "text":
		return t.SayWithNext("kind_"+kind(t.Incoming.Kind), text.Data{})
	}
	if err := t.applicant(); err != nil || t.Incoming.Kind != "audio" {
		return err
	}
	return t.heard()
}

// staff answers what handlers write that is not about one filing.
func (t *visit) staff() (done bool, err error) {
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
	if handles(t.Case.Person) && bareCommand.MatchString(strings.TrimSpace(t.Incoming.Text)) {
		t.in.word = ""
		return true, t.which()
	}
	if t.in.wish == wishUnknown && handles(t.Case.Person) && !t.Consented() && len(t.Incoming.Files) == 0 && t.Incoming.Text != "" && t.faq().find(t.in.text) == nil {
		t.InChinese()
		return true, t.Say("handler_unknown", text.Data{"Said": text.Typed(text.Short(t.Incoming.Text))})
	}
	if len(t.Incoming.Files) > 0 && handles(t.Case.Person) && !t.Consented() { // a handler who files nothing
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
func (t *visit) heard() error {
	line, err := t.Text.Line("heard", text.Data{"Said": text.Typed(text.Short(t.Incoming.Text))})
	if err != nil || t.Reply == nil {
		return err
	}
	t.Reply.Message = t.Reply.Message.Lead(line)
	return nil
}

// group answers general questions only, and never with anything personal.
func (t *visit) group() error {
	if e := t.faq().find(t.in.text); e != nil && t.in.wish == wishUnknown {
		return t.answerFAQ(e)
	}
	return t.Say("group", nil)
}

// stranger is somebody who is not on the roster; general questions need no data.
func (t *visit) stranger() error {
	if e := t.faq().find(t.in.text); e != nil && t.in.wish == wishUnknown {
		return t.answerFAQ(e)
	}
	switch t.in.wish {
	case wishManual:
		return t.manual()
	case wishMenu:
		return t.menu()
	}
	return t.Say("unknown_person", text.Data{"Unit": t.Unit()})
}

// openToAll are the wishes that need no personal data and so no consent (PIPL §16).
func openToAll(w wish) bool {
	return slices.Contains([]wish{wishNotice, wishWhy, wishManual, wishHelp, wishHuman, wishUnknown, wishSeen, wishExport, wishWithdraw, wishWithdrawYes, wishMenu, wishCertificate}, w)
}
