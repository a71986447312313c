package storage_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.org/beian/storage"
	"example.org/beian/storage/keyring"
	"example.org/beian/storage/storagetest"
	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
	"example.org/beian/workflow/reminder"
	"example.org/beian/workflow/roster"
)

// keep checks rows in under a number.
func (r *rig) keep(id string, rows ...roster.Row) {
	r.t.Helper()
	must(r.t, r.KeepImport(r.t.Context(), roster.Import{
		ID: id, By: "s1", Kind: roster.ImportPeople, Rows: rows,
		At: r.now,
	}))
}

func (r *rig) apply(id string) roster.Imported {
	r.t.Helper()
	got, err := r.ApplyImport(r.t.Context(), id, "s1", r.now)
	must(r.t, err)
	return got
}

func (r *rig) undo(id string) roster.Imported {
	r.t.Helper()
	got, err := r.UndoImport(r.t.Context(), id, "s1", r.now)
	must(r.t, err)
	return got
}

// all is the whole roster.
func (r *rig) all() map[string]roster.Entry {
	r.t.Helper()
	rows, err := r.pool.Query(r.t.Context(), `select id from person order by id`)
	must(r.t, err)
	var ids []string
	for rows.Next() {
		var id string
		must(r.t, rows.Scan(&id))
		ids = append(ids, id)
	}
	must(r.t, rows.Err())
	got, err := r.Entries(r.t.Context(), ids)
	must(r.t, err)
	return got
}

func rosterRows() []roster.Row {
	day := calendar.NewDate(2024, 12, 20)
	return []roster.Row{
		{
			Line: 2, Person: "n1", Name: "周小舟", College: "c01", Number: "HZ-1", Category: "D", RecognisedOn: day,
			Grants: []workflow.Grant{{Role: workflow.CollegeHandler, College: "c01"}},
		},
		{Line: 3, Person: "p1", Name: "陈一帆", Values: workflow.Values{workflow.Phone: "13900009999"}},
		{Line: 4, Person: "h1", Name: "何清越"}, // nothing changes
		{Line: 5, Person: "h2", Name: "沈拾玉", Number: "HZ-2", Category: "E", RecognisedOn: day},
	}
}

