// Command kheaders does all the work on bytes for the rules_kheaders rules:
// it selects the headers of a kernel tree, writes them as a reproducible
// archive, writes the sources that put the archive into a kernel, and cuts it
// out of one. It calls no other program but in vm and use, which are for that.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/infile"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/outfile"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/quote"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/ruleset"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/running"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/textline"
	"github.com/rules-kheaders/rules_kheaders/tools/machine"
)

// command is one subcommand. setup declares its flags and returns what runs
// once they are parsed.
type command struct {
	name, summary, help string
	// operand is the flag that an argument without one stands for, if any;
	// operands the one that any number of them stand for.
	operand, operands string
	// verbatim says that what follows the flags is another command's line: no
	// @FILE is one of ours, and run leaves it to the flag set.
	verbatim bool
	setup    func(fs *flag.FlagSet) func(stdout io.Writer) error
}

var commands = []*command{
	selectCommand,
	explainCommand,
	archiveCommand,
	indexCommand,
	embedCommand,
	moduleCommand,
	modinstCommand,
	sizeCommand,
	sizeTestCommand,
	diffCommand,
	extractCommand,
	inspectCommand,
	verifyCommand,
	sbomCommand,
	sbomTestCommand,
	initCommand,
	genKheadersCommand,
	useCommand,
	vmCommand,
}

// usageError marks an error in how the command was called: exit status 2.
type usageError struct{ error }

func (u usageError) Unwrap() error { return u.error }

// exceededError marks an error that budgets are not kept: exit status 4.
type exceededError struct{ error }

func (e exceededError) Unwrap() error { return e.error }

// statusError ends the program with an exit status and no message: what there
// is to say is on standard output.
type statusError int

func (s statusError) Error() string { return fmt.Sprintf("exit status %d", int(s)) }

// usagef makes a usageError.
func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// asUsage marks an error of a flag's value, if it is one.
func asUsage(err error) error { return usageError{err} }

func main() {
	defer func() {
		if r := recover(); r != nil {
			say("internal error: %v: please report it with the command line", r)
			os.Exit(3)
		}
	}()
	cleanUpOnSignal()
	// Most of what is in memory is text and windows of decoders, which the
	// collector does not look into: to run it often costs little, and halves the
	// memory that is held and not used.
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(30)
	}
	args, err := targetArgs(os.Args[0])
	stdout := quote.NewWriter(os.Stdout)
	if err == nil {
		err = run(append(args, os.Args[1:]...), stdout)
	}
	if e := stdout.Flush(); err == nil {
		err = e
	}
	if err == nil {
		return
	}
	var status statusError
	if errors.As(err, &status) {
		os.Exit(int(status))
	}
	if lines := (*quote.Lines)(nil); errors.As(err, &lines) {
		fmt.Fprintln(os.Stderr, quote.Block("kheaders: "+err.Error()))
	} else {
		say("%v", err)
	}
	if errors.As(err, &usageError{}) {
		os.Exit(2)
	}
	if errors.As(err, &exceededError{}) {
		os.Exit(int(exceeded))
	}
	os.Exit(1)
}

// writeJSON writes values as JSON, each from a line of its own on; with what may
// not reach a terminal escaped.
func writeJSON[T any](w io.Writer, indent string, values ...T) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", indent)
	for _, v := range values {
		if err := e.Encode(v); err != nil {
			return err
		}
	}
	_, err := w.Write(quote.JSON(b.Bytes()))
	return err
}

// say writes a line to standard error. What it has from outside comes out
// quoted.
func say(format string, args ...any) {
	fmt.Fprintln(os.Stderr, "kheaders: "+quote.Line(fmt.Sprintf(format, args...)))
}

// cleanUpOnSignal removes unfinished outputs when the process is told to end,
// and makes a file size limit an error like that of a full disk.
func cleanUpOnSignal() {
	signal.Ignore(syscall.SIGXFSZ)
	c := make(chan os.Signal, 1)
	for _, s := range []os.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} {
		// nohup has them ignored, in what use runs as well.
		if !signal.Ignored(s) {
			signal.Notify(c, s)
		}
	}
	go func() {
		s := (<-c).(syscall.Signal)
		outfile.AbortAll()
		running.Abort()
		machine.Abort()
		say("stopped by signal: %v", s)
		os.Exit(128 + int(s))
	}()
}

// run runs the subcommand that the arguments name.
func run(args []string, stdout io.Writer) error {
	var argFiles []string
	var err error
	if len(args) == 0 || !verbatim(args[0]) {
		if args, argFiles, err = expandArgs(args); err != nil {
			return err
		}
	}
	if args, err = ruleset.Take(args); err != nil {
		return asUsage(err)
	}
	if len(args) == 0 {
		return usagef("no subcommand given: use one of %s, or --help", commandNames())
	}
	switch args[0] {
	case "-h", "-help", "--help", "help":
		if len(args) == 2 && args[0] == "help" {
			if t := topicOf(args[1]); t != nil {
				return t.write(stdout)
			}
			return run([]string{args[1], "--help"}, stdout)
		}
		return overview(stdout)
	case "-version", "--version":
		return version(stdout)
	}
	for _, c := range commands {
		if c.name == args[0] {
			if err := c.run(args[1:], argFiles, stdout); err != nil {
				return fmt.Errorf("%s: %w", c.name, err)
			}
			return nil
		}
	}
	return usagef("unknown subcommand %q: use one of %s, or --help", args[0], commandNames())
}

