"""Tests of include closures of one real kernel."""

load("@rules_go//go:def.bzl", "go_test")
load("@rules_kheaders//:defs.bzl", "kheaders_archive", "kheaders_set", "kheaders_verify_test")

# What bcc itself includes in every program: its helpers.h. Its users need these besides the tools' own.
BCC_ROOTS = [
    "asm/page.h",
    "linux/log2.h",
    "linux/version.h",
    "uapi/linux/bpf.h",
    "uapi/linux/if_packet.h",
]

# Five typical entry points.
ENTRIES = [
    "linux/sched.h",
    "linux/fs.h",
    "net/sock.h",
    "linux/blkdev.h",
    "linux/skbuff.h",
]

def _bcc_tools_impl(ctx):
    out = ctx.actions.declare_directory(ctx.label.name)
    ctx.actions.run_shell(
        outputs = [out],
        command = "cp -L /usr/sbin/*-bpfcc $1",
        arguments = [ctx.actions.args().add_all([out], expand_directories = False)],
        mnemonic = "BccTools",
        progress_message = "Copying bcc's tools",
    )
    return [DefaultInfo(files = depset([out]))]

bcc_tools = rule(
    implementation = _bcc_tools_impl,
    doc = "The tools of bcc that the machine has (Debian's package bpfcc-tools), as a directory.",
)

def closure_test(name, tree, arch, bcc = False, tags = []):
    """Makes archives of roots, and tests that they hold all that compilers reach, and compile alone.

    | target | what it is |
    | --- | --- |
    | `name_full` | all headers |
    | `name_roots` | what five entry points can reach |
    | `name_bcc` | what bcc's tools can reach, if `bcc` |
    | `name_modules` | profile `modules`, of the headers what the five can reach |
    | `name_test`, `name_<archive>_verify_test` | the tests |
    | `name_tests` | the suite of these |

    Args:
      name: what the kernel is called here.
      tree: label of the `kernel_tree`.
      arch: the kernel's architecture.
      bcc: whether to compile what bcc's tools include; that takes longer than all the rest.
      tags: tags of the tests.
    """
    of_bcc = {
        "bcc": {
            "root_files": [":bcc_tools"],
            "roots": BCC_ROOTS,
        },
    }
    archives = {
        "full": {},
        "full_modules": {"profile": "modules"},
        "modules": {
            "profile": "modules",
            "roots": ENTRIES,
        },
        "roots": {"roots": ENTRIES},
    } | (of_bcc if bcc else {})
    for archive, attrs in archives.items():
        target = "%s_%s" % (name, archive)
        kheaders_set(
            name = target + ".set",
            tags = ["manual"],
            tree = tree,
            **attrs
        )
        kheaders_archive(
            name = target,
            set = target + ".set",
            strip = "comments",
            tags = ["manual"],
        )
        kheaders_verify_test(
            name = target + "_verify_test",
            size = "small",
            archive = target,
            tags = tags,
        )
    used = [archive for archive in archives if archive != "full_modules"]
    go_test(
        name = name + "_test",
        size = "large",
        timeout = "eternal",
        srcs = [
            "closure_test.go",
            "compilers_test.go",
        ],
        data = ["%s_%s" % (name, archive) for archive in used] + ([":bcc_tools"] if bcc else []),
        env = {
            "ARCH": arch,
            "ENTRIES": " ".join(ENTRIES),
        } | {
            archive.upper(): "$(rlocationpath %s_%s)" % (name, archive)
            for archive in used
        } | ({
            "BCC_ROOTS": " ".join(BCC_ROOTS),
            "BCC_TOOLS": "$(rlocationpath :bcc_tools)",
        } if bcc else {}),
        tags = tags,
        deps = [
            "//tests/runfile",
            "//tools/cpulimit",
        ],
    )
    native.test_suite(
        name = name + "_tests",
        tags = ["manual"],
        tests = [name + "_test"] + ["%s_%s_verify_test" % (name, archive) for archive in archives],
    )
