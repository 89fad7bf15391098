"""The action that finds out what takes how much of an archive."""

load(":tool.bzl", "run_kheaders", "tool_args")
load(":tree_args.bzl", "shown")

# The program's flags for what the action writes.
_FLAGS = {
    "html": "--html=%s",
    "md": "--md=%s",
    "sizes": "--json=%s",
    "txt": "--output=%s",
}

def size_action(ctx, info, outputs, base = None, verbose = False):
    """Adds the action.

    Args:
      ctx: the rule's context.
      info: KheadersArchiveInfo: the archive.
      outputs: dict: File by what it is, sizes among them: html, md, sizes and txt.
      base: File or None: what the archive was before.
      verbose: bool: whether the report is printed, too.

    Returns:
      File: the sizes, JSON.
    """
    inputs = [info.archive, info.manifest, info.stats]
    args = tool_args(ctx)
    args.add(info.archive, format = "--archive=%s")
    args.add(info.stats, format = "--stats=%s")
    args.add(info.manifest, format = "--manifest=%s")
    args.add(shown(info.label), format = "--name=%s")
    if base:
        args.add(base, format = "--base=%s")
        inputs.append(base)
    for group in sorted(outputs):
        args.add(outputs[group], format = _FLAGS[group])
    if verbose:
        args.add("--print")
    run_kheaders(
        ctx,
        subcommand = "size",
        mnemonic = "KheadersSize",
        args = args,
        inputs = inputs,
        outputs = outputs.values(),
        progress_message = "Summing up sizes %{label}",
    )
    return outputs["sizes"]
