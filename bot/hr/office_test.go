package hr_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"example.org/beian/bot/chart"
	"example.org/beian/bot/command"
	"example.org/beian/bot/command/commandtest"
	"example.org/beian/bot/dingtalk"
	"example.org/beian/bot/hr"
	"example.org/beian/bot/turn"
	"example.org/beian/bot/turn/turntest"
	"example.org/beian/bot/workbook"
	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
)

// secondHR is somebody of HR who handles no filings.
const secondHR = "s2"

// office is the room in a world, with what it draws and whom it scans.
type office struct {
	*turntest.World
	*hr.Room
	t      *testing.T
	drawn  []chart.Picture
	virus  string
	counts *workflow.Statistics // instead of those of the store
}

func newOffice(t *testing.T) *office {
	t.Helper()
	o := &office{World: turntest.New(t), t: t}
	w := o.World
	w.AddPerson(
		workflow.Person{ID: secondHR, Name: "唐以宁", College: "hr", Grants: []workflow.Grant{{Role: workflow.HR}}},
	)
	o.Room = hr.New(w.Kernel, hr.Deps{
		People: w.Store, Registry: w.Store, Search: w.Store, Trail: w.Store, Checked: w.Store, Writer: w.Store, Counts: o,
		Files: w.Chat, Malware: o, Charts: o,
		Renew: func(t *turn.Turn) error {
			f := t.Filing
			t.Out.Renewed = &workflow.Certificate{
				ID: "new", Person: f.Person, Category: "E", RecognisedOn: f.Renewed.From, Values: f.Values,
			}
			return nil
		},
	})
	return o
}

// Scan finds what the test says.
func (o *office) Scan(context.Context, []byte) (string, error) { return o.virus, nil }

// Draw keeps the picture.
func (o *office) Draw(p chart.Picture) ([]byte, error) {
	o.drawn = append(o.drawn, p)
	return []byte(p.Title), nil
}

// Statistics are those of the test, else of the store.
func (o *office) Statistics(ctx context.Context, today calendar.Date) (workflow.Statistics, error) {
	if o.counts != nil {
		return *o.counts, nil
	}
	return o.Store.Statistics(ctx, today)
}

// says is what somebody types; it returns everything that they can read, the answer of a job too.
func (o *office) says(person, words string) string {
	o.t.Helper()
	return o.sends(person, dingtalk.Incoming{Text: words})
}

// file is what somebody sends; it returns everything that they can read.
func (o *office) file(person, name string, data []byte) string {
	o.t.Helper()
	o.Chat.Downloads[name] = data
	return o.sends(person, dingtalk.Incoming{Files: []dingtalk.Attachment{{Code: name, Name: name}}})
}

func (o *office) sends(person string, in dingtalk.Incoming) string {
	o.t.Helper()
	k := o.Talk(person, o.Commands())
	k.Else = func(t *turn.Turn, _ command.Args) error {
		done, err := o.Receive(t)
		if !done {
			return t.Say("group", nil)
		}
		return err
	}
	got := k.Sends(in)
	o.work()
	_, webhook := o.LastMessage(person)
	return got + o.Answer(webhook)
}

// work does what turns have left.
func (o *office) work() {
	o.t.Helper()
	for _, job := range o.Jobs() {
		var err error
		switch job := job.(type) {
		case workflow.Office:
			err = o.Office(o.t.Context(), job, false)
		case workflow.SendStatistics:
			err = o.SendStatistics(o.t.Context(), job)
		}
		if err != nil {
			o.t.Fatal(err)
		}
	}
}

// got is the newest file that somebody got, its cells parted by |.
func (o *office) got(person, name string) string {
	o.t.Helper()
	for _, s := range o.Chat.Sent() {
		if s.To[0] == person && strings.HasPrefix(s.File, name) {
			return cells(o.t, s.Data)
		}
	}
	o.t.Fatalf("%s got no file %s", person, name)
	return ""
}

func cells(t *testing.T, data []byte) string {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, sheet := range f.GetSheetList() {
		rows, err := f.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			out = append(out, strings.Join(r, "|"))
		}
	}
	return strings.Join(out, "\n")
}

// sheet makes a workbook of rows whose cells are parted by commas; the first is the header.
func sheet(t *testing.T, rows ...string) []byte {
	t.Helper()
	header := strings.Split(rows[0], ",")
	var body [][]string
	for _, r := range rows[1:] {
		body = append(body, strings.Split(r, ","))
	}
	data, err := workbook.List("名册", header, make([]float64, len(header)), body)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// has reports each of the words that a text lacks.
func has(t *testing.T, got string, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(got, w) {
			t.Errorf("%q is not in %q", w, got)
		}
	}
}

// inReview takes the filing of somebody to the review of their college.
func (o *office) inReview(person string) *workflow.Filing {
	o.t.Helper()
	f := o.Begin(person, o.Printed()...)
	college := workflow.Actor{ID: turntest.Handler, Role: workflow.CollegeHandler}
	form := workflow.File{ID: "form-" + person, Revision: f.Revision}
	f = o.Does(person,
		workflow.Command{Action: workflow.PostNotice, Actor: college, From: o.World.Kernel.Today()},
		workflow.Command{Action: workflow.Upload, Slot: workflow.SlotForm, File: &form},
		workflow.Command{Action: workflow.AutofetchOK},
		workflow.Command{Action: workflow.SaveMaterials},
	)
	o.On(f.Notice.Until.AddDays(1))
	f = o.Does(person,
		workflow.Command{Action: workflow.PassNotice, Actor: workflow.TimerActor()},
		workflow.Command{Action: workflow.HandIn},
	)
	o.Jobs() // of others
	return f
}

// handedOver takes the filing of somebody to the city.
func (o *office) handedOver(person string) *workflow.Filing {
	o.t.Helper()
	o.inReview(person)
	o.Does(person, workflow.Command{
		Action: workflow.Approve, Actor: workflow.Actor{ID: turntest.Handler, Role: workflow.CollegeHandler},
	})
	f := o.Does(person, workflow.Command{
		Action: workflow.Submit, Actor: workflow.Actor{ID: turntest.School, Role: workflow.SchoolHandler}, Attested: true,
	})
	o.Jobs()
	return f
}

func TestCommands(t *testing.T) {
	var specs []command.Spec
	for _, c := range newOffice(t).Commands() {
		specs = append(specs, c.Spec)
	}
	commandtest.RoundTrip(t, specs)
}
