package bot

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"example.org/beian/bot/dingtalk"
	"example.org/beian/bot/workbook"
	"example.org/beian/workflow"
)

// Digest sends one part of the daily overview, the same to everybody.
func (b *Bot) Digest(ctx context.Context, part workflow.MessageTopic, people []string, o workflow.Overview) (workflow.Delivery, error) {
	var out workflow.Delivery
	send, err := b.digestPart(ctx, part, o)
	if err != nil {
		return out, err
	}
	if send == nil {
		return workflow.Delivery{Dropped: people}, nil
	}
	err = b.deliverEach(people, send, func(d workflow.Delivery) error {
		out.QueryKey = d.QueryKey
		out.Reason = d.Reason
		out.Sent, out.Unreachable = append(out.Sent, d.Sent...), append(out.Unreachable, d.Unreachable...)
		out.Dead, out.Later = append(out.Dead, d.Dead...), append(out.Later, d.Later...)
		return nil
	})
	return out, err
}

// digestPart prepares a part; nil means that there is nothing to send.
func (b *Bot) digestPart(ctx context.Context, part workflow.MessageTopic, o workflow.Overview) (func([]string) (dingtalk.Receipt, error), error) {
	switch part {
	case workflow.TellDigest:
		o.Used = b.used(ctx)
		m, err := b.texts["zh"].message("digest", b.digestData(o))
		if err != nil {
			return nil, err
		}
		return func(to []string) (dingtalk.Receipt, error) { return b.DingTalk.SendEach(ctx, to, m) }, nil
	case workflow.TellPicture:
		if len(o.Ahead) == 0 {
			return nil, nil
		}
		img, err := b.picture(o)
		if err != nil {
			return nil, fmt.Errorf("draw the overview: %w", err)
		}
		return b.sendImage(ctx, "每月到期.png", img)
	case workflow.TellList:
		return b.digestList(ctx, o)
	default:
		return nil, nil
	}
}

// digestList prepares the list of those whose certificates end soon; that it was taken is noted
// for each person on it.
func (b *Bot) digestList(ctx context.Context, o workflow.Overview) (func([]string) (dingtalk.Receipt, error), error) {
	p, zh := b.Rules().Current, b.texts["zh"]
	among := func(all []workflow.Candidate, k workflow.Candidate) bool {
		return slices.ContainsFunc(all, func(x workflow.Candidate) bool { return x.Certificate.ID == k.Certificate.ID })
	}
	var rows [][]string
	var people []string
	listed := slices.Clone(o.Ending) // and whom the overview names besides
	for _, k := range slices.Concat(o.Expired, o.Silent, o.Unreachable) {
		if !among(listed, k) {
			listed = append(listed, k)
		}
	}
	for _, k := range listed {
		note := ""
		switch {
		case k.State.Begun():
		case among(o.Unreachable, k):
			note = zh.p("list_unreachable")
		case !k.Attention.Declined.IsZero():
			note = zh.p("list_declined")
		case among(o.Silent, k):
			note = zh.p("list_silent")
		}
		ends := k.Certificate.ValidUntil(p)
		rows = append(rows, []string{k.Person.Name, k.Person.ID, k.College, ends.String(), fmt.Sprint(o.Day.DaysUntil(ends)), stateWord(k.State), note})
		people = append(people, k.Person.ID)
	}
	if len(rows) == 0 {
		return nil, nil
	}
	file, err := workbook.List(zh.p("list_sheet"), strings.Split(zh.p("list_header"), "、"), []float64{12, 20, 18, 12, 10, 14, 16}, rows)
	if err != nil {
		return nil, err
	}
	name := zh.p("list_name", p.Reminders.DigestDays, o.Day)
	media, err := b.DingTalk.Upload(ctx, name, file)
	if err != nil {
		return nil, err
	}
	return func(to []string) (dingtalk.Receipt, error) {
		r, err := b.DingTalk.SendFileEach(ctx, to, media, name, "xlsx")
		if err != nil {
			return r, err
		}
		for _, reader := range to {
			if err := b.Registry.ShownAll(ctx, people, reader, accessList, b.Now()); err != nil {
				return r, err
			}
		}
		return r, nil
	}, nil
}

func (b *Bot) digestData(o workflow.Overview) data {
	p := b.Rules().Current
	zh := b.texts["zh"]
	var waiting, within []string
	total := o.Asked
	for _, q := range o.Waiting {
		label := q.Step // of filings that keep an older chain
		if s, known := p.ReviewStep(q.Step); known {
			label = s.Label
		}
		total += q.Count
		waiting = append(waiting, zh.p("queue", label, q.Count, int(p.WorkTime(q.Oldest, b.Now()).Hours())))
	}
	slices.Sort(waiting)
	if o.Asked > 0 {
		waiting = append(waiting, zh.p("asked", o.Asked))
	}
	for _, w := range o.Within {
		within = append(within, zh.p("within", w.Days, w.Ending, w.Busy, w.Read, w.Ending-w.Busy-w.Read))
	}
	name := func(k workflow.Candidate) string {
		ends := k.Certificate.ValidUntil(p)
		return zh.p("person_ends", said(k.Person.Name), said(k.College), ends, zh.left(o.Day.DaysUntil(ends)))
	}
	names := func(all []workflow.Candidate) ([]string, int) {
		var lines []string
		for _, k := range all {
			lines = append(lines, name(k))
		}
		return capped(lines)
	}
	var soon []workflow.Candidate
	named := func(all []workflow.Candidate, k workflow.Candidate) bool {
		return slices.ContainsFunc(all, func(x workflow.Candidate) bool { return x.Certificate.ID == k.Certificate.ID })
	}
	for _, k := range o.Ending {
		if !k.State.Begun() && !named(o.Silent, k) && !named(o.Unreachable, k) { // each person once
			soon = append(soon, k)
		}
	}
	var expired []workflow.Candidate
	for _, k := range o.Expired {
		if !named(o.Silent, k) && !named(o.Unreachable, k) {
			expired = append(expired, k)
		}
	}
	d := data{
		"Day": o.Day, "Total": total, "Waiting": waiting, "Within": within, "Month": o.Month, "Done": o.Done, "Overdue": o.Overdue,
		"Dead": o.Dead, "Year": o.MissingYear, "Used": o.Used, "Warn": o.Used >= workflow.QuotaWarn, "Held": o.Used >= workflow.QuotaHold,
	}
	d["Expired"], d["MoreExpired"] = names(expired)
	d["Soon"], d["MoreSoon"] = names(soon)
	d["Silent"], d["MoreSilent"] = names(o.Silent)
	d["Unreachable"], d["MoreUnreachable"] = names(o.Unreachable)
	return d
}
