package app_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.org/beian/bot/dingtalk/dingsim"
	"example.org/beian/cmd/internal/app"
	"example.org/beian/cmd/internal/demo"
	"example.org/beian/storage"
	"example.org/beian/storage/localpg"
	"example.org/beian/storage/storagetest"
	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
	"example.org/beian/workflow/reminder"
)

// The simulation is short in the tests; make simulate runs two years of 2,000 certificates.
var (
	simMonths = flag.Int("months", 1, "months that TestReminderSimulation simulates")
	simPeople = flag.Int("certificates", 120, "certificates in TestReminderSimulation")
	massive   = flag.Int("mass", 400, "people whom TestMassSending tells in one pass")
	simSeed   = flag.Uint64("seed", 20262641,
		"of the faults in TestReminderSimulation; this one has each of them in the short run")
)

// TestReminderSimulation lets months pass on a moved clock while processes are killed, the database
// and Redis restart, DingTalk is away for days and the clock jumps. Every rung of every
// certificate must be sent exactly once, at a time at which people may be written to and
// while it is right, unless nothing could be sent in all that time.
func TestReminderSimulation(t *testing.T) {
	t.Parallel()
	for _, replicas := range []int{1, 2} {
		t.Run(fmt.Sprintf("%d replicas", replicas), func(t *testing.T) {
			t.Parallel()
			s := newSimulation(t, replicas)
			s.run()
			s.judge()
		})
	}
}

// simulation is a school whose certificates run out one after the other.
type simulation struct {
	*world
	rnd    *rand.Rand
	policy workflow.Policy
	pg     *localpg.Server
	pool   *pgxpool.Pool
	bots   []process

	certificates []workflow.Certificate
	first, last  calendar.Date
	could        map[calendar.Date]bool // days on which everything could be sent
	killed       map[calendar.Date]bool // days on which a process died at work
	faults       map[string]int
}

func newSimulation(t *testing.T, replicas int) *simulation {
	t.Helper()
	must(t, warmUp())
	s := &simulation{
		world: &world{t: t, log: &syncBuffer{}, read: map[string]int{}},
		rnd:   rand.New(rand.NewPCG(*simSeed, uint64(replicas))),
		first: calendar.NewDate(2026, time.January, 1), could: map[calendar.Date]bool{}, killed: map[calendar.Date]bool{},
		faults: map[string]int{},
	}
	s.last = s.first.AddMonths(*simMonths)
	var err error
	s.policy, err = workflow.DefaultPolicy()
	must(t, err)
	s.pg, err = localpg.Start(t.Context(), localpg.Config{Fast: true})
	must(t, err)
	t.Cleanup(func() { must(t, s.pg.Stop()) })
	must(t, s.pg.CreateDatabase(t.Context(), "simulation", ""))
	must(t, storage.Migrate(t.Context(), s.pg.URL("simulation")))
	s.pool, err = pgxpool.New(t.Context(), s.pg.URL("simulation"))
	must(t, err)
	t.Cleanup(s.pool.Close)
	s.organisation()
	for range replicas {
		s.bots = append(s.bots, s.spawn(20*time.Millisecond))
	}
	t.Cleanup(func() {
		for _, b := range s.bots {
			b.kill(t)
		}
		if t.Failed() {
			t.Log("log of the bots:\n" + s.log.String())
		}
	})
	return s
}

// organisation makes the people, their certificates, and the simulated DingTalk.
func (s *simulation) organisation() {
	t := s.t
	org, err := demo.Organisation()
	must(t, err)
	org.QPS = -1
	org.Users = nil
	var roster storage.Roster
	member := func(id, college string, grants ...workflow.Grant) {
		org.Users = append(org.Users, dingsim.User{ID: id, UnionID: "u-" + id, Name: "某人", Dept: college})
		roster.People = append(roster.People, workflow.Person{ID: id, Name: "某人", College: college, Grants: grants})
	}
	for i := range 5 {
		id := fmt.Sprintf("c%d", i)
		roster.Colleges = append(roster.Colleges, workflow.College{ID: id, Name: id})
		member("handler"+id, id, workflow.Grant{Role: workflow.CollegeHandler, College: id})
	}
	member("school", "c0", workflow.Grant{Role: workflow.SchoolHandler})
	member("hr", "c0", workflow.Grant{Role: workflow.HR})
	span := s.first.DaysUntil(s.last)
	for i := range *simPeople {
		id := fmt.Sprintf("p%04d", i)
		member(id, fmt.Sprintf("c%d", i%5))
		c := workflow.Certificate{
			ID: "cert-" + id, Person: id, Category: "E", Unit: demo.School,
			Values: workflow.Values{workflow.Name: "某人"},
		}
		c.RecognisedOn = s.first.AddDays(s.rnd.IntN(span)).AddMonths(-s.policy.ValidMonths)
		s.certificates = append(s.certificates, c)
	}
	roster.Certificates = s.certificates
	s.sim = dingsim.New(org)
	s.sim.SetTime(s.first.At(8, 0))
	srv := httptest.NewServer(s.sim)
	s.base = srv.URL
	t.Cleanup(func() { s.sim.Close(); srv.Close() })
	s.redis = miniredis.RunT(t)
	s.cfg = configFor(t, s.base, s.redis.Addr(), s.pg.URL("simulation"))
	s.cfg.WatchCron, s.cfg.Rate, s.cfg.QuotaCalls, s.cfg.QuotaPushes = "0 9 1 1 *", 100_000, 0, 0
	must(t, s.cfg.Validate())
	must(t, app.Import(t.Context(), s.cfg, roster))
}

