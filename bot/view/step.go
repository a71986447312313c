// Package view tells a filing in words: where it stands and what is next, its notice, its milestones, who
// acts on it and what waits for whom. The rooms share it, so that all of them tell the same.
package view

import (
	"fmt"
	"strings"

	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/workflow"
)

// StepOf is the next thing to do in this turn.
func StepOf(t *turn.Turn) workflow.Step {
	s := workflow.Next(t.Case.Certificate, t.Filing, t.Consented(), t.Policy(), t.Today())
	if a := workflow.Assess(t.Case.Certificate, t.Today(), t.Policy()); s.Kind == workflow.StepConsent &&
		t.Case.Consent == "" &&
		a.Reason != workflow.EligibleNow {
		return workflow.Step{Stage: 2, Kind: workflow.StepBlocked, Reason: a.Reason} // nothing to agree to yet
	}
	return s
}

// where is the headline that says where the person is.
func where(t *turn.Turn) string {
	return StageName(t.Text, StepOf(t).Stage)
}

// StageName names one of the six visible steps.
func StageName(t *text.Catalogue, stage int) string {
	return fmt.Sprintf("%s (%d/6)", t.Phrase(fmt.Sprint("stage", stage)), stage)
}

// Guide tells the kernel where a filing is.
type Guide struct{}

// Where implements [turn.Guide].
func (Guide) Where(t *turn.Turn) string { return where(t) }

// Step implements [turn.Guide].
func (Guide) Step(t *turn.Turn) (string, text.Data, error) { return StepText(t) }

// Brief implements [turn.Guide].
func (Guide) Brief(t *turn.Turn) (string, error) { return brief(t) }

// nextLine is the next step in one sentence, without headline and buttons.
func brief(t *turn.Turn) (string, error) {
	key, d, err := StepText(t)
	if err != nil {
		return "", err
	}
	if key == "confirm" || key == "welcome" {
		key = "next_" + key // the whole text has been shown before
	}
	m, err := t.Text.Message(key, d)
	if err != nil {
		return "", err
	}
	return strings.TrimPrefix(m.OneLine(), "· "), nil // the caller has said where the person is
}

// StepText chooses the text for the next step and fills it.
func StepText(t *turn.Turn) (string, text.Data, error) {
	s := StepOf(t)
	d := Base(t, t.Case, t.Filing)
	switch s.Kind {
	case workflow.StepConsent:
		return "welcome", d, nil
	case workflow.StepBlocked:
		return "blocked_" + string(s.Reason), d, nil
	case workflow.StepStart:
		return "start", d, nil
	case workflow.StepConfirm:
		return "confirm", d, fillConfirm(t, d, s)
	case workflow.StepPaper:
		d["Notice"] = NoticeLine(t)
		return "step_paper", d, nil
	case workflow.StepMaterial:
		d["Slots"], d["Insurance"] = slots(t, s.Slots), s.Slots[0] == workflow.SlotInsurance
		return "step_material", d, nil
	case workflow.StepHandIn:
		d["Notice"], d["Over"] = NoticeLine(t), t.Filing.Notice.Over(t.Today())
		return "step_hand_in", d, nil
	case workflow.StepWaitNotice:
		d["Notice"] = NoticeLine(t)
		return "step_wait", d, nil
	case workflow.StepFix:
		FillFix(t, d, s)
		return "step_fix", d, nil
	case workflow.StepReview:
		fillReview(t, d)
		return "step_review", d, nil
	case workflow.StepOfficial:
		return officialText(t, d)
	case workflow.StepDownload:
		FillRenewed(t, d)
		d["Generated"] = t.Filing.Generated
		return "approved", d, nil
	}
	FillRenewed(t, d)
	return "finished", d, nil
}

func fillConfirm(t *turn.Turn, d text.Data, s workflow.Step) (err error) {
	d["Groups"] = groups(t)
	d["Partial"] = t.Filing.Partial // R-C07
	d["Ask"] = OpenQuestions(t)
	d["Doubts"], err = DoubtLines(t)
	d["Blank"] = FieldNames(t, s.Fields)
	d["Example"] = Example(t, s.Fields)
	return err
}

// FillFix fills in what was returned, and why.
func FillFix(t *turn.Turn, d text.Data, s workflow.Step) {
	var items []string
	for _, it := range s.Items {
		items = append(items, ItemLine(t, it))
	}
	d["Items"], d["By"] = items, Teacher(t, t.Filing.Review.By)
	d["Ready"] = len(s.Slots) == 0
	d["Hint"] = t.Text.Phrase("fix_ready")
	if len(s.Slots) > 0 {
		d["Hint"] = t.Text.Phrase("fix_send", strings.Join(slots(t, s.Slots), t.Text.Phrase("comma")))
	}
}

func fillReview(t *turn.Turn, d text.Data) {
	step, _ := t.Policy().ReviewStep(t.Filing.Review.Step)
	d["StepLabel"], d["Handlers"] = t.Text.Either(step.Label, step.English), Handlers(t, step.Role)
}

// ItemLine says what is to be mended and why.
func ItemLine(t *turn.Turn, it workflow.ReturnItem) string {
	what := t.Text.Phrase("whole")
	if fd, ok := workflow.FieldOf(it.Field); ok {
		what = t.Text.Field(fd)
	} else if it.Slot != 0 {
		what = t.Text.Phrase("slot", int(it.Slot), t.Text.Slot(it.Slot))
	}
	r, _ := t.Policy().Reason(it.Reason)
	line := t.Text.Phrase("item", what, t.Text.Either(r.Label, r.English))
	if it.Text != "" {
		line += t.Text.Phrase("item_text", text.Typed(it.Text))
	}
	return line
}

// NoticeLine says where the public notice stands, in one sentence.
func NoticeLine(t *turn.Turn) string {
	n := t.Filing.Notice
	switch {
	case n.Over(t.Today()):
		return t.Text.Phrase("notice_over", n.From, n.Until)
	case n.State == workflow.NoticePosted:
		return t.Text.Phrase("notice_posted", n.From, n.Until, t.Text.Provisional(n))
	case n.State == workflow.NoticeObjection:
		return t.Text.Phrase("notice_objection")
	case n.State == workflow.NoticeWithdrawn || n.State == workflow.NoticePrinted:
		return t.Text.Phrase("notice_again")
	}
	return t.Text.Phrase("notice_handed", Handlers(t, workflow.CollegeHandler))
}
