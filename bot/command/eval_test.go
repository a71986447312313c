package command_test

import (
	"fmt"
	"math/rand"
	"os"
	"sort"
	"strings"
	"testing"
	"time"

	"example.org/beian/bot/command"
)

var names = strings.Fields("陈一帆 林知夏 赵𬭎 王芳 李建国 张伟 周砚 吴承泽 孙望舒 骆一苇 何清越 沈拾玉 刘洋 杨静 黄志强 徐丽 高原 郑晓 阿依古丽 欧阳明")
var dates = strings.Fields("明天 下周一 12月3号 12-05 周五 后天 下周三到周五 十二月十号 1月2日")

func load(t *testing.T, path, prefix string, q map[string]bool) (out []command.Sample) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	r := rand.New(rand.NewSource(1))
	for l := range strings.Lines(string(raw)) {
		n, s, ok := strings.Cut(strings.TrimSpace(l), " ")
		if !ok || n == "#" {
			continue
		}
		for strings.Contains(s, "{名}") {
			s = strings.Replace(s, "{名}", names[r.Intn(len(names))], 1)
		}
		for strings.Contains(s, "{日期}") {
			s = strings.Replace(s, "{日期}", dates[r.Intn(len(dates))], 1)
		}
		if n == "-" {
			n = ""
		} else if q[n] || prefix != "" {
			n = "?" + n
		}
		out = append(out, command.Sample{Name: n, Sentence: s})
	}
	return out
}

func TestEval(t *testing.T) {
	lang := os.Getenv("L")
	raw, _ := os.ReadFile("../faq/faq." + lang + ".txtar")
	q := map[string]bool{}
	for l := range strings.Lines(string(raw)) {
		if rest, ok := strings.CutPrefix(l, "-- "); ok {
			q[strings.Fields(rest)[0]] = true
		}
	}
	var all []command.Sample
	all = append(all, load(t, "../faq/ask."+lang+".txt", "?", nil)...)
	all = append(all, load(t, "/tmp/h/ways.ask."+lang+".txt", "?", nil)...)
	for _, f := range []string{"applicant", "staff"} {
		for _, s := range load(t, "/tmp/h/ways."+f+"."+lang+".txt", "", nil) {
			if q[s.Name] && f == "staff" {
				s.Name = "?" + s.Name
			}
			all = append(all, s)
		}
	}
	count := map[string]int{}
	for _, s := range all {
		count[s.Name]++
	}
	fmt.Println(len(all), "samples", len(count), "names")
	var train, test []command.Sample
	for i, s := range all {
		if i%5 == 3 {
			test = append(test, s)
		} else {
			train = append(train, s)
		}
	}
	at := time.Now()
	l := command.Learn(train)
	fmt.Println("learned in", time.Since(at))
	right, top3, acted, wrong := 0, 0, 0, 0
	conf := map[string]int{}
	at = time.Now()
	for _, s := range test {
		c := l.Likely(s.Sentence)
		if c[0].Name == s.Name {
			right++
		} else {
			conf[s.Name+" -> "+c[0].Name]++
		}
		for _, x := range c[:3] {
			if x.Name == s.Name {
				top3++
			}
		}
		if c[0].Likelihood > 0.5 && c[0].Name != "" {
			acted++
			if c[0].Name != s.Name {
				wrong++
			}
		}
	}
	fmt.Printf("n=%d right %.3f top3 %.3f acted %.3f wrong of acted %.3f; %v a sentence\n", len(test), float64(right)/float64(len(test)), float64(top3)/float64(len(test)), float64(acted)/float64(len(test)), float64(wrong)/float64(acted), time.Since(at)/time.Duration(len(test)))
	type kv struct {
		k string
		n int
	}
	var l2 []kv
	for k, n := range conf {
		l2 = append(l2, kv{k, n})
	}
	sort.Slice(l2, func(i, j int) bool { return l2[i].n > l2[j].n })
	for _, x := range l2[:25] {
		fmt.Println(x.n, x.k)
	}
	f, _ := os.Create("/tmp/ev/" + lang + ".bin")
	if err := l.Write(f); err != nil {
		t.Fatal(err)
	}
	st, _ := f.Stat()
	fmt.Println("size", st.Size())
}
