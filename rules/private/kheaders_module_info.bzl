"""The provider of `kheaders_module`."""

DOC = "A kernel module that hands out an archive of kernel headers."

FIELDS = {
    "archive": "KheadersArchiveInfo: the archive inside.",
    "module": "File: the module.",
    "paths": "list of string: where a running kernel shows the archive, such as `/proc/kheaders.tgz`.",
}

KheadersModuleInfo = provider(doc = DOC, fields = FIELDS)
