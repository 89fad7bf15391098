"""What the actions look like: mnemonics, arguments, outputs; and that no shell stands anywhere."""

load("@bazel_skylib//lib:unittest.bzl", "analysistest", "asserts")
load("@rules_kheaders//private:tool.bzl", "INTERFACE_ARG")  # buildifier: disable=bzl-visibility
load(":subjects.bzl", "BESIDE_INDEX")

_LABEL = "//tests/fixtures/mini:%s"

def _action(env, mnemonic):
    found = [a for a in analysistest.target_actions(env) if a.mnemonic == mnemonic]
    asserts.equals(env, 1, len(found), "number of actions " + mnemonic)
    return found[0]

def _flags(action):
    # Without the program itself, and the number that the rules tell it first.
    return [f for f in action.argv[1:] if f != INTERFACE_ARG]

def _no_shell(env):
    for action in analysistest.target_actions(env):
        for word in action.argv or []:
            asserts.false(env, word in ["sh", "bash", "-c"] or word.endswith("/sh") or word.endswith("/bash"), "%s runs a shell: %s" % (action.mnemonic, word))

def _has(env, action, flags):
    argv = _flags(action)
    for flag in flags:
        asserts.true(env, flag in argv, "%s lacks %s: %s" % (action.mnemonic, flag, argv))

def _output_names(action):
    return sorted([f.basename for f in action.outputs.to_list()])

def _input_flags(action):
    return [f.removeprefix("--input=").split("\t") for f in _flags(action) if f.startswith("--input=")]

def _tree_impl(ctx):
    env = analysistest.begin(ctx)
    action = _action(env, "KheadersTree")
    asserts.equals(env, "select", _flags(action)[0])
    _has(env, action, ["--arch=x86", "--release=6.1.0-mini", "--allow-mismatch", "--max-tree-bytes=8589934592", "--max-tree-files=500000", "--name=//tests/analysis:tree"])

    # One reading gives both.
    asserts.equals(env, ["tree.build_tree.tar", "tree.paths"], _output_names(action))
    _no_shell(env)
    return analysistest.end(env)

_tree_test = analysistest.make(_tree_impl)

def _set_impl(ctx):
    env = analysistest.begin(ctx)
    action = _action(env, "KheadersSelect")
    asserts.equals(env, "select", _flags(action)[0])
    _has(env, action, ["--profile=modules", "--include=kernel/*.c", "--exclude=include/net/**", "--extra=Kbuild", "--host-tools=stripped", "--btf", "--rust", "--host-machine=any", "--name=//tests/analysis:set", "--tree-name=//tests/analysis:tree"])
    asserts.equals(env, ["set.manifest"], _output_names(action))

    # Role, label, path in the tree and file to read, for files of both halves.
    inputs = _input_flags(action)
    base = "tests/fixtures/mini/"
    for expected in [
        ["src", _LABEL % "srctree/Makefile", "Makefile", base + "srctree/Makefile"],
        ["src", _LABEL % "srctree/include/linux/with space.h", "include/linux/with space.h", base + "srctree/include/linux/with space.h"],
        ["src", _LABEL % "srctree/include/linux/overlay.h", "include/linux/overlay.h", base + "srctree/include/linux/overlay.h"],
        ["gen", _LABEL % "objtree/include/linux/overlay.h", "include/linux/overlay.h", base + "objtree/include/linux/overlay.h"],
    ]:
        asserts.true(env, expected in inputs, "no input %s" % expected)

    # All that the flags name is declared, or the sandbox would hide it.
    declared = [f.path for f in action.inputs.to_list()]
    for flag in inputs:
        asserts.true(env, flag[3] in declared, "not an input of the action: " + flag[3])
    _no_shell(env)
    return analysistest.end(env)

_set_test = analysistest.make(_set_impl)

def _roots_impl(ctx):
    env = analysistest.begin(ctx)
    action = _action(env, ctx.attr.mnemonic)
    _has(env, action, [
        "--root=linux/list.h",
        "--root-file=//tests/analysis:prebuilt_kheaders.sh\ttests/analysis/prebuilt_kheaders.sh",
        "--root-file=//tests/fixtures/mini:srctree\ttests/fixtures/mini/srctree",
    ])

    # A root is an input of the archive's action as well.
    declared = [f.path for f in action.inputs.to_list()]
    for path in ["tests/analysis/prebuilt_kheaders.sh", "tests/fixtures/mini/srctree"]:
        asserts.true(env, path in declared, "not an input of the action: " + path)
    return analysistest.end(env)

