// Package files keeps uploaded documents in a directory, each encrypted under a key
// of its own that is wrapped by the key ring.
package files

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// Dir is a store in one directory. Every file appears whole or not at all.
type Dir struct {
	path string
	seal tink.AEAD
}

// Open uses the directory, which is made if it is missing; ring wraps the file keys.
func Open(path string, ring tink.AEAD) (*Dir, error) {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, fmt.Errorf("make file store: %w", err)
	}
	return &Dir{path, aead.NewKMSEnvelopeAEAD2(aead.AES256GCMKeyTemplate(), ring)}, nil
}

// Put stores the bytes and returns their new id. They are on disk when it returns.
func (d *Dir) Put(_ context.Context, data []byte) (string, error) {
	id, err := newID()
	if err != nil {
		return "", err
	}
	sealed, err := d.seal.Encrypt(data, []byte("file:"+id))
	if err != nil {
		return "", fmt.Errorf("encrypt file: %w", err)
	}
	if err := d.write(id, sealed); err != nil {
		return "", fmt.Errorf("store file %s: %w", id, err)
	}
	return id, nil
}

// Get returns the bytes of a file.
func (d *Dir) Get(_ context.Context, id string) ([]byte, error) {
	if !validID.MatchString(id) {
		return nil, fmt.Errorf("read file: %w", os.ErrNotExist)
	}
	sealed, err := os.ReadFile(filepath.Join(d.path, id))
	if err != nil {
		return nil, fmt.Errorf("read file: %w", err)
	}
	data, err := d.seal.Decrypt(sealed, []byte("file:"+id))
	if err != nil {
		return nil, fmt.Errorf("decrypt file %s: %w", id, err)
	}
	return data, nil
}

// Delete removes a file; a missing one is no error.
func (d *Dir) Delete(_ context.Context, id string) error {
	if !validID.MatchString(id) {
		return nil
	}
	if err := os.Remove(filepath.Join(d.path, id)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("delete file %s: %w", id, err)
	}
	return nil
}

var validID = regexp.MustCompile(`^[0-9a-f]{32}$`)

func newID() (string, error) {
	var b [16]byte
	if _, err := rand.Read(b[:]); err != nil {
		return "", fmt.Errorf("make file id: %w", err)
	}
	return hex.EncodeToString(b[:]), nil
}

// write makes the file durable before it becomes visible under its name.
func (d *Dir) write(id string, sealed []byte) (err error) {
	tmp, err := os.CreateTemp(d.path, ".put-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(tmp.Name()))
		}
	}()
	_, err = tmp.Write(sealed)
	err = errors.Join(err, tmp.Sync(), tmp.Close())
	if err != nil {
		return err
	}
	if err = os.Rename(tmp.Name(), filepath.Join(d.path, id)); err != nil {
		return err
	}
	return syncDir(d.path)
}

func syncDir(path string) error {
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
