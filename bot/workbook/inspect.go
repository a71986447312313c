package workbook

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"
)

// The bounds of a workbook, checked before any of it is kept in memory.
const (
	// MaxBytes is the size of a file that is taken.
	MaxBytes = 10 << 20
	// MaxRows is how many rows are read.
	MaxRows = 20_000

	mostUnpacked = 96 << 20 // of all parts together
	mostOther    = 8 << 20  // of a part that is neither cells nor strings
	mostParts    = 1000
	mostCells    = 1_500_000
	mostStrings  = 600_000
	mostMarks    = 60_000 // formulas, rounded numbers and merged ranges that are noted, of each

	exact = 15 // digits that Excel keeps of a number
)

// inspection is what was found out about a workbook without opening it.
type inspection struct {
	sheet    string // the one that is read
	date1904 bool
	formulas map[string]bool // by cell
	rounded  map[string]bool // cells with a number of more digits than Excel keeps
	merged   []span
}

// span is a range of merged cells; rows and columns are counted from 1.
type span struct{ col1, row1, col2, row2 int }

// inspect looks through the parts within bounds and says which sheet to read: 名册 or 状态
// where there is one, otherwise the first.
func inspect(data []byte) (inspection, error) {
	var in inspection
	switch {
	case len(data) > MaxBytes:
		return in, ErrTooLarge
	case bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0")):
		return in, ErrOld
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return in, ErrNotWorkbook
	}
	if err := unpackable(z); err != nil {
		return in, err
	}
	part, err := in.choose(z)
	if err != nil {
		return in, err
	}
	if err := in.scanSheet(z, part); err != nil {
		return in, err
	}
	return in, countStrings(z)
}

// unpackable unpacks everything once into nothing: what a part claims to be is not trusted.
func unpackable(z *zip.Reader) error {
	if len(z.File) > mostParts {
		return ErrTooLarge
	}
	var total int64
	book := false
	for _, f := range z.File {
		name := strings.ToLower(f.Name)
		switch {
		case strings.Contains(name, "vbaproject") || strings.Contains(name, "macrosheets/") ||
			strings.Contains(name, "/activex/"):
			return ErrMacros
		case name == "xl/workbook.xml":
			book = true
		}
		limit := int64(mostOther)
		if strings.HasPrefix(name, "xl/worksheets/") || name == "xl/sharedstrings.xml" {
			limit = mostUnpacked
		}
		r, err := f.Open()
		if err != nil {
			return ErrNotWorkbook
		}
		n, err := io.Copy(io.Discard, io.LimitReader(r, min(limit, mostUnpacked-total)+1))
		if cerr := r.Close(); err == nil {
			err = cerr
		}
		if total += n; n > limit || total > mostUnpacked {
			return ErrTooLarge
		}
		if err != nil {
			return ErrNotWorkbook
		}
	}
	if !book {
		return ErrNotWorkbook
	}
	return nil
}

// choose finds the sheet to read and the part that holds it.
func (in *inspection) choose(z *zip.Reader) (string, error) {
	var book struct {
		Properties struct {
			Date1904 string `xml:"date1904,attr"`
		} `xml:"workbookPr"`
		Sheets []struct {
			Name string `xml:"name,attr"`
			ID   string `xml:"http://schemas.openxmlformats.org/officeDocument/2006/relationships id,attr"`
		} `xml:"sheets>sheet"`
	}
	var rels struct {
		List []struct {
			ID     string `xml:"Id,attr"`
			Type   string `xml:"Type,attr"`
			Target string `xml:"Target,attr"`
		} `xml:"Relationship"`
	}
	if err := decodePart(z, "xl/workbook.xml", &book); err != nil {
		return "", err
	}
	if err := decodePart(z, "xl/_rels/workbook.xml.rels", &rels); err != nil {
		return "", err
	}
	if len(book.Sheets) == 0 {
		return "", ErrNotWorkbook
	}
	in.date1904 = book.Properties.Date1904 == "1" || book.Properties.Date1904 == "true"
	chosen := book.Sheets[0]
	for _, s := range book.Sheets {
		if s.Name == SheetRoster || s.Name == ColumnStatus {
			chosen = s
			break
		}
	}
	in.sheet = chosen.Name
	for _, r := range rels.List {
		if r.ID == chosen.ID && strings.HasSuffix(r.Type, "/worksheet") {
			if strings.HasPrefix(r.Target, "/") {
				return strings.TrimPrefix(r.Target, "/"), nil
			}
			return path.Join("xl", r.Target), nil
		}
	}
	return "", ErrNotWorkbook
}

