package command_test

import (
	"slices"
	"testing"

	"example.org/beian/bot/command"
	"example.org/beian/bot/command/commandtest"
	"example.org/beian/workflow/calendar"
)

func hear(s string) command.Sentence { return command.Hear(s, calendar.NewDate(2026, 11, 23)) }

var specs = []command.Spec{
	{Name: "hello", Words: []string{"你好", "开始"}, English: []string{"hello", "hi there"}},
	{Name: "approve", Forms: []string{"(通过|上报) {filing} {code?}"}},
	{Name: "status", Forms: []string{"状态 {filing} {text}"}},
	{Name: "desk", Words: []string{"待我处理"}, Forms: []string{"(待我处理|待办) {word}"}},
	{
		Name:  "batch",
		Words: []string{"逐份看"},
		Forms: []string{"逐份看 {filings} 不含 {skip:filings}", "逐份看 {filings}", "逐份看 不含 {skip:filings}"},
	},
	{Name: "swap", Forms: []string{"换页 {slot} {page:number} {file}"}},
	{Name: "find", Forms: []string{"(查找|查) {text}"}},
	{Name: "any", Read: func(s command.Sentence) (command.Args, bool) {
		return command.Args{Value: len(s.Plain)}, s.Plain == "随便" || s.Plain == "再随便"
	}, Examples: []string{"随便"}},
	{Name: "second", Read: func(s command.Sentence) (command.Args, bool) { return command.Args{}, s.Plain == "随便" }},
}

func list(t *testing.T) *command.List {
	t.Helper()
	l, err := command.NewList(specs)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestRecognise(t *testing.T) {
	const file = "0123456789abcdef0123456789abcdef"
	for _, c := range []struct {
		say, want string
		args      map[string]string
	}{
		{"你好", "hello", nil},
		{" 您好 ", "", nil},
		{"Hello!", "hello", nil},
		{"ＨＥＬＬＯ。", "hello", nil},
		{"开始？", "hello", nil},
		{"通过 K7M2Q9XD", "approve", map[string]string{"filing": "K7M2Q9XD"}},
		{"通过k7m2q9xd", "approve", map[string]string{"filing": "K7M2Q9XD"}},
		{"上报　Ｋ７Ｍ２Ｑ９ｘｄ ABC234", "approve", map[string]string{"filing": "K7M2Q9XD", "code": "ABC234"}},
		{"通过 K7M2Q9XD thanks", "", nil},
		{"通过 K7M2Q9X", "", nil},
		{"通过 K7M2Q9XDABC234", "", nil},
		{"状态 k7m2q9xd：受理中，预计３天（待补）", "status", map[string]string{"filing": "K7M2Q9XD", "text": "受理中，预计３天（待补）"}},
		{"状态K7M2Q9XD审核中", "status", map[string]string{"filing": "K7M2Q9XD", "text": "审核中"}},
		{"状态 K7M2Q9XD12月1日审核中", "status", map[string]string{"filing": "K7M2Q9XD", "text": "12月1日审核中"}},
		{"状态 K7M2Q9XDpending", "", nil}, // nothing parts the number from the words
		{"待我处理", "desk", nil},
		{"待办 急", "desk", map[string]string{"word": "急"}},
		{"待办吗", "", nil},
		{"逐份看", "batch", nil},
		{"逐份看 k7m2q9xd  AAAAAAAA", "batch", map[string]string{"filings": "K7M2Q9XD AAAAAAAA"}},
		{"逐份看 K7M2Q9XD 不含 AAAAAAAA BBBBBBBB", "batch", map[string]string{"filings": "K7M2Q9XD", "skip": "AAAAAAAA BBBBBBBB"}},
		{"换页 2 13 " + file, "swap", map[string]string{"slot": "2", "page": "13", "file": file}},
		{"换页 9 13 " + file, "", nil},
		{"查 陈一帆", "find", map[string]string{"text": "陈一帆"}},
		{"查：周　砚", "find", map[string]string{"text": "周　砚"}},
		{"随便", "any", nil},
	} {
		name, a, ok := list(t).Recognise(hear(c.say))
		if name != c.want || ok != (c.want != "") {
			t.Errorf("%q is %q, want %q", c.say, name, c.want)
		}
		for name, want := range c.args {
			if got := a.Text(name); got != want {
				t.Errorf("%q: %s is %q, want %q", c.say, name, got, want)
			}
		}
	}
}

func TestArgs(t *testing.T) {
	_, a, _ := list(t).Recognise(hear("换页 2 13 0123456789ABCDEF0123456789abcdef"))
	if a.Int("slot") != 2 || a.Int("page") != 13 || a.Text("file") != "0123456789abcdef0123456789abcdef" ||
		a.Filing() != "" ||
		a.Int("none") != 0 {
		t.Errorf("%+v", a)
	}
	_, a, _ = list(t).Recognise(hear("逐份看 K7M2Q9XD AAAAAAAA"))
	if !slices.Equal(a.List("filings"), []string{"K7M2Q9XD", "AAAAAAAA"}) || len(a.List("skip")) != 0 {
		t.Errorf("%+v", a)
	}
	_, a, _ = list(t).Recognise(hear("随便"))
	if a.Value != 6 {
		t.Errorf("%+v", a)
	}
}

func TestSay(t *testing.T) {
	for _, c := range []struct {
		name string
		args command.Args
		want string
	}{
		{"hello", command.With(), "你好"},
		{"approve", command.With("filing", "K7M2Q9XD", "code", ""), "通过 K7M2Q9XD"},
		{"approve", command.With("filing", "K7M2Q9XD", "code", "ABC234"), "通过 K7M2Q9XD ABC234"},
		{"batch", command.With("skip", "AAAAAAAA"), "逐份看 不含 AAAAAAAA"},
	} {
		i := slices.IndexFunc(specs, func(s command.Spec) bool { return s.Name == c.name })
		if got, err := specs[i].Say(c.args); err != nil || got != c.want {
			t.Errorf("%s: %q, %v; want %q", c.name, got, err, c.want)
		}
	}
	for _, a := range []command.Args{command.With(), command.With("filing", "K7M2Q9XD", "slot", "2")} {
		if got, err := specs[1].Say(a); err == nil {
			t.Errorf("%v is said as %q", a, got)
		}
	}
}

func TestListsThatAreWrong(t *testing.T) {
	for what, specs := range map[string][]command.Spec{
		"no name":         {{Words: []string{"好"}}},
		"same name":       {{Name: "a"}, {Name: "a"}},
		"same word":       {{Name: "a", Words: []string{"好"}}, {Name: "b", English: []string{"好。"}}},
		"no letter":       {{Name: "a", Words: []string{" "}}},
		"unknown kind":    {{Name: "a", Forms: []string{"好 {colour}"}}},
		"argument twice":  {{Name: "a", Forms: []string{"好 {word} {word}"}}},
		"same word, sign": {{Name: "a", Words: []string{"OK"}}, {Name: "b", Words: []string{"ok!"}}},
	} {
		if _, err := command.NewList(specs); err == nil {
			t.Errorf("%s is taken", what)
		}
	}
}

// TestRoundTrip: what is written is read as the same command with the same arguments.
func TestRoundTrip(t *testing.T) {
	commandtest.RoundTrip(t, specs)
}

func FuzzRecognise(f *testing.F) {
	for _, s := range []string{"你好", "通过 k7m2q9xd", "状态 K7M2Q9XD：受理中", "逐份看", "\u202e查 ", "查 \xff"} {
		f.Add(s)
	}
	l, err := command.NewList(specs)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(_ *testing.T, s string) { l.Recognise(hear(s)) })
}
