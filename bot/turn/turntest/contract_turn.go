package turntest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"example.org/beian/bot/turn"
	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
	"example.org/beian/workflow/reminder"
)

func (c *contract) wholeTurns() {
	boom := errors.New("boom")
	in := c.message(Applicant, "")
	began := func(of workflow.Case) (workflow.Outcome, error) {
		f, ev, err := workflow.Apply(workflow.Filing{}, workflow.Command{
			Action: workflow.Enrol, ID: "AAAAAAA2", Certificate: of.Certificate, Consent: c.policy.Consent,
			College: of.Applicant.College, Policy: c.policy.Version,
			Actor: workflow.Actor{ID: Applicant, Role: workflow.Applicant},
		}, c.policy, c.now)
		return workflow.Outcome{
			Filing: &f, Events: []workflow.Event{ev}, Consent: c.policy.Consent, Reply: []byte("好"), Lang: "en",
			Effects: []workflow.Effect{workflow.Announce{Filing: f.ID, Seq: 1, To: Handler}},
		}, err
	}
	_, err := c.Turn(c.ctx, in, c.now, func(of workflow.Case) (workflow.Outcome, error) {
		out, err := began(of)
		of.Certificate.Values[workflow.Phone] = "changed in the turn"
		return out, errors.Join(err, boom)
	})
	if !errors.Is(err, boom) {
		c.t.Fatalf("got %v", err)
	}
	before, err := c.PersonCase(c.ctx, Applicant)
	c.must(err)
	if before.Filing != nil || before.Consent != "" || before.Person.Lang != "" || len(c.Jobs(c.t)) != 0 {
		c.t.Errorf("after an error: %+v, %v", before, c.Jobs(c.t))
	}
	c.same("certificate after an error", *before.Certificate, certificateOf(Applicant, "陈一帆"))
	r, err := c.Turn(c.ctx, in, c.now, began) // delivered again
	c.must(err)
	if r.Duplicate || string(r.Reply) != "好" {
		c.t.Errorf("%+v", r)
	}
	after, err := c.PersonCase(c.ctx, Applicant)
	c.must(err)
	if after.Filing == nil || after.Filing.Seq != 1 || after.Consent != c.policy.Consent || after.Person.Lang != "en" {
		c.t.Errorf("%+v", after)
	}
	_, err = c.Turn(c.ctx, c.message(Applicant, ""), c.now, func(of workflow.Case) (workflow.Outcome, error) {
		of.Filing.Values[workflow.Phone] = "changed in the turn"
		return workflow.Outcome{}, boom
	})
	own, cerr := c.PersonCase(c.ctx, Applicant)
	c.must(cerr)
	if !errors.Is(err, boom) || own.Filing.Values[workflow.Phone] == "changed in the turn" {
		c.t.Errorf("%v: %+v", err, own.Filing)
	}
	c.same("jobs", c.Jobs(c.t), []string{"announce"})
	events, err := c.Events(c.ctx, "AAAAAAA2")
	c.must(err)
	e, err := c.Event(c.ctx, "AAAAAAA2", 1)
	c.must(err)
	if len(events) != 1 || events[0].Action != workflow.Enrol || e.Action != workflow.Enrol || !e.At.Equal(c.now) {
		c.t.Errorf("%+v, %+v", events, e)
	}
	if _, err := c.Event(c.ctx, "AAAAAAA2", 2); !errors.Is(err, workflow.ErrNotFound) {
		c.t.Errorf("an event that is not there: %v", err)
	}
}

