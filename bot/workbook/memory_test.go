package workbook_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"example.org/beian/bot/workbook"
	"example.org/beian/workflow"
)

// readVar makes this test binary take one roster in as the bot does, say how much memory that
// took, and end.
const readVar = "BEIAN_TEST_WORKBOOK"

func TestMain(m *testing.M) {
	if path := os.Getenv(readVar); path != "" { //nolint:forbidigo // how a test binary is told to read a file
		readAlone(path)
		return
	}
	os.Exit(m.Run())
}

func readAlone(path string) {
	data, err := os.ReadFile(path)
	if err != nil {
		panic(err)
	}
	rows, err := takeIn(context.Background(), data)
	if err != nil {
		panic(err)
	}
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		panic(err)
	}
	for line := range strings.Lines(string(status)) {
		if kb, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			fmt.Println(strings.Fields(kb)[0], rows)
		}
	}
}

// takeIn is what the check of a roster does without the database.
func takeIn(ctx context.Context, data []byte) (int, error) {
	table, err := workbook.Read(ctx, data)
	if err != nil {
		return 0, err
	}
	notes := map[int]workbook.Note{}
	for r := range table.Roster(map[string]string{"图书馆": "c06"}, today) {
		notes[r.Line] = workbook.Note{Text: "变更：手机、出生地", Columns: []string{"手机"}}
	}
	_, err = table.Annotate(notes)
	return len(notes), err
}

// largeRoster is a roster of n people in which every column is filled, as Excel saves it.
func largeRoster(t testing.TB, n int) []byte {
	t.Helper()
	f := excelize.NewFile()
	var head []any
	for _, c := range workbook.Columns() {
		head = append(head, c.Label)
	}
	must(t, f.SetSheetRow("Sheet1", "A1", &head))
	for i := range n {
		row := make([]any, len(head))
		for j, c := range workbook.Columns() {
			fd, ok := workflow.FieldOf(c.Field)
			switch {
			case c.Label == workbook.ColumnPerson:
				row[j] = fmt.Sprintf("u%05d", i)
			case c.Label == workbook.ColumnName:
				row[j] = fmt.Sprintf("陈一%c", '一'+i%5000)
			case c.Label == workbook.ColumnCollege:
				row[j] = "图书馆"
			case c.Label == workbook.ColumnNumber:
				row[j] = fmt.Sprintf("HZ-%05d", i)
			case c.Label == workbook.ColumnCategory:
				row[j] = "E"
			case c.Label == workbook.ColumnRecognised:
				row[j] = "2024-12-10"
			case c.Field == workflow.Phone:
				row[j] = fmt.Sprintf("139%08d", i)
			case c.Field == workflow.IDType:
				row[j] = "护照"
			case c.Field == workflow.IDNumber:
				row[j] = fmt.Sprintf("E%08d", i)
			case ok:
				row[j] = fd.Example
			}
		}
		must(t, f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+2), &row))
	}
	var b bytes.Buffer
	must(t, f.Write(&b))
	must(t, f.Close())
	return b.Bytes()
}

// TestPeakMemory: the longest roster, every column filled, needs less than 300 MB.
func TestPeakMemory(t *testing.T) {
	path := filepath.Join(t.TempDir(), "roster.xlsx")
	must(t, os.WriteFile(path, largeRoster(t, workbook.MaxRows), 0o600))
	exe, err := os.Executable()
	must(t, err)
	cmd := exec.CommandContext(t.Context(), exe, "-test.run=^$")
	cmd.Env = append(os.Environ(), readVar+"="+path)
	out, err := cmd.Output()
	must(t, err)
	var kb, rows int
	_, err = fmt.Sscan(string(out), &kb, &rows)
	must(t, err)
	t.Logf("%d rows, %d MB", rows, kb>>10)
	if rows != workbook.MaxRows || kb>>10 > 300 {
		t.Errorf("%d rows took %d MB", rows, kb>>10)
	}
}

// BenchmarkCheck20000 is the time of the same.
func BenchmarkCheck20000(b *testing.B) {
	data := largeRoster(b, workbook.MaxRows)
	for b.Loop() {
		rows, err := takeIn(b.Context(), data)
		if err != nil || rows != workbook.MaxRows {
			b.Fatalf("%d rows, %v", rows, err)
		}
	}
}
