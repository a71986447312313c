package scan_test

import (
	"bytes"
	"context"
	"encoding/base32"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"testing"

	"example.org/beian/bot/command"
	"example.org/beian/bot/dingtalk"
	"example.org/beian/bot/scan"
	"example.org/beian/bot/turn"
	"example.org/beian/bot/turn/turntest"
	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
	"example.org/beian/workflow/paper"
)

// Files of these tests are written down: the first line is the kind, each other one a page, such as
//
//	jpeg
//	form AAAAAA23 1 2/2 dark    a page with our code: paper, filing, revision, page of pages
//	page of a contract          a page without one
//	blank
//
// with what else is known about the page behind it: dark, blurred, drawn, forged.
type papers struct {
	pages  int              // of a form
	faults map[string]error // by a word of the file
}

func (p *papers) Pages(workflow.Sheet) int { return p.pages }

func (p *papers) Read(_ context.Context, data []byte, l paper.Limits) (paper.Scan, error) {
	for word, err := range p.faults {
		if strings.Contains(string(data), word) {
			return paper.Scan{}, err
		}
	}
	lines := strings.Split(string(data), "\n")
	s := paper.Scan{Type: lines[0]}
	for i, line := range lines[1:] {
		s.Pages = append(s.Pages, page(i+1, strings.Fields(line)))
	}
	if l.Pages > 0 && len(s.Pages) > l.Pages {
		return s, fmt.Errorf("read: %w", paper.ErrTooManyPages)
	}
	return s, nil
}

func page(number int, words []string) paper.ScanPage {
	out := paper.ScanPage{Number: number, Drawn: slices.Contains(words, "drawn")}
	for _, h := range append(paper.Hints(), "blank") {
		if slices.Contains(words, string(h)) && !slices.Contains(out.Hints, h) {
			out.Hints = append(out.Hints, h)
		}
	}
	if words[0] != "form" && words[0] != "notice" {
		return out
	}
	tag := "printed"
	if slices.Contains(words, "forged") {
		tag = "forged"
	}
	m := paper.Mark{
		Filing: words[1], Kind: workflow.PaperKind(words[0]),
		Tag: base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString([]byte(tag)),
	}
	m.Revision, _ = strconv.Atoi(words[2])
	_, _ = fmt.Sscanf(words[3], "%d/%d", &m.Page, &m.Pages)
	out.Marks = []paper.Mark{m}
	return out
}

// Tidy returns a copy, as what is kept of a file is another one than what came.
func (p *papers) Tidy(_ context.Context, data []byte) ([]byte, error) { return bytes.Clone(data), nil }

func (p *papers) Judge(s paper.Scan, filing string, revision int, known paper.Known) paper.Verdict {
	return paper.Judge(mac{}, s, filing, revision, known)
}

func (p *papers) Assemble(_ context.Context, pieces []paper.Piece) ([]byte, error) {
	out := []string{"pdf"}
	for _, x := range pieces {
		lines := strings.Split(string(x.Data), "\n")
		for _, n := range x.Pages {
			out = append(out, lines[n])
		}
	}
	return []byte(strings.Join(out, "\n")), nil
}

// mac takes the tags that say that we printed them.
type mac struct{}

func (mac) ComputeMAC([]byte) ([]byte, error) { return []byte("printed"), nil }

func (mac) VerifyMAC(tag, _ []byte) error {
	if string(tag) != "printed" {
		return errors.New("another tag")
	}
	return nil
}

// files keeps documents in memory.
type files struct {
	kept   map[string]string
	n      int
	before func() // runs before each is put
}

func (f *files) Put(_ context.Context, data []byte) (string, error) {
	if f.before != nil {
		f.before()
	}
	f.n++
	id := fmt.Sprintf("%032x", f.n)
	f.kept[id] = string(data)
	return id, nil
}

func (f *files) Get(_ context.Context, id string) ([]byte, error) {
	data, ok := f.kept[id]
	if !ok {
		return nil, fmt.Errorf("get %s: %w", id, fs.ErrNotExist)
	}
	return []byte(data), nil
}

