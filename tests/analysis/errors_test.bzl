"""Each bad attribute is an error when the build is analysed, and the message says what, where and how to mend it."""

load("@bazel_skylib//lib:unittest.bzl", "analysistest")
load("@rules_kheaders//:defs.bzl", "kernel_tree", "kheaders_archive", "kheaders_budget", "kheaders_diff_report", "kheaders_module", "kheaders_module_source", "kheaders_sbom_test", "kheaders_set", "kheaders_size_report", "kheaders_size_table", "kheaders_size_test", "kheaders_verify_test", "kheaders_vm_test")
load("@rules_kheaders//:toolchain.bzl", "kheaders_qemu_toolchain")
load(":fails.bzl", "FAILS_ATTRS", "fails_impl", "fails_test")

_fails_with_prebuilt_test = analysistest.make(
    fails_impl,
    attrs = FAILS_ATTRS,
    config_settings = {"//command_line_option:extra_toolchains": [str(Label("//tests/analysis:prebuilt_toolchain"))]},
    expect_failure = True,
)

_SIGNED = {"signing_certificate": "//tests/sign:keys/rsa.x509.pem", "source": ":incbin"}

# name of the case: (rule, its bad attributes, what the message has)
_CASES = {
    "arch_unknown": (kernel_tree, {"arch": "vax", "srcs": ["//tests/fixtures/mini:srctree_files"]}, ["arch_unknown_subject", "arch = \"vax\"", "\"arm64\"", "\"x86\""]),
    "archive_root_absolute": (kernel_tree, {"arch": "x86", "archives": ["//tests/analysis:empty.tar"], "srctree": "/usr/src/linux"}, ["srctree = \"/usr/src/linux\"", "leave the leading slash out"]),
    "archive_root_dotdot": (kernel_tree, {"arch": "x86", "archives": ["//tests/analysis:empty.tar"], "objtree": "usr/../etc"}, ["objtree = \"usr/../etc\"", "leads out of the tree"]),
    "archive_root_without_archives": (kernel_tree, {"arch": "x86", "srcs": ["//tests/fixtures/mini:srctree_files"], "srctree": "linux"}, ["roots inside archives", "strip_prefix"]),
    "archive_with_another_file": (kernel_tree, {"arch": "x86", "archives": [":two_files"]}, ["two_files in archives has setup.sh, which is no archive, beside outdir.tar.gz", "name the archive alone: \"//tests/analysis:two_files/outdir.tar.gz\"", "output_group"]),
    "btf_headers": (kheaders_set, {"btf": True, "tree": ":tree"}, ["no module is built from profile \"headers\"", "leave btf out"]),
    "btf_no_host_tools": (kheaders_set, {"btf": True, "host_tools": "none", "profile": "modules", "tree": ":tree"}, ["leaves out resolve_btfids", "\"keep\" or \"stripped\""]),
    "baseline_creep": (kheaders_size_test, {"archive": ":archive", "baseline": "validated.sizes.txt", "budgets": [":budget"]}, ["creep = \"1KiB\" of //tests/analysis:budget is below 3KiB, three steps of the smallest rows of a baseline", "--@rules_kheaders//:size_base"]),
    "baseline_made": (kheaders_size_test, {"archive": ":archive", "baseline": "made.sizes.txt", "max_files": 5}, ["made.sizes.txt\" is made by an action; name a file of the workspace"]),
    "baseline_of_report": (kheaders_size_report, {"archive": ":archive", "baseline": "validated.sizes.txt", "max_files": 5, "validate": True}, ["has the rows of a test; name that by test"]),
    "budget_creep_percent": (kheaders_size_test, {"archive": ":archive", "creep": "8KiB", "creep_percent": "0.5"}, ["creep_percent = \"0.5\" is no share", "\"0.5%\""]),
    "budget_creep_percent_alone": (kheaders_size_test, {"archive": ":archive", "creep_percent": "0.5%", "max_files": 5}, ["creep_percent = \"0.5%\" without creep says nothing"]),
    "budget_glob": (kheaders_size_test, {"archive": ":archive", "path_budgets": {"/include/**": "1B"}}, ["path_budgets = \"/include/**\""]),
    "budget_headroom_alone": (kheaders_size_test, {"archive": ":archive", "headroom": "1KiB", "max_files": 5}, ["headroom = \"1KiB\" is of max_compressed, which is not given"]),
    "budget_headroom_below_creep": (kheaders_size_test, {"archive": ":archive", "creep": "2KiB", "headroom": "1KiB", "max_compressed": "9KiB"}, ["headroom = \"1KiB\" is below creep = \"2KiB\""]),
    "budget_headroom_too_large": (kheaders_size_test, {"archive": ":archive", "headroom": "9KiB", "max_compressed": "9KiB"}, ["headroom = \"9KiB\" leaves nothing of max_compressed"]),
    "budget_headroom_path": (kheaders_size_test, {"archive": ":archive", "path_budgets": {"**": "9KiB"}, "path_headroom": "9KiB"}, ["path_headroom = \"9KiB\" leaves nothing of path_budgets[\"**\"]"]),
    "budget_headroom_path_alone": (kheaders_size_test, {"archive": ":archive", "max_files": 5, "path_headroom": "9KiB"}, ["path_headroom = \"9KiB\" is of path_budgets and other, and there are none"]),
    "budget_module_alone": (kheaders_size_test, {"archive": ":archive", "max_module": "9KiB"}, ["max_module is given without module"]),
    "budget_negative_size": (kheaders_size_test, {"archive": ":archive", "max_uncompressed": "-5B"}, ["max_uncompressed = \"-5B\" is no size"]),
    "budget_no_size": (kheaders_size_test, {"archive": ":archive", "max_compressed": "4300kb"}, ["max_compressed = \"4300kb\" is no size", "B, KiB, MiB, MB, kB"]),
    "budget_no_whole_size": (kheaders_size_test, {"archive": ":archive", "max_compressed": "0.1B"}, ["max_compressed = \"0.1B\" is no size"]),
    "budget_other_alone": (kheaders_size_test, {"archive": ":archive", "max_files": 5, "other": "1B"}, ["other = \"1B\" is of what no budget of paths has"]),
    "budget_rule_empty": (kheaders_budget, {"max": "5B", "paths": []}, ["paths is empty"]),
    "budget_rule_glob": (kheaders_budget, {"max": "5B", "paths": ["include/net/"]}, ["paths = \"include/net/\" names a directory"]),
    "budget_rule_headroom": (kheaders_budget, {"creep": "2KiB", "headroom": "1KiB", "max": "9KiB", "paths": ["include/**"]}, ["headroom = \"1KiB\" is below creep = \"2KiB\""]),
    "budget_rule_headroom_alone": (kheaders_budget, {"creep": "2KiB", "headroom": "4KiB", "paths": ["include/**"]}, ["headroom = \"4KiB\" is of max, which is not given"]),
    "budget_rule_headroom_floor": (kheaders_budget, {"creep": "1B", "headroom": "511B", "max": "9KiB", "paths": ["include/**"]}, ["headroom = \"511B\" is below the 512 B of growth that are always allowed"]),
    "budget_rule_unlimited": (kheaders_budget, {"paths": ["include/**"]}, ["neither max nor creep is given"]),
    "budget_rule_waiver": (kheaders_budget, {"creep": "5B", "paths": ["include/**"], "waivers": {"+1B until 7.4": "why"}}, ["waivers are of max, which is not given"]),
    "budget_twice": (kheaders_size_test, {"archive": ":archive", "max_bytes": 5, "max_compressed": "5B"}, ["max_compressed and max_bytes are both given"]),
    "budget_twice_of_a_path": (kheaders_size_test, {"archive": ":archive", "budgets": [":budget"], "path_budgets": {"include/net/**": "1B"}}, ["\"include/net/**\" is in two budgets, of //tests/analysis:budget_twice_of_a_path_subject and of //tests/analysis:budget"]),
    "budget_waiver": (kheaders_size_test, {"archive": ":archive", "max_compressed": "5B", "waivers": {"+60KiB till 7.4": "why"}}, ["waivers has \"+60KiB till 7.4\", which cannot be read", "+60KiB until 7.4"]),
    "budget_waiver_until_a_day": (kheaders_size_test, {"archive": ":archive", "max_compressed": "5B", "waivers": {"+60KiB until 2026-01-01": "why"}}, ["the first release that it is not for"]),
    "budget_waiver_without_reason": (kheaders_size_test, {"archive": ":archive", "max_compressed": "5B", "waivers": {"+60KiB until 7.4": " "}}, ["waivers has no reason for \"+60KiB until 7.4\""]),
    "budget_zero_path": (kheaders_size_test, {"archive": ":archive", "path_budgets": {"include/**": "0B"}}, ["path_budgets = \"0B\" can never be met"]),
    "data_header_of_another": (kheaders_module_source, {"archive": ":archive", "data_header": ":every.data_h"}, ["data_header = \"@@//tests/analysis:every.data_h\" is of the archive @@//tests/analysis:every.archive, not of @@//tests/analysis:archive"]),
    "data_header_of_another_incbin": (kheaders_module_source, {"archive": ":archive", "data_header": ":every.data_h", "embed": "incbin"}, ["is of the archive @@//tests/analysis:every.archive"]),
    "diff_of_two_files": (kheaders_diff_report, {"base": ":archive", "head": ":two_files"}, ["head = //tests/analysis:two_files has 2 files", "name a kheaders_archive"]),
    "extra_absolute": (kheaders_set, {"extra": ["/etc/passwd"], "tree": ":tree"}, ["extra = \"/etc/passwd\"", "absolute path"]),
    "extra_dotdot": (kheaders_set, {"extra": ["include/../../x"], "tree": ":tree"}, ["extra = \"include/../../x\"", "leads out of the tree"]),
    "format_unknown": (kheaders_archive, {"format": "zip", "set": ":set"}, ["format = \"zip\"", "\"tgz\", \"tar\", \"tar.xz\", \"tar.zst\", \"tar.bz2\""]),
    "format_xz_short": (kheaders_archive, {"format": "txz", "set": ":set"}, ["format = \"txz\"", "\"tar.xz\""]),
    "include_empty": (kheaders_set, {"include": [""], "tree": ":tree"}, ["include has an empty string"]),
    "include_line_break": (kheaders_set, {"include": ["a\nb"], "tree": ":tree"}, ["include has a line break"]),
    "level_of_tar": (kheaders_archive, {"format": "tar", "level": 1, "set": ":set"}, ["level = 1", "has no levels"]),
    "level_of_xz": (kheaders_archive, {"format": "tar.xz", "level": 10, "set": ":set"}, ["level = 10, but format \"tar.xz\" goes from 1 to 9"]),
    "level_too_high": (kheaders_archive, {"level": 10, "set": ":set"}, ["level = 10", "1 to 9"]),
    "mtime_negative": (kheaders_archive, {"mtime": -1, "set": ":set"}, ["mtime = -1 is before 1970"]),
    "no_budget": (kheaders_size_test, {"archive": ":archive"}, ["no budget is given", "set max_compressed, max_uncompressed, max_files, max_module, path_budgets or budgets"]),
    "no_files": (kernel_tree, {"arch": "x86", "srcs": [":empty_filegroup"]}, ["empty_filegroup in srcs has no files"]),
    "module_compression": (kheaders_module, {"compression": "gz", "source": ":incbin"}, ["compression = \"gz\" is not known", "\"xz\", \"zst\""]),
    "no_input": (kernel_tree, {"arch": "x86"}, ["no_input_subject", "has no inputs", "srcs and generated"]),
    "host_machine_headers": (kheaders_set, {"host_machine": "x86_64", "tree": ":tree"}, ["profile \"headers\" has no host tools"]),
    "host_tools_headers": (kheaders_set, {"host_tools": "none", "tree": ":tree"}, ["profile \"headers\" has no host tools", "profile \"modules\""]),
    "report_of_budgets": (kheaders_size_report, {"archive": ":archive", "max_files": 0}, ["max_files is held against nothing; set validate = True, or leave it out"]),
    "report_unlimited": (kheaders_size_report, {"archive": ":archive", "validate": True}, ["no budget is given"]),
    "report_validates": (kheaders_size_test, {"archive": ":archive", "max_files": 5, "report": ":alone"}, ["alone\" validates: what exceeds a budget could not be accepted", "leave report out"]),
    "root_files_empty": (kheaders_set, {"root_files": [":empty_filegroup"], "tree": ":tree"}, ["empty_filegroup in root_files has no files"]),
    "roots_absolute": (kheaders_set, {"roots": ["/usr/include/linux/sched.h"], "tree": ":tree"}, ["roots = \"/usr/include/linux/sched.h\"", "absolute path"]),
    "roots_empty": (kheaders_set, {"roots": [""], "tree": ":tree"}, ["roots has an empty string"]),
    "roots_label": (kheaders_set, {"roots": [":programs"], "tree": ":tree"}, ["roots = \":programs\" looks like a label", "put labels into root_files"]),
    "rust_headers": (kheaders_set, {"rust": True, "tree": ":tree"}, ["no module is built from profile \"headers\"", "leave rust out"]),
    "rust_no_host_tools": (kheaders_set, {"host_tools": "none", "profile": "modules", "rust": True, "tree": ":tree"}, ["leaves out the macros that rustc loads", "\"keep\" or \"stripped\""]),
    "size_table_of_test": (kheaders_size_table, {"reports": [":every.size_test"], "testonly": True}, ["every.size_test is no kheaders_size_report"]),
    "sysfs_name_dots": (kheaders_module_source, {"archive": ":archive", "interface": "sysfs", "sysfs_name": ".."}, ["sysfs_name = \"..\" cannot be the name of a file in /sys/kernel"]),
    "sysfs_name_slash": (kheaders_module_source, {"archive": ":archive", "interface": "both", "sysfs_name": "a/b"}, ["sysfs_name = \"a/b\" cannot be the name of a file in /sys/kernel", "kheaders.tar.xz"]),
    "sysfs_name_without_sysfs": (kheaders_module_source, {"archive": ":archive", "sysfs_name": "kheaders.tar.xz"}, ["sysfs_name = \"kheaders.tar.xz\"", "interface = \"sysfs\" or \"both\""]),
    "sbom_empty": (kheaders_sbom_test, {"must_not": [], "sbom": ":sbom"}, ["must_not is empty, so the test could never fail"]),
    "sbom_max_errors": (kheaders_sbom_test, {"max_errors": -1, "must_not": ["MIT"], "sbom": ":sbom"}, ["max_errors = -1 is below 0"]),
    "sign_by_two": (kheaders_module, _SIGNED | {"signing_command": ["true"], "signing_key": "//tests/sign:keys/rsa.key.pem"}, ["sign_by_two_subject", "signing_key and signing_command are given", "take the other out"]),
    "sign_command_alone": (kheaders_module, {"signing_command": ["true"], "source": ":incbin"}, ["without signing_certificate"]),
    "sign_command_empty": (kheaders_module, _SIGNED | {"signing_command": [""]}, ["signing_command has an empty string"]),
    "sign_hash_alone": (kheaders_module, {"hash": "sha256", "source": ":incbin"}, ["hash is given, but neither signing_key nor signing_command"]),
    "sign_hash_unknown": (kheaders_module, _SIGNED | {"hash": "md5", "signing_command": ["true"]}, ["hash = \"md5\" is none that modules can be signed with here", "\"sha256\", \"sha384\", \"sha512\""]),
    "sign_hash_weak": (kheaders_module, _SIGNED | {"hash": "sha1", "signing_command": ["true"]}, ["hash = \"sha1\" is not safe", "\"sha256\""]),
    "sign_no_key": (kheaders_module, _SIGNED, ["signing_certificate is given, but neither signing_key nor signing_command"]),
    "sign_tools_alone": (kheaders_module, {"signing_tools": ["prebuilt_kheaders.sh"], "source": ":incbin"}, ["signing_tools are for a signing_command"]),
    "tree_of_another_arch": (kheaders_module, {"source": ":no_module.module_source"}, ["tree for arm64", "C/C++ toolchain for the target platform compiles for x86", "set platform", "cross_compile", "module = False"]),
    "verify_empty_glob": (kheaders_verify_test, {"archive": ":archive", "must_contain": [""]}, ["must_contain has an empty string"]),
    "verify_glob_absolute": (kheaders_verify_test, {"archive": ":archive", "must_not_contain": ["/**/*.c"]}, ["must_not_contain = \"/**/*.c\" is an absolute path"]),
    "verify_glob_directory": (kheaders_verify_test, {"archive": ":archive", "must_not_contain": ["include/net/"]}, ["names a directory", "write \"include/net/**\""]),
    "verify_glob_dot": (kheaders_verify_test, {"archive": ":archive", "must_not_contain": ["./include/net/*.h"]}, ["matches nothing", "write \"include/net/*.h\""]),
    "verify_glob_exception": (kheaders_verify_test, {"archive": ":archive", "exceptions": ["./include/** a.h"]}, ["write \"include/**\""]),
    "verify_line_break": (kheaders_verify_test, {"archive": ":archive", "exceptions": ["a\nb"]}, ["exceptions has a line break"]),
    "verify_max_errors": (kheaders_verify_test, {"archive": ":archive", "max_errors": -1}, ["max_errors = -1 is below 0"]),
    "zero_bytes": (kheaders_size_test, {"archive": ":archive", "max_bytes": 0}, ["max_bytes = 0 can never be met"]),
    "zero_files": (kheaders_size_test, {"archive": ":archive", "max_bytes": 5, "max_files": 0}, ["max_files = 0 can never be met"]),
    "zero_uncompressed_bytes": (kheaders_size_test, {"archive": ":archive", "max_uncompressed_bytes": -7}, ["max_uncompressed_bytes = -7 can never be met"]),
    "vm_another_archive": (kheaders_vm_test, {"archive": ":archive", "kernel": "base.json", "module": ":every.module"}, ["has another archive in it than archive = ", "leave archive out"]),
    "vm_bare_archive": (kheaders_vm_test, {"archive": "empty.tar", "kernel": "base.json", "module": "base.json"}, ["tells of its architecture; set arch"]),
    "vm_bare_module": (kheaders_vm_test, {"kernel": "base.json", "module": "base.json"}, ["is no kheaders_module, and does not tell what is in it; set archive"]),
    "vm_cpus": (kheaders_vm_test, {"cpus": 0, "kernel": "base.json", "module": ":every.module"}, ["cpus = 0 is below 1"]),
    "vm_files": (kheaders_vm_test, {"files": {":two_files": "/x"}, "kernel": "base.json", "module": ":every.module"}, ["two_files has 2 files; name one"]),
    "vm_limit": (kheaders_vm_test, {"kernel": "base.json", "limit": 0, "module": ":every.module"}, ["limit = 0 is below 1"]),
    "vm_qemu_arch": (kheaders_qemu_toolchain, {"programs": {"prebuilt_kheaders.sh": "vax"}}, ["arch = \"vax\" is not an architecture of the kernel"]),
    "vm_rounds": (kheaders_vm_test, {"kernel": "base.json", "module": ":every.module", "rounds": -1}, ["rounds = -1 is below 0"]),
}

def errors_test_suite(name):
    """One test for each bad attribute.

    Args:
      name: name of the suite.
    """
    tests = []
    for case, (rule, attrs, messages) in _CASES.items():
        rule(name = case + "_subject", tags = ["manual"], **attrs)
        fails_test(
            name = "%s_%s_test" % (name, case),
            size = "small",
            messages = messages,
            target_under_test = ":%s_subject" % case,
        )
        tests.append("%s_%s_test" % (name, case))

    # With a toolchain that has the kheaders program alone.
    _fails_with_prebuilt_test(
        name = name + "_no_kbuild_test",
        size = "small",
        messages = ["has no program that builds modules", "set kbuild in its kheaders_toolchain"],
        target_under_test = ":every.module",
    )
    native.test_suite(name = name, tests = tests + [name + "_no_kbuild_test"])
