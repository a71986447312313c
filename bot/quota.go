package bot

import (
	"context"
	"time"

	"example.org/beian/workflow/calendar"
)

// month is how the counters of the quota are named.
func (b *Bot) month() string { return b.Now().In(calendar.Zone()).Format("2006-01") }

// countPush counts a message or a click that DingTalk delivered. A counter that cannot
// be written costs a warning at most.
func (b *Bot) countPush(ctx context.Context) {
	if err := b.Sessions.Count(ctx, b.month(), "pushes"); err != nil {
		b.Log.Warn("push not counted", "err", err)
	}
}

// used is the share of the month's quota that is used, in percent.
func (b *Bot) used(ctx context.Context) int {
	u, err := b.Sessions.Usage(ctx, b.month())
	if err != nil {
		b.Log.Warn("quota not read", "err", err)
		return 0
	}
	return u.Percent(b.Quota)
}

// held is the error of a message that waits because the quota is nearly used up.
type held struct{}

func (held) Error() string { return "held back: the monthly quota of DingTalk is nearly used up" }

// Later says when to look again.
func (held) Later() time.Duration { return 6 * time.Hour }
