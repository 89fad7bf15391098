package bazelfile

import (
	"strings"
	"testing"
)

const raisable = `load("@rules_kheaders//:defs.bzl", "kheaders", "kheaders_budget")

# Of the team.
kheaders(
    name = "k",  # ours
    creep = '8KiB', # and theirs
    # What we agreed on.
    max_compressed = "5200KiB",
      max_files =   6600,
    path_budgets = {
        "include/net/**": "448KiB",  # net
        "include/sound/**": "448KiB",
    },
    tree = "@linux//:tree",
    max_module = SIZE,
    other = "4" + "MB",
)

kheaders_budget(name = "b", max = "448KiB", paths = ["448KiB/**"])

[kheaders_budget(name = n, max = "448KiB", paths = [n]) for n in ["x", "y"]]

mine(name = "m")

mine(name = "k")

[
    kheaders_budget(name = "l", max = "3KiB", paths = ["l/**"]),
]
`

func TestEditValues(t *testing.T) {
	for name, c := range map[string]struct {
		raise    Raise
		old, new string
	}{
		"a string":          {Raise{"k", "max_compressed", "", "5200KiB", "5300KiB", "why"}, `    max_compressed = "5200KiB",`, "    # why\n" + `    max_compressed = "5300KiB",`},
		"a number":          {Raise{"k", "max_files", "", "6600", "6700", "why"}, "      max_files =   6600,", "      # why\n      max_files =   6700,"},
		"an entry":          {Raise{"k", "path_budgets", "include/net/**", "448KiB", "500KiB", "why"}, `        "include/net/**": "448KiB",  # net`, "        # why\n" + `        "include/net/**": "500KiB",  # net`},
		"other quotes":      {Raise{"k", "creep", "", "8KiB", "9KiB", ""}, "'8KiB', # and", "'9KiB', # and"},
		"in a list":         {Raise{"l", "max", "", "3KiB", "4KiB", "why"}, `    kheaders_budget(name = "l", max = "3KiB"`, "    # why\n" + `    kheaders_budget(name = "l", max = "4KiB"`},
		"all on one line":   {Raise{"b", "max", "", "448KiB", "500KiB", "why"}, `kheaders_budget(name = "b", max = "448KiB",`, "# why\n" + `kheaders_budget(name = "b", max = "500KiB",`},
		"what it is called": {Raise{"b", "max", "", "448KiB", "448KiB", "it is \"448KiB\""}, `kheaders_budget(name = "b"`, "# it is \"448KiB\"\n" + `kheaders_budget(name = "b"`},
	} {
		for _, end := range []string{"\n", "\r\n"} {
			lines := func(s string) string { return strings.ReplaceAll(s, "\n", end) }
			got, err := EditValues("BUILD.bazel", []byte(lines(raisable)), []Raise{c.raise})
			if want := lines(strings.Replace(raisable, c.old, c.new, 1)); err != nil || string(got) != want || !strings.Contains(raisable, c.old) {
				t.Errorf("%s: %v\n%s", name, err, got)
			}
		}
	}
	// Several at once, each with its comment.
	got, err := EditValues("BUILD.bazel", []byte(raisable), []Raise{{"k", "path_budgets", "include/sound/**", "448KiB", "1B", "a"}, {"b", "max", "", "448KiB", "2B", "b"}, {"k", "creep", "", "8KiB", "3B", "c"}})
	if err != nil || strings.Count(string(got), "# a\n") != 1 || strings.Count(string(got), "448KiB") != strings.Count(raisable, "448KiB")-2 || !strings.Contains(string(got), "    # c\n    creep = '3B', # and theirs\n") {
		t.Errorf("%v\n%s", err, got)
	}
}

