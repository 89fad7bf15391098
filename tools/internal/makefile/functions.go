package makefile

import (
	"path"
	"slices"
	"strings"
)

// function works out a function of make's from what stands behind its name.
type function func(r *reader, args string, asOf int) string

// functions are make's, and those of Kbuild's that give flags.
var functions map[string]function

func init() {
	functions = map[string]function{
		"strip":      words(func(w []string) []string { return w }),
		"sort":       words(func(w []string) []string { slices.Sort(w); return slices.Compact(w) }),
		"words":      words(func([]string) []string { return []string{unknown} }),
		"firstword":  words(func(w []string) []string { return w[:min(1, len(w))] }),
		"lastword":   words(func(w []string) []string { return w[max(0, len(w)-1):] }),
		"dir":        each(dirOf),
		"notdir":     each(func(w string) string { return w[strings.LastIndexByte(w, '/')+1:] }),
		"suffix":     each(func(w string) string { return path.Ext(w) }),
		"basename":   each(func(w string) string { return strings.TrimSuffix(w, path.Ext(w)) }),
		"subst":      evaluated(3, subst),
		"patsubst":   evaluated(3, func(r *reader, a []string) string { return patsubst(a[0], a[1], a[2]) }),
		"addprefix":  evaluated(2, func(r *reader, a []string) string { return affixed(r, a[0], a[1], "") }),
		"addsuffix":  evaluated(2, func(r *reader, a []string) string { return affixed(r, "", a[1], a[0]) }),
		"filter":     evaluated(2, func(r *reader, a []string) string { return filter(a[0], a[1], true) }),
		"filter-out": evaluated(2, func(r *reader, a []string) string { return filter(a[0], a[1], false) }),
		"findstring": evaluated(2, findstring),
		"join":       evaluated(2, join),
		"word":       evaluated(2, func(*reader, []string) string { return unknown }),
		"wordlist":   evaluated(3, func(_ *reader, a []string) string { return a[2] }),
		"wildcard":   evaluated(1, func(r *reader, a []string) string { return r.wildcard(a[0]) }),
		"abspath":    evaluated(1, func(r *reader, a []string) string { return r.abspath(a[0]) }),
		"realpath":   evaluated(1, func(r *reader, a []string) string { return r.abspath(a[0]) }),
		"error":      func(*reader, string, int) string { return "" },
		"warning":    func(*reader, string, int) string { return "" },
		"info":       func(*reader, string, int) string { return "" },
		"origin":     func(*reader, string, int) string { return unknown },
		"flavor":     func(*reader, string, int) string { return unknown },
		"shell":      (*reader).shell,
		"value":      (*reader).rawValue,
		"if":         (*reader).ifFunction,
		"or":         (*reader).orFunction,
		"and":        (*reader).andFunction,
		"foreach":    (*reader).foreach,
		"call":       (*reader).call,
		"eval":       (*reader).eval,
	}
}

// evaluated is a function of n arguments that are worked out first.
func evaluated(n int, f func(*reader, []string) string) function {
	return func(r *reader, args string, asOf int) string {
		parts := arguments(args)
		if len(parts) > n {
			parts = append(parts[:n-1:n-1], strings.Join(parts[n-1:], ","))
		}
		for i := range parts {
			parts[i] = r.expand(parts[i], asOf)
		}
		for len(parts) < n {
			parts = append(parts, "")
		}
		if !r.spend(len(parts[n-1])) {
			return unknown
		}
		return f(r, parts)
	}
}

// words is a function of a list.
func words(f func([]string) []string) function {
	return evaluated(1, func(_ *reader, a []string) string { return strings.Join(f(strings.Fields(a[0])), " ") })
}

// each is a function of the words of a list.
func each(f func(string) string) function {
	return words(func(w []string) []string {
		for i := range w {
			w[i] = f(w[i])
		}
		return w
	})
}

func dirOf(w string) string {
	if i := strings.LastIndexByte(w, '/'); i >= 0 {
		return w[:i+1]
	}
	return "./"
}

func subst(r *reader, a []string) string {
	if a[0] == "" || !r.spend(strings.Count(a[2], a[0])*len(a[1])) {
		return a[2]
	}
	return strings.ReplaceAll(a[2], a[0], a[1])
}

func affixed(r *reader, before, list, after string) string {
	w := strings.Fields(list)
	if !r.spend(len(w) * (len(before) + len(after))) {
		return unknown
	}
	for i := range w {
		w[i] = before + w[i] + after
	}
	return strings.Join(w, " ")
}

// match tells whether a word is of a pattern with a %, and what that stands
// for.
func match(pattern, word string) (stem string, ok bool) {
	before, after, wild := strings.Cut(pattern, "%")
	if !wild {
		return "", pattern == word
	}
	if len(word) < len(before)+len(after) || !strings.HasPrefix(word, before) || !strings.HasSuffix(word, after) {
		return "", false
	}
	return word[len(before) : len(word)-len(after)], true
}

func patsubst(from, to, list string) string {
	from, to = strings.TrimSpace(from), strings.TrimSpace(to)
	w := strings.Fields(list)
	for i := range w {
		if stem, ok := match(from, w[i]); ok {
			w[i] = strings.Replace(to, "%", stem, 1)
		}
	}
	return strings.Join(w, " ")
}

// filter takes the words that match one of the patterns, or that do not; a word
// that is not known may be any.
func filter(patterns, list string, want bool) string {
	exact, wild := map[string]bool{}, []string{}
	for _, p := range strings.Fields(patterns) {
		if strings.Contains(p, "%") {
			wild = append(wild, p)
		} else {
			exact[p] = true
		}
	}
	var out []string
	for _, w := range strings.Fields(list) {
		found := exact[w] || slices.ContainsFunc(wild, func(p string) bool { _, ok := match(p, w); return ok })
		if found == want || isUnknown(w) || isUnknown(patterns) {
			out = append(out, w)
		}
	}
	return strings.Join(out, " ")
}

func findstring(_ *reader, a []string) string {
	switch {
	case isUnknown(a[0] + a[1]):
		return unknown
	case strings.Contains(a[1], a[0]):
		return a[0]
	}
	return ""
}

func join(_ *reader, a []string) string {
	x, y := strings.Fields(a[0]), strings.Fields(a[1])
	out := make([]string, max(len(x), len(y)))
	for i := range out {
		if i < len(x) {
			out[i] = x[i]
		}
		if i < len(y) {
			out[i] += y[i]
		}
	}
	return strings.Join(out, " ")
}
