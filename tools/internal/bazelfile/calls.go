package bazelfile

import (
	"strings"

	"github.com/bazelbuild/buildtools/build"
)

// called is a call that Bazel makes when it reads a file: one that stands there,
// or each of those that a comprehension makes.
type called struct {
	*build.CallExpr
	e    *evaluator
	vars vars
	// at is the call in the file by which a function makes it, nil for one that
	// stands there itself.
	at *build.CallExpr
	// from is the label of the file that defines the function, or the struct that it
	// is in, where that is not seen.
	from string
	// method says that it may be one of a value: it is not known to be a function of a
	// struct, nor of native.
	method bool
}

// calledIn returns all calls of a file's statements; v are the variables that it
// loads.
func calledIn(f *build.File, v vars) []called {
	w := &callWalk{e: &evaluator{}}
	if v == nil {
		v = vars{}
	}
	for _, s := range f.Stmt {
		if a, ok := s.(*build.AssignExpr); ok {
			w.visit(a.RHS, v)
			bind(v, a.LHS, w.e.bound(a.RHS, v))
			continue
		}
		w.visit(s, v)
	}
	return w.found
}

type callWalk struct {
	e     *evaluator
	found []called
	depth int
}

// visit notes the calls of a statement, not those that are arguments of
// others.
func (w *callWalk) visit(x build.Expr, v vars) {
	switch x := x.(type) {
	case *build.CallExpr:
		if !w.e.spend() {
			return
		}
		callee := w.e.callee(x.X, v)
		from, is := callee.(unseen)
		f, ok := callee.(function)
		dot, isDot := x.X.(*build.DotExpr)
		c := called{CallExpr: x, e: w.e, vars: v, from: string(from), method: isDot && !is && !ok && text(dot.X) != "native"}
		w.found = append(w.found, c)
		if ok {
			n := len(w.found)
			w.enter(f, c)
			for i := range w.found[n:] {
				w.found[n+i].at = x
			}
		}
	case *build.Comprehension:
		w.e.each(x, v, w.visit)
	case *build.ListExpr:
		for _, y := range x.List {
			w.visit(y, v)
		}
	case *build.TupleExpr:
		for _, y := range x.List {
			w.visit(y, v)
		}
	case *build.ParenExpr:
		w.visit(x.X, v)
	case *build.ConditionalExpr:
		w.visit(x.Then, v)
		w.visit(x.Else, v)
	case *build.BinaryExpr:
		w.visit(x.X, v)
		w.visit(x.Y, v)
	case *build.KeyValueExpr:
		w.visit(x.Value, v)
	}
}

// callee returns the function that an expression is, or what is known of it: it may
// be in a struct.
func (e *evaluator) callee(x build.Expr, v vars) value {
	switch x := x.(type) {
	case *build.Ident:
		return v[x.Name]
	case *build.ParenExpr:
		return e.callee(x.X, v)
	case *build.DotExpr:
		switch of := e.callee(x.X, v).(type) {
		case record:
			return of[x.Name]
		case unseen:
			// The structs of skylib have functions that make values alone.
			if !methods[x.Name] && !strings.HasPrefix(strings.TrimLeft(string(of), "@"), "bazel_skylib//lib:") {
				return of
			}
		}
		return nil
	case *build.CallExpr:
		return e.eval(x, v)
	}
	return nil
}

// bound is the value that a variable gets: what is not seen may be a function.
func (e *evaluator) bound(x build.Expr, v vars) value {
	switch x.(type) {
	case *build.Ident, *build.DotExpr:
		if f := e.callee(x, v); f != nil {
			return f
		}
	}
	return e.eval(x, v)
}

// methods are those of strings, lists and dicts, which a value that is not seen may
// be as well.
var methods = func() map[string]bool {
	m := map[string]bool{}
	for _, name := range strings.Fields(`append capitalize clear count elems endswith extend find format get index insert isalnum isalpha
		isdigit islower isspace istitle isupper items join keys lower lstrip partition pop popitem remove removeprefix removesuffix
		replace rfind rindex rpartition rsplit rstrip setdefault split splitlines startswith strip title union update upper values`) {
		m[name] = true
	}
	return m
}()

// ofValue tells of a method whether it is one of a string or a dict, of those that take
// any names of arguments.
func (c called) ofValue() bool {
	dot, ok := c.X.(*build.DotExpr)
	if !ok {
		return false
	}
	_, isDict := c.e.eval(dot.X, c.vars).(dict)
	return dot.Name == "format" || dot.Name == "update" && isDict
}

// function is the name of what is called, as a.b for what is in a struct, and for
// a method.
func (c called) function() string { return dotted(c.X) }

func dotted(x build.Expr) string {
	switch x := x.(type) {
	case *build.DotExpr:
		return dotted(x.X) + "." + x.Name
	case *build.IndexExpr:
		return dotted(x.X) + "[…]"
	}
	return text(x)
}

// argument returns the value of an argument by its name, be it in a ** of a
// dict; given is false if there is none.
func (c called) argument(name string) (v value, given bool) {
	for _, arg := range c.List {
		if a, ok := arg.(*build.AssignExpr); ok && text(a.LHS) == name {
			return c.e.eval(a.RHS, c.vars), true
		}
	}
	for key, v := range c.unpacked() {
		if key == name {
			return v, true
		}
	}
	return nil, false
}

// unpacked are the arguments that a ** brings; that of anything is there where
// some are not known.
func (c called) unpacked() map[string]value {
	out := map[string]value{}
	for _, arg := range c.List {
		u, ok := arg.(*build.UnaryExpr)
		if !ok || u.Op != "**" {
			continue
		}
		d, ok := c.e.eval(u.X, c.vars).(dict)
		if !ok {
			out[anything] = nil
			continue
		}
		for i, k := range d.keys {
			out[written1(k)] = d.values[i]
		}
	}
	return out
}

// positional returns the values of the arguments without a name.
func (c called) positional() []value {
	var out []value
	for _, arg := range c.List {
		switch arg := arg.(type) {
		case *build.AssignExpr:
		case *build.UnaryExpr:
			if arg.Op == "*" {
				if l, ok := c.e.eval(arg.X, c.vars).(list); ok {
					out = append(out, l...)
				}
			}
		default:
			out = append(out, c.e.eval(arg, c.vars))
		}
	}
	return out
}

// mayBe tells whether a text, parts of which may not be known, may be a name. Of
// one that is not known at all it says no.
func mayBe(text, name string) bool {
	parts := strings.Split(text, anything)
	if len(parts) == 1 {
		return text == name
	}
	if strings.Trim(text, anything) == "" || !strings.HasPrefix(name, parts[0]) {
		return false
	}
	name = name[len(parts[0]):]
	for _, p := range parts[1 : len(parts)-1] {
		i := strings.Index(name, p)
		if i < 0 {
			return false
		}
		name = name[i+len(p):]
	}
	return strings.HasSuffix(name, parts[len(parts)-1])
}
