package identity_test

import (
	"strings"
	"testing"

	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
	"example.org/beian/workflow/identity"
)

// TestCheckID has every kind of document, right and wrong. The people are fictitious
// (area code 330199 was never assigned) or published specimens.
func TestCheckID(t *testing.T) {
	today := date(t, "2026-11-23")
	for _, c := range []struct {
		kind, number string
		severity     identity.Severity
		fault        string
		birth, sex   string
		variant      string
	}{
		// 居民身份证
		{identity.ResidentCard, "11010519491231002X", identity.Fine, "", "1949-12-31", "女", ""},
		{identity.ResidentCard, "11010519491231002x", identity.Fine, "", "1949-12-31", "女", ""},
		{identity.ResidentCard, "１１０１０５ 19491231-002X", identity.Fine, "", "1949-12-31", "女", ""},
		{
			identity.ResidentCard, "440524188001010014", identity.Hard, "date", "", "",
			"",
		}, // the standard's example of 1880
		{identity.ResidentCard, "110105194912310021", identity.Hard, "check", "", "", ""},    // last digit + 1
		{identity.ResidentCard, "330199198513121016", identity.Hard, "date", "", "", ""},     // month 13
		{identity.ResidentCard, "330199198502301016", identity.Hard, "date", "", "", ""},     // 30 February
		{identity.ResidentCard, "11010519491231a02X", identity.Hard, "format", "", "", ""},   // a letter in position 15
		{identity.ResidentCard, "330199202611241011", identity.Hard, "date", "", "", ""},     // tomorrow
		{identity.ResidentCard, "160105194912310021", identity.Hard, "province", "", "", ""}, // no such province
		{identity.ResidentCard, "3301991985031210", identity.Hard, "format", "", "", ""},
		{
			identity.ResidentCard, "330199850312101", identity.Hard, "format", "", "",
			"15",
		}, // first generation, ended 2013-01-01
		{identity.ResidentCard, "911124198108030024", identity.Hard, "format", "", "", ""},
		{identity.ResidentCard, "330199198503121016", identity.Fine, "", "1985-03-12", "男", ""},
		{identity.ResidentCard, "330199199006051023", identity.Fine, "", "1990-06-05", "女", ""},
		{identity.ResidentCard, "330199197809191039", identity.Fine, "", "1978-09-19", "男", ""},
		{identity.ResidentCard, "330199199102281048", identity.Fine, "", "1991-02-28", "女", ""},
		{identity.ResidentCard, "330199198811111055", identity.Fine, "", "1988-11-11", "男", ""},
		{identity.ResidentCard, "330199199304171066", identity.Fine, "", "1993-04-17", "女", ""},
		{identity.ResidentCard, "330199198207041089", identity.Fine, "", "1982-07-04", "女", ""},
		{identity.ResidentCard, "330199199501231072", identity.Fine, "", "1995-01-23", "男", ""},
		{identity.ResidentCard, "330199198012311093", identity.Fine, "", "1980-12-31", "男", ""},
		// 港澳台居民居住证 and 通行证
		{identity.HMResidence, "810000199408230021", identity.Fine, "", "1994-08-23", "女", "Hong Kong"},
		{identity.TWResidence, "830000199201300022", identity.Fine, "", "1992-01-30", "女", "Taiwan"},
		{identity.HMResidence, "810000199408230022", identity.Hard, "check", "", "", "Hong Kong"},
		{identity.HMResidence, "840000199408230021", identity.Hard, "format", "", "", ""},
		{identity.HMPermit, "H12345678", identity.Fine, "", "", "", ""},
		{identity.HMPermit, "M1234567890", identity.Fine, "", "", "", ""},
		{identity.HMPermit, "X12345678", identity.Soft, "format", "", "", ""},
		{identity.TWPermit, "12345678", identity.Fine, "", "", "", ""},
		{identity.TWPermit, "1234567890(B)", identity.Fine, "", "", "", ""},
		{identity.TWPermit, "1234567890A", identity.Fine, "", "", "", ""},
		{identity.TWPermit, "123", identity.Soft, "format", "", "", ""},
		// 外国人永久居留身份证
		{identity.PermanentResidence, "932682198501010017", identity.Fine, "", "1985-01-01", "男", "2023"},
		{identity.PermanentResidence, "911124198108030024", identity.Fine, "", "1981-08-03", "女", "2023"},
		{identity.PermanentResidence, "911124198108030025", identity.Hard, "check", "", "", "2023"},
		{identity.PermanentResidence, "KAZ110090123105", identity.Fine, "", "1990-12-31", "", "2017"},
		{identity.PermanentResidence, "CAN110081080307", identity.Fine, "", "1981-08-03", "", "2017"},
		{identity.PermanentResidence, "KAZ110090123106", identity.Soft, "check", "1990-12-31", "", "2017"},
		{identity.PermanentResidence, "KAZ110090133105", identity.Soft, "check", "", "", "2017"},
		{identity.PermanentResidence, "12345", identity.Hard, "format", "", "", ""},
		// 护照
		{identity.Passport, "E12345678", identity.Fine, "", "", "", "ordinary"},
		{identity.Passport, "EA1234567", identity.Fine, "", "", "", "ordinary"},
		{identity.Passport, "EI1234567", identity.Fine, "", "", "", "foreign"}, // no I in the Chinese series
		{identity.Passport, "G12345678", identity.Fine, "", "", "", "ordinary"},
		{identity.Passport, "141234567", identity.Fine, "", "", "", "ordinary"},
		{identity.Passport, "PE1234567", identity.Fine, "", "", "", "public affairs"},
		{identity.Passport, "P.1234567", identity.Fine, "", "", "", "public affairs"},
		{identity.Passport, "SE1234567", identity.Fine, "", "", "", "service"},
		{identity.Passport, "DE1234567", identity.Fine, "", "", "", "diplomatic"},
		{identity.Passport, "KA1234567", identity.Fine, "", "", "", "Hong Kong"},
		{identity.Passport, "MA1234567", identity.Fine, "", "", "", "Macao"},
		{identity.Passport, "c01x00t47", identity.Fine, "", "", "", "foreign"},
		{identity.Passport, "C01X0006H", identity.Fine, "", "", "", "foreign"},
		{identity.Passport, "L898902C3", identity.Fine, "", "", "", "foreign"},
		{identity.Passport, "A1", identity.Soft, "format", "", "", "foreign"},
		// others
		{identity.Officer, "南字第12345678号", identity.Fine, "", "", "", ""},
		{identity.Officer, "12345678", identity.Soft, "format", "", "", ""},
		{identity.WorkPermit, "HZ20260001", identity.Fine, "", "", "", ""},
		{identity.WorkPermit, "1", identity.Soft, "format", "", "", ""},
		{identity.Other, "AB12", identity.Fine, "", "", "", ""},
		{identity.Other, "1", identity.Hard, "format", "", "", ""},
	} {
		f := identity.Check(c.kind, c.number, today)
		if f.Severity != c.severity || f.Fault != c.fault || f.Birth.String() != c.birth || f.Sex != c.sex ||
			f.Variant != c.variant {
			t.Errorf("%s %s: %+v", c.kind, c.number, f)
		}
	}
}

