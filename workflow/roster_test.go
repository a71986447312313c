package workflow_test

import (
	"testing"

	"example.org/beian/workflow"
)

func TestRosterRowMerge(t *testing.T) {
	day := workflow.NewDate(2024, 12, 10)
	was := workflow.Entry{
		Person: workflow.Person{ID: "u1", Name: "陈一帆", College: "c01", Grants: []workflow.Grant{{Role: workflow.HR}}},
		Certificate: &workflow.Certificate{
			ID: "k1", Person: "u1", Category: "E", RecognisedOn: day, Unit: "示例师范大学",
			Values: workflow.Values{workflow.Name: "陈一帆", workflow.Category: "E", workflow.Phone: "13800000001"},
		},
	}
	row := func(change func(*workflow.RosterRow)) workflow.RosterRow {
		r := workflow.RosterRow{Person: "u1", Name: "陈一帆"}
		change(&r)
		return r
	}
	for name, c := range map[string]struct {
		row    workflow.RosterRow
		was    *workflow.Entry
		fault  workflow.RosterFault
		same   bool
		number string // of the certificate afterwards
	}{
		"empty cells change nothing":        {row(func(*workflow.RosterRow) {}), &was, "", true, "k1"},
		"the same again changes nothing":    {row(func(r *workflow.RosterRow) { r.College, r.Number, r.RecognisedOn = "c01", "k1", day }), &was, "", true, "k1"},
		"a role is added once":              {row(func(r *workflow.RosterRow) { r.Grants = []workflow.Grant{{Role: workflow.HR}} }), &was, "", true, "k1"},
		"a value is corrected":              {row(func(r *workflow.RosterRow) { r.Values = workflow.Values{workflow.Phone: "13900001111"} }), &was, "", false, "k1"},
		"another number, same day":          {row(func(r *workflow.RosterRow) { r.Number, r.RecognisedOn = "official-7", day }), &was, "", true, "k1"},
		"another number and day":            {row(func(r *workflow.RosterRow) { r.Number, r.RecognisedOn, r.Category = "k2", day.AddMonths(23), "E" }), &was, "", false, "k2"},
		"another day without a number":      {row(func(r *workflow.RosterRow) { r.RecognisedOn, r.Category = day.AddMonths(23), "E" }), &was, workflow.RosterNoCertificate, false, ""},
		"somebody new without a college":    {row(func(*workflow.RosterRow) {}), nil, workflow.RosterNoCollege, false, ""},
		"somebody new without certificate":  {row(func(r *workflow.RosterRow) { r.College = "c01" }), nil, "", false, ""},
		"somebody new with half of a paper": {row(func(r *workflow.RosterRow) { r.College, r.Category = "c01", "E" }), nil, workflow.RosterNoCertificate, false, ""},
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

func number(e workflow.Entry) string {
	if e.Certificate == nil {
		return ""
	}
	return e.Certificate.ID
}
