"""The action that turns an archive into a C header."""

load(":tool.bzl", "run_kheaders", "tool_args")

def embed_header(ctx, archive, output):
    """Declares the action that writes an archive as a C string literal between its markers.

    Args:
      ctx: the rule's context.
      archive: File: the archive.
      output: File: the header to write.
    """
    args = tool_args(ctx)
    args.add(archive, format = "--archive=%s")
    args.add(output, format = "--output=%s")
    run_kheaders(
        ctx,
        subcommand = "embed",
        mnemonic = "KheadersEmbed",
        args = args,
        inputs = [archive],
        outputs = [output],
        progress_message = "Embedding kernel headers %{label}",
    )
