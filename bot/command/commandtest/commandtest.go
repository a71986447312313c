// Package commandtest tries out lists of commands.
package commandtest

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"example.org/beian/bot/command"
	"example.org/beian/workflow/calendar"
)

// values draws an argument of each kind.
var values = map[string]*rapid.Generator[string]{
	"filing":  rapid.StringMatching(`[0-9A-Z]{8}`),
	"filings": rapid.StringMatching(`[0-9A-Z]{8}( [0-9A-Z]{8}){0,3}`),
	"code":    rapid.StringMatching(`[A-Z2-7]{6}`),
	"file":    rapid.StringMatching(`[0-9a-f]{32}`),
	"slot":    rapid.StringMatching(`[1-8]`),
	"number":  rapid.StringMatching(`[1-9][0-9]{0,4}`),
	"word":    rapid.StringMatching(`[一-龥A-Za-z0-9]{1,8}`),
	"text":    rapid.StringMatching(`[一-龥][一-龥A-Za-z0-9，。：（ ]{0,12}[一-龥]`),
}

// RoundTrip checks that each command of a list is read back as itself with the same arguments
// however it is written, and that no other command claims what it says.
func RoundTrip(t *testing.T, specs []command.Spec) {
	t.Helper()
	l, err := command.NewList(specs)
	if err != nil {
		t.Fatal(err)
	}
	hear := func(s string) command.Sentence { return command.Hear(s, calendar.NewDate(2026, 11, 23)) }
	for _, s := range specs {
		for _, w := range slices.Concat(s.Words, s.English, s.Examples) {
			if got := l.Claims(hear(w)); !slices.Equal(got, []string{s.Name}) {
				t.Errorf("%q of %s is claimed by %v", w, s.Name, got)
			}
		}
		shapes, err := s.Shapes()
		if err != nil {
			t.Fatal(err)
		}
		rapid.Check(t, func(rt *rapid.T) {
			for _, shape := range shapes {
				var pairs []string
				for _, arg := range shape {
					pairs = append(pairs, arg[0], values[arg[1]].Draw(rt, arg[0]))
				}
				want := command.With(pairs...)
				said, err := s.Say(want)
				if err != nil {
					rt.Fatal(err)
				}
				name, got, _ := l.Recognise(hear(said))
				if again, err := s.Say(got); name != s.Name || err != nil || again != said {
					rt.Fatalf("%q of %s is read as %s, %v", said, s.Name, name, got)
				}
				if claims := l.Claims(hear(said)); len(claims) > 1 {
					rt.Fatalf("%q is claimed by %v", said, claims)
				}
			}
		})
	}
}
