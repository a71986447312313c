package turn

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"example.org/beian/bot/dingtalk"
	"example.org/beian/bot/text"
	"example.org/beian/workflow"
)

// storedReply is a reply as it is kept with the message that it answers until it has been sent.
type storedReply struct {
	Webhook string           `json:"webhook"`
	Message dingtalk.Message `json:"message"`
	Sheets  []workflow.Sheet `json:"sheets,omitempty"`
}

// mostSaid is how long a message may be, in bytes: DingTalk refuses longer ones, buttons included.
const mostSaid = dingtalk.MaxParam * 7 / 10

// Wire is a message as DingTalk takes it. One that is too long ends early: what is refused says nothing.
func Wire(m text.Message) dingtalk.Message {
	out := dingtalk.Message{Title: m.Title(), Text: m.Markdown()}
	if len(out.Text) > mostSaid {
		out.Text = strings.ToValidUTF8(out.Text[:mostSaid], "") + "…"
	}
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
func (k *Kernel) Run(ctx context.Context) {
	const pause = 3 * time.Second
	t := time.NewTicker(pause)
	defer t.Stop()
	defer k.sender.wait()
	for {
		k.sweep(ctx)
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
	}
}

// Wait returns when every reply that was taken over has been tried.
func (k *Kernel) Wait() { k.sender.wait() }

func (k *Kernel) sweep(ctx context.Context) {
	const most = 50
	pending, err := k.Replies.ClaimReplies(ctx, most)
	if err != nil && ctx.Err() == nil {
		k.Log.Error("unsent replies not read", "err", err)
	}
	for _, p := range pending {
		k.sender.send(ctx, p)
	}
}

// deliver sends one reply and notes what became of it.
func (k *Kernel) deliver(ctx context.Context, p workflow.Pending) error {
	ctx, cancel := context.WithTimeout(ctx, 15*time.Second)
	defer cancel()
	var r storedReply
	if err := json.Unmarshal(p.Reply, &r); err != nil {
		return errors.Join(err, k.Replies.ReplyFailed(ctx, p.Robot, p.Message, "unreadable", true, 0))
	}
	err := k.try(ctx, p.Person, r)
	if err == nil {
		return k.Replies.ReplySent(ctx, p.Robot, p.Message)
	}
	delay, retry := RetryAfter(err)
	return errors.Join(
		err,
		k.Replies.ReplyFailed(context.WithoutCancel(ctx), p.Robot, p.Message, Reason(err), !retry, delay),
	)
}

func (k *Kernel) try(ctx context.Context, person string, r storedReply) error {
	said := false
	for attempt := 1; ; attempt++ {
		var err error
		if !said {
			err = k.say(ctx, person, r)
			said = err == nil
		}
		if err == nil {
			if err = k.SendSheets(ctx, []string{person}, r.Sheets); err == nil {
				return nil
			}
		}
		if _, retry := RetryAfter(err); !retry || attempt == sendTries ||
			!dingtalk.Pause(ctx, time.Duration(attempt)*500*time.Millisecond) {
			return err
		}
	}
}

// say answers in the conversation, or by the API when the session is over.
func (k *Kernel) say(ctx context.Context, person string, r storedReply) error {
	if r.Webhook != "" {
		err := k.Chat.Reply(ctx, r.Webhook, r.Message)
		if !errors.Is(err, &dingtalk.Error{Kind: dingtalk.Expired}) {
			return err
		}
	}
	return k.Chat.Send(ctx, []string{person}, r.Message)
}

// SendSheets prints papers and sends them as files to all the receivers.
func (k *Kernel) SendSheets(ctx context.Context, people []string, sheets []workflow.Sheet) error {
	for _, s := range sheets {
		pdf, err := k.Printer.Print(s)
		if err != nil {
			return fmt.Errorf("print %s of %s: %w", s.Kind, s.Filing, err)
		}
		name := sheetName(s)
		if err := k.SendDocument(ctx, people, name, "pdf", pdf); err != nil {
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

// RetryAfter says whether and when sending again makes sense.
func RetryAfter(err error) (time.Duration, bool) {
	var api *dingtalk.Error
	if errors.As(err, &api) {
		return api.RetryAfter()
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return 2 * time.Second, true
	}
	return 0, false
}

// Final reports whether a job that failed will not be tried again: it was the last attempt, or
// DingTalk will never take the call as it is.
func Final(err error, last bool) bool {
	var api *dingtalk.Error
	if errors.As(err, &api) {
		_, again := api.RetryAfter()
		return last || !again
	}
	return last
}

// Reason is the cause kept for the operator: a closed set of words.
func Reason(err error) string {
	var api *dingtalk.Error
	if errors.As(err, &api) {
		return string(api.Kind) + " " + api.Code
	}
	return "internal"
}
