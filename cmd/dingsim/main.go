// Command dingsim runs the local DingTalk simulator.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"example.org/beian/bot/dingtalk/dingsim"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "dingsim:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	fl := flag.NewFlagSet("dingsim", flag.ContinueOnError)
	addr := fl.String("addr", "127.0.0.1:7700", "address to listen on")
	public := fl.Bool("public", false, "allow an address that other machines reach")
	id := fl.String("client-id", "dingsim", "ClientID of the app")
	secret := fl.String("client-secret", "secret", "ClientSecret of the app")
	people := fl.String("people", "", "JSON file with an array of users")
	if err := fl.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return nil
		}
		return fmt.Errorf("parse flags: %w", err)
	}
	users, err := readPeople(*people)
	if err != nil {
		return err
	}
	if err := checkAddr(*addr, *public); err != nil {
		return err
	}
	ln, err := net.Listen("tcp", *addr)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	sim := dingsim.New(dingsim.Config{
		Apps:      []dingsim.App{{ClientID: *id, ClientSecret: *secret}},
		Users:     users,
		Templates: []dingsim.Template{approval()},
		Logger:    slog.New(slog.NewTextHandler(os.Stderr, nil)),
	})
	return serve(sim, ln)
}

// approval is the public 审批模板 of DingTalk's card examples: same id, variables and callback.
func approval() dingsim.Template {
	button := func(action, title, style string) dingsim.Button {
		return dingsim.Button{
			ActionID: action, Title: title, Style: style,
			Params: map[string]string{"action": action}, ShowVar: "status",
		}
	}
	return dingsim.Template{
		ID: "db56f2c2-f609-4878-9a34-46f6a0194a73.schema",
		Blocks: []dingsim.Block{
			{Kind: "title", Var: "title"},
			{Kind: "markdown", Var: "type"},
			{Kind: "markdown", Var: "amount"},
			{Kind: "markdown", Var: "reason"},
			{Kind: "note", Var: "createTime"},
			{Kind: "note", Var: "status"},
		},
		Buttons: []dingsim.Button{button("agree", "同意", "primary"), button("reject", "拒绝", "danger")},
	}
}

// checkAddr refuses addresses beyond this machine: the control API has no password.
func checkAddr(addr string, public bool) error {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return fmt.Errorf("parse address: %w", err)
	}
	ip := net.ParseIP(host)
	if public || host == "localhost" || (ip != nil && ip.IsLoopback()) {
		return nil
	}
	return fmt.Errorf("地址 %s 对其他机器可见，需要 -public (the address is reachable from other machines, give -public)", addr)
}

func readPeople(path string) ([]dingsim.User, error) {
	if path == "" {
		return []dingsim.User{
			{ID: "user1", Name: "张三", Title: "教师", Dept: "示例学院", Kind: "applicant"},
			{ID: "user2", Name: "李四", Title: "人事干事", Dept: "人事处", Kind: "handler"},
		}, nil
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read people: %w", err)
	}
	var users []dingsim.User
	if err := json.Unmarshal(raw, &users); err != nil {
		return nil, fmt.Errorf("parse people: %w", err)
	}
	return users, nil
}

// serve runs until SIGINT or SIGTERM.
func serve(sim *dingsim.Sim, ln net.Listener) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	srv := &http.Server{Handler: sim, ReadHeaderTimeout: 10 * time.Second}
	done := make(chan error, 1)
	go func() { done <- srv.Serve(ln) }()
	fmt.Printf("钉钉模拟器 (DingTalk simulator): http://%s\n", ln.Addr())
	select {
	case err := <-done:
		sim.Close()
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	sim.Close()
	limit, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	if err := srv.Shutdown(limit); err != nil {
		return fmt.Errorf("shut down: %w", err)
	}
	return nil
}