_roots_test = analysistest.make(_roots_impl, attrs = {"mnemonic": attr.string(mandatory = True)})

def _directories_impl(ctx):
    env = analysistest.begin(ctx)
    inputs = _input_flags(_action(env, "KheadersTree"))
    asserts.equals(env, [
        ["src", _LABEL % "srctree", "srctree", "tests/fixtures/mini/srctree"],
        ["gen", _LABEL % "objtree", "objtree", "tests/fixtures/mini/objtree"],
    ], inputs)
    return analysistest.end(env)

_directories_test = analysistest.make(_directories_impl)

_ReadersInfo = provider(doc = "What reads a tree.", fields = {"readers": "depset of string: mnemonics and targets of actions that have a file of the mini kernel's srctree as an input."})

def _readers_impl(target, ctx):
    readers = [
        "%s %s" % (action.mnemonic, target.label.name)
        for action in target.actions
        if [f for f in action.inputs.to_list() if f.path == "tests/fixtures/mini/srctree/Makefile"]
    ]
    on = getattr(ctx.rule.attr, "srcs", []) + [getattr(ctx.rule.attr, attribute) for attribute in ["set", "tree"] if hasattr(ctx.rule.attr, attribute)]
    return [_ReadersInfo(readers = depset(readers, transitive = [t[_ReadersInfo].readers for t in on if _ReadersInfo in t]))]

_readers = aspect(implementation = _readers_impl, attr_aspects = ["set", "srcs", "tree"])

def _read_once_impl(ctx):
    env = analysistest.begin(ctx)
    asserts.equals(env, ctx.attr.readers, sorted(analysistest.target_under_test(env)[_ReadersInfo].readers.to_list()))
    return analysistest.end(env)

_read_once_test = analysistest.make(
    _read_once_impl,
    attrs = {"readers": attr.string_list()},
    extra_target_under_test_aspects = [_readers],
)

def _indexed_impl(ctx):
    env = analysistest.begin(ctx)
    action = _action(env, "KheadersArchive")
    inputs = _input_flags(action)
    asserts.equals(env, [["index", "//tests/analysis:indexed", ""]], [i[:3] for i in inputs])
    asserts.true(env, inputs[0][3] in [f.path for f in action.inputs.to_list()], "not an input of the action: " + inputs[0][3])
    return analysistest.end(env)

_indexed_test = analysistest.make(_indexed_impl)

def _archive_impl(ctx):
    env = analysistest.begin(ctx)
    action = _action(env, "KheadersArchive")
    _has(env, action, ["--format=tar.zst", "--level=2", "--strip=comments", "--mtime=1700000000", "--profile=modules"])
    asserts.equals(env, ["archive.manifest", "archive.stats.json", "archive.tar.zst"], _output_names(action))
    _no_shell(env)
    return analysistest.end(env)

_archive_test = analysistest.make(_archive_impl)

def _beside_impl(ctx):
    env = analysistest.begin(ctx)
    action = _action(env, "KheadersArchive")
    name = analysistest.target_under_test(env).label.name
    asserts.equals(env, sorted([name + end for end in [".manifest", ".stats.json", ".tgz"] + ctx.attr.beside]), _output_names(action))
    return analysistest.end(env)

_beside_test = analysistest.make(_beside_impl, attrs = {"beside": attr.string_list()})

def _data_header_impl(ctx):
    env = analysistest.begin(ctx)
    action = _action(env, "KheadersEmbed")
    asserts.equals(env, "embed", _flags(action)[0])
    asserts.equals(env, ["kheaders_data.h"], _output_names(action))
    asserts.equals(env, 1, len([f for f in _flags(action) if f.startswith("--archive=") and f.endswith("/every.archive.tgz")]))
    _no_shell(env)
    return analysistest.end(env)

_data_header_test = analysistest.make(_data_header_impl)

