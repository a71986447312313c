package workflow

import (
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/width"
)

// Fault is what is wrong with a value somebody typed. The chat turns it into a
// sentence with an example.
type Fault struct {
	Code  string // see the Fault constants
	Field Field
	Got   string
	Count int // digits given (FaultPhone), runes given (FaultLong)
}

// The faults of [Read].
const (
	FaultPhone  = "phone"
	FaultDate   = "date"
	FaultFuture = "future"
	FaultOption = "option"
	FaultLong   = "long"
	FaultEmpty  = "empty"
	FaultLocked = "locked" // R-C10: identity is not edited
	FaultNoNone = "no_none"
)

// Reading is a value as it will be stored, and what had to be assumed.
type Reading struct {
	Value      string
	AssumedDay bool // only year and month were given; the first was taken
}

// Read understands what a person typed for a field. Exactly one of the results
// is set.
func Read(fd Field, text string, today Date) (Reading, *Fault) {
	s := Clean(text)
	fault := func(code string, n int) (Reading, *Fault) {
		return Reading{}, &Fault{Code: code, Field: fd, Got: s, Count: n}
	}
	switch {
	case fd.Identity:
		return fault(FaultLocked, 0)
	case s == "":
		return fault(FaultEmpty, 0)
	case isNone(s) && fd.AllowNone:
		return Reading{Value: None}, nil
	}
	switch fd.Kind {
	case KindPhone:
		return readPhone(fd, s)
	case KindDate:
		d, assumed, ok := ReadDate(s, today)
		switch {
		case !ok && fd.Optional && isNone(s):
			return Reading{}, nil
		case !ok:
			return fault(FaultDate, 0)
		case d.After(today):
			return fault(FaultFuture, 0)
		}
		return Reading{Value: d.String(), AssumedDay: assumed}, nil
	case KindOption:
		if o, ok := readOption(fd, s); ok {
			return Reading{Value: o}, nil
		}
		return fault(FaultOption, 0)
	}
	if n := len([]rune(s)); fd.MaxRunes > 0 && n > fd.MaxRunes {
		return fault(FaultLong, n)
	}
	return Reading{Value: s}, nil
}

// Clean makes typed text comparable: canonical composition, half-width Latin and
// digits, no control and no bidirectional characters, no surrounding space. It
// leaves Han characters exactly as typed.
func Clean(s string) string {
	s = norm.NFC.String(s)
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return ' '
		case unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Cf, r):
			return -1
		case r >= 0xFF01 && r <= 0xFF5E && (unicode.IsDigit(r) || unicode.IsLetter(r)):
			return []rune(width.Narrow.String(string(r)))[0]
		case r == 0x3000:
			return ' '
		}
		return r
	}, s)
	return strings.TrimSpace(s)
}

func isNone(s string) bool {
	switch strings.ToLower(strings.TrimRight(s, "。. ")) {
	case "无", "没有", "n/a", "none", "no", "暂无":
		return true
	}
	return false
}

var notDigit = regexp.MustCompile(`\D`)

func readPhone(fd Field, s string) (Reading, *Fault) {
	d := notDigit.ReplaceAllString(s, "")
	d = strings.TrimPrefix(d, "00")
	if len(d) == 13 {
		d = strings.TrimPrefix(d, "86")
	}
	if len(d) != 11 || d[0] != '1' || d[1] < '3' {
		return Reading{}, &Fault{Code: FaultPhone, Field: fd, Got: s, Count: len(d)}
	}
	return Reading{Value: d}, nil
}

var (
	fullDate  = regexp.MustCompile(`^(\d{4}|\d{2})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*[日号]?$`)
	monthDate = regexp.MustCompile(`^(\d{4})\s*[-./年]\s*(\d{1,2})\s*月?$`)
	plainDate = regexp.MustCompile(`^(\d{4})(\d{2})(\d{2})$`)
	shortDate = regexp.MustCompile(`^(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*[日号]?$`)
	chineseAt = regexp.MustCompile(`^(去年|今年|前年)\s*(\d{1,2})\s*月(?:\s*(\d{1,2})\s*[日号])?$`)
)

