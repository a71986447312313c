package outbox

import (
	"context"
	"fmt"
	"slices"

	"example.org/beian/bot/dingtalk"
	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/workflow"
	"example.org/beian/workflow/reminder"
)

// Digest sends one part of the daily overview, the same to everybody, and reports like Tell.
func (r *Room) Digest(
	ctx context.Context, part reminder.Topic, people []string, o reminder.Overview, done func(reminder.Delivery) error,
) error {
	send, about, err := r.part(ctx, part, o)
	if err != nil {
		return err
	}
	if send == nil {
		return done(reminder.Delivery{Dropped: people})
	}
	for some := range slices.Chunk(people, reminder.MostTold) {
		err := deliverEach(some, send, func(d reminder.Delivery) error {
			for _, reader := range d.Sent {
				if len(about) > 0 {
					d.Shown = append(d.Shown, reminder.Sight{Reader: reader, About: about, What: workflow.ShownList})
				}
			}
			return done(d)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// part prepares a part, and tells whom it lists; a nil call means that there is nothing to send.
func (r *Room) part(
	ctx context.Context, part reminder.Topic, o reminder.Overview,
) (send sendAll, about []string, err error) {
	switch part {
	case reminder.TopicDigest:
		o.Used = r.Used(ctx)
		m, err := r.Chinese().Message("digest", r.digestData(o))
		return func(to []string) (dingtalk.Receipt, error) { return r.post.SendEach(ctx, to, turn.Wire(m)) }, nil, err
	case reminder.TopicPicture:
		if len(o.Ahead) == 0 {
			return nil, nil, nil
		}
		img, err := r.picture(o)
		if err != nil {
			return nil, nil, fmt.Errorf("draw the overview: %w", err)
		}
		media, err := r.post.UploadImage(ctx, "每月到期.png", img)
		return func(to []string) (dingtalk.Receipt, error) { return r.post.SendImageEach(ctx, to, media) }, nil, err
	case reminder.TopicList:
		return r.list(ctx, o)
	default:
		return nil, nil, nil
	}
}

// digestData is the overview in lines.
func (r *Room) digestData(o reminder.Overview) text.Data {
	zh := r.Chinese()
	waiting, total := r.queues(o)
	var within []string
	for _, w := range o.Within {
		within = append(within, zh.Phrase("within", w.Days, w.Ending, w.Busy, w.Read, w.Ending-w.Busy-w.Read))
	}
	names := func(all []reminder.Candidate) ([]string, int) {
		var lines []string
		for _, k := range all {
			lines = append(lines, r.personEnds(k, o.Day))
		}
		return capped(lines)
	}
	idle := func(all []reminder.Candidate) []reminder.Candidate { // each person once
		return slices.DeleteFunc(slices.Clone(all), func(k reminder.Candidate) bool {
			return k.State.Begun() || among(o.Silent, k) || among(o.Unreachable, k)
		})
	}
	d := text.Data{
		"Day": o.Day, "Total": total, "Waiting": waiting, "Within": within, "Month": o.Month, "Done": o.Done,
		"Overdue": o.Overdue, "Dead": o.Dead, "Year": o.MissingYear,
		"Used": o.Used, "Warn": o.Used >= workflow.QuotaWarn, "Held": o.Used >= workflow.QuotaHold,
	}
	d["Expired"], d["MoreExpired"] = names(idle(o.Expired))
	d["Soon"], d["MoreSoon"] = names(idle(o.Ending))
	d["Silent"], d["MoreSilent"] = names(o.Silent)
	d["Unreachable"], d["MoreUnreachable"] = names(o.Unreachable)
	return d
}

// queues are where filings and questions wait, and how many there are.
func (r *Room) queues(o reminder.Overview) (waiting []string, total int) {
	p, zh := r.Rules().Current, r.Chinese()
	total = o.Asked
	for _, q := range o.Waiting {
		label := q.Step // of filings that keep an older chain
		if s, known := p.ReviewStep(q.Step); known {
			label = s.Label
		}
		total += q.Count
		waiting = append(waiting, zh.Phrase("queue", label, q.Count, int(p.WorkTime(q.Oldest, r.Now()).Hours())))
	}
	slices.Sort(waiting)
	if o.Asked > 0 {
		waiting = append(waiting, zh.Phrase("asked", o.Asked))
	}
	return waiting, total
}

// among reports whether a certificate is one of those.
func among(all []reminder.Candidate, k reminder.Candidate) bool {
	return slices.ContainsFunc(all, func(x reminder.Candidate) bool { return x.Certificate.ID == k.Certificate.ID })
}