def _source_impl(ctx):
    env = analysistest.begin(ctx)
    action = _action(env, "KheadersModuleSource")
    _has(env, action, ["--format=" + ctx.attr.format, "--embed=" + ctx.attr.embed, "--interface=" + ctx.attr.interface])
    asserts.equals(env, ["--sysfs-name=" + ctx.attr.sysfs_name] if ctx.attr.sysfs_name else [], [f for f in _flags(action) if f.startswith("--sysfs-name=")])
    asserts.equals(env, ["Kbuild", "Kconfig", "kheaders.c"], _output_names(action))

    # The archive is embedded once: by kheaders_data_header where one is named.
    asserts.equals(env, ctx.attr.embeds, len([a for a in analysistest.target_actions(env) if a.mnemonic == "KheadersEmbed"]), "headers made")

    # All of the sources lie in one directory.
    files = analysistest.target_under_test(env)[DefaultInfo].files.to_list()
    asserts.equals(env, sorted(["Kbuild", "Kconfig", "kheaders.c", ctx.attr.data]), sorted([f.basename for f in files]))
    asserts.equals(env, 1, len({f.dirname: None for f in files}))
    _no_shell(env)
    return analysistest.end(env)

_source_test = analysistest.make(_source_impl, attrs = {
    "data": attr.string(mandatory = True),
    "embed": attr.string(mandatory = True),
    "embeds": attr.int(default = 0),
    "format": attr.string(mandatory = True),
    "interface": attr.string(default = "procfs"),
    "sysfs_name": attr.string(),
})

def _module_impl(ctx):
    env = analysistest.begin(ctx)
    action = _action(env, "KheadersModule")
    _has(env, action, ["--arch=x86", "--make=/usr/bin/make", "--werror"])
    asserts.equals(env, ["kheaders.ko"], _output_names(action))
    flags = _flags(action)
    asserts.equals(env, 1, len([f for f in flags if f.startswith("--tree=") and f.endswith("/every.archive.build_tree.tar")]))
    asserts.equals(env, ["Kbuild", "Kconfig", "kheaders.c", "kheaders_data.h"], sorted([f.rsplit("/", 1)[1] for f in flags if f.startswith("--source=")]))
    for tool in ["cc", "ld", "ar", "nm", "objcopy", "objdump", "strip"]:
        asserts.equals(env, 1, len([f for f in flags if f.startswith("--%s=" % tool) and f != "--%s=" % tool]), "--" + tool)
    _no_shell(env)
    return analysistest.end(env)

_module_test = analysistest.make(_module_impl)

def _finished_module_impl(ctx):
    env = analysistest.begin(ctx)
    built = _action(env, "KheadersModule")
    _has(env, built, ["--strip-debug"])
    action = _action(env, ctx.attr.mnemonic)
    asserts.equals(env, "modinst", _flags(action)[0])
    _has(env, action, ctx.attr.flags)
    for prefix in ctx.attr.lacks:
        asserts.equals(env, [], [f for f in _flags(action) if f.startswith(prefix)])
    asserts.equals(env, [ctx.attr.output], _output_names(action))

    # The module is the one that was built, and that is an output group.
    unsigned = analysistest.target_under_test(env)[OutputGroupInfo].unsigned.to_list()
    asserts.equals(env, built.outputs.to_list(), unsigned)
    _has(env, action, ["--module=" + f.path for f in unsigned])
    asserts.equals(env, [ctx.attr.output], [f.basename for f in analysistest.target_under_test(env)[DefaultInfo].files.to_list()])

    # No other action gets the key.
    for other in analysistest.target_actions(env):
        keys = [f for f in other.inputs.to_list() if f.path.endswith(".key.pem")]
        asserts.equals(env, ctx.attr.keys if other.mnemonic == ctx.attr.mnemonic else 0, len(keys), "keys that %s gets" % other.mnemonic)
    inputs = [f.basename for f in action.inputs.to_list()]
    for name in ctx.attr.inputs:
        asserts.true(env, name in inputs, "no input of the action: " + name)
    _no_shell(env)
    return analysistest.end(env)

_finished_module_test = analysistest.make(_finished_module_impl, attrs = {
    "flags": attr.string_list(),
    "inputs": attr.string_list(),
    "keys": attr.int(),
    "lacks": attr.string_list(),
    "mnemonic": attr.string(default = "KheadersSign"),
    "output": attr.string(default = "kheaders.ko"),
})

