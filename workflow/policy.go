package workflow

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

//go:embed policy.json
var embeddedPolicy []byte

// Policy is what the manual leaves open and what may change without a new
// program: periods, ladders, reasons, the review chain and the calendar. Every
// filing records the version it was decided under.
type Policy struct {
	Version       string         `json:"version"`
	Source        string         `json:"source"`
	ValidMonths   int            `json:"valid_months"`   // R-C09: a certificate lives two years
	AdvanceMonths int            `json:"advance_months"` // R-C09, Q05: how early a filing may start
	Notice        NoticePolicy   `json:"notice"`
	Lead          LeadPolicy     `json:"lead"`
	Review        []ReviewStep   `json:"review"`
	Reasons       []Reason       `json:"reasons"`
	Reminders     ReminderPolicy `json:"reminders"`
	KeepScans     int            `json:"keep_scans_days"` // after approval or deletion (domain §7.5)
	Consent       string         `json:"consent"`         // version of the notice people agree to
	OfficialURL   string         `json:"official"`        // where the person files
	Years         []Year         `json:"years"`
}

// NoticePolicy is the public notice of R-E01 (Q06: its length is custom, not law).
type NoticePolicy struct {
	WorkingDays   int  `json:"working_days"`
	CountStartDay bool `json:"count_start_day"`
}

// LeadPolicy is the usual time, in working days, of the people involved. It only
// feeds suggestions such as the latest safe start of the public notice.
type LeadPolicy struct {
	Posting int `json:"posting"`
	Sealing int `json:"sealing"`
	Review  int `json:"review"`
	Spare   int `json:"spare"`
}

// ReviewStep is one station of the review chain inside the school.
type ReviewStep struct {
	ID      string `json:"id"`
	Role    Role   `json:"role"`
	Label   string `json:"label"`
	Verb    string `json:"verb"`    // what the deciding button says
	Submits bool   `json:"submits"` // the last step hands the filing over (上报, T13)
}

// Reason is one reason a handler may give for a return (domain §4).
type Reason struct {
	Code  string `json:"code"`
	Label string `json:"label"`
	Rule  string `json:"rule"`
}

// Year is the working-day arrangement of one calendar year (domain §3.2).
// Days are MM-DD or MM-DD/MM-DD.
type Year struct {
	Year     int      `json:"year"`
	Source   string   `json:"source"`
	Official bool     `json:"official"`
	Off      []string `json:"off"`
	Work     []string `json:"work"`
}

// DefaultPolicy returns the embedded policy.
func DefaultPolicy() (Policy, error) { return ParsePolicy(bytes.NewReader(embeddedPolicy)) }

// ParsePolicy reads a policy strictly: an unknown key, a missing part or an
// impossible value is an error that names it.
func ParsePolicy(r io.Reader) (Policy, error) {
	dec := json.NewDecoder(r)
	dec.DisallowUnknownFields()
	var p Policy
	if err := dec.Decode(&p); err != nil {
		return Policy{}, fmt.Errorf("read policy: %w", err)
	}
	if err := p.validate(); err != nil {
		return Policy{}, fmt.Errorf("check policy %q: %w", p.Version, err)
	}
	return p, nil
}

func (p Policy) validate() error {
	var errs []error
	need := func(ok bool, sentence string) {
		if !ok {
			errs = append(errs, errors.New(sentence))
		}
	}
	need(p.Version != "", "version is missing")
	need(p.Consent != "", "consent is missing")
	need(p.ValidMonths > 0, "valid_months must be positive")
	need(p.AdvanceMonths >= 0 && p.AdvanceMonths < p.ValidMonths, "advance_months must be between 0 and valid_months")
	need(p.Notice.WorkingDays >= 1, "notice.working_days must be at least 1 (Q06)")
	need(len(p.Review) > 0 && p.Review[len(p.Review)-1].Submits, "the last step of review must have submits: true (T13)")
	need(len(p.Reasons) > 0, "reasons is empty: a return needs a reason (T12)")
	need(p.KeepScans > 0, "keep_scans_days must be positive")
	need(clock(p.Reminders.Awake[0]) && clock(p.Reminders.Awake[1]) && p.Reminders.Awake[0] < p.Reminders.Awake[1],
		`reminders.awake must be two times such as ["09:00", "17:30"]`)
	need(len(p.Reminders.Ladder) > 0, "reminders.ladder is empty")
	for _, s := range p.Review {
		need(slices.Contains([]Role{CollegeHandler, SchoolHandler}, s.Role), fmt.Sprintf("review step %q: role %q is not a handler", s.ID, s.Role))
	}
	if _, err := NewCalendar(p.Years); err != nil {
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// ReviewStep returns the step with the given id; ok is false when the chain has none.
func (p Policy) ReviewStep(id string) (ReviewStep, bool) {
	i := slices.IndexFunc(p.Review, func(s ReviewStep) bool { return s.ID == id })
	if i < 0 {
		return ReviewStep{}, false
	}
	return p.Review[i], true
}

// After returns the step that follows id, or ok=false after the last.
func (p Policy) After(id string) (ReviewStep, bool) {
	i := slices.IndexFunc(p.Review, func(s ReviewStep) bool { return s.ID == id })
	if i < 0 || i+1 >= len(p.Review) {
		return ReviewStep{}, false
	}
	return p.Review[i+1], true
}

// Reason returns the return reason with the given code.
func (p Policy) Reason(code string) (Reason, bool) {
	i := slices.IndexFunc(p.Reasons, func(r Reason) bool { return r.Code == code })
	if i < 0 {
		return Reason{}, false
	}
	return p.Reasons[i], true
}

// Calendar returns the working-day calendar of the policy.
func (p Policy) Calendar() Calendar {
	c, err := NewCalendar(p.Years)
	if err != nil { // validate has already accepted these years
		panic(fmt.Sprintf("calendar of policy %s: %v", p.Version, err))
	}
	return c
}

// clock reports whether s is a time of day, as 09:00.
func clock(s string) bool {
	_, err := time.Parse("15:04", s)
	return err == nil && len(s) == len("15:04")
}

// splitRange splits MM-DD/MM-DD into its ends; a single day is both.
func splitRange(s string) (from, to string) {
	if a, b, ok := strings.Cut(s, "/"); ok {
		return a, b
	}
	return s, s
}
