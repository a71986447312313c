package turntest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"example.org/beian/bot/turn"
	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
	"example.org/beian/workflow/reminder"
	"example.org/beian/workflow/roster"
)

// Kept is all that rooms ask of a store; package storage has it, and [Store] in memory.
type Kept interface {
	turn.Store
	ReplySent(ctx context.Context, robot, message string) error
	ReplyFailed(ctx context.Context, robot, message, reason string, dead bool, delay time.Duration) error

	Case(ctx context.Context, filing string) (workflow.Case, error)
	CaseFor(ctx context.Context, person, filing string) (workflow.Case, error)
	PersonCase(ctx context.Context, person string) (workflow.Case, error)
	Event(ctx context.Context, filing string, seq int) (workflow.Event, error)
	Events(ctx context.Context, filing string) ([]workflow.Event, error)
	Question(ctx context.Context, id string) (workflow.Question, error)
	Absence(ctx context.Context, id string) (workflow.Absence, error)
	Desk(ctx context.Context, person string, today calendar.Date, limit int) ([]workflow.Case, error)

	Names(ctx context.Context, ids []string) (map[string]string, error)
	Named(ctx context.Context, word string) ([]workflow.Person, error)
	NamedTail(ctx context.Context, name, tail string) ([]string, error)
	Holders(ctx context.Context, r workflow.Role) ([]workflow.Person, error)
	Colleges(ctx context.Context) ([]roster.Duty, error)
	Find(ctx context.Context, q roster.Lookup, limit int) ([]workflow.Case, int, error)
	Listed(ctx context.Context, q roster.Lookup, fn func(workflow.Case) error) error
	Statistics(ctx context.Context, today calendar.Date) (workflow.Statistics, error)
	Week(ctx context.Context, college string, today calendar.Date, days, limit int) (reminder.Week, error)
	Reminded(ctx context.Context, person string) (reminder.Candidate, bool, error)
	Told(ctx context.Context, person string) (reminder.Told, error)

	SaveCard(ctx context.Context, track, filing string, ticket int, receivers []string) (bool, error)
	CardSent(ctx context.Context, track string) error
	CardReceivers(ctx context.Context, filing string, ticket int) ([]string, error)
	Shown(ctx context.Context, person string, viewers []string, what string, now time.Time) error
	ShownAll(ctx context.Context, people []string, viewer, what string, now time.Time) error
	Noted(ctx context.Context, by, what, detail string, now time.Time) error
	Accesses(ctx context.Context, person string, limit int) ([]workflow.Access, error)

	SameFile(ctx context.Context, person string, sha256 []byte) (string, error)
	File(ctx context.Context, person, id string) (workflow.StoredFile, error)
	Parts(ctx context.Context, filing string, revision int) ([]workflow.StoredFile, error)
	DoomedFiles(ctx context.Context, person string) ([]workflow.Shredded, error)
	Shred(ctx context.Context, d workflow.Shredded) error
	Erase(ctx context.Context, person string) error
	Exclusively(ctx context.Context, person string, fn func(context.Context) error) error

	Entries(ctx context.Context, ids []string) (map[string]roster.Entry, error)
	Owners(ctx context.Context, numbers []string) (map[string]string, error)
	KeepImport(ctx context.Context, m roster.Import) error
	LastImport(ctx context.Context, person string) (string, error)
	ImportOf(ctx context.Context, id string) (roster.Import, roster.ImportState, error)
	ImportStatuses(ctx context.Context, id string) ([]roster.StatusRow, error)
	ApplyImport(ctx context.Context, id, by string, now time.Time) (roster.Imported, error)
	FinishImport(ctx context.Context, id string, r roster.Imported, now time.Time) error
	UndoImport(ctx context.Context, id, by string, now time.Time) (roster.Imported, error)
	DropImport(ctx context.Context, id, by string) error
}

// Roster is who a store knows when a part of the contract begins.
type Roster struct {
	Colleges     []workflow.College
	People       []workflow.Person
	Certificates []workflow.Certificate
}

// Fixture is a store with what a test can do to it from outside.
type Fixture struct {
	Kept
	// Jobs are the kinds of all jobs that turns have left so far, in order.
	Jobs func(t *testing.T) []string
	// Expire makes every lease on an unsent reply run out.
	Expire func(t *testing.T)
}

