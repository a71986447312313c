package bot

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"example.org/beian/bot/text"
	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
	"example.org/beian/workflow/typed"
)

// wish is what a message asks for.
type wish string

// The wishes that typed or tapped text can express.
const (
	wishHello      wish = "hello"
	wishConsent    wish = "consent"
	wishNotice     wish = "notice_full"
	wishLater      wish = "later"
	wishStart      wish = "start"
	wishSave       wish = "save"
	wishFields     wish = "fields"
	wishSet        wish = "set"
	wishYes        wish = "yes"
	wishNo         wish = "no"
	wishProgress   wish = "progress"
	wishHelp       wish = "help"
	wishWhy        wish = "why"
	wishHow        wish = "how_download"
	wishWaive      wish = "waive"
	wishAuto       wish = "auto"
	wishHandIn     wish = "hand_in"
	wishMaterials  wish = "save_materials"
	wishReprint    wish = "reprint"
	wishPlace      wish = "place"
	wishNextPage   wish = "next_page"
	wishPortal     wish = "portal"
	wishBundle     wish = "bundle"
	wishReceipt    wish = "receipt"
	wishTimeline   wish = "timeline"
	wishApprove    wish = "approve"
	wishApproveYes wish = "approve_yes"
	wishReturn     wish = "return"
	wishReturnYes  wish = "return_yes"
	wishReassign   wish = "reassign"
	wishRelease    wish = "release"
	wishView       wish = "view"
	wishOpen       wish = "open"
	wishSwap       wish = "swap"
	wishReplace    wish = "replace"
	wishNote       wish = "note"
	wishAway       wish = "away"
	wishBackAtWork wish = "back_at_work"
	wishDesk       wish = "desk"
	wishBatch      wish = "batch"
	wishPassBatch  wish = "pass_batch"
	wishSealPack   wish = "seal_pack"
	wishPhoto      wish = "notice_photo"
	wishDelete     wish = "delete"
	wishDeleteYes  wish = "delete_yes"
	wishStatus     wish = "status"
	wishDate       wish = "date"
	wishGenerated  wish = "generated"
	wishFetched    wish = "fetched"
	wishManual     wish = "manual"
	wishCategory   wish = "category"
	wishIdentity   wish = "identity"
	wishLeft       wish = "left"
	wishMistake    wish = "mistake"
	wishRestore    wish = "restore"
	wishHuman      wish = "human"
	wishOK         wish = "ok"

	wishWithdraw    wish = "withdraw"
	wishWithdrawYes wish = "withdraw_yes"
	wishExport      wish = "export"
	wishSeen        wish = "seen"
	wishBack        wish = "back"
	wishSkip        wish = "skip"
	wishRedo        wish = "redo"
	wishRedoYes     wish = "redo_yes"
	wishAskField    wish = "ask_field"
	wishEnglish     wish = "english"
	wishChinese     wish = "chinese"
	wishReply       wish = "reply"
	wishNotYet      wish = "not_yet"
	wishAnswer      wish = "answer"
	wishSigned      wish = "signed"
	wishFetch       wish = "fetch"
	wishFetchFail   wish = "fetch_failed"
	wishPost        wish = "post"
	wishKeep        wish = "keep"
	wishObject      wish = "object"
	wishSettle      wish = "settle"
	wishSnooze      wish = "snooze"
	wishAck         wish = "acknowledge"
	wishDecline     wish = "decline"
	wishResume      wish = "resume_reminders"
	wishWhyTold     wish = "why_told"
	wishStatistics  wish = "statistics"
	wishSeal        wish = "seal"
	wishCorrect     wish = "correct"
	wishTemplate    wish = "roster_template"
	wishColleges    wish = "colleges"
	wishFind        wish = "find"
	wishGrant       wish = "grant"
	wishRevoke      wish = "revoke"
	wishNewCollege  wish = "new_college"
	wishNameCollege wish = "rename_college"
	wishImport      wish = "import"
	wishDropImport  wish = "drop_import"
	wishUndoImport  wish = "undo_import"
	wishExportList  wish = "export_list"
	wishCertificate wish = "certificate"
	wishMenu        wish = "menu"
	wishUnknown     wish = "unknown"
)

