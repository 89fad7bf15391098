"""How an action finds and runs the `kheaders` program."""

TOOLCHAIN_TYPE = Label("//rules:toolchain_type")

# Every path an action gives is written by an Args object, so Bazel may shorten the paths (--experimental_output_paths=strip).
_PATH_MAPPING = {"supports-path-mapping": "1"}

def kheaders_toolchain_info(ctx):
    """Returns the KheadersToolchainInfo that was chosen for a rule.

    Args:
      ctx: the rule's context; the rule lists TOOLCHAIN_TYPE in its `toolchains`.
    """
    return ctx.toolchains[TOOLCHAIN_TYPE].kheaders

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

def run_kheaders(ctx, subcommand, mnemonic, args, inputs, outputs, progress_message):
    """Runs one subcommand of the `kheaders` program.

    Args:
      ctx: the rule's context.
      subcommand: string: `select`, `archive`, `embed`, `module` or `size`.
      mnemonic: string: the action's mnemonic.
      args: Args: the flags, from `tool_args`.
      inputs: list or depset of File.
      outputs: list of File.
      progress_message: string: what Bazel shows while it runs.
    """
    ctx.actions.run(
        executable = kheaders_toolchain_info(ctx).tool,
        arguments = [subcommand, args],
        inputs = inputs,
        outputs = outputs,
        mnemonic = mnemonic,
        progress_message = progress_message,
        execution_requirements = _PATH_MAPPING,
        toolchain = TOOLCHAIN_TYPE,
    )
