// Beian is the program a school runs: the bot, its migrations and its tools.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"runtime/debug"
	"slices"
	"syscall"
	"time"

	"example.org/beian/cmd/internal/app"
	"example.org/beian/cmd/internal/config"
	"example.org/beian/cmd/internal/roster"
	"example.org/beian/storage"
	"example.org/beian/workflow/calendar"
)

const usage = `用法 / usage: beian COMMAND

  serve         运行机器人,配置全部来自环境变量 / run the bot, configured by the environment
  migrate       建立或升级数据库结构 / create or upgrade the database schema
  import FILE   导入名册(JSON)/ import the roster
  policy show   打印内置的规则文件,可另存后修改 / print the embedded policy, to start one's own from
  policy check FILE      检查规则文件,指出行号 / check a policy file, naming line and fault
  calendar import FILE   导入一年的放假安排(本格式或 holiday-cn)/ import a year's working days
  calendar list          已有的年份 / the years that are known
  audit replay  把每份备案的事件重放一遍,与库里的对照 / replay the events of every filing and compare
  audit shredded         列出已删除的材料文件:何时、为何 / list the uploads that were deleted, when and why
  remind --dry-run --on DATE  到那天会提醒谁、为什么;什么也不发 / who would be reminded on that day and why; sends nothing
  dead list     列出没有送到的消息和放弃的任务 / list what could not be sent
  dead resend ID|all     再试一次 / try again
  keys new      生成一份密钥环 / make a key ring for BEIAN_KEYS
  keys rotate   在现有密钥环上换新密钥,打印新的一份 / print the ring of BEIAN_KEYS with new keys in front
  keys rewrap   用新密钥重新加密已存的内容 / encrypt what is stored anew, under the newest key
  keys retire   确认无用后去掉旧密钥,打印新的一份 / print the ring without the old encryption keys
  version       版本 / print the version
`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "beian:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	for _, c := range commands {
		n := len(c.words)
		if len(args) >= n && slices.Equal(args[:n], c.words) && len(args) == n+c.files {
			return c.run(ctx, args[n:])
		}
	}
	fmt.Fprint(os.Stderr, usage)
	return fmt.Errorf("没有这个命令 / no such command: %q", args)
}

// commands are the words of each command and how many arguments follow them.
var commands = [...]struct {
	words []string
	files int
	run   func(ctx context.Context, files []string) error
}{
	{[]string{"serve"}, 0, func(ctx context.Context, _ []string) error { return serve(ctx) }},
	{[]string{"migrate"}, 0, func(ctx context.Context, _ []string) error { return migrate(ctx) }},
	{[]string{"import"}, 1, func(ctx context.Context, f []string) error { return importRoster(ctx, f[0]) }},
	{[]string{"policy", "show"}, 0, func(context.Context, []string) error { return showPolicy(os.Stdout) }},
	{[]string{"policy", "check"}, 1, func(_ context.Context, f []string) error { return checkPolicy(os.Stdout, f[0]) }},
	{[]string{"calendar", "import"}, 1, func(ctx context.Context, f []string) error {
		return importYear(ctx, os.Stdout, f[0])
	}},
	{[]string{"calendar", "list"}, 0, func(ctx context.Context, _ []string) error { return listYears(ctx, os.Stdout) }},
	{[]string{"audit", "replay"}, 0, func(ctx context.Context, _ []string) error { return replay(ctx, os.Stdout) }},
	{[]string{"audit", "shredded"}, 0, func(ctx context.Context, _ []string) error { return shredded(ctx, os.Stdout) }},
	{[]string{"remind", "--dry-run", "--on"}, 1, func(ctx context.Context, day []string) error {
		return dryRun(ctx, os.Stdout, day[0], time.Now())
	}},
	{[]string{"dead", "list"}, 0, func(ctx context.Context, _ []string) error { return listDead(ctx, os.Stdout) }},
	{[]string{"dead", "resend"}, 1, func(ctx context.Context, id []string) error {
		return resend(ctx, os.Stdout, id[0], time.Now())
	}},
	{[]string{"keys", "new"}, 0, func(context.Context, []string) error { return newKeys(os.Stdout) }},
	{[]string{"keys", "rotate"}, 0, func(context.Context, []string) error { return rotateKeys(os.Stdout) }},
	{[]string{"keys", "rewrap"}, 0, func(ctx context.Context, _ []string) error { return rewrapKeys(ctx, os.Stdout) }},
	{[]string{"keys", "retire"}, 0, func(ctx context.Context, _ []string) error { return retireKeys(ctx, os.Stdout) }},
	{[]string{"version"}, 0, func(context.Context, []string) error { fmt.Println(version()); return nil }},
}

// load reads and checks the whole configuration before anything starts.
func load() (config.Config, error) {
	cfg, err := config.FromEnvironment()
	if err != nil {
		return cfg, fmt.Errorf("configuration:\n%w", err)
	}
	if err := cfg.Validate(); err != nil {
		return cfg, fmt.Errorf("configuration:\n%w", err)
	}
	return cfg, nil
}

func serve(ctx context.Context) error {
	cfg, err := load()
	if err != nil {
		return err
	}
	log := cfg.Logger(os.Stderr)
	a, err := app.New(ctx, cfg, app.Options{}, log)
	if err != nil {
		return err
	}
	err = a.Start(ctx)
	if err == nil {
		log.Info("beian is running", "version", version())
		<-ctx.Done()
	}
	const grace = 10 * time.Second
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	if serr := a.Stop(stopping); err == nil {
		err = serr
	}
	return err
}

// migrate needs only the database, so that it can run before the rest is set up.
func migrate(ctx context.Context) error {
	cfg, err := config.FromEnvironment()
	if err != nil {
		return err
	}
	if cfg.DatabaseURL == "" {
		return fmt.Errorf("BEIAN_DATABASE_URL 没有设置 / is not set")
	}
	return storage.Migrate(ctx, cfg.DatabaseURL)
}

func importRoster(ctx context.Context, path string) error {
	cfg, err := load()
	if err != nil {
		return err
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // read only
	r, err := roster.Read(f, calendar.DateOf(time.Now()))
	if err != nil {
		return err
	}
	return app.Import(ctx, cfg, r)
}

func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	v := info.Main.Version
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			v += " " + s.Value
		}
	}
	return v + " " + info.GoVersion
}
