package applicant

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"example.org/beian/workflow"
)

// lead is what stands between the name of a field and its value.
type lead struct {
	size  int
	link  bool // a verb leads to the value: 改成, 应该是
	sep   bool // a space or a sign does
	sign  bool // a sign does
	wrong bool // the value that is there is said to be wrong, or to have changed
}

// role is what a word behind the name of a field does.
type role int

const (
	fills role = iota // nothing
	links
	faults
)

// behind are the words that stand between a name and a value.
var behind = map[role][]string{
	links: {
		"应该改成", "应该是", "应该为", "应为", "应是", "改成", "改为", "改到", "换成", "换为", "变成", "变为", "升为", "升到", "升成", "更正为", "更新为",
		"修改为", "调整为", "填成", "填写为", "填写", "写成", "登记为", "晋升为",
		"评为", "现在叫", "改名为", "改名叫", "更名为", "变更为", "改叫", "就填", "就写",
		"填上", "写上", "选择", "选", "填", "写", "是", "为", "到", "升",
		"should be", "changed to", "change to", "has changed to", "is now", "is", "to", "now", "：", ":", "=", "＝",
	},
	faults: {
		"写错了", "填错了", "弄错了", "搞错了", "打错了", "录错了", "写错", "填错", "错了", "不对了", "不对", "有误", "有变化", "有变动", "有变更",
		"变更了", "变动了", "变化了", "变了", "换掉了", "换了", "改了", "更新了", "要改一下", "要改", "改一下", "需要修改", "要修改", "修改一下", "旧了", "改名了",
		"过时了", "错", "改", "is wrong", "was wrong", "wrong", "has changed", "changed",
	},
	fills: {
		"那一栏", "那栏", "这一栏", "这栏", "一栏", "栏目", "栏", "那一项", "那项", "这一项", "这项", "一项", "那里", "这里", "那边", "那块", "那个", "这个",
		"里面", "上面", "里", "的话", "号码", "号", "时间", "日期", "的", "呢", "吧", "嘛", "啊", "我", "您", "你们", "请", "麻烦", "帮我", "帮忙", "给我",
		"现在", "目前", "已经", "已", "早就", "早", "都", "也", "又", "刚刚", "刚", "应该", "应当", "需要", "要", "就", "直接", "新的", "新",
	},
}

// behindBy finds them by their first character, the longest first.
var behindBy = func() map[rune][]struct {
	text string
	role role
} {
	out := map[rune][]struct {
		text string
		role role
	}{}
	for _, r := range []role{links, faults, fills} {
		for _, s := range behind[r] {
			first, _ := utf8.DecodeRuneInString(s)
			list := out[first]
			i := 0
			for i < len(list) && len(list[i].text) >= len(s) {
				i++
			}
			list = append(list[:i:i], append([]struct {
				text string
				role role
			}{{s, r}}, list[i:]...)...)
			out[first] = list
		}
	}
	return out
}()

// afterName reads the words behind a name. In front of free text a single character may be the first of the
// value (都江堰), once a verb or a space has come; short is false there.
func afterName(low string, short bool) lead {
	var l lead
	for l.size < len(low) {
		rest := low[l.size:]
		first, n := utf8.DecodeRuneInString(rest)
		if first == ' ' || first == '-' && l.size == 0 {
			l.size += n
			l.sep = l.sep || first == ' '
			continue
		}
		word, what := "", fills
		for _, c := range behindBy[first] {
			if strings.HasPrefix(rest, c.text) && wordEnds(rest, len(c.text)) {
				word, what = c.text, c.role
				break
			}
		}
		one := utf8.RuneCountInString(word) == 1 && !strings.Contains(":：=＝是填", word)
		if word == "" || !short && l.link && !isSign(word) || !short && l.sep && one {
			break
		}
		l.size += len(word)
		switch {
		case isSign(word):
			l.link, l.sep, l.sign = true, true, true
		case what == links:
			l.link = true
		case what == faults:
			l.wrong = true
		}
	}
	return l
}

func isSign(s string) bool { return s == ":" || s == "：" || s == "=" || s == "＝" }

