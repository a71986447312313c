// Package hr is what the personnel office does in the chat: it looks people up, sends the roster
// and official statuses as workbooks, takes lists and statistics, and gives colleges their names
// and people their roles. What takes longer than a turn is left to the job [workflow.Office].
package hr

import (
	"context"
	"slices"
	"time"

	"example.org/beian/bot/chart"
	"example.org/beian/bot/command"
	"example.org/beian/bot/dingtalk"
	"example.org/beian/bot/turn"
	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
	"example.org/beian/workflow/reminder"
	"example.org/beian/workflow/roster"
	"example.org/beian/workflow/typed"
)

// People knows everybody on the roster by name and role.
type People interface {
	Holders(ctx context.Context, r workflow.Role) ([]workflow.Person, error)
	Named(ctx context.Context, word string) ([]workflow.Person, error)
	NamedTail(ctx context.Context, name, tail string) ([]string, error)
	Names(ctx context.Context, ids []string) (map[string]string, error)
	PersonCase(ctx context.Context, person string) (workflow.Case, error)
}

// Registry is what the roster holds now, for a workbook to be compared with.
type Registry interface {
	Colleges(ctx context.Context) ([]roster.Duty, error)
	Entries(ctx context.Context, ids []string) (map[string]roster.Entry, error)
	Owners(ctx context.Context, numbers []string) (map[string]string, error)
}

// Search finds people, and lists those with a certificate.
type Search interface {
	Find(ctx context.Context, q roster.Lookup, limit int) (found []workflow.Case, all int, err error)
	Listed(ctx context.Context, q roster.Lookup, fn func(workflow.Case) error) error
	Reminded(ctx context.Context, person string) (reminder.Candidate, bool, error)
}

// Trail notes who of the office took what, and about whom.
type Trail interface {
	ShownAll(ctx context.Context, people []string, viewer, what string, now time.Time) error
	Noted(ctx context.Context, by, what, detail string, now time.Time) error
}

// Checked keeps workbooks between their check and a yes.
type Checked interface {
	KeepImport(ctx context.Context, m roster.Import) error
	LastImport(ctx context.Context, person string) (string, error)
	ImportOf(ctx context.Context, id string) (roster.Import, roster.ImportState, error)
	ImportStatuses(ctx context.Context, id string) ([]roster.StatusRow, error)
	DropImport(ctx context.Context, id, by string) error
}

// Writer carries checked workbooks out.
type Writer interface {
	ApplyImport(ctx context.Context, id, by string, now time.Time) (roster.Imported, error)
	FinishImport(ctx context.Context, id string, r roster.Imported, now time.Time) error
	UndoImport(ctx context.Context, id, by string, now time.Time) (roster.Imported, error)
}

// Counts is what the statistics are made of.
type Counts interface {
	Statistics(ctx context.Context, today calendar.Date) (workflow.Statistics, error)
}

// Files brings files and pictures through DingTalk.
type Files interface {
	Download(ctx context.Context, code string) ([]byte, error)
	UploadImage(ctx context.Context, name string, data []byte) (string, error)
	SendImageEach(ctx context.Context, users []string, mediaID string) (dingtalk.Receipt, error)
}

// Malware looks for viruses; found is the name of one, "" when there is none.
type Malware interface {
	Scan(ctx context.Context, data []byte) (found string, err error)
}

// Charts draws pictures.
type Charts interface {
	Draw(p chart.Picture) ([]byte, error)
}

// Deps is what the room works with besides the kernel.
type Deps struct {
	People   People
	Registry Registry
	Search   Search
	Trail    Trail
	Checked  Checked
	Writer   Writer
	Counts   Counts
	Files    Files
	Malware  Malware // nil where no scanner is configured
	Charts   Charts
	// Renew makes what was approved in this turn the current certificate of its person.
	Renew func(*turn.Turn) error
}

// Room is the personnel office's.
type Room struct {
	*turn.Kernel
	Deps
}

// New returns the room.
func New(k *turn.Kernel, d Deps) *Room { return &Room{Kernel: k, Deps: d} }

// Commands are what can be asked for here.
func (r *Room) Commands() []turn.Command {
	return slices.Concat(
		r.findCommands(), r.exportCommands(), r.statisticsCommands(),
		r.templateCommands(), r.importCommands(), r.collegeCommands(), r.roleCommands(),
	)
}

// visit is a turn in this room.
type visit struct {
	*turn.Turn
	*Room
	args command.Args
}

// word is an argument in the one form in which names are kept.
func (t visit) word(name string) string { return typed.Clean(t.args.Text(name)) }

// do answers in Chinese, as the office works.
func (r *Room) do(f func(visit) error) turn.Action {
	return func(t *turn.Turn, a command.Args) error {
		t.InChinese()
		return f(visit{t, r, a})
	}
}

// asked is a command as it is looked up before the turn.
type asked struct {
	sender string
	args   command.Args
	office []workflow.Person // everybody of HR
}

// forHR reads for the people of HR only: nobody else is worth a search.
func (r *Room) forHR(
	read func(context.Context, asked) (turn.Action, error),
) func(context.Context, string, command.Args) (turn.Action, error) {
	return func(ctx context.Context, sender string, a command.Args) (turn.Action, error) {
		office, err := r.People.Holders(ctx, workflow.HR)
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(office, func(p workflow.Person) bool { return p.ID == sender }) {
			return r.do(visit.notYours), nil
		}
		return read(ctx, asked{sender, a, office})
	}
}

// notYours is for who belongs to HR only since the message was looked up; others never come here.
func (t visit) notYours() error { return t.Say("office_not_you", nil) }

// hidden keeps a command out of help: a button, or another answer, says it where it makes sense.
func hidden(*turn.Turn) bool { return false }