func (c *contract) duplicates() {
	calls := 0
	in := c.message(Applicant, "")
	say := turn.Decide(func(workflow.Case) (workflow.Outcome, error) { //nolint:unparam // the form of a decision
		calls++
		return workflow.Outcome{Reply: []byte("好")}, nil
	})
	again := func(what, want string) {
		c.t.Helper()
		r, err := c.Turn(c.ctx, in, c.now, say)
		c.must(err)
		if !r.Duplicate || string(r.Reply) != want {
			c.t.Errorf("%s: %+v", what, r)
		}
	}
	_, err := c.Turn(c.ctx, in, c.now, say)
	c.must(err)
	again("while it is being sent", "")
	c.Expire(c.t)
	again("after whoever sent it has died", "好")
	again("while that one is sent", "")
	c.must(c.ReplyFailed(c.ctx, in.Robot, in.Message, "down", false, 0))
	again("after it could not be sent", "好")
	c.must(c.ReplySent(c.ctx, in.Robot, in.Message))
	c.Expire(c.t)
	again("after it was sent", "")
	if calls != 1 {
		c.t.Errorf("decided %d times", calls)
	}
	dead := c.message(Applicant, "")
	_, err = c.Turn(c.ctx, dead, c.now, say)
	c.must(err)
	c.must(c.ReplyFailed(c.ctx, dead.Robot, dead.Message, "refused", true, 0))
	c.Expire(c.t)
	if r, err := c.Turn(c.ctx, dead, c.now, say); err != nil || r.Reply != nil {
		c.t.Errorf("a reply that was given up is sent: %+v, %v", r, err)
	}
}

func (c *contract) resumes() {
	in := c.message(Applicant, "")
	calls := 0
	finish := func(workflow.Case) (workflow.Outcome, error) {
		calls++
		return workflow.Outcome{
			Reply: []byte("收到"),
			Views: []workflow.View{{About: Colleague, What: workflow.ShownSearch}},
		}, nil
	}
	if _, err := c.Resume(c.ctx, in, c.now, finish); err == nil {
		c.t.Error("a message that never came was finished")
	}
	_, err := c.Turn(c.ctx, in, c.now, func(workflow.Case) (workflow.Outcome, error) { return workflow.Outcome{}, nil })
	c.must(err)
	r, err := c.Resume(c.ctx, in, c.now, finish)
	c.must(err)
	if r.Duplicate || string(r.Reply) != "收到" {
		c.t.Errorf("%+v", r)
	}
	r, err = c.Resume(c.ctx, in, c.now, finish)
	c.must(err)
	if !r.Duplicate || r.Reply != nil || calls != 1 {
		c.t.Errorf("%+v after %d calls", r, calls)
	}
	for range 2 { // a timer answers nobody
		_, err := c.Resume(c.ctx, workflow.Inbound{Person: Applicant}, c.now, finish)
		c.must(err)
	}
	seen, err := c.Accesses(c.ctx, Colleague, 9)
	c.must(err)
	if calls != 3 || len(seen) != 3 {
		c.t.Errorf("%d calls, %+v", calls, seen)
	}
}

func (c *contract) cases() {
	own, err := c.PersonCase(c.ctx, Applicant)
	c.must(err)
	c.same("person", own.Person, workflow.Person{ID: Applicant, Name: "陈一帆", College: College})
	c.same("applicant", own.Applicant, own.Person)
	c.same("certificate", *own.Certificate, certificateOf(Applicant, "陈一帆"))
	c.same("college", own.College.Name, "晨星信息学院")
	c.same("handlers, the deputy last", ids(own.College.Handlers), []string{Handler, Deputy})
	c.same("school", ids(own.School), []string{School})
	if !own.Known || own.Consent != "" || own.Filing != nil {
		c.t.Errorf("%+v", own)
	}
	nobody, err := c.PersonCase(c.ctx, Unlisted)
	c.must(err)
	if nobody.Known || nobody.Certificate != nil || nobody.Filing != nil {
		c.t.Errorf("somebody who is not on the roster: %+v", nobody)
	}
	f := c.begins(Applicant, "AAAAAAA2")
	seen, err := c.CaseFor(c.ctx, Handler, f.ID)
	c.must(err)
	theirs, err := c.Case(c.ctx, f.ID)
	c.must(err)
	if seen.Person.ID != Handler || seen.Applicant.ID != Applicant || theirs.Person.ID != Applicant ||
		seen.Consent != c.policy.Consent || seen.Certificate.Person != Applicant {
		c.t.Errorf("%+v, %+v", seen, theirs)
	}
	c.same("filing", *seen.Filing, *theirs.Filing)
	_, err = c.Turn(c.ctx, c.message(Handler, f.ID), c.now, func(of workflow.Case) (workflow.Outcome, error) {
		c.same("case of a turn", of, seen)
		return workflow.Outcome{}, nil
	})
	c.must(err)
	if _, err := c.Case(c.ctx, "ZZZZZZZZ"); !errors.Is(err, workflow.ErrNotFound) {
		c.t.Errorf("a filing that is not there: %v", err)
	}
	if _, err := c.CaseFor(c.ctx, Handler, "ZZZZZZZZ"); !errors.Is(err, workflow.ErrNotFound) {
		c.t.Errorf("a filing that is not there: %v", err)
	}
	names, err := c.Names(c.ctx, []string{Applicant, Unlisted})
	c.must(err)
	c.same("names", names, map[string]string{Applicant: "陈一帆"})
}

