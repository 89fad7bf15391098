"""The provider of `kheaders_cc`."""

DOC = "What a kernel module is compiled with: the tools of the C/C++ toolchain that was chosen for a platform."

FIELDS = {
    "arch": "string or None: the kernel's own name of the architecture that is compiled for, where toolchain or platform tell it.",
    "compiler": "string: path of the compiler, for messages; empty where there is no toolchain.",
    "files": "depset of File: the toolchain's own files.",
    "found": "bool: whether there is such a toolchain.",
    "tools": "dict of string to string: make's variables `CC`, `LD`, `AR`, `NM`, `OBJCOPY`, `OBJDUMP`, `STRIP`, and the path of the program for each; those that nothing names are not in it.",
}

KheadersCcInfo = provider(doc = DOC, fields = FIELDS)
