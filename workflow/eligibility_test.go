package workflow_test

import (
	"testing"

	"example.org/beian/workflow"
)

// TestWindow: recognised on, opens on, valid until (R-C09, Q01, Q03).
func TestWindow(t *testing.T) {
	for _, c := range [][3]string{
		{"2024-11-23", "2026-10-23", "2026-11-23"},
		{"2024-12-23", "2026-11-23", "2026-12-23"},
		{"2024-12-31", "2026-11-30", "2026-12-31"},
		{"2025-03-31", "2027-02-28", "2027-03-31"},
		{"2024-03-29", "2026-02-28", "2026-03-29"},
		{"2024-03-30", "2026-02-28", "2026-03-30"},
		{"2024-03-31", "2026-02-28", "2026-03-31"},
		{"2026-03-31", "2028-02-29", "2028-03-31"},
		{"2024-02-29", "2026-01-29", "2026-02-28"},
		{"2024-05-31", "2026-04-30", "2026-05-31"},
		{"2025-01-31", "2026-12-31", "2027-01-31"},
	} {
		cert := workflow.Certificate{RecognisedOn: date(t, c[0])}
		if got := cert.OpensOn(policy(t)).String(); got != c[1] {
			t.Errorf("%s opens on %s, want %s", c[0], got, c[1])
		}
		if got := cert.ValidUntil(policy(t)).String(); got != c[2] {
			t.Errorf("%s is valid until %s, want %s", c[0], got, c[2])
		}
	}
}

// TestWindowOpensBeforeItEnds: whatever the day of recognition.
func TestWindowOpensBeforeItEnds(t *testing.T) {
	p := policy(t)
	for d := date(t, "1990-01-01"); d.Year <= 2100; d = d.AddDays(1) {
		c := workflow.Certificate{RecognisedOn: d}
		if c.OpensOn(p).After(c.ValidUntil(p)) {
			t.Fatalf("%s opens after it ends", d)
		}
	}
}

// TestAssess has the people of the demo on 2026-11-23.
func TestAssess(t *testing.T) {
	today := date(t, "2026-11-23")
	for _, c := range []struct {
		name, recognised string
		mismatch         workflow.Ineligible
		phase            workflow.Phase
		reason           workflow.Ineligible
		left, toOpen     int
		safe             string
	}{
		{"01 陈一帆", "2024-12-10", "", workflow.Open, "", 17, 0, "2026-11-26"},
		{"02 林知夏", "2025-03-31", "", workflow.TooEarly, workflow.ReasonTooEarly, 128, 97, ""},
		{"03 周砚", "2024-06-30", "", workflow.Overdue, "", -146, 0, ""},
		{"04 王㛃", "2024-11-30", "", workflow.Open, "", 7, 0, "2026-11-16"},
		{"05 赵𬭎", "2024-12-23", "", workflow.Open, "", 30, 0, ""},
		{"06 阿依古丽·买买提", "2025-01-05", "", workflow.TooEarly, workflow.ReasonTooEarly, 43, 12, ""},
		{"07 孙望舒", "2024-12-15", workflow.CategoryChanged, workflow.Open, workflow.CategoryChanged, 22, 0, ""},
		{"10 Anna Beispiel", "2024-12-20", workflow.IdentityMismatch, workflow.Open, workflow.IdentityMismatch, 27, 0, ""},
		{"12 区颖诗", "2024-12-31", "", workflow.TooEarly, workflow.ReasonTooEarly, 38, 7, ""},
	} {
		a := workflow.Assess(&workflow.Certificate{RecognisedOn: date(t, c.recognised), Mismatch: c.mismatch}, today,
			policy(t))
		if a.Phase != c.phase || a.Reason != c.reason || a.DaysLeft != c.left || a.DaysToOpen != c.toOpen {
			t.Errorf("%s: %+v", c.name, a)
		}
		if c.safe != "" && a.SafeNotice.String() != c.safe {
			t.Errorf("%s: safe start %s, want %s", c.name, a.SafeNotice, c.safe)
		}
	}
	if a := workflow.Assess(nil, today, policy(t)); a.Reason != workflow.NoCertificate {
		t.Errorf("without a certificate: %+v", a)
	}
}

func TestDoneBy(t *testing.T) { // started on 11-23, handed over by 12-03
	a := workflow.Assess(certificate(), date(t, "2026-11-23"), policy(t))
	if a.DoneBy.String() != "2026-12-03" {
		t.Errorf("done by %s", a.DoneBy)
	}
}
