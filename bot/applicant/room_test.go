package applicant

import (
	"testing"

	"example.org/beian/bot/command"
	"example.org/beian/bot/command/commandtest"
)

func specs() []command.Spec {
	var out []command.Spec
	for _, c := range New(nil, Deps{}).Commands() {
		out = append(out, c.Spec)
	}
	return out
}

// TestRoundTrip: whatever can be said here is read as the command that it is listed under.
func TestRoundTrip(t *testing.T) { commandtest.RoundTrip(t, specs()) }
