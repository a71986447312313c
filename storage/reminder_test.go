package storage_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
	"example.org/beian/workflow/reminder"
)

// TestReminderLedger: what was decided is written once, sent once, and looked at again only
// on the day that was asked for.
func TestReminderLedger(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	today := calendar.DateOf(r.now)
	must(t, r.Rebase(t.Context(), "rules 1"))
	found, err := r.ToCheck(t.Context(), today, 10)
	must(t, err)
	if len(found) != 1 || found[0].Person.ID != "p1" || found[0].College != "甲学院" || len(found[0].Ledger) != 0 {
		t.Fatalf("%+v", found)
	}
	decided := []reminder.Decided{{
		Candidate: found[0],
		Agenda: reminder.Agenda{
			Due:       &reminder.Due{Milestone: "open+7", On: today, Until: today.AddDays(6), Reason: reminder.ReasonOpens},
			Closed:    []reminder.Closing{{Milestone: "open", On: today.AddDays(-7), Reason: reminder.ReasonSuperseded}},
			NextCheck: today.AddDays(7),
		},
		Climbs: []reminder.Climbing{{Milestone: "climb-college", To: "h1", Until: today.AddDays(7)}},
	}}
	for range 3 { // a pass that runs again changes nothing
		must(t, r.Decide(t.Context(), today, decided, r.now))
	}
	if n := r.rows("reminder"); n != 3 {
		t.Errorf("%d ledger rows, want 3", n)
	}
	if found, err := r.ToCheck(t.Context(), today.AddDays(6), 10); err != nil || len(found) != 0 {
		t.Errorf("looked at too early: %+v, %v", found, err)
	}
	found, err = r.ToCheck(t.Context(), today.AddDays(7), 10)
	if err != nil || len(found) != 1 || len(found[0].Ledger) != 3 {
		t.Errorf("%+v, %v", found, err)
	}
	must(t, r.Rebase(t.Context(), "rules 1"))
	if found, err := r.ToCheck(t.Context(), today, 10); err != nil || len(found) != 0 {
		t.Errorf("the same rules: %+v, %v", found, err)
	}
	must(t, r.Rebase(t.Context(), "rules 2"))
	if found, err := r.ToCheck(t.Context(), today, 10); err != nil || len(found) != 1 {
		t.Errorf("other rules: %+v, %v", found, err)
	}

	n, err := r.Post(t.Context(), today, 10)
	must(t, err)
	if jobs := r.rows("river_job"); n != 2 || jobs != 2 {
		t.Errorf("%d people in %d jobs", n, jobs)
	}
	job := reminder.Tell{Day: today, Topic: reminder.TopicPerson, People: []string{"p1"}}
	told, err := r.ClaimMessages(t.Context(), job, 1, r.now)
	must(t, err)
	if len(told) != 1 || len(told[0].Reminders) != 1 || told[0].Reminders[0].Reason != reminder.ReasonOpens ||
		told[0].Reminders[0].Candidate.Person.ID != "p1" {
		t.Fatalf("%+v", told)
	}
	if again, err := r.ClaimMessages(t.Context(), job, 2, r.now); err != nil || len(again) != 0 {
		t.Errorf("another job sends it too: %+v, %v", again, err)
	}
	if again, err := r.ClaimMessages(t.Context(), job, 1, r.now); !errors.Is(err, workflow.ErrConflict) {
		t.Errorf("the same job, while an attempt may be under way: %+v, %v", again, err)
	}
	_, err = r.pool.Exec(t.Context(), `update message set claimed_at = claimed_at - interval '20 seconds'`)
	must(t, err)
	if again, err := r.ClaimMessages(t.Context(), job, 1, r.now); err != nil || len(again) != 1 {
		t.Errorf("the same job, killed in between: %+v, %v", again, err)
	}
	must(t, r.Delivered(t.Context(), job, reminder.Delivery{
		QueryKey: "k1", Sent: []string{"p1"},
		Carried: []reminder.LedgerKey{{Certificate: "cert1", Milestone: "open+7", Person: "p1"}},
	}, r.now))
	if again, err := r.ClaimMessages(t.Context(), job, 1, r.now); err != nil || len(again) != 0 {
		t.Errorf("a message that was sent goes out again: %+v, %v", again, err)
	}
	what, err := r.Told(t.Context(), "p1")
	if err != nil || what.On != today || len(what.Reminders) != 1 || what.Reminders[0].Milestone != "open+7" {
		t.Errorf("%+v, %v", what, err)
	}
	keys, err := r.Unread(t.Context(), r.now.Add(-time.Hour), 10)
	if err != nil || !slices.Equal(keys, []string{"k1"}) {
		t.Errorf("%v, %v", keys, err)
	}
	must(t, r.MessageRead(t.Context(), "k1", []string{"p1"}, r.now))
	if keys, err := r.Unread(t.Context(), r.now.Add(-time.Hour), 10); err != nil || len(keys) != 0 {
		t.Errorf("%v, %v", keys, err)
	}
}

