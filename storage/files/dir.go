package files

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// dir keeps blobs as files of one directory.
type dir struct{ path string }

// unfinished is how names begin while a file is being written.
const unfinished = ".put-"

// Dir uses the directory, which is made if it is missing.
func Dir(path string) (Blobs, error) {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, fmt.Errorf("make file store: %w", err)
	}
	return dir{path}, nil
}

// Write makes the file durable before it becomes visible under its name.
func (d dir) Write(_ context.Context, name string, data []byte) (err error) {
	tmp, err := os.CreateTemp(d.path, unfinished+"*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(tmp.Name()))
		}
	}()
	_, err = tmp.Write(data)
	err = errors.Join(err, tmp.Sync(), tmp.Close())
	if err != nil {
		return err
	}
	if err = os.Rename(tmp.Name(), filepath.Join(d.path, name)); err != nil {
		return err
	}
	return syncDir(d.path)
}

func syncDir(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

func (d dir) Read(_ context.Context, name string) ([]byte, error) {
	return os.ReadFile(filepath.Join(d.path, name))
}

func (d dir) Remove(_ context.Context, name string) error {
	if err := os.Remove(filepath.Join(d.path, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return syncDir(d.path)
}

// Each also removes what a killed process left unfinished, once nobody can be writing it.
func (d dir) Each(ctx context.Context, fn func(name string, written time.Time) error) error {
	const abandoned = time.Hour
	entries, err := os.ReadDir(d.path)
	if err != nil {
		return err
	}
	var newest time.Time // the clock of the file system; ours may be another
	infos := make([]fs.FileInfo, 0, len(entries))
	for _, e := range entries {
		if err := ctx.Err(); err != nil {
			return err
		}
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			continue // deleted meanwhile
		}
		if err != nil {
			return err
		}
		infos = append(infos, info)
		if info.ModTime().After(newest) {
			newest = info.ModTime()
		}
	}
	for _, info := range infos {
		if !strings.HasPrefix(info.Name(), unfinished) {
			if err := fn(info.Name(), info.ModTime()); err != nil {
				return err
			}
			continue
		}
		if newest.Sub(info.ModTime()) > abandoned {
			if err := os.Remove(filepath.Join(d.path, info.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
	}
	return nil
}
