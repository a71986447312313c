//go:build unix

package paper

import (
	"sync"

	"github.com/tetratelabs/wazero/experimental"
	"golang.org/x/sys/unix"
)

// arena is the memory of the sandboxes. An engine that is stopped from outside frees its
// memory while its code may still be running for a moment, so what is freed is emptied at
// once and given back only when no engine is in use.
type arena struct {
	mu     sync.Mutex
	inUse  int
	parted [][]byte
}

// reserve gives a sandbox its whole address range at once. Growing would copy everything
// and keep both copies for a while; pages that are never touched cost nothing, and all is
// given back to the system when the sandbox ends.
func (a *arena) reserve(_, most uint64) experimental.LinearMemory {
	size := min(most, sandboxMemory<<16)
	b, err := unix.Mmap(
		-1,
		0,
		int(size),
		unix.PROT_READ|unix.PROT_WRITE,
		unix.MAP_PRIVATE|unix.MAP_ANON,
	) //nolint:gosec // far below 2 GB
	if err != nil {
		return &mapped{}
	}
	return &mapped{arena: a, all: b}
}

// enter says that an engine is about to run; leave says that it has ended.
func (a *arena) enter() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.inUse++
}

func (a *arena) leave() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.inUse--
	a.giveBack()
}

// giveBack unmaps what is freed; a.mu is held.
func (a *arena) giveBack() {
	if a.inUse > 0 {
		return
	}
	for _, b := range a.parted {
		_ = unix.Munmap(b) // it was mapped; there is nobody to tell
	}
	a.parted = nil
}

// mapped is memory outside Go's heap.
type mapped struct {
	arena *arena
	all   []byte
}

// Reallocate implements [experimental.LinearMemory].
func (m *mapped) Reallocate(size uint64) []byte {
	if size > uint64(len(m.all)) {
		return nil
	}
	return m.all[:size]
}

// Free implements [experimental.LinearMemory].
func (m *mapped) Free() {
	if m.all == nil {
		return
	}
	_ = unix.Madvise(m.all, unix.MADV_DONTNEED) // only saves memory a little earlier
	m.arena.mu.Lock()
	defer m.arena.mu.Unlock()
	m.arena.parted = append(m.arena.parted, m.all)
	m.all = nil
	m.arena.giveBack()
}