// intent is a wish with what belongs to it.
type intent struct {
	wish   wish
	text   string // as typed, cleaned
	filing string // named by a handler
	seq    int    // of the event that a correction means
	days   int    // after which to be reminded; 0 leaves it to us
	from   calendar.Date
	until  calendar.Date
	vague  bool // from has no day of its own
	set    []assignment
	others []answer // to the questions about materials, in the same message
	unread []string // pieces of the message that belong to no field
	slot   workflow.Slot
	yes    bool
	title  string // the new professional title that was told
	word   string // by which a list is filtered
	topic  workflow.Topic
	file   string

	question string   // answered by a handler
	code     string   // of a button of a card
	page     int      // of a document
	batch    []string // filings that a handler has looked at
	skip     []string // and those that are to be decided alone
}

// reviewWishes are the words of handlers about one filing.
var reviewWishes = map[string]wish{
	"通过": wishApprove, "上报": wishApprove, "确认通过": wishApproveYes, "确认上报": wishApproveYes, "退回": wishReturn, "确认退回": wishReturnYes,
	"转交": wishReassign, "收回": wishRelease, "查看": wishView, "打开": wishOpen, "看": wishOpen,
}

// assignment is one "label: value" of a message.
type assignment struct {
	field workflow.Field
	value string
}

// answer says whether something has changed that is not on the form.
type answer struct {
	slot workflow.Slot
	yes  bool
}

