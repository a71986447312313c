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
		if files[i], err = join([][]byte{p.Data}); err != nil {
			return nil, err
		}
		runtime.GC() // what one picture has used must not add to the next
	}
	var out []byte
	err = r.pdf.use(ctx, func(p pdfium.Pdfium) error {
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

// redraw writes a PDF anew so that it can only be looked at: notes and fields are drawn into
// their pages, of the document nothing but the pages is taken, and what is left on those to
// be carried out loses its name.
func (r *renderer) redraw(ctx context.Context, data []byte) ([]byte, error) {
	var out []byte
	err := r.document(ctx, data, func(p pdfium.Pdfium, doc references.FPDF_DOCUMENT, count int) error {
		for i := range count {
			page := requests.Page{ByIndex: &requests.PageByIndex{Document: doc, Index: i}}
			if _, err := p.FPDFPage_Flatten(&requests.FPDFPage_Flatten{
				Page:  page,
				Usage: requests.FPDFPage_FlattenUsagePrint,
			}); err != nil {
				return fmt.Errorf("%w: %w", ErrDamaged, err)
			}
		}
		into, err := p.FPDF_CreateNewDocument(&requests.FPDF_CreateNewDocument{})
		if err != nil {
			return fmt.Errorf("make document: %w", err)
		}
		if _, err := p.FPDF_ImportPages(&requests.FPDF_ImportPages{Source: doc, Destination: into.Document}); err != nil {
			return fmt.Errorf("%w: %w", ErrDamaged, err)
		}
		saved, err := p.FPDF_SaveAsCopy(&requests.FPDF_SaveAsCopy{Document: into.Document})
		if err != nil {
			return fmt.Errorf("write document: %w", err)
		}
		out = *saved.FileBytes
		return nil
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
