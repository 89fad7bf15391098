package main

import (
	"flag"
	"fmt"
	"io"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/attribution"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/codec"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/infile"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/manifest"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/outfile"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/present"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/sizereport"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/sizes"
)

// sizeReport is what size is asked to tell, and where.
type sizeReport struct {
	archive, stats, manifest, base, name string
	reports                              inFiles
	output, json, md, html               string
	show, asTable                        bool
	maxBytes, maxFiles                   int64
	o                                    sizereport.Options
}

func (r *sizeReport) declare(fs *flag.FlagSet) {
	in := func(to *string, name, usage string) { fs.Var((*inFile)(to), name, usage) }
	out := func(to *string, name, usage string) { outVar(fs, to, name, nil, usage) }
	in(&r.archive, "archive", "`file` to tell of; the flag's name can be left out")
	in(&r.stats, "stats", "`file` that the archive subcommand wrote")
	in(&r.manifest, "manifest", "`file` that the archive subcommand wrote, for where the files came from")
	in(&r.base, "base", "`file` written by --json of what the archive was before")
	fs.Var(&r.reports, "sizes", "`file` written by --json, in place of an archive; may be repeated")
	fs.StringVar(&r.name, "name", "", "`label` of the archive, for messages (default the one in the stats, or the file's path)")
	out(&r.output, "output", "`file` to write the report to as text (default: standard output, if no other report is asked for)")
	out(&r.json, "json", "`file` to write all sizes to as JSON")
	out(&r.md, "md", "`file` to write the report to as Markdown, for a comment; with --base and no change it is empty")
	out(&r.html, "html", "`file` to write the report to as a page for a browser")
	fs.BoolVar(&r.show, "print", false, "with --output and the like: print the report as well")
	fs.BoolVar(&r.asTable, "table", false, "tell of archives in a line each, even of one alone")
	fs.IntVar(&r.o.Depth, "depth", 2, "`number` of levels of directories that have rows of their own")
	fs.IntVar(&r.o.Top, "top", 20, "`number` of rows of a table")
	fs.Int64Var(&r.maxBytes, "max-unpacked-bytes", 4<<30, "largest `size` of the unpacked archive, in bytes; by default less for a small one: 1,000 times its size, but at least 64 MiB; 0 is no limit")
	fs.Int64Var(&r.maxFiles, "max-entries", 1<<20, "largest `number` of entries of the archive; 0 is no limit")
}

// needsArchive names a flag that was given and that stats alone do not do for.
func (r *sizeReport) needsArchive() string {
	return firstOf("--manifest", r.manifest, "--base", r.base, "--json", r.json, "--md", r.md, "--html", r.html)
}

// firstOf returns the first of some flags, each with its value, that has one.
func firstOf(flags ...string) string {
	for i := 0; i < len(flags); i += 2 {
		if flags[i+1] != "" {
			return flags[i]
		}
	}
	return ""
}

// run reads what there is to tell of and tells it.
func (r *sizeReport) run(fs *flag.FlagSet, stdout io.Writer) error {
	switch {
	case r.o.Depth < 1:
		return usagef("--depth=%d is below 1: give a number of levels", r.o.Depth)
	case r.o.Top < 1:
		return usagef("--top=%d is below 1: give a number of rows", r.o.Top)
	case r.maxBytes < 0 || r.maxFiles < 0:
		return usagef("--max-unpacked-bytes and --max-entries cannot be below 0: use a number, or 0 for no limit")
	}
	if len(r.reports.List) > 1 || r.asTable {
		return r.table(stdout)
	}
	head, err := r.read(!given(fs, "max-unpacked-bytes"))
	if err != nil {
		return err
	}
	var base *sizes.Report
	if r.base != "" {
		if base, err = readSizes(r.base); err != nil {
			return err
		}
		if err := sizes.Comparable(base, head); err != nil {
			return fmt.Errorf("%q: %w", r.base, err)
		}
	}
	var outs outfile.Set
	defer outs.Abort()
	if err := createAll(&outs, []output{
		{r.json, head.Write},
		{r.output, text(func() string { return sizereport.Text(head, base, r.o) })},
		{r.md, text(func() string { return sizereport.Markdown(head, base, r.o) })},
		{r.html, func(w io.Writer) error { return sizereport.HTML(w, head, base) }},
	}); err != nil {
		return err
	}
	if err := r.print(stdout, func(o sizereport.Options) string { return sizereport.Text(head, base, o) }); err != nil {
		return err
	}
	return outs.Commit()
}

