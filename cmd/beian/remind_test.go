package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"example.org/beian/workflow/calendar"
)

// TestDryRun prints who would be reminded on a day and why, and leaves everything as it was.
func TestDryRun(t *testing.T) {
	environment(t)
	must(t, run(t.Context(), []string{"migrate"}))
	must(t, run(t.Context(), []string{"import", "../internal/demo/people.json"}))
	now := calendar.NewDate(2026, 11, 23).At(10, 0)
	for range 2 {
		var out bytes.Buffer
		must(t, dryRun(t.Context(), &out, "2026-12-03", now))
		for _, want := range []string{"demo-p01\t陈一帆 晨星信息学院\tend-7(ends)\t2026-12-10", "什么也没有发"} {
			if !strings.Contains(out.String(), want) {
				t.Errorf("%q is missing in\n%s", want, out.String())
			}
		}
		out.Reset()
		must(t, dryRun(t.Context(), &out, "2026-11-28", now))
		if !strings.HasPrefix(out.String(), "2026-11-28:0 条") {
			t.Errorf("on a Saturday:\n%s", out.String())
		}
	}
	for _, bad := range []string{"2026-11-22", "tomorrow", ""} {
		if err := dryRun(t.Context(), &bytes.Buffer{}, bad, now); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}

// TestDeadLetters: what was given up is listed without contents and can be tried again.
func TestDeadLetters(t *testing.T) {
	environment(t)
	must(t, run(t.Context(), []string{"migrate"}))
	must(t, run(t.Context(), []string{"import", "../internal/demo/people.json"}))
	cfg, err := load()
	must(t, err)
	db, err := pgx.Connect(t.Context(), cfg.DatabaseURL)
	must(t, err)
	t.Cleanup(func() { must(t, db.Close(t.Context())) })
	for _, q := range []string{
		`insert into river_job (kind, args, queue, state, priority, max_attempts, attempt, finalized_at, errors)
			values ('announce', '{}', 'cards', 'discarded', 1, 12, 12, now(), array['{"error":"dingtalk: denied"}']::jsonb[])`,
		`insert into inbound (robot, message, person_id, received_at, reply, attempts, dead)
			values ('r', 'm1', 'demo-p01', now(), '\x00', 5, 'invalid')`,
		`insert into message (person_id, day, topic, state, reason)
			values ('demo-p01', current_date, 'person', 'unreachable', 'invalidStaffId')`,
	} {
		_, err := db.Exec(t.Context(), q)
		must(t, err)
	}
	var out bytes.Buffer
	must(t, listDead(t.Context(), &out))
	for _, want := range []string{
		"job-1\t", "announce\t试过 12 次", "dingtalk: denied", "reply-m1\t", "message-demo-p01/",
		"invalidStaffId", "3 条",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing in\n%s", want, out.String())
		}
	}
	if err := resend(t.Context(), &out, "job-99", time.Now()); err == nil ||
		!strings.Contains(err.Error(), "beian dead list") {
		t.Errorf("what is not there: %v", err)
	}
	must(t, resend(t.Context(), &out, "all", time.Now()))
	out.Reset()
	must(t, listDead(t.Context(), &out))
	if !strings.HasPrefix(out.String(), "0 条") {
		t.Errorf("still dead:\n%s", out.String())
	}
	var jobs, replies, messages int
	must(t, db.QueryRow(t.Context(), `select (select count(*) from river_job where state = 'available'
		and kind = 'announce'),
		(select count(*) from inbound where dead is null), (select count(*) from message
		where state = 'queued')`).Scan(&jobs, &replies, &messages))
	if jobs != 1 || replies != 1 || messages != 1 {
		t.Errorf("%d jobs, %d replies, %d messages wait", jobs, replies, messages)
	}
}
