"""Which programs of a C/C++ toolchain a module is built with, and for which platform that is chosen."""

load("@bazel_skylib//lib:unittest.bzl", "analysistest", "asserts", "unittest")
load("@rules_kheaders//private:cc_tools.bzl", "beside")  # buildifier: disable=bzl-visibility
load(":fails.bzl", "FAILS_ATTRS", "fails_impl", "fails_test")

_LLVM = "tests/toolchains/llvm/"

# The programs beside clang.
_BESIDE_CLANG = {
    "ar": "llvm-ar",
    "cc": "clang",
    "ld": "ld.lld",
    "nm": "llvm-nm",
    "objcopy": "llvm-objcopy",
    "objdump": "llvm-objdump",
    "strip": "llvm-strip",
}

# Toolchain of tests/toolchains: the programs.
_TOOLS = {
    # clang and llvm-strip are those of actions; Bazel makes the tool paths up.
    "actions": {name: _LLVM + program for name, program in _BESIDE_CLANG.items()},
    # Tool paths alone, as cross compilers of distributions are declared.
    "gcc": {
        "ar": "/usr/bin/aarch64-linux-gnu-ar",
        "cc": "/usr/bin/aarch64-linux-gnu-gcc",
        "ld": "/usr/bin/aarch64-linux-gnu-ld",
        "nm": "/usr/bin/aarch64-linux-gnu-nm",
        "objcopy": "/usr/bin/aarch64-linux-gnu-objcopy",
        "objdump": "/usr/bin/aarch64-linux-gnu-objdump",
        "strip": "/usr/bin/aarch64-linux-gnu-strip",
    },
    # objcopy and strip are /bin/false, and what links is the compiler.
    "paths": {
        "ar": "/usr/bin/aarch64-linux-gnu-ar",
        "cc": "/opt/llvm/bin/clang-19",
        "ld": "/opt/llvm/bin/ld.lld-19",
        "nm": "/opt/gnu/bin/nm",
        "objcopy": "/opt/llvm/bin/llvm-objcopy-19",
        "objdump": "/usr/bin/aarch64-linux-gnu-objdump",
        "strip": "/opt/llvm/bin/llvm-strip-19",
    },
    # Nothing but clang is stated, by the rules of rules_cc.
    "ruled": {name: _LLVM + program for name, program in _BESIDE_CLANG.items()},
}

def _toolchain(name):
    return {"//command_line_option:extra_toolchains": [str(Label("//tests/toolchains:%s_toolchain" % name))]}

def _module(env):
    return [a for a in analysistest.target_actions(env) if a.mnemonic == "KheadersModule"][0]

def _flags(env):
    return dict([flag.removeprefix("--").split("=", 1) for flag in _module(env).argv if "=" in flag])

def _tools_impl(ctx):
    env = analysistest.begin(ctx)
    flags = _flags(env)
    asserts.equals(env, ctx.attr.tools, {name: flags.get(name) for name in _BESIDE_CLANG})

    # Each compiler is asked for its version, also one among a toolchain's files, which may be a script; the answer is an input.
    actions = analysistest.target_actions(env)
    asked = [a for a in actions if a.mnemonic == "KheadersCompiler"]
    asserts.equals(env, 1, len(asked), "actions that ask for the compiler")
    for action in asked:
        answer = action.outputs.to_list()
        asserts.equals(env, answer[0].path, flags.get("compiler"))
        asserts.true(env, answer[0] in _module(env).inputs.to_list(), "what the compiler is, is no input of the module")
        asked_for = dict([flag.removeprefix("--").split("=", 1) for flag in action.argv if "=" in flag])
        asserts.equals(env, ctx.attr.tools, {name: asked_for.get(name) for name in _BESIDE_CLANG})
    return analysistest.end(env)

def _tools_test_of(toolchain):
    return analysistest.make(
        _tools_impl,
        attrs = {"tools": attr.string_dict(mandatory = True)},
        config_settings = _toolchain(toolchain),
    )

_actions_test = _tools_test_of("actions")
_gcc_test = _tools_test_of("gcc")
_paths_test = _tools_test_of("paths")
_ruled_test = _tools_test_of("ruled")

