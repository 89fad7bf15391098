package main

import (
	"fmt"
	"io"
	"os"

	"golang.org/x/term"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/outfile"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/present"
)

// output is a file that is written, if its path is not empty.
type output struct {
	path  string
	write func(io.Writer) error
}

// createAll writes outputs.
func createAll(outs *outfile.Set, all []output) error {
	for _, o := range all {
		if err := create(outs, o.path, o.write); err != nil {
			return err
		}
	}
	return nil
}

// text writes what make makes.
func text(make func() string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, make())
		return err
	}
}

// create writes an output, if it is asked for.
func create(outs *outfile.Set, path string, write func(io.Writer) error) error {
	if path == "" {
		return nil
	}
	f, err := outs.Create(path)
	if err != nil {
		return err
	}
	return write(f)
}

// show writes a report to standard output. What it has from outside is quoted; a
// terminal gets colours, unless NO_COLOR is set.
func show(stdout io.Writer, report func(w io.Writer, o present.Terminal) error) error {
	var o present.Terminal
	if o.Colour, o.Width = terminal(os.Stdout); o.Colour {
		stdout = os.Stdout
	}
	if err := report(stdout, o); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}

// terminal tells whether a file is a terminal that is to have colours, and how many
// columns it has; 0 is any number.
func terminal(f *os.File) (colour bool, width int) {
	if !term.IsTerminal(int(f.Fd())) {
		return false, 0
	}
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		width = 0
	}
	return os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb", width
}
