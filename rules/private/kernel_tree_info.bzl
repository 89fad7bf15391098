"""The provider of `kernel_tree`."""

DOC = """A kernel tree: the files of a source tree with those of a build's output laid over them.

It only describes where the files are. The actions that need them read them in place; nothing is copied or unpacked.
"""

FIELDS = {
    "allow_mismatch": "bool: whether srctree and objtree may be of different versions, architectures or builds.",
    "arch": "string: the kernel's own name of the architecture (its SRCARCH), such as `x86` or `arm64`.",
    "archive_objtree": "string: root of the build output inside the archives; empty: found by looking for include/generated.",
    "archive_srctree": "string: root of the source tree inside the archives; empty: found by looking for Makefile and Kbuild.",
    "archives": "depset of File: packages and tar archives that hold a srctree, an objtree or both.",
    "build_tree": "File: an uncompressed tar of profile `modules` with nothing stripped, made on demand; what `kheaders_module` builds against. Of a tree from which no module can be built it is a text that says why.",
    "files": "depset of File: every input of the tree, to be given to an action that reads it.",
    "generated": "depset of File: files and directories of the objtree.",
    "generated_root": "string: the directory that is the objtree's root, by its path in its repository; empty: the repository's root. A file of `generated` has its path in the tree below it.",
    "index": "File or None, or not there: one tar, compressed by zstd, that sets are made from in place of `files`: the paths of all of them, and the bytes of what profiles take.",
    "label": "Label: the target, for messages.",
    "max_tree_bytes": "string: the most bytes that the archives may decompress to; `0`: no limit; empty, or not there: the program's own.",
    "max_tree_files": "int: the most files, directories and links of the archives or below a directory; -1: no limit; 0, or not there: the program's own.",
    "names": "dict: what a repository is called in messages and manifests, by its `Label.repo_name`, where a rule made it and knows; others are called by their label.",
    "paths": "File: the paths of all files of the tree, one a line, made on demand; what `kheaders_verify_test` compares an archive with.",
    "release": "string: the kernel release the user stated, such as `6.1.0-50-amd64`; empty: what the tree itself says.",
    "srcs": "depset of File: files and directories of the srctree.",
    "srcs_root": "string: as `generated_root`, of the srctree.",
}

KernelTreeInfo = provider(doc = DOC, fields = FIELDS)

def tree_with(tree, **fields):
    """Returns a tree with other values in some fields.

    Args:
      tree: KernelTreeInfo.
      **fields: the fields that differ, by name.
    """
    return KernelTreeInfo(**({name: getattr(tree, name) for name in FIELDS if hasattr(tree, name)} | fields))
