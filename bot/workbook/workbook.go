// Package workbook reads and writes the Excel files of HR: the roster, official statuses,
// and lists. It works on bytes, knows no database and no chat, and says what is wrong as
// codes with row and column. A file comes from a person's computer: it is bounded before it
// is unpacked, formulas are never taken over, and what is written can never be one.
package workbook

import (
	"errors"
	"slices"
	"strings"

	"example.org/beian/workflow"
)

// What is wrong with a file as a whole.
var (
	ErrNotWorkbook = errors.New("not an xlsx workbook")
	ErrOld         = errors.New("an old workbook, or one with a password")
	ErrMacros      = errors.New("a workbook with macros")
	ErrTooLarge    = errors.New("a workbook that is too large")
	ErrTooMany     = errors.New("too many rows")
	ErrHeader      = errors.New("a header that is not ours")
	ErrNoRows      = errors.New("no rows under the header")
)

// The sheets of a roster.
const (
	SheetRoster  = "名册"
	SheetHelp    = "说明"
	SheetOptions = "选项"
)

// The columns that are not fields of the form.
const (
	ColumnPerson     = "userId"
	ColumnName       = "姓名"
	ColumnCollege    = "学院"
	ColumnRole       = "角色"
	ColumnNumber     = "证书编号"
	ColumnCategory   = "认定级别"
	ColumnRecognised = "认定日期"
	ColumnEnd        = "有效期至"
	ColumnUnit       = "认定时工作单位"
	ColumnResult     = "检查结果"
	ColumnStatus     = "状态"
	ColumnDate       = "日期"
	ColumnTail       = "证件后四位"
)

// Column is one column of the roster.
type Column struct {
	Label string
	Field workflow.Key // of the form, "" for the others
}

// Columns returns the columns of the roster in the order of the template.
func Columns() []Column {
	var out []Column
	for _, l := range []string{
		ColumnPerson, ColumnName, ColumnCollege, ColumnRole, ColumnNumber, ColumnCategory,
		ColumnRecognised, ColumnEnd, ColumnUnit,
	} {
		out = append(out, Column{Label: l})
	}
	for _, fd := range workflow.Fields() {
		if fd.Kind != workflow.KindPhoto && fd.Key != workflow.Name && fd.Key != workflow.Category {
			out = append(out, Column{fd.Label, fd.Key})
		}
	}
	return out
}

// Roles returns the words for roles in a workbook and in the chat, with what they mean. A
// college role is for the college of the person unless another is named.
func Roles() []Role {
	return []Role{
		{"学院经办人", workflow.Grant{Role: workflow.CollegeHandler}},
		{"学院副手", workflow.Grant{Role: workflow.CollegeHandler, Deputy: true}},
		{"学校经办人", workflow.Grant{Role: workflow.SchoolHandler}},
		{"学校副手", workflow.Grant{Role: workflow.SchoolHandler, Deputy: true}},
		{"人事处", workflow.Grant{Role: workflow.HR}},
	}
}

// Role is a role with its word.
type Role struct {
	Label string
	Grant workflow.Grant
}

// RoleNamed finds a role by its word.
func RoleNamed(word string) (workflow.Grant, bool) {
	for _, r := range Roles() {
		if r.Label == word {
			return r.Grant, true
		}
	}
	return workflow.Grant{}, false
}

// RoleLabel is the word for a role.
func RoleLabel(g workflow.Grant) string {
	i := slices.IndexFunc(Roles(), func(r Role) bool { return r.Grant.Role == g.Role && r.Grant.Deputy == g.Deputy })
	if i < 0 {
		i = slices.IndexFunc(Roles(), func(r Role) bool { return r.Grant.Role == g.Role })
	}
	if i < 0 {
		return string(g.Role)
	}
	return Roles()[i].Label
}

// Guard makes sure that a text can never be taken for a formula by Excel, WPS or what they
// save as CSV: one that begins like a formula gets an apostrophe in front. All cells are
// written as text beside that. [Read] takes the apostrophe off again.
func Guard(s string) string {
	if strings.ContainsAny(first(s), "=+-@\t\r\n＝＋－＠") {
		return "'" + s
	}
	return s
}

func unguard(s string) string {
	if rest, ok := strings.CutPrefix(s, "'"); ok && Guard(rest) != rest {
		return rest
	}
	return s
}

func first(s string) string {
	for _, r := range s {
		return string(r)
	}
	return ""
}
