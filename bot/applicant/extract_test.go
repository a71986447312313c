package applicant

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.org/beian/bot/command"
	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
)

// told is what an entry comes to on one line: the fields as they would be stored, what is declared, what is
// asked for.
func (e entry) told(today calendar.Date) string {
	var out []string
	values := map[workflow.Key]string{}
	for _, a := range e.set {
		r, fault := workflow.Read(a.field, a.value, today)
		if fault != nil {
			values[a.field.Key] = "?" + fault.Code
			continue
		}
		values[a.field.Key] = r.Value
	}
	for _, k := range slices.Sorted(maps.Keys(values)) {
		out = append(out, fmt.Sprintf("%s=%s", k, values[k]))
	}
	for _, d := range e.declared {
		out = append(out, strings.TrimSuffix(fmt.Sprintf("%d %t %s", d.slot, d.yes, d.title), " "))
	}
	if e.ask != nil {
		out = append(out, "ask "+string(e.ask.Key))
	}
	return strings.Join(out, "; ")
}

// TestExtract: a field, a value and a verb in any order; what is unsure is nothing.
func TestExtract(t *testing.T) {
	today := calendar.NewDate(2026, 11, 23)
	for line := range strings.Lines(sentences) {
		said, want, ok := strings.Cut(strings.TrimSpace(line), " → ")
		if !ok {
			continue
		}
		e := extract(strings.ReplaceAll(said, "⏎", "\n"), today)
		if d := cmp.Diff(strings.TrimSuffix(want, "∅"), e.told(today)); d != "" {
			t.Errorf("%s: %s", said, d)
		}
	}
}

// TestQuestionsAreNoEntry: nothing is read here of what is asked or complained of.
func TestQuestionsAreNoEntry(t *testing.T) {
	l := list(t)
	for line := range strings.Lines(nothing) {
		said := strings.TrimSpace(line)
		if said == "" {
			continue
		}
		name, _, _ := l.Recognise(command.Hear(said, calendar.NewDate(2026, 11, 23)))
		if name == "set" || name == "answer" || name == "ask_field" {
			t.Errorf("%s: %s", said, name)
		}
	}
}

// BenchmarkExtract: a text without any form of its own.
func BenchmarkExtract(b *testing.B) {
	for _, s := range []string{
		"手机", "来航时间不对一五年九月", "1390000111", "我今天想问一下这个事情，", "改成", "职", "不是是", "学位学历单位", "2015年", " a", "手机改成不是，", "职务 写成了的啊 ",
		"请把我的手机号码换成13900002222职务从讲师改成副教授单位是浙江大学来杭时间不对应该是二零一五年七月咋还是团员 我是群众好吗" +
			"手机早换了 原来那个 毕业时间是去年九月 学位 不是硕士是博士，",
	} {
		text := strings.Repeat(s, 2000/len([]rune(s)))
		b.Run(s, func(b *testing.B) {
			for b.Loop() {
				extract(text, calendar.NewDate(2026, 11, 23))
			}
		})
	}
}

