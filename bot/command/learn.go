package command

import (
	"math"
	"slices"
)

// Sample is a sentence and what it means; no name is none of the things that are known.
type Sample struct{ Name, Sentence string }

// Learn finds what tells the meanings of sentences apart. The same samples give the same result.
func Learn(samples []Sample) *Likeness {
	l := &Likeness{index: map[string]int{}, names: []string{""}}
	class := map[string]int{"": 0}
	for _, s := range samples {
		if _, known := class[s.Name]; !known {
			class[s.Name] = len(l.names)
			l.names = append(l.names, s.Name)
		}
	}
	l.count(samples)
	weights := l.fit(samples, class)
	l.pack(weights)
	return l
}

// count numbers the parts of all samples and weighs them: the rarer, the heavier. What occurs only once
// says nothing about others.
func (l *Likeness) count(samples []Sample) {
	seen := map[string]int{}
	var order []string
	for _, s := range samples {
		for _, p := range parts(s.Sentence) {
			if seen[p] == 0 {
				order = append(order, p)
			}
			seen[p]++
		}
	}
	for _, p := range order {
		if seen[p] > 1 {
			l.index[p] = len(l.rarity)
			l.rarity = append(l.rarity, float32(math.Log(float64(len(samples)+1)/float64(seen[p]+1))+1))
		}
	}
}

// fit descends along the gradient, sample by sample. Things that are out of the question at a sample are
// left alone, which makes it quick.
func (l *Likeness) fit(samples []Sample, class map[string]int) []float32 {
	const rounds, first, slower, biasRate, matters = 14, 3.0, 0.2, 0.1, 0.002
	n := len(l.names)
	weights := make([]float32, len(l.rarity)*n)
	bias := make([]float64, n)
	type sparse struct {
		at    []int
		value []float32
	}
	vectors := make([]sparse, len(samples))
	for i, s := range samples {
		vectors[i].at, vectors[i].value = l.vector(s.Sentence)
	}
	sums := make([]float64, n)
	stride := coprime(len(samples))
	for round := range rounds {
		rate := first / (1 + slower*float64(round))
		for i := range samples {
			k := i * stride % len(samples)
			v := vectors[k]
			copy(sums, bias)
			for j, p := range v.at {
				by := float64(v.value[j])
				for c, w := range weights[p*n : (p+1)*n] {
					sums[c] += by * float64(w)
				}
			}
			softmax(sums)
			sums[class[samples[k].Name]]--
			for c, g := range sums {
				if math.Abs(g) < matters {
					continue
				}
				bias[c] -= rate * biasRate * g
				for j, p := range v.at {
					weights[p*n+c] -= float32(rate * g * float64(v.value[j]))
				}
			}
		}
	}
	l.bias = make([]float32, n)
	for c, b := range bias {
		l.bias[c] = float32(b)
	}
	return weights
}

// coprime is a stride that visits all samples, those of a name far apart.
func coprime(n int) int {
	for _, p := range []int{7919, 7907, 7901} {
		if n%p != 0 {
			return p
		}
	}
	return 1
}

// pack keeps a weight in one byte, and leaves out the parts that say nothing.
func (l *Likeness) pack(weights []float32) {
	n := len(l.names)
	order := make([]string, len(l.rarity))
	for p, i := range l.index {
		order[i] = p
	}
	index, rarity := map[string]int{}, []float32{}
	const says = 0.12
	for i, p := range order {
		row := weights[i*n : (i+1)*n]
		highest := float32(0)
		for _, w := range row {
			highest = max(highest, float32(math.Abs(float64(w))))
		}
		if highest < says {
			continue
		}
		scale := highest / math.MaxInt8
		index[p] = len(rarity)
		rarity = append(rarity, l.rarity[i])
		l.scale = append(l.scale, scale)
		for _, w := range row {
			l.weights = append(l.weights, int8(math.Round(float64(w/scale))))
		}
	}
	l.index, l.rarity = index, slices.Clip(rarity)
}
