"""How a kernel tree is written on the tool's command line."""

def shown(label):
    """Returns a label as its user would write it: in the main repository without the `@@`.

    Args:
      label: Label.
    """
    text = str(label)
    return text[2:] if text.startswith("@@//") else text

def _input(entry):
    # One line for each input: role, label for messages, path in the tree, file to read. No label holds a tab or a line break.
    return "%s\t%s\t%s\t%s" % (entry.role, shown(entry.file.owner), entry.dest, entry.file.path)

def add_tree(args, tree, name):
    """Adds the flags that describe a kernel tree.

    Args:
      args: Args: where they go.
      tree: KernelTreeInfo, or a struct with its `entries`, `arch`, `release`, `archive_srctree` and `archive_objtree`.
      name: Label: the target that asks, for messages.
    """
    args.add(shown(name), format = "--name=%s")
    args.add(tree.arch, format = "--arch=%s")
    if tree.release:
        args.add(tree.release, format = "--release=%s")
    if tree.archive_srctree:
        args.add(tree.archive_srctree, format = "--archive-srctree=%s")
    if tree.archive_objtree:
        args.add(tree.archive_objtree, format = "--archive-objtree=%s")
    args.add_all(tree.entries, map_each = _input, format_each = "--input=%s")

def add_set(args, set):
    """Adds the flags that describe a set of files of a tree.

    Args:
      args: Args: where they go.
      set: KheadersSetInfo.
    """
    args.add(set.profile, format = "--profile=%s")
    args.add_all(set.include, format_each = "--include=%s")
    args.add_all(set.exclude, format_each = "--exclude=%s")
    args.add_all(set.extra, format_each = "--extra=%s")
