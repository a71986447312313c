package identity_test

import (
	"testing"

	"example.org/beian/workflow/identity"
)

// TestNames: the separator in a name is one character, whatever was typed for it.
func TestNames(t *testing.T) {
	for in, want := range map[string]string{
		"阿依古丽•买买提": "阿依古丽·买买提", "阿依古丽・买买提": "阿依古丽·买买提", "阿依古丽･买买提": "阿依古丽·买买提", "阿依古丽‧买买提": "阿依古丽·买买提",
		"阿依古丽⋅买买提": "阿依古丽·买买提", "阿依古丽\u0387买买提": "阿依古丽·买买提", "阿依古丽∙买买提": "阿依古丽·买买提", "阿依古丽.买买提": "阿依古丽·买买提",
		"阿依古丽 · 买买提": "阿依古丽·买买提", " 王㛃 ": "王㛃", "赵𬭎": "赵𬭎", "Anna  Beispiel": "Anna Beispiel", "J. R. Muster": "J. R. Muster",
	} {
		if got := identity.NormalName(in); got != want {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
	}
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"阿依古丽•买买提", "阿依古丽·买买提", true}, {"ANNA BEISPIEL", "Anna Beispiel", true}, {"王㛃", "王洁", false}, {"陈一帆", "陈一凡", false},
	} {
		if identity.SameName(c.a, c.b) != c.same {
			t.Errorf("%s and %s: same is not %v", c.a, c.b, c.same)
		}
	}
}

func TestMask(t *testing.T) {
	for in, want := range map[string]string{
		"330199198503121016": "330***********1016", "13800000001": "138****0001", "C01X00T47": "C01**0T47", "12345": "*****",
	} {
		if got := identity.Mask(in); got != want {
			t.Errorf("Mask(%q) = %q, want %q", in, got, want)
		}
	}
}
