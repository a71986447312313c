// Package bot joins the rooms of the conversation: it knows all of them and they do not know each
// other. It finds out which of their commands a message means, who answers it ([Bot.Message]), and hands
// each room what it needs of the others ([New]).
package bot

import (
	"slices"

	"example.org/beian/bot/applicant"
	"example.org/beian/bot/command"
	"example.org/beian/bot/dingtalk"
	"example.org/beian/bot/faq"
	"example.org/beian/bot/hr"
	"example.org/beian/bot/outbox"
	"example.org/beian/bot/review"
	"example.org/beian/bot/scan"
	"example.org/beian/bot/turn"
	"example.org/beian/bot/view"
)

// Store is what the rooms read and note besides their turns, each through small interfaces of its own.
type Store interface {
	applicant.Records
	applicant.Reminders
	applicant.Ledger
	applicant.Uploads
	faq.Records
	hr.People
	hr.Registry
	hr.Search
	hr.Trail
	hr.Checked
	hr.Writer
	hr.Counts
	outbox.Records
	outbox.Desk
	review.Cases
	review.People
	review.Cards
	scan.Filings
	scan.Uploads
}

// Papers prints, reads and copies documents.
type Papers interface {
	review.Papers
	scan.Papers
	// Missing are the characters of a text that no font has.
	Missing(text string) []rune
}

// Files keeps uploaded documents.
type Files interface {
	applicant.Files
	scan.Files
}

// DingTalk is what the rooms ask of it besides the kernel.
type DingTalk interface {
	turn.Chat
	review.CardChat
	outbox.Post
	hr.Files
}

// Deps is everything the bot works with.
type Deps struct {
	turn.Deps
	Records  Store
	Files    Files
	Malware  scan.Malware // nil where no scanner is configured
	Papers   Papers
	Charts   hr.Charts
	DingTalk DingTalk
	Template string // id of the card template; without one, cards are messages with buttons
}

// Bot answers. It implements [dingtalk.Handler] and is safe for concurrent use.
type Bot struct {
	*turn.Kernel
	Applicant *applicant.Room
	Questions *faq.Room
	Review    *review.Room
	Scan      *scan.Room
	HR        *hr.Room
	Outbox    *outbox.Room

	commands []turn.Command
	named    map[string]turn.Command
	list     *command.List
}

var _ dingtalk.Handler = (*Bot)(nil)

// New returns a bot. [turn.Kernel.Run] must be running for replies to leave that a fault held up.
func New(d Deps) (*Bot, error) {
	d.Guide = view.Guide{}
	k, err := turn.New(d.Deps)
	if err != nil {
		return nil, err
	}
	b := &Bot{Kernel: k}
	if b.Questions, err = faq.New(k, d.Records); err != nil {
		return nil, err
	}
	b.Applicant = applicant.New(k, applicant.Deps{
		Records: d.Records, Reminders: d.Records, Ledger: d.Records, Uploads: d.Records, Files: d.Files,
		Unprintable:  d.Papers.Missing,
		HelloHandler: func(t *turn.Turn) error { return b.Review.Hello(t) },
	})
	b.Review = review.New(k, review.Deps{
		Cases: d.Records, People: d.Records, Cards: d.Records, Papers: d.Papers, CardChat: d.DingTalk, Template: d.Template,
		Upload: d.Records.File, Document: d.Files.Get, Report: b.Applicant.Report,
	})
	b.Scan = scan.New(k, scan.Deps{
		Filings: d.Records, Uploads: d.Records, Files: d.Files, Papers: d.Papers, Malware: d.Malware,
		Download: d.DingTalk.Download, Photo: specOf(b.Review.Commands(), "notice_photo"),
	})
	b.HR = hr.New(k, hr.Deps{
		People: d.Records, Registry: d.Records, Search: d.Records, Trail: d.Records, Checked: d.Records, Writer: d.Records,
		Counts: d.Records, Files: d.DingTalk, Malware: d.Malware, Charts: d.Charts, Renew: b.Applicant.Renew,
	})
	b.Outbox = outbox.New(k, outbox.Deps{Records: d.Records, Desk: d.Records, Post: d.DingTalk, Picture: b.HR.Overview})
	return b, b.join()
}

// specOf is how the command of that name is said.
func specOf(list []turn.Command, name string) command.Spec {
	i := slices.IndexFunc(list, func(c turn.Command) bool { return c.Name == name })
	return list[i].Spec
}

// join makes one list of the commands of all rooms. Those of applicants come last: they end with what
// reads whole sentences.
func (b *Bot) join() error {
	b.commands = slices.Concat(
		b.ownCommands(), b.smallTalk(),
		b.Questions.Commands(),
		b.Review.Commands(),
		b.HR.Commands(),
		b.Scan.Commands(),
		b.Applicant.Commands(),
	)
	specs := make([]command.Spec, len(b.commands))
	b.named = map[string]turn.Command{}
	for i, c := range b.commands {
		specs[i] = c.Spec
		b.named[c.Name] = c
	}
	var err error
	b.list, err = command.NewList(specs)
	return err
}
