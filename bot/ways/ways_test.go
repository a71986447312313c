package ways_test

import (
	"bytes"
	"os"
	"testing"

	"example.org/beian/bot/command"
	"example.org/beian/bot/ways"
)

// TestLikely: sentences that were learned mean what they were learned as, slips of sound do not matter, and
// what has nothing to do with us is none of ours.
func TestLikely(t *testing.T) {
	t.Parallel()
	for sentence, want := range map[string]string{
		"办到哪一步了": "progress", "帮我催一下老师": "nudge_handler", "公式要贴几天": "?notice_days", "公示要貼幾天": "?notice_days",
		"今天食堂吃什么": "smalltalk", "current state of my case": "progress", "给我看看统计图": "statistics",
	} {
		got, err := ways.Likely(sentence)
		if err != nil {
			t.Fatal(err)
		}
		if got[0].Name != want {
			t.Errorf("%q is %q (%.2f), then %q", sentence, got[0].Name, got[0].Likelihood, got[1].Name)
		}
	}
}

// TestSamples: names get their prefix, a dash is none of ours.
func TestSamples(t *testing.T) {
	t.Parallel()
	got := ways.Samples("# a comment\nhelp 帮帮我\n- 天气 不错\n\n", "?")
	want := []command.Sample{{Name: "?help", Sentence: "帮帮我"}, {Sentence: "天气 不错"}}
	if len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
		t.Errorf("%+v", got)
	}
}

// TestLearn: learning twice gives the same, and what is kept is read back as it was.
func TestLearn(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile("commands.en.txt")
	if err != nil {
		t.Fatal(err)
	}
	samples := ways.Samples(string(b), "")[:200]
	var kept [2]bytes.Buffer
	for i := range kept {
		if err := command.Learn(samples).Write(&kept[i]); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(kept[0].Bytes(), kept[1].Bytes()) {
		t.Error("learning twice gives two results")
	}
	l, err := command.ReadLikeness(kept[0].Bytes())
	if err != nil {
		t.Fatal(err)
	}
	right := 0
	for _, s := range samples {
		if l.Likely(s.Sentence)[0].Name == s.Name {
			right++
		}
	}
	if right < len(samples)*9/10 {
		t.Errorf("%d of %d sentences are known again", right, len(samples))
	}
	if _, err := command.ReadLikeness([]byte("nonsense")); err == nil {
		t.Error("nonsense was read")
	}
}
