package main

import (
	"os"
	"strings"
	"testing"
)

// TestModelsAreCurrent: what was learned is from the ways of saying that are there.
func TestModelsAreCurrent(t *testing.T) {
	const root = "../../.."
	want, err := sum(root)
	if err != nil {
		t.Fatal(err)
	}
	kept, err := os.ReadFile(sumPath(root))
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.TrimSpace(string(kept)); got != want {
		t.Error("bot/ways has changed since it was learned from: run make ways")
	}
}
