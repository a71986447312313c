//go:build unix

package paper

import (
	"syscall"

	"github.com/tetratelabs/wazero/experimental"
)

// reserve gives the sandbox its whole address range at once. Growing would copy everything
// and keep both copies for a while; pages that are never touched cost nothing, and all is
// given back to the system when the sandbox ends.
func reserve(_, most uint64) experimental.LinearMemory {
	size := min(most, sandboxMemory<<16)
	b, err := syscall.Mmap(-1, 0, int(size), syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_PRIVATE|syscall.MAP_ANON) //nolint:gosec // far below 2 GB
	if err != nil {
		return &mapped{}
	}
	return &mapped{b}
}

// mapped is memory outside Go's heap.
type mapped struct{ all []byte }

// Reallocate implements [experimental.LinearMemory].
func (m *mapped) Reallocate(size uint64) []byte {
	if size > uint64(len(m.all)) {
		return nil
	}
	return m.all[:size]
}

// Free implements [experimental.LinearMemory].
func (m *mapped) Free() {
	if m.all != nil {
		_ = syscall.Munmap(m.all) // it was mapped; there is nobody to tell
		m.all = nil
	}
}
