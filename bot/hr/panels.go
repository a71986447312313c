package hr

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"example.org/beian/bot/chart"
	"example.org/beian/bot/view"
	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
)

// monthsAhead are columns: certificates that end, by month and college.
func (r *Room) monthsAhead(counts []workflow.MonthCount, today calendar.Date, months int) chart.Panel {
	zh := r.Chinese()
	p := chart.Panel{Title: zh.Phrase("chart_months"), Kind: chart.Columns, Unit: zh.Phrase("chart_people")}
	var keys []string
	for i := range months {
		m := calendar.NewDate(today.Year, today.Month, 1).AddMonths(i)
		keys = append(keys, fmt.Sprintf("%04d-%02d", m.Year, m.Month))
		p.Labels = append(p.Labels, zh.Phrase("chart_month", int(m.Month)))
		p.Groups = append(p.Groups, zh.Phrase("chart_year", m.Year))
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

// whereOpen is where open filings are: in a state, or in a step of the review.
func (r *Room) whereOpen(open []workflow.StateCount) chart.Panel {
	n := map[string]float64{}
	for _, c := range open {
		name := view.StateWord(c.State)
		if step, ok := r.Rules().Current.ReviewStep(c.Step); ok {
			name = step.Label
		}
		n[name] += float64(c.Count)
	}
	zh := r.Chinese()
	return bars(zh.Phrase("chart_open"), "", zh.Phrase("chart_filings"), barsOf(n))
}

// stepHours is the median of the working hours that each step of the review took.
func (r *Room) stepHours(took []workflow.StepTime) chart.Panel {
	p, zh := r.Rules().Current, r.Chinese()
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

// returnReasons is how often each reason was given for a return.
func (r *Room) returnReasons(returned map[string]int) chart.Panel {
	n := map[string]float64{}
	for code, times := range returned {
		name := code // of an older policy
		if reason, ok := r.Rules().Current.Reason(code); ok {
			name = reason.Label
		}
		n[name] += float64(times)
	}
	zh := r.Chinese()
	return bars(zh.Phrase("chart_returned"), zh.Phrase("chart_year_note"), zh.Phrase("chart_times"), barsOf(n))
}

// bar is one value of a panel.
type bar struct {
	name  string
	value float64
}

// bars is a panel of single values, the largest first.
func bars(title, note, unit string, all []bar) chart.Panel {
	slices.SortFunc(all, func(a, b bar) int {
		return cmp.Or(cmp.Compare(b.value, a.value), strings.Compare(a.name, b.name))
	})
	p := chart.Panel{Title: title, Note: note, Kind: chart.Bars, Unit: unit, Series: []chart.Series{{Name: title}}}
	for _, x := range all {
		p.Labels = append(p.Labels, x.name)
		p.Series[0].Values = append(p.Series[0].Values, x.value)
	}
	return p
}

func barsOf(values map[string]float64) []bar {
	var out []bar
	for name, v := range values {
		out = append(out, bar{name, v})
	}
	return out
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
