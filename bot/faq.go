package bot

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"text/template"
	"unicode"

	"github.com/rogpeppe/go-internal/txtar"

	"example.org/beian/workflow"
)

// faq answers the questions that everybody has. Similarity is the cosine of character
// n-grams, weighted by how rare they are among the entries (no word list, so that it
// works for what people type in a hurry). What is not clearly one entry is no answer.
type faq struct {
	entries []faqEntry
	weight  map[string]float64 // of an n-gram: the rarer among entries, the higher
}

type faqEntry struct {
	number int
	rules  []string
	title  string // the question as it is usually put
	answer *template.Template
	asks   []vector
}

// vector is a sparse vector of unit length.
type vector map[string]float64

// loadFAQ reads the entries of a language.
func loadFAQ(lang string) (*faq, error) {
	raw, err := textFiles.ReadFile("texts/faq." + lang + ".txtar")
	if err != nil {
		return nil, fmt.Errorf("open questions: %w", err)
	}
	f := &faq{weight: map[string]float64{}}
	var asks [][][]string // n-grams of each way to ask, by entry
	for _, file := range txtar.Parse(raw).Files {
		e, ways, err := readEntry(file)
		if err != nil {
			return nil, fmt.Errorf("question %s: %w", file.Name, err)
		}
		f.entries = append(f.entries, e)
		asks = append(asks, ways)
	}
	f.weigh(asks)
	for i, ways := range asks {
		for _, grams := range ways {
			f.entries[i].asks = append(f.entries[i].asks, f.vector(grams))
		}
	}
	return f, nil
}

func readEntry(file txtar.File) (faqEntry, [][]string, error) {
	name := strings.Fields(file.Name)
	number, err := strconv.Atoi(name[0])
	if err != nil {
		return faqEntry{}, nil, err
	}
	e := faqEntry{number: number, rules: name[1:]}
	var ways [][]string
	var answer []string
	for line := range strings.Lines(string(file.Data)) {
		line = strings.TrimSpace(line)
		switch rest := strings.TrimSpace(strings.TrimLeft(line, "?=")); {
		case strings.HasPrefix(line, "?"):
			if e.title == "" {
				e.title = rest
			}
			ways = append(ways, ngrams(rest))
		case strings.HasPrefix(line, "="):
			for _, word := range strings.Fields(rest) {
				ways = append(ways, ngrams(word))
			}
		case line != "":
			answer = append(answer, line)
		}
	}
	if e.title == "" || len(answer) == 0 {
		return e, nil, errors.New("has no question or no answer")
	}
	e.answer, err = template.New(file.Name).Option("missingkey=error").Parse(strings.Join(answer, "\n"))
	return e, ways, err
}

// weigh counts in how many entries each n-gram occurs.
func (f *faq) weigh(asks [][][]string) {
	for _, ways := range asks {
		seen := map[string]bool{}
		for _, grams := range ways {
			for _, g := range grams {
				seen[g] = true
			}
		}
		for g := range seen {
			f.weight[g]++
		}
	}
	for g, n := range f.weight {
		f.weight[g] = math.Log(1 + float64(len(asks))/n)
	}
}

// vector weighs n-grams; unknown ones count as rare, so that a question about
// something else is far from everything.
func (f *faq) vector(grams []string) vector {
	v := vector{}
	for _, g := range grams {
		w, known := f.weight[g]
		if !known {
			w = math.Log(1+float64(len(f.entries))) * 0.5
		}
		v[g] += w
	}
	sum := 0.0
	for _, x := range v {
		sum += x * x
	}
	for g := range v {
		v[g] /= math.Sqrt(sum)
	}
	return v
}

func (v vector) cosine(w vector) float64 {
	sum := 0.0
	for g, x := range v {
		sum += x * w[g]
	}
	return sum
}

// match is one candidate with its score.
type match struct {
	entry *faqEntry
	score float64
}

// best returns the entries by similarity, the nearest first.
func (f *faq) best(question string) []match {
	grams := ngrams(question)
	v := f.vector(grams)
	var out []match
	for i := range f.entries {
		e := &f.entries[i]
		scores := make([]float64, len(e.asks))
		for j, a := range e.asks {
			scores[j] = v.cosine(a)
		}
		slices.SortFunc(scores, func(a, b float64) int { return cmp.Compare(b, a) })
		// The nearest way to ask counts most; others that fit as well confirm it.
		score := 0.0
		for j, s := range scores[:min(3, len(scores))] {
			score += s / float64(j+1)
		}
		out = append(out, match{e, score})
	}
	slices.SortStableFunc(out, func(a, b match) int { return cmp.Compare(b.score, a.score) })
	return out
}

// find returns the entry that a question clearly asks for; nil when it is unsure.
func (f *faq) find(question string) *faqEntry {
	// A close match needs a small lead over the next, a distant one a large one. See
	// TestFAQHeldOut and TestFAQOfSomebodyElse for what these give.
	const sure, lead, fair, wide = 0.34, 1.12, 0.30, 1.6
	m := f.best(question)
	if len(m) < 2 {
		return nil
	}
	best, next := m[0].score, m[1].score
	if best >= sure && best >= next*lead || best >= fair && best >= next*wide {
		return m[0].entry
	}
	return nil
}

// ngrams cuts a text into pairs and triples of characters, and single Han characters
// at the least; punctuation and case do not matter.
func ngrams(text string) []string {
	set := map[string]bool{}
	latin := strings.FieldsFunc(strings.ToLower(workflow.Clean(text)), func(c rune) bool { return c > unicode.MaxLatin1 || !unicode.IsLetter(c) && !unicode.IsDigit(c) })
	for _, w := range latin { // English goes by words
		if len(w) > 2 && !filler[w] {
			set[w] = true
		}
	}
	han := strings.ContainsFunc(text, func(c rune) bool { return unicode.Is(unicode.Han, c) })
	var r []rune
	for _, c := range strings.ToLower(workflow.Clean(text)) {
		if (unicode.IsLetter(c) || unicode.IsDigit(c)) && han {
			r = append(r, c)
		}
	}
	for n := 2; n <= 3; n++ {
		for i := 0; i+n <= len(r); i++ {
			if g := string(r[i : i+n]); !filler[g] {
				set[g] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(set))
}

// filler are pairs that say nothing about the subject.
var filler = map[string]bool{
	"怎么": true, "什么": true, "么办": true, "可以": true, "我的": true, "一下": true, "请问": true, "需要": true, "是不": true, "不是": true,
	"如何": true, "能不": true, "不能": true, "吗我": true, "的话": true, "这个": true, "那个": true, "怎么办": true, "有没": true, "没有": true,
	"是什": true, "是什么": true, "要不": true, "还是": true, "了怎": true, "了怎么": true, "么时": true, "时候": true, "什么时": true, "么时候": true, "帮我": true, "现在": true, "the": true, "and": true, "for": true, "what": true, "who": true, "how": true, "can": true, "does": true, "have": true, "with": true, "this": true,
	"that": true, "you": true, "are": true, "not": true, "get": true, "need": true, "please": true, "tell": true, "about": true, "where": true, "which": true, "我们": true, "哪里": true, "在哪": true,
}
