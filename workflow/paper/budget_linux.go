package paper

import (
	"time"

	"golang.org/x/sys/unix"
)

// usualBudget counts CPU. An ordinary scan costs some tenths of a second a page, on a slow machine
// a few seconds.
func usualBudget() budget {
	if _, err := threadCPU(unix.Gettid()); err != nil { // a system that only looks like Linux
		return byProgress()
	}
	return budget{step: 15 * time.Second, page: 3 * time.Second, meter: func() func() time.Duration {
		id := unix.Gettid()
		return func() time.Duration {
			cpu, err := threadCPU(id)
			if err != nil {
				return 0 // the thread has ended, and with it what was counted
			}
			return cpu
		}
	}}
}

// threadCPU is the CPU time of a thread of this process.
func threadCPU(id int) (time.Duration, error) {
	// How Linux names the clock of a thread: its number inverted, and what is counted.
	const perThread, scheduled = 4, 2
	clock := int32(^id<<3 | perThread | scheduled) //nolint:gosec // numbers of threads have 22 bits
	var t unix.Timespec
	if err := unix.ClockGettime(clock, &t); err != nil {
		return 0, err
	}
	return time.Duration(t.Nano()), nil
}
