"""The provider of `kheaders_toolchain`."""

DOC = "The programs that the rules run. Both are built for the machine that runs the actions."

FIELDS = {
    "kbuild": "FilesToRunProvider or None: the program that builds a kernel module with make (`kheaders_module` alone needs it).",
    "runfiles": "runfiles: what `tool` needs beside it when it runs as a test.",
    "tool": "FilesToRunProvider: the `kheaders` program, which does all the work on bytes.",
}

KheadersToolchainInfo = provider(doc = DOC, fields = FIELDS)
