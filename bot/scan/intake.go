package scan

import (
	"context"
	"errors"
	"slices"
	"time"

	"example.org/beian/bot/command"
	"example.org/beian/bot/turn"
	"example.org/beian/workflow"
	"example.org/beian/workflow/paper"
)

// errMoved says that the filing is not what it was when the files were looked at.
var errMoved = errors.New("the filing has moved on")

// Intake fetches the files of a message, finds out what they are and answers. Files of one person
// are taken in one after the other. When it fails for the last time, the person is asked to send the
// file again.
func (r *Room) Intake(ctx context.Context, job workflow.Intake, last bool) error {
	err := r.Uploads.Exclusively(ctx, job.Person, func(ctx context.Context) error { return r.intake(ctx, job) })
	if err == nil || !turn.Final(err, last) {
		return err
	}
	r.Log.Error("file given up", "message", job.Message, "err", err)
	// The job's own time may be over. A minute is a guard only: what is waited for is one short
	// transaction, and what DingTalk may take is bounded where the reply is sent.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
	defer cancel()
	return r.takeIn(ctx, job, arrival{refusal: "upload_failed"})
}

// intake looks at the files again when the filing has moved on meanwhile.
func (r *Room) intake(ctx context.Context, job workflow.Intake) error {
	came, refused, err := r.fetch(ctx, job)
	if err != nil {
		return err
	}
	const tries = 3
	for n := 1; ; n++ {
		a := refused
		if a.refusal == "" {
			a = came
			a.leaves = slices.Clone(came.leaves)
			if err := r.consider(ctx, job, &a); err != nil {
				return err
			}
		}
		if err = r.takeIn(ctx, job, a); !errors.Is(err, errMoved) || n == tries {
			return err
		}
	}
}

// takeIn stores the document and lets the turn decide what becomes of it.
func (r *Room) takeIn(ctx context.Context, job workflow.Intake, a arrival) error {
	id := ""
	if a.refusal == "" && a.stacked == nil {
		var err error
		if id, err = r.Files.Put(ctx, a.data); err != nil {
			return err
		}
	}
	kept := false
	in := workflow.Inbound{Robot: job.Robot, Message: job.Message, Person: job.Person}
	err := r.AnswerLater(ctx, in, job.Webhook, func(t *turn.Turn) error {
		err := visit{t, r, command.Args{}}.arrived(a, id)
		kept = err == nil && t.Out.File != nil
		return err
	})
	if !kept && id != "" { // nobody refers to it: do not leave it behind
		err = errors.Join(err, r.Files.Delete(ctx, id))
	}
	return err
}

// mostStacked is how many pages a stack of forms may have.
const mostStacked = 120

// limits are those of the policy; a handler may send a stack of forms.
func (r *Room) limits(p workflow.Person) paper.Limits {
	u := r.Rules().Current.Uploads
	l := paper.Limits{Bytes: u.MaxMB << 20, Pages: u.MaxPages, Pixels: u.MaxMegapixels * 1_000_000}
	if turn.Handles(p) {
		l.Pages = max(l.Pages, mostStacked)
	}
	return l
}
