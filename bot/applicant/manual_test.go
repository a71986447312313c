package applicant

import (
	"strings"
	"testing"

	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
)

// blocked is somebody who cannot file, for a reason on the roster.
func blocked(r workflow.Ineligible) func(*talk) *talk {
	return func(k *talk) *talk {
		return k.certificate(func(c *workflow.Certificate) { c.Mismatch = r })
	}
}

// early is somebody whose certificate is recognised on 2025-03-31.
func early(k *talk) *talk {
	return k.certificate(func(c *workflow.Certificate) { c.RecognisedOn = calendar.NewDate(2025, 3, 31) })
}

func step(s workflow.StepKind) func(*talk) *talk {
	return func(k *talk) *talk { return k.at(s) }
}

func anywhere(k *talk) *talk { return k }

// TestRequirementsAreTold: every rule of the manual is told at the moment it is
// needed, in the bot's words or the manual's, and 手册 has them all.
func TestRequirementsAreTold(t *testing.T) {
	for id, c := range map[string]struct {
		where func(*talk) *talk
		say   string
		want  string
	}{
		"R-A01": {blocked(workflow.CategoryChanged), "你好", "入口在认定系统左侧同名菜单：https://rc.hzrs.hangzhou.gov.cn"},
		"R-A02": {step(workflow.StepPaper), "手册 登录", "之前注册的账号停止使用"},
		"R-A03": {anywhere, "手册 单位", "单位用户请使用浙江政务服务网法人账号登录本系统"},
		"R-A04": {anywhere, "手册 登录", "个人用户请使用浙江政务服务网个人账号登录本系统"},
		"R-A05": {anywhere, "手册 账号", "请前往浙江政务服务网"},
		"R-A06": {anywhere, "你好", "要用上次认定时的个人账号"},
		"R-A07": {anywhere, "你好", "确认由您本人办理"},
		"R-A08": {anywhere, "你好", "已高级实名认证"},
		"R-A09": {anywhere, "手册 登录", "以法人社会统一信用代码注册"},
		"R-A10": {anywhere, "手册 登录", "登录后自动转接入本系统"},
		"R-A11": {blocked(workflow.UnitUnregistered), "为什么", "请确认所在单位已在本系统登录注册相关信息"},
		"R-A12": {step(workflow.StepReview), "为什么", "个人账号不能上报"},
		"R-A13": {blocked(workflow.NotInService), "为什么", "请在单位列表中选择正确的所属单位"},
		"R-A14": {blocked(workflow.UnitUnregistered), "为什么", "若在所属单位列表中无法找到自己单位"},
		"R-A15": {anywhere, "手册 登录", "系统会以证件号码进行自动匹配"},
		"R-A16": {anywhere, "手册 登录", "请咨询浙江政务服务网"},
		"R-A17": {anywhere, "手册 登录", "护照登录与认定系统衔接操作指南"},
		"R-B01": {anywhere, "手册 单位", "应该选择单位所属主管部门"},
		"R-B02": {anywhere, "手册 单位", "无需再次填写选择主管部门"},
		"R-B03": {anywhere, "手册 单位", "也可以在信息维护中修改"},
		"R-B04": {blocked(workflow.UnitUnregistered), "你好", "您所在的单位还没有在认定系统登记"},
		"R-B05": {step(workflow.StepReview), "为什么", "可进行上报操作"},
		"R-B06": {step(workflow.StepReview), "为什么", "是否为本单位员工"},
		"R-B07": {anywhere, "手册 单位", "社会统一信用代码"},
		"R-C01": {anywhere, "手册 入口", "进入备案单独模块"},
		"R-C02": {anywhere, "手册 列表", "会列出本人所有备案信息"},
		"R-C03": {anywhere, "手册 入口", "增加备案申请"},
		"R-C04": {anywhere, "手册 列表", "请输入证件号"},
		"R-C05": {early, "你好", "以认定系统识别为准"},
		"R-C07": {func(k *talk) *talk {
			return k.certificate(func(c *workflow.Certificate) { c.Unit = "示例智造科技有限公司" })
		}, "同意并开始", "原认定不在本单位，历史信息可能不全"},
		"R-C08": {blocked(workflow.CategoryChanged), "你好", "不走备案，要重新进行「人才认定申请」"},
		"R-C09": {early, "你好", "2027-02-28 起可以(认定满 23 个月)"},
		"R-C10": {blocked(workflow.IdentityMismatch), "你好", "必须和原认定一致"},
		"R-D01": {anywhere, "同意并开始", "这是您上次认定时的信息"},
		"R-D02": {step(workflow.StepConfirm), "你好", "都对就点「全部无误」"},
		"R-D03": {anywhere, "手册 填写", "请先填写姓名和身份证件号"},
		"R-D04": {step(workflow.StepConfirm), "为什么", "没有的信息项请选择或填写「无」"},
		"R-D05": {anywhere, "手册 填写", "请输入单位名称关键字搜索并选择"},
		"R-D06": {blocked(workflow.UnitUnregistered), "为什么", "《单位账号在认定系统信息登记操作手册》"},
		"R-D07": {step(workflow.StepConfirm), "照片：新的", "照片在认定系统里点「重新上传」"},
		"R-D08": {step(workflow.StepConfirm), "类别：D", "类别有变更的，不走备案"},
		"R-E01": {step(workflow.StepConfirm), "全部无误", "公示信息已转给何清越老师张贴"},
		"R-E02": {step(workflow.StepConfirm), "全部无误", "申请表打印后您签字"},
		"R-E03": {step(workflow.StepConfirm), "全部无误", "再请学院经办人签字、盖学院公章"},
		"R-E04": {step(workflow.StepPaper), "为什么", "加盖学院或部门公章后扫描"},
		"R-E05": {step(workflow.StepConfirm), "全部无误", "改了表上的内容就要重新打印签章"},
		"R-F01": {step(workflow.StepMaterial), "你好", "在系统里点「自动获取」成功的"},
		"R-F02": {step(workflow.StepMaterial), "你好", "不缴纳社保的财政补助单位人员点「不适用」"},
		"R-F03": {step(workflow.StepConfirm), "职务 副教授", "所以学历、学位证书都不用再交"},
		"R-F04": {anywhere, "手册 材料", "八项佐证材料"},
		"R-F05": {anywhere, "手册 材料", "已上传的可以删除"},
		"R-F06": {step(workflow.StepHandIn), "保存材料", "认定系统里也请点「保存资料」"},
		"R-G01": {step(workflow.StepHandIn), "保存材料", "系统状态是「请联系所属企业进行提交」，「企业」指的就是学校"},
		"R-G02": {func(k *talk) *talk {
			k.at(workflow.StepHandIn)
			k.On(calendar.NewDate(2026, 12, 1))
			return k
		}, "送审", "已送何清越老师预审"},
		"R-G03": {step(workflow.StepHandIn), "手机 13900001112", "改了就作废，要重新打印、签字、盖章"},
		"R-G04": {step(workflow.StepHandIn), "删除备案", "要删除这份备案吗"},
		"R-G05": {step(workflow.StepOfficial), "手机 13900001112", "学校已经上报，现在不能修改或删除"},
		"R-G06": {step(workflow.StepOfficial), "进度", "系统里的状态：待预审"},
		"R-G07": {step(workflow.StepOfficial), "你好", "状态 待预审，由政府受理部门审核，内容已锁定"},
		"R-H01": {step(workflow.StepFinished), "为什么", "高层次人才分类认定证书"},
		"R-H02": {step(workflow.StepDownload), "你好", "之前下载的证书二维码就失效了"},
		"R-H03": {step(workflow.StepDownload), "已生成新证书", "PDF 显示不正常就换一个软件，或者用谷歌浏览器打开"},
		"R-H04": {anywhere, "手册 其他", "通知公告、公示信息、相关政策、帮助中心、认定结果查询"},
		"R-H05": {anywhere, "手册 其他", "购房补贴申请"},
	} {
		t.Run(id, func(t *testing.T) {
			if got := c.where(newTalk(t)).Says(c.say); !strings.Contains(got, c.want) {
				t.Errorf("%s: the answer has no %q:\n%s", c.say, c.want, got)
			}
		})
	}
}