// TestUnlistedCounties: valid people hold county codes that are in no list.
func TestUnlistedCounties(t *testing.T) {
	for _, county := range []string{"320219", "230119", "321119"} {
		number, ok := identity.Upgrade(county + "850312101")
		if f := identity.Check(identity.ResidentCard, number, date(t, "2026-11-23")); !ok || f.Severity != identity.Fine {
			t.Errorf("%s: %+v", number, f)
		}
	}
}

func TestUpgradeID(t *testing.T) { // 15 digits, in old records
	got, ok := identity.Upgrade("330199850312101")
	if !ok || got != "330199198503121016" {
		t.Errorf("%s, %v", got, ok)
	}
	if _, ok := identity.Upgrade("330199198503121016"); ok {
		t.Error("18 digits were upgraded")
	}
	if !identity.SameNumber("330199850312101", "330199198503121016") || identity.SameNumber("C01X00T47", "C01X0006H") ||
		!identity.SameNumber("c01x 00t47", "C01X00T47") {
		t.Error("R-C10 compares numbers, not writing")
	}
}

// TestMachineReadableZone: the specimen of ICAO 9303; its number has the check digit 6.
func TestMachineReadableZone(t *testing.T) {
	today := date(t, "2026-11-23")
	f := identity.Check(identity.Passport, "L898902C36UTO7408122F1204159ZE184226B<<<<<10", today)
	if f.Severity != identity.Fine || f.Number != "L898902C3" || f.Birth.String() != "1974-08-12" || f.Sex != "女" {
		t.Errorf("%+v", f)
	}
	f = identity.Check(identity.Passport, "L898902C35UTO7408122F1204159ZE184226B<<<<<10", today)
	if f.Severity != identity.Hard || f.Fault != "check" {
		t.Errorf("%+v", f)
	}
}

