package hr_test

import (
	"errors"
	"strings"
	"testing"

	"example.org/beian/bot/command"
	"example.org/beian/bot/dingtalk"
	"example.org/beian/bot/turn"
	"example.org/beian/bot/turn/turntest"
	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
)

// TestFind: one message says where somebody is; that it was shown is noted.
func TestFind(t *testing.T) {
	o := newOffice(t)
	o.AddPerson(workflow.Person{ID: "a1", Name: "Anna Beispiel", College: turntest.OtherUnit})
	early := o.Certificate("a1")
	early.RecognisedOn = calendar.NewDate(2026, 1, 10)
	early.Values[workflow.IDNumber] = "33019919900101123X"
	o.AddCertificate(early)
	for _, c := range []struct{ say, want string }{
		{"查 陈一帆", "陈一帆 · 晨星信息学院"},
		{"查陈一帆", "E 类证书，2026-12-10 到期，还剩 17 天"},
		{"查：陈一帆", "还没有开始备案，等本人"},
		{"查找 陈一帆。", "陈一帆 · 晨星信息学院"},
		{"find chenyifan", "陈一帆"},
		{"查 ＣＹＦ", "陈一帆"},
		{"查 p1", "陈一帆"},
		{"查 anna beispiel", "Anna Beispiel · 远山文学院"},
		{"查 123x", "2027-12-10 起可以备案"},
		{"查 何清越", "何清越 · 晨星信息学院 · 学院经办人"},
		{"查 傅明舟", "没有证书  \n  没有要等的"},
		{"查 晨星信息学院", "「晨星信息学院」有 4 位：[何清越·晨星信息学院][沈拾玉·晨星信息学院][赵望舒·晨星信息学院][陈一帆·晨星信息学院]"},
		{"查 未开始", "「未开始」有 3 位"},
		{"查 已上报", "现在没有人在「已上报」"},
		{"查 没有这个人", "没有找到「没有这个人」"},
		{"查 9999", "没有找到「9999」"},
	} {
		want, buttons, _ := strings.Cut(c.want, "[")
		got := o.says(turntest.School, c.say)
		has(t, got, want)
		if buttons != "" {
			has(t, got, "["+buttons)
		}
	}
}

// TestFindIsNoted: who is found, alone or in a list, can see it.
func TestFindIsNoted(t *testing.T) {
	o := newOffice(t)
	for n, say := range []string{"查 没有这个人", "查 陈一帆", "查 未开始"} {
		o.says(turntest.School, say)
		seen, err := o.Accesses(t.Context(), turntest.Applicant, 9)
		if err != nil || len(seen) != n {
			t.Fatalf("%s: %+v, %v", say, seen, err)
		}
		if n > 0 && (seen[0].Viewer != turntest.School || seen[0].What != workflow.ShownSearch) {
			t.Errorf("%s: %+v", say, seen)
		}
	}
}

// TestFindNobody: words glued to 查 that hit nobody are no search; with a space they are.
func TestFindNobody(t *testing.T) {
	o := newOffice(t)
	find := o.Commands()[0]
	for say, meant := range map[string]bool{"查一下进度": false, "查 一下进度": true, "查一下 进度": true} {
		k := o.Talk(turntest.School, o.Commands())
		list, err := command.NewList([]command.Spec{find.Spec})
		if err != nil {
			t.Fatal(err)
		}
		_, args, ok := list.Recognise(command.Hear(say, o.World.Kernel.Today()))
		act, err := find.Prepare(t.Context(), turntest.School, args)
		if err != nil || !ok {
			t.Fatal(err)
		}
		k.Acts(dingtalk.Incoming{Text: say}, args, func(x *turn.Turn, a command.Args) error {
			lang := x.Text
			err := act(x, a)
			if errors.Is(err, turn.ErrNotMeant) == meant || !meant && (x.Reply != nil || x.Text != lang) {
				t.Errorf("%s: %v", say, err)
			}
			if !meant {
				return nil
			}
			return err
		})
	}
}

// TestFindMany: a list of five, and how to narrow it down.
func TestFindMany(t *testing.T) {
	o := newOffice(t)
	for _, id := range []string{"c1", "c2", "c3", "c4", "c5", "c6"} {
		o.AddPerson(workflow.Person{ID: id, Name: "王小" + id, College: turntest.OtherUnit})
	}
	got := o.says(turntest.School, "查 王小")
	has(t, got, "「王小」有 6 位", "5. 王小c5", "还有 1 位")
	has(t, o.says(turntest.School, "查 c6"), "王小c6")
}

// TestFindOthers: who does not belong to HR learns nothing, not even from a search that was prepared.
func TestFindOthers(t *testing.T) {
	o := newOffice(t)
	for _, say := range []string{"查 陈一帆", "查 没有这个人", "查没有", "导出名单", "授权 p1 人事处", "学院", "确认导入"} {
		if got := o.says(turntest.Handler, say); !strings.Contains(got, "这条没有执行") {
			t.Errorf("%s: %s", say, got)
		}
	}
	if seen, err := o.Accesses(t.Context(), turntest.Applicant, 1); err != nil || len(seen) != 0 {
		t.Errorf("%+v, %v", seen, err)
	}
}

