// Package bot is the conversation: it understands what people write and tap, lets
// package workflow decide, and answers. It keeps no state of its own; what a turn
// needs is loaded, and the next step is computed each time.
package bot

import (
	"context"
	"log/slog"
	"slices"
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
	CaseFor(ctx context.Context, person, filing string) (workflow.Case, error)
	PersonCase(ctx context.Context, person string) (workflow.Case, error)
	Event(ctx context.Context, filing string, seq int) (workflow.Event, error)
	Events(ctx context.Context, filing string) ([]workflow.Event, error)
	Names(ctx context.Context, ids []string) (map[string]string, error)
	Question(ctx context.Context, id string) (workflow.Question, error)
	Holders(ctx context.Context, r workflow.Role) ([]workflow.Person, error)
	Named(ctx context.Context, word string) ([]workflow.Person, error)
	Absence(ctx context.Context, id string) (workflow.Absence, error)
	Reminded(ctx context.Context, person string) (workflow.Candidate, bool, error)
	Told(ctx context.Context, person string) (workflow.Told, error)
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

// Sessions remembers what may be lost.
type Sessions interface {
	Pending(ctx context.Context, person string) (workflow.Values, error)
	SetPending(ctx context.Context, person string, v workflow.Values) error
	ClearPending(ctx context.Context, person string) error
	Count(ctx context.Context, month, kind string) error
	Usage(ctx context.Context, month string) (workflow.Usage, error)
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
	Pack(college string, on workflow.Date, forms []workflow.Sheet) ([]byte, error)
	Pages(s workflow.Sheet) int
	Missing(text string) []rune
	Read(ctx context.Context, data []byte, l paper.Limits) (paper.Scan, error)
	Tidy(ctx context.Context, data []byte) ([]byte, error)
	Judge(s paper.Scan, filing string, revision int, known paper.Known) paper.Verdict
	Assemble(ctx context.Context, pieces []paper.Piece) ([]byte, error)
	Copy(ctx context.Context, docs []paper.Shown, stamp string, at time.Time) ([]byte, error)
}

// Signer makes the codes that buttons of messages carry.
type Signer interface {
	ComputeMAC(data []byte) ([]byte, error)
}

// Malware looks for viruses; found is the name of one, "" when there is none.
type Malware interface {
	Scan(ctx context.Context, data []byte) (found string, err error)
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
	Uploads  Uploads
	Desk     Desk
	Registry Registry
	Imports  Imports
	Sessions Sessions
	Files    Files
	Malware  Malware // nil where no scanner is configured
	Papers   Papers
	Charts   Charts
	Sealer   Sealer
	Signer   Signer
	DingTalk *dingtalk.Client
	Rules    func() workflow.Rulebook
	School   string // name of the university, as it appears in texts and on paper
	Template string // id of the card template; without one, cards are messages with buttons
	Quota    workflow.Usage
	NewID    func() (string, error)
	Now      func() time.Time
	Log      *slog.Logger
}

// Bot answers. It implements [dingtalk.Handler] and is safe for concurrent use.
type Bot struct {
	Deps
	texts   map[string]*texts // by language
	aliases map[string]string // what English buttons send

	turns  personLocks
	sender *sender
}

// New returns a bot. [Bot.Run] must be running for replies to leave.
func New(d Deps) (*Bot, error) {
	b := &Bot{Deps: d, texts: map[string]*texts{}}
	for _, lang := range languages {
		t, err := catalogues[lang]()
		if err != nil {
			return nil, err
		}
		b.texts[lang] = t
	}
	b.aliases = aliases(b.texts["zh"], b.texts["en"])
	b.sender = newSender(b.deliver, d.Log)
	return b, nil
}

// speak is the catalogue for somebody: Chinese unless they have chosen otherwise.
func (b *Bot) speak(p workflow.Person) *texts {
	if t, ok := b.texts[p.Lang]; ok {
		return t
	}
	return b.texts["zh"]
}

func (b *Bot) today() workflow.Date { return workflow.DateOf(b.Now()) }

// personLocks lets the turns of one person run one after the other, the message
// that was sent first first. DingTalk spreads messages over connections, so they
// may arrive in another order than they were sent; across processes the database
// keeps turns apart.
type personLocks struct {
	mu     sync.Mutex
	people map[string]*personQueue
}

// personQueue is one person's turns; it exists while one is running.
type personQueue struct{ waiting []waiter }

type waiter struct {
	sent  time.Time
	start chan struct{}
}

// lock waits for the turn of a message sent at the given time and returns what ends it.
func (l *personLocks) lock(person string, sent time.Time) (unlock func()) {
	l.mu.Lock()
	if l.people == nil {
		l.people = map[string]*personQueue{}
	}
	q, busy := l.people[person]
	if !busy {
		l.people[person] = &personQueue{}
		l.mu.Unlock()
		return func() { l.next(person) }
	}
	w := waiter{sent, make(chan struct{})}
	q.waiting = append(q.waiting, w)
	l.mu.Unlock()
	<-w.start
	return func() { l.next(person) }
}

// next starts the earliest waiting turn.
func (l *personLocks) next(person string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	q := l.people[person]
	if len(q.waiting) == 0 {
		delete(l.people, person)
		return
	}
	first := 0
	for i, w := range q.waiting {
		if w.sent.Before(q.waiting[first].sent) {
			first = i
		}
	}
	close(q.waiting[first].start)
	q.waiting = slices.Delete(q.waiting, first, first+1)
}
