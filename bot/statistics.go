package bot

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"example.org/beian/bot/chart"
	"example.org/beian/bot/dingtalk"
	"example.org/beian/workflow"
)

// Charts draws pictures.
type Charts interface {
	Draw(p chart.Picture) ([]byte, error)
}

// monthsAhead are the panels' columns: certificates that end, by month and college.
func (b *Bot) monthsAhead(counts []workflow.MonthCount, today workflow.Date, months int) chart.Panel {
	p := chart.Panel{Title: b.texts["zh"].p("chart_months"), Kind: chart.Columns, Unit: b.texts["zh"].p("chart_people")}
	var keys []string
	for i := range months {
		m := workflow.NewDate(today.Year, today.Month, 1).AddMonths(i)
		keys = append(keys, fmt.Sprintf("%04d-%02d", m.Year, m.Month))
		p.Labels = append(p.Labels, b.texts["zh"].p("chart_month", int(m.Month)))
		p.Groups = append(p.Groups, b.texts["zh"].p("chart_year", m.Year))
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
func (b *Bot) picture(o workflow.Overview) ([]byte, error) {
	const months = 6
	return b.Charts.Draw(chart.Picture{Title: b.texts["zh"].p("chart_digest"), Subtitle: o.Day.String(), Panels: []chart.Panel{b.monthsAhead(o.Ahead, o.Day, months)}})
}

// SendStatistics sends somebody of HR the statistics as a picture.
func (b *Bot) SendStatistics(ctx context.Context, job workflow.SendStatistics) error {
	s, err := b.Desk.Statistics(ctx, b.today())
	if err != nil {
		return err
	}
	const months = 12
	zh := b.texts["zh"]
	img, err := b.Charts.Draw(chart.Picture{
		Title: zh.p("chart_statistics"), Subtitle: zh.p("chart_as_of", b.today()),
		Panels: []chart.Panel{b.monthsAhead(s.Ahead, b.today(), months), b.whereOpen(s.Open), b.stepHours(s.Took), b.returnReasons(s.Returned)},
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

// bars is a panel of single values, the largest first.
func bars(title, note, unit string, names []string, values []float64) chart.Panel {
	order := make([]int, len(names))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(values[b], values[a]) })
	p := chart.Panel{Title: title, Note: note, Kind: chart.Bars, Unit: unit, Series: []chart.Series{{Name: title}}}
	for _, i := range order {
		p.Labels = append(p.Labels, names[i])
		p.Series[0].Values = append(p.Series[0].Values, values[i])
	}
	return p
}

func (b *Bot) whereOpen(open []workflow.StateCount) chart.Panel {
	var names []string
	var values []float64
	for _, c := range open {
		name := stateWord(c.State)
		if step, ok := b.Rules().Current.ReviewStep(c.Step); ok {
			name = step.Label
		}
		if i := slices.Index(names, name); i >= 0 {
			values[i] += float64(c.Count)
			continue
		}
		names, values = append(names, name), append(values, float64(c.Count))
	}
	zh := b.texts["zh"]
	return bars(zh.p("chart_open"), "", zh.p("chart_filings"), names, values)
}

// stepHours is the median of the working hours that each step of the review took.
func (b *Bot) stepHours(took []workflow.StepTime) chart.Panel {
	p, zh := b.Rules().Current, b.texts["zh"]
	var names []string
	var values []float64
	for _, step := range p.Review {
		var all []float64
		for _, s := range took {
			if s.Role == step.Role {
				all = append(all, p.WorkTime(s.From, s.To).Hours())
			}
		}
		names, values = append(names, step.Label), append(values, math.Round(median(all)*10)/10)
	}
	return bars(zh.p("chart_took"), zh.p("chart_took_note", len(took)), zh.p("chart_hours"), names, values)
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
	var names []string
	var values []float64
	for code, n := range returned {
		name := code
		for _, r := range b.Rules().Current.Reasons {
			if r.Code == code {
				name = r.Label
			}
		}
		names, values = append(names, name), append(values, float64(n))
	}
	order := slices.Clone(names) // a map has no order, a picture must
	slices.Sort(order)
	sorted := make([]float64, len(order))
	for i, n := range order {
		sorted[i] = values[slices.Index(names, n)]
	}
	zh := b.texts["zh"]
	return bars(zh.p("chart_returned"), zh.p("chart_year_note"), zh.p("chart_times"), order, sorted)
}

// statistics begins to draw for somebody of HR.
func (t *turn) statistics() error {
	t.texts = t.Bot.texts["zh"]
	if !t.c.Person.Holds(workflow.HR, "") && !t.c.Person.Holds(workflow.SchoolHandler, "") {
		return t.say("statistics_not_you", data{"Handler": handles(t.c.Person)})
	}
	t.effects = append(t.effects, workflow.SendStatistics{Person: t.c.Person.ID})
	return t.say("statistics_come", nil)
}

// sendImage prepares a picture to be sent to several people.
func (b *Bot) sendImage(ctx context.Context, name string, img []byte) (func([]string) (dingtalk.Receipt, error), error) {
	media, err := b.DingTalk.UploadImage(ctx, name, img)
	if err != nil {
		return nil, err
	}
	return func(to []string) (dingtalk.Receipt, error) { return b.DingTalk.SendImageEach(ctx, to, media) }, nil
}

// stateWord says where a filing stands, for the people of HR.
func stateWord(s workflow.State) string {
	switch s {
	case workflow.Draft:
		return "核对信息"
	case workflow.Saved:
		return "签章与材料"
	case workflow.Ready:
		return "待送审"
	case workflow.Prereview:
		return "预审中"
	case workflow.Submitted, workflow.Reviewing:
		return "已上报"
	case workflow.Returned:
		return "已退回"
	case workflow.Approved, workflow.Done:
		return "已通过"
	}
	return "未开始"
}
