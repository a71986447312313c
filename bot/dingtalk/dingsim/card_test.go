package dingsim

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	sdkcard "github.com/open-dingtalk/dingtalk-stream-sdk-go/card"
	"github.com/open-dingtalk/dingtalk-stream-sdk-go/client"
)

func cardTo(track, space string, params obj) obj {
	return obj{
		"cardTemplateId": testCard, "outTrackId": track, "callbackType": "STREAM",
		"cardData": obj{"cardParamMap": params}, "openSpaceId": space,
		"imRobotOpenSpaceModel": obj{"supportForward": false}, "imRobotOpenDeliverModel": obj{"spaceType": "IM_ROBOT"},
		"imGroupOpenSpaceModel": obj{"supportForward": false}, "imGroupOpenDeliverModel": obj{"robotCode": testApp},
	}
}

const createPath = "/v1.0/card/instances/createAndDeliver"

func TestCardRules(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(c *Config) { c.QPS = -1 }).login()
	r.ok("POST", createPath, cardTo("used", "dtv1.card//IM_ROBOT.u1", obj{"title": "t"}))
	for _, c := range []struct {
		name string
		set  obj
		code string
	}{
		{"no track", obj{"outTrackId": ""}, "param.outTrackIdEmpty"},
		{"track again", obj{"outTrackId": "used"}, "param.cardAlreadyExist"},
		{"no template", obj{"cardTemplateId": ""}, "param.cardTemplateIdEmpty"},
		{"unknown template", obj{"cardTemplateId": "x"}, "param.templateNotExist"},
		{"draft", obj{"cardTemplateId": "draft.schema"}, "param.templateUnpublished"},
		{"number as value", obj{"cardData": obj{"cardParamMap": obj{"a": 1}}}, "param.invalid"},
		{"no data", obj{"cardData": nil}, "param.cardPublicDataEmpty"},
		{"no space", obj{"openSpaceId": ""}, "param.openSpaceIdEmpty"},
		{"bad space", obj{"openSpaceId": "IM_ROBOT.u1"}, "param.openSpaceIdInvalid"},
		{"no deliver model", obj{"imRobotOpenDeliverModel": nil}, "param.openDeliverModelEmpty"},
		{"unknown private user", obj{"privateData": obj{"x": obj{"cardParamMap": obj{}}}}, "param.userIdNotExist"},
	} {
		body := cardTo("fresh", "dtv1.card//IM_ROBOT.u1", obj{"title": "t"})
		for k, v := range c.set {
			body[k] = v
		}
		status, out, _ := r.do("POST", createPath, body)
		if status != 400 || out["code"] != c.code || out["message"] != c.code {
			t.Errorf("%s: %d %v, want %s", c.name, status, out, c.code)
		}
	}
	result := func(body obj) obj {
		out := r.ok("POST", createPath, body)["result"].(obj)
		return out["deliverResults"].([]any)[0].(obj)
	}
	if d := result(cardTo("a", "dtv1.card//im_robot.nobody", obj{})); d["success"] != false ||
		d["errorMsg"] != illegalSpace {
		t.Errorf("unknown user: %v", d)
	}
	body := cardTo("b", "dtv1.card//IM_ROBOT.u1", obj{})
	delete(body, "imRobotOpenSpaceModel")
	if d := result(body); d["success"] != false || d["errorMsg"] != "spaces of card is empty" {
		t.Errorf("no space model: %v", d)
	}
	if d := result(cardTo("c", "dtv1.card//IM_GROUP."+testGroup, obj{})); d["success"] != true || d["carrierId"] == "" {
		t.Errorf("group: %v", d)
	}
}

