package scan_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"example.org/beian/bot/command"
	"example.org/beian/bot/command/commandtest"
	"example.org/beian/bot/turn/turntest"
	"example.org/beian/workflow"
)

const hour = time.Hour

func TestCommands(t *testing.T) {
	var specs []command.Spec
	for _, c := range newOffice(t).room.Commands() {
		specs = append(specs, c.Spec)
		if c.When == nil || c.When(nil) {
			t.Errorf("%s is offered, though nobody can type it", c.Name)
		}
	}
	commandtest.RoundTrip(t, append(specs, photoSpec()))
}

// asking brings the applicant to where the proof of insurance and a contract are wanted.
func asking(t *testing.T) *office {
	o := newOffice(t)
	o.Begin(who, append(o.Printed(),
		workflow.Command{Action: workflow.Answer, Slot: workflow.SlotContract, Yes: true})...)
	return o
}

// TestName: a file goes where its name says.
func TestName(t *testing.T) {
	for name, slot := range map[string]workflow.Slot{
		"参保证明.pdf": 2, "社保2026.pdf": 2, "劳动合同.pdf": 3, "毕业证书.pdf": 4, "学历.pdf": 4, "学位证.pdf": 5, "职称.pdf": 6,
		"资格证.pdf": 7, "营业执照.pdf": 8, "完税证明.pdf": 8,
	} {
		o := asking(t)
		expect(t, o.send(who, name, "pdf", "page one", "page two dark"), "已放进第 "+slotDigit(slot)+" 项", "第 2 页偏暗")
		o.holds(who, slot, "pdf", "page one", "page two dark")
		if m := o.slot(who, slot); m.File.Name != name || m.File.Photos || len(m.File.Hints) != 1 {
			t.Errorf("%s: %+v", name, m.File)
		}
	}
}

func slotDigit(s workflow.Slot) string { return string(rune('0' + s)) }

// TestAsked: a file without a name is kept, and the person is asked where it belongs.
func TestAsked(t *testing.T) {
	o := asking(t)
	expect(t, o.send(who, "", "jpeg", "page one"), "这是哪一项材料", "[备案申请表][参保证明][聘用合同]")
	place := o.button("参保证明")
	if !strings.HasPrefix(place, "放入 2 ") {
		t.Errorf("%q", place)
	}
	expect(t, o.taps(who, "参保证明"), "已放进第 2 项 参保证明")
	o.holds(who, workflow.SlotInsurance, "jpeg", "page one")
	expect(t, o.says(who, place), "您发过了")
	expect(t, o.send(who, "", "jpeg", "page one"), "您发过了")
}

// TestOnlyOneWanted: when one document is wanted, it is what came.
func TestOnlyOneWanted(t *testing.T) {
	o := asking(t)
	o.send(who, "", form("AAAAAA23")...)
	o.send(who, "社保.pdf", "pdf", "page of insurance")
	expect(t, o.send(who, "", "pdf", "page of a contract"), "已放进第 3 项")
	// Nothing is wanted any more: what is there may be replaced, but not the form.
	expect(t, o.send(who, "", "pdf", "page of something"), "这是哪一项材料", "[参保证明][聘用合同]", "!申请表]")
	expect(t, o.taps(who, "聘用合同"), "已放进第 3 项")
	o.holds(who, workflow.SlotContract, "pdf", "page of something")
}

