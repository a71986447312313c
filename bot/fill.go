package bot

import (
	"fmt"
	"slices"

	"example.org/beian/bot/text"
	"example.org/beian/bot/view"
	"example.org/beian/workflow"
)

// asked marks in the session which field the last message asked about.
const asked workflow.Key = "asked"

// bareAnswer takes words without a label as the answer to what was just asked, or to
// the one missing field that they fit.
func (t *visit) bareAnswer() (bool, error) {
	var fits []workflow.Field
	if k := workflow.Key(t.pending[asked]); k != "" {
		fd, ok := t.Policy().Field(k)
		if ok && !fd.Identity {
			fits = append(fits, fd)
		}
	} else if t.Filing.State == workflow.Draft {
		for _, m := range t.Filing.Missing() {
			fd, _ := t.Policy().Field(m.Key)
			if _, fault := workflow.Read(fd, t.Incoming.Text, t.Today()); fault == nil && fd.Kind != workflow.KindText {
				fits = append(fits, fd)
			}
		}
	}
	if len(fits) != 1 {
		return false, nil
	}
	t.in.set = []assignment{{fits[0], t.Incoming.Text}}
	return true, t.set()
}

// read turns what was typed into values, and the rest into sentences.
func (t *visit) read() (v workflow.Values, set, assumed, faults []string, err error) {
	v = workflow.Values{}
	policy := t.Policy()
	for _, a := range t.in.set {
		fd, _ := policy.Field(a.field.Key)
		r, fault := workflow.Read(fd, a.value, t.Today())
		if fault != nil {
			line, err := t.faultLine(fault)
			if err != nil {
				return nil, nil, nil, nil, err
			}
			faults = append(faults, line)
			t.Ask = workflow.Values{asked: string(fd.Key)}
			continue
		}
		if missing := t.Papers.Missing(r.Value); fd.Printed && len(missing) > 0 {
			line, err := t.Text.Line("fault_undrawable", text.Data{"Label": t.Text.Field(fd), "Chars": string(missing)})
			if err != nil {
				return nil, nil, nil, nil, err
			}
			faults = append(faults, line)
			continue
		}
		if fd.Identity && workflow.SameIdentity(fd.Key, t.Filing.Prior[fd.Key], r.Value) {
			set = append(set, t.Text.Phrase("same_as_before", t.Text.Field(fd))) // written differently perhaps, but the same (R-C10)
			continue
		}
		v[fd.Key] = r.Value
		set = append(set, t.changeLine(fd, r.Value))
		if r.AssumedDay {
			line, err := t.Text.Line("assumed_day", text.Data{"Label": t.Text.Field(fd)})
			if err != nil {
				return nil, nil, nil, nil, err
			}
			assumed = append(assumed, line)
		}
	}
	return v, set, assumed, faults, nil
}

func (t *visit) changeLine(fd workflow.Field, v string) string {
	if old := t.Filing.Values[fd.Key]; old != "" && old != v {
		return fmt.Sprintf("%s %s → **%s**", t.Text.Field(fd), view.Shown(fd, old), view.Shown(fd, v))
	}
	return fmt.Sprintf("%s **%s**", t.Text.Field(fd), view.Shown(fd, v))
}

func (t *visit) faultLine(f *workflow.Fault) (string, error) {
	ex := f.Field.Example
	if ex == "" {
		ex = workflow.None
	}
	choices := f.Choices
	if len(choices) > 14 {
		choices = append(slices.Clone(choices[:8]), "…")
	}
	return t.Text.Line("fault_"+f.Code, text.Data{"Label": t.Text.Field(f.Field), "Got": text.Typed(text.Short(f.Got)), "Count": f.Count, "Example": ex, "Options": choices, "Few": len(f.Choices) < 4})
}

