package text

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

func catalogue(t *testing.T, lang string) *Catalogue {
	t.Helper()
	c, err := Load(lang)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func entries(t *testing.T, lang string) map[string]Entry {
	t.Helper()
	list, err := Entries(lang)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]Entry{}
	for _, e := range list {
		if _, twice := out[e.Name]; twice {
			t.Errorf("%s: %s is there twice", lang, e.Name)
		}
		out[e.Name] = e
	}
	return out
}

var (
	actions = regexp.MustCompile(`{{[^}]*}}`)
	value   = regexp.MustCompile(`\.[A-Z][A-Za-z]*`)
	verb    = regexp.MustCompile(`%(?:\[\d\])?[a-z]`)
)

// TestLanguagesSayTheSame: every entry is there in both, fills in the same values, has a
// headline where the other has one, and offers the same buttons in the same order.
func TestLanguagesSayTheSame(t *testing.T) {
	zh, en := entries(t, "zh"), entries(t, "en")
	if len(zh) != len(en) {
		t.Errorf("%d entries in Chinese, %d in English", len(zh), len(en))
	}
	values := func(e Entry) []string {
		found := value.FindAllString(strings.Join(actions.FindAllString(e.Text, -1), " "), -1)
		slices.Sort(found)
		return slices.Compact(found)
	}
	for key, own := range zh {
		other, ok := en[key]
		if !ok {
			t.Errorf("%s is missing in English", key)
			continue
		}
		if a, b := values(own), values(other); !slices.Equal(a, b) {
			t.Errorf("%s fills in %v, in English %v", key, a, b)
		}
		if strings.HasPrefix(key, "p/") {
			if a, b := verb.FindAllString(own.Text, -1), verb.FindAllString(other.Text, -1); !slices.Equal(a, b) {
				t.Errorf("%s has %v, in English %v", key, a, b)
			}
			continue
		}
		if a, b := own.Buttons(), other.Buttons(); len(a) != len(b) {
			t.Errorf("%s has %d buttons, in English %d", key, len(a), len(b))
		}
		if strings.HasPrefix(own.Text, "# ") != strings.HasPrefix(other.Text, "# ") {
			t.Errorf("%s has a headline in one language only", key)
		}
	}
}

func TestTextsFitDingTalk(t *testing.T) {
	for key, e := range entries(t, "zh") {
		if strings.ContainsAny(e.Text, "!！") {
			t.Errorf("%s has an exclamation mark", key)
		}
		for line := range strings.Lines(e.Text) {
			if b := buttonsOf(strings.TrimSpace(line)); len(b) > 5 {
				t.Errorf("more than five buttons: %s", line)
			}
		}
	}
}

func TestMessage(t *testing.T) {
	m, err := catalogue(t, "zh").Message("notice_task", Data{
		"Name": Typed("陈一帆"), "College": Typed("c"), "Category": "E", "Ends": "2026-12-10",
		"Days": 5, "ID": "K7M2Q9XD", "Late": false, "Safe": "", "Expired": false, "PostFrom": "11-24", "PostUntil": "12-01",
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(m.Buttons) != 2 || m.Buttons[0] != (Button{Title: "今天已张贴", Say: "公示 K7M2Q9XD 今天"}) {
		t.Errorf("%+v", m.Buttons)
	}
	if strings.Contains(m.Body, "[") {
		t.Errorf("buttons are left in the text: %s", m.Body)
	}
}

// TestThen: one headline, of where the person is now, and the newest buttons.
func TestThen(t *testing.T) {
	a := Message{Head: "③ 填报 (3/6)", Body: "记下。", Buttons: []Button{{"甲", "甲"}}}
	b := Message{Head: "④ 签章 (4/6)", Body: "请打印。", Buttons: []Button{{"乙", "乙"}}}
	for _, c := range []struct {
		m    Message
		want string
	}{
		{a.Then(b), "**④ 签章 (4/6)** 记下。" + LineBreak + "请打印。"},
		{a.Then(Message{Body: "请稍候。"}), "**③ 填报 (3/6)** 记下。" + LineBreak + "请稍候。"},
		{Message{}.Then(a), "**③ 填报 (3/6)** 记下。"},
		{a.Lead("听到的是「好」。"), "**③ 填报 (3/6)** 听到的是「好」。" + LineBreak + "记下。"},
		{Message{Head: "① 告知 (1/6)"}, "**① 告知 (1/6)**"},
	} {
		if got := c.m.Markdown(); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
	if got := a.Then(b).Buttons; len(got) != 1 || got[0].Title != "乙" {
		t.Error(got)
	}
	if got := a.Then(b).Title(); got != "④ 签章 (4/6) 记下。" {
		t.Error(got)
	}
}

func TestMissingValueIsAnError(t *testing.T) {
	if _, err := catalogue(t, "zh").Message("kept", Data{}); err == nil {
		t.Error("a text without its value was sent")
	}
}

// TestTypedIsInert: whatever a person types, it is neither formatting nor a link
// .
func TestTypedIsInert(t *testing.T) {
	for _, s := range []string{
		"[同意](dtmd://dingtalkclient/sendMessage?content=%E5%90%8C%E6%84%8F)", "![x](http://evil)", "**粗**", "# 题", "> 引",
		"`x`",
		"a\nb", "\u202e反", "<a href=x>", "http://example.org", "王\u200b㛃", "1\x00\x1b[31m",
	} {
		got := Typed(s).String()
		if strings.ContainsAny(got, "[]*`<>#\n\r\x00\x1b") || strings.Contains(got, "://") ||
			strings.ContainsRune(got, '\u202e') {
			t.Errorf("%q is said as %q", s, got)
		}
	}
	for _, s := range []string{"王㛃", "赵𬭎", "阿依古丽·买买提", "Anna Beispiel", "省自然科学奖、技术发明奖前3名(一等)"} {
		if Typed(s).String() != s {
			t.Errorf("%q is changed to %q", s, Typed(s))
		}
	}
}
