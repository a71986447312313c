package workflow

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"example.org/beian/workflow/calendar"
	"example.org/beian/workflow/identity"
)

//go:embed policy.json
var embeddedPolicy []byte

// Policy is what the manual leaves open and what may change without a new
// program: periods, ladders, reasons, the review chain and the calendar. Every
// filing records the version it was decided under.
type Policy struct {
	Version       string         `json:"version"`
	Source        string         `json:"source"`
	Effective     calendar.Date  `json:"effective"`      // since when it applies
	ValidMonths   int            `json:"valid_months"`   // R-C09: a certificate lives two years
	AdvanceMonths int            `json:"advance_months"` // R-C09, Q05: how early a filing may start
	Notice        NoticePolicy   `json:"notice"`
	Lead          LeadPolicy     `json:"lead"`
	Review        []ReviewStep   `json:"review"`
	Reasons       []ReturnReason `json:"reasons"`
	Reminders     ReminderPolicy `json:"reminders"`
	KeepScans     int            `json:"keep_scans_days"` // after approval or deletion
	Uploads       UploadPolicy   `json:"uploads"`
	Consent       string         `json:"consent"`               // version of the notice people agree to
	OfficialURL   string         `json:"official"`              // where the person files
	CreditCode    string         `json:"credit_code,omitempty"` // 统一社会信用代码 of the school (R-A09)
	// Options replace lists of the official system that the manual does not show
	// whole; only fields marked [Field.Local] may be here.
	Options map[Key][]string `json:"options,omitempty"`
	Years   []calendar.Year  `json:"years"`

	calendar calendar.Calendar // of Years, once they have been read
}

// NoticePolicy is the public notice of R-E01 (Q06: its length is custom, not law).
type NoticePolicy struct {
	WorkingDays   int  `json:"working_days"`
	CountStartDay bool `json:"count_start_day"`
	// Contact is where to object, as it is printed: a telephone, an address.
	Contact string `json:"contact,omitempty"`
	// SLA is for the college to post it.
	SLA SLAPolicy `json:"sla"`
}

// UploadPolicy bounds the files that people send (the manual has no limits).
type UploadPolicy struct {
	MaxMB         int `json:"max_mb"`
	MaxPages      int `json:"max_pages"`
	MaxMegapixels int `json:"max_megapixels"`
	// KeepReplacedDays is how long a file stays that another has replaced.
	KeepReplacedDays int `json:"keep_replaced_days"`
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
	English string `json:"english,omitempty"`
	Verb    string `json:"verb"`    // what the deciding button says
	Submits bool   `json:"submits"` // the last step hands the filing over (上报, T13)
	// SLA is for the decision.
	SLA SLAPolicy `json:"sla"`
}

// ReturnReason is one reason a handler may give for a return.
type ReturnReason struct {
	Code    string `json:"code"`
	Label   string `json:"label"`
	English string `json:"english,omitempty"`
	Rule    string `json:"rule"`
	// Slot is the material that has to be sent again when the handler names none.
	Slot Slot `json:"slot,omitempty"`
	// Question reasons ask for an answer only: nothing has to be changed (T12).
	Question bool `json:"question,omitempty"`
}

// DefaultPolicy returns the embedded policy.
func DefaultPolicy() (Policy, error) { return ParsePolicy(embeddedPolicy) }

// DefaultPolicyFile returns the embedded policy as a file, to start a policy of one's
// own from.
func DefaultPolicyFile() []byte { return slices.Clone(embeddedPolicy) }

