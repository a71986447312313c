// Package app joins the parts: it opens what the configuration names, gives each
// part what it needs, starts them in order and stops them in reverse.
package app

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/redis/go-redis/v9"

	"example.org/beian/bot"
	"example.org/beian/bot/chart"
	"example.org/beian/bot/dingtalk"
	"example.org/beian/bot/turn"
	"example.org/beian/cmd/internal/config"
	"example.org/beian/notify"
	"example.org/beian/storage"
	"example.org/beian/storage/files"
	"example.org/beian/storage/keyring"
	"example.org/beian/storage/session"
	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
)

// Options are what only a demo or a test sets.
type Options struct {
	Now        func() time.Time
	ReplyLease time.Duration   // zero means storage.ReplyLease
	Pulse      time.Duration   // how often the schedule looks at the clock; zero means every second
	Moved      <-chan struct{} // has it look at once; see [notify.Schedule.Run]
}

// App is one replica.
type App struct {
	cfg   config.Config
	log   *slog.Logger
	pool  *pgxpool.Pool
	store *storage.Store
	rules *rules

	redis    *redis.Client
	bot      *bot.Bot
	stream   *dingtalk.Stream
	workers  *notify.Workers
	schedule *notify.Schedule
	http     *http.Server
	pulse    time.Duration
	moved    <-chan struct{}

	mu    sync.Mutex
	stops []stop // run last in, first out
}

// stop is one clean-up with its name for the log.
type stop struct {
	name string
	run  func(context.Context) error
}

// New opens everything; on an error whatever was open is closed again.
func New(ctx context.Context, cfg config.Config, o Options, log *slog.Logger) (*App, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.ReplyLease == 0 {
		o.ReplyLease = storage.ReplyLease
	}
	cfg.Rate = cmp.Or(cfg.Rate, dingtalk.StandardRate)
	a := &App{cfg: cfg, log: log, pulse: cmp.Or(o.Pulse, time.Second), moved: o.Moved}
	if err := a.open(ctx, o); err != nil {
		return nil, errors.Join(err, a.Stop(context.WithoutCancel(ctx)))
	}
	return a, nil
}

func (a *App) open(ctx context.Context, o Options) error {
	ring, err := keyring.Parse([]byte(a.cfg.Keys))
	if err != nil {
		return err
	}
	if err := a.openDatabase(ctx, ring, o); err != nil {
		return err
	}
	if err := a.openRedis(); err != nil {
		return err
	}
	return a.join(ring, o)
}

func (a *App) openDatabase(ctx context.Context, ring *keyring.Ring, o Options) error {
	policy, err := a.cfg.Policy()
	if err != nil {
		return err
	}
	pc, err := pgxpool.ParseConfig(a.cfg.DatabaseURL)
	if err != nil {
		return errors.New("read BEIAN_DATABASE_URL: not a database address")
	}
	pc.MaxConns = max(pc.MaxConns, 12)
	if a.pool, err = pgxpool.NewWithConfig(ctx, pc); err != nil {
		return fmt.Errorf("open database: %w", err)
	}
	a.onStop("database", func(context.Context) error { a.pool.Close(); return nil })
	pending, err := storage.Pending(ctx, a.pool)
	if err != nil {
		return err
	}
	if pending {
		return errors.New("the database schema is older than this program: run beian migrate first")
	}
	if a.store, err = storage.New(a.pool, ring, policy, o.ReplyLease); err != nil {
		return err
	}
	if err := a.store.KeepPolicy(ctx, policy, o.Now()); err != nil {
		return err
	}
	a.rules = &rules{policy: policy, store: a.store}
	return a.rules.load(ctx)
}

func (a *App) openRedis() error {
	ro, err := redis.ParseURL(a.cfg.RedisURL)
	if err != nil {
		return errors.New("read BEIAN_REDIS_URL: not a Redis address")
	}
	a.redis = redis.NewClient(ro)
	a.onStop("redis", func(context.Context) error { return a.redis.Close() })
	return nil
}

