"""The macro `kheaders`: everything from a kernel tree to a kernel module."""

load(":kheaders_archive.bzl", "kheaders_archive")
load(":kheaders_data_header.bzl", "kheaders_data_header")
load(":kheaders_explain.bzl", "kheaders_explain")
load(":kheaders_module.bzl", "kheaders_module")
load(":kheaders_module_source.bzl", "kheaders_module_source")
load(":kheaders_set.bzl", "kheaders_set")
load(":kheaders_size_report.bzl", "kheaders_size_report")
load(":kheaders_size_test.bzl", "kheaders_size_test")
load(":kheaders_verify_test.bzl", "kheaders_verify_test")

# What filegroup has not: it runs nothing.
_ACTION_ATTRS = ["exec_compatible_with", "exec_properties", "toolchains"]

# What tests have and other rules have not.
_TEST_ATTRS = ["flaky", "local", "shard_count", "size", "timeout"]

def _check_sysfs_name(name, format, sysfs_name):
    # A select is left to the rules.
    if sysfs_name == "kheaders.tar.xz" and type(format) == "string" and format != "tar.xz":
        # buildifier: disable=print
        print(("%s: sysfs_name = \"kheaders.tar.xz\" names an archive in format = \"%s\": GNU tar, and bcc by it, go by what is in the file; " +
               "who goes by the name cannot read it (Datadog's agent, busybox's tar -xJ). format = \"tar.xz\" serves all") % (name, format))

def _check_bool(name, attribute, value):
    # A select is of no type that a macro can look into.
    if type(value) != "bool":
        fail(("%s: %s is %s, and which targets there are cannot depend on a configuration: give True or False, or call kheaders twice with target_compatible_with" %
              (name, attribute, "a select" if type(value) == "select" else repr(value))))

