package dingtalk

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/open-dingtalk/dingtalk-stream-sdk-go/client"
	"github.com/open-dingtalk/dingtalk-stream-sdk-go/logger"
	"github.com/open-dingtalk/dingtalk-stream-sdk-go/payload"
)

const (
	// connections is how many streams a process holds. DingTalk sends each frame to
	// one of them at random; while one reconnects (the SDK waits 3 s) the other works.
	connections = 2
	// keepAlive is how long a silent connection is trusted; the SDK then pings it.
	keepAlive = 20 * time.Second
	// handlers is how many frames may be in work at once on one connection. The SDK
	// leaves frames above it unacknowledged.
	handlers = 100
)

// Handler is told what arrives. Both methods must be quick and safe for concurrent
// use; an error leaves the frame to be delivered again, if DingTalk does so.
type Handler interface {
	Message(ctx context.Context, in Incoming) error
	// Click returns the variables to change on the clicker's copy of the card. It
	// has two seconds.
	Click(ctx context.Context, c Click) (map[string]string, error)
}

// Stream receives messages and clicks.
type Stream struct {
	cfg     Config
	handler Handler
	log     *slog.Logger
	// running is read-locked by every handler in work. A WaitGroup would not do: frames
	// may still begin while Run already waits.
	running sync.RWMutex
}

// NewStream returns a stream for the app of cfg.
func NewStream(cfg Config, h Handler, log *slog.Logger) *Stream {
	if cfg.APIURL == "" {
		cfg.APIURL = OfficialAPI
	}
	return &Stream{cfg: cfg, handler: h, log: log}
}

// madeLogger has the SDK make its logger, which it does without a lock on first use: once in the
// process, and before there are two clients.
var madeLogger = sync.OnceFunc(func() { logger.GetLogger() })

// Run keeps the connections open until ctx ends, then waits for handlers in work.
// A connection that cannot be opened is tried again and again, with growing pauses.
func (s *Stream) Run(ctx context.Context) {
	madeLogger()
	var wg sync.WaitGroup
	for i := range connections {
		wg.Go(func() { s.keep(ctx, i) })
	}
	wg.Wait()
	s.running.Lock()
	defer s.running.Unlock()
}

// keep holds one connection. The SDK reconnects by itself once it has been
// connected; only the first connection is ours to retry.
func (s *Stream) keep(ctx context.Context, n int) {
	cli := client.NewStreamClient(
		client.WithAppCredential(client.NewAppCredentialConfig(s.cfg.ClientID, s.cfg.ClientSecret)),
		client.WithOpenApiHost(s.cfg.APIURL),
		client.WithKeepAlive(keepAlive),
		client.WithMaxPendingHandlers(handlers),
	)
	cli.RegisterCallbackRouter(payload.BotMessageCallbackTopic, s.frame(ctx, s.message))
	cli.RegisterCallbackRouter(payload.CardInstanceCallbackTopic, s.frame(ctx, s.click))
	defer cli.Close()
	const most = 30 * time.Second
	for pause := time.Second; ; pause = min(2*pause, most) {
		err := cli.Start(ctx)
		if err == nil {
			s.log.Info("stream connected", "connection", n)
			break
		}
		if ctx.Err() != nil {
			return
		}
		// The SDK's error may quote the answer, never the secret.
		s.log.Warn("stream not connected, will retry", "connection", n, "pause", pause, "err", err)
		if !Pause(ctx, pause) {
			return
		}
	}
	<-ctx.Done()
}

type frameHandler func(ctx context.Context, df *payload.DataFrame) (string, error)

// frame wraps a handler. Work goes on when the connection breaks, so the frame's
// own context is not used; a panic costs the frame and is answered as an error.
func (s *Stream) frame(ctx context.Context, h frameHandler) func(context.Context,
	*payload.DataFrame) (*payload.DataFrameResponse, error) {
	ctx = context.WithoutCancel(ctx)
	return func(_ context.Context, df *payload.DataFrame) (resp *payload.DataFrameResponse, err error) {
		s.running.RLock()
		defer s.running.RUnlock()
		defer func() {
			if p := recover(); p != nil {
				s.log.Error("frame handler panicked", "topic", df.GetTopic(), "panic", fmt.Sprint(p))
				err = errors.New("internal error")
			}
		}()
		data, err := h(ctx, df)
		if err != nil {
			s.log.Error("frame not handled", "topic", df.GetTopic(), "err", err)
			return nil, errors.New("not handled")
		}
		resp = payload.NewSuccessDataFrameResponse()
		resp.SetData(data)
		return resp, nil
	}
}

func (s *Stream) message(ctx context.Context, df *payload.DataFrame) (string, error) {
	in, err := decodeMessage(df.Data)
	if err != nil {
		// Delivering it again would not help: log, acknowledge, go on.
		s.log.Error("message frame not understood", "err", err)
		return `{"response": null}`, nil
	}
	if in.Robot == "" {
		in.Robot = s.cfg.RobotCode
	}
	return `{"response": null}`, s.handler.Message(ctx, in)
}

func (s *Stream) click(ctx context.Context, df *payload.DataFrame) (string, error) {
	c, err := decodeClick(df.GetMessageId(), df.Data)
	if err != nil {
		s.log.Error("card frame not understood", "err", err)
		return `{"response":{}}`, nil
	}
	params, err := s.handler.Click(ctx, c)
	if err != nil {
		return "", err
	}
	if len(params) == 0 {
		return `{"response":{}}`, nil
	}
	return cardAnswer(params)
}

// Pause waits; it reports false when ctx ended first.
func Pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}
