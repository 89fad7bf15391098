"""How a kernel tree is written on the tool's command line."""

load(":tool.bzl", "runfile")
load(":values.bzl", "HEADER_PROFILES")

def _repository(name):
    # Of Bazel's own names for repositories, which differ by its version and by which module is the root:
    # `module~` or `module+1.0` is a module, `_main~extension~name` or `module++extension+name` is made by an extension. One of
    # another form is shown as it is: this is for people, nothing is found by it.
    parts = name.replace("+", "~").split("~")
    return parts[-1] if len(parts) > 2 else parts[0]

def shown(label, names = {}):
    """Returns a label as its user would write it, the same whichever Bazel it is and whichever module asks.

    Args:
      label: Label.
      names: dict: what the makers of repositories call them, as in KernelTreeInfo.
    """
    if not label.repo_name:
        return "//%s:%s" % (label.package, label.name)
    return "@%s//%s:%s" % (names.get(label.repo_name) or _repository(label.repo_name), label.package, label.name)

def path_below(file, root):
    """Tells the path of a file in the tree whose root is a directory.

    Args:
      file: File: not a directory that an action made; such a one is a root itself, and has no path in the tree.
      root: string: the directory, by its path in its repository; empty: the repository's root.

    Returns:
      string: the path. That of a file which is not below the root begins with "..", which the program refuses.
    """
    path = file.short_path
    if path.startswith("../"):
        path = path.split("/", 2)[2]
    if not root or path == root:
        return "" if path == root else path
    if path.startswith(root + "/"):
        return path.removeprefix(root + "/")
    return "../" * len(root.split("/")) + path

def _add_inputs(args, role, files, root, names, run):
    # One line for each input: role, label for messages, path in the tree, file to read. No label holds a tab or a line break.
    # The lines are made when the action is about to run, and then of a depset that is flattened only there. An archive has
    # no path in the tree.
    def line(file):
        dest = "" if role == "archive" or file.is_directory else path_below(file, root)
        return "%s\t%s\t%s\t%s" % (role, shown(file.owner, names), dest, runfile(file) if run else file.path)

    args.add_all(files, allow_closure = True, expand_directories = False, format_each = "--input=%s", map_each = line)

def _root_file(file):
    return "%s\t%s" % (shown(file.owner), file.path)

# The same for a program that is a target: it sees runfiles.

def _root_runfile(file):
    return "%s\t%s" % (shown(file.owner), runfile(file))

def add_tree(args, tree, name, index = None, run = False):
    """Adds the flags that describe a kernel tree.

    Args:
      args: Args: where they go.
      tree: KernelTreeInfo.
      name: Label: the target that asks, for messages.
      index: File or None: the index that is read in place of the tree.
      run: bool: whether the flags are for a program that `bazel run` starts, not for an action.
    """
    args.add(shown(name, tree.names), format = "--name=%s")
    if tree.label != name:
        args.add(shown(tree.label, tree.names), format = "--tree-name=%s")
    args.add(tree.arch, format = "--arch=%s")
    if tree.release:
        args.add(tree.release, format = "--release=%s")
    if tree.allow_mismatch:
        args.add("--allow-mismatch")
    if index:
        # A label may have the sign that a format has.
        line = "index\t%s\t\t%%s" % shown(tree.label, tree.names).replace("%", "%%")
        args.add_all([index], format_each = "--input=" + line, map_each = runfile if run else None)
        return
    max_bytes, max_files = getattr(tree, "max_tree_bytes", ""), getattr(tree, "max_tree_files", 0)
    if max_bytes:
        args.add(max_bytes, format = "--max-tree-bytes=%s")
    if max_files:
        args.add(max(max_files, 0), format = "--max-tree-files=%s")
    if tree.archive_srctree:
        args.add(tree.archive_srctree, format = "--archive-srctree=%s")
    if tree.archive_objtree:
        args.add(tree.archive_objtree, format = "--archive-objtree=%s")
    _add_inputs(args, "src", tree.srcs, tree.srcs_root, tree.names, run)
    _add_inputs(args, "gen", tree.generated, tree.generated_root, tree.names, run)
    _add_inputs(args, "archive", tree.archives, "", tree.names, run)

def _add_set(args, set, run):
    args.add(set.profile, format = "--profile=%s")
    args.add_all(set.include, format_each = "--include=%s")
    args.add_all(set.exclude, format_each = "--exclude=%s")
    args.add_all(set.extra, format_each = "--extra=%s")
    args.add(set.host_tools, format = "--host-tools=%s")
    for asked in ["btf", "rust"]:
        if getattr(set, asked, False):
            args.add("--" + asked)
    if set.host_machine:
        args.add(set.host_machine, format = "--host-machine=%s")
    args.add_all(set.roots, format_each = "--root=%s")

    # A directory is one root: the program lists its files, and names them in the manifest by the directory's label.
    args.add_all(set.root_files, map_each = _root_runfile if run else _root_file, format_each = "--root-file=%s", expand_directories = False)

def _index_for(set):
    # An index has the files that profiles take. A set that asks for others is made from the tree, as is one of a profile that
    # takes what makefiles name and leaves files out: it may take others in their place.
    if set.include or set.extra or set.roots or set.root_files:
        return None
    if getattr(set, "btf", False) or getattr(set, "rust", False):
        return None
    if set.exclude and set.profile not in HEADER_PROFILES:
        return None
    return getattr(set.tree, "index", None)

def add_set_of_tree(args, set, name, run = False):
    """Adds the flags that describe a set, and the tree that it is of.

    Args:
      args: Args: where they go.
      set: KheadersSetInfo.
      name: Label: the target that asks, for messages.
      run: bool: as in `add_tree`.
    """
    add_tree(args, set.tree, name, index = _index_for(set), run = run)
    _add_set(args, set, run)

def set_inputs(set):
    """Returns a depset of all that an action reads which evaluates a set.

    Args:
      set: KheadersSetInfo.
    """
    index = _index_for(set)
    return depset([index]) if index else depset(transitive = [set.tree.files, set.root_files])