// TestNextPhotos: photos that follow each other become one document: by themselves when nothing else is
// wanted, and otherwise the person is asked; half an hour later they are something else.
func TestNextPhotos(t *testing.T) {
	o := asking(t)
	o.send(who, "合同.jpg", "jpeg", "page one")
	expect(t, o.send(who, "", "jpeg", "page two dark"), "[接在聘用合同后面][备案申请表][参保证明]")
	expect(t, o.taps(who, "接在聘用合同后面"), "接在第 3 项 聘用合同后面，现在一共 2 页", "第 2 页偏暗")
	o.holds(who, workflow.SlotContract, "pdf", "page one", "page two dark")
	if m := o.slot(who, workflow.SlotContract); m.File.Name != "合同.jpg" || !m.File.Photos {
		t.Errorf("%+v", m.File)
	}
	o.send(who, "", form("AAAAAA23")...)
	expect(t, o.send(who, "", "jpeg", "page three"), "[接在聘用合同后面][参保证明]") // though one is wanted
	o.send(who, "社保.pdf", "pdf", "page of insurance")
	expect(t, o.sendAll(who, []string{"", ""}, "jpeg\npage three", "jpeg\npage four"), "现在一共 4 页", "第 2 页偏暗")
	o.holds(who, workflow.SlotContract, "pdf", "page one", "page two dark", "page three", "page four")
	o.Advance(hour / 2)
	expect(t, o.send(who, "", "jpeg", "page five"), "这是哪一项材料", "!接在")
	o.holds(who, workflow.SlotContract, "pdf", "page one", "page two dark", "page three", "page four")
}

// TestOldButtons: a button does not bring back what was replaced, is somebody else's, or is not there.
func TestOldButtons(t *testing.T) {
	o := asking(t)
	o.send(who, "", "jpeg", "page one")
	place := o.button("聘用合同")
	o.taps(who, "聘用合同")
	id := strings.Fields(place)[2]
	none := strings.Repeat("f", 32)
	o.Begin(turntest.Colleague, o.Printed()...)
	for _, words := range []string{"放入 3 ", "换掉 3 ", "续页 3 ", "续页 1 ", "换页 3 1 ", "表页 1 "} {
		expect(t, o.says(turntest.Colleague, words+id), "已经取不到了")
		expect(t, o.says(who, words+none), "已经取不到了")
	}
	for _, words := range []string{"续页 2 ", "换页 2 1 ", "换页 3 2 ", "换页 3 0 ", "表页 0 "} {
		expect(t, o.says(who, words+id), "已经取不到了")
	}
	o.send(who, "合同.pdf", "pdf", "page of another")
	for _, words := range []string{place, "换掉 3 " + id, "续页 3 " + id, "换页 3 1 " + id} {
		expect(t, o.says(who, words), "已经取不到了")
	}
	o.holds(who, workflow.SlotContract, "pdf", "page of another")
}

// TestGoneMeanwhile: a kept photo that is gone when the job comes, and a document that is.
func TestGoneMeanwhile(t *testing.T) {
	o := asking(t)
	o.send(who, "合同.jpg", "jpeg", "page one")
	o.send(who, "", "jpeg", "page two")
	say := o.button("接在聘用合同后面")
	id := strings.Fields(say)[2]
	o.Talk(who, o.room.Commands()).Says(say)
	jobs := o.intakes()
	kept := o.files.kept[id]
	delete(o.files.kept, id)
	expect(t, o.run(jobs[0]), "已经取不到了")

	o.files.kept[id] = kept
	o.Talk(who, o.room.Commands()).Says("换页 3 1 " + id)
	jobs = o.intakes()
	o.Does(who, workflow.Command{Action: workflow.Remove, Slot: workflow.SlotContract})
	expect(t, o.run(jobs[0]), "已经取不到了")
}

