package selection

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tests/runfile"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/kernel"
)

// block returns what a file of the rules has between two texts.
func block(t *testing.T, variable, name, begin, end string) string {
	b, err := os.ReadFile(runfile.Or(t, variable, "../../../rules/private/"+name))
	if err != nil {
		t.Fatal(err)
	}
	_, text, ok := strings.Cut(string(b), begin)
	text, _, closed := strings.Cut(text, end)
	if !ok || !closed {
		t.Fatalf("%s has no %q with %q behind it", name, begin, end)
	}
	return text
}

// TestAskedOfRules compares what the rules know of what sets can be asked for
// with what the program does: the names, which are attributes and flags, and the
// programs that each needs.
func TestAskedOfRules(t *testing.T) {
	set := block(t, "KHEADERS_SET", "kheaders_set.bzl", "\n_ASKED = {\n", "\n}")
	var want, got, flags []string
	for _, a := range askable {
		want = append(want, a.name+": "+a.tools)
		block(t, "KHEADERS_SET", "kheaders_set.bzl", "\n        \""+a.name+"\": attr.bool(", ")")
		block(t, "KHEADERS_SET", "kheaders_set.bzl", "\n        "+a.name+" = ctx.attr."+a.name, ",")
	}
	for _, m := range regexp.MustCompile(`"(.*)": "(.*)",`).FindAllStringSubmatch(set, -1) {
		got = append(got, m[1]+": "+m[2])
	}
	if !slices.Equal(got, want) {
		t.Errorf("_ASKED of kheaders_set.bzl has %q, the program %q", got, want)
	}
	args := block(t, "TREE_ARGS", "tree_args.bzl", "for asked in [", "]")
	for _, m := range regexp.MustCompile(`"([^"]*)"`).FindAllStringSubmatch(args, -1) {
		flags = append(flags, m[1])
	}
	if names := slices.Collect(func(yield func(string) bool) {
		for _, a := range askable {
			if !yield(a.name) {
				return
			}
		}
	}); !slices.Equal(flags, names) {
		t.Errorf("tree_args.bzl has the flags %q, the program %q", flags, names)
	}
}

// TestAsking hints to ask for what a kernel has.
func TestAsking(t *testing.T) {
	s, err := New(Options{Profile: "modules", Arch: "x86", HostTools: "keep"})
	if err != nil {
		t.Fatal(err)
	}
	rules := s.ForKernel(kernel.Version{Major: 6, Minor: 12})
	for _, c := range []struct {
		rules      *Rules
		path, want string
	}{
		{rules, "rust/libcore.rmeta", "to take what modules in Rust are built with, set rust (--rust)"},
		{rules.WithConfig(kernel.Config{"CONFIG_RUST": "y"}), "rust/libcore.rmeta", "to take what modules in Rust are built with, set rust (--rust)"},
		{rules.WithConfig(kernel.Config{"CONFIG_X86": "y"}), "rust/libcore.rmeta", "the kernel was configured without CONFIG_RUST, so it has no modules in Rust: to take the file all the same, put its path into include"},
		{rules.WithConfig(kernel.Config{"CONFIG_RUST": "y"}), "vmlinux", "the kernel was configured without CONFIG_DEBUG_INFO_BTF_MODULES, so its modules have no BTF: to take the file all the same, put its path into include"},
		{rules.WithConfig(kernel.Config{"CONFIG_RUST": "y"}), "include/linux/gone.txt", ""},
	} {
		if got := c.rules.Asking(c.rules.Decide(c.path).Rule); got != c.want {
			t.Errorf("%s: %q, want %q", c.path, got, c.want)
		}
	}
}