// open finds a part by its name without regard to case, as Excel does.
func open(z *zip.Reader, name string) (io.ReadCloser, error) {
	i := slices.IndexFunc(z.File, func(f *zip.File) bool { return strings.EqualFold(f.Name, name) })
	if i < 0 {
		return nil, ErrNotWorkbook
	}
	return z.File[i].Open()
}

func decodePart(z *zip.Reader, name string, v any) error {
	r, err := open(z, name)
	if err != nil {
		return ErrNotWorkbook
	}
	err = xml.NewDecoder(r).Decode(v)
	if cerr := r.Close(); err != nil || cerr != nil {
		return ErrNotWorkbook
	}
	return nil
}

// eachToken calls fn for the elements and texts of a part.
func eachToken(z *zip.Reader, name string, fn func(xml.Token) error) (err error) {
	r, err := open(z, name)
	if err != nil {
		return ErrNotWorkbook
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	d := xml.NewDecoder(r)
	for {
		t, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return ErrNotWorkbook
		}
		if err := fn(t); err != nil {
			return err
		}
	}
}

func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// scanSheet counts the cells and notes where formulas, rounded numbers and merged cells are.
func (in *inspection) scanSheet(z *zip.Reader, part string) error {
	in.formulas, in.rounded = map[string]bool{}, map[string]bool{}
	cells, row, col := 0, 0, 0
	numeric, value := false, false
	mark := func(set map[string]bool) error {
		if len(set) >= mostMarks {
			return ErrTooLarge
		}
		name, err := excelize.CoordinatesToCellName(max(col, 1), max(row, 1))
		if err != nil {
			return ErrNotWorkbook
		}
		set[name] = true
		return nil
	}
	return eachToken(z, part, func(t xml.Token) error {
		if text, ok := t.(xml.CharData); ok && value && numeric && len(bytes.Trim(text, ".eE+-")) > exact {
			return mark(in.rounded)
		}
		e, ok := t.(xml.StartElement)
		if value = ok && e.Name.Local == "v"; !ok {
			return nil
		}
		switch e.Name.Local {
		case "row":
			row, col = row+1, 0
			if r := attr(e, "r"); r != "" {
				if _, err := fmt.Sscan(r, &row); err != nil {
					return ErrNotWorkbook
				}
			}
		case "c":
			col++
			if r := attr(e, "r"); r != "" {
				c, n, err := excelize.CellNameToCoordinates(r)
				if err != nil {
					return ErrNotWorkbook
				}
				col, row = c, n
			}
			kind := attr(e, "t")
			numeric = kind == "" || kind == "n"
			const widest = 500
			if cells++; cells > mostCells || col > widest {
				return ErrTooLarge
			}
		case "f":
			return mark(in.formulas)
		case "mergeCell":
			if len(in.merged) >= mostMarks {
				return ErrTooLarge
			}
			from, to, _ := strings.Cut(attr(e, "ref"), ":")
			c1, r1, err1 := excelize.CellNameToCoordinates(from)
			c2, r2, err2 := excelize.CellNameToCoordinates(to)
			if err1 == nil && err2 == nil {
				in.merged = append(in.merged, span{c1, r1, c2, r2})
			}
		}
		return nil
	})
}

// countStrings bounds the table of strings, in which an empty one costs much more memory
// than it has bytes.
func countStrings(z *zip.Reader) error {
	if !slices.ContainsFunc(z.File, func(f *zip.File) bool { return strings.EqualFold(f.Name, "xl/sharedStrings.xml") }) {
		return nil
	}
	n := 0
	return eachToken(z, "xl/sharedStrings.xml", func(t xml.Token) error {
		if _, ok := t.(xml.StartElement); !ok {
			return nil
		}
		if n++; n > 4*mostStrings { // si, t, and r in rich text
			return ErrTooLarge
		}
		return nil
	})
}
