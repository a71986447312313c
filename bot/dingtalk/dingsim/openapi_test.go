package dingsim

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestTokenFlow(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	const who = "/topapi/v2/user/get?access_token="
	status, out, _ := r.do("POST", "/v1.0/oauth2/accessToken", obj{"appKey": testApp, "appSecret": "no"})
	if status != 400 || out["code"] != "invalidClientIdOrSecret" {
		t.Fatalf("wrong secret: %d %v", status, out)
	}
	if out := r.ok("GET", "/gettoken?appkey=x&appsecret=y", nil); out["errcode"] != 40096.0 {
		t.Fatalf("gettoken: %v", out)
	}
	r.login()
	old := r.ok("GET", "/gettoken?appkey="+testApp+"&appsecret="+testSecret, nil)
	if old["access_token"] != r.token || old["expires_in"] != 7200.0 {
		t.Fatalf("both families must share a token: %v", old)
	}
	token := r.token
	for name, c := range map[string]struct{ token, code string }{
		"missing": {"", codeMissingToken}, "wrong": {"zzz", codeBadToken},
	} {
		r.token = c.token
		status, out, _ := r.do("POST", "/v1.0/robot/oToMessages/batchSend", obj{})
		if status != 400 || out["code"] != c.code || out["requestid"] == nil {
			t.Errorf("%s token: %d %v", name, status, out)
		}
	}
	if out := r.ok("POST", who+"zzz", obj{"userid": "u1"}); out["errcode"] != 88.0 || out["sub_code"] != "40014" {
		t.Errorf("topapi: %v", out)
	}
	if out := r.ok("POST", who, obj{"userid": "u1"}); out["sub_code"] != "40000" {
		t.Errorf("topapi without token: %v", out)
	}
	if out := r.ok("POST", "/media/upload?access_token=zzz", obj{}); out["errcode"] != 40014.0 || out["sub_code"] != nil {
		t.Errorf("oapi: %v", out)
	}
	r.sim.Advance(7201 * time.Second)
	if out := r.ok("POST", who+token, obj{"userid": "u1"}); out["sub_code"] != "40014" {
		t.Errorf("expired: %v", out)
	}
	if r.login(); r.token == token {
		t.Error("an expired token came back")
	}
	r.fault(obj{"expireTokens": true})
	if status, out, _ := r.do("POST", "/v1.0/robot/oToMessages/batchSend", obj{}); status != 400 ||
		out["code"] != codeBadToken {
		t.Errorf("revoked: %d %v", status, out)
	}
}

func TestScopes(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(c *Config) { c.Apps[0].Scopes = []string{scopeRobot} }).login()
	status, out, _ := r.do("POST", "/v1.0/card/instances", obj{})
	want := `{"requiredScopes":["Card.Instance.Write"]}`
	if status != 403 || out["code"] != codeNoScope || jsonText(out["accessdenieddetail"]) != want {
		t.Fatalf("%d %v", status, out)
	}
	if out := r.ok("POST", "/topapi/v2/user/get?access_token="+r.token, obj{"userid": "u1"}); out["sub_code"] != "60011" {
		t.Fatalf("topapi: %v", out)
	}
}

func TestRateLimit(t *testing.T) {
	t.Parallel()
	frozen := time.Date(2026, 9, 1, 8, 0, 0, 0, time.UTC)
	r := newRig(t, func(c *Config) { c.Now = func() time.Time { return frozen } }).login()
	send := func() (int, obj) {
		status, out, _ := r.do("POST", "/v1.0/robot/oToMessages/batchSend", sampleText("u1"))
		return status, out
	}
	for i := range 20 {
		if status, out := send(); status != 200 {
			t.Fatalf("call %d: %d %v", i, status, out)
		}
	}
	if status, out := send(); status != 403 || out["code"] != codeQPS {
		t.Fatalf("call 21: %d %v", status, out)
	}
	for range 20 {
		r.ok("POST", "/topapi/v2/user/get?access_token="+r.token, obj{"userid": "u1"})
	}
	if out := r.ok("POST", "/topapi/v2/user/get?access_token="+r.token, obj{"userid": "u1"}); out["sub_code"] != "90018" {
		t.Fatalf("topapi: %v", out)
	}
	r.sim.Advance(time.Second)
	if status, _ := send(); status != 200 {
		t.Fatal("the next second is still blocked")
	}
}

func TestUnknownPaths(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil).login()
	if out := r.ok("POST", "/v1.0/nothing", obj{}); out["errcode"] != 404.0 || out["errmsg"] != "请求的URI地址不存在" {
		t.Errorf("api: %v", out)
	}
	if out := r.ok("POST", "/topapi/nothing", obj{}); out["errcode"] != 22.0 {
		t.Errorf("topapi: %v", out)
	}
	if status, _, raw := r.do("GET", "/", nil); status != 200 || !strings.Contains(string(raw), "<") {
		t.Errorf("page: %d %s", status, raw)
	}
	calls := r.ok("GET", "/sim/calls?after=0", nil)
	list := calls["calls"].([]any)
	if got := list[len(list)-1].(obj); got["code"] != "22" || got["path"] != "/topapi/nothing" {
		t.Errorf("calls: %v", got)
	}
}