// TestLaterReminderWins: what could not be sent gives way to the next rung, what is too old is
// closed, and a message that a day could not send is taken over by the next.
func TestLaterReminderWins(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	today := calendar.DateOf(r.now)
	decide := func(day calendar.Date, milestone string, until int) {
		found, _, err := r.Reminded(t.Context(), "p1")
		must(t, err)
		must(t, r.Decide(t.Context(), day, []reminder.Decided{{Candidate: found, Agenda: reminder.Agenda{
			Due:       &reminder.Due{Milestone: milestone, On: day, Until: day.AddDays(until), Reason: reminder.ReasonEnds},
			NextCheck: day.AddDays(1),
		}}}, r.now))
	}
	decide(today, "end-14", 2)
	_, err := r.Post(t.Context(), today, 10)
	must(t, err)
	tomorrow := today.AddDays(1)
	decide(tomorrow, "end-7", 2)
	n, err := r.Post(t.Context(), tomorrow, 10)
	must(t, err)
	if n != 1 {
		t.Errorf("%d messages for one person on a day", n)
	}
	old := reminder.Tell{Day: today, Topic: reminder.TopicPerson, People: []string{"p1"}}
	if told, err := r.ClaimMessages(t.Context(), old, 1, r.now); err != nil || len(told) != 0 {
		t.Errorf("yesterday's message: %+v, %v", told, err)
	}
	now := reminder.Tell{Day: tomorrow, Topic: reminder.TopicPerson, People: []string{"p1"}}
	told, err := r.ClaimMessages(t.Context(), now, 2, r.now.AddDate(0, 0, 1))
	must(t, err)
	if len(told) != 1 || len(told[0].Reminders) != 1 || told[0].Reminders[0].Milestone != "end-7" {
		t.Errorf("%+v", told)
	}
	must(t, r.Delivered(t.Context(), now, reminder.Delivery{Later: []string{"p1"}, Reason: "flowControlled"}, r.now))
	told, err = r.ClaimMessages(t.Context(), now, 2, r.now.AddDate(0, 0, 5))
	if err != nil || len(told) != 1 || len(told[0].Reminders) != 0 {
		t.Errorf("five days later it is no longer right: %+v, %v", told, err)
	}
	k, _, err := r.Reminded(t.Context(), "p1")
	must(t, err)
	whys := map[string]reminder.Reason{}
	for _, e := range k.Ledger {
		whys[e.Milestone] = e.Reason
	}
	if d := cmp.Diff(map[string]reminder.Reason{"end-14": reminder.ReasonSuperseded, "end-7": reminder.ReasonLate},
		whys); d != "" {
		t.Error(d)
	}
}

// TestUnreachable: whom DingTalk does not deliver to is on HR's list and is looked at again at
// once, so that somebody else hears of it.
func TestUnreachable(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	today := calendar.DateOf(r.now)
	found, _, err := r.Reminded(t.Context(), "p1")
	must(t, err)
	must(t, r.Decide(t.Context(), today, []reminder.Decided{{Candidate: found, Agenda: reminder.Agenda{
		Due:       &reminder.Due{Milestone: "end-14", On: today, Until: today.AddDays(6), Reason: reminder.ReasonEnds},
		NextCheck: today.AddDays(7),
	}}}, r.now))
	job := reminder.Tell{Day: today, Topic: reminder.TopicPerson, People: []string{"p1"}}
	_, err = r.ClaimMessages(t.Context(), job, 1, r.now)
	must(t, err)
	must(t, r.Delivered(t.Context(), job, reminder.Delivery{
		Unreachable: []string{"p1"}, Reason: "invalidStaffId",
		Carried: []reminder.LedgerKey{{Certificate: "cert1", Milestone: "end-14", Person: "p1"}},
	}, r.now))
	gone, err := r.Unreachable(t.Context(), today, 10)
	if err != nil || len(gone) != 1 || !gone[0].Ledger[0].Unreached {
		t.Errorf("%+v, %v", gone, err)
	}
	if again, err := r.ToCheck(t.Context(), today, 10); err != nil || len(again) != 1 {
		t.Errorf("%+v, %v", again, err)
	}
}

// TestPostTogether: people who will read the same are in one job, twenty at most.
func TestPostTogether(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	today := calendar.DateOf(r.now)
	_, err := r.pool.Exec(t.Context(), `insert into person (id, name, college_id) select 'x' || lpad(i::text, 3, '0'),
		'某人', (select college_id from person where id = 'p1') from generate_series(1, 60) i`)
	must(t, err)
	_, err = r.pool.Exec(t.Context(), `insert into certificate (id, person_id, category, recognised_on, ends_on, unit,
		sealed)
		select 'c' || id, id, 'E', $1::date - 700 - (substr(id, 2)::int % 2), $1::date + 30 - (substr(id, 2)::int % 2),
		'某校', '\x00' from person where id like 'x%'`, today.Time())
	must(t, err)
	found, err := r.ToCheck(t.Context(), today, 100)
	must(t, err)
	var decided []reminder.Decided
	for _, k := range found {
		if strings.HasPrefix(k.Person.ID, "x") {
			decided = append(decided, reminder.Decided{
				Candidate: k,
				Agenda: reminder.Agenda{Due: &reminder.Due{
					Milestone: "open", On: today, Until: today.AddDays(6),
					Reason: reminder.ReasonOpens,
				}},
			})
		}
	}
	must(t, r.Decide(t.Context(), today, decided, r.now))
	for _, want := range []int{25, 25, 25, 10} { // the last job of a round that is not full waits for more
		if n, err := r.Post(t.Context(), today, 25); err != nil || n != want {
			t.Errorf("%d, %v, want %d", n, err, want)
		}
	}
	if jobs := r.rows("river_job"); jobs != 4 { // twice thirty people, twenty a call
		t.Errorf("%d jobs for 60 people and two texts", jobs)
	}
}
