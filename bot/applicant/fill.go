package applicant

import (
	"context"
	"unicode/utf8"

	"example.org/beian/bot/command"
	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/bot/view"
	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
	"example.org/beian/workflow/typed"
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
	declared []declaration   // about what is not on the form
	unread   []string        // clauses of the message that belong to no field
	ask      *workflow.Field // was named, and its value could not be told
	named    bool            // a field was called by its name
	asked    bool            // there was a question
	numbered bool            // a phone number was there, which can be nothing else
}

// readEntry takes sentences that name a field or have a phone number. What tells its field by its kind alone
// means something at one step only, see [visit.bare].
func readEntry(s command.Sentence) (command.Args, bool) {
	e := extract(s.Typed, s.Today)
	return command.Args{Value: e}, len(e.set) > 0 && (e.named || e.numbered)
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
	if k := workflow.Key(waiting[asked]); k != "" {
		fd, ok := t.Policy().Field(k)
		v, fits := answerTo(fd, words, t.Today())
		if !ok || fd.Identity || !fits {
			t.Heard = true // whatever comes next is not the answer either
			return false, nil
		}
		return true, t.fill(entry{set: []assignment{{fd, v}}})
	}
	if t.Filing.State != workflow.Draft {
		return false, nil
	}
	var fits []workflow.Field
	for _, m := range t.Filing.Missing() {
		fd, _ := t.Policy().Field(m.Key)
		if _, fault := workflow.Read(fd, words, t.Today()); fault == nil && fd.Kind != workflow.KindText {
			fits = append(fits, fd)
		}
	}
	if len(fits) == 1 {
		return true, t.fill(entry{set: []assignment{{fits[0], words}}})
	}
	e := extract(words, t.Today())
	switch {
	case len(fits) > 1:
		return false, nil
	case len(e.set) > 0 && (e.named || !e.asked || len(e.declared) == 0):
		e.unread = nil // they were never meant as values
		return true, t.fill(e)
	case len(e.declared) > 0 && !e.asked:
		return true, t.declares(e.declared)
	}
	return false, nil
}

// answerTo reads words as the value of the field that was asked for. ok is false when they are something
// else: a question, a complaint, words of another kind.
func answerTo(fd workflow.Field, words string, today calendar.Date) (value string, ok bool) {
	s := typed.Clean(words)
	if asks(folded(s)) {
		return "", false
	}
	l := afterName(folded(s), isStrict(fd))
	if fd.Kind == workflow.KindText {
		v := freeText(s, folded(s), l)
		return v, v != "" && (likely(fd, v) || fitsShortly(v))
	}
	x := extraction{today: today}
	c := clause{typed: s, low: folded(s)}
	if v, at, _ := x.value(c, scan(c.low), fd, 0, len(s)); at >= 0 {
		return v, true
	}
	v := trimEnd(s[l.size:])
	if _, fault := workflow.Read(fd, v, today); fault == nil {
		return v, !chatter.MatchString(folded(v))
	}
	return v, v != "" && attempt(fd, v) && (fd.Kind != workflow.KindOption || isNear(fd, v, today))
}

// fitsShortly is for names that no list has, such as 宁波: a few characters that are no sentence.
func fitsShortly(v string) bool {
	const most = 4
	return utf8.RuneCountInString(v) <= most && !chatter.MatchString(folded(v)) && !complains(v)
}

// isNear tells words that fit several options, which are asked back, from words that fit none.
func isNear(fd workflow.Field, v string, today calendar.Date) bool {
	_, fault := workflow.Read(fd, v, today)
	return fault != nil && len(fault.Choices) < len(fd.Options)
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
