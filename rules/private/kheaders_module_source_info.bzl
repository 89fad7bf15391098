"""The provider of `kheaders_module_source`."""

DOC = "The sources of the kernel module that hands out an archive of kernel headers."

FIELDS = {
    "archive": "KheadersArchiveInfo: the archive inside.",
    "data": "File: `kheaders_data.h`, or `kheaders_data.<format>` when the archive is embedded with .incbin.",
    "embed": "string: `header` or `incbin`.",
    "files": "depset of File: all of the sources; they lie in one directory.",
    "kbuild": "File: `Kbuild`.",
    "kconfig": "File: `Kconfig`.",
    "label": "Label: the target, for messages.",
    "paths": "list of string: where a running kernel shows the archive, such as `/proc/kheaders.tgz`.",
    "source": "File: `kheaders.c`.",
}

KheadersModuleSourceInfo = provider(doc = DOC, fields = FIELDS)