// phrases are whole messages with one meaning. Buttons send the first of each.
var phrases = map[wish][]string{
	wishHello:       {"你好", "您好", "开始", "继续", "hi", "hello", "hi there", "good morning", "good afternoon", "start", "continue", "在吗", "备案", "我要备案", "现在办", "可以备案了吗"},
	wishConsent:     {"同意并开始", "同意并继续", "同意", "我同意"},
	wishNotice:      {"完整告知"},
	wishLater:       {"以后提醒我", "以后再说", "先不办"},
	wishStart:       {"开始备案", "增加备案申请"},
	wishSave:        {"全部无误", "all correct", "everything is correct", "no changes", "nothing changed", "save", "保存并出表", "保存", "保存信息", "没有变化", "没变化", "都对", "无误"},
	wishFields:      {"全部字段", "all fields", "fill in", "show all", "我来填", "看看全部", "改信息", "再改一项", "有变化"},
	wishYes:         {"确定,出新版", "yes", "confirm", "确定", "确定要改", "是的", "好的,改"},
	wishNo:          {"不改了", "不是", "no", "cancel", "never mind", "算了", "取消", "不用了"},
	wishProgress:    {"进度", "progress", "status", "where is it", "how far is it", "进度查询", "到哪了", "到哪里了", "查进度", "状态"},
	wishHelp:        {"帮助", "help", "?", "怎么用", "你能做什么"},
	wishWhy:         {"为什么", "why", "为什么要填", "为什么要公示"},
	wishHow:         {"自动获取", "怎么自动获取", "怎么下载", "参保证明怎么下载", "参保证明哪里下载"},
	wishWaive:       {"不适用", "不缴纳社保", "不缴社保"},
	wishAuto:        {"期满自动送审", "自动送审"},
	wishHandIn:      {"送审", "hand in", "submit", "我自己送审", "申请预审", "提交预审", "提交"},
	wishMaterials:   {"保存材料", "保存资料"},
	wishSealPack:    {"待盖章包", "待盖章", "要盖章的"},
	wishTemplate:    {"名册模板", "导入名册", "下载名册模板", "roster template"},
	wishColleges:    {"学院", "学院列表", "学院名单", "colleges"},
	wishExportList:  {"导出名单", "export list"},
	wishMenu:        append(menuEntries[:len(menuEntries):len(menuEntries)], "退出", "退出登录", "log out", "logout"),
	wishCertificate: {"我的证书", "证书", "当前证书", "my certificate", "certificate"},
	wishDesk:        {"待我处理", "待办", "我的待办", "要我处理的", "todo", "to do"},
	wishBackAtWork:  {"销假", "我回来了", "取消请假", "取消代理", "结束代理"},
	wishPortal:      {"录入单", "照着录入", "录入", "系统录入", "portal sheet", "entry sheet"},
	wishBundle:      {"打包材料", "材料打包", "下载材料", "我的材料", "bundle", "materials"},
	wishReceipt:     {"回执", "提交回执", "receipt"},
	wishTimeline:    {"进度单", "打印进度", "progress sheet"},
	wishReprint:     {"重发申请表", "打印申请表", "重发", "再发一次"},
	wishDelete:      {"删除备案", "delete", "delete filing", "删除", "删除申请", "确定删除"},
	wishGenerated:   {"已生成新证书", "已生成", "生成好了"},
	wishFetched:     {"已下载新证书", "已下载", "下载好了"},
	wishManual:      {"手册", "操作手册", "手册目录"},
	wishCategory:    {"我的类别变了", "类别变了", "类别有变更", "类别有变化", "升类了", "我升类了", "升类"},
	wishIdentity:    {"我的证件换过了", "证件换了", "换证件了", "身份证换了", "护照换了", "换护照了", "我换了护照", "换了护照", "证件号变了", "证件号码变了", "改名了", "我改名了", "名字改了"},
	wishLeft:        {"我离职了", "离职了", "已离职", "我退休了", "退休了", "已退休", "不在学校了", "我不在职了"},
	wishMistake:     {"我说错了,继续备案", "我说错了", "说错了", "弄错了", "我弄错了"},
	wishRestore:     {"恢复备案", "恢复", "撤销删除"},
	wishOK:          {"好的", "好", "嗯", "嗯嗯", "行", "可以", "ok", "okay", "谢谢", "收到", "thanks", "thank you"},
	wishAck:         {"知道了", "我知道了", "got it", "noted"},
	wishStatistics:  {"统计", "统计图", "看统计", "statistics"},
	wishDecline:     {"我不备案", "不备案", "不备案了", "我不备案了", "不想备案", "i will not renew", "i won't renew"},
	wishResume:      {"恢复提醒", "继续提醒", "还是提醒我", "remind me again"},
	wishWhyTold:     {"为什么收到这条", "为什么提醒我", "为什么给我发这个", "why this message", "why did i get this"},
	wishWithdraw:    {"撤回同意", "我要撤回同意", "撤销同意", "删除我的数据", "删除我的信息", "withdraw consent", "withdraw my consent", "delete my data"},
	wishWithdrawYes: {"确认撤回同意"},
	wishExport:      {"导出我的数据", "导出数据", "导出我的信息", "我的数据", "export my data", "export"},
	wishSeen:        {"谁看过我的信息", "谁看过", "谁看过我的数据", "who has seen my data", "who saw my data"},
	wishBack:        {"上一步", "返回", "回到上一步", "back", "go back"},
	wishSkip:        {"跳过", "先跳过", "以后再填", "skip"},
	wishRedo:        {"重来", "重新来", "重新填", "从头来", "restart", "start over"},
	wishRedoYes:     {"确定重来"},
	wishEnglish:     {"english", "in english", "英文", "英语"},
	wishChinese:     {"中文", "chinese", "汉语", "说中文"},
	wishNotYet:      {"系统提示未到时间", "提示未到时间", "未到时间", "系统说未到时间", "系统提示没到时间", "系统不让备案"},
	wishSigned:      {"我签好字了", "签好了", "我签好了", "已签字", "签好字了"},
	wishFetch:       {"已自动获取", "参保证明已自动获取", "参保证明自动获取成功", "社保已自动获取", "自动获取了", "已经自动获取", "自动获取成功", "自动获取好了"},
	wishFetchFail:   {"自动获取失败", "获取失败", "自动获取不了"},
}

// halfWidth makes Chinese punctuation comparable, character for character: a place
// in the result is the same place in what was typed. It never changes.
var halfWidth = strings.NewReplacer("\uff0c", ",", "\uff1b", ";", "\uff1a", ":", "\uff1d", "=", "\uff01", "!", "\uff1f", "?", "\uff08", "(", "\uff09", ")")

