package dingsim

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const maxDeliveries = 20

// listUsers answers GET /sim/users.
func (s *Sim) listUsers(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	list := []map[string]any{}
	for _, id := range s.order {
		u := s.users[id]
		list = append(list, map[string]any{
			"id": u.ID, "name": u.Name, "title": u.Title, "dept": u.Dept, "kind": u.Kind,
		})
	}
	s.mu.Unlock()
	writeJSON(w, http.StatusOK, map[string]any{"users": list})
}

// listGroups answers GET /sim/groups.
func (s *Sim) listGroups(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	list := []map[string]any{}
	for _, id := range sortedKeys(s.groups) {
		g := s.groups[id]
		list = append(list, map[string]any{"id": g.ID, "title": g.Title, "members": g.Members})
	}
	s.mu.Unlock()
	writeJSON(w, http.StatusOK, map[string]any{"groups": list})
}

// speaker finds the person of the path; it has answered when p is nil.
func (s *Sim) speaker(w http.ResponseWriter, id string) *person {
	s.mu.Lock()
	p := s.users[id]
	s.mu.Unlock()
	if p == nil {
		writeError(w, http.StatusNotFound, "没有这个用户 (no such user): "+id)
	}
	return p
}

// appFor finds the app a message is meant for: by client id, or the first configured one.
func (s *Sim) appFor(id string) (*App, error) {
	if id == "" && len(s.cfg.Apps) > 0 {
		id = s.cfg.Apps[0].ClientID
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if app := s.apps[id]; app != nil {
		return app, nil
	}
	return nil, errControl("没有这个应用 (no such app): " + id)
}

// postMessage answers POST /sim/users/{id}/messages: the person writes to the robot.
func (s *Sim) postMessage(w http.ResponseWriter, r *http.Request) {
	p := s.speaker(w, r.PathValue("id"))
	if p == nil {
		return
	}
	var m spoken
	var app string
	var err error
	if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/") {
		m, app, err = s.readAttachment(w, r)
	} else {
		m, app, err = readText(w, r)
	}
	if err != nil {
		writeError(w, http.StatusBadRequest, err.Error())
		return
	}
	to, err := s.appFor(app)
	if err != nil {
		writeError(w, http.StatusNotFound, err.Error())
		return
	}
	id := s.fromPerson(to, p, m, s.base(r))
	writeJSON(w, http.StatusOK, map[string]string{"msgId": id})
}

// readText reads {"text"} or {"audio"}, with optional "deliveries" and "app".
func readText(w http.ResponseWriter, r *http.Request) (spoken, string, error) {
	var in struct {
		Text, Audio, App string
		Deliveries       int
	}
	if err := readControl(w, r, &in); err != nil {
		return spoken{}, "", err
	}
	if in.Text == "" && in.Audio == "" {
		return spoken{}, "", errControl("text 或 audio 不能为空 (text or audio is required)")
	}
	n, err := deliveries(in.Deliveries)
	return spoken{text: in.Text, audio: in.Audio, deliveries: n}, in.App, err
}

func deliveries(n int) (int, error) {
	if n < 0 || n > maxDeliveries {
		return 0, errControl("deliveries 必须在 1 和 20 之间 (must be between 1 and 20)")
	}
	return max(n, 1), nil
}

// readAttachment reads the multipart part "file" and the form fields "as", "app", "deliveries".
func (s *Sim) readAttachment(w http.ResponseWriter, r *http.Request) (spoken, string, error) {
	r.Body = http.MaxBytesReader(w, r.Body, maxUserFile)
	f, head, err := r.FormFile("file")
	if err != nil {
		var big *http.MaxBytesError
		if errors.As(err, &big) {
			return spoken{}, "", errControl("文件超过 100 MB (the file is larger than 100 MB)")
		}
		return spoken{}, "", errControl("缺少 file 部分 (the part \"file\" is missing)")
	}
	defer f.Close()
	data, err := io.ReadAll(f)
	if err != nil {
		return spoken{}, "", fmt.Errorf("read file: %w", err)
	}
	n := 0
	if v := r.FormValue("deliveries"); v != "" {
		if n, err = strconv.Atoi(v); err != nil {
			return spoken{}, "", errControl("deliveries 必须是数字 (must be a number)")
		}
	}
	if n, err = deliveries(n); err != nil {
		return spoken{}, "", err
	}
	kind := head.Header.Get("Content-Type")
	s.mu.Lock()
	stored := s.storeLocked(head.Filename, kind, data)
	s.mu.Unlock()
	picture := isPicture(kind, head.Filename) && r.FormValue("as") != "file"
	return spoken{file: stored, picture: picture, deliveries: n}, r.FormValue("app"), nil
}

