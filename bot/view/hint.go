package view

import (
	"strconv"
	"strings"

	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/workflow"
)

func PageList(pages []int) string {
	parts := make([]string, len(pages))
	for i, p := range pages {
		parts[i] = strconv.Itoa(p)
	}
	return strings.Join(parts, "、")
}

func HintList(t *text.Catalogue, hints []workflow.PageHint) string {
	var parts []string
	for _, h := range hints {
		parts = append(parts, t.Phrase("hint_"+h.Hint, h.Page))
	}
	return strings.Join(parts, t.Phrase("comma"))
}

func DoubtLines(t *turn.Turn) ([]string, error) {
	var out []string
	for _, b := range t.Filing.Doubts(t.Today()) {
		line, err := t.Text.Line(
			"doubt_"+b.Code,
			text.Data{
				"Label": t.Text.Field(b.Field),
				"Value": Shown(b.Field, t.Filing.Values[b.Field.Key]),
				"Want":  b.Want,
			},
		)
		if err != nil {
			return nil, err
		}
		out = append(out, line)
	}
	return out, nil
}
