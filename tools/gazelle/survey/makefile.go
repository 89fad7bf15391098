package survey

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// Makefile is what an external module's Kbuild or Makefile says.
type Makefile struct {
	// Objects are the objects of its modules, without .o; none if it leaves
	// them to a loop or a function.
	Objects []string
	// Computed is true if there may be more objects than those: a function of
	// make, or a variable from elsewhere, names them. Dirs are the directories
	// below that it does so in.
	Computed bool
	Dirs     []string
	// Local are directories, absolute, and InTree are directories of the
	// kernel's tree that #include names files from.
	Local, InTree []string
}

var (
	assignRE = regexp.MustCompile(`^\s*([\w$().-]+)\s*[:+?]?=\s*(.*)$`)
	objectRE = regexp.MustCompile(`^(obj-m|obj-\$\(.*\)|obj-y|[\w.-]+-(objs|y|m|\$\(.*\)))$`)
	flagsRE  = regexp.MustCompile(`^(subdir-)?(cc|as|ld)flags-`)
	// moduleRE is the variable that makes a makefile a module's: obj-m, or
	// obj-$(CONFIG_X) where whoever builds it sets the option.
	moduleRE = regexp.MustCompile(`^obj-(m|\$\([A-Z0-9_]+\))$`)
	varRE    = regexp.MustCompile(`\$(?:\(([\w.-]+)\)|\{([\w.-]+)\})`)
	dirRE    = regexp.MustCompile(`[\w.-]+(?:/[\w.-]+)*/`)
	searchRE = regexp.MustCompile(`-I\s*(\S+)`)
)

// readMakefile returns what the Kbuild file of a directory, or else its
// Makefile, says, if it has obj-m, or obj-$(CONFIG_…).
func readMakefile(dir string) (*Makefile, bool) {
	for _, name := range []string{"Kbuild", "Makefile"} {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			continue
		}
		if m, ok := parseMakefile(dir, string(b)); ok {
			return m, true
		}
	}
	return nil, false
}

func parseMakefile(dir, text string) (*Makefile, bool) {
	m, found := &Makefile{}, false
	var values []string
	vars := map[string]string{}
	for _, line := range strings.Split(strings.ReplaceAll(text, "\\\n", " "), "\n") {
		line, _, _ = strings.Cut(line, "#")
		a := assignRE.FindStringSubmatch(line)
		if a == nil {
			continue
		}
		vars[a[1]] += " " + a[2]
		found = found || moduleRE.MatchString(a[1])
		if objectRE.MatchString(a[1]) && !flagsRE.MatchString(a[1]) {
			values = append(values, a[2])
		}
		for _, s := range searchRE.FindAllStringSubmatch(a[2], -1) {
			m.search(dir, strings.Trim(s[1], `"'`))
		}
	}
	for _, v := range values {
		m.object(expand(v, vars))
	}
	return m, found
}

// expand puts in the variables that the makefile itself sets, as far as they
// do not name each other in a circle.
func expand(value string, vars map[string]string) string {
	for range 5 {
		value = varRE.ReplaceAllStringFunc(value, func(ref string) string {
			if v, ok := vars[strings.Trim(ref, "${}()")]; ok && len(value) < 1<<16 {
				return strings.TrimSpace(v)
			}
			return ref
		})
	}
	return value
}

// object takes in the value of a list of objects.
func (m *Makefile) object(value string) {
	if strings.Contains(value, "$") {
		m.Computed = true
		for _, d := range dirRE.FindAllString(value, -1) {
			m.Dirs = Add(m.Dirs, filepath.Clean(d))
		}
	}
	for _, w := range strings.Fields(value) {
		if o, ok := strings.CutSuffix(w, ".o"); ok && !strings.ContainsAny(o, "$(){},") && !slices.Contains(m.Objects, o) {
			m.Objects = append(m.Objects, o)
		}
	}
}

// search takes in one -I.
func (m *Makefile) search(dir, where string) {
	for _, here := range []string{"$(srctree)/$(src)", "$(src)", "$(obj)", "$(M)", "$(PWD)", "$(CURDIR)", "$(KBUILD_EXTMOD)", "${src}", "${M}"} {
		if rest, ok := strings.CutPrefix(where, here); ok {
			m.Local = append(m.Local, filepath.Join(dir, rest))
			return
		}
	}
	for _, there := range []string{"$(srctree)/", "$(KERNEL_SRC)/", "$(KDIR)/"} {
		if rest, ok := strings.CutPrefix(where, there); ok && !strings.Contains(rest, "$") {
			m.InTree = append(m.InTree, filepath.Clean(rest))
			return
		}
	}
}

// Sources returns the C and assembler files of the modules; all of the
// directory where the makefile does not name them all.
func (m *Makefile) Sources(f *Files, dir string) []string {
	var out []string
	for _, o := range m.Objects {
		for _, ext := range []string{".c", ".S"} {
			if f.Has(dir, o+ext) {
				out = append(out, filepath.Join(dir, o+ext))
			}
		}
	}
	if len(out) == 0 || m.Computed {
		for _, below := range append([]string{"."}, m.Dirs...) {
			for name := range f.listing(filepath.Join(dir, below)) {
				if strings.HasSuffix(name, ".c") || strings.HasSuffix(name, ".S") {
					out = append(out, filepath.Join(dir, below, name))
				}
			}
		}
	}
	out = slices.DeleteFunc(out, func(n string) bool { return strings.HasSuffix(n, ".mod.c") })
	slices.Sort(out)
	return slices.Compact(out)
}
