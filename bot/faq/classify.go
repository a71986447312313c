package faq

import (
	"maps"
	"math"
	"slices"
	"strings"
	"unicode"

	"example.org/beian/workflow/typed"
)

// classifier is a multinomial logistic regression over character n-grams: small, quick to
// learn when the program starts, and good at questions whose words nobody has thought of,
// because every part of a word counts a little. Learning is deterministic.
type classifier struct {
	classes int
	index   map[string]int
	rarity  []float64
	weights []float64 // of class c for feature i at [i*classes+c]
	bias    []float64
}

// sample is a text that belongs to a class.
type sample struct {
	class int
	text  string
}

// features is a text as a sparse vector of unit length.
type features struct {
	at    []int
	value []float64
}

// learn fits a classifier to the samples by gradient descent.
func learn(samples []sample, classes int) *classifier {
	const rounds, first, slower = 16, 3.0, 0.15
	c := &classifier{classes: classes, index: map[string]int{}, bias: make([]float64, classes)}
	c.count(samples)
	c.weights = make([]float64, len(c.rarity)*classes)
	vectors := make([]features, len(samples))
	for i, s := range samples {
		vectors[i] = c.vector(s.text)
	}
	const stride = 7919 // a prime: visits all samples, those of a class far apart
	gradient := make([]float64, classes)
	for round := range rounds {
		rate := first / (1 + slower*float64(round))
		for i := range samples {
			k := i * stride % len(samples)
			c.likelihood(vectors[k], gradient)
			gradient[samples[k].class]--
			c.step(vectors[k], gradient, rate)
		}
	}
	return c
}

// count numbers the n-grams of all samples and weighs them: the rarer, the heavier, but
// what occurs only once says little.
func (c *classifier) count(samples []sample) {
	in := map[string]int{}
	var order []string
	for _, s := range samples {
		for _, g := range ngrams(s.text) {
			if in[g]++; in[g] == 2 {
				order = append(order, g)
			}
		}
	}
	c.rarity = make([]float64, len(order))
	for i, g := range order {
		c.index[g] = i
		c.rarity[i] = math.Log(float64(len(samples)+1)/float64(in[g]+1)) + 1
	}
}

func (c *classifier) step(f features, gradient []float64, rate float64) {
	const biasRate = 0.1
	for class, g := range gradient {
		c.bias[class] -= rate * biasRate * g
	}
	for j, i := range f.at {
		w := c.weights[i*c.classes : (i+1)*c.classes]
		by := rate * f.value[j]
		for class, g := range gradient {
			w[class] -= by * g
		}
	}
}

// vector leaves out n-grams that no sample had.
func (c *classifier) vector(text string) features {
	var f features
	sum := 0.0
	for _, g := range ngrams(text) {
		if i, known := c.index[g]; known {
			f.at, f.value = append(f.at, i), append(f.value, c.rarity[i])
			sum += c.rarity[i] * c.rarity[i]
		}
	}
	for i := range f.value {
		f.value[i] /= math.Sqrt(sum)
	}
	return f
}

// likelihood writes how likely each class is; together they are 1.
func (c *classifier) likelihood(f features, out []float64) {
	copy(out, c.bias)
	for j, i := range f.at {
		for class, w := range c.weights[i*c.classes : (i+1)*c.classes] {
			out[class] += w * f.value[j]
		}
	}
	highest, sum := slices.Max(out), 0.0
	for i := range out {
		out[i] = math.Exp(out[i] - highest)
		sum += out[i]
	}
	for i := range out {
		out[i] /= sum
	}
}

// classify returns how likely each class is.
func (c *classifier) classify(text string) []float64 {
	out := make([]float64, c.classes)
	c.likelihood(c.vector(text), out)
	return out
}

// ngrams cuts a text into its parts, each once, in order: single Han characters, pairs and
// triples, Latin words and pairs of words. Punctuation and case do not matter.
func ngrams(text string) []string {
	set := map[string]bool{}
	clean := strings.ToLower(typed.Clean(text))
	word := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
	last := ""
	for _, w := range strings.FieldsFunc(clean, func(r rune) bool { return !word(r) || r > unicode.MaxLatin1 }) {
		set[w] = true
		for n := 3; n <= 5; n++ { // the middle of words: endings and slips of the key matter less
			for i := 0; i+n <= len(w); i++ {
				set[w[i:i+n]] = true
			}
		}
		if last != "" {
			set[last+" "+w] = true
		}
		last = w
	}
	if !strings.ContainsFunc(clean, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
		return slices.Sorted(maps.Keys(set))
	}
	var letters []rune
	for _, r := range clean {
		if word(r) {
			letters = append(letters, r)
		}
	}
	for n := 1; n <= 3; n++ {
		for i := 0; i+n <= len(letters); i++ {
			set[string(letters[i:i+n])] = true
		}
	}
	return slices.Sorted(maps.Keys(set))
}