var (
	lastVerb = regexp.MustCompile(`^.*(?:变更为|改成|改为|换成|变成|升为|升到|应该是|应为|更正为|更新为|更名为|改名为|而是|不是[^是]+?是)[:： ]*`)
	endWords = regexp.MustCompile(
		`(?:[\s。.!！~～」”"]|了|吧|啦|哈|哦|呗|啊|呀|嘛|好吗|行吗|可以吗|好伐|吗|就行|就可以|就好|谢谢你?|谢了|麻烦|拜托|辛苦|老师|thanks|thank you|please|pls)+$`)
	otherwise  = regexp.MustCompile(`\s*(?:而不是|不是|别写|别填|原来|以前).*$`)
	quoteSigns = "「」“”\"'《》 "
)

// trimEnd takes the words from the end of a value that people add to be kind.
func trimEnd(s string) string {
	low := folded(s)
	for {
		at := endWords.FindStringIndex(low)
		if at == nil {
			return strings.TrimSpace(s)
		}
		s, low = s[:at[0]], low[:at[0]]
	}
}

// freeText is the words of a field that has no list of values, behind the verb: up to what is said besides.
func freeText(said, low string, l lead) string {
	from := l.size
	if m := lastVerb.FindString(low); len(m) > from {
		from = len(m)
	}
	said, low = said[from:], low[from:]
	if at := otherwise.FindStringIndex(low); at != nil && at[0] > 0 {
		said, low = said[:at[0]], low[:at[0]]
	}
	for at := strings.LastIndexByte(low, ' '); at > 0; at = strings.LastIndexByte(low[:at], ' ') {
		if chatter.MatchString(low[at:]) || complains(low[at:]) || endWords.MatchString(low[:at]) {
			said, low = said[:at], low[:at]
		}
	}
	return strings.Trim(trimEnd(said), quoteSigns)
}

// kindsOfText are words that values of the fields of free text have.
var kindsOfText = map[workflow.Key]*regexp.Regexp{
	workflow.Post: regexp.MustCompile(`长|主任|书记|主席|教授|讲师|研究员|教师|工程师|助教|秘书|助理|干事|科员|经理|总监|实验师|馆员|医师|辅导员|导师` +
		`|^无$|^没有$|dean|head|director|chair|profess|lectur|none`),
	workflow.Unit:         institution,
	workflow.School:       institution,
	workflow.DegreeSchool: institution,
	workflow.Birthplace: regexp.MustCompile(`^(?:北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南` +
		`|陕西|甘肃|青海|台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门|中国)|[省市县区州旗盟镇乡村岛]$|国$|^无$|^[a-z ,.-]{3,}$`),
	workflow.Profession:  subject,
	workflow.EduMajor:    subject,
	workflow.DegreeMajor: subject,
	workflow.Condition:   regexp.MustCompile(`奖|第|人才|项目|博士|硕士|学历|教授|主持|论文|称号|前\d|入选|职称|高级|^无$`),
}

var (
	institution = regexp.MustCompile(`大学|学院|学校|公司|中心|研究院|医院|集团|中学|小学|党校|[院校所局厂部委社馆]$` +
		`|university|college|school|institute|academy|^无$`)
	subject = regexp.MustCompile(`学|技术|工程|管理|教育|设计|艺术|计算机|信息|电子|机械|[语法史医药化工论]$` +
		`|经济|金融|会计|软件|材料|建筑|环境|^无$|^[a-z ]{4,}$`)
)

// unlikely are words of a sentence that goes on, not of a value.
var unlikely = regexp.MustCompile(`^从|还是|或者|可是|但是|所以|因为|没有.|如果|只有|时候|[^小]说|默认|本身|另外|不挂` +
	`|^an? |\b(?:or|not|missing|empty|should|must|which|does|doesn't|can't|box|field|dropdown|it|me|options|for|none)\b`)

// likely reports whether words can be the value of a field of free text. It decides where the field is not
// written in front of them in so many words.
func likely(fd workflow.Field, v string) bool {
	low := folded(v)
	const most = 40
	if utf8.RuneCountInString(v) > most && fd.Key != workflow.Condition {
		return false
	}
	p := kindsOfText[fd.Key]
	return p != nil && p.MatchString(low) && !isTalk(low) && !asks(low)
}

// isTalk tells words of somebody who goes on talking from a value; they are folded.
func isTalk(low string) bool {
	return chatter.MatchString(low) || complains(low) || unlikely.MatchString(low)
}
