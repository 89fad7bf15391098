package bazelfile

import (
	"slices"
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
		"a string":          {Raise{"k", "max_compressed", "", "5200KiB", "5300KiB", "why"}, `    max_compressed = "5200KiB",`, "    # Raised max_compressed from 5200KiB: why\n" + `    max_compressed = "5300KiB",`},
		"a number":          {Raise{"k", "max_files", "", "6600", "6700", "why"}, "      max_files =   6600,", "      # Raised max_files from 6600: why\n      max_files =   6700,"},
		"an entry":          {Raise{"k", "path_budgets", "include/net/**", "448KiB", "500KiB", "why"}, `        "include/net/**": "448KiB",  # net`, "        # Raised path_budgets[\"include/net/**\"] from 448KiB: why\n" + `        "include/net/**": "500KiB",  # net`},
		"other quotes":      {Raise{"k", "creep", "", "8KiB", "9KiB", ""}, "'8KiB', # and", "'9KiB', # and"},
		"in a list":         {Raise{"l", "max", "", "3KiB", "4KiB", "why"}, `    kheaders_budget(name = "l", max = "3KiB"`, "    # Raised max from 3KiB: why\n" + `    kheaders_budget(name = "l", max = "4KiB"`},
		"all on one line":   {Raise{"b", "max", "", "448KiB", "500KiB", "why"}, `kheaders_budget(name = "b", max = "448KiB",`, "# Raised max from 448KiB: why\n" + `kheaders_budget(name = "b", max = "500KiB",`},
		"what it is called": {Raise{"b", "max", "", "448KiB", "448KiB", "it is \"448KiB\""}, `kheaders_budget(name = "b"`, "# Raised max from 448KiB: it is \"448KiB\"\n" + `kheaders_budget(name = "b"`},
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
	if err != nil || strings.Count(string(got), ": a\n") != 1 || strings.Count(string(got), "\"448KiB\"") != strings.Count(raisable, "\"448KiB\"")-2 || !strings.Contains(string(got), "    # Raised creep from 8KiB: c\n    creep = '3B', # and theirs\n") {
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
	if _, err := EditValues("BUILD", []byte("x("), nil); err == nil || !strings.Contains(err.Error(), "correct it first") {
		t.Error(err)
	}
	_, err := EditValues("BUILD.bazel", []byte(raisable), []Raise{{Call: "z"}, {Call: "k", Attr: "other"}})
	if err == nil || strings.Count(err.Error(), "\n") != 1 {
		t.Error(err)
	}
}

// TestBringBack has values raised, several times, and brought back: the file is what it
// was before, to the byte. Some share a line, with others of their call or of another.
func TestBringBack(t *testing.T) {
	const lines = `
kheaders_budget(name = "c", creep = "64KiB", headroom = "70KiB")
[kheaders_budget(name = "d", creep = "8KiB"), kheaders_budget(name = "e", creep = "9KiB")]
p(name = "p", path_budgets = {"a/**": "1KiB", "b/**": "2KiB"})
`
	for _, end := range []string{"\n", "\r\n"} {
		before := []byte(strings.ReplaceAll(raisable+lines, "\n", end))
		for name, values := range map[string][]Raise{
			"a string":                {{Call: "k", Attr: "max_compressed", Was: "5200KiB"}},
			"below a comment":         {{Call: "k", Attr: "creep", Was: "8KiB"}},
			"on one line":             {{Call: "b", Attr: "max", Was: "448KiB"}},
			"an entry":                {{Call: "k", Attr: "path_budgets", Key: "include/net/**", Was: "448KiB"}},
			"two on one line":         {{Call: "c", Attr: "creep", Was: "64KiB"}, {Call: "c", Attr: "headroom", Was: "70KiB"}},
			"of two calls":            {{Call: "d", Attr: "creep", Was: "8KiB"}, {Call: "e", Attr: "creep", Was: "9KiB"}},
			"two entries on one line": {{Call: "p", Attr: "path_budgets", Key: "a/**", Was: "1KiB"}, {Call: "p", Attr: "path_budgets", Key: "b/**", Was: "2KiB"}},
		} {
			now, data := slices.Clone(values), before
			for _, is := range []string{"6000KiB", "7000KiB"} {
				for i := range now {
					now[i].Is, now[i].Reason = is, "why: 1KiB more"
				}
				var err error
				if data, err = EditValues("BUILD", data, now); err != nil {
					t.Fatal(err)
				}
				for i := range now {
					now[i].Was = is
				}
			}
			w, err := ParseRaised("BUILD", data)
			if err != nil {
				t.Fatal(err)
			}
			for i := range now {
				if now[i].Is = w.From(now[i]); now[i].Is != values[i].Was {
					t.Errorf("%s: %+v: want %q", name, now[i], values[i].Was)
				}
			}
			after, err := w.BringBack(now)
			if err != nil || string(after) != string(before) {
				t.Errorf("%s: %v\n%s", name, err, after)
			}
			// One of them alone: the other stays as it is, and what is said of it.
			if w, _ = ParseRaised("BUILD", data); len(now) == 2 {
				after, err := w.BringBack(now[1:])
				if err != nil {
					t.Fatal(err)
				}
				w, err := ParseRaised("BUILD", after)
				if err != nil || w.From(now[0]) != values[0].Was || w.From(values[1]) != "" {
					t.Errorf("%s: %v\n%s", name, err, after)
				}
			}
		}
	}
	for name, text := range map[string]string{
		"another comment":   "k(\n    # Raised creep from 8KiB\n    name = \"k\",\n    # Raised creep from 1KiB: x\n\n    # more\n    creep = \"9KiB\",\n)\n",
		"of something else": "k(\n    name = \"k\",\n    # Raised max from 1KiB: x\n    max = \"8KiB\",\n    creep = \"9KiB\",\n)\n",
		"another's above":   "k(\n    name = \"k\",\n    # Raised max from 1KiB: x\n    creep = \"9KiB\",\n)\n",
		"another call's":    "k(\n    name = \"k\",\n    # Raised creep of \"l\" from 1KiB: x\n    creep = \"9KiB\",\n)\n",
		"of either call":    "# Raised creep from 1KiB: x\n[k(name = \"k\", creep = \"9KiB\"), k(name = \"l\", creep = \"9KiB\")]\n",
		"computed":          "k(\n    name = \"k\",\n    # Raised creep from 1KiB: x\n    creep = X,\n)\n",
	} {
		w, err := ParseRaised("BUILD", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if from := w.From(Raise{Call: "k", Attr: "creep", Was: "9KiB"}); from != "" {
			t.Errorf("%s: raised from %q", name, from)
		}
	}
	// What has nothing raised is not parsed.
	if w, err := ParseRaised("BUILD", []byte("k(")); w != nil || err != nil {
		t.Error(w, err)
	}
	if _, err := ParseRaised("BUILD", []byte("# Raised x\nk(")); err == nil || !strings.Contains(err.Error(), "correct it first") {
		t.Error(err)
	}
	twice := Raise{Call: "b", Attr: "max", Was: "448KiB", Is: "9KiB"}
	if _, err := EditValues("BUILD", []byte(raisable), []Raise{twice, twice}); err == nil || !strings.HasPrefix(err.Error(), "BUILD:19: two changes meet") {
		t.Error(err)
	}
}
