package scan

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"

	"example.org/beian/workflow"
	"example.org/beian/workflow/paper"
)

// leaf is one page of what came: where it is, and what was read from it.
type leaf struct {
	data []byte // the file that it is in
	page int    // of that file, counted from 1
	scan paper.ScanPage
	as   int // page of the form that the person says it is, when its code cannot be read
}

// number is the page of a form that a leaf is, 0 when that is not known.
func (l leaf) number() int {
	if l.as > 0 {
		return l.as
	}
	if len(l.scan.Marks) > 0 {
		return l.scan.Marks[0].Page
	}
	return 0
}

// arrival is what was found out about the files of one message before the turn.
type arrival struct {
	refusal string // key of a text, when nothing can be used
	why     string // name of a phrase that says more

	name   string
	kind   string // of the files: pdf, jpeg, png
	leaves []leaf
	hash   [sha256.Size]byte
	same   string                // id of the same file sent before
	seq    int                   // of the filing when it was looked at
	events []workflow.Event      // of a filing of which an older paper came
	parts  []workflow.StoredFile // pages of a form that came before, and are among the leaves now
	absent []int                 // pages of the form that are wanted beside those that came before
	extra  []int                 // pages of what came that are not the form
	onto   string                // id of the document that the leaves continue, or have a page of anew
	swap   int                   // page of it that they have anew

	data    []byte          // the document to keep
	media   string          // and its kind
	stacked *stackResult    // what became of forms of other people
	desk    []workflow.Case // of a handler who sends something without a code
}

// scan is what was read from all pages, numbered as they lie in the document.
func (a *arrival) scan() paper.Scan {
	s := paper.Scan{Type: a.kind}
	for i, l := range a.leaves {
		p := l.scan
		p.Number = i + 1
		s.Pages = append(s.Pages, p)
	}
	return s
}

// marked reports whether a code of ours is on a page.
func (a *arrival) marked() bool {
	return slices.ContainsFunc(a.leaves, func(l leaf) bool { return len(l.scan.Marks) > 0 })
}

// order sorts the pages of a form. When all are there, what else came with them is left out: it is
// another document, or nothing.
func (a *arrival) order() {
	whole := 0
	have := map[int]bool{}
	for _, l := range a.leaves {
		if n := l.number(); n > 0 {
			have[n] = true
		}
		if len(l.scan.Marks) > 0 {
			whole = l.scan.Marks[0].Pages
		}
	}
	if whole > 0 && len(have) >= whole {
		var form []leaf
		for i, l := range a.leaves {
			switch {
			case l.number() > 0:
				form = append(form, l)
			case !l.scan.Blank():
				a.extra = append(a.extra, i+1)
			}
		}
		a.leaves = form
	}
	slices.SortStableFunc(a.leaves, func(x, y leaf) int {
		if x.number() == 0 || y.number() == 0 {
			return 0
		}
		return x.number() - y.number()
	})
}

// document makes one file of the pages.
func (r *Room) document(ctx context.Context, p workflow.Person, a *arrival) error {
	limits := r.limits(p)
	if len(a.leaves) > limits.Pages {
		a.refusal, a.why = "upload_broken", "why_pages"
		return nil
	}
	pieces := pieces(a.leaves)
	a.data, a.media = a.leaves[0].data, a.kind
	if len(pieces) == 1 && len(a.extra) == 0 && slices.IsSorted(pieces[0].Pages) {
		return nil // the file as it came; a blank page may be left in it
	}
	joined, err := r.Papers.Assemble(ctx, pieces)
	if err != nil {
		return fmt.Errorf("join pages: %w", err)
	}
	a.data, a.media = joined, "pdf"
	if len(joined) > limits.Bytes {
		a.refusal, a.why = "upload_broken", "why_large"
	}
	return nil
}

// pieces groups pages that follow each other in a file.
func pieces(leaves []leaf) []paper.Piece {
	var out []paper.Piece
	for _, l := range leaves {
		if n := len(out); n > 0 && &out[n-1].Data[0] == &l.data[0] {
			out[n-1].Pages = append(out[n-1].Pages, l.page)
			continue
		}
		out = append(out, paper.Piece{Data: l.data, Pages: []int{l.page}})
	}
	return out
}

// pageHints are the hints of all pages, for the record.
func pageHints(pages []paper.ScanPage) []workflow.PageHint {
	var out []workflow.PageHint
	for _, p := range pages {
		for _, h := range slices.Compact(slices.Clone(p.Hints)) {
			out = append(out, workflow.PageHint{Page: p.Number, Hint: string(h)})
		}
	}
	return out
}

// missing are the numbers from 1 to pages that are not among those that are there.
func missing(pages int, there []int) []int {
	var out []int
	for n := range pages {
		if !slices.Contains(there, n+1) {
			out = append(out, n+1)
		}
	}
	return out
}
