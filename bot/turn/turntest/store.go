package turntest

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"sync"
	"time"

	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
)

// Store keeps everything in memory, as package storage keeps it in PostgreSQL: one contract is tested
// against both. It is safe for concurrent use; turns run one after the other.
type Store struct {
	turns sync.Mutex // held during a turn
	mu    sync.Mutex // guards what follows

	people       map[string]workflow.Person
	colleges     map[string]workflow.College
	certificates []workflow.Certificate // the current one of a person is the last
	filings      []record               // in the order of their creation
	consents     map[string][]string    // by person, the newest last
	separate     map[string][]string
	inbound      map[[2]string]*message
	accesses     []access
	questions    map[string]workflow.Question
	absences     map[string]workflow.Absence
	files        []workflow.StoredFile
	shredded     []workflow.Shredded
	cards        map[string]*card
	changes      []workflow.RosterChange
	attention    map[string]workflow.Attention // by certificate
	pending      map[string]workflow.Values
	counts       map[string]workflow.Usage
	jobs         []workflow.Effect
	unique       []workflow.Effect // every job that there may be only one of
	withdrawn    map[string]time.Time

	registry
}

type record struct {
	filing  workflow.Filing
	events  []workflow.Event
	updated time.Time
}

type message struct {
	reply  []byte
	said   bool
	leased bool
}

type access struct {
	about string
	workflow.Access
}

type card struct {
	filing    string
	ticket    int
	receivers []string
	sent      bool
}

// NewStore returns a store that knows nobody.
func NewStore() *Store {
	return &Store{
		people: map[string]workflow.Person{}, colleges: map[string]workflow.College{}, consents: map[string][]string{},
		separate: map[string][]string{}, inbound: map[[2]string]*message{}, questions: map[string]workflow.Question{},
		absences: map[string]workflow.Absence{}, cards: map[string]*card{}, attention: map[string]workflow.Attention{},
		pending: map[string]workflow.Values{}, counts: map[string]workflow.Usage{}, withdrawn: map[string]time.Time{},
		registry: registry{wrote: map[string]time.Time{}, imports: map[string]*kept{}},
	}
}

// AddCollege puts a college on the roster.
func (s *Store) AddCollege(c workflow.College) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.colleges[c.ID] = c
}

// AddPerson puts somebody on the roster, or replaces them.
func (s *Store) AddPerson(p workflow.Person) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.people[p.ID] = p
}

// AddCertificate makes a certificate the current one of its person.
func (s *Store) AddCertificate(c workflow.Certificate) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.certificates = append(s.certificates, clone(c))
}

// Jobs are what turns have left to be done, in order, and forgets them.
func (s *Store) Jobs() []workflow.Effect {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := s.jobs
	s.jobs = nil
	return out
}

// Changes are what HR has changed on the roster, in order.
func (s *Store) Changes() []workflow.RosterChange {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.changes)
}

// Turn implements the store of a kernel.
func (s *Store) Turn(
	_ context.Context, in workflow.Inbound, now time.Time, decide func(workflow.Case) (workflow.Outcome, error),
) (workflow.Receipt, error) {
	s.turns.Lock()
	defer s.turns.Unlock()
	key := [2]string{in.Robot, in.Message}
	s.mu.Lock()
	seen, again := s.inbound[key]
	c := s.caseOf(in.Person, in.Filing)
	s.mu.Unlock()
	if again {
		return workflow.Receipt{Duplicate: true, Reply: s.unsent(seen)}, nil
	}
	return s.decide(in, c, now, decide)
}

// Resume finishes a message that a turn left to a job.
func (s *Store) Resume(
	_ context.Context, in workflow.Inbound, now time.Time, decide func(workflow.Case) (workflow.Outcome, error),
) (workflow.Receipt, error) {
	s.turns.Lock()
	defer s.turns.Unlock()
	s.mu.Lock()
	m := s.inbound[[2]string{in.Robot, in.Message}]
	c := s.caseOf(in.Person, in.Filing)
	s.mu.Unlock()
	if in.Message != "" && m == nil {
		return workflow.Receipt{}, fmt.Errorf("resume turn: look up message: %w", workflow.ErrNotFound)
	}
	if in.Message != "" && m.reply != nil {
		return workflow.Receipt{Duplicate: true, Reply: s.unsent(m)}, nil
	}
	return s.decide(in, c, now, decide)
}

