package bot

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"time"

	"example.org/beian/bot/dingtalk"
	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/bot/view"
	"example.org/beian/workflow"
	"example.org/beian/workflow/paper"
)

// receive leaves the files of a message to a job: fetching and reading them takes
// longer than a turn may.
func (t *visit) receive() error {
	if (t.Filing == nil || !t.Filing.State.Editable() || t.Filing.State == workflow.Draft) && !handles(t.Case.Person) {
		next, err := t.Brief()
		if err != nil {
			return err
		}
		return t.Say("upload_not_now", text.Data{"Where": t.Where(), "Hint": next})
	}
	job := workflow.Intake{}
	for _, f := range t.Incoming.Files {
		job.Files = append(job.Files, workflow.IntakeFile{Code: f.Code, Name: f.Name})
	}
	return t.queueIntake(job)
}

// queueIntake leaves files to a job, which answers the message.
func (t *visit) queueIntake(job workflow.Intake) error {
	webhook, err := t.SealWebhook()
	if err != nil {
		return err
	}
	job.Robot, job.Message, job.Person, job.Webhook = t.Incoming.Robot, t.Incoming.ID, t.Case.Person.ID, webhook
	t.Later(job)
	return nil
}

// leaf is one page of what came: where it is, and what was read from it.
type leaf struct {
	data []byte // the file that it is in
	page int    // of that file, counted from 1
	scan paper.ScanPage
	as   int // page of the form that the person says it is, when its code cannot be read
}

// number is the page of a form that a leaf is, 0 when that is not known.
func (l leaf) number() int {
	if l.as > 0 {
		return l.as
	}
	if len(l.scan.Marks) > 0 {
		return l.scan.Marks[0].Page
	}
	return 0
}

// arrival is what was found out about the files of one message before the turn.
type arrival struct {
	refusal string // key of a text, when nothing can be used
	why     string // name of a phrase that says more

	name   string
	kind   string // of the files: pdf, jpeg, png
	leaves []leaf
	hash   [sha256.Size]byte
	same   string                // id of the same file sent before
	seq    int                   // of the filing when it was looked at
	events []workflow.Event      // of a filing of which an older paper came
	parts  []workflow.StoredFile // pages of a form that came before, and are among the leaves now
	absent []int                 // pages of the form that are wanted beside those that came before
	extra  []int                 // pages of what came that are not the form
	onto   string                // id of the document that the leaves continue, or have a page of anew
	swap   int                   // page of it that they have anew

	data    []byte          // the document to keep
	media   string          // and its kind
	stacked *stackResult    // what became of forms of other people
	desk    []workflow.Case // of a handler who sends something without a code
}

// scan is what was read from all pages, numbered as they lie in the document.
func (a *arrival) scan() paper.Scan {
	s := paper.Scan{Type: a.kind}
	for i, l := range a.leaves {
		p := l.scan
		p.Number = i + 1
		s.Pages = append(s.Pages, p)
	}
	return s
}

// errMoved says that the filing is not what it was when the files were looked at.
var errMoved = errors.New("the filing has moved on")

// Intake fetches the files of a message, finds out what they are and answers. Files of one
// person are taken in one after the other. When it fails for the last time, the person is
// asked to send the file again.
func (b *Bot) Intake(ctx context.Context, job workflow.Intake, last bool) error {
	err := b.Uploads.Exclusively(ctx, job.Person, func(ctx context.Context) error { return b.intake(ctx, job) })
	if err == nil || !turn.Final(err, last) {
		return err
	}
	b.Log.Error("file given up", "message", job.Message, "err", err)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second) // the job's own time may be over
	defer cancel()
	return b.takeIn(ctx, job, arrival{refusal: "upload_failed"})
}

