package workflow_test

import (
	"strings"
	"testing"

	"example.org/beian/workflow"
)

// TestCheckID has every number of domain §2.1–2.5 and §6.2. The people are fictitious
// (area code 330199 was never assigned) or published specimens.
func TestCheckID(t *testing.T) {
	today := date(t, "2026-11-23")
	for _, c := range []struct {
		kind, number string
		severity     workflow.Severity
		fault        string
		birth, sex   string
		variant      string
	}{
		// §2.2 居民身份证
		{workflow.IDCard, "11010519491231002X", workflow.Fine, "", "1949-12-31", "女", ""},
		{workflow.IDCard, "11010519491231002x", workflow.Fine, "", "1949-12-31", "女", ""},
		{workflow.IDCard, "１１０１０５ 19491231-002X", workflow.Fine, "", "1949-12-31", "女", ""},
		{workflow.IDCard, "440524188001010014", workflow.Hard, "date", "", "", ""},     // the standard's example of 1880
		{workflow.IDCard, "110105194912310021", workflow.Hard, "check", "", "", ""},    // last digit + 1
		{workflow.IDCard, "330199198513121016", workflow.Hard, "date", "", "", ""},     // month 13
		{workflow.IDCard, "330199198502301016", workflow.Hard, "date", "", "", ""},     // 30 February
		{workflow.IDCard, "11010519491231a02X", workflow.Hard, "format", "", "", ""},   // a letter in position 15
		{workflow.IDCard, "330199202611241011", workflow.Hard, "date", "", "", ""},     // tomorrow
		{workflow.IDCard, "160105194912310021", workflow.Hard, "province", "", "", ""}, // no such province
		{workflow.IDCard, "3301991985031210", workflow.Hard, "format", "", "", ""},
		{workflow.IDCard, "330199850312101", workflow.Hard, "format", "", "", "15"}, // first generation, ended 2013-01-01
		{workflow.IDCard, "911124198108030024", workflow.Hard, "format", "", "", ""},
		{workflow.IDCard, "330199198503121016", workflow.Fine, "", "1985-03-12", "男", ""},
		{workflow.IDCard, "330199199006051023", workflow.Fine, "", "1990-06-05", "女", ""},
		{workflow.IDCard, "330199197809191039", workflow.Fine, "", "1978-09-19", "男", ""},
		{workflow.IDCard, "330199199102281048", workflow.Fine, "", "1991-02-28", "女", ""},
		{workflow.IDCard, "330199198811111055", workflow.Fine, "", "1988-11-11", "男", ""},
		{workflow.IDCard, "330199199304171066", workflow.Fine, "", "1993-04-17", "女", ""},
		{workflow.IDCard, "330199198207041089", workflow.Fine, "", "1982-07-04", "女", ""},
		{workflow.IDCard, "330199199501231072", workflow.Fine, "", "1995-01-23", "男", ""},
		{workflow.IDCard, "330199198012311093", workflow.Fine, "", "1980-12-31", "男", ""},
		// §2.3 港澳台居民居住证 and 通行证
		{workflow.IDHMResidence, "810000199408230021", workflow.Fine, "", "1994-08-23", "女", "Hong Kong"},
		{workflow.IDTWResidence, "830000199201300022", workflow.Fine, "", "1992-01-30", "女", "Taiwan"},
		{workflow.IDHMResidence, "810000199408230022", workflow.Hard, "check", "", "", "Hong Kong"},
		{workflow.IDHMResidence, "840000199408230021", workflow.Hard, "format", "", "", ""},
		{workflow.IDHMPermit, "H12345678", workflow.Fine, "", "", "", ""},
		{workflow.IDHMPermit, "M1234567890", workflow.Fine, "", "", "", ""},
		{workflow.IDHMPermit, "X12345678", workflow.Soft, "format", "", "", ""},
		{workflow.IDTWPermit, "12345678", workflow.Fine, "", "", "", ""},
		{workflow.IDTWPermit, "1234567890(B)", workflow.Fine, "", "", "", ""},
		{workflow.IDTWPermit, "1234567890A", workflow.Fine, "", "", "", ""},
		{workflow.IDTWPermit, "123", workflow.Soft, "format", "", "", ""},
		// §2.4 外国人永久居留身份证
		{workflow.IDForeignPR, "932682198501010017", workflow.Fine, "", "1985-01-01", "男", "2023"},
		{workflow.IDForeignPR, "911124198108030024", workflow.Fine, "", "1981-08-03", "女", "2023"},
		{workflow.IDForeignPR, "911124198108030025", workflow.Hard, "check", "", "", "2023"},
		{workflow.IDForeignPR, "KAZ110090123105", workflow.Fine, "", "1990-12-31", "", "2017"},
		{workflow.IDForeignPR, "CAN110081080307", workflow.Fine, "", "1981-08-03", "", "2017"},
		{workflow.IDForeignPR, "KAZ110090123106", workflow.Soft, "check", "1990-12-31", "", "2017"},
		{workflow.IDForeignPR, "KAZ110090133105", workflow.Soft, "check", "", "", "2017"},
		{workflow.IDForeignPR, "12345", workflow.Hard, "format", "", "", ""},
		// §2.5 护照
		{workflow.IDPassport, "E12345678", workflow.Fine, "", "", "", "ordinary"},
		{workflow.IDPassport, "EA1234567", workflow.Fine, "", "", "", "ordinary"},
		{workflow.IDPassport, "EI1234567", workflow.Fine, "", "", "", "foreign"}, // no I in the Chinese series
		{workflow.IDPassport, "G12345678", workflow.Fine, "", "", "", "ordinary"},
		{workflow.IDPassport, "141234567", workflow.Fine, "", "", "", "ordinary"},
		{workflow.IDPassport, "PE1234567", workflow.Fine, "", "", "", "public affairs"},
		{workflow.IDPassport, "P.1234567", workflow.Fine, "", "", "", "public affairs"},
		{workflow.IDPassport, "SE1234567", workflow.Fine, "", "", "", "service"},
		{workflow.IDPassport, "DE1234567", workflow.Fine, "", "", "", "diplomatic"},
		{workflow.IDPassport, "KA1234567", workflow.Fine, "", "", "", "Hong Kong"},
		{workflow.IDPassport, "MA1234567", workflow.Fine, "", "", "", "Macao"},
		{workflow.IDPassport, "c01x00t47", workflow.Fine, "", "", "", "foreign"},
		{workflow.IDPassport, "C01X0006H", workflow.Fine, "", "", "", "foreign"},
		{workflow.IDPassport, "L898902C3", workflow.Fine, "", "", "", "foreign"},
		{workflow.IDPassport, "A1", workflow.Soft, "format", "", "", "foreign"},
		// §2.1 others
		{workflow.IDOfficer, "南字第12345678号", workflow.Fine, "", "", "", ""},
		{workflow.IDOfficer, "12345678", workflow.Soft, "format", "", "", ""},
		{workflow.IDForeignWorking, "HZ20260001", workflow.Fine, "", "", "", ""},
		{workflow.IDForeignWorking, "1", workflow.Soft, "format", "", "", ""},
		{workflow.IDOther, "AB12", workflow.Fine, "", "", "", ""},
		{workflow.IDOther, "1", workflow.Hard, "format", "", "", ""},
	} {
		f := workflow.CheckID(c.kind, c.number, today)
		if f.Severity != c.severity || f.Fault != c.fault || f.Birth.String() != c.birth || f.Sex != c.sex || f.Variant != c.variant {
			t.Errorf("%s %s: %+v", c.kind, c.number, f)
		}
	}
}

