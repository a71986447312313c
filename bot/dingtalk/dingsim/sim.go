package dingsim

import (
	"context"
	crand "crypto/rand"
	"embed"
	"encoding/binary"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

//go:embed page
var pageFiles embed.FS

// Sim is one simulated DingTalk; it is an http.Handler.
type Sim struct {
	cfg    Config
	log    *slog.Logger
	page   fs.FS
	routes []route
	ctrl   http.Handler
	offset atomic.Int64 // simulated minus real time, in nanoseconds
	wake   chan struct{}
	ctx    context.Context
	cancel context.CancelFunc
	wg     sync.WaitGroup

	mu     sync.Mutex // guards everything below
	closed bool
	ids    *rand.ChaCha8
	dice   *rand.Rand
	faults faults

	apps      map[string]*App // by client id
	robots    map[string]*App // by robot code
	users     map[string]*person
	unions    map[string]*person
	order     []string // user ids as configured
	depts     []dept
	groups    map[string]*group
	templates map[string]Template

	tickets  map[string]ticket
	tokens   map[string]*token
	conns    map[string]*conn
	opened   int64 // connections so far
	beats    int64 // real ticks of the clock goroutine
	pending  map[string]*push
	backlog  []*push // events that found no connection
	pushes   feed[*push]
	calls    feed[callRecord]
	windows  map[string][]time.Time
	sessions map[string]session
	files    map[string]*file
	codes    map[string]downloadCode
	links    map[string]signedLink
	sent     map[string]*sentMessage
	cards    map[string]*card
	todos    map[string]*todo
	sources  map[string]string // to-do sourceId → task id
}

// New builds a simulator and starts its clock goroutine; Close stops it.
func New(cfg Config) *Sim {
	cfg = cfg.withDefaults()
	ctx, cancel := context.WithCancel(context.Background())
	s := &Sim{
		cfg: cfg, log: cfg.Logger, ctx: ctx, cancel: cancel, wake: make(chan struct{}, 1),
		apps: map[string]*App{}, robots: map[string]*App{},
		users: map[string]*person{}, unions: map[string]*person{}, groups: map[string]*group{},
		templates: map[string]Template{}, tickets: map[string]ticket{}, tokens: map[string]*token{},
		conns: map[string]*conn{}, pending: map[string]*push{}, windows: map[string][]time.Time{},
		sessions: map[string]session{}, files: map[string]*file{}, codes: map[string]downloadCode{},
		links: map[string]signedLink{}, sent: map[string]*sentMessage{}, cards: map[string]*card{},
		todos: map[string]*todo{}, sources: map[string]string{},
	}
	s.seed(cfg.Seed)
	s.load(cfg)
	s.routes = apiRoutes()
	s.ctrl = s.controlHandler()
	if sub, err := fs.Sub(pageFiles, "page"); err == nil {
		s.page = sub
	}
	s.goTracked(s.loop)
	return s
}

// seed prepares two streams: ids must not change because a fault was rolled.
func (s *Sim) seed(n uint64) {
	var key [32]byte
	if n == 0 {
		// A restarted simulator must not repeat message ids that a bot with a database
		// has already seen, so "no seed" means a random one.
		_, _ = crand.Read(key[:])
	} else {
		binary.LittleEndian.PutUint64(key[:], n)
	}
	s.ids = rand.NewChaCha8(key)
	s.dice = rand.New(rand.NewPCG(binary.LittleEndian.Uint64(key[:]), 0x64696e67))
}

func (s *Sim) load(cfg Config) {
	for _, a := range cfg.Apps {
		if a.RobotCode == "" {
			a.RobotCode = a.ClientID
		}
		s.apps[a.ClientID], s.robots[a.RobotCode] = &a, &a
	}
	for _, u := range cfg.Users {
		s.addUserLocked(u)
	}
	for _, g := range cfg.Groups {
		s.groups[g.ID] = newGroup(g)
	}
	for _, t := range cfg.Templates {
		s.templates[t.ID] = t
	}
	s.depts = departments(cfg.Users)
}

// ServeHTTP routes a request to the control API, the gateway, the OpenAPI or the page.
func (s *Sim) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p := r.URL.Path
	switch {
	case strings.HasPrefix(p, "/sim/"):
		s.ctrl.ServeHTTP(w, r)
	case p == connectPath:
		s.serveConnect(w, r)
	case strings.HasPrefix(p, ossPath):
		s.serveSigned(w, r)
	case s.isPage(p):
		w.Header().Set("Cache-Control", "no-cache")
		http.FileServerFS(s.page).ServeHTTP(w, r)
	default:
		s.serveOpenAPI(w, r)
	}
}

func (s *Sim) isPage(p string) bool {
	if s.page == nil {
		return false
	}
	if p == "/" {
		return true
	}
	info, err := fs.Stat(s.page, strings.TrimPrefix(p, "/"))
	return err == nil && !info.IsDir()
}

// Close cuts all connections, ends long polls and stops the goroutines; it may be called twice.
func (s *Sim) Close() {
	s.mu.Lock()
	s.closed = true
	conns := make([]*conn, 0, len(s.conns))
	for _, c := range s.conns {
		conns = append(conns, c)
	}
	s.mu.Unlock()
	s.cancel()
	for _, c := range conns {
		c.cut()
	}
	s.wg.Wait()
}

// goTracked runs fn in a goroutine that Close waits for; after Close it does nothing.
func (s *Sim) goTracked(fn func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return
	}
	s.wg.Go(fn)
}

// base is the absolute address under which the caller of r reaches the simulator.
func (s *Sim) base(r *http.Request) string {
	if s.cfg.BaseURL != "" {
		return s.cfg.BaseURL
	}
	if r.TLS != nil {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}
