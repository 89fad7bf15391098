package verify

import (
	"slices"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/buildfiles"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/kernel"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/selection"
)

// contents checks what must and must not be there.
func (c *check) contents() error {
	for _, g := range c.o.MustContain {
		found := false
		for _, p := range c.paths {
			found = found || match(g, p)
		}
		if !found {
			c.fail("must_contain %q: no file matches", g)
		}
	}
	for _, g := range c.o.MustNotContain {
		for _, p := range c.paths {
			if match(g, p) {
				c.fail("must_not_contain %q: %q matches", g, p)
			}
		}
	}
	return nil
}

// withheld checks that no file changes with every build or is a secret.
func (c *check) withheld() error {
	// Of a set of everything only such files are left out.
	sel, err := selection.New(selection.Options{Profile: "headers", Arch: c.res.Arch, Include: []string{"**"}, Extra: c.o.Extra})
	if err != nil {
		return err
	}
	rules := sel.ForKernel(kernel.Version{})
	for _, p := range c.paths {
		if why := sel.Secret(p); why != "" && !slices.Contains(c.o.Extra, p) {
			c.fail("%q is to be known to nobody (%s): leave it out, or name it in extra", p, why)
		} else if reason, ok := rules.Match(p, false); !ok {
			c.fail("%q changes with every build (%s): leave it out", p, reason)
		}
	}
	return nil
}

// which returns the kernel's version, as far as that is known, and its options.
func (c *check) which(conf config) (kernel.Version, kernel.Config) {
	options := kernel.Config{}
	for name := range conf {
		if base, ok := strings.CutSuffix(name, "_MODULE"); ok {
			options[base] = "m"
		}
		options[name] = "y"
	}
	version, _ := kernel.ParseVersion(c.res.Release)
	return version, options
}

// asked checks that what modules with BTF, or in Rust, are built with is whole,
// if some of it is there.
func (c *check) asked() error {
	version, options := c.which(readConfig(c.heads[kernel.AutoConfHeader]))
	lacks, err := selection.IncompleteOf(c.res.Arch, version, options, func(p string) bool { return c.files[p] })
	for _, text := range lacks {
		c.fail("%s", text)
	}
	return err
}

// includes checks that no header is missing.
func (c *check) includes() error {
	auto, ok := c.heads[kernel.AutoConfHeader]
	if !ok {
		c.fail("%s is missing: it has the kernel's configuration", kernel.AutoConfHeader)
	}
	conf := readConfig(auto)
	version, options := c.which(conf)
	var list []*exception
	for _, text := range c.o.Exceptions {
		e, err := parseException(text)
		if err != nil {
			return err
		}
		list = append(list, e)
	}
	table, err := defaults(version, c.res.Arch, options)
	if err != nil {
		return err
	}
	list = append(list, table...)
	added, err := buildfiles.ReadSearch(c.res.Arch, c.make.find)
	if err != nil {
		return err
	}
	search := newResolver(c.res.Arch, c.files, c.paths, c.o.Tree, added.Dirs...)
	search.anywhere = !c.files[kernel.Makefile]
	c.given(search, version, added.Forced)
	var sources []includes
	for _, s := range c.sources {
		if ofArch(s.path, c.res.Arch) {
			sources = append(sources, s)
		}
	}
	gone, total := unresolved(sources, conf, search)
	c.res.Includes = total
	for _, m := range gone {
		if excuse(list, m) != nil {
			c.res.Missing++
			continue
		}
		c.fail("%v", m)
	}
	if c.o.Tree == nil {
		c.res.Twins = len(search.twins)
	}
	for _, e := range list {
		if e.used > 0 {
			c.res.Used = append(c.res.Used, Use{e.origin, e.why, e.used})
		} else if e.own {
			c.fail("%s excuses nothing: take it out", e.origin)
		}
	}
	return nil
}