func (s *Store) decide(
	in workflow.Inbound, c workflow.Case, now time.Time, decide func(workflow.Case) (workflow.Outcome, error),
) (workflow.Receipt, error) {
	out, err := decide(c)
	if err != nil {
		return workflow.Receipt{}, fmt.Errorf("turn: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.keep(in, c, out, now); err != nil {
		return workflow.Receipt{}, fmt.Errorf("turn: %w", err)
	}
	return workflow.Receipt{Reply: out.Reply}, nil
}

func (s *Store) unsent(m *message) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	if m.said || m.leased || m.reply == nil {
		return nil
	}
	m.leased = true
	return m.reply
}

// Expire makes every lease on an unsent reply run out.
func (s *Store) Expire() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range s.inbound {
		m.leased = false
	}
}

// keep writes an outcome, all of it or nothing. It holds mu.
func (s *Store) keep(in workflow.Inbound, c workflow.Case, out workflow.Outcome, now time.Time) error {
	if err := s.conflicts(out); err != nil {
		return err
	}
	if out.Filing != nil && len(out.Events) > 0 {
		if err := s.keepFiling(*out.Filing, out.Events, c.Filing, now); err != nil {
			return err
		}
	}
	if in.Message != "" {
		m := s.inbound[[2]string{in.Robot, in.Message}]
		if m == nil {
			m = &message{}
			s.inbound[[2]string{in.Robot, in.Message}] = m
			s.wrote[in.Person] = now
		}
		m.reply, m.leased = out.Reply, out.Reply != nil
	}
	if out.Consent != "" {
		s.consents[in.Person] = append(s.consents[in.Person], out.Consent)
	}
	s.separate[in.Person] = append(s.separate[in.Person], out.Separate...)
	if out.Withdrawn {
		delete(s.consents, in.Person)
		delete(s.separate, in.Person)
		s.withdrawn[in.Person] = now
	}
	if out.Lang != "" {
		p := s.people[in.Person]
		p.Lang = out.Lang
		s.people[in.Person] = p
	}
	if out.Renewed != nil {
		s.certificates = append(s.certificates, clone(*out.Renewed))
	}
	if out.Reinstated != "" {
		s.reinstate(out.Reinstated)
	}
	for _, v := range out.Views {
		s.accesses = append(s.accesses, access{v.About, workflow.Access{Viewer: in.Person, What: v.What, At: now}})
	}
	if q := out.Question; q != nil {
		asked := *q
		asked.AskedAt = now
		s.questions[q.ID] = asked
	}
	if q := out.Answered; q != nil {
		answered := s.questions[q.ID]
		answered.By, answered.Answer = q.By, q.Answer
		s.questions[q.ID] = answered
	}
	if out.Absence != nil {
		s.keepAbsence(*out.Absence)
	}
	if a, ok := s.absences[out.Back]; ok && a.Person == in.Person {
		delete(s.absences, out.Back)
	}
	if out.Attention != nil && c.Certificate != nil {
		s.attention[c.Certificate.ID] = *out.Attention
	}
	if out.Roster != nil {
		s.changeRoster(*out.Roster)
	}
	s.keepFiles(c, out)
	for _, e := range out.Effects {
		s.keepJob(e)
	}
	return nil
}

// conflicts says why an outcome cannot be kept: somebody was quicker.
func (s *Store) conflicts(out workflow.Outcome) error {
	if q := out.Answered; q != nil {
		if asked, ok := s.questions[q.ID]; !ok || asked.By != "" {
			return fmt.Errorf("question %s: %w", q.ID, workflow.ErrConflict)
		}
	}
	if c := out.Roster; c != nil && c.Revoke != nil {
		has := slices.ContainsFunc(s.people[c.Person].Grants, sameRole(*c.Revoke))
		if !has || c.Revoke.Role == workflow.HR && s.others(workflow.HR, c.Person) == 0 {
			return fmt.Errorf("revoke %s: %w", c.Revoke.Role, workflow.ErrConflict)
		}
	}
	return nil
}

// keepAbsence puts an absence in the place of those that it touches.
func (s *Store) keepAbsence(a workflow.Absence) {
	maps.DeleteFunc(s.absences, func(_ string, x workflow.Absence) bool {
		return x.Person == a.Person && !x.From.After(a.Until) && !x.Until.Before(a.From)
	})
	if a.Deputy != nil {
		a.Deputy = &workflow.Person{ID: a.Deputy.ID}
	}
	s.absences[a.ID] = a
}