// run parses the flags and runs the command, unless it would write over what it
// reads. argFiles are files that arguments come from.
func (c *command) run(args, argFiles []string, stdout io.Writer) error {
	fs := flag.NewFlagSet(c.name, flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	body := c.setup(fs)
	err := fs.Parse(args)
	// Flags may follow the operand.
	operand := c.operand + c.operands
	for taken := false; err == nil && operand != "" && (!taken || c.operands != "") && fs.NArg() > 0; taken = true {
		if err = fs.Set(operand, fs.Arg(0)); err == nil {
			err = fs.Parse(fs.Args()[1:])
		}
	}
	if errors.Is(err, flag.ErrHelp) {
		return c.usage(fs, stdout)
	} else if err != nil {
		return usagef("%w: see `kheaders %s --help`", err, c.name)
	}
	if fs.NArg() > 0 && !c.verbatim {
		return usagef("unexpected argument %q: see `kheaders %s --help`", fs.Arg(0), c.name)
	}
	err = checkOutputs(fs, argFiles)
	if err == nil {
		err = body(stdout)
	}
	if errors.Is(err, infile.ErrSame) || errors.Is(err, infile.ErrInside) {
		return asUsage(err)
	}
	return err
}

// verbatim tells whether a subcommand gets its arguments as they are.
func verbatim(name string) bool {
	return name == genKheadersCommand.name || name == useCommand.name
}

func commandNames() string {
	var names []string
	for _, c := range commands {
		names = append(names, c.name)
	}
	return strings.Join(names, ", ")
}

func overview(stdout io.Writer) error {
	w := bufio.NewWriter(stdout)
	fmt.Fprint(w, `kheaders packs the headers of a Linux kernel into a reproducible archive,
writes the module source that hands it out as /proc/kheaders.tgz, and gets it
out of modules, kernels and memory dumps again.

Usage: kheaders SUBCOMMAND [FLAG ...] [@FILE ...]

`)
	for _, c := range commands {
		fmt.Fprintf(w, "  %-12s %s\n", c.name, c.summary)
	}
	fmt.Fprint(w, `
@FILE stands for the arguments in FILE, one a line. 'kheaders SUBCOMMAND --help'
tells each one's flags and shows an example, 'kheaders help TOPIC' tells more:

`)
	for _, t := range topics {
		fmt.Fprintf(w, "  %-12s %s\n", t.name, t.summary)
	}
	fmt.Fprint(w, `
'kheaders --version' tells the release, the commit where it is known, and the
compressors. Exit status: 0 done, 1 failed, 2 wrong usage, and others: see
'kheaders help exit-status'.
`)
	return w.Flush()
}

func (c *command) usage(fs *flag.FlagSet, stdout io.Writer) error {
	w := bufio.NewWriter(stdout)
	synopsis := c.name
	if c.operand != "" {
		synopsis += " " + strings.ToUpper(c.operand)
	}
	if c.operands != "" {
		synopsis += " " + strings.ToUpper(c.operands) + " ..."
	}
	rest := "[@FILE ...]"
	if c.verbatim {
		rest = "[--] COMMAND [ARGUMENT ...]"
	}
	fmt.Fprintf(w, "Usage: kheaders %s [FLAG ...] %s\n\n%s\n\nFlags:\n", synopsis, rest, strings.TrimSpace(c.help))
	fs.VisitAll(func(f *flag.Flag) {
		value, text := flag.UnquoteUsage(f)
		def := ""
		if f.DefValue != "" && f.DefValue != "0" && f.DefValue != "[]" && f.DefValue != "false" {
			def = fmt.Sprintf(" (default %s)", f.DefValue)
		}
		name := f.Name
		if value != "" { // a switch has none
			name += "=" + strings.ToUpper(value)
		}
		fmt.Fprintf(w, "  --%s\n        %s%s\n", name, text, def)
	})
	return w.Flush()
}

// expandArgs replaces each @FILE by the lines of the file, and names the files.
func expandArgs(args []string) (out, files []string, err error) {
	for _, a := range args {
		name, ok := strings.CutPrefix(a, "@")
		if !ok {
			out = append(out, a)
			continue
		}
		f, err := os.Open(name)
		if err != nil {
			return nil, nil, fmt.Errorf("read parameter file: %w: name one that is there after the @", err)
		}
		files = append(files, name)
		defer f.Close()
		sc := textline.NewScanner(f, 1<<20)
		for sc.Scan() {
			out = append(out, sc.Text())
		}
		if err := sc.Err(); err != nil {
			return nil, nil, fmt.Errorf("read parameter file %s: %w", name, err)
		}
	}
	return out, files, nil
}
