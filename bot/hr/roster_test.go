package hr_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"example.org/beian/bot/dingtalk"
	"example.org/beian/bot/turn/turntest"
	"example.org/beian/bot/workbook"
	"example.org/beian/workflow"
	"example.org/beian/workflow/roster"
)

// TestTemplate: the empty roster comes with the colleges to choose from and how it is filled in.
func TestTemplate(t *testing.T) {
	o := newOffice(t)
	has(t, o.says(turntest.School, "roster template"), "我先检查，您确认后才写入")
	has(t, o.got(turntest.School, "名册模板"), "userId|姓名|学院", "远山文学院", "30 天内可以「撤销导入」", "can be undone")
}

// TestRosterWorkbook: a roster is checked, confirmed, and taken back.
func TestRosterWorkbook(t *testing.T) {
	o := newOffice(t)
	rows := sheet(t, "userId,姓名,学院,证书编号,认定级别,认定日期,手机,角色",
		"n1,周小舟,远山文学院,HZ-1,D,2024-12-20,13900002001,学院经办人",
		"p1,陈一帆,,,,,13900009999,", "p2,赵望舒,,,,,,",
		"n2,钱未央,没有的学院,HZ-2,D,2024-12-20,,", "n3,孙一笑,,HZ-3,E,2024-12-20,,", "n4,李四,远山文学院,cert-p1,E,2024-12-20,,",
		"n5,王五,远山文学院,,E,2024-12-20,,", "n6,吴六,远山文学院,HZ-6,F,2024-13-20,123,",
	)
	got := o.file(turntest.School, "名册.xlsx", rows)
	has(t, got, "检查完了，还没有写入 共 8 行：新增 1 · 变更 1 · 无变化 1 · 有误 5",
		"第 5 行 学院：没有「没有的学院」", "第 6 行 学院：新来的人要写学院", "第 7 行 证书编号", "第 8 行 证书编号", "还有", "[确认导入][不导入]")
	has(t, o.got(turntest.School, "检查结果-名册.xlsx"), "新增|n1", "变更：手机|p1", "无变化|p2", "有误：学院：没有「没有的学院」")
	if p, err := o.Named(t.Context(), "n1"); err != nil || len(p) != 0 {
		t.Fatalf("written before a yes: %+v, %v", p, err)
	}
	has(t, o.says(secondHR, "确认导入"), "现在没有等您确认的导入")
	has(t, o.says(turntest.School, "确认导入"), "导入完成 新增 1 · 变更 1", "30 天内有效", "[撤销导入]")
	has(t, o.says(turntest.School, "查 周小舟"), "远山文学院 · 学院经办人", "D 类证书，2026-12-20 到期")
	has(t, o.says(turntest.School, "确认导入"), "现在没有等您确认的导入")
	id, err := o.LastImport(t.Context(), turntest.School)
	if err != nil {
		t.Fatal(err)
	}
	has(t, o.says(turntest.School, "确认导入 "+strings.ToLower(id)), "已经完成了")
	has(t, o.says(secondHR, "确认导入 "+id), "不归您确认")
	o.Advance(time.Hour)
	has(t, o.file(turntest.School, "再来.xlsx", rows), "新增 0 · 变更 0 · 无变化 3", "没有可以写入的行")
	o.Begin(turntest.Applicant)
	o.Jobs()
	has(t, o.says(secondHR, "撤销导入 "+id), "已撤销导入 恢复 0 人，去掉新增的 1 人", "没有动：陈一帆")
	has(t, o.says(secondHR, "撤销导入 "+id), "已经撤销过了")
	has(t, o.says(secondHR, "撤销导入 ZZZZZZZZ"), "已经失效")
}

// TestRosterDropped: a workbook that nobody wants, or confirms in time, is forgotten.
func TestRosterDropped(t *testing.T) {
	o := newOffice(t)
	one := sheet(t, "userId,姓名,学院,备注", "n1,周小舟,远山文学院,新来的")
	has(t, o.file(turntest.School, "名册.xlsx", one), "新增 1", "没有用到的列：备注")
	has(t, o.says(turntest.School, "不导入"), "没有写入，表格里的内容已删除")
	has(t, o.says(turntest.School, "确认导入"), "现在没有等您确认的导入")
	has(t, o.says(turntest.School, "撤销导入"), "已经失效")
	o.file(turntest.School, "名册.xlsx", one)
	o.Advance(25 * time.Hour)
	has(t, o.says(turntest.School, "确认导入"), "已经失效")
	has(t, o.file(turntest.School, "名册.xlsx", sheet(t, "userId,姓名", "p1,陈一帆")), "没有变化，不用导入")
}

