package workflow

import (
	"fmt"
	"time"
)

// Action is what happens to a filing.
type Action string

// The events of domain §1.7. Each is also the command that asks for it.
const (
	Create          Action = "create"           // T03 增加备案申请
	Fill            Action = "fill"             // values typed before the first save
	SaveInfo        Action = "save_info"        // T06, T07 保存信息
	Print           Action = "print"            // R-E01, R-E02
	HandNotice      Action = "notice_hand"      // the college is asked to publish
	PostNotice      Action = "notice_post"      // the college handler reports the start
	PassNotice      Action = "notice_pass"      // the days are over, nobody objected
	ObjectNotice    Action = "notice_objection" // somebody objected
	Declare         Action = "declare"          // "has it changed" for slots the form cannot know
	Upload          Action = "upload"
	Remove          Action = "remove"
	Waive           Action = "waive"          // R-F02
	SaveMaterials   Action = "save_materials" // T08 保存材料
	SetAuto         Action = "auto_hand_in"
	HandIn          Action = "request_prereview" // T10
	Approve         Action = "approve"           // a step of the chain before the last
	Return          Action = "return"            // T12
	Submit          Action = "submit"            // T13 上报
	Report          Action = "official_status"   // T15
	ReportReturned  Action = "official_return"   // T16
	ReportApproved  Action = "official_approved" // T18
	ConfirmDownload Action = "cert_downloaded"   // T19
	Delete          Action = "delete"            // T20
)

// Command asks for one thing to happen. Only the fields that the event needs are set.
type Command struct {
	Action Action `json:"action"`
	Actor  Actor  `json:"actor"`

	ID          string       `json:"id,omitempty"`          // Create
	Certificate *Certificate `json:"certificate,omitempty"` // Create
	College     string       `json:"college,omitempty"`     // Create
	Policy      string       `json:"policy,omitempty"`      // Create: version in force

	Values   Values       `json:"values,omitempty"`   // Fill, SaveInfo
	Slot     Slot         `json:"slot,omitempty"`     // Upload, Remove, Waive, Declare
	File     *File        `json:"file,omitempty"`     // Upload
	Yes      bool         `json:"yes,omitempty"`      // Declare, SetAuto
	Text     string       `json:"text,omitempty"`     // Waive, Report…, ObjectNotice
	From     Date         `json:"from,omitzero"`      // PostNotice, ReportApproved
	Until    Date         `json:"until,omitzero"`     // PostNotice, ReportApproved
	Items    []ReturnItem `json:"items,omitempty"`    // Return
	Ticket   int          `json:"ticket,omitempty"`   // Approve, Return, Submit: what the handler saw
	Attested bool         `json:"attested,omitempty"` // Submit: R-B06
}

// Event is a command that was accepted, with what it led to. Events are the truth
// about a filing; they are appended and never changed.
type Event struct {
	Seq      int       `json:"seq"`
	Rule     string    `json:"rule"` // T-id
	At       time.Time `json:"at"`
	To       State     `json:"to"`
	Revision int       `json:"revision"`
	Step     string    `json:"step,omitempty"`     // review step after the event
	Official bool      `json:"official,omitempty"` // PostNotice: Until rests on an official calendar
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
	RefusedMissing    Code = "missing"    // fields or slots are missing
	RefusedIdentity   Code = "identity"   // R-C10
	RefusedCategory   Code = "category"   // R-C08
	RefusedEarly      Code = "too_early"  // R-C09
	RefusedRevision   Code = "revision"   // R-E05: the paper is of an older revision
	RefusedNotice     Code = "notice"     // the public notice is not over
	RefusedReason     Code = "reason"     // a return without a reason
	RefusedDates      Code = "dates"      // impossible dates
	RefusedSame       Code = "same"       // nothing would change
	RefusedAttest     Code = "attest"     // R-B06 not attested
	RefusedIneligible Code = "ineligible" // any other reason of [Ineligible]
)

// Refusal is the error of [Apply]: a command that the rules do not allow.
type Refusal struct {
	Code   Code
	Rule   string  // the rule that refuses
	Fields []Field // RefusedMissing
	Slots  []Slot  // RefusedMissing
	Date   Date    // RefusedEarly, RefusedNotice: from when it is possible
}

// Error implements error for logs; people get a sentence from the text catalogue.
func (r *Refusal) Error() string {
	return fmt.Sprintf("refused by %s: %s", r.Rule, r.Code)
}