func (c *contract) newestFiling() {
	c.begins(Applicant, "AAAAAAA3")
	c.does(Applicant, workflow.Command{Action: workflow.Delete})
	c.now = c.now.Add(time.Hour)
	c.begins(Applicant, "AAAAAAA2")
	own, err := c.PersonCase(c.ctx, Applicant)
	c.must(err)
	old, err := c.Case(c.ctx, "AAAAAAA3")
	c.must(err)
	if own.Filing.ID != "AAAAAAA2" || old.Filing.State != workflow.Cancelled {
		c.t.Errorf("%s, %s", own.Filing.ID, old.Filing.State)
	}
}

func (c *contract) lostUpdates() {
	c.begins(Applicant, "AAAAAAA2")
	stale, err := c.PersonCase(c.ctx, Applicant)
	c.must(err)
	c.does(Applicant, workflow.Command{Action: workflow.LeaveNote, Text: "先"})
	jobs := len(c.Jobs(c.t))
	_, err = c.Turn(c.ctx, c.message(Applicant, ""), c.now, func(of workflow.Case) (workflow.Outcome, error) {
		f, ev, err := workflow.Apply(*stale.Filing, workflow.Command{
			Action: workflow.LeaveNote, Text: "后", Actor: workflow.Actor{ID: Applicant, Role: workflow.Applicant},
		}, c.policy, c.now)
		of.Filing.Seq = stale.Filing.Seq // as if the lock had been lost
		return workflow.Outcome{
			Filing: &f, Events: []workflow.Event{ev}, Effects: []workflow.Effect{workflow.Export{Person: Applicant}},
			Views: []workflow.View{{About: Colleague, What: workflow.ShownSearch}},
		}, err
	})
	if !errors.Is(err, workflow.ErrConflict) {
		c.t.Fatalf("got %v", err)
	}
	own, err := c.PersonCase(c.ctx, Applicant)
	c.must(err)
	seen, err := c.Accesses(c.ctx, Colleague, 1)
	c.must(err)
	if own.Filing.Note != "先" || len(seen) != 0 || len(c.Jobs(c.t)) != jobs {
		c.t.Errorf("%q, %v, %v", own.Filing.Note, seen, c.Jobs(c.t))
	}
}

func (c *contract) uniqueJobs() {
	redraw := workflow.RedrawCard{Filing: "AAAAAAA2", Ticket: 1, Seq: 2}
	other := redraw
	other.Seq = 3
	for _, e := range []workflow.Effect{
		redraw, workflow.Export{Person: Applicant}, redraw, other, workflow.Export{Person: Applicant},
	} {
		c.must(c.keeps(Applicant, workflow.Outcome{Effects: []workflow.Effect{e}}))
	}
	c.same("jobs", c.Jobs(c.t), []string{"redraw_card", "export", "redraw_card", "export"})
}

