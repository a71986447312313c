package workflow

import (
	"slices"
	"strconv"
	"strings"

	"example.org/beian/workflow/calendar"
	"example.org/beian/workflow/identity"
	"example.org/beian/workflow/typed"
)

// Fault is what is wrong with a value somebody typed. The chat turns it into a
// sentence with an example.
type Fault struct {
	Code    string // see the Fault constants
	Field   Field
	Got     string
	Count   int      // digits given (FaultPhone), runes given (FaultLong)
	Choices []string // FaultOption: what it could have meant, or all options
}

// The faults of [Read].
const (
	FaultPhone  = "phone"
	FaultDate   = "date"
	FaultMonth  = "month" // only a year was given
	FaultFuture = "future"
	FaultOption = "option"
	FaultLong   = "long"
	FaultEmpty  = "empty"
	FaultPhoto  = "photo" // a picture, not words
)

// Reading is a value as it will be stored, and what had to be assumed.
type Reading struct {
	Value      string
	AssumedDay bool // only year and month were given; the first was taken
}

// Read understands what a person typed for a field. Exactly one of the results
// is set.
func Read(fd Field, text string, today calendar.Date) (Reading, *Fault) {
	s := typed.Clean(text)
	switch {
	case s == "":
		return Reading{}, &Fault{Code: FaultEmpty, Field: fd}
	case isNone(s) && fd.AllowNone:
		return Reading{Value: None}, nil // R-D04
	case isNone(s) && fd.Optional:
		return Reading{}, nil // a date picker cannot hold 无
	}
	r, fault := readKind(fd, s, today)
	if fault != nil {
		fault.Field, fault.Got = fd, s
		return Reading{}, fault
	}
	if n := len([]rune(r.Value)); fd.MaxRunes > 0 && n > fd.MaxRunes {
		return Reading{}, &Fault{Code: FaultLong, Field: fd, Got: s, Count: n}
	}
	return r, nil
}

func readKind(fd Field, s string, today calendar.Date) (Reading, *Fault) {
	switch fd.Kind {
	case KindPhone:
		return readPhone(s)
	case KindDate:
		return readDateField(s, today)
	case KindOption:
		return readOption(fd, s)
	case KindName:
		return Reading{Value: identity.NormalName(s)}, nil
	case KindID:
		return Reading{Value: identity.NormalNumber(s)}, nil
	case KindPhoto:
		return Reading{}, &Fault{Code: FaultPhoto}
	}
	return Reading{Value: s}, nil
}

// isNone recognises the ways people write "does not apply" (R-D04).
func isNone(s string) bool {
	switch strings.ToLower(strings.TrimRight(s, "。. ")) {
	case "无", "没有", "n/a", "none", "no", "暂无", "-", "/":
		return true
	}
	return false
}

// readDateField reads a date of the form, all of which lie in the past.
func readDateField(s string, today calendar.Date) (Reading, *Fault) {
	if calendar.OnlyYear(s) {
		return Reading{}, &Fault{Code: FaultMonth}
	}
	d, assumed, ok := calendar.ReadDate(s, today)
	switch {
	case !ok:
		return Reading{}, &Fault{Code: FaultDate}
	case d.After(today):
		return Reading{}, &Fault{Code: FaultFuture}
	}
	return Reading{Value: d.String(), AssumedDay: assumed}, nil
}

// readPhone takes mainland mobile numbers with or without the country code.
func readPhone(s string) (Reading, *Fault) {
	d := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
	for _, country := range []string{"0086", "86"} {
		if len(d) == len(country)+11 {
			d = strings.TrimPrefix(d, country)
		}
	}
	if len(d) != 11 || d[0] != '1' || d[1] < '3' {
		return Reading{}, &Fault{Code: FaultPhone, Count: len(d)}
	}
	return Reading{Value: d}, nil
}

// SameIdentity reports whether v says the same as the last recognition did for an
// identity field (R-C10).
func SameIdentity(k Key, prior, v string) bool {
	switch k {
	case Name:
		return identity.SameName(prior, v)
	case IDNumber:
		return identity.SameNumber(prior, v)
	}
	return prior == v
}

