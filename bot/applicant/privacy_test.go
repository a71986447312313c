package applicant

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"

	"example.org/beian/bot/dingtalk"
	"example.org/beian/bot/turn"
	"example.org/beian/bot/turn/turntest"
	"example.org/beian/workflow"
)

// unzip returns the files of an archive.
func unzip(t *testing.T, data []byte) map[string]string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		out[f.Name] = string(content)
	}
	return out
}

func TestSeen(t *testing.T) {
	k := newTalk(t)
	k.hears("谁看过我的信息", "还没有别人看到过") // before anything is agreed to
	ctx := context.Background()
	err := k.Shown(ctx, k.person, []string{turntest.Handler}, workflow.ShownMaterials, k.Now())
	if err != nil {
		t.Fatal(err)
	}
	k.hears("谁看过", "11-23 10:00 何清越 查看了材料")
}

// TestExport: JSON for machines, and the form as it is printed now.
func TestExport(t *testing.T) {
	k := newTalk(t)
	k.hears("导出我的数据", "打包后发到这里")
	if jobs := k.Jobs(); len(jobs) != 1 || jobs[0] != (workflow.Export{Person: k.person}) {
		t.Fatalf("%+v", jobs)
	}
	export := func() map[string]string {
		t.Helper()
		if err := k.room.Export(t.Context(), workflow.Export{Person: k.person}); err != nil {
			t.Fatal(err)
		}
		s := k.Chat.Sent()
		if len(s) != 1 || s[0].File != "我的数据.zip" || !slices.Equal(s[0].To, []string{k.person}) {
			t.Fatalf("%+v", s)
		}
		return unzip(t, s[0].Data)
	}
	if got := export(); len(got) != 1 || !strings.Contains(got["data.json"], "330199198503121016") {
		t.Errorf("%v", got)
	}
	k.at(workflow.StepPaper)
	k.Chat.Sent()
	got := export()
	if !strings.Contains(got["form.pdf"], k.filing().ID) {
		t.Errorf("the form is %q", got["form.pdf"])
	}
	for _, want := range []string{`"events": [`, `"action": "save_info"`, `"id": "` + k.filing().ID + `"`} {
		if !strings.Contains(got["data.json"], want) {
			t.Errorf("no %s in %s", want, got["data.json"])
		}
	}
	k.Chat.Fail("Upload", errors.New("down"))
	if err := k.room.Export(t.Context(), workflow.Export{Person: k.person}); err == nil {
		t.Error("a copy that was not sent is no error")
	}
}

// TestWithdraw: the filing ends, and everything is erased (T23).
func TestWithdraw(t *testing.T) {
	k := newTalk(t)
	k.hears("撤回同意", "现在没有您的同意在生效")
	k.hears("确认撤回同意", "现在没有您的同意在生效")
	k.at(workflow.StepMaterial)
	k.files["f"] = []byte("form")
	k.acts(func(t *turn.Turn) error {
		t.Out.File = &workflow.StoredFile{ID: "f", Person: k.person, Filing: t.Filing.ID}
		return nil
	})
	k.hears("撤回同意", "不能恢复", "[确认撤回同意]")
	if f := k.filing(); f.State == workflow.Closed {
		t.Error("nothing was confirmed")
	}
	k.Jobs()
	k.hears("确认撤回同意", "已撤回同意")
	job := workflow.Erase{Person: k.person}
	if !slices.Contains(k.Jobs(), workflow.Effect(job)) || k.filing().State != workflow.Closed {
		t.Errorf("in %s", k.filing().State)
	}
	if err := k.room.Erase(t.Context(), job); err != nil {
		t.Fatal(err)
	}
	if k.filing() != nil || len(k.files) != 0 {
		t.Errorf("left: %+v, %v", k.filing(), slices.Collect(maps.Keys(k.files)))
	}
	k.hears("进度", "[同意并开始]")
	k.hears("同意并开始", "③ 核对信息 (3/6)")
	k = newTalk(t).at(workflow.StepOfficial)
	k.hears("撤回同意", "已经上报的备案不受影响")
}

