// Package config reads the configuration of a deployment from the environment. It is
// the only place that does. Every secret VAR may instead be given as VAR_FILE, the
// path of a file that holds it.
package config

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"reflect"
	"slices"
	"strings"

	"github.com/caarlos0/env/v11"
	"github.com/robfig/cron/v3"

	"example.org/beian/bot/dingtalk"
	"example.org/beian/cmd/internal/clamd"
	"example.org/beian/storage/files"
	"example.org/beian/storage/keyring"
	"example.org/beian/workflow"
)

// Config is everything a deployment may set. Validate before use.
type Config struct {
	DatabaseURL    string   `env:"BEIAN_DATABASE_URL"`
	RedisURL       string   `env:"BEIAN_REDIS_URL"`
	ClientID       string   `env:"BEIAN_DINGTALK_CLIENT_ID"`
	ClientSecret   string   `env:"BEIAN_DINGTALK_CLIENT_SECRET"`
	RobotCode      string   `env:"BEIAN_DINGTALK_ROBOT_CODE"`
	APIURL         string   `env:"BEIAN_DINGTALK_API_URL"`
	OAPIURL        string   `env:"BEIAN_DINGTALK_OAPI_URL"`
	CardTemplate   string   `env:"BEIAN_CARD_TEMPLATE_ID"`
	Keys           string   `env:"BEIAN_KEYS"`
	FilesURL       string   `env:"BEIAN_FILES_URL"`
	FilesAccessKey string   `env:"BEIAN_FILES_ACCESS_KEY"`
	FilesSecretKey string   `env:"BEIAN_FILES_SECRET_KEY"`
	Clamd          string   `env:"BEIAN_CLAMD"`
	Fonts          []string `env:"BEIAN_FONTS" envSeparator:":"`
	HTTPAddr       string   `env:"BEIAN_HTTP_ADDR"`
	PolicyFile     string   `env:"BEIAN_POLICY"`
	School         string   `env:"BEIAN_SCHOOL"`
	QuotaCalls     int      `env:"BEIAN_DINGTALK_QUOTA_CALLS"`
	QuotaPushes    int      `env:"BEIAN_DINGTALK_QUOTA_PUSHES"`
	Rate           int      `env:"BEIAN_DINGTALK_RATE"`
	DailyCron      string   `env:"BEIAN_CRON_DAILY"`
	WatchCron      string   `env:"BEIAN_CRON_WATCH"`
	CacheDir       string   `env:"BEIAN_CACHE_DIR"`
	LogLevel       string   `env:"BEIAN_LOG"`

	unknown []string // variables of ours that this version does not know
}

// secrets are the variables that have a _FILE twin.
var secrets = []string{
	"BEIAN_DATABASE_URL", "BEIAN_REDIS_URL", "BEIAN_DINGTALK_CLIENT_SECRET", "BEIAN_KEYS",
	"BEIAN_FILES_ACCESS_KEY", "BEIAN_FILES_SECRET_KEY",
}

// defaults are what an unset variable means.
func defaults() Config {
	return Config{
		APIURL: dingtalk.OfficialAPI, OAPIURL: dingtalk.OfficialOAPI, HTTPAddr: "127.0.0.1:8080",
		DailyCron: "0 9 * * *", WatchCron: "*/10 9-17 * * *", LogLevel: "info", QuotaCalls: 5000, QuotaPushes: 3000,
		Rate: dingtalk.StandardRate,
	}
}

// FromEnvironment reads the configuration; it does not check it.
func FromEnvironment() (Config, error) {
	vars := env.ToMap(os.Environ())
	var errs []error
	for _, name := range secrets {
		path := vars[name+"_FILE"]
		if path == "" || vars[name] != "" {
			continue
		}
		b, err := os.ReadFile(path)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s_FILE: %w", name, err))
			continue
		}
		vars[name] = strings.TrimSpace(string(b))
	}
	for name, v := range vars { // empty means unset
		if v == "" {
			delete(vars, name)
		}
	}
	c := defaults()
	c.unknown = unknown(vars)
	if err := env.ParseWithOptions(&c, env.Options{Environment: vars}); err != nil {
		errs = append(errs, err)
	}
	return c, errors.Join(errs...)
}

