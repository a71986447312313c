package workflow_test

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
)

var update = flag.Bool("update", false, "write the table of the machine to testdata")

// refused expects cmd to be refused with the code.
func (h *history) refused(c workflow.Command, code workflow.Code) *history {
	h.t.Helper()
	var r *workflow.Refusal
	if err := h.try(c); !errors.As(err, &r) || r.Code != code {
		h.t.Errorf("%s in %s: got %v, want %s", c.Action, h.f.State, err, code)
	}
	return h
}

// in expects the state.
func (h *history) in(s workflow.State) *history {
	h.t.Helper()
	if h.f.State != s {
		h.t.Errorf("in %s, want %s", h.f.State, s)
	}
	return h
}

func item(k workflow.Key, s workflow.Slot, reason, text string) workflow.ReturnItem {
	return workflow.ReturnItem{Field: k, Slot: s, Reason: reason, Text: text}
}

// TestTransitions has one case for each transition of the main machine, T01 to T26.
func TestTransitions(t *testing.T) {
	for id, test := range map[string]func(*testing.T){
		"T01": func(t *testing.T) {
			cmd := enrol()
			cmd.Consent = ""
			newHistory(t).refused(cmd, workflow.RefusedAttest)
			eligible(t).in(workflow.Eligible)
			h := tooEarly(t).in(workflow.NotEligible)
			if h.f.Reason != workflow.ReasonTooEarly || h.f.Opens.String() != "2026-12-05" || h.f.Ends.String() != "2027-01-05" {
				t.Errorf("%s, opens %s, ends %s", h.f.Reason, h.f.Opens, h.f.Ends)
			}
			none := enrol()
			none.Certificate = nil
			if h := newHistory(t).do(none); h.f.Reason != workflow.NoCertificate {
				t.Errorf("without a certificate: %s", h.f.Reason)
			}
		},
		"T02": func(t *testing.T) {
			h := tooEarly(t).refused(act(workflow.OpenWindow, timer), workflow.RefusedEarly)
			h.on("2026-12-05").do(act(workflow.OpenWindow, timer)).in(workflow.Eligible)
			eligible(t).do(act(workflow.DeclareCategory, applicant)).
				refused(act(workflow.OpenWindow, timer), workflow.RefusedState)
		},
		"T03": func(t *testing.T) {
			cmd := create()
			cmd.Attested = false
			eligible(t).refused(cmd, workflow.RefusedAttest).do(create()).in(workflow.Draft)
			tooEarly(t).refused(create(), workflow.RefusedState)
			early := eligible(t)
			early.f.Opens = date(t, "2026-12-05") // as if the roster had been put right in between
			early.refused(create(), workflow.RefusedEarly)
		},
		"T04": func(t *testing.T) {
			for _, s := range []workflow.State{
				workflow.NotEligible, workflow.Eligible, workflow.Draft, workflow.Saved,
				workflow.Ready, workflow.Prereview, workflow.Returned,
			} {
				h := at(t, s).do(act(workflow.DeclareCategory, applicant)).in(workflow.NotEligible)
				if h.f.Reason != workflow.CategoryChanged || h.f.Review.Ticket != 0 {
					t.Errorf("from %s: %s with ticket %d", s, h.f.Reason, h.f.Review.Ticket)
				}
			}
			eligible(t).do(act(workflow.DeclareCategory, college)).
				refused(act(workflow.DeclareCategory, applicant), workflow.RefusedSame)
		},
		"T05": func(t *testing.T) {
			h := filled(t).do(act(workflow.ReportIdentity, applicant)).in(workflow.NotEligible)
			if h.f.Reason != workflow.IdentityMismatch {
				t.Errorf("%s", h.f.Reason)
			}
			h.do(enrol(), create()) // said by mistake: what was typed is still there
			if h.f.Values[workflow.Industry] != "教育" {
				t.Error("the typed values are lost")
			}
			handedIn(t).refused(act(workflow.ReportIdentity, applicant), workflow.RefusedState)
		},
		"T06": func(t *testing.T) {
			h := drafted(t).refused(act(workflow.SaveInfo, applicant), workflow.RefusedMissing)
			h.do(workflow.Command{
				Action: workflow.Fill, Actor: applicant,
				Values: workflow.Values{workflow.ArrivedOn: "2015-07-01", workflow.Industry: "教育"},
			})
			h.refused(act(workflow.SaveInfo, applicant), workflow.RefusedUnanswered)
			if h := filled(t).do(act(workflow.SaveInfo, applicant)).in(workflow.Saved); h.f.Revision != 1 {
				t.Errorf("revision %d", h.f.Revision)
			}
		},
		"T07": func(t *testing.T) {
			h := ready(t).do(set(workflow.Phone, "13900002222")).in(workflow.Saved)
			if h.f.Revision != 2 || h.f.Form != workflow.FormNone || h.f.Slot(workflow.SlotForm) != workflow.SlotStale ||
				h.f.Notice.State != workflow.NoticePosted {
				t.Errorf("the phone: revision %d, form %q, slot %s, notice %s", h.f.Revision, h.f.Form,
					h.f.Slot(workflow.SlotForm), h.f.Notice.State)
			}
			h = ready(t).do(set(workflow.Post, "副教授"))
			if h.f.Notice.State != workflow.NoticeWithdrawn {
				t.Errorf("a published value: notice %s", h.f.Notice.State)
			}
			h.refused(act(workflow.HandNotice, applicant), workflow.RefusedSame).
				do(act(workflow.PrintNotice, applicant), act(workflow.HandNotice, applicant), post(college, date(t, "2026-11-25")))
			saved(t).refused(set(workflow.Post, "讲师"), workflow.RefusedSame).
				refused(set(workflow.Post, ""), workflow.RefusedMissing)
		},
		"T08": func(t *testing.T) {
			saved(t).refused(act(workflow.SaveMaterials, applicant), workflow.RefusedMissing).
				do(upload(workflow.SlotForm, 1), upload(workflow.SlotInsurance, 0), act(workflow.SaveMaterials, applicant)).
				in(workflow.Ready)
		},
		"T09": func(t *testing.T) {
			for _, c := range []workflow.Command{
				upload(workflow.SlotContract, 0), answer(workflow.SlotTitle, true),
				{Action: workflow.Remove, Actor: applicant, Slot: workflow.SlotInsurance},
				act(workflow.AutofetchOK, applicant), act(workflow.AutofetchFail, applicant),
				{Action: workflow.Waive, Actor: applicant, Slot: workflow.SlotInsurance, Text: workflow.WaiveNoInsurance},
			} {
				h := ready(t).do(act(workflow.SetAuto, applicant), c).in(workflow.Saved)
				if h.f.AutoHandIn {
					t.Errorf("after %s it would still go by itself", c.Action)
				}
			}
		},
		"T10": func(t *testing.T) {
			hand := act(workflow.HandIn, applicant)
			h := ready(t).refused(hand, workflow.RefusedNotice).on("2026-11-30").
				refused(hand, workflow.RefusedNotice) // the last day counts whole
			if h.on("2026-12-01").do(hand).in(workflow.Prereview); h.f.Notice.State != workflow.NoticePassed {
				t.Errorf("notice %s", h.f.Notice.State)
			}
		},
		"T11": func(t *testing.T) {
			h := handedIn(t).do(act(workflow.Take, college)).refused(act(workflow.Take, school), workflow.RefusedTaken)
			h.refused(act(workflow.Release, workflow.Actor{ID: "h2", Role: workflow.CollegeHandler}), workflow.RefusedRole)
			hand := func(by workflow.Actor, to string) workflow.Command {
				return workflow.Command{Action: workflow.Reassign, Actor: by, Assignee: to, Ticket: h.f.Review.Ticket}
			}
			h.do(hand(school, "h2"))
			if h.f.Review.Assignee != "h2" {
				t.Errorf("assigned to %q", h.f.Review.Assignee)
			}
			h.refused(hand(school, "p1"), workflow.RefusedOwn).refused(hand(school, "h2"), workflow.RefusedSame).
				refused(hand(college, "h3"), workflow.RefusedTaken)
			h.do(act(workflow.Release, school)).refused(act(workflow.Release, school), workflow.RefusedSame)
			h.do(act(workflow.Take, college), h.decide(workflow.Approve, college))
			if h.f.Review.Step != "school" || h.f.Review.Assignee != "" {
				t.Errorf("at %s, taken by %q", h.f.Review.Step, h.f.Review.Assignee)
			}
			h.refused(act(workflow.Take, college), workflow.RefusedRole).
				refused(act(workflow.Release, college), workflow.RefusedRole)
			h.refused(hand(college, "h2"), workflow.RefusedRole)
		},
		"T12": func(t *testing.T) {
			h := handedIn(t)
			for _, items := range [][]workflow.ReturnItem{
				nil,
				{item("", 0, "other", "")},
				{item("", 0, "no_such", "")},
				{item("", 0, "question", "")},
			} {
				h.refused(h.decide(workflow.Return, college, items...), workflow.RefusedReason)
			}
			h.refused(h.decide(workflow.Return, college, item("no_such", 0, "field_blank", "")), workflow.RefusedState)
			h.do(h.decide(workflow.Return, college, item(workflow.Post, 0, "field_blank", ""), item("", 0, "no_seal", ""))).
				in(workflow.Saved)
			if h.f.Form != workflow.FormPrinted || h.f.Slot(workflow.SlotForm) != workflow.SlotStale {
				t.Errorf("a missing seal is about the form: %q, %s", h.f.Form, h.f.Slot(workflow.SlotForm))
			}
			h.do(set(workflow.Post, workflow.None), act(workflow.Print, applicant), upload(workflow.SlotForm, 2))
			if len(h.f.Review.Returned) != 0 {
				t.Errorf("still open: %v", h.f.Review.Returned)
			}
			q := handedIn(t)
			q.do(q.decide(workflow.Return, college, item("", 0, "question", "是全职吗"))).in(workflow.Ready).
				do(act(workflow.HandIn, applicant))
			if q.f.Review.Round != 2 {
				t.Errorf("round %d", q.f.Review.Round)
			}
		},
		"T13": func(t *testing.T) {
			h := handedIn(t)
			h.refused(h.decide(workflow.Submit, college), workflow.RefusedRole)
			h.do(h.decide(workflow.Approve, college)).refused(h.decide(workflow.Approve, school), workflow.RefusedState)
			cmd := h.decide(workflow.Submit, school)
			cmd.Attested = false
			h.refused(cmd, workflow.RefusedAttest) // R-B06
			h.do(h.decide(workflow.Submit, school)).in(workflow.Submitted)
			if h.f.SubmittedAt.String() != "2026-12-01" || h.f.State.Official() != "待预审" {
				t.Errorf("%s on %s", h.f.State.Official(), h.f.SubmittedAt)
			}
		},
		"T14": func(t *testing.T) {
			h := handedIn(t).do(act(workflow.Take, college)).refused(set(workflow.Phone, "13900002222"), workflow.RefusedTaken)
			h.do(act(workflow.Release, college), set(workflow.Phone, "13900002222")).in(workflow.Saved)
			if h.f.Review.Ticket != 0 || h.f.Review.Step != "" {
				t.Errorf("still in the queue: %+v", h.f.Review)
			}
		},
		"T15": func(t *testing.T) {
			h := submitted(t).do(report(workflow.Report, "审核中")).in(workflow.Reviewing).
				refused(report(workflow.Report, "审核中"), workflow.RefusedSame)
			h.refused(report(workflow.Report, strings.Repeat("长", 201)), workflow.RefusedSame)
			h.do(workflow.Command{Action: workflow.Report, Actor: hr, Text: "受理中,待补"})
			if got := h.f.Official[1]; got.Text != "受理中,待补" || got.By != hr || got.At.IsZero() {
				t.Errorf("%+v", got)
			}
		},
		"T16": func(t *testing.T) {
			submitted(t).do(report(workflow.ReportReturned, "退回修改")).in(workflow.Returned)
		},
		"T17": func(t *testing.T) {
			at(t, workflow.Returned).do(set(workflow.Phone, "13900002222")).in(workflow.Saved)
			h := at(t, workflow.Returned).do(act(workflow.SaveMaterials, applicant)).in(workflow.Ready).
				do(act(workflow.HandIn, applicant))
			if h.f.Review.Round != 2 {
				t.Errorf("round %d", h.f.Review.Round)
			}
		},
		"T18": func(t *testing.T) {
			h := submitted(t).on("2026-12-20")
			renew := func(from string) workflow.Command {
				return workflow.Command{Action: workflow.ReportApproved, Actor: applicant, From: date(t, from), Text: "审核通过"}
			}
			h.refused(renew("2026-12-21"), workflow.RefusedDates).refused(renew("2026-01-01"), workflow.RefusedDates)
			odd := renew("2026-12-20")
			odd.Until = date(t, "2026-12-20")
			h.refused(odd, workflow.RefusedDates).do(renew("2026-12-20")).in(workflow.Approved)
			if h.f.Renewed.Until.String() != "2028-12-20" {
				t.Errorf("until %s", h.f.Renewed.Until)
			}
		},
		"T19": func(t *testing.T) {
			approved(t).refused(act(workflow.ConfirmDownload, applicant), workflow.RefusedOrder).
				do(act(workflow.GenerateCertificate, applicant)).
				refused(act(workflow.GenerateCertificate, applicant), workflow.RefusedSame).
				do(act(workflow.ConfirmDownload, applicant)).in(workflow.Done)
		},
		"T20": func(t *testing.T) {
			for _, s := range []workflow.State{workflow.Draft, workflow.Saved, workflow.Ready} {
				at(t, s).do(act(workflow.Delete, applicant)).in(workflow.Cancelled).do(act(workflow.Restore, applicant)).in(s)
			}
			h := handedIn(t).do(act(workflow.Take, college)).refused(act(workflow.Delete, applicant), workflow.RefusedTaken)
			h.do(act(workflow.Release, college), act(workflow.Delete, applicant), act(workflow.Restore, applicant)).
				in(workflow.Ready)
			h.do(act(workflow.Delete, applicant))
			h.now = h.now.Add(workflow.UndoDelete + time.Minute)
			h.refused(act(workflow.Restore, applicant), workflow.RefusedState)
		},
		"T21": func(t *testing.T) {
			for _, s := range []workflow.State{workflow.Submitted, workflow.Reviewing, workflow.Approved, workflow.Done} {
				h := at(t, s)
				for _, c := range []workflow.Command{
					set(workflow.Phone, "13900002222"), act(workflow.Delete, applicant),
					upload(workflow.SlotForm, 1), act(workflow.HandIn, timer), act(workflow.Fill, school),
				} {
					h.refused(c, workflow.RefusedFrozen)
				}
			}
		},
		"T22": func(t *testing.T) {
			for _, by := range []workflow.Actor{applicant, college, hr, timer} {
				h := handedIn(t).do(act(workflow.LeaveUnit, by)).in(workflow.Closed)
				if h.f.Reason != workflow.NotInService || h.f.Review.Ticket != 0 {
					t.Errorf("%s, ticket %d", h.f.Reason, h.f.Review.Ticket)
				}
			}
		},
		"T23": func(t *testing.T) {
			h := ready(t).do(act(workflow.WithdrawConsent, applicant)).in(workflow.Closed)
			if h.f.Values != nil || h.f.Prior != nil || h.f.Materials != nil || h.f.Timeline != nil || h.f.ID == "" {
				t.Errorf("kept: %+v", h.f)
			}
			h.refused(act(workflow.WithdrawConsent, applicant), workflow.RefusedState)
		},
		"T24": func(t *testing.T) {
			h := ready(t).refused(act(workflow.Expire, timer), workflow.RefusedSame).on("2026-12-11").
				do(act(workflow.Expire, timer)).in(workflow.Ready)
			if !h.f.Overdue {
				t.Error("no flag")
			}
			h.refused(act(workflow.Expire, timer), workflow.RefusedSame).do(act(workflow.HandIn, applicant)) // Q04: not blocked
		},
		"T25": func(t *testing.T) {
			again := enrol()
			again.Action = workflow.Reopen
			at(t, workflow.Cancelled).do(again).in(workflow.Eligible).do(create())
			h := at(t, workflow.Closed).do(again).in(workflow.Eligible)
			if h.f.Notice.State != workflow.NoticeNone || len(h.f.Materials) != 0 || h.f.Reason != workflow.EligibleNow {
				t.Errorf("%+v", h.f)
			}
			h.do(create())
			for _, s := range h.f.Questions() {
				h.do(answer(s, false))
			}
			if h.do(act(workflow.SaveInfo, applicant)); h.f.Revision != 2 {
				t.Errorf("revision %d: the papers of the first try must stay recognisable", h.f.Revision)
			}
			again.Certificate = certificate()
			again.Certificate.Mismatch = workflow.IdentityMismatch
			at(t, workflow.Closed).do(again).in(workflow.NotEligible)
		},
		"T26": func(t *testing.T) {
			fix := workflow.Command{Action: workflow.Correct, Actor: school, Text: "点错了"}
			h := submitted(t)
			h.do(fix).in(workflow.Prereview)
			if h.f.Review.Step != "school" || h.f.Review.Ticket != h.f.Seq || h.f.Seq != len(h.events) {
				t.Errorf("%+v", h.f.Review)
			}
			h.do(fix).in(workflow.Prereview) // one further back: the college's approval
			if h.f.Review.Step != "college" || len(h.f.Review.Decisions) != 0 {
				t.Errorf("%+v", h.f.Review)
			}
			h.refused(fix, workflow.RefusedState) // what the applicant did is not corrected by others
			h.do(h.decide(workflow.Approve, college))
			if e, ok := workflow.Voidable(h.events); !ok || e.Action != workflow.Approve {
				t.Errorf("would void %s", e.Action)
			}
			fix.Text = ""
			h.refused(fix, workflow.RefusedReason)
			fix.Text, fix.Actor = "x", ownSchool
			h.refused(fix, workflow.RefusedOwn)
			newHistory(t).refused(workflow.Command{Action: workflow.Correct, Actor: school, Text: "x"}, workflow.RefusedState)
		},
	} {
		t.Run(id, test)
	}
}

