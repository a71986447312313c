package applicant

import (
	"archive/zip"
	"bytes"
	"fmt"
	"strings"
	"time"
)

// archive is a zip in the making.
type archive struct {
	out  bytes.Buffer
	zip  *zip.Writer
	size int // of what was stored, in bytes
	at   time.Time
}

func newArchive(at time.Time) *archive {
	a := &archive{at: at}
	a.zip = zip.NewWriter(&a.out)
	return a
}

// store adds a file as it is: scans do not get smaller.
func (a *archive) store(name string, data []byte) error { return a.add(name, data, zip.Store) }

// deflate adds a file that gets smaller.
func (a *archive) deflate(name string, data []byte) error { return a.add(name, data, zip.Deflate) }

func (a *archive) add(name string, data []byte, method uint16) error {
	name = strings.ReplaceAll(name, "/", "-")
	w, err := a.zip.CreateHeader(&zip.FileHeader{Name: name, Method: method, Modified: a.at})
	if err == nil {
		_, err = w.Write(data)
	}
	if err != nil {
		return fmt.Errorf("write archive: %w", err)
	}
	a.size += len(data)
	return nil
}

func (a *archive) close() ([]byte, error) {
	if err := a.zip.Close(); err != nil {
		return nil, fmt.Errorf("write archive: %w", err)
	}
	return a.out.Bytes(), nil
}