// run lets the days pass.
func (s *simulation) run() {
	down := 0 // days for which DingTalk stays away
	for d := s.first; d.Before(s.last); d = d.AddDays(1) {
		if s.chance("off for days", 0.01) { // the machine was off, or the clock jumped
			for range 1 + s.rnd.IntN(5) {
				d = d.AddDays(1)
			}
		}
		if down == 0 && s.chance("DingTalk away for days", 0.01) {
			down = 1 + s.rnd.IntN(5)
		}
		s.sim.SetTime(d.At(8, 0)) // nobody is written to; a call that the clock overtook comes to its end
		s.pollFor(3*patience, "calls under way", func() bool {
			var running int
			err := s.pool.QueryRow(s.t.Context(), `select count(*) from river_job where kind = 'tell'
				and state = 'running'`).Scan(&running)
			return err == nil && running == 0
		})
		s.post("/sim/faults", map[string]any{"rate5xx": map[bool]float64{true: 1}[down > 0]}, nil)
		at := d.At(9, 0).Add(time.Duration(s.rnd.IntN(150)) * time.Minute)
		s.sim.SetTime(at)
		if s.chance("killed at work", 0.05) {
			s.pause(120)
			i := s.rnd.IntN(len(s.bots))
			s.bots[i].kill(s.t)
			s.bots[i] = s.spawn(20 * time.Millisecond)
			s.killed[d] = true
		}
		if s.chance("database restarted", 0.02) {
			s.pause(120)
			must(s.t, s.pg.Restart(s.t.Context(), "immediate"))
		}
		if s.chance("Redis restarted", 0.02) {
			s.redis.Close()
			s.redis.FlushAll()
			must(s.t, s.redis.Restart())
		}
		if s.chance("clock set back", 0.02) {
			s.sim.SetTime(at.Add(-time.Duration(1+s.rnd.IntN(5)) * time.Hour))
			s.pause(50)
			s.sim.SetTime(at)
		}
		s.await(d, down > 0)
		s.could[d] = down == 0
		down = max(down-1, 0)
	}
}

// revive starts a bot that ended by itself again, as a supervisor would: one that finds no
// database when it starts says so and ends.
func (s *simulation) revive() {
	for i, b := range s.bots {
		select {
		case <-b.done:
			s.bots[i] = s.spawn(20 * time.Millisecond)
		default:
		}
	}
}

// chance rolls for a fault and counts it.
func (s *simulation) chance(fault string, p float64) bool {
	if s.rnd.Float64() >= p {
		return false
	}
	s.faults[fault]++
	return true
}

// pause lets the bots work for a random moment.
func (s *simulation) pause(most int) {
	t := time.NewTimer(time.Duration(s.rnd.IntN(most)) * time.Millisecond)
	defer t.Stop()
	<-t.C
}

// await waits until the day's pass has done what can be done.
func (s *simulation) await(d calendar.Date, down bool) {
	s.t.Helper()
	work, _ := s.policy.Calendar().IsWorkday(d)
	// A job whose end could not be written because the database went away is found after half a
	// minute, by somebody who looks every half minute.
	s.pollFor(3*patience, "the pass of "+d.String(), func() bool {
		s.revive()
		var looked, posted, open, digest int
		err := s.pool.QueryRow(s.t.Context(), `select
			(select count(*) from river_job where kind = 'look_pass' and args ->> 'day' = $1 and state = 'completed'),
			(select count(*) from river_job where kind = 'post_pass' and args ->> 'day' = $1 and state = 'completed'),
			(select count(*) from message where day = $1::date and state in ('queued', 'ready', 'sending')),
			(select count(*) from message where day = $1::date and topic = 'picture'
			and state in ('sent', 'dropped'))`, d.String()).Scan(&looked, &posted, &open, &digest)
		switch {
		case err != nil: // the database restarts
			return false
		case !work:
			return looked > 0
		}
		return posted > 0 && (down || open == 0 && digest > 0)
	})
}

