"""The kernels of Debian's architectures besides amd64 and arm64."""

# By the name of the repository @linux_NAME, the kernel's own name of the architecture.
KERNELS = {
    "6_12_riscv64": "riscv",
    "6_1_armhf": "arm",
    "6_1_i386": "x86",
    "6_1_mips64el": "mips",
    "newest_armhf": "arm",
    "newest_loong64": "loongarch",
    "newest_ppc64el": "powerpc",
    "newest_s390x": "s390",
}