// TestUnlistedCounties: valid people hold county codes that are in no list (§2.2).
func TestUnlistedCounties(t *testing.T) {
	for _, county := range []string{"320219", "230119", "321119"} {
		number, ok := workflow.UpgradeID(county + "850312101")
		if f := workflow.CheckID(workflow.IDCard, number, date(t, "2026-11-23")); !ok || f.Severity != workflow.Fine {
			t.Errorf("%s: %+v", number, f)
		}
	}
}

func TestUpgradeID(t *testing.T) { // §2.2, 15 digits in old records
	got, ok := workflow.UpgradeID("330199850312101")
	if !ok || got != "330199198503121016" {
		t.Errorf("%s, %v", got, ok)
	}
	if _, ok := workflow.UpgradeID("330199198503121016"); ok {
		t.Error("18 digits were upgraded")
	}
	if !workflow.SamePersonNumber("330199850312101", "330199198503121016") || workflow.SamePersonNumber("C01X00T47", "C01X0006H") ||
		!workflow.SamePersonNumber("c01x 00t47", "C01X00T47") {
		t.Error("R-C10 compares numbers, not writing")
	}
}

// TestMachineReadableZone: the specimen of ICAO 9303; its number has the check digit 6.
func TestMachineReadableZone(t *testing.T) {
	today := date(t, "2026-11-23")
	f := workflow.CheckID(workflow.IDPassport, "L898902C36UTO7408122F1204159ZE184226B<<<<<10", today)
	if f.Severity != workflow.Fine || f.Number != "L898902C3" || f.Birth.String() != "1974-08-12" || f.Sex != "女" {
		t.Errorf("%+v", f)
	}
	f = workflow.CheckID(workflow.IDPassport, "L898902C35UTO7408122F1204159ZE184226B<<<<<10", today)
	if f.Severity != workflow.Hard || f.Fault != "check" {
		t.Errorf("%+v", f)
	}
}