// judge compares what people saw with what they should have seen.
func (s *simulation) judge() {
	t := s.t
	lost, repeated, twiceAfterKill, outside, sent, before, merged, impossible := 0, 0, 0, 0, 0, 0, 0, 0
	k := map[string]map[string]told{}
	rows, err := s.pool.Query(t.Context(), `select certificate_id, milestone, state, reason, coalesce(told_on,
		'0001-01-01')::text from reminder where certificate_id like 'cert-%' and reason <> 'climb'`)
	must(t, err)
	for rows.Next() {
		var c, m string
		var x told
		must(t, rows.Scan(&c, &m, &x.state, &x.why, &x.on))
		if k[c] == nil {
			k[c] = map[string]told{}
		}
		k[c][m] = x
	}
	must(t, rows.Err())
	for _, c := range s.certificates {
		seen := map[calendar.Date]int{} // reminders that the person saw, by day
		for _, m := range s.sentTo(c.Person) {
			day := calendar.DateOf(m)
			seen[day]++
			if s.policy.Quiet(m, true) {
				outside++
				t.Errorf("%s was written to at %s", c.Person, m.In(calendar.Zone()))
			}
		}
		said := map[calendar.Date]int{}
		for _, r := range s.windows(c) {
			x, known := k[c.ID][r.Milestone]
			switch {
			case !known && r.On.Before(s.last.AddDays(-1)) && s.canSend(r.On, s.last.AddDays(-1)):
				lost++
				t.Errorf("%s: %s of %s was never decided", c.ID, r.Milestone, r.On)
			case !known:
			case x.state == "sent":
				sent++
				on, err := calendar.ParseDate(x.on)
				must(t, err)
				said[on]++
				if on.Before(r.On) || on.After(r.Until) {
					outside++
					t.Errorf("%s: %s was sent on %s, right from %s to %s", c.ID, r.Milestone, on, r.On, r.Until)
				}
			case r.Until.Before(r.On): // around a holiday it moved to or past the day of a later one: one message
				merged++
			case r.On.Before(s.first): // before the bot ran
				before++
			case s.canSend(r.On, r.Until):
				lost++
				t.Errorf("%s: %s, right from %s to %s, is %s (%s)", c.ID, r.Milestone, r.On, r.Until, x.state, x.why)
			default:
				impossible++
			}
		}
		for day, n := range seen {
			switch {
			case n > said[day] && s.killed[day]:
				twiceAfterKill++
			case n > said[day]:
				repeated++
				t.Errorf("%s saw %d reminders on %s, %d were recorded", c.Person, n, day, said[day])
			}
		}
		for day, n := range said {
			if seen[day] < n {
				lost++
				t.Errorf("%s: a reminder recorded for %s was not seen", c.Person, day)
			}
		}
	}
	if sent == 0 {
		t.Error("nothing was sent at all")
	}
	t.Logf("seed %d, %d replicas, %d months, %d certificates: %d reminders sent, %d lost, %d repeated, "+
		"%d outside their time; %d had no day on which they could be sent, %d fell on the day of a later one, "+
		"%d before the first day; %d shown twice because a process died between DingTalk's answer and our note; faults %v",
		*simSeed, len(s.bots), *simMonths, len(s.certificates), sent, lost, repeated, outside, impossible, merged, before,
		twiceAfterKill, s.faults)
}

type told struct{ state, why, on string }

// windows are the rungs of a certificate with the days on which they are right, computed from
// the rule alone: opening notices move to the next working day, deadlines to
// the one before, each is right until the next.
func (s *simulation) windows(c workflow.Certificate) []reminder.Due {
	cal := s.policy.Calendar()
	ends := c.RecognisedOn.AddMonths(s.policy.ValidMonths)
	opens := c.RecognisedOn.AddMonths(s.policy.ValidMonths - s.policy.AdvanceMonths)
	var out []reminder.Due
	for _, r := range []struct {
		id   string
		on   calendar.Date
		dead bool
	}{
		{"open-30", opens.AddDays(-30), false},
		{"open-7", opens.AddDays(-7), false},
		{"open", opens, false},
		{"open+7", opens.AddDays(7), false},
		{"open+14", opens.AddDays(14), false},
		{"end-14", ends.AddDays(-14), true},
		{"end-7", ends.AddDays(-7), true},
		{"end-3", ends.AddDays(-3), true},
		{"end-1", ends.AddDays(-1), true},
		{"end+1", ends.AddDays(1), false},
		{"end+8", ends.AddDays(8), false},
		{"end+15", ends.AddDays(15), false},
		{"end+22", ends.AddDays(22), false},
		{"end+29", ends.AddDays(29), false},
	} {
		on := cal.OnOrAfter(r.on)
		if r.dead {
			on = cal.OnOrBefore(r.on)
		}
		out = append(out, reminder.Due{Milestone: r.id, On: on})
	}
	for i := range out {
		out[i].Until = out[i].On.AddDays(7)
		for j, later := range out[i+1:] {
			if d := later.On.AddDays(-1); j == 0 || d.Before(out[i].Until) {
				out[i].Until = d
			}
		}
	}
	return out
}