var (
	postCommand    = regexp.MustCompile(`^公示\s*([0-9A-Za-z]{8})\s*(.*)$`)
	keepCommand    = regexp.MustCompile(`^公示\s*([0-9A-Za-z]{8})\s*(?:有效|原公示有效)$`)
	objectCommand  = regexp.MustCompile(`^异议\s*([0-9A-Za-z]{8})\s*[:：]?\s*(.*)$`)
	statusCommand  = regexp.MustCompile(`^状态\s*([0-9A-Z]{8})\s*[:：]?\s*(.+)$`)
	statusReport   = regexp.MustCompile(`^(?i:the system (?:shows|says)|system (?:shows|says)|系统显示|系统状态|官方状态|状态变成了?|状态变为|状态是|状态[:：])\s*[:：]?\s*[「"“]?(.+?)[」"”]?$`)
	deleteCommand  = regexp.MustCompile(`^确定删除\s*([0-9A-Z]{8})$`)
	reviewCommand  = regexp.MustCompile(`^(通过|上报|确认通过|确认上报|退回|确认退回|转交|收回|查看|打开|看)\s*([0-9A-Z]{8})(?:\s+([A-Z2-7]{6}))?(?:\s+(\S.*))?$`)
	deskCommand    = regexp.MustCompile(`^(?:待我处理|待办|我的待办)\s+(\S+)$`)
	batchCommand   = regexp.MustCompile(`^逐份看((?:\s+[0-9A-Z]{8})*)(?:\s+不含((?:\s+[0-9A-Z]{8})*))?$`)
	passCommand    = regexp.MustCompile(`^一并通过\s+([A-Z2-7]{6})((?:\s+[0-9A-Z]{8})+)$`)
	photoCommand   = regexp.MustCompile(`^公示照片\s+([0-9A-Z]{8})\s+([0-9a-f]{32})$`)
	swapCommand    = regexp.MustCompile(`^换页\s*([1-8])\s*(\d{1,3})\s*([0-9a-f]{32})$`)
	formPage       = regexp.MustCompile(`^表页\s*(\d{1,2})\s*([0-9a-f]{32})$`)
	replaceCommand = regexp.MustCompile(`^换掉\s*([1-8])\s*([0-9a-f]{32})$`)
	noteCommand    = regexp.MustCompile(`^(?:给老师留言|留言|备注)\s*[:：]?\s*(.*)$`)
	snoozeCommand  = regexp.MustCompile(`^(?:请|那)?(?:(\d{1,3}|一|两|二|三|四|五|六|七|十)\s*(天|日|个?星期|周|个?月)(?:以?后|之后)?|(明天|后天|下周|下星期))(?:再)?(?:提醒|叫)(?:我|一下|我一下)?$`)
	snoozeEnglish  = regexp.MustCompile(`^remind me (?:in (\d{1,3}|a) (day|week)s?|(tomorrow|next week))$`)
	awayCommand    = regexp.MustCompile(`^(?:请假|代理|外出|出差)\s*(.*)$`)
	nextCommand    = regexp.MustCompile(`^续页\s*([1-8])\s*([0-9a-f]{32})$`)
	placeCommand   = regexp.MustCompile(`^放入\s*([1-8])\s*([0-9a-f]{32})$`)
	settleCommand  = regexp.MustCompile(`^异议处理\s*([0-9A-Za-z]{8})\s*[:：]?\s*(.*)$`)
	sealCommand    = regexp.MustCompile(`^(?:已)?盖章\s*([0-9A-Za-z]{8})$`)
	fixCommand     = regexp.MustCompile(`^更正\s*([0-9A-Za-z]{8})\s*(?:#(\d{1,6}))?\s*[:：]?\s*(.*)$`)
	leaveCommand   = regexp.MustCompile(`^确认离职\s*([0-9A-Z]{8})$`)
	humanCommand   = regexp.MustCompile(`^(?i:转?人工|找人工|问老师|问人事处|ask hr|talk to hr|human)\s*[:：,，]?\s*(.*)$`)
	replyCommand   = regexp.MustCompile(`^回复\s*([0-9A-Za-z]{8})\s*[:：]?\s*(.*)$`)
	manualCommand  = regexp.MustCompile(`^手册\s*(\S+)$`)
	upgraded       = regexp.MustCompile(`^我?(?:已经|现在)?(?:已)?(?:升|评上|符合|达到|变成)(?:到|为)?了?\s*([A-Ea-e])\s*类了?$`)
	changedTo      = regexp.MustCompile(`^我?的?(合同|聘用合同|劳动合同|职称|职业资格|资格证书?|创业)(?:也|都)?(有变化|有变更|变了|变化了|换了|续签了?|新签了?|更新了|升了|评上了|了)$`)
	unchangedTo    = regexp.MustCompile(`^我?的?(合同|聘用合同|劳动合同|职称|职业资格|资格证书?|创业)(?:也|都)?(没有?变化?|没有?变更|没换|不变|没有续签|没续签)$`)
	changeField    = regexp.MustCompile(`^(?:我要|我想|想|请|帮我)?(?:改一下|修改一下|修改|更改|改|change|edit)\s*(?:我的|my )?\s*(.+?)(?:吧|呢)?$|^我?的?(.{1,10}?)(?:填错了|错了|变了|换了|要改|要改一下)$`)
	newTitle       = regexp.MustCompile(`^我?的?职称\s*[:：]?\s*(?:现在)?(?:是|为|改为|改成|变为|变成|升为|评为)?\s*(` + titleWords + `.{0,8})$`)
	promoted       = regexp.MustCompile(`^我?(?:今年|去年|刚|已经|最近)?(?:已)?(?:评上|评为|升为|升了|晋升为?|当上)了?((?:` + titleWords + `|职称).{0,8})$`)
	changedEnglish = regexp.MustCompile(`^(?i:(?:my |the )?(contract|title|qualification|business)(?: has| have| is| was)?( not| un)?\s?(?:been )?(?:changed|renewed|new))$`)
	business       = regexp.MustCompile(`^我?(?:在|有)?创业了?$`)
	periodWords    = regexp.MustCompile(`\s*(?:至|到|~|—|--)\s*`)
	barePhone      = regexp.MustCompile(`^(?:\+?86[- ]?)?1[3-9]\d{9}$`)
	onlyTitle      = regexp.MustCompile(`^(?:教授|副教授|讲师|助教|研究员|副研究员|助理研究员|工程师|高级工程师|实验师|高级实验师)$`)
	trailing       = regexp.MustCompile(`[。.!? ]+$`)
)

