package workflow_test

import (
	"time"

	"pgregory.net/rapid"

	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
)

// steps are pauses between events; most are short, some let a notice run out.
var steps = []time.Duration{time.Minute, time.Hour, 24 * time.Hour, 8 * 24 * time.Hour}

var actors = []workflow.Actor{applicant, college, school, timer, own, ownSchool, stranger, hr}

// usual is who usually does what; most draws use it, so that walks get far.
func usual(a workflow.Action, f workflow.Filing) workflow.Actor {
	switch a {
	case workflow.PostNotice, workflow.ObjectNotice, workflow.Approve, workflow.Return, workflow.Take,
		workflow.CollegeSign, workflow.SealForm:
		return college
	case workflow.Submit, workflow.SettleNotice, workflow.Correct:
		return school
	case workflow.PassNotice, workflow.OpenWindow, workflow.Expire:
		return timer
	}
	return applicant
}

// drawCommand makes a plausible command: mostly the usual next one, sometimes any.
func drawCommand(rt *rapid.T, f workflow.Filing) workflow.Command {
	a := rapid.SampledFrom(workflow.Actions()).Draw(rt, "action")
	if next, ok := likely[f.State]; ok && rapid.IntRange(0, 3).Draw(rt, "likely") > 0 {
		a = rapid.SampledFrom(next).Draw(rt, "next")
	}
	who := usual(a, f)
	if rapid.IntRange(0, 5).Draw(rt, "anybody") == 0 {
		who = rapid.SampledFrom(actors).Draw(rt, "actor")
	}
	cmd := workflow.Command{
		Action: a, Actor: who, Text: rapid.SampledFrom([]string{"", "审核中", "退回"}).Draw(rt, "text"),
		Yes: true, Attested: rapid.Bool().Draw(rt, "attested"),
		Ticket: f.Review.Ticket - rapid.SampledFrom([]int{0, 0, 0, 1}).Draw(rt, "ticket"),
	}
	switch a {
	case workflow.Enrol, workflow.Reopen:
		c := enrol()
		c.Action, c.Actor = a, who
		c.Certificate.RecognisedOn = rapid.SampledFrom([]calendar.Date{
			calendar.NewDate(2024, 12, 10),
			calendar.NewDate(2025, 1, 5),
		}).Draw(rt, "recognised")
		c.Certificate.PrintedEnd = calendar.Date{}
		return c
	case workflow.Create:
		c := create()
		c.Actor = who
		return c
	case workflow.Reassign:
		cmd.Assignee = rapid.SampledFrom([]string{"h2", "p1", ""}).Draw(rt, "assignee")
	case workflow.Fill, workflow.SaveInfo:
		cmd.Values = rapid.SampledFrom([]workflow.Values{
			nil,
			{workflow.ArrivedOn: "2015-07-01", workflow.Industry: "教育"},
			{workflow.Phone: "13900002222"},
			{workflow.Post: "无"},
			{workflow.Unit: "别的单位"},
			{workflow.Name: "别人"},
			{workflow.Category: "D"},
		}).Draw(rt, "values")
	case workflow.Upload, workflow.Remove, workflow.Waive, workflow.Answer:
		cmd.Slot = workflow.Slot(rapid.IntRange(0, 9).Draw(rt, "slot"))
		cmd.File = &workflow.File{ID: "f", Revision: f.Revision - rapid.SampledFrom([]int{0, 0, 1}).Draw(rt, "old")}
	case workflow.PostNotice:
		cmd.From = calendar.NewDate(2026, 11, rapid.IntRange(1, 60).Draw(rt, "from"))
	case workflow.ReportApproved:
		cmd.From = calendar.NewDate(2026, 12, rapid.IntRange(1, 90).Draw(rt, "from"))
	case workflow.Return:
		cmd.Items = []workflow.ReturnItem{{
			Field:  workflow.Post,
			Reason: rapid.SampledFrom([]string{"field_blank", "no_such"}).Draw(rt, "reason"),
		}}
	}
	return cmd
}

var likely = map[workflow.State][]workflow.Action{
	"":                   {workflow.Enrol},
	workflow.NotEligible: {workflow.OpenWindow, workflow.Enrol},
	workflow.Eligible:    {workflow.Create},
	workflow.Draft:       {workflow.Fill, workflow.Answer, workflow.SaveInfo},
	workflow.Saved: {
		workflow.Print, workflow.PrintNotice, workflow.HandNotice, workflow.PostNotice, workflow.Upload, workflow.Waive,
		workflow.SaveMaterials, workflow.SaveInfo,
		workflow.SignForm, workflow.CollegeSign, workflow.SealForm, workflow.ScanForm, workflow.AutofetchOK,
	},
	workflow.Ready:     {workflow.HandIn, workflow.HandIn, workflow.PostNotice, workflow.SaveInfo},
	workflow.Prereview: {workflow.Approve, workflow.Submit, workflow.Return, workflow.Take},
	workflow.Submitted: {workflow.Report, workflow.ReportApproved, workflow.ReportReturned, workflow.Correct},
	workflow.Reviewing: {workflow.ReportApproved, workflow.ReportReturned, workflow.Report},
	workflow.Approved:  {workflow.GenerateCertificate, workflow.ConfirmDownload},
	workflow.Cancelled: {workflow.Restore, workflow.Reopen},
	workflow.Closed:    {workflow.Reopen},
}