// TestNobodyWithoutACertificate: the history that the official system reads is that of a recognition.
func TestNobodyWithoutACertificate(t *testing.T) {
	t.Run("R-C06", func(t *testing.T) {
		newcomer(t).hears("为什么", "会自动读出该申请人的申请历史信息")
	})
}

// TestManualHasEveryRule: all 65 can be read, by topic, before anything is agreed to.
func TestManualHasEveryRule(t *testing.T) {
	var all strings.Builder
	k := newTalk(t)
	for _, word := range []string{
		"登录", "账号", "单位", "入口", "列表", "资格", "填写", "表格", "公示", "打印", "签章", "材料", "上报", "提交", "进度", "证书", "其他",
	} {
		all.WriteString(k.Says("手册 " + word))
	}
	for _, r := range workflow.Requirements() {
		if !strings.Contains(all.String(), r.Text+"("+r.ID+")") {
			t.Errorf("%s is in no answer", r.ID)
		}
	}
	if got := k.Says("手册 月亮"); !strings.Contains(got, "想看哪一段") {
		t.Errorf("an unknown word: %s", got)
	}
}

// TestWhyQuotesTheManual: at every step 为什么 answers with the rules behind it.
func TestWhyQuotesTheManual(t *testing.T) {
	for _, s := range []workflow.StepKind{
		workflow.StepConfirm, workflow.StepPaper, workflow.StepMaterial, workflow.StepHandIn, workflow.StepReview,
		workflow.StepOfficial, workflow.StepDownload, workflow.StepFinished,
	} {
		got := newTalk(t).at(s).Says("为什么")
		for _, r := range (workflow.Step{Kind: s}).Because() {
			if !strings.Contains(got, r.Text) {
				t.Errorf("at %s, %s is not quoted:\n%s", s, r.ID, got)
			}
		}
	}
	if got := newTalk(t).Says("为什么"); !strings.Contains(got, "个人信息保护法第 17 条") {
		t.Errorf("before agreeing: %s", got)
	}
}
