// Package bot joins the rooms of the conversation: it knows all of them and they do not know each
// other. It finds out which of their commands a message means, who answers it ([Bot.Message]), and hands
// each room what it needs of the others ([New]).
package bot

import (
	"context"

	"example.org/beian/bot/applicant"
	"example.org/beian/bot/command"
	"example.org/beian/bot/dingtalk"
	"example.org/beian/bot/faq"
	"example.org/beian/bot/hr"
	"example.org/beian/bot/outbox"
	"example.org/beian/bot/review"
	"example.org/beian/bot/scan"
	"example.org/beian/bot/turn"
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
	outbox.Mailer
	Download(ctx context.Context, code string) ([]byte, error)
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
