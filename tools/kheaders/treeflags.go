package main

import (
	"flag"
	"fmt"
	"os"
	"strings"

	"rules_kheaders/tools/internal/archive"
	"rules_kheaders/tools/internal/closure"
	"rules_kheaders/tools/internal/hosttools"
	"rules_kheaders/tools/internal/kernel"
	"rules_kheaders/tools/internal/oserr"
	"rules_kheaders/tools/internal/selection"
	"rules_kheaders/tools/internal/tree"
)

// treeFlags are the flags that name a kernel tree and what to take of it.
type treeFlags struct {
	inputs                   list
	srctrees, objtrees, pkgs list
	archiveSrc, archiveObj   string
	arch, release, name      string
	profile                  string
	include, exclude, extra  list
	roots, rootFiles         list
	hostTools, hostMachine   string
}

func (t *treeFlags) declare(fs *flag.FlagSet) {
	fs.Var(&t.srctrees, "srctree", "`dir`ectory of the kernel source or of a -common headers package; may be repeated")
	fs.Var(&t.objtrees, "objtree", "`dir`ectory the kernel was built in; its files win over the srctree's; may be repeated")
	fs.Var(&t.pkgs, "tree-archive", "`file`: a .deb or .tar[.gz|.xz|.zst|.bz2] that holds a srctree, an objtree or both; may be repeated")
	fs.Var(&t.inputs, "input", "`role`<TAB>LABEL<TAB>DEST<TAB>PATH, as build rules name inputs; role is src, gen or archive; may be repeated")
	fs.StringVar(&t.archiveSrc, "archive-srctree", "", "`path` of the srctree inside the archives (found by itself if there is one)")
	fs.StringVar(&t.archiveObj, "archive-objtree", "", "`path` of the objtree inside the archives (found by itself if there is one)")
	fs.StringVar(&t.arch, "arch", "", "`srcarch`, the directory below arch/ (x86, arm64, ...); x86_64, aarch64 and the like are understood")
	fs.StringVar(&t.release, "release", "", "`release` of the kernel (uname -r); checked against the tree (default what the tree says)")
	fs.StringVar(&t.name, "name", "", "`label` of the target, for messages and the stats")
	fs.StringVar(&t.profile, "profile", "headers", "`name` of the profile: "+strings.Join(selection.Profiles(), ", "))
	fs.Var(&t.include, "include", "`glob` of files to take besides the profile's (** crosses directories); may be repeated")
	fs.Var(&t.exclude, "exclude", "`glob` of files to leave out; may be repeated")
	fs.Var(&t.roots, "root", "`header` (linux/sched.h) or path in the tree: of the profile's headers take only what roots can reach; may be repeated")
	fs.Var(&t.rootFiles, "root-file", "`file` or directory outside the tree, such as BPF programs, that is a root as well; what it includes from beside itself is followed; LABEL<TAB>PATH gives it a name for the manifest, and then only files that are given are read; may be repeated")
	fs.Var(&t.extra, "extra", "`path` of a file that must be there (the RFC's IKH_EXTRA); may be repeated")
	fs.StringVar(&t.hostTools, "host-tools", "keep", "`mode` of the programs that run while a module builds (fixdep, modpost, ...): keep, stripped (without symbols) or none (left out, their sources taken)")
	fs.StringVar(&t.hostMachine, "host-machine", "", "`machine` that these programs must be for, as uname -m says it; any is any without a warning")
}

// inputFiles are the paths of the inputs, directories among them.
func (t *treeFlags) inputFiles() []string {
	paths := append(append(append([]string(nil), t.srctrees...), t.objtrees...), t.pkgs...)
	for _, f := range t.rootFiles {
		paths = append(paths, splitRoot(f).Path)
	}
	for _, s := range t.inputs {
		if in, err := tree.ParseInput(s); err == nil {
			paths = append(paths, in.Path)
		}
	}
	return paths
}

// loaded is a tree and what was selected of it. Close the tree when done.
type loaded struct {
	*tree.Tree
	whole         *tree.Tree // of which Tree is a view
	arch, release string
	rules         *selection.Rules
	files         []archive.Selected
	// host says what the host tools are; nil where the profile has none.
	host *hosttools.Info
	// missing says what the set is of no use without, each with the mend.
	missing []string
	// reach is what was read of the tree for roots; again tells that it was not
	// enough, and has been widened.
	reach *closure.Filter
	again bool
}

// Close frees what the files are read from.
func (l *loaded) Close() { l.whole.Close() }

// load reads the tree and selects. A set that would be of no use is an error.
func (t *treeFlags) load() (*loaded, error) {
	l, err := t.look(false)
	if err != nil {
		return nil, err
	}
	if err := l.usable(t); err != nil {
		l.Close()
		return nil, err
	}
	return l, nil
}

