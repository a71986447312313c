package workflow

import (
	"slices"
	"strings"
)

// Role is what somebody may do here.
type Role string

// The roles of domain §1.1. System acts for timers.
const (
	Applicant      Role = "applicant"
	CollegeHandler Role = "college_handler"
	SchoolHandler  Role = "school_handler"
	HR             Role = "hr"
	System         Role = "system"
)

// Person is somebody on the roster. ID is the DingTalk userId.
type Person struct {
	ID      string
	Name    string
	College string // id of the one college or department (Q07)
	Grants  []Grant
}

// Grant gives a person a role, for one college or, when College is empty, for all.
type Grant struct {
	Role    Role
	College string
	Deputy  bool // acts when the holder cannot
}

// Holds reports whether the person has the role for the college.
func (p Person) Holds(r Role, college string) bool {
	return slices.ContainsFunc(p.Grants, func(g Grant) bool {
		return g.Role == r && (g.College == "" || g.College == college)
	})
}

// College is a 学院 or 部门; it publishes, signs and seals.
type College struct {
	ID       string
	Name     string
	Handlers []Person // holders first, then deputies
}

// Actor is who does something and in which role.
type Actor struct {
	ID   string `json:"id"`
	Role Role   `json:"role"`
}

// MaskName hides a name for places where it need not be shown whole: the first
// and last character stay, with a separator only the first segment (domain §2.10).
func MaskName(name string) string {
	if first, rest, ok := strings.Cut(name, "·"); ok {
		return first + "·" + strings.Repeat("*", len([]rune(rest)))
	}
	r := []rune(name)
	switch {
	case len(r) < 2:
		return name
	case r[0] < 0x2E80: // Latin
		return string(r[0]) + "***"
	case len(r) == 2:
		return string(r[0]) + "*"
	}
	return string(r[0]) + strings.Repeat("*", len(r)-2) + string(r[len(r)-1])
}

// Mask hides the middle of a number: three characters in front and four behind
// stay, never more than half of it (domain §7.3).
func Mask(s string) string {
	r := []rune(s)
	if len(r) < 8 {
		return strings.Repeat("*", len(r))
	}
	return string(r[:3]) + strings.Repeat("*", len(r)-7) + string(r[len(r)-4:])
}
