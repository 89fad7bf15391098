package survey

import (
	"io"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/cinclude"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/infile"
)

// Include is an #include line.
type Include struct {
	Name string
	// Angle is true for <name>, false for "name".
	Angle bool
	Line  int
	// Guarded is true inside any #if: the file need not exist.
	Guarded bool
}

// maxSource is how large a source file may be, in bytes, to be read.
const maxSource = 64 << 20

// includesOf reads the #include lines of a source file. Every branch of a
// conditional counts, an include guard is no conditional. Computed names and
// __has_include are not followed: what is read here is a proposal that stands
// in a BUILD file. A file that cannot be read has none.
func includesOf(name string) []Include {
	f, size, err := infile.Open(name)
	if err != nil || size > maxSource {
		return nil
	}
	defer f.Close()
	src, err := io.ReadAll(io.LimitReader(f, maxSource))
	if err != nil {
		return nil
	}
	var r cinclude.Result
	cinclude.Scan(src, cinclude.Options{Conds: true}, &r)
	guard := includeGuard(name, &r)
	// Whether a branch is within a conditional; a parent comes before it.
	within := make([]bool, len(r.Conds))
	for c, cond := range r.Conds {
		within[c] = c != guard || cond.Parent >= 0 && within[cond.Parent]
	}
	var out []Include
	for _, i := range r.Includes {
		if i.Kind == cinclude.Computed || i.Test {
			continue
		}
		guarded := i.Cond >= 0 && within[i.Cond]
		out = append(out, Include{strings.TrimSpace(i.Name), i.Kind == cinclude.Angled, i.Line, guarded})
	}
	return out
}

// includeGuard returns the index of the branch that is a header's include
// guard: its first #ifndef, with no #include before it; -1 without one.
func includeGuard(name string, r *cinclude.Result) int {
	if !strings.HasSuffix(name, ".h") || len(r.Conds) == 0 || !strings.HasPrefix(r.Conds[0].Expr, "!defined(") {
		return -1
	}
	if len(r.Includes) > 0 && r.Includes[0].Cond < 0 {
		return -1
	}
	return 0
}
