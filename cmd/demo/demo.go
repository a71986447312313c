package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/alicebob/miniredis/v2"

	"example.org/beian/bot/dingtalk/dingsim"
	"example.org/beian/cmd/internal/app"
	"example.org/beian/cmd/internal/config"
	"example.org/beian/cmd/internal/demo"
	"example.org/beian/storage"
	"example.org/beian/storage/keyring"
	"example.org/beian/storage/localpg"
)

// running is a started demo; parts are stopped last in, first out.
type running struct {
	addr  string
	stops []func() error
}

func (d *running) onStop(fn func() error) { d.stops = append(d.stops, fn) }

func (d *running) stop() error {
	var errs []error
	for i := len(d.stops) - 1; i >= 0; i-- {
		errs = append(errs, d.stops[i]())
	}
	d.stops = nil
	return errors.Join(errs...)
}

// start brings everything up; on an error what was up is taken down again.
func start(ctx context.Context, dir, addr string) (*running, error) {
	d := &running{}
	if err := d.start(ctx, dir, addr); err != nil {
		return nil, errors.Join(err, d.stop())
	}
	return d, nil
}

func (d *running) start(ctx context.Context, dir, addr string) error {
	// The database inside is closed; its account must reach it.
	if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // see above
		return fmt.Errorf("make demo directory: %w", err)
	}
	lock, err := lockDir(dir)
	if err != nil {
		return err
	}
	d.onStop(lock.Close)
	log, err := d.openLog(dir)
	if err != nil {
		return err
	}
	url, err := d.database(ctx, dir)
	if err != nil {
		return err
	}
	sim, err := d.dingtalk(ctx, dir, addr, log)
	if err != nil {
		return err
	}
	redis, err := d.redis(sim)
	if err != nil {
		return err
	}
	return d.bot(ctx, dir, url, redis, sim, log)
}

// lockDir keeps two demos from using the same data.
func lockDir(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock demo data: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(errors.New("演示已经在运行,请先结束那一个(Ctrl-C)/ a demo is running already: stop it first"), f.Close())
	}
	return f, nil
}

func (d *running) openLog(dir string) (*slog.Logger, error) {
	f, err := os.OpenFile(filepath.Join(dir, "demo.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open demo log: %w", err)
	}
	d.onStop(f.Close)
	return slog.New(slog.NewTextHandler(f, nil)), nil
}

func (d *running) database(ctx context.Context, dir string) (string, error) {
	pg, err := localpg.Start(ctx, localpg.Config{Dir: filepath.Join(dir, "pg")})
	if err != nil {
		return "", err
	}
	d.onStop(pg.Stop)
	if err := pg.CreateDatabase(ctx, "beian", ""); err != nil {
		return "", err
	}
	url := pg.URL("beian")
	return url, storage.Migrate(ctx, url)
}

// dingtalk serves the local DingTalk with its chat page, on the clock where the
// last demo left it.
func (d *running) dingtalk(ctx context.Context, dir, addr string, log *slog.Logger) (*dingsim.Sim, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", addr)
	if errors.Is(err, syscall.EADDRINUSE) {
		l, err = (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	}
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	d.addr = l.Addr().String()
	cfg, err := demo.Organisation()
	if err != nil {
		return nil, err
	}
	cfg.Logger, cfg.BaseURL = log, "http://"+d.addr
	sim := dingsim.New(cfg)
	keepClock(d, sim, filepath.Join(dir, "clock"), log)
	srv := &http.Server{Handler: sim, ReadHeaderTimeout: 10 * time.Second}
	go func() {
		if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			log.Error("chat page stopped", "err", err)
		}
	}()
	d.onStop(func() error { sim.Close(); return srv.Close() })
	return sim, nil
}

// keepClock restores the simulated clock and saves it as it goes.
func keepClock(d *running, sim *dingsim.Sim, path string, log *slog.Logger) {
	sim.SetTime(demo.Epoch())
	if b, err := os.ReadFile(path); err == nil {
		if t, err := time.Parse(time.RFC3339, string(b)); err == nil {
			sim.SetTime(t)
		}
	}
	save := func() error { return os.WriteFile(path, []byte(sim.Now().Format(time.RFC3339)), 0o600) }
	d.every(2*time.Second, func() {
		if err := save(); err != nil {
			log.Warn("clock not saved", "err", err)
		}
	})
	d.onStop(save)
}

// every calls fn at intervals until the demo stops.
func (d *running) every(interval time.Duration, fn func()) {
	done := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		t := time.NewTicker(interval)
		defer t.Stop()
		for {
			select {
			case <-done:
				return
			case <-t.C:
				fn()
			}
		}
	})
	d.onStop(func() error { close(done); wg.Wait(); return nil })
}

// redis runs in memory; its expiry follows the simulated clock.
func (d *running) redis(sim *dingsim.Sim) (string, error) {
	m, err := miniredis.Run()
	if err != nil {
		return "", fmt.Errorf("start redis: %w", err)
	}
	d.onStop(func() error { m.Close(); return nil })
	last := sim.Now()
	d.every(time.Second, func() {
		now := sim.Now()
		if passed := now.Sub(last); passed > 0 {
			m.FastForward(passed)
		}
		last = now
	})
	return "redis://" + m.Addr(), nil
}

// bot starts the real wiring. It knows nothing of the simulator: only addresses and
// the clock differ.
func (d *running) bot(ctx context.Context, dir, database, redis string, sim *dingsim.Sim, log *slog.Logger) error {
	keys, err := demoKeys(filepath.Join(dir, "keys.json"))
	if err != nil {
		return err
	}
	base := "http://" + d.addr
	cfg := config.Config{
		DatabaseURL: database, RedisURL: redis, ClientID: demo.ClientID, ClientSecret: demo.ClientSecret,
		RobotCode: demo.ClientID,
		APIURL:    base, OAPIURL: base, CardTemplate: demo.CardTemplate, Keys: string(keys), School: demo.School,
		FilesURL: "file://" + filepath.Join(dir, "files"), HTTPAddr: "127.0.0.1:0", DailyCron: "0 9 * * *",
		WatchCron: "*/10 9-17 * * *", LogLevel: "info",
		CacheDir: filepath.Join(dir, "cache"),
	}
	if err := cfg.Validate(); err != nil {
		return err
	}
	a, err := app.New(ctx, cfg, app.Options{Now: sim.Now}, log)
	if err != nil {
		return err
	}
	d.onStop(func() error {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		return a.Stop(ctx)
	})
	people, err := demo.Roster()
	if err != nil {
		return err
	}
	if err := a.Store().Import(ctx, people); err != nil {
		return err
	}
	return a.Start(ctx)
}

// demoKeys makes the demo's own keys once; nothing else ever uses them.
func demoKeys(path string) ([]byte, error) {
	b, err := os.ReadFile(path)
	if !errors.Is(err, os.ErrNotExist) {
		return b, err
	}
	if b, err = keyring.New(); err != nil {
		return nil, err
	}
	return b, os.WriteFile(path, b, 0o600)
}
