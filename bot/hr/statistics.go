package hr

import (
	"context"
	"fmt"

	"example.org/beian/bot/chart"
	"example.org/beian/bot/command"
	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/workflow"
	"example.org/beian/workflow/reminder"
)

// statisticsCommands send the statistics; the school's handlers may see them too.
func (r *Room) statisticsCommands() []turn.Command {
	return []turn.Command{{
		Spec: command.Spec{
			Name: "statistics", Words: []string{"统计", "统计图", "看统计"}, English: []string{"statistics"},
		},
		Safe: true, Who: turn.Handlers, When: seesStatistics, Do: r.do(visit.statistics),
	}}
}

func seesStatistics(t *turn.Turn) bool {
	return t.IsHR() || t.Case.Person.Holds(workflow.SchoolHandler, "")
}

// statistics begins to draw for somebody of HR.
func (t visit) statistics() error {
	if !seesStatistics(t.Turn) {
		return t.Say("statistics_not_you", text.Data{"Handler": turn.Handles(t.Case.Person)})
	}
	t.Later(workflow.SendStatistics{Person: t.Case.Person.ID})
	return t.Say("statistics_come", nil)
}

// SendStatistics sends somebody of HR the statistics as a picture.
func (r *Room) SendStatistics(ctx context.Context, job workflow.SendStatistics) error {
	s, err := r.Counts.Statistics(ctx, r.Today())
	if err != nil {
		return err
	}
	const months = 12
	zh := r.Chinese()
	img, err := r.Charts.Draw(chart.Picture{
		Title: zh.Phrase("chart_statistics"), Subtitle: zh.Phrase("chart_as_of", r.Today()),
		Panels: []chart.Panel{
			r.monthsAhead(s.Ahead, r.Today(), months),
			r.whereOpen(s.Open), r.stepHours(s.Took), r.returnReasons(s.Returned),
		},
	})
	if err != nil {
		return fmt.Errorf("draw statistics: %w", err)
	}
	media, err := r.Files.UploadImage(ctx, "统计.png", img)
	if err != nil {
		return err
	}
	_, err = r.Files.SendImageEach(ctx, []string{job.Person}, media)
	return err
}

// Overview is the picture that comes with the daily overview.
func (r *Room) Overview(o reminder.Overview) ([]byte, error) {
	const months = 6
	return r.Charts.Draw(chart.Picture{
		Title: r.Chinese().Phrase("chart_digest"), Subtitle: o.Day.String(),
		Panels: []chart.Panel{r.monthsAhead(o.Ahead, o.Day, months)},
	})
}