func (a *App) join(ring *keyring.Ring, o Options) error {
	blobs, err := a.cfg.Blobs()
	if err != nil {
		return err
	}
	fileStore := files.New(blobs, ring)
	scanner, err := malware(a.cfg)
	if err != nil {
		return err
	}
	papers, err := newPapers(a.cfg, ring)
	if err != nil {
		return err
	}
	a.onStop("paper reader", func(context.Context) error { return papers.Close() })
	regular, bold, others := papers.fonts.Sans()
	painter, err := chart.New(regular, bold, others...)
	if err != nil {
		return err
	}
	dc := dingtalk.Config{
		ClientID: a.cfg.ClientID, ClientSecret: a.cfg.ClientSecret, RobotCode: a.cfg.RobotCode,
		APIURL: a.cfg.APIURL, OAPIURL: a.cfg.OAPIURL, Now: o.Now, Rate: a.cfg.Rate,
	}
	sessions := session.New(a.redis, ring)
	dc.Counted = func(ctx context.Context) {
		month := o.Now().In(calendar.Zone()).Format("2006-01")
		if err := sessions.Count(context.WithoutCancel(ctx), month, "calls"); err != nil {
			a.log.Warn("call not counted", "err", err)
		}
	}
	dc.Limit = a.sharedLimit(sessions)
	client := dingtalk.New(dc)
	dc.RobotCode = client.RobotCode()
	a.bot, err = bot.New(bot.Deps{
		Deps: turn.Deps{
			Store: a.store, Replies: a.store, Sessions: sessions, Signer: ring, Sealer: ring, Printer: papers, Chat: client,
			Rules: a.rules.current, School: a.cfg.School, Robot: client.RobotCode(), NewID: filingID,
			Quota: workflow.Usage{Calls: a.cfg.QuotaCalls, Pushes: a.cfg.QuotaPushes}, Now: o.Now, Log: a.log,
		},
		Records: a.store, Files: fileStore, Papers: papers, Charts: painter, Malware: scanner, DingTalk: client,
		Template: a.cfg.CardTemplate,
	})
	if err != nil {
		return err
	}
	a.stream = dingtalk.NewStream(dc, a.bot, a.log)
	pass := &notify.Pass{
		Ledger: a.store, Filings: a.store, Office: a.store, Reminder: a.bot.Outbox, Scans: a.store, Bytes: fileStore,
		Rules: a.rules.current, Now: o.Now, Wall: time.Now, Log: a.log,
	}
	if a.workers, err = notify.NewWorkers(a.pool, handlers(a.bot, pass), a.log); err != nil {
		return err
	}
	a.schedule, err = notify.NewSchedule(a.plans(), a.store, o.Now, a.log)
	return err
}

// sharedLimit keeps all replicas together below what DingTalk grants the app. Without Redis
// each keeps its own.
func (a *App) sharedLimit(s *session.Store) func(context.Context, string) error {
	return func(ctx context.Context, api string) error {
		if err := s.Wait(ctx, api, a.cfg.Rate); err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			a.log.Warn("shared rate limit not reached", "err", err)
		}
		return nil
	}
}

// plans are what happens by the clock.
func (a *App) plans() []notify.Plan {
	return []notify.Plan{
		{Name: "daily", Spec: a.cfg.DailyCron, Quiet: a.offHours, Job: func(tick time.Time) workflow.Effect {
			return workflow.DailyPass{Day: calendar.DateOf(tick)}
		}},
		{Name: "watch", Spec: a.cfg.WatchCron, Quiet: a.quiet, Job: func(tick time.Time) workflow.Effect {
			return workflow.WatchPass{At: tick}
		}},
	}
}

// quiet holds back what nobody should be bothered with now.
func (a *App) quiet(at time.Time) bool { return a.rules.current().Current.Quiet(at, false) }

// offHours holds the daily pass back until people are at work.
func (a *App) offHours(at time.Time) bool { return a.rules.current().Current.Reminders.OffHours(at) }

// Store gives the demo and the import what they load people with.
func (a *App) Store() *storage.Store { return a.store }

