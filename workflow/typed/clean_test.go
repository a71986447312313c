package typed_test

import (
	"testing"

	"example.org/beian/workflow/typed"
)

// TestClean: what looks the same is the same, and Han characters stay as typed.
func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"  １３９ ":         "139",
		"Ａ\u202e1\u0000": "A1",
		"一\n二\t三":        "一 二 三",
		"\u3000王㛃\u00a0": "王㛃",
		"e\u0301":        "é",
		"，":              "，",
	} {
		if got := typed.Clean(in); got != want {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
	}
}
