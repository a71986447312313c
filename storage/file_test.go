package storage_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.org/beian/workflow"
)

// TestStaleFiles: of a filing that ended, was taken up again and ended once more, only the
// last end counts; what nobody placed and what was replaced goes after a while.
func TestStaleFiles(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	_, err := r.Turn(t.Context(), r.in("m1"), r.now, r.create)
	must(t, err)
	day := 24 * time.Hour
	file := func(id, filing string, age time.Duration, placed bool, superseded *time.Time) {
		_, err := r.pool.Exec(t.Context(), `insert into file (id, person_id, filing_id, media_type, pages, size, sha256,
			created_at, placed, superseded_at)
			values ($1, 'p1', nullif($2, ''), 'pdf', 1, 1, '\x00', $3, $4, $5)`, id, filing, r.now.Add(-age), placed, superseded)
		must(t, err)
	}
	end := func(seq int, action string, age time.Duration) {
		_, err := r.pool.Exec(t.Context(), `insert into event (filing_id, seq, action, rule, actor_id, actor_role, state_to,
			at, sealed)
			values ('K7M2Q9XD', $1, $2, 'T20', 'p1', 'applicant', 'X', $3, '\x00')`, seq, action, r.now.Add(-age))
		must(t, err)
	}
	stale := func() []string {
		found, err := r.StaleFiles(t.Context(), r.now.Add(-30*day), r.now.Add(-7*day), 10)
		must(t, err)
		var out []string
		for _, d := range found {
			out = append(out, d.File+" "+d.Reason)
		}
		return out
	}
	old := r.now.Add(-8 * day)
	file("held", "K7M2Q9XD", 60*day, true, nil)
	file("replaced", "K7M2Q9XD", 60*day, true, &old)
	file("unplaced", "K7M2Q9XD", 8*day, false, nil)
	file("fresh", "", 6*day, false, nil)
	end(10, "delete", 60*day)
	if d := cmp.Diff([]string{"replaced replaced", "unplaced replaced"}, stale()); d != "" {
		t.Errorf("while the filing is open: %s", d)
	}
	_, err = r.pool.Exec(t.Context(), `update filing set open = false`)
	must(t, err)
	end(12, "official_approved", day) // restored at 11, and approved yesterday
	if d := cmp.Diff([]string{"replaced replaced", "unplaced replaced"}, stale()); d != "" {
		t.Errorf("a day after the last end: %s", d)
	}
	_, err = r.pool.Exec(t.Context(), `update event set at = $1 where action = 'official_approved'`, r.now.Add(-31*day))
	must(t, err)
	if got := stale(); len(got) < 3 || got[0] != "held retention" {
		t.Errorf("a month after the last end: %v", got)
	}
	must(t, r.Shred(t.Context(), workflow.Shredded{
		File: "held", Filing: "K7M2Q9XD", Reason: workflow.ShredRetention,
		At: r.now,
	}))
	n := 0
	must(t, r.EachShredded(t.Context(), r.now, func(d workflow.Shredded) error { n++; return nil }))
	if n != 1 {
		t.Errorf("%d proofs", n)
	}
}

// TestExclusively: the files of one person are taken in one after the other, however many
// wait there are connections left to work with, and a failure lets the next one in.
func TestExclusively(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	var inside, most atomic.Int32
	var wg sync.WaitGroup
	for range 6 {
		wg.Go(func() {
			err := r.Exclusively(context.Background(), "p1", func(context.Context) error {
				most.Store(max(most.Load(), inside.Add(1)))
				defer inside.Add(-1)
				_, err := r.pool.Exec(context.Background(), `select pg_sleep(0.02)`)
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if most.Load() != 1 {
		t.Errorf("%d at once", most.Load())
	}
	if err := r.Exclusively(t.Context(), "p1", func(context.Context) error { return context.Canceled }); err == nil {
		t.Error("the error of the work is gone")
	}
	must(t, r.Exclusively(t.Context(), "p1", func(ctx context.Context) error { return r.Ping(ctx) }))
}

// TestRewrapRecords: after a rotation everything sealed opens with the new key alone; what is
// not under an old key is left alone.
func TestRewrapRecords(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	_, err := r.Turn(t.Context(), r.in("m1"), r.now, r.create)
	must(t, err)
	n, err := r.Rewrap(t.Context(), 0) // no key has this id: all is written anew
	must(t, err)
	if n != 3 { // certificate, filing, event
		t.Errorf("%d records were encrypted anew", n)
	}
	c, err := r.PersonCase(t.Context(), "p1")
	must(t, err)
	if c.Filing == nil || c.Certificate.Values[workflow.Name] != "陈一帆" {
		t.Errorf("%+v", c)
	}
}
