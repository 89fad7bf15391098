"""What `kheaders_vm_test` gives its program."""

load("@bazel_skylib//lib:unittest.bzl", "analysistest", "asserts")
load("@rules_kheaders//private:tool.bzl", "INTERFACE_ARG")  # buildifier: disable=bzl-visibility

def _arguments(env):
    written = [a.content for a in analysistest.target_actions(env) if a.mnemonic == "FileWrite"]
    asserts.equals(env, 1, len(written))
    return [a for a in written[0].split("\n") if a]

_MACHINE = [
    INTERFACE_ARG,
    "vm",
    "--arch=x86",
    "--kernel=\1_main/tests/analysis/base.json\1",
    "--module=\1_main/tests/analysis/every.module/kheaders.ko\1",
    "--archive=\1_main/tests/analysis/every.archive.tgz\1",
    "--shown=/proc/kheaders.tgz",
    "--driver=\1_main/tests/analysis/empty.tar\1",
    "--accel=kvm",
    "--cpus=3",
    "--memory=768",
    "--file=/50%/x=\1_main/tests/analysis/empty.tar\1",
]

_QEMU = "--qemu=\1_main/tests/analysis/prebuilt_kheaders.sh\1"

def _runfiles(env):
    files = [f.short_path for f in analysistest.target_under_test(env)[DefaultInfo].default_runfiles.files.to_list()]
    for needed in ["base.json", "every.module/kheaders.ko", "every.archive.tgz", "empty.tar"]:
        asserts.true(env, "tests/analysis/" + needed in files, "not among the runfiles: " + needed)
    return files

def _shell_impl(ctx):
    env = analysistest.begin(ctx)
    asserts.equals(env, _MACHINE, _arguments(env))
    _runfiles(env)
    return analysistest.end(env)

_shell_test = analysistest.make(_shell_impl)

def _test_impl(ctx):
    env = analysistest.begin(ctx)
    asserts.equals(env, _MACHINE + [
        _QEMU,
        "--test",
        "--rounds=7",
        "--limit=90s",
        "--check=\1_main/tests/analysis/prebuilt_kheaders.sh\1",
    ], _arguments(env))
    asserts.true(env, "tests/analysis/prebuilt_kheaders.sh" in _runfiles(env), "QEMU and the script are not among the runfiles")
    return analysistest.end(env)

# With a QEMU that a toolchain names.
_qemu_test = analysistest.make(
    _test_impl,
    config_settings = {"//command_line_option:extra_toolchains": [str(Label("//tests/analysis:qemu_toolchain"))]},
)

def vm_test_suite(name):
    """Tests of the arguments of a machine's targets.

    Args:
      name: name of the suite.
    """
    _shell_test(name = name + "_shell_test", size = "small", target_under_test = ":booted.vm")
    _qemu_test(name = name + "_qemu_test", size = "small", target_under_test = ":booted")
    native.test_suite(name = name, tests = [name + "_shell_test", name + "_qemu_test"])
