// Package files keeps uploaded documents, each encrypted under a key of its own that is
// wrapped by the key ring. The bytes lie in a directory or in an object store; neither
// ever sees a document in clear.
package files

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"time"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// Blobs is where sealed bytes lie. A blob appears whole or not at all, and is durable when
// Write returns. Read of one that is not there gives an error that is [fs.ErrNotExist];
// removing it again is no error.
type Blobs interface {
	Write(ctx context.Context, name string, data []byte) error
	Read(ctx context.Context, name string) ([]byte, error)
	Remove(ctx context.Context, name string) error
	// Each calls fn for every blob with the time it was written, in no order.
	Each(ctx context.Context, fn func(name string, written time.Time) error) error
}

// Store encrypts documents and keeps them in blobs. It is safe for concurrent use.
type Store struct {
	blobs Blobs
	ring  tink.AEAD
	seal  tink.AEAD
}

// New returns a store; ring wraps the key of each file.
func New(blobs Blobs, ring tink.AEAD) *Store {
	return &Store{blobs, ring, aead.NewKMSEnvelopeAEAD2(aead.AES256GCMKeyTemplate(), ring)}
}

// Put stores the bytes and returns their new id.
func (s *Store) Put(ctx context.Context, data []byte) (string, error) {
	id, err := newID()
	if err != nil {
		return "", err
	}
	sealed, err := s.seal.Encrypt(data, binding(id))
	if err != nil {
		return "", fmt.Errorf("encrypt file: %w", err)
	}
	if err := s.blobs.Write(ctx, id, sealed); err != nil {
		return "", fmt.Errorf("store file %s: %w", id, err)
	}
	return id, nil
}

// Get returns the bytes of a file, or an error that is [fs.ErrNotExist].
func (s *Store) Get(ctx context.Context, id string) ([]byte, error) {
	if !validID.MatchString(id) {
		return nil, fmt.Errorf("read file: %w", fs.ErrNotExist)
	}
	sealed, err := s.blobs.Read(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("read file %s: %w", id, err)
	}
	data, err := s.seal.Decrypt(sealed, binding(id))
	if err != nil {
		return nil, fmt.Errorf("decrypt file %s: %w", id, err)
	}
	return data, nil
}

// Delete removes a file and makes sure that it is gone; a missing one is no error.
func (s *Store) Delete(ctx context.Context, id string) error {
	if !validID.MatchString(id) {
		return nil
	}
	if err := s.blobs.Remove(ctx, id); err != nil {
		return fmt.Errorf("delete file %s: %w", id, err)
	}
	if _, err := s.blobs.Read(ctx, id); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("delete file %s: it can still be read", id)
	}
	return nil
}

// Before calls fn for every file that was written before the given time.
func (s *Store) Before(ctx context.Context, t time.Time, fn func(id string) error) error {
	err := s.blobs.Each(ctx, func(name string, written time.Time) error {
		if !validID.MatchString(name) || !written.Before(t) {
			return nil
		}
		return fn(name)
	})
	if err != nil {
		return fmt.Errorf("list files: %w", err)
	}
	return nil
}

// Rewrap wraps the key of every file with the ring's present key, where it is not yet, and
// returns how many. The documents themselves are not touched.
func (s *Store) Rewrap(ctx context.Context, primary uint32) (int, error) {
	n := 0
	err := s.Before(ctx, forever, func(id string) error {
		sealed, err := s.blobs.Read(ctx, id)
		if errors.Is(err, fs.ErrNotExist) {
			return nil // deleted meanwhile
		}
		if err != nil {
			return err
		}
		out, err := rewrap(sealed, s.ring, primary)
		if err != nil || out == nil {
			return err
		}
		n++
		return s.blobs.Write(ctx, id, out)
	})
	return n, err
}

// forever is after every file.
var forever = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// rewrap returns the envelope with its key wrapped anew, nil when that is not needed. Tink
// writes the length of the wrapped key, the wrapped key, and the document.
func rewrap(sealed []byte, ring tink.AEAD, primary uint32) ([]byte, error) {
	const head, prefix = 4, 5 // a wrapped key begins with one byte and the id of the key
	if len(sealed) < head {
		return nil, errors.New("envelope is cut off")
	}
	size := int(binary.BigEndian.Uint32(sealed))
	if size < prefix || size > len(sealed)-head {
		return nil, errors.New("envelope is cut off")
	}
	wrapped, document := sealed[head:head+size], sealed[head+size:]
	if binary.BigEndian.Uint32(wrapped[1:]) == primary {
		return nil, nil
	}
	key, err := ring.Decrypt(wrapped, nil)
	if err != nil {
		return nil, fmt.Errorf("unwrap key: %w", err)
	}
	if wrapped, err = ring.Encrypt(key, nil); err != nil {
		return nil, fmt.Errorf("wrap key: %w", err)
	}
	out := binary.BigEndian.AppendUint32(nil, uint32(len(wrapped))) //nolint:gosec // some dozen bytes
	return append(append(out, wrapped...), document...), nil
}

// binding ties the bytes to their name: swapped files do not open.
func binding(id string) []byte { return []byte("file:" + id) }

var validID = regexp.MustCompile(`^[0-9a-f]{32}$`)

func newID() (string, error) {
	var b [16]byte
	if _, err := rand.Read(b[:]); err != nil {
		return "", fmt.Errorf("make file id: %w", err)
	}
	return hex.EncodeToString(b[:]), nil
}
