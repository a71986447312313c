package paper

import (
	"encoding/base32"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"example.org/beian/workflow"
)

// MAC is the keyed hash of the fingerprint. A Tink MAC satisfies it: its tag carries
// the id of the key, and it compares in constant time.
type MAC interface {
	ComputeMAC(data []byte) ([]byte, error)
	VerifyMAC(mac, data []byte) error
}

// Mark is the fingerprint of one page.
type Mark struct {
	Filing      string
	Kind        workflow.PaperKind
	Revision    int
	Page, Pages int
	Tag         string // base32 of the keyed hash
}

// String returns the form that the QR code holds. It keeps to capitals, digits and a few
// marks, which a code packs more densely: larger squares survive worse copies.
func (m Mark) String() string {
	return fmt.Sprintf("BEIAN:1:%s:%s:%d:%d/%d:%s", m.Filing, strings.ToUpper(string(m.Kind)), m.Revision, m.Page,
		m.Pages, m.Tag)
}

var markPattern = regexp.MustCompile(`^BEIAN:1:([0-9A-Z]{8}):(FORM|NOTICE|RECEIPT|PROGRESS|PORTAL):([1-9]\d{0,` +
	`3}):([1-9]\d?)/([1-9]\d?):([2-7A-Z]{20,80})$`)

var tagEncoding = base32.StdEncoding.WithPadding(base32.NoPadding)

// errNotMark means that a text is no fingerprint of ours.
var errNotMark = errors.New("not a fingerprint")

// ParseMark reads the form of [Mark.String] and nothing else.
func ParseMark(s string) (Mark, error) {
	g := markPattern.FindStringSubmatch(s)
	if g == nil {
		return Mark{}, errNotMark
	}
	m := Mark{Filing: g[1], Kind: workflow.PaperKind(strings.ToLower(g[2])), Tag: g[6]}
	for i, n := range []*int{&m.Revision, &m.Page, &m.Pages} {
		v, err := strconv.Atoi(g[3+i])
		if err != nil {
			return Mark{}, errNotMark
		}
		*n = v
	}
	if m.Page > m.Pages {
		return Mark{}, errNotMark
	}
	return m, nil
}

// sign returns the mark of a page of the sheet.
func sign(mac MAC, s workflow.Sheet, page, pages int) (Mark, error) {
	m := Mark{Filing: s.Filing, Kind: s.Kind, Revision: s.Revision, Page: page, Pages: pages}
	tag, err := mac.ComputeMAC(signed(m, s))
	if err != nil {
		return m, fmt.Errorf("sign page %d: %w", page, err)
	}
	m.Tag = tagEncoding.EncodeToString(tag)
	return m, nil
}

// Verify reports whether the mark was printed by us on exactly this sheet: any
// other filing, revision, value or page is an error.
func Verify(mac MAC, m Mark, s workflow.Sheet) error {
	tag, err := tagEncoding.DecodeString(m.Tag)
	if err != nil {
		return errNotMark
	}
	if m.Filing != s.Filing || m.Kind != s.Kind || m.Revision != s.Revision {
		return errors.New("fingerprint of another sheet")
	}
	if err := mac.VerifyMAC(tag, signed(m, s)); err != nil {
		return fmt.Errorf("verify fingerprint: %w", err)
	}
	return nil
}

func signed(m Mark, s workflow.Sheet) []byte {
	return append(s.Canonical(), fmt.Sprintf("\n%d/%d", m.Page, m.Pages)...)
}
