// Package identity knows the documents by which people prove who they are: their kinds, what makes
// a number of each right, when two numbers or two names are one person's, and how a number is
// masked. It is pure and keeps nothing.
package identity

import (
	"regexp"
	"strings"
	"time"

	"example.org/beian/workflow/calendar"
	"example.org/beian/workflow/typed"
)

// The kinds of identity documents. The first is the wording of the
// official form, the others follow the authorities that issue them.
const (
	ResidentCard       = "中华人民共和国居民身份证"
	HMResidence        = "港澳居民居住证"
	TWResidence        = "台湾居民居住证"
	HMPermit           = "港澳居民来往内地通行证"
	TWPermit           = "台湾居民来往大陆通行证"
	PermanentResidence = "外国人永久居留身份证"
	Passport           = "护照"
	Officer            = "军官证"
	WorkPermit         = "外国人工作许可证"
	Other              = "其他"
)

// Severity says how sure a finding about a number is.
type Severity int

// The severities: a hard finding rejects the number, a soft one is a warning that
// the person may confirm.
const (
	Fine Severity = iota
	Soft
	Hard
)

// Finding is what a check of an identity number found out.
type Finding struct {
	Number   string // normalised: half-width, no spaces and hyphens, upper case
	Severity Severity
	Fault    string        // "", "format", "province", "date" or "check"
	Birth    calendar.Date // zero when the number does not carry it
	Sex      string        // 男, 女 or ""
	Variant  string        // what kind of number within its type, e.g. "2017" of a permanent residence card
}

// NormalNumber brings an identity number into one form: half-width, without spaces
// and hyphens, in upper case.
func NormalNumber(s string) string {
	s = strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' || r == '\u2010' || r == '\u2013' || r == '\u2014' || r == '\u2212' {
			return -1
		}
		return r
	}, typed.Clean(s))
	return strings.ToUpper(s)
}

// Check verifies a number of the given type as of today. Numbers whose rule is
// published (GB 11643, the 2023 permanent residence card) are rejected when wrong;
// for the others a deviation is only a warning.
func Check(kind, number string, today calendar.Date) Finding {
	f := Finding{Number: NormalNumber(number)}
	switch kind {
	case ResidentCard:
		f.citizen(today)
	case HMResidence, TWResidence:
		f.residence(today)
	case PermanentResidence:
		f.permanentResident(today)
	case HMPermit:
		f.soft(hmPermit.MatchString(f.Number))
	case TWPermit:
		f.soft(twPermit.MatchString(f.Number))
	case Passport:
		f.passport(today)
	case Officer:
		f.soft(officer.MatchString(f.Number))
	case WorkPermit:
		f.soft(len(f.Number) >= 8 && len(f.Number) <= 20)
	default:
		f.hard(len(f.Number) >= 4 && len(f.Number) <= 32, "format")
	}
	return f
}

func (f *Finding) soft(ok bool) {
	if !ok && f.Severity == Fine {
		f.Severity, f.Fault = Soft, "format"
	}
}

// hard notes a fault that rejects the number and reports whether there was none.
func (f *Finding) hard(ok bool, fault string) bool {
	if !ok {
		f.Severity, f.Fault = Hard, fault
	}
	return ok
}

var (
	citizen    = regexp.MustCompile(`^[1-6]\d{16}[\dX]$`)
	old15      = regexp.MustCompile(`^[1-6]\d{14}$`)
	residence  = regexp.MustCompile(`^8[123]0000(19|20)\d{6}\d{3}[\dX]$`)
	resident23 = regexp.MustCompile(`^9\d{16}[\dX]$`)
	resident17 = regexp.MustCompile(`^[A-Z]{3}\d{12}$`)
	hmPermit   = regexp.MustCompile(`^[HM]\d{8}(\d{2})?$`)
	twPermit   = regexp.MustCompile(`^\d{8}$|^\d{10}([A-Z]|\(.\))?$`)
	officer    = regexp.MustCompile(`^\p{Han}{1,6}字第\d{4,10}号$`)
	foreign    = regexp.MustCompile(`^[A-Z0-9]{5,15}$`)
	mrz        = regexp.MustCompile(`^[A-Z0-9<]{9}\d[A-Z<]{3}\d{7}[MF<]\d{7}[A-Z0-9<]{14}[\d<]\d$`)
)

