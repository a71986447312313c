package main

import (
	"os"
	"path/filepath"
	"testing"

	"example.org/beian/workflow"
)

const root = "../../.."

// TestEveryRuleHasATest: a rule of the manual, or a transition, that no test names is
// a rule that could be lost.
func TestEveryRuleHasATest(t *testing.T) {
	p, err := scan(os.DirFS(root))
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range workflow.Requirements() {
		if len(p.tests[r.ID]) == 0 {
			t.Errorf("no test names %s: %s", r.ID, r.Text)
		}
	}
	for _, tr := range workflow.Transitions() {
		if len(p.tests[tr.Rule]) == 0 {
			t.Errorf("no test names %s (%s)", tr.Rule, tr.Action)
		}
	}
}

// TestPageIsCurrent: what people read is what the source says.
func TestPageIsCurrent(t *testing.T) {
	want, err := Page(os.DirFS(root))
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(filepath.Join(root, page))
	if err != nil || string(got) != string(want) {
		t.Errorf("%s is not what the source says: run make rules (%v)", page, err)
	}
}