// TestLateJob: a job that comes when the import is gone says so.
func TestLateJob(t *testing.T) {
	o := newOffice(t)
	for _, task := range []string{workflow.OfficeApply, workflow.OfficeUndo} {
		job := workflow.Office{Task: task, Person: turntest.School, Import: "ZZZZZZZZ"}
		if err := o.Office(t.Context(), job, false); err != nil {
			t.Fatal(err)
		}
		has(t, o.Chat.Sent()[0].Text(), "这次导入已经失效")
	}
}

// TestWorkbookRefused: what is wrong with a file as a whole is said, with what to do.
func TestWorkbookRefused(t *testing.T) {
	o := newOffice(t)
	roster := sheet(t, "userId,姓名", "p1,陈一帆")
	for _, c := range []struct {
		name string
		data []byte
		want string
	}{
		{"名册.xls", roster, "另存为 .xlsx(不带密码)"},
		{"名册.csv", roster, "另存为 .xlsx(不带密码)"},
		{"名册.xlsx", []byte("nothing"), "这个文件打不开"},
		{"名册.XLSX", sheet(t, "工号,名字", "p1,陈一帆"), "第一行的列名对不上"},
		{"名册.xlsx", sheet(t, "userId,姓名"), "列名下面没有内容"},
		{"说明.pdf", roster, "请和我单独聊"},
	} {
		if got := o.file(turntest.School, c.name, c.data); !strings.Contains(got, c.want) {
			t.Errorf("%s: %s", c.name, got)
		}
	}
	files := []dingtalk.Attachment{{Code: "a", Name: "a.xlsx"}, {Code: "b", Name: "b.xlsx"}}
	has(t, o.sends(turntest.School, dingtalk.Incoming{Files: files}), "一次只能收一个表格")
	has(t, o.file(turntest.Handler, "名册.xlsx", roster), "请和我单独聊") // for another room
	for want, err := range map[string]error{
		"文件取不到了": &dingtalk.Error{Kind: dingtalk.Expired}, "这个表格太大了：最多": dingtalk.ErrTooLarge,
	} {
		o.Chat.Fail("Download", err)
		has(t, o.file(turntest.School, "名册.xlsx", roster), want)
	}
	o.Chat.Fail("Download", nil)
	o.virus = "Eicar"
	has(t, o.file(turntest.School, "名册.xlsx", roster), "查到了病毒")
}

// TestOfficeGivenUp: who asked hears of it when the work fails for the last time, and of nothing before.
func TestOfficeGivenUp(t *testing.T) {
	o := newOffice(t)
	o.Chat.Fail("SendFile", errors.New("boom"))
	job := workflow.Office{Task: workflow.OfficeTemplate, Person: turntest.School}
	for _, last := range []bool{false, true} {
		if err := o.Office(t.Context(), job, last); err == nil {
			t.Error("a failure is no failure")
		}
		if sent := o.Chat.Sent(); len(sent) > 0 != last {
			t.Errorf("last %v: %+v", last, sent)
		} else if last {
			has(t, sent[0].Text(), "刚才的事没有全部办成")
		}
	}
	o.Chat.Fail("SendFile", nil)
	job.Person = turntest.Handler // does not belong to HR any more
	if err := o.Office(t.Context(), job, true); err != nil || len(o.Chat.Sent()) != 0 {
		t.Errorf("%v", err)
	}
	job.Person, job.Task = turntest.School, "nothing"
	if err := o.Office(t.Context(), job, false); err == nil {
		t.Error("an unknown task is worked")
	}
}

// TestLongRoster: a workbook is kept piece by piece and imported whole; of many that were left alone
// some are named.
func TestLongRoster(t *testing.T) {
	o := newOffice(t)
	rows := []string{"userId,姓名,学院"}
	for i := range 620 {
		rows = append(rows, fmt.Sprintf("n%03d,周舟,远山文学院", i))
	}
	has(t, o.file(turntest.School, "名册.xlsx", sheet(t, rows...)), "新增 620")
	has(t, o.says(turntest.School, "确认导入"), "新增 620")
	for i := range 22 {
		o.AddPerson(workflow.Person{ID: fmt.Sprintf("n%03d", i), Name: "周小舟", College: turntest.OtherUnit})
	}
	has(t, o.says(turntest.School, "撤销导入"), "去掉新增的 598 人", "没有动：周小舟", "2 ")
}

