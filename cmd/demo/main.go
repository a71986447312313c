// Demo runs everything in one process tree for a first look: a private PostgreSQL,
// Redis in memory, a local DingTalk and the real bot with fictitious people. It is
// the only program that links the simulator and the bot together.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"example.org/beian/storage/localpg"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

func run() error {
	dir, err := localpg.DefaultDir()
	if err != nil {
		return err
	}
	addr := flag.String("addr", "127.0.0.1:7700", "address of the chat page; another port is taken when it is in use")
	flag.StringVar(&dir, "dir", filepath.Join(dir, "demo"), "directory of the demo's data")
	reset := flag.Bool("reset", false, "remove the demo's data and end")
	flag.Parse()
	if *reset {
		return wipe(dir)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	began := time.Now()
	d, err := start(ctx, dir, *addr)
	if err != nil {
		if ctx.Err() != nil {
			return nil // interrupted while starting
		}
		return err
	}
	fmt.Printf("\n  备案助手演示已就绪(%.1f 秒)/ the Beian demo is ready:\n\n      http://%s/#a=demo-p01\n\n",
		time.Since(began).Seconds(), d.addr)
	fmt.Println("  人物均为虚构;数据在", dir, "(make demo-reset 清空)。Ctrl-C 结束。")
	<-ctx.Done()
	stop() // a second Ctrl-C ends at once
	fmt.Println("\n  正在结束 / stopping …")
	return d.stop()
}

// wipe removes the data, unless a demo is using it.
func wipe(dir string) error {
	if _, err := os.Stat(dir); errors.Is(err, os.ErrNotExist) {
		fmt.Println("没有演示数据 / nothing to remove")
		return nil
	}
	lock, err := lockDir(dir)
	if err != nil {
		return err
	}
	if err := errors.Join(os.RemoveAll(dir), lock.Close()); err != nil {
		return fmt.Errorf("remove demo data: %w", err)
	}
	fmt.Println("演示数据已清空 / demo data removed:", dir)
	return nil
}
