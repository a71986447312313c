// Package typed is the one form into which everything that people type is brought before it is
// understood.
package typed

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/width"
)

// Clean makes typed text comparable: canonical composition, half-width Latin and
// digits, no control and no bidirectional characters, no surrounding space. It
// leaves Han characters exactly as typed.
func Clean(s string) string {
	s = norm.NFC.String(s)
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t' || r == '\r':
			return ' '
		case unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Cf, r):
			return -1
		case r >= 0xFF01 && r <= 0xFF5E && (unicode.IsDigit(r) || unicode.IsLetter(r)):
			return []rune(width.Narrow.String(string(r)))[0]
		case r == 0x3000 || r == 0xA0:
			return ' '
		}
		return r
	}, s)
	return strings.TrimSpace(s)
}
