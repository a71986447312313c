package bot

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/bot/workbook"
	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
	"example.org/beian/workflow/roster"
	"example.org/beian/workflow/typed"
)

// Registry is what HR keeps and looks for.
type Registry interface {
	Find(ctx context.Context, q roster.Lookup, limit int) (found []workflow.Case, all int, err error)
	Listed(ctx context.Context, q roster.Lookup, fn func(workflow.Case) error) error
	Colleges(ctx context.Context) ([]roster.Duty, error)
	Named(ctx context.Context, word string) ([]workflow.Person, error)
	NamedTail(ctx context.Context, name, tail string) ([]string, error)
	ShownAll(ctx context.Context, people []string, viewer, what string, now time.Time) error
	Noted(ctx context.Context, by, what, detail string, now time.Time) error
}

// officeLookups is what a message of HR needs besides the case.
type officeLookups struct {
	query    roster.Lookup
	found    []workflow.Case
	all      int
	declined calendar.Date     // when the only one found said that they do not want to renew
	people   []workflow.Person // named by the message
	hr       []workflow.Person // everybody of HR
	colleges []roster.Duty
	imported roster.Import
	state    roster.ImportState
}

var (
	findCommand    = regexp.MustCompile(`^(?:查找|查询|查|(?i:find\s))\s*(\S.*)$`)
	grantCommand   = regexp.MustCompile(`^(授权|撤权)\s+(\S+)\s+(\S+)(?:\s+(\S+))?$`)
	collegeCommand = regexp.MustCompile(`^新增学院\s+(\S+)$`)
	renameCommand  = regexp.MustCompile(`^改学院\s+(\S+)\s+(\S+)$`)
	importCommand  = regexp.MustCompile(`^(确认导入|不导入|撤销导入)\s*([0-9A-Z]{8})?$`)
	exportCommand  = regexp.MustCompile(`^导出名单\s+(\S.*)$`)
	tailWord       = regexp.MustCompile(`^\d{3}[\dXx]$`)
)

// importWishes are the words about a checked workbook.
var importWishes = map[string]wish{"确认导入": wishImport, "不导入": wishDropImport, "撤销导入": wishUndoImport}

// officeWork reads what only HR may ask for; from others it means nothing.
func (in *intent) officeWork(s string) bool {
	if m := importCommand.FindStringSubmatch(s); m != nil {
		in.wish, in.code = importWishes[m[1]], m[2]
		return true
	}
	if m := grantCommand.FindStringSubmatch(s); m != nil {
		in.wish, in.batch = wishGrant, m[2:]
		if m[1] == "撤权" {
			in.wish = wishRevoke
		}
		return true
	}
	if m := collegeCommand.FindStringSubmatch(s); m != nil {
		in.wish, in.word = wishNewCollege, m[1]
		return true
	}
	if m := renameCommand.FindStringSubmatch(s); m != nil {
		in.wish, in.batch = wishNameCollege, m[1:]
		return true
	}
	if m := exportCommand.FindStringSubmatch(s); m != nil {
		in.wish, in.word = wishExportList, m[1]
		return true
	}
	if m := findCommand.FindStringSubmatch(s); m != nil && !reviewCommand.MatchString(s) { // 查看 names a filing
		in.wish, in.word = wishFind, m[1]
		return true
	}
	return false
}

// officeWishes are those of HR alone.
func officeWish(w wish) bool {
	return slices.Contains([]wish{
		wishTemplate, wishColleges, wishFind, wishGrant, wishRevoke, wishNewCollege, wishNameCollege,
		wishImport, wishDropImport, wishUndoImport, wishExportList,
	}, w)
}

// officeLookups reads what a message asks about. Whether the sender may know it is decided
// in the turn.
func (b *Bot) officeLookups(ctx context.Context, sender string, it intent) (officeLookups, error) {
	var l officeLookups
	hr, err := b.Records.Holders(ctx, workflow.HR)
	if err != nil || !slices.ContainsFunc(hr, func(p workflow.Person) bool { return p.ID == sender }) {
		return l, err // nobody else is worth a search
	}
	switch it.wish {
	case wishFind:
		l.query = b.query(it.word)
		if l.found, l.all, err = b.Registry.Find(ctx, l.query, mostFound); err != nil || l.all != 1 {
			return l, err
		}
		k, _, err := b.Records.Reminded(ctx, l.found[0].Applicant.ID)
		l.declined = k.Attention.Declined
		return l, err
	case wishGrant, wishRevoke:
		if l.people, err = b.Registry.Named(ctx, it.batch[0]); err != nil {
			return l, err
		}
		l.hr = hr
	case wishImport, wishDropImport, wishUndoImport:
		code := it.code
		if code == "" { // typed: the newest one
			if code, err = b.Imports.LastImport(ctx, sender); err != nil {
				return l, err
			}
		}
		l.imported, l.state, err = b.Imports.ImportOf(ctx, code)
		return l, err
	}
	l.colleges, err = b.Registry.Colleges(ctx)
	return l, err
}

