package paper

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
)

// Piece is a part of a document to be: a file of which some pages, counted from 1, are
// wanted, or all.
type Piece struct {
	Data  []byte
	Pages []int
}

// Assemble makes one PDF of pieces, in order. Pictures become pages.
func (r *Reader) Assemble(ctx context.Context, pieces []Piece) ([]byte, error) {
	files := make([][]byte, len(pieces))
	for i, p := range pieces {
		files[i] = p.Data
		if sniff(p.Data) == "pdf" {
			continue
		}
		var err error
		if files[i], err = Join([][]byte{p.Data}); err != nil {
			return nil, err
		}
	}
	const room = mostMemory / 2
	if err := r.memory.Acquire(ctx, room); err != nil {
		return nil, fmt.Errorf("wait for memory to join files: %w", err)
	}
	defer r.memory.Release(room)
	var out []byte
	err := r.pdf.use(ctx, func(p pdfium.Pdfium) error {
		into, err := p.FPDF_CreateNewDocument(&requests.FPDF_CreateNewDocument{})
		if err != nil {
			return fmt.Errorf("make document: %w", err)
		}
		at := 0
		for i := range files {
			n, err := appendPages(p, into.Document, files[i], pieces[i].Pages, at)
			if err != nil {
				return fmt.Errorf("join file %d: %w", i+1, err)
			}
			at += n
		}
		saved, err := p.FPDF_SaveAsCopy(&requests.FPDF_SaveAsCopy{Document: into.Document})
		if err != nil {
			return fmt.Errorf("write document: %w", err)
		}
		out = *saved.FileBytes
		return nil
	})
	return out, err
}

// appendPages imports pages of a file and returns how many.
func appendPages(p pdfium.Pdfium, into references.FPDF_DOCUMENT, file []byte, pages []int, at int) (int, error) {
	n := len(pages)
	err := opened(p, file, func(_ pdfium.Pdfium, from references.FPDF_DOCUMENT, count int) error {
		var which *string
		if pages == nil {
			n = count
		} else {
			numbers := make([]string, len(pages))
			for i, page := range pages {
				numbers[i] = strconv.Itoa(page)
			}
			s := strings.Join(numbers, ",")
			which = &s
		}
		_, err := p.FPDF_ImportPages(&requests.FPDF_ImportPages{Source: from, Destination: into, PageRange: which, Index: at})
		return err
	})
	return n, err
}
