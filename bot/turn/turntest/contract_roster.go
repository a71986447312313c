package turntest

import (
	"fmt"
	"slices"
	"time"

	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
	"example.org/beian/workflow/roster"
)

// find are the people that are found, sorted, for their order follows the language of the database.
func (c *contract) find(q roster.Lookup) []string {
	c.t.Helper()
	found, all, err := c.Find(c.ctx, q, 9)
	c.must(err)
	c.same(fmt.Sprintf("all of %+v", q), all, len(found))
	out := applicants(found)
	slices.Sort(out)
	return out
}

// imported brings people onto the roster by a workbook.
func (c *contract) imported(id string, rows ...roster.Row) roster.Imported {
	c.t.Helper()
	c.must(c.KeepImport(c.ctx, roster.Import{ID: id, By: School, Kind: roster.ImportPeople, Rows: rows, At: c.now}))
	done, err := c.ApplyImport(c.ctx, id, School, c.now)
	c.must(err)
	return done
}

func (c *contract) search() {
	c.imported(
		"IMPORT01",
		roster.Row{
			Person:       "n1",
			Name:         "周小舟",
			College:      OtherUnit,
			Number:       "HZ-1",
			Category:     "D",
			RecognisedOn: calendar.NewDate(2024, 1, 10),
			Values:       workflow.Values{workflow.IDNumber: "33019919900101123X"},
		},
		roster.Row{Person: "n2", Name: "陈一", College: OtherUnit},
		roster.Row{Person: "n3", Name: "Anna Beispiel", College: OtherUnit},
	)
	c.begins(Applicant, "AAAAAAA2")
	for _, x := range []struct {
		q    roster.Lookup
		want []string
	}{
		{roster.Lookup{Word: "陈一帆"}, []string{Applicant}},
		{roster.Lookup{Word: "陈一"}, []string{"n2", Applicant}},
		{roster.Lookup{Word: "n1"}, []string{"n1"}},
		{roster.Lookup{Word: "chenyifan"}, []string{Applicant}},
		{roster.Lookup{Word: "Chen Yi"}, []string{"n2", Applicant}},
		{roster.Lookup{Word: "cyf"}, []string{Applicant}},
		{roster.Lookup{Word: "c"}, nil},
		{roster.Lookup{Word: "anna"}, []string{"n3"}},
		{roster.Lookup{Word: "beispiel"}, []string{"n3"}},
		{roster.Lookup{Word: "远山"}, []string{"n1", "n2", "n3"}},
		{roster.Lookup{Word: "学"}, nil},
		{roster.Lookup{Word: "aaaaaaa2"}, []string{Applicant}},
		{roster.Lookup{Word: "%"}, nil},
		{roster.Lookup{Word: "没有"}, nil},
		{roster.Lookup{Tail: "123X"}, []string{"n1"}},
		{roster.Lookup{Tail: "1016"}, []string{Applicant, Colleague}},
		{roster.Lookup{Tail: "9999"}, nil},
		{roster.Lookup{State: roster.LookupOverdue, Until: c.today()}, []string{"n1"}},
	} {
		slices.Sort(x.want)
		c.same(fmt.Sprintf("%+v", x.q), c.find(x.q), x.want)
	}
	found, all, err := c.Find(c.ctx, roster.Lookup{Word: "陈一"}, 1)
	c.must(err)
	if len(found) != 1 || all != 2 || found[0].Applicant.ID != "n2" || found[0].College.Name != "远山文学院" {
		c.t.Errorf("the whole name first: %+v of %d", applicants(found), all)
	}
	tail, err := c.NamedTail(c.ctx, "赵望舒", "1016")
	c.must(err)
	c.same("by name and number", tail, []string{Colleague})
	var listed []string
	for _, q := range []roster.Lookup{{}, {College: College}, {Until: calendar.NewDate(2026, 12, 9)}} {
		c.must(c.Listed(c.ctx, q, func(of workflow.Case) error {
			state := workflow.State("")
			if of.Filing != nil {
				state = of.Filing.State
			}
			listed = append(
				listed,
				fmt.Sprintf("%s %s %s %s", of.Applicant.Name, of.College.Name, of.Certificate.ID, state),
			)
			c.same("values of the form", len(of.Certificate.Values), 0)
			return nil
		}))
		listed = append(listed, "")
	}
	own, other := "陈一帆 晨星信息学院 cert-p1 DRAFT", "赵望舒 晨星信息学院 cert-p2 "
	past := "周小舟 远山文学院 HZ-1 "
	c.same("listed", listed, []string{past, own, other, "", own, other, "", past, ""})
}

