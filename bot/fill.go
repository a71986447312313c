package bot

import (
	"fmt"
	"slices"

	"example.org/beian/bot/text"
	"example.org/beian/workflow"
)

// asked marks in the session which field the last message asked about.
const asked workflow.Key = "asked"

// bareAnswer takes words without a label as the answer to what was just asked, or to
// the one missing field that they fit.
func (t *turn) bareAnswer() (bool, error) {
	var fits []workflow.Field
	if k := workflow.Key(t.pending[asked]); k != "" {
		fd, ok := t.policy().Field(k)
		if ok && !fd.Identity {
			fits = append(fits, fd)
		}
	} else if t.f.State == workflow.Draft {
		for _, m := range t.f.Missing() {
			fd, _ := t.policy().Field(m.Key)
			if _, fault := workflow.Read(fd, t.msg.Text, t.today()); fault == nil && fd.Kind != workflow.KindText {
				fits = append(fits, fd)
			}
		}
	}
	if len(fits) != 1 {
		return false, nil
	}
	t.in.set = []assignment{{fits[0], t.msg.Text}}
	return true, t.set()
}

// read turns what was typed into values, and the rest into sentences.
func (t *turn) read() (v workflow.Values, set, assumed, faults []string, err error) {
	v = workflow.Values{}
	policy := t.policy()
	for _, a := range t.in.set {
		fd, _ := policy.Field(a.field.Key)
		r, fault := workflow.Read(fd, a.value, t.today())
		if fault != nil {
			line, err := t.faultLine(fault)
			if err != nil {
				return nil, nil, nil, nil, err
			}
			faults = append(faults, line)
			t.ask = workflow.Values{asked: string(fd.Key)}
			continue
		}
		if missing := t.Papers.Missing(r.Value); fd.Printed && len(missing) > 0 {
			line, err := t.texts.Line("fault_undrawable", text.Data{"Label": t.texts.Field(fd), "Chars": string(missing)})
			if err != nil {
				return nil, nil, nil, nil, err
			}
			faults = append(faults, line)
			continue
		}
		if fd.Identity && workflow.SameIdentity(fd.Key, t.f.Prior[fd.Key], r.Value) {
			set = append(set, t.texts.Phrase("same_as_before", t.texts.Field(fd))) // written differently perhaps, but the same (R-C10)
			continue
		}
		v[fd.Key] = r.Value
		set = append(set, t.changeLine(fd, r.Value))
		if r.AssumedDay {
			line, err := t.texts.Line("assumed_day", text.Data{"Label": t.texts.Field(fd)})
			if err != nil {
				return nil, nil, nil, nil, err
			}
			assumed = append(assumed, line)
		}
	}
	return v, set, assumed, faults, nil
}

func (t *turn) changeLine(fd workflow.Field, v string) string {
	if old := t.f.Values[fd.Key]; old != "" && old != v {
		return fmt.Sprintf("%s %s → **%s**", t.texts.Field(fd), shown(fd, old), shown(fd, v))
	}
	return fmt.Sprintf("%s **%s**", t.texts.Field(fd), shown(fd, v))
}

func (t *turn) faultLine(f *workflow.Fault) (string, error) {
	ex := f.Field.Example
	if ex == "" {
		ex = workflow.None
	}
	choices := f.Choices
	if len(choices) > 14 {
		choices = append(slices.Clone(choices[:8]), "…")
	}
	return t.texts.Line("fault_"+f.Code, text.Data{"Label": t.texts.Field(f.Field), "Got": text.Typed(short(f.Got)), "Count": f.Count, "Example": ex, "Options": choices, "Few": len(f.Choices) < 4})
}

