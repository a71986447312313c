package view

import (
	"strconv"
	"strings"

	"example.org/beian/bot/text"
	"example.org/beian/workflow"
)

// PageList names pages by their numbers.
func PageList(pages []int) string {
	parts := make([]string, len(pages))
	for i, p := range pages {
		parts[i] = strconv.Itoa(p)
	}
	return strings.Join(parts, "、")
}

// HintList says what is not good about a document, page by page; empty when all is well.
func HintList(t *text.Catalogue, hints []workflow.PageHint) string {
	var parts []string
	for _, h := range hints {
		parts = append(parts, t.Phrase("hint_"+h.Hint, h.Page))
	}
	return strings.Join(parts, t.Phrase("comma"))
}
