package app_test

import (
	"encoding/json"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"example.org/beian/bot/dingtalk/dingsim"
	"example.org/beian/cmd/internal/demo"
)

// TestCardContract: what deploy/cards tells a school to build is what the bot sends and what
// the local DingTalk draws.
func TestCardContract(t *testing.T) {
	t.Parallel()
	w := desks(t)
	w.start()
	_, track := w.review("陈一帆", nil)
	handler := person(t, "何清越")
	w.awaitCard(track, handler)
	m, _ := w.copyOf(track, handler)
	sent := maps.Clone(m.Params)
	form := sent["form"]
	maps.Copy(sent, w.mustPress(track, handler, "approve", approving()).Response.CardData.Params)
	w.awaitClosed(track, handler)
	m, _ = w.copyOf(track, handler)
	maps.Copy(sent, m.Params)

	variables, buttons, groups := contract(t)
	if got, want := slices.Sorted(maps.Keys(sent)), slices.Sorted(slices.Values(variables)); !slices.Equal(got, want) {
		t.Errorf("the bot sends %v, deploy/cards lists %v", got, want)
	}
	var fields struct {
		Fields []struct{ Name string }
	}
	must(t, json.Unmarshal([]byte(form), &fields))
	var names []string
	for _, f := range fields.Fields {
		names = append(names, f.Name)
	}
	if !slices.Equal(names, groups) {
		t.Errorf("the form has %v, deploy/cards lists %v", names, groups)
	}
	drawn := demo.ReviewTemplate()
	var ids []string
	for _, b := range drawn.Buttons {
		ids = append(ids, b.ActionID)
		for _, v := range used(b) {
			if !slices.Contains(variables, v) {
				t.Errorf("the button %s needs %s, which deploy/cards does not list", b.ActionID, v)
			}
		}
	}
	if ids = append(ids, drawn.FormVar); !slices.Equal(ids, buttons) {
		t.Errorf("the template has the buttons %v, deploy/cards lists %v", ids, buttons)
	}
	for _, b := range drawn.Blocks {
		if !slices.Contains(variables, b.Var) {
			t.Errorf("the template draws %s, which deploy/cards does not list", b.Var)
		}
	}
}

// used are the variables that a button needs.
func used(b dingsim.Button) (out []string) {
	for _, v := range []string{b.TitleVar, b.ShowVar} {
		if v != "" {
			out = append(out, v)
		}
	}
	return out
}

var tableRow = regexp.MustCompile("(?m)^\\| `([a-z_]+)` \\|")

// contract reads the tables of deploy/cards/README.md: the variables, the buttons and the
// fields of the return form.
func contract(t *testing.T) (variables, buttons, groups []string) {
	t.Helper()
	b, err := os.ReadFile("../../../deploy/cards/README.md")
	must(t, err)
	section := func(title string) string {
		_, rest, ok := strings.Cut(string(b), "\n## "+title)
		if !ok {
			t.Fatalf("deploy/cards has no section %s", title)
		}
		rest, _, _ = strings.Cut(rest, "\n## ")
		return rest
	}
	for _, m := range tableRow.FindAllStringSubmatch(section("变量"), -1) {
		variables = append(variables, m[1])
	}
	for _, m := range tableRow.FindAllStringSubmatch(section("按钮"), -1) {
		buttons = append(buttons, m[1])
	}
	for _, m := range regexp.MustCompile("`((?:items|reason|text)\\d?)`").FindAllStringSubmatch(section("退回表单"), -1) {
		groups = append(groups, m[1])
	}
	return variables, buttons, groups
}
