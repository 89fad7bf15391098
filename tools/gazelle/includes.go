package gazelle

import (
	"bufio"
	"os"
	"regexp"
	"strings"
)

// include is an #include line.
type include struct {
	name string
	// angle is true for <name>, false for "name".
	angle bool
	line  int
	// guarded is true inside any #if: the file need not exist.
	guarded bool
}

var (
	includeRE = regexp.MustCompile(`^\s*#\s*include\s*([<"])([^">]+)[">]`)
	ifRE      = regexp.MustCompile(`^\s*#\s*(if|ifdef|ifndef|endif)\b`)
)

// includesOf reads the #include lines of a source file. Every branch of a
// conditional counts, an include guard is no conditional. Lines inside comments
// and of computed names are not told apart, or seen: what is read here is a
// proposal that stands in a BUILD file.
func includesOf(name string) []include {
	f, err := os.Open(name)
	if err != nil {
		return nil
	}
	defer f.Close()
	var out []include
	depth, line, guard := 0, 0, false
	sc := bufio.NewScanner(f)
	sc.Buffer(make([]byte, 0, 64<<10), 1<<20)
	for sc.Scan() {
		line++
		text := sc.Text()
		if !strings.Contains(text, "#") {
			continue
		}
		if m := ifRE.FindStringSubmatch(text); m != nil {
			switch {
			case m[1] == "endif":
				depth--
			case m[1] == "ifndef" && depth == 0 && len(out) == 0 && strings.HasSuffix(name, ".h"):
				guard = true
				depth++
			default:
				depth++
			}
		}
		if m := includeRE.FindStringSubmatch(text); m != nil {
			open := depth
			if guard {
				open--
			}
			out = append(out, include{strings.TrimSpace(m[2]), m[1] == "<", line, open > 0})
		}
	}
	return out
}
