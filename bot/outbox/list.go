package outbox

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"example.org/beian/bot/dingtalk"
	"example.org/beian/bot/view"
	"example.org/beian/bot/workbook"
	"example.org/beian/workflow/reminder"
)

// list prepares the list of those whose certificates end soon, and whom the overview names
// besides.
func (r *Room) list(ctx context.Context, o reminder.Overview) (send sendAll, about []string, err error) {
	p, zh := r.Rules().Current, r.Chinese()
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
		ends := k.Certificate.ValidUntil(p)
		rows = append(rows, []string{
			k.Person.Name, k.Person.ID, k.College, ends.String(), fmt.Sprint(o.Day.DaysUntil(ends)),
			view.StateWord(k.State), r.remark(o, k),
		})
		about = append(about, k.Person.ID)
	}
	header := strings.Split(zh.Phrase("list_header"), "、")
	file, err := workbook.List(zh.Phrase("list_sheet"), header, []float64{12, 20, 18, 12, 10, 14, 16}, rows)
	if err != nil {
		return nil, nil, err
	}
	name := zh.Phrase("list_name", p.Reminders.DigestDays, o.Day)
	media, err := r.Chat.Upload(ctx, name, file)
	return func(to []string) (dingtalk.Receipt, error) {
		return r.post.SendFileEach(ctx, to, media, name, "xlsx")
	}, about, err
}

// remark is why somebody who has not begun needs eyes.
func (r *Room) remark(o reminder.Overview, k reminder.Candidate) string {
	zh := r.Chinese()
	switch {
	case k.State.Begun():
		return ""
	case among(o.Unreachable, k):
		return zh.Phrase("list_unreachable")
	case !k.Attention.Declined.IsZero():
		return zh.Phrase("list_declined")
	case among(o.Silent, k):
		return zh.Phrase("list_silent")
	}
	return ""
}
