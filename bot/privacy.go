package bot

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"example.org/beian/bot/dingtalk"
	"example.org/beian/bot/text"
	"example.org/beian/bot/view"
	"example.org/beian/workflow"
)

// askWithdraw says what withdrawing means and asks once.
func (t *visit) askWithdraw() error {
	if !t.Consented() {
		return t.Say("withdraw_nothing", nil)
	}
	return t.Say("withdraw_ask", text.Data{"Where": t.Where(), "Submitted": t.Filing != nil && t.Filing.State.HandedOver()})
}

// withdraw ends the filing and has everything erased (PIPL §15, T23).
func (t *visit) withdraw() error {
	if !t.Consented() {
		return t.Say("withdraw_nothing", nil)
	}
	if t.Filing != nil && t.Filing.State != workflow.Closed {
		if done, err := t.Apply(workflow.Command{Action: workflow.WithdrawConsent}); err != nil || !done {
			return err
		}
	}
	t.Out.Withdrawn = true
	t.Later(workflow.Erase{Person: t.Case.Person.ID})
	return t.Say("withdrawn", nil)
}

// export has the person's data sent as a file: it takes longer than a turn may.
func (t *visit) export() error {
	t.Later(workflow.Export{Person: t.Case.Person.ID})
	return t.SayWithNext("export_comes", text.Data{})
}

// seen lists who was shown something about the person.
func (t *visit) seen() error {
	var lines []string
	for _, a := range t.accesses {
		lines = append(lines, fmt.Sprintf("%s %s %s", view.Stamp(a.At), text.Typed(a.Name), t.Text.Phrase("access_"+a.What)))
	}
	return t.SayWithNext("seen", text.Data{"Lines": lines})
}

// mostAccesses is how many lines the chat shows.
const mostAccesses = 20

// Erase deletes the uploads and then the records of a person who has withdrawn.
func (b *Bot) Erase(ctx context.Context, job workflow.Erase) error {
	files, err := b.Uploads.DoomedFiles(ctx, job.Person)
	if err != nil {
		return err
	}
	for _, d := range files {
		if err := b.Files.Delete(ctx, d.File); err != nil {
			return err
		}
		d.At = b.Now()
		if err := b.Uploads.Shred(ctx, d); err != nil {
			return err
		}
	}
	return b.Ledger.Erase(ctx, job.Person)
}

// copyOfData is everything that is kept about a person, for them to take along
// (PIPL §45).
type copyOfData struct {
	Person      workflow.Person       `json:"person"`
	Consent     string                `json:"consent"`
	Certificate *workflow.Certificate `json:"certificate"`
	Filing      *workflow.Filing      `json:"filing"`
	Events      []workflow.Event      `json:"events"`
	Seen        []workflow.Access     `json:"seen_by"`
	At          time.Time             `json:"at"`
}

// Export sends a person a copy of their data: JSON for machines, and the form as PDF.
func (b *Bot) Export(ctx context.Context, job workflow.Export) error {
	c, err := b.Records.PersonCase(ctx, job.Person)
	if err != nil {
		return err
	}
	d := copyOfData{Person: c.Person, Consent: c.Consent, Certificate: c.Certificate, Filing: c.Filing, At: b.Now()}
	if c.Filing != nil {
		if d.Events, err = b.Records.Events(ctx, c.Filing.ID); err != nil {
			return err
		}
	}
	if d.Seen, err = b.Ledger.Accesses(ctx, job.Person, 1000); err != nil {
		return err
	}
	archive, err := b.archive(c, d)
	if err != nil {
		return err
	}
	const name = "我的数据.zip"
	media, err := b.DingTalk.Upload(ctx, name, archive)
	if err != nil {
		return err
	}
	return b.DingTalk.SendFile(ctx, []string{job.Person}, media, name, "zip")
}

func (b *Bot) archive(c workflow.Case, d copyOfData) ([]byte, error) {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	w, err := z.Create("data.json")
	if err != nil {
		return nil, fmt.Errorf("write archive: %w", err)
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	if err := enc.Encode(d); err != nil {
		return nil, fmt.Errorf("write archive: %w", err)
	}
	if c.Filing != nil && c.Filing.Revision > 0 {
		pdf, err := b.Papers.Print(view.Sheet(b.Open(c, dingtalk.Incoming{}), workflow.PaperForm))
		if err != nil {
			return nil, err
		}
		w, err := z.Create("form.pdf")
		if err == nil {
			_, err = w.Write(pdf)
		}
		if err != nil {
			return nil, fmt.Errorf("write archive: %w", err)
		}
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("write archive: %w", err)
	}
	return out.Bytes(), nil
}