func TestCardLifeCycle(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil).login()
	r.ok("POST", "/v1.0/card/instances", cardTo("k1", "", obj{
		"title": "审核", "body": "张三", "reqId": "42", "status": "", "moreTitle": "查看",
		"form": `{"fields":[{"name":"reason","type":"TEXT_AREA"}]}`, "formBtn": "提交",
	}))
	out := r.ok("POST", "/v1.0/card/instances/deliver", cardTo("k1", "dtv1.card//IM_ROBOT.u1;IM_ROBOT.u2", nil))
	if n := len(out["result"].([]any)); n != 2 {
		t.Fatalf("deliveries: %v", out)
	}
	c := r.last("u1")
	if c["msgKey"] != "card" || jsonText(c["layout"]) != `[{"kind":"title","text":"审核"},{"kind":"markdown","text":"张三"}]` {
		t.Fatalf("card: %v", c)
	}
	b := c["buttons"].([]any)
	if len(b) != 2 || jsonText(b[0].(obj)["params"]) != `{"action":"agree","id":"42"}` || b[1].(obj)["title"] != "查看" ||
		c["form"].(obj)["fields"] == nil || c["formButton"] != "提交" {
		t.Fatalf("buttons: %v form %v", b, c["form"])
	}
	update := func(params obj, byKey bool) {
		r.ok("PUT", "/v1.0/card/instances", obj{
			"outTrackId": "k1", "cardData": obj{"cardParamMap": params}, "cardUpdateOptions": obj{"updateCardDataByKey": byKey},
		})
	}
	update(obj{"body": "李四"}, true)
	if c := r.last("u2"); c["msgKey"] != "cardUpdate" || jsonText(c["params"]) == "" ||
		c["params"].(obj)["title"] != "审核" || c["params"].(obj)["body"] != "李四" {
		t.Fatalf("update by key: %v", c)
	}
	update(obj{"status": "done"}, false)
	if c := r.last("u1"); jsonText(c["params"]) != `{"status":"done"}` || len(c["buttons"].([]any)) != 1 ||
		c["form"] != nil {
		t.Fatalf("overwrite: %v", c)
	}
	if status, out, _ := r.do("PUT", "/v1.0/card/instances", obj{"outTrackId": "no", "cardData": obj{}}); status != 400 ||
		out["code"] != "param.cardNotExist" {
		t.Fatalf("unknown card: %d %v", status, out)
	}
	if status, out, _ := r.do("PUT", "/v1.0/card/instances", obj{"outTrackId": "k1"}); status != 400 ||
		out["code"] != "param.cardDataAndPrivateDataBothEmpty" {
		t.Fatalf("empty update: %d %v", status, out)
	}
}

// cardBot answers clicks with handler.
func (r *rig) cardBot(handler sdkcard.ICardCallbackHandler) {
	r.t.Helper()
	cli := client.NewStreamClient(
		client.WithAppCredential(client.NewAppCredentialConfig(testApp, testSecret)),
		client.WithOpenApiHost(r.url))
	cli.RegisterCardCallbackRouter(handler)
	if err := cli.Start(r.t.Context()); err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(cli.Close)
	r.until("connection", func() bool { return len(r.sim.conns) > 0 })
}

