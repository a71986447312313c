package bot

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"example.org/beian/bot/turn/turntest"
	"example.org/beian/workflow"
)

func TestTry(t *testing.T) {
	raw, err := os.ReadFile(os.Getenv("SET"))
	if err != nil {
		t.Skip()
	}
	var out strings.Builder
	for i, l := range strings.Split(strings.TrimSpace(string(raw)), "\n") {
		f := strings.Split(l, "\t")
		s := newSchool(t)
		role, at, say := f[0], f[1], f[2]
		person := turntest.Applicant
		step := map[string]workflow.StepKind{"A0": workflow.StepConsent, "A2": workflow.StepConfirm, "A3": workflow.StepPaper, "AR": workflow.StepConsent}[at]
		switch {
		case at == "A1":
			c := s.Certificate(turntest.Applicant)
			c.RecognisedOn = c.RecognisedOn.AddMonths(10)
			s.AddCertificate(c)
			step = workflow.StepConsent
		case step == "" && strings.HasPrefix(at, "A"):
			step = workflow.StepMaterial
		case strings.HasPrefix(at, "H") || strings.HasPrefix(at, "R"):
			step = workflow.StepPaper
		}
		if step == "" {
			step = workflow.StepConsent
		}
		s.at(step)
		switch role {
		case "handler":
			person = turntest.Handler
		case "hr":
			person = turntest.School
		case "stranger":
			person = turntest.Unlisted
			if at != "S0" {
				person = turntest.Applicant
			}
		}
		if strings.HasPrefix(say, "I") && role == "applicant" || !strings.ContainsFunc(say, func(r rune) bool { return r > 0x2e80 }) {
			s.says(person, "English")
		}
		before := ""
		if fl := s.Filing(turntest.Applicant); fl != nil {
			before = fmt.Sprint(fl.Seq)
		}
		got := s.says(person, say)
		after := ""
		if fl := s.Filing(turntest.Applicant); fl != nil {
			after = fmt.Sprint(fl.Seq)
		}
		changed := ""
		if before != after {
			changed = " [STATE CHANGED]"
		}
		fmt.Fprintf(&out, "%d\t%s %s\tSAID: %s\n\tWANTED: %s\n\tANSWER%s: %s\n", i+1, role, at, say, f[3], changed, strings.ReplaceAll(got, "\n", "⏎"))
	}
	os.WriteFile(os.Getenv("OUT"), []byte(out.String()), 0o644)
}