// keepJob inserts a job; of those that are unique there is one with the same arguments.
func (s *Store) keepJob(e workflow.Effect) {
	if e.Job().Unique {
		if slices.ContainsFunc(s.unique, func(x workflow.Effect) bool { return reflect.DeepEqual(x, e) }) {
			return
		}
		s.unique = append(s.unique, e)
	}
	s.jobs = append(s.jobs, e)
}

// clone is a copy of a value as it would come back from where it is stored.
func clone[T any](v T) T {
	data, err := json.Marshal(v)
	var out T
	if err == nil {
		err = json.Unmarshal(data, &out)
	}
	if err != nil {
		panic(err) // filings and certificates are stored so
	}
	return out
}

func (s *Store) keepFiling(f workflow.Filing, events []workflow.Event, was *workflow.Filing, now time.Time) error {
	before := 0
	if was != nil && was.ID == f.ID {
		before = was.Seq
	}
	i := slices.IndexFunc(s.filings, func(r record) bool { return r.filing.ID == f.ID })
	switch {
	case i < 0 && before == 0:
		s.filings = append(s.filings, record{})
		i = len(s.filings) - 1
	case i < 0 || s.filings[i].filing.Seq != before:
		return fmt.Errorf("filing %s: %w", f.ID, workflow.ErrConflict)
	}
	r := &s.filings[i]
	r.filing, r.events, r.updated = clone(f), append(r.events, clone(events)...), now
	return nil
}

func (s *Store) reinstate(id string) {
	i := slices.IndexFunc(s.certificates, func(c workflow.Certificate) bool { return c.ID == id })
	if i >= 0 {
		c := s.certificates[i]
		s.forget(id)
		s.certificates = append(s.certificates, c)
	}
}

func (s *Store) changeRoster(c workflow.RosterChange) {
	s.changes = append(s.changes, c)
	if c.College != nil {
		s.colleges[c.College.ID] = *c.College
		return
	}
	p := s.people[c.Person]
	if c.Grant != nil {
		p.Grants = append(slices.DeleteFunc(slices.Clone(p.Grants), sameRole(*c.Grant)), *c.Grant)
	}
	if c.Revoke != nil {
		p.Grants = slices.DeleteFunc(slices.Clone(p.Grants), sameRole(*c.Revoke))
	}
	s.people[c.Person] = p
}

// sameRole finds the grant of a role, deputy or not.
func sameRole(g workflow.Grant) func(workflow.Grant) bool {
	return func(x workflow.Grant) bool { return x.Role == g.Role && x.College == g.College }
}

func (s *Store) keepFiles(c workflow.Case, out workflow.Outcome) {
	over := func(id string) {
		s.eachFile(id, func(f *workflow.StoredFile) { f.Superseded, f.Revision = true, 0 })
	}
	if out.File != nil {
		f := *out.File
		f.Gathered = nil
		s.files = append(s.files, f)
	}
	if out.Filing == nil {
		return
	}
	if out.File != nil {
		for _, id := range out.File.Gathered {
			over(id)
		}
	}
	if out.Adopted != "" {
		s.eachFile(out.Adopted, func(f *workflow.StoredFile) { f.Filing = out.Filing.ID })
	}
	if c.Filing != nil && c.Filing.ID == out.Filing.ID {
		for _, id := range held(c.Filing) {
			over(id)
		}
	}
	for _, id := range held(out.Filing) {
		s.eachFile(id, func(f *workflow.StoredFile) { f.Superseded, f.Revision = false, 0 })
	}
}

// held are the files that a filing refers to.
func held(f *workflow.Filing) []string {
	out := []string{f.Notice.Photo}
	for _, m := range f.Materials {
		if m.File != nil {
			out = append(out, m.File.ID)
		}
	}
	return out
}

func (s *Store) eachFile(id string, change func(*workflow.StoredFile)) {
	for i := range s.files {
		if s.files[i].ID == id {
			change(&s.files[i])
		}
	}
}

// caseOf is what a turn may look at. It holds mu.
func (s *Store) caseOf(person, filing string) workflow.Case {
	owner := person
	i := slices.IndexFunc(s.filings, func(r record) bool { return r.filing.ID == filing })
	if filing != "" && i >= 0 {
		owner = s.filings[i].filing.Person
	}
	if filing == "" {
		for n, r := range s.filings {
			if r.filing.Person == person {
				i = n // the newest
			}
		}
	}
	var c workflow.Case
	c.Person, c.Known = s.person(person)
	c.Applicant, _ = s.person(owner)
	if list := s.consents[owner]; len(list) > 0 {
		c.Consent = list[len(list)-1]
	}
	c.Certificate = s.current(owner)
	if i >= 0 {
		f := clone(s.filings[i].filing)
		c.Filing = &f
	}
	c.College = s.colleges[c.Applicant.College]
	for _, p := range s.everybody() {
		if p.Holds(workflow.CollegeHandler, c.College.ID) {
			c.College.Handlers = append(c.College.Handlers, p)
		}
		if p.Holds(workflow.SchoolHandler, "") {
			c.School = append(c.School, p)
		}
	}
	return c
}

