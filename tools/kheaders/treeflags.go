package main

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/closure"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/headerset"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/listflag"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/oserr"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/pkgfile"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/selection"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/tree"
)

// treeFlags are the flags that name a kernel tree and what to take of it.
type treeFlags struct {
	flags                    *flag.FlagSet
	inputs                   treeInputs
	srctrees, objtrees, pkgs inFiles
	archiveSrc, archiveObj   string
	arch, release            string
	name, treeName           string
	profile                  string
	include, exclude, extra  listflag.List
	roots                    listflag.List
	rootFiles                rootFiles
	hostTools, hostMachine   string
	allowMismatch, btf, rust bool
	limits                   pkgfile.Limits
	warned                   []string
}

func (t *treeFlags) declare(fs *flag.FlagSet) {
	t.flags = fs
	fs.Var(&t.srctrees, "srctree", "`dir`ectory of the kernel source or of a -common headers package; may be repeated")
	fs.Var(&t.objtrees, "objtree", "`dir`ectory the kernel was built in; its files win over the srctree's; may be repeated")
	fs.Var(&t.pkgs, "tree-archive", "`file`: a .deb or .tar[.gz|.xz|.zst|.bz2] that holds a srctree, an objtree or both; may be repeated")
	fs.Var(&t.inputs, "input", "`role`<TAB>LABEL<TAB>DEST<TAB>PATH, as build rules name inputs; role is src, gen or archive, or index for one that stands for the whole tree; may be repeated")
	fs.StringVar(&t.archiveSrc, "archive-srctree", "", "`path` of the srctree inside the archives (found by itself if there is one)")
	fs.StringVar(&t.archiveObj, "archive-objtree", "", "`path` of the objtree inside the archives (found by itself if there is one)")
	fs.StringVar(&t.arch, "arch", "", "`srcarch`, the directory below arch/ (x86, arm64, ...); x86_64, aarch64 and the like are understood")
	fs.StringVar(&t.release, "release", "", "`release` of the kernel (uname -r); checked against the tree (default what the tree says)")
	fs.BoolVar(&t.allowMismatch, "allow-mismatch", false, "take a srctree and an objtree that are of different versions, architectures or builds")
	fs.Int64Var(&t.limits.MaxFiles, "max-tree-files", 400000, "largest `number` of files, directories and links in the archives, and of those that one directory leads to; 0 is no limit")
	fs.Int64Var(&t.limits.MaxBytes, "max-tree-bytes", 4<<30, "largest `size` that the archives may decompress to together, in bytes; by default less for small ones: 1,000 times their size, but at least 64 MiB; 0 is no limit")
	fs.StringVar(&t.name, "name", "", "`label` of the target, for messages and the stats")
	fs.StringVar(&t.treeName, "tree-name", "", "`label` of the tree, for messages (default that of --name)")
	fs.StringVar(&t.profile, "profile", "headers", "`name` of the profile: "+strings.Join(selection.Profiles(), ", "))
	fs.Var(&t.include, "include", "`glob` of files to take besides the profile's (** crosses directories); may be repeated")
	fs.Var(&t.exclude, "exclude", "`glob` of files to leave out, or @drivers for the headers of driver subsystems that no other header includes; may be repeated")
	fs.Var(&t.roots, "root", "`header` (linux/sched.h) or path in the tree: of the profile's headers take only what roots can reach; may be repeated")
	fs.Var(&t.rootFiles, "root-file", "`file` or directory outside the tree, such as BPF programs, that is a root as well; what it includes from beside itself is followed; LABEL<TAB>PATH gives it a name for the manifest, and then only files that are given are read; may be repeated")
	fs.Var(&t.extra, "extra", "`path` of a file that must be there (the RFC's IKH_EXTRA); may be repeated")
	fs.BoolVar(&t.btf, "btf", false, "take what modules with BTF are built with: vmlinux, resolve_btfids and the like, which the tree must have")
	fs.BoolVar(&t.rust, "rust", false, "take what modules in Rust are built with: the kernel's crates and macros, rustc_cfg and the like, which the tree must have")
	fs.StringVar(&t.hostTools, "host-tools", "keep", "`mode` of the programs that run while a module builds (fixdep, modpost, ...): keep, stripped (without symbols) or none (left out, their sources taken)")
	fs.StringVar(&t.hostMachine, "host-machine", "", "`machine` that these programs must be for, as uname -m says it; \"any\" takes them for any machine, without a warning")
}

// options are those of the set that the flags ask for.
func (t *treeFlags) options() (headerset.Options, error) {
	o := headerset.Options{
		Name: t.called(), Set: t.name, Arch: t.arch, Release: t.release, Profile: t.profile, BTF: t.btf, Rust: t.rust,
		Include: t.include, Exclude: t.exclude, Extra: t.extra, Roots: t.roots,
		HostTools: t.hostTools, HostMachine: t.hostMachine, Warn: t.warn, Outputs: outputsOf(t.flags),
	}
	if slices.Contains(t.roots, "") {
		return o, usagef("--root is empty: give a header as in an #include, such as linux/sched.h, or a path in the tree")
	}
	for _, f := range t.rootFiles.List {
		file := splitRoot(f)
		if file.Path == "" {
			return o, usagef("--root-file is empty: give a file or a directory")
		}
		o.RootFiles = append(o.RootFiles, file)
	}
	return o, nil
}

