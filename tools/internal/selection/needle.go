package selection

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// needles returns texts of which one is in every path that a glob matches, a slash
// set before the path; nil where none are known. They turn most paths away at a
// fraction of what the general matcher takes. alts is what expand makes of the glob.
func needles(alts []string) []string {
	var all []string
	for _, alt := range alts {
		n := needle(alt)
		if n == "" {
			return nil
		}
		if !slices.Contains(all, n) {
			all = append(all, n)
		}
	}
	return all
}

// plainClasses reports whether no class of a glob has what is also of braces, or
// another bracket: then its braces are those that expand sees.
func plainClasses(glob string) bool {
	for {
		_, rest, ok := strings.Cut(glob, "[")
		if !ok {
			return true
		}
		class, rest, ok := strings.Cut(rest, "]")
		if !ok || strings.Trim(class, "!^") == "" || strings.ContainsAny(class, "{},[") {
			return false
		}
		glob = rest
	}
}

// needle returns the longest text without wildcards of a glob, of equals the first,
// "" where there is none, or the glob has what is not looked through here.
func needle(glob string) string {
	if strings.ContainsAny(glob, `\{}`) || !plainClasses(glob) {
		return ""
	}
	if !utf8.ValidString(glob) || strings.ContainsRune(glob, utf8.RuneError) {
		return "" // the matcher takes bytes that are no UTF-8 for the same
	}
	best := ""
	for rest := "/" + glob; ; {
		i := strings.IndexAny(rest, "*?[")
		if i < 0 {
			i = len(rest)
		}
		run := rest[:i]
		if strings.HasPrefix(rest[i:], "*") {
			run = strings.TrimSuffix(run, "/") // "a/**" holds for a, too
		}
		if len(run) > len(best) && run != "/" {
			best = run
		}
		if i == len(rest) {
			break
		}
		if rest[i] == '[' {
			i += strings.IndexByte(rest[i:], ']')
		}
		rest = rest[i+1:]
	}
	return best
}

// within reports whether a needle is in a path.
func within(path, needle string) bool {
	return strings.Contains(path, needle) || needle[0] == '/' && strings.HasPrefix(path, needle[1:])
}
