package dingsim

import (
	"encoding/json"
	"maps"
	"slices"
)

const (
	todoCreateError = "todo.taskCreate.paramError" // documented
	todoUpdateError = "todo.taskUpdate.paramError" // documented
)

// todo is one to-do task; all people are unionIds (documented).
type todo struct {
	ID          string         `json:"id"`
	SourceID    string         `json:"sourceId,omitempty"`
	Subject     string         `json:"subject"`
	Description string         `json:"description,omitempty"`
	CreatorID   string         `json:"creatorId"`
	DueTime     int64          `json:"dueTime,omitempty"`
	Executors   []string       `json:"executorIds"`
	Detail      map[string]any `json:"detailUrl"`
	Priority    int            `json:"priority,omitempty"`
	OnlyShow    bool           `json:"isOnlyShowExecutor"`
	Done        bool           `json:"done"`
	Created     int64          `json:"createdTime"`
	Modified    int64          `json:"modifiedTime"`
	BizTag      string         `json:"bizTag"`
	app         *App
	finished    map[string]bool
}

// todoCreate answers POST /v1.0/todo/users/{unionId}/tasks.
func todoCreate(c *call) reply {
	var t todo
	if json.Unmarshal(c.body, &t) != nil {
		return c.bad(todoCreateError, "param is invalid")
	}
	s := c.s
	s.mu.Lock()
	defer s.mu.Unlock()
	creator := c.vars["unionId"]
	switch {
	case s.unions[creator] == nil:
		return c.bad(todoCreateError, "creatorId is invalid")
	case t.Subject == "" || len(t.Subject) > 1024:
		return c.bad(todoCreateError, "subject is oversize")
	case len(t.Description) > 4096:
		return c.bad(todoCreateError, "description is oversize")
	case str(t.Detail, "appUrl") == "" && str(t.Detail, "pcUrl") == "": // documented: required since 2024
		return c.bad(todoCreateError, "detailUrl is empty")
	case t.SourceID != "" && s.sources[c.app.ClientID+" "+t.SourceID] != "":
		return c.bad(todoCreateError, "task exist")
	}
	for _, id := range t.Executors {
		if s.unions[id] == nil {
			return c.bad(todoCreateError, "executors is invalid")
		}
	}
	t.ID, t.CreatorID, t.BizTag, t.app = "task"+s.hexLocked(10), creator, "certify_todo", c.app
	t.Created, t.Modified, t.Done = s.Now().UnixMilli(), s.Now().UnixMilli(), false
	t.finished = map[string]bool{}
	s.todos[t.ID] = &t
	if t.SourceID != "" {
		s.sources[c.app.ClientID+" "+t.SourceID] = t.ID
	}
	return ok(t.view(c.reqID))
}

func (t *todo) view(reqID string) map[string]any {
	out := map[string]any{}
	raw, err := json.Marshal(t)
	if err == nil {
		err = json.Unmarshal(raw, &out)
	}
	if err != nil {
		return map[string]any{"id": t.ID}
	}
	out["requestId"] = reqID
	return out
}

// withTodo runs change on the task of the path.
func withTodo(c *call, change func(*todo)) reply {
	s := c.s
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.todos[c.vars["taskId"]]
	if t == nil || t.app != c.app {
		return c.bad(todoUpdateError, "task not exist")
	}
	change(t)
	t.Modified = s.Now().UnixMilli()
	return ok(map[string]any{"result": true, "requestId": c.reqID})
}

// todoUpdate answers PUT …/tasks/{taskId}; only given fields change.
func todoUpdate(c *call) reply {
	var in struct {
		Subject   *string  `json:"subject"`
		Done      *bool    `json:"done"`
		DueTime   *int64   `json:"dueTime"`
		Executors []string `json:"executorIds"`
	}
	if json.Unmarshal(c.body, &in) != nil {
		return c.bad(todoUpdateError, "param is invalid")
	}
	return withTodo(c, func(t *todo) {
		if in.Subject != nil {
			t.Subject = *in.Subject
		}
		if in.Done != nil {
			t.Done = *in.Done
		}
		if in.DueTime != nil {
			t.DueTime = *in.DueTime
		}
		if in.Executors != nil {
			t.Executors = in.Executors
		}
	})
}

// todoExecutors answers PUT …/executorStatus; the task is done when all executors are
// (assumed).
func todoExecutors(c *call) reply {
	var in struct {
		List []struct {
			ID     string `json:"id"`
			IsDone bool   `json:"isDone"`
		} `json:"executorStatusList"`
	}
	if json.Unmarshal(c.body, &in) != nil {
		return c.bad(todoUpdateError, "param is invalid")
	}
	return withTodo(c, func(t *todo) {
		for _, e := range in.List {
			t.finished[e.ID] = e.IsDone
		}
		t.Done = len(t.Executors) > 0 && !slices.ContainsFunc(t.Executors, func(id string) bool { return !t.finished[id] })
	})
}

func todoDelete(c *call) reply {
	return withTodo(c, func(t *todo) {
		delete(c.s.todos, t.ID)
		delete(c.s.sources, t.app.ClientID+" "+t.SourceID)
	})
}

// todoQuery answers POST …/org/tasks/query on one page.
func todoQuery(c *call) reply {
	var in struct {
		IsDone bool `json:"isDone"`
	}
	if json.Unmarshal(c.body, &in) != nil {
		return c.badBody()
	}
	s := c.s
	s.mu.Lock()
	defer s.mu.Unlock()
	who := c.vars["unionId"]
	cards := []map[string]any{}
	for _, id := range slices.Sorted(maps.Keys(s.todos)) {
		t := s.todos[id]
		if (t.Done || t.finished[who]) != in.IsDone || !slices.Contains(t.Executors, who) {
			continue
		}
		cards = append(cards, map[string]any{
			"taskId": t.ID, "subject": t.Subject, "dueTime": t.DueTime, "detailUrl": t.Detail,
			"priority": t.Priority, "createdTime": t.Created, "modifiedTime": t.Modified,
			"creatorId": t.CreatorID, "sourceId": t.SourceID, "bizTag": t.BizTag, "isDone": in.IsDone,
		})
	}
	return ok(map[string]any{"todoCards": cards, "nextToken": ""})
}
