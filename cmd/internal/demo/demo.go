// Package demo is what the demo and the tests of the whole path share: fictitious
// people, the simulated organisation they belong to, and the card template it has
// built. Only cmd/demo and tests import it.
package demo

import (
	"bytes"
	_ "embed"
	"fmt"
	"time"

	"example.org/beian/bot/dingtalk/dingsim"
	"example.org/beian/cmd/internal/roster"
	"example.org/beian/storage"
	"example.org/beian/workflow/calendar"
)

// The simulated organisation.
const (
	School       = "示例师范大学"
	ClientID     = "dingbeiandemo"
	ClientSecret = "demo-only-secret" //nolint:gosec // of the simulator, opens nothing
	CardTemplate = "beian-review.schema"
)

//go:embed people.json
var people []byte

// Epoch is the moment at which the demo begins. The people's stories depend on
// exact dates (a month's last day, an opening today), so the simulated clock starts
// here instead of the dates moving with the calendar.
func Epoch() time.Time { return calendar.NewDate(2026, time.November, 23).At(10, 0) }

// Roster returns the fictitious people with their certificates.
func Roster() (storage.Roster, error) {
	return roster.Read(bytes.NewReader(people), calendar.DateOf(Epoch()))
}

// Organisation returns the configuration of the simulator for them.
func Organisation() (dingsim.Config, error) {
	entries, err := roster.Entries(bytes.NewReader(people))
	if err != nil {
		return dingsim.Config{}, err
	}
	cfg := dingsim.Config{
		CorpID:    "dingdemocorp",
		Apps:      []dingsim.App{{ClientID: ClientID, ClientSecret: ClientSecret}},
		Templates: []dingsim.Template{ReviewTemplate()},
	}
	var members []string
	for _, e := range entries {
		members = append(members, e.ID)
		cfg.Users = append(cfg.Users, dingsim.User{
			ID: e.ID, UnionID: "union-" + e.ID, Name: e.Name, Title: e.Title, Dept: e.College, Kind: e.Kind,
		})
	}
	cfg.Groups = []dingsim.Group{{ID: "ciddemogroup==", Title: "人才备案交流群", Members: members}}
	return cfg, nil
}

// ReviewTemplate is the card template as deploy/cards describes it.
func ReviewTemplate() dingsim.Template {
	return dingsim.Template{
		ID: CardTemplate,
		Blocks: []dingsim.Block{
			{Kind: "title", Var: "title"},
			{Kind: "markdown", Var: "summary"},
			{Kind: "markdown", Var: "changes"},
			{Kind: "markdown", Var: "materials"},
			{Kind: "note", Var: "status_text"},
		},
		Buttons: []dingsim.Button{{
			ActionID: "approve", TitleVar: "approve_text", Style: "primary", ShowVar: "status", ShowEquals: "open",
			Params: map[string]string{"action": "approve"},
		}, {
			ActionID: "view", Title: "查看材料", Params: map[string]string{"action": "view"},
		}, {
			ActionID: "reassign", Title: "转交…", ShowVar: "status", ShowEquals: "open",
			Params: map[string]string{"action": "reassign"},
		}},
		FormVar: "form", FormButtonVar: "form_btn_text", ShowFormVar: "status", ShowFormEquals: "open",
	}
}

// Person finds somebody by name, for scripts that people read.
func Person(name string) (string, error) {
	entries, err := roster.Entries(bytes.NewReader(people))
	if err != nil {
		return "", err
	}
	for _, e := range entries {
		if e.Name == name {
			return e.ID, nil
		}
	}
	return "", fmt.Errorf("no demo person is called %q", name)
}
