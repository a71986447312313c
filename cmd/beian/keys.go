package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"example.org/beian/cmd/internal/app"
	"example.org/beian/cmd/internal/config"
	"example.org/beian/storage"
	"example.org/beian/storage/files"
	"example.org/beian/storage/keyring"
	"example.org/beian/workflow"
	"example.org/beian/workflow/calendar"
)

func newKeys(w io.Writer) error {
	b, err := keyring.New()
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(w, string(b))
	return err
}

// rotateKeys needs only the ring, so that it can run where the ring is kept.
func rotateKeys(w io.Writer) error {
	cfg, err := config.FromEnvironment()
	if err != nil {
		return err
	}
	if cfg.Keys == "" {
		return errors.New("BEIAN_KEYS 没有设置 / is not set")
	}
	b, err := keyring.Rotate([]byte(cfg.Keys))
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(w, string(b))
	return err
}

// rewrapKeys may run beside the bot, and again after a stop.
func rewrapKeys(ctx context.Context, w io.Writer) error {
	records, uploads, err := rewrap(ctx)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "重新加密了 %d 条记录、%d 个文件 / %d records and %d files encrypted anew\n", records, uploads, records,
		uploads)
	return err
}

func rewrap(ctx context.Context) (records, uploads int, err error) {
	cfg, err := load()
	if err != nil {
		return 0, 0, err
	}
	ring, err := keyring.Parse([]byte(cfg.Keys))
	if err != nil {
		return 0, 0, err
	}
	blobs, err := cfg.Blobs()
	if err != nil {
		return 0, 0, err
	}
	store, done, err := app.OpenStore(ctx, cfg)
	if err != nil {
		return 0, 0, err
	}
	defer done()
	if records, err = store.Rewrap(ctx, ring.Primary()); err != nil {
		return 0, 0, err
	}
	uploads, err = files.New(blobs, ring).Rewrap(ctx, ring.Primary())
	return records, uploads, err
}

// retireKeys prints the smaller ring only when nothing needs the old keys.
func retireKeys(ctx context.Context, w io.Writer) error {
	records, uploads, err := rewrap(ctx)
	if err != nil {
		return err
	}
	if records+uploads > 0 {
		return fmt.Errorf("刚才还有 %d 条记录、%d 个文件在用旧密钥,已重新加密;请过一天再试"+
			" / %d records and %d files still used an old key and were encrypted anew: try again in a day",
			records, uploads, records, uploads)
	}
	cfg, err := config.FromEnvironment()
	if err != nil {
		return err
	}
	b, err := keyring.Retire([]byte(cfg.Keys))
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(w, string(b))
	return err
}

// shredded prints the proof of deletion as tab-separated lines: when, which file, of which
// filing, why.
func shredded(ctx context.Context, w io.Writer) error {
	return withStore(ctx, func(s *storage.Store, _ workflow.Policy) error {
		n := 0
		err := s.EachShredded(ctx, time.Time{}, func(d workflow.Shredded) error {
			n++
			_, err := fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", d.At.In(calendar.Zone()).Format(time.RFC3339), d.File, d.Filing,
				d.Reason)
			return err
		})
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(w, "%d 个文件已删除 / %d files deleted\n", n, n)
		return err
	})
}
