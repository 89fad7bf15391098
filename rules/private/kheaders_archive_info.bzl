"""The provider of `kheaders_archive`."""

DOC = "An archive of kernel headers, and what is known of it when the build is analysed."

FIELDS = {
    "arch": "string: the kernel's own name of the architecture, such as `x86`.",
    "archive": "File: the archive.",
    "format": "string: `tgz`, `tar`, `tar.xz`, `tar.zst` or `tar.bz2`.",
    "label": "Label: the target, for messages.",
    "level": "int: the compression level; 0 is the format's default.",
    "manifest": "File: the list of the files in the archive.",
    "mtime": "int: modification time of every entry, in seconds since 1970-01-01 00:00:00 UTC.",
    "profile": "string: the profile of the set.",
    "release": "string: the kernel release the user stated; empty: what the tree itself says (it is in `stats`).",
    "set": "KheadersSetInfo: the set that was packed.",
    "stats": "File: sizes and counts as JSON: release, arch, codec, files, bytes before and after, sha256, bytes a directory.",
    "strip": "string: `none`, `comments`, `comments_keep_license` or `minify`.",
    "tree": "KernelTreeInfo: the tree the set was taken from; its `build_tree` and `paths` are those that were written with the archive, where they were.",
}

KheadersArchiveInfo = provider(doc = DOC, fields = FIELDS)
