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
	// As C has it: with one side unsigned both are, a shift is as its left side.
	x, y := a.n, b.n
	u := a.unsigned || b.unsigned
	switch op {
	case "|":
		return value{x | y, true, u}
	case "^":
		return value{x ^ y, true, u}
	case "&":
		return value{x & y, true, u}
	case "==":
		return truth(x == y)
	case "!=":
		return truth(x != y)
	case "<":
		return truth(less(x, y, u))
	case ">":
		return truth(less(y, x, u))
	case "<=":
		return truth(!less(y, x, u))
	case ">=":
		return truth(!less(x, y, u))
	case "<<":
		return shift(a, b, y)
	case ">>":
		return shift(a, b, -y)
	case "+":
		return value{x + y, true, u}
	case "-":
		return value{x - y, true, u}
	case "*":
		return value{x * y, true, u}
	case "/", "%":
		return divide(op, x, y, u)
	}
	return unknown
}

func less(x, y int64, unsigned bool) bool {
	if unsigned {
		return uint64(x) < uint64(y)
	}
	return x < y
}

// shift shifts a to the left by n, or for one below 0 to the right; b is what n
// was made of. So does the preprocessor, which has no undefined shifts.
func shift(a, b value, n int64) value {
	switch {
	case b.unsigned && b.n < 0: // more than fits
		return unknown
	case n >= 0:
		return value{a.n << uint64(n), true, a.unsigned}
	case a.unsigned:
		return value{int64(uint64(a.n) >> uint64(-n)), true, true}
	}
	return value{a.n >> uint64(-n), true, false}
}

func divide(op string, x, y int64, unsigned bool) value {
	switch {
	case y == 0:
		return unknown
	case unsigned && op == "/":
		return value{int64(uint64(x) / uint64(y)), true, true}
	case unsigned:
		return value{int64(uint64(x) % uint64(y)), true, true}
	case op == "/":
		return value{x / y, true, false}
	}
	return value{x % y, true, false}
}
