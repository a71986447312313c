package workflow

import (
	"fmt"
	"slices"
	"time"

	"example.org/beian/workflow/calendar"
)

// Action is what happens to a filing.
type Action string

// The events of the main machine (T01–T26). Each is also the command that asks
// for it.
const (
	Enrol               Action = "enrol"                   // T01 agreed to the notice
	OpenWindow          Action = "window_opens"            // T02
	Create              Action = "create"                  // T03 增加备案申请
	DeclareCategory     Action = "declare_category_change" // T04
	ReportIdentity      Action = "report_identity_mismatch"
	Fill                Action = "fill"           // values typed before the first save
	SaveInfo            Action = "save_info"      // T06, T07, T14, T17 保存信息
	SaveMaterials       Action = "save_materials" // T08 保存材料
	SetAuto             Action = "auto_hand_in"
	LeaveNote           Action = "note"              // T10: a word to the handler
	HandIn              Action = "request_prereview" // T10
	Take                Action = "take"              // T11
	Release             Action = "release"           // T11
	Reassign            Action = "reassign"          // T11
	Approve             Action = "approve"           // a step of the chain before the last
	Return              Action = "return"            // T12
	Submit              Action = "submit"            // T13 上报
	Report              Action = "official_status"   // T15
	ReportReturned      Action = "official_return"   // T16
	ReportApproved      Action = "official_approved" // T18
	GenerateCertificate Action = "cert_generated"    // T19 生成新证书
	ConfirmDownload     Action = "cert_downloaded"   // T19 下载证书
	Delete              Action = "delete"            // T20
	Restore             Action = "restore"           // T20: undone within a day
	LeaveUnit           Action = "leave_unit"        // T22
	WithdrawConsent     Action = "withdraw_consent"  // T23
	Expire              Action = "expire"            // T24
	Reopen              Action = "reopen"            // T25
	Correct             Action = "correct_event"     // T26
)

// The events of the three regions: public notice (P), paper form (F), materials (M).
const (
	PrintNotice  Action = "print_publicity"  // P1
	HandNotice   Action = "notice_hand"      // P2: the college is asked to publish
	PostNotice   Action = "notice_post"      // P3: the college handler reports the start
	PhotoNotice  Action = "notice_photo"     // P3: a photo of the notice where it hangs
	KeepNotice   Action = "notice_keep"      // P3: what changed does not touch the notice that was posted (T07)
	PassNotice   Action = "notice_pass"      // P4: the days are over, nobody objected
	ObjectNotice Action = "notice_objection" // P5
	SettleNotice Action = "notice_settle"    // P5: the objection did not hold

	Print       Action = "print"        // F1
	SignForm    Action = "sign_self"    // F2
	CollegeSign Action = "college_sign" // F3
	SealForm    Action = "seal"         // F4
	ScanForm    Action = "scan"         // F5; F6 is Upload to slot 1

	Answer        Action = "answer_change" // "has it changed" for slots the form cannot know
	Upload        Action = "upload"
	Remove        Action = "remove"
	Waive         Action = "waive"            // R-F02
	AutofetchOK   Action = "autofetch_ok"     // R-F01
	AutofetchFail Action = "autofetch_failed" // R-F01
)

// Actions returns every action in the order of a filing's life.
func Actions() []Action {
	var out []Action
	for _, r := range rules {
		if !slices.Contains(out, r.on) {
			out = append(out, r.on)
		}
	}
	return out
}

