"""The module extension: kernels from this machine, from Debian's packages and from archives."""

load("//private:extension.bzl", _kheaders = "kheaders")

kheaders = _kheaders
