package localpg

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
)

var (
	errNotInstalled = errors.New("PostgreSQL is not installed (initdb and postgres not found): " +
		"on Debian and Ubuntu install the package postgresql, on macOS: brew install postgresql")
	majorPattern = regexp.MustCompile(`\d+`)
)

// Find returns the directory of the newest installed server programs, or an error that names what to install.
func Find() (binDir string, err error) {
	for _, dir := range candidates() {
		if isProgram(filepath.Join(dir, "initdb")) && isProgram(filepath.Join(dir, "postgres")) {
			return dir, nil
		}
	}
	return "", errNotInstalled
}

// candidates lists where packages put the programs; Debian and Homebrew keep the major versions side by side.
func candidates() []string {
	var dirs []string
	for _, pattern := range []string{
		"/usr/lib/postgresql/*/bin",
		"/usr/pgsql-*/bin",
		"/usr/local/bin",
		"/usr/local/pgsql/bin",
		"/opt/homebrew/opt/postgresql@*/bin",
		"/usr/local/opt/postgresql@*/bin",
		"/opt/homebrew/bin",
	} {
		found, _ := filepath.Glob(pattern) // the patterns are constant and valid
		slices.SortFunc(found, func(a, b string) int { return major(b) - major(a) })
		dirs = append(dirs, found...)
	}
	if initdb, err := exec.LookPath("initdb"); err == nil {
		// A link on PATH, as Homebrew and Nix make, leads to the directory that has both programs.
		if target, err := filepath.EvalSymlinks(initdb); err == nil {
			dirs = append(dirs, filepath.Dir(target))
		}
	}
	return dirs
}

func isProgram(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0
}

// major reads the first number in a text: the version in "/usr/lib/postgresql/15/bin", "postgres (PostgreSQL)
// 15.13" or "15\n". No number is 0.
func major(text string) int {
	number, _ := strconv.Atoi(majorPattern.FindString(text)) // no digits leave 0
	return number
}

// installedMajor asks the program itself: a directory name says nothing in /usr/local/bin.
func installedMajor(bin string) (int, error) {
	out, err := exec.Command(filepath.Join(bin, "postgres"), "--version").Output()
	if err != nil {
		return 0, fmt.Errorf("ask %s for its version: %w", bin, err)
	}
	return major(string(out)), nil
}