// understand reads a message. It never fails: what it cannot read is wishUnknown.
func understand(text string, today calendar.Date) intent {
	verbatim := strings.TrimSpace(text)
	s := typed.Clean(halfWidth.Replace(text))
	in := intent{text: s, wish: wishUnknown}
	bare := strings.ToLower(trailing.ReplaceAllString(s, ""))
	for w, list := range phrases {
		if slices.Contains(list, bare) || slices.Contains(list, s) {
			in.wish = w
			return in
		}
	}
	if in.command(verbatim, today) {
		return in
	}
	if barePhone.MatchString(s) {
		fd, _ := workflow.FieldOf(workflow.Phone)
		in.wish, in.set = wishSet, []assignment{{fd, s}}
		return in
	}
	if m := changeField.FindStringSubmatch(bare); m != nil {
		for _, l := range fieldLabelsLongestFirst() {
			if strings.EqualFold(l.label, strings.TrimSpace(m[1]+m[2])) {
				in.wish, in.set = wishAskField, []assignment{{l.field, ""}}
				return in
			}
		}
	}
	if set, unread := assignments(text); len(set) > 0 {
		in.wish, in.set = wishSet, set
		for _, piece := range unread {
			var other intent
			if other.declaration(piece) && other.wish == wishAnswer {
				in.others = append(in.others, answer{other.slot, other.yes})
				in.title = cmp.Or(in.title, other.title)
			} else {
				in.unread = append(in.unread, piece)
			}
		}
		return in
	}
	if d, assumed, ok := calendar.ReadDate(strings.TrimPrefix(bare, "发证日期"), today); ok {
		in.wish, in.from, in.vague = wishDate, d, assumed
	}
	return in
}