// ParsePolicy reads a policy strictly: an unknown key, a missing part or an
// impossible value is a [PolicyFault] that names the line. All faults are returned,
// joined.
func ParsePolicy(data []byte) (Policy, error) {
	var p Policy
	lines, faults := checkShape(data, reflect.TypeFor[Policy]())
	if len(faults) > 0 {
		return p, errors.Join(faults...)
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if err := json.Unmarshal(data, &p); err != nil { // the shape has been accepted
		return p, fmt.Errorf("read policy: %w", err)
	}
	for _, f := range p.faults() {
		f.Line = lineOf(lines, f.Path)
		faults = append(faults, f)
	}
	if len(faults) > 0 {
		return Policy{}, errors.Join(faults...)
	}
	var err error
	p.calendar, err = calendar.New(p.Years)
	return p, err
}

// RestorePolicy reads a policy that was accepted when it was stored. It is not checked
// again: a later version of this program may ask for more than the policy of an old
// filing has.
func RestorePolicy(data []byte) (Policy, error) {
	var p Policy
	if err := json.Unmarshal(data, &p); err != nil {
		return p, fmt.Errorf("restore policy: %w", err)
	}
	var err error
	p.calendar, err = calendar.New(p.Years)
	return p, err
}

// lineOf finds the line of a path, or of the nearest thing around it that is there.
func lineOf(lines map[string]int, path string) int {
	for path != "" {
		if n, ok := lines[path]; ok {
			return n
		}
		path = path[:max(strings.LastIndexAny(path, ".["), 0)]
	}
	return 0
}

// faults checks what the values mean; the lines are filled in by the caller.
func (p Policy) faults() []PolicyFault {
	var out []PolicyFault
	need := func(path string, ok bool, problem string) {
		if !ok {
			out = append(out, PolicyFault{Path: path, Problem: problem})
		}
	}
	need("version", p.Version != "", "没有写 / is missing")
	need("effective", !p.Effective.IsZero(), "没有写生效日期 / is missing")
	need("consent", p.Consent != "", "没有写 / is missing")
	need("official", strings.HasPrefix(p.OfficialURL, "http"), "应是网址 / must be an address")
	need("credit_code", p.CreditCode == "" || identity.CheckCreditCode(p.CreditCode).Severity != identity.Hard,
		"不是统一社会信用代码 / is not a 统一社会信用代码 (GB 32100)")
	need("valid_months", p.ValidMonths > 0, "必须大于 0 / must be positive (R-C09)")
	need("advance_months", p.AdvanceMonths >= 0 &&
		p.AdvanceMonths < p.ValidMonths, "必须在 0 与 valid_months 之间 / must be between 0 and valid_months (Q05)")
	need("notice.working_days", p.Notice.WorkingDays >= 1, "至少 1 / must be at least 1 (Q06)")
	for path, n := range map[string]int{
		"lead.posting": p.Lead.Posting, "lead.sealing": p.Lead.Sealing,
		"lead.review": p.Lead.Review, "lead.spare": p.Lead.Spare,
	} {
		need(path, n >= 0, "不能是负数 / must not be negative")
	}
	need("keep_scans_days", p.KeepScans > 0, "必须大于 0 / must be positive")
	u := p.Uploads
	need("uploads.max_mb", u.MaxMB >= 1 && u.MaxMB <= 20, "1 到 20 / must be from 1 to 20, DingTalk's own limit")
	need("uploads.max_pages", u.MaxPages >= 1 && u.MaxPages <= 200, "1 到 200 / must be from 1 to 200")
	need("uploads.max_megapixels", u.MaxMegapixels >= 8 && u.MaxMegapixels <= 60, "8 到 60 / must be from 8 to 60")
	need("uploads.keep_replaced_days", u.KeepReplacedDays >= 0, "不能是负数 / must not be negative")
	out = append(out, p.Notice.SLA.faults("notice.sla")...)
	out = append(out, p.reviewFaults()...)
	out = append(out, p.reasonFaults()...)
	out = append(out, p.Reminders.faults()...)
	for k, options := range p.Options {
		fd, known := FieldOf(k)
		path := "options." + string(k)
		need(path, known && fd.Local, "这一项的选项不能改 / the options of this field are fixed")
		need(path, len(options) > 0, "没有选项 / is empty")
	}
	need("years", len(p.Years) > 0, "至少要有一年 / must have at least one year")
	for i := range p.Years {
		if _, err := p.Years[i].Days(); err != nil {
			need(fmt.Sprintf("years[%d]", i), false, "日期不对 / "+err.Error())
		}
	}
	slices.SortStableFunc(out, func(a, b PolicyFault) int { return strings.Compare(a.Path, b.Path) })
	return out
}

func (p Policy) reviewFaults() []PolicyFault {
	var out []PolicyFault
	seen := map[string]bool{}
	for i, s := range p.Review {
		path := fmt.Sprintf("review[%d]", i)
		if s.ID == "" || s.Label == "" || s.Verb == "" || seen[s.ID] {
			out = append(out, PolicyFault{Path: path, Problem: "id、label、verb 都要写,id 不能重复 / needs its own id, " +
				"a label and a verb"})
		}
		if s.Role != CollegeHandler && s.Role != SchoolHandler {
			out = append(out, PolicyFault{
				Path:    path + ".role",
				Problem: "只能是 college_handler 或 school_handler / must be a handler",
			})
		}
		if s.Submits != (i == len(p.Review)-1) {
			out = append(out, PolicyFault{
				Path:    path + ".submits",
				Problem: "只有最后一步上报 / must be true for the last step only (T13)",
			})
		}
		out = append(out, s.SLA.faults(path+".sla")...)
		seen[s.ID] = true
	}
	if len(p.Review) == 0 {
		out = append(out, PolicyFault{Path: "review", Problem: "至少要有一步 / must have at least one step"})
	}
	return out
}

func (p Policy) reasonFaults() []PolicyFault {
	var out []PolicyFault
	seen := map[string]bool{}
	for i, r := range p.Reasons {
		if r.Code == "" || r.Label == "" || seen[r.Code] || r.Slot < 0 || r.Slot > SlotBusiness {
			out = append(out, PolicyFault{
				Path:    fmt.Sprintf("reasons[%d]", i),
				Problem: "code、label 都要写,code 不能重复,slot 是 1 到 8 / needs its own code, a label, and a slot from 1 to 8 if any",
			})
		}
		seen[r.Code] = true
	}
	if !seen[ReasonOther] {
		out = append(out, PolicyFault{Path: "reasons", Problem: "要有 other(其他) / must contain other (T12)"})
	}
	return out
}

// ReasonOther is the return reason that needs a text of its own.
const ReasonOther = "other"

// Field returns a field of the catalogue with the options in force.
func (p Policy) Field(k Key) (Field, bool) {
	fd, ok := FieldOf(k)
	if o := p.Options[k]; len(o) > 0 {
		fd.Options = o
	}
	return fd, ok
}

// ReviewStep returns the step with the given id; ok is false when the chain has none.
func (p Policy) ReviewStep(id string) (ReviewStep, bool) {
	i := slices.IndexFunc(p.Review, func(s ReviewStep) bool { return s.ID == id })
	if i < 0 {
		return ReviewStep{}, false
	}
	return p.Review[i], true
}

// stepNo is the place of a step in the chain, -1 when it is not in it.
func (p Policy) stepNo(id string) int {
	return slices.IndexFunc(p.Review, func(s ReviewStep) bool { return s.ID == id })
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
func (p Policy) Reason(code string) (ReturnReason, bool) {
	i := slices.IndexFunc(p.Reasons, func(r ReturnReason) bool { return r.Code == code })
	if i < 0 {
		return ReturnReason{}, false
	}
	return p.Reasons[i], true
}

// Calendar returns the working-day calendar of a policy that was parsed or comes from
// a [Rulebook].
func (p Policy) Calendar() calendar.Calendar { return p.calendar }

// NoticeEnd returns the last day of a public notice posted on start. The day of posting counts
// only when the policy says so (民法典 §201).
func (p Policy) NoticeEnd(start calendar.Date) (calendar.Date, bool) {
	n := p.Notice.WorkingDays
	if work, _ := p.calendar.IsWorkday(start); p.Notice.CountStartDay && work {
		n--
	}
	return p.calendar.AddWorkdays(start, n)
}

// clock reports whether s is a time of day, as 09:00.
func clock(s string) bool {
	_, err := time.Parse("15:04", s)
	return err == nil && len(s) == len("15:04")
}
