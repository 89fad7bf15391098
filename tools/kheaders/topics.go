package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/codec"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/cstrip"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/selection"
)

// topic is what `kheaders help NAME` tells that is of no one subcommand. The
// reference of the docs has the same text.
type topic struct {
	name, summary string
	text          func() string
}

var topics = []*topic{
	{"environment", "variables that change what the program does", fixed(environmentText)},
	{"exit-status", "what the program ends with", fixed(exitStatusText)},
	{"formats", "compressions of an archive", formatsText},
	{"profiles", "which files an archive has", profilesText},
	{"sizes", "units of sizes, and what is counted", fixed(sizesText)},
	{"strip", "what is taken out of the files", stripText},
}

// topicOf returns the topic of a name, nil where there is none.
func topicOf(name string) *topic {
	for _, t := range topics {
		if t.name == name {
			return t
		}
	}
	return nil
}

func (t *topic) write(stdout io.Writer) error {
	_, err := fmt.Fprintf(stdout, "%s: %s\n\n%s\n", t.name, t.summary, strings.Trim(t.text(), "\n"))
	return err
}

func fixed(text string) func() string { return func() string { return text } }

const exitStatusText = `
  0    done
  1    failed: something cannot be read, written or used. No output is left
       half-written
  2    wrong usage
  3    a defect of the program: please report it
  4    explain: a path is not in the set
       size, size-test: a budget is exceeded
       diff --exit-code: the archives differ
  128+N  stopped by signal N

'kheaders use' ends with the status of the command that it runs; 127 if there is
none of that name, 126 if it cannot be run, 1 if there are no headers. 'kheaders vm'
ends with that of the script that it reads from standard input.`

const environmentText = `
  GOGC, GOMEMLIMIT        as in any Go program. If neither is set, GOGC is 30, and for
                          tar.xz 5 with a limit, which saves memory
  NO_COLOR, TERM=dumb     size and size-test write no colours
  XDG_CACHE_HOME, HOME    use: where a user's headers are unpacked
  SRCARCH, srctree, building_out_of_srctree, KBUILD_BUILD_TIMESTAMP
                          gen-kheaders: as the kernel's build sets them
  BUILD_WORKING_DIRECTORY, BUILD_WORKSPACE_DIRECTORY
                          init, size-test: 'bazel run' sets them
  XML_OUTPUT_FILE, TEST_UNDECLARED_OUTPUTS_DIR
                          size-test: 'bazel test' sets them

The locale, time zone, umask and user change no archive.`

const sizesText = `
Flags such as --max-bytes take bytes. Attributes of the rules, and the files of
budgets, also take units, in exact case:

  B      1 byte
  kB     1,000 bytes
  KiB    1,024 bytes
  MB     1,000,000 bytes
  MiB    1,048,576 bytes

  compressed    size of the archive; of a file or directory, the bits that it
                takes of the compressed stream
  uncompressed  sizes of all files together, without what tar adds
  module        memory of kheaders.ko: its allocated sections, in pages of 4 KiB`

// uses says what each format is for.
var uses = map[codec.Format]string{
	codec.TarGzip: "read by every tar; the default",
	codec.Tar:     "not compressed",
	codec.TarXZ:   "smallest; slowest to make",
	codec.TarZstd: "fastest to read; needs zstd",
	codec.TarBz2:  "read by most tars; slowest to read",
}

func formatsText() string {
	var b strings.Builder
	for _, f := range codec.Formats() {
		level := ""
		if def, top := codec.Levels(f); top > 0 {
			level = fmt.Sprintf("; level 1 to %d, default %d", top, def)
		}
		fmt.Fprintf(&b, "  %-8s  %s%s\n", f, uses[f], level)
	}
	return b.String() + "\nAll are tars. The same files and options give the same bytes on every machine."
}

// purposes says what each profile is for.
var purposes = map[string]string{
	"headers": "what mainline's CONFIG_IKHEADERS has: bcc and other eBPF tools",
	"modules": "headers, and what external modules are built with",
	"rfc":     "the list of the RFC \"Provide in-kernel headers\"",
	"tracing": "headers without those that drivers alone include",
}

func profilesText() string {
	var b strings.Builder
	for _, p := range selection.Profiles() {
		fmt.Fprintf(&b, "  %-8s  %s\n", p, purposes[p])
	}
	return b.String() + `
--include=GLOB adds files, --exclude=GLOB takes files away, and --extra=PATH adds
single files. extra wins over exclude, exclude over include and the profile.
'kheaders explain PATH' says why a file is in a set, or is not.`
}

// takes says what each way of stripping takes away.
var takes = map[cstrip.Mode]string{
	cstrip.None:        "nothing; the default of the command",
	cstrip.KeepLicense: "comments, but for SPDX lines, copyright notices and licence texts",
	cstrip.Comments:    "all comments",
	cstrip.Minify:      "all comments, empty lines, and blanks that are not needed",
}

func stripText() string {
	var b strings.Builder
	for _, m := range cstrip.Modes() {
		fmt.Fprintf(&b, "  %-21s %s\n", m, takes[m])
	}
	return b.String() + `
No token that a compiler reads changes. Makefiles, scripts and programs stay as
they are, and so does a C file where the program cannot be sure; the manifest
says why.`
}
