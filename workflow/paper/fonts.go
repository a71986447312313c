package paper

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

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

// Fonts are the fonts of the system that the papers are set in: a body font, one for
// headings, and others in order for characters the body font lacks. Loaded once; safe for
// concurrent use.
type Fonts struct {
	body    face
	letters *trueType // the body font, to be embedded in parts
	heading face
	others  []face

	mu     sync.RWMutex
	glyphs map[glyphKey]glyph // drawn before
}

// fontFile is a font by the name of its file, and the Debian package that has it.
type fontFile struct{ name, pkg string }

// bodyFont has the look of 宋体, is a TrueType font that fpdf can embed, and covers
// GB 2312 with Latin letters and digits. headingFont is a 黑体; its outlines are drawn.
// sansFont is the same one, regular, which is also what pictures are written in.
// Both characters of other scripts and rare ones are found in fallbacks, which are tried in
// order; they may be of any kind and reach beyond U+FFFF.
var (
	bodyFont    = fontFile{"gbsn00lp.ttf", "fonts-arphic-gbsn00lp"}
	headingFont = fontFile{"NotoSansCJK-Bold.ttc", "fonts-noto-cjk"}
	sansFont    = fontFile{"NotoSansCJK-Regular.ttc", "fonts-noto-cjk"}
	fallbacks   = [...]fontFile{
		{"NotoSerifCJK-Regular.ttc", "fonts-noto-cjk"},
		{"HanaMinA.ttf", "fonts-hanazono"},
		{"HanaMinB.ttf", "fonts-hanazono"},
		sansFont,
		{"DroidSansFallbackFull.ttf", "fonts-droid-fallback"},
	}
)

// fontDirs are where packages put fonts.
var fontDirs = [...]string{"/usr/share/fonts", "/usr/local/share/fonts", "/Library/Fonts", "/System/Library/Fonts"}

// LoadFonts finds the fonts in the given directories, or in the usual ones. All of them
// must be there, so that a rare name is not the first to notice; the error names each
// missing one with its package.
func LoadFonts(dirs ...string) (*Fonts, error) {
	if len(dirs) == 0 {
		dirs = fontDirs[:]
		if home, err := os.UserHomeDir(); err == nil {
			dirs = append(dirs, filepath.Join(home, ".local/share/fonts"), filepath.Join(home, ".fonts"))
		}
	}
	found := findFonts(dirs)
	var missing []error
	for _, f := range wantedFonts() {
		if found[f.name] == "" {
			missing = append(missing, fmt.Errorf("没有找到字体 %s,请安装 Debian 软件包 %s / font %s not found: "+
				"install the Debian package %s, or name its directory in BEIAN_FONTS", f.name, f.pkg, f.name, f.pkg))
		}
	}
	if len(missing) > 0 {
		return nil, errors.Join(missing...)
	}
	f := &Fonts{glyphs: map[glyphKey]glyph{}}
	if err := f.openBody(found[bodyFont.name]); err != nil {
		return nil, err
	}
	var err error
	if f.heading, err = openFace(found[headingFont.name]); err != nil {
		return nil, err
	}
	for _, w := range fallbacks {
		other, err := openFace(found[w.name])
		if err != nil {
			return nil, err
		}
		f.others = append(f.others, other)
	}
	return f, nil
}

func (f *Fonts) openBody(path string) error {
	file, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("read font: %w", err)
	}
	if f.letters, err = parseTrueType(file); err != nil {
		return fmt.Errorf("read font %s: %w", path, err)
	}
	body, err := sfnt.Parse(file)
	if err != nil {
		return fmt.Errorf("read font %s: %w", path, err)
	}
	f.body = face{filepath.Base(path), body, fixed.Int26_6(body.UnitsPerEm())}
	return nil
}

func wantedFonts() []fontFile { return append([]fontFile{bodyFont, headingFont}, fallbacks[:]...) }

