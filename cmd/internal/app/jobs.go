package app

import (
	"example.org/beian/bot"
	"example.org/beian/notify"
)

// handlers are who works each effect. How it is queued and tried is said beside its type.
func handlers(b *bot.Bot, p *notify.Pass) []notify.Handler {
	return append(p.Handlers(),
		notify.Handle(b.Announce),
		notify.Handle(b.ReviewCard),
		notify.HandleLast(b.RedrawCard),
		notify.Handle(b.OfferColleagues),
		notify.Handle(b.Show),
		notify.Handle(b.DecideBatch),
		notify.Handle(b.SealPack),
		notify.Handle(b.SendStatistics),
		notify.HandleLast(b.Office),
		notify.Handle(b.Deputise),
		notify.Handle(b.Nudge),
		notify.Handle(b.AskSchool),
		notify.Handle(b.AnswerPerson),
		notify.Handle(b.Erase),
		notify.Handle(b.Export),
		notify.HandleLast(b.Bundle),
		notify.HandleLast(b.Intake),
	)
}
