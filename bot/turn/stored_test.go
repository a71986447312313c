package turn

import (
	"encoding/json"
	"testing"

	"example.org/beian/bot/text"
	"example.org/beian/workflow"
)

// TestStoredReply: replies that a version before has stored are sent, and one before reads ours: the keys
// never change.
func TestStoredReply(t *testing.T) {
	const before = `{"webhook":"w","message":{"title":"标题","text":"**甲** 乙","buttons":[{"title":"进度","say":"进度"}]},` +
		`"sheets":[{"kind":"form","filing":"K7M2Q9XD"}]}`
	var r storedReply
	if err := json.Unmarshal([]byte(before), &r); err != nil {
		t.Fatal(err)
	}
	if r.Webhook != "w" || r.Message.Text != "**甲** 乙" || r.Message.Buttons[0].Say != "进度" ||
		r.Sheets[0].Filing != "K7M2Q9XD" {
		t.Errorf("%+v", r)
	}
	m := Wire(text.Message{Head: "甲", Body: "乙", Buttons: []text.Button{{Title: "进度", Say: "进度"}}})
	b, err := json.Marshal(storedReply{Webhook: "w", Message: m, Sheets: []workflow.Sheet{{Filing: "K7M2Q9XD"}}})
	if err != nil {
		t.Fatal(err)
	}
	var keys struct {
		Webhook string `json:"webhook"`
		Message struct {
			Title, Text string
			Buttons     []struct{ Title, Say string }
		} `json:"message"`
		Sheets []struct{ Filing string } `json:"sheets"`
	}
	if err := json.Unmarshal(b, &keys); err != nil {
		t.Fatal(err)
	}
	if keys.Webhook != "w" || keys.Message.Text != "**甲** 乙" || keys.Message.Buttons[0].Say != "进度" ||
		keys.Sheets[0].Filing != "K7M2Q9XD" {
		t.Errorf("%s", b)
	}
}
