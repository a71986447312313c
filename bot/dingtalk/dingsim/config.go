package dingsim

import (
	"log/slog"
	"strings"
	"time"
)

// Config describes the organisation, its apps and people, and how the simulator behaves.
type Config struct {
	Apps      []App            // at least one for a bot to connect
	CorpID    string           // organisation id in payloads; empty = "dingsimcorp"
	Users     []User           // everybody the page and the tests can play
	Groups    []Group          // group chats; every app's robot is a member of every group
	Templates []Template       // published (or not) interactive card templates
	Now       func() time.Time // real time source; nil = time.Now
	Seed      uint64           // same seed, same ids; 0 = a random seed
	Logger    *slog.Logger     // nil = silent
	BaseURL   string           // in sessionWebhook, downloadUrl, endpoint; empty = from the Host of each request
	QPS       int              // calls per second, app and path; 0 = 20 (documented for the standard edition); <0 = off
	PingEvery time.Duration    // SYSTEM ping; 0 = 20 s (reported: 20 to 30 s)
	// ClickLimit is how long a client waits in real time for the answer to a click; 0 = 2 s (documented).
	ClickLimit time.Duration
}

// App is one internal application with a robot.
type App struct {
	ClientID     string
	ClientSecret string
	RobotCode    string // default = ClientID, as is the practice for internal apps
	AgentID      int64
	Scopes       []string // granted permissions; nil = all
}

// User is one member of the organisation, or an external contact.
type User struct {
	ID, UnionID, Name, Title, Dept string
	Kind                           string // "applicant", "handler", "hr": grouping on the page
	Mobile, JobNumber              string
	DeptIDs                        []int64
	Admin                          bool
	External                       bool // sends without senderStaffId
	Inactive                       bool // account exists but is not active
}

// Group is one group chat.
type Group struct {
	ID      string // "cid…=="
	Title   string
	Members []string // user ids
}

// Template models one interactive card template of the console.
type Template struct {
	ID                          string
	Unpublished                 bool
	Blocks                      []Block
	Buttons                     []Button
	FormVar, FormButtonVar      string // variables holding the form JSON and its submit title
	ShowFormVar, ShowFormEquals string // the form is visible while this variable has this value
}

// Block is one piece of text of a card; a block whose variable is empty is not drawn.
type Block struct {
	Kind string // "title", "markdown" or "note"
	Var  string
}

// Button is one 回传请求 button of a card.
type Button struct {
	ActionID, Title     string
	TitleVar            string            // overrides Title when the variable is set
	Params              map[string]string // callback parameters; "${var}" is filled from the card
	ShowVar, ShowEquals string            // visible while this variable has this value
	Style               string
}

const (
	defaultQPS  = 20
	defaultPing = 20 * time.Second
	defaultCorp = "dingsimcorp"
)

// withDefaults fills what the caller left out. It is the only place that names time.Now.
func (c Config) withDefaults() Config {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.CorpID == "" {
		c.CorpID = defaultCorp
	}
	if c.QPS == 0 {
		c.QPS = defaultQPS
	}
	if c.ClickLimit <= 0 {
		c.ClickLimit = clickLimit
	}
	if c.PingEvery <= 0 {
		c.PingEvery = defaultPing
	}
	c.BaseURL = strings.TrimRight(c.BaseURL, "/")
	return c
}
