package files_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"example.org/beian/storage/files"
	"example.org/beian/storage/keyring"
)

func open(t *testing.T, dir string) *files.Dir {
	t.Helper()
	b, err := keyring.New()
	if err != nil {
		t.Fatal(err)
	}
	ring, err := keyring.Parse(b)
	if err != nil {
		t.Fatal(err)
	}
	d, err := files.Open(dir, ring)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestPutGetDelete(t *testing.T) {
	dir := t.TempDir()
	d := open(t, dir)
	want := []byte("%PDF-1.4 signed and sealed")
	id, err := d.Put(t.Context(), want)
	if err != nil {
		t.Fatal(err)
	}
	got, err := d.Get(t.Context(), id)
	if err != nil || !bytes.Equal(got, want) {
		t.Fatalf("Get = %q, %v", got, err)
	}
	onDisk, err := os.ReadFile(filepath.Join(dir, id))
	if err != nil || bytes.Contains(onDisk, []byte("sealed")) {
		t.Fatalf("file on disk is readable or missing: %v", err)
	}
	if err := d.Delete(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Get(t.Context(), id); !errors.Is(err, os.ErrNotExist) {
		t.Fatalf("after Delete: %v", err)
	}
}

func TestFileIsBoundToItsName(t *testing.T) {
	dir := t.TempDir()
	d := open(t, dir)
	a, err := d.Put(t.Context(), []byte("one"))
	if err != nil {
		t.Fatal(err)
	}
	b, err := d.Put(t.Context(), []byte("two"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(filepath.Join(dir, a), filepath.Join(dir, b)); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Get(t.Context(), b); err == nil {
		t.Fatal("a swapped file was accepted")
	}
}

func TestGetRefusesPaths(t *testing.T) {
	d := open(t, t.TempDir())
	if _, err := d.Get(t.Context(), "../../etc/passwd"); !errors.Is(err, os.ErrNotExist) {
		t.Fatalf("got %v", err)
	}
}