// command reads the forms that name a filing or an official status. It looks at the
// words as typed, because a status is stored verbatim (T15).
func (in *intent) command(s string, today calendar.Date) bool {
	if m := keepCommand.FindStringSubmatch(s); m != nil {
		in.wish, in.filing = wishKeep, strings.ToUpper(m[1])
		return true
	}
	plain := typed.Clean(s) // numbers of filings may be typed in full width
	if m := postCommand.FindStringSubmatch(plain); m != nil {
		in.wish, in.filing, in.text = wishPost, strings.ToUpper(m[1]), strings.TrimSpace(m[2])
		from, until, _ := strings.Cut(periodWords.ReplaceAllString(m[2], "~"), "~")
		in.from, _, _ = calendar.ReadDate(strings.TrimSuffix(strings.TrimSpace(from), "开始"), today)
		in.until, _, _ = calendar.ReadDate(strings.TrimSpace(until), today)
		return true
	}
	if m := objectCommand.FindStringSubmatch(s); m != nil {
		in.wish, in.filing, in.text = wishObject, strings.ToUpper(m[1]), text.MaskNumbers(m[2])
		return true
	}
	if m := statusCommand.FindStringSubmatch(s); m != nil {
		in.wish, in.filing, in.text = wishStatus, m[1], text.MaskNumbers(m[2])
		return true
	}
	if m := statusReport.FindStringSubmatch(s); m != nil {
		in.wish, in.text = wishStatus, text.MaskNumbers(m[1])
		return true
	}
	if m := settleCommand.FindStringSubmatch(s); m != nil {
		in.wish, in.filing, in.text = wishSettle, strings.ToUpper(m[1]), text.MaskNumbers(m[2])
		return true
	}
	if m := sealCommand.FindStringSubmatch(s); m != nil {
		in.wish, in.filing = wishSeal, strings.ToUpper(m[1])
		return true
	}
	if m := fixCommand.FindStringSubmatch(s); m != nil {
		in.wish, in.filing, in.text = wishCorrect, strings.ToUpper(m[1]), text.MaskNumbers(m[3])
		in.seq, _ = strconv.Atoi(m[2]) // the pattern allows only digits
		return true
	}
	if m := leaveCommand.FindStringSubmatch(s); m != nil {
		in.wish, in.text = wishLeft, m[1]
		return true
	}
	if m := replyCommand.FindStringSubmatch(s); m != nil {
		in.wish, in.question, in.text = wishReply, strings.ToUpper(m[1]), text.MaskNumbers(m[2])
		return true
	}
	if m := humanCommand.FindStringSubmatch(s); m != nil {
		in.wish, in.text = wishHuman, text.MaskNumbers(strings.TrimSpace(m[1]))
		return true
	}
	if in.officeWork(plain) {
		return true
	}
	if in.declaration(s) {
		return true
	}
	if m := deleteCommand.FindStringSubmatch(s); m != nil {
		in.wish, in.text = wishDeleteYes, m[1]
		return true
	}
	if in.deskWork(s) || in.snooze(s) {
		return true
	}
	if m := swapCommand.FindStringSubmatch(s); m != nil {
		n, _ := strconv.Atoi(m[1]) // the pattern allows only digits
		in.page, _ = strconv.Atoi(m[2])
		in.wish, in.slot, in.file = wishSwap, workflow.Slot(n), m[3]
		return true
	}
	if m := formPage.FindStringSubmatch(s); m != nil {
		in.page, _ = strconv.Atoi(m[1]) // the pattern allows only digits
		in.wish, in.slot, in.file = wishSwap, workflow.SlotForm, m[2]
		return true
	}
	if m := reviewCommand.FindStringSubmatch(s); m != nil {
		in.wish, in.filing, in.code, in.text = reviewWishes[m[1]], m[2], m[3], strings.TrimSpace(m[4])
		return true
	}
	if m := noteCommand.FindStringSubmatch(s); m != nil {
		in.wish, in.text = wishNote, text.MaskNumbers(strings.TrimSpace(m[1]))
		return true
	}
	if m := awayCommand.FindStringSubmatch(s); m != nil {
		in.wish, in.text = wishAway, strings.TrimSpace(m[1])
		return true
	}
	for w, pattern := range map[wish]*regexp.Regexp{wishPlace: placeCommand, wishNextPage: nextCommand, wishReplace: replaceCommand} {
		if m := pattern.FindStringSubmatch(s); m != nil {
			n, _ := strconv.Atoi(m[1]) // the pattern allows only 1 to 8
			in.wish, in.slot, in.file = w, workflow.Slot(n), m[2]
			return true
		}
	}
	return false
}