func (s *Store) person(id string) (workflow.Person, bool) {
	p, ok := s.people[id]
	for _, a := range slices.SortedFunc(maps.Values(s.absences), func(a, b workflow.Absence) int {
		return cmp.Or(b.From.DaysUntil(a.From), cmp.Compare(a.ID, b.ID))
	}) {
		if a.Person != id {
			continue
		}
		if d := a.Deputy; d != nil {
			a.Deputy = &workflow.Person{ID: d.ID, Name: s.people[d.ID].Name, Lang: s.people[d.ID].Lang}
		}
		p.Absences = append(slices.Clone(p.Absences), a)
	}
	return p, ok
}

// everybody is the people on the roster, holders before deputies.
func (s *Store) everybody() []workflow.Person {
	var out []workflow.Person
	for _, id := range slices.Sorted(maps.Keys(s.people)) {
		p, _ := s.person(id)
		out = append(out, p)
	}
	deputy := func(p workflow.Person) int {
		if slices.ContainsFunc(p.Grants, func(g workflow.Grant) bool { return g.Deputy }) {
			return 1
		}
		return 0
	}
	slices.SortStableFunc(out, func(a, b workflow.Person) int { return deputy(a) - deputy(b) })
	return out
}

func (s *Store) current(person string) *workflow.Certificate {
	for _, c := range slices.Backward(s.certificates) {
		if c.Person == person {
			c = clone(c)
			return &c
		}
	}
	return nil
}

// ReplySent notes that a reply has left.
func (s *Store) ReplySent(_ context.Context, robot, id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if m := s.inbound[[2]string{robot, id}]; m != nil {
		m.said = true
	}
	return nil
}

// ReplyFailed notes that a reply has not left.
func (s *Store) ReplyFailed(_ context.Context, robot, id, _ string, dead bool, _ time.Duration) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if m := s.inbound[[2]string{robot, id}]; m != nil {
		m.said, m.leased = dead, false
	}
	return nil
}

// ClaimReplies returns nothing: a test sees each reply where it is sent.
func (s *Store) ClaimReplies(context.Context, int) ([]workflow.Pending, error) { return nil, nil }

// Pending is what waits for an answer of somebody.
func (s *Store) Pending(_ context.Context, person string) (workflow.Values, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.pending[person], nil
}

// SetPending keeps what waits for an answer of somebody.
func (s *Store) SetPending(_ context.Context, person string, v workflow.Values) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pending[person] = v
	return nil
}

// ClearPending forgets it.
func (s *Store) ClearPending(_ context.Context, person string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.pending, person)
	return nil
}

// Count counts a call or a push.
func (s *Store) Count(_ context.Context, month, kind string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.counts[month]
	if kind == "pushes" {
		u.Pushes++
	} else {
		u.Calls++
	}
	s.counts[month] = u
	return nil
}

// Usage is what has been counted.
func (s *Store) Usage(_ context.Context, month string) (workflow.Usage, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.counts[month], nil
}

// Case loads the case of a filing.
func (s *Store) Case(_ context.Context, filing string) (workflow.Case, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.filings, func(r record) bool { return r.filing.ID == filing })
	if i < 0 {
		return workflow.Case{}, fmt.Errorf("load filing %s: %w", filing, workflow.ErrNotFound)
	}
	return s.caseOf(s.filings[i].filing.Person, filing), nil
}

// CaseFor loads the case of a filing as somebody else sees it.
func (s *Store) CaseFor(_ context.Context, person, filing string) (workflow.Case, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.caseOf(person, filing)
	if c.Filing == nil {
		return c, fmt.Errorf("load filing %s: %w", filing, workflow.ErrNotFound)
	}
	return c, nil
}

// PersonCase loads the case of a person's own filing.
func (s *Store) PersonCase(_ context.Context, person string) (workflow.Case, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.caseOf(person, ""), nil
}