// splitRoot reads LABEL<TAB>PATH, as build rules do it that declare all that is
// read, or a path that is its own label: its last part, for a path of this
// machine has no place in a manifest.
func splitRoot(s string) closure.File {
	if label, path, ok := strings.Cut(s, "\t"); ok {
		return closure.File{Label: label, Path: path, Alone: true}
	}
	return closure.File{Label: filepath.Base(s), Path: s}
}

// reading says what to read of a tree.
type reading struct {
	// lenient makes a set of what can be read, all lists every file.
	lenient, all bool
	// halves refuses a srctree and an objtree that do not belong together, which a
	// lenient reading takes.
	halves bool
	// buildTree makes the set of a build tree as well.
	buildTree bool
}

// loaded is a tree with its set, and with that of the build tree where one was
// asked for.
type loaded struct {
	*tree.Tree
	set       *headerset.Set
	buildTree headerset.Result
}

// load reads the tree once and makes the sets. Close it when done.
func (t *treeFlags) load(how reading) (*loaded, error) {
	o, err := t.options()
	if err != nil {
		return nil, err
	}
	o.Lenient = how.lenient
	r, err := headerset.New(o)
	if err != nil {
		return nil, asUsage(err)
	}
	recipes := []*headerset.Recipe{r}
	if how.buildTree {
		r, err := headerset.NewBuildTree(o)
		if err != nil {
			return nil, err
		}
		recipes = append(recipes, r)
	}
	in, err := t.treeOptions()
	if err != nil {
		return nil, err
	}
	in.All, in.AllowMismatch = how.all, in.AllowMismatch || how.lenient && !how.halves
	tr, made, err := headerset.Load(in, recipes...)
	if err != nil {
		return nil, err
	}
	if err := made[0].Err; err != nil {
		tr.Close()
		return nil, err
	}
	l := &loaded{Tree: tr, set: made[0].Set}
	if how.buildTree {
		l.buildTree = made[1]
	}
	return l, nil
}

// treeOptions are those of the tree that the flags name.
func (t *treeFlags) treeOptions() (tree.Options, error) {
	inputs, err := t.allInputs()
	if err != nil {
		return tree.Options{}, err
	}
	limits, err := t.treeLimits()
	return tree.Options{
		Name: t.called(), Inputs: inputs, Srctree: t.archiveSrc, Objtree: t.archiveObj,
		AllowMismatch: t.allowMismatch, Outputs: outputsOf(t.flags), Limits: limits,
	}, err
}

// treeLimits are those of what is read.
func (t *treeFlags) treeLimits() (pkgfile.Limits, error) {
	l := t.limits
	if l.MaxFiles < 0 {
		return l, usagef("--max-tree-files=%d is out of range: use a number of files, or 0 for no limit", l.MaxFiles)
	}
	if l.MaxBytes < 0 {
		return l, usagef("--max-tree-bytes=%d is out of range: use a size in bytes, or 0 for no limit", l.MaxBytes)
	}
	l.Default = !given(t.flags, "max-tree-bytes")
	return l, nil
}

// given tells whether a flag was given.
func given(fs *flag.FlagSet, name string) bool {
	is := false
	fs.Visit(func(f *flag.Flag) { is = is || f.Name == name })
	return is
}

// called is what messages call the tree.
func (t *treeFlags) called() string {
	return cmp.Or(t.treeName, t.name, "given")
}

// warn tells the user of what headerset found, once of what it found of two
// sets.
func (t *treeFlags) warn(text string) {
	if !slices.Contains(t.warned, text) {
		t.warned = append(t.warned, text)
		say("warning: %s", text)
	}
}

func (t *treeFlags) allInputs() ([]tree.Input, error) {
	inputs := []tree.Input(slices.Clone(t.inputs))
	for _, given := range []struct {
		flag  string
		role  tree.Role
		isDir bool
		paths []string
	}{{"srctree", tree.Src, true, t.srctrees.List}, {"objtree", tree.Gen, true, t.objtrees.List}, {"tree-archive", tree.Archive, false, t.pkgs.List}} {
		for i, p := range given.paths {
			if p == "" {
				return nil, usagef("--%s is empty: give a path", given.flag)
			}
			st, err := os.Stat(p)
			if err != nil {
				return nil, fmt.Errorf("--%s %q: %w", given.flag, p, oserr.Reason(err))
			}
			if given.isDir && !st.IsDir() {
				return nil, fmt.Errorf("--%s: %q is not a directory", given.flag, p)
			}
			// The label goes into the manifest, where a path of this
			// machine has no place.
			label := given.flag
			if i > 0 {
				label = fmt.Sprintf("%s#%d", given.flag, i+1)
			}
			if !given.isDir {
				label = st.Name()
			}
			inputs = append(inputs, tree.Input{Role: given.role, Label: label, Path: p})
		}
	}
	if len(inputs) == 0 {
		return nil, usagef("no kernel tree given: use --srctree and --objtree, or --tree-archive")
	}
	return inputs, nil
}