// TestColleges are shown with those who act for them, added and given other names.
func TestColleges(t *testing.T) {
	o := newOffice(t)
	for _, c := range []struct{ say, want string }{
		{"学院列表", "晨星信息学院：4 人，何清越、沈拾玉"},
		{"新增学院 海洋学院", "已新增「海洋学院」。下一步定经办人：授权 userId 学院经办人 海洋学院"},
		{"新增学院 海洋学院", "已经有「海洋学院」了"},
		{"改学院 海洋学院 海洋与环境学院", "「海洋学院」已改名为「海洋与环境学院」"},
		{"改学院 海洋学院 海学院", "没有「海洋学院」"},
		{"改学院 海洋与环境学院 远山文学院", "已经有「远山文学院」了"},
		{"新增学院 " + strings.Repeat("长", 41), "名称最多 40 个字"},
		{"colleges", "海洋与环境学院：0 人，"},
	} {
		has(t, o.says(turntest.School, c.say), c.want)
	}
}

// TestRoles are given and taken; somebody of HR always stays.
func TestRoles(t *testing.T) {
	o := newOffice(t)
	o.AddPerson(workflow.Person{ID: "p9", Name: "陈一帆", College: turntest.OtherUnit})
	for _, c := range []struct{ say, want string }{
		{"授权 p2 学院经办人 晨星信息学院", "已授权：赵望舒，晨星信息学院 学院经办人"},
		{"授权 p2 学院经办人 晨星信息学院", "赵望舒已经是晨星信息学院 学院经办人了"},
		{"授权 p2 学院副手 晨星信息学院", "已授权：赵望舒，晨星信息学院 学院副手"},
		{"授权 p2 学院经办人", "要写明学院"},
		{"授权 p2 园长", "没有「园长」这个角色"},
		{"授权 陈一帆 人事处", "叫「陈一帆」的有 2 位，请写 userId"},
		{"授权 没有 人事处", "名册里没有「没有」"},
		{"撤权 p2 学院经办人 晨星信息学院", "已撤权：赵望舒不再是晨星信息学院 学院经办人"},
		{"撤权 p2 学院经办人 晨星信息学院", "不是晨星信息学院 学院经办人，没有改动"},
		{"撤权 唐以宁 人事处", "已撤权：唐以宁不再是人事处"},
		{"撤权 傅明舟 人事处", "最后一位人事处人员，不能撤"},
	} {
		has(t, o.says(turntest.School, c.say), c.want)
	}
	if p, err := o.Holders(t.Context(), workflow.HR); err != nil || len(p) != 1 || p[0].ID != turntest.School {
		t.Errorf("%+v, %v", p, err)
	}
}

// TestStatusWorkbook: each row is tried by the rules of one status, and one that is refused by the
// time of the yes does not stop the others.
func TestStatusWorkbook(t *testing.T) {
	o := newOffice(t)
	first := o.handedOver(turntest.Applicant)
	o.AddPerson(workflow.Person{ID: "p9", Name: "赵望舒", College: turntest.OtherUnit})
	o.AddCertificate(o.Certificate("p9"))
	got := o.file(secondHR, "状态.xlsx", sheet(t, "userId,姓名,证件后四位,状态,日期",
		",陈一帆,1016,审核中 330199198503121016,", ",赵望舒,1016,审核中,", "p2,,,审核中,", "p1,林知夏,,审核中,",
		"p404,,,审核中,", ",王五,0000,审核中,", "s1,,,审核中,"))
	has(t, got, "共 7 行：可登记 1 · 无变化 0 · 有误 6", "第 3 行 userId", "第 4 行 userId：没有备案", "第 5 行 姓名：名册里没有这个人")
	has(t, o.got(secondHR, "检查结果-状态.xlsx"), "可登记")
	has(t, o.says(secondHR, "确认导入"), "状态已登记 1 份")
	if f := o.Filing(turntest.Applicant); f.Official[0].Text != "审核中 (证件号码)" {
		t.Errorf("%+v", f.Official)
	}
	has(t, o.says(secondHR, "撤销导入"), "官方状态不能整批撤销")
	has(t, o.file(secondHR, "状态.xlsx", sheet(t, "userId,状态", "p1,审核中 (证件号码)")), "无变化 1", "没有变化，不用导入")
	has(t, o.file(turntest.School, "状态.xlsx", sheet(t, "userId,状态,日期", "p1,审核通过,2027-12-05")), "有误 1")
	has(t, o.file(turntest.School, "状态.xlsx", sheet(t, "userId,状态,日期", "p1,审核通过,2023-12-05")), "有误 1")

	passed := sheet(t, "userId,状态,日期", "p1,审核通过,2026-11-30")
	has(t, o.file(turntest.School, "状态.xlsx", passed), "可登记 1")
	has(t, o.says(turntest.School, "确认导入"), "状态已登记 1 份")
	if c, _, err := o.Reminded(t.Context(), turntest.Applicant); err != nil || c.Certificate.ID != "new" {
		t.Errorf("%+v, %v", c, err)
	}
	has(t, o.file(turntest.School, "状态.xlsx", passed), "无变化 1")

	colleague := o.handedOver(turntest.Colleague)
	if first.ID == colleague.ID {
		t.Fatal("one filing")
	}
	has(t, o.file(turntest.School, "状态.xlsx", sheet(t, "userId,状态", "p2,被退回")), "可登记 1")
	o.Does(turntest.Colleague, workflow.Command{Action: workflow.ReportReturned, Text: "退回", Actor: workflow.Actor{
		ID: turntest.School, Role: workflow.SchoolHandler,
	}})
	o.Jobs()
	has(t, o.says(turntest.School, "确认导入"), "状态已登记 0 份", "第 2 行", "赵望舒：")
}

