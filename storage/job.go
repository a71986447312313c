package storage

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"example.org/beian/workflow"
	"example.org/beian/workflow/reminder"
)

// The queues, in the order of urgency. What somebody waits for in the chat never
// stands behind reminders.
const (
	QueueFiles     = "files"
	QueueCards     = "cards"
	QueueReminders = "reminders"
)

// The attempts before a job is given up. River waits longer each time, with jitter:
// twelve attempts take most of a day, five some minutes.
const (
	mostAttempts = 12
	fewAttempts  = 5
)

// insertOpts says where an effect is queued and how often it is tried. Effects that
// a timer decides are unique by their arguments: two replicas insert one job.
func insertOpts(e workflow.Effect) *river.InsertOpts {
	switch e.(type) {
	case workflow.Intake, workflow.Show, workflow.Bundle, workflow.SealPack, workflow.SendStatistics, workflow.Office:
		return &river.InsertOpts{Queue: QueueFiles, MaxAttempts: fewAttempts}
	case workflow.DailyPass, workflow.WatchPass, workflow.Purge, reminder.CheckPass, reminder.PostPass, reminder.Digest:
		return &river.InsertOpts{Queue: QueueReminders, MaxAttempts: mostAttempts, UniqueOpts: river.UniqueOpts{ByArgs: true}}
	case workflow.RedrawCard: // once for each change, however many click on the old card
		return &river.InsertOpts{Queue: QueueCards, MaxAttempts: mostAttempts, UniqueOpts: river.UniqueOpts{ByArgs: true}}
	}
	if _, ok := e.(reminder.Tell); ok {
		return &river.InsertOpts{Queue: QueueReminders, MaxAttempts: mostAttempts}
	}
	return &river.InsertOpts{Queue: QueueCards, MaxAttempts: mostAttempts}
}

func (s *Store) insertJobs(ctx context.Context, tx pgx.Tx, effects []workflow.Effect) error {
	if len(effects) == 0 {
		return nil
	}
	params := make([]river.InsertManyParams, len(effects))
	for i, e := range effects {
		params[i] = river.InsertManyParams{Args: e, InsertOpts: insertOpts(e)}
	}
	if _, err := s.jobs.InsertManyTx(ctx, tx, params); err != nil {
		return fmt.Errorf("insert jobs: %w", err)
	}
	return nil
}

// DeadJobs returns how many jobs were given up, by kind. They stay in the table
// until the operator has looked at them.
func (s *Store) DeadJobs(ctx context.Context) (map[string]int, error) {
	rows, err := s.pool.Query(ctx, `select kind, count(*) from river_job where state in ('discarded', 'cancelled') group by kind
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
