// Package snippet checks pieces of code that pages show, and joins those of BUILD
// files as a reader does.
package snippet

import (
	"encoding/json"
	"fmt"
	"os/exec"
	"slices"
	"strings"

	"github.com/bazelbuild/buildtools/build"
	"gopkg.in/yaml.v3"
)

// checks has the languages that a fence may name, and what reads each; nil is for text.
var checks = map[string]func(text string) error{
	"console":  nil,
	"json":     checkJSON,
	"make":     nil,
	"sh":       checkShell,
	"starlark": checkStarlark,
	"text":     nil,
	"yaml":     func(text string) error { return yaml.Unmarshal([]byte(text), new(any)) },
}

// Languages returns the names that a fence may have, sorted.
func Languages() []string {
	var names []string
	for name := range checks {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Check tells whether a text is of a language, one of Languages.
func Check(lang, text string) error {
	check, ok := checks[lang]
	if !ok {
		return fmt.Errorf("language %q is not known here: use one of %s", lang, strings.Join(Languages(), ", "))
	}
	if check == nil {
		return nil
	}
	return check(text)
}

func checkJSON(text string) error { return json.Unmarshal([]byte(text), new(any)) }

func checkShell(text string) error {
	c := exec.Command("bash", "-n")
	c.Stdin = strings.NewReader(text)
	if said, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("bash -n: %s", strings.TrimSpace(string(said)))
	}
	return nil
}

// checkStarlark takes lines of attributes for what they are, too.
func checkStarlark(text string) error {
	_, err := build.ParseBuild("the block", []byte(text))
	if err == nil {
		return nil
	}
	if _, inCall := build.ParseBuild("the block", []byte("f(\n"+text+"\n)\n")); inCall == nil {
		return nil
	}
	return err
}

// Join adds statements to those of a BUILD file. Symbols that rules names and nothing
// loads are loaded from a label.
func Join(file, block string, rules map[string]string) (string, error) {
	f, err := build.ParseBuild("BUILD.bazel", []byte(file))
	if err != nil {
		return "", fmt.Errorf("read the file: %w", err)
	}
	added, err := build.ParseBuild("the block", []byte(block))
	if err != nil {
		return "", fmt.Errorf("read the block: %w", err)
	}
	f.Stmt = append(f.Stmt, added.Stmt...)
	loaded := map[string]bool{}
	var loads, rest []build.Expr
	for _, s := range f.Stmt {
		l, ok := s.(*build.LoadStmt)
		if !ok {
			rest = append(rest, s)
			continue
		}
		kept := &build.LoadStmt{Module: l.Module, ForceCompact: true}
		for i, to := range l.To {
			if !loaded[to.Name] {
				loaded[to.Name] = true
				kept.From, kept.To = append(kept.From, l.From[i]), append(kept.To, to)
			}
		}
		if len(kept.To) > 0 {
			loads = append(loads, kept)
		}
	}
	var missing []build.Expr
	for _, s := range rest {
		build.Walk(s, func(x build.Expr, _ []build.Expr) {
			call, ok := x.(*build.CallExpr)
			if !ok {
				return
			}
			if name, ok := call.X.(*build.Ident); ok && rules[name.Name] != "" && !loaded[name.Name] {
				loaded[name.Name] = true
				id := &build.Ident{Name: name.Name}
				missing = append(missing, &build.LoadStmt{Module: &build.StringExpr{Value: rules[name.Name]}, From: []*build.Ident{id}, To: []*build.Ident{id}, ForceCompact: true})
			}
		})
	}
	f.Stmt = slices.Concat(loads, missing, rest)
	return string(build.Format(f)), nil
}

// Into adds attributes to the rule of a name; those that it has are replaced.
func Into(file, name, attributes string) (string, error) {
	f, err := build.ParseBuild("BUILD.bazel", []byte(file))
	if err != nil {
		return "", fmt.Errorf("read the file: %w", err)
	}
	added, err := build.ParseBuild("the block", []byte("f(\n"+attributes+"\n)\n"))
	if err != nil {
		return "", fmt.Errorf("read the block as attributes: %w", err)
	}
	for _, r := range f.Rules("") {
		if r.Name() != name {
			continue
		}
		for _, x := range added.Stmt[0].(*build.CallExpr).List {
			a, ok := x.(*build.AssignExpr)
			if !ok {
				return "", fmt.Errorf("the block has more than attributes: %s", build.FormatString(x))
			}
			r.SetAttr(a.LHS.(*build.Ident).Name, a.RHS)
		}
		return string(build.Format(f)), nil
	}
	return "", fmt.Errorf("no rule is called %q", name)
}
