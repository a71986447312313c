package workflow

import "slices"

// Role is what somebody may do here.
type Role string

// The roles. System acts for timers.
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
	Lang    string // "zh", "en", or "" when they have not said
	Grants  []Grant
	// Absences are known in advance; past ones may be among them.
	Absences []Absence
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
	For  string `json:"for,omitempty"` // whom a deputy stands in for
}