// findFonts maps the names of the fonts we know to the first place they are found.
func findFonts(dirs []string) map[string]string {
	wanted := map[string]bool{}
	for _, f := range wantedFonts() {
		wanted[f.name] = true
	}
	found := map[string]string{}
	for _, dir := range dirs {
		_ = filepath.WalkDir(dir, func(path string, d fs.DirEntry,
			err error,
		) error { // a directory that cannot be read has no fonts for us
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

// openFace keeps the file open: these fonts are large and few of their glyphs are ever
// read. Of a collection it takes the face made for mainland China.
func openFace(path string) (face, error) {
	file, err := os.Open(path)
	if err != nil {
		return face{}, fmt.Errorf("open font: %w", err)
	}
	var f *sfnt.Font
	if strings.HasSuffix(path, ".ttc") {
		f, err = mainland(file)
	} else {
		f, err = sfnt.ParseReaderAt(file)
	}
	if err != nil {
		return face{}, errors.Join(fmt.Errorf("read font %s: %w", path, err), file.Close())
	}
	return face{filepath.Base(path), f, fixed.Int26_6(f.UnitsPerEm())}, nil
}

// mainland picks the face with the shapes of characters that are used in mainland China:
// the others of the collection write some of them differently.
func mainland(file *os.File) (*sfnt.Font, error) {
	c, err := sfnt.ParseCollectionReaderAt(file)
	if err != nil {
		return nil, err
	}
	var b sfnt.Buffer
	for i := range c.NumFonts() {
		f, err := c.Font(i)
		if err != nil {
			return nil, err
		}
		if name, err := f.Name(&b, sfnt.NameIDFull); err == nil && strings.Contains(name, "CJK SC") {
			return f, nil
		}
	}
	return c.Font(0)
}

func (f *face) has(b *sfnt.Buffer, r rune) bool {
	i, err := f.font.GlyphIndex(b, r)
	return err == nil && i != 0
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
		if seen[r] || r == ' ' || f.bodyGlyph(&b, r) != 0 {
			continue
		}
		seen[r] = true
		if _, ok := f.fallback(&b, r); !ok {
			out = append(out, r)
		}
	}
	return out
}

// glyphKey is a character in a font.
type glyphKey struct {
	face *face
	r    rune
}

// glyph is an outline as PDF draws it, in font units with y down, and its advance in em.
type glyph struct {
	path    string
	advance float64
}

// operators writes an outline in the operators of PDF, which has no quadratic curves.
func operators(segments sfnt.Segments) string {
	var b strings.Builder
	var here fixed.Point26_6
	for _, s := range segments {
		a := s.Args
		switch s.Op {
		case sfnt.SegmentOpMoveTo:
			fmt.Fprintf(&b, "%d %d m\n", a[0].X, a[0].Y)
			here = a[0]
		case sfnt.SegmentOpLineTo:
			fmt.Fprintf(&b, "%d %d l\n", a[0].X, a[0].Y)
			here = a[0]
		case sfnt.SegmentOpQuadTo:
			fmt.Fprintf(&b, "%d %d %d %d %d %d c\n", (here.X+2*a[0].X)/3, (here.Y+2*a[0].Y)/3, (a[1].X+2*a[0].X)/3,
				(a[1].Y+2*a[0].Y)/3, a[1].X, a[1].Y)
			here = a[1]
		case sfnt.SegmentOpCubeTo:
			fmt.Fprintf(&b, "%d %d %d %d %d %d c\n", a[0].X, a[0].Y, a[1].X, a[1].Y, a[2].X, a[2].Y)
			here = a[2]
		}
	}
	return b.String()
}

// mostGlyphs bounds the cache: headings and the rare characters of one school.
const mostGlyphs = 1024

// draw returns the glyph of a character, from the cache where it can.
func (f *Fonts) draw(b *sfnt.Buffer, in *face, r rune) (glyph, error) {
	key := glyphKey{in, r}
	f.mu.RLock()
	g, known := f.glyphs[key]
	f.mu.RUnlock()
	if known {
		return g, nil
	}
	g, err := in.load(b, r)
	if err != nil {
		return g, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.glyphs) < mostGlyphs {
		f.glyphs[key] = g
	}
	return g, nil
}

func (f *face) load(b *sfnt.Buffer, r rune) (glyph, error) {
	i, err := f.font.GlyphIndex(b, r)
	if err != nil {
		return glyph{}, fmt.Errorf("find glyph %U: %w", r, err)
	}
	seg, err := f.font.LoadGlyph(b, i, f.unit, nil)
	if err != nil {
		return glyph{}, fmt.Errorf("load glyph %U: %w", r, err)
	}
	adv, err := f.font.GlyphAdvance(b, i, f.unit, font.HintingNone)
	if err != nil {
		return glyph{}, fmt.Errorf("measure glyph %U: %w", r, err)
	}
	return glyph{operators(seg), float64(adv) / float64(f.unit)}, nil
}

// bodyGlyph returns the number of a character in the body font, 0 when it has none.
func (f *Fonts) bodyGlyph(b *sfnt.Buffer, r rune) int {
	if r > 0xFFFF { // fpdf cannot write such characters
		return 0
	}
	i, err := f.body.font.GlyphIndex(b, r)
	if err != nil {
		return 0
	}
	return int(i)
}

// bodyWidth is the advance of a character of the body font, in em.
func (f *Fonts) bodyWidth(glyph int) float64 {
	advance, _ := f.letters.metric(glyph)
	return float64(advance) / float64(f.letters.unit)
}

// Sans returns the 黑体 in regular and bold, for pictures on a screen, and the fonts for the
// characters that it lacks.
func (f *Fonts) Sans() (regular, bold *sfnt.Font, others []*sfnt.Font) {
	for _, o := range f.others {
		if o.name == sansFont.name {
			regular = o.font
		} else {
			others = append(others, o.font)
		}
	}
	return regular, f.heading.font, others
}
