package capi

// class is what a word is in a declaration.
type class uint8

const (
	ordinary class = iota
	// storage is how something is stored or called: no part of its type.
	storage
	// qualifier is a part of a type that is never its name, nor anything's.
	qualifier
	// basic is a type's own name, which nothing else can have.
	basic
	// attribute is what may stand before or behind a name, with arguments or
	// without.
	attribute
	tag
	typedef
	extern
)

var classes = func() map[string]class {
	m := map[string]class{}
	for c, words := range map[class][]string{
		storage:   {"static", "inline", "__inline", "__inline__", "__always_inline", "_Noreturn", "__extension__", "register", "auto", "noinline", "__maybe_unused", "__init", "__exit", "__meminit", "_Thread_local"},
		extern:    {"extern"},
		typedef:   {"typedef"},
		tag:       {"struct", "union", "enum"},
		qualifier: {"const", "volatile", "restrict", "__const", "__volatile__", "__restrict", "__restrict__", "__bitwise", "__bitwise__", "__user", "__iomem", "__percpu", "__rcu", "__kernel", "__force", "__nocast", "__safe", "__private", "_Atomic"},
		basic:     {"void", "char", "short", "int", "long", "float", "double", "signed", "unsigned", "_Bool", "bool", "__signed__", "__int128", "_Complex"},
		attribute: {
			"__attribute__", "__attribute", "__declspec", "asm", "__asm__", "__asm", "alignas", "_Alignas", "__aligned", "__section", "__printf", "__scanf", "__packed",
			"__acquires", "__releases", "__must_hold", "__acquire", "__release", "__cond_acquires", "__cond_releases", "__acquires_shared", "__releases_shared", "__must_hold_shared", "__cond_lock", "__guarded_by", "__pt_guarded_by",
			"__malloc", "__alloc_size", "__realloc_size", "__assume_aligned", "__counted_by", "__counted_by_le", "__counted_by_be", "__nonstring", "__diagnose_as", "__no_sanitize", "__copy", "__alias", "__must_check",
			"__compiletime_error", "__compiletime_warning", "__attribute_const__", "__nonnull", "__returns_nonnull", "__strftime", "__used", "__unused", "__weak", "__cold", "__pure", "__deprecated", "__noreturn", "__designated_init", "__randomize_layout", "__no_randomize_layout",
			"__cacheline_aligned", "____cacheline_aligned", "____cacheline_aligned_in_smp", "__cacheline_aligned_in_smp", "____cacheline_internodealigned_in_smp", "__read_mostly", "__ro_after_init", "__initdata", "__refdata", "__nosavedata",
		},
	} {
		for _, w := range words {
			m[w] = c
		}
	}
	return m
}()

// reserved says whether a word begins as those of the compiler and of attributes do.
func reserved(t string) bool { return len(t) > 1 && t[0] == '_' && t[1] == '_' }
