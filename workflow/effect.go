package workflow

// An Effect is something to be done for other people, or later: it is stored as a
// job in the transaction that decided it and worked after the commit. The kind
// strings are stored and never change.
type Effect interface{ Kind() string }

// Announce tells one person about one event of a filing. What is said is derived
// from the event and the filing when it is sent.
type Announce struct {
	Filing string `json:"filing"`
	Seq    int    `json:"seq"`
	To     string `json:"to"`
}

// Kind implements [Effect].
func (Announce) Kind() string { return "announce" }

// ReviewCard shows the handlers of a review step the card to decide on.
type ReviewCard struct {
	Filing string `json:"filing"`
	Ticket int    `json:"ticket"`
}

// Kind implements [Effect].
func (ReviewCard) Kind() string { return "review_card" }

// RedrawCard brings every copy of a card up to date after a decision.
type RedrawCard struct {
	Filing string `json:"filing"`
	Ticket int    `json:"ticket"`
	Seq    int    `json:"seq"` // the event that made it necessary
}

// Kind implements [Effect].
func (RedrawCard) Kind() string { return "redraw_card" }

// Intake fetches a file that somebody sent and finds out what it is.
type Intake struct {
	Robot   string       `json:"robot"`
	Message string       `json:"message"`
	Person  string       `json:"person"`
	Webhook []byte       `json:"webhook"` // where to answer, sealed
	Files   []IntakeFile `json:"files,omitempty"`
	// Stored is a photo that was kept until the person said that it is the next page of
	// what the slot Onto holds.
	Stored string `json:"stored,omitempty"`
	Onto   Slot   `json:"onto,omitempty"`
}

// IntakeFile is one file of a message.
type IntakeFile struct {
	Code string `json:"code"` // DingTalk's download code
	Name string `json:"name"`
}

// Kind implements [Effect].
func (Intake) Kind() string { return "intake" }

// Remind sends the reminder of one ledger row.
type Remind struct {
	Certificate string `json:"certificate"`
	Milestone   string `json:"milestone"`
	Person      string `json:"person"`
}

// Kind implements [Effect].
func (Remind) Kind() string { return "remind" }

// Digest sends the daily overview to everybody in HR.
type Digest struct {
	Day Date `json:"day"`
}

// Kind implements [Effect].
func (Digest) Kind() string { return "digest" }

// DailyPass looks at everything that is due on a day.
type DailyPass struct {
	Day Date `json:"day"`
}

// Kind implements [Effect].
func (DailyPass) Kind() string { return "daily_pass" }

// AskSchool shows somebody's question to the school handlers.
type AskSchool struct {
	Question string `json:"question"`
}

// Kind implements [Effect].
func (AskSchool) Kind() string { return "ask_school" }

// AnswerPerson brings the school's answer to who asked.
type AnswerPerson struct {
	Question string `json:"question"`
}

// Kind implements [Effect].
func (AnswerPerson) Kind() string { return "answer_person" }

// Erase deletes everything about a person's filings after they have withdrawn consent.
type Erase struct {
	Person string `json:"person"`
}

// Kind implements [Effect].
func (Erase) Kind() string { return "erase" }

// Bundle sends a person their materials in one archive, named by slot, for the upload into
// the official system.
type Bundle struct {
	Person string `json:"person"`
}

// Kind implements [Effect].
func (Bundle) Kind() string { return "bundle" }

// Export sends a person a copy of their data.
type Export struct {
	Person string `json:"person"`
}

// Kind implements [Effect].
func (Export) Kind() string { return "export" }

// Effects returns what an event means for other people. The actor learns the result
// in the reply and is not told twice.
func Effects(c Case, f *Filing, e Event) []Effect {
	var out []Effect
	tell := func(people ...string) {
		for _, id := range people {
			if id != e.Actor.ID {
				out = append(out, Announce{f.ID, e.Seq, id})
			}
		}
	}
	if c.Filing != nil && c.Filing.Review.Ticket > 0 && f.Review.Ticket != c.Filing.Review.Ticket && !decision(e.Action) {
		out = append(out, RedrawCard{f.ID, c.Filing.Review.Ticket, e.Seq}) // taken back (T14, T20) or corrected (T26)
	}
	switch e.Action {
	case HandNotice:
		tell(ids(c.Assignees(CollegeHandler))...)
	case ObjectNotice:
		tell(f.Person)
		tell(ids(c.Assignees(SchoolHandler))...)
	case PostNotice, KeepNotice, SettleNotice, Report, ReportReturned, ReportApproved, DeclareCategory:
		tell(f.Person)
	case ReportIdentity: // the person cannot go on alone (R-C10)
		tell(ids(c.Assignees(SchoolHandler))...)
	case LeaveUnit:
		tell(f.Person)
		tell(ids(c.Assignees(SchoolHandler))...)
	case Correct:
		tell(f.Person)
		if f.Review.Ticket > 0 {
			out = append(out, ReviewCard{f.ID, e.Seq})
		}
	case HandIn:
		out = append(out, ReviewCard{f.ID, e.Seq})
		if e.Actor.Role == System {
			tell(f.Person)
		}
	case Approve:
		out = append(out, RedrawCard{f.ID, e.Ticket, e.Seq}, ReviewCard{f.ID, e.Seq})
		tell(f.Person)
	case Return, Submit:
		out = append(out, RedrawCard{f.ID, e.Ticket, e.Seq})
		tell(f.Person)
	}
	return out
}

// Assignees returns who is asked to act for the role on this filing: those who hold
// it for the college, without the applicant (four eyes); if nobody is left the
// deputies, and then the school handlers (Q21).
func (c Case) Assignees(r Role) []Person {
	candidates := c.College.Handlers
	if r == SchoolHandler {
		candidates = c.School
	}
	for _, deputies := range []bool{false, true} {
		var out []Person
		for _, p := range candidates {
			if p.ID != c.Applicant.ID && deputies == p.deputyFor(r, c.College.ID) {
				out = append(out, p)
			}
		}
		if len(out) > 0 {
			return out
		}
	}
	if r == CollegeHandler {
		return c.Assignees(SchoolHandler)
	}
	return nil
}

// deputyFor reports whether the person holds the role for the college as a deputy.
func (p Person) deputyFor(r Role, college string) bool {
	for _, g := range p.Grants {
		if g.Role == r && (g.College == "" || g.College == college) {
			return g.Deputy
		}
	}
	return false
}

func ids(people []Person) []string {
	out := make([]string, len(people))
	for i, p := range people {
		out[i] = p.ID
	}
	return out
}
