package kernel

// GivenHeader is a header that Kbuild includes without an #include.
type GivenHeader struct {
	// Name is as an #include would have it, Why says who includes it.
	Name, Why string
	// Modules tells that only the sources which modpost writes include it.
	Modules bool
	// Always tells that every kernel has it, from Since on. Of the others a
	// kernel includes those that it has.
	Always bool
	Since  Version
}

// GivenHeaders returns the headers that Kbuild includes without an #include
// (the -include flags of the top Makefile and scripts/Makefile.lib, and what
// scripts/mod/modpost.c writes), of all kernels. With modules, also those of
// the sources that modpost writes.
func GivenHeaders(modules bool) []GivenHeader {
	var out []GivenHeader
	for _, g := range given {
		if !g.Modules || modules {
			out = append(out, g)
		}
	}
	return out
}

const (
	everySource = "included before every source file"
	everyModule = "included by the .mod.c file of each module"
)

var given = []GivenHeader{
	{Name: "linux/kconfig.h", Why: everySource, Always: true},
	{Name: "linux/compiler_types.h", Why: everySource, Always: true, Since: Version{4, 16}},
	{Name: "linux/compiler-version.h", Why: everySource, Always: true, Since: Version{5, 13}},
	{Name: "generated/utsrelease.h", Why: "says which kernel it is"},
	{Name: "linux/module.h", Why: everyModule, Modules: true},
	{Name: "linux/build-salt.h", Why: everyModule, Modules: true},
	{Name: "linux/elfnote-lto.h", Why: everyModule, Modules: true},
	{Name: "linux/export-internal.h", Why: everyModule, Modules: true},
	{Name: "linux/vermagic.h", Why: everyModule, Modules: true},
	{Name: "linux/compiler.h", Why: everyModule, Modules: true},
	{Name: "asm/orc_header.h", Why: everyModule, Modules: true},
	// scripts/Makefile.build runs it through the assembler for each exported symbol.
	{Name: "asm/asm-prototypes.h", Why: "included where genksyms looks at assembler's exports", Modules: true},
}
