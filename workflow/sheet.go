package workflow

import (
	"encoding/json"
	"fmt"

	"example.org/beian/workflow/calendar"
)

// PaperKind names a printed document.
type PaperKind string

// The two papers of R-E01 and R-E02, and those for the person to keep.
const (
	PaperNotice   PaperKind = "notice"   // 公示信息, published by the college
	PaperForm     PaperKind = "form"     // 备案申请表, signed and sealed
	PaperReceipt  PaperKind = "receipt"  // 提交回执: what was handed in, when
	PaperProgress PaperKind = "progress" // 进度单: everything that happened
	PaperPortal   PaperKind = "portal"   // 录入单: what to enter in the official system, in its order
)

// Title returns the heading printed on the paper.
func (k PaperKind) Title() string {
	switch k {
	case PaperNotice:
		return "杭州市高层次人才认定备案公示信息"
	case PaperReceipt:
		return "高层次人才认定备案提交回执"
	case PaperProgress:
		return "高层次人才认定备案进度单"
	case PaperPortal:
		return "高层次人才认定备案录入单"
	}
	return "杭州市高层次人才认定备案申请表"
}

// Sheet is all that one printed document says: which filing and revision it
// belongs to and the values on it, in print order. It is plain data, so the same
// sheet always gives the same bytes and the same fingerprint.
type Sheet struct {
	Kind     PaperKind     `json:"kind"`
	Filing   string        `json:"filing"`
	Revision int           `json:"revision"`
	Printed  calendar.Date `json:"printed"`
	Unit     string        `json:"unit"`
	College  string        `json:"college"`
	From     calendar.Date `json:"from,omitzero"` // public notice only: first day
	Until    calendar.Date `json:"until,omitzero"`
	Days     int           `json:"days,omitempty"`    // public notice only: working days it takes at least
	Contact  string        `json:"contact,omitempty"` // public notice only: where to object
	Cells    []SheetCell   `json:"cells"`
	Lines    []SheetLine   `json:"lines,omitempty"` // receipt and progress: what happened or was handed in
}

// SheetLine is one line of a list: a time or a name, and what belongs to it.
type SheetLine struct {
	Left  string `json:"left"`
	Right string `json:"right"`
}

// SheetCell is one label with its value.
type SheetCell struct {
	Key     Key     `json:"key"`
	Section Section `json:"section"`
	Label   string  `json:"label"`
	Value   string  `json:"value"`
}

// Canonical returns the bytes that a fingerprint is computed over: the kind, the
// filing, the revision and every value, but neither page layout nor print date.
func (s Sheet) Canonical() []byte {
	pairs := make([][2]string, len(s.Cells))
	for i, c := range s.Cells {
		pairs[i] = [2]string{string(c.Key), c.Value}
	}
	parts := []any{"beian:1", s.Kind, s.Filing, s.Revision, pairs}
	if len(s.Lines) > 0 {
		parts = append(parts, s.Lines)
	}
	b, err := json.Marshal(parts)
	if err != nil { // strings and integers always encode
		panic(fmt.Sprintf("encode sheet: %v", err))
	}
	return b
}
