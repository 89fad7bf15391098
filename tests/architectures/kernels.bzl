"""The kernels of Debian's architectures besides amd64 and arm64."""

def _kernel(srcarch, machine, arch = "", cross_compile = ""):
    return struct(arch = arch or srcarch, cross_compile = cross_compile, machine = machine, srcarch = srcarch)

# By the name of the repository @linux_NAME: the kernel's own name of the architecture, what tests/kernels calls the machine
# of an ELF file for it, make's ARCH where that is another, and the prefix of the cross compiler in the layer of the name that
# the kernel's ends with. Without a machine no module is built; without a prefix the machine's own compiler does.
KERNELS = {
    "6_12_riscv64": _kernel("riscv", "riscv64", cross_compile = "riscv64-linux-gnu-"),
    "6_1_armhf": _kernel("arm", "arm", cross_compile = "arm-linux-gnueabihf-"),
    "6_1_i386": _kernel("x86", "i386", arch = "i386"),
    "6_1_mips64el": _kernel("mips", ""),
    "newest_armhf": _kernel("arm", "arm", cross_compile = "arm-linux-gnueabihf-"),
    "newest_loong64": _kernel("loongarch", "loongarch64", cross_compile = "loongarch64-linux-gnu-"),
    "newest_ppc64el": _kernel("powerpc", "ppc64le", cross_compile = "powerpc64le-linux-gnu-"),
    "newest_s390x": _kernel("s390", "s390x", cross_compile = "s390x-linux-gnu-"),
}

# Those from which modules are built.
BUILT = [name for name, kernel in KERNELS.items() if kernel.machine]

# Those of them that are in every run of the tests.
ALWAYS_BUILT = ["6_12_riscv64"]

def layer_of(name):
    """Returns the repository of the compiler for a kernel; "" is the machine's own.

    Args:
      name: string: one of KERNELS.
    """
    return "@gcc_" + name.split("_")[-1] if KERNELS[name].cross_compile else ""
