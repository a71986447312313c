package app

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.org/beian/bot"
	"example.org/beian/bot/applicant"
	"example.org/beian/bot/faq"
	"example.org/beian/bot/hr"
	"example.org/beian/bot/outbox"
	"example.org/beian/bot/review"
	"example.org/beian/bot/scan"
)

// TestEveryJobHasAHandler: a job without one would wait for ever.
func TestEveryJobHasAHandler(t *testing.T) {
	b, err := os.ReadFile("../../../workflow/testdata/jobs.txt")
	if err != nil {
		t.Fatal(err)
	}
	var want, got []string
	for line := range strings.Lines(string(b)) {
		kind, _, _ := strings.Cut(line, " ")
		want = append(want, kind)
	}
	rooms := &bot.Bot{
		Applicant: &applicant.Room{}, Questions: &faq.Room{}, Review: &review.Room{}, Scan: &scan.Room{},
		HR: &hr.Room{}, Outbox: &outbox.Room{},
	}
	for _, h := range handlers(rooms, nil) {
		got = append(got, h.Kind)
	}
	slices.Sort(want)
	slices.Sort(got)
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("kinds that are stored and kinds that are worked (-stored +worked):\n%s", d)
	}
}
