package bot

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"example.org/beian/bot/text"
	"example.org/beian/bot/view"
	"example.org/beian/workflow"
	"example.org/beian/workflow/paper"
	"example.org/beian/workflow/reminder"
)

func catalogue(t *testing.T) *text.Catalogue {
	t.Helper()
	c, err := text.Load("zh")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestEveryTextIsUsedAndEveryUseHasAText reads the package's own source: a key that
// is only in one of both places is a mistake.
func TestEveryTextIsUsedAndEveryUseHasAText(t *testing.T) {
	words := map[string]bool{}
	var files []string
	for _, pattern := range []string{"*.go", "*/*.go"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	for _, path := range files {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				if s, err := strconv.Unquote(lit.Value); err == nil {
					words[s] = true
				}
			}
			return true
		})
	}
	built := map[string]bool{} // keys put together from a prefix and a closed set
	family := func(prefix string, names ...string) {
		for _, n := range names {
			built[prefix+n] = true
		}
	}
	for _, r := range workflow.Reasons() {
		family("blocked_", string(r))
		family("why_", string(r))
	}
	for _, topic := range workflow.Topics() {
		family("manual_", string(topic))
	}
	for _, k := range []workflow.StepKind{
		workflow.StepConsent, workflow.StepStart, workflow.StepConfirm, workflow.StepPaper, workflow.StepMaterial, workflow.StepHandIn,
		workflow.StepWaitNotice, workflow.StepFix, workflow.StepReview, workflow.StepOfficial, workflow.StepDownload, workflow.StepFinished,
	} {
		family("why_", string(k))
	}
	family("doubt_", workflow.DoubtNumber, workflow.DoubtBirth, workflow.DoubtSex, workflow.DoubtBirthplace, workflow.DoubtGraduation,
		workflow.DoubtDegreeDate, workflow.DoubtService, workflow.DoubtUnitType)
	family("fault_", workflow.FaultPhone, workflow.FaultDate, workflow.FaultMonth, workflow.FaultFuture, workflow.FaultOption, workflow.FaultLong,
		workflow.FaultEmpty, workflow.FaultPhoto)
	family("remind_", string(reminder.ReasonOpens), string(reminder.ReasonEnds), string(reminder.ReasonOverdue))
	family("next_", "welcome", "confirm")
	family("kind_", "audio", "other")
	for _, what := range []string{view.TaskReview, view.TaskPost, view.TaskSettle, view.TaskSeal} {
		if c := catalogue(t); !c.Has("task_" + what) {
			t.Errorf("phrase task_%s is missing", what)
		}
	}
	c := catalogue(t)
	for _, h := range paper.Hints() {
		if !c.Has("hint_" + string(h)) {
			t.Errorf("phrase hint_%s is missing", h)
		}
	}
	entries, err := text.Entries("zh")
	if err != nil {
		t.Fatal(err)
	}
	there := map[string]bool{}
	for _, e := range entries {
		there[e.Name] = true
		if !words[e.Name] && !built[e.Name] && !strings.HasPrefix(e.Name, "p/") {
			t.Errorf("text %s is not used", e.Name)
		}
	}
	for key := range built {
		if !there[key] {
			t.Errorf("text %s is missing", key)
		}
	}
	if len(words) < len(entries) {
		t.Fatal("the source is not where this test looks for it")
	}
}

func TestShownIsMasked(t *testing.T) {
	id, _ := workflow.FieldOf(workflow.IDNumber)
	if got := view.Shown(id, "330199198503121016"); strings.Contains(got, "19850312") {
		t.Errorf("shown as %s", got)
	}
}