func TestImportIsIdempotentAndReversible(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	before := r.all()
	r.keep("IMPORT01", rosterRows()...)
	if diff := cmp.Diff(before, r.all()); diff != "" {
		t.Errorf("checking has changed something:\n%s", diff)
	}
	want := roster.Imported{State: roster.ImportApplied, Kind: roster.ImportPeople, New: 1, Changed: 2, Same: 1}
	got := r.apply("IMPORT01")
	if got.Left = nil; !cmp.Equal(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	after := r.all()
	if after["p1"].Certificate.Values[workflow.Phone] != "13900009999" || after["n1"].Certificate.ID != "HZ-1" ||
		after["h2"].Certificate.Category != "E" {
		t.Errorf("after the import: %+v", after)
	}
	again := r.apply("IMPORT01")
	if again.Left = nil; !cmp.Equal(again, want) {
		t.Errorf("applied twice: %+v", again)
	}
	r.keep("IMPORT02", rosterRows()...)
	if got := r.apply("IMPORT02"); got.New+got.Changed != 0 || got.Same != 4 {
		t.Errorf("the same file again: %+v", got)
	}
	if got := r.undo("IMPORT01"); got.New != 1 || got.Changed != 2 || len(got.Left) != 0 {
		t.Errorf("undone: %+v", got)
	}
	if diff := cmp.Diff(before, r.all()); diff != "" {
		t.Errorf("undoing does not bring everything back:\n%s", diff)
	}
	if got := r.undo("IMPORT01"); got.State != roster.ImportUndone {
		t.Errorf("undone twice: %+v", got)
	}
	r.keep("IMPORT03", rosterRows()...)
	if got := r.apply("IMPORT03"); got.New != 1 || got.Changed != 2 {
		t.Errorf("imported again after undoing: %+v", got)
	}
}

// TestUndoLeavesAloneWhatRestsOnIt: who was changed since, or has begun a filing, stays.
func TestUndoLeavesAloneWhatRestsOnIt(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.keep("IMPORT01", rosterRows()...)
	r.apply("IMPORT01")
	r.now = r.now.Add(time.Hour)
	_, err := r.Turn(t.Context(), r.in("m1"), r.now, r.create) // p1 begins
	must(t, err)
	r.keep("IMPORT02", roster.Row{Person: "h2", Name: "沈拾玉", Category: "D"})
	r.apply("IMPORT02")
	got := r.undo("IMPORT01")
	slices.Sort(got.Left)
	if got.New != 1 || got.Changed != 0 || !slices.Equal(got.Left, []string{"h2", "p1"}) {
		t.Errorf("undone: %+v", got)
	}
	all := r.all()
	if all["p1"].Certificate.Values[workflow.Phone] != "13900009999" || all["h2"].Certificate.Category != "D" {
		t.Errorf("what came later was lost: %+v", all)
	}
	if got := r.undo("IMPORT02"); got.Changed != 1 {
		t.Errorf("undone: %+v", got)
	}
}

func TestImportCanBeRefused(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.keep("IMPORT01", rosterRows()...)
	if got, err := r.ApplyImport(t.Context(), "IMPORT01", "h1", r.now); err != nil || got.State != roster.ImportGone {
		t.Errorf("by somebody else: %+v, %v", got, err)
	}
	if got, err := r.ApplyImport(t.Context(), "IMPORT01", "s1", r.now.Add(roster.ImportTTL+time.Minute)); err != nil ||
		got.State != roster.ImportGone {
		t.Errorf("too late: %+v, %v", got, err)
	}
	must(t, r.DropImport(t.Context(), "IMPORT01", "s1"))
	if got := r.apply("IMPORT01"); got.State != roster.ImportGone {
		t.Errorf("dropped: %+v", got)
	}
	r.keep("IMPORT02", roster.Row{
		Person: "n9", Name: "甲", College: "c01", Number: "cert1", Category: "E",
		RecognisedOn: calendar.NewDate(2024, 1, 1),
	})
	if got := r.apply("IMPORT02"); got.New != 0 || !slices.Equal(got.Left, []string{"n9"}) {
		t.Errorf("a number of somebody else: %+v", got)
	}
	for _, table := range []string{"import_part"} {
		var n int
		must(t, r.PruneImports(t.Context(), r.now.Add(2*roster.UndoImport)))
		must(t, r.pool.QueryRow(t.Context(), `select count(*) from `+table).Scan(&n))
		if n != 0 {
			t.Errorf("%d rows are left in %s", n, table)
		}
	}
}

// TestImportIsSealed: neither names nor numbers can be read in the rows that wait.
func TestImportIsSealed(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.keep("IMPORT01", roster.Row{
		Person: "n1", Name: "周小舟", College: "c01",
		Values: workflow.Values{workflow.IDNumber: "330199199001011234"},
	})
	var sealed []byte
	must(t, r.pool.QueryRow(t.Context(), `select sealed from import_part`).Scan(&sealed))
	if s := string(sealed); strings.Contains(s, "周小舟") || strings.Contains(s, "330199") {
		t.Error("the rows can be read in the database")
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	must(t, r.Import(t.Context(), storage.Roster{
		People: []workflow.Person{
			{ID: "p2", Name: "区颖诗", College: "c01"},
			{ID: "p3", Name: "陈一", College: "hr"},
			{ID: "p4", Name: "吕布", College: "hr"},
			{ID: "p5", Name: "Anna Beispiel", College: "hr"},
		},
		Certificates: []workflow.Certificate{{
			ID: "cert2", Person: "p2", Category: "E", Unit: "示例师范大学", RecognisedOn: calendar.NewDate(2024, 1, 10),
			Values: workflow.Values{workflow.IDNumber: "33019919900101123X"},
		}},
	}))
	for _, c := range []struct {
		q    roster.Lookup
		want string
	}{
		{roster.Lookup{Word: "陈一帆"}, "p1"},
		{roster.Lookup{Word: "陈一"}, "p3 p1"},
		{roster.Lookup{Word: "chenyifan"}, "p1"},
		{roster.Lookup{Word: "Chen Yi"}, "p3 p1"},
		{roster.Lookup{Word: "cyf"}, "p1"},
		{roster.Lookup{Word: "ouyingshi"}, "p2"},
		{roster.Lookup{Word: "lubu"}, "p4"},
		{roster.Lookup{Word: "lvbu"}, "p4"},
		{roster.Lookup{Word: "beispiel"}, "p5"},
		{roster.Lookup{Word: "p2"}, "p2"},
		{roster.Lookup{Word: "%"}, ""},
		{roster.Lookup{Word: "_____"}, ""},
		{roster.Lookup{Tail: "1016"}, "p1"},
		{roster.Lookup{Tail: "123x"}, "p2"},
		{roster.Lookup{Tail: "9999"}, ""},
		{roster.Lookup{State: roster.LookupIdle}, "p2 p1"},
		{roster.Lookup{State: roster.LookupOverdue, Until: calendar.NewDate(2026, 11, 23)}, "p2"},
		{roster.Lookup{State: roster.LookupReviewing}, ""},
		{roster.Lookup{Word: "甲学院"}, "p2 h1 h2 p1"},
	} {
		found, all, err := r.Find(t.Context(), c.q, 10)
		must(t, err)
		var ids []string
		for _, f := range found {
			ids = append(ids, f.Applicant.ID)
		}
		slices.Sort(ids)
		want := strings.Fields(c.want)
		slices.Sort(want)
		if !slices.Equal(ids, want) || all != len(want) {
			t.Errorf("%+v: %v (%d), want %v", c.q, ids, all, want)
		}
	}
}

// TestFindBeforeIndexing: people who were there before they could be searched are found, and
// nothing of a number can be read from what finds it.
func TestFindBeforeIndexing(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for _, q := range []string{`delete from spelling`, `update certificate set tail = null`} {
		_, err := r.pool.Exec(t.Context(), q)
		must(t, err)
	}
	for _, q := range []roster.Lookup{{Word: "cyf"}, {Tail: "1016"}} {
		if _, all, err := r.Find(t.Context(), q, 1); err != nil || all != 1 {
			t.Errorf("%+v: %d, %v", q, all, err)
		}
	}
	var tail []byte
	must(t, r.pool.QueryRow(t.Context(), `select tail from certificate where id = 'cert1'`).Scan(&tail))
	if strings.Contains(string(tail), "1016") || len(tail) < 16 {
		t.Errorf("tail is %x", tail)
	}
}

func TestLastOfHRStays(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	change := func(message string, c workflow.RosterChange) error {
		_, err := r.Turn(t.Context(), workflow.Inbound{Robot: "bot", Message: message, Person: "s1"}, r.now,
			func(workflow.Case) (workflow.Outcome, error) {
				return workflow.Outcome{Roster: &c}, nil
			})
		return err
	}
	hr := workflow.Grant{Role: workflow.HR}
	if err := change("m1", workflow.RosterChange{Person: "s1", Revoke: &hr}); err == nil {
		t.Error("the last one of HR was removed")
	}
	must(t, change("m2", workflow.RosterChange{Person: "h1", Grant: &hr}))
	must(t, change("m3", workflow.RosterChange{Person: "s1", Revoke: &hr}))
	holders, err := r.Holders(t.Context(), workflow.HR)
	must(t, err)
	if len(holders) != 1 || holders[0].ID != "h1" {
		t.Errorf("HR is %+v", holders)
	}
	var noted int
	must(t, r.pool.QueryRow(t.Context(), `select count(*) from roster_change where by_id = 's1'`).Scan(&noted))
	if noted != 2 {
		t.Errorf("%d changes are noted", noted)
	}
}

// BenchmarkImport20000 checks, applies and undoes a roster of 20,000 people.
func BenchmarkImport20000(b *testing.B) {
	ctx := context.Background()
	pool, err := pgxpool.New(ctx, storagetest.Database(b, storage.Migrate))
	must(b, err)
	b.Cleanup(pool.Close)
	keys, err := keyring.New()
	must(b, err)
	ring, err := keyring.Parse(keys)
	must(b, err)
	p, err := workflow.DefaultPolicy()
	must(b, err)
	s, err := storage.New(pool, ring, p, lease)
	must(b, err)
	must(b, s.Import(ctx, everybody()))
	now := calendar.NewDate(2026, 11, 23).At(10, 0)
	for n := 0; b.Loop(); n++ {
		rows := make([]roster.Row, 20_000)
		for i := range rows {
			rows[i] = roster.Row{
				Line: i + 2, Person: fmt.Sprintf("u%d", i), Name: "陈一帆", College: "c01", Number: fmt.Sprintf("HZ-%d", i),
				Category:     "E",
				RecognisedOn: calendar.NewDate(2024, 12, 20),
				Values: workflow.Values{
					workflow.IDNumber: "330199198503121016", workflow.Phone: "13900001111",
					workflow.School: "示例大学",
				},
			}
		}
		id := fmt.Sprintf("IMP%05d", n)
		t0 := time.Now() //nolint:forbidigo // a benchmark tells the parts apart
		must(b, s.KeepImport(ctx, roster.Import{ID: id, By: "s1", Kind: roster.ImportPeople, Rows: rows, At: now}))
		t1 := time.Now() //nolint:forbidigo // as above
		got, err := s.ApplyImport(ctx, id, "s1", now)
		must(b, err)
		t2 := time.Now() //nolint:forbidigo // as above
		undone, err := s.UndoImport(ctx, id, "s1", now)
		must(b, err)
		if got.New != len(rows) || undone.New != len(rows) {
			b.Fatalf("%+v, %+v", got, undone)
		}
		b.ReportMetric(t1.Sub(t0).Seconds(), "s/keep")
		b.ReportMetric(t2.Sub(t1).Seconds(), "s/apply")
		b.ReportMetric(time.Since(t2).Seconds(), "s/undo") //nolint:forbidigo // as above
	}
}

// TestUndoAfterAPass: what the daily pass has decided and not yet sent goes with an import that
// is undone; what was sent keeps it.
func TestUndoAfterAPass(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	today := calendar.DateOf(r.now)
	pass := func() {
		found, err := r.ToCheck(t.Context(), today, 100)
		must(t, err)
		var decided []reminder.Decided
		for _, k := range found {
			decided = append(decided, reminder.Decided{Candidate: k, Agenda: reminder.Agenda{
				Due:       &reminder.Due{Milestone: "open", On: today, Until: today.AddDays(3), Reason: reminder.ReasonOpens},
				Closed:    []reminder.Closing{{Milestone: "open-7", On: today, Reason: reminder.ReasonSuperseded}},
				NextCheck: today.AddDays(30),
			}, Climbs: []reminder.Climbing{{Milestone: "climb-college", To: "n1", Until: today.AddDays(3)}}})
		}
		must(t, r.Decide(t.Context(), today, decided, r.now))
	}
	r.keep("IMPORT01", rosterRows()...)
	r.apply("IMPORT01")
	pass()
	if got := r.undo("IMPORT01"); got.New != 1 || len(got.Left) > 0 {
		t.Errorf("after a pass: %+v", got)
	}
	r.keep("IMPORT02", rosterRows()...)
	r.apply("IMPORT02")
	pass()
	job := reminder.Tell{Day: today, Topic: reminder.TopicPerson, People: []string{"n1"}}
	_, err := r.ClaimMessages(t.Context(), job, 1, r.now)
	must(t, err)
	must(t, r.Delivered(t.Context(), job, reminder.Delivery{Sent: []string{"n1"}}, r.now))
	if got := r.undo("IMPORT02"); !slices.Contains(got.Left, "n1") {
		t.Errorf("who was told something is gone: %+v", got)
	}
}

// TestUndoKeepsTheLastOfHR although they came with the import.
func TestUndoKeepsTheLastOfHR(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	hr := workflow.Grant{Role: workflow.HR}
	r.keep("IMPORT01", roster.Row{Line: 2, Person: "n1", Name: "周小舟", College: "hr", Grants: []workflow.Grant{hr}})
	r.apply("IMPORT01")
	_, err := r.pool.Exec(t.Context(), `delete from role_grant where role = 'hr' and person_id = 's1'`)
	must(t, err)
	if got := r.undo("IMPORT01"); !slices.Contains(got.Left, "n1") {
		t.Errorf("nobody is left who can change the roster: %+v", got)
	}
}

// TestCorrectedDates: a certificate with other dates is reminded of by these, from the beginning;
// what was sent under the old ones stays in the ledger under another name.
func TestCorrectedDates(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	today := calendar.DateOf(r.now)
	k, _, err := r.Reminded(t.Context(), "p1")
	must(t, err)
	must(t, r.Decide(t.Context(), today, []reminder.Decided{{Candidate: k, Agenda: reminder.Agenda{
		Due: &reminder.Due{Milestone: "end-14", On: today, Until: today.AddDays(6), Reason: reminder.ReasonEnds},
	}}}, r.now))
	if found, err := r.ToCheck(t.Context(), today, 10); err != nil || len(found) != 0 {
		t.Fatalf("%+v, %v", found, err)
	}
	again := everybody()
	must(t, r.Import(t.Context(), again))
	again.Certificates[0].RecognisedOn = calendar.NewDate(2025, 6, 1)
	must(t, r.Import(t.Context(), again))
	found, err := r.ToCheck(t.Context(), today, 10)
	must(t, err)
	if len(found) != 1 || len(found[0].Ledger) != 1 || found[0].Ledger[0].Milestone == "end-14" {
		t.Errorf("%+v", found)
	}
}

// TestAskedMeanwhile: what somebody writes while the pass decides is not lost.
func TestAskedMeanwhile(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	today := calendar.DateOf(r.now)
	k, _, err := r.Reminded(t.Context(), "p1")
	must(t, err)
	_, err = r.Turn(t.Context(), r.in("m1"), r.now, func(workflow.Case) (workflow.Outcome, error) {
		return workflow.Outcome{Attention: &workflow.Attention{Asked: today, Later: today.AddDays(3)}}, nil
	})
	must(t, err)
	must(t, r.Decide(t.Context(), today, []reminder.Decided{{Candidate: k}}, r.now)) // never again, it thinks
	if found, err := r.ToCheck(t.Context(), today, 10); err != nil || len(found) != 1 ||
		found[0].Attention.Later != today.AddDays(3) {
		t.Errorf("%+v, %v", found, err)
	}
}
