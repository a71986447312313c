package app

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
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
	for _, h := range handlers(nil, nil) {
		got = append(got, h.Kind)
	}
	slices.Sort(want)
	slices.Sort(got)
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("kinds that are stored and kinds that are worked (-stored +worked):\n%s", d)
	}
}
