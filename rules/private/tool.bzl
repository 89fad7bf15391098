"""How an action finds and runs the `kheaders` program."""

load(":values.bzl", "INTERFACE")

TOOLCHAIN_TYPE = Label("//:toolchain_type")

# In a rule's `toolchains`: where none is registered, `kheaders_toolchain_info` says what to do.
TOOLCHAIN = config_common.toolchain_type(TOOLCHAIN_TYPE, mandatory = False)

# The first argument of each call, so that a program of another release says so.
INTERFACE_ARG = "--rules-interface=%d" % INTERFACE

# Every path an action gives is written by an Args object, so Bazel may shorten the paths (--experimental_output_paths=strip).
PATH_MAPPING = {"supports-path-mapping": "1"}

def kheaders_toolchain_info(ctx):
    """Returns the KheadersToolchainInfo that was chosen for a rule.

    Args:
      ctx: the rule's context; the rule lists TOOLCHAIN in its `toolchains`.

    Returns:
      KheadersToolchainInfo: it is an error where none is registered.
    """
    toolchain = ctx.toolchains[TOOLCHAIN_TYPE]
    if not toolchain:
        fail(("%s: no kheaders program is registered that runs on the execution platform: take a release of rules_kheaders, which has them for Linux on x86_64 and aarch64, and kheaders alone for macOS on aarch64, " +
              "or build them from source: bazel_dep(name = \"rules_kheaders_tools\", …) and register_toolchains(\"@rules_kheaders_tools//tools/toolchain:all\") in MODULE.bazel") % ctx.label)
    return toolchain.kheaders

def tool_args(ctx):
    """Makes the Args object for one call of the `kheaders` program.

    Args:
      ctx: the rule's context.

    Returns:
      Args: it spills to a parameter file, one argument a line, when it is long.
    """
    args = ctx.actions.args()
    args.use_param_file("@%s", use_always = False)
    args.set_param_file_format("multiline")
    return args

def run_kheaders(ctx, subcommand, mnemonic, args, inputs, outputs, progress_message, resource_set = None, requirements = PATH_MAPPING, tools = [], use_default_shell_env = False):
    """Runs one subcommand of the `kheaders` program.

    Args:
      ctx: the rule's context.
      subcommand: string: `select`, `archive`, `embed` and the like.
      mnemonic: string: the action's mnemonic.
      args: Args: the flags, from `tool_args`.
      inputs: list or depset of File.
      outputs: list of File.
      progress_message: string: what Bazel shows while it runs.
      resource_set: function or None: what it takes of the machine; None is what Bazel thinks of any action, one core.
      requirements: dict of string to string: the execution requirements.
      tools: list of File or FilesToRunProvider: what the program runs besides.
      use_default_shell_env: bool: whether it gets the environment of `--action_env`.
    """
    ctx.actions.run(
        executable = kheaders_toolchain_info(ctx).tool,
        arguments = [INTERFACE_ARG, subcommand, args],
        inputs = inputs,
        outputs = outputs,
        mnemonic = mnemonic,
        progress_message = progress_message,
        execution_requirements = requirements,
        resource_set = resource_set,
        toolchain = TOOLCHAIN_TYPE,
        tools = tools,
        use_default_shell_env = use_default_shell_env,
    )

def target_args(ctx, subcommand):
    """Makes the Args object for a target that runs the `kheaders` program when it is tested or run.

    Args:
      ctx: the rule's context.
      subcommand: string: as in `run_kheaders`.

    Returns:
      Args: for `tool_target`. Files in it are written by `runfile`.
    """
    args = ctx.actions.args()
    args.set_param_file_format("multiline")
    args.add(INTERFACE_ARG)
    args.add(subcommand)
    return args

def runfile(file):
    """Returns what stands for a file in the arguments of `target_args`; the program puts its path there.

    Args:
      file: File: one of the runfiles of the target.
    """
    path = file.short_path

    # No label has the byte that is around it.
    return "\1%s\1" % (path.removeprefix("../") if path.startswith("../") else "_main/" + path)

def tool_target(ctx, args, progress_message, runfiles):
    """Makes the program itself what a target runs: no shell stands between Bazel and it.

    It reads its first arguments from the file beside it that has its name and `.args`; a user's come after them. So it
    works in whatever way it is run: by `bazel run`, as a test, from bazel-bin, among the runfiles of another target.

    Args:
      ctx: the context of an executable rule, or of a test.
      args: Args: from `target_args`.
      progress_message: string: what Bazel shows meanwhile.
      runfiles: runfiles: what the arguments name.

    Returns:
      list of providers: DefaultInfo.
    """
    toolchain = kheaders_toolchain_info(ctx)
    argfile = ctx.actions.declare_file(ctx.label.name + ".args")
    ctx.actions.write(argfile, args)
    executable = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.symlink(
        output = executable,
        target_file = toolchain.tool.executable,
        is_executable = True,
        progress_message = progress_message,
    )
    return [
        DefaultInfo(
            executable = executable,
            files = depset([executable]),
            runfiles = ctx.runfiles(files = [argfile]).merge_all([runfiles, toolchain.runfiles]),
        ),
    ]
