package dingtalk

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Kind says what to do about a failed call.
type Kind string

// The kinds. Unreachable means that the outcome is unknown.
const (
	Throttled   Kind = "throttled"   // wait, then try again
	QuotaUsed   Kind = "quota_used"  // the organisation's monthly quota
	Busy        Kind = "busy"        // DingTalk's side, try again
	Unreachable Kind = "unreachable" // network, timeout, unreadable answer
	Denied      Kind = "denied"      // a scope or a setting is missing; the operator must act
	Expired     Kind = "expired"     // session webhook or download code
	Absent      Kind = "absent"      // the person is not in the organisation
	Invalid     Kind = "invalid"     // will never work as it is
)

// Error is a call that DingTalk refused or that did not reach it.
type Error struct {
	Path    string
	Status  int
	Code    string
	Message string
	Scopes  []string // Denied: the scopes to apply for
	Kind    Kind
	cause   error
}

// Error names the call, the code and DingTalk's own words; never an address or a token.
func (e *Error) Error() string {
	s := fmt.Sprintf("dingtalk %s: %s", e.Path, e.Kind)
	if e.Code != "" {
		s += " " + e.Code
	}
	if e.Message != "" {
		s += ": " + e.Message
	}
	if len(e.Scopes) > 0 {
		s += " (missing scopes: " + strings.Join(e.Scopes, ", ") + ")"
	}
	if e.cause != nil {
		s += ": " + e.cause.Error()
	}
	return s
}

// Unwrap returns the network error behind an unreachable call.
func (e *Error) Unwrap() error { return e.cause }

// RetryAfter returns how long to wait before trying again, and false when that
// would not help.
func (e *Error) RetryAfter() (time.Duration, bool) {
	switch e.Kind {
	case Throttled:
		return 5 * time.Second, true
	case QuotaUsed:
		return time.Hour, true
	case Busy, Unreachable:
		return 2 * time.Second, true
	case Denied:
		return 10 * time.Minute, true
	}
	return 0, false
}

// Is lets errors.Is match on the kind: errors.Is(err, &Error{Kind: Expired}).
func (e *Error) Is(target error) bool {
	var t *Error
	return errors.As(target, &t) && t.Kind == e.Kind && t.Path == ""
}

func (e *Error) tokenInvalid() bool {
	return slices.Contains([]string{"InvalidAuthentication", "40014", "42001", "40001"}, e.Code)
}

// answer is what a refusal may look like in either family.
type answer struct {
	Code    string          `json:"code"`
	Message string          `json:"message"`
	Errcode json.RawMessage `json:"errcode"` // a number, in old samples a string
	Errmsg  string          `json:"errmsg"`
	SubCode string          `json:"sub_code"`
	SubMsg  string          `json:"sub_msg"`
	Detail  struct {
		Scopes []string `json:"requiredScopes"`
	} `json:"accessdenieddetail"`
}

// readError returns the error in an answer, or nil when the call succeeded.
func readError(path string, status int, h http.Header, body []byte) *Error {
	var a answer
	if err := json.Unmarshal(body, &a); err != nil {
		if status == http.StatusOK && isJSON(h) {
			return nil // an array or similar: the caller decodes it
		}
		kind := Busy // an IP ban answers with a page instead of JSON
		if status < 500 {
			kind = Throttled
		}
		return &Error{Path: path, Status: status, Kind: kind, Message: "answer is not JSON"}
	}
	e := &Error{Path: path, Status: status, Code: a.Code, Message: a.Message, Scopes: a.Detail.Scopes}
	if old := strings.Trim(string(a.Errcode), `"`); old != "" && old != "0" {
		e.Code, e.Message = old, a.Errmsg
		if a.SubCode != "" { // 88 alone only says "authentication"; the sub code tells
			e.Code, e.Message = a.SubCode, a.SubMsg
		}
	} else if status == http.StatusOK {
		return nil
	}
	e.Kind = classify(status, e.Code)
	return e
}

func classify(status int, code string) Kind {
	switch code {
	case "90018", "90002", "90006", "90019", "send.too.fast", "send.byToken.tooFast", "too.many.people", "too.many.group",
		"410100", "130101", "660026":
		return Throttled
	case "90020":
		return QuotaUsed
	case "60011", "60020", "40096", "invalidClientIdOrSecret", "chatbotId.notAllow.sendOTO":
		return Denied
	case "300001", "invalidParameter.robotCode.downloadCode":
		return Expired
	case "33012", "60121", "staffId.notExisted":
		return Absent
	case "-1", "15", "88", "system.error", "system.busy":
		return Busy
	}
	switch {
	case strings.HasPrefix(code, "Forbidden.AccessDenied.Qps"), strings.HasPrefix(code, "Forbidden.AccessDenied.Qpm"),
		status == http.StatusTooManyRequests:
		return Throttled
	case code == "Forbidden.AccessDenied.ApiCountLimitForOrg":
		return QuotaUsed
	case status == http.StatusForbidden:
		return Denied
	case status >= 500:
		return Busy
	}
	return Invalid
}

// undelivered is the error for a 200 answer that lists a receiver as not reached.
func undelivered(path, code string, kind Kind, n int) *Error {
	return &Error{
		Path: path, Status: http.StatusOK, Code: code, Kind: kind,
		Message: strconv.Itoa(n) + " receivers not reached",
	}
}