// unknown finds misspelled variables, and those of other versions: one that is
// silently ignored would be a setting that somebody relies on in vain.
func unknown(vars map[string]string) []string {
	known := map[string]bool{}
	fields := reflect.TypeFor[Config]()
	for i := range fields.NumField() {
		known[fields.Field(i).Tag.Get("env")] = true
	}
	for _, name := range secrets {
		known[name+"_FILE"] = true
	}
	var out []string
	for name := range vars {
		injected := strings.HasPrefix(name, "BEIAN_SERVICE_") ||
			strings.HasPrefix(name, "BEIAN_PORT") // by Kubernetes, for a service of our name
		if strings.HasPrefix(name, "BEIAN_") && !known[name] && !injected {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// Validate returns one sentence per fault, so that all can be mended at once.
func (c Config) Validate() error {
	var errs []error
	need := func(name, v, why string) bool {
		if v == "" {
			errs = append(errs, fmt.Errorf("%s 没有设置:%s / %s is not set", name, why, name))
		}
		return v != ""
	}
	wrong := func(name string, err error) {
		if err != nil {
			errs = append(errs, fmt.Errorf("%s 不对 / %s is wrong: %w", name, name, err))
		}
	}
	for _, name := range c.unknown {
		errs = append(errs, fmt.Errorf("%s 这个版本不认识,请检查拼写或去掉 / %s is not known to this version", name, name))
	}
	if need("BEIAN_DATABASE_URL", c.DatabaseURL, "PostgreSQL 的地址,例如 postgres://beian@db/beian") {
		wrong("BEIAN_DATABASE_URL", checkURL(c.DatabaseURL, "postgres", "postgresql"))
	}
	if need("BEIAN_REDIS_URL", c.RedisURL, "Redis 的地址,例如 redis://redis:6379/0") {
		wrong("BEIAN_REDIS_URL", checkURL(c.RedisURL, "redis", "rediss", "unix"))
	}
	need("BEIAN_DINGTALK_CLIENT_ID", c.ClientID, "钉钉开发者后台「凭证与基础信息」里的 Client ID")
	need("BEIAN_DINGTALK_CLIENT_SECRET", c.ClientSecret, "同一页的 Client Secret")
	need("BEIAN_SCHOOL", c.School, "学校全称,印在表上")
	wrong("BEIAN_DINGTALK_API_URL", checkURL(c.APIURL, "http", "https"))
	wrong("BEIAN_DINGTALK_OAPI_URL", checkURL(c.OAPIURL, "http", "https"))
	if need("BEIAN_KEYS", c.Keys, "密钥环,用 beian keys new 生成一份并保管好") {
		_, err := keyring.Parse([]byte(c.Keys))
		wrong("BEIAN_KEYS", hide(err))
	}
	if need("BEIAN_FILES_URL", c.FilesURL, "材料存放处,例如 file:///var/lib/beian/files") {
		wrong("BEIAN_FILES_URL", c.checkFiles())
	}
	if c.Clamd != "" {
		_, err := clamd.New(c.Clamd)
		wrong("BEIAN_CLAMD", err)
	}
	for name, spec := range map[string]string{"BEIAN_CRON_DAILY": c.DailyCron, "BEIAN_CRON_WATCH": c.WatchCron} {
		_, err := cron.ParseStandard(spec)
		wrong(name, err)
	}
	if c.Rate < 0 {
		wrong("BEIAN_DINGTALK_RATE", errors.New("it must be a number of calls a second"))
	}
	_, err := c.Policy()
	wrong("BEIAN_POLICY", err)
	if c.level() == nil {
		errs = append(errs, fmt.Errorf("BEIAN_LOG 不对:可以是 debug、info、warn、error / BEIAN_LOG is wrong: %q", c.LogLevel))
	}
	return errors.Join(errs...)
}

// hide keeps parts of a key out of the message: a JSON error may quote its input.
func hide(err error) error {
	if err == nil {
		return nil
	}
	return errors.New("it is not a key ring as beian keys new writes it")
}

// checkURL never quotes the address: it may hold a password.
func checkURL(s string, schemes ...string) error {
	u, err := url.Parse(s)
	if err != nil {
		return errors.New("it is not an address")
	}
	for _, ok := range schemes {
		if u.Scheme == ok {
			return nil
		}
	}
	return fmt.Errorf("it must begin with %s://", strings.Join(schemes, ":// or "))
}

// Policy returns the policy in force: the file of BEIAN_POLICY, or the embedded one.
func (c Config) Policy() (workflow.Policy, error) {
	if c.PolicyFile == "" {
		return workflow.DefaultPolicy()
	}
	b, err := os.ReadFile(c.PolicyFile)
	if err != nil {
		return workflow.Policy{}, err
	}
	return workflow.ParsePolicy(b)
}

func (c Config) checkFiles() error {
	if err := checkURL(c.FilesURL, "file", "s3"); err != nil || strings.HasPrefix(c.FilesURL, "file:") {
		return err
	}
	if c.FilesAccessKey == "" || c.FilesSecretKey == "" {
		return errors.New("BEIAN_FILES_ACCESS_KEY and BEIAN_FILES_SECRET_KEY are needed for an object store")
	}
	_, err := c.Blobs()
	return err
}

// Blobs opens the place where uploads are kept: the directory of file:///path, which is
// made if it is missing, or the bucket of s3://bucket/prefix?endpoint=https://….
func (c Config) Blobs() (files.Blobs, error) {
	u, err := url.Parse(c.FilesURL)
	if err != nil {
		return nil, errors.New("BEIAN_FILES_URL is not an address")
	}
	if u.Scheme == "s3" {
		return files.Bucket(u, files.Credentials{AccessKey: c.FilesAccessKey, SecretKey: c.FilesSecretKey})
	}
	return files.Dir(u.Path)
}
