package paper

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"runtime"
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
	release, err := r.reserve(ctx, mostMemory)
	if err != nil {
		return nil, err
	}
	defer release()
	files := make([][]byte, len(pieces))
	for i, p := range pieces {
		files[i] = p.Data
		kind := sniff(p.Data)
		if kind == "pdf" {
			continue
		}
		if kind == "" {
			return nil, unsupported(p.Data)
		}
		if _, err := memoryFor(kind, p.Data, Limits{}.usual().Pixels); err != nil {
			return nil, err
		}
		if files[i], err = r.join(ctx, [][]byte{p.Data}); err != nil {
			return nil, err
		}
		runtime.GC() // what one picture has used must not add to the next
	}
	var out []byte
	err = r.pdf.use(ctx, func(e *engine) error {
		into, err := e.newDocument()
		if err != nil {
			return err
		}
		at := 0
		for i := range files {
			n, err := e.appendPages(into, files[i], pieces[i].Pages, at)
			if err != nil {
				return fmt.Errorf("join file %d: %w", i+1, err)
			}
			at += n
		}
		out, err = e.saved(into)
		return err
	})
	return out, err
}

func (e *engine) newDocument() (doc references.FPDF_DOCUMENT, err error) {
	err = e.step(func(p pdfium.Pdfium) error {
		made, err := p.FPDF_CreateNewDocument(&requests.FPDF_CreateNewDocument{})
		if err != nil {
			return fmt.Errorf("make document: %w", err)
		}
		doc = made.Document
		return nil
	})
	return doc, err
}

func (e *engine) saved(doc references.FPDF_DOCUMENT) (data []byte, err error) {
	err = e.step(func(p pdfium.Pdfium) error {
		saved, err := p.FPDF_SaveAsCopy(&requests.FPDF_SaveAsCopy{Document: doc})
		if err != nil {
			return fmt.Errorf("write document: %w", err)
		}
		data = *saved.FileBytes
		return nil
	})
	return data, err
}

// appendPages imports pages of a file and returns how many.
func (e *engine) appendPages(into references.FPDF_DOCUMENT, file []byte, pages []int, at int) (int, error) {
	from, n, err := e.document(file)
	if err != nil {
		return 0, err
	}
	var which *string
	if pages != nil {
		n = len(pages)
		numbers := make([]string, len(pages))
		for i, page := range pages {
			numbers[i] = strconv.Itoa(page)
		}
		s := strings.Join(numbers, ",")
		which = &s
	}
	return n, e.step(func(p pdfium.Pdfium) error {
		_, err := p.FPDF_ImportPages(&requests.FPDF_ImportPages{Source: from, Destination: into, PageRange: which, Index: at})
		return err
	})
}

// redraw writes a PDF anew so that it can only be looked at: notes and fields are drawn into
// their pages, of the document nothing but the pages is taken, and what is left on those to
// be carried out loses its name.
func (r *renderer) redraw(ctx context.Context, data []byte) ([]byte, error) {
	var out []byte
	err := r.use(ctx, func(e *engine) error {
		doc, count, err := e.document(data)
		if err != nil {
			return err
		}
		for i := range count {
			page := &requests.FPDFPage_Flatten{Page: pageOf(doc, i), Usage: requests.FPDFPage_FlattenUsagePrint}
			err := e.step(func(p pdfium.Pdfium) error {
				_, err := p.FPDFPage_Flatten(page)
				return err
			})
			if err != nil {
				return fmt.Errorf("%w: %w", ErrDamaged, err)
			}
		}
		into, err := e.newDocument()
		if err != nil {
			return err
		}
		err = e.step(func(p pdfium.Pdfium) error {
			_, err := p.FPDF_ImportPages(&requests.FPDF_ImportPages{Source: doc, Destination: into})
			return err
		})
		if err != nil {
			return fmt.Errorf("%w: %w", ErrDamaged, err)
		}
		out, err = e.saved(into)
		return err
	})
	if err != nil {
		return nil, err
	}
	return tidyPDF(tame(out)), nil
}

var (
	streamLength = regexp.MustCompile(`/Length (\d{1,9})`)
	lively       = regexp.MustCompile(`/(AA|OpenAction|Launch|JS|JavaScript|Annots?|AcroForm|` +
		`XFA|EmbeddedFiles?|Filespec|RichMedia|URI|ObjStm)\b`)
)

// tame renames what could be carried out, outside of streams, without moving anything. It
// is for files that our engine has written: each stream says how long it is.
func tame(data []byte) []byte {
	out := bytes.Clone(data)
	for at := 0; at < len(out); {
		end := bytes.Index(out[at:], []byte(">>stream"))
		dict := out[at:]
		if end >= 0 {
			dict = out[at : at+end]
		}
		for _, m := range lively.FindAllIndex(dict, -1) {
			dict[m[0]+1] = 'x'
		}
		if end < 0 {
			return out
		}
		at += end + len(">>stream")
		if n := streamLength.FindAllSubmatch(dict, -1); n != nil {
			if size, err := strconv.Atoi(string(n[len(n)-1][1])); err == nil {
				at += size
			}
		}
	}
	return out
}
