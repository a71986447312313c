package dingsim

import (
	"encoding/json"
	"slices"
	"sort"
	"strconv"
)

const rootDept int64 = 1 // documented

// dept is one department; all departments are children of the root.
type dept struct {
	id   int64
	name string
}

// departments derives the tree from the users: one level below the root.
func departments(users []User) []dept {
	names := map[int64]string{}
	for _, u := range users {
		for _, id := range u.DeptIDs {
			if id != rootDept && names[id] == "" {
				names[id] = u.Dept
			}
		}
	}
	out := make([]dept, 0, len(names))
	for id, name := range names {
		out = append(out, dept{id, name})
	}
	sort.Slice(out, func(i, j int) bool { return out[i].id < out[j].id })
	return out
}

// field reads a text field of a JSON or form body.
func (c *call) field(name string) string {
	switch v := c.form[name].(type) {
	case string:
		return v
	case float64:
		return strconv.FormatInt(int64(v), 10)
	}
	return ""
}

// findUser is the common part of the look-ups; 60121 for unknown people is documented.
func (c *call) findUser(param string, match func(*person) bool) (*person, reply) {
	if c.field(param) == "" {
		return nil, c.failOld(400002, "参数错误: "+param)
	}
	for _, id := range c.s.order {
		if p := c.s.users[id]; !p.departed && match(p) {
			return p, reply{}
		}
	}
	return nil, c.failOld(60121, "找不到该用户")
}

// userGet answers /topapi/v2/user/get with typed values; unset fields are absent (reported).
func userGet(c *call) reply {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	id := c.field("userid")
	p, bad := c.findUser("userid", func(p *person) bool { return p.ID == id && !p.External })
	if p == nil {
		return bad
	}
	u := map[string]any{
		"userid": p.ID, "unionid": p.UnionID, "name": p.Name, "avatar": "", "active": !p.Inactive,
		"admin": p.Admin, "boss": false, "senior": false, "real_authed": true, "hide_mobile": false,
		"exclusive_account": false, "dept_id_list": p.DeptIDs, "state_code": "86",
	}
	optional := map[string]string{"title": p.Title, "job_number": p.JobNumber}
	if c.app.Scopes == nil || slices.Contains(c.app.Scopes, scopeMobile) {
		optional["mobile"] = p.Mobile
	}
	for k, v := range optional {
		if v != "" {
			u[k] = v
		}
	}
	leads := []map[string]any{}
	for _, d := range p.DeptIDs {
		leads = append(leads, map[string]any{"dept_id": d, "leader": false})
	}
	u["leader_in_dept"] = leads
	return c.okOld(map[string]any{"result": u})
}

func userByUnionID(c *call) reply {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	id := c.field("unionid")
	p, bad := c.findUser("unionid", func(p *person) bool { return p.UnionID == id })
	if p == nil {
		return bad
	}
	kind := 0 // documented: 0 internal, 1 external
	if p.External {
		kind = 1
	}
	return c.okOld(map[string]any{"result": map[string]any{"contact_type": kind, "userid": p.ID}})
}

func userByMobile(c *call) reply {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	m := c.field("mobile")
	p, bad := c.findUser("mobile", func(p *person) bool { return p.Mobile == m && !p.External })
	if p == nil {
		return bad
	}
	return c.okOld(map[string]any{"result": map[string]any{"userid": p.ID}})
}

// deptID reads dept_id; ok is false for a department that does not exist.
func (c *call) deptID() (int64, bool) {
	id, err := strconv.ParseInt(c.field("dept_id"), 10, 64)
	if err != nil {
		id = rootDept // documented default of listsub
	}
	known := id == rootDept || slices.ContainsFunc(c.s.depts, func(d dept) bool { return d.id == id })
	return id, known
}

func userListID(c *call) reply {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	id, known := c.deptID()
	if !known {
		return c.failOld(60003, "部门不存在") // documented
	}
	list := []string{}
	for _, uid := range c.s.order {
		if p := c.s.users[uid]; !p.departed && !p.External && slices.Contains(p.DeptIDs, id) {
			list = append(list, uid)
		}
	}
	return c.okOld(map[string]any{"result": map[string]any{"userid_list": list}})
}

func deptListSub(c *call) reply {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	id, known := c.deptID()
	if !known {
		return c.failOld(60003, "部门不存在")
	}
	list := []map[string]any{}
	if id == rootDept {
		for _, d := range c.s.depts {
			list = append(list, map[string]any{
				"dept_id": d.id, "name": d.name, "parent_id": rootDept,
				"create_dept_group": false, "auto_add_user": false,
			})
		}
	}
	return c.okOld(map[string]any{"result": list})
}

// event pushes an EVENT frame to every app. Documented: its envelope is in the headers and
// data is the inner object only.
func (s *Sim) event(kind string, data any) error {
	raw, err := json.Marshal(data)
	if err != nil {
		return err
	}
	s.mu.Lock()
	var out []*push
	for _, id := range sortedKeys(s.apps) {
		eventID := s.hexLocked(16)
		out = append(out, &push{
			app: s.apps[id], typ: typeEvent, topic: topicAllEvents, data: string(raw), msgID: eventID,
			extra: map[string]string{
				"eventType": kind, "eventId": eventID, "eventCorpId": s.cfg.CorpID,
				"eventBornTime":     strconv.FormatInt(s.Now().UnixMilli(), 10),
				"eventUnifiedAppId": s.apps[id].ClientID,
			},
		})
	}
	s.mu.Unlock()
	for _, p := range out {
		_ = s.send(p) // kept for later when nobody listens
	}
	return nil
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}
