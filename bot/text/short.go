package text

import (
	"regexp"
	"strings"
)

// Short keeps a quotation of the person's own words to one line.
func Short(s string) string {
	const most = 30
	s = idNumber.ReplaceAllString(s, "(证件号码)")
	r := []rune(s)
	if len(r) <= most {
		return s
	}
	return string(r[:most]) + "…"
}

// OneLine keeps a question short enough to travel in a button.
func OneLine(s string) string {
	const most = 80
	r := []rune(idNumber.ReplaceAllString(strings.Join(strings.Fields(s), " "), "(证件号码)"))
	return string(r[:min(len(r), most)])
}

// MaskNumbers takes identity numbers out of text that is going to be stored: nobody
// needs them there.
func MaskNumbers(s string) string { return idNumber.ReplaceAllString(s, "(证件号码)") }

// idNumber finds what looks like an identity number: it is never said back.
var idNumber = regexp.MustCompile(`[0-9]{14,17}[0-9Xx]`)

// Choice is a button of a list that is made up as needed.
type Choice struct{ Label, Say string }
