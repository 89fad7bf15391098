package bazelfile

import (
	"maps"
	"path"
	"strings"

	"github.com/bazelbuild/buildtools/build"
)

// maxLoads bounds the files that load each other, maxCalls the functions that
// call each other.
const (
	maxLoads = 8
	maxCalls = 8
)

// function is a function that a .bzl file of the workspace defines, with what
// that file sees.
type function struct {
	def  *build.DefStmt
	vars vars
}

// unseen is what a .bzl file defines that is of another module, or cannot be
// read: the file's label.
type unseen string

// loader reads the .bzl files of a workspace.
type loader struct {
	read  func(path string) ([]byte, error)
	depth int
}

// symbols returns what the load statements of a file, which is in a package,
// bring into it.
func (l *loader) symbols(f *build.File, pkg string) vars {
	v := vars{}
	if l.read == nil || l.depth >= maxLoads {
		return v
	}
	for _, s := range f.Stmt {
		load, ok := s.(*build.LoadStmt)
		if !ok {
			continue
		}
		defined, ok := l.defined(load.Module.Value, pkg)
		for i, from := range load.From {
			if value, there := defined[from.Name]; there {
				v[load.To[i].Name] = value
			} else if !ok {
				v[load.To[i].Name] = unseen(load.Module.Value)
			}
		}
	}
	return v
}

// defined returns what the .bzl file of a label defines; ok is false for one
// that cannot be read.
func (l *loader) defined(label, pkg string) (v vars, ok bool) {
	file, ok := fileOf(label, pkg)
	if !ok {
		return nil, false
	}
	data, err := l.read(file)
	if err != nil {
		return nil, false
	}
	bzl, err := build.ParseBzl(file, data)
	if err != nil {
		return nil, false
	}
	l.depth++
	defer func() { l.depth-- }()
	return definedIn(bzl, l.symbols(bzl, path.Dir(file))), true
}

// definedIn returns the variables and functions of a .bzl file.
func definedIn(f *build.File, v vars) vars {
	e := &evaluator{}
	for _, s := range f.Stmt {
		switch s := s.(type) {
		case *build.AssignExpr:
			bind(v, s.LHS, e.bound(s.RHS, v))
		case *build.DefStmt:
			v[s.Name] = function{s, v}
		}
	}
	return v
}

// fileOf returns the path of a .bzl file in this workspace by its label.
func fileOf(label, pkg string) (string, bool) {
	if rest, ok := strings.CutPrefix(strings.TrimPrefix(label, "@"), "//"); ok && (label[0] == '/' || strings.HasPrefix(label, "@//")) {
		dir, name, ok := strings.Cut(rest, ":")
		return path.Join(dir, name), ok
	}
	name, ok := strings.CutPrefix(label, ":")
	return path.Join(pkg, name), ok
}

// enter notes the calls in the body of a function that is called.
func (w *callWalk) enter(f function, c called) {
	if w.depth++; w.depth <= maxCalls {
		v := maps.Clone(f.vars)
		given := c.positional()
		for i, p := range f.def.Params {
			if u, ok := p.(*build.UnaryExpr); ok && u.Op == "**" {
				v[text(u.X)] = dict{list{nil}, list{nil}}
				continue
			}
			name := text(p)
			if a, ok := p.(*build.AssignExpr); ok {
				name = text(a.LHS)
				v[name] = w.e.eval(a.RHS, f.vars)
			} else if name != "" {
				v[name] = nil
			}
			if value, ok := c.argument(name); ok {
				v[name] = value
			} else if i < len(given) {
				v[name] = given[i]
			}
		}
		w.body(f.def.Body, v, c.CallExpr)
	}
	w.depth--
}

// body notes the calls of statements, as if they stood where at is.
func (w *callWalk) body(stmts []build.Expr, v vars, at *build.CallExpr) {
	for _, s := range stmts {
		switch s := s.(type) {
		case *build.AssignExpr:
			w.inBody(s.RHS, v, at)
			if s.Op == "=" {
				bind(v, s.LHS, w.e.bound(s.RHS, v))
			} else {
				bind(v, s.LHS, nil)
			}
		case *build.ForStmt:
			items, ok := iterated(w.e.eval(s.X, v))
			if !ok {
				items = list{nil}
			}
			for _, item := range items {
				if !w.e.spend() {
					return
				}
				bind(v, s.Vars, item)
				w.body(s.Body, v, at)
			}
		case *build.IfStmt:
			w.body(s.True, v, at)
			w.body(s.False, v, at)
		case *build.ReturnStmt:
			w.inBody(s.Result, v, at)
		default:
			w.inBody(s, v, at)
		}
	}
}

// inBody is visit for a statement of a function; what it finds is told of by
// the place of the call.
func (w *callWalk) inBody(x build.Expr, v vars, at *build.CallExpr) {
	n := len(w.found)
	w.visit(x, maps.Clone(v))
	for i := range w.found[n:] {
		if w.found[n+i].at == nil {
			w.found[n+i].at = at
		}
	}
}