const sentences = `
我电话换了，13988887777 → phone=13988887777
手机早换了 139 5771 6620 原来那个是我前妻的 赶紧弄掉 → phone=13957716620
把职称那栏改成副教授 → 6 true 副教授
职称有变化，正高 → 6 true 正高
来杭2015年七月 行业写教育 → arrived_on=2015-07-01; industry=教育
来航时间不对 一五年九月来的好伐 不是一八年 → arrived_on=2015-09-01
咋还是团员呢 我都四十三了 群众! → politics=群众
咋还是团员呢 我都四十三了 群众!还有职称 去年评的副教授 你那还讲师 埋汰谁呢 → politics=群众; 6 true 副教授
来杭时间怎么填？ → ∅
手机号要写哪个 → ∅
职务必须填吗 → ∅
这个系统真烂 老是填错 → ∅
杭州师范学院?哪年的老黄历了 这都不改 → ∅
手机 13900001111 谢谢 → phone=13900001111
my mobile changed to 13811112222 → phone=13811112222
职务那里写错了 应该是副院长 → post=副院长
毕业院校填浙江大学吧 → school=浙江大学
党员 → politics=中国共产党党员
副教授 → 6 true 副教授
错了 应该是浙江磐安 → ∅
title is wrong!! now i am associate prof, lecturer was before. phone is ok dont touch → 6 true 副教授
passport is new one, number change in june. pls write new number in form → ∅
出生地错了 应该是浙江磐安 → birthplace=浙江磐安
出生地写错了，应该是浙江磐安 → birthplace=浙江磐安
出生地改成都江堰市 → birthplace=都江堰市
出生地 都江堰 → birthplace=都江堰
出生地 这都写错 → ∅
出生地改一下 → ask birthplace
手机换了 → ask phone
我的手机号码变了哦 → ask phone
来航时间不对 → ask arrived_on
职成改成教授 → 6 true 教授
職務改成系主任 → post=系主任
手機換成13900002222了 → phone=13900002222
政治面貌填黨員 → politics=中国共产党党员
首机号改成13900002222 → phone=13900002222
一三九零零零零二二二二 是我的新手机号 → phone=13900002222
手机幺三九零零零零二二二二 → phone=13900002222
二零一五年七月来杭 → arrived_on=2015-07-01
我是2015年7月来杭州的 → arrived_on=2015-07-01
来杭州时间是二〇一五年七月一日 → arrived_on=2015-07-01
13900002222是我的新手机号 → phone=13900002222
新手机号13900002222 → phone=13900002222
13900002222 → phone=13900002222
+86 139 0000 2222 → phone=13900002222
我老婆的手机是13900002222 → ∅
紧急联系人 13900002222 → ∅
给我打电话 13900002222 → ∅
13900002222 打不通 → ∅
手机不是13900001111是13900002222 → phone=13900002222
手机13900001111是错的 → ask phone
手机号从13900001111换成13900002222 → phone=13900002222
手机13900001111改成13900002222 → phone=13900002222
手机 13900001111 不用了 换成 13900002222 → phone=13900002222
手机改成13900002222职务改成副院长 → phone=13900002222; post=副院长
毕业学校改成浙江大学 手机换成13900002222 → phone=13900002222; school=浙江大学
学历硕士研究生 学位硕士 → degree=硕士; education=硕士研究生
学历改成硕士，学位也改成硕士 → degree=硕士; education=硕士研究生
政治面貌错了 我是群众 → politics=群众
我是党员不是团员 → politics=中国共产党党员
应该是党员 → politics=中国共产党党员
我爸是党员 → ∅
党员发展材料交了 → ∅
政治面貌现在已经是预备党员了 → politics=中国共产党预备党员
民族改成回族 → nation=回族
回族 → nation=回族
民族那栏写错了 应该是满族 → nation=满族
在职状态改成退休 → employment=退休
单位换成浙江工业大学了 你们赶紧改一下 → unit=浙江工业大学
工作单位变了 → ask unit
单位改一下，浙江工业大学 → unit=浙江工业大学
单位类别选事业单位 → unit_type=事业单位
单位性质是事业单位 → unit_type=事业单位
职务从讲师改成副教授 → post=副教授
职务不是讲师是副教授 → post=副教授
职务是副院长不是院长 → post=副院长
职务改成无 → post=无
职务没有 → ∅
职务写成讲师了，应该是副教授 → post=副教授
职务 副院长 兼 系主任 → post=副院长 兼 系主任
职务 系主任 单位工会主席 → post=系主任 单位工会主席
职务改成副院长，麻烦了 → post=副院长
职务变了，副院长 → post=副院长
帮我把从事专业改成计算机科学 → profession=计算机科学
专业改成计算机 → ∅
所学专业（学历）填统计学 → education_major=统计学
学位专业是应用数学 → degree_major=应用数学
授予单位改成浙江大学 → degree_school=浙江大学
毕业时间是2013年6月30日 → graduated_on=2013-06-30
学位授予时间 2013.6.30 → degree_on=2013-06-30
毕业时间 2013年6月，授予时间 2013年7月 → degree_on=2013-07-01; graduated_on=2013-06-01
来杭时间2015年 → arrived_on=?month
来杭时间是去年9月 → arrived_on=2025-09-01
来杭 15.7.1 → arrived_on=2015-07-01
来杭时间写的2018年，应该是2015年9月 → arrived_on=2015-09-01
能不能把手机改成13900002222吗 → phone=13900002222
可以帮我把手机换成13900002222吗？ → phone=13900002222
请把手机改成13900002222，可以吗？ → phone=13900002222
手机是13900002222，对吗？ → ∅
手机 13900002222？ → ∅
职务可以填副教授吗 → ∅
手机 139 → phone=?phone
学历 研究生 → education=?option
学历 博 → education=?option
民族 火星 → nation=?option
手机上能办吗 → ∅
我用手机拍的照片 → ∅
学历证书已经上传了 → ∅
职称证书传哪里 → ∅
学位证书 硕士 → ∅
手机 不对 → ask phone
手机13900002222，职称副教授，合同续签了 → phone=13900002222; 6 true 副教授; 3 true
合同没变化，职称变了 → 3 false; 6 true
我职称去年评上教授了 → 6 true 教授
职称没变化 → 6 false
职称 → ∅
手机 → ∅
我在职 → ∅
我还在职呢 → ∅
今天天气不错 → ∅
收集 13900002222 → ∅
职务是学院给的 → ∅
单位盖章 → ∅
单位盖好章了 → ∅
学校是什么单位 → ∅
手机号码就写13900002222就行 → phone=13900002222
电话：１３９００００２２２２ → phone=13900002222
手机 139-0000-2222。 → phone=13900002222
气死了 手机改成13900002222！ → phone=13900002222
手机、学历变了，能直接改吗 → ∅
手机改成13900002222，来杭时间怎么填？ → phone=13900002222
手机⏎13900002222 → phone=13900002222
性别 女 → sex=女
性别写错了 我是女的 → sex=女
学位 博士 → degree=博士
博士 → ∅
最高学位改成博士了 → degree=博士
毕业学校清华大学 → ∅
毕业学校：清华 → school=清华
申报条件 省自然科学奖（一等），前3名 → condition=省自然科学奖（一等），前3名
职务填系主任，党员，手机 13900002222 → phone=13900002222; politics=中国共产党党员; post=系主任
change my mobile to 13900002222 please → phone=13900002222
position: Associate Dean → post=Associate Dean
my school is wrong, should be Zhejiang University → school=Zhejiang University
I am a lecturer → 6 true 讲师
why is my phone wrong → ∅
what should I write for mobile → ∅
别把手机改成13900002222 → ∅
不要改手机号 13900002222 → ∅
先别改手机 → ∅
政治面貌没变还是党员 → ∅
手机没换，还是13900001111 → ∅
单位没变，手机变了 13900002222 → phone=13900002222
我职称是讲师没变 → 6 false
职称是讲师吗 → ∅
职称还是讲师 → ∅
职称不是讲师了，是副教授 → 6 true 副教授
职务写没有 → post=无
职务填了没有 → ∅
单位改名了 现在叫示例大学 → unit=示例大学
姓名写错了，应该是陈二帆 → name=陈二帆
证件号码改成330199199006051023 → id_number=330199199006051023
政治面貌应该是無黨派 → politics=无党派民主人士
一五年七月来的杭州 → arrived_on=2015-07-01
我换号码了 13900002222 → phone=13900002222
微信 13900002222 → ∅
手机13900002222或者13900003333 → ask phone
手机换成13900002222还有职务换成副院长 → phone=13900002222; post=副院长
我是教授的学生 → ∅
职务由讲师变更为副教授 → post=副教授
工作单位由示例师范大学变更为示例大学 → unit=示例大学
职位改成系主任 → post=系主任
手机换了登录不了 → ∅
手机收不到验证码 → ∅
出生地是空的 → ∅
单位不给盖章 → ∅
来杭工作满五年了 → ∅
我不是党员 → ∅
我不是党员是群众 → politics=群众
政治面貌不是党员 → ask politics
入党时间2015年7月 → ∅
政治面貌 无 → politics=群众
手机13900002222 职称副教授 来杭2015年7月 政治面貌群众 → arrived_on=2015-07-01; phone=13900002222; politics=群众; 6 true 副教授
我要把手机改成 13900002222 ，旧号 13900001111 停机了 → phone=13900002222
change position to dean → post=dean
王教授说我要改 → ∅
毕业时间写错了是2013年6月不是7月 → graduated_on=2013-06-01
其他都对 职务改成副院长 → post=副院长
除了手机都对 → ∅
手机后四位改成2222 → ∅
学院电话是0571-28860001 手机 13900002222 → phone=13900002222
`

