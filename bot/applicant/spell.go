package applicant

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mozillazg/go-pinyin"

	"example.org/beian/workflow"
)

// word is one thing that sentences name: a field, the title that is no field, or a value of a field.
type word struct {
	text   string
	sounds []string       // of the name of a field, one a character; nil where only the characters count
	field  workflow.Field // what it names
	what   sense
	tells  bool // the value tells its field by itself
}

// sense is what a [word] is.
type sense int

const (
	fieldName  sense = iota // 手机
	titleName               // 职称, which is no field but a material
	optionWord              // 党员
	titleWord               // 副教授
)

// moreNames are what people call fields besides what the form and its synonyms say.
var moreNames = map[workflow.Key][]string{
	workflow.Phone:        {"电话号码", "手机号", "联系方式", "移动电话", "mobile number", "phone number", "phone", "cell phone"},
	workflow.Birth:        {"出生时间", "出生年月日"},
	workflow.Politics:     {"政治身份", "党派", "面貌"},
	workflow.ArrivedOn:    {"来杭州工作时间", "来杭州时间", "来杭州", "来杭日期", "来杭工作", "到杭时间", "到杭州", "到杭", "来的杭州", "来到杭州"},
	workflow.Industry:     {"从事行业", "行业类别", "行业"},
	workflow.Unit:         {"单位名称"},
	workflow.UnitType:     {"单位性质", "单位类型"},
	workflow.Post:         {"职位"},
	workflow.School:       {"毕业的学校", "母校"},
	workflow.GraduatedOn:  {"毕业日期", "毕业年月"},
	workflow.DegreeSchool: {"学位授予单位", "学位授予学校", "授予学校"},
	workflow.DegreeOn:     {"学位授予时间", "授予日期"},
	workflow.Education:    {"文化程度"},
	workflow.Birthplace:   {"出生地点", "出生的地方"},
}

// spoken are values as people say them, besides the options themselves; [workflow.Read] knows what they mean.
var spoken = map[workflow.Key][]string{
	workflow.Politics: {
		"党员", "中共党员", "共产党员", "预备党员", "中共预备党员", "团员", "共青团员", "民革", "民盟", "民建", "民进", "农工党",
		"致公党", "九三", "台盟", "无党派", "无党派人士",
	},
	workflow.Education:  {"博士", "硕士", "本科", "大专", "专科"},
	workflow.Degree:     {"博士学位", "硕士学位", "学士学位"},
	workflow.UnitType:   {"高校"},
	workflow.Employment: {"退休返聘", "返聘"},
}

// titles are professional titles as people write them, and in the words that are recorded.
var titles = map[string]string{
	"教授": "教授", "副教授": "副教授", "讲师": "讲师", "助教": "助教", "研究员": "研究员", "副研究员": "副研究员",
	"助理研究员": "助理研究员", "工程师": "工程师", "高级工程师": "高级工程师", "实验师": "实验师", "高级实验师": "高级实验师",
	"正高级": "正高级", "正高": "正高", "副高级": "副高级", "副高": "副高", "中级": "中级",
	"associate professor": "副教授", "associate prof": "副教授", "full professor": "教授", "professor": "教授", "lecturer": "讲师",
}

// traditional are the characters of names, verbs and values in both scripts, in turn.
const traditional = "機机電电話话號号碼码職职務务稱称學学歷历畢毕業业單单產产類类別别來来時时間间專专證证狀状態态" +
	"聯联繫系貌貌從从屬属黨党員员眾众團团講讲師师無无應应該该為为換换變变錯错對对誤误寫写填填這这裡里欄栏項项"

// simple turns a character of [traditional] into the other script.
var simple = func() map[rune]rune {
	m, r := map[rune]rune{}, []rune(traditional)
	for i := 0; i+1 < len(r); i += 2 {
		m[r[i]] = r[i+1]
	}
	return m
}()

