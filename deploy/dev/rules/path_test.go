package main

import (
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

var (
	address = regexp.MustCompile(`https?://\S+`)
	named   = regexp.MustCompile(`[\w.*-]+(?:/[\w.*-]+)*/?`)
	// What a name that is no path from the root ends with if it is the name of a file.
	suffixes = []string{".go", ".md", ".txt", ".txtar", ".sql", ".yaml", ".yml", ".png", ".example"}
)

// TestNamedPathsExist: a page, or a rule of the linter, that names what is not there misleads, or
// guards nothing.
func TestNamedPathsExist(t *testing.T) {
	var files []string // and folders, from the root
	err := fs.WalkDir(os.DirFS(root), ".", func(file string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && d.Name() == ".git" {
			return fs.SkipDir
		}
		files = append(files, file)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range []string{"README.md", "README.zh-CN.md", "DESIGN.md", "CONTRIBUTING.md", ".golangci.yml"} {
		text, err := fs.ReadFile(os.DirFS(root), page)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for i, line := range strings.Split(string(text), "\n") {
			line = strings.ReplaceAll(address.ReplaceAllString(line, ""), "example.org/beian/", "")
			for _, name := range named.FindAllString(line, -1) {
				name = strings.TrimRight(strings.TrimPrefix(name, "./"), "./")
				if name = strings.Trim(strings.TrimPrefix(name, "**/"), "/*"); !isPath(files, name) {
					continue
				}
				if n++; !slices.ContainsFunc(files, func(file string) bool { return matches(name, file) }) {
					t.Errorf("%s:%d names %s, which is not there", page, i+1, name)
				}
			}
		}
		if n == 0 {
			t.Errorf("%s names no path at all", page)
		}
	}
}

// isPath reports whether a word means a path: it begins with a folder of the root, or ends like a
// file.
func isPath(files []string, word string) bool {
	first, _, deep := strings.Cut(word, "/")
	if deep && slices.Contains(files, first) {
		return true
	}
	return len(path.Ext(word)) < len(path.Base(word)) && slices.Contains(suffixes, path.Ext(word))
}

// matches reports whether the path, which may have stars, is the file or its end.
func matches(name, file string) bool {
	for {
		if ok, err := path.Match(name, file); ok || err != nil {
			return ok
		}
		_, rest, deeper := strings.Cut(file, "/")
		if !deeper {
			return false
		}
		file = rest
	}
}

// TestProseIsWrapped: pages are read in editors and as differences, too. Tables, pictures and what
// has no space to break at are as long as they must be.
func TestProseIsWrapped(t *testing.T) {
	const most = 100
	for _, page := range []string{"README.md", "README.zh-CN.md", "CONTRIBUTING.md", "CHANGELOG.md"} {
		text, err := fs.ReadFile(os.DirFS(root), page)
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(string(text), "\n") {
			bare := strings.TrimSpace(line)
			if n := utf8.RuneCountInString(line); n > most && strings.Contains(bare, " ") &&
				!strings.HasPrefix(bare, "|") && !strings.HasPrefix(bare, "![") {
				t.Errorf("%s:%d has %d columns", page, i+1, n)
			}
		}
	}
}
