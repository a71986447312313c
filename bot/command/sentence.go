package command

import (
	"strings"

	"example.org/beian/workflow/calendar"
	"example.org/beian/workflow/typed"
)

// Hear prepares a message for recognising.
func Hear(text string, today calendar.Date) Sentence {
	plain := typed.Clean(halfWidth.Replace(text))
	bare := strings.ToLower(strings.TrimRight(plain, "。.!? "))
	if bare == "" {
		bare = plain // nothing but signs
	}
	return Sentence{
		Typed: strings.TrimSpace(text),
		Plain: plain,
		Bare:  bare,
		Today: today,
	}
}

// halfWidth makes Chinese signs comparable, character for character. It never changes.
var halfWidth = strings.NewReplacer("，", ",", "；", ";", "：", ":", "＝", "=", "！", "!", "？", "?", "（", "(", "）", ")")

// Half returns a text with half-width signs, rune for rune.
func Half(s string) string { return halfWidth.Replace(s) }
