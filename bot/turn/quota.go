package turn

import (
	"context"
	"time"

	"example.org/beian/workflow/calendar"
)

// month is how the counters of the quota are named.
func (k *Kernel) month() string { return k.Now().In(calendar.Zone()).Format("2006-01") }

// CountPush counts a message or a click that DingTalk delivered. A counter that cannot
// be written costs a warning at most.
func (k *Kernel) CountPush(ctx context.Context) {
	if err := k.Sessions.Count(ctx, k.month(), "pushes"); err != nil {
		k.Log.Warn("push not counted", "err", err)
	}
}

// Used is the share of the month's quota that is used, in percent.
func (k *Kernel) Used(ctx context.Context) int {
	u, err := k.Sessions.Usage(ctx, k.month())
	if err != nil {
		k.Log.Warn("quota not read", "err", err)
		return 0
	}
	return u.Percent(k.Quota)
}

// Held is the error of a message that waits because the quota is nearly used up.
type Held struct{}

func (Held) Error() string { return "held back: the monthly quota of DingTalk is nearly used up" }

// Later says when to look again.
func (Held) Later() time.Duration { return 6 * time.Hour }
