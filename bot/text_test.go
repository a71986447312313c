package bot

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"example.org/beian/bot/dingtalk"
	"example.org/beian/workflow"
	"example.org/beian/workflow/paper"
)

func catalogue(t *testing.T) *texts {
	t.Helper()
	c, err := catalogues["zh"]()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestEveryTextIsUsedAndEveryUseHasAText reads the package's own source: a key that
// is only in one of both places is a mistake.
func TestEveryTextIsUsedAndEveryUseHasAText(t *testing.T) {
	words := map[string]bool{}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
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
	family("remind_", string(workflow.WhyOpens), string(workflow.WhyEnds), string(workflow.WhyOverdue))
	family("next_", "welcome", "confirm")
	family("kind_", "audio", "other")
	for _, what := range []string{taskReview, taskPost, taskSettle, taskSeal} {
		if c := catalogue(t); c.phrases["task_"+what] == "" {
			t.Errorf("phrase task_%s is missing", what)
		}
	}
	c := catalogue(t)
	for _, h := range paper.Hints() {
		if c.phrases["hint_"+string(h)] == "" {
			t.Errorf("phrase hint_%s is missing", h)
		}
	}
	for key := range c.messages {
		if !words[key] && !built[key] {
			t.Errorf("text %s is not used", key)
		}
	}
	for key := range built {
		if c.messages[key] == nil {
			t.Errorf("text %s is missing", key)
		}
	}
	source, err := os.ReadFile("announce.go")
	if err != nil || !strings.Contains(string(source), "t.say(") {
		t.Fatal("the source is not where this test looks for it")
	}
}

func TestTextsFitDingTalk(t *testing.T) {
	raw, err := textFiles.ReadFile("texts/zh.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(raw)) {
		if strings.ContainsAny(line, "!！") {
			t.Errorf("an exclamation mark: %s", line)
		}
		if b := buttonsOf(strings.TrimSpace(line)); len(b) > 5 {
			t.Errorf("more than five buttons: %s", line)
		}
	}
}

func TestButtons(t *testing.T) {
	m, err := catalogue(t).message("notice_task", data{
		"Name": said("陈一帆"), "College": said("c"), "Category": "E", "Ends": "2026-12-10",
		"Days": 5, "ID": "K7M2Q9XD", "Late": false, "Safe": "", "Expired": false, "PostFrom": "11-24", "PostUntil": "12-01",
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(m.Buttons) != 2 || m.Buttons[0] != (dingtalk.Button{Title: "今天已张贴", Say: "公示 K7M2Q9XD 今天"}) {
		t.Errorf("%+v", m.Buttons)
	}
	if strings.Contains(m.Text, "[") {
		t.Errorf("buttons are left in the text: %s", m.Text)
	}
}

// TestSaidIsInert: whatever a person types, it is neither formatting nor a link
// (promises R10).
func TestSaidIsInert(t *testing.T) {
	for _, s := range []string{
		"[同意](dtmd://dingtalkclient/sendMessage?content=%E5%90%8C%E6%84%8F)", "![x](http://evil)", "**粗**", "# 题", "> 引", "`x`",
		"a\nb", "\u202e反", "<a href=x>", "http://example.org", "王\u200b㛃", "1\x00\x1b[31m",
	} {
		got := said(s).String()
		if strings.ContainsAny(got, "[]*`<>#\n\r\x00\x1b") || strings.Contains(got, "://") || strings.ContainsRune(got, '\u202e') {
			t.Errorf("%q is said as %q", s, got)
		}
	}
	for _, s := range []string{"王㛃", "赵𬭎", "阿依古丽·买买提", "Anna Beispiel", "省自然科学奖、技术发明奖前3名(一等)"} {
		if said(s).String() != s {
			t.Errorf("%q is changed to %q", s, said(s))
		}
	}
}

func TestMissingValueIsAnError(t *testing.T) {
	if _, err := catalogue(t).message("kept", data{}); err == nil {
		t.Error("a text without its value was sent")
	}
}

func TestShownIsMasked(t *testing.T) {
	id, _ := workflow.FieldOf(workflow.IDNumber)
	if got := shown(id, "330199198503121016"); strings.Contains(got, "19850312") {
		t.Errorf("shown as %s", got)
	}
}
