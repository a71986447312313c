package text

import (
	"strings"
	"unicode"
)

// Typed is text that came from a person. Printed, it can neither be formatting nor a
// link: a link in markdown could make whoever taps it send a message.
type Typed string

// String returns the text with everything active replaced by a look-alike.
func (s Typed) String() string {
	plain := strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\t':
			return ' '
		case unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Cf, r):
			return -1 // control and bidirectional characters
		}
		return r
	}, string(s))
	return inert.Replace(plain)
}

// inert is a replacer and never changes.
var inert = strings.NewReplacer(
	"://", ":／／", "*", "∗", "_", "＿", "`", "ˋ", "[", "［", "]", "］", "<", "＜", ">", "＞",
	"#", "＃", "|", "｜", "\\", "＼", "~", "～",
)
