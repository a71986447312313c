// Package notify is everything that goes out to other people and everything that a
// clock starts: the workers of the job queue, the schedules and the daily pass. What
// is said is rendered elsewhere; this package decides when, to whom, and what to do
// when it does not arrive.
package notify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
	"example.org/beian/workflow/reminder"
)

// Handler works the jobs of one effect.
type Handler struct {
	Kind string
	add  func(*river.Workers)
}

// Handle makes a handler of a function.
func Handle[T workflow.Effect](do func(context.Context, T) error) Handler {
	return handle(func(ctx context.Context, job T, _ try) error { return do(ctx, job) })
}

// HandleLast makes a handler of a function that is told when the job is tried for the last time,
// so that people hear of it, or has been tried as often as the patience of its [workflow.Job] says.
func HandleLast[T workflow.Effect](do func(ctx context.Context, job T, last bool) error) Handler {
	return handle(func(ctx context.Context, job T, t try) error { return do(ctx, job, t.last) })
}

// try is one attempt at a job.
type try struct {
	id   int64 // of the job
	last bool
}

func handle[T workflow.Effect](do func(context.Context, T, try) error) Handler {
	var none T
	w := &worker[T]{do: do, job: none.Job()}
	return Handler{Kind: w.job.Kind, add: func(to *river.Workers) { river.AddWorker(to, w) }}
}

// Reminder says what the daily pass decided. Package bot implements it.
type Reminder interface {
	// Tell sends each person one message with everything for them on a day, people who read
	// the same in one call. It reports what became of each call as it returns; an error means
	// that the rest has not been tried.
	Tell(ctx context.Context, day calendar.Date, tellings []reminder.Telling, done func(reminder.Delivery) error) error
	// Digest sends one part of the overview to people, and reports like Tell.
	Digest(ctx context.Context, part reminder.Topic, people []string, o reminder.Overview,
		done func(reminder.Delivery) error) error
	// WhoRead returns who has read the message with the key.
	WhoRead(ctx context.Context, key string) ([]string, error)
}

// Queue sizes: at most four texts to people in flight, so that a kill leaves at most
// four that may show twice.
const (
	cardWorkers     = 4
	fileWorkers     = 2
	reminderWorkers = 2
)

// rescueAfter keeps a killed process from holding its jobs: another takes them over after
// half a minute instead of River's hour.
const rescueAfter = 30 * time.Second

// Workers works the job queue.
type Workers struct {
	client   *river.Client[pgx.Tx]
	presence *presence
	stop     context.CancelFunc
	done     chan struct{}
}

// NewWorkers prepares the workers of everything that has a handler; Start begins.
func NewWorkers(pool *pgxpool.Pool, handlers []Handler, log *slog.Logger) (*Workers, error) {
	w := river.NewWorkers()
	for _, h := range handlers {
		h.add(w)
	}
	alive, err := newPresence(pool, log)
	if err != nil {
		return nil, err
	}
	client, err := river.NewClient(riverpgxv5.New(pool), &river.Config{
		ID:      alive.name(),
		Workers: w,
		Queues: map[string]river.QueueConfig{
			string(workflow.QueueCards):     {MaxWorkers: cardWorkers, FetchCooldown: 20 * time.Millisecond},
			string(workflow.QueueFiles):     {MaxWorkers: fileWorkers, FetchCooldown: 20 * time.Millisecond},
			string(workflow.QueueReminders): {MaxWorkers: reminderWorkers, FetchCooldown: 20 * time.Millisecond},
		},
		JobTimeout:                  workflow.UsualTimeout,
		RescueStuckJobsAfter:        rescueAfter,
		DiscardedJobRetentionPeriod: -1, // the dead-letter list: kept until somebody looks
		CancelledJobRetentionPeriod: -1,
		Logger:                      log,
		ErrorHandler:                &failures{log},
	})
	if err != nil {
		return nil, fmt.Errorf("prepare job workers: %w", err)
	}
	return &Workers{client: client, presence: alive}, nil
}

// Start begins to work jobs; ctx only bounds the start. No job is taken before the
// sign of life is there, or another process would give it back.
func (w *Workers) Start(ctx context.Context) error {
	alive, stop := context.WithCancel(context.WithoutCancel(ctx))
	w.stop, w.done = stop, make(chan struct{})
	locked := make(chan struct{})
	go func() {
		defer close(w.done)
		w.presence.run(alive, locked)
	}()
	select {
	case <-locked:
	case <-ctx.Done():
		return fmt.Errorf("start job workers: %w", ctx.Err())
	}
	if err := w.client.Start(context.WithoutCancel(ctx)); err != nil {
		return fmt.Errorf("start job workers: %w", err)
	}
	return nil
}

// Stop lets running jobs finish, or cancels them when ctx ends; they are worked
// again later.
func (w *Workers) Stop(ctx context.Context) error {
	err := w.client.Stop(ctx)
	if err != nil {
		err = w.client.StopAndCancel(context.WithoutCancel(ctx))
	}
	w.stop()
	<-w.done
	return err
}

// args is an effect as the queue stores it.
type args[T workflow.Effect] struct{ effect T }

// Kind implements [river.JobArgs].
func (a args[T]) Kind() string { return a.effect.Job().Kind }

// UnmarshalJSON reads the effect itself.
func (a *args[T]) UnmarshalJSON(b []byte) error { return json.Unmarshal(b, &a.effect) }

// worker adapts a function to River.
type worker[T workflow.Effect] struct {
	river.WorkerDefaults[args[T]]
	do  func(context.Context, T, try) error
	job workflow.Job
}

// Timeout is how long the job may take.
func (w *worker[T]) Timeout(*river.Job[args[T]]) time.Duration { return w.job.Timeout }

// Work runs the job and tells the queue what to do about an error.
func (w *worker[T]) Work(ctx context.Context, job *river.Job[args[T]]) error {
	most := job.MaxAttempts
	if w.job.Patience > 0 {
		most = min(most, w.job.Patience)
	}
	return verdict(w.do(ctx, job.Args.effect, try{job.ID, job.Attempt >= most}))
}

// verdict asks the error itself whether trying again helps. A call that will never
// work ends at once, in the list of dead jobs.
func verdict(err error) error {
	var wait interface {
		error
		Later() time.Duration
	}
	if errors.As(err, &wait) {
		return river.JobSnooze(wait.Later())
	}
	var r interface {
		error
		RetryAfter() (time.Duration, bool)
	}
	if !errors.As(err, &r) {
		return err
	}
	if _, retry := r.RetryAfter(); !retry {
		return river.JobCancel(err)
	}
	return err
}
