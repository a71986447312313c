package bot

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.org/beian/bot/dingtalk"
	"example.org/beian/workflow"
	"example.org/beian/workflow/paper"
)

// receive leaves the files of a message to a job: fetching and reading them takes
// longer than a turn may.
func (t *turn) receive() error {
	if t.f == nil || !t.f.State.Editable() || t.f.State == workflow.Draft {
		next, err := t.nextLine()
		if err != nil {
			return err
		}
		return t.say("upload_not_now", data{"Where": t.where(), "Hint": next})
	}
	webhook, err := t.Sealer.Encrypt([]byte(t.msg.Webhook), []byte("webhook:"+t.msg.ID))
	if err != nil {
		return fmt.Errorf("encrypt session webhook: %w", err)
	}
	job := workflow.Intake{Robot: t.msg.Robot, Message: t.msg.ID, Person: t.c.Person.ID, Webhook: webhook}
	for _, f := range t.msg.Files {
		job.Files = append(job.Files, workflow.IntakeFile{Code: f.Code, Name: f.Name})
	}
	t.effects = append(t.effects, job)
	return nil
}

// arrival is what was found out about the files of one message before the turn.
type arrival struct {
	refusal string // key of a text, when nothing can be used
	why     string
	marks   []paper.Mark // of all pages that carry one
	pages   int
	hint    string
	name    string
	raw     [][]byte // as they came
	data    []byte   // the file to keep
	media   string
	hash    [sha256.Size]byte
	same    string // id of the same file sent before
	events  []workflow.Event
}

// Intake fetches the files of a message, finds out what they are and answers. When
// it fails for the last time, the person is asked to send the file again.
func (b *Bot) Intake(ctx context.Context, job workflow.Intake, last bool) error {
	a, err := b.inspect(ctx, job)
	var api *dingtalk.Error
	if errors.As(err, &api) {
		_, again := api.RetryAfter()
		last = last || !again
	}
	if err != nil && last {
		var cancel context.CancelFunc // the job's own time may be over
		ctx, cancel = context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer cancel()
		b.Log.Error("file given up", "message", job.Message, "err", err)
		a, err = arrival{refusal: "upload_failed"}, nil
	}
	if err != nil {
		return err
	}
	webhook, err := b.Sealer.Decrypt(job.Webhook, []byte("webhook:"+job.Message))
	if err != nil {
		return fmt.Errorf("decrypt session webhook: %w", err)
	}
	id := ""
	if a.refusal == "" {
		if id, err = b.Files.Put(ctx, a.data); err != nil {
			return err
		}
	}
	in := workflow.Inbound{Robot: job.Robot, Message: job.Message, Person: job.Person}
	kept := false
	receipt, err := b.Turns.Resume(ctx, in, b.Now(), func(c workflow.Case) (workflow.Outcome, error) {
		msg := dingtalk.Incoming{ID: job.Message, Robot: job.Robot, Sender: job.Person, Single: true, Webhook: string(webhook)}
		t := b.newTurn(c, intent{}, msg, nil)
		if err := t.arrived(a, id); err != nil {
			return workflow.Outcome{}, err
		}
		kept = t.file != nil
		return t.outcome()
	})
	if !kept && id != "" { // nobody refers to it: do not leave it behind
		err = errors.Join(err, b.Files.Delete(ctx, id))
	}
	if err != nil {
		return fmt.Errorf("intake of message %s: %w", job.Message, err)
	}
	if receipt.Reply != nil {
		b.sender.send(ctx, workflow.Pending{Robot: job.Robot, Message: job.Message, Person: job.Person, Reply: receipt.Reply})
	}
	return nil
}

// inspect fetches and reads. What the person must be told is in the arrival; an
// error means that trying again may help.
func (b *Bot) inspect(ctx context.Context, job workflow.Intake) (arrival, error) {
	var a arrival
	for _, f := range job.Files {
		raw, err := b.DingTalk.Download(ctx, f.Code)
		switch {
		case errors.Is(err, &dingtalk.Error{Kind: dingtalk.Expired}):
			return arrival{refusal: "upload_lost"}, nil
		case errors.Is(err, dingtalk.ErrTooLarge):
			return arrival{refusal: "upload_broken", why: "超过 20 MB"}, nil
		case err != nil:
			return a, err
		}
		scan, err := b.Papers.Read(ctx, raw)
		if err != nil {
			if refused := unreadable(err); refused.refusal != "" {
				return refused, nil
			}
			return a, fmt.Errorf("read file: %w", err)
		}
		a.add(raw, f.Name, scan)
	}
	if err := a.document(); err != nil {
		return a, err
	}
	return a, b.look(ctx, job.Person, &a)
}

// look finds the same file sent before, and the history that an old paper needs.
func (b *Bot) look(ctx context.Context, person string, a *arrival) error {
	var err error
	if a.same, err = b.Ledger.SameFile(ctx, person, a.hash[:]); err != nil {
		return err
	}
	c, err := b.Records.PersonCase(ctx, person)
	if err != nil || c.Filing == nil || len(a.marks) == 0 || a.marks[0].Revision == c.Filing.Revision {
		return err
	}
	a.events, err = b.Records.Events(ctx, c.Filing.ID)
	return err
}