def _placed_impl(ctx):
    env = analysistest.begin(ctx)
    flags = _flags(env)
    asserts.equals(env, "/usr/bin/aarch64-linux-gnu-gcc", flags["cc"])

    # The sources and the tree are those of the module's own configuration: nothing of them is made a second time.
    root = analysistest.target_bin_dir_path(env) + "/tests/analysis/"
    for name in ["output", "source", "tree"]:
        asserts.true(env, flags[name].startswith(root), "%s is not in %s" % (flags[name], root))
    return analysistest.end(env)

_placed_test = analysistest.make(_placed_impl)

_fails_wrapped_test = analysistest.make(
    fails_impl,
    attrs = FAILS_ATTRS,
    config_settings = _toolchain("wrapped"),
    expect_failure = True,
)

def _wrapped_impl(ctx):
    env = analysistest.begin(ctx)
    flags = _flags(env)
    asserts.equals(env, [_LLVM + "cc-wrapper", _LLVM + "llvm-ar", None], [flags.get(name) for name in ["cc", "ar", "ld"]])
    return analysistest.end(env)

_wrapped_test = analysistest.make(_wrapped_impl, config_settings = _toolchain("wrapped"))

def _beside_impl(ctx):
    env = unittest.begin(ctx)
    for compiler, expected in {
        "/bin/gcc": ("/bin/ld", "/bin/nm"),
        "/opt/llvm/bin/clang": ("/opt/llvm/bin/ld.lld", "/opt/llvm/bin/llvm-nm"),
        "/usr/bin/aarch64-linux-gnu-gcc-14": ("/usr/bin/aarch64-linux-gnu-ld", "/usr/bin/aarch64-linux-gnu-nm"),
        "/usr/bin/cc": (None, None),
        "/usr/bin/clang++": (None, None),
        "/usr/bin/clang-19": ("/usr/bin/ld.lld-19", "/usr/bin/llvm-nm-19"),
        "": (None, None),
        "clang": ("ld.lld", "llvm-nm"),
        "external/llvm/bin/arm-none-eabi-gcc": ("external/llvm/bin/arm-none-eabi-ld", "external/llvm/bin/arm-none-eabi-nm"),
    }.items():
        tools = beside(compiler)
        asserts.equals(env, expected, (tools.get("LD"), tools.get("NM")), compiler)
    return unittest.end(env)

_beside_test = unittest.make(_beside_impl)

def cc_tools_test_suite(name):
    """Tests of the tools that modules are built with.

    Args:
      name: name of the suite.
    """
    tests = []
    for toolchain, test in {
        "actions": _actions_test,
        "gcc": _gcc_test,
        "paths": _paths_test,
        "ruled": _ruled_test,
    }.items():
        tests.append("%s_%s_test" % (name, toolchain))
        test(name = tests[-1], size = "small", target_under_test = ":placed.module", tools = _TOOLS[toolchain])
    _placed_test(name = name + "_placed_test", size = "small", target_under_test = ":placed.module")
    _wrapped_test(name = name + "_wrapped_test", size = "small", target_under_test = ":placed_with_make_args")
    _fails_wrapped_test(
        name = name + "_missing_test",
        size = "small",
        messages = ["has no program for make's LD, NM, OBJCOPY, OBJDUMP, STRIP", "cc-wrapper", "make_args = [\"LD=…\"]"],
        target_under_test = ":placed.module",
    )
    fails_test(
        name = name + "_relative_test",
        size = "small",
        messages = ["platform = \":nowhere\" is not a full label; write //package:name"],
        target_under_test = ":relative.module",
    )
    fails_test(
        name = name + "_no_toolchain_test",
        size = "small",
        messages = ["no C/C++ toolchain is registered for //tests/analysis:nowhere", "set platform", "cross_compile", "module = False"],
        target_under_test = ":nowhere.module",
    )
    unittest.suite(name + "_beside", _beside_test)
    native.test_suite(
        name = name,
        tests = tests + [
            name + "_beside",
            name + "_missing_test",
            name + "_no_toolchain_test",
            name + "_placed_test",
            name + "_relative_test",
            name + "_wrapped_test",
        ],
    )
