// Package outbox is what the bot writes by itself: the word of what happened to a filing, the
// reminders of a day, what waits for a handler, and the overview of the personnel office. Nothing
// is asked for here, so there are no commands; what people answer is heard in other rooms.
package outbox

import (
	"context"
	"time"

	"example.org/beian/bot/dingtalk"
	"example.org/beian/bot/turn"
	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
	"example.org/beian/workflow/reminder"
)

// Records is what is read to say something, and the note of whom it was said to.
type Records interface {
	Case(ctx context.Context, filing string) (workflow.Case, error)
	Event(ctx context.Context, filing string, seq int) (workflow.Event, error)
	PersonCase(ctx context.Context, person string) (workflow.Case, error)
	Shown(ctx context.Context, person string, viewers []string, what string, now time.Time) error
}

// Desk is what waits for a handler, and how a college stands.
type Desk interface {
	Desk(ctx context.Context, person string, today calendar.Date, limit int) ([]workflow.Case, error)
	Week(ctx context.Context, college string, today calendar.Date, days, limit int) (reminder.Week, error)
}

// Post sends to several people at once and says who got it.
type Post interface {
	SendEach(ctx context.Context, users []string, m dingtalk.Message) (dingtalk.Receipt, error)
	SendFileEach(ctx context.Context, users []string, mediaID, name, fileType string) (dingtalk.Receipt, error)
	SendImageEach(ctx context.Context, users []string, mediaID string) (dingtalk.Receipt, error)
	UploadImage(ctx context.Context, name string, data []byte) (string, error)
	WhoRead(ctx context.Context, queryKey string) ([]string, error)
}

// Deps is what the room works with besides the kernel.
type Deps struct {
	Records Records
	Desk    Desk
	Post    Post
	// Picture draws what comes with the daily overview.
	Picture func(reminder.Overview) ([]byte, error)
}

// Room is where messages are written that nobody has asked for.
type Room struct {
	*turn.Kernel
	records Records
	desk    Desk
	post    Post
	picture func(reminder.Overview) ([]byte, error)
}

// New returns the room.
func New(k *turn.Kernel, d Deps) *Room {
	return &Room{Kernel: k, records: d.Records, desk: d.Desk, post: d.Post, picture: d.Picture}
}
