package dingsim

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"

	"github.com/google/uuid"
)

// hexLocked returns n random bytes as lower-case hexadecimal text.
func (s *Sim) hexLocked(n int) string {
	b := make([]byte, n)
	_, _ = s.ids.Read(b) // ChaCha8 never fails
	return hex.EncodeToString(b)
}

// uuidLocked returns a random UUID; documented shape of tickets.
func (s *Sim) uuidLocked() string {
	id, err := uuid.NewRandomFromReader(s.ids)
	if err != nil {
		return s.hexLocked(16)
	}
	return id.String()
}

// secretLocked returns a URL-safe opaque value such as a download code.
func (s *Sim) secretLocked(prefix string) string {
	b := make([]byte, 24)
	_, _ = s.ids.Read(b)
	return prefix + base64.RawURLEncoding.EncodeToString(b)
}

// msgIDLocked returns a message id; documented shape "msg…==".
func (s *Sim) msgIDLocked() string {
	b := make([]byte, 16)
	_, _ = s.ids.Read(b)
	return "msg" + base64.StdEncoding.EncodeToString(b)
}

// messageIDLocked returns the id of one push; it looks like real ones in issue threads.
func (s *Sim) messageIDLocked() string {
	return fmt.Sprintf("%s_%s_%x_%s", s.hexLocked(4), s.hexLocked(2), s.Now().UnixMilli(), s.hexLocked(4))
}

// chatID is the stable conversation id of one person and one robot ("cid…==").
func chatID(app *App, user string) string {
	sum := sha256.Sum256([]byte(app.ClientID + "\x00" + user))
	return "cid" + base64.StdEncoding.EncodeToString(sum[:16])
}

// lwcp is the encrypted-looking sender id of a payload, useless for API calls (documented).
func lwcp(id string) string {
	sum := sha256.Sum256([]byte("lwcp\x00" + id))
	return "$:LWCP_v1:$" + base64.StdEncoding.EncodeToString(sum[:12])
}

// rollLocked is true with probability p.
func (s *Sim) rollLocked(p float64) bool {
	return p > 0 && s.dice.Float64() < p
}
