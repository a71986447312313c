package app_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/xuri/excelize/v2"

	"example.org/beian/bot/workbook"
	"example.org/beian/cmd/internal/app"
	"example.org/beian/cmd/internal/clamd/clamdtest"
	"example.org/beian/cmd/internal/demo"
	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
	"example.org/beian/workflow/paper/papertest"
)

// TestScripts runs the conversations that people can read.
func TestScripts(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../../bot/testdata/script/*.txt")
	must(t, err)
	if len(files) == 0 {
		t.Fatal("no scripts found")
	}
	for _, path := range files {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txt"), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.start()
			w.play(path)
		})
	}
}

// play runs a script line by line.
func (w *world) play(path string) {
	w.t.Helper()
	f, err := os.Open(path)
	must(w.t, err)
	defer func() { must(w.t, f.Close()) }()
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		w.t.Logf("%s:%d %s", filepath.Base(path), n, line)
		w.perform(line)
	}
	must(w.t, lines.Err())
	w.replayAll()
}

// replayAll folds the events of every filing and compares the result with its row:
// they are the same, always.
func (w *world) replayAll() {
	w.t.Helper()
	store, done := w.store()
	defer done()
	must(w.t, store.EachFiling(w.t.Context(), func(f workflow.Filing, events []workflow.Event) error {
		if differs, err := workflow.Divergence(f, events); err != nil || len(differs) > 0 {
			w.t.Errorf("filing %s of %s differs from its events in %v, %v", f.ID, f.Person, differs, err)
		}
		return nil
	}))
}

// perform carries out one line.
func (w *world) perform(line string) {
	w.t.Helper()
	words := strings.Fields(line)
	if m := latinName.FindString(line); m != "" { // a name of two words is one
		words = append([]string{m}, strings.Fields(line[len(m):])...)
	}
	switch words[0] {
	case "时间":
		w.setTime(strings.Join(words[1:], " "))
		return
	case "重启":
		w.bot.stop(w.t)
		w.start()
		return
	case "清空会话":
		w.redis.FlushAll()
		return
	case "材料":
		w.keeps(words[1])
		return
	case "规则":
		w.rules(words[1], words[2:])
		return
	case "没有卡片模板":
		w.cfg.CardTemplate = ""
		w.bot.stop(w.t)
		w.start()
		return
	case "已送审":
		_, _ = w.review(words[1], nil)
		return
	case "查毒":
		w.cfg.Clamd = clamdtest.Daemon(w.t)
		w.bot.stop(w.t)
		w.start()
		return
	case "导入放假安排":
		w.importYear(words[1])
		return
	case "名册更新":
		n := len(words)
		w.updateRoster(person(w.t, strings.Join(words[1:n-2], " ")), words[n-2], words[n-1])
		return
	case "离职":
		w.post("/sim/users/"+person(w.t, words[1])+"/leave", map[string]any{}, nil)
		return
	case "没有消息":
		w.nothing(person(w.t, words[1]))
		return
	}
	if name, text, ok := strings.Cut(line, ": "); ok {
		text = strings.ReplaceAll(text, "{问题}", w.askedOf(person(w.t, name)))
		w.say(person(w.t, name), filingMark.ReplaceAllStringFunc(text, w.filingOf))
		w.awaitAnswer(person(w.t, name))
		return
	}
	if len(words) < 2 {
		w.t.Fatalf("line not understood: %s", line)
	}
	who, rest := person(w.t, words[0]), strings.Join(words[2:], " ")
	switch words[1] {
	case "点":
		w.awaitButton(who, rest)
		w.tap(who, rest)
		w.awaitAnswer(who)
	case "看到":
		w.expect(who, strings.Split(rest, " · ")...)
	case "收到图片":
		w.expectPicture(who)
	case "收到文件":
		w.awaitFile(who, rest)
	case "发":
		w.sends(who, rest)
	case "发表格":
		w.sendsWorkbook(who, rest)
	case "收到表格":
		w.awaitWorkbook(who, words[2], strings.Split(strings.Join(words[3:], " "), " · "))
	case "退回":
		w.sendBack(who, words[2], words[3], strings.Join(words[4:], " "))
	default:
		w.t.Fatalf("line not understood: %s", line)
	}
}

var latinName = regexp.MustCompile(`^[A-Z][a-z]+ [A-Z][a-z]+`)

// expectPicture waits for a picture and reads up to it.
func (w *world) expectPicture(person string) {
	w.t.Helper()
	w.poll("a picture for "+person, func() bool {
		for _, m := range w.messages(person, w.read[person], "0s") {
			if m.From == "bot" && m.Key == "sampleImageMsg" {
				w.read[person] = m.Seq
				return true
			}
		}
		return false
	})
}

// rules puts another policy in force and starts the bot again, as an operator would.
func (w *world) rules(version string, changes []string) {
	w.t.Helper()
	p, err := workflow.DefaultPolicy()
	must(w.t, err)
	p.Version = version
	for _, c := range changes {
		switch key, value, _ := strings.Cut(c, "="); key {
		case "公示":
			p.Notice.WorkingDays, err = strconv.Atoi(value)
			must(w.t, err)
		case "告知":
			p.Consent = value
		case "审核": // only the last step
			p.Review = p.Review[len(p.Review)-1:]
		default:
			w.t.Fatalf("rule not understood: %s", c)
		}
	}
	b, err := json.Marshal(p)
	must(w.t, err)
	w.cfg.PolicyFile = filepath.Join(w.t.TempDir(), "policy.json")
	must(w.t, os.WriteFile(w.cfg.PolicyFile, b, 0o600))
	w.bot.stop(w.t)
	w.start()
}

// importYear imports an invented arrangement of a year and starts the bot again.
func (w *world) importYear(year string) {
	w.t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", year+".json"))
	must(w.t, err)
	y, err := calendar.ParseYear(b)
	must(w.t, err)
	store, done := w.store()
	defer done()
	must(w.t, store.SaveYear(w.t.Context(), y, w.sim.Now()))
	w.bot.stop(w.t)
	w.start()
}

// updateRoster imports the roster again with another identity document for somebody.
func (w *world) updateRoster(who, kind, number string) {
	w.t.Helper()
	r, err := demo.Roster()
	must(w.t, err)
	for i, c := range r.Certificates {
		if c.Person == who {
			r.Certificates[i].Mismatch = workflow.EligibleNow
			r.Certificates[i].Values[workflow.IDType], r.Certificates[i].Values[workflow.IDNumber] = kind, number
		}
	}
	must(w.t, app.Import(w.t.Context(), w.cfg, r))
}

// filingMark stands for the number of somebody's filing: {陈一帆}.
var filingMark = regexp.MustCompile(`\{[^{}]+\}`)

// askedOf is the number of the newest question that a handler was asked.
func (w *world) askedOf(who string) string {
	all := w.messages(who, 0, "0s")
	for i := len(all) - 1; i >= 0; i-- {
		if m := askedMark.FindStringSubmatch(all[i].text()); m != nil {
			return m[1]
		}
	}
	return ""
}

var askedMark = regexp.MustCompile(`请回复：回复 ([0-9A-Z]{8})`)

func (w *world) filingOf(mark string) string {
	store, done := w.store()
	defer done()
	c, err := store.PersonCase(w.t.Context(), person(w.t, strings.Trim(mark, "{}")))
	must(w.t, err)
	return c.Filing.ID
}

// sends sends a scan of a signed form, a photo, or an ordinary file of that name.
func (w *world) sends(who, what string) {
	w.t.Helper()
	if m := pagePhoto.FindStringSubmatch(what); m != nil {
		n, err := strconv.Atoi(m[1])
		must(w.t, err)
		w.sendFile(who, "IMG.jpg", photoOf(w.t, w.newestForm(who, 0), n))
		return
	}
	switch what {
	case "申请表原件":
		w.sendFile(who, "备案申请表.pdf", w.newestForm(who, 0))
	case "申请表和另一页":
		w.sendFile(who, "扫描件.pdf", scanWith(w.t, w.newestForm(who, 0), plainPDF(w.t, what)))
	case "新旧各一页":
		w.sendFile(who, "扫描件.pdf", mixedScan(w.t, w.newestForm(who, 0), w.newestForm(who, 1)))
	case "申请表第2页的模糊照片":
		w.sendFile(who, "IMG.jpg", blurredPhoto(w.t, w.newestForm(who, 0), 2))
	case "签章的申请表":
		w.sendFile(who, "扫描件.pdf", scanOf(w.t, w.newestForm(who, 0)))
	case "旧的申请表":
		w.sendFile(who, "扫描件.pdf", scanOf(w.t, w.newestForm(who, 1)))
	case "签章的待盖章包", "少了最后一页的待盖章包", "只有清单和第一页的待盖章包":
		w.awaitFile(who, "待盖章")
		packs := w.files(who, "待盖章")
		pages := map[string]int{"少了最后一页的待盖章包": -1, "只有清单和第一页的待盖章包": 2}[what]
		w.sendFile(who, "扫描件.pdf", stackScan(w.t, packs[len(packs)-1], pages))
	case "公示信息", "进度单":
		w.awaitFile(who, what)
		w.sendFile(who, "扫描件.pdf", scanOf(w.t, w.files(who, what)[0]))
	default:
		if owner, ok := strings.CutSuffix(what, "的申请表"); ok {
			w.sendFile(who, "扫描件.pdf", scanOf(w.t, w.newestForm(person(w.t, owner), 0)))
			return
		}
		w.sendFile(who, what, fileNamed(w.t, what))
	}
}

// sendsWorkbook sends an Excel file: rows between bars, cells between commas.
func (w *world) sendsWorkbook(who, what string) {
	w.t.Helper()
	name, rest, _ := strings.Cut(what, " ")
	var rows [][]string
	for _, r := range strings.Split(rest, "|") {
		var cells []string
		for _, c := range strings.Split(r, ",") {
			cells = append(cells, strings.TrimSpace(c))
		}
		rows = append(rows, cells)
	}
	data, err := workbook.List("Sheet1", rows[0], nil, rows[1:])
	must(w.t, err)
	w.sendFile(who, name, data)
}

// awaitWorkbook waits for an Excel file with all the words in its cells, whichever it is of
// those with the name.
func (w *world) awaitWorkbook(who, name string, parts []string) {
	w.t.Helper()
	w.poll(fmt.Sprintf("the workbook %s with %q", name, parts), func() bool {
		for _, data := range w.files(who, name) {
			if containsAll(cellsOf(w.t, data), parts) {
				return true
			}
		}
		return false
	})
}

// cellsOf is everything that stands in a workbook.
func cellsOf(t *testing.T, data []byte) string {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(data))
	must(t, err)
	defer func() { must(t, f.Close()) }()
	var b strings.Builder
	for _, sheet := range f.GetSheetList() {
		rows, err := f.GetRows(sheet)
		must(t, err)
		for _, r := range rows {
			b.WriteString(strings.Join(r, " ") + "\n")
		}
	}
	return b.String()
}

var pagePhoto = regexp.MustCompile(`^申请表第(\d)页的照片$`)

// fileNamed makes a file that is what its name says.
func fileNamed(t *testing.T, name string) []byte {
	t.Helper()
	wrong.Do(func() { wrong.files = papertest.WrongFiles(t) })
	for _, f := range wrong.files {
		if f.Name == wrongFiles[name] {
			return f.Data
		}
	}
	if filepath.Ext(name) == ".jpg" {
		return documentPhoto(t, name)
	}
	return plainPDF(t, name)
}

// wrong are all files that cannot be used, made once: one of them has a thousand pages.
var wrong struct {
	sync.Once
	files []papertest.Hostile
}

// wrongFiles are files that cannot be used, by the names that scripts give them.
var wrongFiles = map[string]string{
	"说明.docx": "word", "IMG_0001.heic": "heic", "空的.pdf": "empty", "有密码.pdf": "encrypted pdf", "半截.pdf": "cut pdf",
	"一千页.pdf": "pdf of 1000 pages", "带附件.pdf": "pdf with attachment", "巨图.png": "png of 500 megapixels",
	"网页.pdf": "html named pdf",
	"病毒.pdf": "virus",
}

// newestForm returns the form the person got back steps before the last one.
func (w *world) newestForm(who string, back int) []byte {
	w.t.Helper()
	forms := w.files(who, "备案申请表")
	if len(forms) <= back {
		w.t.Fatalf("%s has %d forms", who, len(forms))
	}
	return forms[len(forms)-1-back]
}

// awaitAnswer waits until the person's last message has been followed by one of the
// bot, as a person does before writing on.
func (w *world) awaitAnswer(who string) {
	w.t.Helper()
	w.poll("an answer to "+who, func() bool {
		all := w.messages(who, 0, "0s")
		return len(all) > 0 && all[len(all)-1].From == "bot"
	})
}

// awaitFile waits for a file, wherever it stands among the messages.
func (w *world) awaitFile(who, part string) {
	w.t.Helper()
	w.poll("the file "+part, func() bool { return len(w.files(who, part)) > 0 })
}

// awaitButton waits until the person sees a button with the title.
func (w *world) awaitButton(who, title string) {
	w.t.Helper()
	w.poll(fmt.Sprintf("the button %q for %s", title, who), func() bool {
		for _, m := range w.messages(who, 0, "0s") {
			for _, b := range m.Buttons {
				if b.Title == title {
					return true
				}
			}
		}
		return false
	})
}

// keeps waits until so many uploads are on disk.
func (w *world) keeps(n string) {
	w.t.Helper()
	w.poll(n+" files", func() bool {
		files, err := os.ReadDir(w.filesDir())
		must(w.t, err)
		return strconv.Itoa(len(files)) == n
	})
}

func (w *world) filesDir() string { return strings.TrimPrefix(w.cfg.FilesURL, "file://") }

// nothing checks that no unread message of the bot is there when all is done.
func (w *world) nothing(who string) {
	w.t.Helper()
	w.settle()
	for _, m := range w.messages(who, w.read[who], "0s") {
		if m.From == "bot" {
			w.t.Fatalf("%s got an unexpected message:\n%s", who, m.text())
		}
	}
}

func person(t *testing.T, name string) string {
	t.Helper()
	id, err := demo.Person(name)
	must(t, err)
	return id
}
