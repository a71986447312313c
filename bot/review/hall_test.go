package review_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"example.org/beian/bot/command"
	"example.org/beian/bot/dingtalk"
	"example.org/beian/bot/review"
	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/bot/turn/turntest"
	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
	"example.org/beian/workflow/paper"
)

// hall is the room in a world, with what people were sent.
type hall struct {
	*turntest.World
	*review.Room
	t     *testing.T
	deps  review.Deps
	files map[string][]byte // documents, by their ids
	n     int               // messages so far
	sent  map[string][]turntest.Sent
	told  []string // official statuses that were reported
	jobs  []workflow.Effect
}

func newHall(t *testing.T) *hall {
	t.Helper()
	h := &hall{World: turntest.New(t), t: t, files: map[string][]byte{}, sent: map[string][]turntest.Sent{}}
	h.deps = review.Deps{
		Cases: h.World, People: h.World, Cards: h.World, Papers: papers{}, CardChat: h.Chat,
		Upload: h.File,
		Document: func(_ context.Context, id string) ([]byte, error) {
			if data, ok := h.files[id]; ok {
				return data, nil
			}
			return nil, fmt.Errorf("document %s: %w", id, workflow.ErrNotFound)
		},
		Report: func(t *turn.Turn, by workflow.Actor, words string) error {
			h.told = append(h.told, fmt.Sprintf("%s as %s: %s", by.ID, by.Role, words))
			return t.Say("status_noted", text.Data{"Status": words, "At": "", "Returned": false, "Refused": false})
		},
	}
	h.open()
	return h
}

// open makes the room anew, after its dependencies were changed.
func (h *hall) open() { h.Room = review.New(h.World.Kernel, h.deps) }

// papers says what it would print.
type papers struct{}

func (papers) Pack(college string, on calendar.Date, forms []workflow.Sheet) ([]byte, error) {
	out := fmt.Sprint(college, " ", on, ":")
	for _, s := range forms {
		out += fmt.Sprintf(" %s/%d", s.Filing, s.Revision)
	}
	return []byte(out), nil
}

func (papers) Copy(_ context.Context, docs []paper.Shown, stamp string, _ time.Time) ([]byte, error) {
	out := stamp + ":"
	for _, d := range docs {
		out += " " + d.Title + "=" + string(d.Data)
	}
	return []byte(out), nil
}

// says is what somebody types; it returns everything that can be read in the answer.
func (h *hall) says(person, words string) string {
	h.t.Helper()
	commands := h.Commands()
	specs := make([]command.Spec, len(commands))
	for i, c := range commands {
		specs[i] = c.Spec
	}
	list, err := command.NewList(specs)
	h.must(err)
	name, args, _ := list.Recognise(command.Hear(words, h.World.Kernel.Today()))
	i := slices.IndexFunc(commands, func(c turn.Command) bool { return c.Name == name })
	if i < 0 {
		h.t.Fatalf("%q is no command", words)
	}
	act, err := commands[i].Prepare(h.t.Context(), person, args)
	h.must(err)
	return h.answers(person, words, args, act)
}

func (h *hall) answers(person, words string, args command.Args, act turn.Action) string {
	h.t.Helper()
	h.n++
	in := dingtalk.Incoming{
		ID: fmt.Sprint("h", h.n), Robot: "robot", Sender: person, Single: true, At: h.Now(), Text: words,
		Webhook: fmt.Sprint("to ", h.n),
	}
	h.must(h.Take(h.t.Context(), in, args.Filing(), func(t *turn.Turn) error { return act(t, args) }))
	h.World.Kernel.Wait()
	h.collect()
	answer := h.sent[in.Webhook]
	if len(answer) != 1 {
		h.t.Fatalf("%q of %s has %d answers", words, person, len(answer))
	}
	h.sent[person] = append(h.sent[person], answer[0])
	return answer[0].Text()
}

// collect sorts what was sent by its receivers.
func (h *hall) collect() {
	for _, s := range h.Chat.Sent() {
		for _, to := range s.To {
			h.sent[to] = append(h.sent[to], s)
		}
		if len(s.To) == 0 { // a card that was redrawn
			h.sent[s.Card] = append(h.sent[s.Card], s)
		}
	}
}

// gets is everything that somebody was sent since they were asked about last, answers included.
func (h *hall) gets(person string) string {
	h.collect()
	var out []string
	for _, s := range h.sent[person] {
		out = append(out, s.Text()+s.File+string(s.Data)+s.Card+s.Params["summary"]+s.Params["status_text"])
	}
	h.sent[person] = nil
	return strings.Join(out, "\n")
}

// button is what the newest button with the title sends that somebody has.
func (h *hall) button(person, title string) string {
	h.t.Helper()
	h.collect()
	for _, s := range slices.Backward(h.sent[person]) {
		for _, b := range s.Message.Buttons {
			if b.Title == title {
				return b.Say
			}
		}
	}
	h.t.Fatalf("%s has no button %s", person, title)
	return ""
}

