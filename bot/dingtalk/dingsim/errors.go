package dingsim

import (
	"encoding/json"
	"net/http"
	"strconv"
)

// Documented codes of the new API.
const (
	codeMissingToken = "AuthenticationFailed.MissingParameter"
	codeBadToken     = "InvalidAuthentication"
	codeNoScope      = "Forbidden.AccessDenied.AccessTokenPermissionDenied"
	codeQPS          = "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi"
	codeBusy         = "system.busy"
)

const (
	msgBadToken = "不合法的access_token"
	msgNoScope  = "没有调用该接口的权限，接口权限申请参考：https://open.dingtalk.com/document/orgapp-server/add-api-permission"
	msgQPS      = "您的企业应用调用钉钉开放平台当前接口的所有请求都被暂时禁用了"
)

// errControl is a mistake in a control request; its text is shown to people.
type errControl string

func (e errControl) Error() string { return string(e) }

// reply is the answer of one OpenAPI call before it is written.
type reply struct {
	status int
	code   string // for the call log: "" = success
	body   map[string]any
	html   string // instead of body
}

func ok(body map[string]any) reply { return reply{status: http.StatusOK, body: body} }

// okOld is a success of the old API (documented: errcode 0 in HTTP 200).
func (c *call) okOld(fields map[string]any) reply {
	body := map[string]any{"errcode": 0, "errmsg": "ok", "request_id": c.reqID}
	for k, v := range fields {
		body[k] = v
	}
	return ok(body)
}

// fail is an error of the new API; the keys are lower case on the wire (documented).
func (c *call) fail(status int, code, message string) reply {
	return reply{status: status, code: code, body: map[string]any{
		"code": code, "message": message, "requestid": c.reqID,
	}}
}

// bad is a 400 of the new API.
func (c *call) bad(code, message string) reply {
	return c.fail(http.StatusBadRequest, code, message)
}

// badCode is a card error, whose message repeats the code (documented).
func (c *call) badCode(code string) reply { return c.bad(code, code) }

// failOld is an error of the old API: always HTTP 200 (documented).
func (c *call) failOld(errcode int, errmsg string) reply {
	return reply{status: http.StatusOK, code: strconv.Itoa(errcode), body: map[string]any{
		"errcode": errcode, "errmsg": errmsg, "request_id": c.reqID,
	}}
}

// failSub is errcode 88 with a sub code, the wrapped form of /topapi paths (documented).
func (c *call) failSub(sub, msg string) reply {
	return reply{status: http.StatusOK, code: "88/" + sub, body: map[string]any{
		"errcode": 88, "sub_code": sub, "sub_msg": msg, "request_id": c.reqID,
		"errmsg": "ding talk error[subcode=" + sub + ",submsg=" + msg + "]",
	}}
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json;charset=utf-8")
	w.WriteHeader(status)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(v) // the client is gone if this fails
}

func writeError(w http.ResponseWriter, status int, msg string) {
	writeJSON(w, status, map[string]string{"error": msg})
}