def _sbom_impl(ctx):
    env = analysistest.begin(ctx)
    action = _action(env, "KheadersSbom")
    asserts.equals(env, "sbom", _flags(action)[0])

    # The set is evaluated as it was for the archive.
    _has(env, action, ["--profile=modules", "--include=kernel/*.c", "--exclude=include/net/**", "--host-tools=stripped", "--arch=x86", "--name=//tests/analysis:archive", "--tree-name=//tests/analysis:tree"])
    asserts.equals(env, ["sbom.spdx.json", "sbom.txt"], _output_names(action))
    asserts.true(env, "archive.tar.zst" in [f.basename for f in action.inputs.to_list()], "the archive is no input")
    groups = analysistest.target_under_test(env)[OutputGroupInfo]
    asserts.equals(env, ["sbom.spdx.json"], [f.basename for f in groups.spdx.to_list()])
    asserts.equals(env, ["sbom.txt"], [f.basename for f in groups.txt.to_list()])
    _no_shell(env)
    return analysistest.end(env)

_sbom_test = analysistest.make(_sbom_impl)

def _cross_module_impl(ctx):
    env = analysistest.begin(ctx)
    action = _action(env, "KheadersModule")
    _has(env, action, ["--arch=arm64", "--make-arg=CROSS_COMPILE=aarch64-linux-gnu-"])
    asserts.false(env, "--werror" in _flags(action), "werror = False")
    _has(env, _action(env, "KheadersCompiler"), ["--probe", "--make-arg=CROSS_COMPILE=aarch64-linux-gnu-"])
    for flag in _flags(action):
        asserts.false(env, flag.startswith("--cc=") or flag.startswith("--ld="), "a compiler of this machine's architecture: " + flag)
    return analysistest.end(env)

_cross_module_test = analysistest.make(_cross_module_impl)

def _size_report_impl(ctx):
    env = analysistest.begin(ctx)
    action = _action(env, "KheadersSize")
    asserts.equals(env, "size", _flags(action)[0])
    _has(env, action, ["--name=//tests/analysis:every.archive"])
    asserts.equals(env, ["every.size_report." + e for e in ["html", "md", "sizes.json", "txt"]], sorted(_output_names(action)))
    groups = analysistest.target_under_test(env)[OutputGroupInfo]
    for group, extension in {"html": "html", "md": "md", "sizes": "sizes.json", "txt": "txt"}.items():
        asserts.equals(env, ["every.size_report." + extension], [f.basename for f in groups[group].to_list()])
    _no_shell(env)
    return analysistest.end(env)

_size_report_test = analysistest.make(_size_report_impl)

def _size_table_impl(ctx):
    env = analysistest.begin(ctx)
    action = _action(env, "KheadersSizeTable")
    asserts.equals(env, "size", _flags(action)[0])
    _has(env, action, ["--table"])
    sizes = [f for f in _flags(action) if f.startswith("--sizes=")]
    asserts.equals(env, ["every.size_report.sizes.json", "no_module.size_report.sizes.json"], [f.rpartition("/")[2] for f in sizes])
    asserts.equals(env, ["size_table.md", "size_table.txt"], sorted(_output_names(action)))
    _no_shell(env)
    return analysistest.end(env)

_size_table_test = analysistest.make(_size_table_impl)

def _diff_report_impl(ctx):
    env = analysistest.begin(ctx)
    action = _action(env, "KheadersDiff")
    asserts.equals(env, "diff", _flags(action)[0])
    _has(env, action, [
        "--api",
        "--base-name=//tests/analysis:archive",
        "--head-name=//tests/analysis:base.json",
        "--name=//tests/analysis:diff_report",
    ])
    asserts.equals(env, ["archive.tar.zst", "base.json"], [f.rpartition("/")[2] for f in _flags(action) if f.startswith("--archive=")])
    asserts.equals(env, ["diff_report.html", "diff_report.json", "diff_report.md", "diff_report.txt"], sorted(_output_names(action)))
    _no_shell(env)
    return analysistest.end(env)

_diff_report_test = analysistest.make(_diff_report_impl)

