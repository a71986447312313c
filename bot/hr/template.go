package hr

import (
	"context"
	"strings"

	"example.org/beian/bot/command"
	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/bot/workbook"
	"example.org/beian/workflow"
	"example.org/beian/workflow/roster"
)

// templateCommands send the empty roster.
func (r *Room) templateCommands() []turn.Command {
	return []turn.Command{{
		Spec: command.Spec{
			Name: "roster_template", Words: []string{"名册模板", "导入名册", "下载名册模板"},
			English: []string{"roster template"},
		},
		Safe: true, Who: turn.HR,
		Do: r.do(func(t visit) error {
			return t.leave("template_comes", workflow.Office{Task: workflow.OfficeTemplate})
		}),
	}}
}

// sendTemplate sends the empty roster, with the colleges to choose from and how it is filled in.
func (r *Room) sendTemplate(ctx context.Context, job workflow.Office) error {
	colleges, err := r.Registry.Colleges(ctx)
	if err != nil {
		return err
	}
	var names, help []string
	for _, d := range colleges {
		names = append(names, d.College.Name)
	}
	for _, lang := range text.Languages {
		d := text.Data{"Days": int(roster.UndoImport.Hours() / 24), "Most": workbook.MaxRows}
		line, err := r.In(lang).Line("roster_help", d)
		if err != nil {
			return err
		}
		help = append(help, strings.Split(line, "\n")...)
		help = append(help, "")
	}
	file, err := workbook.Template(names, help)
	if err != nil {
		return err
	}
	return r.sendWorkbook(ctx, job.Person, "名册模板.xlsx", file)
}
