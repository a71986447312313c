package identity

import (
	"strings"
	"unicode"

	"example.org/beian/workflow/typed"
)

// nameDot is the separator in names of several parts, U+00B7 (民委发〔2016〕33号).
const nameDot = '·'

// NormalName writes a name the one official way: the separator between its parts is
// U+00B7 whatever looked like it, spaces are single, nothing else is touched; rare
// characters stay as they are.
func NormalName(s string) string {
	r := []rune(strings.Join(strings.Fields(typed.Clean(s)), " "))
	for i, c := range r {
		if isDot(c) || (c == '.' || c == '．') && i > 0 && i+1 < len(r) && unicode.Is(unicode.Han, r[i-1]) &&
			unicode.Is(unicode.Han, r[i+1]) {
			r[i] = nameDot
		}
	}
	s = string(r)
	for _, spaced := range []string{" · ", " ·", "· "} {
		s = strings.ReplaceAll(s, spaced, string(nameDot))
	}
	return s
}

// isDot recognises the characters that are typed for the separator; normalisation
// forms fold only one of them.
func isDot(r rune) bool {
	switch r {
	case '·', '\u2022', '\u30fb', '\uff65', '\u2027', '\u22c5', '\u0387', '\u2219', '\u2024', '\u16eb':
		return true
	}
	return false
}

// SameName reports whether two names are the same person's as far as writing goes:
// equal after [NormalName], in Latin letters without regard to case (R-C10).
func SameName(a, b string) bool { return strings.EqualFold(NormalName(a), NormalName(b)) }

// Mask hides the middle of a number: three characters in front and four behind
// stay, never more than half of it.
func Mask(s string) string {
	r := []rune(s)
	if len(r) < 8 {
		return strings.Repeat("*", len(r))
	}
	return string(r[:3]) + strings.Repeat("*", len(r)-7) + string(r[len(r)-4:])
}