// TestReturnedPage: when a document was returned, a photo may be one of its pages, the doubtful first;
// once all is mended the filing is handed in again.
func TestReturnedPage(t *testing.T) {
	o := newOffice(t)
	o.filed()
	o.returned(workflow.ReturnItem{Slot: workflow.SlotContract, Reason: "not_scan"})
	expect(t, o.send(who, "", "jpeg", "page two"), "聘用合同原来有 3 页", "[第 2 页][第 1 页][第 3 页][整份换掉]")
	if say := o.button("整份换掉"); !strings.HasPrefix(say, "放入 3 ") {
		t.Errorf("%q", say)
	}
	expect(t, o.taps(who, "第 2 页"), "第 3 项 聘用合同的第 2 页已替换", "退回的都改好了，已再次送何清越老师", "!偏暗")
	o.holds(who, workflow.SlotContract, "pdf", "page one", "page two", "page three")
	f := o.Filing(who)
	if m := f.Materials[workflow.SlotContract]; !slices.Equal(m.File.Swapped, []int{2}) || len(m.File.Hints) != 0 {
		t.Errorf("%+v", m.File)
	}
	if f.State != workflow.Prereview {
		t.Errorf("the filing is %s", f.State)
	}
	if !slices.ContainsFunc(o.told, func(e workflow.Effect) bool { return e.Job().Kind == "review_card" }) {
		t.Errorf("nobody is shown the filing: %+v", o.told)
	}
}

// TestNotMended: a question of the handler is answered by the person and not by a document, and a filing
// whose notice has to be posted again waits for that.
func TestNotMended(t *testing.T) {
	o := newOffice(t)
	o.filed()
	scan := workflow.ReturnItem{Slot: workflow.SlotContract, Reason: "not_scan"}
	o.returned(scan, workflow.ReturnItem{Slot: workflow.SlotInsurance, Reason: "question", Text: "是哪个单位交的"})
	o.send(who, "社保.pdf", "pdf", "page of insurance")
	expect(t, o.send(who, "合同.pdf", "pdf", "page of a contract"), "已放进第 3 项", "!已再次送")
	if f := o.Filing(who); f.State != workflow.Saved || len(f.Outstanding()) > 0 || len(f.Review.Returned) > 0 {
		t.Errorf("%s, %v, %v", f.State, f.Outstanding(), f.Review.Returned)
	}

	o = newOffice(t)
	o.filed()
	o.returned(scan, workflow.ReturnItem{Field: workflow.Post, Reason: "field_blank"})
	published := workflow.Values{workflow.Post: "副院长"}
	o.Does(who, workflow.Command{Action: workflow.SaveInfo, Values: published}, workflow.Command{Action: workflow.Print})
	o.send(who, "", "pdf", "form AAAAAA23 2 1/2", "form AAAAAA23 2 2/2")
	expect(t, o.send(who, "合同.pdf", "pdf", "page of a contract"), "已放进第 3 项", "公示", "!已再次送", "!公示还没有")
	if f := o.Filing(who); f.State != workflow.Saved || len(f.Outstanding()) > 0 || len(f.Review.Returned) > 0 {
		t.Errorf("%s, %v, %v", f.State, f.Outstanding(), f.Review.Returned)
	}
}

// TestAccepted: what a handler has accepted is replaced only when the person insists, the form too.
func TestAccepted(t *testing.T) {
	o := newOffice(t)
	o.filed()
	o.returned(workflow.ReturnItem{Slot: workflow.SlotInsurance, Reason: "insurance_missing"})
	scanned := []string{"pdf", "form AAAAAA23 1 1/2 dark", "form AAAAAA23 1 2/2"}
	for slot, c := range map[workflow.Slot]struct {
		name  string
		lines []string
		want  string
	}{
		workflow.SlotContract: {"合同.pdf", []string{"pdf", "page new"}, "已放进第 3 项"},
		workflow.SlotForm:     {"", scanned, "签章由经办人核对"},
	} {
		before := o.slot(who, slot).File.ID
		expect(t, o.send(who, c.name, c.lines...), "老师只退回了 参保证明", "已认可", "[换掉][不换了]")
		if o.slot(who, slot).File.ID != before {
			t.Fatalf("slot %d is replaced", slot)
		}
		say := o.button("换掉")
		expect(t, o.says(who, strings.Replace(say, "换掉", "放入", 1)), "已")
		if o.slot(who, slot).File.ID != before {
			t.Fatalf("slot %d is replaced without insisting", slot)
		}
		expect(t, o.says(who, say), c.want)
		o.holds(who, slot, c.lines...)
	}
}