func (c *contract) standing() {
	in := func(state string, want ...string) {
		c.t.Helper()
		c.same(state, c.find(roster.Lookup{State: state, Until: c.today()}), want)
	}
	in(roster.LookupIdle, Applicant, Colleague)
	c.begins(Applicant, "AAAAAAA2")
	in(roster.LookupIdle, Colleague)
	in(roster.LookupEditing, Applicant)
	c.does(Applicant, new(World).Printed()...)
	in(roster.LookupNotice)
	college := workflow.Actor{ID: Handler, Role: workflow.CollegeHandler}
	school := workflow.Actor{ID: School, Role: workflow.SchoolHandler}
	c.does(Applicant, workflow.Command{Action: workflow.PostNotice, Actor: college, From: c.today()})
	in(roster.LookupNotice, Applicant)
	c.filed(Colleague, "AAAAAAA3")
	in(roster.LookupReviewing, Colleague)
	submit := func() {
		c.t.Helper()
		c.does(Colleague, workflow.Command{Action: workflow.Approve, Actor: college})
		c.does(Colleague, workflow.Command{Action: workflow.Submit, Actor: school, Attested: true})
		in(roster.LookupReviewing)
		in(roster.LookupOfficial, Colleague)
	}
	submit()
	c.does(Colleague, workflow.Command{Action: workflow.ReportReturned, Actor: school, Text: "退回"})
	in(roster.LookupReturned, Colleague)
	c.does(Colleague, workflow.Command{Action: workflow.SaveMaterials}, workflow.Command{Action: workflow.HandIn})
	submit()
	c.does(Colleague, workflow.Command{
		Action: workflow.ReportApproved, Actor: school, From: c.today(), Text: "通过",
	})
	in(roster.LookupOfficial)
	in(roster.LookupDone, Colleague)
	in("no state")
}

// rows are a new person, a change, nothing new, and a certificate for somebody who had none.
func rows() []roster.Row {
	day := calendar.NewDate(2024, 12, 20)
	return []roster.Row{
		{
			Line: 2, Person: "n1", Name: "周小舟", College: College, Number: "HZ-1", Category: "D", RecognisedOn: day,
			Grants: []workflow.Grant{{Role: workflow.CollegeHandler, College: College}},
		},
		{Line: 3, Person: Applicant, Name: "陈一帆", Values: workflow.Values{workflow.Phone: "13900009999"}},
		{Line: 4, Person: Handler, Name: "何清越"},
		{Line: 5, Person: Deputy, Name: "沈拾玉", Number: "HZ-2", Category: "E", RecognisedOn: day},
	}
}

// entries is what the roster holds of those who may be in a workbook.
func (c *contract) entries() map[string]roster.Entry {
	c.t.Helper()
	got, err := c.Entries(c.ctx, []string{"n1", Applicant, Handler, Deputy, "nobody"})
	c.must(err)
	return got
}

func (c *contract) imports() {
	before := c.entries()
	c.must(
		c.KeepImport(
			c.ctx,
			roster.Import{ID: "IMPORT01", By: School, Kind: roster.ImportPeople, Rows: rows(), At: c.now},
		),
	)
	c.same("a check changes nothing", c.entries(), before)
	want := roster.Imported{State: roster.ImportApplied, Kind: roster.ImportPeople, New: 1, Changed: 2, Same: 1}
	for _, what := range []string{"applied", "applied twice"} {
		done, err := c.ApplyImport(c.ctx, "IMPORT01", School, c.now)
		c.must(err)
		c.same(what, done, want)
	}
	after := c.entries()
	if after[Applicant].Certificate.Values[workflow.Phone] != "13900009999" || after["n1"].Certificate.ID != "HZ-1" ||
		after[Deputy].Certificate.Category != "E" || !after["n1"].Person.Holds(workflow.CollegeHandler, College) {
		c.t.Errorf("%+v", after)
	}
	m, state, err := c.ImportOf(c.ctx, "IMPORT01")
	c.must(err)
	if state != roster.ImportApplied || m.By != School || m.Changed != 2 || m.Same != 1 ||
		m.Kind != roster.ImportPeople {
		c.t.Errorf("%+v is %s", m, state)
	}
	again := c.imported("IMPORT02", rows()...)
	c.same(
		"the same file again",
		again,
		roster.Imported{State: roster.ImportApplied, Kind: roster.ImportPeople, Same: 4},
	)
	taken := c.imported("IMPORT03", roster.Row{
		Person: "n9", Name: "甲", College: College, Number: "cert-" + Applicant, Category: "E", RecognisedOn: c.today(),
	})
	c.same("a number of somebody else", taken.Left, []string{"n9"})
	for _, x := range []struct {
		what string
		want roster.Imported
	}{
		{"undone", roster.Imported{State: roster.ImportUndone, Kind: roster.ImportPeople, New: 1, Changed: 2}},
		{"undone twice", roster.Imported{State: roster.ImportUndone}},
	} {
		done, err := c.UndoImport(c.ctx, "IMPORT01", School, c.now)
		c.must(err)
		c.same(x.what, done, x.want)
	}
	c.same("undoing brings everything back", c.entries(), before)
	c.same("imported again", c.imported("IMPORT04", rows()...).New, 1)
}

