package workflow

import (
	"strings"

	"example.org/beian/workflow/calendar"
	"example.org/beian/workflow/identity"
)

// Doubt is something about the values of a form that may be wrong. It is shown to
// the person and never blocks: people know their papers better than rules do.
type Doubt struct {
	Code  string
	Field Field
	Want  string // what would fit, when that is known
}

// The doubts of [Doubts].
const (
	DoubtNumber     = "number"      // the identity number fails its check
	DoubtBirth      = "birth"       // differs from the identity number
	DoubtSex        = "sex"         // differs from the identity number
	DoubtBirthplace = "birthplace"  // does not begin with a province
	DoubtGraduation = "graduation"  // not after birth
	DoubtDegreeDate = "degree_date" // not after birth
	DoubtService    = "service"     // not 在职: a renewal is handed in by the employer
	DoubtUnitType   = "unit_type"   // the unit changed, its kind did not
)

// Doubts cross-checks the values of a filing.
func (f *Filing) Doubts(today calendar.Date) []Doubt {
	var out []Doubt
	doubt := func(code string, k Key, want string) {
		fd, _ := FieldOf(k)
		out = append(out, Doubt{code, fd, want})
	}
	v := f.Values
	id := identity.Check(v[IDType], v[IDNumber], today)
	if v[IDNumber] != "" && id.Severity != identity.Fine {
		doubt(DoubtNumber, IDNumber, "")
	}
	if !id.Birth.IsZero() && v[Birth] != "" && v[Birth] != id.Birth.String() {
		doubt(DoubtBirth, Birth, id.Birth.String())
	}
	if id.Sex != "" && v[Sex] != "" && v[Sex] != id.Sex {
		doubt(DoubtSex, Sex, id.Sex)
	}
	if p := v[Birthplace]; p != "" && p != None && v[Nation] != "其他" && !beginsWithProvince(p) {
		doubt(DoubtBirthplace, Birthplace, "")
	}
	if before(v[GraduatedOn], v[Birth]) {
		doubt(DoubtGraduation, GraduatedOn, "")
	}
	if before(v[DegreeOn], v[Birth]) {
		doubt(DoubtDegreeDate, DegreeOn, "")
	}
	if s := v[Employment]; s != "" && s != "在职" {
		doubt(DoubtService, Employment, "在职")
	}
	if f.Prior[Unit] != "" && v[Unit] != f.Prior[Unit] && v[UnitType] == f.Prior[UnitType] {
		doubt(DoubtUnitType, UnitType, "")
	}
	return out
}

// before reports whether the first of two dates is not later; unknown dates are fine.
func before(a, b string) bool { return a != "" && b != "" && a <= b }

// provinceNames are the 34 province-level names without their endings (GB/T 2260).
const provinceNames = "北京 天津 河北 山西 内蒙古 辽宁 吉林 黑龙江 上海 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 广西 海南 " +
	"重庆 四川 贵州 云南 西藏 陕西 甘肃 青海 宁夏 新疆 台湾 香港 澳门"

func beginsWithProvince(s string) bool {
	for _, p := range strings.Fields(provinceNames) {
		if strings.HasPrefix(s, p) {
			return true
		}
	}
	return false
}
