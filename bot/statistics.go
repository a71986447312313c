package bot

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"example.org/beian/bot/chart"
	"example.org/beian/bot/text"
	"example.org/beian/bot/view"
	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
	"example.org/beian/workflow/reminder"
)

// Charts draws pictures.
type Charts interface {
	Draw(p chart.Picture) ([]byte, error)
}

// monthsAhead are the panels' columns: certificates that end, by month and college.
func (b *Bot) monthsAhead(counts []workflow.MonthCount, today calendar.Date, months int) chart.Panel {
	p := chart.Panel{Title: b.Chinese().Phrase("chart_months"), Kind: chart.Columns, Unit: b.Chinese().Phrase("chart_people")}
	var keys []string
	for i := range months {
		m := calendar.NewDate(today.Year, today.Month, 1).AddMonths(i)
		keys = append(keys, fmt.Sprintf("%04d-%02d", m.Year, m.Month))
		p.Labels = append(p.Labels, b.Chinese().Phrase("chart_month", int(m.Month)))
		p.Groups = append(p.Groups, b.Chinese().Phrase("chart_year", m.Year))
	}
	at := map[string]int{}
	for _, c := range counts {
		i := slices.Index(keys, c.Month)
		if i < 0 {
			continue
		}
		n, known := at[c.College]
		if !known {
			n = len(p.Series)
			at[c.College] = n
			p.Series = append(p.Series, chart.Series{Name: c.College, Values: make([]float64, months)})
		}
		p.Series[n].Values[i] += float64(c.Count)
	}
	return p
}

// picture is the one that comes with the daily overview.
func (b *Bot) picture(o reminder.Overview) ([]byte, error) {
	const months = 6
	return b.Charts.Draw(chart.Picture{Title: b.Chinese().Phrase("chart_digest"), Subtitle: o.Day.String(), Panels: []chart.Panel{b.monthsAhead(o.Ahead, o.Day, months)}})
}

// SendStatistics sends somebody of HR the statistics as a picture.
func (b *Bot) SendStatistics(ctx context.Context, job workflow.SendStatistics) error {
	s, err := b.Cases.Statistics(ctx, b.Today())
	if err != nil {
		return err
	}
	const months = 12
	zh := b.Chinese()
	img, err := b.Charts.Draw(chart.Picture{
		Title: zh.Phrase("chart_statistics"), Subtitle: zh.Phrase("chart_as_of", b.Today()),
		Panels: []chart.Panel{b.monthsAhead(s.Ahead, b.Today(), months), b.whereOpen(s.Open), b.stepHours(s.Took), b.returnReasons(s.Returned)},
	})
	if err != nil {
		return fmt.Errorf("draw statistics: %w", err)
	}
	media, err := b.DingTalk.UploadImage(ctx, "统计.png", img)
	if err != nil {
		return err
	}
	_, err = b.DingTalk.SendImageEach(ctx, []string{job.Person}, media)
	return err
}

// bar is one value of a panel.
type bar struct {
	name  string
	value float64
}

// bars is a panel of single values, the largest first.
func bars(title, note, unit string, all []bar) chart.Panel {
	slices.SortFunc(all, func(a, b bar) int { return cmp.Or(cmp.Compare(b.value, a.value), strings.Compare(a.name, b.name)) })
	p := chart.Panel{Title: title, Note: note, Kind: chart.Bars, Unit: unit, Series: []chart.Series{{Name: title}}}
	for _, x := range all {
		p.Labels = append(p.Labels, x.name)
		p.Series[0].Values = append(p.Series[0].Values, x.value)
	}
	return p
}

func (b *Bot) whereOpen(open []workflow.StateCount) chart.Panel {
	n := map[string]float64{}
	for _, c := range open {
		name := view.StateWord(c.State)
		if step, ok := b.Rules().Current.ReviewStep(c.Step); ok {
			name = step.Label
		}
		n[name] += float64(c.Count)
	}
	zh := b.Chinese()
	return bars(zh.Phrase("chart_open"), "", zh.Phrase("chart_filings"), barsOf(n))
}

func barsOf(values map[string]float64) []bar {
	var out []bar
	for name, v := range values {
		out = append(out, bar{name, v})
	}
	return out
}

// stepHours is the median of the working hours that each step of the review took.
func (b *Bot) stepHours(took []workflow.StepTime) chart.Panel {
	p, zh := b.Rules().Current, b.Chinese()
	var out []bar
	for _, step := range p.Review {
		var all []float64
		for _, s := range took {
			if s.Role == step.Role {
				all = append(all, p.WorkTime(s.From, s.To).Hours())
			}
		}
		out = append(out, bar{step.Label, math.Round(median(all)*10) / 10})
	}
	return bars(zh.Phrase("chart_took"), zh.Phrase("chart_took_note", len(took)), zh.Phrase("chart_hours"), out)
}

// median is NaN of nothing.
func median(all []float64) float64 {
	if len(all) == 0 {
		return math.NaN()
	}
	slices.Sort(all)
	n := len(all)
	return (all[(n-1)/2] + all[n/2]) / 2
}

func (b *Bot) returnReasons(returned map[string]int) chart.Panel {
	n := map[string]float64{}
	for code, times := range returned {
		name := code
		for _, r := range b.Rules().Current.Reasons {
			if r.Code == code {
				name = r.Label
			}
		}
		n[name] += float64(times)
	}
	zh := b.Chinese()
	return bars(zh.Phrase("chart_returned"), zh.Phrase("chart_year_note"), zh.Phrase("chart_times"), barsOf(n))
}

// statistics begins to draw for somebody of HR.
func (t *visit) statistics() error {
	t.InChinese()
	if !t.Case.Person.Holds(workflow.HR, "") && !t.Case.Person.Holds(workflow.SchoolHandler, "") {
		return t.Say("statistics_not_you", text.Data{"Handler": handles(t.Case.Person)})
	}
	t.Later(workflow.SendStatistics{Person: t.Case.Person.ID})
	return t.Say("statistics_come", nil)
}
