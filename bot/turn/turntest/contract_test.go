package turntest_test

import (
	"testing"

	"example.org/beian/bot/turn/turntest"
)

func TestContract(t *testing.T) {
	turntest.Contract(t, func(_ *testing.T, r turntest.Roster) turntest.Fixture {
		s := turntest.NewStore()
		for _, c := range r.Colleges {
			s.AddCollege(c)
		}
		for _, p := range r.People {
			s.AddPerson(p)
		}
		for _, c := range r.Certificates {
			s.AddCertificate(c)
		}
		var kinds []string
		return turntest.Fixture{
			Kept: s, Expire: func(*testing.T) { s.Expire() },
			Jobs: func(*testing.T) []string {
				for _, e := range s.Jobs() {
					kinds = append(kinds, e.Job().Kind)
				}
				return kinds
			},
		}
	})
}
