package headerset

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// TestRust takes what modules in Rust are built with where it is asked for, and
// says what is missing.
func TestRust(t *testing.T) {
	conf := "CONFIG_X86=y\nCONFIG_RUST=y\n"
	crates := []string{"rust/libcore.rmeta", "rust/libcompiler_builtins.rmeta", "rust/libbindings.rmeta", "rust/libkernel.rmeta", "rust/libnew.rmeta", "rust/libmacros.so"}
	parts := append(slices.Clone(crates), "include/generated/rustc_cfg", "scripts/target.json")
	never := []string{"rust/kernel/lib.rs", "rust/Makefile", "rust/libsyn.rlib", "rust/core.o", "rust/bindings/bindings_generated.rs", "scripts/rust_is_available.sh", "scripts/generate_rust_target.rs"}
	whole := map[string]string{
		"include/config/auto.conf": conf, ".rustfmt.toml": "",
		"Makefile":              "VERSION = 6\nPATCHLEVEL = 1\nX = $(objtree)/include/generated/rustc_cfg\nY = $(srctree)/scripts/rust_is_available.sh\n",
		"arch/x86/Makefile":     "KBUILD_RUSTFLAGS += --target=$(objtree)/scripts/target.json\n",
		"scripts/Makefile.lib":  "rust_flags = @$(objtree)/include/generated/rustc_cfg\n",
		"scripts/Makefile.host": "", "rust/kernel/generated_arch_warn_asm.rs": "",
	}
	for _, p := range slices.Concat(parts, never) {
		whole[p] = ""
	}
	less := func(paths ...string) map[string]string {
		m := maps.Clone(whole)
		for _, p := range paths {
			delete(m, p)
		}
		return m
	}
	with := func(path, text string) map[string]string {
		m := maps.Clone(whole)
		m[path] = text
		return m
	}
	moved := less("scripts/target.json")
	moved["rust/target.json"] = ""
	newer := with("Makefile", "VERSION = 7\nPATCHLEVEL = 2\n")
	maps.Copy(newer, map[string]string{"include/generated/utsrelease.h": "#define UTS_RELEASE \"7.2.0-test\"\n", "include/config/kernel.release": "7.2.0-test\n"})
	for _, c := range []askedCase{
		{name: "not asked for", files: whole, hasNot: slices.Concat(parts, never, []string{".rustfmt.toml"})},
		{name: "asked for", files: whole, o: Options{Rust: true}, has: append(parts, ".rustfmt.toml", "rust/kernel/generated_arch_warn_asm.rs"), hasNot: never},
		{name: "profile rfc", files: whole, o: Options{Rust: true, Profile: "rfc"}, has: parts},
		{name: "target.json where 6.1 has it", files: moved, o: Options{Rust: true}, has: []string{"rust/target.json"}},
		{name: "no target.json", files: less("scripts/target.json"), o: Options{Rust: true}, err: "scripts/target.json or rust/target.json is missing (profile modules: the machine that rustc compiles for): run \"make prepare\""},
		{name: "no rustc_cfg", files: less("include/generated/rustc_cfg"), o: Options{Rust: true}, err: "include/generated/rustc_cfg is missing"},
		{name: "no macros", files: less("rust/libmacros.so"), o: Options{Rust: true}, err: "rust/libmacros.so or rust/libmacros.dylib is missing"},
		{name: "nothing", files: less(parts...), o: Options{Rust: true}, err: "rustc_cfg, scripts/target.json or rust/target.json, rust/libcore.rmeta and 4 more files are missing (profile modules): run \"make prepare\" in the kernel with CONFIG_RUST"},
		{name: "bitcode of helpers", files: with("include/config/auto.conf", conf+"CONFIG_RUST_INLINE_HELPERS=y\n"), o: Options{Rust: true}, err: "rust/helpers/helpers_module.bc is missing"},
		{name: "of 7.2", files: newer, o: Options{Rust: true}, err: "rust/libbuild_error.rmeta, rust/libuapi.rmeta, rust/libffi.rmeta and"},
		{name: "kernel without", files: with("include/config/auto.conf", "CONFIG_X86=y\n"), o: Options{Rust: true}, err: "rust has no effect: the kernel was configured without CONFIG_RUST, so it has no modules in Rust: leave rust out"},
		{name: "a crate that this kernel makes", files: with("rust/Makefile", "obj-$(CONFIG_RUST) += core.o alloc.o bindings.o\n"), o: Options{Rust: true}, err: "rust/liballoc.rmeta is missing (profile modules: Rust's own library): run"},
		{name: "another, by its rule", files: with("rust/Makefile", "$(obj)/ffi.o: $(src)/ffi.rs FORCE\n"), o: Options{Rust: true}, err: "rust/libffi.rmeta is missing (profile modules: the types of C)"},
		{name: "another, by its metadata", files: with("rust/Makefile", "cmd = cp $(objtree)/rust/libffi.rmeta $@\n"), o: Options{Rust: true}, err: "rust/libffi.rmeta is missing"},
		{name: "crates that it does not make", files: with("rust/Makefile", "obj-y += myalloc.o ffi.c # alloc.o\n"), o: Options{Rust: true}, has: parts},
		{name: "both without", files: with("include/config/auto.conf", "CONFIG_X86=y\n"), o: Options{Rust: true, BTF: true}, err: "leave btf out; rust has no effect"},
		{name: "an exclude", files: less("rust/libbindings.rmeta"), o: Options{Rust: true, Exclude: []string{"rust/libbindings.rmeta"}}, has: []string{"rust/libkernel.rmeta"}},
		{name: "crates by include", files: whole, o: Options{Include: []string{"rust/*.rmeta", "rust/*.so"}}, has: parts},
		{name: "crates by include, not all", files: whole, o: Options{Include: []string{"rust/*.rmeta"}}, has: []string{"scripts/target.json"}, hasNot: []string{"rust/libmacros.so"}, warn: "rust/libkernel.rmeta is in the set, so it is for modules in Rust, and without rust/libmacros.so or rust/libmacros.dylib (macros that rustc loads) none of them builds: run"},
		{name: "sources by include", files: whole, o: Options{Include: []string{"rust/kernel/*.rs"}}, has: []string{"rust/kernel/lib.rs"}, hasNot: parts},
		{name: "one by extra, of a kernel without Rust", files: with("include/config/auto.conf", "CONFIG_X86=y\n"), o: Options{Extra: []string{"rust/libkernel.rmeta"}}, has: []string{"rust/libkernel.rmeta"}},
	} {
		c.check(t, "Rust")
	}
	for _, c := range []struct {
		o    Options
		want string
	}{
		{Options{Profile: "headers", HostTools: "keep"}, "no module is built from profile headers, so rust means nothing"},
		{Options{Profile: "modules", HostTools: "none"}, "host tools mode none leaves out the macros that rustc loads, which rust needs: use keep or stripped"},
	} {
		c.o.Arch, c.o.Rust = "x86", true
		if _, err := New(c.o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %q", err, c.want)
		}
	}
}