// Event returns one event of a filing.
func (s *Store) Event(ctx context.Context, filing string, seq int) (workflow.Event, error) {
	events, err := s.Events(ctx, filing)
	for _, e := range events {
		if e.Seq == seq {
			return e, nil
		}
	}
	if err == nil {
		err = workflow.ErrNotFound
	}
	return workflow.Event{}, fmt.Errorf("load event %d of %s: %w", seq, filing, err)
}

// Events returns all events of a filing in order.
func (s *Store) Events(_ context.Context, filing string) ([]workflow.Event, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.filings {
		if r.filing.ID == filing {
			return slices.Clone(r.events), nil
		}
	}
	return nil, nil
}

// Names returns the names of the people with the given ids.
func (s *Store) Names(_ context.Context, ids []string) (map[string]string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := map[string]string{}
	for _, id := range ids {
		if p, ok := s.people[id]; ok {
			out[id] = p.Name
		}
	}
	return out, nil
}

// Named returns the people with this name or userId.
func (s *Store) Named(_ context.Context, word string) ([]workflow.Person, error) {
	return s.peopleWho(func(p workflow.Person) bool { return p.ID == word || p.Name == word }), nil
}

// Holders returns everybody with a role.
func (s *Store) Holders(_ context.Context, r workflow.Role) ([]workflow.Person, error) {
	return s.peopleWho(func(p workflow.Person) bool {
		return slices.ContainsFunc(p.Grants, func(g workflow.Grant) bool { return g.Role == r })
	}), nil
}

func (s *Store) peopleWho(fit func(workflow.Person) bool) []workflow.Person {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := slices.DeleteFunc(s.everybody(), func(p workflow.Person) bool { return !fit(p) })
	slices.SortFunc(out, func(a, b workflow.Person) int { return cmp.Compare(a.ID, b.ID) })
	return out
}

// Question returns a question to the school.
func (s *Store) Question(_ context.Context, id string) (workflow.Question, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q, ok := s.questions[id]
	if !ok {
		return q, fmt.Errorf("load question %s: %w", id, workflow.ErrNotFound)
	}
	return q, nil
}

// Absence returns an absence that has not been taken back.
func (s *Store) Absence(_ context.Context, id string) (workflow.Absence, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, ok := s.absences[id]
	if !ok {
		return a, fmt.Errorf("load absence: %w", workflow.ErrNotFound)
	}
	return a, nil
}

// SaveCard notes that a card goes out; false says that it was sent before.
func (s *Store) SaveCard(_ context.Context, track, filing string, ticket int, receivers []string) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cards[track] == nil {
		s.cards[track] = &card{filing, ticket, receivers, false}
	}
	return !s.cards[track].sent, nil
}

// CardSent marks a card as delivered.
func (s *Store) CardSent(_ context.Context, track string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.cards[track]; c != nil {
		c.sent = true
	}
	return nil
}

// CardReceivers returns who has a copy of the card of a step.
func (s *Store) CardReceivers(_ context.Context, filing string, ticket int) ([]string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []string
	for _, c := range s.cards {
		if c.filing == filing && c.ticket == ticket {
			out = append(out, c.receivers...)
		}
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// Shown notes that something about a person was shown to others.
func (s *Store) Shown(_ context.Context, person string, viewers []string, what string, now time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, v := range viewers {
		s.accesses = append(s.accesses, access{person, workflow.Access{Viewer: v, What: what, At: now}})
	}
	return nil
}

// Accesses returns who was shown something about a person, the newest first.
func (s *Store) Accesses(_ context.Context, person string, limit int) ([]workflow.Access, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []workflow.Access
	for _, v := range slices.Backward(s.accesses) {
		if v.about == person && len(out) < limit {
			v.Name = s.people[v.Viewer].Name
			out = append(out, v.Access)
		}
	}
	slices.SortStableFunc(out, func(a, b workflow.Access) int { return b.At.Compare(a.At) })
	return out, nil
}

// Erase removes what a person's filings consisted of.
func (s *Store) Erase(_ context.Context, person string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	doomed := s.doomed(person)
	s.filings = slices.DeleteFunc(s.filings, func(r record) bool { return slices.Contains(doomed, r.filing.ID) })
	maps.DeleteFunc(s.cards, func(_ string, c *card) bool { return slices.Contains(doomed, c.filing) })
	maps.DeleteFunc(s.questions, func(_ string, q workflow.Question) bool {
		return q.Person == person && !q.AskedAt.After(s.withdrawn[person])
	})
	return nil
}

// SameFile returns the file of a person with these bytes, "" when there is none.
func (s *Store) SameFile(_ context.Context, person string, sha256 []byte) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range slices.Backward(s.files) {
		if f.Person == person && bytes.Equal(f.SHA256, sha256) {
			return f.ID, nil
		}
	}
	return "", nil
}

// File returns the record of a person's file.
func (s *Store) File(_ context.Context, person, id string) (workflow.StoredFile, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.files {
		if f.Person == person && f.ID == id {
			return f, nil
		}
	}
	return workflow.StoredFile{}, fmt.Errorf("load file: %w", workflow.ErrNotFound)
}

// Parts returns the files that hold pages of a form of which others are missing.
func (s *Store) Parts(_ context.Context, filing string, revision int) ([]workflow.StoredFile, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(s.files), func(f workflow.StoredFile) bool {
		return f.Filing != filing || f.Revision != revision || revision == 0
	}), nil
}

