package workflow_test

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
	"example.org/beian/workflow/reminder"
)

// effects has one of each effect, with everything in it.
func effects() []workflow.Effect {
	day, at := calendar.NewDate(2026, 11, 23), time.Date(2026, 11, 23, 2, 10, 0, 0, time.UTC)
	file := workflow.IntakeFile{Code: "c", Name: "n"}
	return []workflow.Effect{
		workflow.Announce{Filing: "F", Seq: 1, To: "p"},
		workflow.ReviewCard{Filing: "F", Ticket: 2},
		workflow.RedrawCard{Filing: "F", Ticket: 2, Seq: 3, Clicked: "h"},
		workflow.Show{Filing: "F", Viewer: "h"},
		workflow.OfferColleagues{Filing: "F", Ticket: 2, To: "h"},
		workflow.Deputise{Absence: "a"},
		workflow.DecideBatch{Person: "h", Items: []workflow.BatchItem{{Filing: "F", Ticket: 2}}},
		workflow.SealPack{Person: "h"},
		workflow.Purge{Day: day, Round: 1},
		workflow.WatchPass{At: at},
		workflow.Nudge{Filing: "F", Wait: "review:2", Level: workflow.HRTold},
		workflow.Office{
			Task: workflow.OfficeCheck, Robot: "r", Message: "m", Person: "p", Webhook: []byte("w"), File: file, Import: "i",
			College: "c01", Until: day,
		},
		workflow.Intake{
			Robot: "r", Message: "m", Person: "p", Webhook: []byte("w"), Files: []workflow.IntakeFile{file}, Stored: "s",
			Onto: workflow.SlotForm, Swap: 2,
		},
		workflow.SendStatistics{Person: "p"},
		workflow.DailyPass{Day: day},
		workflow.AskSchool{Question: "q"},
		workflow.AnswerPerson{Question: "q"},
		workflow.Erase{Person: "p"},
		workflow.Bundle{Person: "p"},
		workflow.Export{Person: "p"},
		reminder.Tell{Day: day, Topic: reminder.TopicPerson, People: []string{"p"}},
		reminder.CheckPass{Day: day, Round: 1},
		reminder.PostPass{Day: day, Round: 1, Again: 7},
		reminder.Digest{Day: day, Again: 7},
	}
}

// TestJobsStayAsStored: a job of the version before is in the queue when the next one starts, so
// the kinds and the keys of its JSON never change. What is new is added to the file.
func TestJobsStayAsStored(t *testing.T) {
	var b strings.Builder
	for _, e := range effects() {
		job := e.Job()
		raw, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		unique := "-"
		if job.Unique {
			unique = "unique"
		}
		fmt.Fprintf(&b, "%s %s %d %s %s %s\n", job.Kind, job.Queue, job.Tries, job.Timeout, unique, raw)
	}
	want, err := os.ReadFile("testdata/jobs.txt")
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), b.String()); d != "" {
		t.Errorf("testdata/jobs.txt (-was +is):\n%s", d)
	}
}

// TestEveryEffectIsListed: an effect that the list above leaves out would be guarded by nothing.
func TestEveryEffectIsListed(t *testing.T) {
	listed := map[string]bool{}
	for _, e := range effects() {
		listed[fmt.Sprintf("%T", e)] = true
	}
	n := 0
	for _, dir := range []string{".", "calendar", "identity", "reminder", "roster", "typed"} {
		files, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if !strings.HasSuffix(file.Name(), ".go") {
				continue
			}
			f, err := parser.ParseFile(token.NewFileSet(), dir+"/"+file.Name(), nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range f.Decls {
				fn, ok := d.(*ast.FuncDecl)
				if !ok || fn.Name.Name != "Job" || fn.Recv == nil {
					continue
				}
				n++
				if name := fmt.Sprintf("%s.%s", f.Name.Name, fn.Recv.List[0].Type); !listed[name] {
					t.Errorf("%s is not in the list of effects", name)
				}
			}
		}
	}
	if n != len(listed) {
		t.Errorf("%d effects in the source, %d in the list", n, len(listed))
	}
}