def _size_test_impl(ctx):
    env = analysistest.begin(ctx)
    actions = analysistest.target_actions(env)
    written = {_output_names(a)[0]: a.content for a in actions if a.mnemonic == "FileWrite"}
    asserts.equals(env, [
        INTERFACE_ARG,
        "size-test",
        "--budgets=\1_main/tests/analysis/every.size_test.budgets.json\1",
        "--sizes=\1_main/tests/analysis/every.size_report.sizes.json\1",
    ], [a for a in written["every.size_test.args"].split("\n") if a])
    spec = json.decode(written["every.size_test.budgets.json"])
    asserts.equals(env, "//tests/analysis:every.size_test", spec["test"])
    asserts.equals(env, ("max_bytes", 100000), (spec["total"]["attr"], spec["total"]["max"]))
    asserts.equals(env, ("max_files", 50), (spec["files"]["attr"], spec["files"]["max"]))

    # The report's action is shared.
    asserts.equals(env, [], [a for a in actions if a.mnemonic == "KheadersSize"])
    target = analysistest.target_under_test(env)
    runfiles = [f.short_path for f in target[DefaultInfo].default_runfiles.files.to_list()]
    for needed in ["tests/analysis/every.size_test.args", "tests/analysis/every.size_test.budgets.json", "tests/analysis/every.size_report.sizes.json"]:
        asserts.true(env, needed in runfiles, "not among the runfiles: " + needed)

    # The test is the program itself.
    asserts.equals(env, 1, len([a for a in actions if a.mnemonic == "ExecutableSymlink"]))
    _no_shell(env)
    return analysistest.end(env)

_size_test_test = analysistest.make(_size_test_impl)

def _gated_impl(ctx):
    env = analysistest.begin(ctx)
    actions = analysistest.target_actions(env)
    written = {_output_names(a)[0]: a.content for a in actions if a.mnemonic == "FileWrite"}
    spec = json.decode(written["gated.budgets.json"])
    asserts.equals(env, (ctx.attr.gate, ctx.attr.base_label), (spec["gate"], spec["base_label"]))
    asserts.equals(env, [4096, 1024, 2048, 1024], [limit["headroom"] for limit in [spec["total"]] + spec["budgets"] + [spec["other"]]])
    asserts.equals(env, ("//tests/analysis:gated", "subjects", ""), (spec["accept"], spec["call"], spec["baseline"]))
    asserts.equals(env, {"creep": "2KiB", "headroom": "4KiB", "max_compressed": "5MiB"}, spec["total"]["texts"])
    asserts.equals(env, [("subjects", "path_budgets[\"include/sound/**\"]", "20kB"), ("subjects", "max", "448KiB")], [(b["call"], b["attr"], b["texts"][b["attr"]]) for b in spec["budgets"]])
    asserts.equals(env, (5 * 1024 * 1024, 2048), (spec["total"]["max"], spec["total"]["creep"]))
    asserts.equals(env, [
        ("//tests/analysis:gated", ["include/sound/**"], 20000),
        ("//tests/analysis:budget", ["include/net/**"], 448 * 1024),
    ], [(b["label"], b["paths"], b["max"]) for b in spec["budgets"]])
    asserts.equals(env, [{"bytes": 60 * 1024, "reason": "why", "until": "7.4"}], spec["budgets"][1]["waivers"])
    asserts.equals(env, 4000000, spec["other"]["max"])
    bases = [a for a in written["gated.args"].split("\n") if a.startswith("--base=")]
    asserts.equals(env, ["--base=\1_main/%s\1" % base for base in ctx.attr.bases], bases)

    # Without a report its own sizes are found out.
    asserts.equals(env, 1, len([a for a in actions if a.mnemonic == "KheadersSize"]))
    return analysistest.end(env)

_GATED_ATTRS = {
    "base_label": attr.string(),
    "bases": attr.string_list(),
    "gate": attr.string(),
}

_gated_test = analysistest.make(_gated_impl, attrs = _GATED_ATTRS)

_gated_change_test = analysistest.make(
    _gated_impl,
    attrs = _GATED_ATTRS,
    config_settings = {
        str(Label("@rules_kheaders//:size_base")): str(Label("//tests/analysis:base.json")),
        str(Label("@rules_kheaders//:size_gate")): "pr",
    },
)

def _validated_impl(ctx):
    env = analysistest.begin(ctx)
    action = _action(env, "KheadersSizeGate")
    asserts.equals(env, "size-test", _flags(action)[0])
    asserts.equals(env, ["validated.size_report.validation.txt"], _output_names(action))
    groups = analysistest.target_under_test(env)[OutputGroupInfo]
    asserts.equals(env, action.outputs.to_list(), groups._validation.to_list())
    inputs = [f.basename for f in action.inputs.to_list()]
    for needed in ["validated.size_report.budgets.json", "validated.size_report.sizes.json", "validated.sizes.txt", "kheaders.ko"]:
        asserts.true(env, needed in inputs, "not an input: " + needed)
    written = [a.content for a in analysistest.target_actions(env) if a.mnemonic == "FileWrite"]
    spec = json.decode(written[0])
    asserts.equals(env, ("//tests/analysis:validated.size_report", "//tests/analysis:validated.size_test"), (spec["test"], spec["accept"]))
    asserts.equals(env, ("tests/analysis/validated.sizes.txt", 100000, 200000), (spec["baseline"], spec["total"]["max"], spec["module"]["max"]))
    _no_shell(env)
    return analysistest.end(env)

