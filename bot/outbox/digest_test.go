package outbox_test

import (
	"errors"
	"strings"
	"testing"

	"example.org/beian/bot/turn/turntest"
	"example.org/beian/workflow"
	"example.org/beian/workflow/reminder"
)

// overview is a day on which something of everything is there.
func (s *school) overview() reminder.Overview {
	a, b := s.candidate(turntest.Applicant), s.candidate(turntest.Colleague)
	gone := b
	gone.Certificate.ID, gone.Person.Name = "c9", "林知夏"
	begun := b
	begun.Certificate.ID, begun.Person.Name, begun.State = "c8", "周砚", workflow.Saved
	today := s.World.Kernel.Today()
	return reminder.Overview{
		Day: today, Asked: 1, Month: 4, Done: 2, Overdue: 3, Dead: 5, MissingYear: 2027,
		Waiting: []reminder.Queue{
			{Step: s.World.Kernel.Rules().Current.Review[0].ID, Count: 2, Oldest: today.At(9, 0)},
			{Step: "old", Count: 1, Oldest: today.At(9, 0)},
		},
		Within: []reminder.Within{{Days: 7, Ending: 3, Busy: 1, Read: 1}},
		Ending: []reminder.Candidate{a, begun}, Expired: []reminder.Candidate{gone}, Silent: []reminder.Candidate{b},
		Ahead: []workflow.MonthCount{{Month: "2026-12", College: "甲", Count: 1}},
	}
}

func (s *school) digest(part reminder.Topic, o reminder.Overview, people ...string) []reminder.Delivery {
	s.t.Helper()
	var out []reminder.Delivery
	s.must(s.Digest(s.t.Context(), part, people, o, func(d reminder.Delivery) error {
		out = append(out, d)
		return nil
	}))
	return out
}

// TestDigest: the overview in words, a picture, and a list; whom the list names is noted.
func TestDigest(t *testing.T) {
	s := newSchool(t)
	o := s.overview()
	got := s.digest(reminder.TopicDigest, o, turntest.School)
	text := s.told()[turntest.School]
	has(t, text, "4 件在等处理", "old", "本月到期 4 人，已完成 2；已过期未办 3 人", "陈一帆", "林知夏", "赵望舒", "2027 年的放假安排还没有导入")
	if len(got) != 1 || len(got[0].Sent) != 1 || len(got[0].Shown) != 0 || strings.Contains(text, "周砚") {
		t.Errorf("%+v: %s", got, text)
	}
	s.digest(reminder.TopicPicture, o, turntest.School)
	has(t, s.told()[turntest.School], "每月到期.png")
	got = s.digest(reminder.TopicList, o, turntest.School, "s2")
	if len(got) != 1 || len(got[0].Shown) != 2 || got[0].Shown[0].What != workflow.ShownList ||
		len(got[0].Shown[1].About) != 4 {
		t.Errorf("%+v", got)
	}
	has(t, s.told()["s2"], ".xlsx")
}

// TestDigestOfNothing: a part that has nothing to say is dropped.
func TestDigestOfNothing(t *testing.T) {
	s := newSchool(t)
	empty := reminder.Overview{Day: s.World.Kernel.Today()}
	for _, part := range []reminder.Topic{reminder.TopicPicture, reminder.TopicList, reminder.TopicPerson} {
		if got := s.digest(part, empty, turntest.School); len(got) != 1 || len(got[0].Dropped) != 1 {
			t.Errorf("%s: %+v", part, got)
		}
	}
	if s.drawn != 0 || len(s.told()) != 0 {
		t.Error("nothing was drawn or sent")
	}
	s.digest(reminder.TopicDigest, empty, turntest.School)
	has(t, s.told()[turntest.School], "没有等处理的")
}

// TestRemarks: the list says why somebody who has not begun needs eyes.
func TestRemarks(t *testing.T) {
	s := newSchool(t)
	o := s.overview()
	o.Unreachable = o.Expired
	o.Ending[0].Attention.Declined = s.World.Kernel.Today()
	s.digest(reminder.TopicList, o, turntest.School)
	sent := s.Chat.Sent()
	got := cells(t, sent[0].Data)
	for _, want := range []string{"陈一帆|p1|晨星信息学院|2026-12-10|17|未开始|", "周砚|p2|晨星信息学院|2026-12-10|17|签章与材料"} {
		has(t, got, want)
	}
	zh := s.World.Kernel.Chinese()
	for _, remark := range []string{"list_unreachable", "list_declined", "list_silent"} {
		has(t, got, zh.Phrase(remark))
	}
}

// TestDigestFails: a fault of DingTalk, and of the note of it, is an error.
func TestDigestFails(t *testing.T) {
	s := newSchool(t)
	boom := errors.New("boom")
	err := s.Digest(
		t.Context(),
		reminder.TopicDigest,
		[]string{turntest.School},
		s.overview(),
		func(reminder.Delivery) error { return boom },
	)
	if !errors.Is(err, boom) {
		t.Error(err)
	}
	s.Chat.Fail("Upload", boom)
	for _, part := range []reminder.Topic{reminder.TopicPicture, reminder.TopicList} {
		err := s.Digest(
			t.Context(),
			part,
			[]string{turntest.School},
			s.overview(),
			func(reminder.Delivery) error { return nil },
		)
		if !errors.Is(err, boom) {
			t.Errorf("%s: %v", part, err)
		}
	}
}
