package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"example.org/beian/bot/dingtalk"
	"example.org/beian/bot/text"
	"example.org/beian/workflow"
)

// reply is what is said to somebody: one message, then papers as PDF files.
type reply struct {
	Message text.Message
	Sheets  []workflow.Sheet
}

// storedReply is a reply as it is kept with the message that it answers until it has been sent.
type storedReply struct {
	Webhook string           `json:"webhook"`
	Message dingtalk.Message `json:"message"`
	Sheets  []workflow.Sheet `json:"sheets,omitempty"`
}

// wire is a message as DingTalk takes it.
func wire(m text.Message) dingtalk.Message {
	out := dingtalk.Message{Title: m.Title(), Text: m.Markdown()}
	for _, b := range m.Buttons {
		out.Buttons = append(out.Buttons, dingtalk.Button{Title: b.Title, Say: b.Say})
	}
	return out
}

// sendTries is how often a reply is tried before the sweeper gets it back.
const sendTries = 3

// sender sends replies, those of one person in order, those of different people
// side by side.
type sender struct {
	deliver func(ctx context.Context, p workflow.Pending) error
	log     *slog.Logger

	mu      sync.Mutex
	waiting map[string][]workflow.Pending // by person; the first is being sent
	wg      sync.WaitGroup
}

func newSender(deliver func(context.Context, workflow.Pending) error, log *slog.Logger) *sender {
	return &sender{deliver: deliver, log: log, waiting: map[string][]workflow.Pending{}}
}

// send takes a reply over; it does not wait.
func (s *sender) send(ctx context.Context, p workflow.Pending) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waiting[p.Person] = append(s.waiting[p.Person], p)
	if len(s.waiting[p.Person]) == 1 {
		s.wg.Go(func() { s.drain(context.WithoutCancel(ctx), p.Person) })
	}
}

func (s *sender) drain(ctx context.Context, person string) {
	for {
		s.mu.Lock()
		p := s.waiting[person][0]
		s.mu.Unlock()
		if err := s.deliver(ctx, p); err != nil {
			s.log.Error("reply not sent", "message", p.Message, "err", err)
		}
		s.mu.Lock()
		s.waiting[person] = s.waiting[person][1:]
		done := len(s.waiting[person]) == 0
		if done {
			delete(s.waiting, person)
		}
		s.mu.Unlock()
		if done {
			return
		}
	}
}

// wait returns when everything taken over has been tried.
func (s *sender) wait() { s.wg.Wait() }

// Run sends what a crash or a fault left unsent, now and every few seconds, until
// ctx ends; then it waits for replies under way.
func (b *Bot) Run(ctx context.Context) {
	const pause = 3 * time.Second
	t := time.NewTicker(pause)
	defer t.Stop()
	defer b.sender.wait()
	for {
		b.sweep(ctx)
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
	}
}

func (b *Bot) sweep(ctx context.Context) {
	const most = 50
	pending, err := b.Replies.ClaimReplies(ctx, most)
	if err != nil && ctx.Err() == nil {
		b.Log.Error("unsent replies not read", "err", err)
	}
	for _, p := range pending {
		b.sender.send(ctx, p)
	}
}

// deliver sends one reply and notes what became of it.
func (b *Bot) deliver(ctx context.Context, p workflow.Pending) error {
	ctx, cancel := context.WithTimeout(ctx, 15*time.Second)
	defer cancel()
	var r storedReply
	if err := json.Unmarshal(p.Reply, &r); err != nil {
		return errors.Join(err, b.Replies.ReplyFailed(ctx, p.Robot, p.Message, "unreadable", true, 0))
	}
	err := b.try(ctx, p.Person, r)
	if err == nil {
		return b.Replies.ReplySent(ctx, p.Robot, p.Message)
	}
	delay, retry := retryAfter(err)
	return errors.Join(err, b.Replies.ReplyFailed(context.WithoutCancel(ctx), p.Robot, p.Message, reason(err), !retry, delay))
}

func (b *Bot) try(ctx context.Context, person string, r storedReply) error {
	said := false
	for attempt := 1; ; attempt++ {
		var err error
		if !said {
			err = b.say(ctx, person, r)
			said = err == nil
		}
		if err == nil {
			if err = b.sendSheets(ctx, []string{person}, r.Sheets); err == nil {
				return nil
			}
		}
		if _, retry := retryAfter(err); !retry || attempt == sendTries || !wait(ctx, time.Duration(attempt)*500*time.Millisecond) {
			return err
		}
	}
}

// say answers in the conversation, or by the API when the session is over.
func (b *Bot) say(ctx context.Context, person string, r storedReply) error {
	if r.Webhook != "" {
		err := b.DingTalk.Reply(ctx, r.Webhook, r.Message)
		if !errors.Is(err, &dingtalk.Error{Kind: dingtalk.Expired}) {
			return err
		}
	}
	return b.DingTalk.Send(ctx, []string{person}, r.Message)
}

// sendSheets prints papers and sends them as files to all the receivers.
func (b *Bot) sendSheets(ctx context.Context, people []string, sheets []workflow.Sheet) error {
	for _, s := range sheets {
		pdf, err := b.Papers.Print(s)
		if err != nil {
			return fmt.Errorf("print %s of %s: %w", s.Kind, s.Filing, err)
		}
		name := sheetName(s)
		media, err := b.DingTalk.Upload(ctx, name, pdf)
		if err != nil {
			return err
		}
		if err := b.DingTalk.SendFile(ctx, people, media, name, "pdf"); err != nil {
			return err
		}
	}
	return nil
}

func sheetName(s workflow.Sheet) string {
	switch s.Kind {
	case workflow.PaperNotice:
		return "公示信息.pdf"
	case workflow.PaperReceipt:
		return "提交回执.pdf"
	case workflow.PaperProgress:
		return "备案进度单.pdf"
	case workflow.PaperPortal:
		return "录入单.pdf"
	}
	return fmt.Sprintf("备案申请表(第%d版).pdf", s.Revision)
}

// retryAfter says whether and when sending again makes sense.
func retryAfter(err error) (time.Duration, bool) {
	var api *dingtalk.Error
	if errors.As(err, &api) {
		return api.RetryAfter()
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return 2 * time.Second, true
	}
	return 0, false
}

// final reports whether a job that failed will not be tried again: it was the last attempt, or
// DingTalk will never take the call as it is.
func final(err error, last bool) bool {
	var api *dingtalk.Error
	if errors.As(err, &api) {
		_, again := api.RetryAfter()
		return last || !again
	}
	return last
}

// reason is the cause kept for the operator: a closed set of words.
func reason(err error) string {
	var api *dingtalk.Error
	if errors.As(err, &api) {
		return string(api.Kind) + " " + api.Code
	}
	return "internal"
}

// wait reports false when ctx ends before the time has passed.
func wait(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}
