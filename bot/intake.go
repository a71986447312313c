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
	"example.org/beian/workflow"
	"example.org/beian/workflow/paper"
)

// receive leaves the files of a message to a job: fetching and reading them takes
// longer than a turn may.
func (t *turn) receive() error {
	if (t.f == nil || !t.f.State.Editable() || t.f.State == workflow.Draft) && !handles(t.c.Person) {
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
	why     string // name of a phrase that says more
	scan    paper.Scan
	pieces  []paper.Piece // as they came, tidied
	name    string
	data    []byte // the document to keep
	media   string
	hash    [sha256.Size]byte
	same    string // id of the same file sent before
	events  []workflow.Event
	parts   []workflow.StoredFile // pages of a form that came before, and are in data now
	onto    string                // id of the photo document that data continues
	swap    int                   // page of it that data has anew
	pages   int                   // of data, when not those of the scan
	origin  []origin              // of each page of the scan
	stacked *stackResult          // what became of forms of other people
	desk    []workflow.Case       // of a handler who sends something without a code
}

// origin is where a page of the scan comes from: which piece, and which page of it.
type origin struct{ piece, page int }

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
	if a.refusal == "" && a.stacked == nil {
		if id, err = b.Files.Put(ctx, a.data); err != nil {
			return err
		}
	}
	in := workflow.Inbound{Robot: job.Robot, Message: job.Message, Person: job.Person}
	kept := false
	receipt, err := b.Turns.Resume(ctx, in, b.Now(), func(c workflow.Case) (workflow.Outcome, error) {
		msg := dingtalk.Incoming{ID: job.Message, Robot: job.Robot, Sender: job.Person, Single: true, Webhook: string(webhook)}
		t := b.newTurn(c, intent{}, msg)
		t.onDesk = a.desk
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
	u := b.Rules().Current.Uploads
	limits := paper.Limits{Bytes: u.MaxMB << 20, Pages: u.MaxPages, Pixels: u.MaxMegapixels * 1_000_000}
	if job.Stored != "" {
		return b.appended(ctx, job, limits)
	}
	c, err := b.Records.PersonCase(ctx, job.Person)
	if err != nil {
		return a, err
	}
	if handles(c.Person) {
		limits.Pages = max(limits.Pages, mostStacked)
	}
	hash := sha256.New()
	for _, f := range job.Files {
		raw, err := b.DingTalk.Download(ctx, f.Code)
		switch {
		case errors.Is(err, &dingtalk.Error{Kind: dingtalk.Expired}):
			return arrival{refusal: "upload_lost"}, nil
		case errors.Is(err, dingtalk.ErrTooLarge):
			return arrival{refusal: "upload_broken", why: "why_large"}, nil
		case err != nil:
			return a, err
		}
		refused, err := b.add(ctx, &a, raw, f.Name, limits)
		if refused.refusal != "" || err != nil {
			return refused, err
		}
		hash.Write(raw)
	}
	copy(a.hash[:], hash.Sum(nil))
	if handles(c.Person) {
		if done, err := b.ofOthers(ctx, job, c, &a); done || err != nil {
			return a, err
		}
	}
	if err := b.look(ctx, c, &a); err != nil {
		return a, err
	}
	return a, b.document(ctx, &a)
}

// ofOthers takes in what a handler sends about other people's filings: a stack of sealed
// forms, or a photo of a notice. done is false when it is for their own filing.
func (b *Bot) ofOthers(ctx context.Context, job workflow.Intake, c workflow.Case, a *arrival) (done bool, err error) {
	own := c.Filing != nil && c.Filing.State.Editable() && c.Filing.State != workflow.Draft
	others := slices.ContainsFunc(a.scan.Pages, func(p paper.ScanPage) bool {
		return len(p.Marks) > 0 && (c.Filing == nil || p.Marks[0].Filing != c.Filing.ID)
	})
	if others {
		a.stacked = &stackResult{}
		a.stacked.done, a.stacked.problems, a.stacked.unread, err = b.stack(ctx, job, *a)
		return true, err
	}
	if own {
		return false, nil
	}
	if a.desk, err = b.Desk.Desk(ctx, job.Person, b.today(), mostOnDesk); err != nil {
		return true, err
	}
	return true, b.document(ctx, a)
}

// appended reads a photo that was kept, and puts it behind what the slot holds.
func (b *Bot) appended(ctx context.Context, job workflow.Intake, limits paper.Limits) (arrival, error) {
	var a arrival
	raw, err := b.Files.Get(ctx, job.Stored)
	if errors.Is(err, fs.ErrNotExist) {
		return arrival{refusal: "upload_lost"}, nil
	}
	if err != nil {
		return a, err
	}
	if a.scan, err = b.Papers.Read(ctx, raw, limits); err != nil {
		return a, fmt.Errorf("read kept photo: %w", err)
	}
	a.pieces, a.media, a.hash = []paper.Piece{{Data: raw}}, a.scan.Type, sha256.Sum256(raw)
	a.parts = []workflow.StoredFile{{ID: job.Stored}}
	c, err := b.Records.PersonCase(ctx, job.Person)
	if err != nil || c.Filing == nil {
		return a, err
	}
	m := c.Filing.Materials[job.Onto]
	if m.File == nil {
		return arrival{refusal: "upload_lost"}, nil
	}
	if job.Swap > 0 {
		a.swap = job.Swap
		err = b.within(ctx, m, &a)
	} else {
		err = b.onto(ctx, m, &a)
	}
	if err != nil {
		return a, err
	}
	return a, b.document(ctx, &a)
}

// within puts what has come in the place of one page of what a slot holds.
func (b *Bot) within(ctx context.Context, m workflow.Material, a *arrival) error {
	data, err := b.Files.Get(ctx, m.File.ID)
	if err != nil {
		return err
	}
	var before, after []int
	for n := 1; n <= m.File.Pages; n++ {
		switch {
		case n < a.swap:
			before = append(before, n)
		case n > a.swap:
			after = append(after, n)
		}
	}
	pieces := a.pieces
	if len(before) > 0 {
		pieces = append([]paper.Piece{{Data: data, Pages: before}}, pieces...)
	}
	if len(after) > 0 {
		pieces = append(pieces, paper.Piece{Data: data, Pages: after})
	}
	a.pieces, a.onto = pieces, m.File.ID
	return nil
}

// add takes one file into the arrival: first it is looked at by the malware scanner, if
// there is one, then read within bounds.
func (b *Bot) add(ctx context.Context, a *arrival, raw []byte, name string, limits paper.Limits) (arrival, error) {
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
	if err == nil {
		var tidy []byte
		if tidy, err = paper.Tidy(raw); err == nil {
			a.pieces = append(a.pieces, paper.Piece{Data: tidy})
		}
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
	a.media, a.scan.Type = scan.Type, scan.Type
	for _, p := range scan.Pages {
		a.origin = append(a.origin, origin{len(a.pieces) - 1, p.Number})
		p.Number = len(a.scan.Pages) + 1
		a.scan.Pages = append(a.scan.Pages, p)
	}
	return arrival{}, nil
}

// look finds the same file sent before, the history that an old paper needs, and the pages
// that came before this one.
func (b *Bot) look(ctx context.Context, c workflow.Case, a *arrival) error {
	var err error
	if a.same, err = b.Uploads.SameFile(ctx, c.Person.ID, a.hash[:]); err != nil || c.Filing == nil {
		return err
	}
	m, marked := firstMark(a.scan)
	if marked && m.Filing == c.Filing.ID && m.Revision != c.Filing.Revision {
		a.events, err = b.Records.Events(ctx, c.Filing.ID)
		return err
	}
	if marked {
		return b.gather(ctx, c.Filing, a)
	}
	return b.continued(ctx, c.Filing, a)
}

// gather brings pages of a form that were sent one by one together. Whether they really are
// pages of this form is judged in the turn, from their codes.
func (b *Bot) gather(ctx context.Context, f *workflow.Filing, a *arrival) error {
	parts, err := b.Uploads.Parts(ctx, f.ID, f.Revision)
	if err != nil || len(parts) == 0 {
		return err
	}
	var before []paper.Piece
	have := pagesOf(a.scan)
	for _, p := range parts {
		if !slices.ContainsFunc(p.Parts, func(n int) bool { return !slices.Contains(have, n) }) {
			continue // the new one shows these pages again
		}
		data, err := b.Files.Get(ctx, p.ID)
		if err != nil {
			return err
		}
		scan, err := b.Papers.Read(ctx, data, paper.Limits{})
		if err != nil {
			return fmt.Errorf("read page that came before: %w", err)
		}
		before = append(before, paper.Piece{Data: data})
		have = append(have, p.Parts...)
		for _, page := range scan.Pages {
			page.Number = len(a.scan.Pages) + 1
			a.scan.Pages = append(a.scan.Pages, page)
		}
	}
	a.pieces = append(before, a.pieces...)
	a.parts = parts
	return nil
}

// continued adds a photo to a document of photos that the person has just begun: people
// send the pages of a contract one after the other.
func (b *Bot) continued(ctx context.Context, f *workflow.Filing, a *arrival) error {
	if a.scan.Type == "pdf" || a.same != "" || slotNamed(a.name) != 0 {
		return nil
	}
	slot, m := f.LastPhotos(b.Now().Add(-nextPageWithin))
	if slot == 0 || len(f.Outstanding()) > 0 { // with something else still wanted the person is asked
		return nil
	}
	return b.onto(ctx, m, a)
}

// onto puts the photos that a slot holds before what has come.
func (b *Bot) onto(ctx context.Context, m workflow.Material, a *arrival) error {
	data, err := b.Files.Get(ctx, m.File.ID)
	if err != nil {
		return err
	}
	a.pieces = append([]paper.Piece{{Data: data}}, a.pieces...)
	a.onto = m.File.ID
	return nil
}

// document makes one file of what came: several pictures are the pages of one document.
func (b *Bot) document(ctx context.Context, a *arrival) error {
	a.data = a.pieces[0].Data
	if len(a.pieces) == 1 {
		return nil
	}
	joined, err := b.Papers.Assemble(ctx, a.pieces)
	if err != nil {
		return fmt.Errorf("join pages: %w", err)
	}
	a.data, a.media = joined, "pdf"
	return nil
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

func firstMark(s paper.Scan) (paper.Mark, bool) {
	for _, p := range s.Pages {
		if len(p.Marks) > 0 {
			return p.Marks[0], true
		}
	}
	return paper.Mark{}, false
}

// pagesOf returns the page numbers of all codes, each once, in order.
func pagesOf(s paper.Scan) []int {
	var out []int
	for _, p := range s.Pages {
		for _, m := range p.Marks {
			out = append(out, m.Page)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
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
