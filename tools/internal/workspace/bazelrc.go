package workspace

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// option is an option of Bazel's in a .bazelrc.
type option struct{ at, command, text string }

// systemRCs are those of the machine: Bazel's own, and that of Debian's Bazel,
// which tools/bazel runs.
var systemRCs = []string{"/etc/bazel.bazelrc", "/etc/bazel/bazelrc"}

// maxImports bounds the files that import each other.
const maxImports = 50

// options returns the options that hold for Bazel and for a build in the
// workspace at root, and no --config alone brings: those of the machine, the
// workspace and the user.
func options(root string) []option {
	var out []option
	files := 0
	var file func(name string)
	file = func(name string) {
		text, err := read(name)
		if files++; err != nil || files > maxImports {
			return
		}
		n, line := 0, 0
		whole := ""
		for part := range strings.Lines(string(text)) {
			n++
			part = strings.TrimRight(part, "\r\n")
			if whole == "" {
				line = n
			}
			if rest, ok := strings.CutSuffix(part, `\`); ok {
				whole += rest
				continue
			}
			words := rcWords(whole + part)
			whole = ""
			if len(words) < 2 {
				continue
			}
			switch words[0] {
			case "import", "try-import":
				file(strings.ReplaceAll(words[1], "%workspace%", root))
			case "startup", "always", "common", "build":
				for _, w := range words[1:] {
					out = append(out, option{fmt.Sprintf("%s:%d", name, line), words[0], w})
				}
			}
		}
	}
	for _, name := range systemRCs {
		file(name)
	}
	file(filepath.Join(root, ".bazelrc"))
	if home, err := os.UserHomeDir(); err == nil && home != root {
		file(filepath.Join(home, ".bazelrc"))
	}
	// What is said of build goes before what is said of all commands.
	slices.SortStableFunc(out, func(a, b option) int {
		return strings.Compare(strconv.FormatBool(a.command == "build"), strconv.FormatBool(b.command == "build"))
	})
	return out
}

// rcWords splits a line of a .bazelrc as a shell would.
func rcWords(line string) []string {
	var out []string
	var word strings.Builder
	open, quote := false, byte(0)
	for i := 0; i < len(line); i++ {
		c := line[i]
		switch {
		case c == '\\' && i+1 < len(line):
			i++
			word.WriteByte(line[i])
			open = true
		case quote != 0 && c == quote:
			quote = 0
		case quote == 0 && (c == '"' || c == '\''):
			quote, open = c, true
		case quote == 0 && c == '#':
			i = len(line)
		case quote == 0 && (c == ' ' || c == '\t'):
			if open {
				out = append(out, word.String())
				word.Reset()
			}
			open = false
		default:
			word.WriteByte(c)
			open = true
		}
	}
	if open {
		out = append(out, word.String())
	}
	return out
}

// CheckBzlmod returns an error where the workspace at root switches bzlmod off:
// its MODULE.bazel is not read then.
func CheckBzlmod(root string) error {
	said, off := "", false
	if version, err := read(filepath.Join(root, ".bazelversion")); err == nil {
		first, _, _ := strings.Cut(strings.TrimSpace(string(version)), "\n")
		first = strings.TrimSpace(first)
		major, _, _ := strings.Cut(first, ".")
		if n, err := strconv.Atoi(major); err == nil && n < 7 {
			said, off = fmt.Sprintf("%s:1: bzlmod is switched off in Bazel %s", filepath.Join(root, ".bazelversion"), first), true
		}
	}
	for _, o := range options(root) {
		text := strings.Replace(o.text, "experimental_enable_bzlmod", "enable_bzlmod", 1)
		switch name, value, _ := strings.Cut(text, "="); {
		case name == "--noenable_bzlmod", name == "--enable_bzlmod" && slices.Contains([]string{"0", "false", "no", "False"}, value):
			said, off = fmt.Sprintf("%s: bzlmod is switched off by %s", o.at, o.text), true
		case name == "--enable_bzlmod":
			off = false
		}
	}
	if off {
		return fmt.Errorf("%s, and MODULE.bazel is not read then: switch it on by `common --enable_bzlmod` in .bazelrc, or take a newer Bazel, and run this again", said)
	}
	return nil
}

// TrackSources is the option by which Bazel looks into source directories.
const TrackSources = "--host_jvm_args=-DBAZEL_TRACK_SOURCE_DIRECTORIES=1"

// TracksSources tells whether the workspace at root has that option, in one word
// or in two.
func TracksSources(root string) bool {
	name, value, _ := strings.Cut(TrackSources, "=")
	before := option{}
	for _, o := range options(root) {
		if o.command == "startup" && (o.text == TrackSources || o.text == value && before == (option{o.at, o.command, name})) {
			return true
		}
		before = o
	}
	return false
}

// DeletedBy says where a .bazelrc takes a package away by --deleted_packages, ""
// where none does.
func DeletedBy(root, pkg string) string {
	at := ""
	for _, o := range options(root) {
		if list, ok := strings.CutPrefix(o.text, "--deleted_packages="); ok {
			at = ""
			if slices.ContainsFunc(strings.Split(list, ","), func(p string) bool { return strings.TrimPrefix(strings.TrimPrefix(p, "@"), "//") == pkg }) {
				at = fmt.Sprintf("%s: %s", o.at, o.text)
			}
		}
	}
	return at
}