_validated_test = analysistest.make(_validated_impl)

def _no_validation_impl(ctx):
    env = analysistest.begin(ctx)
    target = analysistest.target_under_test(env)
    asserts.false(env, hasattr(target[OutputGroupInfo], "_validation") and target[OutputGroupInfo]._validation.to_list(), "it is not valid where a budget is exceeded")
    for action in analysistest.target_actions(env):
        for f in action.inputs.to_list():
            asserts.false(env, f.basename.endswith(".size_report.sizes.json"), "what validates is depended on: " + f.basename)
    return analysistest.end(env)

_no_validation_test = analysistest.make(_no_validation_impl)

def _verify_test_impl(ctx):
    env = analysistest.begin(ctx)
    actions = analysistest.target_actions(env)
    arguments = [a for a in actions if a.mnemonic == "FileWrite"][0].content.split("\n")
    asserts.equals(env, [
        INTERFACE_ARG,
        "verify",
        "--archive=\1_main/tests/analysis/every.archive.tgz\1",
        "--tree-list=\1_main/tests/analysis/every.archive.paths\1",
        "--name=//tests/analysis:every.archive",
        "--arch=x86",
        "--mtime=0",
        "--max-errors=20",
        "--must-contain=include/linux/list.h",
        "--must-not-contain=**/*.c",
        "--exception=include/net/** net/*.h",
    ], [a for a in arguments if a])
    target = analysistest.target_under_test(env)
    runfiles = [f.short_path for f in target[DefaultInfo].default_runfiles.files.to_list()]
    for needed in ["tests/analysis/every.verify_test.args", "tests/analysis/every.archive.tgz", "tests/analysis/every.archive.paths"]:
        asserts.true(env, needed in runfiles, "not among the runfiles: " + needed)
    asserts.equals(env, 1, len([a for a in actions if a.mnemonic == "ExecutableSymlink"]))
    _no_shell(env)
    return analysistest.end(env)

_verify_test_test = analysistest.make(_verify_test_impl)

