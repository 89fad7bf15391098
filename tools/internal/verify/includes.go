package verify

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/cinclude"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/kernel"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/quote"
)

// includes are those of one file, with the branches they stand in.
type includes struct {
	path  string
	incs  []cinclude.Include
	conds []cinclude.Cond
	// doubtful are macros of whose definition in autoconf.h nothing can be
	// said, as the file defines them itself or takes them back.
	doubtful map[string]bool
}

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
	return parts[0] != "arch" || len(parts) < 3 || slices.Contains(kernel.HeaderArches(arch), parts[1])
}

// scan keeps of a file what unresolved needs.
func scan(p string, text []byte, r *cinclude.Result) includes {
	o := cinclude.Options{Conds: true}
	if p != kernel.AutoConfHeader {
		o.Macros = func(name []byte) bool { return configured(string(name)) }
	}
	cinclude.Scan(text, o, r)
	out := includes{path: p}
	for _, inc := range r.Includes {
		if inc.Kind != cinclude.Computed && !inc.Test {
			out.incs = append(out.incs, inc)
		}
	}
	if len(out.incs) == 0 {
		return out
	}
	out.conds = slices.Clone(r.Conds)
	for _, d := range r.Defines {
		if out.doubtful == nil {
			out.doubtful = map[string]bool{}
		}
		out.doubtful[d.Name] = true
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
	at := fmt.Sprintf("%s:%d: #%s %s: the archive has ", quote.Text(m.from), m.line, directive, quote.Text(name))
	if m.tree != "" {
		return at + "not the tree's " + quote.Text(m.tree)
	}
	return at + "no such header"
}

// unresolved returns the includes that a kernel of that configuration may come
// by and that the archive has no file for, or not the one that the tree has, in
// the order of files.
func unresolved(files []includes, c config, s *resolver) (out []missing, total int) {
	for _, f := range files {
		may := branches(&f, &scope{c, f.doubtful, func(inc cinclude.Include) bool {
			return len(s.resolve(f.path, inc)) > 0
		}})
		for _, inc := range f.incs {
			total++
			if inc.Cond >= 0 && !may[inc.Cond] {
				continue
			}
			if tree, ok := s.whole(f.path, inc); !ok {
				out = append(out, missing{f.path, inc.Line, inc.Name, inc.Kind, inc.Next, tree})
			}
		}
	}
	return out, total
}

// branches tells of the branches of a file that includes stand in whether they
// may be compiled. Each expression is evaluated once, if at all.
func branches(f *includes, s *scope) []bool {
	needed := make([]bool, len(f.conds))
	for _, inc := range f.incs {
		if inc.Cond >= 0 {
			needed[inc.Cond] = true
		}
	}
	for i := len(f.conds) - 1; i >= 0; i-- {
		for _, before := range []int{f.conds[i].Parent, f.conds[i].Prev} {
			if needed[i] && before >= 0 {
				needed[before] = true
			}
		}
	}
	may := make([]bool, len(f.conds))
	over := make([]bool, len(f.conds)) // this branch or one before it holds
	for i, c := range f.conds {
		if !needed[i] || c.Parent >= 0 && !may[c.Parent] {
			continue
		}
		if c.Prev >= 0 && over[c.Prev] {
			over[i] = true
			continue
		}
		t := s.eval(c.Expr)
		may[i], over[i] = t != no, t == yes
	}
	return may
}
