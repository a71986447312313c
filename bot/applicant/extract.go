package applicant

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
	"example.org/beian/workflow/typed"
)

// The bounds of what is read: no message that fills in a form is longer.
const (
	mostPieces = 40
	mostBytes  = 6000
	mostClause = 800 // bytes
	mostHits   = 20  // in a clause
	mostWords  = 70  // hits in all: the form has 27 fields
)

// extraction reads what a message says of the form, clause by clause. What stays unsure is not in the
// result: neither a question nor a complaint is a value.
type extraction struct {
	entry
	today   calendar.Date
	open    *workflow.Field // was named in the clause before, without its value
	openJob bool            // so was the title
	hits    int             // so far
}

// extract reads a message.
func extract(text string, today calendar.Date) entry {
	x := extraction{today: today}
	if len(text) > mostBytes {
		text = strings.ToValidUTF8(text[:mostBytes], "")
	}
	for i, c := range clausesOf(text) {
		if i == mostPieces {
			break
		}
		if len(c.low) > mostClause {
			x.unread = append(x.unread, c.typed)
			continue
		}
		x.clause(c)
	}
	if len(x.set)+len(x.declared) > 0 || x.asked {
		x.ask = nil
	}
	return x.entry
}

// clause is a part of a message between signs.
type clause struct {
	typed string
	low   string // folded, as long
	asks  bool   // it ended with a question mark
}

// clausesOf cuts a message at its signs. A full stop ends a clause where space follows it.
func clausesOf(text string) (out []clause) {
	from := 0
	cut := func(to, next int, asks bool) {
		if s := typed.Clean(text[from:to]); s != "" {
			out = append(out, clause{s, folded(s), asks})
		} else if asks && len(out) > 0 {
			out[len(out)-1].asks = true
		}
		from = next
	}
	for i, r := range text {
		next := i + utf8.RuneLen(r)
		switch r {
		case '\n', ',', ';', '，', '；', '。', '!', '！':
			cut(i, next, false)
		case '?', '？':
			cut(i, next, true)
		case '.':
			if next == len(text) || text[next] == ' ' {
				cut(i, next, false)
			}
		}
	}
	cut(len(text), len(text), false)
	return out
}

var (
	endsAsking  = regexp.MustCompile(`[了过到好完]没有?$|[伐么]$|可以.{0,6}吧$|(?:可以|能|行|好|对|会)不$`)
	asksEnglish = regexp.MustCompile(`^(?:how|what|which|why|who|when|where)\b` +
		`|^(?:can|could|should|do|does|must|may|is|are) (?:i|we|you|it|this|that|the|my)\b`)
	polite  = regexp.MustCompile(`好伐|谢谢|麻烦`)
	wish    = regexp.MustCompile(`好吗|可以吗|行吗|行不行|好不好|成吗|可以不|可以伐`) // behind what somebody wants changed
	wants   = regexp.MustCompile(`改成|改为|换成|变成|更新|把|帮`)
	request = regexp.MustCompile(
		`^(?:请问)?(?:能不能|可不可以|能否|可以|能|可否|can you|could you)(.*(?:改成|改为|换成|变成|更新为|change).*?)吗?[?？]?$`)
	chatter = regexp.MustCompile(
		`我|你|您|他|她|咱|赶紧|赶快|快点|尽快|帮|麻烦|谢谢|拜托|辛苦|原来|以前|之前|不是|不对|不用|不要|别|这个|那个|这样|那样|这都|都不|已经` +
			`|早就|知道|了$|啊|呀|吧$|哈|呢|哦|嘛|天气|今天|明天|thanks|thank|please|pls|dont|don't`)
	others = regexp.MustCompile(
		`老婆|妻|老公|爱人|丈夫|儿子|女儿|爸|妈|父|母|同事|学生|领导|秘书|朋友|紧急|办公|他|她|家里|别人|人家|经办|老师的|导师|联系人` +
			`|wife|husband|office|colleague`)
	before = regexp.MustCompile(
		`(?:不是|不再是|并非|原来|原先|以前|之前|曾经|旧|从|由|写着|写的|填的|显示的?|登记的|还是|仍是|还|not|was|used to be)` +
			`(?:是|我|的|了|个|为|写|叫|号|手机|那|a|an| )*$|\b(?:had|old)\b[a-z ]*$`)
	after = regexp.MustCompile(
		`^(?:号|这个|那个|号码|的|手机|是|早就|早|已经|已|就| )*(?:错的?|写错|填错|不对|停用|停机|不用了|作废` +
			`|打不通|旧的|原来的|以前的|空号|没用了|注销|改成|改为|换成|变成|升为|升到|was before|is wrong|is old|是不对)`)
	writtenAs = regexp.MustCompile(`(?:写|填|打|录|弄|搞)成了?$`)
	found     = regexp.MustCompile(`看到|发现|才知道|误|不小心|显示`)
)