// Contract tests what all stores do alike; open returns an empty store that knows a roster.
func Contract(t *testing.T, open func(t *testing.T, r Roster) Fixture) {
	for _, part := range []struct {
		name string
		run  func(*contract)
	}{
		{"a turn is stored whole or not at all", (*contract).wholeTurns},
		{"a message is answered once", (*contract).duplicates},
		{"a job finishes a message once", (*contract).resumes},
		{"a case has the people around it", (*contract).cases},
		{"the newest filing is meant", (*contract).newestFiling},
		{"a lost update is a conflict", (*contract).lostUpdates},
		{"unique jobs are one", (*contract).uniqueJobs},
		{"who saw what is kept", (*contract).accesses},
		{"a question is answered once", (*contract).questions},
		{"absences are noted and taken back", (*contract).absences},
		{"a card is due until it is sent", (*contract).cards},
		{"files are their owners'", (*contract).files},
		{"a filing refers to its files", (*contract).placedFiles},
		{"consent is given and withdrawn", (*contract).consents},
		{"a certificate is renewed and taken back", (*contract).certificates},
		{"a desk holds what may be somebody's turn", (*contract).desks},
		{"what people say about reminders is kept", (*contract).reminders},
		{"the office changes the roster", (*contract).roles},
		{"people are found", (*contract).search},
		{"people are found by where they stand", (*contract).standing},
		{"a roster is imported and taken back", (*contract).imports},
		{"what rests on an import stays", (*contract).restingImports},
		{"a checked workbook waits for a yes", (*contract).checkedImports},
		{"filings are counted", (*contract).counts},
	} {
		t.Run(part.name, func(t *testing.T) {
			part.run(newContract(t, open))
		})
	}
}

// contract is a part of the contract being tested.
type contract struct {
	Fixture
	t        *testing.T
	ctx      context.Context
	policy   workflow.Policy
	now      time.Time
	messages int
}

func newContract(t *testing.T, open func(t *testing.T, r Roster) Fixture) *contract {
	t.Helper()
	p, err := workflow.DefaultPolicy()
	if err != nil {
		t.Fatal(err)
	}
	college := func(deputy bool) []workflow.Grant {
		return []workflow.Grant{{Role: workflow.CollegeHandler, College: College, Deputy: deputy}}
	}
	r := Roster{
		Colleges: []workflow.College{
			{ID: College, Name: "晨星信息学院"}, {ID: OtherUnit, Name: "远山文学院"}, {ID: "hr", Name: "人事处"},
		},
		People: []workflow.Person{
			{ID: Applicant, Name: "陈一帆", College: College},
			{ID: Colleague, Name: "赵望舒", College: College},
			{ID: Handler, Name: "何清越", College: College, Grants: college(false)},
			{ID: Deputy, Name: "沈拾玉", College: College, Grants: college(true)},
			{ID: School, Name: "傅明舟", College: "hr", Grants: []workflow.Grant{
				{Role: workflow.HR}, {Role: workflow.SchoolHandler},
			}},
		},
		Certificates: []workflow.Certificate{certificateOf(Applicant, "陈一帆"), certificateOf(Colleague, "赵望舒")},
	}
	return &contract{
		Fixture: open(t, r), t: t, ctx: t.Context(), policy: p, now: calendar.NewDate(2026, 11, 23).At(10, 0),
	}
}

// certificateOf is one that ends on 2026-12-10, with every value of the form filled in.
func certificateOf(person, name string) workflow.Certificate {
	values := workflow.Values{}
	for _, fd := range workflow.Fields() {
		if values[fd.Key] = fd.Example; fd.Example == "" && !fd.Optional {
			values[fd.Key] = workflow.None
		}
	}
	values[workflow.Name], values[workflow.IDNumber], values[workflow.Category] = name, "330199198503121016", "E"
	return workflow.Certificate{
		ID: "cert-" + person, Person: person, Category: "E", Unit: SchoolName, Values: values,
		RecognisedOn: calendar.NewDate(2024, 12, 10),
	}
}

func (c *contract) must(err error) {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
}

