package dingsim

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

func TestOfficialSDKGetsTextAndAcks(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	_, got := r.bot()
	id := r.say("u1", "你好")
	m := recv(t, got)
	if m.MsgId != id || m.Text.Content != "你好" || m.SenderStaffId != "u1" || m.ConversationType != "1" ||
		m.RobotCode != testApp || m.SessionWebhookExpiredTime-m.CreateAt != 5_400_000 {
		t.Fatalf("message: %+v", m)
	}
	r.until("ack", func() bool { return r.sim.pushes.items[0].acked })
	if p := r.pushes(topicBot); len(p) != 1 || p[0].AckCode != 200 || p[0].Late {
		t.Fatalf("pushes: %+v", p)
	}
	if own := r.last("u1"); own["from"] != "user" || own["msgKey"] != "text" || own["param"].(obj)["content"] != "你好" {
		t.Fatalf("own message: %v", own)
	}
}

func TestPingEchoIsChecked(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(c *Config) { c.PingEvery = 20 * time.Millisecond })
	r.bot()
	r.until("ping ack", func() bool {
		for _, p := range r.sim.pushes.items {
			if p.topic == topicPing && p.acked {
				return true
			}
		}
		return false
	})
	if p := r.pushes(topicPing)[0]; p.Note != "" || p.Type != typeSystem {
		t.Fatalf("ping: %+v", p)
	}
}

func TestDisconnectFrameMakesSDKReconnect(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	_, got := r.bot()
	r.fault(obj{"disconnect": "frame"})
	r.until("second connection", func() bool {
		if r.sim.opened < 2 || len(r.sim.conns) == 0 {
			return false
		}
		for _, c := range r.sim.conns {
			if !c.draining {
				return true
			}
		}
		return false
	})
	if p := r.pushes(topicDisconnect); len(p) != 1 || p[0].AckCode != 200 {
		t.Fatalf("disconnect: %+v", p)
	}
	r.say("u1", "还在吗")
	recv(t, got)
}

func TestDuplicateDeliveryKeepsMsgID(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	_, got := r.bot()
	r.ok("POST", "/sim/users/u1/messages", obj{"text": "两次", "deliveries": 2})
	if a, b := recv(t, got), recv(t, got); a.MsgId != b.MsgId {
		t.Fatalf("msgId %q and %q", a.MsgId, b.MsgId)
	}
	if p := r.pushes(topicBot); len(p) != 2 || p[0].MessageID == p[1].MessageID || p[0].MsgID != p[1].MsgID {
		t.Fatalf("pushes: %+v", p)
	}
}

func TestUnackedMessageIsRedelivered(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	_, got := r.bot()
	r.fault(obj{"dropAcks": 1})
	id := r.say("u1", "没有确认")
	recv(t, got)
	r.until("dropped ack", func() bool { return r.sim.pushes.items[0].note != "" })
	r.ok("DELETE", "/sim/faults", nil)
	r.sim.Advance(59 * time.Second)
	r.settle()
	if p := r.pushes(topicBot); len(p) != 1 {
		t.Fatalf("redelivered before 60 s: %+v", p)
	}
	r.sim.Advance(2 * time.Second)
	if again := recv(t, got); again.MsgId != id {
		t.Fatalf("msgId %q, want %q", again.MsgId, id)
	}
	r.until("second ack", func() bool { return len(r.sim.pushes.items) == 2 && r.sim.pushes.items[1].acked })
	p := r.pushes(topicBot)
	if p[0].MessageID == p[1].MessageID || p[1].Attempt != 2 {
		t.Fatalf("pushes: %+v", p)
	}
	r.sim.Advance(time.Hour)
	r.settle()
	if n := len(r.pushes(topicBot)); n != 2 {
		t.Fatalf("%d pushes after the ack", n)
	}
}