func TestClickReachesOnlyTheClicker(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil).login()
	seen := make(chan *sdkcard.CardRequest, 5)
	r.cardBot(func(_ context.Context, q *sdkcard.CardRequest) (*sdkcard.CardResponse, error) {
		seen <- q
		return &sdkcard.CardResponse{
			CardUpdateOptions: &sdkcard.CardUpdateOptions{UpdateCardDataByKey: true, UpdatePrivateDataByKey: true},
			CardData:          &sdkcard.CardDataDto{CardParamMap: map[string]string{"status": "处理中"}},
			UserPrivateData:   &sdkcard.CardDataDto{CardParamMap: map[string]string{"mine": "1"}},
		}, nil
	})
	r.ok("POST", createPath, cardTo("k2", "dtv1.card//IM_ROBOT.u1;IM_ROBOT.u2",
		obj{"title": "t", "reqId": "9", "status": ""}))
	out := r.ok("POST", "/sim/cards/k2/actions", obj{"userId": "u1", "actionId": "agree"})
	q := recv(t, seen)
	if q.UserId != "u1" || q.OutTrackId != "k2" || q.SpaceType != "im" || q.GetActionString("id") != "9" ||
		q.CardActionData.CardPrivateData.ActionIdList[0] != "agree" {
		t.Fatalf("callback: %+v", q)
	}
	if out["ok"] != true || out["response"].(obj)["cardData"] == nil {
		t.Fatalf("answer: %v", out)
	}
	if c := r.last("u1"); c["msgKey"] != "cardUpdate" ||
		jsonText(c["params"]) != `{"mine":"1","reqId":"9","status":"处理中","title":"t"}` {
		t.Fatalf("the clicker sees %v", c)
	}
	if list := r.inbox("u2", 0); len(list) != 1 || list[0]["params"].(obj)["status"] != "" {
		t.Fatalf("the other person sees %v", list)
	}
	r.ok("PUT", "/v1.0/card/instances", obj{ // another variable: each keeps his own status
		"outTrackId": "k2", "cardData": obj{"cardParamMap": obj{"body": "新"}},
		"cardUpdateOptions": obj{"updateCardDataByKey": true},
	})
	for id, want := range map[string]string{"u1": "处理中", "u2": ""} {
		if p := r.last(id)["params"].(obj); p["status"] != want || p["body"] != "新" {
			t.Errorf("%s sees %v", id, p)
		}
	}
	r.ok("PUT", "/v1.0/card/instances", obj{
		"outTrackId": "k2", "cardData": obj{"cardParamMap": obj{"status": "已通过"}},
		"cardUpdateOptions": obj{"updateCardDataByKey": true},
	})
	for _, id := range []string{"u1", "u2"} {
		if c := r.last(id); c["params"].(obj)["status"] != "已通过" {
			t.Errorf("%s sees %v", id, c)
		}
	}
	form := obj{"form": obj{"level": obj{"index": 0, "value": "1"}}}
	r.ok("POST", "/sim/cards/k2/actions", obj{"userId": "u2", "actionId": "form", "params": form})
	if q := recv(t, seen); fmt.Sprint(q.CardActionData.CardPrivateData.Params["form"]) != "map[level:map[index:0 "+
		"value:1]]" {
		t.Fatalf("form: %+v", q)
	}
}

func TestClickRefusals(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(c *Config) { c.ClickLimit = 50 * time.Millisecond }).login() // nobody answers in time
	click := func(track, user string, force bool) (int, obj) {
		status, out, _ := r.do("POST", "/sim/cards/"+track+"/actions",
			obj{"userId": user, "actionId": "agree", "force": force})
		return status, out
	}
	r.ok("POST", createPath, cardTo("k3", "dtv1.card//IM_ROBOT.u1", obj{"title": "t"}))
	quiet := cardTo("k4", "dtv1.card//IM_ROBOT.u1", obj{"title": "t"})
	delete(quiet, "callbackType")
	r.ok("POST", createPath, quiet)
	for _, c := range []struct {
		track, user string
		force       bool
		status      int
	}{
		{"none", "u1", false, 404},
		{"k3", "u2", false, 404},
		{"k3", "u2", true, 409},
		{"k3", "u1", false, 409},
		{"k4", "u1", false, 409},
	} {
		if status, out := click(c.track, c.user, c.force); status != c.status ||
			!strings.Contains(fmt.Sprint(out["error"]), "(") {
			t.Errorf("%+v: %d %v", c, status, out)
		}
	}
	r.cardBot(func(ctx context.Context, _ *sdkcard.CardRequest) (*sdkcard.CardResponse, error) {
		<-ctx.Done() // never in time
		return nil, ctx.Err()
	})
	if status, _ := click("k3", "u1", false); status != 504 {
		t.Fatalf("slow answer: %d", status)
	}
	if n := len(r.inbox("u1", 0)); n != 2 {
		t.Fatalf("a click without answer changed something: %d entries", n)
	}
}