func TestFaultsOfOpenAPI(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil).login()
	const path = "/v1.0/robot/oToMessages/batchSend"
	send := func() (int, obj, []byte) { return r.do("POST", path, sampleText("u1")) }
	r.fault(obj{"rate5xx": 1, "path": "batchSend"})
	if status, out, _ := send(); status != 500 || out["code"] != codeBusy {
		t.Errorf("5xx: %d %v", status, out)
	}
	if out := r.ok("POST", "/topapi/v2/user/get?access_token="+r.token, obj{"userid": "u1"}); out["errcode"] != 0.0 {
		t.Errorf("the path filter leaks: %v", out)
	}
	r.fault(obj{"rate5xx": 0, "rate429": 1})
	if status, out, _ := send(); status != 403 || out["code"] != codeQPS {
		t.Errorf("429: %d %v", status, out)
	}
	r.fault(obj{"rate429": 0, "banPage": true})
	if _, out, raw := send(); out != nil || !strings.HasPrefix(string(raw), "<html>") {
		t.Errorf("ban: %s", raw)
	}
	r.fault(obj{"banPage": false, "lostAnswer": 1})
	if status, _, _ := send(); status != 504 {
		t.Errorf("lost answer: %d", status)
	}
	if list := r.inbox("u1", 0); len(list) != 1 {
		t.Errorf("only the lost answer takes effect, got %d", len(list))
	}
	for name, bad := range map[string]obj{
		"rate": {"rate5xx": 2}, "delay": {"delay": "soon"}, "name": {"rate500": 1}, "how": {"disconnect": "softly"},
	} {
		if status, out, _ := r.do("POST", "/sim/faults", bad); status != 400 || out["error"] == "" {
			t.Errorf("%s: %d %v", name, status, out)
		}
	}
}

func TestContacts(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil).login()
	ask := func(path string, body obj) obj {
		return r.ok("POST", "/topapi/"+path+"?access_token="+r.token, body)
	}
	u := ask("v2/user/get", obj{"userid": "u1"})["result"].(obj)
	if u["unionid"] != "un1" || u["active"] != true || u["mobile"] != "13800000001" ||
		fmt.Sprint(u["dept_id_list"]) != "[1 20]" {
		t.Errorf("user: %v", u)
	}
	if u := ask("v2/user/get", obj{"userid": "u2"})["result"].(obj); u["mobile"] != nil || u["admin"] != true {
		t.Errorf("unset fields must be absent: %v", u)
	}
	if u := ask("v2/user/get", obj{"userid": "gone"})["result"].(obj); u["active"] != false {
		t.Errorf("inactive: %v", u)
	}
	if out := ask("user/getbyunionid", obj{"unionid": "un2"}); out["result"].(obj)["userid"] != "u2" {
		t.Errorf("by union id: %v", out)
	}
	if out := ask("v2/user/getbymobile", obj{"mobile": "13800000001"}); out["result"].(obj)["userid"] != "u1" {
		t.Errorf("by mobile: %v", out)
	}
	if out := ask("user/listid", obj{"dept_id": 20}); fmt.Sprint(out["result"].(obj)["userid_list"]) != "[u1]" {
		t.Errorf("list: %v", out)
	}
	if out := ask("v2/department/listsub", obj{"dept_id": 1}); out["result"].([]any)[0].(obj)["name"] != "数学学院" {
		t.Errorf("departments: %v", out)
	}
	if out := ask("user/listid", obj{"dept_id": 99}); out["errcode"] != 60003.0 {
		t.Errorf("unknown department: %v", out)
	}
	r.ok("POST", "/sim/users/u1/leave", obj{})
	if out := ask("v2/user/get", obj{"userid": "u1"}); out["errcode"] != 60121.0 {
		t.Errorf("departed: %v", out)
	}
	if p := r.pushes(topicAllEvents); len(p) != 2 || p[0].Type != typeEvent {
		t.Errorf("user_leave_org must reach both apps: %+v", p)
	}
}

func TestTodo(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil).login()
	const path = "/v1.0/todo/users/un2/tasks"
	body := obj{
		"sourceId": "req-1", "subject": "审核", "executorIds": []string{"un2"},
		"detailUrl": obj{"appUrl": "https://example.org/1"},
	}
	id, _ := r.ok("POST", path, body)["id"].(string)
	if status, out, _ := r.do("POST", path, body); status != 400 || out["message"] != "task exist" {
		t.Errorf("same sourceId: %d %v", status, out)
	}
	delete(body, "detailUrl")
	if status, out, _ := r.do("POST", path, body); status != 400 || out["code"] != todoCreateError {
		t.Errorf("without detailUrl: %d %v", status, out)
	}
	query := func() int {
		return len(r.ok("POST", "/v1.0/todo/users/un2/org/tasks/query", obj{"isDone": false})["todoCards"].([]any))
	}
	if query() != 1 {
		t.Error("the task is not listed")
	}
	r.ok("PUT", path+"/"+id+"/executorStatus", obj{"executorStatusList": []obj{{"id": "un2", "isDone": true}}})
	if query() != 0 {
		t.Error("a finished task is still open")
	}
	r.ok("DELETE", path+"/"+id, nil)
	if status, _, _ := r.do("PUT", path+"/"+id, obj{"done": true}); status != 400 {
		t.Error("a deleted task can be changed")
	}
}