// TestRegions has one case for each state of the public notice and the paper form.
func TestRegions(t *testing.T) {
	object := workflow.Command{Action: workflow.ObjectNotice, Actor: college, Text: "情况不符"}
	settle := workflow.Command{Action: workflow.SettleNotice, Actor: school, Text: "查无此事"}
	for id, test := range map[string]func(*testing.T){
		"P": func(t *testing.T) {
			h := filled(t).do(act(workflow.SaveInfo, applicant))
			for _, s := range []struct {
				id   string
				cmd  workflow.Command
				want workflow.NoticeState
			}{
				{"P1", act(workflow.PrintNotice, applicant), workflow.NoticePrinted},
				{"P2", act(workflow.HandNotice, applicant), workflow.NoticeHanded},
				{"P3", post(college, date(t, "2026-11-24")), workflow.NoticePosted},
				{
					"P3",
					workflow.Command{Action: workflow.PhotoNotice, Actor: college, File: &workflow.File{ID: "photo"}},
					workflow.NoticePosted,
				},
				{"P5", object, workflow.NoticeObjection},
				{"P5", settle, workflow.NoticePosted},
				{"P1", act(workflow.PrintNotice, applicant), workflow.NoticePosted}, // a second copy changes nothing
				{"P3", post(college, date(t, "2026-11-25")), workflow.NoticePosted}, // a slip put right
				{"P5", object, workflow.NoticeObjection},
				{"P3", post(school, date(t, "2026-11-26")), workflow.NoticePosted}, // posted again
			} {
				if h.do(s.cmd); h.f.Notice.State != s.want || h.events[len(h.events)-1].Rule != s.id {
					t.Fatalf("after %s: %q", s.cmd.Action, h.f.Notice.State)
				}
			}
			if h.f.Notice.Until.String() != "2026-12-03" {
				t.Errorf("until %s", h.f.Notice.Until)
			}
			h.refused(act(workflow.PassNotice, timer), workflow.RefusedNotice).on("2026-12-04").
				do(act(workflow.PassNotice, timer)) // P4
			h.refused(act(workflow.PassNotice, timer), workflow.RefusedSame).refused(object, workflow.RefusedSame).
				refused(settle, workflow.RefusedSame)
			h.refused(post(college, date(t, "2026-12-07")), workflow.RefusedSame)
		},
		"P refusals": func(t *testing.T) {
			h := saved(t).refused(post(college, calendar.Date{}), workflow.RefusedDates).
				refused(post(college, date(t, "2026-11-20")), workflow.RefusedDates)
			h.refused(post(college, date(t, "2027-01-20")), workflow.RefusedDates).
				refused(post(own, date(t, "2026-11-24")), workflow.RefusedOwn)
			odd := post(college, date(t, "2026-11-24"))
			odd.Until = date(t, "2026-11-23")
			h.refused(odd, workflow.RefusedDates)
			odd.Until = date(t, "2026-11-26") // typed dates win
			h.do(odd).refused(post(college, date(t, "2026-11-24")), workflow.RefusedSame)
			if h.f.Notice.Until.String() != "2026-11-26" {
				t.Errorf("until %s", h.f.Notice.Until)
			}
			empty := object
			empty.Text = ""
			h.refused(empty, workflow.RefusedReason).do(object).
				refused(post(college, date(t, "2026-11-25")), workflow.RefusedRole)
			empty = settle
			empty.Text = ""
			h.refused(empty, workflow.RefusedReason)
		},
		"P3 kept": func(t *testing.T) { // T07: a published value changed, the college finds that the notice still holds
			keep := act(workflow.KeepNotice, college)
			h := ready(t).refused(keep, workflow.RefusedSame).do(set(workflow.Post, "副教授"), set(workflow.Unit, "示例师范大学(钱塘校区)"))
			h.refused(keep, workflow.RefusedSame).do(act(workflow.PrintNotice, applicant), act(workflow.HandNotice, applicant))
			if got := h.f.Notice.Changed; !slices.Equal(got, []workflow.Key{workflow.Post, workflow.Unit}) {
				t.Errorf("changed since: %v", got)
			}
			if h.do(keep); h.f.Notice.State != workflow.NoticePosted || h.f.Notice.Until.String() != "2026-11-30" ||
				h.f.Notice.Changed != nil {
				t.Errorf("%+v", h.f.Notice)
			}
			saved(t).refused(keep, workflow.RefusedSame) // nothing was posted that could be kept
		},
		"F": func(t *testing.T) {
			h := saved(t)
			ids := []string{"F2", "F3", "F4", "F5"}
			order := []workflow.Command{
				act(workflow.SignForm, applicant), act(workflow.CollegeSign, college),
				act(workflow.SealForm, college), act(workflow.ScanForm, applicant),
			}
			want := []workflow.FormState{
				workflow.FormSigned, workflow.FormCollegeSigned, workflow.FormSealed,
				workflow.FormScanned,
			}
			h.refused(order[3], workflow.RefusedOrder).refused(order[2], workflow.RefusedOrder) // R-E04
			for i, c := range order {
				if h.do(c); h.f.Form != want[i] || h.events[len(h.events)-1].Rule != ids[i] {
					t.Fatalf("after %s: %q", c.Action, h.f.Form)
				}
			}
			h.do(act(workflow.Print, applicant))      // F1: the same revision once more takes nothing back
			byCollege := upload(workflow.SlotForm, 1) // F6: one of a stack that the college scanned
			byCollege.Actor, byCollege.File.Checked = college, true
			if k := h.fork().do(byCollege); k.f.Form != workflow.FormUploaded || k.events[len(k.events)-1].Rule != "F6" {
				t.Errorf("form %q", k.f.Form)
			}
			unread := upload(workflow.SlotForm, 1)
			unread.Actor = college
			h.refused(unread, workflow.RefusedRole)
			if h.do(upload(workflow.SlotForm, 1)); h.f.Form != workflow.FormUploaded {
				t.Errorf("form %q", h.f.Form)
			}
			if h.do(workflow.Command{
				Action: workflow.Remove, Actor: applicant,
				Slot: workflow.SlotForm,
			}); h.f.Form != workflow.FormScanned {
				t.Errorf("removed: form %q", h.f.Form)
			}
			h.do(set(workflow.Phone, "13900002222")).refused(upload(workflow.SlotForm, 2),
				workflow.RefusedRevision) // R-E05: not printed yet
			h.do(act(workflow.Print, applicant)).refused(upload(workflow.SlotForm, 1), workflow.RefusedRevision).
				do(upload(workflow.SlotForm, 2))
			saved(t).refused(act(workflow.CollegeSign, own), workflow.RefusedOwn)
		},
		"M": func(t *testing.T) {
			h := saved(t)
			h.refused(workflow.Command{Action: workflow.Upload, Actor: applicant, Slot: 9, File: &workflow.File{}},
				workflow.RefusedMissing)
			h.refused(workflow.Command{Action: workflow.Remove, Actor: applicant, Slot: workflow.SlotDegree},
				workflow.RefusedSame)
			h.refused(workflow.Command{Action: workflow.Waive, Actor: applicant, Slot: workflow.SlotForm, Text: "x"},
				workflow.RefusedReason)
			h.refused(answer(workflow.SlotDegree, true), workflow.RefusedState) // the form knows
			for _, c := range []struct {
				id   string
				cmd  workflow.Command
				want workflow.SlotState
			}{
				{"M6", act(workflow.AutofetchFail, applicant), workflow.SlotNeeded},
				{"M5", act(workflow.AutofetchOK, applicant), workflow.SlotUploaded},
				{"M6", act(workflow.AutofetchFail, applicant), workflow.SlotNeeded},
				{"M4", workflow.Command{
					Action: workflow.Waive, Actor: applicant, Slot: workflow.SlotInsurance,
					Text: workflow.WaiveNoInsurance,
				}, workflow.SlotWaived},
				{"M2", upload(workflow.SlotInsurance, 0), workflow.SlotUploaded},
				{
					"M3",
					workflow.Command{Action: workflow.Remove, Actor: applicant, Slot: workflow.SlotInsurance},
					workflow.SlotNeeded,
				},
			} {
				if h.do(c.cmd); h.f.Slot(workflow.SlotInsurance) != c.want || h.events[len(h.events)-1].Rule != c.id {
					t.Errorf("after %s: %s", c.cmd.Action, h.f.Slot(workflow.SlotInsurance))
				}
			}
			if h.do(answer(workflow.SlotTitle, true)); h.events[len(h.events)-1].Rule != "M1" ||
				h.f.Slot(workflow.SlotTitle) != workflow.SlotNeeded || h.f.Slot(workflow.SlotDegree) != workflow.SlotNotNeeded {
				t.Errorf("title %s, degree %s", h.f.Slot(workflow.SlotTitle), h.f.Slot(workflow.SlotDegree))
			}
		},
	} {
		t.Run(id, test)
	}
}

