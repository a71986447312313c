// Package scan is a file's way to its slot: it is fetched and read by a job, brought together with the
// pages that came before it, and put where it belongs, or its sender is asked. What a page with our
// code is, the code says; nothing is guessed. Handlers send stacks of forms of other people, which
// are taken apart here, and photos of public notices, which are kept until they say of which.
package scan

import (
	"context"
	"slices"

	"example.org/beian/bot/command"
	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
	"example.org/beian/workflow/paper"
)

// Filings is what is read about filings.
type Filings interface {
	// PersonCase loads the case of a person's own filing.
	PersonCase(ctx context.Context, person string) (workflow.Case, error)
	// CaseFor loads the case of a filing as somebody else sees it, or [workflow.ErrNotFound].
	CaseFor(ctx context.Context, person, filing string) (workflow.Case, error)
	Events(ctx context.Context, filing string) ([]workflow.Event, error)
	// Desk returns the filings that a handler may have to do with.
	Desk(ctx context.Context, person string, today calendar.Date, limit int) ([]workflow.Case, error)
}

// Uploads is the record of the files that people sent.
type Uploads interface {
	// SameFile returns the file of a person with these bytes, "" when there is none.
	SameFile(ctx context.Context, person string, sha256 []byte) (string, error)
	// File returns the record of a person's file, or [workflow.ErrNotFound].
	File(ctx context.Context, person, id string) (workflow.StoredFile, error)
	// Parts returns the files that hold pages of a form of which others are missing.
	Parts(ctx context.Context, filing string, revision int) ([]workflow.StoredFile, error)
	// Exclusively runs fn while nothing else of the person is taken in, in any process.
	Exclusively(ctx context.Context, person string, fn func(context.Context) error) error
}

// Files keeps documents. Get returns an error that is [io/fs.ErrNotExist] when one is gone.
type Files interface {
	Put(ctx context.Context, data []byte) (string, error)
	Get(ctx context.Context, id string) ([]byte, error)
	Delete(ctx context.Context, id string) error
}

// Papers reads what comes back on paper, and judges it.
type Papers interface {
	Pages(s workflow.Sheet) int
	Read(ctx context.Context, data []byte, l paper.Limits) (paper.Scan, error)
	Tidy(ctx context.Context, data []byte) ([]byte, error)
	Judge(s paper.Scan, filing string, revision int, known paper.Known) paper.Verdict
	Assemble(ctx context.Context, pieces []paper.Piece) ([]byte, error)
}

// Malware looks for viruses; found is the name of one, "" when there is none.
type Malware interface {
	Scan(ctx context.Context, data []byte) (found string, err error)
}

// Deps is what the room works with besides the kernel.
type Deps struct {
	Filings Filings
	Uploads Uploads
	Files   Files
	Papers  Papers
	Malware Malware // nil where no scanner is configured
	// Download fetches a file that somebody sent, by its download code.
	Download func(ctx context.Context, code string) ([]byte, error)
	// Photo says that a kept file shows the public notice of a filing.
	Photo command.Spec
}

// Room is where files come in.
type Room struct {
	*turn.Kernel
	Deps
}

// New returns the room.
func New(k *turn.Kernel, d Deps) *Room { return &Room{k, d} }

// Commands are what can be asked for here; all of them are sent by buttons under a question.
func (r *Room) Commands() []turn.Command { return slices.Concat(r.slotCommands(), r.pageCommands()) }

// visit is a turn in this room.
type visit struct {
	*turn.Turn
	*Room
	args command.Args
}

// ready reports whether the sender has a filing that takes documents.
func (t visit) ready() bool {
	return t.Filing != nil && t.Filing.State.Editable() && t.Filing.State != workflow.Draft
}

// choices puts buttons together; the first fault stays.
type choices struct {
	list []text.Choice
	err  error
}

func (c *choices) add(label string, s command.Spec, pairs ...string) {
	say, err := s.Say(command.With(pairs...))
	if err != nil && c.err == nil {
		c.err = err
	}
	c.list = append(c.list, text.Choice{Label: label, Say: say})
}
