package workflow_test

import (
	"testing"

	"example.org/beian/workflow"
)

func TestRead(t *testing.T) {
	today := date(t, "2026-11-23")
	for _, c := range []struct {
		key         workflow.Key
		text, want  string
		fault       string
		assumedDays bool
	}{
		{workflow.Phone, "13900001111", "13900001111", "", false},
		{workflow.Phone, "+86 139-0000-1111", "13900001111", "", false},
		{workflow.Phone, "１３９００００１１１１", "13900001111", "", false},
		{workflow.Phone, "12345", "", workflow.FaultPhone, false},
		{workflow.Phone, "12345678901", "", workflow.FaultPhone, false},
		{workflow.ArrivedOn, "2015年7月1日", "2015-07-01", "", false},
		{workflow.ArrivedOn, "2015年7月", "2015-07-01", "", true},
		{workflow.ArrivedOn, "04.7.6", "2004-07-06", "", false},
		{workflow.ArrivedOn, "20040706", "2004-07-06", "", false},
		{workflow.ArrivedOn, "去年9月", "2025-09-01", "", true},
		{workflow.ArrivedOn, "2026-02-30", "", workflow.FaultDate, false},
		{workflow.ArrivedOn, "2027-01-01", "", workflow.FaultFuture, false},
		{workflow.ArrivedOn, "不知道", "", workflow.FaultDate, false},
		{workflow.Politics, "党员", "中国共产党党员", "", false},
		{workflow.Politics, "群众", "群众", "", false},
		{workflow.Nation, "维吾尔", "维吾尔族", "", false},
		{workflow.Education, "本科", "大学本科", "", false},
		{workflow.Degree, "没有", "无学位", "", false},
		{workflow.Category, "e", "E", "", false},
		{workflow.Industry, "炼丹", "", workflow.FaultOption, false},
		{workflow.Post, "没有", "无", "", false}, // R-D04
		{workflow.Post, "N/A", "无", "", false},
		{workflow.Post, "无。", "无", "", false},
		{workflow.Post, "副教授", "副教授", "", false},
		{workflow.Post, "", "", workflow.FaultEmpty, false},
		{workflow.IDNumber, "330199198503121016", "", workflow.FaultLocked, false}, // R-C10
		{workflow.Name, "陈二帆", "", workflow.FaultLocked, false},
	} {
		r, fault := workflow.Read(field(t, c.key), c.text, today)
		switch {
		case fault != nil && fault.Code != c.fault, fault == nil && c.fault != "":
			t.Errorf("%s %q: fault %+v, want %q", c.key, c.text, fault, c.fault)
		case fault == nil && (r.Value != c.want || r.AssumedDay != c.assumedDays):
			t.Errorf("%s %q: got %+v, want %q", c.key, c.text, r, c.want)
		}
	}
}

func TestShortDatesAreNear(t *testing.T) {
	for _, c := range [][3]string{
		{"2026-11-23", "11-24", "2026-11-24"},
		{"2026-12-28", "1月4日", "2027-01-04"},
		{"2027-01-03", "12月20", "2026-12-20"},
		{"2026-11-23", "今天", "2026-11-23"},
		{"2026-11-23", "明天", "2026-11-24"},
	} {
		d, _, ok := workflow.ReadDate(c[1], date(t, c[0]))
		if !ok || d.String() != c[2] {
			t.Errorf("%s on %s: %s, %v", c[1], c[0], d, ok)
		}
	}
}

// domain §2.2, §2.3.
func TestCheckIDCard(t *testing.T) {
	today := date(t, "2026-11-23")
	for n, want := range map[string]string{
		"11010519491231002X": "", "330199198503121016": "", "810000199408230021": "", "830000199201300022": "",
		"440524188001010014": "date",   // the standard's example of 1880
		"110105194912310021": "check",  // last digit changed
		"330199198513121016": "date",   // month 13
		"330199198502301016": "date",   // 30 February
		"11010519491231a02X": "format", // a letter among the digits
		"3301991985031210":   "format",
	} {
		if got := workflow.CheckIDCard(n, today); got != want {
			t.Errorf("%s: %q, want %q", n, got, want)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{"13900001111", "2015年7月", "党员", "\u202e无", "１３", ""} {
		f.Add(s)
	}
	today := workflow.NewDate(2026, 11, 23)
	f.Fuzz(func(t *testing.T, s string) {
		for _, fd := range workflow.Fields() {
			r, fault := workflow.Read(fd, s, today)
			if fault != nil {
				continue
			}
			if again, fault := workflow.Read(fd, r.Value, today); r.Value != "" && (fault != nil || again.Value != r.Value) {
				t.Errorf("%s: %q reads as %q, which reads as %q, %v", fd.Key, s, r.Value, again.Value, fault)
			}
		}
	})
}

func TestMask(t *testing.T) {
	for in, want := range map[string]string{
		"330199198503121016": "330***********1016", "13800000001": "138****0001", "C01X00T47": "C01**0T47", "12345": "*****",
	} {
		if got := workflow.Mask(in); got != want {
			t.Errorf("Mask(%q) = %q, want %q", in, got, want)
		}
	}
	for in, want := range map[string]string{
		"张三": "张*", "陈一帆": "陈*帆", "王㛃": "王*", "赵𬭎": "赵*", "阿依古丽·买买提": "阿依古丽·***", "Anna Beispiel": "A***",
	} {
		if got := workflow.MaskName(in); got != want {
			t.Errorf("MaskName(%q) = %q, want %q", in, got, want)
		}
	}
}