func (c *contract) restingImports() {
	c.imported("IMPORT01", rows()...)
	hr := roster.Row{Person: "n2", Name: "吴一鸣", College: "hr", Grants: []workflow.Grant{{Role: workflow.HR}}}
	c.imported("IMPORT02", hr, roster.Row{Person: "n3", Name: "孙一笑", College: College})
	c.now = c.now.Add(time.Hour)
	c.begins(Applicant, "AAAAAAA2")
	c.imported("IMPORT03", roster.Row{Person: Deputy, Name: "沈拾玉", Category: "D"})
	done, err := c.UndoImport(c.ctx, "IMPORT01", School, c.now)
	c.must(err)
	slices.Sort(done.Left)
	c.same("left alone", done, roster.Imported{
		State: roster.ImportUndone, Kind: roster.ImportPeople, New: 1, Left: []string{Deputy, Applicant},
	})
	all := c.entries()
	if all[Applicant].Certificate.Values[workflow.Phone] != "13900009999" || all[Deputy].Certificate.Category != "D" {
		c.t.Errorf("what came later is lost: %+v", all)
	}
	c.must(c.keeps("n3", workflow.Outcome{Question: &workflow.Question{ID: "QQQQQQQ2", Person: "n3", Text: "?"}}))
	revoke := workflow.Grant{Role: workflow.HR}
	c.must(c.keeps(School, workflow.Outcome{Roster: &workflow.RosterChange{Person: School, Revoke: &revoke}}))
	done, err = c.UndoImport(c.ctx, "IMPORT02", School, c.now)
	c.must(err)
	slices.Sort(done.Left)
	c.same("the last one of HR, and who has asked", done.Left, []string{"n2", "n3"})
	late, err := c.UndoImport(c.ctx, "IMPORT03", School, c.now.Add(roster.UndoImport+time.Minute))
	c.must(err)
	c.same("too late", late.State, roster.ImportGone)
}

