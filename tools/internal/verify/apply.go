package verify

// levels are the binary operators, those that bind least first; the longer of
// two that begin alike comes first.
var levels = [][]string{{"||"}, {"&&"}, {"|"}, {"^"}, {"&"}, {"==", "!="}, {"<=", ">=", "<", ">"}, {"<<", ">>"}, {"+", "-"}, {"*", "/", "%"}}

// apply applies a binary operator: what it comes to may be known though one
// side is not.
func apply(op string, a, b value) value {
	switch op {
	case "||":
		if a.known && a.n != 0 || b.known && b.n != 0 {
			return one
		}
		if a.known && b.known {
			return zero
		}
		return unknown
	case "&&":
		if a.known && a.n == 0 || b.known && b.n == 0 {
			return zero
		}
		if a.known && b.known {
			return one
		}
		return unknown
	}
	if !a.known || !b.known {
		return unknown
	}
	switch x, y := a.n, b.n; op {
	case "|":
		return value{x | y, true}
	case "^":
		return value{x ^ y, true}
	case "&":
		return value{x & y, true}
	case "==":
		return truth(x == y)
	case "!=":
		return truth(x != y)
	case "<":
		return truth(x < y)
	case ">":
		return truth(x > y)
	case "<=":
		return truth(x <= y)
	case ">=":
		return truth(x >= y)
	case "<<":
		return value{x << (uint64(y) & 63), true}
	case ">>":
		return value{x >> (uint64(y) & 63), true}
	case "+":
		return value{x + y, true}
	case "-":
		return value{x - y, true}
	case "*":
		return value{x * y, true}
	case "/":
		if y != 0 {
			return value{x / y, true}
		}
	case "%":
		if y != 0 {
			return value{x % y, true}
		}
	}
	return unknown
}