func (f *files) Delete(_ context.Context, id string) error {
	delete(f.kept, id)
	return nil
}

// scanner finds a virus in files that say so.
type scanner struct{ err error }

func (s *scanner) Scan(_ context.Context, data []byte) (string, error) {
	if strings.Contains(string(data), "virus") {
		return "Eicar-Test", s.err
	}
	return "", s.err
}

// office is a world with the room in it.
type office struct {
	*turntest.World
	t       *testing.T
	room    *scan.Room
	papers  *papers
	files   *files
	scanner *scanner
	buttons []dingtalk.Button // of the last answer of a job
	told    []workflow.Effect // what was left to be done besides
	codes   int
}

// photoSpec is how a photo is put to a notice, which is said elsewhere.
func photoSpec() command.Spec {
	return command.Spec{Name: "notice_photo", Forms: []string{"公示照片 {filing} {file}"}}
}

func newOffice(t *testing.T) *office {
	t.Helper()
	o := &office{
		World: turntest.New(t), t: t, papers: &papers{pages: 2, faults: map[string]error{}},
		files: &files{kept: map[string]string{}}, scanner: &scanner{},
	}
	o.room = scan.New(o.Kernel, scan.Deps{
		Filings: o.Store, Uploads: o.Store, Files: o.files, Papers: o.papers, Malware: o.scanner,
		Download: o.Chat.Download, Photo: photoSpec(),
	})
	return o
}

// send sends a message with one file and returns what is said in the end.
func (o *office) send(person, name string, lines ...string) string {
	o.t.Helper()
	return o.sendAll(person, []string{name}, strings.Join(lines, "\n"))
}

// sendAll sends a message with files.
func (o *office) sendAll(person string, names []string, contents ...string) string {
	o.t.Helper()
	in := dingtalk.Incoming{Kind: "file"}
	for i, data := range contents {
		o.codes++
		code := fmt.Sprint("code", o.codes)
		o.Chat.Downloads[code] = []byte(data)
		in.Files = append(in.Files, dingtalk.Attachment{Code: code, Name: names[i]})
	}
	return o.Talk(person, nil).Acts(in, command.Args{}, o.receive) + o.work()
}

func (o *office) receive(t *turn.Turn, _ command.Args) error { return o.room.Receive(t) }

// says writes something and returns what is said in the end.
func (o *office) says(person, words string) string {
	o.t.Helper()
	return o.Talk(person, o.room.Commands()).Says(words) + o.work()
}

// taps sends what the button of the last answer sends.
func (o *office) taps(person, title string) string {
	o.t.Helper()
	return o.says(person, o.button(title))
}

// button is what a button of the last answer sends.
func (o *office) button(title string) string {
	o.t.Helper()
	for _, b := range o.buttons {
		if b.Title == title {
			return b.Say
		}
	}
	o.t.Fatalf("no button %s among %v", title, o.buttons)
	return ""
}

// work takes in the files that were left to jobs and returns what is said to that.
func (o *office) work() string {
	o.t.Helper()
	var out []string
	for _, job := range o.intakes() {
		out = append(out, o.runLast(job))
	}
	return strings.Join(out, "\n")
}

// run tries a job, not for the last time, and returns what is said.
func (o *office) run(job workflow.Intake) string {
	o.t.Helper()
	if err := o.room.Intake(o.t.Context(), job, false); err != nil {
		o.t.Fatal(err)
	}
	return o.answer()
}

// runLast tries a job for the last time and returns what is said.
func (o *office) runLast(job workflow.Intake) string {
	o.t.Helper()
	if err := o.room.Intake(o.t.Context(), job, true); err != nil {
		o.t.Fatal(err)
	}
	return o.answer()
}

// intakes are the jobs for files.
func (o *office) intakes() []workflow.Intake {
	var out []workflow.Intake
	for _, e := range o.Jobs() {
		if job, ok := e.(workflow.Intake); ok {
			out = append(out, job)
		} else {
			o.told = append(o.told, e)
		}
	}
	return out
}