// Start begins to work. The stream comes last: nothing is accepted before it can
// be handled.
func (a *App) Start(ctx context.Context) error {
	if err := a.serveHTTP(ctx); err != nil {
		return err
	}
	a.background("replies", a.bot.Run) // stops after the workers, who may still answer
	if err := a.workers.Start(ctx); err != nil {
		return err
	}
	a.onStop("job workers", a.workers.Stop)
	a.background("rules", func(ctx context.Context) { a.rules.refresh(ctx, a.log) })
	a.background("schedule", func(ctx context.Context) { a.schedule.Run(ctx, a.pulse, a.moved) })
	a.background("stream", a.stream.Run)
	return nil
}

// background runs fn until Stop.
func (a *App) background(name string, fn func(context.Context)) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		fn(ctx)
	}()
	a.onStop(name, func(wait context.Context) error {
		cancel()
		select {
		case <-done:
			return nil
		case <-wait.Done():
			return wait.Err()
		}
	})
}

func (a *App) onStop(name string, run func(context.Context) error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.stops = append(a.stops, stop{name, run})
}

// Stop ends everything in reverse order, at the latest when ctx ends. It may be
// called more than once.
func (a *App) Stop(ctx context.Context) error {
	a.mu.Lock()
	stops := a.stops
	a.stops = nil
	a.mu.Unlock()
	var errs []error
	for i := len(stops) - 1; i >= 0; i-- {
		if err := stops[i].run(ctx); err != nil {
			errs = append(errs, fmt.Errorf("stop %s: %w", stops[i].name, err))
		}
	}
	return errors.Join(errs...)
}

func (a *App) serveHTTP(ctx context.Context) error {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", a.cfg.HTTPAddr)
	if err != nil {
		return fmt.Errorf("listen on BEIAN_HTTP_ADDR: %w", err)
	}
	a.http = &http.Server{Handler: a.health(), ReadHeaderTimeout: 5 * time.Second}
	go func() {
		if err := a.http.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			a.log.Error("health server stopped", "err", err)
		}
	}()
	a.onStop("health server", a.http.Shutdown)
	return nil
}

// filingAlphabet leaves out letters that are misread on paper.
const filingAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// filingID returns eight random characters: 40 bits, enough for one school, short
// enough to type.
func filingID() (string, error) {
	var b [8]byte
	if _, err := rand.Read(b[:]); err != nil {
		return "", fmt.Errorf("make filing number: %w", err)
	}
	for i := range b {
		b[i] = filingAlphabet[b[i]&31]
	}
	return string(b[:]), nil
}

// Import loads a roster into the database of cfg.
func Import(ctx context.Context, cfg config.Config, r storage.Roster) error {
	store, done, err := OpenStore(ctx, cfg)
	if err != nil {
		return err
	}
	defer done()
	return store.Import(ctx, r)
}

// Pass opens the daily pass for a look at what it would do; it can send nothing. done closes
// the database.
func Pass(ctx context.Context, cfg config.Config, now time.Time) (pass *notify.Pass, done func(), err error) {
	ring, err := keyring.Parse([]byte(cfg.Keys))
	if err != nil {
		return nil, nil, err
	}
	at := func() time.Time { return now }
	a := &App{cfg: cfg}
	if err := a.openDatabase(ctx, ring, Options{Now: at, ReplyLease: storage.ReplyLease}); err != nil {
		return nil, nil, errors.Join(err, a.Stop(ctx))
	}
	return &notify.Pass{
		Ledger: a.store, Filings: a.store, Office: a.store, Rules: a.rules.current, Now: at,
		Log: slog.New(slog.DiscardHandler),
	}, a.pool.Close, nil
}

// OpenStore opens only the database of cfg, for tools; done closes it.
func OpenStore(ctx context.Context, cfg config.Config) (store *storage.Store, done func(), err error) {
	ring, err := keyring.Parse([]byte(cfg.Keys))
	if err != nil {
		return nil, nil, err
	}
	a := &App{cfg: cfg}
	if err := a.openDatabase(ctx, ring, Options{Now: time.Now, ReplyLease: storage.ReplyLease}); err != nil {
		return nil, nil, errors.Join(err, a.Stop(ctx))
	}
	return a.store, a.pool.Close, nil
}