// unreadable turns what is wrong with a file into a text.
func unreadable(err error) arrival {
	for _, known := range []struct {
		err      error
		key, why string
	}{
		{paper.ErrUnsupported, "upload_type", ""},
		{paper.ErrEncrypted, "upload_broken", "有密码"},
		{paper.ErrDamaged, "upload_broken", "内容不完整"},
		{paper.ErrTooManyPages, "upload_broken", "页数太多"},
		{paper.ErrTooLarge, "upload_broken", "超过 20 MB"},
		{paper.ErrTooManyPixels, "upload_broken", "图片尺寸太大"},
	} {
		if errors.Is(err, known.err) {
			return arrival{refusal: known.key, why: known.why}
		}
	}
	return arrival{}
}

// add takes one file into the arrival.
func (a *arrival) add(raw []byte, name string, s paper.Scan) {
	a.raw, a.media = append(a.raw, raw), s.Type
	if a.name == "" {
		a.name = name
	}
	for _, p := range s.Pages {
		a.pages++
		a.marks = append(a.marks, p.Marks...)
		if h := quality(p); h != "" && a.hint == "" {
			a.hint = fmt.Sprintf("第 %d 页%s", a.pages, h)
		}
	}
}

// document makes one file of what came: several pictures of a message are the pages
// of one document.
func (a *arrival) document() error {
	a.data = a.raw[0]
	if len(a.raw) > 1 {
		joined, err := paper.Join(a.raw)
		if err != nil {
			return fmt.Errorf("join pages: %w", err)
		}
		a.data, a.media = joined, "pdf"
	}
	a.hash = sha256.Sum256(a.data)
	return nil
}

// quality is a hint for a person to look at, never a verdict.
func quality(p paper.ScanPage) string {
	switch {
	case p.Blank:
		return "像是空白"
	case p.Dark:
		return "偏暗"
	case p.Blurred:
		return "偏模糊"
	}
	return ""
}

// arrived decides what becomes of the files.
func (t *turn) arrived(a arrival, id string) error {
	where := t.where()
	switch {
	case a.refusal != "":
		return t.say(a.refusal, data{"Where": where, "Why": a.why})
	case t.f == nil || !t.f.State.Editable() || t.f.State == workflow.Draft:
		return t.withNext("upload_not_now", data{"Hint": ""})
	case len(a.marks) > 0:
		return t.paperArrived(a, id)
	case a.same != "" && t.holds(a.same):
		return t.say("upload_same", data{"Where": where})
	}
	return t.materialArrived(a, id)
}

func (t *turn) holds(file string) bool {
	for _, m := range t.f.Materials {
		if m.File != nil && m.File.ID == file {
			return true
		}
	}
	return false
}

// paperArrived checks every mark against what was printed: the right filing, the
// current revision, all pages. Nothing is guessed.
func (t *turn) paperArrived(a arrival, id string) error {
	d := t.base(t.c, t.f)
	d["Where"], d["Hint"] = t.where(), a.hint
	if a.same != "" && t.holds(a.same) && t.f.Slot(workflow.SlotForm) == workflow.SlotStale && a.marks[0].Revision == t.f.Revision {
		return t.say("upload_again", d) // returned, and sent once more as it was
	}
	first := a.marks[0]
	for _, m := range a.marks {
		if m.Filing != t.f.ID {
			return t.say("upload_foreign", d)
		}
		if m.Kind != workflow.PaperForm {
			return t.say("upload_notice", d)
		}
		first.Revision = min(first.Revision, m.Revision)
	}
	was, ok := *t.f, true
	if first.Revision != t.f.Revision {
		was, ok = workflow.At(a.events, first.Revision)
	}
	for _, m := range a.marks {
		if !ok || t.Papers.Verify(m, t.sheetOf(was)) != nil && m.Revision == first.Revision {
			return t.say("upload_forged", d)
		}
	}
	if first.Revision != t.f.Revision {
		return t.oldPaper(d, was)
	}
	got := pagesOf(a.marks)
	if len(got) < first.Pages {
		d["Got"], d["Pages"] = pageList(got), first.Pages
		return t.say("upload_pages", d)
	}
	d["Pages"] = first.Pages
	f := workflow.File{ID: id, Name: a.name, Pages: a.pages, Revision: first.Revision, Checked: true, Hint: a.hint}
	return t.fill(workflow.SlotForm, f, a, "upload_form", d)
}

func (t *turn) sheetOf(f workflow.Filing) workflow.Sheet {
	return f.Sheet(workflow.PaperForm, t.c.College.Name, t.School)
}

// oldPaper refuses a superseded print and says what has changed since (R-E05).
func (t *turn) oldPaper(d data, was workflow.Filing) error {
	var changes []string
	for _, fd := range workflow.Fields() {
		if fd.Printed && was.Values[fd.Key] != t.f.Values[fd.Key] {
			changes = append(changes, fmt.Sprintf("%s(%s → %s)", t.texts.field(fd), shown(fd, was.Values[fd.Key]), shown(fd, t.f.Values[fd.Key])))
		}
	}
	d["Old"], d["Printed"], d["Changes"] = was.Revision, day(was.PrintedOn), changes
	return t.say("upload_old", d)
}

