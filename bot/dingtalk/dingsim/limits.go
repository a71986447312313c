package dingsim

import (
	"net/http"
	"time"
)

// rolled is what the fault settings do to one call.
type rolled struct{ ban, broken, throttle, lose bool }

func (s *Sim) faultsFor(c *call) rolled {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := &s.faults
	if !f.hits(c.r.URL.Path) {
		return rolled{}
	}
	if f.Path == "" && c.r.URL.Path == openPath {
		return rolled{} // opening a connection fails only when the filter asks for it
	}
	return rolled{
		ban: f.BanPage, broken: s.rollLocked(f.Rate5xx),
		throttle: s.rollLocked(f.Rate429), lose: s.rollLocked(f.LostAnswer),
	}
}

// banned is the answer to an address that called too often. Documented: "HTML, or a JSON of
// another shape"; status and text are invented.
func banned() reply {
	return reply{
		status: http.StatusForbidden, code: "banPage",
		html: "<html><body>您的访问过于频繁，已被暂时限制 (punish deny, wait 5)</body></html>",
	}
}

func (c *call) busy() reply {
	if c.route.family == newAPI {
		return c.fail(http.StatusInternalServerError, codeBusy, "系统繁忙") // documented code
	}
	return c.failOld(-1, "系统繁忙") // documented
}

// tooFast is the answer above the rate limit; documented shapes per family, the code of
// sendBySession is that of custom robots (reported).
func (c *call) tooFast() reply {
	switch {
	case c.route.family == newAPI:
		return c.fail(http.StatusForbidden, codeQPS, msgQPS)
	case c.r.URL.Path == sessionPath:
		return c.failOld(130101, "send too fast, exceed 20 times per minute")
	case c.route.family == topAPI:
		return c.failSub("90018", msgQPS)
	default:
		return c.failOld(90018, msgQPS)
	}
}

// overRate counts calls per app and path in the last second (documented: 20 in the standard
// edition). Calls without an app are not counted.
func (s *Sim) overRate(c *call) bool {
	if s.cfg.QPS < 0 || c.app == nil {
		return false
	}
	now := s.Now()
	key := c.app.ClientID + " " + c.route.method + " " + c.route.path
	s.mu.Lock()
	defer s.mu.Unlock()
	keep := s.windows[key][:0]
	for _, t := range s.windows[key] {
		if age := now.Sub(t); age >= 0 && age < time.Second {
			keep = append(keep, t)
		}
	}
	over := len(keep) >= s.cfg.QPS
	if !over {
		keep = append(keep, now)
	}
	s.windows[key] = keep
	return over
}