func (c *contract) accesses() {
	c.must(c.keeps(Handler, workflow.Outcome{Views: []workflow.View{
		{About: Applicant, What: workflow.ShownTask}, {About: Applicant, What: workflow.ShownForm},
	}}))
	c.now = c.now.Add(time.Minute)
	c.must(c.Shown(c.ctx, Applicant, []string{Deputy, Unlisted}, workflow.ShownCard, c.now))
	c.now = c.now.Add(time.Minute)
	c.must(c.ShownAll(c.ctx, []string{Applicant, Colleague}, School, workflow.ShownList, c.now))
	c.must(c.Noted(c.ctx, School, "export", "2 people", c.now))
	all, err := c.Accesses(c.ctx, Applicant, 9)
	c.must(err)
	var got []string
	for _, a := range all {
		got = append(got, a.Viewer+" "+a.Name+" "+a.What)
	}
	c.same("newest first", got, []string{
		School + " 傅明舟 list", Unlisted + "  card", Deputy + " 沈拾玉 card", Handler + " 何清越 form", Handler + " 何清越 task",
	})
	if !all[0].At.Equal(c.now) {
		c.t.Errorf("at %s", all[0].At)
	}
	some, err := c.Accesses(c.ctx, Applicant, 2)
	c.must(err)
	c.same("at most", len(some), 2)
}

func (c *contract) questions() {
	q := workflow.Question{ID: "QQQQQQQ2", Person: Applicant, Stage: 3, Text: "贴在哪里"}
	c.must(c.keeps(Applicant, workflow.Outcome{Question: &q}))
	asked, err := c.Question(c.ctx, q.ID)
	c.must(err)
	if !asked.AskedAt.Equal(c.now) || asked.Text != q.Text || asked.By != "" {
		c.t.Errorf("%+v", asked)
	}
	asked.By, asked.Answer = School, "一楼"
	c.must(c.keeps(School, workflow.Outcome{Answered: &asked}))
	asked.Answer = "二楼"
	if err := c.keeps(School, workflow.Outcome{
		Answered: &asked, Effects: []workflow.Effect{workflow.AnswerPerson{Question: q.ID}},
	}); !errors.Is(err, workflow.ErrConflict) {
		c.t.Errorf("answered twice: %v", err)
	}
	got, err := c.Question(c.ctx, q.ID)
	c.must(err)
	if got.Answer != "一楼" || got.By != School || got.Stage != 3 || len(c.Jobs(c.t)) != 0 {
		c.t.Errorf("%+v, %v", got, c.Jobs(c.t))
	}
	if _, err := c.Question(c.ctx, "ZZZZZZZZ"); !errors.Is(err, workflow.ErrNotFound) {
		c.t.Errorf("a question that is not there: %v", err)
	}
}

func (c *contract) absences() {
	away := func(id string, from, days int, deputy string) workflow.Absence {
		a := workflow.Absence{
			ID:     id,
			Person: Handler,
			From:   c.today().AddDays(from),
			Until:  c.today().AddDays(from + days),
		}
		if deputy != "" {
			a.Deputy = &workflow.Person{ID: deputy, Name: "whatever", College: College}
		}
		return a
	}
	first, second := away("a1", 0, 2, Deputy), away("a2", 10, 1, "")
	for _, a := range []workflow.Absence{first, second} {
		c.must(c.keeps(Handler, workflow.Outcome{Absence: &a}))
	}
	first.Deputy = &workflow.Person{ID: Deputy, Name: "沈拾玉"}
	own, err := c.PersonCase(c.ctx, Handler)
	c.must(err)
	c.same("absences of a person", own.Person.Absences, []workflow.Absence{first, second})
	around, err := c.PersonCase(c.ctx, Applicant)
	c.must(err)
	c.same("absences of a handler", around.College.Handlers[0].Absences, own.Person.Absences)
	first.Deputy = &workflow.Person{ID: Deputy}
	got, err := c.Absence(c.ctx, "a1")
	c.must(err)
	c.same("absence", got, first)

	other := away("a3", 2, 1, "") // somebody has changed their mind
	c.must(c.keeps(Handler, workflow.Outcome{Absence: &other}))
	if _, err := c.Absence(c.ctx, "a1"); !errors.Is(err, workflow.ErrNotFound) {
		c.t.Errorf("one that was replaced: %v", err)
	}
	c.must(c.keeps(Deputy, workflow.Outcome{Back: "a3"})) // not theirs
	_, err = c.Absence(c.ctx, "a3")
	c.must(err)
	c.must(c.keeps(Handler, workflow.Outcome{Back: "a3"}))
	own, err = c.PersonCase(c.ctx, Handler)
	c.must(err)
	c.same("one is left", own.Person.Absences, []workflow.Absence{second})
}

