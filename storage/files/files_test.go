package files_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"example.org/beian/storage/files"
	"example.org/beian/storage/keyring"
)

// putVar makes this test binary store files until it is killed.
const putVar = "BEIAN_TEST_PUT"

func TestMain(m *testing.M) {
	if path := os.Getenv(putVar); path != "" { //nolint:forbidigo // how a test binary is told to store files
		putForever(path)
	}
	os.Exit(m.Run())
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func ring(t testing.TB) *keyring.Ring {
	t.Helper()
	b, err := keyring.New()
	must(t, err)
	r, err := keyring.Parse(b)
	must(t, err)
	return r
}

// backends are the places where files may lie; all must behave alike.
func backends(t *testing.T) map[string]files.Blobs {
	t.Helper()
	dir, err := files.Dir(filepath.Join(t.TempDir(), "files"))
	must(t, err)
	fake := s3mem.New()
	must(t, fake.CreateBucket("scans"))
	srv := httptest.NewServer(gofakes3.New(fake).Server())
	t.Cleanup(srv.Close)
	address, err := url.Parse("s3://scans/beian?region=cn-hangzhou&endpoint=" + url.QueryEscape(srv.URL))
	must(t, err)
	bucket, err := files.Bucket(address, files.Credentials{AccessKey: "key", SecretKey: "secret"})
	must(t, err)
	return map[string]files.Blobs{"directory": dir, "object store": bucket}
}

func TestBackends(t *testing.T) {
	t.Parallel()
	for name, blobs := range backends(t) {
		t.Run(name, func(t *testing.T) {
			ctx := t.Context()
			s := files.New(blobs, ring(t))
			want := []byte("%PDF-1.4 signed and sealed")
			id, err := s.Put(ctx, want)
			must(t, err)
			got, err := s.Get(ctx, id)
			if err != nil || !bytes.Equal(got, want) {
				t.Fatalf("Get = %q, %v", got, err)
			}
			raw, err := blobs.Read(ctx, id)
			if err != nil || bytes.Contains(raw, []byte("sealed")) {
				t.Errorf("what lies there is readable or missing: %v", err)
			}
			other, err := s.Put(ctx, []byte("another"))
			must(t, err)
			must(t, blobs.Write(ctx, other, raw)) // swapped
			if _, err := s.Get(ctx, other); err == nil || errors.Is(err, fs.ErrNotExist) {
				t.Errorf("a swapped file was accepted: %v", err)
			}
			seen := map[string]bool{}
			must(t, s.Before(ctx, wall().Add(time.Hour), func(id string) error { seen[id] = true; return nil }))
			if len(seen) != 2 || !seen[id] || !seen[other] {
				t.Errorf("listed: %v", seen)
			}
			must(t, s.Before(ctx, wall().Add(-time.Hour), func(id string) error {
				t.Errorf("%s is not that old", id)
				return nil
			}))
			for range 2 { // deleting again is no error
				must(t, s.Delete(ctx, id))
			}
			if _, err := s.Get(ctx, id); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("after Delete: %v", err)
			}
			if _, err := s.Get(ctx, "../../etc/passwd"); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("a path: %v", err)
			}
		})
	}
}

// TestRewrap: after a rotation every file opens with the new key alone.
func TestRewrap(t *testing.T) {
	t.Parallel()
	for name, blobs := range backends(t) {
		t.Run(name, func(t *testing.T) {
			ctx := t.Context()
			before, err := keyring.New()
			must(t, err)
			old, err := keyring.Parse(before)
			must(t, err)
			id, err := files.New(blobs, old).Put(ctx, []byte("a document"))
			must(t, err)
			after, err := keyring.Rotate(before)
			must(t, err)
			both, err := keyring.Parse(after)
			must(t, err)
			s := files.New(blobs, both)
			if got, err := s.Get(ctx, id); err != nil || string(got) != "a document" {
				t.Fatalf("with both keys: %q, %v", got, err)
			}
			for i, want := range []int{1, 0} { // a second run has nothing to do
				if n, err := s.Rewrap(ctx, both.Primary()); err != nil || n != want {
					t.Errorf("run %d: %d files, %v", i, n, err)
				}
			}
			alone, err := keyring.Retire(after)
			must(t, err)
			fresh, err := keyring.Parse(alone)
			must(t, err)
			if got, err := files.New(blobs, fresh).Get(ctx, id); err != nil || string(got) != "a document" {
				t.Errorf("with the new key alone: %q, %v", got, err)
			}
			if _, err := files.New(blobs, old).Get(ctx, id); err == nil {
				t.Error("the old key still opens it")
			}
		})
	}
}

// TestKilledWhileWriting kills a process that stores files, again and again: what is there
// under its name is whole, and what was left unfinished is swept away.
func TestKilledWhileWriting(t *testing.T) {
	t.Parallel()
	path := t.TempDir()
	keys, err := keyring.New()
	must(t, err)
	must(t, os.WriteFile(filepath.Join(path, "keys"), keys, 0o600))
	exe, err := os.Executable()
	must(t, err)
	store := filepath.Join(path, "files")
	must(t, os.Mkdir(store, 0o700))
	unfinished := 0
	for i := range 12 {
		cmd := exec.Command(exe)
		cmd.Env = append(os.Environ(), putVar+"="+path)
		out, err := cmd.StdoutPipe()
		must(t, err)
		must(t, cmd.Start())
		_, err = io.ReadFull(out, make([]byte, 2+i%4)) // it is in the middle
		must(t, err)
		must(t, cmd.Process.Kill())
		_ = cmd.Wait() // it was killed
		entries, err := os.ReadDir(store)
		must(t, err)
		for _, e := range entries {
			if strings.HasPrefix(e.Name(), ".put-") {
				unfinished++
				long := wall().Add(-2 * time.Hour)
				must(t, os.Chtimes(filepath.Join(store, e.Name()), long, long))
			}
		}
	}
	long := wall().Add(-2 * time.Hour)
	must(t, os.WriteFile(filepath.Join(store, ".put-long-ago"), []byte("half"), 0o600))
	must(t, os.Chtimes(filepath.Join(store, ".put-long-ago"), long, long))
	r, err := keyring.Parse(keys)
	must(t, err)
	blobs, err := files.Dir(store)
	must(t, err)
	s := files.New(blobs, r)
	n := 0
	must(t, s.Before(t.Context(), wall().Add(time.Hour), func(id string) error {
		n++
		data, err := s.Get(t.Context(), id)
		if err == nil && len(data) != 3<<20 {
			t.Errorf("%s has %d bytes", id, len(data))
		}
		return err
	}))
	t.Logf("%d whole files, %d unfinished ones swept away", n, unfinished)
	entries, err := os.ReadDir(store)
	must(t, err)
	if n == 0 || len(entries) != n {
		t.Errorf("%d files lie there, %d are whole", len(entries), n)
	}
}

func putForever(path string) {
	keys, err := os.ReadFile(filepath.Join(path, "keys"))
	if err != nil {
		panic(err)
	}
	r, err := keyring.Parse(keys)
	if err != nil {
		panic(err)
	}
	blobs, err := files.Dir(filepath.Join(path, "files"))
	if err != nil {
		panic(err)
	}
	s := files.New(blobs, r)
	data := bytes.Repeat([]byte("document"), 3<<17)
	for {
		if _, err := os.Stdout.WriteString("."); err != nil {
			return
		}
		if _, err := s.Put(context.Background(), data); err != nil {
			panic(err)
		}
	}
}

// wall is the clock of the file system, which no test moves.
func wall() time.Time { return time.Now() } //nolint:forbidigo // the one real clock of this file
