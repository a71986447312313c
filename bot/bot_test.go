package bot

import (
	"testing"

	"example.org/beian/bot/command"
	"example.org/beian/bot/command/commandtest"
	"example.org/beian/bot/dingtalk"
	"example.org/beian/bot/turn"
	"example.org/beian/bot/turn/turntest"
	"example.org/beian/workflow"
)

// world is a school with everything but paper.
func world(t *testing.T) (*turntest.World, *Bot) {
	t.Helper()
	w := turntest.New(t)
	d := Deps{Records: w.Store, Files: noFiles{}, Papers: noPapers{}, DingTalk: w.Chat}
	d.Deps = w.Kernel.Deps
	b, err := New(d)
	if err != nil {
		t.Fatal(err)
	}
	return w, b
}

type noFiles struct{ Files }

type noPapers struct{ Papers }

func (noPapers) Missing(string) []rune { return nil }

func (noPapers) Pages(workflow.Sheet) int { return 2 }

var _ dingtalk.Handler = (*Bot)(nil)

// TestJoinedList: whatever a command of any room is written as is read back as that command, and no
// other claims it.
func TestJoinedList(t *testing.T) {
	_, b := world(t)
	var specs []command.Spec
	for _, c := range b.commands {
		specs = append(specs, c.Spec)
		if (c.Do == nil) == (c.Read == nil) {
			t.Errorf("%s does nothing, or two things", c.Name)
		}
	}
	commandtest.RoundTrip(t, specs)
}

var _ turn.Command