// TestOwnStatus: nobody of HR reports a status of their own filing.
func TestOwnStatus(t *testing.T) {
	o := newOffice(t)
	o.handedOver(turntest.Applicant)
	own := workflow.Person{ID: turntest.Applicant, Name: "陈一帆", College: turntest.College}
	own.Grants = []workflow.Grant{{Role: workflow.HR}}
	o.AddPerson(own)
	o.file(turntest.Applicant, "状态.xlsx", sheet(t, "userId,状态", "p1,审核中"))
	has(t, o.got(turntest.Applicant, "检查结果"), "是您本人的备案")
}

// TestHalfAStatus: of a row that is refused in part, nothing stays.
func TestHalfAStatus(t *testing.T) {
	o := newOffice(t)
	o.handedOver(turntest.Applicant)
	day := o.World.Kernel.Today()
	passed := sheet(t, "userId,状态,日期", "p1,审核通过,"+day.String())
	has(t, o.file(turntest.School, "状态.xlsx", passed), "可登记 1")
	o.On(day.AddDays(-1)) // the certificate would begin tomorrow
	has(t, o.says(turntest.School, "确认导入"), "状态已登记 0 份", "第 2 行 陈一帆：")
	if f := o.Filing(turntest.Applicant); f.State != workflow.Submitted || len(f.Official) != 0 {
		t.Errorf("%s, %+v", f.State, f.Official)
	}
}

// TestStatusesAgain: the job of statuses that were applied before an interruption says so again, and of
// somebody else's nothing happens.
func TestStatusesAgain(t *testing.T) {
	o := newOffice(t)
	o.handedOver(turntest.Applicant)
	o.file(turntest.School, "状态.xlsx", sheet(t, "userId,状态", "p1,审核中"))
	id, err := o.LastImport(t.Context(), turntest.School)
	if err != nil {
		t.Fatal(err)
	}
	o.Chat.Sent()
	for _, c := range []struct{ by, want string }{{secondHR, "已经失效"}, {turntest.School, "1 份"}, {turntest.School, "1 份"}} {
		job := workflow.Office{Task: workflow.OfficeApply, Person: c.by, Import: id}
		if err := o.Office(t.Context(), job, false); err != nil {
			t.Fatal(err)
		}
		has(t, o.Chat.Sent()[0].Text(), c.want)
	}
	if f := o.Filing(turntest.Applicant); len(f.Official) != 1 {
		t.Errorf("%+v", f.Official)
	}
}

// TestManyStatuses: of a workbook with too many, the first are taken.
func TestManyStatuses(t *testing.T) {
	o := newOffice(t)
	rows := []string{"userId,状态"}
	for i := range 1002 {
		rows = append(rows, fmt.Sprintf("n%d,审核中", i))
	}
	has(t, o.file(turntest.School, "状态.xlsx", sheet(t, rows...)), "共 1002 行：可登记 0")
	has(t, o.got(turntest.School, "检查结果"), "1000")
}

// TestImportRows: what waits for a yes is what the check has found, not what was sent.
func TestImportRows(t *testing.T) {
	o := newOffice(t)
	o.file(turntest.School, "名册.xlsx", sheet(t, "userId,姓名,手机", "p1,陈一帆,13900009999"))
	id, err := o.LastImport(t.Context(), turntest.School)
	if err != nil || len(id) != 8 {
		t.Fatal(id, err)
	}
	m, state, err := o.ImportOf(t.Context(), id)
	if err != nil || m.By != turntest.School || m.Kind != roster.ImportPeople || state != roster.ImportChecked {
		t.Errorf("%+v, %s, %v", m, state, err)
	}
	if workbook.MaxRows < 1000 {
		t.Error("too few rows for a school")
	}
}
