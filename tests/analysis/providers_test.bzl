"""What the providers say."""

load("@bazel_skylib//lib:unittest.bzl", "analysistest", "asserts")
load("@rules_kheaders//:providers.bzl", "KernelTreeInfo", "KheadersArchiveInfo", "KheadersModuleInfo", "KheadersModuleSourceInfo", "KheadersSetInfo", "KheadersSizeInfo", "KheadersToolchainInfo")

def _tree_impl(ctx):
    env = analysistest.begin(ctx)
    info = analysistest.target_under_test(env)[KernelTreeInfo]
    asserts.equals(env, "x86", info.arch, "amd64 by the kernel's own name")
    asserts.equals(env, "6.1.0-mini", info.release)
    asserts.true(env, info.allow_mismatch)
    asserts.equals(env, Label("//tests/analysis:tree"), info.label)
    asserts.equals(env, "tree.build_tree.tar", info.build_tree.basename)
    srcs, generated = info.srcs.to_list(), info.generated.to_list()
    asserts.equals(env, ("tests/fixtures/mini/srctree", "tests/fixtures/mini/objtree"), (info.srcs_root, info.generated_root))
    asserts.equals(env, ([], []), ([f for f in srcs if "/srctree/" not in f.path], [f for f in generated if "/objtree/" not in f.path]))
    asserts.equals(env, sorted([f.path for f in srcs + generated]), sorted([f.path for f in info.files.to_list()]))
    asserts.equals(env, [], info.archives.to_list())
    return analysistest.end(env)

_tree_test = analysistest.make(_tree_impl)

def _archive_impl(ctx):
    env = analysistest.begin(ctx)
    target = analysistest.target_under_test(env)
    info = target[KheadersArchiveInfo]
    asserts.equals(env, ("x86", "6.1.0-mini", "modules"), (info.arch, info.release, info.profile))
    asserts.equals(env, ("tar.zst", 2, "comments", 1700000000), (info.format, info.level, info.strip, info.mtime))
    asserts.equals(env, Label("//tests/analysis:archive"), info.label)
    asserts.equals(env, Label("//tests/analysis:set"), info.set.label)
    asserts.equals(env, Label("//tests/analysis:tree"), info.tree.label)

    # The default output is the archive alone, so that it fits into other rules; the rest is in output groups.
    asserts.equals(env, [info.archive], target[DefaultInfo].files.to_list())
    asserts.equals(env, [info.manifest], target[OutputGroupInfo].manifest.to_list())
    asserts.equals(env, [info.stats], target[OutputGroupInfo].stats.to_list())
    return analysistest.end(env)

_archive_test = analysistest.make(_archive_impl)

def _set_impl(ctx):
    env = analysistest.begin(ctx)
    info = analysistest.target_under_test(env)[KheadersSetInfo]
    asserts.equals(env, ("modules", ["kernel/*.c"], ["include/net/**"], ["Kbuild"]), (info.profile, info.include, info.exclude, info.extra))
    asserts.equals(env, "set.manifest", info.manifest.basename)
    return analysistest.end(env)

_set_test = analysistest.make(_set_impl)

def _source_impl(ctx):
    env = analysistest.begin(ctx)
    info = analysistest.target_under_test(env)[KheadersModuleSourceInfo]
    asserts.equals(env, ("kheaders.c", "Kbuild", "Kconfig", "kheaders_data.tar.zst"), (info.source.basename, info.kbuild.basename, info.kconfig.basename, info.data.basename))
    asserts.equals(env, ("incbin", "tar.zst"), (info.embed, info.archive.format))
    asserts.equals(env, ["/proc/kheaders.tar.zst"], info.paths)
    groups = analysistest.target_under_test(env)[OutputGroupInfo]
    asserts.equals(env, [[info.source], [info.data], [info.kbuild], [info.kconfig]], [g.to_list() for g in [groups.c, groups.data, groups.kbuild, groups.kconfig]])
    return analysistest.end(env)

_source_test = analysistest.make(_source_impl)

def _module_impl(ctx):
    env = analysistest.begin(ctx)
    target = analysistest.target_under_test(env)
    info = target[KheadersModuleInfo]
    asserts.equals(env, [info.module], target[DefaultInfo].files.to_list())
    asserts.equals(env, Label("//tests/analysis:every.archive"), info.archive.label)
    asserts.equals(env, ["/proc/kheaders.tgz"], info.paths)
    return analysistest.end(env)

_module_test = analysistest.make(_module_impl)

def _paths_impl(ctx):
    env = analysistest.begin(ctx)
    asserts.equals(env, ctx.attr.paths, analysistest.target_under_test(env)[KheadersModuleSourceInfo].paths)
    return analysistest.end(env)