func (c *contract) cards() {
	c.begins(Applicant, "AAAAAAA2")
	for range 2 {
		due, err := c.SaveCard(c.ctx, "t1", "AAAAAAA2", 3, []string{Handler, Deputy})
		c.must(err)
		if !due {
			c.t.Error("a card that was not sent is not due")
		}
	}
	c.must(c.CardSent(c.ctx, "t1"))
	due, err := c.SaveCard(c.ctx, "t1", "AAAAAAA2", 3, []string{School})
	c.must(err)
	_, err = c.SaveCard(c.ctx, "t2", "AAAAAAA2", 3, []string{Deputy, School})
	c.must(err)
	if due {
		c.t.Error("a card goes out twice")
	}
	got, err := c.CardReceivers(c.ctx, "AAAAAAA2", 3)
	c.must(err)
	c.same("receivers", got, []string{Handler, Deputy, School})
	got, err = c.CardReceivers(c.ctx, "AAAAAAA2", 4)
	c.must(err)
	c.same("receivers of another step", got, []string{})
}

func (c *contract) files() {
	c.begins(Applicant, "AAAAAAA2")
	for i, f := range []workflow.StoredFile{
		{ID: "f1", MediaType: "image/jpeg", Pages: 1, Size: 9, SHA256: []byte("a")},
		{ID: "f2", MediaType: "image/jpeg", Pages: 1, SHA256: []byte("b"), Revision: 2, Parts: []int{1}},
		{ID: "f3", MediaType: "image/jpeg", Pages: 1, SHA256: []byte("b"), Revision: 2, Parts: []int{2}},
	} {
		f.Person, f.Filing = Applicant, "AAAAAAA2"
		c.now = c.now.Add(time.Duration(i) * time.Minute)
		c.must(c.keeps(Applicant, workflow.Outcome{File: &f}))
	}
	got, err := c.File(c.ctx, Applicant, "f1")
	c.must(err)
	c.same("file", got, workflow.StoredFile{
		ID: "f1", Person: Applicant, Filing: "AAAAAAA2", MediaType: "image/jpeg", Pages: 1, Size: 9, SHA256: []byte("a"),
	})
	for _, of := range [][2]string{{Colleague, "f1"}, {Applicant, "f9"}} {
		if _, err := c.File(c.ctx, of[0], of[1]); !errors.Is(err, workflow.ErrNotFound) {
			c.t.Errorf("%v: %v", of, err)
		}
	}
	same, err := c.SameFile(c.ctx, Applicant, []byte("b"))
	c.must(err)
	c.same("the newest with these bytes", same, "f3")
	same, err = c.SameFile(c.ctx, Colleague, []byte("b"))
	c.must(err)
	c.same("somebody else's", same, "")
	parts := func() []string {
		c.t.Helper()
		found, err := c.Parts(c.ctx, "AAAAAAA2", 2)
		c.must(err)
		var out []string
		for _, f := range found {
			out = append(out, fmt.Sprint(f.ID, f.Parts))
		}
		return out
	}
	c.same("pages of a form", parts(), []string{"f2[1]", "f3[2]"})
	whole := workflow.StoredFile{
		ID: "f4", Person: Applicant, Filing: "AAAAAAA2", MediaType: "application/pdf", Pages: 2, SHA256: []byte("c"),
		Gathered: []string{"f2", "f3"},
	}
	own, err := c.PersonCase(c.ctx, Applicant)
	c.must(err)
	c.must(c.keeps(Applicant, workflow.Outcome{Filing: own.Filing, File: &whole}))
	c.same("pages that are gathered", parts(), []string{})
	got, err = c.File(c.ctx, Applicant, "f2")
	c.must(err)
	if !got.Superseded || got.Revision != 0 {
		c.t.Errorf("%+v", got)
	}
	c.must(c.Shred(c.ctx, workflow.Shredded{File: "f2", Filing: "AAAAAAA2", Reason: workflow.ShredReplaced, At: c.now}))
	if _, err := c.File(c.ctx, Applicant, "f2"); !errors.Is(err, workflow.ErrNotFound) {
		c.t.Errorf("a file that is gone: %v", err)
	}
	ran := false
	c.must(c.Exclusively(c.ctx, Applicant, func(context.Context) error { ran = true; return nil }))
	c.same("alone", ran, true)
}