// command is one that the guards like, as far as the state allows.
func (h *history) command(a workflow.Action, by workflow.Actor) workflow.Command {
	today := calendar.DateOf(h.now)
	c := workflow.Command{
		Action: a, Actor: by, Attested: true, Yes: true, Text: "新的文字", Ticket: h.f.Review.Ticket,
		Consent: "2026-11", Policy: "2026-11", Assignee: "h9", From: today,
	}
	switch a {
	case workflow.Enrol, workflow.Reopen:
		e := enrol()
		e.Action, e.Actor = a, by
		return e
	case workflow.Fill, workflow.SaveInfo:
		c.Values = workflow.Values{workflow.Phone: "13900009999"}
	case workflow.Answer:
		c.Slot = workflow.SlotTitle
	case workflow.Upload:
		c.Slot, c.File = workflow.SlotForm, &workflow.File{ID: "f", Revision: h.f.Revision, Checked: true}
	case workflow.PhotoNotice:
		c.File = &workflow.File{ID: "photo"}
	case workflow.Remove, workflow.Waive:
		c.Slot = workflow.SlotInsurance
	case workflow.Return:
		c.Items = []workflow.ReturnItem{item(workflow.Post, 0, "field_blank", "")}
	}
	return c
}

// fork goes on from here without changing where it came from.
func (h *history) fork() *history {
	next := *h
	next.events = slices.Clip(next.events)
	return &next
}