// hr answers what only HR may ask for. A handler hears that it is not theirs, whoever they
// asked about; from an applicant such words are words like others.
func (t *visit) hr() (done bool, err error) {
	if !t.Case.Person.Holds(workflow.HR, "") {
		if !officeWish(t.in.wish) {
			return false, nil
		}
		if len(t.Case.Person.Grants) > 0 {
			t.InChinese()
			return true, t.Say("office_not_you", nil)
		}
		t.in.wish = wishUnknown
		return false, nil
	}
	if names := workbookNames(t.Incoming.Files); len(names) > 0 {
		t.InChinese()
		return true, t.receiveWorkbook(names)
	}
	if !officeWish(t.in.wish) {
		return false, nil
	}
	zh := t.Chinese()
	own := t.Text
	t.Text = zh
	switch t.in.wish {
	case wishTemplate:
		return true, t.leaveToOffice("template_comes", workflow.Office{Task: workflow.OfficeTemplate})
	case wishColleges:
		return true, t.collegeList()
	case wishFind:
		if t.office.all == 0 && !strings.ContainsAny(t.Incoming.Text, " \u3000") { // 查一下进度 is no search
			t.Text, t.in.wish = own, wishUnknown
			return false, nil
		}
		return true, t.find()
	case wishGrant, wishRevoke:
		return true, t.grant()
	case wishNewCollege, wishNameCollege:
		return true, t.college()
	case wishImport:
		return true, t.confirmImport()
	case wishDropImport:
		return true, t.leaveToOffice("import_dropped", workflow.Office{Task: workflow.OfficeDrop, Import: t.office.imported.ID})
	case wishUndoImport:
		return true, t.undoImport()
	}
	return true, t.exportList()
}

// leaveToOffice leaves work to a job: key says that it comes; without one the job answers
// the message when it is done.
func (t *visit) leaveToOffice(key string, job workflow.Office) error {
	job.Robot, job.Message, job.Person = t.Incoming.Robot, t.Incoming.ID, t.Case.Person.ID
	if key == "" {
		webhook, err := t.SealWebhook()
		if err != nil {
			return err
		}
		job.Webhook = webhook
	}
	t.Later(job)
	if key == "" {
		return nil
	}
	return t.Say(key, nil)
}

// collegeList shows every college with those who act for it.
func (t *visit) collegeList() error {
	const most = 60
	var lines []string
	for _, d := range t.office.colleges[:min(most, len(t.office.colleges))] {
		var names []string
		for _, p := range d.Handlers {
			name := text.Typed(p.Name).String()
			if slices.ContainsFunc(p.Grants, func(g workflow.Grant) bool {
				return g.Role == workflow.CollegeHandler && g.Deputy && g.College == d.College.ID
			}) {
				name = t.Text.Phrase("deputy_of", name)
			}
			names = append(names, name)
		}
		if len(names) == 0 {
			names = []string{t.Text.Phrase("nobody")}
		}
		lines = append(lines, t.Text.Phrase("college_line", text.Typed(d.College.Name).String(), d.People, strings.Join(names, "、")))
	}
	return t.Say("colleges", text.Data{"Count": len(t.office.colleges), "Lines": lines, "More": max(0, len(t.office.colleges)-most)})
}

// college adds a college or gives one another name.
func (t *visit) college() error {
	named := func(name string) *roster.Duty {
		for i := range t.office.colleges {
			if t.office.colleges[i].College.Name == name {
				return &t.office.colleges[i]
			}
		}
		return nil
	}
	name := t.in.word
	c := workflow.College{}
	d := text.Data{"Old": text.Typed(""), "New": text.Typed(name)}
	if t.in.wish == wishNameCollege {
		old := named(t.in.batch[0])
		name = t.in.batch[1]
		d = text.Data{"Old": text.Typed(t.in.batch[0]), "New": text.Typed(name)}
		if old == nil {
			return t.Say("college_unknown", d)
		}
		c.ID = old.College.ID
	}
	const longest = 40
	switch {
	case named(name) != nil:
		return t.Say("college_there", d)
	case len([]rune(name)) > longest:
		return t.Say("college_long", nil)
	}
	if c.ID == "" {
		id, err := t.NewID()
		if err != nil {
			return err
		}
		c.ID = id
	}
	c.Name = typed.Clean(name)
	t.Out.Roster = &workflow.RosterChange{College: &c}
	return t.Say("college_noted", d)
}

