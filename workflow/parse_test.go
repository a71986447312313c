package workflow_test

import (
	"slices"
	"strings"
	"testing"

	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
	"example.org/beian/workflow/identity"
)

func TestRead(t *testing.T) {
	today := date(t, "2026-11-23")
	for _, c := range []struct {
		key         workflow.Key
		text, want  string
		fault       string
		assumedDays bool
	}{
		// phones
		{workflow.Phone, "13900001111", "13900001111", "", false},
		{workflow.Phone, "+86 139-0000-1111", "13900001111", "", false},
		{workflow.Phone, "0086 139 0000 1111", "13900001111", "", false},
		{workflow.Phone, "１３９００００１１１１", "13900001111", "", false},
		{workflow.Phone, "16600000001", "16600000001", "", false},
		{workflow.Phone, "12345", "", workflow.FaultPhone, false},
		{workflow.Phone, "12345678901", "", workflow.FaultPhone, false},
		{workflow.Phone, "057128860000", "", workflow.FaultPhone, false},
		// dates
		{workflow.ArrivedOn, "2004年7月6日", "2004-07-06", "", false},
		{workflow.ArrivedOn, "04.7.6", "2004-07-06", "", false},
		{workflow.ArrivedOn, "20040706", "2004-07-06", "", false},
		{workflow.ArrivedOn, "去年9月", "2025-09-01", "", true},
		{workflow.ArrivedOn, "去年9月3号", "2025-09-03", "", false},
		{workflow.ArrivedOn, "2015年7月", "2015-07-01", "", true},
		{workflow.ArrivedOn, "２０１５／７／１", "2015-07-01", "", false},
		{workflow.ArrivedOn, "２０１５－０７－０１", "2015-07-01", "", false},
		{workflow.ArrivedOn, "2015/7/1", "2015-07-01", "", false},
		{workflow.ArrivedOn, "2015-7", "2015-07-01", "", true},
		{workflow.ArrivedOn, "201507", "2015-07-01", "", true},
		{workflow.ArrivedOn, "98年3月", "1998-03-01", "", true},
		{workflow.ArrivedOn, "二〇一五年七月", "2015-07-01", "", true},
		{workflow.ArrivedOn, "二零一五年十二月三十一日", "2015-12-31", "", false},
		{workflow.ArrivedOn, "上个月", "2026-10-01", "", true},
		{workflow.ArrivedOn, "上月5号", "2026-10-05", "", false},
		{workflow.ArrivedOn, "昨天", "2026-11-22", "", false},
		{workflow.ArrivedOn, "6 July 2004", "2004-07-06", "", false},
		{workflow.ArrivedOn, "Jul 6, 2004", "2004-07-06", "", false},
		{workflow.ArrivedOn, "july 2004", "2004-07-01", "", true},
		{workflow.ArrivedOn, "2015年", "", workflow.FaultMonth, false},
		{workflow.ArrivedOn, "2015", "", workflow.FaultMonth, false},
		{workflow.ArrivedOn, "去年", "", workflow.FaultMonth, false},
		{workflow.ArrivedOn, "2026-02-30", "", workflow.FaultDate, false},
		{workflow.ArrivedOn, "2027-01-01", "", workflow.FaultFuture, false},
		{workflow.ArrivedOn, "不知道", "", workflow.FaultDate, false},
		{workflow.ArrivedOn, "无", "", workflow.FaultDate, false},
		{workflow.DegreeOn, "无", "", "", false}, // R-D04: a date picker cannot hold 无
		// options with synonyms
		{workflow.Politics, "党员", "中国共产党党员", "", false},
		{workflow.Politics, "中共党员", "中国共产党党员", "", false},
		{workflow.Politics, "民革党员", "中国国民党革命委员会会员", "", false},
		{workflow.Politics, "无", "群众", "", false},
		{workflow.Politics, "群众", "群众", "", false},
		{workflow.Politics, "13", "群众", "", false},
		{workflow.Nation, "维吾尔", "维吾尔族", "", false},
		{workflow.Nation, "05", "", workflow.FaultOption, false},
		{workflow.Education, "本科", "大学本科", "", false},
		{workflow.Education, "大学本科毕业", "大学本科", "", false},
		{workflow.Education, "博士研究生毕业", "博士研究生", "", false},
		{workflow.Education, "研究生", "", workflow.FaultOption, false}, // which?
		{workflow.Education, "PhD", "博士研究生", "", false},
		{workflow.Degree, "没有", "无学位", "", false},
		{workflow.Degree, "硕士学位", "硕士", "", false},
		{workflow.Sex, "Female", "女", "", false},
		{workflow.UnitType, "高校", "事业单位", "", false},
		{workflow.Employment, "退休返聘", "退休", "", false},
		{workflow.Category, "e", "E", "", false},
		{workflow.Category, "E类", "", workflow.FaultOption, false},
		{workflow.Industry, "炼丹", "", workflow.FaultOption, false},
		{workflow.IDType, "身份证", identity.ResidentCard, "", false},
		{workflow.IDType, "永居证", identity.PermanentResidence, "", false},
		// R-D04
		{workflow.Post, "没有", "无", "", false},
		{workflow.Post, "N/A", "无", "", false},
		{workflow.Post, "none", "无", "", false},
		{workflow.Post, "无。", "无", "", false},
		{workflow.Post, "无 ", "无", "", false},
		{workflow.Post, "副教授", "副教授", "", false},
		{workflow.Post, "", "", workflow.FaultEmpty, false},
		{workflow.Post, strings.Repeat("长", 51), "", workflow.FaultLong, false},
		// names and numbers: any middle dot, rare characters, long names
		{workflow.Name, "阿依古丽•买买提", "阿依古丽·买买提", "", false},
		{workflow.Name, "王㛃", "王㛃", "", false},
		{workflow.Name, "赵𬭎", "赵𬭎", "", false},
		{workflow.Name, strings.Repeat("𬭎", 50), strings.Repeat("𬭎", 50), "", false},
		{workflow.IDNumber, "３３０１９９ 1985-0312 1016", "330199198503121016", "", false},
		{workflow.Photo, "x", "", workflow.FaultPhoto, false},
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

// TestReadPoliticsAliases: the parties as people call them.
func TestReadPoliticsAliases(t *testing.T) {
	fd := field(t, workflow.Politics)
	for text, code := range map[string]int{
		"党员": 1, "中共党员": 1, "预备党员": 2, "团员": 3, "共青团员": 3, "民革": 4, "民革党员": 4, "民盟": 5, "民建": 6, "民进": 7, "农工党": 8,
		"致公党": 9, "九三": 10, "台盟": 11, "无党派": 12, "无党派人士": 12, "无": 13,
	} {
		if r, fault := workflow.Read(fd, text, date(t, "2026-11-23")); fault != nil || r.Value != fd.Options[code-1] {
			t.Errorf("%s: %+v, %v", text, r, fault)
		}
	}
}

func TestAmbiguousOptionIsAskedBack(t *testing.T) {
	_, fault := workflow.Read(field(t, workflow.Education), "研究生", date(t, "2026-11-23"))
	if fault == nil || !slices.Equal(fault.Choices, []string{"博士研究生", "硕士研究生"}) {
		t.Errorf("%+v", fault)
	}
	_, fault = workflow.Read(field(t, workflow.Industry), "炼丹", date(t, "2026-11-23"))
	if fault == nil || len(fault.Choices) != len(field(t, workflow.Industry).Options) {
		t.Errorf("%+v", fault)
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{"13900001111", "2015年7月", "党员", "\u202e无", "１３", "", "二〇一五年七月", "阿依古丽.买买提", "研究生"} {
		f.Add(s)
	}
	today := calendar.NewDate(2026, 11, 23)
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
