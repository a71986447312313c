package workflow

import (
	"strings"
	"time"
)

// CheckIDCard verifies an 18-digit 居民身份证 or 港澳台居民居住证 number by GB 11643-1999:
// real birth date not before 1900 and not after today, and the ISO 7064 MOD 11-2
// check digit. The county code is not checked: valid people hold codes that are in
// no list. It returns "" when the number is right, else "format", "date" or "check".
func CheckIDCard(n string, today Date) string {
	if len(n) != 18 || strings.IndexFunc(n[:17], func(r rune) bool { return r < '0' || r > '9' }) >= 0 {
		return "format"
	}
	if !strings.ContainsRune("0123456789X", rune(n[17])) || !strings.ContainsRune("1234568", rune(n[0])) {
		return "format"
	}
	birth, err := time.ParseInLocation("20060102", n[6:14], Zone())
	if err != nil || birth.Year() < 1900 || DateOf(birth).After(today) {
		return "date"
	}
	weights := [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}
	sum := 0
	for i, w := range weights {
		sum += int(n[i]-'0') * w
	}
	if "10X98765432"[sum%11] != n[17] {
		return "check"
	}
	return ""
}
