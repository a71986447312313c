package applicant

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"example.org/beian/workflow"
)

// hit is a word of the vocabulary, a phone number or a date in a clause.
type hit struct {
	from, to int
	words    []word // what it can be; nil for numbers and dates
	kind     workflow.Kind
	used     bool
}

func (h *hit) names() bool { return len(h.words) > 0 && h.words[0].what <= titleName }

// scan finds names, values, numbers and dates.
func scan(low string) (out []hit) {
	numbers := strings.ContainsAny(low, "0123456789年月〇零一二三四五六七八九幺")
	for i := 0; i < len(low) && len(out) < mostHits; {
		if numbers {
			if h, ok := numberAt(low, i); ok {
				out = append(out, h)
				i = h.to
				continue
			}
		}
		_, size := utf8.DecodeRuneInString(low[i:])
		if !isLatin(low[i]) || i == 0 || !isLatin(low[i-1]) {
			if w, n := find(low[i:]); n > 0 {
				out = append(out, hit{from: i, to: i + n, words: w})
				i += n
				continue
			}
		}
		i += size
	}
	return out
}

// numberAt reads a phone number or a date at a place of a text, where no number goes on.
func numberAt(low string, i int) (hit, bool) {
	switch low[i] {
	case '+', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		if i > 0 && (isDigit(low[i-1]) || low[i-1] == '-') {
			return hit{}, false
		}
	default:
		if first, _ := utf8.DecodeRuneInString(low[i:]); !strings.ContainsRune(han+"幺去今前上", first) {
			return hit{}, false
		}
	}
	const window = 40
	s := low[i:min(len(low), i+window)]
	for _, p := range []struct {
		re   *regexp.Regexp
		kind workflow.Kind
	}{{phoneHere, workflow.KindPhone}, {spelled, workflow.KindPhone}, {dateHere, workflow.KindDate}} {
		if m := p.re.FindString(s); m != "" && (i+len(m) == len(low) || !isDigit(low[i+len(m)])) {
			return hit{from: i, to: i + len(m), kind: p.kind}, true
		}
	}
	return hit{}, false
}

func isDigit(b byte) bool { return '0' <= b && b <= '9' }

// naming is false where the name of a field is part of another word: 学历证书, 打电话.
func naming(low string, h hit) bool {
	rest := low[h.to:]
	for _, no := range []string{"证", "卡", "表", "端", "版", "上传", "拍", "银行", "上能", "短信"} {
		if strings.HasPrefix(rest, no) {
			return false
		}
	}
	for _, no := range []string{"打", "打个", "回", "接", "接个", "用", "事业", "所属", "原", "贵"} {
		if strings.HasSuffix(low[:h.from], no) {
			return false
		}
	}
	return true
}

// outdated tells a value that is said to be the old or the wrong one.
func outdated(low string, h hit) bool {
	head, tail := low[:h.from], low[h.to:]
	const window = 30
	head = head[max(0, len(head)-window):]
	byMistake := strings.HasPrefix(tail, "了") || found.MatchString(low)
	return before.MatchString(head) || writtenAs.MatchString(head) && byMistake || after.MatchString(tail)
}

// fits reports whether a value can be one of a field.
func (h *hit) fits(fd workflow.Field) bool {
	if len(h.words) == 0 {
		return h.kind == fd.Kind
	}
	return slices.ContainsFunc(h.words, func(w word) bool { return w.what == optionWord && w.field.Key == fd.Key })
}

// nextName is where the next name of a field begins that is followed by a verb, a sign or a value.
func nextName(low string, hits []hit, i int) int {
	for j := i + 1; j < len(hits); j++ {
		h := hits[j]
		if !h.names() || !naming(low, h) {
			continue
		}
		l := afterName(low[h.to:], true)
		if l.link || j+1 < len(hits) && !hits[j+1].names() && hits[j+1].from <= h.to+l.size+1 {
			return h.from
		}
	}
	return len(low)
}

func firstRune(s string) string {
	_, n := utf8.DecodeRuneInString(s)
	return s[:n]
}