// TestMachine walks every state × event × actor. What comes of each is in
// testdata/machine.txt, which people can read; a change of it must be meant.
func TestMachine(t *testing.T) {
	actors := []struct {
		name string
		who  workflow.Actor
	}{
		{"applicant", applicant},
		{"college", college},
		{"school", school},
		{"hr", hr},
		{"timer", timer},
		{"stranger", stranger},
		{"own-college", own},
		{"own-school", ownSchool},
	}
	var b strings.Builder
	for _, s := range workflow.States() {
		fmt.Fprintf(&b, "%s\n", s)
		start := at(t, s)
		for _, a := range workflow.Actions() {
			results := map[string][]string{}
			var order []string
			for _, actor := range actors {
				h := start.fork()
				before, n := h.f, len(h.events)
				err := h.try(h.command(a, actor.who))
				var r *workflow.Refusal
				result := "→ " + string(h.f.State)
				switch {
				case errors.As(err, &r):
					result = "✗ " + string(r.Code)
					if d := cmp.Diff(before, h.f); d != "" || len(h.events) != n {
						t.Errorf("%s in %s by %s was refused and changed: %s", a, s, actor.name, d)
					}
				case err != nil:
					t.Fatal(err)
				default:
					if d := cmp.Diff(h.f, workflow.Replay(h.events)); d != "" {
						t.Errorf("%s in %s by %s: replay differs: %s", a, s, actor.name, d)
					}
				}
				if results[result] == nil {
					order = append(order, result)
				}
				results[result] = append(results[result], actor.name)
			}
			slices.SortStableFunc(order, func(x, y string) int { return strings.Compare(x[:3], y[:3]) })
			var parts []string
			for _, r := range order {
				who := strings.Join(results[r], " ")
				if len(results[r]) == len(actors) {
					who = "anybody"
				}
				parts = append(parts, r+": "+who)
			}
			fmt.Fprintf(&b, "  %-26s %s\n", a, strings.Join(parts, "; "))
		}
	}
	const path = "testdata/machine.txt"
	if *update {
		if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(b.String(), "\n")); d != "" {
		t.Errorf("the machine differs from %s (go test ./workflow -run TestMachine -update, then read the difference): %s",
			path, d)
	}
}
