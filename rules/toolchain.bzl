"""The toolchain rules: for registering a prebuilt `kheaders` program, and QEMU."""

load("//private:qemu_toolchain.bzl", _kheaders_qemu_toolchain = "kheaders_qemu_toolchain")
load("//private:toolchain.bzl", _kheaders_toolchain = "kheaders_toolchain")

kheaders_qemu_toolchain = _kheaders_qemu_toolchain
kheaders_toolchain = _kheaders_toolchain
