package calendar

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"example.org/beian/workflow/typed"
)

var (
	fullDate    = regexp.MustCompile(`^(\d{4}|\d{2})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*[日号]?$`)
	monthDate   = regexp.MustCompile(`^(\d{4})\s*[-./年]\s*(\d{1,2})\s*月?(?:份)?$|^(\d{2})\s*年\s*(\d{1,2})\s*月(?:份)?$`)
	plainDate   = regexp.MustCompile(`^(\d{4})(\d{2})(\d{2})$`)
	plainMonth  = regexp.MustCompile(`^((?:19|20)\d{2})(0[1-9]|1[0-2])$`)
	shortDate   = regexp.MustCompile(`^(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*[日号]?$`)
	relYear     = regexp.MustCompile(`^(去年|今年|前年|明年)\s*(\d{1,2})\s*月(?:份)?(?:\s*(\d{1,2})\s*[日号]?)?$`)
	relMonth    = regexp.MustCompile(`^(上个?月|这个月|本月|下个?月)\s*(?:(\d{1,2})\s*[日号])?$`)
	weekday     = regexp.MustCompile(`^(上|这|本|下)?个?(?:周|星期|礼拜)([一二三四五六日天])$`)
	onlyYear    = regexp.MustCompile(`^(?:(?:19|20)\d{2}\s*年?|\d{2}\s*年|去年|今年|前年)$`)
	hanDigitsRe = regexp.MustCompile(`[〇零一二三四五六七八九十]+`)
)

// ReadDate understands 2004年7月6日, 04.7.6, 20040706, 2015年7月, 二〇一五年七月, 去年9月,
// 6 July 2004 and, without a year, 11-24, which is taken as the one nearest to today.
// assumedDay tells that no day was given and the first was taken.
func ReadDate(s string, today Date) (d Date, assumedDay, ok bool) {
	s = fullWidth.Replace(typed.Clean(s))
	if m := weekday.FindStringSubmatch(s); m != nil {
		return dayOfWeek(m[1], m[2], today), false, true
	}
	s = arabic(s)
	if n, named := dayNames[strings.ToLower(s)]; named {
		return today.AddDays(n), false, true
	}
	for _, read := range []func(string, Date) (Date, bool, bool){readNumeric, readRelative, readEnglish} {
		if d, assumedDay, ok = read(s, today); ok {
			return d, assumedDay, true
		}
	}
	return Date{}, false, false
}

// OnlyYear reports whether s is a year and says nothing of the month.
func OnlyYear(s string) bool { return onlyYear.MatchString(arabic(s)) }

// dayOfWeek is 周三 (the next one, today included), 这周三 or 下周三; a week begins on Monday.
func dayOfWeek(week, day string, today Date) Date {
	n := map[string]int{"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6}[day]
	d := today.AddDays(n - (int(today.Weekday())+6)%7)
	switch {
	case week == "下":
		return d.AddDays(7)
	case week == "上":
		return d.AddDays(-7)
	case week == "" && d.Before(today):
		return d.AddDays(7)
	}
	return d
}

// fullWidth are the separators of dates as Chinese keyboards type them; it never changes.
var fullWidth = strings.NewReplacer("－", "-", "／", "/", "．", ".", "—", "-", "–", "-")

// dayNames are days from today.
var dayNames = map[string]int{
	"今天": 0, "今日": 0, "today": 0, "昨天": -1, "昨日": -1, "yesterday": -1, "前天": -2, "明天": 1, "明日": 1, "tomorrow": 1, "后天": 2,
}

func readNumeric(s string, today Date) (Date, bool, bool) {
	if m := plainDate.FindStringSubmatch(s); m != nil {
		return civil(num(m[1]), num(m[2]), num(m[3]))
	}
	if m := fullDate.FindStringSubmatch(s); m != nil {
		return civil(fullYear(num(m[1]), today), num(m[2]), num(m[3]))
	}
	if m := monthDate.FindStringSubmatch(s); m != nil {
		return firstOf(fullYear(num(m[1]+m[3]), today), num(m[2]+m[4]))
	}
	if m := plainMonth.FindStringSubmatch(s); m != nil {
		return firstOf(num(m[1]), num(m[2]))
	}
	if m := shortDate.FindStringSubmatch(s); m != nil {
		return nearest(num(m[1]), num(m[2]), today)
	}
	return Date{}, false, false
}

func readRelative(s string, today Date) (Date, bool, bool) {
	if m := relYear.FindStringSubmatch(s); m != nil {
		y := today.Year + map[string]int{"明年": 1, "今年": 0, "去年": -1, "前年": -2}[m[1]]
		if m[3] == "" {
			return firstOf(y, num(m[2]))
		}
		return civil(y, num(m[2]), num(m[3]))
	}
	if m := relMonth.FindStringSubmatch(s); m != nil {
		n := map[rune]int{'上': -1, '下': 1}[[]rune(m[1])[0]]
		first := Date{today.Year, today.Month, 1}.AddMonths(n)
		if m[2] == "" {
			return first, true, true
		}
		return civil(first.Year, int(first.Month), num(m[2]))
	}
	return Date{}, false, false
}

func readEnglish(s string, _ Date) (Date, bool, bool) {
	for _, layout := range []string{
		"Jan 2, 2006", "Jan 2 2006", "2 Jan 2006", "January 2, 2006", "January 2 2006",
		"2 January 2006",
	} {
		if t, err := time.ParseInLocation(layout, s, Zone()); err == nil {
			return civil(t.Year(), int(t.Month()), t.Day())
		}
	}
	for _, layout := range []string{"Jan 2006", "January 2006"} {
		if t, err := time.ParseInLocation(layout, s, Zone()); err == nil {
			return firstOf(t.Year(), int(t.Month()))
		}
	}
	return Date{}, false, false
}

func num(s string) int { n, _ := strconv.Atoi(s); return n }

// fullYear completes a two-digit year to one that is not after today's.
func fullYear(y int, today Date) int {
	if y >= 100 {
		return y
	}
	if y += 2000; y > today.Year {
		y -= 100
	}
	return y
}

// civil refuses days that do not exist instead of normalising them.
func civil(y, m, day int) (Date, bool, bool) {
	d := NewDate(y, time.Month(m), day)
	return d, false, d.Month == time.Month(m) && d.Day == day && y >= 1900 && y <= 2100
}

func firstOf(y, m int) (Date, bool, bool) {
	d, _, ok := civil(y, m, 1)
	return d, ok, ok
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

// arabic turns Chinese numerals into digits: 二〇一五年十二月三日 into 2015年12月3日.
func arabic(s string) string {
	return hanDigitsRe.ReplaceAllStringFunc(s, func(han string) string {
		value := map[rune]int{'〇': 0, '零': 0, '一': 1, '二': 2, '三': 3, '四': 4, '五': 5, '六': 6, '七': 7, '八': 8, '九': 9}
		tens, rest, isTens := strings.Cut(han, "十")
		if !isTens { // digit by digit, as years are written
			var b strings.Builder
			for _, r := range han {
				b.WriteString(strconv.Itoa(value[r]))
			}
			return b.String()
		}
		if len([]rune(tens)) > 1 || len([]rune(rest)) > 1 || strings.Contains(rest, "十") {
			return han
		}
		n := 10
		for _, r := range tens {
			n = value[r] * 10
		}
		for _, r := range rest {
			n += value[r]
		}
		return strconv.Itoa(n)
	})
}