// clause reads one clause.
func (x *extraction) clause(c clause) {
	hits := scan(c.low)
	if x.hits += len(hits); x.hits > mostWords {
		x.unread = append(x.unread, c.typed)
		return
	}
	first := len(x.set)+len(x.declared) == 0 && x.open == nil && x.ask == nil
	if first && len(hits) == 0 && !c.asks && !offForm.MatchString(c.low) {
		return // there is nothing that it could belong to
	}
	if c = x.answerable(c); c.low == "" {
		x.open, x.openJob = nil, false
		return
	}
	if hands.MatchString(c.low) {
		x.unread = append(x.unread, c.typed)
		x.open, x.openJob, x.asked = nil, false, true
		return
	}
	if d, ok := declaredIn(c.typed); ok {
		x.declare(d)
		x.named = true
		x.openJob = d.slot == workflow.SlotTitle && d.title == ""
		return
	}
	hits = scan(c.low)
	told := len(x.set) + len(x.declared)
	var open *workflow.Field
	openJob := false
	for i := range hits {
		switch h := &hits[i]; {
		case h.used || !h.names() || !naming(c.low, *h):
		case h.words[0].what == titleName:
			x.named = true
			openJob = !x.title(c, hits, i)
		default:
			if fd := h.words[0].field; !x.field(c, hits, i) {
				open = &fd
			}
		}
	}
	if len(x.set)+len(x.declared) == told {
		x.unnamed(c, hits, open)
	}
	if len(x.set)+len(x.declared) > told {
		open = nil
	} else if open == nil && !openJob {
		x.left(c)
	}
	x.open, x.openJob = open, openJob
}

// hands is for what nobody shall do: 别改手机.
var hands = regexp.MustCompile(`(?:别|不要|先不|不想|不用|没说要?|没要)(?:再|把|改|换|动|给|帮)|don't change|do not change`)

// answerable is what a clause says apart from what it asks: all that comes before a question belongs to it.
func (x *extraction) answerable(c clause) clause {
	if wish.MatchString(c.low) && aside.MatchString(c.low) {
		return c // 手机改成139…，可以吗
	}
	if c.asks && !request.MatchString(c.low) && (!wish.MatchString(c.low) || !wants.MatchString(c.low)) {
		x.question(c.typed)
		return clause{}
	}
	if !asks(c.low) {
		return c
	}
	if request.MatchString(c.low) {
		return c
	}
	end := len(c.low)
	if asksEnglish.MatchString(c.low) {
		x.question(c.typed)
		return clause{}
	}
	for end > 0 {
		start := strings.LastIndexByte(c.low[:end], ' ') + 1
		if part := c.low[start:end]; asks(part) && !complains(part) { // 埋汰谁呢 asks nothing
			break
		}
		end = max(start-1, 0)
	}
	if end == 0 {
		if complains(c.low) {
			return c
		}
		end = len(c.low) // it is asked in several words
	}
	x.question(c.typed[:end])
	if end == len(c.low) {
		return clause{}
	}
	return clause{typed: strings.TrimSpace(c.typed[end:]), low: strings.TrimSpace(c.low[end:])}
}

// left is a clause of which nothing was read: it goes on with free text, or nobody understands it.
func (x *extraction) left(c clause) {
	if trimEnd(c.low) == "" || aside.MatchString(c.low) {
		return
	}
	if n := len(x.set); n > 0 && x.set[n-1].field.Kind == workflow.KindText && len(x.unread) == 0 &&
		!chatter.MatchString(c.low) && !complains(c.low) {
		x.set[n-1].value += "，" + c.typed
		return
	}
	x.asked = x.asked || request.MatchString(c.low)
	x.unread = append(x.unread, c.typed)
}

