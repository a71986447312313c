package storage_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.org/beian/storage"
	"example.org/beian/storage/keyring"
	"example.org/beian/storage/storagetest"
	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
)

func TestMain(m *testing.M) { storagetest.Main(m) }

// lease is long; tests that need it to run out say so with expired.
const lease = time.Minute

type rig struct {
	*storage.Store
	t    testing.TB
	pool *pgxpool.Pool
	now  time.Time
}

func newRig(t testing.TB) *rig {
	t.Helper()
	ctx := context.Background()
	pool, err := pgxpool.New(ctx, storagetest.Database(t, storage.Migrate))
	must(t, err)
	t.Cleanup(pool.Close)
	b, err := keyring.New()
	must(t, err)
	ring, err := keyring.Parse(b)
	must(t, err)
	p, err := workflow.DefaultPolicy()
	must(t, err)
	s, err := storage.New(pool, ring, p, lease)
	must(t, err)
	r := &rig{s, t, pool, calendar.NewDate(2026, 11, 23).At(10, 0)}
	must(t, s.Import(ctx, everybody()))
	return r
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func everybody() storage.Roster {
	r := storage.Roster{Colleges: []workflow.College{{ID: "c01", Name: "甲学院"}, {ID: "hr", Name: "人事处"}}}
	r.People = []workflow.Person{
		{ID: "p1", Name: "陈一帆", College: "c01"},
		{ID: "h1", Name: "何清越", College: "c01", Grants: []workflow.Grant{{Role: workflow.CollegeHandler, College: "c01"}}},
		{ID: "h2", Name: "沈拾玉", College: "c01", Grants: []workflow.Grant{{
			Role: workflow.CollegeHandler, College: "c01",
			Deputy: true,
		}}},
		{ID: "s1", Name: "傅明舟", College: "hr", Grants: []workflow.Grant{{Role: workflow.SchoolHandler}, {Role: workflow.HR}}},
	}
	r.Certificates = []workflow.Certificate{{
		ID: "cert1", Person: "p1", Category: "E", Unit: "示例师范大学",
		RecognisedOn: calendar.NewDate(2024, 12, 10),
		Values:       workflow.Values{workflow.Name: "陈一帆", workflow.IDNumber: "330199198503121016"},
	}}
	return r
}

func (r *rig) in(message string) workflow.Inbound {
	return workflow.Inbound{Robot: "bot", Message: message, Person: "p1"}
}

// create is a turn that begins a filing and answers.
func (r *rig) create(c workflow.Case) (workflow.Outcome, error) {
	p, err := workflow.DefaultPolicy()
	must(r.t, err)
	f, ev, err := workflow.Apply(workflow.Filing{}, workflow.Command{
		Action: workflow.Enrol, ID: "K7M2Q9XD", Certificate: c.Certificate, Consent: p.Consent,
		College: c.Applicant.College, Policy: p.Version, Actor: workflow.Actor{ID: c.Person.ID, Role: workflow.Applicant},
	}, p, r.now)
	if err != nil {
		return workflow.Outcome{}, err
	}
	return workflow.Outcome{
		Filing: &f, Events: []workflow.Event{ev}, Consent: p.Consent, Reply: []byte("好"),
		Effects: []workflow.Effect{workflow.Announce{Filing: f.ID, Seq: 1, To: "h1"}},
	}, nil
}

func (r *rig) rows(table string) int {
	r.t.Helper()
	var n int
	must(r.t, r.pool.QueryRow(context.Background(), "select count(*) from "+table).Scan(&n))
	return n
}

func TestTurnStoresAllOrNothing(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	boom := errors.New("boom")
	_, err := r.Turn(t.Context(), r.in("m1"), r.now, func(c workflow.Case) (workflow.Outcome, error) {
		if _, err := r.create(c); err != nil {
			return workflow.Outcome{}, err
		}
		return workflow.Outcome{}, boom
	})
	if !errors.Is(err, boom) {
		t.Fatalf("got %v", err)
	}
	for _, table := range []string{"inbound", "filing", "event", "consent", "river_job"} {
		if n := r.rows(table); n != 0 {
			t.Errorf("after an error %s has %d rows", table, n)
		}
	}
	got, err := r.Turn(t.Context(), r.in("m1"), r.now, r.create) // delivered again
	must(t, err)
	if got.Duplicate || string(got.Reply) != "好" {
		t.Errorf("%+v", got)
	}
	for _, table := range []string{"inbound", "filing", "event", "consent", "river_job"} {
		if n := r.rows(table); n != 1 {
			t.Errorf("%s has %d rows, want 1", table, n)
		}
	}
}

// TestViewsAreKeptWithTheTurn: what a turn shows of others is noted in its transaction, at once or
// when a job finishes the message, and never twice.
func TestViewsAreKeptWithTheTurn(t *testing.T) {
	t.Parallel()
	r, ctx := newRig(t), t.Context()
	seen := func(want ...string) {
		t.Helper()
		list, err := r.Accesses(ctx, "p1", 10)
		must(t, err)
		var got []string
		for _, a := range list {
			got = append(got, a.Viewer+" "+a.What)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}
	looks := func(what string, err error) func(workflow.Case) (workflow.Outcome, error) {
		return func(workflow.Case) (workflow.Outcome, error) {
			return workflow.Outcome{Views: []workflow.View{{About: "p1", What: what}}, Reply: []byte("好")}, err
		}
	}
	in := workflow.Inbound{Robot: "bot", Message: "m1", Person: "s1"}
	if _, err := r.Turn(ctx, in, r.now, looks("search", errors.New("killed"))); err == nil {
		t.Fatal("the error was lost")
	}
	seen()
	_, err := r.Turn(ctx, in, r.now, looks("search", nil))
	must(t, err)
	_, err = r.Turn(ctx, in, r.now, looks("search", nil)) // delivered again
	must(t, err)
	seen("s1 search")
	later := workflow.Inbound{Robot: "bot", Message: "m2", Person: "s1"}
	_, err = r.Turn(ctx, later, r.now, func(workflow.Case) (workflow.Outcome, error) { return workflow.Outcome{}, nil })
	must(t, err)
	for range 2 { // a job that runs again
		_, err = r.Resume(ctx, later, r.now.Add(time.Minute), looks("card", nil))
		must(t, err)
	}
	seen("s1 card", "s1 search")
}

func TestDuplicateChangesNothing(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	_, err := r.Turn(t.Context(), r.in("m1"), r.now, r.create)
	must(t, err)
	never := func(workflow.Case) (workflow.Outcome, error) {
		t.Error("a duplicate was decided again")
		return workflow.Outcome{}, nil
	}
	got, err := r.Turn(t.Context(), r.in("m1"), r.now, never)
	must(t, err)
	if !got.Duplicate || got.Reply != nil {
		t.Errorf("while the reply is being sent: %+v", got)
	}
	r.expired()
	if got, err = r.Turn(t.Context(), r.in("m1"), r.now, never); err != nil || string(got.Reply) != "好" {
		t.Errorf("after its sender died: %+v, %v", got, err)
	}
	must(t, r.ReplySent(t.Context(), "bot", "m1"))
	r.expired()
	if got, err = r.Turn(t.Context(), r.in("m1"), r.now, never); err != nil || got.Reply != nil {
		t.Errorf("after it was sent: %+v, %v", got, err)
	}
}

// expired makes every lease run out.
func (r *rig) expired() {
	r.t.Helper()
	_, err := r.pool.Exec(context.Background(), "update inbound set lease_until = clock_timestamp() - interval '1 "+
		"second' where sent_at is null")
	must(r.t, err)
}

func TestSweeperKeepsTheOrderOfAPerson(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	say := func(text string) func(workflow.Case) (workflow.Outcome, error) {
		return func(workflow.Case) (workflow.Outcome, error) { return workflow.Outcome{Reply: []byte(text)}, nil }
	}
	for _, m := range []string{"m1", "m2"} {
		_, err := r.Turn(t.Context(), r.in(m), r.now, say(m))
		must(t, err)
	}
	if p, err := r.ClaimReplies(t.Context(), 10); err != nil || len(p) != 0 {
		t.Errorf("while they are being sent: %+v, %v", p, err)
	}
	r.expired()
	p, err := r.ClaimReplies(t.Context(), 10)
	must(t, err)
	if len(p) != 1 || p[0].Message != "m1" || string(p[0].Reply) != "m1" || p[0].Attempts != 2 {
		t.Fatalf("first: %+v", p)
	}
	must(t, r.ReplySent(t.Context(), "bot", "m1"))
	r.expired()
	if p, err = r.ClaimReplies(t.Context(), 10); err != nil || len(p) != 1 || p[0].Message != "m2" {
		t.Fatalf("then: %+v, %v", p, err)
	}
	must(t, r.ReplyFailed(t.Context(), "bot", "m2", "invalid", true, 0))
	r.expired()
	if p, err = r.ClaimReplies(t.Context(), 10); err != nil || len(p) != 0 {
		t.Errorf("a dead reply is handed out: %+v, %v", p, err)
	}
	dead, err := r.DeadJobs(t.Context())
	if err != nil || dead["reply"] != 1 {
		t.Errorf("dead: %v, %v", dead, err)
	}
}

func TestTurnsOfOnePersonRunOneByOne(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	var inside, most atomic.Int32
	var wg sync.WaitGroup
	for i := range 12 {
		wg.Go(func() {
			_, err := r.Turn(context.Background(), r.in(fmt.Sprint("m", i)), r.now,
				func(workflow.Case) (workflow.Outcome, error) {
					n := inside.Add(1)
					for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
					}
					defer inside.Add(-1)
					return workflow.Outcome{Reply: []byte("x")}, nil
				})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if most.Load() != 1 {
		t.Errorf("%d turns of one person at once", most.Load())
	}
}

func TestCaseHoldsThePeopleAround(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	_, err := r.Turn(t.Context(), r.in("m1"), r.now, r.create)
	must(t, err)
	_, err = r.Turn(t.Context(), workflow.Inbound{Robot: "bot", Message: "m2", Person: "h1", Filing: "K7M2Q9XD"}, r.now,
		func(c workflow.Case) (workflow.Outcome, error) {
			if c.Person.ID != "h1" || c.Applicant.ID != "p1" || c.Filing == nil || c.College.Name != "甲学院" ||
				c.Certificate.ID != "cert1" || c.Consent == "" {
				t.Errorf("%+v", c)
			}
			var names []string
			for _, p := range append(c.Assignees(workflow.CollegeHandler, calendar.DateOf(r.now)),
				c.Assignees(workflow.SchoolHandler, calendar.DateOf(r.now))...) {
				names = append(names, p.Name)
			}
			if d := cmp.Diff([]string{"何清越", "傅明舟"}, names); d != "" {
				t.Error(d)
			}
			return workflow.Outcome{}, nil
		})
	must(t, err)
	_, err = r.Turn(t.Context(), workflow.Inbound{Robot: "bot", Message: "m3", Person: "stranger"}, r.now,
		func(c workflow.Case) (workflow.Outcome, error) {
			if c.Known || c.Filing != nil || c.Certificate != nil {
				t.Errorf("a stranger sees %+v", c)
			}
			return workflow.Outcome{}, nil
		})
	must(t, err)
}

// TestNothingPersonalInClear looks for the identity number in every table.
func TestNothingPersonalInClear(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	_, err := r.Turn(t.Context(), r.in("m1"), r.now, r.create)
	must(t, err)
	for _, table := range []string{"certificate", "filing", "event", "inbound", "river_job"} {
		var n int
		q := fmt.Sprintf(`select count(*) from %s x where x::text like '%%330199198503121016%%'
			or position('330199198503121016'::bytea in convert_to(x::text, 'UTF8')) > 0`, table)
		must(t, r.pool.QueryRow(t.Context(), q).Scan(&n))
		if n != 0 {
			t.Errorf("%s holds the identity number in clear", table)
		}
	}
}

func TestLostUpdateIsAConflict(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	_, err := r.Turn(t.Context(), r.in("m1"), r.now, r.create)
	must(t, err)
	_, err = r.pool.Exec(t.Context(), "update filing set seq = seq + 1") // somebody got past the lock
	must(t, err)
	_, err = r.Turn(t.Context(), r.in("m2"), r.now, func(c workflow.Case) (workflow.Outcome, error) {
		p, perr := workflow.DefaultPolicy()
		must(t, perr)
		f, ev, err := workflow.Apply(*c.Filing, workflow.Command{
			Action: workflow.Create, Policy: p.Version, Attested: true,
			Actor: workflow.Actor{ID: "p1", Role: workflow.Applicant},
		}, p, r.now)
		return workflow.Outcome{Filing: &f, Events: []workflow.Event{ev}}, err
	})
	if !errors.Is(err, workflow.ErrConflict) {
		t.Errorf("got %v", err)
	}
}

func TestReplayEqualsTheStoredFiling(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	_, err := r.Turn(t.Context(), r.in("m1"), r.now, r.create)
	must(t, err)
	c, err := r.Case(t.Context(), "K7M2Q9XD")
	must(t, err)
	events, err := r.Events(t.Context(), "K7M2Q9XD")
	must(t, err)
	if d := cmp.Diff(*c.Filing, workflow.Replay(events), cmp.Comparer(func(a, b time.Time) bool {
		return a.Equal(b)
	})); d != "" {
		t.Error(d)
	}
	if _, err := r.Case(t.Context(), "AAAAAAAA"); !errors.Is(err, workflow.ErrNotFound) {
		t.Errorf("no such filing: %v", err)
	}
}

func TestOneReplicaWinsATick(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	var wins atomic.Int32
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			won, err := r.ClaimTick(context.Background(), "daily", r.now, workflow.DailyPass{Day: calendar.DateOf(r.now)})
			if err != nil {
				t.Error(err)
			}
			if won {
				wins.Add(1)
			}
		})
	}
	wg.Wait()
	if wins.Load() != 1 || r.rows("river_job") != 1 {
		t.Errorf("%d replicas won, %d jobs", wins.Load(), r.rows("river_job"))
	}
}

func TestResumeIsIdempotent(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	_, err := r.Turn(t.Context(), r.in("m1"), r.now, func(workflow.Case) (workflow.Outcome, error) {
		return workflow.Outcome{}, nil
	})
	must(t, err)
	runs := 0
	for range 2 {
		_, err := r.Resume(t.Context(), r.in("m1"), r.now, func(workflow.Case) (workflow.Outcome, error) {
			runs++
			return workflow.Outcome{Reply: []byte("收到")}, nil
		})
		must(t, err)
	}
	if runs != 1 {
		t.Errorf("decided %d times", runs)
	}
}

func TestCardIsDueUntilSent(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	_, err := r.Turn(t.Context(), r.in("m1"), r.now, r.create)
	must(t, err)
	for range 2 { // killed between saving and sending: it is still due
		if due, err := r.SaveCard(t.Context(), "track", "K7M2Q9XD", 1, []string{"h1"}); err != nil || !due {
			t.Fatalf("due %v, %v", due, err)
		}
	}
	must(t, r.CardSent(t.Context(), "track"))
	if due, err := r.SaveCard(t.Context(), "track", "K7M2Q9XD", 1, []string{"h1"}); err != nil || due {
		t.Errorf("after it was sent: due %v, %v", due, err)
	}
}

func TestFilesAreTheirOwners(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	f := workflow.StoredFile{
		ID: "0123456789abcdef0123456789abcdef", Person: "p1", MediaType: "pdf", Pages: 2, Size: 9,
		SHA256: []byte("hash"),
	}
	_, err := r.Turn(t.Context(), r.in("m1"), r.now, func(workflow.Case) (workflow.Outcome, error) {
		return workflow.Outcome{File: &f}, nil
	})
	must(t, err)
	if id, err := r.SameFile(t.Context(), "p1", []byte("hash")); err != nil || id != f.ID {
		t.Errorf("%q, %v", id, err)
	}
	if got, err := r.File(t.Context(), "p1", f.ID); err != nil || got.Pages != 2 {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := r.File(t.Context(), "h1", f.ID); !errors.Is(err, workflow.ErrNotFound) {
		t.Errorf("somebody else's file: %v", err)
	}
}

// TestRulesAreKept: older policies stay for the filings begun under them, and a version
// never changes its meaning.
func TestRulesAreKept(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	p, err := workflow.DefaultPolicy()
	must(t, err)
	for range 2 { // every start does it
		must(t, r.KeepPolicy(t.Context(), p, r.now))
	}
	changed := p
	changed.Notice.WorkingDays = 7
	if err := r.KeepPolicy(t.Context(), changed, r.now); !errors.Is(err, storage.ErrPolicyChanged) {
		t.Errorf("another policy of the same version: %v", err)
	}
	changed.Version = "2027-01"
	must(t, r.KeepPolicy(t.Context(), changed, r.now))
	year, err := calendar.ParseYear([]byte(`{"year": 2027, "source": "x", "off": ["01-01/01-03", "02-05/02-11"], ` +
		`"work": []}`))
	must(t, err)
	for range 2 {
		must(t, r.SaveYear(t.Context(), year, r.now))
	}
	book, err := r.Rules(t.Context(), changed)
	must(t, err)
	f := workflow.Filing{State: workflow.Draft, Policy: p.Version}
	if book.Current.Notice.WorkingDays != 7 || book.For(&f).Notice.WorkingDays != 5 {
		t.Errorf("in force %d days, kept %d", book.Current.Notice.WorkingDays, book.For(&f).Notice.WorkingDays)
	}
	if work, official := book.For(&f).Calendar().IsWorkday(calendar.NewDate(2027, 2, 11)); work || !official {
		t.Errorf("the imported year: work %v, official %v", work, official)
	}
}

// TestDue finds filings by what time brings about, each by its own index.
func TestDue(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	_, err := r.Turn(t.Context(), r.in("m1"), r.now, r.create)
	must(t, err)
	for day, want := range map[string]int{"2026-12-10": 0, "2026-12-11": 1} { // the certificate ends on the tenth
		d, err := calendar.ParseDate(day)
		must(t, err)
		ids, err := r.Due(t.Context(), d)
		must(t, err)
		if len(ids) != want {
			t.Errorf("due on %s: %v", day, ids)
		}
	}
}

// TestNobodysCertificate: agreeing before HR has entered a certificate is stored.
func TestNobodysCertificate(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	in := workflow.Inbound{Robot: "bot", Message: "m1", Person: "h1"}
	_, err := r.Turn(t.Context(), in, r.now, r.create)
	must(t, err)
	c, err := r.PersonCase(t.Context(), "h1")
	must(t, err)
	if c.Filing.State != workflow.NotEligible || c.Filing.Reason != workflow.NoCertificate || c.Certificate != nil {
		t.Errorf("%+v", c.Filing)
	}
}

// TestRenewalIsTakenBack: after a correction the earlier certificate counts again (T26).
func TestRenewalIsTakenBack(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	_, err := r.Turn(t.Context(), r.in("m1"), r.now, r.create)
	must(t, err)
	for i, c := range []struct {
		out  workflow.Outcome
		want string
	}{
		{workflow.Outcome{Renewed: &workflow.Certificate{
			ID: "cert2", Person: "p1", Category: "E",
			RecognisedOn: calendar.NewDate(2026, 12, 20), Values: workflow.Values{},
		}}, "cert2"},
		{workflow.Outcome{Reinstated: "cert1"}, "cert1"},
	} {
		_, err := r.Turn(t.Context(), r.in(fmt.Sprint("x", i)), r.now, func(k workflow.Case) (workflow.Outcome, error) {
			c.out.Filing = k.Filing
			return c.out, nil
		})
		must(t, err)
		k, err := r.PersonCase(t.Context(), "p1")
		must(t, err)
		if k.Certificate == nil || k.Certificate.ID != c.want {
			t.Errorf("current is %+v, want %s", k.Certificate, c.want)
		}
	}
}

// TestReplayFindsWhatIsMissing: a filing whose log lost an event is found.
func TestReplayFindsWhatIsMissing(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	_, err := r.Turn(t.Context(), r.in("m1"), r.now, r.create)
	must(t, err)
	differs := func() (out []string) {
		must(t, r.EachFiling(t.Context(), func(f workflow.Filing, events []workflow.Event) error {
			var err error
			out, err = workflow.Divergence(f, events)
			return err
		}))
		return out
	}
	if d := differs(); len(d) != 0 {
		t.Errorf("untouched: %v", d)
	}
	_, err = r.pool.Exec(t.Context(), `delete from event`)
	must(t, err)
	if d := differs(); len(d) == 0 {
		t.Error("a filing without events went unnoticed")
	}
	boom := errors.New("boom")
	if err := r.EachFiling(t.Context(), func(workflow.Filing, []workflow.Event) error {
		return boom
	}); !errors.Is(err, boom) {
		t.Errorf("%v", err)
	}
}

// TestErase: after a withdrawal nothing of the filing is left, and a filing begun after
// agreeing again is not touched.
func TestErase(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	p, err := workflow.DefaultPolicy()
	must(t, err)
	_, err = r.Turn(t.Context(), r.in("m1"), r.now, r.create)
	must(t, err)
	_, err = r.Turn(t.Context(), r.in("m2"), r.now, func(c workflow.Case) (workflow.Outcome, error) {
		f, ev, err := workflow.Apply(*c.Filing, workflow.Command{
			Action: workflow.WithdrawConsent,
			Actor:  workflow.Actor{ID: "p1", Role: workflow.Applicant},
		}, p, r.now)
		return workflow.Outcome{
			Filing: &f, Events: []workflow.Event{ev}, Withdrawn: true,
			Question: &workflow.Question{ID: "Q1", Person: "p1", Text: "x"},
		}, err
	})
	must(t, err)
	if c, err := r.PersonCase(t.Context(), "p1"); err != nil || c.Consent != "" {
		t.Errorf("consent is %q, %v", c.Consent, err)
	}
	again := func(c workflow.Case) (workflow.Outcome, error) {
		f, ev, err := workflow.Apply(workflow.Filing{}, workflow.Command{
			Action: workflow.Enrol, ID: "AAAABBBB", Certificate: c.Certificate, Consent: p.Consent,
			College: c.Applicant.College, Policy: p.Version,
			Actor: workflow.Actor{ID: "p1", Role: workflow.Applicant},
		}, p, r.now.Add(time.Minute))
		return workflow.Outcome{Filing: &f, Events: []workflow.Event{ev}, Consent: p.Consent}, err
	}
	_, err = r.Turn(t.Context(), r.in("m3"), r.now.Add(time.Minute), again)
	must(t, err)
	must(t, r.Shown(t.Context(), "p1", []string{"h1"}, "card", r.now))
	for range 2 { // a job may run twice
		must(t, r.Erase(t.Context(), "p1"))
	}
	if _, err := r.Case(t.Context(), "K7M2Q9XD"); !errors.Is(err, workflow.ErrNotFound) {
		t.Errorf("the filing is still there: %v", err)
	}
	if n := r.rows("event"); n != 1 {
		t.Errorf("%d events, want the one of the new filing", n)
	}
	if _, err := r.Question(t.Context(), "Q1"); !errors.Is(err, workflow.ErrNotFound) {
		t.Errorf("the question is still there: %v", err)
	}
	c, err := r.PersonCase(t.Context(), "p1")
	must(t, err)
	if c.Consent != p.Consent || c.Filing == nil || c.Filing.ID != "AAAABBBB" {
		t.Errorf("agreed again: %q, %+v", c.Consent, c.Filing)
	}
	if seen, err := r.Accesses(t.Context(), "p1", 10); err != nil || len(seen) != 1 || seen[0].Name != "何清越" {
		t.Errorf("who saw: %+v, %v", seen, err)
	}
}

// TestSeparateConsents: what is agreed to apart is recorded and is not the notice.
func TestSeparateConsents(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for i := range 2 { // given again, it is recorded once
		_, err := r.Turn(t.Context(), r.in(fmt.Sprint("m", i)), r.now, func(workflow.Case) (workflow.Outcome, error) {
			return workflow.Outcome{Separate: []string{
				"2026-11/" + workflow.ConsentPublish,
				"2026-11/" + workflow.ConsentScans,
			}}, nil
		})
		must(t, err)
	}
	if n := r.rows("consent"); n != 2 {
		t.Errorf("%d consents, want 2", n)
	}
	if c, err := r.PersonCase(t.Context(), "p1"); err != nil || c.Consent != "" {
		t.Errorf("the notice counts as agreed to: %q, %v", c.Consent, err)
	}
}

// TestStatistics: the decisions of the last year with when their step began, the reasons of
// returns, and where open filings are.
func TestStatistics(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	_, err := r.Turn(t.Context(), r.in("m1"), r.now, r.create)
	must(t, err)
	c, err := r.Case(t.Context(), "K7M2Q9XD")
	must(t, err)
	began := r.now.Add(time.Hour)
	events := []workflow.Event{
		{
			Seq: 10, At: began, To: workflow.Prereview,
			Command: workflow.Command{Action: workflow.HandIn, Actor: workflow.Actor{ID: "p1", Role: workflow.Applicant}},
		},
		{
			Seq: 11, At: began.Add(2 * time.Hour), To: workflow.Prereview,
			Command: workflow.Command{Action: workflow.Approve, Actor: workflow.Actor{ID: "h1", Role: workflow.CollegeHandler}},
		},
		{Seq: 12, At: began.Add(5 * time.Hour), To: workflow.Returned, Command: workflow.Command{
			Action: workflow.Return, Actor: workflow.Actor{ID: "s1", Role: workflow.SchoolHandler},
			Items: []workflow.ReturnItem{{Slot: 3, Reason: "not_scan"}, {Slot: 2, Reason: "not_scan"}},
		}},
	}
	for i := range events {
		f := *c.Filing
		f.Seq = events[i].Seq
		in := workflow.Inbound{Robot: "bot", Message: fmt.Sprint("e", i), Person: "p1"}
		_, err := r.Turn(t.Context(), in, r.now, func(workflow.Case) (workflow.Outcome, error) {
			return workflow.Outcome{Filing: &f, Events: events[i : i+1]}, nil
		})
		must(t, err)
	}
	got, err := r.Statistics(t.Context(), calendar.DateOf(r.now))
	must(t, err)
	same := cmp.Comparer(func(a, b time.Time) bool { return a.Equal(b) })
	want := []workflow.StepTime{
		{Role: workflow.SchoolHandler, From: events[1].At, To: events[2].At},
		{Role: workflow.CollegeHandler, From: began, To: events[1].At},
	}
	if d := cmp.Diff(want, got.Took, same); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(map[string]int{"not_scan": 2}, got.Returned); d != "" {
		t.Error(d)
	}
	if len(got.Open) != 1 || got.Open[0].Count != 1 || len(got.Ahead) != 1 ||
		got.Ahead[0] != (workflow.MonthCount{Month: "2026-12", College: "甲学院", Count: 1}) {
		t.Errorf("%+v, %+v", got.Open, got.Ahead)
	}
}
