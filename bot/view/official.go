package view

import (
	"strings"

	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
	"example.org/beian/workflow"
)

// officialText asks for the new dates once somebody has reported that it passed.
func officialText(t *turn.Turn, d text.Data) (string, text.Data, error) {
	d["On"], d["Status"] = t.Filing.SubmittedAt, text.Typed(t.Filing.State.Official())
	if n := len(t.Filing.Official); n > 0 {
		last := t.Filing.Official[n-1]
		d["Status"] = text.Typed(last.Text)
		if Passed(last.Text) {
			d["Example"] = t.Today().String()
			return "ask_dates", d, nil
		}
	}
	return "step_official", d, nil
}

// Passed reads an official status: approval, but not its refusal.
func Passed(status string) bool {
	return strings.Contains(status, "通过") && !strings.ContainsAny(status, "不未没否驳退") &&
		!strings.Contains(status, "预审通过") && !strings.Contains(status, "受理通过")
}

// RefusedByCity reads an official status: it did not pass.
func RefusedByCity(status string) bool {
	return strings.Contains(status, "不通过") || strings.Contains(status, "未通过") || strings.Contains(status, "不予")
}

// SentBack reads an official status: the filing came back (T16).
func SentBack(status string) bool {
	return strings.Contains(status, "退回") || strings.Contains(status, "驳回") || strings.Contains(status, "补正")
}

// FillRenewed fills in the dates of the new certificate.
func FillRenewed(t *turn.Turn, d text.Data) {
	d["From"], d["Until"] = t.Filing.Renewed.From, t.Filing.Renewed.Until
	d["NextOpens"] = workflow.Certificate{RecognisedOn: t.Filing.Renewed.From}.OpensOn(t.Policy())
}