// aside are words to be polite, which nobody needs to hear of.
var aside = regexp.MustCompile(`^(?:好吗|可以吗|行吗|行不行|好不好|成吗|你好|您好|老师好?|谢谢.{0,4}|麻烦.{0,6}|辛苦.{0,4}` +
	`|拜托.{0,3}|thanks.{0,10}|thank you.{0,8}|hello|hi)$` +
	`|^(?:其他|其它|别的|其余).{0,8}$|^(?:旧|原来|以前|之前|老号).{0,24}$`)

const (
	han = `〇零一二三四五六七八九`
	few = `(?:\d{1,2}|[一二三四五六七八九十]{1,3})` // a number of a month or day
)

var (
	phoneHere = regexp.MustCompile(`^(?:(?:\+|00)?86[- ]?)?1[3-9]\d(?:[- ]?\d){8}`)
	spelled   = regexp.MustCompile(`^[一幺][三四五六七八九][` + han + `幺]{9}`)
	dateHere  = regexp.MustCompile(
		`^(?:(?:(?:19|20)\d{2}|\d{2}|[` + han + `]{2,4})\s*年\s*` + few + `\s*月(?:份|\s*` + few + `\s*[日号]?)?` +
			`|(?:19|20)\d{2}\s*[-./]\s*\d{1,2}(?:\s*[-./]\s*\d{1,2})?|\d{2}[-./]\d{1,2}[-./]\d{1,2}|(?:19|20)\d{6}` +
			`|(?:19|20)\d{2}(?:0[1-9]|1[0-2])` +
			`|(?:去年|今年|前年)\s*` + few + `\s*月(?:份|\s*` + few + `\s*[日号]?)?` +
			`|(?:(?:19|20)\d{2}|\d{2}|[` + han + `]{2,4})\s*年|上个?月)`)
)

// arabicPhone writes the digits of a number that was spelled.
var arabicPhone = strings.NewReplacer(
	"〇", "0", "零", "0", "一", "1", "幺", "1", "二", "2", "三", "3", "四", "4", "五", "5", "六", "6", "七", "7", "八", "8", "九", "9",
)

// value picks the one value of a field in a part of a clause: of its kind, and not outdated. old tells
// that there was one that is.
func (x *extraction) value(c clause, hits []hit, fd workflow.Field, from, to int) (v string, at int, old bool) {
	at = -1
	for i := range hits {
		h := &hits[i]
		if h.used || h.from < from || h.to > to || !h.fits(fd) {
			continue
		}
		s := c.typed[h.from:h.to]
		if h.kind == workflow.KindPhone && strings.Contains(han+"幺", firstRune(s)) {
			s = arabicPhone.Replace(s)
		}
		if len(h.words) > 0 {
			s = c.low[h.from:h.to] // in simplified characters, as the options are
		}
		switch {
		case outdated(c.low, *h):
			old = true
		case at >= 0 && v != s:
			return "", -1, true // which of the two
		default:
			v, at = s, i
		}
	}
	return v, at, old
}