func (h *hall) taps(person, title string) string {
	h.t.Helper()
	return h.says(person, h.button(person, title))
}

// work carries out the jobs of the room that turns have left, and those they leave.
func (h *hall) work() {
	h.t.Helper()
	ctx := h.t.Context()
	for {
		jobs := h.Jobs()
		if len(jobs) == 0 {
			return
		}
		for _, e := range jobs {
			switch job := e.(type) {
			case workflow.ReviewCard:
				h.must(h.ReviewCard(ctx, job))
			case workflow.RedrawCard:
				h.must(h.RedrawCard(ctx, job, false))
			case workflow.OfferColleagues:
				h.must(h.OfferColleagues(ctx, job))
			case workflow.Show:
				h.must(h.Show(ctx, job))
			case workflow.DecideBatch:
				h.must(h.DecideBatch(ctx, job))
			case workflow.SealPack:
				h.must(h.SealPack(ctx, job))
			case workflow.Deputise:
				h.must(h.Deputise(ctx, job))
			case workflow.Nudge:
				h.must(h.Nudge(ctx, job))
			default: // somebody else's
				h.jobs = append(h.jobs, e)
			}
		}
	}
}

func (h *hall) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

var (
	college = workflow.Actor{ID: turntest.Handler, Role: workflow.CollegeHandler}
	school  = workflow.Actor{ID: turntest.School, Role: workflow.SchoolHandler}
)

// printed is a filing whose form is printed and whose notice the college is to post.
func (h *hall) printed(person string, changes ...workflow.Command) *workflow.Filing {
	h.t.Helper()
	f := h.Begin(person, append(changes, h.Printed()...)...)
	h.Jobs()
	return f
}

// handedIn is a filing that waits for the college; the clock is moved behind its notice.
func (h *hall) handedIn(person string, changes ...workflow.Command) *workflow.Filing {
	h.t.Helper()
	f := h.printed(person, changes...)
	h.files["form-"+f.ID] = []byte("scan of " + f.ID)
	h.Does(person,
		workflow.Command{Action: workflow.PostNotice, Actor: college, From: h.World.Kernel.Today()},
		workflow.Command{Action: workflow.Upload, Slot: workflow.SlotForm, File: &workflow.File{
			ID: "form-" + f.ID, Revision: f.Revision, Checked: true, Pages: 2,
		}},
		workflow.Command{Action: workflow.Waive, Slot: workflow.SlotInsurance, Text: "不缴纳社保"},
		workflow.Command{Action: workflow.SaveMaterials})
	h.On(calendar.NewDate(2026, 12, 1))
	f = h.Does(person, workflow.Command{Action: workflow.HandIn})
	h.On(calendar.NewDate(2026, 12, 1))
	return f
}

// saves changes one value of a filing that has been saved before.
func (h *hall) saves(person string, key workflow.Key, value string) {
	h.t.Helper()
	h.Does(person, workflow.Command{Action: workflow.SaveInfo, Values: workflow.Values{key: value}})
}

// withdraws takes somebody's consent back, and everything about them with it.
func (h *hall) withdraws(person string) {
	h.t.Helper()
	h.must(h.Act(h.t.Context(), workflow.Inbound{Person: person}, func(t *turn.Turn) error {
		t.Out.Withdrawn = true
		return t.Try(workflow.Command{Action: workflow.WithdrawConsent, Actor: t.Self()})
	}))
	h.must(h.Erase(h.t.Context(), person))
}

// photographed puts a photo to the notice of somebody.
func (h *hall) photographed(person, file string) {
	h.t.Helper()
	photo := &workflow.File{ID: file, Pages: 1}
	h.Does(person, workflow.Command{Action: workflow.PhotoNotice, Actor: college, File: photo})
}

// joins puts one more handler on the roster, of the college or of the school.
func (h *hall) joins(id, name string, role workflow.Role) {
	g := workflow.Grant{Role: role}
	if role == workflow.CollegeHandler {
		g.College = turntest.College
	}
	h.AddPerson(workflow.Person{ID: id, Name: name, College: turntest.College, Grants: []workflow.Grant{g}})
}

// has fails unless a text has all of the parts.
func has(t *testing.T, got string, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if !strings.Contains(got, p) {
			t.Errorf("no %q in %q", p, got)
		}
	}
}

// hasNot fails if a text has one of the parts.
func hasNot(t *testing.T, got string, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if strings.Contains(got, p) {
			t.Errorf("%q in %q", p, got)
		}
	}
}

// decisions are what was decided on a filing.
func (h *hall) decisions(filing string) []workflow.Event {
	h.t.Helper()
	events, err := h.Events(h.t.Context(), filing)
	h.must(err)
	return slices.DeleteFunc(events, func(e workflow.Event) bool {
		return e.Action != workflow.Approve && e.Action != workflow.Return && e.Action != workflow.Submit
	})
}