// snooze reads in how many days somebody wants to be reminded.
func (in *intent) snooze(s string) bool {
	count, unit := "", ""
	if m := snoozeCommand.FindStringSubmatch(s); m != nil {
		count, unit = m[1], m[2]+m[3]
	} else if m := snoozeEnglish.FindStringSubmatch(strings.ToLower(s)); m != nil {
		count, unit = m[1], m[2]+m[3]
	} else {
		return false
	}
	n, err := strconv.Atoi(count)
	if err != nil {
		n = map[string]int{"两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "十": 10}[count]
	}
	n = max(n, 1)
	switch {
	case unit == "后天":
		n = 2
	case strings.HasSuffix(unit, "星期"), strings.HasSuffix(unit, "周"), strings.HasSuffix(unit, "week"):
		n *= 7
	case strings.HasSuffix(unit, "月"):
		n *= 30
	}
	in.wish, in.days = wishSnooze, n
	return true
}

// deskWork reads what handlers write about more than one filing, and files of theirs.
func (in *intent) deskWork(s string) bool {
	if m := deskCommand.FindStringSubmatch(s); m != nil {
		in.wish, in.word = wishDesk, m[1]
		return true
	}
	if m := batchCommand.FindStringSubmatch(s); m != nil {
		in.wish, in.batch, in.skip = wishBatch, strings.Fields(m[1]), strings.Fields(m[2])
		return true
	}
	if m := passCommand.FindStringSubmatch(s); m != nil {
		in.wish, in.code, in.batch = wishPassBatch, m[1], strings.Fields(m[2])
		return true
	}
	if m := photoCommand.FindStringSubmatch(s); m != nil {
		in.wish, in.filing, in.file = wishPhoto, m[1], m[2]
		return true
	}
	return false
}

// declaration reads what people say about themselves: what has changed off the form,
// and which part of the manual they want.
func (in *intent) declaration(s string) bool {
	s = trailing.ReplaceAllString(s, "")
	if m := changedTo.FindStringSubmatch(s); m != nil {
		in.wish, in.slot, in.yes = wishAnswer, questionWords[m[1]], true
		return true
	}
	if m := unchangedTo.FindStringSubmatch(s); m != nil {
		in.wish, in.slot = wishAnswer, questionWords[m[1]]
		return true
	}
	if in.title = titleIn(s); in.title != "" {
		in.wish, in.slot, in.yes = wishAnswer, workflow.SlotTitle, true
		return true
	}
	if m := changedEnglish.FindStringSubmatch(s); m != nil {
		in.wish, in.slot, in.yes = wishAnswer, questionWords[strings.ToLower(m[1])], m[2] == ""
		return true
	}
	if business.MatchString(s) {
		in.wish, in.slot, in.yes = wishAnswer, workflow.SlotBusiness, true
		return true
	}
	if m := upgraded.FindStringSubmatch(s); m != nil {
		in.wish = wishCategory
		return true
	}
	if m := manualCommand.FindStringSubmatch(s); m != nil {
		in.wish, in.topic = wishManual, topicWords[m[1]]
		return true
	}
	return false
}

// titleWords are professional titles as people name them.
const titleWords = `(?:正高级?|副高级?|教授|副教授|讲师|助教|研究员|副研究员|助理研究员|工程师|高级工程师|实验师|高级实验师|高级|中级)`

// titleIn is the new title that a sentence tells, "" when it tells none.
func titleIn(s string) string {
	for _, p := range []*regexp.Regexp{newTitle, promoted} {
		if m := p.FindStringSubmatch(s); m != nil {
			return strings.TrimRight(m[1], "了啦啊呢。")
		}
	}
	return ""
}

// isTitle reports whether a value of the form is a professional title, as the position often is.
func isTitle(v string) bool { return onlyTitle.MatchString(v) }

// questionWords are what people call the materials that are asked about.
var questionWords = map[string]workflow.Slot{
	"合同": workflow.SlotContract, "聘用合同": workflow.SlotContract, "劳动合同": workflow.SlotContract, "职称": workflow.SlotTitle,
	"contract": workflow.SlotContract, "title": workflow.SlotTitle, "qualification": workflow.SlotQualification, "business": workflow.SlotBusiness,
	"职业资格": workflow.SlotQualification, "资格证": workflow.SlotQualification, "资格证书": workflow.SlotQualification, "创业": workflow.SlotBusiness,
}

// topicWords are the parts of the manual.
var topicWords = map[string]workflow.Topic{
	"登录": workflow.TopicAccount, "账号": workflow.TopicAccount, "单位": workflow.TopicUnit, "入口": workflow.TopicList, "列表": workflow.TopicList,
	"资格": workflow.TopicEligibility, "填写": workflow.TopicForm, "表格": workflow.TopicForm, "公示": workflow.TopicPaper, "打印": workflow.TopicPaper,
	"签章": workflow.TopicPaper, "材料": workflow.TopicMaterials, "上报": workflow.TopicSubmission, "提交": workflow.TopicSubmission, "进度": workflow.TopicSubmission,
	"证书": workflow.TopicCertificate, "其他": workflow.TopicOther,
}

var (
	pieceBreak = regexp.MustCompile(`[\n,;\x{FF0C}\x{FF1B}]`)
	leadIn     = regexp.MustCompile(`^(?:请|帮我|麻烦)?(?:把)?(?:我的|我)?(?:改一下|修改|更新)?`)
	linkWords  = regexp.MustCompile(`^\s*(?:已经|应该)?(?:改成|改为|换成|变成|升为|升到|升|填成|填|写|是|为|到|[:=])?\s*[:]?\s*`)
)

// assignments finds "标签:值" in a message: several lines, or several pieces
// between commas. A piece that starts with no label belongs to the value before it.
func assignments(text string) (out []assignment, unread []string) {
	for _, piece := range pieceBreak.Split(text, -1) {
		piece = typed.Clean(piece)
		if piece == "" {
			continue
		}
		fd, value, ok := labelled(piece)
		switch {
		case ok:
			out = append(out, assignment{fd, value})
		case isAnswer(piece):
			unread = append(unread, piece)
		case len(out) > 0 && out[len(out)-1].field.Kind == workflow.KindText:
			out[len(out)-1].value += "\uff0c" + piece
		case len(out) > 0:
			unread = append(unread, piece)
		}
	}
	return out, unread
}

// isAnswer reports whether a piece says that something off the form has changed or not.
func isAnswer(piece string) bool {
	var in intent
	return in.declaration(piece) && in.wish == wishAnswer
}

// labelled splits a piece into a field and its value, which stays as typed. Without a
// separator between them the value must make sense for the field, so that "在职"
// stays a word.
func labelled(piece string) (workflow.Field, string, bool) {
	half := halfWidth.Replace(piece)
	body := half[len(leadIn.FindString(half)):]
	for _, l := range fieldLabelsLongestFirst() {
		rest, ok := cutPrefixFold(body, l.label)
		if !ok {
			continue
		}
		if rest == "" {
			return l.field, "", false
		}
		value := rest[len(linkWords.FindString(rest)):]
		if value == rest && !plausible(l.field, value) {
			continue
		}
		return l.field, lastRunes(piece, utf8.RuneCountInString(value)), true
	}
	return workflow.Field{}, "", false
}

// cutPrefixFold is strings.CutPrefix without regard to the case of Latin letters.
func cutPrefixFold(s, prefix string) (rest string, ok bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return s, false
	}
	return s[len(prefix):], true
}

// lastRunes returns the end of s, n characters long.
func lastRunes(s string, n int) string {
	r := []rune(s)
	return string(r[len(r)-n:])
}

// fieldLabel is one way to name a field.
type fieldLabel struct {
	label string
	field workflow.Field
}

// fieldLabelsLongestFirst lets 来杭工作时间 win over 来杭.
func fieldLabelsLongestFirst() []fieldLabel {
	var all []fieldLabel
	for _, fd := range workflow.Fields() {
		all = append(all, fieldLabel{fd.Label, fd}, fieldLabel{fd.English, fd})
		for _, s := range fd.Synonyms {
			all = append(all, fieldLabel{s, fd})
		}
	}
	slices.SortStableFunc(all, func(a, b fieldLabel) int { return cmp.Compare(len(b.label), len(a.label)) })
	return all
}

// plausible is for a value glued to its label, as in 产业教育.
func plausible(fd workflow.Field, value string) bool {
	if fd.Kind == workflow.KindText {
		return false
	}
	_, fault := workflow.Read(fd, value, calendar.NewDate(2100, 1, 1))
	return fault == nil
}