// canSend reports whether there was a working day in between on which everything worked.
func (s *simulation) canSend(from, until calendar.Date) bool {
	for d := from; !d.After(until); d = d.AddDays(1) {
		if work, _ := s.policy.Calendar().IsWorkday(d); work && s.could[d] {
			return true
		}
	}
	return false
}

// sentTo returns when the person got messages.
func (s *simulation) sentTo(person string) []time.Time {
	var got struct {
		Messages []struct {
			From string    `json:"from"`
			Time time.Time `json:"time"`
		} `json:"messages"`
	}
	s.get("/sim/users/"+person+"/messages?after=0&wait=0s", &got)
	var out []time.Time
	for _, m := range got.Messages {
		if m.From == "bot" {
			out = append(out, m.Time)
		}
	}
	return out
}

// TestMassSending tells many people in one pass: in as few calls as there can be, twenty
// people each for every text, although DingTalk puts some of them off.
func TestMassSending(t *testing.T) {
	t.Parallel()
	const days = 6 // on which their certificates end: as many texts
	w := newWorld(t)
	w.cfg.Rate, w.cfg.QuotaCalls = 100_000, 0
	org, err := demo.Organisation()
	must(t, err)
	org.QPS = -1
	roster := storage.Roster{Colleges: []workflow.College{{ID: "c", Name: "某学院"}}}
	want := 0
	texts := map[calendar.Date]int{}
	for i := range *massive {
		id := fmt.Sprintf("p%05d", i)
		org.Users = append(org.Users, dingsim.User{ID: id, UnionID: "u-" + id, Name: "某人"})
		roster.People = append(roster.People, workflow.Person{ID: id, Name: "某人", College: "c"})
		ends := calendar.NewDate(2026, time.December, 11).AddDays(i % days)
		texts[ends]++
		roster.Certificates = append(roster.Certificates, workflow.Certificate{
			ID: "cert-" + id, Person: id, Category: "E", Unit: demo.School, RecognisedOn: ends.AddMonths(-24),
			Values: workflow.Values{workflow.Name: "某人"},
		})
	}
	for _, n := range texts {
		want += (n + reminder.MostTold - 1) / reminder.MostTold
	}
	sim := dingsim.New(org)
	sim.SetTime(demo.Epoch())
	srv := httptest.NewServer(sim)
	t.Cleanup(func() { sim.Close(); srv.Close() })
	w.sim, w.base, w.cfg.APIURL, w.cfg.OAPIURL = sim, srv.URL, srv.URL, srv.URL
	w.cfg.DatabaseURL = storagetest.Database(t, storage.Migrate)
	must(t, app.Import(t.Context(), w.cfg, roster))
	const putOff = 0.02
	w.post("/sim/faults", map[string]any{"flowControl": putOff}, nil)
	w.start()
	pool, err := pgxpool.New(t.Context(), w.cfg.DatabaseURL)
	must(t, err)
	t.Cleanup(pool.Close)
	var told, jobs int
	w.poll("everybody to be told", func() bool {
		must(t, pool.QueryRow(t.Context(), `select (select count(*) from message where topic = 'person'
			and state = 'sent'), (select count(*) from river_job where kind = 'tell')`).Scan(&told, &jobs))
		return told == *massive
	})
	if jobs != want {
		t.Errorf("%d jobs, at least %d are needed", jobs, want)
	}
	var calls struct {
		Calls []struct{ Path string }
	}
	w.get("/sim/calls?after=0", &calls)
	made := 0
	for _, c := range calls.Calls {
		if c.Path == "/v1.0/robot/oToMessages/batchSend" {
			made++
		}
	}
	for i := range *massive {
		if n := len(w.messages(fmt.Sprintf("p%05d", i), 0, "0s")); n != 1 {
			t.Errorf("person %d got %d messages", i, n)
		}
	}
	t.Logf("%d people with %d texts: %d calls, %d is the least possible; "+
		"the rest went to those whom DingTalk had put off", *massive, len(texts), made, want)
}
