package bazelfile

import (
	"maps"
	"slices"
	"strconv"

	"github.com/bazelbuild/buildtools/build"
)

// value is what an expression is, as far as that can be known without Bazel: a
// string, an int, a list, a dict, a record, either, or nil for one that is not
// known.
type value any

// none is the value None.
type none struct{}

// anything stands in a string for text that is not known.
const anything = "\x00"

type (
	list   []value
	either []value
	dict   struct{ keys, values list }
	// record is a struct.
	record map[string]value
)

// vars are the variables that an expression sees.
type vars map[string]value

// maxSteps bounds the work on one file: it holds for comprehensions inside of
// each other as well.
const maxSteps = 50000

// evaluator works out expressions.
type evaluator struct{ steps int }

func (e *evaluator) spend() bool { e.steps++; return e.steps <= maxSteps }

func (e *evaluator) eval(x build.Expr, v vars) value {
	if !e.spend() {
		return nil
	}
	switch x := x.(type) {
	case *build.StringExpr:
		return x.Value
	case *build.LiteralExpr:
		if n, err := strconv.Atoi(x.Token); err == nil {
			return n
		}
	case *build.Ident:
		if x.Name == "None" {
			return none{}
		}
		if _, is := v[x.Name].(unseen); is {
			return nil
		}
		return v[x.Name]
	case *build.ParenExpr:
		return e.eval(x.X, v)
	case *build.ListExpr:
		return e.list(x.List, v)
	case *build.TupleExpr:
		return e.list(x.List, v)
	case *build.DictExpr:
		d := dict{}
		for _, kv := range x.List {
			d.keys, d.values = append(d.keys, e.eval(kv.Key, v)), append(d.values, e.eval(kv.Value, v))
		}
		return d
	case *build.ConditionalExpr:
		return either{e.eval(x.Then, v), e.eval(x.Else, v)}
	case *build.BinaryExpr:
		return e.binary(x.Op, e.eval(x.X, v), e.eval(x.Y, v))
	case *build.DotExpr:
		if r, ok := e.eval(x.X, v).(record); ok {
			return r[x.Name]
		}
	case *build.IndexExpr:
		return index(e.eval(x.X, v), e.eval(x.Y, v))
	case *build.Comprehension:
		var out list
		e.each(x, v, func(body build.Expr, v vars) {
			if kv, ok := body.(*build.KeyValueExpr); ok {
				out = append(out, dict{list{e.eval(kv.Key, v)}, list{e.eval(kv.Value, v)}})
			} else {
				out = append(out, e.eval(body, v))
			}
		})
		if x.Curly {
			return merged(out)
		}
		return out
	case *build.CallExpr:
		return e.call(x, v)
	}
	return nil
}

func (e *evaluator) list(xs []build.Expr, v vars) list {
	out := list{}
	for _, x := range xs {
		out = append(out, e.eval(x, v))
	}
	return out
}

func merged(parts list) value {
	d := dict{}
	for _, p := range parts {
		if p, ok := p.(dict); ok {
			d.keys, d.values = append(d.keys, p.keys...), append(d.values, p.values...)
		}
	}
	return d
}

func (e *evaluator) binary(op string, a, b value) value {
	x, isList := a.(list)
	y, areLists := b.(list)
	p, isDict := a.(dict)
	q, areDicts := b.(dict)
	switch {
	case op == "+" && (isList || areLists):
		return append(slices.Clone(x), y...)
	case op == "|" && (isDict || areDicts):
		return merged(list{p, q})
	case op == "+":
		i, isInt := a.(int)
		j, areInts := b.(int)
		if isInt && areInts {
			return i + j
		}
		return written1(a) + written1(b)
	case op == "%":
		format, ok := a.(string)
		if !ok {
			return nil
		}
		args, ok := b.(list)
		if !ok {
			args = list{b}
		}
		return formatted(format, args)
	}
	return nil
}

// written1 is a value as a string, or anything.
func written1(v value) string {
	switch v := v.(type) {
	case string:
		return v
	case int:
		return strconv.Itoa(v)
	}
	return anything
}

func index(of, by value) value {
	switch of := of.(type) {
	case list:
		if i, ok := by.(int); ok && i >= 0 && i < len(of) {
			return of[i]
		}
	case dict:
		key, ok := by.(string)
		for i, k := range of.keys {
			if have, isString := k.(string); ok && isString && have == key {
				return of.values[i]
			}
		}
	}
	return nil
}

// each calls f for the body of a comprehension with each of its bindings; of
// conditions nothing is known.
func (e *evaluator) each(c *build.Comprehension, v vars, f func(build.Expr, vars)) {
	var run func(clauses []build.Expr, v vars)
	run = func(clauses []build.Expr, v vars) {
		if len(clauses) == 0 {
			if e.spend() {
				f(c.Body, v)
			}
			return
		}
		loop, ok := clauses[0].(*build.ForClause)
		if !ok {
			run(clauses[1:], v)
			return
		}
		items, ok := iterated(e.eval(loop.X, v))
		if !ok {
			items = list{nil}
		}
		for _, item := range items {
			inner := maps.Clone(v)
			if inner == nil {
				inner = vars{}
			}
			bind(inner, loop.Vars, item)
			run(clauses[1:], inner)
		}
	}
	run(c.Clauses, v)
}

// iterated returns what a loop goes through.
func iterated(v value) (list, bool) {
	if d, ok := v.(dict); ok {
		return d.keys, true
	}
	l, ok := v.(list)
	return l, ok
}

// bind gives a variable, or several, their values.
func bind(v vars, to build.Expr, item value) {
	var targets []build.Expr
	switch to := to.(type) {
	case *build.Ident:
		v[to.Name] = item
		return
	case *build.ParenExpr:
		bind(v, to.X, item)
		return
	case *build.TupleExpr:
		targets = to.List
	case *build.ListExpr:
		targets = to.List
	}
	items, _ := item.(list)
	for i, t := range targets {
		if i < len(items) {
			bind(v, t, items[i])
		} else {
			bind(v, t, nil)
		}
	}
}

// texts returns the strings that a value has, or that its parts have; anything
// stands for those that are not known.
func texts(v value) []string {
	switch v := v.(type) {
	case string:
		return []string{v}
	case list:
		var out []string
		for _, x := range v {
			out = append(out, texts(x)...)
		}
		return out
	case either:
		return texts(list(v))
	case dict:
		return texts(v.keys)
	}
	return []string{anything}
}