// pagesOf returns the page numbers found, each once, in order.
func pagesOf(marks []paper.Mark) []int {
	var out []int
	for _, m := range marks {
		if !slices.Contains(out, m.Page) {
			out = append(out, m.Page)
		}
	}
	slices.Sort(out)
	return out
}

func pageList(pages []int) string {
	parts := make([]string, len(pages))
	for i, p := range pages {
		parts[i] = strconv.Itoa(p)
	}
	return strings.Join(parts, "、")
}

// slotWords are what file names call the materials.
var slotWords = [...]struct {
	word string
	slot workflow.Slot
}{
	{"参保", workflow.SlotInsurance},
	{"社保", workflow.SlotInsurance},
	{"合同", workflow.SlotContract},
	{"学历", workflow.SlotEducation},
	{"毕业", workflow.SlotEducation},
	{"学位", workflow.SlotDegree},
	{"职称", workflow.SlotTitle},
	{"资格", workflow.SlotQualification},
	{"执照", workflow.SlotBusiness},
	{"完税", workflow.SlotBusiness},
	{"申请表", workflow.SlotForm},
}

// materialArrived places a file without a mark: by its name, by the one slot that
// is wanted, and otherwise by asking.
func (t *turn) materialArrived(a arrival, id string) error {
	wanted := t.f.Outstanding()
	slot := workflow.Slot(0)
	for _, w := range slotWords {
		if strings.Contains(a.name, w.word) {
			slot = w.slot
			break
		}
	}
	if slot == 0 && len(wanted) == 1 {
		slot = wanted[0]
	}
	if slot == 0 {
		return t.askSlot(a, id, wanted)
	}
	return t.placeFile(slot, workflow.File{ID: id, Name: a.name, Pages: a.pages, Hint: a.hint}, a)
}

// askSlot keeps the file, so that the answer is one tap.
func (t *turn) askSlot(a arrival, id string, wanted []workflow.Slot) error {
	if len(wanted) == 0 { // nothing is missing: one that is there may be replaced
		for _, s := range workflow.Slots() {
			if s.Slot != workflow.SlotForm && t.f.Slot(s.Slot) == workflow.SlotUploaded {
				wanted = append(wanted, s.Slot)
			}
		}
	}
	if len(wanted) == 0 {
		return t.withNext("upload_not_now", data{"Hint": ""})
	}
	var choices []workflow.SlotInfo
	for _, s := range wanted[:min(len(wanted), 5)] {
		choices = append(choices, s.Info())
	}
	t.keep(a, id)
	return t.say("upload_which", data{"Where": t.where(), "Choices": choices, "File": id})
}

func (t *turn) keep(a arrival, id string) {
	t.file = &workflow.StoredFile{ID: id, Person: t.c.Person.ID, Filing: t.f.ID, MediaType: a.media, Pages: a.pages, Size: int64(len(a.data)), SHA256: a.hash[:]}
}

// placeFile puts a file without a mark into a slot. A form whose mark could not be
// read is kept for the handler to check, never taken as verified.
func (t *turn) placeFile(slot workflow.Slot, f workflow.File, a arrival) error {
	d := data{"Slot": int(slot), "Label": t.texts.slot(slot), "Hint": f.Hint}
	if slot == workflow.SlotForm {
		f.Revision = t.f.Revision
		return t.fill(slot, f, a, "upload_form_unread", d)
	}
	return t.fill(slot, f, a, "upload_slot", d)
}

func (t *turn) fill(slot workflow.Slot, f workflow.File, a arrival, key string, d data) error {
	done, err := t.apply(workflow.Command{Action: workflow.Upload, Slot: slot, File: &f})
	if err != nil || !done {
		return err
	}
	t.separate = append(t.separate, workflow.ConsentScans) // what asks for scans says so (PIPL §29)
	if a.data != nil {
		t.keep(a, f.ID)
	}
	if err := t.say(key, d); err != nil {
		return err
	}
	return t.sayNext()
}

// place answers the question which slot a kept file is for.
func (t *turn) place() error {
	if !t.f.State.Editable() || t.f.State == workflow.Draft {
		return t.withNext("upload_not_now", data{"Hint": ""})
	}
	if t.stored.ID == "" {
		return t.say("upload_lost", data{"Where": t.where()})
	}
	if m := t.f.Materials[workflow.SlotForm]; t.in.slot == workflow.SlotForm && t.f.Slot(workflow.SlotForm) == workflow.SlotUploaded && m.File.Checked {
		return t.say("slot_filled", data{"Where": t.where(), "Label": t.texts.slot(workflow.SlotForm)}) // an old button must not spoil a verified form
	}
	return t.placeFile(t.in.slot, workflow.File{ID: t.stored.ID, Pages: t.stored.Pages}, arrival{})
}