// Command asks for one thing to happen. Only the fields that the event needs are set.
type Command struct {
	Action Action `json:"action"`
	Actor  Actor  `json:"actor"`

	ID          string       `json:"id,omitempty"`          // Enrol
	Certificate *Certificate `json:"certificate,omitempty"` // Enrol, Reopen
	College     string       `json:"college,omitempty"`     // Enrol
	Unit        string       `json:"unit,omitempty"`        // Enrol: the school, to know how whole the history is (R-C07)
	Policy      string       `json:"policy,omitempty"`      // Enrol, Create: version in force
	Consent     string       `json:"consent,omitempty"`     // Enrol: version of the notice agreed to

	Values   Values        `json:"values,omitempty"`   // Fill, SaveInfo
	Slot     Slot          `json:"slot,omitempty"`     // Upload, Remove, Waive, Answer
	File     *File         `json:"file,omitempty"`     // Upload
	Yes      bool          `json:"yes,omitempty"`      // Answer, SetAuto
	Text     string        `json:"text,omitempty"`     // Waive, Report…, ObjectNotice, SettleNotice, Correct
	From     calendar.Date `json:"from,omitzero"`      // PostNotice, ReportApproved
	Until    calendar.Date `json:"until,omitzero"`     // PostNotice, ReportApproved
	Items    []ReturnItem  `json:"items,omitempty"`    // Return
	Assignee string        `json:"assignee,omitempty"` // Reassign: whom
	Ticket   int           `json:"ticket,omitempty"`   // Approve, Return, Submit: what the handler saw
	Attested bool          `json:"attested,omitempty"` // Create: R-A06 to R-A08; Submit: R-B06

	// Unlock: the applicant insists on changing what a handler has accepted (T12).
	Unlock bool `json:"unlock,omitempty"`

	Log []Event `json:"-"` // Correct: all events of the filing
}

// Event is a command that was accepted, with what it led to. Events are the truth
// about a filing; they are appended and never changed.
type Event struct {
	Seq       int           `json:"seq"`
	Rule      string        `json:"rule"` // T-id
	At        time.Time     `json:"at"`
	To        State         `json:"to"` // after the event
	Revision  int           `json:"revision"`
	Step      string        `json:"step,omitempty"`      // review step after the event
	Official  bool          `json:"official,omitempty"`  // PostNotice: Until rests on an official calendar
	Reason    Ineligible    `json:"reason,omitempty"`    // Enrol, Reopen: why not
	Opens     calendar.Date `json:"opens,omitzero"`      // Enrol, Reopen
	Ends      calendar.Date `json:"ends,omitzero"`       // Enrol, Reopen
	Republish bool          `json:"republish,omitempty"` // SaveInfo: a published value changed (T07)
	Corrected *Filing       `json:"corrected,omitempty"` // Correct: the filing without the voided event
	Command
}

// Code says why a command was refused. The chat turns it into a sentence.
type Code string

// The refusals.
const (
	RefusedState      Code = "state"      // not possible in this state
	RefusedFrozen     Code = "frozen"     // R-G05: handed over, no change and no deletion
	RefusedRole       Code = "role"       // not this person's task
	RefusedOwn        Code = "own_filing" // four eyes
	RefusedStale      Code = "stale"      // the handler saw something older
	RefusedDecided    Code = "decided"    // somebody decided before
	RefusedTaken      Code = "taken"      // a handler is working on it (T11, T14)
	RefusedMissing    Code = "missing"    // fields or slots are missing
	RefusedUnanswered Code = "unanswered" // [Filing.Questions] are open
	RefusedIdentity   Code = "identity"   // R-C10
	RefusedCategory   Code = "category"   // R-C08
	RefusedEarly      Code = "too_early"  // R-C09
	RefusedRevision   Code = "revision"   // R-E05: the paper is of an older revision
	RefusedOrder      Code = "order"      // R-E03, R-E04: sign, seal, scan, upload
	RefusedNotice     Code = "notice"     // the public notice is not over
	RefusedReason     Code = "reason"     // a text or a reason is missing
	RefusedDates      Code = "dates"      // impossible dates
	RefusedSame       Code = "same"       // nothing would change
	RefusedAttest     Code = "attest"     // not attested
	RefusedIneligible Code = "ineligible" // any other reason of [Ineligible]
	RefusedLocked     Code = "locked"     // accepted by the handler, who has returned other items (T12)
)

// Refusal is the error of [Apply]: a command that the rules do not allow.
type Refusal struct {
	Code   Code
	Rule   string        // the rule that refuses
	Fields []Field       // RefusedMissing
	Slots  []Slot        // RefusedMissing, RefusedUnanswered
	Date   calendar.Date // RefusedEarly, RefusedNotice: from when it is possible
}

// Error implements error for logs; people get a sentence from the text catalogue.
func (r *Refusal) Error() string {
	return fmt.Sprintf("refused by %s: %s", r.Rule, r.Code)
}
