//go:build !unix

package paper

import "github.com/tetratelabs/wazero/experimental"

// arena is the memory of the sandboxes, on Go's heap where it cannot be mapped.
type arena struct{}

func (*arena) reserve(_, most uint64) experimental.LinearMemory {
	return &heap{make([]byte, min(most, sandboxMemory<<16))}
}

func (*arena) enter() {}
func (*arena) leave() {}

type heap struct{ all []byte }

// Reallocate implements [experimental.LinearMemory].
func (h *heap) Reallocate(size uint64) []byte {
	if size > uint64(len(h.all)) {
		return nil
	}
	return h.all[:size]
}

// Free implements [experimental.LinearMemory].
func (h *heap) Free() {}
