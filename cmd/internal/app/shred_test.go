package app_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"example.org/beian/storage/files"
	"example.org/beian/storage/keyring"
	"example.org/beian/workflow"
)

// TestShredding: what a killed process left behind and what was replaced go by themselves,
// and for each file that is gone there is a proof.
func TestShredding(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	orphan, young := w.stray(3*time.Hour), w.stray(0)
	w.start()
	w.setTime("2026-11-23 10:00")
	for _, line := range []string{
		"赵𬭎: 你好", "赵𬭎 点 同意并开始", "赵𬭎 看到 都对就点「全部无误」", "赵𬭎 点 全部无误", "赵𬭎 收到文件 备案申请表(第1版).pdf",
		"赵𬭎 发 社保.pdf", "赵𬭎 看到 已放进第 2 项",
		"赵𬭎 发 社保新.pdf", "赵𬭎 看到 已放进第 2 项",
	} {
		w.perform(line)
	}
	w.keeps("3") // the stray file that may still be wanted, and both statements
	w.setTime("2026-11-30 10:00")
	w.keeps("3") // a week is not over
	w.setTime("2026-12-01 10:00")
	w.keeps("2")
	got := map[string]int{}
	store, done := w.store()
	defer done()
	must(t, store.EachShredded(t.Context(), time.Time{}, func(d workflow.Shredded) error {
		got[d.Reason]++
		if d.Reason == workflow.ShredOrphan && d.File != orphan {
			t.Errorf("%s counted as left behind", d.File)
		}
		return nil
	}))
	if got[workflow.ShredOrphan] != 1 || got[workflow.ShredReplaced] != 1 || len(got) != 2 {
		t.Errorf("proofs: %v", got)
	}
	if _, err := os.Stat(filepath.Join(w.filesDir(), young)); err != nil {
		t.Errorf("a file that was just stored: %v", err)
	}
}

// stray stores a file that no record names, as a process does that is killed right after;
// old is how long ago that was.
func (w *world) stray(old time.Duration) string {
	w.t.Helper()
	ring, err := keyring.Parse([]byte(w.cfg.Keys))
	must(w.t, err)
	blobs, err := files.Dir(w.filesDir())
	must(w.t, err)
	id, err := files.New(blobs, ring).Put(w.t.Context(), []byte("left behind"))
	must(w.t, err)
	at := time.Now().Add(-old)
	must(w.t, os.Chtimes(filepath.Join(w.filesDir(), id), at, at))
	return id
}
