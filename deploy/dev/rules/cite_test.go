package main

import (
	"io/fs"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"
)

var (
	ruleIDs = regexp.MustCompile(`\b(?:R-[A-H]\d\d|[TQ]\d\d)\b`)
	section = regexp.MustCompile(`(\S*) ?§ ?(\d+)`)
)

// TestCitationsAreThere: a comment that cites what nobody can read explains nothing. Rule ids
// stand in workflow/RULES.md or workflow/DECISIONS.md, sections are those of laws listed there.
func TestCitationsAreThere(t *testing.T) {
	tree := os.DirFS(root)
	var pages strings.Builder
	for _, name := range []string{page, "workflow/DECISIONS.md"} {
		b, err := fs.ReadFile(tree, name)
		if err != nil {
			t.Fatal(err)
		}
		pages.Write(b)
	}
	known := pages.String()
	n := 0
	err := fs.WalkDir(tree, ".", func(file string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && strings.HasPrefix(d.Name(), ".") && file != ".":
			return fs.SkipDir
		case d.IsDir() || strings.HasPrefix(file, "deploy/dev/rules/") || !cites(file):
			return nil
		}
		b, err := fs.ReadFile(tree, file)
		if err != nil {
			return err
		}
		for i, line := range strings.Split(string(b), "\n") {
			for _, id := range ruleIDs.FindAllString(line, -1) {
				if n++; !strings.Contains(known, "| "+id+" |") {
					t.Errorf("%s:%d cites %s, which is explained nowhere", file, i+1, id)
				}
			}
			law := ""
			for _, m := range section.FindAllStringSubmatch(line, -1) {
				if l := strings.Trim(m[1], `("',;:/`); l != "" && !strings.HasPrefix(m[1], "§") {
					law = l
				}
				if n++; !strings.Contains(known, "| "+law+" §"+m[2]+" |") {
					t.Errorf("%s:%d cites §%s of %q, which is listed nowhere", file, i+1, m[2], law)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if n == 0 {
		t.Error("no citation was found")
	}
}

// cites reports whether a file may have citations.
func cites(file string) bool {
	switch path.Ext(file) {
	case ".go", ".sql", ".md", ".txt", ".json", ".yaml", ".js":
		return true
	}
	return path.Ext(file) == "" // Makefile and scripts
}