// TestWhereabouts: who a filing waits for, at each step.
func TestWhereabouts(t *testing.T) {
	o := newOffice(t)
	find := func(want ...string) {
		t.Helper()
		has(t, o.says(turntest.School, "查 陈一帆"), want...)
	}
	o.Begin(turntest.Applicant)
	find("核对", "等本人")
	o.Does(turntest.Applicant, o.Printed()...)
	find("备齐材料 · 编号 ", "等何清越老师，已等 0 个工作小时，2026-11-23 10:00 起")
	college := workflow.Actor{ID: turntest.Handler, Role: workflow.CollegeHandler}
	school := workflow.Actor{ID: turntest.School, Role: workflow.SchoolHandler}
	f := o.Does(
		turntest.Applicant,
		workflow.Command{Action: workflow.PostNotice, Actor: college, From: o.World.Kernel.Today()},
	)
	has(t, o.says(turntest.School, "查 公示中"), "陈一帆", "等学院签字盖章")
	o.Does(turntest.Applicant, workflow.Command{Action: workflow.ObjectNotice, Actor: college, Text: "单位不符"})
	find("等傅明舟老师")
	o.Does(
		turntest.Applicant,
		workflow.Command{Action: workflow.SettleNotice, Actor: school, Text: "不成立"},
		workflow.Command{
			Action: workflow.Upload,
			Slot:   workflow.SlotForm,
			File:   &workflow.File{ID: "f", Revision: f.Revision},
		},
		workflow.Command{Action: workflow.AutofetchOK},
		workflow.Command{Action: workflow.SaveMaterials},
		workflow.Command{Action: workflow.SetAuto, Yes: true},
	)
	find("公示到 2026-11-30")
	o.On(calendar.NewDate(2026, 12, 1))
	o.Does(
		turntest.Applicant,
		workflow.Command{
			Action: workflow.PassNotice,
			Actor:  workflow.TimerActor(),
		},
		workflow.Command{Action: workflow.HandIn},
	)
	find("等何清越老师，已等 0 个工作小时", "学校预审", "[打开]")
	o.Does(turntest.Applicant, workflow.Command{Action: workflow.Approve, Actor: college})
	o.Does(turntest.Applicant, workflow.Command{Action: workflow.Submit, Actor: school, Attested: true})
	find("等官方审核")
	o.Does(turntest.Applicant, workflow.Command{Action: workflow.Report, Actor: school, Text: "审核中"})
	find("审核中", "等官方审核")
	o.Does(
		turntest.Applicant,
		workflow.Command{
			Action: workflow.ReportApproved,
			Actor:  school,
			From:   calendar.NewDate(2026, 12, 1),
			Text:   "通过",
		},
		workflow.Command{Action: workflow.GenerateCertificate},
		workflow.Command{Action: workflow.ConfirmDownload},
	)
	find("没有要等的")
}

// TestDeclined: who said that they do not want to renew is shown so.
func TestDeclined(t *testing.T) {
	o := newOffice(t)
	declined := workflow.Attention{Declined: o.World.Kernel.Today()}
	k := o.Talk(turntest.Applicant, nil)
	k.Acts(dingtalk.Incoming{}, command.Args{}, func(x *turn.Turn, _ command.Args) error {
		x.Out.Attention = &declined
		return nil
	})
	has(t, o.says(turntest.School, "查 陈一帆"), "11-23", "不备案")
}

// TestExport: the list of certificates, filtered by month and college; everybody on it can see who took it.
func TestExport(t *testing.T) {
	o := newOffice(t)
	o.inReview(turntest.Applicant)
	has(t, o.says(turntest.School, "导出名单"), "名单马上发到这里")
	has(
		t,
		o.got(turntest.School, "证书名单-2026-12-01-2人"),
		"陈一帆|p1|晨星信息学院|E|2024-12-10|2026-12-10|9|学校预审|⑥ 预审与进度 (6/6)|等经办人",
		"赵望舒",
	)
	if n := o.Notes(); len(n) != 1 ||
		n[0] != (turntest.Note{By: turntest.School, What: "export", Detail: "2 people college= until="}) {
		t.Errorf("%+v", n)
	}
	seen, err := o.Accesses(t.Context(), turntest.Colleague, 1)
	if err != nil || len(seen) != 1 || seen[0].What != workflow.ShownList {
		t.Errorf("%+v, %v", seen, err)
	}
	for _, c := range []struct{ say, want string }{
		{"导出名单 2026-12，晨星信息学院", "马上"},
		{"export list 到期 2026-12", "马上"},
		{"导出名单 远山文学院", "没有符合条件的人"},
		{"导出名单 2026-11", "没有符合条件的人"},
		{"导出名单 2026-12-09", "没有符合条件的人"},
		{"导出名单 明年的", "没有看懂「明年的」。可以写：导出名单；导出名单 到期 2026-12"},
	} {
		got := o.says(turntest.School, c.say)
		for _, s := range o.Chat.Sent() {
			got += s.Text() // of a job whose message has its answer
		}
		has(t, got, c.want)
	}
}
