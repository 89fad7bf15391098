"""Which programs of a C/C++ toolchain are make's CC, LD, AR, NM, OBJCOPY, OBJDUMP and STRIP."""

load("@rules_cc//cc:action_names.bzl", "ACTION_NAMES")
load("@rules_cc//cc/common:cc_common.bzl", "cc_common")

# make's variables, in the order of messages.
VARIABLES = ["CC", "LD", "AR", "NM", "OBJCOPY", "OBJDUMP", "STRIP"]

# Actions that run the very program. That which links runs the compiler, not the linker.
_ACTIONS = {
    "AR": ACTION_NAMES.cpp_link_static_library,
    "CC": ACTION_NAMES.c_compile,
    "OBJCOPY": ACTION_NAMES.objcopy_embed_data,
    "STRIP": ACTION_NAMES.strip,
}

def _no_program(path):
    # What toolchains write where they have none, and what Bazel writes for an action that a toolchain does not have.
    return not path or path in ["/bin/false", "/usr/bin/false"] or path.rsplit("/", 1)[-1].startswith("DUMMY_")

def _by_actions(features):
    tools = {}
    for variable, action in _ACTIONS.items():
        if cc_common.action_is_enabled(feature_configuration = features, action_name = action):
            path = cc_common.get_tool_for_action(feature_configuration = features, action_name = action)
            if not _no_program(path):
                tools[variable] = path
    return tools

def _by_tool_paths(cc, compiler):
    tools = {
        "AR": cc.ar_executable,
        "CC": cc.compiler_executable,
        "LD": cc.ld_executable,
        "NM": cc.nm_executable,
        "OBJCOPY": cc.objcopy_executable,
        "OBJDUMP": cc.objdump_executable,
        "STRIP": cc.strip_executable,
    }

    # Of a toolchain that states none Bazel says "gcc", "ld" and so on, in the toolchain's package, where no such file is.
    directory = tools["CC"].removesuffix("gcc")
    made_up = [directory + name for name in ["gcc", "ld", "ar", "nm"]]
    if compiler and compiler != tools["CC"] and made_up == [tools[v] for v in ["CC", "LD", "AR", "NM"]]:
        return {}

    # Who lets the compiler link may have named it for that.
    if tools["LD"] == tools["CC"]:
        tools.pop("LD")
    return {variable: path for variable, path in tools.items() if not _no_program(path)}

def beside(compiler):
    """Names the programs that lie beside a compiler, as the kernel's own `LLVM=<directory>/` and `CROSS_COMPILE=` do.

    Args:
      compiler: string: its path: `<directory>/clang`, or `<directory>/<prefix>gcc`, either with `-<version>` after it.

    Returns:
      dict: a path for each of make's variables but CC; empty where the compiler's name tells nothing.
    """
    directory, slash, name = compiler.rpartition("/")
    stem, dash, version = name.rpartition("-")
    if not dash or not version.replace(".", "").isdigit():
        stem, version = name, ""
    if stem == "clang":
        # Versions of LLVM lie beside one another, each with its number.
        end = "-" + version if version else ""
        return {
            variable: directory + slash + ("ld.lld" if variable == "LD" else "llvm-" + variable.lower()) + end
            for variable in VARIABLES[1:]
        }
    if stem == "gcc" or stem.endswith("-gcc"):
        # binutils have no version in their names.
        return {
            variable: directory + slash + stem.removesuffix("gcc") + variable.lower()
            for variable in VARIABLES[1:]
        }
    return {}

def cc_tools(ctx, cc):
    """Finds the programs of a C/C++ toolchain.

    Args:
      ctx: the context of a rule with the fragment `cpp`.
      cc: CcToolchainInfo.

    Returns:
      dict: the path of a program for each of make's variables; those that nothing names are not in it.
    """
    features = cc_common.configure_features(
        cc_toolchain = cc,
        ctx = ctx,
        requested_features = ctx.features,
        unsupported_features = ctx.disabled_features,
    )
    by_actions = _by_actions(features)
    stated = _by_tool_paths(cc, by_actions.get("CC")) | by_actions
    return beside(stated.get("CC", "")) | stated
