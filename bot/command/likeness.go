package command

import (
	"bytes"
	"compress/gzip"
	"encoding/gob"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"
	"unicode"

	"github.com/mozillazg/go-pinyin"

	"example.org/beian/workflow/typed"
)

// Likeness says how likely a sentence means each of a closed list of things, from the parts that it
// shares with sentences that are known to: a multinomial logistic regression over parts of words, of
// characters and of their sounds, so that 被案 is like 備案 and 备案. It never changes.
type Likeness struct {
	names   []string // of the things; "" is none of them
	index   map[string]int
	rarity  []float32
	weights []int8    // of thing c for part i at [i*len(names)+c]
	scale   []float32 // of each part's weights
	bias    []float32
}

// Candidate is something that a sentence may mean, with how likely that is, between 0 and 1.
type Candidate struct {
	Name       string // "" is none of the things that are known
	Likelihood float64
}

// Likely are all candidates for a sentence, the likeliest first; together they are 1.
func (l *Likeness) Likely(sentence string) []Candidate {
	at, value := l.vector(sentence)
	n := len(l.names)
	sums := make([]float64, n)
	for c, b := range l.bias {
		sums[c] = float64(b)
	}
	for j, i := range at {
		by := float64(value[j] * l.scale[i])
		for c, w := range l.weights[i*n : (i+1)*n] {
			sums[c] += by * float64(w)
		}
	}
	softmax(sums)
	out := make([]Candidate, n)
	for c := range out {
		out[c] = Candidate{l.names[c], sums[c]}
	}
	slices.SortStableFunc(out, func(a, b Candidate) int {
		switch {
		case a.Likelihood > b.Likelihood:
			return -1
		case a.Likelihood < b.Likelihood:
			return 1
		}
		return 0
	})
	return out
}

func softmax(sums []float64) {
	highest, total := slices.Max(sums), 0.0
	for i := range sums {
		sums[i] = math.Exp(sums[i] - highest)
		total += sums[i]
	}
	for i := range sums {
		sums[i] /= total
	}
}

// vector is a sentence as a sparse vector of unit length. Parts that no known sentence has are left out.
func (l *Likeness) vector(sentence string) (at []int, value []float32) {
	var sum float64
	for _, p := range parts(sentence) {
		if i, known := l.index[p]; known {
			r := l.rarity[i]
			at, value = append(at, i), append(value, r)
			sum += float64(r) * float64(r)
		}
	}
	by := float32(1)
	if sum > 0 {
		by = float32(1 / math.Sqrt(sum))
	}
	for i := range value {
		value[i] *= by
	}
	return at, value
}

// mostHeard is how much of a sentence is looked at: what comes behind says little about what is meant.
const mostHeard = 160

// parts cuts a sentence into its parts, each once, in order: Han characters alone, in pairs and triples;
// their sounds in pairs and triples; Latin words, pairs of them and their middles; and where it begins
// and ends. Signs but the question mark, case, and which digits they are do not matter.
func parts(sentence string) []string {
	clean := []rune(strings.ToLower(typed.Clean(halfWidth.Replace(sentence))))
	clean = clean[:min(len(clean), mostHeard)]
	set := map[string]bool{}
	var letters []rune
	var sounds, words []string
	var word strings.Builder
	flush := func() {
		if word.Len() > 0 {
			words = append(words, word.String())
			word.Reset()
		}
	}
	for i, r := range clean {
		switch {
		case unicode.Is(unicode.Han, r):
			flush()
			letters, sounds = append(letters, r), append(sounds, sound(r))
		case unicode.IsDigit(r):
			flush()
			if i == 0 || !unicode.IsDigit(clean[i-1]) {
				letters, sounds = append(letters, '0'), append(sounds, "0")
			}
		case unicode.IsLetter(r):
			word.WriteRune(r)
		default:
			flush()
			if r == '?' {
				set["?"] = true
			}
		}
	}
	flush()
	latin(set, words)
	if len(letters) > 0 {
		han(set, letters, sounds)
	}
	return slices.Sorted(maps.Keys(set))
}

func latin(set map[string]bool, words []string) {
	const shortest, longest = 3, 5
	for k, w := range words {
		set[w] = true
		for n := shortest; n <= longest; n++ { // endings and slips of the key matter less
			for i := 0; i+n <= len(w); i++ {
				set["~"+w[i:i+n]] = true
			}
		}
		if k > 0 {
			set[words[k-1]+" "+w] = true
		}
	}
	if len(words) > 0 {
		set["^"+words[0]] = true
	}
}

func han(set map[string]bool, letters []rune, sounds []string) {
	const most = 3
	for n := 1; n <= most; n++ {
		for i := 0; i+n <= len(letters); i++ {
			set[string(letters[i:i+n])] = true
			if n > 1 {
				set["'"+strings.Join(sounds[i:i+n], "")] = true
			}
		}
	}
	for i := 0; i+2 < len(letters); i++ { // with one character between them
		set[string(letters[i])+"_"+string(letters[i+2])] = true
	}
	set["^"+string(letters[:min(2, len(letters))])] = true
	set[string(letters[max(0, len(letters)-2):])+"$"] = true
}

// sound is how a character is said, without its tone; one that has none stands for itself. Sounds that many
// people do not tell apart are one.
func sound(r rune) string {
	s := pinyin.SinglePinyin(r, plain)
	if len(s) == 0 {
		return string(r)
	}
	return slurred.Replace(s[0])
}

// plain is how go-pinyin writes sounds without tones. It never changes.
var plain = pinyin.NewArgs()

// slurred makes one of sounds that the south and the north confuse. It never changes.
var slurred = strings.NewReplacer("zh", "z", "ch", "c", "sh", "s", "ing", "in", "eng", "en")

// stored is how a [Likeness] is kept.
type stored struct {
	Names   []string
	Parts   []string
	Rarity  []float32
	Weights []int8
	Scale   []float32
	Bias    []float32
}

// Write keeps what was learned.
func (l *Likeness) Write(w io.Writer) error {
	s := stored{
		Names: l.names, Parts: make([]string, len(l.index)), Rarity: l.rarity,
		Weights: l.weights, Scale: l.scale, Bias: l.bias,
	}
	for p, i := range l.index {
		s.Parts[i] = p
	}
	z, err := gzip.NewWriterLevel(w, gzip.BestCompression)
	if err != nil {
		return fmt.Errorf("write likeness: %w", err)
	}
	if err := gob.NewEncoder(z).Encode(s); err != nil {
		return fmt.Errorf("write likeness: %w", err)
	}
	return z.Close()
}

// ReadLikeness returns what [Likeness.Write] has kept.
func ReadLikeness(b []byte) (*Likeness, error) {
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, fmt.Errorf("read likeness: %w", err)
	}
	var s stored
	if err := gob.NewDecoder(z).Decode(&s); err != nil {
		return nil, fmt.Errorf("read likeness: %w", err)
	}
	if len(s.Weights) != len(s.Parts)*len(s.Names) || len(s.Rarity) != len(s.Parts) ||
		len(s.Scale) != len(s.Parts) || len(s.Bias) != len(s.Names) {
		return nil, fmt.Errorf("read likeness: sizes do not fit")
	}
	l := &Likeness{
		names: s.Names, index: make(map[string]int, len(s.Parts)), rarity: s.Rarity,
		weights: s.Weights, scale: s.Scale, bias: s.Bias,
	}
	for i, p := range s.Parts {
		l.index[p] = i
	}
	return l, nil
}