func (c *contract) placedFiles() {
	c.begins(Applicant, "AAAAAAA2")
	f := c.does(Applicant, new(World).Printed()...)
	for _, id := range []string{"f1", "f2"} {
		c.must(c.keeps(Applicant, workflow.Outcome{File: &workflow.StoredFile{
			ID: id, Person: Applicant, MediaType: "application/pdf", SHA256: []byte(id),
		}}))
	}
	place := func(id string) {
		c.t.Helper()
		c.does(Applicant, workflow.Command{
			Action: workflow.Upload, Slot: workflow.SlotForm, File: &workflow.File{ID: id, Revision: f.Revision},
		})
	}
	superseded := func(id string) bool {
		c.t.Helper()
		got, err := c.File(c.ctx, Applicant, id)
		c.must(err)
		return got.Superseded
	}
	place("f1")
	c.same("one in a slot", superseded("f1"), false)
	place("f2")
	c.same("one that was replaced", superseded("f1"), true)
	place("f1")
	c.same("one that was put back", []bool{superseded("f1"), superseded("f2")}, []bool{false, true})
	own, err := c.PersonCase(c.ctx, Applicant)
	c.must(err)
	c.must(c.keeps(Applicant, workflow.Outcome{Filing: own.Filing, Adopted: "f2"}))
	got, err := c.File(c.ctx, Applicant, "f2")
	c.must(err)
	c.same("one that was kept before", got.Filing, "AAAAAAA2")
}

func (c *contract) consents() {
	c.begins(Applicant, "AAAAAAA2")
	c.must(c.keeps(Applicant, workflow.Outcome{
		Separate: []string{c.policy.Consent + "/" + workflow.ConsentScans},
		Question: &workflow.Question{ID: "QQQQQQQ2", Person: Applicant, Text: "?"},
		File:     &workflow.StoredFile{ID: "f1", Person: Applicant, Filing: "AAAAAAA2", SHA256: []byte("a")},
	}))
	_, err := c.SaveCard(c.ctx, "t1", "AAAAAAA2", 1, []string{Handler})
	c.must(err)
	doomed, err := c.DoomedFiles(c.ctx, Applicant)
	c.must(err)
	c.same("files before", doomed, []workflow.Shredded{})
	c.now = c.now.Add(time.Hour)
	c.does(Applicant, workflow.Command{Action: workflow.WithdrawConsent})
	c.must(c.keeps(Applicant, workflow.Outcome{Withdrawn: true}))
	own, err := c.PersonCase(c.ctx, Applicant)
	c.must(err)
	c.same("consent", own.Consent, "")
	doomed, err = c.DoomedFiles(c.ctx, Applicant)
	c.must(err)
	c.same("files", doomed, []workflow.Shredded{{File: "f1", Filing: "AAAAAAA2", Reason: workflow.ShredWithdrawn}})

	c.now = c.now.Add(time.Hour)
	c.begins(Applicant, "AAAAAAA3") // they have agreed again
	c.must(
		c.keeps(
			Applicant,
			workflow.Outcome{Question: &workflow.Question{ID: "QQQQQQQ3", Person: Applicant, Text: "?"}},
		),
	)
	c.must(c.Erase(c.ctx, Applicant))
	if _, err := c.Case(c.ctx, "AAAAAAA2"); !errors.Is(err, workflow.ErrNotFound) {
		c.t.Errorf("a filing that was erased: %v", err)
	}
	events, err := c.Events(c.ctx, "AAAAAAA2")
	c.must(err)
	c.same("events", events, []workflow.Event{})
	if _, err := c.Question(c.ctx, "QQQQQQQ2"); !errors.Is(err, workflow.ErrNotFound) {
		c.t.Errorf("a question that was erased: %v", err)
	}
	receivers, err := c.CardReceivers(c.ctx, "AAAAAAA2", 1)
	c.must(err)
	c.same("card", receivers, []string{})
	own, err = c.PersonCase(c.ctx, Applicant)
	c.must(err)
	if _, err := c.Question(c.ctx, "QQQQQQQ3"); err != nil || own.Filing.ID != "AAAAAAA3" || own.Consent == "" {
		c.t.Errorf("what came after: %+v, %v", own.Filing, err)
	}
}

