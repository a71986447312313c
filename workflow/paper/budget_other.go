//go:build !linux

package paper

// usualBudget counts pages done where the CPU time of another thread cannot be read.
func usualBudget() budget { return byProgress() }