// folded is a text in small letters and simplified characters, byte for byte as long as it was.
func folded(s string) string {
	return strings.Map(func(r rune) rune {
		if to, ok := simple[r]; ok {
			return to
		}
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}

// vocabulary finds words by their first character, the longest first, and names of fields by the sound of
// it. It never changes.
var vocabulary, byEar = words()

func words() (map[rune][]word, map[string][]word) {
	var all []word
	name := func(fd workflow.Field, names ...string) {
		for _, s := range names {
			s = folded(s)
			w := word{text: s, field: fd, what: fieldName}
			if s != "在职" {
				w.sounds = soundsOf(s)
			}
			all = append(all, w)
			if wide := strings.NewReplacer("(", "（", ")", "）").Replace(s); wide != s {
				w.text = wide
				all = append(all, w)
			}
		}
	}
	for _, fd := range workflow.Fields() {
		name(fd, fd.Label, fd.English)
		name(fd, fd.Synonyms...)
		name(fd, moreNames[fd.Key]...)
		for _, o := range append(slices.Clone(fd.Options), spoken[fd.Key]...) {
			if utf8.RuneCountInString(o) > 1 || fd.Key == workflow.Sex {
				tells := fd.Key == workflow.Politics || fd.Key == workflow.Nation && strings.HasSuffix(o, "族")
				all = append(all, word{text: folded(o), field: fd, what: optionWord, tells: tells})
			}
		}
	}
	for _, s := range []string{"职称", "title"} {
		all = append(all, word{text: s, sounds: soundsOf(s), what: titleName})
	}
	for s := range titles {
		all = append(all, word{text: s, what: titleWord, tells: true})
	}
	slices.SortFunc(all, func(a, b word) int {
		return cmp.Or(
			cmp.Compare(len(b.text), len(a.text)), cmp.Compare(a.text, b.text), cmp.Compare(a.field.No, b.field.No),
		)
	})
	written, heard := map[rune][]word{}, map[string][]word{}
	for _, w := range all {
		first, _ := utf8.DecodeRuneInString(w.text)
		written[first] = append(written[first], w)
		if len(w.sounds) > 1 {
			heard[w.sounds[0]] = append(heard[w.sounds[0]], w)
		}
	}
	return written, heard
}

// soundsOf is how a name is said; nil for what is not all Han.
func soundsOf(s string) []string {
	var out []string
	for _, r := range s {
		if !unicode.Is(unicode.Han, r) {
			return nil
		}
		out = append(out, sound(strings.Split(pinyin.PinyinDict[int(r)], ",")[0]))
	}
	return out
}

// likeNames are the characters that sound like those of names, with the sounds that they have. What is left
// out is heard nowhere in a name.
var likeNames = func() map[rune][]string {
	known := map[string]bool{}
	for _, list := range byEar {
		for _, w := range list {
			for _, s := range w.sounds {
				known[s] = true
			}
		}
	}
	out := map[rune][]string{}
	for code, readings := range pinyin.PinyinDict {
		if code < 0x4E00 || code > 0x9FFF || code == '的' {
			continue
		}
		for reading := range strings.SplitSeq(readings, ",") {
			if s := sound(reading); known[s] && !slices.Contains(out[rune(code)], s) {
				out[rune(code)] = append(out[rune(code)], s)
			}
		}
	}
	return out
}()

// tones takes the tone from a vowel.
var tones = strings.NewReplacer(
	"ā", "a", "á", "a", "ǎ", "a", "à", "a", "ē", "e", "é", "e", "ě", "e", "è", "e", "ī", "i", "í", "i", "ǐ", "i", "ì", "i",
	"ō", "o", "ó", "o", "ǒ", "o", "ò", "o", "ū", "u", "ú", "u", "ǔ", "u", "ù", "u", "ǖ", "v", "ǘ", "v", "ǚ", "v", "ǜ", "v",
	"ü", "v", "ń", "n", "ň", "n", "ǹ", "n",
)

// sound is a syllable without its tone and without what many people do not tell apart: zh and z, ing and in.
func sound(syllable string) string {
	s := tones.Replace(syllable)
	for _, hard := range []string{"zh", "ch", "sh"} {
		if strings.HasPrefix(s, hard) {
			s = hard[:1] + s[2:]
		}
	}
	if strings.HasSuffix(s, "ing") || strings.HasSuffix(s, "eng") {
		s = s[:len(s)-1]
	}
	return s
}

// find is the longest word at the beginning of s, of those that the vocabulary has.
func find(s string) (w []word, size int) {
	first, _ := utf8.DecodeRuneInString(s)
	for _, c := range vocabulary[first] {
		if size > 0 && len(c.text) < size {
			break
		}
		if strings.HasPrefix(s, c.text) && wordEnds(s, len(c.text)) {
			w, size = append(w, c), len(c.text)
		}
	}
	if size > 0 {
		return w, size
	}
	return hear(s, first)
}

// wordEnds is false in the middle of a Latin word.
func wordEnds(s string, at int) bool {
	return at == len(s) || !isLatin(s[at-1]) || !isLatin(s[at])
}

func isLatin(b byte) bool { return 'a' <= b && b <= 'z' || '0' <= b && b <= '9' }

// hear finds the name of a field with a character in it that only sounds right: 来航时间. One character must
// be the right one.
func hear(s string, first rune) ([]word, int) {
	for _, start := range likeNames[first] {
		for _, c := range byEar[start] {
			right, i := 0, 0
			want := []rune(c.text)
			size := 0
			for at, r := range s {
				if i == len(want) || !slices.Contains(likeNames[r], c.sounds[i]) {
					break
				}
				if r == want[i] {
					right++
				}
				i++
				size = at + utf8.RuneLen(r)
			}
			if i == len(want) && right > 0 {
				return []word{c}, size
			}
		}
	}
	return nil, 0
}