func TestTwoConnectionsShare(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	_, a := r.bot()
	_, b := r.bot()
	r.until("two connections", func() bool { return len(r.sim.conns) == 2 })
	for range 40 {
		r.say("u1", "分给谁")
	}
	r.until("all acks", func() bool {
		n := 0
		for _, p := range r.sim.pushes.items {
			if p.acked {
				n++
			}
		}
		return n == 40
	})
	if len(a) == 0 || len(b) == 0 || len(a)+len(b) != 40 {
		t.Fatalf("shares %d and %d", len(a), len(b))
	}
}

func TestTicketRules(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	open := func(id, secret string) (int, obj) {
		status, out, _ := r.do("POST", openPath, obj{
			"clientId": id, "clientSecret": secret, "extras": nil, "novelty": 1,
			"subscriptions": []obj{{"type": "CALLBACK", "topic": topicBot}},
		})
		return status, out
	}
	if status, out := open(testApp, "wrong"); status != 401 || out["code"] != "authFailed" || out["requestid"] == "" {
		t.Fatalf("wrong secret: %d %v", status, out)
	}
	dial := func(out obj) (*websocket.Conn, int) {
		address := out["endpoint"].(string) + "?ticket=" + out["ticket"].(string)
		c, resp, err := websocket.DefaultDialer.Dial(address, nil) //nolint:bodyclose // a handshake: no need to close
		if err != nil {
			return nil, resp.StatusCode
		}
		t.Cleanup(func() { _ = c.Close() })
		return c, 101
	}
	_, out := open(testApp, testSecret)
	c, code := dial(out)
	if code != 101 {
		t.Fatalf("first use: %d", code)
	}
	if _, code := dial(out); code != 401 {
		t.Fatalf("second use: %d", code)
	}
	_, late := open(testApp, testSecret)
	r.sim.Advance(91 * time.Second)
	if _, code := dial(late); code != 401 {
		t.Fatalf("expired ticket: %d", code)
	}
	r.say("u1", "原始帧")
	var f struct {
		SpecVersion, Type string
		Headers           map[string]string
		Data              string
	}
	_ = c.SetReadDeadline(time.Now().Add(5 * time.Second))
	_, raw, err := c.ReadMessage()
	if err != nil || json.Unmarshal(raw, &f) != nil {
		t.Fatalf("frame %s: %v", raw, err)
	}
	for _, h := range []string{"appId", "connectionId", "contentType", "messageId", "time", "topic"} {
		if f.Headers[h] == "" {
			t.Errorf("header %s is missing", h)
		}
	}
	if f.SpecVersion != "1.0" || f.Type != "CALLBACK" || !json.Valid([]byte(f.Data)) {
		t.Fatalf("frame %s", raw)
	}
}

func TestNoConnectionDropsMessage(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	r.say("u1", "没人听")
	p := r.pushes(topicBot)
	if len(p) != 1 || p[0].Connection != "" || !strings.Contains(p[0].Note, "dropped") {
		t.Fatalf("pushes: %+v", p)
	}
	_, got := r.bot()
	r.sim.Advance(2 * time.Minute)
	r.settle()
	if len(got) != 0 {
		t.Fatal("a message without a connection was queued")
	}
}

func TestSecondAppIsSeparate(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	_, got := r.bot()
	r.ok("POST", "/sim/users/u1/messages", obj{"text": "给别人", "app": "other"})
	r.say("u1", "给你")
	if m := recv(t, got); m.Text.Content != "给你" {
		t.Fatalf("got %q", m.Text.Content)
	}
}

func TestCloseTwiceAndSameSeed(t *testing.T) {
	t.Parallel()
	ids := func() string {
		r := newRig(t, nil)
		defer r.sim.Close()
		return r.say("u1", "a") + r.say("u1", "b")
	}
	if a, b := ids(), ids(); a != b {
		t.Fatalf("same seed, other ids: %s %s", a, b)
	}
	s := New(Config{})
	s.Close()
	s.Close()
}
