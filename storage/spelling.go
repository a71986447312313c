package storage

import (
	"slices"
	"strings"
	"unicode"

	"github.com/mozillazg/go-pinyin"
)

// mostSpellings bounds the ways to read one name: characters have several sounds.
const mostSpellings = 12

// spellings are the words under which a name is found: its pinyin and its initials, with
// every reading of its characters (区 is ou and qu), and the parts of a name in Latin letters.
func spellings(name string) []string {
	full, initials := []string{""}, []string{""}
	var out []string
	latin := ""
	flush := func() {
		if latin == "" {
			return
		}
		word := strings.ToLower(latin)
		full, initials = extend(full, []string{word}), extend(initials, []string{word[:1]})
		out = append(out, word)
		latin = ""
	}
	a := pinyin.NewArgs()
	a.Heteronym = true
	for _, r := range name {
		if r < unicode.MaxASCII && unicode.IsLetter(r) {
			latin += string(r)
			continue
		}
		flush()
		readings := pinyin.SinglePinyin(r, a)
		if len(readings) == 0 {
			continue // a character without a known sound, or a separator
		}
		var sounds, first []string
		for _, s := range readings {
			sounds = append(sounds, s)
			if strings.ContainsRune(s, 'v') {
				sounds = append(sounds, strings.ReplaceAll(s, "v", "u")) // 吕 is typed lv and lu
			}
			first = append(first, s[:1])
		}
		full, initials = extend(full, distinct(sounds)), extend(initials, distinct(first))
	}
	flush()
	out = append(append(out, full...), initials...)
	return distinct(out)
}

func extend(heads, tails []string) []string {
	var out []string
	for _, h := range heads {
		for _, t := range tails {
			if len(out) < mostSpellings {
				out = append(out, h+t)
			}
		}
	}
	return out
}

func distinct(list []string) []string {
	slices.Sort(list)
	return slices.Compact(list)
}
