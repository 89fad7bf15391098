// Package verify checks an archive of kernel headers: that no header is
// missing, that it holds what it is to hold, and that it keeps the determinism
// contract.
package verify

import (
	"archive/tar"
	"bufio"
	"bytes"
	"crypto/sha1"
	"encoding/hex"
	"fmt"
	"io"
	"path"
	"regexp"
	"slices"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/cinclude"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/codec"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/kernel"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/selection"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/tarread"
)

// Options say what an archive is to be.
type Options struct {
	// Arch is its directory below arch/; "": the one with generated headers,
	// or the only one.
	Arch string
	// ModTime is the modification time of all entries, in seconds since 1970.
	ModTime int64
	// MustContain and MustNotContain are globs over paths: each of the first
	// has to match a file, none of the others may.
	MustContain, MustNotContain []string
	// Exceptions name includes that may lack their header: a glob over files
	// and, after a space, one over the headers' names.
	Exceptions []string
	// Extra are files that were asked for by their path, and so are no
	// mistake even if they change with every build.
	Extra []string
	// Tree has the paths of all files of the tree that the archive is made
	// from. nil: nothing is known of it, so that a header is not missed if a
	// uapi directory has one of the same name.
	Tree []string
	// MaxBytes is the largest size of the tar in bytes; 0 is no limit.
	MaxBytes int64
}

// Result is what was found.
type Result struct {
	// Errors has one line for each thing that is wrong.
	Errors []string
	// Files and Includes count what was looked at, Missing the headers that
	// exceptions excuse.
	Files, Includes, Missing int
	// Used tells how often each exception was needed: "exceptions.table:20:
	// the compiler's own".
	Used []Use
	// Notes has one line for each thing that is worth knowing and not wrong.
	Notes []string
	// Twins counts headers that the kernel's own files include and only a
	// uapi directory of the archive has, if Options.Tree is nil: most are as
	// they should be, but one whose namesake in include is missing looks the
	// same.
	Twins int
	// Arch and Release are what the archive was taken for.
	Arch, Release string
}

// Use is an exception and the number of missing headers that it excuses.
type Use struct {
	Origin, Why string
	Count       int
}

// maxSource is the size in bytes up to which a file is searched for includes.
const maxSource = 64 << 20

// check is one run.
type check struct {
	o       Options
	res     *Result
	files   map[string]bool
	paths   []string
	sources []includes
	// heads are small files that say which kernel it is.
	heads map[string]string
	make  makefiles
}

var headFiles = map[string]bool{kernel.AutoConfHeader: true, kernel.UTSRelease: true, kernel.KernelRelease: true}

// Check reads an archive, compressed or not, and says what is wrong with it. An
// error is that it cannot be read, or that the options make no sense.
func Check(r io.Reader, o Options) (*Result, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	c := &check{o: o, res: &Result{}, files: map[string]bool{}, heads: map[string]string{}}
	if err := c.read(r); err != nil {
		return nil, err
	}
	if err := c.kernel(); err != nil {
		return nil, err
	}
	for _, step := range []func() error{c.contents, c.withheld, c.asked, c.includes} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return c.res, nil
}

func (o *Options) check() error {
	for _, l := range []struct {
		name  string
		globs []string
	}{{"must_contain", o.MustContain}, {"must_not_contain", o.MustNotContain}} {
		for _, g := range l.globs {
			if err := selection.CheckGlob(g); err != nil {
				return fmt.Errorf("%s: %w", l.name, err)
			}
		}
	}
	for _, e := range o.Exceptions {
		if _, err := parseException(e); err != nil {
			return err
		}
	}
	return nil
}

func (c *check) fail(format string, args ...any) {
	c.res.Errors = append(c.res.Errors, fmt.Sprintf(format, args...))
}

func (c *check) read(r io.Reader) error {
	br := bufio.NewReaderSize(r, 64<<10)
	head, _ := br.Peek(10)
	checkGzip(head, c.fail)
	data, compression, stop, err := codec.NewReader(br)
	if err != nil {
		return err
	}
	defer stop()
	k := &contract{mtime: c.o.ModTime, dirs: map[string]bool{}, fail: c.fail}
	if c.o.MaxBytes > 0 {
		data = &limited{data, c.o.MaxBytes, c.o.MaxBytes}
	}
	in := tarread.NewReader(data)
	var buf bytes.Buffer
	var scratch cinclude.Result
	for {
		h, err := in.Next()
		if err == io.EOF {
			break
		}
		if err == tarread.ErrNoEnd {
			return fmt.Errorf("it is cut short: the zeros that end a tar are missing")
		}
		if err == tar.ErrHeader && k.count == 0 {
			return fmt.Errorf("not a tar archive (compression: %s)", compression)
		}
		if err != nil {
			return fmt.Errorf("after %d entries: %w", k.count, err)
		}
		name := k.entry(h)
		if name == "" {
			continue
		}
		c.res.Files++
		c.files[name] = true
		c.paths = append(c.paths, name)
		if h.Size > maxSource {
			continue
		}
		buf.Reset()
		if _, err := buf.ReadFrom(in); err != nil {
			return fmt.Errorf("read %q: %w", name, err)
		}
		c.file(name, buf.Bytes(), &scratch)
	}
	if k.count == 0 {
		c.fail("it is empty")
	}
	return rest(data, c.fail)
}

