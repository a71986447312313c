// Package notify is everything that goes out to other people and everything that a
// clock starts: the workers of the job queue, the schedules and the daily pass. What
// is said is rendered elsewhere; this package decides when, to whom, and what to do
// when it does not arrive.
package notify

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"example.org/beian/workflow"
)

// Teller carries out what a job asks for. Package bot implements it.
type Teller interface {
	Announce(ctx context.Context, job workflow.Announce) error
	ReviewCard(ctx context.Context, job workflow.ReviewCard) error
	// RedrawCard is told when the card has been tried often enough.
	RedrawCard(ctx context.Context, job workflow.RedrawCard, last bool) error
	OfferColleagues(ctx context.Context, job workflow.OfferColleagues) error
	Show(ctx context.Context, job workflow.Show) error
	DecideBatch(ctx context.Context, job workflow.DecideBatch) error
	SealPack(ctx context.Context, job workflow.SealPack) error
	SendStatistics(ctx context.Context, job workflow.SendStatistics) error
	// Office is told when it is tried for the last time.
	Office(ctx context.Context, job workflow.Office, last bool) error
	Deputise(ctx context.Context, job workflow.Deputise) error
	Nudge(ctx context.Context, job workflow.Nudge) error
	AskSchool(ctx context.Context, job workflow.AskSchool) error
	AnswerPerson(ctx context.Context, job workflow.AnswerPerson) error
	Erase(ctx context.Context, job workflow.Erase) error
	Export(ctx context.Context, job workflow.Export) error
	Bundle(ctx context.Context, job workflow.Bundle, last bool) error
	// Intake is told when it is tried for the last time, so that the person hears of it.
	Intake(ctx context.Context, job workflow.Intake, last bool) error
}

// Reminder says what the daily pass decided. Package bot implements it.
type Reminder interface {
	// Tell sends each person one message with everything for them on a day, people who read
	// the same in one call. It reports what became of each call as it returns; an error means
	// that the rest has not been tried.
	Tell(ctx context.Context, day workflow.Date, tellings []workflow.Telling, done func(workflow.Delivery) error) error
	// Digest sends one part of the overview to people, and reports like Tell.
	Digest(ctx context.Context, part workflow.MessageTopic, people []string, o workflow.Overview, done func(workflow.Delivery) error) error
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

// jobTimeout and rescueAfter keep a killed process from holding its jobs: another
// takes them over after half a minute instead of River's hour.
const (
	jobTimeout  = 25 * time.Second
	rescueAfter = 30 * time.Second
)

// workTimeout is for jobs that read, draw, join or compare, of documents or of 20,000 people. What
// they do is bounded by what they are given and counted in work, and a busy machine must not end
// it; this is the last guard, far from what is ever needed.
const workTimeout = 15 * time.Minute

// Workers works the job queue.
type Workers struct {
	client   *river.Client[pgx.Tx]
	presence *presence
	stop     context.CancelFunc
	done     chan struct{}
}

// NewWorkers prepares the workers; Start begins.
func NewWorkers(pool *pgxpool.Pool, t Teller, p *Pass, log *slog.Logger) (*Workers, error) {
	w := river.NewWorkers()
	river.AddWorker(w, work(t.Announce))
	river.AddWorker(w, work(t.ReviewCard))
	river.AddWorker(w, &worker[workflow.RedrawCard]{do: func(ctx context.Context, job *river.Job[workflow.RedrawCard]) error {
		const patience = 4 // attempts, about a minute: then people are told in words
		return t.RedrawCard(ctx, job.Args, job.Attempt >= min(patience, job.MaxAttempts))
	}})
	river.AddWorker(w, work(t.OfferColleagues))
	river.AddWorker(w, long(t.Show))
	river.AddWorker(w, work(t.DecideBatch))
	river.AddWorker(w, long(t.SealPack))
	river.AddWorker(w, long(t.SendStatistics))
	river.AddWorker(w, lastLong(t.Office))
	river.AddWorker(w, work(t.Deputise))
	river.AddWorker(w, work(t.Nudge))
	river.AddWorker(w, work(t.AskSchool))
	river.AddWorker(w, work(t.AnswerPerson))
	river.AddWorker(w, work(t.Erase))
	river.AddWorker(w, work(t.Export))
	river.AddWorker(w, lastLong(t.Bundle))
	river.AddWorker(w, lastLong(t.Intake))
	river.AddWorker(w, work(p.look))
	river.AddWorker(w, work(p.post))
	river.AddWorker(w, p.telling())
	river.AddWorker(w, p.digesting())
	river.AddWorker(w, work(p.daily))
	river.AddWorker(w, work(p.watch))
	river.AddWorker(w, work(p.purge))
	alive, err := newPresence(pool, log)
	if err != nil {
		return nil, err
	}
	client, err := river.NewClient(riverpgxv5.New(pool), &river.Config{
		ID:      alive.name(),
		Workers: w,
		Queues: map[string]river.QueueConfig{
			"cards":     {MaxWorkers: cardWorkers, FetchCooldown: 20 * time.Millisecond},
			"files":     {MaxWorkers: fileWorkers, FetchCooldown: 20 * time.Millisecond},
			"reminders": {MaxWorkers: reminderWorkers, FetchCooldown: 20 * time.Millisecond},
		},
		JobTimeout:                  jobTimeout,
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

// worker adapts a function to River.
type worker[T river.JobArgs] struct {
	river.WorkerDefaults[T]
	do    func(context.Context, *river.Job[T]) error
	limit time.Duration // zero: jobTimeout
}

// Timeout is how long the job may take.
func (w *worker[T]) Timeout(*river.Job[T]) time.Duration { return w.limit }

func work[T river.JobArgs](do func(context.Context, T) error) river.Worker[T] {
	return &worker[T]{do: func(ctx context.Context, job *river.Job[T]) error { return do(ctx, job.Args) }}
}

// long is for jobs whose limit is their work.
func long[T river.JobArgs](do func(context.Context, T) error) river.Worker[T] {
	return lastLong(func(ctx context.Context, args T, _ bool) error { return do(ctx, args) })
}

// lastLong is for those that are told when they are tried for the last time.
func lastLong[T river.JobArgs](do func(ctx context.Context, args T, last bool) error) river.Worker[T] {
	return &worker[T]{limit: workTimeout, do: func(ctx context.Context, job *river.Job[T]) error {
		return do(ctx, job.Args, job.Attempt >= job.MaxAttempts)
	}}
}

// Work runs the job and tells the queue what to do about an error.
func (w *worker[T]) Work(ctx context.Context, job *river.Job[T]) error {
	return verdict(w.do(ctx, job))
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
