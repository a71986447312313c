package storage

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"example.org/beian/workflow"
)

// args is an effect as the queue stores it.
type args struct{ effect workflow.Effect }

// Kind implements [river.JobArgs].
func (a args) Kind() string { return a.effect.Job().Kind }

// MarshalJSON writes the effect itself.
func (a args) MarshalJSON() ([]byte, error) { return json.Marshal(a.effect) }

func (s *Store) insertJobs(ctx context.Context, tx pgx.Tx, effects []workflow.Effect) error {
	if len(effects) == 0 {
		return nil
	}
	params := make([]river.InsertManyParams, len(effects))
	for i, e := range effects {
		job := e.Job()
		params[i] = river.InsertManyParams{Args: args{e}, InsertOpts: &river.InsertOpts{
			Queue: string(job.Queue), MaxAttempts: job.Tries, UniqueOpts: river.UniqueOpts{ByArgs: job.Unique},
		}}
	}
	if _, err := s.jobs.InsertManyTx(ctx, tx, params); err != nil {
		return fmt.Errorf("insert jobs: %w", err)
	}
	return nil
}

// DeadJobs returns how many jobs were given up, by kind. They stay in the table
// until the operator has looked at them.
func (s *Store) DeadJobs(ctx context.Context) (map[string]int, error) {
	rows, err := s.pool.Query(ctx, `select kind, count(*) from river_job
		where state in ('discarded', 'cancelled') group by kind
		union all select 'reply', count(*) from inbound where dead is not null having count(*) > 0`)
	if err != nil {
		return nil, fmt.Errorf("count dead jobs: %w", err)
	}
	out := map[string]int{}
	var kind string
	var n int
	if _, err := pgx.ForEachRow(rows, []any{&kind, &n}, func() error { out[kind] += n; return nil }); err != nil {
		return nil, fmt.Errorf("count dead jobs: %w", err)
	}
	return out, nil
}