// passports are the series of Chinese passports; they carry no check
// digit outside the machine readable zone.
var passports = [...]struct {
	variant string
	form    *regexp.Regexp
}{
	{"ordinary", regexp.MustCompile(`^E\d{8}$|^E[A-HJ-NP-Z]\d{7}$`)},
	{"ordinary", regexp.MustCompile(`^G\d{8}$|^1[45]\d{7}$`)},
	{"public affairs", regexp.MustCompile(`^PE\d{7}$|^P\.?\d{7}$`)},
	{"service", regexp.MustCompile(`^SE\d{7}$|^S\.?\d{7,8}$`)},
	{"diplomatic", regexp.MustCompile(`^DE\d{7}$|^D\.?\d{7,8}$`)},
	{"Hong Kong", regexp.MustCompile(`^K[A-Z]?\d{7,8}$`)},
	{"Macao", regexp.MustCompile(`^MA?\d{7,8}$`)},
}

// provinces are the prefixes of GB/T 2260 in use. Counties are not checked: valid
// people hold codes that are in no list.
const provinces = "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71"

func (f *Finding) citizen(today calendar.Date) {
	if old15.MatchString(f.Number) {
		f.Variant = "15"
		f.hard(false, "format") // first-generation cards ended on 2013-01-01; see [Upgrade]
		return
	}
	if f.hard(citizen.MatchString(f.Number), "format") &&
		f.hard(strings.Contains(provinces, f.Number[:2]), "province") {
		f.gb11643(today)
	}
}

// residence: 港澳台居民居住证 share the structure; their address codes are fixed.
func (f *Finding) residence(today calendar.Date) {
	if f.hard(residence.MatchString(f.Number), "format") {
		f.Variant = map[byte]string{'1': "Hong Kong", '2': "Macao", '3': "Taiwan"}[f.Number[1]]
		f.gb11643(today)
	}
}

func (f *Finding) permanentResident(today calendar.Date) {
	switch {
	case resident23.MatchString(f.Number):
		f.Variant = "2023"
		f.gb11643(today)
	case resident17.MatchString(f.Number):
		f.Variant = "2017"
		birth, ok := shortBirth(f.Number[7:13], today)
		f.Birth = birth
		if !ok || icaoCheck(f.Number[:14]) != f.Number[14] {
			f.Severity, f.Fault = Soft, "check" // the rule of the old card is not published
		}
	default:
		f.hard(false, "format")
	}
}

// gb11643 reads birth and sex of an 18-digit number and verifies its check digit.
func (f *Finding) gb11643(today calendar.Date) {
	birth, err := time.ParseInLocation("20060102", f.Number[6:14], calendar.Zone())
	if !f.hard(err == nil && birth.Year() >= 1900 && !calendar.DateOf(birth).After(today), "date") ||
		!f.hard(mod11(f.Number[:17]) == f.Number[17], "check") {
		return
	}
	f.Birth, f.Sex = calendar.DateOf(birth), "女"
	if (f.Number[16]-'0')%2 == 1 {
		f.Sex = "男"
	}
}

// passport checks the form of a number, or the second line of the machine readable
// zone when somebody copies that: only there numbers carry a check digit.
func (f *Finding) passport(today calendar.Date) {
	if mrz.MatchString(f.Number) {
		f.zone(today)
		return
	}
	for _, p := range passports {
		if p.form.MatchString(f.Number) {
			f.Variant = p.variant
			return
		}
	}
	f.Variant = "foreign"
	f.soft(foreign.MatchString(f.Number))
}