// intake looks at the files again when the filing has moved on meanwhile.
func (b *Bot) intake(ctx context.Context, job workflow.Intake) error {
	came, refused, err := b.fetch(ctx, job)
	if err != nil {
		return err
	}
	const tries = 3
	for n := 1; ; n++ {
		a := refused
		if a.refusal == "" {
			a = came
			a.leaves = slices.Clone(came.leaves)
			if err := b.consider(ctx, job, &a); err != nil {
				return err
			}
		}
		if err = b.takeIn(ctx, job, a); !errors.Is(err, errMoved) || n == tries {
			return err
		}
	}
}

// takeIn stores the document and lets the turn decide what becomes of it.
func (b *Bot) takeIn(ctx context.Context, job workflow.Intake, a arrival) error {
	id := ""
	if a.refusal == "" && a.stacked == nil {
		var err error
		if id, err = b.Files.Put(ctx, a.data); err != nil {
			return err
		}
	}
	kept := false
	err := b.AnswerLater(ctx, workflow.Inbound{Robot: job.Robot, Message: job.Message, Person: job.Person}, job.Webhook, func(x *turn.Turn) error {
		t := b.visit(x)
		t.onDesk = a.desk
		err := t.arrived(a, id)
		kept = err == nil && t.Out.File != nil
		return err
	})
	if !kept && id != "" { // nobody refers to it: do not leave it behind
		err = errors.Join(err, b.Files.Delete(ctx, id))
	}
	return err
}

// uploadLimits are those of the policy; a handler may send a stack of forms.
func (b *Bot) uploadLimits(p workflow.Person) paper.Limits {
	u := b.Rules().Current.Uploads
	l := paper.Limits{Bytes: u.MaxMB << 20, Pages: u.MaxPages, Pixels: u.MaxMegapixels * 1_000_000}
	if handles(p) {
		l.Pages = max(l.Pages, mostStacked)
	}
	return l
}

// fetch gets and reads the files. What the person must be told is in the refusal; an error
// means that trying again may help.
func (b *Bot) fetch(ctx context.Context, job workflow.Intake) (a, refused arrival, err error) {
	c, err := b.Records.PersonCase(ctx, job.Person)
	if err != nil {
		return a, refused, err
	}
	limits := b.uploadLimits(c.Person)
	if job.Stored != "" {
		return b.fetchKept(ctx, job, limits)
	}
	hash := sha256.New()
	for _, f := range job.Files {
		raw, err := b.DingTalk.Download(ctx, f.Code)
		switch {
		case errors.Is(err, &dingtalk.Error{Kind: dingtalk.Expired}):
			return a, arrival{refusal: "upload_lost"}, nil
		case errors.Is(err, dingtalk.ErrTooLarge):
			return a, arrival{refusal: "upload_broken", why: "why_large"}, nil
		case err != nil:
			return a, refused, err
		}
		if refused, err = b.add(ctx, &a, raw, f.Name, limits); refused.refusal != "" || err != nil {
			return a, refused, err
		}
		hash.Write(raw)
	}
	copy(a.hash[:], hash.Sum(nil))
	return a, refused, nil
}

// fetchKept reads a photo that was kept until the person said what it is.
func (b *Bot) fetchKept(ctx context.Context, job workflow.Intake, limits paper.Limits) (a, refused arrival, err error) {
	raw, err := b.Files.Get(ctx, job.Stored)
	if errors.Is(err, fs.ErrNotExist) {
		return a, arrival{refusal: "upload_lost"}, nil
	}
	if err != nil {
		return a, refused, err
	}
	if err := b.leavesOf(ctx, &a, raw, limits); err != nil {
		return a, refused, fmt.Errorf("read kept photo: %w", err)
	}
	a.hash = sha256.Sum256(raw)
	a.parts = []workflow.StoredFile{{ID: job.Stored}}
	return a, refused, nil
}

// leavesOf reads a file that is kept and adds its pages.
func (b *Bot) leavesOf(ctx context.Context, a *arrival, data []byte, limits paper.Limits) error {
	scan, err := b.Papers.Read(ctx, data, limits)
	if err != nil {
		return err
	}
	a.kind = scan.Type
	for _, p := range scan.Pages {
		a.leaves = append(a.leaves, leaf{data: data, page: p.Number, scan: p})
	}
	return nil
}

