package dingsim

import (
	"strings"
)

const spacePrefix = "dtv1.card//"

// space is one place a card is delivered to.
type space struct{ kind, id string }

// parseSpaces reads "dtv1.card//TYPE.id;TYPE.id". Documented: several spaces, and samples
// that write the type in lower case.
func parseSpaces(v string) ([]space, bool) {
	rest, ok := strings.CutPrefix(v, spacePrefix)
	if !ok {
		return nil, false
	}
	var out []space
	for part := range strings.SplitSeq(rest, ";") {
		kind, id, ok := strings.Cut(part, ".")
		if !ok || kind == "" || id == "" {
			return nil, false
		}
		out = append(out, space{strings.ToUpper(kind), id})
	}
	return out, true
}

// checkDelivery validates the delivery part of a request; codes documented.
func (c *call) checkDelivery(req cardRequest) ([]space, string) {
	if req.OpenSpaceID == "" {
		return nil, "param.openSpaceIdEmpty"
	}
	spaces, valid := parseSpaces(req.OpenSpaceID)
	if !valid {
		return nil, "param.openSpaceIdInvalid"
	}
	for _, sp := range spaces {
		switch {
		case sp.kind == "IM_ROBOT" && req.RobotDeliver == nil, sp.kind == "IM_GROUP" && req.GroupDeliver == nil:
			return nil, "param.openDeliverModelEmpty"
		case sp.kind == "IM_GROUP" && req.GroupDeliver.RobotCode != c.app.RobotCode:
			return nil, "param.openDeliverModelError"
		case sp.kind != "IM_ROBOT" && sp.kind != "IM_GROUP":
			c.s.log.Error("card space is not simulated", "type", sp.kind)
			return nil, "param.openSpaceIdInvalid"
		}
	}
	return spaces, ""
}

// createAndDeliver answers POST /v1.0/card/instances/createAndDeliver.
func createAndDeliver(c *call) reply {
	req, code := c.decodeCard()
	if code != "" {
		return c.badCode(code)
	}
	spaces, code := c.checkDelivery(req)
	if code != "" {
		return c.badCode(code)
	}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	k, code := c.newCardLocked(req)
	if code != "" {
		return c.badCode(code)
	}
	results := c.s.deliverLocked(k, req, spaces)
	return ok(map[string]any{"success": true, "result": map[string]any{
		"outTrackId": k.track, "deliverResults": results,
	}})
}

// deliverCard answers POST /v1.0/card/instances/deliver; here result is the array itself
// (documented).
func deliverCard(c *call) reply {
	req, code := c.decodeCard()
	if code != "" {
		return c.badCode(code)
	}
	spaces, code := c.checkDelivery(req)
	if code != "" {
		return c.badCode(code)
	}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	k := c.s.cards[req.OutTrackID]
	if k == nil || k.app != c.app {
		return c.badCode("param.cardNotExist")
	}
	return ok(map[string]any{"success": true, "result": c.s.deliverLocked(k, req, spaces)})
}

// deliverLocked shows a card in its spaces. Reported: a delivery can fail inside HTTP 200.
func (s *Sim) deliverLocked(k *card, req cardRequest, spaces []space) []map[string]any {
	out := []map[string]any{}
	for _, sp := range spaces {
		carrier, problem := "", ""
		switch {
		case !k.spaces[sp.kind]:
			problem = "spaces of card is empty"
		case sp.kind == "IM_ROBOT":
			carrier, problem = s.deliverUserLocked(k, s.resolveLocked(sp.id, req.UserIDType))
		default:
			carrier, problem = s.deliverGroupLocked(k, s.groups[sp.id], req.GroupDeliver.Recipients)
		}
		out = append(out, map[string]any{
			"spaceType": sp.kind, "spaceId": sp.id, "success": problem == "",
			"carrierId": carrier, "errorMsg": problem,
		})
	}
	return out
}

const illegalSpace = "spaceId is illegal" // reported

func (s *Sim) deliverUserLocked(k *card, p *person) (carrier, problem string) {
	if !p.reachable() {
		return "", illegalSpace
	}
	m := s.newSentLocked(k.app)
	m.users = []string{p.ID}
	k.users = append(k.users, p.ID)
	s.showLocked(k, p.ID, "card", m.key)
	return m.key, ""
}

func (s *Sim) deliverGroupLocked(k *card, g *group, recipients []string) (carrier, problem string) {
	if g == nil {
		return "", illegalSpace
	}
	m := s.newSentLocked(k.app)
	m.group = g.ID
	k.groups[g.ID] = recipients
	e := s.renderLocked(k, "", "card")
	e.Key = m.key
	s.stampLocked(&g.feed, e)
	return m.key, ""
}