_paths_test = analysistest.make(_paths_impl, attrs = {"paths": attr.string_list(mandatory = True)})

def _size_impl(ctx):
    env = analysistest.begin(ctx)
    info = analysistest.target_under_test(env)[KheadersSizeInfo]
    asserts.equals(env, ctx.attr.budgets, [str(n) for n in [info.max_bytes, info.max_uncompressed_bytes, info.max_files]])
    asserts.equals(env, "every.archive.stats.json" if ctx.attr.every else "validated.archive.stats.json", info.stats.basename)
    return analysistest.end(env)

_size_test = analysistest.make(_size_impl, attrs = {"budgets": attr.string_list(), "every": attr.bool(default = True)})

def _toolchain_impl(ctx):
    env = analysistest.begin(ctx)
    info = analysistest.target_under_test(env)[KheadersToolchainInfo]
    asserts.equals(env, "prebuilt_kheaders.sh", info.tool.executable.basename)
    asserts.equals(env, None, info.kbuild)
    return analysistest.end(env)

_toolchain_test = analysistest.make(_toolchain_impl)

def _all_impl(ctx):
    env = analysistest.begin(ctx)
    files = analysistest.target_under_test(env)[DefaultInfo].files.to_list()
    asserts.equals(env, sorted(ctx.attr.files), sorted([f.basename for f in files]))
    return analysistest.end(env)

_all_test = analysistest.make(_all_impl, attrs = {"files": attr.string_list(mandatory = True)})

def providers_test_suite(name):
    """Tests of the providers, and of what the macro's target gathers.

    Args:
      name: name of the suite.
    """
    _tree_test(name = name + "_tree_test", size = "small", target_under_test = ":tree")
    _set_test(name = name + "_set_test", size = "small", target_under_test = ":set")
    _archive_test(name = name + "_archive_test", size = "small", target_under_test = ":archive")
    _module_test(name = name + "_module_test", size = "small", target_under_test = ":every.module")
    _source_test(name = name + "_source_test", size = "small", target_under_test = ":incbin")
    _paths_test(name = name + "_sysfs_paths_test", size = "small", paths = ["/sys/kernel/kheaders.tar.zst"], target_under_test = ":sysfs")
    _paths_test(name = name + "_both_paths_test", size = "small", paths = ["/proc/kheaders.tgz", "/sys/kernel/kheaders.tar.xz"], target_under_test = ":both.module_source")
    _size_test(name = name + "_size_test", size = "small", budgets = ["100000", "None", "50"], target_under_test = ":every.size_test")
    _size_test(name = name + "_size_report_test", size = "small", budgets = ["None", "None", "None"], target_under_test = ":every.size_report")
    _size_test(name = name + "_size_report_that_validates_test", size = "small", budgets = ["100000", "None", "None"], every = False, target_under_test = ":validated.size_report")
    _toolchain_test(name = name + "_toolchain_test", size = "small", target_under_test = ":prebuilt")
    _all_test(
        name = name + "_macro_test",
        size = "small",
        files = ["Kbuild", "Kconfig", "every.archive.tgz", "every.size_report.txt", "kheaders.c", "kheaders.ko", "kheaders_data.h", "kheaders_data.h"],
        target_under_test = ":every",
    )
    _all_test(
        name = name + "_macro_without_module_test",
        size = "small",
        files = ["Kbuild", "Kconfig", "kheaders.c", "kheaders_data.h", "kheaders_data.h", "no_module.archive.tgz", "no_module.size_report.txt"],
        target_under_test = ":no_module",
    )
    _all_test(
        name = name + "_macro_that_validates_test",
        size = "small",
        files = ["Kbuild", "Kconfig", "kheaders.c", "kheaders.ko", "kheaders_data.h", "kheaders_data.h", "validated.archive.tgz"],
        target_under_test = ":validated",
    )
    sources = {"c": "kheaders.c", "data": "kheaders_data.h", "kbuild": "Kbuild", "kconfig": "Kconfig"}
    for group, file in sources.items():
        _all_test(name = "%s_source_%s_test" % (name, group), size = "small", files = [file], target_under_test = ":every.module_source." + group)
    native.test_suite(
        name = name,
        tests = ["%s_source_%s_test" % (name, group) for group in sources] + [name + test for test in [
            "_tree_test",
            "_set_test",
            "_archive_test",
            "_module_test",
            "_source_test",
            "_sysfs_paths_test",
            "_both_paths_test",
            "_size_test",
            "_size_report_test",
            "_size_report_that_validates_test",
            "_toolchain_test",
            "_macro_test",
            "_macro_without_module_test",
            "_macro_that_validates_test",
        ]],
    )
