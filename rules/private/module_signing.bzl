"""How `kheaders_module` signs and compresses what it has built."""

load(":tool.bzl", "PATH_MAPPING", "run_kheaders", "tool_args")
load(":values.bzl", "check_hash", "check_lines", "check_module_compression")

SIGNING_ATTRS = {
    "compression": attr.string(
        doc = "`xz` makes `kheaders.ko.xz`, as modules_install does (CRC32, a dictionary of 1 MiB), `zst` makes `kheaders.ko.zst`. Default: not compressed.",
    ),
    "hash": attr.string(
        doc = "The hash that is signed: `sha256`, `sha384` or `sha512`; the kernel has to have it. Default: CONFIG_MODULE_SIG_HASH of the tree.",
    ),
    "signing_certificate": attr.label(
        allow_single_file = True,
        doc = "The X.509 certificate of the key, as PEM or DER. Default: `signing_key` has it, too.",
    ),
    "signing_command": attr.string_list(
        doc = "In place of `signing_key`, a program and its arguments, for a key that is in no file, such as that of a hardware security module. It reads the module from its standard input and writes the bare signature (PKCS#1 version 1.5, or ECDSA in DER) to its standard output; `{hash}` in a word stands for the hash. It runs outside of the sandbox on this machine, with the environment of `--action_env`, and no cache has what it made. `$(execpath LABEL)` names one of `signing_tools`.",
    ),
    "signing_key": attr.label(
        allow_single_file = True,
        doc = "The private key, RSA or ECDSA, not encrypted, as PEM or DER, or one PEM with key and certificate. It is an input of the action `KheadersSign` alone, which runs on this machine and never on a worker. Default: the module is not signed.",
    ),
    "signing_tools": attr.label_list(
        allow_files = True,
        cfg = "exec",
        doc = "Programs and files that `signing_command` names.",
    ),
}

# A worker would get the key, as any input. Caches get what is made alone, a module, which has no key in it: that of another
# key is another action, by the key's digest.
_WITH_KEY = PATH_MAPPING | {"no-remote-exec": "1"}

# What it answers does not follow from the inputs, what it talks to is outside of the sandbox, and its words have paths.
_WITH_COMMAND = {"no-cache": "1", "no-remote-exec": "1", "no-sandbox": "1"}

def _check(ctx):
    attr = ctx.attr
    check_module_compression(ctx.label, attr.compression)
    check_hash(ctx.label, attr.hash)
    check_lines(ctx.label, "signing_command", attr.signing_command)
    signs = attr.signing_key or attr.signing_command
    if attr.signing_key and attr.signing_command:
        fail("%s: signing_key and signing_command are given, and one of them signs; take the other out" % ctx.label)
    if attr.signing_command and not attr.signing_certificate:
        fail("%s: signing_command is given without signing_certificate; name the certificate of the key that it has" % ctx.label)
    for name in ["hash", "signing_certificate"]:
        if getattr(attr, name) and not signs:
            fail("%s: %s is given, but neither signing_key nor signing_command; name the key, or take %s out" % (ctx.label, name, name))
    if attr.signing_tools and not attr.signing_command:
        fail("%s: signing_tools are for a signing_command, and there is none; take them out" % ctx.label)

def finishes(ctx):
    """Tells whether a module is signed or compressed once it is built; fails where it cannot be.

    Args:
      ctx: the rule's context; its attributes have SIGNING_ATTRS.
    """
    _check(ctx)
    return bool(ctx.attr.signing_key or ctx.attr.signing_command or ctx.attr.compression)

def finish_module(ctx, module, build_tree):
    """Signs a module, compresses it, or both.

    Args:
      ctx: the rule's context; its attributes have SIGNING_ATTRS.
      module: File: what was built.
      build_tree: File: of the kernel that it is for.

    Returns:
      File: the module as it is to be installed.
    """
    attr = ctx.attr
    compression = "." + attr.compression if attr.compression else ""
    finished = ctx.actions.declare_file("%s/kheaders.ko%s" % (ctx.label.name, compression))
    args = tool_args(ctx)
    args.add(module, format = "--module=%s")
    args.add(finished, format = "--output=%s")
    if attr.compression:
        args.add(attr.compression, format = "--compress=%s")
    inputs = [module]
    if not attr.signing_key and not attr.signing_command:
        run_kheaders(
            ctx,
            subcommand = "modinst",
            mnemonic = "KheadersCompress",
            args = args,
            inputs = inputs,
            outputs = [finished],
            progress_message = "Compressing kernel module %{label}",
        )
        return finished

    if attr.hash:
        args.add(attr.hash, format = "--hash=%s")
    else:
        args.add(build_tree, format = "--build-tree=%s")
        inputs.append(build_tree)
    for flag, file in [("--key", ctx.file.signing_key), ("--certificate", ctx.file.signing_certificate)]:
        if file:
            args.add(file, format = flag + "=%s")
            inputs.append(file)
    args.add_all(
        [ctx.expand_location(word, attr.signing_tools) for word in attr.signing_command],
        format_each = "--command=%s",
    )
    run_kheaders(
        ctx,
        subcommand = "modinst",
        mnemonic = "KheadersSign",
        args = args,
        inputs = inputs,
        outputs = [finished],
        progress_message = "Signing kernel module %{label}",
        requirements = _WITH_COMMAND if attr.signing_command else _WITH_KEY,
        tools = ctx.files.signing_tools + [
            tool[DefaultInfo].files_to_run
            for tool in attr.signing_tools
            if tool[DefaultInfo].files_to_run.executable
        ],
        use_default_shell_env = bool(attr.signing_command),
    )
    return finished