// set records what was typed: at once in a draft, after a question when a paper
// that was printed would become void.
func (t *turn) set() error {
	t.promote()
	v, set, assumed, faults, err := t.read()
	if err != nil {
		return err
	}
	for _, piece := range t.in.unread {
		line, err := t.texts.Line("fault_unread", text.Data{"Said": text.Typed(short(piece))})
		if err != nil {
			return err
		}
		faults = append(faults, line)
	}
	if len(v) == 0 && len(faults) == 0 {
		return t.withNext("identity_same", text.Data{"Set": set})
	}
	if len(v) == 0 {
		return t.say("faults", text.Data{"Where": t.where(), "Faults": faults})
	}
	for _, a := range t.in.others {
		if done, err := t.apply(workflow.Command{Action: workflow.Answer, Slot: a.slot, Yes: a.yes}); err != nil || !done {
			return err
		}
		set = append(set, t.texts.Phrase(map[bool]string{true: "changed", false: "unchanged"}[a.yes], t.texts.Phrase(fmt.Sprint("question", int(a.slot)))))
	}
	if t.f.State != workflow.Draft {
		return t.askChange(v, set)
	}
	if done, err := t.apply(workflow.Command{Action: workflow.Fill, Values: v}); err != nil || !done {
		return err
	}
	d := t.base(t.c, t.f)
	missing := t.f.Missing()
	d["Set"], d["Assumed"], d["Faults"] = set, assumed, faults
	d["Blank"], d["Example"], d["Demands"] = t.fieldNames(missing), t.example(missing), t.demands()
	return t.sayWithDoubts("noted", d)
}

// sayWithDoubts adds what may be wrong and what is still to be asked.
func (t *turn) sayWithDoubts(key string, d text.Data) error {
	var err error
	if d["Doubts"], err = t.doubtLines(); err != nil {
		return err
	}
	d["Ask"] = t.questions()
	return t.say(key, d)
}

func (t *turn) doubtLines() ([]string, error) {
	var out []string
	for _, b := range t.f.Doubts(t.today()) {
		line, err := t.texts.Line("doubt_"+b.Code, text.Data{"Label": t.texts.Field(b.Field), "Value": shown(b.Field, t.f.Values[b.Field.Key]), "Want": b.Want})
		if err != nil {
			return nil, err
		}
		out = append(out, line)
	}
	return out, nil
}

// demands names the materials that the changes ask for.
func (t *turn) demands() []string {
	var out []string
	for _, s := range t.f.Outstanding() {
		if s != workflow.SlotForm && s != workflow.SlotInsurance {
			out = append(out, t.texts.Slot(s))
		}
	}
	return out
}

// promote takes a new title as the new position where the form has a title there, so that
// the paper does not go on saying 讲师 (and is told to be void where it was printed).
func (t *turn) promote() bool {
	title := t.in.title
	t.in.title = ""
	fd, _ := t.policy().Field(workflow.Post)
	named := slices.ContainsFunc(t.in.set, func(a assignment) bool { return a.field.Key == workflow.Post })
	if named || !isTitle(title) || !isTitle(t.f.Values[workflow.Post]) || t.f.Values[workflow.Post] == title {
		return false
	}
	t.in.set = append(t.in.set, assignment{fd, title})
	return true
}

// askChange tries the change without keeping it: a refusal is told at once, and
// what is allowed must be confirmed.
func (t *turn) askChange(v workflow.Values, set []string) error {
	trial := *t
	done, err := trial.apply(workflow.Command{Action: workflow.SaveInfo, Values: v, Unlock: true}) // it is asked back
	if err != nil {
		return err
	}
	if !done {
		t.reply = trial.reply
		return nil
	}
	d := t.base(t.c, t.f)
	d["Set"], d["Demands"], d["Review"] = set, trial.demands(), t.f.State == workflow.Prereview
	d["Republish"] = trial.events[len(trial.events)-1].Republish
	d["Locked"] = t.locked(v)
	t.ask = v
	return t.say("ask_change", d)
}

// locked names the values that a handler has accepted and would have to look at again.
func (t *turn) locked(v workflow.Values) []string {
	var out []string
	for _, fd := range workflow.Fields() {
		if n, given := v[fd.Key]; given && n != t.f.Values[fd.Key] && t.f.FieldLocked(fd.Key) {
			out = append(out, t.texts.Field(fd))
		}
	}
	return out
}

// confirmed carries out the change that was asked back.
func (t *turn) confirmed() error {
	if len(t.pending) == 0 || t.pending[asked] != "" || t.f.State == workflow.Draft {
		return t.say("nothing_pending", text.Data{"Where": t.where()})
	}
	var set []string
	for _, fd := range workflow.Fields() {
		if v, ok := t.pending[fd.Key]; ok {
			set = append(set, t.changeLine(fd, v))
		}
	}
	old := t.f.Revision
	if done, err := t.apply(workflow.Command{Action: workflow.SaveInfo, Values: t.pending, Unlock: true}); err != nil || !done {
		return err
	}
	actions := []workflow.Action{workflow.Print}
	republish := t.f.Notice.State == workflow.NoticeWithdrawn
	if republish { // T07: the sheet at the college says something else now
		actions = append(actions, workflow.PrintNotice, workflow.HandNotice)
	}
	if done, err := t.applyAll(actions...); err != nil || !done {
		return err
	}
	d := t.base(t.c, t.f)
	d["Set"], d["Old"], d["Demands"], d["Republish"] = set, old, t.demands(), republish
	d["Handlers"] = t.handlers(workflow.CollegeHandler)
	if err := t.say("reprinted", d); err != nil {
		return err
	}
	t.reply.Sheets = []workflow.Sheet{t.sheet(workflow.PaperForm)}
	return nil
}