func (c *contract) checkedImports() {
	keep := func(m roster.Import) {
		c.t.Helper()
		m.By, m.At = School, c.now
		c.must(c.KeepImport(c.ctx, m))
	}
	state := func(id string) roster.ImportState {
		c.t.Helper()
		_, got, err := c.ImportOf(c.ctx, id)
		c.must(err)
		return got
	}
	apply := func(id, by string, now time.Time) roster.Imported {
		c.t.Helper()
		done, err := c.ApplyImport(c.ctx, id, by, now)
		c.must(err)
		return done
	}
	last, err := c.LastImport(c.ctx, School)
	c.must(err)
	c.same("none yet", last, "")
	c.same("one that is not there", state("IMPORT09"), roster.ImportGone)

	all := rows()
	keep(roster.Import{ID: "IMPORT01", Kind: roster.ImportPeople, Rows: all[:1]})
	keep(roster.Import{ID: "IMPORT01", Kind: roster.ImportPeople, Rows: all[1:], Part: 1})
	all[0].Person = "changed by the caller"
	c.same("by somebody else", apply("IMPORT01", Handler, c.now).State, roster.ImportGone)
	c.same("too late", apply("IMPORT01", School, c.now.Add(roster.ImportTTL+time.Minute)).State, roster.ImportGone)
	c.same("not confirmed yet", state("IMPORT01"), roster.ImportChecked)
	done := apply("IMPORT01", School, c.now)
	c.same("two parts", []int{done.New, done.Changed, done.Same}, []int{1, 2, 1})
	keep(roster.Import{ID: "IMPORT01", Kind: roster.ImportPeople, Rows: rows()[:1]})
	c.same("a late repetition of the check", state("IMPORT01"), roster.ImportApplied)

	c.now = c.now.Add(time.Minute)
	keep(roster.Import{ID: "IMPORT02", Kind: roster.ImportPeople, Rows: rows()[:1]})
	last, err = c.LastImport(c.ctx, School)
	c.must(err)
	c.same("the newest", last, "IMPORT02")
	c.must(c.DropImport(c.ctx, "IMPORT02", Handler))
	c.same("dropped by somebody else", state("IMPORT02"), roster.ImportChecked)
	c.must(c.DropImport(c.ctx, "IMPORT02", School))
	c.same("dropped", state("IMPORT02"), roster.ImportGone)
	c.same("dropped", apply("IMPORT02", School, c.now).State, roster.ImportGone)

	status := roster.StatusRow{Line: 2, Filing: "AAAAAAA2", Name: "陈一帆", Text: "审核中", On: c.today()}
	c.now = c.now.Add(time.Minute)
	keep(roster.Import{ID: "IMPORT03", Kind: roster.ImportStatuses, Statuses: []roster.StatusRow{status}})
	statuses, err := c.ImportStatuses(c.ctx, "IMPORT03")
	c.must(err)
	c.same("statuses", statuses, []roster.StatusRow{status})
	c.must(c.FinishImport(c.ctx, "IMPORT03", roster.Imported{Changed: 1, Same: 2}, c.now))
	m, got, err := c.ImportOf(c.ctx, "IMPORT03")
	c.must(err)
	if got != roster.ImportApplied || m.Changed != 1 || m.Same != 2 {
		c.t.Errorf("%+v is %s", m, got)
	}
	undone, err := c.UndoImport(c.ctx, "IMPORT03", School, c.now)
	c.must(err)
	c.same("statuses cannot be undone", undone.State, roster.ImportGone)
}

func (c *contract) counts() {
	week := func(limit int) (busy, ending, done int, idle []string) {
		c.t.Helper()
		w, err := c.Week(c.ctx, College, c.today(), 30, limit)
		c.must(err)
		c.same("name", w.College, "晨星信息学院")
		for _, k := range w.Idle {
			idle = append(idle, k.Person.Name)
		}
		return w.Busy, w.Ending, w.Done, idle
	}
	busy, ending, done, idle := week(1)
	c.same("a week", fmt.Sprint(busy, ending, done, idle), "0 2 0 [陈一帆]")
	if _, err := c.Week(c.ctx, "none", c.today(), 30, 1); err == nil {
		c.t.Error("a college that is not there is counted")
	}
	c.filed(Applicant, "AAAAAAA2")
	college := workflow.Actor{ID: Handler, Role: workflow.CollegeHandler}
	school := workflow.Actor{ID: School, Role: workflow.SchoolHandler}
	handed := c.now
	c.now = c.now.Add(3 * time.Hour)
	c.does(Applicant, workflow.Command{Action: workflow.Approve, Actor: college})
	s, err := c.Statistics(c.ctx, c.today())
	c.must(err)
	c.same("ahead", s.Ahead, []workflow.MonthCount{{Month: "2026-12", College: "晨星信息学院", Count: 2}})
	if len(s.Open) != 1 || s.Open[0].State != workflow.Prereview || s.Open[0].Step == "" || s.Open[0].Count != 1 {
		c.t.Errorf("%+v", s.Open)
	}
	if len(s.Took) != 1 || s.Took[0].Role != workflow.CollegeHandler || !s.Took[0].From.Equal(handed) ||
		!s.Took[0].To.Equal(c.now) {
		c.t.Errorf("%+v", s.Took)
	}
	c.now = c.now.Add(time.Hour)
	c.does(Applicant, workflow.Command{Action: workflow.Return, Actor: school, Items: []workflow.ReturnItem{
		{Slot: workflow.SlotForm, Reason: "not_scan"}, {Slot: workflow.SlotInsurance, Reason: "not_scan"},
	}})
	s, err = c.Statistics(c.ctx, c.today())
	c.must(err)
	c.same("returned", s.Returned, map[string]int{"not_scan": 2})
	if len(s.Took) != 2 || s.Took[0].Role != workflow.SchoolHandler {
		c.t.Errorf("the newest first: %+v", s.Took)
	}
	busy, ending, done, idle = week(9)
	c.same("a week", fmt.Sprint(busy, ending, done, idle), "1 2 0 [赵望舒]")
}
