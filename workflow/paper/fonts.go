package paper

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// face is one font file. Glyph outlines are read from it as needed.
type face struct {
	name string
	font *sfnt.Font
	unit fixed.Int26_6 // units per em, so that outlines come unscaled
}

// Fonts are the fonts of the system that the papers are set in: a body font, and
// others in order for characters it lacks. Loaded once; safe for concurrent use.
type Fonts struct {
	body     face
	bodyFile []byte
	others   []face
}

// bodyFont has the look of 宋体, is a TrueType font that fpdf can embed, and covers
// GB 2312 with Latin letters and digits.
const bodyFont = "gbsn00lp.ttf"

// fallbacks are tried in order for characters that the body font lacks. Their
// outlines are drawn, so they may be of any kind and reach beyond U+FFFF.
var fallbacks = [...]string{"NotoSerifCJK-Regular.ttc", "HanaMinA.ttf", "HanaMinB.ttf", "NotoSansCJK-Regular.ttc", "DroidSansFallbackFull.ttf", "DejaVuSerif.ttf"}

// fontDirs are where packages put fonts.
var fontDirs = [...]string{"/usr/share/fonts", "/usr/local/share/fonts", "/Library/Fonts", "/System/Library/Fonts"}

// LoadFonts finds the fonts in the given directories, or in the usual ones. The
// body font must be there; the error names the package that has it.
func LoadFonts(dirs ...string) (*Fonts, error) {
	if len(dirs) == 0 {
		dirs = fontDirs[:]
		if home, err := os.UserHomeDir(); err == nil {
			dirs = append(dirs, filepath.Join(home, ".local/share/fonts"), filepath.Join(home, ".fonts"))
		}
	}
	found := findFonts(dirs)
	path, ok := found[bodyFont]
	if !ok {
		return nil, fmt.Errorf("没有找到字体 %s,请安装 Debian 软件包 fonts-arphic-gbsn00lp / font %s not found: install the Debian package fonts-arphic-gbsn00lp, or name its directory in BEIAN_FONTS", bodyFont, bodyFont)
	}
	var f Fonts
	var err error
	if f.bodyFile, err = os.ReadFile(path); err != nil {
		return nil, fmt.Errorf("read font %s: %w", bodyFont, err)
	}
	if f.body, err = openFace(path); err != nil {
		return nil, err
	}
	for _, name := range fallbacks {
		path, ok := found[name]
		if !ok {
			continue
		}
		other, err := openFace(path)
		if err != nil {
			return nil, err
		}
		f.others = append(f.others, other)
	}
	return &f, nil
}

// findFonts maps the names of the fonts we know to the first place they are found.
func findFonts(dirs []string) map[string]string {
	wanted := map[string]bool{bodyFont: true}
	for _, n := range fallbacks {
		wanted[n] = true
	}
	found := map[string]string{}
	for _, dir := range dirs {
		_ = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error { // a directory that cannot be read has no fonts for us
			if err != nil {
				return nil //nolint:nilerr // see above
			}
			if name := d.Name(); wanted[name] && found[name] == "" {
				found[name] = path
			}
			return nil
		})
	}
	return found
}

// openFace keeps the file open: fallback fonts are large and few of their glyphs
// are ever read.
func openFace(path string) (face, error) {
	file, err := os.Open(path)
	if err != nil {
		return face{}, fmt.Errorf("open font: %w", err)
	}
	var f *sfnt.Font
	if strings.HasSuffix(path, ".ttc") {
		c, cerr := sfnt.ParseCollectionReaderAt(file)
		if cerr != nil {
			return face{}, errors.Join(fmt.Errorf("read font %s: %w", path, cerr), file.Close())
		}
		f, err = c.Font(0)
	} else {
		f, err = sfnt.ParseReaderAt(file)
	}
	if err != nil {
		return face{}, errors.Join(fmt.Errorf("read font %s: %w", path, err), file.Close())
	}
	return face{filepath.Base(path), f, fixed.Int26_6(f.UnitsPerEm())}, nil
}

func (f *face) has(b *sfnt.Buffer, r rune) bool {
	i, err := f.font.GlyphIndex(b, r)
	return err == nil && i != 0
}

// inBody reports whether the body font draws the character; beyond U+FFFF it is
// never asked, because fpdf cannot write such characters.
func (f *Fonts) inBody(b *sfnt.Buffer, r rune) bool {
	return r <= 0xFFFF && f.body.has(b, r)
}

// fallback returns the first other font that draws the character.
func (f *Fonts) fallback(b *sfnt.Buffer, r rune) (*face, bool) {
	for i := range f.others {
		if f.others[i].has(b, r) {
			return &f.others[i], true
		}
	}
	return nil, false
}

// Missing returns the characters of text that no font draws, each once.
func (f *Fonts) Missing(text string) []rune {
	var b sfnt.Buffer
	var out []rune
	seen := map[rune]bool{}
	for _, r := range text {
		if seen[r] || r == ' ' || f.inBody(&b, r) {
			continue
		}
		seen[r] = true
		if _, ok := f.fallback(&b, r); !ok {
			out = append(out, r)
		}
	}
	return out
}

// outline returns the glyph's outline and its advance, in font units with y down.
func (f *face) outline(b *sfnt.Buffer, r rune) (sfnt.Segments, float64, error) {
	i, err := f.font.GlyphIndex(b, r)
	if err != nil {
		return nil, 0, fmt.Errorf("find glyph %U: %w", r, err)
	}
	seg, err := f.font.LoadGlyph(b, i, f.unit, nil)
	if err != nil {
		return nil, 0, fmt.Errorf("load glyph %U: %w", r, err)
	}
	adv, err := f.font.GlyphAdvance(b, i, f.unit, font.HintingNone)
	if err != nil {
		return nil, 0, fmt.Errorf("measure glyph %U: %w", r, err)
	}
	return seg, float64(adv) / float64(f.unit), nil
}
