package workflow

import (
	"slices"

	"example.org/beian/workflow/calendar"
)

// Certificate is the talent certificate that a filing renews.
type Certificate struct {
	ID           string
	Person       string
	Category     string
	RecognisedOn calendar.Date
	PrintedEnd   calendar.Date // 有效期至 as printed, if known (Q03)
	Unit         string        // where the recognition was made (R-C07)
	Values       Values        // what was filed then (R-D01)
	// Declared is what the person says differs today before a filing exists.
	Mismatch Ineligible
}

// OpensOn returns the first day a renewal may be filed: the corresponding day 23
// months after recognition, clamped to the month's end (R-C09, Q01, Q02).
func (c Certificate) OpensOn(p Policy) calendar.Date {
	return c.RecognisedOn.AddMonths(p.ValidMonths - p.AdvanceMonths)
}

// ValidUntil returns the last day of validity, inclusive (Q03).
func (c Certificate) ValidUntil(p Policy) calendar.Date {
	if !c.PrintedEnd.IsZero() {
		return c.PrintedEnd
	}
	return c.RecognisedOn.AddMonths(p.ValidMonths)
}

// Faults says what is impossible or unlikely about a certificate on the roster, in
// Chinese and English, one sentence each.
func (c Certificate) Faults(today calendar.Date) []string {
	var out []string
	first := calendar.NewDate(2015, 1, 1) // the city's catalogue begins
	if c.RecognisedOn.After(today) || c.RecognisedOn.Before(first) {
		out = append(out, "认定日期 "+c.RecognisedOn.String()+" 不在 2015 年至今天之间 / recognised_on is not between 2015 and today")
	}
	if !c.PrintedEnd.IsZero() && !c.PrintedEnd.After(c.RecognisedOn) {
		out = append(out, "有效期至 "+c.PrintedEnd.String()+" 不晚于认定日期 / valid_until is not after recognised_on")
	}
	if fd, _ := FieldOf(Category); !slices.Contains(fd.Options, c.Category) {
		out = append(out, "认定类别只能是 A 到 E / the category must be A to E")
	}
	if c.Mismatch != EligibleNow && (c.Mismatch == ReasonTooEarly || !slices.Contains(Reasons(), c.Mismatch)) {
		out = append(out, "不认识的原因 "+string(c.Mismatch)+" / unknown mismatch")
	}
	return out
}

// Phase is where today lies in the life of a certificate.
type Phase string

// The phases.
const (
	TooEarly Phase = "too_early"
	Open     Phase = "open"
	Overdue  Phase = "overdue" // flagged, never blocked (Q04)
)

// Ineligible is why somebody cannot file a renewal now.
type Ineligible string

// The reasons. What to do about each is in the text catalogue, under
// blocked_ and the code.
const (
	EligibleNow      Ineligible = ""
	ReasonTooEarly   Ineligible = "too_early"
	CategoryChanged  Ineligible = "category_changed"
	IdentityMismatch Ineligible = "identity_mismatch"
	NoCertificate    Ineligible = "no_certificate"
	UnitUnregistered Ineligible = "unit_unregistered"
	NotInService     Ineligible = "not_in_service"
)

// Reasons returns every reason of ineligibility.
func Reasons() []Ineligible {
	return []Ineligible{ReasonTooEarly, CategoryChanged, IdentityMismatch, NoCertificate, UnitUnregistered, NotInService}
}

// Assessment is what can be said about a certificate today.
type Assessment struct {
	Phase      Phase
	Reason     Ineligible
	OpensOn    calendar.Date
	ValidUntil calendar.Date
	DaysLeft   int           // until ValidUntil; negative when overdue
	DaysToOpen int           // until OpensOn; 0 when open
	SafeNotice calendar.Date // latest public notice start that leaves the usual time
	DoneBy     calendar.Date // when 上报 is expected if one starts today
	Late       bool          // DoneBy is after ValidUntil: it will run out before it is handed over
	Official   bool          // false when a date rests on a provisional calendar
}

// Assess says whether a renewal may be filed today and what the dates are. It is
// a hint, not a verdict: the official system decides (R-C05, PIPL §24).
func Assess(c *Certificate, today calendar.Date, p Policy) Assessment {
	if c == nil {
		return Assessment{Reason: NoCertificate}
	}
	cal := p.Calendar()
	a := Assessment{Phase: Open, OpensOn: c.OpensOn(p), ValidUntil: c.ValidUntil(p), Reason: c.Mismatch}
	a.DaysLeft = today.DaysUntil(a.ValidUntil)
	var safe, done bool
	a.SafeNotice, safe = cal.AddWorkdays(a.ValidUntil,
		-(p.Notice.WorkingDays + p.Lead.Sealing + p.Lead.Review + p.Lead.Spare))
	a.DoneBy, done = cal.AddWorkdays(today, p.Lead.Posting+p.Notice.WorkingDays+p.Lead.Review)
	a.Late, a.Official = a.DoneBy.After(a.ValidUntil), safe && done
	switch {
	case today.Before(a.OpensOn):
		a.Phase, a.DaysToOpen = TooEarly, today.DaysUntil(a.OpensOn)
		if a.Reason == EligibleNow {
			a.Reason = ReasonTooEarly
		}
	case today.After(a.ValidUntil):
		a.Phase = Overdue
	}
	return a
}
