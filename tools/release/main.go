// Command release writes the files of a release: the archives of both modules,
// their entries for a registry, checksums, the SBOM and the release notes.
package main

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/oserr"
)

// files collects a flag PATH=FILE that may be given often: a file, and what it
// is called in the release.
type files map[string]string

func (f files) String() string { return "" }

func (f files) Set(value string) error {
	name, file, ok := strings.Cut(value, "=")
	if !ok || name == "" || file == "" {
		return fmt.Errorf("want PATH=FILE")
	}
	if other := f[name]; other != "" {
		return fmt.Errorf("%q is %q already", name, other)
	}
	f[name] = file
	return nil
}

// lists collects a flag NAME=VALUE that may be given often for one name.
type lists map[string][]string

func (l lists) String() string { return "" }

func (l lists) Set(value string) error {
	name, item, ok := strings.Cut(value, "=")
	if !ok || name == "" || item == "" {
		return fmt.Errorf("want NAME=VALUE")
	}
	l[name] = append(l[name], item)
	return nil
}

// input is what the rule hands over.
type input struct {
	version string
	// rules and tools are the files of the two modules, bcr those of .bcr.
	rules, tools, bcr files
	// programs are by PLATFORM/NAME, packages the import paths linked into each.
	programs files
	packages lists
	// licences are by the module's path and the path in it.
	licences                       files
	license, goMod, goSum, changes string
}

func parse(args []string) (*input, string, error) {
	in := &input{rules: files{}, tools: files{}, bcr: files{}, programs: files{}, packages: lists{}, licences: files{}}
	fs := flag.NewFlagSet("release", flag.ContinueOnError)
	fs.StringVar(&in.version, "version", "", "the version of both modules")
	fs.Var(in.rules, "rules", "`PATH=FILE`: a file of the module rules_kheaders")
	fs.Var(in.tools, "tools", "`PATH=FILE`: a file of the module rules_kheaders_tools")
	fs.Var(in.bcr, "bcr", "`PATH=FILE`: a file of .bcr")
	fs.Var(in.programs, "program", "`PLATFORM/NAME=FILE`: a program")
	fs.Var(in.packages, "package", "`PLATFORM/NAME=PACKAGE`: a Go package that is linked into a program")
	fs.Var(in.licences, "licence", "`MODULE/PATH=FILE`: a licence text of a Go module")
	fs.StringVar(&in.license, "license", "", "the project's own licence")
	fs.StringVar(&in.goMod, "go-mod", "", "go.mod")
	fs.StringVar(&in.goSum, "go-sum", "", "go.sum")
	fs.StringVar(&in.changes, "changelog", "", "the changelog")
	out := fs.String("out", "", "the `directory` to write to")
	if len(args) == 1 && strings.HasPrefix(args[0], "@") {
		data, err := os.ReadFile(args[0][1:])
		if err != nil {
			return nil, "", fmt.Errorf("read parameter file: %w", err)
		}
		args = strings.Split(strings.TrimSuffix(string(data), "\n"), "\n")
	}
	if err := fs.Parse(args); err != nil {
		return nil, "", err
	}
	if fs.NArg() > 0 || in.version == "" || *out == "" {
		return nil, "", fmt.Errorf("want --version, --out and no arguments without a flag")
	}
	return in, *out, nil
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	in, out, err := parse(args)
	if err != nil {
		return err
	}
	all, err := build(in)
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		file := filepath.Join(out, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return fmt.Errorf("make directory of %q: %w", file, oserr.Reason(err))
		}
		if err := os.WriteFile(file, all[name], 0o644); err != nil {
			return fmt.Errorf("write %q: %w", file, oserr.Reason(err))
		}
	}
	return nil
}

func read(file string) ([]byte, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read %q: %w", file, oserr.Reason(err))
	}
	return data, nil
}
