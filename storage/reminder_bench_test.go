package storage_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
	"example.org/beian/workflow/reminder"
)

// BenchmarkDailyPass is what the daily pass does for 200 certificates that are due, among ten
// thousand and among a million: it finds them, decides, writes the ledger and hands out the
// messages. The plan of the search is printed.
func BenchmarkDailyPass(b *testing.B) {
	for _, size := range []int{10_000, 1_000_000} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			r := newRig(b)
			r.crowd(b, size, 200)
			policy, err := workflow.DefaultPolicy()
			must(b, err)
			today := calendar.DateOf(r.now)
			fmt.Fprintln(os.Stderr, r.explain(b, today)) // the log of a benchmark is cut off
			for b.Loop() {
				found, err := r.ToCheck(b.Context(), today, 500)
				must(b, err)
				if len(found) != 200 {
					b.Fatalf("%d certificates are due", len(found))
				}
				decided := make([]reminder.Decided, len(found))
				due := 0
				for i, k := range found {
					decided[i] = reminder.Decided{Candidate: k, Agenda: reminder.DueOn(k, policy, today)}
					if decided[i].Agenda.Due != nil {
						due++
					}
				}
				must(b, r.Decide(b.Context(), today, decided, r.now))
				n, err := r.Post(b.Context(), today, 5000)
				must(b, err)
				if n != due || due != 200 {
					b.Fatalf("%d of %d told", n, due)
				}
				b.StopTimer()
				r.morning(b)
				b.StartTimer()
			}
		})
	}
}

// crowd fills the tables with people whose certificates end over two years, of which some are
// to be looked at today.
func (r *rig) crowd(b *testing.B, size, due int) {
	b.Helper()
	for _, q := range []string{
		`delete from certificate`,
		fmt.Sprintf(`insert into person (id, name, college_id) select 'x' || i, '某人', (select min(id) from college)
			from generate_series(1, %d) i`, size),
		fmt.Sprintf(`insert into certificate (id, person_id, category, recognised_on, ends_on, unit, sealed, look_on)
			select 'c' || i, 'x' || i, 'E', e - 730, e, '某校', '\x00', e - 14
			from (select i, $1::date + case when i <= %d then 17 else 32 + i %% 690 end as e
			from generate_series(1, %d) i) s`, due, size),
	} {
		var args []any
		if strings.Contains(q, "$1") {
			args = append(args, calendar.DateOf(r.now).Time())
		}
		_, err := r.pool.Exec(b.Context(), q, args...)
		must(b, err)
	}
	_, err := r.pool.Exec(b.Context(), `update certificate set recognised_on = (ends_on - interval '24 months')::date`)
	must(b, err)
	r.morning(b)
	_, err = r.pool.Exec(b.Context(), `vacuum analyze`)
	must(b, err)
}

// morning puts everything back to the morning.
func (r *rig) morning(b *testing.B) {
	b.Helper()
	for _, q := range []string{
		`truncate reminder, message, river_job`,
		`update certificate set look_on = '2000-01-01' where id in (select 'c' || i from generate_series(1, 200) i)`,
		`vacuum analyze certificate`,
	} {
		_, err := r.pool.Exec(b.Context(), q)
		must(b, err)
	}
}

// explain is the plan by which what is due is found.
func (r *rig) explain(b *testing.B, today calendar.Date) string {
	b.Helper()
	rows, err := r.pool.Query(b.Context(), `explain (analyze, costs off, timing off, summary off, buffers)
		select c.id from certificate c join person p on p.id = c.person_id where c.current and c.look_on <= $1
		order by c.look_on, c.id limit 500`, today.Time())
	must(b, err)
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	must(b, err)
	return strings.Join(lines, "\n")
}