// grant gives or takes a role. Somebody of HR always stays.
func (t *visit) grant() error {
	word, role := t.in.batch[0], t.in.batch[1]
	d := text.Data{"Named": text.Typed(word), "Role": text.Typed(role), "College": text.Typed(t.in.batch[2]), "Many": len(t.office.people)}
	g, ok := workbook.RoleNamed(role)
	switch {
	case !ok:
		return t.Say("grant_role", d)
	case len(t.office.people) != 1:
		return t.Say("grant_whom", d)
	}
	p := t.office.people[0]
	d["Named"], d["ID"] = text.Typed(p.Name), text.Typed(p.ID)
	if g.Role == workflow.CollegeHandler {
		i := slices.IndexFunc(t.office.colleges, func(x roster.Duty) bool { return x.College.Name == t.in.batch[2] })
		if i < 0 {
			return t.Say("grant_college", d)
		}
		g.College = t.office.colleges[i].College.ID
	}
	has := slices.ContainsFunc(p.Grants, func(x workflow.Grant) bool { return x.Role == g.Role && x.College == g.College })
	same := slices.Contains(p.Grants, g)
	if t.in.wish == wishRevoke {
		switch {
		case !has:
			return t.Say("revoke_nothing", d)
		case g.Role == workflow.HR && len(t.office.hr) < 2:
			return t.Say("revoke_last", d)
		}
		t.Out.Roster = &workflow.RosterChange{Person: p.ID, Revoke: &g}
		return t.Say("revoked", d)
	}
	if same {
		return t.Say("grant_same", d)
	}
	t.Out.Roster = &workflow.RosterChange{Person: p.ID, Grant: &g}
	return t.Say("granted", d)
}

// Office does the work of HR that takes longer than a turn. When it fails for the last time,
// the person hears of it.
func (b *Bot) Office(ctx context.Context, job workflow.Office, last bool) error {
	err := b.workForHR(ctx, job)
	if err == nil || !turn.Final(err, last) {
		return err
	}
	b.Log.Error("work for HR given up", "task", job.Task, "err", err)
	return errors.Join(err, b.officeAnswer(context.WithoutCancel(ctx), job, "office_failed", nil))
}

func (b *Bot) workForHR(ctx context.Context, job workflow.Office) error {
	c, err := b.Records.PersonCase(ctx, job.Person)
	if err != nil {
		return err
	}
	if !c.Person.Holds(workflow.HR, "") { // taken away meanwhile
		return nil
	}
	switch job.Task {
	case workflow.OfficeTemplate:
		return b.sendTemplate(ctx, job)
	case workflow.OfficeCheck:
		return b.takeWorkbook(ctx, job, c.Person)
	case workflow.OfficeApply:
		return b.applyImport(ctx, job)
	case workflow.OfficeUndo:
		return b.revertImport(ctx, job)
	case workflow.OfficeExport:
		return b.sendList(ctx, job)
	case workflow.OfficeDrop:
		return b.Imports.DropImport(ctx, job.Import, job.Person)
	}
	return fmt.Errorf("work for HR: unknown task %q", job.Task)
}

// officeAnswer answers the message that asked for the work, or tells the person when that
// one has its answer.
func (b *Bot) officeAnswer(ctx context.Context, job workflow.Office, key string, d text.Data) error {
	if job.Webhook == nil {
		return b.Write(ctx, []string{job.Person}, key, d)
	}
	return b.AnswerLater(ctx, workflow.Inbound{Robot: job.Robot, Message: job.Message, Person: job.Person}, job.Webhook, func(t *turn.Turn) error {
		t.InChinese()
		return t.Say(key, d)
	})
}

// sendWorkbook sends an Excel file to somebody.
func (b *Bot) sendWorkbook(ctx context.Context, person, name string, file []byte) error {
	media, err := b.DingTalk.Upload(ctx, name, file)
	if err != nil {
		return err
	}
	return b.DingTalk.SendFile(ctx, []string{person}, media, name, "xlsx")
}

// sendTemplate sends the empty roster.
func (b *Bot) sendTemplate(ctx context.Context, job workflow.Office) error {
	colleges, err := b.Registry.Colleges(ctx)
	if err != nil {
		return err
	}
	var names, help []string
	for _, d := range colleges {
		names = append(names, d.College.Name)
	}
	for _, lang := range text.Languages {
		line, err := b.In(lang).Line("roster_help", text.Data{"Days": int(roster.UndoImport.Hours() / 24), "Most": workbook.MaxRows})
		if err != nil {
			return err
		}
		help = append(help, strings.Split(line, "\n")...)
		help = append(help, "")
	}
	file, err := workbook.Template(names, help)
	if err != nil {
		return err
	}
	return b.sendWorkbook(ctx, job.Person, "名册模板.xlsx", file)
}
