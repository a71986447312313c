package workflow

import (
	"time"

	"example.org/beian/workflow/calendar"
)

// Slot is one of the eight upload places of the official system.
type Slot int

// The slots, numbered as on the screen.
const (
	SlotForm          Slot = 1 // 认定备案申请表
	SlotInsurance     Slot = 2 // 参保证明
	SlotContract      Slot = 3 // 劳动合同或聘用合同
	SlotEducation     Slot = 4 // 最高学历证书
	SlotDegree        Slot = 5 // 最高学位证书
	SlotTitle         Slot = 6 // 职称证书
	SlotQualification Slot = 7 // 职业资格证书
	SlotBusiness      Slot = 8 // 营业执照和完税证明
)

// SlotInfo describes one slot.
type SlotInfo struct {
	Slot    Slot
	Label   string // short label for people
	English string
	Title   string // as on the official screen
	When    string // who must provide it
	Rule    string
	// Question names what the slot depends on when that is not on the form, so that the
	// person must be asked whether it has changed; "" otherwise.
	Question string
}

var slots = [...]SlotInfo{
	{SlotForm, "备案申请表", "filing form", "《认定备案申请表》", "每位申请人", "R-E04", ""},
	{SlotInsurance, "参保证明", "social insurance proof", "《杭州市社会保险参保证明(单位专用)》", "每位申请人;不缴纳社保的财政补助单位可以不提供", "R-F02", ""},
	{SlotContract, "聘用合同", "employment contract", "劳动合同或事业单位聘用合同", "合同有变化的人员", "R-F03", "合同"},
	{SlotEducation, "学历证书", "education certificate", "最高学历证书", "学历信息有变化的人员", "R-F03", ""},
	{SlotDegree, "学位证书", "degree certificate", "最高学位证书", "学位信息有变化的人员", "R-F03", ""},
	{SlotTitle, "职称证书", "title certificate", "职称证书", "职称信息有变化的人员", "R-F03", "职称"},
	{SlotQualification, "职业资格证书", "professional qualification", "职业资格证书", "职业资格信息有变化的人员", "R-F03", "职业资格"},
	{SlotBusiness, "营业执照和完税证明", "business licence and tax proof", "营业执照和完税证明", "创业的人员", "R-F03", "创业"},
}

// Slots returns the eight slots in order.
func Slots() []SlotInfo { return append([]SlotInfo(nil), slots[:]...) }

// Info returns the description of the slot; the zero SlotInfo when there is none.
func (s Slot) Info() SlotInfo {
	if s < SlotForm || s > SlotBusiness {
		return SlotInfo{}
	}
	return slots[s-1]
}

// Label returns the short Chinese label of the slot.
func (s Slot) Label() string { return s.Info().Label }

// SlotState is where one slot stands.
type SlotState string

// The states of a slot.
const (
	SlotNotNeeded SlotState = "not_needed"
	SlotNeeded    SlotState = "needed"
	SlotUploaded  SlotState = "uploaded"
	SlotStale     SlotState = "stale"
	SlotWaived    SlotState = "waived"
)

// File is an uploaded document as the filing knows it: where it is kept and what
// was found out about it, never its content.
type File struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Pages int    `json:"pages"`
	// Revision and Checked are for slot 1: the revision printed on the paper, and
	// whether the fingerprint on every page was read and verified. An unreadable
	// scan is kept with Checked false, for the handler to look at.
	Revision int  `json:"revision,omitempty"`
	Checked  bool `json:"checked,omitempty"`
	// Unread are the pages of a form whose fingerprint could not be read.
	Unread []int `json:"unread,omitempty"`
	// Hints are for the handler, never a verdict.
	Hints []PageHint `json:"hints,omitempty"`
	// Photos says that the document is put together from pictures, so that another one
	// sent soon after may be its next page.
	Photos bool `json:"photos,omitempty"`
	// Swapped are the pages that were sent again after a return.
	Swapped []int `json:"swapped,omitempty"`
}

// PageHint is something about the quality of one page: blank, dark, blurred, coarse, cut.
type PageHint struct {
	Page int    `json:"page"`
	Hint string `json:"hint"`
}

// Material is what a slot holds.
type Material struct {
	File   *File  `json:"file,omitempty"`
	Waived string `json:"waived,omitempty"` // reason, slot 2 only (R-F02)
	// Fetched: the official system got it by itself (自动获取, slot 2, R-F01), so there
	// is no file here.
	Fetched bool          `json:"fetched,omitempty"`
	On      calendar.Date `json:"on,omitzero"`
	// At is when it came.
	At time.Time `json:"at,omitzero"`
}

// WaiveNoInsurance is the one accepted reason for leaving slot 2 empty (R-F02).
const WaiveNoInsurance = "不缴纳社保的财政补助单位人员"
