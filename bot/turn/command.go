package turn

import (
	"context"
	"errors"
	"slices"

	"example.org/beian/bot/command"
	"example.org/beian/workflow"
)

// Command is one thing that people can ask for, whole: how it is said, who may ask for it, what it
// needs read beforehand, and what it does. Its line of help is the phrase "help_" and its name.
type Command struct {
	command.Spec
	Who Who
	// When is the moment at which help offers the command; nil is always.
	When func(*Turn) bool
	// Safe says that it only answers, or asks back before it does anything: it may be done for a sentence
	// that is not one of its own, with less certainty than what changes or sends something.
	Safe bool
	// Do is what it does. A command that needs more than the case has Read instead.
	Do Action
	// Read reads what is needed before the turn, and returns what then is to be done. The sender's
	// roles are not known yet: Read must not say anything, and the action looks at them.
	Read func(ctx context.Context, sender string, a command.Args) (Action, error)
}

// Action is what a command does in a turn.
type Action func(*Turn, command.Args) error

// ErrNotMeant is what an action returns, before it has said or changed anything, when the sentence that
// fits its form turns out to mean something else: it is then answered like one that is no command.
var ErrNotMeant = errors.New("not what was meant")

// Prepare returns what the command does, with what it needs read.
func (c Command) Prepare(ctx context.Context, sender string, a command.Args) (Action, error) {
	if c.Read == nil {
		return c.Do, nil
	}
	return c.Read(ctx, sender, a)
}

// Who may ask for a command. What others say is answered by the conversation itself, with why.
type Who int

// From those who may be anybody to those who have begun a filing.
const (
	Anyone   Who = iota // also people who are not on the roster: it needs no data
	Handlers            // whoever acts on others' filings; looked at before the sender's own filing
	HR                  // the personnel office alone
	Listed              // everybody on the roster, agreed to the notice or not
	Agreed              // who has agreed to the notice
	Begun               // who has begun a filing
)

// Holds reports whether the sender has a role in which they handle filings or the roster.
func (t *Turn) Holds() bool { return len(t.Case.Person.Grants) > 0 }

// IsHR reports whether the sender belongs to the personnel office.
func (t *Turn) IsHR() bool { return t.Case.Person.Holds(workflow.HR, "") }

// Handles reports whether somebody has a role in which they act on filings.
func Handles(p workflow.Person) bool {
	return slices.ContainsFunc(p.Grants, func(g workflow.Grant) bool { return g.Role != workflow.HR })
}

// Actor is the role in which the sender may act on the filing; ok is false when there is none.
func (t *Turn) Actor() (actor workflow.Actor, ok bool) {
	if t.Filing == nil {
		return workflow.Actor{}, false
	}
	p := t.Case.Person
	for _, r := range []workflow.Role{workflow.SchoolHandler, workflow.CollegeHandler} {
		if a, ok := t.Case.Acting(p, r, t.Today()); ok {
			return a, true
		}
	}
	if p.Holds(workflow.HR, t.Filing.College) {
		return workflow.Actor{ID: p.ID, Role: workflow.HR}, true
	}
	if p.ID == t.Filing.Person {
		return t.Self(), true
	}
	return workflow.Actor{}, false
}
