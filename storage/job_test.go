package storage_test

import (
	"crypto/sha256"
	"testing"

	"example.org/beian/workflow"
)

// TestJobsAreQueuedAsTheirRowSays: kind, queue, tries, and once for all with the same arguments.
// The key of uniqueness is that of every version before, whose jobs may still be in the queue.
func TestJobsAreQueuedAsTheirRowSays(t *testing.T) {
	t.Parallel()
	s := newRig(t)
	redraw := workflow.RedrawCard{Filing: "F", Ticket: 2, Seq: 3}
	tell := workflow.Announce{Filing: "F", Seq: 3, To: "p1"}
	must(t, s.Enqueue(t.Context(), redraw, tell))
	must(t, s.Enqueue(t.Context(), redraw, tell))
	for _, c := range []struct {
		job  workflow.Job
		args string
		n    int
		key  string // "" when the job is not unique
	}{
		{
			redraw.Job(), `{"filing": "F", "ticket": 2, "seq": 3}`, 1,
			`&kind=redraw_card&args={"filing":"F","seq":3,"ticket":2}`,
		},
		{tell.Job(), `{"filing": "F", "seq": 3, "to": "p1"}`, 2, ""},
	} {
		var key []byte
		if c.key != "" {
			sum := sha256.Sum256([]byte(c.key))
			key = sum[:]
		}
		var n int
		must(t, s.pool.QueryRow(t.Context(), `select count(*) from river_job
			where kind = $1 and queue = $2 and max_attempts = $3 and args = $4::jsonb and unique_key is not distinct from $5`,
			c.job.Kind, string(c.job.Queue), c.job.Tries, c.args, key).Scan(&n))
		if n != c.n {
			t.Errorf("%s: %d jobs, want %d", c.job.Kind, n, c.n)
		}
	}
}
