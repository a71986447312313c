package turntest

import (
	"context"
	"errors"
	"fmt"
	"slices"
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
			{ID: Applicant, Name: "陈一帆", College: College}, {ID: Colleague, Name: "赵望舒", College: College},
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
func (c *contract) keeps(person, filing string, out workflow.Outcome) error {
	c.t.Helper()
	_, err := c.Turn(c.ctx, c.message(person, filing), c.now, func(workflow.Case) (workflow.Outcome, error) { return out, nil })
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
func (c *contract) filed(person, id string) *workflow.Filing {
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
	return c.does(person,
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

func (c *contract) wholeTurns() {
	boom := errors.New("boom")
	in := c.message(Applicant, "")
	began := func(of workflow.Case) (workflow.Outcome, error) {
		f, ev, err := workflow.Apply(workflow.Filing{}, workflow.Command{
			Action: workflow.Enrol, ID: "AAAAAAA2", Certificate: of.Certificate, Consent: c.policy.Consent,
			College: of.Applicant.College, Policy: c.policy.Version,
			Actor: workflow.Actor{ID: Applicant, Role: workflow.Applicant},
		}, c.policy, c.now)
		return workflow.Outcome{
			Filing: &f, Events: []workflow.Event{ev}, Consent: c.policy.Consent, Reply: []byte("好"), Lang: "en",
			Effects: []workflow.Effect{workflow.Announce{Filing: f.ID, Seq: 1, To: Handler}},
		}, err
	}
	_, err := c.Turn(c.ctx, in, c.now, func(of workflow.Case) (workflow.Outcome, error) {
		out, err := began(of)
		of.Certificate.Values[workflow.Phone] = "changed in the turn"
		return out, errors.Join(err, boom)
	})
	if !errors.Is(err, boom) {
		c.t.Fatalf("got %v", err)
	}
	before, err := c.PersonCase(c.ctx, Applicant)
	c.must(err)
	if before.Filing != nil || before.Consent != "" || before.Person.Lang != "" || len(c.Jobs(c.t)) != 0 {
		c.t.Errorf("after an error: %+v, %v", before, c.Jobs(c.t))
	}
	c.same("certificate after an error", *before.Certificate, certificateOf(Applicant, "陈一帆"))
	r, err := c.Turn(c.ctx, in, c.now, began) // delivered again
	c.must(err)
	if r.Duplicate || string(r.Reply) != "好" {
		c.t.Errorf("%+v", r)
	}
	after, err := c.PersonCase(c.ctx, Applicant)
	c.must(err)
	if after.Filing == nil || after.Filing.Seq != 1 || after.Consent != c.policy.Consent || after.Person.Lang != "en" {
		c.t.Errorf("%+v", after)
	}
	c.same("jobs", c.Jobs(c.t), []string{"announce"})
	events, err := c.Events(c.ctx, "AAAAAAA2")
	c.must(err)
	e, err := c.Event(c.ctx, "AAAAAAA2", 1)
	c.must(err)
	if len(events) != 1 || events[0].Action != workflow.Enrol || e.Action != workflow.Enrol || !e.At.Equal(c.now) {
		c.t.Errorf("%+v, %+v", events, e)
	}
	if _, err := c.Event(c.ctx, "AAAAAAA2", 2); !errors.Is(err, workflow.ErrNotFound) {
		c.t.Errorf("an event that is not there: %v", err)
	}
}

func (c *contract) duplicates() {
	calls := 0
	in := c.message(Applicant, "")
	say := func(workflow.Case) (workflow.Outcome, error) {
		calls++
		return workflow.Outcome{Reply: []byte("好")}, nil
	}
	again := func(what, want string) {
		c.t.Helper()
		r, err := c.Turn(c.ctx, in, c.now, say)
		c.must(err)
		if !r.Duplicate || string(r.Reply) != want {
			c.t.Errorf("%s: %+v", what, r)
		}
	}
	_, err := c.Turn(c.ctx, in, c.now, say)
	c.must(err)
	again("while it is being sent", "")
	c.Expire(c.t)
	again("after whoever sent it has died", "好")
	again("while that one is sent", "")
	c.must(c.ReplyFailed(c.ctx, in.Robot, in.Message, "down", false, 0))
	again("after it could not be sent", "好")
	c.must(c.ReplySent(c.ctx, in.Robot, in.Message))
	c.Expire(c.t)
	again("after it was sent", "")
	if calls != 1 {
		c.t.Errorf("decided %d times", calls)
	}
	dead := c.message(Applicant, "")
	_, err = c.Turn(c.ctx, dead, c.now, say)
	c.must(err)
	c.must(c.ReplyFailed(c.ctx, dead.Robot, dead.Message, "refused", true, 0))
	c.Expire(c.t)
	if r, err := c.Turn(c.ctx, dead, c.now, say); err != nil || r.Reply != nil {
		c.t.Errorf("a reply that was given up is sent: %+v, %v", r, err)
	}
}

func (c *contract) resumes() {
	in := c.message(Applicant, "")
	calls := 0
	finish := func(workflow.Case) (workflow.Outcome, error) {
		calls++
		return workflow.Outcome{Reply: []byte("收到"), Views: []workflow.View{{About: Colleague, What: workflow.ShownSearch}}}, nil
	}
	if _, err := c.Resume(c.ctx, in, c.now, finish); err == nil {
		c.t.Error("a message that never came was finished")
	}
	_, err := c.Turn(c.ctx, in, c.now, func(workflow.Case) (workflow.Outcome, error) { return workflow.Outcome{}, nil })
	c.must(err)
	r, err := c.Resume(c.ctx, in, c.now, finish)
	c.must(err)
	if r.Duplicate || string(r.Reply) != "收到" {
		c.t.Errorf("%+v", r)
	}
	r, err = c.Resume(c.ctx, in, c.now, finish)
	c.must(err)
	if !r.Duplicate || r.Reply != nil || calls != 1 {
		c.t.Errorf("%+v after %d calls", r, calls)
	}
	for range 2 { // a timer answers nobody
		_, err := c.Resume(c.ctx, workflow.Inbound{Person: Applicant}, c.now, finish)
		c.must(err)
	}
	seen, err := c.Accesses(c.ctx, Colleague, 9)
	c.must(err)
	if calls != 3 || len(seen) != 3 {
		c.t.Errorf("%d calls, %+v", calls, seen)
	}
}

func (c *contract) cases() {
	own, err := c.PersonCase(c.ctx, Applicant)
	c.must(err)
	c.same("person", own.Person, workflow.Person{ID: Applicant, Name: "陈一帆", College: College})
	c.same("applicant", own.Applicant, own.Person)
	c.same("certificate", *own.Certificate, certificateOf(Applicant, "陈一帆"))
	c.same("college", own.College.Name, "晨星信息学院")
	c.same("handlers, the deputy last", ids(own.College.Handlers), []string{Handler, Deputy})
	c.same("school", ids(own.School), []string{School})
	if !own.Known || own.Consent != "" || own.Filing != nil {
		c.t.Errorf("%+v", own)
	}
	nobody, err := c.PersonCase(c.ctx, Unlisted)
	c.must(err)
	if nobody.Known || nobody.Certificate != nil || nobody.Filing != nil {
		c.t.Errorf("somebody who is not on the roster: %+v", nobody)
	}
	f := c.begins(Applicant, "AAAAAAA2")
	seen, err := c.CaseFor(c.ctx, Handler, f.ID)
	c.must(err)
	theirs, err := c.Case(c.ctx, f.ID)
	c.must(err)
	if seen.Person.ID != Handler || seen.Applicant.ID != Applicant || theirs.Person.ID != Applicant ||
		seen.Consent != c.policy.Consent || seen.Certificate.Person != Applicant {
		c.t.Errorf("%+v, %+v", seen, theirs)
	}
	c.same("filing", *seen.Filing, *theirs.Filing)
	_, err = c.Turn(c.ctx, c.message(Handler, f.ID), c.now, func(of workflow.Case) (workflow.Outcome, error) {
		c.same("case of a turn", of, seen)
		return workflow.Outcome{}, nil
	})
	c.must(err)
	if _, err := c.Case(c.ctx, "ZZZZZZZZ"); !errors.Is(err, workflow.ErrNotFound) {
		c.t.Errorf("a filing that is not there: %v", err)
	}
	if _, err := c.CaseFor(c.ctx, Handler, "ZZZZZZZZ"); !errors.Is(err, workflow.ErrNotFound) {
		c.t.Errorf("a filing that is not there: %v", err)
	}
	names, err := c.Names(c.ctx, []string{Applicant, Unlisted})
	c.must(err)
	c.same("names", names, map[string]string{Applicant: "陈一帆"})
}

func (c *contract) newestFiling() {
	c.begins(Applicant, "AAAAAAA3")
	c.does(Applicant, workflow.Command{Action: workflow.Delete})
	c.now = c.now.Add(time.Hour)
	c.begins(Applicant, "AAAAAAA2")
	own, err := c.PersonCase(c.ctx, Applicant)
	c.must(err)
	old, err := c.Case(c.ctx, "AAAAAAA3")
	c.must(err)
	if own.Filing.ID != "AAAAAAA2" || old.Filing.State != workflow.Cancelled {
		c.t.Errorf("%s, %s", own.Filing.ID, old.Filing.State)
	}
}

func (c *contract) lostUpdates() {
	c.begins(Applicant, "AAAAAAA2")
	stale, err := c.PersonCase(c.ctx, Applicant)
	c.must(err)
	c.does(Applicant, workflow.Command{Action: workflow.LeaveNote, Text: "先"})
	jobs := len(c.Jobs(c.t))
	_, err = c.Turn(c.ctx, c.message(Applicant, ""), c.now, func(of workflow.Case) (workflow.Outcome, error) {
		f, ev, err := workflow.Apply(*stale.Filing, workflow.Command{
			Action: workflow.LeaveNote, Text: "后", Actor: workflow.Actor{ID: Applicant, Role: workflow.Applicant},
		}, c.policy, c.now)
		of.Filing.Seq = stale.Filing.Seq // as if the lock had been lost
		return workflow.Outcome{
			Filing: &f, Events: []workflow.Event{ev}, Effects: []workflow.Effect{workflow.Export{Person: Applicant}},
			Views: []workflow.View{{About: Colleague, What: workflow.ShownSearch}},
		}, err
	})
	if !errors.Is(err, workflow.ErrConflict) {
		c.t.Fatalf("got %v", err)
	}
	own, err := c.PersonCase(c.ctx, Applicant)
	c.must(err)
	seen, err := c.Accesses(c.ctx, Colleague, 1)
	c.must(err)
	if own.Filing.Note != "先" || len(seen) != 0 || len(c.Jobs(c.t)) != jobs {
		c.t.Errorf("%q, %v, %v", own.Filing.Note, seen, c.Jobs(c.t))
	}
}

func (c *contract) uniqueJobs() {
	redraw := workflow.RedrawCard{Filing: "AAAAAAA2", Ticket: 1, Seq: 2}
	other := redraw
	other.Seq = 3
	for _, e := range []workflow.Effect{
		redraw, workflow.Export{Person: Applicant}, redraw, other, workflow.Export{Person: Applicant},
	} {
		c.must(c.keeps(Applicant, "", workflow.Outcome{Effects: []workflow.Effect{e}}))
	}
	c.same("jobs", c.Jobs(c.t), []string{"redraw_card", "export", "redraw_card", "export"})
}

func (c *contract) accesses() {
	c.must(c.keeps(Handler, "", workflow.Outcome{Views: []workflow.View{
		{About: Applicant, What: workflow.ShownTask}, {About: Applicant, What: workflow.ShownForm},
	}}))
	c.now = c.now.Add(time.Minute)
	c.must(c.Shown(c.ctx, Applicant, []string{Deputy, Unlisted}, workflow.ShownCard, c.now))
	c.now = c.now.Add(time.Minute)
	c.must(c.ShownAll(c.ctx, []string{Applicant, Colleague}, School, workflow.ShownList, c.now))
	c.must(c.Noted(c.ctx, School, "export", "2 people", c.now))
	all, err := c.Accesses(c.ctx, Applicant, 9)
	c.must(err)
	var got []string
	for _, a := range all {
		got = append(got, a.Viewer+" "+a.Name+" "+a.What)
	}
	c.same("newest first", got, []string{
		School + " 傅明舟 list", Unlisted + "  card", Deputy + " 沈拾玉 card", Handler + " 何清越 form", Handler + " 何清越 task",
	})
	if !all[0].At.Equal(c.now) {
		c.t.Errorf("at %s", all[0].At)
	}
	some, err := c.Accesses(c.ctx, Applicant, 2)
	c.must(err)
	c.same("at most", len(some), 2)
}

func (c *contract) questions() {
	q := workflow.Question{ID: "QQQQQQQ2", Person: Applicant, Stage: 3, Text: "贴在哪里"}
	c.must(c.keeps(Applicant, "", workflow.Outcome{Question: &q}))
	asked, err := c.Question(c.ctx, q.ID)
	c.must(err)
	if !asked.AskedAt.Equal(c.now) || asked.Text != q.Text || asked.By != "" {
		c.t.Errorf("%+v", asked)
	}
	asked.By, asked.Answer = School, "一楼"
	c.must(c.keeps(School, "", workflow.Outcome{Answered: &asked}))
	asked.Answer = "二楼"
	if err := c.keeps(School, "", workflow.Outcome{
		Answered: &asked, Effects: []workflow.Effect{workflow.AnswerPerson{Question: q.ID}},
	}); !errors.Is(err, workflow.ErrConflict) {
		c.t.Errorf("answered twice: %v", err)
	}
	got, err := c.Question(c.ctx, q.ID)
	c.must(err)
	if got.Answer != "一楼" || got.By != School || got.Stage != 3 || len(c.Jobs(c.t)) != 0 {
		c.t.Errorf("%+v, %v", got, c.Jobs(c.t))
	}
	if _, err := c.Question(c.ctx, "ZZZZZZZZ"); !errors.Is(err, workflow.ErrNotFound) {
		c.t.Errorf("a question that is not there: %v", err)
	}
}

func (c *contract) absences() {
	away := func(id string, from, days int, deputy string) workflow.Absence {
		a := workflow.Absence{ID: id, Person: Handler, From: c.today().AddDays(from), Until: c.today().AddDays(from + days)}
		if deputy != "" {
			a.Deputy = &workflow.Person{ID: deputy, Name: "whatever", College: College}
		}
		return a
	}
	first, second := away("a1", 0, 2, Deputy), away("a2", 10, 1, "")
	for _, a := range []workflow.Absence{first, second} {
		c.must(c.keeps(Handler, "", workflow.Outcome{Absence: &a}))
	}
	first.Deputy = &workflow.Person{ID: Deputy, Name: "沈拾玉"}
	own, err := c.PersonCase(c.ctx, Handler)
	c.must(err)
	c.same("absences of a person", own.Person.Absences, []workflow.Absence{first, second})
	around, err := c.PersonCase(c.ctx, Applicant)
	c.must(err)
	c.same("absences of a handler", around.College.Handlers[0].Absences, own.Person.Absences)
	first.Deputy = &workflow.Person{ID: Deputy}
	got, err := c.Absence(c.ctx, "a1")
	c.must(err)
	c.same("absence", got, first)

	other := away("a3", 2, 1, "") // somebody has changed their mind
	c.must(c.keeps(Handler, "", workflow.Outcome{Absence: &other}))
	if _, err := c.Absence(c.ctx, "a1"); !errors.Is(err, workflow.ErrNotFound) {
		c.t.Errorf("one that was replaced: %v", err)
	}
	c.must(c.keeps(Deputy, "", workflow.Outcome{Back: "a3"})) // not theirs
	_, err = c.Absence(c.ctx, "a3")
	c.must(err)
	c.must(c.keeps(Handler, "", workflow.Outcome{Back: "a3"}))
	own, err = c.PersonCase(c.ctx, Handler)
	c.must(err)
	c.same("one is left", own.Person.Absences, []workflow.Absence{second})
}

func (c *contract) cards() {
	c.begins(Applicant, "AAAAAAA2")
	for range 2 {
		due, err := c.SaveCard(c.ctx, "t1", "AAAAAAA2", 3, []string{Handler, Deputy})
		c.must(err)
		if !due {
			c.t.Error("a card that was not sent is not due")
		}
	}
	c.must(c.CardSent(c.ctx, "t1"))
	due, err := c.SaveCard(c.ctx, "t1", "AAAAAAA2", 3, []string{School})
	c.must(err)
	_, err = c.SaveCard(c.ctx, "t2", "AAAAAAA2", 3, []string{Deputy, School})
	c.must(err)
	if due {
		c.t.Error("a card goes out twice")
	}
	got, err := c.CardReceivers(c.ctx, "AAAAAAA2", 3)
	c.must(err)
	c.same("receivers", got, []string{Handler, Deputy, School})
	got, err = c.CardReceivers(c.ctx, "AAAAAAA2", 4)
	c.must(err)
	c.same("receivers of another step", got, []string{})
}

func (c *contract) files() {
	c.begins(Applicant, "AAAAAAA2")
	for i, f := range []workflow.StoredFile{
		{ID: "f1", MediaType: "image/jpeg", Pages: 1, Size: 9, SHA256: []byte("a")},
		{ID: "f2", MediaType: "image/jpeg", Pages: 1, SHA256: []byte("b"), Revision: 2, Parts: []int{1}},
		{ID: "f3", MediaType: "image/jpeg", Pages: 1, SHA256: []byte("b"), Revision: 2, Parts: []int{2}},
	} {
		f.Person, f.Filing = Applicant, "AAAAAAA2"
		c.now = c.now.Add(time.Duration(i) * time.Minute)
		c.must(c.keeps(Applicant, "", workflow.Outcome{File: &f}))
	}
	got, err := c.File(c.ctx, Applicant, "f1")
	c.must(err)
	c.same("file", got, workflow.StoredFile{
		ID: "f1", Person: Applicant, Filing: "AAAAAAA2", MediaType: "image/jpeg", Pages: 1, Size: 9, SHA256: []byte("a"),
	})
	for _, of := range [][2]string{{Colleague, "f1"}, {Applicant, "f9"}} {
		if _, err := c.File(c.ctx, of[0], of[1]); !errors.Is(err, workflow.ErrNotFound) {
			c.t.Errorf("%v: %v", of, err)
		}
	}
	same, err := c.SameFile(c.ctx, Applicant, []byte("b"))
	c.must(err)
	c.same("the newest with these bytes", same, "f3")
	same, err = c.SameFile(c.ctx, Colleague, []byte("b"))
	c.must(err)
	c.same("somebody else's", same, "")
	parts := func() []string {
		c.t.Helper()
		found, err := c.Parts(c.ctx, "AAAAAAA2", 2)
		c.must(err)
		var out []string
		for _, f := range found {
			out = append(out, fmt.Sprint(f.ID, f.Parts))
		}
		return out
	}
	c.same("pages of a form", parts(), []string{"f2[1]", "f3[2]"})
	whole := workflow.StoredFile{
		ID: "f4", Person: Applicant, Filing: "AAAAAAA2", MediaType: "application/pdf", Pages: 2, SHA256: []byte("c"),
		Gathered: []string{"f2", "f3"},
	}
	own, err := c.PersonCase(c.ctx, Applicant)
	c.must(err)
	c.must(c.keeps(Applicant, "", workflow.Outcome{Filing: own.Filing, File: &whole}))
	c.same("pages that are gathered", parts(), []string{})
	got, err = c.File(c.ctx, Applicant, "f2")
	c.must(err)
	if !got.Superseded || got.Revision != 0 {
		c.t.Errorf("%+v", got)
	}
	c.must(c.Shred(c.ctx, workflow.Shredded{File: "f2", Filing: "AAAAAAA2", Reason: workflow.ShredReplaced, At: c.now}))
	if _, err := c.File(c.ctx, Applicant, "f2"); !errors.Is(err, workflow.ErrNotFound) {
		c.t.Errorf("a file that is gone: %v", err)
	}
	ran := false
	c.must(c.Exclusively(c.ctx, Applicant, func(context.Context) error { ran = true; return nil }))
	c.same("alone", ran, true)
}

func (c *contract) placedFiles() {
	c.begins(Applicant, "AAAAAAA2")
	f := c.does(Applicant, new(World).Printed()...)
	for _, id := range []string{"f1", "f2"} {
		c.must(c.keeps(Applicant, "", workflow.Outcome{File: &workflow.StoredFile{
			ID: id, Person: Applicant, MediaType: "application/pdf", SHA256: []byte(id),
		}}))
	}
	place := func(id string) {
		c.t.Helper()
		c.does(Applicant, workflow.Command{
			Action: workflow.Upload, Slot: workflow.SlotForm, File: &workflow.File{ID: id, Revision: f.Revision},
		})
	}
	superseded := func(id string) bool {
		c.t.Helper()
		got, err := c.File(c.ctx, Applicant, id)
		c.must(err)
		return got.Superseded
	}
	place("f1")
	c.same("one in a slot", superseded("f1"), false)
	place("f2")
	c.same("one that was replaced", superseded("f1"), true)
	place("f1")
	c.same("one that was put back", []bool{superseded("f1"), superseded("f2")}, []bool{false, true})
	own, err := c.PersonCase(c.ctx, Applicant)
	c.must(err)
	c.must(c.keeps(Applicant, "", workflow.Outcome{Filing: own.Filing, Adopted: "f2"}))
	got, err := c.File(c.ctx, Applicant, "f2")
	c.must(err)
	c.same("one that was kept before", got.Filing, "AAAAAAA2")
}

func (c *contract) consents() {
	c.begins(Applicant, "AAAAAAA2")
	c.must(c.keeps(Applicant, "", workflow.Outcome{
		Separate: []string{c.policy.Consent + "/" + workflow.ConsentScans},
		Question: &workflow.Question{ID: "QQQQQQQ2", Person: Applicant, Text: "?"},
		File:     &workflow.StoredFile{ID: "f1", Person: Applicant, Filing: "AAAAAAA2", SHA256: []byte("a")},
	}))
	_, err := c.SaveCard(c.ctx, "t1", "AAAAAAA2", 1, []string{Handler})
	c.must(err)
	doomed, err := c.DoomedFiles(c.ctx, Applicant)
	c.must(err)
	c.same("files before", doomed, []workflow.Shredded{})
	c.now = c.now.Add(time.Hour)
	c.does(Applicant, workflow.Command{Action: workflow.WithdrawConsent})
	c.must(c.keeps(Applicant, "", workflow.Outcome{Withdrawn: true}))
	own, err := c.PersonCase(c.ctx, Applicant)
	c.must(err)
	c.same("consent", own.Consent, "")
	doomed, err = c.DoomedFiles(c.ctx, Applicant)
	c.must(err)
	c.same("files", doomed, []workflow.Shredded{{File: "f1", Filing: "AAAAAAA2", Reason: workflow.ShredWithdrawn}})

	c.now = c.now.Add(time.Hour)
	c.begins(Applicant, "AAAAAAA3") // they have agreed again
	c.must(c.keeps(Applicant, "", workflow.Outcome{Question: &workflow.Question{ID: "QQQQQQQ3", Person: Applicant, Text: "?"}}))
	c.must(c.Erase(c.ctx, Applicant))
	if _, err := c.Case(c.ctx, "AAAAAAA2"); !errors.Is(err, workflow.ErrNotFound) {
		c.t.Errorf("a filing that was erased: %v", err)
	}
	events, err := c.Events(c.ctx, "AAAAAAA2")
	c.must(err)
	c.same("events", events, []workflow.Event{})
	if _, err := c.Question(c.ctx, "QQQQQQQ2"); !errors.Is(err, workflow.ErrNotFound) {
		c.t.Errorf("a question that was erased: %v", err)
	}
	receivers, err := c.CardReceivers(c.ctx, "AAAAAAA2", 1)
	c.must(err)
	c.same("card", receivers, []string{})
	own, err = c.PersonCase(c.ctx, Applicant)
	c.must(err)
	if _, err := c.Question(c.ctx, "QQQQQQQ3"); err != nil || own.Filing.ID != "AAAAAAA3" || own.Consent == "" {
		c.t.Errorf("what came after: %+v, %v", own.Filing, err)
	}
}

func (c *contract) certificates() {
	c.begins(Applicant, "AAAAAAA2")
	next := certificateOf(Applicant, "陈一帆")
	next.ID, next.RecognisedOn = "cert-next", calendar.NewDate(2026, 12, 5)
	c.must(c.keeps(Applicant, "", workflow.Outcome{Renewed: &next}))
	own, err := c.PersonCase(c.ctx, Applicant)
	c.must(err)
	c.same("renewed", *own.Certificate, next)
	c.must(c.keeps(Applicant, "", workflow.Outcome{Filing: own.Filing, Reinstated: "cert-" + Applicant}))
	own, err = c.PersonCase(c.ctx, Applicant)
	c.must(err)
	c.same("taken back", own.Certificate.ID, "cert-"+Applicant)
	owners, err := c.Owners(c.ctx, []string{"cert-next", "cert-" + Applicant, "cert-none"})
	c.must(err)
	c.same("owners", owners, map[string]string{"cert-next": Applicant, "cert-" + Applicant: Applicant})
}

func (c *contract) desks() {
	desk := func(person string) []string {
		c.t.Helper()
		found, err := c.Desk(c.ctx, person, c.today(), 9)
		c.must(err)
		return applicants(found)
	}
	c.begins(Colleague, "AAAAAAA3")
	c.same("who has not saved", desk(Handler), []string{})
	c.does(Colleague, new(World).Printed()...)
	c.now = c.now.Add(time.Minute)
	c.begins(Applicant, "AAAAAAA2")
	c.does(Applicant, new(World).Printed()...)
	c.same("the college's, the longest untouched first", desk(Handler), []string{Colleague, Applicant})
	c.same("the deputy's", desk(Deputy), []string{Colleague, Applicant})
	c.same("the school's", desk(School), []string{})
	c.same("an applicant's", desk(Applicant), []string{})
	some, err := c.Desk(c.ctx, Handler, c.today(), 1)
	c.must(err)
	if len(some) != 1 || some[0].Person.ID != Handler || some[0].Filing.ID != "AAAAAAA3" {
		c.t.Errorf("%+v", some)
	}

	college := workflow.Actor{ID: Handler, Role: workflow.CollegeHandler}
	c.now = c.now.Add(time.Minute)
	c.does(Colleague, workflow.Command{Action: workflow.PostNotice, Actor: college, From: c.today()},
		workflow.Command{Action: workflow.ObjectNotice, Actor: college, Text: "单位不符"})
	c.same("an objection is the school's", desk(School), []string{Colleague})
	c.same("touched", desk(Handler), []string{Applicant, Colleague})

	for _, who := range []string{Handler, Deputy} {
		a := workflow.Absence{ID: "a-" + who, Person: who, From: c.today(), Until: c.today().AddDays(1)}
		if who == Handler {
			a.Deputy = &workflow.Person{ID: Colleague}
		}
		c.must(c.keeps(who, "", workflow.Outcome{Absence: &a}))
	}
	c.same("a deputy's, but their own", desk(Colleague), []string{Applicant})
	c.same("somebody stands in", desk(School), []string{Colleague})
	c.must(c.keeps(Handler, "", workflow.Outcome{Absence: &workflow.Absence{
		ID: "a3", Person: Handler, From: c.today(), Until: c.today().AddDays(1),
	}}))
	c.same("nobody of the college is there (Q21)", desk(School), []string{Applicant, Colleague})
	c.same("nobody stands in", desk(Colleague), []string{})
}

func (c *contract) reminders() {
	k, ok, err := c.Reminded(c.ctx, Applicant)
	c.must(err)
	cert := certificateOf(Applicant, "陈一帆")
	want := reminder.Candidate{
		Certificate: workflow.Certificate{ID: cert.ID, Person: Applicant, RecognisedOn: cert.RecognisedOn},
		Person:      workflow.Person{ID: Applicant, Name: "陈一帆", College: College}, College: "晨星信息学院",
	}
	c.same("candidate", k, want)
	if _, other, err := c.Reminded(c.ctx, School); err != nil || other || !ok {
		c.t.Errorf("%v, %v, %v", ok, other, err)
	}
	said := workflow.Attention{Acknowledged: c.today(), Asked: c.today(), Later: c.today().AddDays(3), Declined: c.today()}
	c.must(c.keeps(Applicant, "", workflow.Outcome{Attention: &said}))
	c.begins(Applicant, "AAAAAAA2")
	k, _, err = c.Reminded(c.ctx, Applicant)
	c.must(err)
	said.Wrote = c.today()
	want.Attention, want.State, want.Seq = said, workflow.Draft, k.Seq
	c.same("candidate", k, want)
	told, err := c.Told(c.ctx, Applicant)
	c.must(err)
	c.same("who was told nothing", told, reminder.Told{})
}

func (c *contract) roles() {
	change := func(r workflow.RosterChange) error {
		c.t.Helper()
		return c.keeps(School, "", workflow.Outcome{Roster: &r, Effects: []workflow.Effect{workflow.Export{Person: School}}})
	}
	holders := func(r workflow.Role) []string {
		c.t.Helper()
		found, err := c.Holders(c.ctx, r)
		c.must(err)
		return ids(found)
	}
	hr := workflow.Grant{Role: workflow.HR}
	if err := change(workflow.RosterChange{Person: School, Revoke: &hr}); !errors.Is(err, workflow.ErrConflict) {
		c.t.Errorf("the last one of HR is gone: %v", err)
	}
	c.same("jobs of a change that was refused", c.Jobs(c.t), []string{})
	if err := change(workflow.RosterChange{Person: Handler, Revoke: &hr}); !errors.Is(err, workflow.ErrConflict) {
		c.t.Errorf("a role that nobody has: %v", err)
	}
	c.must(change(workflow.RosterChange{Person: Handler, Grant: &hr}))
	c.must(change(workflow.RosterChange{Person: School, Revoke: &hr}))
	c.same("HR", holders(workflow.HR), []string{Handler})
	deputy := workflow.Grant{Role: workflow.CollegeHandler, College: College, Deputy: true}
	c.must(change(workflow.RosterChange{Person: Handler, Grant: &deputy}))
	c.must(change(workflow.RosterChange{College: &workflow.College{ID: "c03", Name: "海洋学院"}}))
	c.must(change(workflow.RosterChange{College: &workflow.College{ID: OtherUnit, Name: "文学院"}}))
	found, err := c.Named(c.ctx, "何清越")
	c.must(err)
	slices.SortFunc(found[0].Grants, func(a, b workflow.Grant) int { return len(a.Role) - len(b.Role) })
	c.same("grants", found[0].Grants, []workflow.Grant{hr, deputy})
	for _, word := range []string{Handler, "何清", "h"} {
		found, err = c.Named(c.ctx, word)
		c.must(err)
		c.same("named "+word, len(found) == 1, word == Handler)
	}
	duties, err := c.Colleges(c.ctx)
	c.must(err)
	var got []string
	for _, d := range duties {
		got = append(got, fmt.Sprintf("%s %d %v", d.College.Name, d.People, ids(d.Handlers)))
	}
	c.same("colleges", got, []string{"晨星信息学院 4 [h1 h2]", "文学院 0 []", "海洋学院 0 []", "人事处 1 []"})
	c.same("handlers", holders(workflow.CollegeHandler), []string{Handler, Deputy})
}