const nothing = `
来杭时间怎么填？
手机号要写哪个
职务必须填吗
工作单位那一栏怎么填，选哪个
手机、职务、学历变了，能直接改吗
评上新职称了怎么办
这个系统真烂 老是填错
杭州师范学院?哪年的老黄历了 这都不改
错了 应该是浙江磐安
党员
副教授
上报了没有
单位列表里搜不到学校
盖单位公章还是学院公章
学历、学位证书还要再传吗
我手机丢了登录不了系统怎么办
我的职称证书还没发下来
合同在哪里交
换了工作单位，从学校到医院
单位那里默认是我前东家，改成大学时候搜不着
工作单位写学院还是写学校
单位类别这格只给企业类的选项，没有事业的
填单位类型时，科研院所和事业单位两个都有，哪个对
行政职务写讲师行吗
出生地写到市还是县
上次的照片太丑了想换一张
照片上传不了
单位名称变了可以直接改掉吧
民族填错了可以改伐
去年评上教授了，可以直接在备案的时候改成更高一档吗
身份证号变成科学计数了
登录时要求补充实名信息，是正常的还是诈骗
which stamp, school or university
how do I become an E category talent
my employer is not in the dropdown, what to choose
Employer must submit it says, but did HR receive it?
my name is too long for the real-name form
my ID number is different from the one in the original application
school holidays for children
别把手机改成13900002222
`