// add takes one file into the arrival: first it is looked at by the malware scanner, if
// there is one, then read within bounds.
func (b *Bot) add(ctx context.Context, a *arrival, raw []byte, name string, limits paper.Limits) (refused arrival, err error) {
	if b.Malware != nil {
		found, err := b.Malware.Scan(ctx, raw)
		if err != nil {
			return arrival{}, fmt.Errorf("look for malware: %w", err)
		}
		if found != "" {
			b.Log.Warn("malware refused", "name", found)
			return arrival{refusal: "upload_malware"}, nil
		}
	}
	scan, err := b.Papers.Read(ctx, raw, limits)
	var tidy []byte
	if err == nil {
		tidy, err = b.Papers.Tidy(ctx, raw)
	}
	if err != nil {
		if refused := unreadable(err); refused.refusal != "" {
			return refused, nil
		}
		return arrival{}, fmt.Errorf("read file: %w", err)
	}
	if a.name == "" {
		a.name = name
	}
	a.kind = scan.Type
	for _, p := range scan.Pages {
		a.leaves = append(a.leaves, leaf{data: tidy, page: p.Number, scan: p})
	}
	if len(a.leaves) > limits.Pages {
		return arrival{refusal: "upload_broken", why: "why_pages"}, nil
	}
	return arrival{}, nil
}

// consider brings what came together with what is there: the pages of a form that came
// before, the document that a photo continues, the filings of others.
func (b *Bot) consider(ctx context.Context, job workflow.Intake, a *arrival) error {
	c, err := b.Records.PersonCase(ctx, job.Person)
	if err != nil {
		return err
	}
	if c.Filing != nil {
		a.seq = c.Filing.Seq
	}
	switch {
	case job.Stored != "":
		err = b.said(ctx, c, job, a)
	case handles(c.Person):
		var done bool
		if done, err = b.ofOthers(ctx, job, c, a); !done && err == nil {
			err = b.look(ctx, c, a)
		}
	default:
		err = b.look(ctx, c, a)
	}
	if err != nil || a.refusal != "" || a.stacked != nil {
		return err
	}
	return b.document(ctx, c.Person, a)
}

// said puts a kept photo where the person said: behind what a slot holds, in the place of
// one of its pages, or among the pages of the form.
func (b *Bot) said(ctx context.Context, c workflow.Case, job workflow.Intake, a *arrival) error {
	if c.Filing == nil {
		a.refusal = "upload_lost"
		return nil
	}
	if job.Onto == workflow.SlotForm {
		a.leaves[0].as = job.Swap
		return b.gather(ctx, c.Filing, a)
	}
	m := c.Filing.Materials[job.Onto]
	if m.File == nil || job.Swap > m.File.Pages {
		a.refusal = "upload_lost"
		return nil
	}
	a.swap = job.Swap
	return b.join(ctx, m, a)
}

// ofOthers takes in what a handler sends about other people's filings: a stack of sealed
// forms, or a photo of a notice. done is false when it is for their own filing.
func (b *Bot) ofOthers(ctx context.Context, job workflow.Intake, c workflow.Case, a *arrival) (done bool, err error) {
	own := c.Filing != nil && c.Filing.State.Editable() && c.Filing.State != workflow.Draft
	others := slices.ContainsFunc(a.leaves, func(l leaf) bool {
		return len(l.scan.Marks) > 0 && (c.Filing == nil || l.scan.Marks[0].Filing != c.Filing.ID)
	})
	if others {
		a.stacked, err = b.stack(ctx, job, *a)
		return true, err
	}
	if !own {
		a.desk, err = b.Cases.Desk(ctx, job.Person, b.Today(), view.MostOnDesk)
	}
	return !own, err
}