// field reads what is said of a field that is named; told is false when its value is still to come.
func (x *extraction) field(c clause, hits []hit, i int) (told bool) {
	h := hits[i]
	fd := h.words[0].field
	end := nextName(c.low, hits, i)
	l := afterName(c.low[h.to:end], isStrict(fd))
	first := strings.TrimSpace(leadIn.ReplaceAllString(c.low[:h.from], "")) == ""
	if same.MatchString(c.low[h.to:end]) {
		return true
	}
	take := func(v string) bool {
		x.set = append(x.set, assignment{fd, v})
		x.named = true
		return true
	}
	rest := trimEnd(c.typed[h.to+l.size : end])
	old := false
	switch fd.Kind {
	case workflow.KindText:
		if mistaken.MatchString(c.low[h.to:end]) {
			old = true
			break
		}
		l.link = l.link || lastVerb.MatchString(c.low[h.to:end])
		if v := freeText(c.typed[h.to:end], c.low[h.to:end], l); v != "" && (l.link || l.sep && first) {
			sure := first && (l.sign || l.sep && !isLatin(c.low[h.from])) && !l.wrong && c.low[h.from:h.to] == h.words[0].text
			if sure && !isTalk(folded(v)) || likely(fd, v) {
				return take(v)
			}
		}
	case workflow.KindPhone, workflow.KindDate, workflow.KindOption:
		v, at, wrong := x.value(c, hits, fd, h.to, end)
		if at < 0 {
			var more bool
			v, at, more = x.value(c, hits, fd, 0, h.from)
			wrong = wrong || more
		}
		if at >= 0 && fd.Kind == workflow.KindOption && !meant(c, h, hits[at], l) {
			return true // words about the field
		}
		if old = wrong; at >= 0 {
			if fd.Kind == workflow.KindPhone && others.MatchString(segment(c.low, hits[at])) {
				return true
			}
			hits[at].used = true
			return take(v)
		}
		if old || rest == "" {
			break
		}
		_, fault := workflow.Read(fd, rest, x.today)
		if fault == nil && !chatter.MatchString(folded(rest)) && (fd.Key != workflow.Category && (l.link || l.sep) || first) {
			return take(rest)
		}
		if (l.sep && first || l.link && (fd.Kind != workflow.KindOption || isNear(fd, rest, x.today))) && attempt(fd, rest) {
			// asked back
			return take(rest)
		}
	default: // identity and the photo, which are refused with a reason
		if first && (l.link || l.sep) && isIdentity(fd, rest) {
			return take(rest)
		}
	}
	if (l.wrong || old) && !fd.Identity && !complains(c.low) && !others.MatchString(c.low) {
		if x.ask == nil {
			x.ask = &fd
		}
		x.named = true
		return false
	}
	return rest != ""
}

// meant tells an option that is the value of the field from one in words about it: 单位类别只给企业选.
func meant(c clause, name, value hit, l lead) bool {
	head := c.low[:value.from]
	begins := value.from <= name.to+l.size
	if value.from < name.from {
		begins = strings.TrimSpace(leadIn.ReplaceAllString(head, "")) == ""
	}
	return begins || linked.MatchString(head)
}

var linked = regexp.MustCompile(`(?:改成|改为|换成|变成|升为|应该是|应为|是|填|写|选|选择|为|我|个| |现在|已经|已)$`)

// isIdentity reports whether words can be a name, a number or a new picture.
func isIdentity(fd workflow.Field, v string) bool {
	switch fd.Kind {
	case workflow.KindID:
		return idLike.MatchString(v)
	case workflow.KindName:
		return nameLike.MatchString(v) && !isTalk(folded(v))
	}
	return v == "新的" || v == "换了" || v == "已换"
}

var (
	idLike   = regexp.MustCompile(`^[A-Za-z]{0,2}[\d ()（）X-]{6,}[xX]?$`)
	nameLike = regexp.MustCompile(`^(?:\p{Han}{2,4}|\p{Han}+[·•.][\p{Han}·•.]+` +
		`|\p{Lu}[\pL.'-]*(?: \p{Lu}[\pL.'-]*){0,4})$`)
)

// same is for a field that is said to be right as it is.
var same = regexp.MustCompile(`^[^ ]{0,6}(?:没有?变|不变|没换|没改|没动|未变|没问题|是?对的|正确|无误|没错)`)

// isStrict is for fields whose values cannot be mistaken for words around them.
func isStrict(fd workflow.Field) bool {
	return fd.Kind == workflow.KindPhone || fd.Kind == workflow.KindDate || fd.Kind == workflow.KindOption
}

// mistaken tells what stands there by mistake: 写成讲师了.
var mistaken = regexp.MustCompile(`^[^ ]{0,6}(?:写|填|打|录|弄|搞)成[^改换应]*了$`)

// segment is the words around a value, between spaces.
func segment(low string, h hit) string {
	from := strings.LastIndexByte(low[:h.from], ' ') + 1
	to := strings.IndexByte(low[h.to:], ' ')
	if to < 0 {
		return low[from:]
	}
	return low[from : h.to+to]
}

