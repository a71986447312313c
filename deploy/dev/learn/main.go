// Command learn learns from the ways of saying commands and questions which words mean what, and keeps
// that beside them. Run it with go generate ./bot/ways after a way was added.
package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/txtar"

	"example.org/beian/bot/command"
	"example.org/beian/bot/ways"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: learn DIR, the root of the repository")
		os.Exit(2)
	}
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "learn:", err)
		os.Exit(1)
	}
}

var languages = []string{"zh", "en"}

func run(root string) error {
	for _, lang := range languages {
		if err := learn(root, lang); err != nil {
			return err
		}
	}
	s, err := sum(root)
	if err != nil {
		return err
	}
	if err := os.WriteFile(sumPath(root), []byte(s+"\n"), 0o644); err != nil { //nolint:gosec // part of the source
		return fmt.Errorf("keep the sum of what was learned from: %w", err)
	}
	return nil
}

func sumPath(root string) string { return filepath.Join(root, "bot", "ways", "model.sum") }

// sum tells whether anything has changed since the models were learned.
func sum(root string) (string, error) {
	h := sha256.New()
	for _, lang := range languages {
		list, err := samples(root, lang)
		if err != nil {
			return "", err
		}
		for _, s := range list {
			fmt.Fprintf(h, "%s %s\n", s.Name, s.Sentence)
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

func learn(root, lang string) error {
	samples, err := samples(root, lang)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := command.Learn(samples).Write(&b); err != nil {
		return err
	}
	path := filepath.Join(root, "bot", "ways", "model."+lang+".gz")
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil { //nolint:gosec // part of the source
		return fmt.Errorf("keep what was learned: %w", err)
	}
	return nil
}

func samples(root, lang string) ([]command.Sample, error) {
	var out []command.Sample
	for _, f := range []struct{ path, prefix string }{
		{"bot/ways/commands." + lang + ".txt", ""}, {"bot/faq/ask." + lang + ".txt", ways.Question},
	} {
		b, err := os.ReadFile(filepath.Join(root, f.path))
		if err != nil {
			return nil, fmt.Errorf("read ways: %w", err)
		}
		out = append(out, ways.Samples(string(b), f.prefix)...)
	}
	b, err := os.ReadFile(filepath.Join(root, "bot/faq/faq."+lang+".txtar"))
	if err != nil {
		return nil, fmt.Errorf("read questions: %w", err)
	}
	for _, f := range txtar.Parse(b).Files {
		for line := range strings.Lines(string(f.Data)) {
			if title, ok := strings.CutPrefix(strings.TrimSpace(line), "? "); ok {
				out = append(out, command.Sample{Name: ways.Question + strings.Fields(f.Name)[0], Sentence: title})
			}
		}
	}
	return out, nil
}
