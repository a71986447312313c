package dingsim

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// renderLocked resolves a card for one person ("" = public view of a group).
func (s *Sim) renderLocked(k *card, user, msgKey string) entry {
	data := k.paramsFor(user)
	t := s.templates[k.template]
	e := entry{
		From: "bot", App: k.app.ClientID, MsgKey: msgKey, OutTrackID: k.track, TemplateID: k.template,
		Params: data, Layout: []viewBlock{}, Button: []viewButton{},
	}
	for _, b := range t.Blocks {
		if text := data[b.Var]; strings.TrimSpace(text) != "" {
			e.Layout = append(e.Layout, viewBlock{Kind: b.Kind, Text: text})
		}
	}
	for _, b := range t.Buttons {
		if v, visible := b.view(data); visible {
			e.Button = append(e.Button, v)
		}
	}
	e.Form, e.FormButton = s.formOf(t, data)
	e.Param = map[string]any{"outTrackId": k.track}
	return e
}

// paramsFor is the data one person sees: private values over the public ones.
func (k *card) paramsFor(user string) map[string]string {
	data := k.public
	if v, alone := k.views[user]; alone {
		data = v
	}
	out := maps.Clone(data)
	if out == nil {
		out = map[string]string{}
	}
	maps.Copy(out, k.private[user])
	return out
}

func (b Button) view(data map[string]string) (viewButton, bool) {
	if b.ShowVar != "" && data[b.ShowVar] != b.ShowEquals {
		return viewButton{}, false
	}
	v := viewButton{Title: b.Title, ActionID: fill(b.ActionID, data), Style: b.Style, Params: map[string]string{}}
	if title := data[b.TitleVar]; b.TitleVar != "" && title != "" {
		v.Title = title
	}
	for name, value := range b.Params {
		v.Params[name] = fill(value, data)
	}
	return v, true
}

// fill replaces ${var} by the value of the variable; nothing else is special.
func fill(text string, data map[string]string) string {
	var out strings.Builder
	for {
		head, rest, found := strings.Cut(text, "${")
		name, tail, closed := strings.Cut(rest, "}")
		if !found || !closed {
			out.WriteString(text)
			return out.String()
		}
		out.WriteString(head)
		out.WriteString(data[name])
		text = tail
	}
}

// formOf parses the form variable: JSON in a string (documented).
func (s *Sim) formOf(t Template, data map[string]string) (form any, button string) {
	if t.FormVar == "" || data[t.FormVar] == "" {
		return nil, ""
	}
	if t.ShowFormVar != "" && data[t.ShowFormVar] != t.ShowFormEquals {
		return nil, ""
	}
	var parsed map[string]any
	if err := json.Unmarshal([]byte(data[t.FormVar]), &parsed); err != nil {
		s.log.Warn("card form is not JSON, the client shows nothing", "template", t.ID, "err", err)
		return nil, ""
	}
	return parsed, data[t.FormButtonVar]
}

// seesLocked tells whether a person has the card on his screen.
func (s *Sim) seesLocked(k *card, user string) bool {
	if slices.Contains(k.users, user) {
		return true
	}
	for id, only := range k.groups {
		if g := s.groups[id]; g != nil && g.has(user) && (len(only) == 0 || slices.Contains(only, user)) {
			return true
		}
	}
	return false
}

// refreshLocked shows the new state of a card everywhere it was delivered.
func (s *Sim) refreshLocked(k *card) {
	for _, id := range k.users {
		s.showLocked(k, id, "cardUpdate", "")
	}
	for id := range k.groups {
		if g := s.groups[id]; g != nil {
			s.stampLocked(&g.feed, s.renderLocked(k, "", "cardUpdate"))
		}
	}
}

func (s *Sim) showLocked(k *card, user, msgKey, carrier string) {
	e := s.renderLocked(k, user, msgKey)
	e.Key = carrier
	s.stampLocked(&s.users[user].inbox, e)
}