// attempt tells a value that was meant for a field and cannot be read from words that are none.
func attempt(fd workflow.Field, s string) bool {
	switch fd.Kind {
	case workflow.KindPhone:
		return strings.ContainsAny(s, "0123456789")
	case workflow.KindDate:
		return strings.ContainsAny(s, "0123456789年月")
	case workflow.KindOption:
		const most = 8
		return utf8.RuneCountInString(s) <= most && !chatter.MatchString(folded(s)) && !complains(s)
	}
	return false
}

// unnamed reads values that tell their field by their kind, or follow a clause that named it.
func (x *extraction) unnamed(c clause, hits []hit, named *workflow.Field) {
	if x.open != nil && named == nil && x.follows(c, hits, *x.open) {
		return
	}
	if x.openJob {
		if t, ok := x.titleIn(c, hits, 0, len(c.low)); ok {
			x.declare(declaration{slot: workflow.SlotTitle, yes: true, title: t})
			return
		}
	}
	for i := range hits {
		h := &hits[i]
		if h.used || outdated(c.low, *h) || !x.alone(c, hits, *h) {
			continue
		}
		switch {
		case h.kind == workflow.KindPhone:
			fd, _ := workflow.FieldOf(workflow.Phone)
			if v, at, _ := x.value(c, hits, fd, 0, len(c.low)); at == i {
				h.used = true
				x.set, x.numbered = append(x.set, assignment{fd, v}), true
			}
		case len(h.words) > 0 && h.words[0].tells && h.words[0].what == optionWord:
			h.used = true
			x.set = append(x.set, assignment{h.words[0].field, c.low[h.from:h.to]})
		case len(h.words) > 0 && h.words[0].what == titleWord && h.words[0].text != "中级":
			h.used = true
			x.declare(declaration{slot: workflow.SlotTitle, yes: true, title: titles[h.words[0].text]})
		}
	}
}

// follows reads the value of the field that the clause before named.
func (x *extraction) follows(c clause, hits []hit, fd workflow.Field) bool {
	if fd.Kind == workflow.KindText {
		l := afterName(c.low, false)
		v := freeText(c.typed, c.low, l)
		if v == "" || !likely(fd, v) {
			return false
		}
		x.set = append(x.set, assignment{fd, v})
		return true
	}
	if !isStrict(fd) {
		l := afterName(c.low, false)
		v := trimEnd(c.typed[l.size:])
		if l.link && isIdentity(fd, v) {
			x.set, x.named = append(x.set, assignment{fd, v}), true
			return true
		}
		return false
	}
	v, at, _ := x.value(c, hits, fd, 0, len(c.low))
	if at < 0 || others.MatchString(segment(c.low, hits[at])) {
		return false
	}
	hits[at].used = true
	x.set = append(x.set, assignment{fd, v})
	return true
}

// around are words beside a value that change nothing of what it is.
var around = regexp.MustCompile(
	`应该|应当|现在|目前|已经|早就|今年|去年|我的|我|是|了|的|新|换|改成|改为|换成|变成|升为|升|评上|评了|评到|评的|评为|晋升|刚|就|填|写|为|请|帮|改|一下|手机号码|手机号|手机` +
		`|电话|号码|号|用|这个|吧|啦|哦|哈|啊|呀|好|谢谢|麻烦|老师|[~～ 「」“”"':：!！]|now|i am|i'm|my|is|new|an|a|please|thanks`)

// alone reports whether a value says nothing else: no words beside it that could mean something. Values
// that are said to be outdated are not counted.
func (x *extraction) alone(c clause, hits []hit, h hit) bool {
	from := strings.LastIndexByte(c.low[:h.from], ' ') + 1
	to := len(c.low)
	if n := strings.IndexByte(c.low[h.to:], ' '); n >= 0 {
		to = h.to + n
	}
	switch {
	case h.kind == workflow.KindPhone:
		from = 0 // 紧急联系人 139…
	case isLatin(c.low[h.from]):
		from, to = 0, len(c.low)
	}
	rest := c.low[from:h.from] + " " + c.low[h.to:to]
	for _, o := range hits {
		if o.from != h.from && o.from >= from && o.to <= to && outdated(c.low, o) {
			rest = strings.Replace(rest, c.low[o.from:o.to], "", 1)
		}
	}
	rest = strings.NewReplacer("不再是", "", "不是", "", "还是", "还是", "从", "").Replace(rest)
	return around.ReplaceAllString(rest, "") == ""
}
