package dingsim

import (
	"slices"
)

// person is a user with everything that he sees.
type person struct {
	User
	departed bool
	inbox    feed[entry]
}

// group is a group chat with everything said in it.
type group struct {
	Group
	feed feed[entry]
}

// entry is one thing a person sees; entries never change, a change is a new entry.
type entry struct {
	Seq    int64        `json:"seq"`
	Time   string       `json:"time"`
	From   string       `json:"from"` // "bot" or "user"
	App    string       `json:"app,omitempty"`
	UserID string       `json:"userId,omitempty"` // who spoke, in groups
	MsgID  string       `json:"msgId,omitempty"`
	Key    string       `json:"processQueryKey,omitempty"`
	MsgKey string       `json:"msgKey"`
	Param  any          `json:"param"`
	FileID string       `json:"fileId,omitempty"`
	Button []viewButton `json:"buttons"`

	OutTrackID string            `json:"outTrackId,omitempty"`
	TemplateID string            `json:"templateId,omitempty"`
	Params     map[string]string `json:"params,omitzero"`
	Layout     []viewBlock       `json:"layout,omitzero"`
	Form       any               `json:"form,omitempty"`
	FormButton string            `json:"formButton,omitempty"`
}

// viewButton is a button of a message (URL) or of a card (ActionID).
type viewButton struct {
	Title    string            `json:"title"`
	URL      string            `json:"url,omitempty"`
	ActionID string            `json:"actionId,omitempty"`
	Params   map[string]string `json:"params,omitzero"`
	Style    string            `json:"style,omitempty"`
}

type viewBlock struct {
	Kind string `json:"kind"`
	Text string `json:"text"`
}

func newGroup(g Group) *group { return &group{Group: g} }

func (s *Sim) addUserLocked(u User) {
	if u.UnionID == "" {
		u.UnionID = "union-" + u.ID
	}
	if len(u.DeptIDs) == 0 {
		u.DeptIDs = []int64{rootDept}
	}
	p := &person{User: u}
	if s.users[u.ID] == nil {
		s.order = append(s.order, u.ID)
	}
	s.users[u.ID], s.unions[u.UnionID] = p, p
}

// reachable tells whether the robot can write to a person.
func (p *person) reachable() bool {
	return p != nil && !p.departed && !p.Inactive && !p.External
}

// resolveLocked finds a person by userId or, with userIdType 2, by unionId (documented).
func (s *Sim) resolveLocked(id string, idType int) *person {
	if idType == 2 {
		return s.unions[id]
	}
	return s.users[id]
}

func (g *group) has(user string) bool { return slices.Contains(g.Members, user) }

// stampLocked completes an entry for one log.
func (s *Sim) stampLocked(f *feed[entry], e entry) {
	e.Seq, e.Time = f.nextSeq(), chinaTime(s.Now())
	if e.Param == nil {
		e.Param = map[string]any{}
	}
	if e.Button == nil {
		e.Button = []viewButton{}
	}
	f.add(e)
}
