package calendar_test

import (
	"testing"

	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
)

func date(t testing.TB, s string) calendar.Date {
	t.Helper()
	d, err := calendar.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func policy(t testing.TB) workflow.Policy {
	t.Helper()
	p, err := workflow.DefaultPolicy()
	if err != nil {
		t.Fatal(err)
	}
	return p
}
