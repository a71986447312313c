package applicant

import (
	"fmt"
	"slices"

	"example.org/beian/bot/text"
	"example.org/beian/bot/view"
	"example.org/beian/workflow"
)

// filled is what an entry comes to.
type filled struct {
	values  workflow.Values
	lines   []string // what is noted, or is the same as before
	assumed []string
	faults  []string
}

// read turns what was typed into values, and the rest into sentences. A field that was filled in wrongly
// is asked for.
func (t visit) read(e entry) (f filled, err error) {
	f.values = workflow.Values{}
	for _, a := range e.set {
		if err := t.readField(a, &f); err != nil {
			return f, err
		}
	}
	for _, piece := range e.unread {
		line, err := t.Text.Line("fault_unread", text.Data{"Said": text.Typed(text.Short(piece))})
		if err != nil {
			return f, err
		}
		f.faults = append(f.faults, line)
	}
	return f, nil
}

func (t visit) readField(a assignment, f *filled) error {
	fd, _ := t.Policy().Field(a.field.Key)
	r, fault := workflow.Read(fd, a.value, t.Today())
	if fault != nil {
		line, err := t.faultLine(fault)
		f.faults = append(f.faults, line)
		t.Ask = workflow.Values{asked: string(fd.Key)}
		return err
	}
	if missing := t.Unprintable(r.Value); fd.Printed && len(missing) > 0 {
		line, err := t.Text.Line("fault_undrawable", text.Data{"Label": t.Text.Field(fd), "Chars": string(missing)})
		f.faults = append(f.faults, line)
		return err
	}
	if fd.Identity && workflow.SameIdentity(fd.Key, t.Filing.Prior[fd.Key], r.Value) {
		// written differently perhaps, but the same (R-C10)
		f.lines = append(f.lines, t.Text.Phrase("same_as_before", t.Text.Field(fd)))
		return nil
	}
	f.values[fd.Key] = r.Value
	f.lines = append(f.lines, t.changeLine(fd, r.Value))
	if r.AssumedDay {
		line, err := t.Text.Line("assumed_day", text.Data{"Label": t.Text.Field(fd)})
		f.assumed = append(f.assumed, line)
		return err
	}
	return nil
}

func (t visit) changeLine(fd workflow.Field, v string) string {
	if old := t.Filing.Values[fd.Key]; old != "" && old != v {
		return fmt.Sprintf("%s %s → **%s**", t.Text.Field(fd), view.Shown(fd, old), view.Shown(fd, v))
	}
	return fmt.Sprintf("%s **%s**", t.Text.Field(fd), view.Shown(fd, v))
}

func (t visit) faultLine(f *workflow.Fault) (string, error) {
	example := f.Field.Example
	if example == "" {
		example = workflow.None
	}
	const most, shown = 14, 8 // options that fit, and how many stand for longer lists
	choices := f.Choices
	if len(choices) > most {
		choices = append(slices.Clone(choices[:shown]), "…")
	}
	return t.Text.Line("fault_"+f.Code, text.Data{
		"Label": t.Text.Field(f.Field), "Got": text.Typed(text.Short(f.Got)), "Count": f.Count,
		"Example": example, "Options": choices, "Few": len(f.Choices) < 4,
	})
}