// readOption takes the option itself, its number, a synonym, or a part that fits
// exactly one. What fits several is asked back with those.
func readOption(fd Field, s string) (Reading, *Fault) {
	for _, o := range fd.Options {
		if strings.EqualFold(o, s) || fd.Key == Nation && strings.TrimSuffix(o, "族") == s {
			return Reading{Value: o}, nil
		}
	}
	if o, ok := optionSynonyms[fd.Key][strings.ToLower(s)]; ok && slices.Contains(fd.Options, o) {
		return Reading{Value: o}, nil
	}
	if i, err := strconv.Atoi(s); err == nil && i >= 1 && i <= len(fd.Options) && fd.Key != Nation {
		return Reading{Value: fd.Options[i-1]}, nil
	}
	var fits []string
	for _, o := range fd.Options {
		if len([]rune(s)) >= 2 && strings.Contains(o, s) || len([]rune(o)) >= 2 && strings.Contains(s, o) {
			fits = append(fits, o)
		}
	}
	switch len(fits) {
	case 1:
		return Reading{Value: fits[0]}, nil
	case 0:
		fits = fd.Options
	}
	return Reading{}, &Fault{Code: FaultOption, Choices: fits}
}

// optionSynonyms are what people write instead of the official wording, in lower case.
var optionSynonyms = map[Key]map[string]string{
	Politics: {
		"党员": "中国共产党党员", "中共党员": "中国共产党党员", "预备党员": "中国共产党预备党员", "中共预备党员": "中国共产党预备党员",
		"团员": "中国共产主义青年团团员", "共青团员": "中国共产主义青年团团员", "民革": "中国国民党革命委员会会员",
		"民革党员": "中国国民党革命委员会会员", "民盟": "中国民主同盟盟员", "民建": "中国民主建国会会员",
		"民进": "中国民主促进会会员", "农工党": "中国农工民主党党员", "致公党": "中国致公党党员",
		"九三": "九三学社社员", "台盟": "台湾民主自治同盟盟员", "无党派": "无党派民主人士", "无党派人士": "无党派民主人士", "无": "群众",
	},
	Education: {
		"博士": "博士研究生", "博士后": "博士研究生", "博士毕业": "博士研究生", "硕士": "硕士研究生", "硕士毕业": "硕士研究生",
		"本科": "大学本科", "本科毕业": "大学本科", "大学": "大学本科", "大专": "大学专科", "专科": "大学专科", "高职": "大学专科",
		"中等专科": "中专", "技校": "技工学校", "普通高中": "高中", "初中": "初中及以下", "小学": "初中及以下",
		"phd": "博士研究生", "master": "硕士研究生", "bachelor": "大学本科",
	},
	Degree: {
		"无": "无学位", "没有": "无学位", "没有学位": "无学位", "none": "无学位", "phd": "博士", "doctor": "博士", "master": "硕士", "bachelor": "学士",
		"博士学位": "博士", "硕士学位": "硕士", "学士学位": "学士",
	},
	Sex:        {"男性": "男", "女性": "女", "先生": "男", "女士": "女", "male": "男", "female": "女", "m": "男", "f": "女"},
	UnitType:   {"大学": "事业单位", "高校": "事业单位", "学校": "事业单位", "公司": "企业", "民办非企业": "社会组织", "政府": "机关"},
	Employment: {"在岗": "在职", "在编": "在职", "全职": "在职", "离岗": "离职", "已离职": "离职", "已退休": "退休", "返聘": "退休", "退休返聘": "退休"},
	IDType: {
		"身份证": identity.ResidentCard, "居民身份证": identity.ResidentCard, "二代身份证": identity.ResidentCard,
		"id card": identity.ResidentCard, "永居证": identity.PermanentResidence, "五星卡": identity.PermanentResidence,
		"永久居留证": identity.PermanentResidence, "外国人永久居留证": identity.PermanentResidence, "passport": identity.Passport,
		"外国人工作证": identity.WorkPermit,
		"回乡证":    identity.HMPermit, "台胞证": identity.TWPermit,
	},
	Nation: {"汉人": "汉族", "维族": "维吾尔族", "外国血统": "外国血统中国籍人士"},
}
