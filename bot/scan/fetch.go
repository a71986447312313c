package scan

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"

	"example.org/beian/bot/dingtalk"
	"example.org/beian/workflow"
	"example.org/beian/workflow/paper"
)

// fetch gets and reads the files. What the person must be told is in the refusal; an error means that
// trying again may help.
func (r *Room) fetch(ctx context.Context, job workflow.Intake) (a, refused arrival, err error) {
	c, err := r.Filings.PersonCase(ctx, job.Person)
	if err != nil {
		return a, refused, err
	}
	limits := r.limits(c.Person)
	if job.Stored != "" {
		return r.fetchKept(ctx, job, limits)
	}
	hash := sha256.New()
	for _, f := range job.Files {
		raw, err := r.Download(ctx, f.Code)
		switch {
		case errors.Is(err, &dingtalk.Error{Kind: dingtalk.Expired}):
			return a, arrival{refusal: "upload_lost"}, nil
		case errors.Is(err, dingtalk.ErrTooLarge):
			return a, arrival{refusal: "upload_broken", why: "why_large"}, nil
		case err != nil:
			return a, refused, err
		}
		if refused, err = r.add(ctx, &a, raw, f.Name, limits); refused.refusal != "" || err != nil {
			return a, refused, err
		}
		hash.Write(raw)
	}
	copy(a.hash[:], hash.Sum(nil))
	return a, refused, nil
}

// fetchKept reads a photo that was kept until the person said what it is.
func (r *Room) fetchKept(
	ctx context.Context, job workflow.Intake, limits paper.Limits,
) (a, refused arrival, err error) {
	raw, err := r.Files.Get(ctx, job.Stored)
	if errors.Is(err, fs.ErrNotExist) {
		return a, arrival{refusal: "upload_lost"}, nil
	}
	if err != nil {
		return a, refused, err
	}
	if err := r.leavesOf(ctx, &a, raw, limits); err != nil {
		return a, refused, fmt.Errorf("read kept photo: %w", err)
	}
	a.hash = sha256.Sum256(raw)
	a.parts = []workflow.StoredFile{{ID: job.Stored}}
	return a, refused, nil
}

// leavesOf reads a file that is kept and adds its pages.
func (r *Room) leavesOf(ctx context.Context, a *arrival, data []byte, limits paper.Limits) error {
	scan, err := r.Papers.Read(ctx, data, limits)
	if err != nil {
		return err
	}
	a.kind = scan.Type
	for _, p := range scan.Pages {
		a.leaves = append(a.leaves, leaf{data: data, page: p.Number, scan: p})
	}
	return nil
}

// add takes one file into the arrival: first it is looked at by the malware scanner, if there is one,
// then read within bounds.
func (r *Room) add(
	ctx context.Context, a *arrival, raw []byte, name string, limits paper.Limits,
) (refused arrival, err error) {
	if r.Malware != nil {
		found, err := r.Malware.Scan(ctx, raw)
		if err != nil {
			return arrival{}, fmt.Errorf("look for malware: %w", err)
		}
		if found != "" {
			r.Log.Warn("malware refused", "name", found)
			return arrival{refusal: "upload_malware"}, nil
		}
	}
	scan, err := r.Papers.Read(ctx, raw, limits)
	var tidy []byte
	if err == nil {
		tidy, err = r.Papers.Tidy(ctx, raw)
	}
	if err != nil {
		if refused := unreadable(err); refused.refusal != "" {
			return refused, nil
		}
		return arrival{}, fmt.Errorf("read file: %w", err)
	}
	if a.name == "" {
		a.name = name
	}
	a.kind = scan.Type
	for _, p := range scan.Pages {
		a.leaves = append(a.leaves, leaf{data: tidy, page: p.Number, scan: p})
	}
	if len(a.leaves) > limits.Pages {
		return arrival{refusal: "upload_broken", why: "why_pages"}, nil
	}
	return arrival{}, nil
}

// unreadable turns what is wrong with a file into a text.
func unreadable(err error) arrival {
	for _, known := range []struct {
		err      error
		key, why string
	}{
		{paper.ErrEmpty, "upload_broken", "why_empty"},
		{paper.ErrOffice, "upload_office", ""},
		{paper.ErrHEIC, "upload_heic", ""},
		{paper.ErrUnsupported, "upload_type", ""},
		{paper.ErrEncrypted, "upload_broken", "why_password"},
		{paper.ErrActive, "upload_broken", "why_active"},
		{paper.ErrDamaged, "upload_broken", "why_damaged"},
		{paper.ErrTooManyPages, "upload_broken", "why_pages"},
		{paper.ErrTooLarge, "upload_broken", "why_large"},
		{paper.ErrTooManyPixels, "upload_broken", "why_pixels"},
		{paper.ErrTooSlow, "upload_broken", "why_slow"},
	} {
		if errors.Is(err, known.err) {
			return arrival{refusal: known.key, why: known.why}
		}
	}
	return arrival{}
}
