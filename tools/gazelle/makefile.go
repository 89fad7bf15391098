package gazelle

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// makefile is what an external module's Kbuild or Makefile says.
type makefile struct {
	// objects are the objects of its modules, without .o; none if it leaves
	// them to a loop or a function.
	objects []string
	// local are directories, absolute, and inTree are directories of the
	// kernel's tree that #include names files from.
	local, inTree []string
}

var (
	assignRE = regexp.MustCompile(`^\s*([\w$().-]+)\s*[:+?]?=\s*(.*)$`)
	objectRE = regexp.MustCompile(`^(obj-m|obj-\$\(.*\)|obj-y|[\w.-]+-(objs|y|m|\$\(.*\)))$`)
	searchRE = regexp.MustCompile(`-I\s*(\S+)`)
)

// readMakefile returns what the Kbuild file of a directory, or else its
// Makefile, says, if it has obj-m.
func readMakefile(dir string) (*makefile, bool) {
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

func parseMakefile(dir, text string) (*makefile, bool) {
	m, found := &makefile{}, false
	for _, line := range strings.Split(strings.ReplaceAll(text, "\\\n", " "), "\n") {
		line, _, _ = strings.Cut(line, "#")
		a := assignRE.FindStringSubmatch(line)
		if a == nil {
			continue
		}
		found = found || a[1] == "obj-m"
		if objectRE.MatchString(a[1]) {
			for _, w := range strings.Fields(a[2]) {
				if o, ok := strings.CutSuffix(w, ".o"); ok && !slices.Contains(m.objects, o) {
					m.objects = append(m.objects, o)
				}
			}
		}
		for _, s := range searchRE.FindAllStringSubmatch(a[2], -1) {
			m.search(dir, strings.Trim(s[1], `"'`))
		}
	}
	return m, found
}

// search takes in one -I.
func (m *makefile) search(dir, where string) {
	for _, here := range []string{"$(srctree)/$(src)", "$(src)", "$(obj)", "$(M)", "$(PWD)", "$(CURDIR)", "$(KBUILD_EXTMOD)", "${src}", "${M}"} {
		if rest, ok := strings.CutPrefix(where, here); ok {
			m.local = append(m.local, filepath.Join(dir, rest))
			return
		}
	}
	for _, there := range []string{"$(srctree)/", "$(KERNEL_SRC)/", "$(KDIR)/"} {
		if rest, ok := strings.CutPrefix(where, there); ok && !strings.Contains(rest, "$") {
			m.inTree = append(m.inTree, filepath.Clean(rest))
			return
		}
	}
}

// sources returns the C and assembler files of the modules; all of the
// directory where the makefile does not name them.
func (m *makefile) sources(dir string) []string {
	var out []string
	for _, o := range m.objects {
		for _, ext := range []string{".c", ".S"} {
			if isFile(filepath.Join(dir, o+ext)) {
				out = append(out, filepath.Join(dir, o+ext))
			}
		}
	}
	if len(out) == 0 {
		for _, glob := range []string{"*.c", "*.S"} {
			found, _ := filepath.Glob(filepath.Join(dir, glob))
			out = append(out, found...)
		}
	}
	out = slices.DeleteFunc(out, func(n string) bool { return strings.HasSuffix(n, ".mod.c") })
	slices.Sort(out)
	return out
}