// zone reads number, birth and sex of the machine readable zone (ICAO 9303 part 4).
func (f *Finding) zone(today calendar.Date) {
	line := f.Number
	f.Number, f.Variant = strings.TrimRight(line[:9], "<"), "machine readable"
	birth, ok := shortBirth(line[13:19], today)
	if f.hard(ok && icaoCheck(line[:9]) == line[9] && icaoCheck(line[13:19]) == line[19], "check") {
		f.Birth, f.Sex = birth, map[byte]string{'M': "男", 'F': "女"}[line[20]]
	}
}

// shortBirth reads YYMMDD as the latest such day that is not after today.
func shortBirth(s string, today calendar.Date) (calendar.Date, bool) {
	for _, century := range []string{"20", "19"} {
		t, err := time.ParseInLocation("20060102", century+s, calendar.Zone())
		if err == nil && !calendar.DateOf(t).After(today) {
			return calendar.DateOf(t), true
		}
	}
	return calendar.Date{}, false
}

// mod11 is the check digit of ISO 7064 MOD 11-2 over 17 digits (GB 11643-1999).
func mod11(digits string) byte {
	weights := [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}
	sum := 0
	for i, w := range weights {
		sum += int(digits[i]-'0') * w
	}
	return "10X98765432"[sum%11]
}

// icaoCheck is the check digit of ICAO 9303: weights 7, 3, 1, letters from 10.
func icaoCheck(s string) byte {
	sum := 0
	for i := range len(s) {
		v := 0 // the filler <
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			v = int(c - '0')
		case c >= 'A' && c <= 'Z':
			v = int(c-'A') + 10
		}
		sum += v * [3]int{7, 3, 1}[i%3]
	}
	return byte('0' + sum%10)
}

// Upgrade turns a 15-digit number of a first-generation card into the 18-digit
// number of the same person; ok is false for anything else. Such numbers occur only
// in old records.
func Upgrade(old string) (number string, ok bool) {
	old = NormalNumber(old)
	if !old15.MatchString(old) {
		return "", false
	}
	digits := old[:6] + "19" + old[6:]
	return digits + string(mod11(digits)), true
}

// SameNumber reports whether two numbers can be the same identity: equal after
// normalisation, or one the 15-digit form of the other (R-C10).
func SameNumber(a, b string) bool {
	canonical := func(s string) string {
		if up, ok := Upgrade(s); ok {
			return up
		}
		return NormalNumber(s)
	}
	return canonical(a) == canonical(b)
}

// CheckCreditCode verifies a 统一社会信用代码 (GB 32100-2015) with the organisation
// code inside it (GB 11714). Some early codes fail the check digit, so that is a
// warning; a wrong length or letter rejects the code.
func CheckCreditCode(code string) Finding {
	const alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
	f := Finding{Number: NormalNumber(code)}
	if !f.hard(len(f.Number) == 18, "format") {
		return f
	}
	weights := [17]int{1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28}
	sum := 0
	for i := range f.Number {
		v := strings.IndexByte(alphabet, f.Number[i])
		if !f.hard(v >= 0, "format") {
			return f
		}
		if i < len(weights) {
			sum += v * weights[i]
		}
	}
	if alphabet[(31-sum%31)%31] != f.Number[17] || orgCheck(f.Number[8:16]) != f.Number[16] {
		f.Severity, f.Fault = Soft, "check"
	}
	return f
}

// orgCheck is the check digit of an organisation code (GB 11714).
func orgCheck(s string) byte {
	sum := 0
	for i, w := range [8]int{3, 7, 9, 10, 5, 8, 4, 2} {
		v := int(s[i] - '0')
		if s[i] >= 'A' {
			v = int(s[i]-'A') + 10
		}
		sum += v * w
	}
	return "0123456789X0"[11-sum%11]
}
