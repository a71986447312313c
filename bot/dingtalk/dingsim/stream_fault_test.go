package dingsim

import (
	"context"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/open-dingtalk/dingtalk-stream-sdk-go/client"
	"github.com/open-dingtalk/dingtalk-stream-sdk-go/event"
)

// eventBot subscribes to all events; the first delivery of each event asks for another.
func (r *rig) eventBot() chan string {
	r.t.Helper()
	got := make(chan string, 10)
	first := make(chan struct{}, 1)
	first <- struct{}{}
	cli := client.NewStreamClient(
		client.WithAppCredential(client.NewAppCredentialConfig(testApp, testSecret)),
		client.WithOpenApiHost(r.url))
	h := event.NewDefaultEventFrameHandler(func(_ context.Context, h *event.EventHeader,
		raw []byte,
	) (event.EventProcessStatusType, error) {
		got <- h.EventType + " " + h.EventId + " " + string(raw)
		select {
		case <-first:
			return event.EventProcessStatusKLater, nil
		default:
			return event.EventProcessStatusKSuccess, nil
		}
	})
	cli.RegisterAllEventRouter(h.OnEventReceived)
	if err := cli.Start(r.t.Context()); err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(cli.Close)
	return got
}

func TestEventIsKeptAndRetried(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	r.ok("POST", "/sim/events", obj{"type": "org_dept_create", "data": obj{"deptId": []int{5}}})
	got := r.eventBot()
	a := recv(t, got)
	r.until("refusal", func() bool {
		for _, p := range r.sim.pushes.items {
			if p.note == "event asked for later" {
				return true
			}
		}
		return false
	})
	r.sim.Advance(61 * time.Second)
	if b := recv(t, got); a != b || a[:16] != "org_dept_create " {
		t.Fatalf("events %q and %q", a, b)
	}
	r.acked()
	r.sim.Advance(time.Hour)
	r.settle()
	if len(got) != 0 {
		t.Fatal("an accepted event came again")
	}
}

func TestCutConnectionGetsTheMessageLater(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	_, got := r.bot()
	r.fault(obj{"zombie": true})
	id := r.say("u1", "丢了吗")
	r.fault(obj{"zombie": false, "disconnect": "cut"})
	r.until("reconnect", func() bool { return r.sim.opened == 2 && len(r.sim.conns) == 1 })
	if len(got) != 0 {
		t.Fatal("a zombie connection delivered")
	}
	r.sim.Advance(61 * time.Second)
	if m := recv(t, got); m.MsgId != id {
		t.Fatalf("msgId %q, want %q", m.MsgId, id)
	}
}

func TestDocumentedModeWithoutRedelivery(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	_, got := r.bot()
	r.fault(obj{"zombie": true, "noRedelivery": true})
	r.say("u1", "只一次")
	r.ok("DELETE", "/sim/faults", nil)
	r.sim.Advance(time.Hour)
	r.settle()
	if len(got) != 0 || len(r.pushes(topicBot)) != 1 {
		t.Fatal("redelivered although the mode forbids it")
	}
}

func TestDuplicateAndDelayFaults(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	_, got := r.bot()
	r.fault(obj{"duplicate": 1, "delay": "30ms", "reorder": 0.5})
	r.say("u1", "重复")
	if a, b := recv(t, got), recv(t, got); a.MsgId != b.MsgId {
		t.Fatalf("msgId %q and %q", a.MsgId, b.MsgId)
	}
	r.until("acks", func() bool { return r.sim.pushes.items[0].acked && r.sim.pushes.items[1].acked })
	if p := r.pushes(topicBot); p[0].AckMs < 30 || p[0].MessageID == p[1].MessageID {
		t.Fatalf("pushes: %+v", p)
	}
}

// rawConn opens a connection without an SDK: it acks nothing and stays open.
func (r *rig) rawConn() *websocket.Conn {
	r.t.Helper()
	_, out, _ := r.do("POST", openPath, obj{
		"clientId": testApp, "clientSecret": testSecret, "subscriptions": []obj{{"type": "CALLBACK", "topic": topicBot}},
	})
	address := out["endpoint"].(string) + "?ticket=" + out["ticket"].(string)
	c, _, err := websocket.DefaultDialer.Dial(address, nil) //nolint:bodyclose // a handshake: no need to close
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { _ = c.Close() })
	r.until("connection", func() bool { return len(r.sim.conns) == 1 })
	_ = c.SetReadDeadline(time.Now().Add(time.Minute))
	return c
}

func TestDisconnectedConnectionGetsNoPushes(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	c := r.rawConn()
	r.fault(obj{"disconnect": "frame"})
	var f frame
	if err := c.ReadJSON(&f); err != nil || f.Type != typeSystem || f.Data != `{"reason":"connection is expired"}` {
		t.Fatalf("frame %+v: %v", f, err)
	}
	r.say("u1", "太晚了")
	if p := r.pushes(topicBot); len(p) != 1 || p[0].Connection != "" {
		t.Fatalf("pushes: %+v", p)
	}
}

func TestPongCanBeMuted(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	c := r.rawConn()
	pongs := 0
	c.SetPongHandler(func(string) error { pongs++; return nil })
	for _, step := range []struct {
		mute bool
		want int
	}{{false, 1}, {true, 1}, {false, 2}} {
		r.fault(obj{"noPong": step.mute})
		if err := c.WriteControl(websocket.PingMessage, []byte("x"), time.Time{}); err != nil {
			t.Fatal(err)
		}
		// The server reads in order: once this ack is seen, the ping has been dealt with.
		id := r.say("u1", "x")
		var f frame
		if err := c.ReadJSON(&f); err != nil {
			t.Fatal(err)
		}
		ack := obj{"code": 200, "headers": obj{"messageId": f.Headers["messageId"]}, "message": "", "data": ""}
		if err := c.WriteJSON(ack); err != nil {
			t.Fatal(err)
		}
		r.until("ack", func() bool { p := r.sim.pushes.items[len(r.sim.pushes.items)-1]; return p.msgID == id && p.acked })
		r.say("u1", "y") // a second frame flushes a pong that came after the first
		if err := c.ReadJSON(&f); err != nil {
			t.Fatal(err)
		}
		if pongs != step.want {
			t.Fatalf("mute=%v: %d pongs, want %d", step.mute, pongs, step.want)
		}
	}
}
