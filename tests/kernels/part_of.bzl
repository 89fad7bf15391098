"""The rule `part_of`: some directories of a kernel's source, from a tar."""

def _impl(ctx):
    out = ctx.actions.declare_directory(ctx.label.name)
    args = ctx.actions.args()
    args.add(ctx.file.source)
    args.add_all([out], expand_directories = False)
    args.add_all(ctx.attr.paths)

    # What is a link into another part of the source becomes a file.
    ctx.actions.run_shell(
        arguments = [args],
        command = """
            set -e
            source=$1 out=$(realpath "$2")
            shift 2
            mkdir unpacked
            tar -xf "$source" -C unpacked
            cd unpacked
            for path; do
                if [ -e "$path" ]; then cp -rL --parents "$path" "$out"; fi
            done
        """,
        inputs = [ctx.file.source],
        mnemonic = "SourcePart",
        outputs = [out],
        progress_message = "Taking %{label} out of a source",
    )
    return [DefaultInfo(files = depset([out]))]

part_of = rule(
    implementation = _impl,
    doc = "Some files and directories of a kernel's source, as one directory.",
    attrs = {
        "paths": attr.string_list(mandatory = True, doc = "The files and directories; those that are not there are left out."),
        "source": attr.label(mandatory = True, allow_single_file = [".tar"], doc = "The tar."),
    },
)
