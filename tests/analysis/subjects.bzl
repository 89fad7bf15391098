"""The targets that the analysis tests look at."""

load("@rules_kheaders//:defs.bzl", "kernel_tree", "kheaders", "kheaders_archive", "kheaders_budget", "kheaders_diff_report", "kheaders_module", "kheaders_module_source", "kheaders_sbom", "kheaders_sbom_test", "kheaders_set", "kheaders_size_report", "kheaders_size_table", "kheaders_size_test", "kheaders_vm_test")
load("@rules_kheaders//:toolchain.bzl", "kheaders_qemu_toolchain", "kheaders_toolchain")
load("@rules_kheaders//private:values.bzl", "FORMATS", "HEADER_PROFILES", "PROFILES")  # buildifier: disable=bzl-visibility

def _two_files_impl(ctx):
    # As Kleaf's modules_prepare: an archive, and the script that makes use of it.
    files = [ctx.actions.declare_file("%s/%s" % (ctx.label.name, file)) for file in ["outdir.tar.gz", "setup.sh"]]
    for file in files:
        ctx.actions.write(file, "")
    return [DefaultInfo(files = depset(files))]

two_files = rule(implementation = _two_files_impl)

# Sets of the indexed tree that are made from the tree itself.
BESIDE_INDEX = ["btf", "exclude_modules", "exclude_rfc", "extra", "include", "root_files", "roots", "rust"]