// answer is what a job said.
func (o *office) answer() string {
	o.Kernel.Wait()
	var out []string
	for _, s := range o.Chat.Sent() {
		out = append(out, s.Text())
		o.buttons = s.Message.Buttons
	}
	o.told = append(o.told, o.Jobs()...)
	return strings.Join(out, "\n")
}

// slot is what the newest filing of somebody has in a slot.
func (o *office) slot(person string, s workflow.Slot) workflow.Material {
	o.t.Helper()
	return o.Filing(person).Materials[s]
}

// holds checks what the file in a slot consists of; "" is no file.
func (o *office) holds(person string, s workflow.Slot, lines ...string) {
	o.t.Helper()
	m := o.slot(person, s)
	if m.File == nil {
		if len(lines) > 0 {
			o.t.Errorf("slot %d holds nothing", s)
		}
		return
	}
	if got := o.files.kept[m.File.ID]; got != strings.Join(lines, "\n") {
		o.t.Errorf("slot %d holds %q", s, got)
	}
	if m.File.Pages != len(lines)-1 {
		o.t.Errorf("slot %d says %d pages", s, m.File.Pages)
	}
}

// expect checks that something is said, piece by piece; pieces with a ! in front are not said.
func expect(t *testing.T, got string, want ...string) {
	t.Helper()
	for _, w := range want {
		if not, ok := strings.CutPrefix(w, "!"); ok == strings.Contains(got, strings.TrimPrefix(w, "!")) {
			t.Errorf("%q is or is not in:\n%s", not, got)
		}
	}
}

// form is a file with both pages of the form of a filing, as they are printed first.
func form(filing string) []string {
	return []string{"pdf", "form " + filing + " 1 1/2", "form " + filing + " 1 2/2"}
}

// phone changes a value that is on the form.
func phone() workflow.Command {
	return workflow.Command{Action: workflow.SaveInfo, Values: workflow.Values{workflow.Phone: "13700001111"}}
}

// handler is the one of the college of the applicants.
func handler() workflow.Actor {
	return workflow.Actor{ID: turntest.Handler, Role: workflow.CollegeHandler}
}

// filed takes the applicant to a filing that is with the handler: the form, the proof of insurance and
// a contract of three pages are in, the second page of it dark.
func (o *office) filed() *workflow.Filing {
	o.t.Helper()
	contract := o.store("pdf", "page one", "page two dark", "page three")
	o.Begin(turntest.Applicant, append(o.Printed(),
		workflow.Command{Action: workflow.Answer, Slot: workflow.SlotContract, Yes: true},
		workflow.Command{Action: workflow.PostNotice, Actor: handler(), From: calendar.NewDate(2026, 11, 23)},
		workflow.Command{Action: workflow.AutofetchOK},
		workflow.Command{Action: workflow.Upload, Slot: workflow.SlotContract, File: &workflow.File{
			ID: contract, Name: "合同.pdf", Pages: 3, Hints: []workflow.PageHint{{Page: 2, Hint: "dark"}},
		}},
		workflow.Command{Action: workflow.Upload, Slot: workflow.SlotForm, File: &workflow.File{
			ID: o.store(form("AAAAAA23")...), Pages: 2, Revision: 1, Checked: true,
		}},
		workflow.Command{Action: workflow.SaveMaterials},
	)...)
	o.On(calendar.NewDate(2026, 12, 2))
	f := o.Does(turntest.Applicant, workflow.Command{Action: workflow.HandIn})
	o.Jobs()
	return f
}

// returned has the handler send the filing back.
func (o *office) returned(items ...workflow.ReturnItem) *workflow.Filing {
	o.t.Helper()
	f := o.Does(turntest.Applicant, workflow.Command{Action: workflow.Return, Actor: handler(), Items: items})
	o.Jobs()
	return f
}

// store keeps a document that no turn has kept.
func (o *office) store(lines ...string) string {
	id, err := o.files.Put(context.Background(), []byte(strings.Join(lines, "\n")))
	if err != nil {
		o.t.Fatal(err)
	}
	return id
}
