package turn

import (
	"slices"

	"example.org/beian/bot/text"
	"example.org/beian/workflow"
)

// Say adds a text of the catalogue to the reply. What was said before stays in front.
func (t *Turn) Say(key string, d text.Data) error {
	m, err := t.Text.Message(key, d)
	if err != nil {
		return err
	}
	t.Answer(m)
	return nil
}

// Answer adds a message to the reply.
func (t *Turn) Answer(m text.Message) {
	if t.Reply == nil {
		t.Reply = &Reply{Message: m}
		return
	}
	t.Reply.Message = t.Reply.Message.Then(m)
}

// Hand adds papers to the reply.
func (t *Turn) Hand(sheets ...workflow.Sheet) {
	if t.Reply == nil {
		t.Reply = &Reply{}
	}
	t.Reply.Sheets = append(t.Reply.Sheets, sheets...)
}

// Next says where the person is and what is next; it follows what was said.
func (t *Turn) Next() error {
	key, d, err := t.k.Guide.Step(t)
	if err != nil {
		return err
	}
	return t.Say(key, d)
}

// SayWithNext fills a text that ends with the next step, and offers it as the first button.
func (t *Turn) SayWithNext(key string, d text.Data) error {
	next, err := t.k.Guide.Brief(t)
	if err != nil {
		return err
	}
	d["Where"], d["Next"] = t.Where(), next
	if err := t.Say(key, d); err != nil {
		return err
	}
	step, sd, err := t.k.Guide.Step(t)
	if err != nil {
		return err
	}
	m, err := t.Text.Message(step, sd)
	if err != nil || len(m.Buttons) == 0 {
		return err
	}
	first := m.Buttons[0]
	own := slices.DeleteFunc(t.Reply.Message.Buttons, func(b text.Button) bool { return b.Title == first.Title })
	t.Reply.Message.Buttons = append([]text.Button{first}, own...)
	return nil
}

// Where names the visible step at which the person is.
func (t *Turn) Where() string { return t.k.Guide.Where(t) }

// Brief is the next step in one sentence.
func (t *Turn) Brief() (string, error) { return t.k.Guide.Brief(t) }

// refusals are the texts for what is refused; the rest depends on the state.
var refusals = map[workflow.Code]string{
	workflow.RefusedEarly:      "refused_early",
	workflow.RefusedFrozen:     "refused_frozen",
	workflow.RefusedNotice:     "refused_notice",
	workflow.RefusedIdentity:   "refused_identity",
	workflow.RefusedCategory:   "refused_category",
	workflow.RefusedTaken:      "refused_taken",
	workflow.RefusedOrder:      "refused_order",
	workflow.RefusedMissing:    "refused_missing",
	workflow.RefusedUnanswered: "refused_missing",
}

// Refuse turns a refusal into a sentence and a next step.
func (t *Turn) Refuse(r *workflow.Refusal) error {
	switch r.Code {
	case workflow.RefusedSame:
		return t.SayWithNext("nothing_to_change", text.Data{})
	case workflow.RefusedLocked:
		return t.SayWithNext("refused_locked", text.Data{"Items": t.Scope()})
	}
	d := text.Data{"Where": t.Where(), "Date": r.Date.String(), "Provisional": ""}
	if t.Filing != nil {
		d["Provisional"] = t.Text.Provisional(t.Filing.Notice)
	}
	key, ok := refusals[r.Code]
	if !ok {
		next, err := t.Brief()
		if err != nil {
			return err
		}
		d["Next"] = next
		return t.Say("refused_state", d)
	}
	var missing []string
	for _, f := range r.Fields {
		missing = append(missing, t.Text.Field(f))
	}
	for _, s := range r.Slots {
		missing = append(missing, t.Text.Slot(s))
	}
	d["Missing"] = missing
	return t.Say(key, d)
}

// Scope names what the last return opened.
func (t *Turn) Scope() []string {
	out := make([]string, len(t.Filing.Review.Scope))
	for i, it := range t.Filing.Review.Scope {
		if fd, ok := workflow.FieldOf(it.Field); ok {
			out[i] = t.Text.Field(fd)
		} else {
			out[i] = t.Text.Slot(it.Slot)
		}
	}
	return out
}

// separateConsents names the consents of [Turn.Agree] with the version of the notice.
func (t *Turn) separateConsents() []string {
	var out []string
	for _, c := range t.Out.Separate {
		out = append(out, t.Book.Current.Consent+"/"+c)
	}
	return out
}
