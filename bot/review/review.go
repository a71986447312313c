// Package review is the room of those who handle other people's filings, in the colleges and at the
// school. Here they see what waits for them and decide, on a card or in words, report the public
// notice, objections and seals, void a slip, and name who acts while they are away.
//
// Who may do something is decided by the roles on the roster, never by knowing the number of a filing.
package review

import (
	"context"
	"slices"
	"time"

	"example.org/beian/bot/command"
	"example.org/beian/bot/dingtalk"
	"example.org/beian/bot/turn"
	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
	"example.org/beian/workflow/paper"
)

// Cases reads filings, with everybody who has to do with them.
type Cases interface {
	Case(ctx context.Context, filing string) (workflow.Case, error)
	CaseFor(ctx context.Context, person, filing string) (workflow.Case, error)
	Events(ctx context.Context, filing string) ([]workflow.Event, error)
	Desk(ctx context.Context, person string, today calendar.Date, limit int) ([]workflow.Case, error)
}

// People is the roster as far as handlers need it.
type People interface {
	Names(ctx context.Context, ids []string) (map[string]string, error)
	Named(ctx context.Context, word string) ([]workflow.Person, error)
	Holders(ctx context.Context, r workflow.Role) ([]workflow.Person, error)
	Absence(ctx context.Context, id string) (workflow.Absence, error)
}

// Cards notes what was shown to whom, so that a job that runs twice shows it once.
type Cards interface {
	SaveCard(ctx context.Context, track, filing string, ticket int, receivers []string) (due bool, err error)
	CardSent(ctx context.Context, track string) error
	CardReceivers(ctx context.Context, filing string, ticket int) ([]string, error)
	Shown(ctx context.Context, person string, viewers []string, what string, now time.Time) error
}

// Papers makes files of several papers.
type Papers interface {
	Pack(college string, on calendar.Date, forms []workflow.Sheet) ([]byte, error)
	Copy(ctx context.Context, docs []paper.Shown, stamp string, at time.Time) ([]byte, error)
}

// CardChat shows cards, and changes them for everybody who has one.
type CardChat interface {
	SendCard(ctx context.Context, receivers []string, card dingtalk.Card) error
	UpdateCard(ctx context.Context, trackID string, params map[string]string) error
}

// Deps is what the room works with besides the kernel.
type Deps struct {
	Cases    Cases
	People   People
	Cards    Cards
	Papers   Papers
	CardChat CardChat
	Template string // id of the card template; without one, cards are messages with buttons

	// Upload is the record of a file that a person has sent, [workflow.ErrNotFound] when it is not theirs.
	Upload func(ctx context.Context, person, id string) (workflow.StoredFile, error)
	// Document is the bytes of a kept file.
	Document func(ctx context.Context, id string) ([]byte, error)
	// Report stores an official status of the filing of a turn and answers it.
	Report func(t *turn.Turn, by workflow.Actor, words string) error
}

// Room answers handlers. It is safe for concurrent use.
type Room struct {
	*turn.Kernel
	Deps
}

// New returns the room.
func New(k *turn.Kernel, d Deps) *Room { return &Room{k, d} }

// Commands are what handlers can ask for.
func (r *Room) Commands() []turn.Command {
	return slices.Concat(
		r.deskCommands(), r.batchCommands(), r.cardCommands(), r.decideCommands(), r.returnCommands(),
		r.handOnCommands(), r.noticeCommands(), r.photoCommands(), r.sealCommands(), r.correctionCommands(),
		r.statusCommands(), r.awayCommands(), r.helloCommands(),
	)
}

// visit is a turn in this room.
type visit struct {
	*turn.Turn
	*Room
	args command.Args
}

// about is a turn about a case without a message, for those who handle it.
func (r *Room) about(c workflow.Case) visit { return visit{r.Desk(c), r, command.Args{}} }

func (r *Room) do(f func(visit) error) turn.Action {
	return func(t *turn.Turn, a command.Args) error { return f(visit{t, r, a}) }
}

// onFiling is what a handler reports about the filing that they name. "Not yours" and "not there" get
// the same answer, and nobody acts on their own filing.
func (r *Room) onFiling(f func(visit, workflow.Actor) error) turn.Action {
	return r.do(func(t visit) error {
		actor, ok := t.Actor()
		switch {
		case !ok:
			return t.Say("not_yours", nil)
		case t.Case.Person.ID == t.Filing.Person:
			return t.Say("own_filing", nil)
		}
		return f(t, actor)
	})
}

// To whom help offers the commands of this room.

// handling are those who act on filings.
func handling(t *turn.Turn) bool { return turn.Handles(t.Case.Person) }

// inCollege are those who post, sign and seal for a college.
func inCollege(t *turn.Turn) bool { return has(t.Case.Person, workflow.CollegeHandler) }

// atSchool are those who review for the school.
func atSchool(t *turn.Turn) bool { return has(t.Case.Person, workflow.SchoolHandler) }

// onButtons are nobody: a card or a message offers it where it makes sense, with all it needs.
func onButtons(*turn.Turn) bool { return false }

func has(p workflow.Person, r workflow.Role) bool {
	return slices.ContainsFunc(p.Grants, func(g workflow.Grant) bool { return g.Role == r })
}
