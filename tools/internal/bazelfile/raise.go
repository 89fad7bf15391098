package bazelfile

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"

	"github.com/bazelbuild/buildtools/build"
)

// Raise is a value that a call in a BUILD file is to have in place of another.
type Raise struct {
	// Call is the name of the target, or what a macro's call has as name.
	Call string
	// Attr is the argument, Key that of an entry of a dict; "" for the argument itself.
	Attr, Key string
	// Was and Is are strings, or numbers where Was is written as one.
	Was, Is string
	// Reason is why it is raised, for the comment above the line; "" makes none.
	Reason string
}

// EditValues returns the BUILD file data with values raised, each with its Reason in
// a comment above it. All else stays as it is, to the byte. Where a value does not
// stand there as it is, it is an error that says so, with its line, of each.
func EditValues(name string, data []byte, raises []Raise) ([]byte, error) {
	f, err := parse(name, data, build.ParseBuild)
	if err != nil {
		return nil, err
	}
	return f.editValues(raises, func(at build.Expr, r *Raise) {
		if r.Reason != "" {
			f.commentAbove(at, fmt.Sprintf("Raised %s from %s: %s", f.subjects(at, r)[0], r.Was, r.Reason))
		}
	})
}

// line returns where the line that a node begins on begins and ends.
func (f *file) line(x build.Expr) (begin, end int) {
	pos, _ := x.Span()
	return bytes.LastIndexByte(f.data[:pos.Byte], '\n') + 1, f.lineEnd(pos.Byte)
}

// editValues changes values; comment changes what is above each.
func (f *file) editValues(raises []Raise, comment func(build.Expr, *Raise)) ([]byte, error) {
	var failed []error
	for _, r := range raises {
		if at, err := f.raise(&r); err != nil {
			failed = append(failed, err)
		} else {
			comment(at, &r)
		}
	}
	if failed != nil {
		return nil, errors.Join(failed...)
	}
	return f.result(build.ParseBuild)
}

// replacing notes that a text does not stay.
func (f *file) replacing(text string) {
	if f.replaced == nil {
		f.replaced = map[string]int{}
	}
	f.replaced[text]++
}

// what is the value in its call, and named what it is in the file.
func (r *Raise) what() string {
	if r.Key != "" {
		return fmt.Sprintf("%s[%q]", r.Attr, r.Key)
	}
	return r.Attr
}

func (r *Raise) named() string { return fmt.Sprintf("%s of %q", r.what(), r.Call) }

// raise puts a value in its place, and returns what the comment on it goes above.
func (f *file) raise(r *Raise) (build.Expr, error) {
	hand := fmt.Sprintf("give it %s by hand where that is", r.Is)
	var at, value, other build.Expr
	var rule *build.Rule
	// Calls of two macros may have one name, and targets of others.
	for _, have := range f.callsOf(r.Call) {
		if a, v, o := f.valueOf(have, r); rule == nil || v != nil && value == nil || value == nil && o != nil && other == nil {
			rule, at, value, other = have, a, v, o
		}
	}
	if rule == nil {
		if line := Made(f.File, r.Call); line > 0 {
			return nil, fmt.Errorf("%s:%d: %s is computed: %s", f.name, line, r.named(), hand)
		}
		return nil, fmt.Errorf("%s: no call has name = %q, so something else makes it, where %s is computed: %s", f.name, r.Call, r.named(), hand)
	}
	if value == nil && other != nil && r.Was != "" {
		has := ""
		switch v := other.(type) {
		case *build.StringExpr:
			has = fmt.Sprintf("%.60q", v.Value)
		case *build.LiteralExpr:
			has = fmt.Sprintf("%.60s", v.Token)
		}
		return nil, fmt.Errorf("%s: %s has %s there, and was %s when this was built: run it again, or, if %s makes that of it, %s", f.at(at), r.named(), has, literal(other, r.Was), rule.Kind(), hand)
	}
	if value == nil {
		return nil, fmt.Errorf("%s: %s is computed, or given by what %s makes of its arguments: %s", f.at(at), r.named(), rule.Kind(), hand)
	}
	start, end := value.Span()
	text := literal(value, r.Is)
	if text != r.Is && f.data[start.Byte] == '\'' {
		text = "'" + r.Is + "'"
	}
	f.edits = append(f.edits, edit{start.Byte, end.Byte, text})
	f.replacing(r.Was)
	return at, nil
}

// callsOf returns the calls of that name that stand in the file for themselves: not
// those that a comprehension makes. All are looked up at once.
func (f *file) callsOf(name string) []*build.Rule {
	if f.byName == nil {
		f.byName = map[string][]*build.Rule{}
		for _, s := range f.Stmt {
			build.Walk(s, func(x build.Expr, above []build.Expr) {
				call, ok := x.(*build.CallExpr)
				for _, a := range above {
					switch a.(type) {
					case *build.ListExpr, *build.TupleExpr, *build.ParenExpr:
					default:
						ok = false
					}
				}
				if ok {
					n := attr(call, "name")
					f.byName[n] = append(f.byName[n], build.NewRule(call))
				}
			})
		}
	}
	return f.byName[name]
}

// literal writes a text as another value is: in quotes, if that is a string.
func literal(like build.Expr, text string) string {
	if _, ok := like.(*build.StringExpr); ok {
		return strconv.Quote(text)
	}
	return text
}

// valueOf returns the value as it stands in a call, nil if it does not, and what
// the comment on it goes above; other is what stands in its place for itself.
func (f *file) valueOf(rule *build.Rule, r *Raise) (at, value, other build.Expr) {
	arg := rule.AttrDefn(r.Attr)
	if arg == nil {
		return rule.Call, nil, nil
	}
	at, value = arg, arg.RHS
	if r.Key != "" {
		dict, ok := value.(*build.DictExpr)
		if !ok {
			return at, nil, nil
		}
		value = nil
		for _, kv := range dict.List {
			if key, ok := kv.Key.(*build.StringExpr); ok && key.Value == r.Key {
				at, value = kv, kv.Value
			}
		}
	}
	switch v := value.(type) {
	case *build.StringExpr:
		if v.Value == r.Was {
			return at, v, nil
		}
		return at, nil, v
	case *build.LiteralExpr:
		if v.Token == r.Was {
			return at, v, nil
		}
		return at, nil, v
	}
	return at, nil, nil
}

// commentAbove puts a comment on a line of its own above the one that a node
// begins on.
func (f *file) commentAbove(x build.Expr, comment string) {
	begin, end := f.line(x)
	line := f.data[begin:end]
	indent := line[:len(line)-len(bytes.TrimLeft(line, " \t"))]
	f.edits = append(f.edits, edit{begin, begin, string(indent) + "# " + comment + "\n"})
}
