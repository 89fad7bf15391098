"""The provider of `kheaders_set`."""

DOC = """Which files of a kernel tree are wanted.

A set is a description. Whoever needs the files (the archive action) evaluates it against the tree, so that a tree is read once.
"""

FIELDS = {
    "btf": "bool: whether what modules with BTF are built with is taken.",
    "exclude": "list of string: globs over tree paths that are left out; `extra` wins over them.",
    "extra": "list of string: tree paths of files that are added, whatever `exclude` says.",
    "host_machine": "string: the machine that host tools must be for, `any`, or empty.",
    "host_tools": "string: `keep`, `stripped` or `none`.",
    "include": "list of string: globs over tree paths that are added.",
    "label": "Label: the target, for messages.",
    "manifest": "File: the list of the files, made on demand.",
    "profile": "string: `headers`, `modules` or `rfc`.",
    "root_files": "depset of File: files and directories outside of the tree that are roots.",
    "roots": "list of string: headers of the tree; with these or `root_files`, only the headers that they can reach are wanted.",
    "rust": "bool: whether what modules in Rust are built with is taken.",
    "tree": "KernelTreeInfo: the tree the files come from.",
}

KheadersSetInfo = provider(doc = DOC, fields = FIELDS)
