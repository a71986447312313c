package bot

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"example.org/beian/bot/dingtalk"
	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/bot/view"
	"example.org/beian/bot/workbook"
	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
	"example.org/beian/workflow/reminder"
)

// Digest sends one part of the daily overview, the same to everybody, and reports like Tell.
func (b *Bot) Digest(ctx context.Context, part reminder.Topic, people []string, o reminder.Overview, done func(reminder.Delivery) error) error {
	send, about, err := b.digestPart(ctx, part, o)
	if err != nil {
		return err
	}
	if send == nil {
		return done(reminder.Delivery{Dropped: people})
	}
	for some := range slices.Chunk(people, reminder.MostTold) {
		err := b.deliverEach(some, send, func(d reminder.Delivery) error {
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

// sendAll makes one call for several people.
type sendAll func(people []string) (dingtalk.Receipt, error)

// digestPart prepares a part, and tells whom it lists; a nil call means that there is nothing to send.
func (b *Bot) digestPart(ctx context.Context, part reminder.Topic, o reminder.Overview) (send sendAll, about []string, err error) {
	switch part {
	case reminder.TopicDigest:
		o.Used = b.Used(ctx)
		m, err := b.Chinese().Message("digest", b.digestData(o))
		return func(to []string) (dingtalk.Receipt, error) { return b.DingTalk.SendEach(ctx, to, turn.Wire(m)) }, nil, err
	case reminder.TopicPicture:
		if len(o.Ahead) == 0 {
			return nil, nil, nil
		}
		img, err := b.picture(o)
		if err != nil {
			return nil, nil, fmt.Errorf("draw the overview: %w", err)
		}
		media, err := b.DingTalk.UploadImage(ctx, "每月到期.png", img)
		return func(to []string) (dingtalk.Receipt, error) { return b.DingTalk.SendImageEach(ctx, to, media) }, nil, err
	case reminder.TopicList:
		return b.digestList(ctx, o)
	default:
		return nil, nil, nil
	}
}

// among reports whether a certificate is one of those.
func among(all []reminder.Candidate, k reminder.Candidate) bool {
	return slices.ContainsFunc(all, func(x reminder.Candidate) bool { return x.Certificate.ID == k.Certificate.ID })
}

// digestList prepares the list of those whose certificates end soon, and whom the overview names
// besides.
func (b *Bot) digestList(ctx context.Context, o reminder.Overview) (send sendAll, about []string, err error) {
	p, zh := b.Rules().Current, b.Chinese()
	listed := slices.Clone(o.Ending)
	for _, k := range slices.Concat(o.Expired, o.Silent, o.Unreachable) {
		if !among(listed, k) {
			listed = append(listed, k)
		}
	}
	if len(listed) == 0 {
		return nil, nil, nil
	}
	var rows [][]string
	for _, k := range listed {
		note := ""
		switch {
		case k.State.Begun():
		case among(o.Unreachable, k):
			note = zh.Phrase("list_unreachable")
		case !k.Attention.Declined.IsZero():
			note = zh.Phrase("list_declined")
		case among(o.Silent, k):
			note = zh.Phrase("list_silent")
		}
		ends := k.Certificate.ValidUntil(p)
		rows = append(rows, []string{k.Person.Name, k.Person.ID, k.College, ends.String(), fmt.Sprint(o.Day.DaysUntil(ends)), view.StateWord(k.State), note})
		about = append(about, k.Person.ID)
	}
	file, err := workbook.List(zh.Phrase("list_sheet"), strings.Split(zh.Phrase("list_header"), "、"), []float64{12, 20, 18, 12, 10, 14, 16}, rows)
	if err != nil {
		return nil, nil, err
	}
	name := zh.Phrase("list_name", p.Reminders.DigestDays, o.Day)
	media, err := b.DingTalk.Upload(ctx, name, file)
	return func(to []string) (dingtalk.Receipt, error) {
		return b.DingTalk.SendFileEach(ctx, to, media, name, "xlsx")
	}, about, err
}

func (b *Bot) digestData(o reminder.Overview) text.Data {
	p := b.Rules().Current
	zh := b.Chinese()
	var waiting, within []string
	total := o.Asked
	for _, q := range o.Waiting {
		label := q.Step // of filings that keep an older chain
		if s, known := p.ReviewStep(q.Step); known {
			label = s.Label
		}
		total += q.Count
		waiting = append(waiting, zh.Phrase("queue", label, q.Count, int(p.WorkTime(q.Oldest, b.Now()).Hours())))
	}
	slices.Sort(waiting)
	if o.Asked > 0 {
		waiting = append(waiting, zh.Phrase("asked", o.Asked))
	}
	for _, w := range o.Within {
		within = append(within, zh.Phrase("within", w.Days, w.Ending, w.Busy, w.Read, w.Ending-w.Busy-w.Read))
	}
	names := func(all []reminder.Candidate) ([]string, int) {
		var lines []string
		for _, k := range all {
			lines = append(lines, b.personEnds(k, o.Day))
		}
		return capped(lines)
	}
	idle := func(all []reminder.Candidate) []reminder.Candidate { // each person once
		return slices.DeleteFunc(slices.Clone(all), func(k reminder.Candidate) bool {
			return k.State.Begun() || among(o.Silent, k) || among(o.Unreachable, k)
		})
	}
	d := text.Data{
		"Day": o.Day, "Total": total, "Waiting": waiting, "Within": within, "Month": o.Month, "Done": o.Done, "Overdue": o.Overdue,
		"Dead": o.Dead, "Year": o.MissingYear, "Used": o.Used, "Warn": o.Used >= workflow.QuotaWarn, "Held": o.Used >= workflow.QuotaHold,
	}
	d["Expired"], d["MoreExpired"] = names(idle(o.Expired))
	d["Soon"], d["MoreSoon"] = names(idle(o.Ending))
	d["Silent"], d["MoreSilent"] = names(o.Silent)
	d["Unreachable"], d["MoreUnreachable"] = names(o.Unreachable)
	return d
}

// personEnds is one line about somebody and when their certificate ends.
func (b *Bot) personEnds(k reminder.Candidate, today calendar.Date) string {
	ends, zh := k.Certificate.ValidUntil(b.Rules().Current), b.Chinese()
	return zh.Phrase("person_ends", text.Typed(k.Person.Name), text.Typed(k.College), ends, view.Left(zh, today.DaysUntil(ends)))
}
