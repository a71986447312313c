// Package turn is the kernel of the conversation: a case goes in, an outcome comes out, and what is
// said leaves after the commit. It knows no topic; the rooms that do are built on it.
package turn

import (
	"context"
	"encoding/base32"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"example.org/beian/bot/dingtalk"
	"example.org/beian/bot/text"
	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
)

// Store keeps what a message, a click or a job changes, in one transaction each.
type Store interface {
	Turn(ctx context.Context, in workflow.Inbound, now time.Time, decide Decide) (workflow.Receipt, error)
	Resume(ctx context.Context, in workflow.Inbound, now time.Time, decide Decide) (workflow.Receipt, error)
}

// Decide is what happens between reading a case and storing what comes of it. It is called once.
type Decide = func(workflow.Case) (workflow.Outcome, error)

// Replies keeps track of what has been said.
type Replies interface {
	ReplySent(ctx context.Context, robot, message string) error
	ReplyFailed(ctx context.Context, robot, message, reason string, dead bool, delay time.Duration) error
	ClaimReplies(ctx context.Context, limit int) ([]workflow.Pending, error)
}

// Sessions remembers what may be lost.
type Sessions interface {
	Pending(ctx context.Context, person string) (workflow.Values, error)
	SetPending(ctx context.Context, person string, v workflow.Values) error
	ClearPending(ctx context.Context, person string) error
	Count(ctx context.Context, month, kind string) error
	Usage(ctx context.Context, month string) (workflow.Usage, error)
}

// Signer makes the codes that buttons of messages carry.
type Signer interface {
	ComputeMAC(data []byte) ([]byte, error)
}

// Sealer encrypts what a job must carry.
type Sealer interface {
	Encrypt(plaintext, associatedData []byte) ([]byte, error)
	Decrypt(ciphertext, associatedData []byte) ([]byte, error)
}

// Printer makes a paper into a PDF.
type Printer interface {
	Print(s workflow.Sheet) ([]byte, error)
}

// Chat is where people are written to.
type Chat interface {
	Reply(ctx context.Context, webhook string, m dingtalk.Message) error
	Send(ctx context.Context, users []string, m dingtalk.Message) error
	Upload(ctx context.Context, name string, data []byte) (string, error)
	SendFile(ctx context.Context, users []string, mediaID, name, fileType string) error
	User(ctx context.Context, id string) (dingtalk.User, error)
}

// Guide knows the steps of a filing; package view does.
type Guide interface {
	// Where names the visible step at which the person is.
	Where(t *Turn) string
	// Step is the text that says where the person is and what is next.
	Step(t *Turn) (key string, d text.Data, err error)
	// Brief is the next step in one sentence, for the end of an answer.
	Brief(t *Turn) (string, error)
}

// Deps is everything that the kernel works with.
type Deps struct {
	Store    Store
	Replies  Replies
	Sessions Sessions
	Signer   Signer
	Sealer   Sealer
	Printer  Printer
	Chat     Chat
	Guide    Guide
	Rules    func() workflow.Rulebook
	School   string // name of the university, as it appears in texts and on paper
	Robot    string // of the clicks on cards
	Quota    workflow.Usage
	NewID    func() (string, error)
	Now      func() time.Time
	Log      *slog.Logger
}

// Kernel is what all turns share. It is safe for concurrent use.
type Kernel struct {
	Deps
	catalogues map[string]*text.Catalogue // by language
	queues     queues
	sender     *sender
}

// New returns a kernel. [Kernel.Run] must be running for replies to leave that a fault held up.
func New(d Deps) (*Kernel, error) {
	k := &Kernel{Deps: d, catalogues: map[string]*text.Catalogue{}}
	for _, lang := range text.Languages {
		c, err := text.Load(lang)
		if err != nil {
			return nil, err
		}
		k.catalogues[lang] = c
	}
	k.sender = newSender(k.deliver, d.Log)
	return k, nil
}

// In is the catalogue of a language.
func (k *Kernel) In(lang string) *text.Catalogue { return k.catalogues[lang] }

// Chinese is the catalogue for those who handle a case: they work in Chinese, as the form does.
func (k *Kernel) Chinese() *text.Catalogue { return k.catalogues["zh"] }

// Speak is the catalogue for somebody: Chinese unless they have chosen otherwise.
func (k *Kernel) Speak(p workflow.Person) *text.Catalogue {
	if c, ok := k.catalogues[p.Lang]; ok {
		return c
	}
	return k.Chinese()
}

// Today is the date in the school's time zone.
func (k *Kernel) Today() calendar.Date { return calendar.DateOf(k.Now()) }

// ShortCode is a keyed hash that fits into a button: six letters and digits.
func (k *Kernel) ShortCode(of string) (string, error) {
	tag, err := k.Signer.ComputeMAC([]byte(of))
	if err != nil {
		return "", fmt.Errorf("make code: %w", err)
	}
	const skip, length = 5, 4 // the first bytes name the key
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(tag[skip : skip+length])[:6], nil
}

// Write says something to people outside of a turn, in Chinese.
func (k *Kernel) Write(ctx context.Context, people []string, key string, d text.Data) error {
	m, err := k.Chinese().Message(key, d)
	if err != nil {
		return err
	}
	return k.Chat.Send(ctx, people, Wire(m))
}

// SendDocument sends a file to somebody; kind is the end of its name, such as "pdf".
func (k *Kernel) SendDocument(ctx context.Context, people []string, name, kind string, data []byte) error {
	media, err := k.Chat.Upload(ctx, name, data)
	if err != nil {
		return err
	}
	return k.Chat.SendFile(ctx, people, media, name, kind)
}

// Present leaves out those who have left the organisation since the roster was
// made. Looking people up does not count against DingTalk's quota.
func (k *Kernel) Present(ctx context.Context, people []workflow.Person) ([]string, error) {
	var out []string
	for _, p := range people {
		u, err := k.Chat.User(ctx, p.ID)
		switch {
		case errors.Is(err, &dingtalk.Error{Kind: dingtalk.Absent}):
			k.Log.Warn("handler is not in the organisation any more", "person", p.ID)
		case err != nil:
			return nil, err
		case u.Active:
			out = append(out, p.ID)
		}
	}
	return out, nil
}