// look finds the same file sent before, the history that an old paper needs, and the pages
// that came before this one.
func (b *Bot) look(ctx context.Context, c workflow.Case, a *arrival) error {
	var err error
	if a.same, err = b.Uploads.SameFile(ctx, c.Person.ID, a.hash[:]); err != nil || c.Filing == nil {
		return err
	}
	marked, old := false, false
	for _, l := range a.leaves {
		for _, m := range l.scan.Marks {
			marked = true
			old = old || m.Filing == c.Filing.ID && m.Revision != c.Filing.Revision
		}
	}
	switch {
	case old:
		a.events, err = b.Records.Events(ctx, c.Filing.ID)
		return err
	case marked:
		return b.gather(ctx, c.Filing, a)
	}
	if a.absent, err = b.wanted(ctx, c); err != nil || len(a.absent) > 0 {
		return err
	}
	return b.continued(ctx, c.Filing, a)
}

// wanted are the pages of the form that are missing beside those that came alone.
func (b *Bot) wanted(ctx context.Context, c workflow.Case) ([]int, error) {
	parts, err := b.Uploads.Parts(ctx, c.Filing.ID, c.Filing.Revision)
	if err != nil || len(parts) == 0 {
		return nil, err
	}
	var absent []int
	for n := 1; n <= b.Papers.Pages(c.Filing.Sheet(workflow.PaperForm, c.College.Name, b.School)); n++ {
		if !slices.ContainsFunc(parts, func(p workflow.StoredFile) bool { return slices.Contains(p.Parts, n) }) {
			absent = append(absent, n)
		}
	}
	return absent, nil
}

// gather brings pages of a form that were sent one by one together, in the order of their
// numbers. Whether they really are pages of this form is judged in the turn, from their codes.
func (b *Bot) gather(ctx context.Context, f *workflow.Filing, a *arrival) error {
	before, err := b.Uploads.Parts(ctx, f.ID, f.Revision)
	if err != nil {
		return err
	}
	have := map[int]bool{}
	for _, l := range a.leaves {
		have[l.number()] = true
	}
	for _, p := range before {
		a.parts = append(a.parts, p)
		if !slices.ContainsFunc(p.Parts, func(n int) bool { return !have[n] }) {
			continue // what came shows these pages again
		}
		data, err := b.Files.Get(ctx, p.ID)
		if err != nil {
			return err
		}
		var part arrival
		if err := b.leavesOf(ctx, &part, data, paper.Limits{}); err != nil {
			return fmt.Errorf("read page that came before: %w", err)
		}
		for _, l := range part.leaves {
			if n := l.number(); n > 0 && !have[n] {
				have[n] = true
				a.leaves = append(a.leaves, l)
			}
		}
	}
	a.order()
	return nil
}

// order sorts the pages of a form. When all are there, what else came with them is left
// out: it is another document, or nothing.
func (a *arrival) order() {
	whole := 0
	have := map[int]bool{}
	for _, l := range a.leaves {
		if n := l.number(); n > 0 {
			have[n] = true
		}
		if len(l.scan.Marks) > 0 {
			whole = l.scan.Marks[0].Pages
		}
	}
	if whole > 0 && len(have) >= whole {
		var form []leaf
		for i, l := range a.leaves {
			switch {
			case l.number() > 0:
				form = append(form, l)
			case !l.scan.Blank():
				a.extra = append(a.extra, i+1)
			}
		}
		a.leaves = form
	}
	slices.SortStableFunc(a.leaves, func(x, y leaf) int {
		if x.number() == 0 || y.number() == 0 {
			return 0
		}
		return x.number() - y.number()
	})
}

// continued adds a photo to a document of photos that the person has just begun: people
// send the pages of a contract one after the other.
func (b *Bot) continued(ctx context.Context, f *workflow.Filing, a *arrival) error {
	if a.kind == "pdf" || a.same != "" || slotNamed(a.name) != 0 {
		return nil
	}
	slot, m := f.LastPhotos(b.Now().Add(-nextPageWithin))
	if slot == 0 || len(f.Outstanding()) > 0 { // with something else still wanted the person is asked
		return nil
	}
	return b.join(ctx, m, a)
}

