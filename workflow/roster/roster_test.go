package roster_test

import (
	"testing"

	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
	"example.org/beian/workflow/roster"
)

func TestRosterRowMerge(t *testing.T) {
	day := calendar.NewDate(2024, 12, 10)
	was := roster.Entry{
		Person: workflow.Person{ID: "u1", Name: "陈一帆", College: "c01", Grants: []workflow.Grant{{Role: workflow.HR}}},
		Certificate: &workflow.Certificate{
			ID: "k1", Person: "u1", Category: "E", RecognisedOn: day, Unit: "示例师范大学",
			Values: workflow.Values{workflow.Name: "陈一帆", workflow.Category: "E", workflow.Phone: "13800000001"},
		},
	}
	row := func(change func(*roster.Row)) roster.Row {
		r := roster.Row{Person: "u1", Name: "陈一帆"}
		change(&r)
		return r
	}
	for name, c := range map[string]struct {
		row    roster.Row
		was    *roster.Entry
		fault  roster.Fault
		same   bool
		number string // of the certificate afterwards
	}{
		"empty cells change nothing": {row(func(*roster.Row) {}), &was, "", true, "k1"},
		"the same again changes nothing": {row(func(r *roster.Row) {
			r.College, r.Number, r.RecognisedOn = "c01", "k1", day
		}), &was, "", true, "k1"},
		"a role is added once": {row(func(r *roster.Row) {
			r.Grants = []workflow.Grant{{Role: workflow.HR}}
		}), &was, "", true, "k1"},
		"a value is corrected": {row(func(r *roster.Row) {
			r.Values = workflow.Values{workflow.Phone: "13900001111"}
		}), &was, "", false, "k1"},
		"another number, same day": {row(func(r *roster.Row) {
			r.Number, r.RecognisedOn = "official-7", day
		}), &was, "", true, "k1"},
		"another number and day": {row(func(r *roster.Row) {
			r.Number, r.RecognisedOn, r.Category = "k2", day.AddMonths(23), "E"
		}), &was, "", false, "k2"},
		"another day without a number": {row(func(r *roster.Row) {
			r.RecognisedOn, r.Category = day.AddMonths(23), "E"
		}), &was, roster.NoCertificate, false, ""},
		"somebody new without a college":   {row(func(*roster.Row) {}), nil, roster.NoCollege, false, ""},
		"somebody new without certificate": {row(func(r *roster.Row) { r.College = "c01" }), nil, "", false, ""},
		"somebody new with half of a paper": {row(func(r *roster.Row) {
			r.College, r.Category = "c01", "E"
		}), nil, roster.NoCertificate, false, ""},
	} {
		after, fault := c.row.Merge(c.was)
		if fault != c.fault {
			t.Errorf("%s: fault %q, want %q", name, fault, c.fault)
			continue
		}
		if fault != "" {
			continue
		}
		if c.was != nil && after.Same(*c.was) != c.same {
			t.Errorf("%s: same is %v", name, !c.same)
		}
		if got := number(after); got != c.number {
			t.Errorf("%s: certificate %q, want %q", name, got, c.number)
		}
	}
	if was.Certificate.Values[workflow.Phone] != "13800000001" || len(was.Person.Grants) != 1 {
		t.Error("merging changed what was there before")
	}
}

func number(e roster.Entry) string {
	if e.Certificate == nil {
		return ""
	}
	return e.Certificate.ID
}
