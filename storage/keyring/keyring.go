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
	"github.com/tink-crypto/tink-go/v2/tink"
)

// Ring seals and signs. It is safe for concurrent use.
type Ring struct {
	tink.AEAD
	tink.MAC
}

// file is the JSON form of a ring: two Tink key sets in clear text. The file is as
// secret as the data itself; it lives outside the database (domain §7.3).
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
	var r Ring
	if r.AEAD, err = aead.New(a); err != nil {
		return nil, fmt.Errorf("use encryption keys: %w", err)
	}
	if r.MAC, err = mac.New(m); err != nil {
		return nil, fmt.Errorf("use signing keys: %w", err)
	}
	return &r, nil
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