// ReadDate understands 2004年7月6日, 04.7.6, 20040706, 2015年7月, 去年9月 and, without
// a year, 11-24, which is taken as the one nearest to today. assumedDay tells that
// no day was given and the first was taken.
func ReadDate(s string, today Date) (d Date, assumedDay, ok bool) {
	s = Clean(s)
	switch s {
	case "今天", "今日", "today":
		return today, false, true
	case "昨天", "昨日":
		return today.AddDays(-1), false, true
	case "明天", "明日":
		return today.AddDays(1), false, true
	}
	if m := plainDate.FindStringSubmatch(s); m != nil {
		return civil(num(m[1]), num(m[2]), num(m[3]))
	}
	if m := fullDate.FindStringSubmatch(s); m != nil {
		y := num(m[1])
		if y < 100 {
			if y += 2000; y > today.Year {
				y -= 100
			}
		}
		return civil(y, num(m[2]), num(m[3]))
	}
	if m := monthDate.FindStringSubmatch(s); m != nil {
		d, _, ok = civil(num(m[1]), num(m[2]), 1)
		return d, ok, ok
	}
	if m := chineseAt.FindStringSubmatch(s); m != nil {
		y := today.Year + map[string]int{"今年": 0, "去年": -1, "前年": -2}[m[1]]
		if m[3] == "" {
			d, _, ok = civil(y, num(m[2]), 1)
			return d, ok, ok
		}
		return civil(y, num(m[2]), num(m[3]))
	}
	if m := shortDate.FindStringSubmatch(s); m != nil {
		return nearest(num(m[1]), num(m[2]), today)
	}
	return Date{}, false, false
}

func num(s string) int { n, _ := strconv.Atoi(s); return n }

// civil refuses days that do not exist instead of normalising them.
func civil(y, m, day int) (Date, bool, bool) {
	d := NewDate(y, time.Month(m), day)
	return d, false, d.Month == time.Month(m) && d.Day == day && y >= 1900
}

func nearest(m, day int, today Date) (Date, bool, bool) {
	best, found := Date{}, false
	for y := today.Year - 1; y <= today.Year+1; y++ {
		d, _, ok := civil(y, m, day)
		if ok && (!found || abs(today.DaysUntil(d)) < abs(today.DaysUntil(best))) {
			best, found = d, true
		}
	}
	return best, false, found
}

func abs(n int) int { return max(n, -n) }

// readOption takes the option itself, a synonym, or an unambiguous part of one.
func readOption(fd Field, s string) (string, bool) {
	up := strings.ToUpper(s)
	for _, o := range fd.Options {
		if o == s || o == up || strings.TrimSuffix(o, "族") == s && fd.Key == Nation {
			return o, true
		}
	}
	if o, ok := optionSynonyms[fd.Key][s]; ok {
		return o, true
	}
	if i, err := strconv.Atoi(s); err == nil && i >= 1 && i <= len(fd.Options) && fd.Key != Nation {
		return fd.Options[i-1], true
	}
	hit := ""
	for _, o := range fd.Options {
		if len([]rune(s)) >= 2 && strings.Contains(o, s) {
			if hit != "" {
				return "", false
			}
			hit = o
		}
	}
	return hit, hit != ""
}

// optionSynonyms are what people write instead of the official wording (domain §2.8).
var optionSynonyms = map[Key]map[string]string{
	Politics: {
		"党员": "中国共产党党员", "中共党员": "中国共产党党员", "预备党员": "中国共产党预备党员",
		"团员": "中国共产主义青年团团员", "共青团员": "中国共产主义青年团团员", "民革": "中国国民党革命委员会会员",
		"民革党员": "中国国民党革命委员会会员", "民盟": "中国民主同盟盟员", "民建": "中国民主建国会会员",
		"民进": "中国民主促进会会员", "农工党": "中国农工民主党党员", "致公党": "中国致公党党员",
		"九三": "九三学社社员", "台盟": "台湾民主自治同盟盟员", "无党派": "无党派民主人士", "无党派人士": "无党派民主人士", "无": "群众",
	},
	Education: {"本科": "大学本科", "研究生": "硕士研究生", "硕士": "硕士研究生", "博士": "博士研究生", "大专": "大学专科", "专科": "大学专科", "技校": "技工学校"},
	Degree:    {"无": "无学位", "没有": "无学位", "没有学位": "无学位"},
	Sex:       {"男性": "男", "女性": "女", "male": "男", "female": "女"},
	UnitType:  {"大学": "事业单位", "高校": "事业单位", "学校": "事业单位", "公司": "企业"},
}