func (c *contract) certificates() {
	c.begins(Applicant, "AAAAAAA2")
	next := certificateOf(Applicant, "陈一帆")
	next.ID, next.RecognisedOn = "cert-next", calendar.NewDate(2026, 12, 5)
	c.must(c.keeps(Applicant, workflow.Outcome{Renewed: &next}))
	own, err := c.PersonCase(c.ctx, Applicant)
	c.must(err)
	c.same("renewed", *own.Certificate, next)
	c.must(c.keeps(Applicant, workflow.Outcome{Filing: own.Filing, Reinstated: "cert-" + Applicant}))
	own, err = c.PersonCase(c.ctx, Applicant)
	c.must(err)
	c.same("taken back", own.Certificate.ID, "cert-"+Applicant)
	owners, err := c.Owners(c.ctx, []string{"cert-next", "cert-" + Applicant, "cert-none"})
	c.must(err)
	c.same("owners", owners, map[string]string{"cert-next": Applicant, "cert-" + Applicant: Applicant})
}

func (c *contract) desks() {
	desk := func(person string) []string {
		c.t.Helper()
		found, err := c.Desk(c.ctx, person, c.today(), 9)
		c.must(err)
		return applicants(found)
	}
	c.begins(Colleague, "AAAAAAA3")
	c.same("who has not saved", desk(Handler), []string{})
	c.does(Colleague, new(World).Printed()...)
	c.now = c.now.Add(time.Minute)
	c.begins(Applicant, "AAAAAAA2")
	c.does(Applicant, new(World).Printed()...)
	c.same("the college's, the longest untouched first", desk(Handler), []string{Colleague, Applicant})
	c.same("the deputy's", desk(Deputy), []string{Colleague, Applicant})
	c.same("the school's", desk(School), []string{})
	c.same("an applicant's", desk(Applicant), []string{})
	some, err := c.Desk(c.ctx, Handler, c.today(), 1)
	c.must(err)
	if len(some) != 1 || some[0].Person.ID != Handler || some[0].Filing.ID != "AAAAAAA3" {
		c.t.Errorf("%+v", some)
	}

	college := workflow.Actor{ID: Handler, Role: workflow.CollegeHandler}
	c.now = c.now.Add(time.Minute)
	c.does(Colleague, workflow.Command{Action: workflow.PostNotice, Actor: college, From: c.today()},
		workflow.Command{Action: workflow.ObjectNotice, Actor: college, Text: "单位不符"})
	c.same("an objection is the school's", desk(School), []string{Colleague})
	c.same("touched", desk(Handler), []string{Applicant, Colleague})

	for _, who := range []string{Handler, Deputy} {
		a := workflow.Absence{ID: "a-" + who, Person: who, From: c.today(), Until: c.today().AddDays(1)}
		if who == Handler {
			a.Deputy = &workflow.Person{ID: Colleague}
		}
		c.must(c.keeps(who, workflow.Outcome{Absence: &a}))
	}
	c.same("a deputy's, but their own", desk(Colleague), []string{Applicant})
	c.same("somebody stands in", desk(School), []string{Colleague})
	c.must(c.keeps(Handler, workflow.Outcome{Absence: &workflow.Absence{
		ID: "a3", Person: Handler, From: c.today(), Until: c.today().AddDays(1),
	}}))
	c.same("nobody of the college is there (Q21)", desk(School), []string{Applicant, Colleague})
	c.same("nobody stands in", desk(Colleague), []string{})
}

