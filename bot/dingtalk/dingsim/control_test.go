package dingsim

import (
	"testing"
	"time"
)

func TestClockControl(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	out := r.ok("POST", "/sim/clock", obj{"set": "2026-12-24T09:00:00+08:00"})
	now, err := time.Parse(time.RFC3339, out["now"].(string))
	want := time.Date(2026, 12, 24, 1, 0, 0, 0, time.UTC)
	if err != nil || now.Sub(want) < 0 || now.Sub(want) > 5*time.Second {
		t.Fatalf("set: %v", out)
	}
	r.ok("POST", "/sim/clock", obj{"advance": "720h"})
	if d := r.sim.Now().Sub(want); d < 720*time.Hour || d > 720*time.Hour+5*time.Second {
		t.Fatalf("advance: %v", d)
	}
	for _, bad := range []obj{{}, {"advance": "a month"}, {"set": "tomorrow"}} {
		if status, out, _ := r.do("POST", "/sim/clock", bad); status != 400 || out["error"] == nil {
			t.Errorf("%v: %d %v", bad, status, out)
		}
	}
}

func TestLongPoll(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	type answer struct{ list []obj }
	got := make(chan answer, 1)
	go func() { got <- answer{r.inbox("u1", 0)} }()
	r.say("u1", "醒来")
	if a := recv(t, got); len(a.list) != 1 || a.list[0]["seq"] != 1.0 {
		t.Fatalf("poll: %v", a)
	}
	if out := r.ok("GET", "/sim/users/u1/messages?after=1", nil); len(out["messages"].([]any)) != 0 || out["next"] != 1.0 {
		t.Fatalf("nothing new: %v", out)
	}
	for path, status := range map[string]int{
		"/sim/users/no/messages": 404, "/sim/users/u1/messages?after=x": 400, "/sim/users/u1/messages?wait=long": 400,
		"/sim/files/no": 404, "/sim/nothing": 404, "/sim/groups/no/messages": 404,
	} {
		if got, out, _ := r.do("GET", path, nil); got != status || out["error"] == nil {
			t.Errorf("%s: %d %v", path, got, out)
		}
	}
}

func TestFeedForgetsTheOldest(t *testing.T) {
	t.Parallel()
	var f feed[int]
	for i := range 2*maxFeed + 1 {
		f.add(i + 1)
	}
	items, next := f.after(0)
	if next != 2*maxFeed+1 || len(items) != maxFeed || items[0] != maxFeed+2 {
		t.Fatalf("%d items from %d, next %d", len(items), items[0], next)
	}
	if items, _ := f.after(next - 1); len(items) != 1 || items[0] != 2*maxFeed+1 {
		t.Fatalf("tail %v", items)
	}
}

func TestUsersAndEvents(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	users := r.ok("GET", "/sim/users", nil)["users"].([]any)
	if jsonText(users[0]) != `{"dept":"数学学院","id":"u1","kind":"applicant","name":"张三","title":"教师"}` {
		t.Fatalf("users: %v", users[0])
	}
	r.ok("POST", "/sim/events", obj{"type": "user_modify_org", "data": obj{"userId": []string{"u1"}}})
	if out := r.ok("GET", "/sim/pushes?after=0", nil); len(out["pushes"].([]any)) != 2 {
		t.Fatalf("pushes: %v", out)
	}
}
