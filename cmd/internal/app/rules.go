package app

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"example.org/beian/storage"
	"example.org/beian/workflow"
)

// rules holds the rulebook of this process: the policy it was started with, and what
// the database adds. A calendar that is imported while replicas run reaches them
// within the time between two looks.
type rules struct {
	policy workflow.Policy
	store  *storage.Store
	book   atomic.Pointer[workflow.Rulebook]
}

func (r *rules) current() workflow.Rulebook { return *r.book.Load() }

func (r *rules) load(ctx context.Context) error {
	book, err := r.store.Rules(ctx, r.policy)
	if err != nil {
		return err
	}
	r.book.Store(&book)
	return nil
}

// refresh looks until ctx ends. Without the database the last known rules stay.
func (r *rules) refresh(ctx context.Context, log *slog.Logger) {
	const between = 30 * time.Second
	t := time.NewTicker(between)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
		if err := r.load(ctx); err != nil && ctx.Err() == nil {
			log.Error("rules not refreshed", "err", err)
		}
	}
}
