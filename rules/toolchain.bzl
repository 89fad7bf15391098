"""The toolchain rule: for registering a prebuilt `kheaders` program."""

load("//private:toolchain.bzl", _kheaders_toolchain = "kheaders_toolchain")

kheaders_toolchain = _kheaders_toolchain
