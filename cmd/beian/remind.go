package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"example.org/beian/cmd/internal/app"
	"example.org/beian/notify"
	"example.org/beian/storage"
	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
)

// dryRun prints what the daily pass would send on a day, to whom and why.
func dryRun(ctx context.Context, w io.Writer, day string, now time.Time) error {
	on, err := calendar.ParseDate(day)
	if err != nil {
		return fmt.Errorf("日期写成 2027-01-15 / write the date as 2027-01-15: %w", err)
	}
	today := calendar.DateOf(now)
	if on.Before(today) {
		return fmt.Errorf("%s 已经过去 / has passed", on)
	}
	cfg, err := load()
	if err != nil {
		return err
	}
	pass, done, err := app.Pass(ctx, cfg, now)
	if err != nil {
		return err
	}
	defer done()
	policy := pass.Rules().Current
	n := 0
	err = pass.Preview(ctx, today, on, func(p notify.Preview) error {
		n++
		k := p.Candidate
		about := ""
		if p.To != k.Person.ID {
			about = " 关于 / about " + k.Person.ID
		}
		_, err := fmt.Fprintf(w, "%s\t%s %s%s\t%s(%s)\t%s 到期 / ends\n", p.To, k.Person.Name, k.College, about, p.Milestone,
			p.Why, k.Certificate.ValidUntil(policy))
		return err
	})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%s:%d 条提醒,什么也没有发 / %d reminders, nothing was sent\n", on, n, n)
	return err
}

// mostDead is how many dead letters are listed.
const mostDead = 500

func listDead(ctx context.Context, w io.Writer) error {
	return withStore(ctx, func(store *storage.Store, _ workflow.Policy) error {
		dead, err := store.DeadLetters(ctx, mostDead)
		if err != nil {
			return err
		}
		for _, d := range dead {
			if _, err := fmt.Fprintf(w, "%s\t%s\t%s\t试过 %d 次 / attempts %d\t%s\n", d.ID,
				d.At.In(calendar.Zone()).Format("2006-01-02 15:04"), d.Kind, d.Attempts, d.Attempts, d.Reason); err != nil {
				return err
			}
		}
		_, err = fmt.Fprintf(w, "%d 条 / dead letters\n", len(dead))
		return err
	})
}

// resend tries one dead letter again, or all of them.
func resend(ctx context.Context, w io.Writer, id string, now time.Time) error {
	return withStore(ctx, func(store *storage.Store, _ workflow.Policy) error {
		ids := []string{id}
		if id == "all" {
			dead, err := store.DeadLetters(ctx, mostDead)
			if err != nil {
				return err
			}
			ids = nil
			for _, d := range dead {
				ids = append(ids, d.ID)
			}
		}
		n := 0
		var errs []error
		for _, one := range ids {
			err := store.Resend(ctx, one, now)
			if errors.Is(err, workflow.ErrNotFound) {
				err = fmt.Errorf("%s: 不在清单里,先看 beian dead list / not on the list, see beian dead list", one)
			}
			if err != nil {
				errs = append(errs, err)
				continue
			}
			n++
		}
		_, err := fmt.Fprintf(w, "%d 条会再试 / will be tried again\n", n)
		return errors.Join(append(errs, err)...)
	})
}
