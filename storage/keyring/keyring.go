// Package keyring holds the keys of a deployment: one key set that encrypts what is
// stored, one that signs the fingerprints on paper. Both are Tink key sets, so a
// key can be rotated while everything sealed before stays readable.
package keyring

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/mac"
	tinkpb "github.com/tink-crypto/tink-go/v2/proto/tink_go_proto"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// Ring seals and signs. It is safe for concurrent use.
type Ring struct {
	tink.AEAD
	tink.MAC
	primary uint32
}

// Primary is the id of the key that encrypts now. What a Tink key has encrypted begins with
// one byte and the id of the key.
func (r *Ring) Primary() uint32 { return r.primary }

// file is the JSON form of a ring: two Tink key sets in clear text. The file is as
// secret as the data itself; it lives outside the database.
type file struct {
	AEAD json.RawMessage `json:"aead"`
	MAC  json.RawMessage `json:"mac"`
}

// New makes a ring with fresh keys and returns its JSON form.
func New() ([]byte, error) {
	a, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		return nil, fmt.Errorf("make encryption key: %w", err)
	}
	m, err := keyset.NewHandle(mac.HMACSHA256Tag128KeyTemplate())
	if err != nil {
		return nil, fmt.Errorf("make signing key: %w", err)
	}
	var f file
	if f.AEAD, err = write(a); err != nil {
		return nil, err
	}
	if f.MAC, err = write(m); err != nil {
		return nil, err
	}
	return json.MarshalIndent(f, "", " ")
}

// Parse reads the JSON form of a ring.
func Parse(b []byte) (*Ring, error) {
	var f file
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&f); err != nil {
		return nil, fmt.Errorf("read key ring: %w", err)
	}
	if f.AEAD == nil || f.MAC == nil {
		return nil, errors.New("read key ring: the parts aead and mac are both needed")
	}
	a, err := read(f.AEAD)
	if err != nil {
		return nil, fmt.Errorf("read encryption keys: %w", err)
	}
	m, err := read(f.MAC)
	if err != nil {
		return nil, fmt.Errorf("read signing keys: %w", err)
	}
	r := Ring{primary: a.KeysetInfo().GetPrimaryKeyId()}
	if r.AEAD, err = aead.New(a); err != nil {
		return nil, fmt.Errorf("use encryption keys: %w", err)
	}
	if r.MAC, err = mac.New(m); err != nil {
		return nil, fmt.Errorf("use signing keys: %w", err)
	}
	return &r, nil
}

// Rotate returns the ring with new keys that encrypt and sign from now on; what the older
// ones sealed stays readable and what they signed stays valid.
func Rotate(b []byte) ([]byte, error) {
	return change(b, func(m *keyset.Manager, t *tinkpb.KeyTemplate) error {
		id, err := m.Add(t)
		if err != nil {
			return fmt.Errorf("make key: %w", err)
		}
		return m.SetPrimary(id)
	}, true)
}

// Retire returns the ring with only the newest key for encryption; nothing may be sealed
// under the others any more. Keys that sign stay: printed papers live for months.
func Retire(b []byte) ([]byte, error) {
	return change(b, func(m *keyset.Manager, _ *tinkpb.KeyTemplate) error {
		h, err := m.Handle()
		if err != nil {
			return fmt.Errorf("read keys: %w", err)
		}
		info := h.KeysetInfo()
		for _, k := range info.GetKeyInfo() {
			if k.GetKeyId() == info.GetPrimaryKeyId() {
				continue
			}
			if err := m.Delete(k.GetKeyId()); err != nil {
				return fmt.Errorf("retire key: %w", err)
			}
		}
		return nil
	}, false)
}

// change applies fn to the key set that encrypts and, where asked to, the one that signs.
func change(b []byte, fn func(*keyset.Manager, *tinkpb.KeyTemplate) error, signing bool) ([]byte, error) {
	if _, err := Parse(b); err != nil {
		return nil, err
	}
	var f file
	if err := json.Unmarshal(b, &f); err != nil {
		return nil, fmt.Errorf("read key ring: %w", err)
	}
	for _, part := range []struct {
		set      *json.RawMessage
		template *tinkpb.KeyTemplate
		wanted   bool
	}{{&f.AEAD, aead.AES256GCMKeyTemplate(), true}, {&f.MAC, mac.HMACSHA256Tag128KeyTemplate(), signing}} {
		if !part.wanted {
			continue
		}
		h, err := read(*part.set)
		if err != nil {
			return nil, fmt.Errorf("read key set: %w", err)
		}
		m := keyset.NewManagerFromHandle(h)
		if err := fn(m, part.template); err != nil {
			return nil, err
		}
		if h, err = m.Handle(); err != nil {
			return nil, fmt.Errorf("change key set: %w", err)
		}
		if *part.set, err = write(h); err != nil {
			return nil, err
		}
	}
	return json.MarshalIndent(f, "", " ")
}

func write(h *keyset.Handle) (json.RawMessage, error) {
	var b bytes.Buffer
	if err := insecurecleartextkeyset.Write(h, keyset.NewJSONWriter(&b)); err != nil {
		return nil, fmt.Errorf("write key set: %w", err)
	}
	return b.Bytes(), nil
}

func read(b json.RawMessage) (*keyset.Handle, error) {
	return insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(b)))
}
