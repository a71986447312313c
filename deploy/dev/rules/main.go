// Rules writes workflow/RULES.md: for every rule of the manual and every transition
// of the machine, where the code has it and which test would fail without it. It reads
// the source, so the page is true or the test beside it fails.
package main

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"example.org/beian/workflow"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "rules:", err)
		os.Exit(1)
	}
}

const page = "workflow/RULES.md"

func run() error {
	if len(os.Args) != 2 {
		return errors.New("usage: rules ROOT")
	}
	b, err := Page(os.DirFS(os.Args[1]))
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(os.Args[1], page), b, 0o644) //nolint:gosec // a page of the repository
}

// place is where an id is written: a declaration of a file.
type place struct{ file, name string }

// places are the declarations and tests that name each id.
type places struct{ code, tests map[string][]place }

var ids = regexp.MustCompile(`\b(?:R-[A-H]\d\d|T\d\d|[PFM]\d)\b`)

// Page returns the page for the module in root.
func Page(root fs.FS) ([]byte, error) {
	p, err := scan(root)
	if err != nil {
		return nil, err
	}
	var b strings.Builder
	b.WriteString(`<!-- written by make rules; a test fails when it is not what the source says -->
# The rules, and where they are

Every rule of the operating manual (2020) and every transition of the filing, with the code that
has it and the tests that would fail without it. The manual's words are in [manual.go](manual.go);
people read them in the chat with 为什么 and 手册. What comes of every event in every state for
everybody is in [testdata/machine.txt](testdata/machine.txt). What the manual leaves open is in
[DECISIONS.md](DECISIONS.md).

## The manual

| rule | the manual says | told in the chat | code | tests |
| --- | --- | --- | --- | --- |
`)
	for _, r := range workflow.Requirements() {
		told := "手册 · " + string(r.Topic)
		if len(r.Told) > 0 {
			told += "; 为什么 at " + strings.Join(r.Told, ", ")
		}
		code := links(p.code[r.ID])
		if code == "" { // told, not enforced
			code = "[manual.go](manual.go)"
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", r.ID, excerpt(r.Text), told, code, links(p.tests[r.ID]))
	}
	b.WriteString("\n## The machine\n\n| transition | event | from | who | to | tests |\n" +
		"| --- | --- | --- | --- | --- | --- |\n")
	for _, t := range workflow.Transitions() {
		to := string(t.To)
		if to == "" {
			to = "stays, or as the guard says"
		}
		fmt.Fprintf(&b, "| %s | `%s` | %s | %s | %s | %s |\n", t.Rule, t.Action, join(t.From), join(t.By), to,
			links(p.tests[t.Rule]))
	}
	return []byte(b.String()), nil
}

func join[T ~string](list []T) string {
	parts := make([]string, len(list))
	for i, x := range list {
		parts[i] = string(x)
	}
	return strings.Join(parts, " ")
}

// excerpt keeps a line of the table readable.
func excerpt(s string) string {
	const most = 60
	r := []rune(s)
	if len(r) > most {
		r = append(r[:most], '…')
	}
	return strings.ReplaceAll(string(r), "|", "/")
}

// links writes places relative to the page.
func links(list []place) string {
	var out []string
	for _, p := range list {
		out = append(out, fmt.Sprintf("[%s](../%s)", p.name, p.file))
	}
	return strings.Join(out, ", ")
}

// scan reads the Go source and the conversation scripts.
func scan(root fs.FS) (places, error) {
	p := places{map[string][]place{}, map[string][]place{}}
	err := fs.WalkDir(root, ".", func(file string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (strings.HasPrefix(d.Name(), ".") && file != "." || d.Name() == "deploy"):
			return fs.SkipDir
		case strings.HasSuffix(file, ".go"):
			return p.source(root, file)
		case path.Dir(file) == "bot/testdata/script" && strings.HasSuffix(file, ".txt"):
			return p.script(root, file)
		}
		return nil
	})
	return p, err
}

// source notes the ids in each declaration of a Go file; for tests with cases named by
// id, the case is what is noted.
func (p places) source(root fs.FS, file string) error {
	text, err := fs.ReadFile(root, file)
	if err != nil {
		return err
	}
	set := token.NewFileSet()
	f, err := parser.ParseFile(set, file, text, parser.ParseComments)
	if err != nil {
		return err
	}
	test := strings.HasSuffix(file, "_test.go")
	for _, d := range f.Decls {
		if !test && (name(d, "", "") == "manual" || name(d, "", "") == "rules") {
			continue // the tables themselves
		}
		from, to := set.Position(d.Pos()).Offset, set.Position(d.End()).Offset
		if fn, ok := d.(*ast.FuncDecl); ok && fn.Doc != nil {
			from = set.Position(fn.Doc.Pos()).Offset
		}
		end := to + strings.IndexByte(string(text[to:])+"\n", '\n') // a comment behind the last line
		for _, id := range ids.FindAllString(string(text[from:end]), -1) {
			p.note(test, id, place{file, name(d, id, string(text[from:to]))})
		}
	}
	return nil
}

// name is the function, or what a declaration declares first.
func name(d ast.Decl, id, text string) string {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if strings.Contains(text, `"`+id+`": func(`) || strings.Contains(text, `"`+id+`": {`) {
			return d.Name.Name + "/" + id
		}
		return d.Name.Name
	case *ast.GenDecl:
		switch s := d.Specs[0].(type) {
		case *ast.TypeSpec:
			return s.Name.Name
		case *ast.ValueSpec:
			return s.Names[0].Name
		}
	}
	return "package"
}

func (p places) script(root fs.FS, file string) error {
	text, err := fs.ReadFile(root, file)
	if err != nil {
		return err
	}
	for _, id := range ids.FindAllString(string(text), -1) {
		p.note(true, id, place{file, path.Base(file)})
	}
	return nil
}

func (p places) note(test bool, id string, at place) {
	into := p.code
	if test {
		into = p.tests
		if strings.HasSuffix(at.file, ".go") && !strings.HasPrefix(at.name, "Test") && !strings.HasPrefix(at.name, "Fuzz") {
			return // a helper of tests
		}
	}
	if !slices.Contains(into[id], at) {
		into[id] = append(into[id], at)
	}
}