// TestExpectationEnds: a field that was asked for takes what fits it, and only the next sentence.
func TestExpectationEnds(t *testing.T) {
	for _, c := range []struct{ ask, say, want string }{
		{"改手机", "今天天气不错", ""},
		{"改手机", "老师您好 我想问下公示", ""},
		{"改手机", "139", "您发的是 3 位"},
		{"改手机", "就是 13900002222 谢谢", "139∗∗∗∗2222"},
		{"改出生地", "这个系统真烂 老是填错", ""},
		{"改出生地", "错了 应该是浙江磐安", "浙江磐安"},
		{"改出生地", "宁波", "宁波"},
		{"改出生地", "出生地怎么填", ""},
		{"改职务", "今天天气不错", ""},
		{"改职务", "应该是副院长吧", "副院长"},
		{"改政治面貌", "群众了", "群众"},
		{"改政治面貌", "我没说要改", ""},
		{"改毕业时间", "一二年六月三十日", "2012-06-30"},
		{"改毕业学校", "我毕业证找不到了", ""},
		{"改毕业学校", "浙江大学", "浙江大学"},
		{"改最高学历", "研究生", "是哪一个"},
		{"改最高学历", "气死我了", ""},
	} {
		k := newTalk(t).at(workflow.StepConfirm)
		before := k.filing().Seq
		k.Says(c.ask)
		got := k.Says(c.say)
		if c.want != "" && !strings.Contains(got, c.want) {
			t.Errorf("%s, %s: no %q in %s", c.ask, c.say, c.want, got)
		}
		if c.want == "" && (k.filing().Seq != before || len(k.waiting()) > 0) {
			t.Errorf("%s, %s: taken, or %v still waits: %s", c.ask, c.say, k.waiting(), got)
		}
	}
}

// TestKindTellsTheField where the form is checked, and nowhere else.
func TestKindTellsTheField(t *testing.T) {
	k := newTalk(t).at(workflow.StepConfirm)
	k.hears("群众!", "政治面貌", "群众")
	k.hears("副教授", "行政职务 讲师 → 副教授；职称有变化")
	k.hears("咋还是讲师呢 我都四十三了 党员!还有职称 去年评的教授", "中国共产党党员", "职称有变化", "教授")
	k.hears("职称有变化，正高", "要交职称证书")
	k.hears("我电话换了", "新的是什么")
	k.hears("13900002222", "139∗∗∗∗2222")
	k.hears("合同续签了，职称没变化", "合同有变化", "职称没有变化")
	k.at(workflow.StepPaper)
	k.hears("党员", "我没有看懂")
}

// TestOfficialWordsAlone: the words that the official system shows are its status while one is awaited.
func TestOfficialWordsAlone(t *testing.T) {
	for said, want := range map[string]string{
		"审核中": "审核中", "还是受理中呢": "受理中", "我看了 状态显示请联系所属企业进行提交": "请联系所属企业进行提交", "系统里变成退回补正了": "退回补正",
	} {
		k := newTalk(t).at(workflow.StepOfficial)
		k.hears(said, "")
		if o := k.filing().Official; len(o) == 0 || o[len(o)-1].Text != want {
			t.Errorf("%s: %+v", said, o)
		}
	}
	k := newTalk(t).at(workflow.StepOfficial)
	for _, said := range []string{"上报了没有", "审核中是什么意思", "审核中？", "审核", "还没审核通过吗", "为什么还是审核中"} {
		n := k.filing().Seq
		if k.Says(said); k.filing().Seq != n {
			t.Errorf("%s is stored", said)
		}
	}
	newTalk(t).at(workflow.StepConfirm).hears("审核中", "我没有看懂")
}

// TestDateOfCertificate in the words around it.
func TestDateOfCertificate(t *testing.T) {
	for _, said := range []string{"新证书 2026-12-20", "发证日期是12月20号", "证书上的日期是2026年12月20日", "12月20号发的"} {
		k := newTalk(t).at(workflow.StepOfficial)
		k.hears("审核通过", "新证书上的发证日期")
		k.On(calendar.NewDate(2026, 12, 21))
		k.hears(said, "新证书 2026-12-20 至 2028-12-20")
	}
}
