package workflow

import "slices"

// Topic groups the manual's requirements the way people ask about them.
type Topic string

// The topics, in the order of the manual.
const (
	TopicAccount     Topic = "account"     // logging in to the official system
	TopicUnit        Topic = "unit"        // the school's own account there
	TopicList        Topic = "list"        // finding the module
	TopicEligibility Topic = "eligibility" // who may file, and when
	TopicForm        Topic = "form"
	TopicPaper       Topic = "paper" // printing, publishing, signing, sealing
	TopicMaterials   Topic = "materials"
	TopicSubmission  Topic = "submission" // hand-over, status, progress
	TopicCertificate Topic = "certificate"
	TopicOther       Topic = "other" // menus that are not the renewal
)

// Topics returns every topic in order.
func Topics() []Topic {
	return []Topic{
		TopicAccount, TopicUnit, TopicList, TopicEligibility, TopicForm, TopicPaper, TopicMaterials, TopicSubmission,
		TopicCertificate, TopicOther,
	}
}

// Requirement is one rule of the manual in its own words (the words that a
// screenshot cuts off are completed).
type Requirement struct {
	ID    string // R-A01 … R-H05
	Topic Topic
	Told  []string // step kinds and reasons of ineligibility that it explains
	Text  string
}

// Requirements returns all rules of the manual in order.
func Requirements() []Requirement { return slices.Clone(manual[:]) }

// RequirementsOn returns the rules about a topic, in order.
func RequirementsOn(t Topic) []Requirement {
	return filterRequirements(func(r Requirement) bool { return r.Topic == t })
}

// Because returns the rules behind a step: what a person is answered who asks why.
func (s Step) Because() []Requirement {
	moment := string(s.Kind)
	if s.Kind == StepBlocked {
		moment = string(s.Reason)
	}
	if s.Kind == StepWaitNotice {
		moment = string(StepHandIn)
	}
	return filterRequirements(func(r Requirement) bool { return slices.Contains(r.Told, moment) })
}

func filterRequirements(keep func(Requirement) bool) []Requirement {
	var out []Requirement
	for _, r := range manual {
		if keep(r) {
			out = append(out, r)
		}
	}
	return out
}

