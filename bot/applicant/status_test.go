package applicant

import (
	"context"
	"strings"
	"testing"

	"example.org/beian/bot/turn"
	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
)

// TestStatusIsVerbatim: T15. An identity number is the one thing that is not kept.
func TestStatusIsVerbatim(t *testing.T) {
	k := newTalk(t).at(workflow.StepOfficial)
	for words, want := range map[string]string{
		"系统显示：受理中，预计三个工作日（待补）":          "受理中，预计三个工作日（待补）",
		"系统显示「ＡＢＣ」":                     "ＡＢＣ",
		"状态：“审核中；请等待”":                  "审核中；请等待",
		"the system says under review":  "under review",
		"官方状态 号码 330199198503121016 不对": "号码 (证件号码) 不对",
	} {
		k.hears(words, "记下："+want)
		if o := k.filing().Official; o[len(o)-1].Text != want {
			t.Errorf("%q: stored as %q, want %q", words, o[len(o)-1].Text, want)
		}
	}
	n := k.filing().Seq
	k.hears("系统显示「」", "把那几个字发给我就行")
	k.hears("系统显示：", "把那几个字发给我就行")
	if k.filing().Seq != n {
		t.Error("nothing was reported")
	}
	newTalk(t).at(workflow.StepPaper).hears("系统显示 审核中", "现在做不了这一步")
}

func TestOfficialWords(t *testing.T) {
	k := newTalk(t).at(workflow.StepOfficial)
	k.hears("系统显示 审核中", "记下：审核中(12-01 10:00)")
	k.hears("系统显示 审核中", "和现在的一样")
	k.hears("系统显示 不予通过", "请看系统里写的原因", "[转人工]")
	k.hears("系统显示 退回补正", "现在可以修改了，改好后重新送审")
	if k.filing().State != workflow.Returned {
		t.Errorf("in %s", k.filing().State)
	}
}

// TestReportOfHandlers: whoever reports, the applicant hears of it and it stands under their name.
func TestReportOfHandlers(t *testing.T) {
	k := newTalk(t).at(workflow.StepOfficial)
	k.Jobs()
	k.acts(func(t *turn.Turn) error { return k.room.Report(t, school, "审核中 330199198503121016") })
	f := k.filing()
	if o := f.Official[len(f.Official)-1]; o.Text != "审核中 (证件号码)" || o.By.ID != school.ID {
		t.Errorf("%+v", o)
	}
}

// TestRenewal: that it passed asks for the date; the date closes the cycle (T18).
func TestRenewal(t *testing.T) {
	k := newTalk(t).at(workflow.StepOfficial)
	k.hears("12月1日", "我没有看懂") // nothing has passed
	k.hears("系统显示 审核通过", "恭喜", "新证书上的发证日期", "2026-12-01")
	k.hears("2026年12月", "新证书的日期要写到日")
	k.hears("2027-12-01", "现在做不了这一步") // not yet
	k.On(calendar.NewDate(2026, 12, 20))
	k.hears("发证日期：12月18", "新证书 2026-12-18 至 2028-12-18", "下次 2028-11-18 起", "[已生成新证书]")
	c, err := k.PersonCase(context.Background(), k.person)
	if err != nil || c.Certificate.RecognisedOn != calendar.NewDate(2026, 12, 18) || c.Certificate.Category != "E" {
		t.Errorf("%+v, %v", c.Certificate, err)
	}
	k.hears("12月19", "新证书已登记为 2026-12-18 至 2028-12-18", "[转人工]")
	k.hears("我的证书", "2026-12-18 认定，有效期至 2028-12-18", "先点「生成新证书」")
	k.hears("已生成新证书", "「生成新证书」已经点过", "[已下载新证书]")
	k.hears("我的证书", "「生成新证书」已经点过")
	k.hears("已下载新证书", "这次备案全部完成")
	k.hears("已下载", "现在做不了这一步")
	k = newTalk(t).at(workflow.StepDownload)
	k.hears("下载好了", "这次备案全部完成") // which nobody can without generating it first
}