// DoomedFiles are those of filings whose consent was withdrawn.
func (s *Store) DoomedFiles(_ context.Context, person string) ([]workflow.Shredded, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []workflow.Shredded
	for _, f := range s.files {
		if slices.Contains(s.doomed(person), f.Filing) {
			out = append(out, workflow.Shredded{File: f.ID, Filing: f.Filing, Reason: workflow.ShredWithdrawn})
		}
	}
	return out, nil
}

// doomed are the filings of somebody up to the newest one whose consent was withdrawn.
func (s *Store) doomed(person string) []string {
	var own, out []string
	for _, r := range s.filings {
		if r.filing.Person != person {
			continue
		}
		own = append(own, r.filing.ID)
		if slices.ContainsFunc(r.events, func(e workflow.Event) bool { return e.Action == workflow.WithdrawConsent }) {
			out = slices.Clone(own)
		}
	}
	return out
}

// Shred notes that the bytes of a file are gone.
func (s *Store) Shred(_ context.Context, d workflow.Shredded) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.shredded = append(s.shredded, d)
	s.files = slices.DeleteFunc(s.files, func(f workflow.StoredFile) bool { return f.ID == d.File })
	return nil
}

// Exclusively runs fn; nothing else runs in a test.
func (s *Store) Exclusively(ctx context.Context, _ string, fn func(context.Context) error) error {
	return fn(ctx)
}

// Desk returns the open filings that somebody may have to do with, the longest untouched first.
func (s *Store) Desk(_ context.Context, person string, today calendar.Date, limit int) ([]workflow.Case, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	grants := s.people[person].Grants
	for _, a := range s.absences {
		if a.Deputy != nil && a.Deputy.ID == person && a.On(today) {
			grants = slices.Concat(grants, s.people[a.Person].Grants)
		}
	}
	mine := slices.Clone(s.filings)
	mine = slices.DeleteFunc(mine, func(r record) bool {
		return r.filing.Person == person || !s.onDesk(r, grants, today)
	})
	slices.SortStableFunc(mine, func(a, b record) int { return a.updated.Compare(b.updated) })
	var out []workflow.Case
	for _, r := range mine[:min(limit, len(mine))] {
		out = append(out, s.caseOf(person, r.filing.ID))
	}
	return out, nil
}

// onDesk reports whether a filing may be waiting for somebody with these roles.
func (s *Store) onDesk(r record, grants []workflow.Grant, today calendar.Date) bool {
	on := []workflow.State{workflow.Saved, workflow.Ready, workflow.Returned, workflow.Prereview}
	handles := func(g workflow.Grant) bool {
		return g.Role == workflow.CollegeHandler && (g.College == r.filing.College || g.College == "")
	}
	school := func(g workflow.Grant) bool { return g.Role == workflow.SchoolHandler }
	switch {
	case !slices.Contains(on, r.filing.State):
		return false
	case slices.ContainsFunc(grants, handles):
		return true
	case !slices.ContainsFunc(grants, school):
		return false
	case r.filing.Review.Step != "":
		return true
	}
	if slices.ContainsFunc(r.events, func(e workflow.Event) bool { return e.Action == workflow.ObjectNotice }) {
		return true
	}
	for id := range s.people { // the school's, when nobody of the college is there (Q21)
		p, _ := s.person(id)
		gone := slices.ContainsFunc(p.Absences, func(a workflow.Absence) bool { return a.Deputy == nil && a.On(today) })
		if id != r.filing.Person && !gone && slices.ContainsFunc(p.Grants, handles) {
			return false
		}
	}
	return true
}
