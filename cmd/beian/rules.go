package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"example.org/beian/cmd/internal/app"
	"example.org/beian/storage"
	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
)

func showPolicy(w io.Writer) error {
	_, err := w.Write(workflow.DefaultPolicyFile())
	return err
}

// checkPolicy names every fault of a policy file as FILE:LINE, so that editors can
// jump there.
func checkPolicy(w io.Writer, path string) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	p, err := workflow.ParsePolicy(b)
	if err == nil {
		_, err = fmt.Fprintf(w, "%s: 版本 %s,没有发现问题 / version %s, no fault found\n", path, p.Version, p.Version)
		return err
	}
	faults := []error{err}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		faults = joined.Unwrap()
	}
	for _, f := range faults {
		if _, err := fmt.Fprintf(w, "%s:%s\n", path, f); err != nil {
			return err
		}
	}
	return fmt.Errorf("规则文件有 %d 处要改 / the policy has %d faults", len(faults), len(faults))
}

// withStore runs fn on the database of the environment.
func withStore(ctx context.Context, fn func(*storage.Store, workflow.Policy) error) error {
	cfg, err := load()
	if err != nil {
		return err
	}
	policy, err := cfg.Policy()
	if err != nil {
		return err
	}
	store, done, err := app.OpenStore(ctx, cfg)
	if err != nil {
		return err
	}
	defer done()
	return fn(store, policy)
}

func importYear(ctx context.Context, w io.Writer, path string) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	y, err := calendar.ParseYear(b)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return withStore(ctx, func(s *storage.Store, p workflow.Policy) error {
		if i := slices.IndexFunc(p.Years, func(have calendar.Year) bool {
			return have.Year == y.Year && !have.Official
		}); i >= 0 {
			if err := y.Check(&p.Years[i]); err != nil {
				return fmt.Errorf("%s: %w", path, err)
			}
		}
		if err := s.SaveYear(ctx, y, time.Now()); err != nil {
			return err
		}
		_, err := fmt.Fprintf(w, "%d 年已导入,%d 个工作日;运行中的机器人半分钟内生效 / %d imported, %d working days; "+
			"running bots follow within half a minute\n",
			y.Year, workdays(y), y.Year, workdays(y))
		return err
	})
}

func workdays(y calendar.Year) int {
	c, err := calendar.New([]calendar.Year{y})
	if err != nil { // it has been checked
		return 0
	}
	return c.Workdays(calendar.NewDate(y.Year, time.January, 1), calendar.NewDate(y.Year, time.December, 31))
}

func listYears(ctx context.Context, w io.Writer) error {
	return withStore(ctx, func(s *storage.Store, p workflow.Policy) error {
		book, err := s.Rules(ctx, p)
		if err != nil {
			return err
		}
		years := book.Current.Years
		slices.SortFunc(years, func(a, b calendar.Year) int { return a.Year - b.Year })
		for _, y := range years {
			kind := "暂定 / provisional"
			if y.Official {
				kind = "正式 / official"
			}
			if _, err := fmt.Fprintf(w, "%d  %d 个工作日 / working days  %s  %s\n", y.Year, workdays(y), kind,
				y.Source); err != nil {
				return err
			}
		}
		return nil
	})
}

// replay compares every stored filing with the fold of its events.
func replay(ctx context.Context, w io.Writer) error {
	return withStore(ctx, func(s *storage.Store, _ workflow.Policy) error {
		filings, events, wrong := 0, 0, 0
		err := s.EachFiling(ctx, func(stored workflow.Filing, log []workflow.Event) error {
			filings, events = filings+1, events+len(log)
			differs, err := workflow.Divergence(stored, log)
			if err != nil || len(differs) == 0 {
				return err
			}
			wrong++
			_, err = fmt.Fprintf(w, "%s: 与事件不符 / differs from its events: %v\n", stored.ID, differs)
			return err
		})
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(w, "%d 份备案,%d 个事件,%d 份不符 / %d filings, %d events, %d differ\n", filings, events, wrong,
			filings, events, wrong); err != nil {
			return err
		}
		if wrong > 0 {
			return errors.New("有备案与它的事件不符 / a filing differs from its events")
		}
		return nil
	})
}
