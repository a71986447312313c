package review

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"example.org/beian/bot/command"
	"example.org/beian/bot/turn"
	"example.org/beian/bot/view"
	"example.org/beian/workflow"
)

// toSealPack has the forms sent that wait for the seal.
var toSealPack = command.Spec{Name: "seal_pack", Words: []string{"待盖章包", "待盖章", "要盖章的"}}

func (r *Room) sealCommands() []turn.Command {
	return []turn.Command{
		{Spec: toSealPack, Safe: true, Who: turn.Handlers, When: inCollege, Do: r.do(visit.sealPack)},
		{
			Spec: command.Spec{Name: "seal", Forms: []string{"(盖章|已盖章) {filing}"}},
			Who:  turn.Handlers, When: inCollege, Do: r.onFiling(visit.seal),
		},
	}
}

// seal is the college's word that the form has been signed and sealed (F3, F4).
func (t visit) seal(actor workflow.Actor) error {
	switch t.Filing.Form {
	case workflow.FormSealed, workflow.FormScanned, workflow.FormUploaded:
		return t.Say("handler_same", view.Base(t.Turn, t.Case, t.Filing))
	case workflow.FormPrinted, workflow.FormSigned:
		if done, err := t.note(workflow.Command{Action: workflow.CollegeSign, Actor: actor}, ""); err != nil || !done {
			return err
		}
	}
	if done, err := t.note(workflow.Command{Action: workflow.SealForm, Actor: actor}, ""); err != nil || !done {
		return err
	}
	return t.Say("sealed_noted", view.Base(t.Turn, t.Case, t.Filing))
}

func (t visit) sealPack() error {
	t.InChinese()
	if !handling(t.Turn) {
		return t.Say("desk_not_you", nil)
	}
	t.Later(workflow.SealPack{Person: t.Case.Person.ID})
	return t.Say("seal_comes", nil)
}

// toSeal reports whether somebody may sign and seal the form of a filing now. It need not be the next
// thing that they have to do: posting and sealing go on side by side.
func (r *Room) toSeal(c workflow.Case, person string) bool {
	return view.Task(r.Rules(), c, person, r.Today()) == view.TaskSeal ||
		view.Unsealed(c.Filing) && view.MayStamp(c, person, r.Today())
}

// SealPack sends a college handler all forms that are to be signed and sealed, one file a college.
func (r *Room) SealPack(ctx context.Context, job workflow.SealPack) error {
	cases, err := r.Cases.Desk(ctx, job.Person, r.Today(), view.MostOnDesk)
	if err != nil {
		return err
	}
	byCollege := map[string][]workflow.Case{}
	for _, c := range cases {
		if r.toSeal(c, job.Person) {
			byCollege[c.College.ID] = append(byCollege[c.College.ID], c)
		}
	}
	if len(byCollege) == 0 {
		return r.Write(ctx, []string{job.Person}, "seal_none", nil)
	}
	for _, college := range slices.Sorted(maps.Keys(byCollege)) {
		if err := r.sendPack(ctx, job.Person, byCollege[college]); err != nil {
			return err
		}
	}
	return nil
}

// sendPack sends the forms of one college.
func (r *Room) sendPack(ctx context.Context, person string, list []workflow.Case) error {
	college := list[0].College.Name
	sheets := make([]workflow.Sheet, len(list))
	for i, c := range list {
		sheets[i] = c.Filing.Sheet(workflow.PaperForm, college, r.School)
	}
	pdf, err := r.Papers.Pack(college, r.Today(), sheets)
	if err != nil {
		return err
	}
	for _, c := range list {
		if err := r.Cards.Shown(ctx, c.Applicant.ID, []string{person}, workflow.ShownForm, r.Now()); err != nil {
			return err
		}
	}
	name := fmt.Sprintf("待盖章-%s-%d份.pdf", college, len(list))
	return r.SendDocument(ctx, []string{person}, name, "pdf", pdf)
}