func TestCertificate(t *testing.T) {
	newTalk(t).hears("我的证书", "E 类，2024-12-10 认定，有效期至 2026-12-10", "现在就可以备案")
	early(newTalk(t)).hears("证书", "下次 2027-02-28 起可以备案")
	newTalk(t).at(workflow.StepPaper).hears("证书", "这一次的备案正在办")
	k := newTalk(t)
	k.On(calendar.NewDate(2026, 12, 11))
	k.hears("证书", "证书已过期，仍可以备案")
	newcomer(t).hears("我的证书", "名册里没有您的人才证书", "[转人工]")
}

// TestMenu: the other entries of the official menu are not ours (R-H05).
func TestMenu(t *testing.T) {
	k := newTalk(t)
	for _, entry := range menuEntries {
		k.hears(entry+"。", "「"+entry+"」不是备案，我不代办")
	}
	k.hears("退出", "不用退出")
}

func TestProgress(t *testing.T) {
	k := newTalk(t).at(workflow.StepPaper)
	k.hears("回执", "送审以后才有回执")
	k.at(workflow.StepHandIn).hears("进度", "收到申请表扫描件", "目前无异议", "参保证明：不提供")
	k.at(workflow.StepOfficial)
	k.hears("进度", "学校上报完成(傅明舟老师)", "系统里的状态：待预审")
	k.Chat.Sent()
	k.hears("进度单", "进度单发到这里")
	k.hears("回执", "写明交了哪些材料")
	if s := k.Chat.Sent(); len(s) != 2 || s[0].File != "备案进度单.pdf" || s[1].File != "提交回执.pdf" {
		t.Errorf("%+v", s)
	}
	newTalk(t).at(workflow.StepConfirm).hears("进度单", "同意告知")
}

// TestReceiptSays what was handed in, and in what form.
func TestReceiptSays(t *testing.T) {
	k := newTalk(t).at(workflow.StepReview)
	var lines []string
	k.acts(func(t *turn.Turn) error {
		if err := k.room.enter(t).receipt(); err != nil {
			return err
		}
		for _, l := range t.Reply.Sheets[0].Lines {
			lines = append(lines, l.Left+" "+l.Right)
		}
		return nil
	})
	for _, want := range []string{
		"备案编号 " + k.filing().ID, "学院（部门） 晨星信息学院", "2026-12-01 10:00 送预审", "第 1 项 备案申请表：2 页，2026-11-23 收到",
		"第 2 项 参保证明：不提供（", "公示 公示 2026-11-23 至 2026-11-30", "现在 学院预审中",
	} {
		if !strings.Contains(strings.Join(lines, "\n"), want) {
			t.Errorf("no %q in %q", want, lines)
		}
	}
	if got := heldAs(workflow.Material{Fetched: true}); got != "系统已自动获取" {
		t.Error(got)
	}
}

// TestPortal: numbers are masked in the chat and whole on the paper.
func TestPortal(t *testing.T) {
	k := newTalk(t).at(workflow.StepPaper)
	k.Chat.Sent()
	got := k.hears("录入单", "26 申请认定类别：E 类", "5 照片：请在系统里上传", "4 证件号码：330", "(完整的在 PDF 里)", "[打包材料]")
	if strings.Contains(got, "330199198503121016") {
		t.Error("the number is in the chat")
	}
	if s := k.Chat.Sent(); len(s) != 1 || s[0].File != "录入单.pdf" {
		t.Errorf("%+v", s)
	}
	k.acts(func(t *turn.Turn) error {
		if err := k.room.enter(t).portal(); err != nil {
			return err
		}
		l := t.Reply.Sheets[0].Lines
		if len(l) != len(workflow.Fields()) || l[3].Right != "330199198503121016" {
			k.t.Errorf("%+v", l)
		}
		return nil
	})
	k = newTalk(t).without(workflow.Industry).at(workflow.StepConfirm)
	k.hears("录入单", "③ 全部字段", "! 12 从事产业类别")
}