// set records what was typed: at once in a draft, after a question when a paper
// that was printed would become void.
func (t *visit) set() error {
	t.promote()
	v, set, assumed, faults, err := t.read()
	if err != nil {
		return err
	}
	for _, piece := range t.in.unread {
		line, err := t.Text.Line("fault_unread", text.Data{"Said": text.Typed(text.Short(piece))})
		if err != nil {
			return err
		}
		faults = append(faults, line)
	}
	if len(v) == 0 && len(faults) == 0 {
		return t.SayWithNext("identity_same", text.Data{"Set": set})
	}
	if len(v) == 0 {
		return t.Say("faults", text.Data{"Where": t.Where(), "Faults": faults})
	}
	for _, a := range t.in.others {
		if done, err := t.Apply(workflow.Command{Action: workflow.Answer, Slot: a.slot, Yes: a.yes}); err != nil || !done {
			return err
		}
		set = append(set, t.Text.Phrase(map[bool]string{true: "changed", false: "unchanged"}[a.yes], t.Text.Phrase(fmt.Sprint("question", int(a.slot)))))
	}
	if t.Filing.State != workflow.Draft {
		return t.askChange(v, set)
	}
	if done, err := t.Apply(workflow.Command{Action: workflow.Fill, Values: v}); err != nil || !done {
		return err
	}
	d := view.Base(t.Turn, t.Case, t.Filing)
	missing := t.Filing.Missing()
	d["Set"], d["Assumed"], d["Faults"] = set, assumed, faults
	d["Blank"], d["Example"], d["Demands"] = view.FieldNames(t.Turn, missing), view.Example(t.Turn, missing), t.demands()
	return t.sayWithDoubts("noted", d)
}

// sayWithDoubts adds what may be wrong and what is still to be asked.
func (t *visit) sayWithDoubts(key string, d text.Data) error {
	var err error
	if d["Doubts"], err = view.DoubtLines(t.Turn); err != nil {
		return err
	}
	d["Ask"] = view.OpenQuestions(t.Turn)
	return t.Say(key, d)
}

// demands names the materials that the changes ask for.
func (t *visit) demands() []string {
	var out []string
	for _, s := range t.Filing.Outstanding() {
		if s != workflow.SlotForm && s != workflow.SlotInsurance {
			out = append(out, t.Text.Slot(s))
		}
	}
	return out
}

// promote takes a new title as the new position where the form has a title there, so that
// the paper does not go on saying 讲师 (and is told to be void where it was printed).
func (t *visit) promote() bool {
	title := t.in.title
	t.in.title = ""
	fd, _ := t.Policy().Field(workflow.Post)
	named := slices.ContainsFunc(t.in.set, func(a assignment) bool { return a.field.Key == workflow.Post })
	if named || !isTitle(title) || !isTitle(t.Filing.Values[workflow.Post]) || t.Filing.Values[workflow.Post] == title {
		return false
	}
	t.in.set = append(t.in.set, assignment{fd, title})
	return true
}

// askChange tries the change without keeping it: a refusal is told at once, and
// what is allowed must be confirmed.
func (t *visit) askChange(v workflow.Values, set []string) error {
	trial := &visit{Turn: t.Trial(), Bot: t.Bot}
	done, err := trial.Apply(workflow.Command{Action: workflow.SaveInfo, Values: v, Unlock: true}) // it is asked back
	if err != nil {
		return err
	}
	if !done {
		t.Reply = trial.Reply
		return nil
	}
	d := view.Base(t.Turn, t.Case, t.Filing)
	d["Set"], d["Demands"], d["Review"] = set, trial.demands(), t.Filing.State == workflow.Prereview
	d["Republish"] = trial.Out.Events[len(trial.Out.Events)-1].Republish
	d["Locked"] = t.locked(v)
	t.Ask = v
	return t.Say("ask_change", d)
}

// locked names the values that a handler has accepted and would have to look at again.
func (t *visit) locked(v workflow.Values) []string {
	var out []string
	for _, fd := range workflow.Fields() {
		if n, given := v[fd.Key]; given && n != t.Filing.Values[fd.Key] && t.Filing.FieldLocked(fd.Key) {
			out = append(out, t.Text.Field(fd))
		}
	}
	return out
}

// confirmed carries out the change that was asked back.
func (t *visit) confirmed() error {
	if len(t.pending) == 0 || t.pending[asked] != "" || t.Filing.State == workflow.Draft {
		return t.Say("nothing_pending", text.Data{"Where": t.Where()})
	}
	var set []string
	for _, fd := range workflow.Fields() {
		if v, ok := t.pending[fd.Key]; ok {
			set = append(set, t.changeLine(fd, v))
		}
	}
	old := t.Filing.Revision
	if done, err := t.Apply(workflow.Command{Action: workflow.SaveInfo, Values: t.pending, Unlock: true}); err != nil || !done {
		return err
	}
	actions := []workflow.Action{workflow.Print}
	republish := t.Filing.Notice.State == workflow.NoticeWithdrawn
	if republish { // T07: the sheet at the college says something else now
		actions = append(actions, workflow.PrintNotice, workflow.HandNotice)
	}
	if done, err := t.ApplyAll(actions...); err != nil || !done {
		return err
	}
	d := view.Base(t.Turn, t.Case, t.Filing)
	d["Set"], d["Old"], d["Demands"], d["Republish"] = set, old, t.demands(), republish
	d["Handlers"] = view.Handlers(t.Turn, workflow.CollegeHandler)
	if err := t.Say("reprinted", d); err != nil {
		return err
	}
	t.Hand(view.Sheet(t.Turn, workflow.PaperForm))
	return nil
}