func (c *contract) reminders() {
	k, ok, err := c.Reminded(c.ctx, Applicant)
	c.must(err)
	cert := certificateOf(Applicant, "陈一帆")
	want := reminder.Candidate{
		Certificate: workflow.Certificate{ID: cert.ID, Person: Applicant, RecognisedOn: cert.RecognisedOn},
		Person:      workflow.Person{ID: Applicant, Name: "陈一帆", College: College}, College: "晨星信息学院",
	}
	c.same("candidate", k, want)
	if _, other, err := c.Reminded(c.ctx, School); err != nil || other || !ok {
		c.t.Errorf("%v, %v, %v", ok, other, err)
	}
	said := workflow.Attention{
		Acknowledged: c.today(),
		Asked:        c.today(),
		Later:        c.today().AddDays(3),
		Declined:     c.today(),
	}
	c.must(c.keeps(Applicant, workflow.Outcome{Attention: &said}))
	c.begins(Applicant, "AAAAAAA2")
	k, _, err = c.Reminded(c.ctx, Applicant)
	c.must(err)
	said.Wrote = c.today()
	want.Attention, want.State, want.Seq = said, workflow.Draft, k.Seq
	c.same("candidate", k, want)
	told, err := c.Told(c.ctx, Applicant)
	c.must(err)
	c.same("who was told nothing", told, reminder.Told{})
}

func (c *contract) roles() {
	change := func(r workflow.RosterChange) error {
		c.t.Helper()
		return c.keeps(
			School,
			workflow.Outcome{Roster: &r, Effects: []workflow.Effect{workflow.Export{Person: School}}},
		)
	}
	holders := func(r workflow.Role) []string {
		c.t.Helper()
		found, err := c.Holders(c.ctx, r)
		c.must(err)
		return ids(found)
	}
	hr := workflow.Grant{Role: workflow.HR}
	if err := change(workflow.RosterChange{Person: School, Revoke: &hr}); !errors.Is(err, workflow.ErrConflict) {
		c.t.Errorf("the last one of HR is gone: %v", err)
	}
	c.same("jobs of a change that was refused", c.Jobs(c.t), []string{})
	if err := change(workflow.RosterChange{Person: Handler, Revoke: &hr}); !errors.Is(err, workflow.ErrConflict) {
		c.t.Errorf("a role that nobody has: %v", err)
	}
	c.must(change(workflow.RosterChange{Person: Handler, Grant: &hr}))
	c.must(change(workflow.RosterChange{Person: School, Revoke: &hr}))
	c.same("HR", holders(workflow.HR), []string{Handler})
	deputy := workflow.Grant{Role: workflow.CollegeHandler, College: College, Deputy: true}
	c.must(change(workflow.RosterChange{Person: Handler, Grant: &deputy}))
	c.must(change(workflow.RosterChange{College: &workflow.College{ID: "c03", Name: "海洋学院"}}))
	c.must(change(workflow.RosterChange{College: &workflow.College{ID: OtherUnit, Name: "文学院"}}))
	found, err := c.Named(c.ctx, "何清越")
	c.must(err)
	slices.SortFunc(found[0].Grants, func(a, b workflow.Grant) int { return len(a.Role) - len(b.Role) })
	c.same("grants", found[0].Grants, []workflow.Grant{hr, deputy})
	for _, word := range []string{Handler, "何清", "h"} {
		found, err = c.Named(c.ctx, word)
		c.must(err)
		c.same("named "+word, len(found) == 1, word == Handler)
	}
	duties, err := c.Colleges(c.ctx)
	c.must(err)
	var got []string
	for _, d := range duties {
		got = append(got, fmt.Sprintf("%s %d %v", d.College.Name, d.People, ids(d.Handlers)))
	}
	c.same("colleges", got, []string{"晨星信息学院 4 [h1 h2]", "文学院 0 []", "海洋学院 0 []", "人事处 1 []"})
	c.same("handlers", holders(workflow.CollegeHandler), []string{Handler, Deputy})
}
