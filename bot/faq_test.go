package bot

import (
	"os"
	"strconv"
	"strings"
	"testing"
)

func questions25(t *testing.T) *faq {
	t.Helper()
	f, err := loadFAQ("zh")
	if err != nil {
		t.Fatal(err)
	}
	if len(f.entries) != 25 {
		t.Fatalf("%d entries", len(f.entries))
	}
	return f
}

// TestFAQInEnglish: the same entries, asked in English.
func TestFAQInEnglish(t *testing.T) {
	f, err := loadFAQ("en")
	if err != nil || len(f.entries) != 25 {
		t.Fatalf("%d entries, %v", len(f.entries), err)
	}
	for question, want := range map[string]int{
		"how early may I renew": 1, "can my secretary do it for me": 2, "which account should I use": 3, "my passport is a new one now": 7,
		"how many days is the public notice": 12, "which seal, college or school": 14, "which documents are needed": 15,
		"where do I get the insurance proof": 16, "how do I download the new certificate": 20, "my certificate expired last month": 21,
		"what is for lunch": 0, "who are you": 0,
	} {
		got := 0
		if e := f.find(question); e != nil {
			got = e.number
		}
		if got != want {
			t.Errorf("%s: %d, want %d", question, got, want)
		}
	}
}

// TestFAQHeldOut: of 60 questions that were written before the matcher, at least 90 %
// get the right answer and at most 5 % a wrong one; the rest are offered a person.
// What is not about the filing gets no answer.
func TestFAQHeldOut(t *testing.T) {
	r := ask(t, "testdata/faq-heldout.txt")
	if r.asked != 60 || r.right*100 < 90*r.asked || r.wrong*100 > 5*r.asked || r.answered > 1 {
		t.Errorf("%+v", r)
	}
}

// TestFAQOfSomebodyElse: the same with 60 questions by somebody who knew only the
// subjects. The bar is where the matcher stands, so that it is not lowered unseen; raising
// it needs more ways to ask, not looser matching.
func TestFAQOfSomebodyElse(t *testing.T) {
	r := ask(t, "testdata/faq-independent.txt")
	if r.asked != 60 || r.right*100 < 55*r.asked || r.wrong*100 > 10*r.asked || r.answered > 2 {
		t.Errorf("%+v", r)
	}
}

// score is how a set of questions was answered.
type score struct{ asked, right, wrong, unsure, foreign, answered int }

func ask(t *testing.T, path string) score {
	t.Helper()
	f := questions25(t)
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var r score
	for line := range strings.Lines(string(raw)) {
		number, question, ok := strings.Cut(strings.TrimSpace(line), " ")
		if !ok || number == "#" {
			continue
		}
		got := 0
		if e := f.find(question); e != nil {
			got = e.number
		}
		if number == "-" {
			r.foreign++
			if got != 0 {
				r.answered++
				t.Logf("not ours, answered with %d: %s", got, question)
			}
			continue
		}
		want, err := strconv.Atoi(number)
		if err != nil {
			continue // a comment
		}
		r.asked++
		switch got {
		case want:
			r.right++
		case 0:
			r.unsure++
		default:
			r.wrong++
			t.Logf("wrong, %d instead of %d: %s", got, want, question)
		}
	}
	t.Logf("%+v", r)
	return r
}