// limited reads the tar, up to a limit.
type limited struct {
	r         io.Reader
	left, max int64
}

func (l *limited) Read(b []byte) (int, error) {
	n, err := l.r.Read(b)
	if l.left -= int64(n); l.left < 0 {
		return 0, fmt.Errorf("it unpacks to more than %d bytes: if it is to be trusted, raise --max-bytes", l.max)
	}
	return n, err
}

// file looks into a file.
func (c *check) file(name string, text []byte, r *cinclude.Result) {
	if headFiles[name] {
		c.heads[name] = string(text)
	}
	c.make.add(name, text)
	c.sum(name, text)
	c.key(name, text)
	c.configuration(name, text)
	if isSource(name) { // which architecture it is may not be known yet
		if f := scan(name, text, r); len(f.incs) > 0 {
			c.sources = append(c.sources, f)
		}
	}
}

// machineValue is an option whose value is an absolute path, or names a key of a
// token, in either form of the configuration.
var machineValue = regexp.MustCompile(`(?m)^(?:#define )?(CONFIG_\w+)[ =]"((?:/|pkcs11:)[^"\n]*)"`)

// ofTarget are directories that a configuration names on the machine that runs
// the kernel, as in CONFIG_MODPROBE_PATH.
var ofTarget = regexp.MustCompile(`^/(?:bin|dev|etc|lib|lib64|proc|run|sbin|sys|system|usr|vendor)(?:/|$)`)

var sumLine = regexp.MustCompile(`^// ([0-9a-f]{40})\n?$`)

// key looks for a private key, by whatever name.
func (c *check) key(name string, text []byte) {
	if !slices.Contains(c.o.Extra, name) && hasKey(text) {
		c.fail("%q has a private key in it: leave it out, or name it in extra", name)
	}
}

// configuration looks for what a kernel's configuration tells of the machine
// that built it: paths, and the keys of a token. It belongs to the kernel, so
// that is no error.
func (c *check) configuration(name string, text []byte) {
	if name != kernel.AutoConf && name != kernel.AutoConfHeader {
		return
	}
	for _, m := range machineValue.FindAllSubmatch(text, -1) {
		if ofTarget.Match(m[2]) {
			continue
		}
		c.res.Notes = append(c.res.Notes, fmt.Sprintf("%q tells of the build machine: %s=%q", name, m[1], m[2]))
	}
}

// sum checks the SHA-1 sum in a last line "// <sum>", which Kbuild compares
// with that of all lines above it (scripts/atomic/check-atomics.sh).
func (c *check) sum(name string, text []byte) {
	if path.Ext(name) != ".h" {
		return
	}
	i := bytes.LastIndexByte(bytes.TrimSuffix(text, []byte{'\n'}), '\n') + 1
	m := sumLine.FindSubmatch(text[i:])
	if m == nil {
		return
	}
	if got := sha1.Sum(text[:i]); hex.EncodeToString(got[:]) != string(m[1]) {
		c.fail("%q: its last line is not the SHA-1 sum of the lines above, %x: Kbuild would refuse the file", name, got)
	}
}

// kernel finds out which kernel the archive is of.
func (c *check) kernel() error {
	c.res.Arch = c.o.Arch
	if c.res.Arch == "" {
		var seen kernel.ArchesSeen
		for _, p := range c.paths {
			seen.Add(p)
		}
		found := seen.List()
		if len(found) != 1 {
			return fmt.Errorf("it has headers of %d architectures: name the one it is for by --arch", len(found))
		}
		c.res.Arch = found[0]
	}
	arch, err := kernel.ParseArch(c.res.Arch)
	if err != nil {
		return err
	}
	c.res.Arch = arch
	c.res.Release = kernel.Release(func(file string) string { return c.heads[file] })
	return nil
}
