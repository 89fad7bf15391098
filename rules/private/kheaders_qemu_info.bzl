"""The provider of `kheaders_qemu_toolchain`."""

DOC = "The programs that machines are emulated by, on the machine that runs tests."

FIELDS = {
    "programs": "dict: the kernel's own name of an architecture, such as `arm64`, to the File of its QEMU.",
    "runfiles": "runfiles: what the programs need beside them.",
}

KheadersQemuInfo = provider(doc = DOC, fields = FIELDS)