def kheaders(
        name,
        tree,
        profile = "headers",
        include = [],
        exclude = [],
        extra = [],
        roots = [],
        root_files = [],
        btf = False,
        rust = False,
        host_tools = "keep",
        host_machine = "",
        format = "tgz",
        level = 0,
        strip = "none",
        mtime = 0,
        embed = "header",
        interface = "procfs",
        sysfs_name = "",
        module = True,
        platform = None,
        cross_compile = "",
        make_args = [],
        werror = True,
        signing_key = None,
        signing_certificate = None,
        signing_command = [],
        signing_tools = [],
        hash = "",
        compression = "",
        max_compressed = "",
        max_uncompressed = "",
        max_module = "",
        max_bytes = None,
        max_uncompressed_bytes = None,
        max_files = None,
        path_budgets = {},
        budgets = [],
        other = "",
        creep = "",
        creep_percent = "",
        creep_release = "",
        headroom = "",
        path_headroom = "",
        waivers = {},
        baseline = None,
        validate = False,
        verbose = False,
        verify = True,
        exceptions = [],
        must_contain = [],
        must_not_contain = [],
        **kwargs):
    """Makes all the targets from a kernel tree to a kernel module.

    | target | what it is |
    | --- | --- |
    | `name` | all of the files below, apart from the manifest, `name.explain`, the tests, and `name.size_report` with `validate` |
    | `name.set` | `kheaders_set` |
    | `name.explain` | `kheaders_explain`: `bazel run //:name.explain -- PATH` says why a path is in, or not in |
    | `name.archive` | `kheaders_archive` |
    | `name.data_h` | `kheaders_data_header` |
    | `name.module_source` | `kheaders_module_source` |
    | `name.module_source.c`, `.data`, `.kbuild`, `.kconfig` | one of its files each |
    | `name.module` | `kheaders_module`, unless `module = False` |
    | `name.size_report` | `kheaders_size_report` |
    | `name.size_test` | `kheaders_size_test`, if there is a budget |
    | `name.verify_test` | `kheaders_verify_test`, unless `verify = False` |

    Most attributes are those of the rule that is named beside them.

    Args:
      name: name of the target, and beginning of the names of the others.
      tree: label of the `kernel_tree`.
      profile: [as in `kheaders_set`](#kheaders_set-profile).
      include: [as in `kheaders_set`](#kheaders_set-include).
      exclude: [as in `kheaders_set`](#kheaders_set-exclude).
      extra: [as in `kheaders_set`](#kheaders_set-extra).
      roots: [as in `kheaders_set`](#kheaders_set-roots).
      root_files: [as in `kheaders_set`](#kheaders_set-root_files).
      btf: [as in `kheaders_set`](#kheaders_set-btf).
      rust: [as in `kheaders_set`](#kheaders_set-rust).
      host_tools: [as in `kheaders_set`](#kheaders_set-host_tools).
      host_machine: [as in `kheaders_set`](#kheaders_set-host_machine).
      format: [as in `kheaders_archive`](#kheaders_archive-format).
      level: [as in `kheaders_archive`](#kheaders_archive-level).
      strip: [as in `kheaders_archive`](#kheaders_archive-strip).
      mtime: [as in `kheaders_archive`](#kheaders_archive-mtime).
      embed: [as in `kheaders_module_source`](#kheaders_module_source-embed).
      interface: [as in `kheaders_module_source`](#kheaders_module_source-interface).
      sysfs_name: [as in `kheaders_module_source`](#kheaders_module_source-sysfs_name).
      module: False leaves `name.module` out: where no module can be built from the tree, or there is neither a C/C++ toolchain nor a cross compiler for its architecture.
      platform: [as in `kheaders_module`](#kheaders_module-platform), by any label.
      cross_compile: [as in `kheaders_module`](#kheaders_module-cross_compile).
      make_args: [as in `kheaders_module`](#kheaders_module-make_args).
      werror: as in `kheaders_module`.
      signing_key: as in `kheaders_module`.
      signing_certificate: as in `kheaders_module`.
      signing_command: as in `kheaders_module`.
      signing_tools: as in `kheaders_module`.
      hash: as in `kheaders_module`.
      compression: as in `kheaders_module`.
      max_compressed: as in `kheaders_size_test`.
      max_uncompressed: [as in `kheaders_size_test`](#kheaders_size_test-max_uncompressed).
      max_module: [as in `kheaders_size_test`](#kheaders_size_test-max_module), of `name.module`.
      max_bytes: [as in `kheaders_size_test`](#kheaders_size_test-max_bytes).
      max_uncompressed_bytes: [as in `kheaders_size_test`](#kheaders_size_test-max_uncompressed_bytes).
      max_files: [as in `kheaders_size_test`](#kheaders_size_test-max_files).
      path_budgets: [as in `kheaders_size_test`](#kheaders_size_test-path_budgets).
      budgets: [as in `kheaders_size_test`](#kheaders_size_test-budgets).
      other: [as in `kheaders_size_test`](#kheaders_size_test-other).
      creep: [as in `kheaders_size_test`](#kheaders_size_test-creep).
      creep_percent: [as in `kheaders_size_test`](#kheaders_size_test-creep_percent).
      creep_release: [as in `kheaders_size_test`](#kheaders_size_test-creep_release).
      headroom: [as in `kheaders_size_test`](#kheaders_size_test-headroom).
      path_headroom: [as in `kheaders_size_test`](#kheaders_size_test-path_headroom).
      waivers: [as in `kheaders_size_test`](#kheaders_size_test-waivers).
      baseline: [as in `kheaders_size_test`](#kheaders_size_test-baseline).
      validate: True makes `bazel build` of `name.size_report` fail, too, where a budget is exceeded.
      verbose: [as in `kheaders_size_report`](#kheaders_size_report-verbose).
      verify: False leaves `name.verify_test` out.
      exceptions: [as in `kheaders_verify_test`](#kheaders_verify_test-exceptions).
      must_contain: [as in `kheaders_verify_test`](#kheaders_verify_test-must_contain).
      must_not_contain: [as in `kheaders_verify_test`](#kheaders_verify_test-must_not_contain).
      **kwargs: `visibility`, `tags`, `testonly`, `target_compatible_with` and other attributes that every rule has, for all of the targets; `exec_properties`, `exec_compatible_with` and `toolchains` for all but filegroups, which run nothing; `size` (without it `small` for `name.size_test`, `medium` for `name.verify_test`), `timeout`, `flaky`, `local` and `shard_count` for the tests.
    """
    _check_bool(name, "module", module)
    _check_bool(name, "validate", validate)
    _check_bool(name, "verify", verify)
    _check_sysfs_name(name, format, sysfs_name)
    test_attrs = {key: kwargs.pop(key) for key in _TEST_ATTRS if key in kwargs}
    filegroup_attrs = {key: value for key, value in kwargs.items() if key not in _ACTION_ATTRS}
    kheaders_set(
        name = name + ".set",
        btf = btf,
        exclude = exclude,
        extra = extra,
        host_machine = host_machine,
        host_tools = host_tools,
        include = include,
        profile = profile,
        root_files = root_files,
        roots = roots,
        rust = rust,
        tree = tree,
        **kwargs
    )
    kheaders_explain(
        name = name + ".explain",
        set = ":" + name + ".set",
        **kwargs
    )
    kheaders_archive(
        name = name + ".archive",
        build_tree = module,
        format = format,
        level = level,
        mtime = mtime,
        paths = verify,
        set = ":" + name + ".set",
        strip = strip,
        **kwargs
    )
    kheaders_data_header(
        name = name + ".data_h",
        archive = ":" + name + ".archive",
        **kwargs
    )
    kheaders_module_source(
        name = name + ".module_source",
        archive = ":" + name + ".archive",
        data_header = ":" + name + ".data_h",
        embed = embed,
        interface = interface,
        sysfs_name = sysfs_name,
        **kwargs
    )
    native.filegroup(
        name = name + ".module_source.c",
        srcs = [":" + name + ".module_source"],
        output_group = "c",
        **filegroup_attrs
    )
    native.filegroup(
        name = name + ".module_source.data",
        srcs = [":" + name + ".module_source"],
        output_group = "data",
        **filegroup_attrs
    )
    native.filegroup(
        name = name + ".module_source.kbuild",
        srcs = [":" + name + ".module_source"],
        output_group = "kbuild",
        **filegroup_attrs
    )
    native.filegroup(
        name = name + ".module_source.kconfig",
        srcs = [":" + name + ".module_source"],
        output_group = "kconfig",
        **filegroup_attrs
    )
    outputs = ["archive", "data_h", "module_source"]

    if module:
        kheaders_module(
            name = name + ".module",
            compression = compression,
            cross_compile = cross_compile,
            hash = hash,
            make_args = make_args,
            platform = str(native.package_relative_label(platform)) if platform else "",
            signing_certificate = signing_certificate,
            signing_command = signing_command,
            signing_key = signing_key,
            signing_tools = signing_tools,
            source = ":" + name + ".module_source",
            werror = werror,
            **kwargs
        )
        outputs.append("module")

    if max_module and not module:
        fail("%s: max_module = \"%s\" is of the module, which module = False leaves out; take one of them out" % (name, max_module))
    ints = {"max_bytes": max_bytes, "max_files": max_files, "max_uncompressed_bytes": max_uncompressed_bytes}
    limits = {
        "budgets": budgets,
        "creep": creep,
        "creep_percent": creep_percent,
        "creep_release": creep_release,
        "headroom": headroom,
        "max_compressed": max_compressed,
        "max_module": max_module,
        "max_uncompressed": max_uncompressed,
        "other": other,
        "path_budgets": path_budgets,
        "path_headroom": path_headroom,
        "waivers": waivers,
    } | {attribute: value for attribute, value in ints.items() if value != None}
    gate = limits | {
        "baseline": baseline,
        "module": ":" + name + ".module" if max_module else None,
    }
    kheaders_size_report(
        name = name + ".size_report",
        archive = ":" + name + ".archive",
        verbose = verbose,
        **(kwargs | (gate | {"test": ":" + name + ".size_test", "validate": True} if validate else {}))
    )
    if not validate:
        outputs.append("size_report")
    if [value for attribute, value in limits.items() if value or attribute in ints]:
        kheaders_size_test(
            name = name + ".size_test",
            archive = ":" + name + ".archive",
            # A test that depends on what is not valid is not built, and could accept nothing.
            report = None if validate else ":" + name + ".size_report",
            **({"size": "small"} | gate | kwargs | test_attrs)
        )
    elif baseline:
        fail("%s: baseline = %s is what growth is counted by, and no budget is given; set budgets or path_budgets with creep" % (name, repr(baseline)))

    if verify:
        kheaders_verify_test(
            name = name + ".verify_test",
            archive = ":" + name + ".archive",
            exceptions = exceptions,
            must_contain = must_contain,
            must_not_contain = must_not_contain,
            **(kwargs | test_attrs)
        )
    elif exceptions or must_contain or must_not_contain:
        fail("%s: verify = False, so exceptions, must_contain and must_not_contain check nothing; take them out, or verify = False" % name)

    native.filegroup(
        name = name,
        srcs = [":%s.%s" % (name, output) for output in outputs],
        **filegroup_attrs
    )
