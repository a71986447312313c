package applicant

import (
	"context"
	"regexp"

	"example.org/beian/bot/command"
	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/bot/view"
	"example.org/beian/workflow"
)

// fillCommands come near the end: "set" takes every sentence in which a field is named.
func (r *Room) fillCommands() []turn.Command {
	return []turn.Command{
		{Spec: command.Spec{
			Name: "set", Read: readEntry,
			Examples: []string{
				"手机 13900001111", "13900001111", "来杭 2015-07-01，产业教育", "职务 副教授，合同有变化", "Mobile 13900002222",
			},
		}, Who: turn.Begun, When: editable, Do: r.do(func(t visit) error {
			e, _ := t.args.Value.(entry)
			return t.fill(e)
		})},
	}
}

// entry is what a message says to be filled in.
type entry struct {
	set      []assignment
	declared []declaration // about what is not on the form
	unread   []string      // pieces of the message that belong to no field
}

var barePhone = regexp.MustCompile(`^(?:\+?86[- ]?)?1[3-9]\d{9}$`)

func readEntry(s command.Sentence) (command.Args, bool) {
	if barePhone.MatchString(s.Plain) {
		fd, _ := workflow.FieldOf(workflow.Phone)
		return command.Args{Value: entry{set: []assignment{{fd, s.Plain}}}}, true
	}
	set, pieces := assignments(s.Typed)
	e := entry{set: set}
	for _, piece := range pieces {
		if d, ok := readDeclared(piece); ok {
			e.declared = append(e.declared, d)
		} else {
			e.unread = append(e.unread, piece)
		}
	}
	return command.Args{Value: e}, len(set) > 0
}

// Bare takes words that are no command as the answer to what the sender was just asked, or to the one
// missing field that they fit; done is false when they are neither.
func (r *Room) Bare(ctx context.Context, sender, words string) func(*turn.Turn) (done bool, err error) {
	waiting := r.Waiting(ctx, sender)
	return func(t *turn.Turn) (bool, error) { return r.enter(t).bare(words, waiting) }
}

func (t visit) bare(words string, waiting workflow.Values) (bool, error) {
	if !begun(t.Turn) {
		return false, nil
	}
	var fits []workflow.Field
	if k := workflow.Key(waiting[asked]); k != "" {
		fd, ok := t.Policy().Field(k)
		if ok && !fd.Identity {
			fits = append(fits, fd)
		}
	} else if t.Filing.State == workflow.Draft {
		for _, m := range t.Filing.Missing() {
			fd, _ := t.Policy().Field(m.Key)
			if _, fault := workflow.Read(fd, words, t.Today()); fault == nil && fd.Kind != workflow.KindText {
				fits = append(fits, fd)
			}
		}
	}
	if len(fits) != 1 {
		return false, nil
	}
	return true, t.fill(entry{set: []assignment{{fits[0], words}}})
}

// fill records what was typed: at once in a draft, after a question when a paper that was printed would
// become void. What waited for an answer has it.
func (t visit) fill(e entry) error {
	t.Heard = true
	for _, d := range e.declared {
		if p, ok := t.promotion(d.title, e.set); ok {
			e.set = append(e.set, p)
		}
	}
	f, err := t.read(e)
	if err != nil {
		return err
	}
	if len(f.values) == 0 && len(f.faults) == 0 {
		return t.SayWithNext("identity_same", text.Data{"Set": f.lines})
	}
	if len(f.values) == 0 {
		return t.Say("faults", text.Data{"Where": t.Where(), "Faults": f.faults})
	}
	for _, d := range e.declared {
		cmd := workflow.Command{Action: workflow.Answer, Slot: d.slot, Yes: d.yes}
		if done, err := t.Apply(cmd); err != nil || !done {
			return err
		}
		phrase := "unchanged"
		if d.yes {
			phrase = "changed"
		}
		f.lines = append(f.lines, t.Text.Phrase(phrase, d.what(t)))
	}
	if t.Filing.State != workflow.Draft {
		return t.askChange(f.values, f.lines)
	}
	if done, err := t.Apply(workflow.Command{Action: workflow.Fill, Values: f.values}); err != nil || !done {
		return err
	}
	d := view.Base(t.Turn, t.Case, t.Filing)
	missing := t.Filing.Missing()
	d["Set"], d["Assumed"], d["Faults"] = f.lines, f.assumed, f.faults
	d["Blank"], d["Example"] = view.FieldNames(t.Turn, missing), view.Example(t.Turn, missing)
	d["Demands"], d["Ask"] = t.demands(), view.OpenQuestions(t.Turn)
	if d["Doubts"], err = view.DoubtLines(t.Turn); err != nil {
		return err
	}
	return t.Say("noted", d)
}

// demands names the materials that the changes ask for.
func (t visit) demands() []string {
	var out []string
	for _, s := range t.Filing.Outstanding() {
		if s != workflow.SlotForm && s != workflow.SlotInsurance {
			out = append(out, t.Text.Slot(s))
		}
	}
	return out
}
