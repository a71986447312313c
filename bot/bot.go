// Package bot is the conversation: it understands what people write and tap, lets
// package workflow decide, and answers. It keeps no state of its own; what a turn
// needs is loaded, and the next step is computed each time.
package bot

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"example.org/beian/bot/dingtalk"
	"example.org/beian/workflow"
	"example.org/beian/workflow/paper"
)

// Turns stores what a message or a job changes, in one transaction each.
type Turns interface {
	Turn(ctx context.Context, in workflow.Inbound, now time.Time, decide func(workflow.Case) (workflow.Outcome, error)) (workflow.Receipt, error)
	Resume(ctx context.Context, in workflow.Inbound, now time.Time, decide func(workflow.Case) (workflow.Outcome, error)) (workflow.Receipt, error)
}

// Replies keeps track of what has been said.
type Replies interface {
	ReplySent(ctx context.Context, robot, message string) error
	ReplyFailed(ctx context.Context, robot, message, reason string, dead bool, delay time.Duration) error
	ClaimReplies(ctx context.Context, limit int) ([]workflow.Pending, error)
}

// Records is what is read to say something.
type Records interface {
	Case(ctx context.Context, filing string) (workflow.Case, error)
	PersonCase(ctx context.Context, person string) (workflow.Case, error)
	Event(ctx context.Context, filing string, seq int) (workflow.Event, error)
	Events(ctx context.Context, filing string) ([]workflow.Event, error)
	Names(ctx context.Context, ids []string) (map[string]string, error)
}

// Ledger notes cards and files, so that a job run twice shows one.
type Ledger interface {
	SaveCard(ctx context.Context, track, filing string, ticket int, receivers []string) (bool, error)
	CardSent(ctx context.Context, track string) error
	SameFile(ctx context.Context, person string, sha256 []byte) (string, error)
	File(ctx context.Context, person, id string) (workflow.StoredFile, error)
}

// Sessions remembers what may be lost.
type Sessions interface {
	Pending(ctx context.Context, person string) (workflow.Values, error)
	SetPending(ctx context.Context, person string, v workflow.Values) error
	ClearPending(ctx context.Context, person string) error
}

// Files keeps uploaded documents.
type Files interface {
	Put(ctx context.Context, data []byte) (string, error)
	Delete(ctx context.Context, id string) error
}

// Papers prints sheets, and reads and verifies what comes back.
type Papers interface {
	Print(s workflow.Sheet) ([]byte, error)
	Read(ctx context.Context, data []byte) (paper.Scan, error)
	Verify(m paper.Mark, s workflow.Sheet) error
}

// Sealer encrypts what a job must carry.
type Sealer interface {
	Encrypt(plaintext, associatedData []byte) ([]byte, error)
	Decrypt(ciphertext, associatedData []byte) ([]byte, error)
}

// Deps is everything the bot works with.
type Deps struct {
	Turns    Turns
	Replies  Replies
	Records  Records
	Ledger   Ledger
	Sessions Sessions
	Files    Files
	Papers   Papers
	Sealer   Sealer
	DingTalk *dingtalk.Client
	Policy   workflow.Policy
	School   string // name of the university, as it appears in texts and on paper
	Template string // id of the card template
	NewID    func() (string, error)
	Now      func() time.Time
	Log      *slog.Logger
}

// Bot answers. It implements [dingtalk.Handler] and is safe for concurrent use.
type Bot struct {
	Deps
	texts texts

	turns  personLocks
	sender *sender
}

// New returns a bot. [Bot.Run] must be running for replies to leave.
func New(d Deps) (*Bot, error) {
	t, err := loadTexts("zh")
	if err != nil {
		return nil, err
	}
	b := &Bot{Deps: d, texts: t}
	b.sender = newSender(b.deliver, d.Log)
	return b, nil
}

func (b *Bot) today() workflow.Date { return workflow.DateOf(b.Now()) }

// personLocks lets the turns of one person run in the order in which they arrived
// in this process; across processes the database orders them.
type personLocks struct {
	mu    sync.Mutex
	queue map[string][]chan struct{} // the first is running
}

// lock waits for the person's turn and returns what ends it.
func (l *personLocks) lock(person string) (unlock func()) {
	l.mu.Lock()
	if l.queue == nil {
		l.queue = map[string][]chan struct{}{}
	}
	mine := make(chan struct{})
	l.queue[person] = append(l.queue[person], mine)
	first := len(l.queue[person]) == 1
	l.mu.Unlock()
	if !first {
		<-mine
	}
	return func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		rest := l.queue[person][1:]
		if len(rest) == 0 {
			delete(l.queue, person)
			return
		}
		l.queue[person] = rest
		close(rest[0])
	}
}