func TestCheckCreditCode(t *testing.T) { // §2.6
	for code, want := range map[string]workflow.Severity{
		"91350100M000100Y43": workflow.Fine, "91110108551385082Q": workflow.Fine, "91440300708461136T": workflow.Fine,
		"12330199DEM000014U": workflow.Fine, "91330199DEM000022H": workflow.Fine, "91350100m000100y43": workflow.Fine,
		"91350100M000100Y44": workflow.Soft, // some early codes fail, so it is a warning
		"91350100M000100Y4":  workflow.Hard, "91350100M000100Y4I": workflow.Hard, "": workflow.Hard,
	} {
		if f := workflow.CheckCreditCode(code); f.Severity != want {
			t.Errorf("%s: %+v", code, f)
		}
	}
}

// TestCreditCodeSumZero: the check must not index beyond the alphabet when the sum
// is a multiple of 31 (§2.6).
func TestCreditCodeSumZero(t *testing.T) {
	found := false
	for _, last := range "0123456789ABCDEFGHJKLMNPQRTUWXY" {
		for _, c := range "0123456789" {
			f := workflow.CheckCreditCode("91350100M000100" + string(c) + "0" + string(last))
			found = found || last == '0' && f.Fault == "check"
		}
	}
	if !found {
		t.Error("not tried")
	}
}

func FuzzCheckID(f *testing.F) {
	for _, s := range []string{"11010519491231002X", "KAZ110090123105", "９１１１２４198108030024", "\x00", "L898902C36UTO7408122F1204159ZE184226B<<<<<10", "南字第12345678号", strings.Repeat("9", 40)} {
		f.Add(s)
	}
	today := workflow.NewDate(2026, 11, 23)
	fd, _ := workflow.FieldOf(workflow.IDType)
	f.Fuzz(func(t *testing.T, s string) {
		for _, kind := range fd.Options {
			r := workflow.CheckID(kind, s, today)
			if again := workflow.CheckID(kind, r.Number, today); again != r && r.Variant != "machine readable" {
				t.Errorf("%s %q: %+v, normalised %+v", kind, s, r, again)
			}
			if (r.Severity == workflow.Fine) != (r.Fault == "") {
				t.Errorf("%s %q: severity %d with fault %q", kind, s, r.Severity, r.Fault)
			}
			if r.Birth.After(today) {
				t.Errorf("%s %q: born on %s", kind, s, r.Birth)
			}
		}
		if c := workflow.CheckCreditCode(s); c.Severity == workflow.Fine && len(c.Number) != 18 {
			t.Errorf("%q is a credit code", s)
		}
		if up, ok := workflow.UpgradeID(s); ok && len(up) != 18 {
			t.Errorf("%q becomes %q", s, up)
		}
	})
}
