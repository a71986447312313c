package applicant

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"example.org/beian/bot/text"
	"example.org/beian/bot/view"
	"example.org/beian/workflow"
)

// export has the person's data sent as a file: it takes longer than a turn may.
func (t visit) export() error {
	t.Later(workflow.Export{Person: t.Case.Person.ID})
	return t.SayWithNext("export_comes", text.Data{})
}

// copyOfData is everything that is kept about a person, for them to take along (PIPL).
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
func (r *Room) Export(ctx context.Context, job workflow.Export) error {
	const most = 1000 // accesses, newest first
	c, err := r.Records.PersonCase(ctx, job.Person)
	if err != nil {
		return err
	}
	d := copyOfData{
		Person: c.Person, Consent: c.Consent, Certificate: c.Certificate, Filing: c.Filing, At: r.Now(),
	}
	if c.Filing != nil {
		if d.Events, err = r.Records.Events(ctx, c.Filing.ID); err != nil {
			return err
		}
	}
	if d.Seen, err = r.Ledger.Accesses(ctx, job.Person, most); err != nil {
		return err
	}
	data, err := r.archived(c, d)
	if err != nil {
		return err
	}
	return r.SendDocument(ctx, []string{job.Person}, "我的数据.zip", "zip", data)
}

// archived is the copy with the form as it is printed now.
func (r *Room) archived(c workflow.Case, d copyOfData) ([]byte, error) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetIndent("", "  ")
	if err := enc.Encode(d); err != nil {
		return nil, fmt.Errorf("encode copy of data: %w", err)
	}
	a := newArchive(r.Now())
	if err := a.deflate("data.json", out.Bytes()); err != nil {
		return nil, err
	}
	if c.Filing != nil && c.Filing.Revision > 0 {
		pdf, err := r.Printer.Print(view.Sheet(r.Desk(c), workflow.PaperForm))
		if err != nil {
			return nil, err
		}
		if err := a.store("form.pdf", pdf); err != nil {
			return nil, err
		}
	}
	return a.close()
}
