package outbox_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"example.org/beian/bot/dingtalk"
	"example.org/beian/bot/outbox"
	"example.org/beian/bot/turn/turntest"
	"example.org/beian/workflow"
	"example.org/beian/workflow/reminder"
)

// school is the room in a world whose DingTalk refuses what a test says.
type school struct {
	*turntest.World
	*outbox.Room
	t      *testing.T
	refuse func(users []string) (dingtalk.Receipt, error)
	drawn  int
}

func newSchool(t *testing.T) *school {
	t.Helper()
	s := &school{World: turntest.New(t), t: t}
	s.Room = outbox.New(s.World.Kernel, outbox.Deps{
		Records: s.Store, Desk: s.Store, Post: post{s.Chat, s},
		Picture: func(reminder.Overview) ([]byte, error) {
			s.drawn++
			return []byte("picture"), nil
		},
	})
	return s
}

type post struct {
	*turntest.Chat
	s *school
}

// SendEach says of people what the test says.
func (p post) SendEach(ctx context.Context, users []string, m dingtalk.Message) (dingtalk.Receipt, error) {
	var r dingtalk.Receipt
	if p.s.refuse != nil {
		var err error
		if r, err = p.s.refuse(users); err != nil {
			return r, err
		}
	}
	sent, err := p.Chat.SendEach(ctx, users, m)
	r.QueryKey = sent.QueryKey
	return r, err
}

// announce works the announcements that turns have left and returns what each person was told.
func (s *school) announce() map[string]string {
	s.t.Helper()
	for _, job := range s.Jobs() {
		if a, ok := job.(workflow.Announce); ok {
			s.must(s.Announce(s.t.Context(), a))
		}
	}
	return s.told()
}

// told is what each person was sent.
func (s *school) told() map[string]string {
	out := map[string]string{}
	for _, x := range s.Chat.Sent() {
		for _, to := range x.To {
			out[to] += x.Text() + x.File + "\n"
		}
	}
	return out
}

func (s *school) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func has(t *testing.T, got string, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(got, w) {
			t.Errorf("%q is not in %q", w, got)
		}
	}
}

var (
	college = workflow.Actor{ID: turntest.Handler, Role: workflow.CollegeHandler}
	office  = workflow.Actor{ID: turntest.School, Role: workflow.SchoolHandler}
)

// person is a certificate that the daily pass looks at.
func (s *school) candidate(person string) reminder.Candidate {
	s.t.Helper()
	k, ok, err := s.Reminded(s.t.Context(), person)
	s.must(err)
	if !ok {
		s.t.Fatalf("%s has no certificate", person)
	}
	return k
}

// cells are those of a workbook, parted by |.
func cells(t *testing.T, data []byte) string {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := f.GetRows(f.GetSheetList()[0])
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, r := range rows {
		out = append(out, strings.Join(r, "|"))
	}
	return strings.Join(out, "\n")
}
