package dingsim

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// family is one of the path families with their own error shapes.
type family int

const (
	newAPI family = iota // api.dingtalk.com: bare objects, real status codes
	topAPI               // oapi …/topapi/: HTTP 200, errors wrapped in errcode 88
	oldAPI               // other oapi paths: HTTP 200, plain errcode
)

// maxAPIBody is above the largest documented upload (20 MB) so that its size is judged by rule.
const maxAPIBody = 25 << 20

// route is one OpenAPI call.
type route struct {
	method, path string // path segments in {} are variables
	family       family
	open         bool   // no access token needed
	scope        string // permission needed; "" = none
	counted      bool   // counts against the monthly quota (documented list)
	run          func(*call) reply
}

// call is one request in progress.
type call struct {
	s     *Sim
	r     *http.Request
	route route
	app   *App
	vars  map[string]string
	body  []byte
	base  string
	reqID string
	form  map[string]any // decoded body of the old API
}

// callRecord is one line of GET /sim/calls; it never holds bodies, queries or tokens.
type callRecord struct {
	Seq     int64  `json:"seq"`
	Time    string `json:"time"`
	App     string `json:"app"`
	Method  string `json:"method"`
	Path    string `json:"path"`
	Status  int    `json:"status"`
	Code    string `json:"code"`
	Counted bool   `json:"counted"`
}

// serveOpenAPI answers one call and logs it.
func (s *Sim) serveOpenAPI(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxAPIBody))
	s.mu.Lock()
	c := &call{s: s, r: r, body: body, base: s.base(r), reqID: strings.ToUpper(s.uuidLocked())}
	s.mu.Unlock()
	var a reply
	switch {
	case err != nil:
		a = c.fail(http.StatusRequestEntityTooLarge, "requestEntityTooLarge", "请求体过大") // invented
	case !s.match(c):
		a = s.unknownPath(c)
	default:
		a = s.answer(c)
	}
	s.logCall(c, a)
	h := w.Header()
	h.Set("Server", "DingTalk/1.0.0")
	h.Set("x-acs-request-id", c.reqID)
	if a.html != "" {
		h.Set("Content-Type", "text/html;charset=utf-8")
		w.WriteHeader(a.status)
		_, _ = io.WriteString(w, a.html)
		return
	}
	writeJSON(w, a.status, a.body)
}

// match finds the route of a request.
func (s *Sim) match(c *call) bool {
	parts := strings.Split(c.r.URL.EscapedPath(), "/") // ids may hold an escaped slash
	for _, rt := range s.routes {
		if rt.method != c.r.Method {
			continue
		}
		if vars, ok := matchPath(strings.Split(rt.path, "/"), parts); ok {
			c.route, c.vars = rt, vars
			return true
		}
	}
	return false
}

func matchPath(pattern, parts []string) (map[string]string, bool) {
	if len(pattern) != len(parts) {
		return nil, false
	}
	vars := map[string]string{}
	for i, p := range pattern {
		if !strings.HasPrefix(p, "{") {
			if p != parts[i] {
				return nil, false
			}
			continue
		}
		v, err := url.PathUnescape(parts[i])
		if err != nil || v == "" {
			return nil, false
		}
		vars[strings.Trim(p, "{}")] = v
	}
	return vars, true
}

// unknownPath: documented shapes. They are logged as errors, because an endpoint that the
// simulator lacks must be noticed in a test and not look like a quiet success.
func (s *Sim) unknownPath(c *call) reply {
	s.log.Error("OpenAPI path is not simulated", "method", c.r.Method, "path", c.r.URL.Path)
	if strings.HasPrefix(c.r.URL.Path, "/topapi/") {
		return c.failOld(22, "Invalid method")
	}
	return reply{status: http.StatusOK, code: "404", body: map[string]any{
		"errcode": 404, "errmsg": "请求的URI地址不存在",
	}}
}

// answer runs the checks in the order gateway fault, token, scope, rate, call.
func (s *Sim) answer(c *call) reply {
	f := s.faultsFor(c)
	if f.ban {
		return banned()
	}
	if f.broken {
		return c.busy()
	}
	if !c.route.open {
		if bad, failed := s.authorise(c); failed {
			return bad
		}
	}
	if c.route.family == newAPI && len(c.body) > 0 && !isJSON(c.r) {
		// Seen on the live service: form bodies are not read.
		return c.bad("Missingbody", "body is mandatory for this action.")
	}
	if f.throttle || s.overRate(c) {
		return c.tooFast()
	}
	if c.route.family == topAPI {
		c.form = decodeOld(c.r, c.body)
	}
	a := c.route.run(c)
	if f.lose {
		// Documented advice: a 504 leaves the outcome unknown. Here the call took effect.
		return reply{
			status: http.StatusGatewayTimeout, code: "lostAnswer",
			html: "<html><body>504 Gateway Time-out</body></html>",
		}
	}
	return a
}

func (s *Sim) logCall(c *call, a reply) {
	s.mu.Lock()
	defer s.mu.Unlock()
	rec := callRecord{
		Seq: s.calls.nextSeq(), Time: chinaTime(s.Now()), Method: c.r.Method, Path: c.r.URL.Path,
		Status: a.status, Code: a.code,
		// Documented: throttled calls do not count.
		Counted: c.route.counted && a.code != codeQPS && !strings.HasSuffix(a.code, "90018"),
	}
	if c.app != nil {
		rec.App = c.app.ClientID
	}
	s.calls.add(rec)
}

func isJSON(r *http.Request) bool {
	return strings.HasPrefix(strings.ToLower(r.Header.Get("Content-Type")), contentJSON)
}

// decodeOld reads a JSON or form body (documented: the old API takes both).
func decodeOld(r *http.Request, body []byte) map[string]any {
	out := map[string]any{}
	if isJSON(r) || strings.HasPrefix(strings.TrimSpace(string(body)), "{") {
		_ = json.Unmarshal(body, &out) // missing fields are reported by the call itself
		return out
	}
	if q, err := url.ParseQuery(string(body)); err == nil {
		for k := range q {
			out[k] = q.Get(k)
		}
	}
	return out
}