// look reads the tree, all of it or what can be selected, and selects.
func (t *treeFlags) look(all bool) (*loaded, error) {
	arch, err := kernel.ParseArch(t.arch)
	if err != nil {
		return nil, asUsage(err)
	}
	mode, err := hosttools.ParseMode(t.hostTools)
	if err != nil {
		return nil, asUsage(err)
	}
	if _, err := hosttools.ParseMachine(t.hostMachine); err != nil {
		return nil, asUsage(err)
	}
	sel, err := selection.New(selection.Options{
		Profile: t.profile, Arch: arch, Include: t.include, Exclude: t.exclude, Extra: t.extra, HostTools: mode,
	})
	if err != nil {
		return nil, asUsage(err)
	}
	inputs, err := t.allInputs()
	if err != nil {
		return nil, err
	}
	want := tree.Filter(sel)
	var reach *closure.Filter
	if len(t.roots)+len(t.rootFiles) > 0 {
		reach = closure.NewFilter(sel, arch, t.roots)
		want = reach
	}
	for {
		tr, err := tree.Load(tree.Options{Name: t.called(), Inputs: inputs, Srctree: t.archiveSrc, Objtree: t.archiveObj, All: all}, want)
		if err != nil {
			return nil, err
		}
		shown, err := tr.View(0)
		if all {
			shown, err = tr.Whole()
		}
		if err != nil {
			tr.Close()
			return nil, err
		}
		l := &loaded{Tree: shown, whole: tr, arch: arch, reach: reach}
		if err = l.choose(sel, t); err == nil && sel.HasHostTools() && !l.again {
			err = l.describeHostTools(sel, mode, t)
		}
		if err == nil && !l.again {
			return l, nil
		}
		tr.Close()
		if err != nil {
			return nil, err
		}
	}
}

// called is what messages call the tree.
func (t *treeFlags) called() string {
	if t.name == "" {
		return "given"
	}
	return t.name
}

// choose applies the profile's rules for the tree's kernel.
func (l *loaded) choose(sel *selection.Selector, t *treeFlags) error {
	facts := l.Facts
	l.release = facts.Release
	switch {
	case t.release == "":
	case l.release == "":
		l.release = t.release
	case l.release != t.release:
		return fmt.Errorf("tree %s is of kernel %q, release says %q: correct release or leave it out", t.called(), l.release, t.release)
	}
	rules := sel.ForKernel(facts.Version)
	if e := l.Get(kernel.AutoConf); e != nil {
		config, err := readConfig(e)
		if err != nil {
			return err
		}
		rules = rules.WithConfig(config)
	}
	l.rules = rules
	have := func(p string) bool { return l.Get(p) != nil }
	l.missing = rules.Missing(have)
	if len(t.roots)+len(t.rootFiles) > 0 {
		var err error
		if rules, err = l.follow(rules, t, t.called()); err != nil {
			return err
		}
		l.rules = rules
	}
	for _, e := range l.Entries {
		if v := rules.Decide(e.Path); v.In {
			l.files = append(l.files, archive.Selected{Entry: e, Rule: v.Rule, Reason: v.Reason, Verbatim: v.Verbatim})
		}
	}
	return nil
}

// usable tells whether what was selected is of use, and warns of what may
// make it less so.
func (l *loaded) usable(t *treeFlags) error {
	if len(l.missing) > 0 {
		return fmt.Errorf("tree %s: %s", t.called(), strings.Join(l.missing, "; "))
	}
	for _, w := range l.rules.Warnings(func(p string) bool { return l.Get(p) != nil }) {
		fmt.Fprintf(os.Stderr, "kheaders: warning: tree %s: %s\n", t.called(), w)
	}
	if l.host != nil {
		machine, _ := hosttools.ParseMachine(t.hostMachine) // look has checked it
		warning, err := l.host.Check(machine)
		if err != nil {
			return fmt.Errorf("tree %s: %w", t.called(), err)
		}
		if warning != "" {
			fmt.Fprintf(os.Stderr, "kheaders: warning: tree %s: %s\n", t.called(), warning)
		}
	}
	if len(l.files) == 0 {
		return fmt.Errorf("no file selected: tree %s has none that profile %q takes for arch %q after the excludes: check arch, exclude and strip_prefix", t.called(), t.profile, l.arch)
	}
	return archive.CheckPaths(l.files)
}

func readConfig(e *tree.Entry) (kernel.Config, error) {
	r, err := e.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return kernel.ReadConfig(r)
}

func (t *treeFlags) allInputs() ([]tree.Input, error) {
	var inputs []tree.Input
	for _, s := range t.inputs {
		in, err := tree.ParseInput(s)
		if err != nil {
			return nil, asUsage(err)
		}
		inputs = append(inputs, in)
	}
	for _, given := range []struct {
		flag  string
		role  tree.Role
		isDir bool
		paths list
	}{{"srctree", tree.Src, true, t.srctrees}, {"objtree", tree.Gen, true, t.objtrees}, {"tree-archive", tree.Archive, false, t.pkgs}} {
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
