// Package bot is the conversation: it understands what people write and tap, lets
// package workflow decide, and answers. It keeps no state of its own; what a turn
// needs is loaded, and the next step is computed each time.
package bot

import (
	"context"
	"strings"
	"time"

	"example.org/beian/bot/dingtalk"
	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/bot/view"
	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
	"example.org/beian/workflow/paper"
	"example.org/beian/workflow/reminder"
)

// Records is what is read to say something.
type Records interface {
	Case(ctx context.Context, filing string) (workflow.Case, error)
	CaseFor(ctx context.Context, person, filing string) (workflow.Case, error)
	PersonCase(ctx context.Context, person string) (workflow.Case, error)
	Event(ctx context.Context, filing string, seq int) (workflow.Event, error)
	Events(ctx context.Context, filing string) ([]workflow.Event, error)
	Names(ctx context.Context, ids []string) (map[string]string, error)
	Question(ctx context.Context, id string) (workflow.Question, error)
	Holders(ctx context.Context, r workflow.Role) ([]workflow.Person, error)
	Named(ctx context.Context, word string) ([]workflow.Person, error)
	Absence(ctx context.Context, id string) (workflow.Absence, error)
	Reminded(ctx context.Context, person string) (reminder.Candidate, bool, error)
	Told(ctx context.Context, person string) (reminder.Told, error)
}

// Uploads is the record of the files that people sent.
type Uploads interface {
	SameFile(ctx context.Context, person string, sha256 []byte) (string, error)
	File(ctx context.Context, person, id string) (workflow.StoredFile, error)
	Parts(ctx context.Context, filing string, revision int) ([]workflow.StoredFile, error)
	DoomedFiles(ctx context.Context, person string) ([]workflow.Shredded, error)
	Shred(ctx context.Context, d workflow.Shredded) error
	Exclusively(ctx context.Context, person string, fn func(context.Context) error) error
}

// Ledger notes cards and who saw what, so that a job run twice shows one.
type Ledger interface {
	SaveCard(ctx context.Context, track, filing string, ticket int, receivers []string) (bool, error)
	CardSent(ctx context.Context, track string) error
	CardReceivers(ctx context.Context, filing string, ticket int) ([]string, error)
	Shown(ctx context.Context, person string, viewers []string, what string, now time.Time) error
	Accesses(ctx context.Context, person string, limit int) ([]workflow.Access, error)
	Erase(ctx context.Context, person string) error
}

// Files keeps uploaded documents.
type Files interface {
	Put(ctx context.Context, data []byte) (string, error)
	Get(ctx context.Context, id string) ([]byte, error)
	Delete(ctx context.Context, id string) error
}

// Papers prints sheets, and reads and judges what comes back.
type Papers interface {
	Print(s workflow.Sheet) ([]byte, error)
	Pack(college string, on calendar.Date, forms []workflow.Sheet) ([]byte, error)
	Pages(s workflow.Sheet) int
	Missing(text string) []rune
	Read(ctx context.Context, data []byte, l paper.Limits) (paper.Scan, error)
	Tidy(ctx context.Context, data []byte) ([]byte, error)
	Judge(s paper.Scan, filing string, revision int, known paper.Known) paper.Verdict
	Assemble(ctx context.Context, pieces []paper.Piece) ([]byte, error)
	Copy(ctx context.Context, docs []paper.Shown, stamp string, at time.Time) ([]byte, error)
}

// Malware looks for viruses; found is the name of one, "" when there is none.
type Malware interface {
	Scan(ctx context.Context, data []byte) (found string, err error)
}

// DingTalk is what the bot asks of it besides what the kernel does.
type DingTalk interface {
	turn.Chat
	SendEach(ctx context.Context, users []string, m dingtalk.Message) (dingtalk.Receipt, error)
	SendFileEach(ctx context.Context, users []string, mediaID, name, fileType string) (dingtalk.Receipt, error)
	SendImageEach(ctx context.Context, users []string, mediaID string) (dingtalk.Receipt, error)
	UploadImage(ctx context.Context, name string, data []byte) (string, error)
	Download(ctx context.Context, code string) ([]byte, error)
	WhoRead(ctx context.Context, queryKey string) ([]string, error)
	SendCard(ctx context.Context, receivers []string, card dingtalk.Card) error
	UpdateCard(ctx context.Context, trackID string, params map[string]string) error
}

// Deps is everything the bot works with.
type Deps struct {
	turn.Deps
	Records  Records
	Ledger   Ledger
	Uploads  Uploads
	Desk     Desk
	Registry Registry
	Imports  Imports
	Files    Files
	Malware  Malware // nil where no scanner is configured
	Papers   Papers
	Charts   Charts
	DingTalk DingTalk
	Template string // id of the card template; without one, cards are messages with buttons
}

// Bot answers. It implements [dingtalk.Handler] and is safe for concurrent use.
type Bot struct {
	*turn.Kernel
	Records  Records
	Ledger   Ledger
	Uploads  Uploads
	Cases    Desk
	Registry Registry
	Imports  Imports
	Files    Files
	Malware  Malware
	Papers   Papers
	Charts   Charts
	DingTalk DingTalk
	Template string
	faqs     map[string]*faq   // by language
	aliases  map[string]string // what English buttons send
}

// New returns a bot. [turn.Kernel.Run] must be running for replies to leave.
func New(d Deps) (*Bot, error) {
	d.Guide = view.Guide{}
	k, err := turn.New(d.Deps)
	if err != nil {
		return nil, err
	}
	b := &Bot{
		Kernel: k, Records: d.Records, Ledger: d.Ledger, Uploads: d.Uploads, Cases: d.Desk, Registry: d.Registry, Imports: d.Imports,
		Files: d.Files, Malware: d.Malware, Papers: d.Papers, Charts: d.Charts, DingTalk: d.DingTalk, Template: d.Template,
		faqs: map[string]*faq{},
	}
	for _, lang := range text.Languages {
		if b.faqs[lang], err = questions[lang](); err != nil {
			return nil, err
		}
	}
	return b, b.loadAliases()
}

// loadAliases notes what the English buttons send and what the Chinese ones at their places do,
// so that a tap means the same in every language.
func (b *Bot) loadAliases() error {
	zh, err := text.Entries("zh")
	if err != nil {
		return err
	}
	other, err := text.Entries("en")
	if err != nil {
		return err
	}
	own := map[string][]text.Button{}
	for _, e := range zh {
		own[e.Name] = e.Buttons()
	}
	b.aliases = map[string]string{}
	for _, e := range other {
		for i, button := range e.Buttons() {
			if i < len(own[e.Name]) && !strings.Contains(button.Say, "{{") {
				b.aliases[strings.ToLower(button.Say)] = own[e.Name][i].Say
			}
		}
	}
	return nil
}