// getMessages answers GET /sim/users/{id}/messages; what it returned counts as read.
func (s *Sim) getMessages(w http.ResponseWriter, r *http.Request) {
	p := s.speaker(w, r.PathValue("id"))
	if p == nil {
		return
	}
	s.pollEntries(w, r, &p.inbox, p.ID)
}

func (s *Sim) pollEntries(w http.ResponseWriter, r *http.Request, f *feed[entry], reader string) {
	after, wait, err := pollArgs(r)
	if err != nil {
		writeError(w, http.StatusBadRequest, err.Error())
		return
	}
	items, next := poll(r.Context(), s, f, after, wait)
	s.mu.Lock()
	for _, e := range items {
		if m := s.sent[e.Key]; m != nil && e.From == "bot" && reader != "" {
			m.read[reader] = true
		}
	}
	s.mu.Unlock()
	writeJSON(w, http.StatusOK, map[string]any{"messages": items, "next": next})
}

// postGroup answers POST /sim/groups/{id}/messages: a member writes "@robot text".
func (s *Sim) postGroup(w http.ResponseWriter, r *http.Request) {
	var in struct {
		UserID, Text string
		Apps         []string // robots mentioned; none = the first app's
	}
	if err := readControl(w, r, &in); err != nil {
		writeError(w, http.StatusBadRequest, err.Error())
		return
	}
	s.mu.Lock()
	g, p := s.groups[r.PathValue("id")], s.users[in.UserID]
	s.mu.Unlock()
	if g == nil || p == nil || !g.has(in.UserID) {
		writeError(w, http.StatusNotFound, "没有这个群，或此人不在群里 (no such group, or the user is not a member)")
		return
	}
	if in.Text == "" {
		writeError(w, http.StatusBadRequest, "text 不能为空 (text is required)")
		return
	}
	if len(in.Apps) == 0 {
		in.Apps = []string{""}
	}
	var apps []*App
	for _, id := range in.Apps {
		app, err := s.appFor(id)
		if err != nil {
			writeError(w, http.StatusNotFound, err.Error())
			return
		}
		apps = append(apps, app)
	}
	writeJSON(w, http.StatusOK, map[string]string{"msgId": s.fromGroup(apps, p, g, in.Text, s.base(r))})
}

// getGroup answers GET /sim/groups/{id}/messages; ?user= marks what was returned as read.
func (s *Sim) getGroup(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	g := s.groups[r.PathValue("id")]
	s.mu.Unlock()
	if g == nil {
		writeError(w, http.StatusNotFound, "没有这个群 (no such group)")
		return
	}
	s.pollEntries(w, r, &g.feed, r.URL.Query().Get("user"))
}

// postLeave makes a person leave the organisation: user_leave_org (documented), afterwards
// contacts answer 60121.
func (s *Sim) postLeave(w http.ResponseWriter, r *http.Request) {
	p := s.speaker(w, r.PathValue("id"))
	if p == nil {
		return
	}
	s.mu.Lock()
	p.departed = true
	now := s.Now()
	s.mu.Unlock()
	err := s.event("user_leave_org", map[string]any{
		"timeStamp": strconv.FormatInt(now.UnixMilli(), 10), "userId": []string{p.ID},
	})
	if err != nil {
		s.log.Error("push event", "err", err)
	}
	writeJSON(w, http.StatusOK, map[string]string{"now": now.Format(time.RFC3339)})
}
