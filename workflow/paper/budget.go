package paper

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"runtime"
	"sync"
	"time"
)

// budget bounds what the engine may do for one document. It counts work and not the clock: on a
// busy machine a file takes longer and costs the same. How long somebody waits is bounded by
// their context only, whose end says nothing about the file.
type budget struct {
	// step is what one thing may cost: a page drawn once, a document opened or written.
	step time.Duration
	// page is what each page of a document may cost on the average; 0 leaves that open.
	page time.Duration
	// meter begins to count the work of the calling thread, which is locked. What it returns
	// tells the work so far, from any thread.
	meter func() func() time.Duration
}

// lookEvery is how often a running step is looked at.
const lookEvery = 50 * time.Millisecond

// byProgress is for systems that cannot tell what a thread has done: what counts is that one
// thing after the other gets done, each within three minutes or, since a machine that is too
// busy looks less often, more.
func byProgress() budget {
	const patience = 3 * time.Minute
	return budget{step: patience, meter: func() func() time.Duration {
		var looks time.Duration
		return func() time.Duration { looks++; return looks * lookEvery }
	}}
}

// of is what a document may cost.
func (b budget) of(pages int) time.Duration { return b.step + time.Duration(pages)*b.page }

// errSlowStep says that a single step was too slow, which may have had other reasons than the file.
var errSlowStep = fmt.Errorf("a single step: %w", ErrTooSlow)

// account is what an engine has done for a caller.
type account struct {
	budget budget

	mu    sync.Mutex
	meter func() time.Duration
	begun time.Duration // when the running step began
	busy  bool          // a step is running
	spent time.Duration // on the steps before
}

// open begins to count for the calling thread.
func (a *account) open() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.meter, a.spent = a.budget.meter(), 0
}

func (a *account) begin() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.busy, a.begun = true, a.meter()
}

func (a *account) end() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.busy = false
	a.spent += a.meter() - a.begun
}

// affords reports whether what was spent is right for a document of so many pages.
func (a *account) affords(pages int) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.budget.page == 0 || a.spent <= a.budget.of(pages)
}

// watch calls stop when a step costs too much, and returns when ctx ends.
func (a *account) watch(ctx context.Context, stop func()) {
	t := time.NewTicker(lookEvery)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
		if a.exceeded() {
			stop()
			return
		}
	}
}

func (a *account) exceeded() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.busy && a.meter()-a.begun > a.budget.step
}

// lend gives fn the bytes of a file to decode. When that costs more than a step may, or ctx ends,
// reading fails, and the error says why, whatever fn has made of it.
func (b budget) lend(ctx context.Context, data []byte, fn func(io.Reader) error) error {
	runtime.LockOSThread() // its work is counted
	defer runtime.UnlockOSThread()
	ctx, cancel := context.WithCancelCause(ctx)
	var watched sync.WaitGroup
	defer watched.Wait()
	defer cancel(nil)
	a := account{budget: b}
	a.open()
	a.begin()
	watched.Go(func() { a.watch(ctx, func() { cancel(ErrTooSlow) }) })
	err := fn(lent{ctx, bytes.NewReader(data)})
	if cause := context.Cause(ctx); cause != nil {
		return fmt.Errorf("decoding stopped: %w", cause)
	}
	return err
}

// lent is a file as long as its context lasts.
type lent struct {
	ctx  context.Context
	data *bytes.Reader
}

// Read gives little at a time: some tens of bytes can ask for work on all pixels, and nobody looks
// up before they are used.
func (l lent) Read(p []byte) (int, error) {
	const little = 512
	if err := context.Cause(l.ctx); err != nil {
		return 0, err
	}
	return l.data.Read(p[:min(len(p), little)])
}
