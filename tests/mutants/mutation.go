package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// mutation is a mistake that can be made: other text in place of some.
type mutation struct {
	pkg        *pkg
	path       string // of the file
	function   string // that it is in
	line       int
	start, end int // bytes
	from, to   string
	// before is the text of the line, so that String tells it from others, and
	// nth its number among those that are the same so far.
	before string
	nth    int
}

// String names the mistake in a way that outlives changes elsewhere.
func (m *mutation) String() string {
	name := m.path
	if i := strings.LastIndex(name, "/tools/"); i >= 0 {
		name = name[i+1:]
	}
	to := m.to
	if to == "" {
		to = "nothing"
	}
	s := fmt.Sprintf("%s %s: %s -> %s in %s", filepath.ToSlash(name), m.function, m.from, to, m.before)
	if m.nth > 1 {
		s += fmt.Sprintf(" #%d", m.nth)
	}
	return s
}

// apply returns the file with the mistake.
func (m *mutation) apply() ([]byte, error) {
	b, err := os.ReadFile(m.path)
	if err != nil {
		return nil, err
	}
	return append(append(append([]byte(nil), b[:m.start]...), m.to...), b[m.end:]...), nil
}

// operators are taken for each other.
var operators = map[token.Token]string{
	token.LSS: "<=", token.LEQ: "<", token.GTR: ">=", token.GEQ: ">",
	token.EQL: "!=", token.NEQ: "==",
	token.LAND: "||", token.LOR: "&&",
	token.ADD: "-", token.SUB: "+",
	token.AND: "|", token.OR: "&",
	token.SHL: ">>", token.SHR: "<<",
}

// bufferSize returns the argument that says how large a buffer is, if the call
// has one: another size takes other time, and changes nothing else.
func bufferSize(call *ast.CallExpr) ast.Expr {
	switch fn := call.Fun.(type) {
	case *ast.Ident:
		if fn.Name == "make" && len(call.Args) == 3 {
			return call.Args[2]
		}
	case *ast.SelectorExpr:
		x, ok := fn.X.(*ast.Ident)
		if ok && x.Name == "bufio" && len(call.Args) == 2 && strings.HasSuffix(fn.Sel.Name, "Size") {
			return call.Args[1]
		}
	}
	return nil
}

// mutations lists the mistakes that can be made in a file, but for those in the
// size of a buffer.
func mutations(path string) ([]*mutation, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, path, text, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	var all []*mutation
	for _, d := range f.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || fn.Body == nil {
			continue
		}
		add := func(pos, end token.Pos, to string) {
			at := fset.Position(pos)
			start, stop := at.Offset, fset.Position(end).Offset
			from := string(text[start:stop])
			if strings.Contains(from, "\n") {
				return
			}
			line := string(text[start-at.Column+1:])
			line, _, _ = strings.Cut(line, "\n")
			all = append(all, &mutation{
				path: path, function: fn.Name.Name, line: at.Line, start: start, end: stop,
				from: from, to: to, before: strings.TrimSpace(line),
			})
		}
		var visit func(n ast.Node) bool
		visit = func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				if size := bufferSize(n); size != nil {
					for _, a := range n.Args {
						if a != size {
							ast.Inspect(a, visit)
						}
					}
					return false
				}
			case *ast.BinaryExpr:
				if to := operators[n.Op]; to != "" {
					add(n.OpPos, n.OpPos+token.Pos(len(n.Op.String())), to)
				}
			case *ast.UnaryExpr:
				if n.Op == token.NOT {
					add(n.OpPos, n.OpPos+1, "")
				}
			case *ast.BasicLit:
				if i, err := strconv.ParseInt(n.Value, 10, 32); n.Kind == token.INT && err == nil {
					add(n.Pos(), n.End(), fmt.Sprint(i+1))
				}
			case *ast.Ident:
				switch n.Name {
				case "true":
					add(n.Pos(), n.End(), "false")
				case "false":
					add(n.Pos(), n.End(), "true")
				}
			case *ast.IncDecStmt:
				add(n.TokPos, n.End(), map[token.Token]string{token.INC: "--", token.DEC: "++"}[n.Tok])
			case *ast.BranchStmt:
				switch n.Tok {
				case token.BREAK:
					add(n.Pos(), n.Pos()+token.Pos(len("break")), "continue")
				case token.CONTINUE:
					add(n.Pos(), n.Pos()+token.Pos(len("continue")), "break")
				}
			case *ast.ExprStmt:
				add(n.Pos(), n.End(), "")
			case *ast.AssignStmt:
				if n.Tok != token.DEFINE {
					add(n.Pos(), n.End(), "")
				}
			case *ast.ReturnStmt:
				// An error that is swallowed.
				if k := len(n.Results); k > 0 {
					if id, ok := n.Results[k-1].(*ast.Ident); ok && id.Name == "err" {
						add(id.Pos(), id.End(), "nil")
					}
				}
			}
			return true
		}
		ast.Inspect(fn.Body, visit)
	}
	same := map[string]int{}
	for _, m := range all {
		name := m.String()
		same[name]++
		m.nth = same[name]
	}
	return all, nil
}
