package gazelletest

import (
	"bytes"
	"flag"
	"fmt"
	"log"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/bazelbuild/bazel-gazelle/config"
	"github.com/bazelbuild/bazel-gazelle/label"
	"github.com/bazelbuild/bazel-gazelle/language"
	"github.com/bazelbuild/bazel-gazelle/merger"
	"github.com/bazelbuild/bazel-gazelle/resolve"
	"github.com/bazelbuild/bazel-gazelle/rule"
	"github.com/bazelbuild/bazel-gazelle/walk"
)

// InProcess returns a Command that does with one language what Gazelle's
// commands update and fix do with all of a program's: its main package cannot
// be imported, but the packages that do the work can. It knows the flags of
// those packages, and -r; what log.Fatal ends is beyond it.
func InProcess(newLanguage func() language.Language) Command {
	return func(_ *testing.T, dir string, args []string) (string, int) {
		var output bytes.Buffer
		prefix, flags, to := log.Prefix(), log.Flags(), log.Writer()
		defer func() {
			log.SetPrefix(prefix)
			log.SetFlags(flags)
			log.SetOutput(to)
		}()
		log.SetPrefix("gazelle: ")
		log.SetFlags(0)
		log.SetOutput(&output)
		if err := runCommand(newLanguage(), dir, args); err != nil {
			log.Print(err)
			return output.String(), 1
		}
		return output.String(), 0
	}
}

// invocation is one run of a command.
type invocation struct {
	lang   language.Language
	kinds  map[string]rule.KindInfo
	loads  []rule.LoadInfo
	visits []*visit
}

// visit is a directory whose BUILD file is to be written.
type visit struct {
	config *config.Config
	file   *rule.File
	// gen and empty are what the language generated, by the user's names of the
	// kinds.
	gen, empty []*rule.Rule
	imports    []any
	// mapped are the user's names, with what they stand for.
	mapped map[string]config.MappedKind
}

func runCommand(lang language.Language, dir string, args []string) error {
	c, recursive := config.New(), true
	c.WorkDir = dir
	command := "update"
	if len(args) > 0 && (args[0] == "fix" || args[0] == "update") {
		command, args = args[0], args[1:]
	}
	c.ShouldFix = command == "fix"
	fs := flag.NewFlagSet("gazelle", flag.ContinueOnError)
	fs.SetOutput(log.Writer())
	fs.BoolVar(&recursive, "r", true, "update subdirectories as well")
	configurers := []config.Configurer{&config.CommonConfigurer{}, &walk.Configurer{}, &resolve.Configurer{}, lang}
	for _, x := range configurers {
		x.RegisterFlags(fs, command, c)
	}
	if err := fs.Parse(append([]string{"-repo_root=" + dir}, args...)); err != nil {
		return err
	}
	for _, x := range configurers {
		if err := x.CheckFlags(fs, c); err != nil {
			return err
		}
	}
	dirs := fs.Args()
	if len(dirs) == 0 {
		dirs = []string{"."}
	}
	for i, d := range dirs {
		dirs[i] = filepath.Join(dir, d)
	}
	mode := map[[2]bool]walk.Mode{
		{true, true}: walk.VisitAllUpdateSubdirsMode, {true, false}: walk.VisitAllUpdateDirsMode,
		{false, true}: walk.UpdateSubdirsMode, {false, false}: walk.UpdateDirsMode,
	}[[2]bool{c.IndexLibraries, recursive}]

	s := &invocation{lang: lang, kinds: lang.Kinds(), loads: lang.(language.ModuleAwareLanguage).ApparentLoads(c.ModuleToApparentName)}
	walk.Walk(c, configurers, dirs, mode, s.visit)
	if l, ok := lang.(language.FinishableLanguage); ok {
		l.DoneGeneratingRules()
	}
	return s.finish()
}

// visit generates the rules of a directory, and merges them into its file.
func (s *invocation) visit(dir, rel string, c *config.Config, update bool, f *rule.File, subdirs, regular, generated []string) {
	if !update || len(c.Langs) > 0 && !slices.Contains(c.Langs, s.lang.Name()) {
		return
	}
	if f != nil {
		s.lang.Fix(c, f)
	}
	result := s.lang.GenerateRules(language.GenerateArgs{
		Config: c, Dir: dir, Rel: rel, File: f, Subdirs: subdirs, RegularFiles: regular, GenFiles: generated,
	})
	if f == nil && len(result.Gen) == 0 {
		return
	}
	v := &visit{config: c, file: f, gen: result.Gen, empty: result.Empty, imports: result.Imports, mapped: map[string]config.MappedKind{}}
	rules := slices.Concat(result.Gen, result.Empty)
	if f != nil {
		rules = append(rules, f.Rules...)
	}
	for _, r := range rules {
		v.mapKind(r)
	}
	if f == nil {
		v.file = rule.EmptyFile(filepath.Join(dir, c.DefaultBuildFileName()), rel)
	}
	s.merge(v, merger.PreResolve)
	s.visits = append(s.visits, v)
}

// mapKind gives a rule the kind that the user has for its own, or for that in
// its turn.
func (v *visit) mapKind(r *rule.Rule) {
	for range v.config.KindMap {
		m, ok := v.config.KindMap[r.Kind()]
		if !ok {
			return
		}
		if first, ok := v.mapped[m.FromKind]; ok {
			m.FromKind = first.FromKind
		}
		v.mapped[m.KindName] = m
		r.SetKind(m.KindName)
	}
}

func (s *invocation) merge(v *visit, phase merger.Phase) {
	kinds := maps.Clone(s.kinds)
	for name, m := range v.mapped {
		kinds[name] = s.kinds[m.FromKind]
	}
	merger.MergeFile(v.file, v.empty, v.gen, phase, kinds, v.config.AliasMap)
}

// finish resolves what the rules need, and writes the files that changed.
func (s *invocation) finish() error {
	index := resolve.NewRuleIndex(func(*rule.Rule, string) resolve.Resolver { return s.lang })
	index.Finish()
	for _, v := range s.visits {
		for i, r := range v.gen {
			s.lang.Resolve(v.config, index, nil, r, v.imports[i], label.New("", v.file.Pkg, r.Name()))
		}
		s.merge(v, merger.PostResolve)
	}
	for _, v := range s.visits {
		loads := slices.Clone(s.loads)
		for _, name := range slices.Sorted(maps.Keys(v.mapped)) {
			loads = append(loads, rule.LoadInfo{Name: v.mapped[name].KindLoad, Symbols: []string{name}})
		}
		merger.FixLoads(v.file, loads)
		if text := v.file.Format(); !bytes.Equal(text, v.file.Content) {
			if err := os.WriteFile(v.file.Path, text, 0o666); err != nil {
				return fmt.Errorf("write a BUILD file: %w", err)
			}
		}
	}
	return nil
}