func TestEditValuesErrors(t *testing.T) {
	for want, r := range map[string]Raise{
		`BUILD.bazel:15: max_module of "k" is computed, or given by what kheaders makes of its arguments: give it 9MiB by hand where that is`: {Call: "k", Attr: "max_module", Was: "8MiB", Is: "9MiB"},
		`BUILD.bazel:16: other of "k" is computed`:   {Call: "k", Attr: "other", Was: "4MB", Is: "5MB"},
		`BUILD.bazel:4: headroom of "k" is computed`: {Call: "k", Attr: "headroom", Was: "4MB", Is: "5MB"},
		`BUILD.bazel:8: max_compressed of "k" has "5200KiB" there, and was "5MiB" when this was built: run it again, or, if kheaders makes that of it, give it 6MiB by hand where that is`: {Call: "k", Attr: "max_compressed", Was: "5MiB", Is: "6MiB"},
		`BUILD.bazel:6: creep of "k" has "8KiB" there, and was "7KiB" when this was built: run it again`:                                                                                   {Call: "k", Attr: "creep", Was: "7KiB", Is: "9KiB"},
		`BUILD.bazel:9: max_files of "k" has 6600 there, and was 6500 when this was built: run it again`:                                                                                   {Call: "k", Attr: "max_files", Was: "6500", Is: "6700"},
		`BUILD.bazel:11: path_budgets["include/net/**"] of "k" has "448KiB" there, and was "4MB" when`:                                                                                     {Call: "k", Attr: "path_budgets", Key: "include/net/**", Was: "4MB", Is: "5MB"},
		`BUILD.bazel:6: creep of "k" is computed, or given by what kheaders makes of its arguments: `:                                                                                      {Call: "k", Attr: "creep", Is: "9KiB"},
		`BUILD.bazel:10: path_budgets["gone/**"] of "k" is computed`:                                                                                                                       {Call: "k", Attr: "path_budgets", Key: "gone/**", Was: "4MB", Is: "5MB"},
		`BUILD.bazel:8: max_compressed["a"] of "k" is computed`:                                                                                                                            {Call: "k", Attr: "max_compressed", Key: "a", Was: "4MB", Is: "5MB"},
		`BUILD.bazel:21: max of "y" is computed: give it`:                                                                                                                                  {Call: "y", Attr: "max", Was: "448KiB", Is: "5MB"},
		`BUILD.bazel: no call has name = "z", so something else makes it`:                                                                                                                  {Call: "z", Attr: "max", Was: "448KiB", Is: "5MB"},
		`BUILD.bazel:23: max_files of "m" is computed, or given by what mine m`:                                                                                                            {Call: "m", Attr: "max_files", Was: "4", Is: "5"},
	} {
		got, err := EditValues("BUILD.bazel", []byte(raisable), []Raise{{"b", "max", "", "448KiB", "2B", "b"}, r})
		if err == nil || !strings.HasPrefix(err.Error(), want) || got != nil {
			t.Errorf("%v, want %q\n%s", err, want, got)
		}
	}
	if _, err := EditValues("BUILD", []byte("x("), nil); err == nil || !strings.Contains(err.Error(), "mend it first") {
		t.Error(err)
	}
	_, err := EditValues("BUILD.bazel", []byte(raisable), []Raise{{Call: "z"}, {Call: "k", Attr: "other"}})
	if err == nil || strings.Count(err.Error(), "\n") != 1 {
		t.Error(err)
	}
}

// TestBringBack has values raised, several times, and brought back: the file is what it
// was before, to the byte.
func TestBringBack(t *testing.T) {
	for _, end := range []string{"\n", "\r\n"} {
		before := []byte(strings.ReplaceAll(raisable, "\n", end))
		for name, r := range map[string]Raise{
			"a string": {Call: "k", Attr: "max_compressed", Was: "5200KiB"}, "below a comment": {Call: "k", Attr: "creep", Was: "8KiB"},
			"on one line": {Call: "b", Attr: "max", Was: "448KiB"}, "an entry": {Call: "k", Attr: "path_budgets", Key: "include/net/**", Was: "448KiB"},
		} {
			if from := RaisedFrom("BUILD", before, r); from != "" {
				t.Errorf("%s: raised from %q at first", name, from)
			}
			now, data, first := r, before, r.Was
			for _, is := range []string{"6000KiB", "7000KiB"} {
				now.Is, now.Comment = is, RaisedComment(now.Was, "why: 1KiB more")
				var err error
				if data, err = EditValues("BUILD", data, []Raise{now}); err != nil {
					t.Fatal(err)
				}
				now.Was = is
			}
			if from := RaisedFrom("BUILD", data, now); from != first {
				t.Errorf("%s: raised from %q, want %q", name, from, first)
			}
			now.Is, now.Comment = first, ""
			after, err := BringBack("BUILD", data, []Raise{now})
			if err != nil || string(after) != string(before) {
				t.Errorf("%s: %v\n%s", name, err, after)
			}
		}
	}
	for name, text := range map[string]string{
		"another comment":   "k(\n    # Raised from 8KiB\n    name = \"k\",\n    # Raised from 1KiB: x\n\n    # more\n    creep = \"9KiB\",\n)\n",
		"of something else": "k(\n    name = \"k\",\n    # Raised from 1KiB: x\n    max = \"8KiB\",\n    creep = \"9KiB\",\n)\n",
		"computed":          "k(\n    name = \"k\",\n    # Raised from 1KiB: x\n    creep = X,\n)\n",
		"no file":           "k(",
	} {
		if from := RaisedFrom("BUILD", []byte(text), Raise{Call: "k", Attr: "creep", Was: "9KiB"}); from != "" {
			t.Errorf("%s: raised from %q", name, from)
		}
	}
}
