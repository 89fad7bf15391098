package makefile

// workOfCall bounds the work of one call, in steps.
const workOfCall = 1 << 16

// Call works out a call of one of make's functions in a makefile of a kernel's tree,
// for an architecture's directory below arch/. In its value "\x01" is the top of the
// tree. ok is false where a part of it is not known: any variable but those that
// Kbuild gives.
func Call(text, file, arch string) (value string, ok bool) {
	r := newReader(Options{Dir: "/", Top: "/", Root: "/"}, "")
	none := func(string, Place) []File { return nil }
	r.tree, r.quiet = &treeReader{Tree: &Tree{Arch: arch, Files: none}, read: map[string]bool{}}, true
	r.work, r.at = workOfCall, Place{file, 1}
	value = r.expand(text, 0)
	return value, r.work >= 0 && !isUnknown(value)
}
