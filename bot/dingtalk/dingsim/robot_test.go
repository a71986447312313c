package dingsim

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func sampleText(users ...string) obj {
	return obj{"robotCode": testApp, "userIds": users, "msgKey": "sampleText", "msgParam": `{"content":"您好"}`}
}

func TestBatchSendRules(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(c *Config) { c.QPS = -1 }).login()
	many := make([]string, 21)
	for i := range many {
		many[i] = fmt.Sprint("u", i)
	}
	for _, c := range []struct {
		name string
		set  obj
		code string
	}{
		{"no robot", obj{"robotCode": ""}, "invalidParameter.robotCode.empty"},
		{"unknown robot", obj{"robotCode": "who"}, "invalidParameter.robotCode.notExsit"},
		{"robot of another app", obj{"robotCode": "other"}, "invalidParameter.robotCode.auth"},
		{"no users", obj{"userIds": []string{}}, "invalidParameter.userIds.empty"},
		{"21 users", obj{"userIds": many}, "invalidParameter.userIds.overMax"},
		{"no key", obj{"msgKey": ""}, "invalidParameter.msgKey.empty"},
		{"unknown key", obj{"msgKey": "sampleNothing"}, "invalidParameter.msgKey.invalid"},
		{"param is an object", obj{"msgParam": obj{"content": "x"}}, "invalidParameter.msgParam.invalid"},
		{"param is not JSON", obj{"msgParam": "{"}, "invalidParameter.msgParam.invalid"},
		{"too long", obj{"msgParam": `{"content":"` + strings.Repeat("长", 5000) + `"}`}, "invalidParameter.msgParam.tooLong"},
		{"text without content", obj{"msgParam": `{}`}, "miss.param.contentOfText"},
		{"markdown without title", obj{"msgKey": "sampleMarkdown", "msgParam": `{"text":"x"}`}, "miss.param.markdownTotitle"},
		{"button without url", obj{
			"msgKey":   "sampleActionCard2",
			"msgParam": `{"title":"t","text":"x","actionTitle1":"a","actionURL1":"b","actionTitle2":"c"}`,
		}, "miss.param.actionCardTobtnsToactionUrl"},
		{
			"file without media",
			obj{"msgKey": "sampleFile", "msgParam": `{"fileName":"a.pdf","fileType":"pdf"}`},
			"miss.param.file",
		},
		{
			"unknown media",
			obj{"msgKey": "sampleFile", "msgParam": `{"mediaId":"@x","fileName":"a.pdf","fileType":"pdf"}`},
			"invalidParameter.mediaId.invalid",
		},
	} {
		body := sampleText("u1")
		for k, v := range c.set {
			body[k] = v
		}
		status, out, _ := r.do("POST", "/v1.0/robot/oToMessages/batchSend", body)
		if status != 400 || out["code"] != c.code {
			t.Errorf("%s: %d %v, want %s", c.name, status, out, c.code)
		}
	}
	out := r.ok("POST", "/v1.0/robot/oToMessages/batchSend", sampleText("u1", "nobody", "gone", "ext"))
	if fmt.Sprint(out["invalidStaffIdList"]) != "[nobody gone ext]" || out["processQueryKey"] == "" {
		t.Fatalf("invalid users: %v", out)
	}
	if m := r.inbox("u1", 0); len(m) != 1 || m[0]["msgKey"] != "sampleText" || m[0]["from"] != "bot" {
		t.Fatalf("u1 sees %v", m)
	}
}

func TestButtonsAreNormalised(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil).login()
	for key, param := range map[string]string{
		"sampleActionCard": `{"title":"t","text":"x","singleTitle":"看","singleURL":"https://a"}`,
		"sampleActionCard6": `{"title":"t","text":"x","buttonTitle1":"看","buttonUrl1":"https://a","buttonTitle2":"否",` +
			`"buttonUrl2":"dtmd://dingtalkclient/sendMessage?content=%E9%80%80+1"}`,
		"sampleActionCard3": `{"title":"t","text":"x","actionTitle1":"看","actionURL1":"https://a","actionTitle2":"b",` +
			`"actionURL2":"c","actionTitle3":"d","actionURL3":"e"}`,
	} {
		body := sampleText("u1")
		body["msgKey"], body["msgParam"] = key, param
		r.ok("POST", "/v1.0/robot/oToMessages/batchSend", body)
		b := r.last("u1")["buttons"].([]any)
		if first := b[0].(obj); first["title"] != "看" || first["url"] != "https://a" {
			t.Errorf("%s: %v", key, b)
		}
		if key != "sampleActionCard6" {
			continue
		}
		if text, ok := DTMD(b[1].(obj)["url"].(string)); !ok || text != "退 1" {
			t.Errorf("dtmd: %q %v", text, ok)
		}
	}
	for _, bad := range []string{
		"dtmd://dingtalkClient/sendMessage?content=a", "https://x",
		"dtmd://dingtalkclient/sendMessage?content=", "dtmd://dingtalkclient/sendMessage?content=%zz",
	} {
		if _, ok := DTMD(bad); ok {
			t.Errorf("accepted %s", bad)
		}
	}
}