// same reports where two values differ; nothing and an empty list are the same.
func (c *contract) same(what string, got, want any) {
	c.t.Helper()
	if d := cmp.Diff(want, got, cmpopts.EquateEmpty(), cmpopts.EquateComparable(calendar.Date{})); d != "" {
		c.t.Errorf("%s (-want +got):\n%s", what, d)
	}
}

// today is the day of the contract's clock.
func (c *contract) today() calendar.Date { return calendar.DateOf(c.now) }

// message is a new message of somebody.
func (c *contract) message(person, filing string) workflow.Inbound {
	c.messages++
	return workflow.Inbound{Robot: "robot", Message: fmt.Sprint("m", c.messages), Person: person, Filing: filing}
}

// keeps is a turn of somebody that stores an outcome.
func (c *contract) keeps(person string, out workflow.Outcome) error {
	c.t.Helper()
	_, err := c.Turn(c.ctx, c.message(person, ""), c.now, func(workflow.Case) (workflow.Outcome, error) {
		return out, nil
	})
	return err
}

// begins is a turn in which somebody agrees and begins a filing.
func (c *contract) begins(person, id string) *workflow.Filing {
	c.t.Helper()
	return c.acts(person, "", func(of workflow.Case) []workflow.Command {
		return []workflow.Command{
			{
				Action: workflow.Enrol, ID: id, Certificate: of.Certificate, College: of.Applicant.College, Unit: SchoolName,
				Policy: c.policy.Version, Consent: c.policy.Consent,
			},
			{Action: workflow.Create, Policy: c.policy.Version, Attested: true},
		}
	})
}

// does is a turn in which commands happen to the newest filing of somebody.
func (c *contract) does(person string, commands ...workflow.Command) *workflow.Filing {
	c.t.Helper()
	own, err := c.PersonCase(c.ctx, person)
	c.must(err)
	return c.acts(person, own.Filing.ID, func(workflow.Case) []workflow.Command { return commands })
}

// acts is a turn in which commands happen to a filing, "" for a new one.
func (c *contract) acts(person, filing string, commands func(workflow.Case) []workflow.Command) *workflow.Filing {
	c.t.Helper()
	var f workflow.Filing
	_, err := c.Turn(c.ctx, c.message(person, filing), c.now, func(of workflow.Case) (workflow.Outcome, error) {
		if filing != "" {
			f = *of.Filing
		}
		out := workflow.Outcome{Consent: c.policy.Consent}
		for _, cmd := range commands(of) {
			if cmd.Actor.ID == "" {
				cmd.Actor = workflow.Actor{ID: person, Role: workflow.Applicant}
			}
			cmd.Ticket = f.Review.Ticket
			next, ev, err := workflow.Apply(f, cmd, c.policy, c.now)
			if err != nil {
				return out, fmt.Errorf("%s: %w", cmd.Action, err)
			}
			f = next
			out.Events = append(out.Events, ev)
			out.Effects = append(out.Effects, workflow.Effects(of, &f, ev)...)
		}
		out.Filing = &f
		return out, nil
	})
	c.must(err)
	return &f
}

// filed takes somebody to the review of their college.
func (c *contract) filed(person, id string) {
	c.t.Helper()
	c.begins(person, id)
	f := c.does(person, new(World).Printed()...)
	college := workflow.Actor{ID: Handler, Role: workflow.CollegeHandler}
	f = c.does(person,
		workflow.Command{Action: workflow.PostNotice, Actor: college, From: c.today()},
		workflow.Command{Action: workflow.Upload, Slot: workflow.SlotForm, File: &workflow.File{
			ID: "form-" + person, Revision: f.Revision,
		}},
		workflow.Command{Action: workflow.AutofetchOK}, workflow.Command{Action: workflow.SaveMaterials},
	)
	c.now = f.Notice.Until.AddDays(1).At(10, 0)
	c.does(person,
		workflow.Command{Action: workflow.PassNotice, Actor: workflow.TimerActor()},
		workflow.Command{Action: workflow.HandIn},
	)
}

// ids are those of people, in order.
func ids(people []workflow.Person) []string {
	var out []string
	for _, p := range people {
		out = append(out, p.ID)
	}
	return out
}

func applicants(cases []workflow.Case) []string {
	var out []string
	for _, c := range cases {
		out = append(out, c.Applicant.ID)
	}
	return out
}
