package verify

import (
	"fmt"
	"path"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"rules_kheaders/tools/internal/cinclude"
)

// includes are those of one file, with the branches they stand in.
type includes struct {
	path  string
	incs  []cinclude.Include
	conds []cinclude.Cond
	// defines are macros of whose definition in autoconf.h nothing can be said,
	// as the file defines them itself or takes them back.
	defines []string
}

// ownDefine finds a #define or #undef of what config knows.
var ownDefine = regexp.MustCompile(`(?m)^[ \t]*#[ \t]*(?:define|undef)[ \t]+(CONFIG_\w+|__KERNEL__|__cplusplus)\b`)

// isSource tells whether a compiler of the kernel or of a module may read the
// file: all C and assembler but what the programs of the build are made of, and
// user space. The file may be another architecture's (see ofArch).
func isSource(p string) bool {
	switch path.Ext(p) {
	case ".h", ".c", ".S", ".inc":
	default:
		return false
	}
	parts := strings.SplitN(p, "/", 4)
	switch parts[0] {
	case "tools", "samples", "Documentation", "usr":
		return false
	case "scripts":
		return p == "scripts/module-common.c" || p == "scripts/module.lds.S"
	case "arch":
		return len(parts) < 4 || parts[2] != "tools" && (parts[2] != "boot" || !strings.HasPrefix(parts[3], "tools/"))
	}
	return true
}

// ofArch tells whether a kernel of the architecture may use the file.
func ofArch(p, arch string) bool {
	parts := strings.SplitN(p, "/", 3)
	return parts[0] != "arch" || len(parts) < 3 || parts[1] == arch || arch == "um" && parts[1] == "x86"
}

// scan keeps of a file what unresolved needs.
func scan(p string, text []byte, r *cinclude.Result) includes {
	cinclude.Scan(text, cinclude.Options{Conds: true}, r)
	out := includes{path: p}
	for _, inc := range r.Includes {
		if inc.Kind != cinclude.Computed && !inc.Test {
			out.incs = append(out.incs, inc)
		}
	}
	if len(out.incs) > 0 {
		out.conds = append(out.conds, r.Conds...)
		if p != "include/generated/autoconf.h" {
			for _, m := range ownDefine.FindAllSubmatch(text, -1) {
				out.defines = append(out.defines, string(m[1]))
			}
		}
	}
	return out
}

// missing is an #include of a header that the archive does not have.
type missing struct {
	from string
	line int
	name string
	kind cinclude.Kind
	next bool
	// tree is the file that is meant, where the tree has one.
	tree string
}

func (m missing) String() string {
	name := "<" + m.name + ">"
	if m.kind == cinclude.Quoted {
		name = `"` + m.name + `"`
	}
	directive := "include"
	if m.next {
		directive = "include_next"
	}
	at := fmt.Sprintf("%s:%d: #%s %s: the archive has ", plain(m.from), m.line, directive, plain(name))
	if m.tree != "" {
		return at + "not the tree's " + plain(m.tree)
	}
	return at + "no such header"
}

// plain makes one line of a name that may hold any byte.
func plain(s string) string {
	if q := strconv.QuoteToGraphic(s); len(q) != len(s)+2 && strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return q
	}
	return s
}

// unresolved returns the includes that a kernel of that configuration may come
// by and that the archive has no file for, or not the one that the tree has, in
// the order of files.
func unresolved(files []includes, c config, s *resolver) (out []missing, total int) {
	for _, f := range files {
		b := branches{f.conds, make([]int8, len(f.conds)), c.without(f.defines), s, f.path}
		for _, inc := range f.incs {
			total++
			if !b.maybe(inc.Cond) {
				continue
			}
			if tree, ok := s.whole(f.path, inc); !ok {
				out = append(out, missing{f.path, inc.Line, inc.Name, inc.Kind, inc.Next, tree})
			}
		}
	}
	return out, total
}

// branches tells which branches of a file may be compiled.
type branches struct {
	conds []cinclude.Cond
	memo  []int8 // 1: may be, -1: is not
	c     config
	s     *resolver
	path  string
}

func (b *branches) maybe(i int) bool {
	if i < 0 {
		return true
	}
	if b.memo[i] == 0 {
		b.memo[i] = -1
		if b.may(i) {
			b.memo[i] = 1
		}
	}
	return b.memo[i] > 0
}

func (b *branches) may(i int) bool {
	cond := b.conds[i]
	if !b.maybe(cond.Parent) || !b.eval(cond.Expr).maybe() {
		return false
	}
	for p := cond.Prev; p >= 0; p = b.conds[p].Prev {
		if v := b.eval(b.conds[p].Expr); v.known && v.n != 0 {
			return false
		}
	}
	return true
}

func (b *branches) eval(expr string) value { return b.c.eval(b.tests(expr)) }

// tests replaces each __has_include of a header by whether it is there.
func (b *branches) tests(expr string) string {
	const word = "__has_include("
	for from := 0; ; {
		i := strings.Index(expr[from:], word)
		if i < 0 {
			return expr
		}
		i += from
		end := strings.IndexByte(expr[i:], ')')
		name := strings.TrimSpace(expr[i+len(word) : max(i+end, i+len(word))])
		from = i + len(word)
		if end < 0 || len(name) < 3 {
			continue
		}
		kind := cinclude.Angled
		if name[0] == '"' {
			kind = cinclude.Quoted
		}
		found := "0"
		if len(b.s.resolve(b.path, cinclude.Include{Name: name[1 : len(name)-1], Kind: kind})) > 0 {
			found = "1"
		}
		expr = expr[:i] + found + expr[i+end+1:]
		from = i
	}
}