func TestCheckCreditCode(t *testing.T) { // GB 32100-2015
	for code, want := range map[string]identity.Severity{
		"91350100M000100Y43": identity.Fine, "91110108551385082Q": identity.Fine, "91440300708461136T": identity.Fine,
		"12330199DEM000014U": identity.Fine, "91330199DEM000022H": identity.Fine, "91350100m000100y43": identity.Fine,
		"91350100M000100Y44": identity.Soft, // some early codes fail, so it is a warning
		"91350100M000100Y4":  identity.Hard, "91350100M000100Y4I": identity.Hard, "": identity.Hard,
	} {
		if f := identity.CheckCreditCode(code); f.Severity != want {
			t.Errorf("%s: %+v", code, f)
		}
	}
}

// TestCreditCodeSumZero: the check must not index beyond the alphabet when the sum
// is a multiple of 31.
func TestCreditCodeSumZero(t *testing.T) {
	found := false
	for _, last := range "0123456789ABCDEFGHJKLMNPQRTUWXY" {
		for _, c := range "0123456789" {
			f := identity.CheckCreditCode("91350100M000100" + string(c) + "0" + string(last))
			found = found || last == '0' && f.Fault == "check"
		}
	}
	if !found {
		t.Error("not tried")
	}
}

func FuzzCheckID(f *testing.F) {
	for _, s := range []string{
		"11010519491231002X", "KAZ110090123105", "９１１１２４198108030024", "\x00",
		"L898902C36UTO7408122F1204159ZE184226B<<<<<10", "南字第12345678号", strings.Repeat("9", 40),
	} {
		f.Add(s)
	}
	today := calendar.NewDate(2026, 11, 23)
	fd, _ := workflow.FieldOf(workflow.IDType)
	f.Fuzz(func(t *testing.T, s string) {
		for _, kind := range fd.Options {
			r := identity.Check(kind, s, today)
			if again := identity.Check(kind, r.Number, today); again != r && r.Variant != "machine readable" {
				t.Errorf("%s %q: %+v, normalised %+v", kind, s, r, again)
			}
			if (r.Severity == identity.Fine) != (r.Fault == "") {
				t.Errorf("%s %q: severity %d with fault %q", kind, s, r.Severity, r.Fault)
			}
			if r.Birth.After(today) {
				t.Errorf("%s %q: born on %s", kind, s, r.Birth)
			}
		}
		if c := identity.CheckCreditCode(s); c.Severity == identity.Fine && len(c.Number) != 18 {
			t.Errorf("%q is a credit code", s)
		}
		if up, ok := identity.Upgrade(s); ok && len(up) != 18 {
			t.Errorf("%q becomes %q", s, up)
		}
	})
}
