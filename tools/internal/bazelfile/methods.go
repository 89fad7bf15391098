package bazelfile

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/bazelbuild/buildtools/build"
)

// formatted is the operator % of strings.
func formatted(format string, args list) string {
	var b strings.Builder
	n := 0
	for i := 0; i < len(format); i++ {
		if format[i] != '%' || i+1 == len(format) {
			b.WriteByte(format[i])
			continue
		}
		if i++; format[i] == '%' {
			b.WriteByte('%')
		} else if n < len(args) {
			b.WriteString(written1(args[n]))
			n++
		} else {
			b.WriteString(anything)
		}
	}
	return b.String()
}

// call works out functions and methods of strings, lists and dicts.
func (e *evaluator) call(c *build.CallExpr, v vars) value {
	args, named := list{}, map[string]value{}
	for _, a := range c.List {
		if kw, ok := a.(*build.AssignExpr); ok {
			named[text(kw.LHS)] = e.eval(kw.RHS, v)
		} else {
			args = append(args, e.eval(a, v))
		}
	}
	arg := func(i int) value {
		if i < len(args) {
			return args[i]
		}
		return nil
	}
	if dot, ok := c.X.(*build.DotExpr); ok {
		return method(e.eval(dot.X, v), dot.Name, args, named)
	}
	switch text(c.X) {
	case "struct":
		r := record{}
		for _, a := range c.List {
			if kw, ok := a.(*build.AssignExpr); ok {
				r[text(kw.LHS)] = e.bound(kw.RHS, v)
			}
		}
		return r
	case "str":
		return written1(arg(0))
	case "list", "sorted", "tuple", "depset":
		if d, ok := arg(0).(dict); ok {
			return d.keys
		}
		return arg(0)
	case "dict":
		d, _ := arg(0).(dict)
		for _, k := range slices.Sorted(maps.Keys(named)) {
			d.keys, d.values = append(d.keys, k), append(d.values, named[k])
		}
		return d
	case "range":
		first, last := 0, arg(0)
		if len(args) > 1 {
			n, ok := arg(0).(int)
			if !ok {
				return nil
			}
			first, last = n, arg(1)
		}
		n, ok := last.(int)
		if !ok || len(args) > 2 || n-first > maxSteps {
			return nil
		}
		out := list{}
		for i := first; i < n; i++ {
			out = append(out, i)
		}
		return out
	case "enumerate":
		l, ok := arg(0).(list)
		if !ok {
			return nil
		}
		out := list{}
		for i, x := range l {
			out = append(out, list{i, x})
		}
		return out
	}
	return nil
}

func method(of value, name string, args list, named map[string]value) value {
	if d, ok := of.(dict); ok {
		switch name {
		case "keys":
			return d.keys
		case "values":
			return d.values
		case "items":
			out := list{}
			for i := range d.keys {
				out = append(out, list{d.keys[i], d.values[i]})
			}
			return out
		}
		return nil
	}
	s, ok := of.(string)
	if !ok {
		return nil
	}
	str := func(i int) string {
		if i < len(args) {
			return written1(args[i])
		}
		return ""
	}
	switch name {
	case "format":
		return bracesFormatted(s, args, named)
	case "join":
		if len(args) == 1 {
			if l, ok := args[0].(list); ok {
				var parts []string
				for _, x := range l {
					parts = append(parts, written1(x))
				}
				return strings.Join(parts, s)
			}
		}
		return anything
	case "lower":
		return strings.ToLower(s)
	case "upper":
		return strings.ToUpper(s)
	case "strip":
		return strings.TrimSpace(s)
	case "replace":
		return strings.ReplaceAll(s, str(0), str(1))
	case "removesuffix":
		return strings.TrimSuffix(s, str(0))
	case "removeprefix":
		return strings.TrimPrefix(s, str(0))
	case "split":
		if len(args) == 1 && str(0) != "" {
			out := list{}
			for _, p := range strings.Split(s, str(0)) {
				out = append(out, p)
			}
			return out
		}
	}
	return nil
}

// bracesFormatted is the method format of strings.
func bracesFormatted(format string, args list, named map[string]value) string {
	var b strings.Builder
	next := 0
	for format != "" {
		i := strings.IndexByte(format, '{')
		if i < 0 {
			break
		}
		b.WriteString(format[:i])
		end := strings.IndexByte(format[i:], '}')
		if end < 0 {
			return b.String() + anything
		}
		field := format[i+1 : i+end]
		format = format[i+end+1:]
		n, err := strconv.Atoi(field)
		switch {
		case field == "":
			n, err = next, nil
			next++
			fallthrough
		case err == nil:
			if n < len(args) {
				b.WriteString(written1(args[n]))
			} else {
				b.WriteString(anything)
			}
		default:
			b.WriteString(written1(named[field]))
		}
	}
	return b.String() + format
}