func TestSendBySession(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	_, got := r.bot()
	r.say("u1", "开始")
	hook := recv(t, got).SessionWebhook
	for _, c := range []struct {
		name string
		body obj
		code float64
		key  string
	}{
		{"text", obj{"msgtype": "text", "text": obj{"content": "好"}}, 0, "sampleText"},
		{"markdown", obj{"msgtype": "markdown", "markdown": obj{"title": "t", "text": "x"}}, 0, "sampleMarkdown"},
		{"card", obj{"msgtype": "actionCard", "actionCard": obj{
			"title": "t", "text": "x",
			"btns": []obj{{"title": "通过", "actionURL": "https://a"}},
		}}, 0, "sampleActionCard"},
		{"empty", obj{"msgtype": "empty"}, 0, "sampleActionCard"},
		{"unknown", obj{"msgtype": "image"}, 40035, "sampleActionCard"},
		{"missing", obj{"msgtype": "markdown", "markdown": obj{"title": "t"}}, 40035, "sampleActionCard"},
	} {
		status, out, _ := r.do("POST", hook, c.body)
		if status != 200 || out["errcode"] != c.code {
			t.Errorf("%s: %d %v", c.name, status, out)
		}
		if m := r.last("u1"); m["msgKey"] != c.key {
			t.Errorf("%s: last message %v", c.name, m)
		}
	}
	if b := r.last("u1")["buttons"].([]any)[0].(obj); b["title"] != "通过" || b["url"] != "https://a" {
		t.Errorf("buttons: %v", b)
	}
	r.sim.Advance(91 * time.Minute)
	text := obj{"msgtype": "text", "text": obj{"content": "晚了"}}
	if status, out, _ := r.do("POST", hook, text); status != 200 || out["errcode"] != 300001.0 {
		t.Errorf("expired: %d %v", status, out)
	}
}

func TestReadStatusAndRecall(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil).login()
	send := func() string {
		return r.ok("POST", "/v1.0/robot/oToMessages/batchSend", sampleText("u1"))["processQueryKey"].(string)
	}
	key := send()
	status := func(key string) obj {
		_, out, _ := r.do("GET", "/v1.0/robot/oToMessages/readStatus?robotCode="+testApp+"&processQueryKey="+esc(key), nil)
		return out
	}
	state := func() any { return status(key)["messageReadInfoList"].([]any)[0].(obj)["readStatus"] }
	if state() != "UNREAD" {
		t.Error("read before anybody looked")
	}
	r.inbox("u1", 0)
	if state() != "READ" {
		t.Error("unread after the person looked")
	}
	out := r.ok("POST", "/v1.0/robot/otoMessages/batchRecall",
		obj{"robotCode": testApp, "processQueryKeys": []string{key, "no"}})
	if fmt.Sprint(out["successResult"]) != "["+key+"]" || out["failedResult"].(obj)["no"] == nil {
		t.Errorf("recall: %v", out)
	}
	if m := r.last("u1"); m["msgKey"] != "recall" || m["param"].(obj)["processQueryKey"] != key {
		t.Errorf("recall entry: %v", m)
	}
	if status(key)["sendStatus"] != "RECALLED" {
		t.Error("status after recall")
	}
	old := send()
	r.sim.Advance(25 * time.Hour)
	r.login()
	if out := status(old); out["code"] != "processQueryKey.expireTime" {
		t.Errorf("after 24 h: %v", out)
	}
}

func TestGroup(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil).login()
	_, got := r.bot()
	path := "/sim/groups/" + esc(testGroup) + "/messages"
	r.ok("POST", path, obj{"userId": "u1", "text": "查询"})
	m := recv(t, got)
	if m.Text.Content != " 查询" || m.ConversationType != "2" || m.ConversationId != testGroup || !m.IsInAtList {
		t.Fatalf("group message: %+v", m)
	}
	r.ok("POST", m.SessionWebhook, obj{"msgtype": "text", "text": obj{"content": "群里见"}})
	r.ok("POST", "/v1.0/robot/groupMessages/send", obj{
		"robotCode": testApp, "openConversationId": testGroup, "msgKey": "sampleText", "msgParam": `{"content":"再见"}`,
	})
	var seen []string
	for _, e := range r.ok("GET", path+"?after=0", nil)["messages"].([]any) {
		seen = append(seen, e.(obj)["param"].(obj)["content"].(string))
	}
	if fmt.Sprint(seen) != "[查询 群里见 再见]" {
		t.Fatalf("group sees %v", seen)
	}
	status, out, _ := r.do("POST", "/v1.0/robot/groupMessages/send", obj{
		"robotCode": testApp, "openConversationId": "cidNo", "msgKey": "sampleText", "msgParam": `{"content":"x"}`,
	})
	if status != 400 || out["code"] != "invalid.openConversationId" {
		t.Fatalf("unknown group: %d %v", status, out)
	}
	if status, _, _ := r.do("POST", path, obj{"userId": "ext", "text": "我不在群里"}); status != 404 {
		t.Fatalf("stranger in the group: %d", status)
	}
}

func TestTwoRobotsMentionedShareMsgID(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	r.ok("POST", "/sim/groups/"+esc(testGroup)+"/messages",
		obj{"userId": "u1", "text": "大家好", "apps": []string{testApp, "other"}})
	p := r.pushes(topicBot)
	if len(p) != 2 || p[0].MsgID != p[1].MsgID || p[0].App == p[1].App {
		t.Fatalf("pushes: %+v", p)
	}
}