def subjects(name):  # buildifier: disable=unused-variable
    """Declares the subjects; none is built unless a test asks for it.

    Args:
      name: not used; the tests know the subjects by their own names.
    """
    tags = ["manual"]
    kernel_tree(
        name = "tree",
        srcs = ["//tests/fixtures/mini:srctree_files"],
        allow_mismatch = True,
        arch = "amd64",
        generated = ["//tests/fixtures/mini:objtree_files"],
        generated_strip_prefix = "/tests/fixtures/mini/objtree",
        max_tree_bytes = "8589934592",
        max_tree_files = 500000,
        release = "6.1.0-mini",
        strip_prefix = "/tests/fixtures/mini/srctree",
        tags = tags,
    )
    kheaders_set(
        name = "set",
        btf = True,
        exclude = ["include/net/**"],
        extra = ["Kbuild"],
        host_machine = "any",
        host_tools = "stripped",
        include = ["kernel/*.c"],
        profile = "modules",
        rust = True,
        tags = tags,
        tree = ":tree",
    )
    kheaders_set(
        name = "rooted",
        root_files = [
            "//tests/analysis:prebuilt_kheaders.sh",
            "//tests/fixtures/mini:srctree",
        ],
        roots = ["linux/list.h"],
        tags = tags,
        tree = ":tree",
    )
    kheaders_budget(
        name = "budget",
        creep = "1KiB",
        headroom = "2KiB",
        max = "448KiB",
        paths = ["include/net/**"],
        tags = tags,
        waivers = {"+60KiB until 7.4": "why"},
    )
    kheaders_size_test(
        name = "gated",
        archive = ":archive",
        budgets = [":budget"],
        creep = "2KiB",
        headroom = "4KiB",
        max_compressed = "5MiB",
        other = "4MB",
        path_budgets = {"include/sound/**": "20kB"},
        path_headroom = "1KiB",
        tags = tags,
    )
    kheaders_diff_report(
        name = "diff_report",
        api = True,
        base = ":archive",
        head = "base.json",
        tags = tags,
    )
    kheaders_size_table(
        name = "size_table",
        reports = [
            ":every.size_report",
            ":no_module.size_report",
        ],
        tags = tags,
    )
    kheaders_archive(
        name = "rooted_archive",
        set = ":rooted",
        tags = tags,
    )

    # One tree and many sets, which read its index; the last ones ask for what is not in that.
    kernel_tree(
        name = "indexed",
        srcs = ["//tests/fixtures/mini:srctree_files"],
        arch = "x86",
        generated = ["//tests/fixtures/mini:objtree_files"],
        generated_strip_prefix = "/tests/fixtures/mini/objtree",
        index = True,
        strip_prefix = "/tests/fixtures/mini/srctree",
        tags = tags,
    )
    of_index = ["indexed"]
    for profile in PROFILES:
        kheaders_set(
            name = "indexed_" + profile,
            exclude = ["include/net/**"] if profile in HEADER_PROFILES else [],
            profile = profile,
            tags = tags,
            tree = ":indexed",
        )
        of_index.append("indexed_" + profile)
        for format in FORMATS:
            kheaders_archive(
                name = "indexed_%s.%s" % (profile, format),
                build_tree = True,
                format = format,
                paths = True,
                set = ":indexed_" + profile,
                tags = tags,
            )
            of_index.append("indexed_%s.%s" % (profile, format))
    native.filegroup(
        name = "of_index",
        srcs = of_index,
        tags = tags,
    )
    for name, asked in {
        "btf": {"btf": True, "profile": "modules"},
        "exclude_modules": {"exclude": ["include/net/**"], "profile": "modules"},
        "exclude_rfc": {"exclude": ["@drivers"], "profile": "rfc"},
        "extra": {"extra": ["Kbuild"]},
        "include": {"include": ["kernel/*.c"]},
        "root_files": {"root_files": ["//tests/analysis:prebuilt_kheaders.sh"]},
        "roots": {"roots": ["linux/list.h"]},
        "rust": {"profile": "modules", "rust": True},
    }.items():
        kheaders_set(
            name = "indexed_with_" + name,
            tags = tags,
            tree = ":indexed",
            **asked
        )
    native.filegroup(
        name = "beside_index",
        srcs = ["indexed_with_" + name for name in BESIDE_INDEX],
        tags = tags,
    )
    kheaders_archive(
        name = "archive",
        format = "tar.zst",
        level = 2,
        mtime = 1700000000,
        set = ":set",
        strip = "comments",
        tags = tags,
    )
    kheaders_module_source(
        name = "incbin",
        archive = ":archive",
        embed = "incbin",
        tags = tags,
    )
    kheaders_module_source(
        name = "sysfs",
        archive = ":archive",
        interface = "sysfs",
        tags = tags,
    )
    kheaders(
        name = "both",
        interface = "both",
        module = False,
        sysfs_name = "kheaders.tar.xz",
        tags = tags,
        tree = ":tree",
    )
    kheaders(
        name = "every",
        timeout = "short",
        exec_compatible_with = ["@platforms//os:linux"],
        exec_properties = {"kind": "any"},
        exceptions = ["include/net/** net/*.h"],
        max_bytes = 100000,
        max_files = 50,
        must_contain = ["include/linux/list.h"],
        must_not_contain = ["**/*.c"],
        tags = tags,
        target_compatible_with = ["@platforms//os:linux"],
        tree = ":tree",
    )
    kheaders(
        name = "validated",
        baseline = "validated.sizes.txt",
        max_compressed = "100kB",
        max_module = "200kB",
        path_budgets = {"include/**": "90kB"},
        other = "90kB",
        tags = tags,
        tree = ":tree",
        validate = True,
        verify = False,
    )
    kheaders_size_report(
        name = "alone",
        archive = ":archive",
        max_files = 5,
        tags = tags,
        validate = True,
    )
    native.genrule(
        name = "made_baseline",
        outs = ["made.sizes.txt"],
        cmd = "touch $@",
        tags = tags,
    )
    kheaders(
        name = "no_module",
        module = False,
        verify = False,
        tags = tags,
        tree = "//tests/fixtures/mini:files_arm64",
    )
    kheaders(
        name = "cross",
        cross_compile = "aarch64-linux-gnu-",
        tags = tags,
        tree = "//tests/fixtures/mini:files_arm64",
        werror = False,
    )
    kheaders(
        name = "signed",
        compression = "xz",
        max_module = "200kB",
        signing_certificate = "//tests/sign:keys/ecdsa.x509.pem",
        signing_key = "//tests/sign:keys/ecdsa.key.pem",
        tags = tags,
        tree = ":tree",
    )
    kheaders_module(
        name = "by_command.module",
        hash = "sha512",
        signing_certificate = "//tests/sign:keys/ecdsa.x509.pem",
        signing_command = [
            "$(execpath prebuilt_kheaders.sh)",
            "{hash}",
        ],
        signing_tools = ["prebuilt_kheaders.sh"],
        source = ":signed.module_source",
        tags = tags,
    )
    kheaders_module(
        name = "compressed.module",
        compression = "zst",
        source = ":signed.module_source",
        tags = tags,
    )
    kheaders_sbom(
        name = "sbom",
        archive = ":archive",
        tags = tags,
    )
    kheaders_sbom_test(
        name = "sbom_test",
        must_not = ["GPL-3.0-only"],
        sbom = ":sbom",
        tags = tags,
    )
    kheaders(
        name = "placed",
        platform = "//tests/toolchains:linux_arm64",
        tags = tags,
        tree = "//tests/fixtures/mini:files_arm64",
    )
    native.platform(
        name = "nowhere",
        constraint_values = [
            "@platforms//cpu:s390x",
            "@platforms//os:none",
        ],
    )
    kheaders_module(
        name = "nowhere.module",
        platform = "//tests/analysis:nowhere",
        source = ":placed.module_source",
        tags = tags,
    )
    kheaders_module(
        name = "relative.module",
        platform = ":nowhere",
        source = ":placed.module_source",
        tags = tags,
    )
    kheaders_module(
        name = "nowhere.cross",
        werror = False,
        cross_compile = "aarch64-linux-gnu-",
        platform = "//tests/analysis:nowhere",
        source = ":placed.module_source",
        tags = tags,
    )
    kheaders_module(
        name = "placed_with_make_args",
        make_args = ["%s = mine" % tool for tool in ["LD", "NM", "OBJCOPY", "OBJDUMP", "STRIP"]],
        platform = "//tests/toolchains:linux_arm64",
        source = ":placed.module_source",
        tags = tags,
    )
    two_files(
        name = "two_files",
        tags = tags,
    )
    native.filegroup(
        name = "empty_filegroup",
        tags = tags,
    )
    kheaders_toolchain(
        name = "prebuilt",
        tags = tags,
        tool = "prebuilt_kheaders.sh",
    )
    native.toolchain(
        name = "prebuilt_toolchain",
        toolchain = ":prebuilt",
        toolchain_type = "@rules_kheaders//:toolchain_type",
    )
    kheaders_vm_test(
        name = "booted",
        accel = "kvm",
        checks = ["prebuilt_kheaders.sh"],
        cpus = 3,
        drivers = ["empty.tar"],
        files = {"empty.tar": "/50%/x"},
        kernel = "base.json",
        limit = 90,
        memory = 768,
        module = ":every.module",
        rounds = 7,
        tags = tags,
    )
    kheaders_qemu_toolchain(
        name = "emulators",
        programs = {"prebuilt_kheaders.sh": "x86_64"},
        tags = tags,
    )
    native.toolchain(
        name = "qemu_toolchain",
        toolchain = ":emulators",
        toolchain_type = "@rules_kheaders//:qemu_toolchain_type",
    )