// join puts what has come behind the pages that a slot holds, or in the place of one.
func (b *Bot) join(ctx context.Context, m workflow.Material, a *arrival) error {
	data, err := b.Files.Get(ctx, m.File.ID)
	if err != nil {
		return err
	}
	var before, after []leaf
	for n := 1; n <= m.File.Pages; n++ {
		l := leaf{data: data, page: n, scan: paper.ScanPage{Number: n, Hints: hintsOn(m.File, n)}}
		switch {
		case n == a.swap:
		case a.swap > 0 && n > a.swap:
			after = append(after, l)
		default:
			before = append(before, l)
		}
	}
	a.leaves = append(append(before, a.leaves...), after...)
	a.onto = m.File.ID
	return nil
}

// hintsOn are what was noted about a page of a file.
func hintsOn(f *workflow.File, page int) []paper.Hint {
	var out []paper.Hint
	for _, h := range f.Hints {
		if h.Page == page {
			out = append(out, paper.Hint(h.Hint))
		}
	}
	return out
}

// document makes one file of the pages.
func (b *Bot) document(ctx context.Context, p workflow.Person, a *arrival) error {
	limits := b.uploadLimits(p)
	if len(a.leaves) > limits.Pages {
		a.refusal, a.why = "upload_broken", "why_pages"
		return nil
	}
	pieces := pieces(a.leaves)
	a.data, a.media = a.leaves[0].data, a.kind
	if len(pieces) == 1 && len(a.extra) == 0 && slices.IsSorted(pieces[0].Pages) {
		return nil // the file as it came; a blank page may be left in it
	}
	joined, err := b.Papers.Assemble(ctx, pieces)
	if err != nil {
		return fmt.Errorf("join pages: %w", err)
	}
	a.data, a.media = joined, "pdf"
	if len(joined) > limits.Bytes {
		a.refusal, a.why = "upload_broken", "why_large"
	}
	return nil
}

// pieces groups pages that follow each other in a file.
func pieces(leaves []leaf) []paper.Piece {
	var out []paper.Piece
	for _, l := range leaves {
		if n := len(out); n > 0 && &out[n-1].Data[0] == &l.data[0] {
			out[n-1].Pages = append(out[n-1].Pages, l.page)
			continue
		}
		out = append(out, paper.Piece{Data: l.data, Pages: []int{l.page}})
	}
	return out
}

// unreadable turns what is wrong with a file into a text.
func unreadable(err error) arrival {
	for _, known := range []struct {
		err      error
		key, why string
	}{
		{paper.ErrEmpty, "upload_broken", "why_empty"},
		{paper.ErrOffice, "upload_office", ""},
		{paper.ErrHEIC, "upload_heic", ""},
		{paper.ErrUnsupported, "upload_type", ""},
		{paper.ErrEncrypted, "upload_broken", "why_password"},
		{paper.ErrActive, "upload_broken", "why_active"},
		{paper.ErrDamaged, "upload_broken", "why_damaged"},
		{paper.ErrTooManyPages, "upload_broken", "why_pages"},
		{paper.ErrTooLarge, "upload_broken", "why_large"},
		{paper.ErrTooManyPixels, "upload_broken", "why_pixels"},
		{paper.ErrTooSlow, "upload_broken", "why_slow"},
	} {
		if errors.Is(err, known.err) {
			return arrival{refusal: known.key, why: known.why}
		}
	}
	return arrival{}
}

// pageHints are the hints of all pages, for the record.
func pageHints(s paper.Scan) []workflow.PageHint {
	var out []workflow.PageHint
	for _, p := range s.Pages {
		for _, h := range slices.Compact(slices.Clone(p.Hints)) {
			out = append(out, workflow.PageHint{Page: p.Number, Hint: string(h)})
		}
	}
	return out
}