// TestBundle: what is there is sent under its number in the official system, in archives that DingTalk takes.
func TestBundle(t *testing.T) {
	k := newTalk(t).at(workflow.StepPaper)
	k.hears("打包材料", "还没有收到材料")
	k.at(workflow.StepMaterial)
	k.hears("合同有变化", "要交聘用合同")
	k.Jobs()
	k.hears("打包材料", "马上发到这里", "参保证明、聘用合同还没有或要换新的，不在里面")
	job := workflow.Bundle{Person: k.person}
	if jobs := k.Jobs(); len(jobs) != 1 || jobs[0] != job {
		t.Fatalf("%+v", jobs)
	}
	for slot, id := range map[workflow.Slot]string{workflow.SlotInsurance: "g", workflow.SlotContract: "h"} {
		k.Does(k.person, workflow.Command{
			Action: workflow.Upload, Slot: slot, File: &workflow.File{ID: id, Pages: 1, Checked: true},
		})
	}
	k.files["f"], k.files["g"], k.files["h"] = []byte("%PDF-1.7"), []byte("\x89PNG"), []byte("\xff\xd8\xff")
	k.Chat.Sent()
	if err := k.room.Bundle(t.Context(), job, false); err != nil {
		t.Fatal(err)
	}
	s := k.Chat.Sent()
	if len(s) != 1 || s[0].File != "佐证材料.zip" {
		t.Fatalf("%+v", s)
	}
	names := slices.Sorted(maps.Keys(unzip(t, s[0].Data)))
	if want := []string{"1-备案申请表.pdf", "2-参保证明.png", "3-聘用合同.jpg"}; !slices.Equal(names, want) {
		t.Errorf("%v", names)
	}

	k.files["g"], k.files["h"] = make([]byte, mostBundle-10), make([]byte, dingtalk.MaxFile/2)
	if err := k.room.Bundle(t.Context(), job, false); err != nil {
		t.Fatal(err)
	}
	s = k.Chat.Sent()
	if len(s) != 2 || s[0].File != "佐证材料-1.zip" || s[1].File != "佐证材料-2.zip" || len(unzip(t, s[0].Data)) != 2 {
		t.Errorf("%d archives", len(s))
	}
	for _, a := range s {
		if len(a.Data) > dingtalk.MaxFile {
			t.Errorf("%s has %d bytes", a.File, len(a.Data))
		}
	}

	k.Says("手机 13900002222")
	k.hears("确定，出新版", "第 1 版申请表作废")
	k.Chat.Sent()
	k.files["g"] = []byte("%PDF-1.7")
	if err := k.room.Bundle(t.Context(), job, false); err != nil {
		t.Fatal(err)
	}
	if s = k.Chat.Sent(); len(s) != 1 || len(unzip(t, s[0].Data)) != 2 {
		t.Errorf("the void form is sent: %+v", s)
	}
}

// TestBundleFails: the person hears of it when it fails for the last time, and not before.
func TestBundleFails(t *testing.T) {
	k := newTalk(t).at(workflow.StepMaterial)
	job := workflow.Bundle{Person: k.person}
	k.Chat.Sent()
	if err := k.room.Bundle(t.Context(), job, false); !errors.Is(err, workflow.ErrNotFound) || len(k.Chat.Sent()) != 0 {
		t.Errorf("%v", err)
	}
	if err := k.room.Bundle(t.Context(), job, true); err != nil {
		t.Fatal(err)
	}
	if s := k.Chat.Sent(); len(s) != 1 || !strings.Contains(s[0].Text(), "几次都没有发成功") {
		t.Errorf("%+v", s)
	}
	if err := newTalk(t).room.Bundle(t.Context(), job, true); err != nil { // deleted meanwhile
		t.Error(err)
	}
}
