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
	f := questions25(t)
	raw, err := os.ReadFile("testdata/faq-heldout.txt")
	if err != nil {
		t.Fatal(err)
	}
	var right, wrong, unsure, asked, foreign, answered int
	for line := range strings.Lines(string(raw)) {
		number, question, ok := strings.Cut(strings.TrimSpace(line), " ")
		if !ok || number == "#" {
			continue
		}
		e := f.find(question)
		m := f.best(question)
		if number == "-" {
			foreign++
			if e != nil {
				answered++
				t.Logf("not ours, answered: %s → %d (%.2f)", question, e.number, m[0].score)
			}
			continue
		}
		want, err := strconv.Atoi(number)
		if err != nil {
			continue
		}
		asked++
		switch {
		case e == nil:
			unsure++
			t.Logf("unsure: %d %s → %d %.2f, %d %.2f", want, question, m[0].entry.number, m[0].score, m[1].entry.number, m[1].score)
		case e.number == want:
			right++
		default:
			wrong++
			t.Logf("wrong: %d %s → %d (%.2f, then %d %.2f)", want, question, e.number, m[0].score, m[1].entry.number, m[1].score)
		}
	}
	t.Logf("%d asked: %d right, %d wrong, %d unsure; %d of %d foreign ones answered", asked, right, wrong, unsure, answered, foreign)
	if asked != 60 || right*100 < 90*asked || wrong*100 > 5*asked {
		t.Errorf("%d asked: %d right, %d wrong, %d unsure", asked, right, wrong, unsure)
	}
	if answered > 1 {
		t.Errorf("%d questions about something else were answered", answered)
	}
}