// takeBackFill undoes what a draft recorded last; elsewhere nothing was changed without
// a yes, so nothing has to be undone.
func (t *turn) takeBackFill() error {
	if t.f.State != workflow.Draft || len(t.f.Before) == 0 {
		return t.say("kept", text.Data{"Where": t.where()})
	}
	was := t.f.Before
	if done, err := t.apply(workflow.Command{Action: workflow.Fill, Values: was}); err != nil || !done {
		return err
	}
	var set []string
	for _, fd := range workflow.Fields() {
		if v, ok := was[fd.Key]; ok {
			if v == "" {
				v = t.texts.Phrase("empty")
			}
			set = append(set, t.texts.Field(fd)+" "+text.Typed(v).String())
		}
	}
	return t.withNext("taken_back", text.Data{"Set": set})
}

// askField asks for the new value of one field (改 X).
func (t *turn) askField() error {
	fd := t.in.set[0].field
	t.ask = workflow.Values{asked: string(fd.Key)}
	d := text.Data{"Where": t.where(), "Label": t.texts.Field(fd), "Value": shown(fd, t.f.Values[fd.Key]), "Help": fd.Help, "Example": fd.Example}
	if t.texts.Lang == "en" {
		d["Help"] = fd.HelpEnglish
	}
	return t.say("ask_field", d)
}

// askRedo asks before everything typed in a draft is put back.
func (t *turn) askRedo() error {
	if t.f.State != workflow.Draft {
		return t.askDelete() // papers exist: starting over is deleting
	}
	return t.say("ask_redo", text.Data{"Where": t.where()})
}

// redo puts a draft back to the last recognition.
func (t *turn) redo() error {
	if t.f.State != workflow.Draft {
		return t.askDelete()
	}
	v := workflow.Values{}
	for k, now := range t.f.Values {
		if fd, _ := workflow.FieldOf(k); !fd.Identity && now != t.f.Prior[k] {
			v[k] = t.f.Prior[k]
		}
	}
	if len(v) > 0 {
		if done, err := t.apply(workflow.Command{Action: workflow.Fill, Values: v}); err != nil || !done {
			return err
		}
	}
	return t.sayNext()
}

// answer records whether something off the form has changed (domain §1.5).
func (t *turn) answer() error {
	if t.promote() {
		t.in.others = []answer{{t.in.slot, t.in.yes}}
		return t.set()
	}
	if done, err := t.apply(workflow.Command{Action: workflow.Answer, Slot: t.in.slot, Yes: t.in.yes}); err != nil || !done {
		return err
	}
	d := t.base(t.c, t.f)
	d["What"], d["Label"], d["Yes"] = t.texts.Phrase(fmt.Sprint("question", int(t.in.slot))), t.texts.Slot(t.in.slot), t.in.yes
	return t.withNext("answered", d)
}

// fields is the map of the form: ✓ as before, ✎ changed, ! missing.
func (t *turn) fields() error {
	var lines []string
	missing := t.f.Missing()
	for _, fd := range workflow.Fields() {
		v, mark := t.f.Values[fd.Key], "✓"
		switch {
		case slices.ContainsFunc(missing, func(m workflow.Field) bool { return m.Key == fd.Key }):
			mark = "!"
		case v == "":
			lines = append(lines, t.texts.Phrase("field_line", "·", fd.No, t.texts.Field(fd), t.texts.Phrase("empty")))
			continue
		case v != t.f.Prior[fd.Key]:
			mark = "✎"
		}
		lines = append(lines, t.texts.Phrase("field_line", mark, fd.No, t.texts.Field(fd), shown(fd, v)))
	}
	d := t.base(t.c, t.f)
	d["Lines"], d["Draft"], d["Blank"] = lines, t.f.State == workflow.Draft, t.fieldNames(missing)
	return t.say("fields", d)
}