def actions_test_suite(name):
    """Tests of the actions of each rule.

    Args:
      name: name of the suite.
    """
    _tree_test(name = name + "_tree_test", size = "small", target_under_test = ":tree")
    _set_test(name = name + "_set_test", size = "small", target_under_test = ":set")
    _roots_test(name = name + "_roots_test", mnemonic = "KheadersSelect", size = "small", target_under_test = ":rooted")
    _roots_test(name = name + "_roots_archive_test", mnemonic = "KheadersArchive", size = "small", target_under_test = ":rooted_archive")
    _directories_test(name = name + "_directories_test", size = "small", target_under_test = "//tests/fixtures/mini:directories_x86")
    _indexed_test(name = name + "_indexed_test", size = "small", target_under_test = ":indexed_headers.tgz")
    _read_once_test(name = name + "_read_once_test", readers = ["KheadersIndex indexed"], size = "small", target_under_test = ":of_index")
    _read_once_test(
        name = name + "_beside_index_test",
        readers = ["KheadersIndex indexed"] + ["KheadersSelect indexed_with_" + asked for asked in BESIDE_INDEX],
        size = "small",
        target_under_test = ":beside_index",
    )
    _archive_test(name = name + "_archive_test", size = "small", target_under_test = ":archive")
    _beside_test(name = name + "_beside_test", beside = [".build_tree.tar", ".paths"], size = "small", target_under_test = ":every.archive")
    _beside_test(name = name + "_beside_paths_test", beside = [".paths"], size = "small", target_under_test = ":both.archive")
    _beside_test(name = name + "_beside_nothing_test", size = "small", target_under_test = ":no_module.archive")
    _data_header_test(name = name + "_data_header_test", size = "small", target_under_test = ":every.data_h")
    _source_test(name = name + "_header_source_test", data = "kheaders_data.h", embed = "header", format = "tgz", size = "small", target_under_test = ":every.module_source")
    _source_test(name = name + "_incbin_source_test", data = "kheaders_data.tar.zst", embed = "incbin", format = "tar.zst", size = "small", target_under_test = ":incbin")
    _source_test(name = name + "_sysfs_source_test", data = "kheaders_data.h", embed = "header", embeds = 1, format = "tar.zst", interface = "sysfs", size = "small", target_under_test = ":sysfs")
    _source_test(name = name + "_both_source_test", data = "kheaders_data.h", embed = "header", format = "tgz", interface = "both", size = "small", sysfs_name = "kheaders.tar.xz", target_under_test = ":both.module_source")
    _module_test(name = name + "_module_test", size = "small", target_under_test = ":every.module")
    _finished_module_test(name = name + "_signed_module_test", flags = ["--compress=xz", "--key=tests/sign/keys/ecdsa.key.pem", "--certificate=tests/sign/keys/ecdsa.x509.pem"], inputs = ["ecdsa.x509.pem", "signed.archive.build_tree.tar"], keys = 1, lacks = ["--hash", "--command"], output = "kheaders.ko.xz", size = "small", target_under_test = ":signed.module")
    _finished_module_test(name = name + "_command_module_test", flags = ["--hash=sha512", "--command=tests/analysis/prebuilt_kheaders.sh", "--command={hash}"], inputs = ["ecdsa.x509.pem", "prebuilt_kheaders.sh"], lacks = ["--key", "--build-tree", "--compress"], size = "small", target_under_test = ":by_command.module")
    _finished_module_test(name = name + "_compressed_module_test", flags = ["--compress=zst"], lacks = ["--key", "--hash", "--certificate", "--command", "--build-tree"], mnemonic = "KheadersCompress", output = "kheaders.ko.zst", size = "small", target_under_test = ":compressed.module")
    _sbom_test(name = name + "_sbom_test", size = "small", target_under_test = ":sbom")
    _cross_module_test(name = name + "_cross_module_test", size = "small", target_under_test = ":cross.module")
    _cross_module_test(name = name + "_cross_without_toolchain_test", size = "small", target_under_test = ":nowhere.cross")
    _size_report_test(name = name + "_size_report_test", size = "small", target_under_test = ":every.size_report")
    _size_table_test(name = name + "_size_table_test", size = "small", target_under_test = ":size_table")
    _diff_report_test(name = name + "_diff_report_test", size = "small", target_under_test = ":diff_report")
    _gated_test(name = name + "_gated_test", gate = "main", size = "small", target_under_test = ":gated")
    _gated_change_test(name = name + "_gated_change_test", base_label = "//tests/analysis:base.json", bases = ["tests/analysis/base.json"], gate = "pr", size = "small", target_under_test = ":gated")
    _size_test_test(name = name + "_size_test_test", size = "small", target_under_test = ":every.size_test")
    _validated_test(name = name + "_validated_test", size = "small", target_under_test = ":validated.size_report")
    for part in ["archive", "module", "size_test"]:
        _no_validation_test(name = "%s_no_validation_of_%s_test" % (name, part), size = "small", target_under_test = ":validated." + part)
    _no_validation_test(name = name + "_no_validation_of_all_test", size = "small", target_under_test = ":validated")
    _verify_test_test(name = name + "_verify_test_test", size = "small", target_under_test = ":every.verify_test")
    native.test_suite(
        name = name,
        tests = [name + test for test in [
            "_tree_test",
            "_set_test",
            "_roots_test",
            "_roots_archive_test",
            "_directories_test",
            "_indexed_test",
            "_read_once_test",
            "_beside_index_test",
            "_archive_test",
            "_beside_test",
            "_beside_paths_test",
            "_beside_nothing_test",
            "_data_header_test",
            "_header_source_test",
            "_incbin_source_test",
            "_sysfs_source_test",
            "_both_source_test",
            "_module_test",
            "_signed_module_test",
            "_command_module_test",
            "_compressed_module_test",
            "_sbom_test",
            "_cross_module_test",
            "_cross_without_toolchain_test",
            "_size_report_test",
            "_size_table_test",
            "_diff_report_test",
            "_gated_test",
            "_gated_change_test",
            "_size_test_test",
            "_validated_test",
            "_no_validation_of_archive_test",
            "_no_validation_of_module_test",
            "_no_validation_of_size_test_test",
            "_no_validation_of_all_test",
            "_verify_test_test",
        ]],
    )
