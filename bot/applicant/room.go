// Package applicant is what people do about their own certificate: they agree to the notice and begin a
// filing, fill in the form, print and hand in, tell what the official system shows, answer reminders, ask
// why, and look after their data. Each file is one of these, with the words for it, who may say them and
// what happens. Files that people send, questions to the school and the work of handlers have rooms of
// their own.
package applicant

import (
	"context"
	"slices"

	"example.org/beian/bot/command"
	"example.org/beian/bot/turn"
	"example.org/beian/bot/view"
	"example.org/beian/workflow"
	"example.org/beian/workflow/reminder"
)

// Records is what jobs read about somebody.
type Records interface {
	PersonCase(ctx context.Context, person string) (workflow.Case, error)
	Events(ctx context.Context, filing string) ([]workflow.Event, error)
}

// Reminders is what is known about the reminders of somebody.
type Reminders interface {
	// Reminded is their certificate as the daily pass looks at it; ok is false without one.
	Reminded(ctx context.Context, person string) (k reminder.Candidate, ok bool, err error)
	// Told is what they were reminded of last.
	Told(ctx context.Context, person string) (reminder.Told, error)
}

// Ledger knows who was shown something about somebody, and forgets everything about them.
type Ledger interface {
	Accesses(ctx context.Context, person string, limit int) ([]workflow.Access, error)
	Erase(ctx context.Context, person string) error
}

// Uploads is the record of the files that must go when somebody withdraws.
type Uploads interface {
	DoomedFiles(ctx context.Context, person string) ([]workflow.Shredded, error)
	Shred(ctx context.Context, d workflow.Shredded) error
}

// Files keeps uploaded documents.
type Files interface {
	Get(ctx context.Context, id string) ([]byte, error)
	Delete(ctx context.Context, id string) error
}

// Deps is what the room works with besides the kernel.
type Deps struct {
	Records   Records
	Reminders Reminders
	Ledger    Ledger
	Uploads   Uploads
	Files     Files
	// Unprintable are the characters of a text that no font of ours has.
	Unprintable func(text string) []rune
	// HelloHandler greets somebody who handles filings and has no certificate.
	HelloHandler func(*turn.Turn) error
}

// Room answers applicants. It is safe for concurrent use.
type Room struct {
	*turn.Kernel
	Deps
}

// New returns the room.
func New(k *turn.Kernel, d Deps) *Room { return &Room{Kernel: k, Deps: d} }

// Commands are what can be asked for here. Those that read sentences themselves come from the strictest to
// the one that takes most, so that a list of all rooms should end with them.
func (r *Room) Commands() []turn.Command {
	return slices.Concat(
		r.welcomeCommands(), r.languageCommands(), r.startCommands(), r.declareCommands(), r.saveCommands(),
		r.materialCommands(), r.handInCommands(), r.noteCommands(), r.deleteCommands(), r.progressCommands(),
		r.portalCommands(), r.bundleCommands(), r.certificateCommands(), r.privacyCommands(), r.manualCommands(),
		r.menuCommands(), r.confirmCommands(), r.statusCommands(), r.answerCommands(), r.reminderCommands(),
		r.formCommands(), r.fillCommands(), r.renewalCommands(),
	)
}

// visit is a turn in this room.
type visit struct {
	*turn.Turn
	*Room
	args command.Args
}

// do makes an action of what is done in a visit.
func (r *Room) do(f func(visit) error) turn.Action {
	return func(t *turn.Turn, a command.Args) error { return f(visit{t, r, a}) }
}

// enter is a visit without a command.
func (r *Room) enter(t *turn.Turn) visit { return visit{t, r, command.Args{}} }

// asked marks among the values that wait for an answer which field the last message asked about.
const asked workflow.Key = "asked"

// answering gives a command what waits for an answer of the sender.
func (r *Room) answering(
	f func(visit, workflow.Values) error,
) func(context.Context, string, command.Args) (turn.Action, error) {
	return func(ctx context.Context, sender string, _ command.Args) (turn.Action, error) {
		waiting := r.Waiting(ctx, sender)
		return func(t *turn.Turn, a command.Args) error { return f(visit{t, r, a}, waiting) }, nil
	}
}

// Moments at which help offers a command.

// never is for answers to what the bot asks: the question has a button for them.
func never(*turn.Turn) bool { return false }

// at is for what makes sense at some steps only.
func at(steps ...workflow.StepKind) func(*turn.Turn) bool {
	return func(t *turn.Turn) bool { return slices.Contains(steps, view.StepOf(t).Kind) }
}

// begun is while there is a filing.
func begun(t *turn.Turn) bool { return t.Filing != nil && t.Filing.State.Begun() }

// printed is from the first form on.
func printed(t *turn.Turn) bool { return begun(t) && t.Filing.Revision > 0 }

// editable is while the form may be changed.
func editable(t *turn.Turn) bool { return t.Filing != nil && t.Filing.State.Editable() }
