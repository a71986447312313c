package paper

import (
	"runtime"
	"testing"
	"time"
)

// TestOnlyTheOwnWorkCounts: a thread that waits costs nothing, however long it waits and however
// busy others are; one that works is noticed from outside.
func TestOnlyTheOwnWorkCounts(t *testing.T) {
	meter := usualBudget().meter
	lent, done := make(chan func() time.Duration), make(chan struct{})
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		lent <- meter()
		<-done
	}()
	waiting := <-lent
	defer close(done)
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	own := meter()
	const much = 100 * time.Millisecond
	before, begun := waiting(), own()
	for own()-begun < much {
	}
	if cost := waiting() - before; cost > much/10 {
		t.Errorf("waiting cost %v while another thread worked %v", cost, much)
	}
}