// table tells of several archives.
func (r *sizeReport) table(stdout io.Writer) error {
	if r.archive != "" {
		return usagef("--table is of reports: give --sizes, not an archive")
	}
	if f := firstOf("--base", r.base, "--json", r.json, "--html", r.html, "--manifest", r.manifest, "--stats", r.stats, "--name", r.name); f != "" {
		return usagef("%s is for one archive, and --sizes names %d", f, len(r.reports.List))
	}
	var all []*sizes.Report
	for _, path := range r.reports.List {
		s, err := readSizes(path)
		if err != nil {
			return err
		}
		all = append(all, s)
	}
	var outs outfile.Set
	defer outs.Abort()
	if err := create(&outs, r.output, text(func() string { return sizereport.Table(all, r.o) })); err != nil {
		return err
	}
	if err := create(&outs, r.md, text(func() string { return sizereport.TableMarkdown(all) })); err != nil {
		return err
	}
	if err := r.print(stdout, func(o sizereport.Options) string { return sizereport.Table(all, o) }); err != nil {
		return err
	}
	return outs.Commit()
}

// print writes a report to standard output, if that is where it is to go.
func (r *sizeReport) print(stdout io.Writer, report func(o sizereport.Options) string) error {
	if !r.show && r.output+r.json+r.md+r.html != "" {
		return nil
	}
	return show(stdout, func(w io.Writer, t present.Terminal) error {
		o := r.o
		o.Terminal = t
		_, err := io.WriteString(w, report(o))
		return err
	})
}

// read reads the one archive, or the one report of it.
func (r *sizeReport) read(plausible bool) (*sizes.Report, error) {
	if r.archive == "" {
		s, err := readSizes(r.reports.List[0])
		if err != nil {
			return nil, err
		}
		if r.name != "" {
			s.Archive = r.name
		}
		if r.stats+r.manifest != "" {
			return nil, usagef("--stats and --manifest are for an archive, --sizes has what they tell")
		}
		return s, nil
	}
	f, size, err := infile.Open(r.archive)
	if err != nil {
		return nil, fmt.Errorf("read archive %q: %w", r.archive, err)
	}
	defer f.Close()
	l := attribution.Limits{MaxBytes: r.maxBytes, MaxFiles: r.maxFiles}
	if plausible {
		l.MaxBytes = codec.Plausible(size, l.MaxBytes)
	}
	s, err := attribution.Read(f, l)
	if err != nil {
		return nil, fmt.Errorf("%q: %s", r.archive, strings.NewReplacer("--max-bytes", "--max-unpacked-bytes", "--max-files", "--max-entries").Replace(err.Error()))
	}
	s.Archive = r.archive
	if r.stats != "" {
		if err := r.addStats(s); err != nil {
			return nil, err
		}
	}
	if r.name != "" {
		s.Archive = r.name
	}
	if r.manifest != "" {
		if err := addLabels(s, r.manifest); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// addStats adds what is known from packing the archive.
func (r *sizeReport) addStats(s *sizes.Report) error {
	st, err := readStats(r.stats)
	if err != nil {
		return err
	}
	if st.SHA256 != s.SHA256 {
		return fmt.Errorf("%q is about another archive than %q: the SHA-256 in it is not that of the archive", r.stats, r.archive)
	}
	if st.Name != "" {
		s.Archive = st.Name
	}
	s.Release, s.Arch, s.Profile, s.Strip = st.Release, st.Arch, st.Profile, st.Strip
	s.Codec, s.Level = strings.TrimSpace(st.Codec.Name+" "+st.Codec.Version), st.Codec.Level
	return nil
}

// addLabels adds what the manifest says of where files came from.
func addLabels(s *sizes.Report, path string) error {
	f, _, err := infile.Open(path)
	if err != nil {
		return fmt.Errorf("read manifest %q: %w", path, err)
	}
	defer f.Close()
	labels := map[string]manifest.Row{}
	if err := manifest.ReadRows(f, func(r manifest.Row) { labels[r.Path] = r }); err != nil {
		return fmt.Errorf("%q: %w", path, err)
	}
	files := 0
	for i := range s.Entries {
		e := &s.Entries[i]
		if e.Dir {
			continue
		}
		row, ok := labels[e.Path]
		if !ok || row.Stored != e.Bytes {
			return fmt.Errorf("the manifest %q is not that of the archive: it says nothing of %q with %d bytes", path, e.Path, e.Bytes)
		}
		e.Label, _, _ = strings.Cut(row.Origin, "!")
		files++
	}
	if files != len(labels) {
		return fmt.Errorf("the manifest %q is not that of the archive: it has %d files, the archive %d", path, len(labels), files)
	}
	return nil
}

// readSizes reads a report of sizes.
func readSizes(path string) (*sizes.Report, error) {
	return readIn("sizes", path, ": give a file that `kheaders size --json` wrote", sizes.Read)
}