// manual is the operating manual of the renewal (2020), rule by rule.
var manual = [...]Requirement{
	{"R-A01", TopicAccount, []string{"start"}, "首先打开浏览器，输入网址 https://rc.hzrs.hangzhou.gov.cn"},
	{"R-A02", TopicAccount, nil, "自2019年1月9日起，本系统已接入浙江政务服务网账号体系，之前注册的账号停止使用。"},
	{"R-A03", TopicUnit, nil, "单位用户请使用浙江政务服务网法人账号登录本系统。"},
	{"R-A04", TopicAccount, nil, "个人用户请使用浙江政务服务网个人账号登录本系统。"},
	{"R-A05", TopicAccount, nil, "如还未有浙江政务服务网账号，请前往浙江政务服务网（http://www.zjzwfw.gov.cn/）进行注册。"},
	{"R-A06", TopicAccount, []string{"start"}, "请使用此前人才认定申请时的个人账号登录系统。"},
	{"R-A07", TopicAccount, []string{"start"}, "备案申请仅允许个人用户自行备案，单位账号无法替个人进行备案申请。"},
	{"R-A08", TopicAccount, []string{"start"}, "政务网个人账号必须完成高级实名认证才可登录系统，若未实名认证系统将自动引导至浙江政务服务网实名认证升级页面。"},
	{"R-A09", TopicAccount, nil, "单位以政务网法人账号（以法人社会统一信用代码注册）在本系统登录注册信息后，个人才能以个人账号（以个人身份证件号注册）在本系统填写申报材料。"},
	{"R-A10", TopicAccount, nil, "个人用户请使用浙江政务服务网个人账号登录，登录后自动转接入本系统。"},
	{"R-A11", TopicUnit, []string{"unit_unregistered"}, "个人用户登录前，请确认所在单位已在本系统登录注册相关信息，否则无法正确选择自己的单位。"},
	{"R-A12", TopicSubmission, []string{"review"}, "登录后可管理本人的申报信息，信息填写完整并上传好佐证材料后由所属单位进行上报操作，个人账号不能上报。"},
	{
		"R-A13", TopicUnit,
		[]string{"unit_unregistered", "not_in_service"},
		"个人账号进行申报时请在单位列表中选择正确的所属单位，选定所属单位后，单位账号才能正常查看个人申报信息并进行上报。",
	},
	{
		"R-A14", TopicUnit,
		[]string{"unit_unregistered"},
		"若在所属单位列表中无法找到自己单位，说明该单位尚未使用浙江政务服务网法人账号在本系统注册，请联系单位管理员进行注册后，即可正常选择。",
	},
	{"R-A15", TopicAccount, nil, "个人账号登录后，系统会以证件号码进行自动匹配，显示该证件号码之前在本系统中的申报信息。"},
	{"R-A16", TopicAccount, nil, "有关浙江政务服务网账号问题，请咨询浙江政务服务网。"},
	{"R-A17", TopicAccount, nil, "帮助中心：护照登录与认定系统衔接操作指南（2020-04-26）。"},
	{"R-B01", TopicUnit, nil, "单位用户首次登记认定系统时，应该选择单位所属主管部门。"},
	{"R-B02", TopicUnit, nil, "已在认定系统中注册过单位用户，且注册时填写正确的统一社会信用代码的，无需再次填写选择主管部门。"},
	{"R-B03", TopicUnit, nil, "如单位变更了主管部门，在认定系统登录后也可以在信息维护中修改单位所属主管部门。"},
	{"R-B04", TopicUnit, []string{"unit_unregistered"}, "只有单位在本系统中登录、注册相关信息后，单位所属的高层次人才才能在本系统填写申报信息。"},
	{"R-B05", TopicSubmission, []string{"review"}, "单位用户登录后可管理本单位下所有申报信息，可进行上报操作。"},
	{
		"R-B06", TopicSubmission,
		[]string{"review", "not_in_service"},
		"单位账户登录后可以查看属于本单位的申报人员信息，上报之前请仔细核对该申报人是否为本单位员工，审核申报材料是否真实正确。",
	},
	{"R-B07", TopicUnit, nil, "系统会根据浙江政务服务网法人账号的社会统一信用代码，自动与原来认定系统中单位用户注册时填写的社会统一信用代码进行匹配，" +
		"匹配结果相同的，注册信息和申报信息会自动归属到浙江政务服务网的法人账号下。"},
	{"R-C01", TopicList, nil, "点击左侧「人才认定备案申请」按钮，进入备案单独模块。"},
	{"R-C02", TopicList, nil, "在人才认定备案申请列表中，会列出本人所有备案信息。点击操作中按钮，可查看申请人的相关信息。"},
	{"R-C03", TopicList, nil, "新增备案申请，请点击右侧的「增加备案申请」按钮。"},
	{"R-C04", TopicList, nil, "列表可以搜索：请输入姓名；请输入证件号；搜索。"},
	{"R-C05", TopicEligibility, []string{"no_certificate"}, "系统自动获取个人用户的个人信息，可自动识别是否需要人才认定备案。"},
	{"R-C06", TopicEligibility, []string{"no_certificate"}, "姓名、证件类别、证件号码正确的话，会自动读出该申请人的申请历史信息。"},
	{"R-C07", TopicEligibility, []string{"confirm"}, "如申请在本单位进行的，显示全部历史信息；如申请不在本单位进行的，显示部分历史信息。"},
	{"R-C08", TopicEligibility, []string{"category_changed"}, "如申请人的认定类别有变更，请重新进行人才认定申请。"},
	{"R-C09", TopicEligibility, []string{"too_early", "start"}, "申请人通过人才认定后 23 个月（认定证书有效期 2 年，可提前 1 个月申请备案），方可进行认定备案。"},
	{"R-C10", TopicEligibility, []string{"identity_mismatch"}, "认定备案的时候，所使用的姓名、证件类别、证件号码都必须和申请的一致，否则无法进行备案申请。"},
	{"R-D01", TopicForm, []string{"confirm"}, "增加备案申请后，系统会自动生成上次人才认定时所填报的信息。"},
	{"R-D02", TopicForm, []string{"confirm"}, "申请人核对无误后，点击保存信息按钮。"},
	{"R-D03", TopicForm, nil, "填写备案信息时，请先填写姓名和身份证件号，再修改或填写其他信息。"},
	{"R-D04", TopicForm, []string{"confirm"}, "没有的信息项请选择或填写「无」。"},
	{"R-D05", TopicForm, nil, "请输入单位名称关键字搜索并选择。"},
	{"R-D06", TopicUnit, []string{"unit_unregistered"}, "单位搜不到？请点击查看《单位账号在认定系统信息登记操作手册》。"},
	{"R-D07", TopicForm, nil, "照片：重新上传。"},
	{"R-D08", TopicForm, nil, "申请认定类别：A B C D E；申报条件。"},
	{"R-E01", TopicPaper, []string{"paper"}, "保存信息后，请打印「公示信息」，按照规定交所在学院（部门）进行公示。"},
	{"R-E02", TopicPaper, []string{"paper"}, "打印备案申请表，申请人核对信息并签字。"},
	{"R-E03", TopicPaper, []string{"paper"}, "请学院（部门）经办人签字、加盖所在学院（部门）公章后上传在系统佐证材料第一项。"},
	{"R-E04", TopicPaper, []string{"paper"}, "认定备案申请表：系统下载打印，本人核对信息无误签名，学院或部门经办人审核签名，加盖学院或部门公章后扫描。"},
	{"R-E05", TopicPaper, []string{"paper"}, "请确认申请信息保存无误后打印申请表并加盖单位公章后上传，若上传后再次修改申请表信息请重新打印盖章并上传。"},
	{"R-F01", TopicMaterials, []string{"material"}, "参保证明：系统有自动获取按钮。点击「自动获取」可自动上传参保证明，自动获取失败请自行上传。"},
	{"R-F02", TopicMaterials, []string{"material"}, "《杭州市社会保险参保证明（单位专用）》：不缴纳社保的财政补助单位可以不提供。"},
	{"R-F03", TopicMaterials, []string{"material"}, "其他与上次申请时有变化的材料，如职称材料、聘用合同等，如与上次申报时无变化，则无需上传。"},
	{"R-F04", TopicMaterials, nil, "八项佐证材料：认定备案申请表、参保证明、劳动合同或事业单位聘用合同、最高学历证书、最高学位证书、职称证书、职业资格证书、营业执照和完税证明；" +
		"第三项起由相应信息有变化的人员或创业的人员提供。"},
	{"R-F05", TopicMaterials, nil, "每一项显示已上传或暂未上传；已上传的可以删除。"},
	{"R-F06", TopicMaterials, []string{"hand_in"}, "上传必要的佐证材料后，点击保存材料。"},
	{"R-G01", TopicSubmission, []string{"hand_in"}, "申请状态显示为「请联系所属企业进行提交」。"},
	{"R-G02", TopicSubmission, []string{"hand_in", "review"}, "请钉钉联系学校经办人进行预审。"},
	{"R-G03", TopicSubmission, []string{"fix"}, "如需要编辑已经保存的申请材料，请在申请列表中，点击查看进行编辑。"},
	{"R-G04", TopicSubmission, nil, "也可删除申请。"},
	{"R-G05", TopicSubmission, []string{"official"}, "提交上报后不可修改或删除。"},
	{"R-G06", TopicSubmission, []string{"official"}, "申请相关进度可点击「进度查询」进行查看。"},
	{"R-G07", TopicSubmission, []string{"official"}, "上报后的状态是「待预审」，操作只剩：查看、打印公示信息、进度查询。"},
	{"R-H01", TopicCertificate, []string{"finished"}, "我的证书：列出编号、姓名、证件号码、操作；没有时显示「暂无信息」。两种：高层次人才分类认定证书，企业确定享受四项待遇人才认定书。"},
	{
		"R-H02", TopicCertificate,
		[]string{"download"},
		"点击「生成新证书」后，请等待提示「操作成功」后，再点击「下载证书」按钮即可下载新的证书，生成新证书后之前下载的证书二维码将不能再被系统识别。",
	},
	{"R-H03", TopicCertificate, []string{"download"}, "PDF 显示不正常是因为电脑上的 PDF 软件有问题，请更换 PDF 软件或者使用谷歌浏览器直接打开 PDF 查看。"},
	{"R-H04", TopicOther, nil, "首页有：通知公告、公示信息、相关政策、帮助中心、认定结果查询。"},
	{"R-H05", TopicOther, nil, "左侧其他菜单：人才认定申请、购房补贴申请、购房年审申请、租房补贴申请、小客车上牌补贴申请、应届毕业生生活补贴、我的证书、退出。"},
}