// takeBackFill undoes what a draft recorded last; elsewhere nothing was changed without
// a yes, so nothing has to be undone.
func (t *visit) takeBackFill() error {
	if t.Filing.State != workflow.Draft || len(t.Filing.Before) == 0 {
		return t.Say("kept", text.Data{"Where": t.Where()})
	}
	was := t.Filing.Before
	if done, err := t.Apply(workflow.Command{Action: workflow.Fill, Values: was}); err != nil || !done {
		return err
	}
	var set []string
	for _, fd := range workflow.Fields() {
		if v, ok := was[fd.Key]; ok {
			if v == "" {
				v = t.Text.Phrase("empty")
			}
			set = append(set, t.Text.Field(fd)+" "+text.Typed(v).String())
		}
	}
	return t.SayWithNext("taken_back", text.Data{"Set": set})
}

// askField asks for the new value of one field (改 X).
func (t *visit) askField() error {
	fd := t.in.set[0].field
	t.Ask = workflow.Values{asked: string(fd.Key)}
	d := text.Data{"Where": t.Where(), "Label": t.Text.Field(fd), "Value": view.Shown(fd, t.Filing.Values[fd.Key]), "Help": fd.Help, "Example": fd.Example}
	if t.Text.Lang == "en" {
		d["Help"] = fd.HelpEnglish
	}
	return t.Say("ask_field", d)
}

// askRedo asks before everything typed in a draft is put back.
func (t *visit) askRedo() error {
	if t.Filing.State != workflow.Draft {
		return t.askDelete() // papers exist: starting over is deleting
	}
	return t.Say("ask_redo", text.Data{"Where": t.Where()})
}

// redo puts a draft back to the last recognition.
func (t *visit) redo() error {
	if t.Filing.State != workflow.Draft {
		return t.askDelete()
	}
	v := workflow.Values{}
	for k, now := range t.Filing.Values {
		if fd, _ := workflow.FieldOf(k); !fd.Identity && now != t.Filing.Prior[k] {
			v[k] = t.Filing.Prior[k]
		}
	}
	if len(v) > 0 {
		if done, err := t.Apply(workflow.Command{Action: workflow.Fill, Values: v}); err != nil || !done {
			return err
		}
	}
	return t.Next()
}

// answer records whether something off the form has changed (domain §1.5).
func (t *visit) answer() error {
	if t.promote() {
		t.in.others = []answer{{t.in.slot, t.in.yes}}
		return t.set()
	}
	if done, err := t.Apply(workflow.Command{Action: workflow.Answer, Slot: t.in.slot, Yes: t.in.yes}); err != nil || !done {
		return err
	}
	d := view.Base(t.Turn, t.Case, t.Filing)
	d["What"], d["Label"], d["Yes"] = t.Text.Phrase(fmt.Sprint("question", int(t.in.slot))), t.Text.Slot(t.in.slot), t.in.yes
	return t.SayWithNext("answered", d)
}

// fields is the map of the form: ✓ as before, ✎ changed, ! missing.
func (t *visit) fields() error {
	var lines []string
	missing := t.Filing.Missing()
	for _, fd := range workflow.Fields() {
		v, mark := t.Filing.Values[fd.Key], "✓"
		switch {
		case slices.ContainsFunc(missing, func(m workflow.Field) bool { return m.Key == fd.Key }):
			mark = "!"
		case v == "":
			lines = append(lines, t.Text.Phrase("field_line", "·", fd.No, t.Text.Field(fd), t.Text.Phrase("empty")))
			continue
		case v != t.Filing.Prior[fd.Key]:
			mark = "✎"
		}
		lines = append(lines, t.Text.Phrase("field_line", mark, fd.No, t.Text.Field(fd), view.Shown(fd, v)))
	}
	d := view.Base(t.Turn, t.Case, t.Filing)
	d["Lines"], d["Draft"], d["Blank"] = lines, t.Filing.State == workflow.Draft, view.FieldNames(t.Turn, missing)
	return t.Say("fields", d)
}
