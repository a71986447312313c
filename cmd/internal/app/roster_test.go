package app_test

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"runtime"
	"strconv"
	"testing"
	"time"

	"example.org/beian/bot/workbook"
	"example.org/beian/workflow/calendar"
)

// The roster is short in the tests; make bench imports 20,000 rows.
var rosterRows = flag.Int("rows", 300, "rows that TestLargeRoster imports")

// TestLargeRoster: HR imports a long roster in the chat, into a bot in a process of its own; what
// it costs in time and memory is printed, and a second time nothing changes.
func TestLargeRoster(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.cfg.DailyCron = "0 9 1 1 *"
	w.startProcess()
	hr := person(t, "傅明舟")
	file := longRoster(t, *rosterRows)
	w.say(hr, "你好")
	w.awaitAnswer(hr)
	before := peak(t, w.bot.(process))
	began := time.Now()
	w.sendFile(hr, "名册.xlsx", file)
	w.await(hr, "检查完了", fmt.Sprintf("新增 %d", *rosterRows), "有误 0")
	checked := time.Now()
	w.tap(hr, "确认导入")
	w.await(hr, "导入完成", fmt.Sprintf("新增 %d", *rosterRows))
	applied := time.Now()
	t.Logf("%d rows, %d KB: checked in %.1f s, imported in %.1f s; the process held at most %d MB, %d MB before",
		*rosterRows, len(file)>>10, checked.Sub(began).Seconds(), applied.Sub(checked).Seconds(), peak(t, w.bot.(process)),
		before)
	w.sendFile(hr, "名册.xlsx", file)
	w.await(hr, fmt.Sprintf("无变化 %d", *rosterRows), "没有变化，不用导入")
}

// await is expect with the patience that twenty thousand rows take.
func (w *world) await(person string, words ...string) {
	w.t.Helper()
	w.pollFor(5*patience, fmt.Sprint(words), func() bool {
		for _, m := range w.messages(person, w.read[person], "0s") {
			if m.From == "bot" && containsAll(m.text(), words) {
				w.read[person] = m.Seq
				return true
			}
		}
		return false
	})
}

// longRoster is a workbook with all columns and invented people.
func longRoster(t *testing.T, n int) []byte {
	t.Helper()
	var header []string
	var widths []float64
	for _, c := range workbook.Columns() {
		header, widths = append(header, c.Label), append(widths, 14)
	}
	rows := make([][]string, n)
	for i := range rows {
		on := calendar.NewDate(2025, time.January, 1).AddDays(i % 600)
		known := map[string]string{
			workbook.ColumnPerson: fmt.Sprintf("u%06d", i),
			workbook.ColumnName:   fmt.Sprintf("测%c%c", '一'+rune(i%5000), '丁'+rune(i/5000)), workbook.ColumnCollege: "图书馆",
			workbook.ColumnNumber: fmt.Sprintf("HZ-%06d", i), workbook.ColumnCategory: "E",
			workbook.ColumnRecognised: on.String(), workbook.ColumnUnit: "示例师范大学",
			"手机": fmt.Sprintf("139%08d", i), "职务": "讲师", "从事专业": "计算机科学",
		}
		for _, h := range header {
			rows[i] = append(rows[i], known[h])
		}
	}
	file, err := workbook.List("名册", header, widths, rows)
	must(t, err)
	return file
}

// peak is the most memory that a process has held, in MB; 0 where the system does not tell.
func peak(t *testing.T, p process) int {
	t.Helper()
	if runtime.GOOS != "linux" {
		return 0
	}
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	must(t, err)
	m := regexp.MustCompile(`VmHWM:\s+(\d+) kB`).FindSubmatch(status)
	if m == nil {
		t.Fatal("the system does not tell how much memory the process has held")
	}
	kb, err := strconv.Atoi(string(m[1]))
	must(t, err)
	return kb >> 10
}
