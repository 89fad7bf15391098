package closure

// Given is a header that Kbuild includes without an #include.
type Given struct {
	// Name is as an #include would have it, Why says who includes it.
	Name, Why string
}

// GivenHeaders returns the headers that Kbuild includes without an #include: of
// these names, whatever a kernel has. With modules, also those of the sources
// that modpost writes.
func GivenHeaders(modules bool) []Given {
	var out []Given
	for _, g := range given {
		if !g.modules || modules {
			out = append(out, Given{g.name, g.why})
		}
	}
	return out
}
