// Command weight tells what each Go module takes of a program: the bytes of its
// functions. Go's linker leaves the table of functions in a program without
// symbols. What is no function, such as the text of messages, tables of types and
// that table itself, cannot be told apart and is shown as a whole.
package main

import (
	"cmp"
	"debug/elf"
	"debug/gosym"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/rules-kheaders/rules_kheaders/tests/bench/measure"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench weight:", err)
		os.Exit(1)
	}
}

func run() error {
	small := flag.Int64("from", 10_000, "modules of fewer `bytes` are shown as one")
	programs, err := measure.Files(measure.Args()...)
	if err != nil {
		return err
	}
	for _, p := range programs {
		if err := show(p, *small); err != nil {
			return fmt.Errorf("%s: %w", filepath.Base(p), err)
		}
	}
	return nil
}

func show(path string, small int64) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	by, err := weigh(path)
	if err != nil {
		return err
	}
	var names []string
	var all, few int64
	for name, n := range by {
		all += n
		if n < small {
			few += n
			continue
		}
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(cmp.Compare(by[b], by[a]), strings.Compare(a, b)) })
	t := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(t, "%s\tbytes\tshare of the functions\t\n", filepath.Base(path))
	line := func(name string, n int64) {
		fmt.Fprintf(t, "%s\t%d\t%.1f %%\t\n", name, n, 100*float64(n)/float64(all))
	}
	for _, name := range names {
		line(name, by[name])
	}
	line("others", few)
	line("functions together", all)
	fmt.Fprintf(t, "the whole program\t%d\t\t\n", info.Size())
	return t.Flush()
}

// weigh returns the bytes of functions by module.
func weigh(path string) (map[string]int64, error) {
	f, err := elf.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, lines := f.Section(".text"), f.Section(".gopclntab")
	if text == nil || lines == nil {
		return nil, fmt.Errorf("no program of Go's for Linux: it has no table of functions")
	}
	data, err := lines.Data()
	if err != nil {
		return nil, err
	}
	table, err := gosym.NewTable(nil, gosym.NewLineTable(data, text.Addr))
	if err != nil {
		return nil, err
	}
	by := map[string]int64{}
	for _, fn := range table.Funcs {
		if fn.End > fn.Entry {
			by[moduleOf(fn.Sym.Name)] += int64(fn.End - fn.Entry)
		}
	}
	return by, nil
}

// moduleOf returns the module that a function is of, by its name: the first parts
// of its path where those have a host, and otherwise Go's own library.
func moduleOf(function string) string {
	// What is made for a type has that in brackets, or is named by it.
	path, _, _ := strings.Cut(strings.TrimPrefix(function, "type:.eq."), "[")
	parts := strings.SplitN(path, "/", 4)
	switch {
	case strings.HasPrefix(path, "main.") || strings.HasPrefix(path, "github.com/rules-kheaders/"):
		return "these rules"
	case len(parts) < 3 || !strings.Contains(parts[0], "."):
		return "Go's library"
	case len(parts) == 3:
		parts[2], _, _ = strings.Cut(parts[2], ".")
	}
	return strings.Join(parts[:3], "/")
}
