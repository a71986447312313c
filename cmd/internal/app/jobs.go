package app

import (
	"example.org/beian/bot"
	"example.org/beian/notify"
)

// handlers are who works each effect. How it is queued and tried is said beside its type.
func handlers(b *bot.Bot, p *notify.Pass) []notify.Handler {
	return append(p.Handlers(),
		notify.Handle(b.Outbox.Announce),
		notify.Handle(b.Review.ReviewCard),
		notify.HandleLast(b.Review.RedrawCard),
		notify.Handle(b.Review.OfferColleagues),
		notify.Handle(b.Review.Show),
		notify.Handle(b.Review.DecideBatch),
		notify.Handle(b.Review.SealPack),
		notify.Handle(b.HR.SendStatistics),
		notify.HandleLast(b.HR.Office),
		notify.Handle(b.Review.Deputise),
		notify.Handle(b.Review.Nudge),
		notify.Handle(b.Questions.AskSchool),
		notify.Handle(b.Questions.AnswerPerson),
		notify.Handle(b.Applicant.Erase),
		notify.Handle(b.Applicant.Export),
		notify.HandleLast(b.Applicant.Bundle),
		notify.HandleLast(b.Scan.Intake),
	)
}
