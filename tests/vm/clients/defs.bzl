"""Tests of programs that want kernel headers."""

load("@rules_go//go:def.bzl", "go_test")
load("//tests/layers:layer_files.bzl", "layer_files")

def client_test(name, client, kernel, archive, drivers, module = None, files = [], src = None, layer = "", labels = {}, data = [], tags = []):
    """Boots a kernel and runs the checks of one program in it, on a file system without kernel headers.

    Args:
      name: name of the test.
      client: the program; the checks are in `<client>.sh`.
      kernel: label of the kernel image, of x86.
      archive: label of the `kheaders_archive`.
      drivers: labels of kernel modules to load first, in this order.
      module: label of the `kheaders_module` made from the archive, where the guest gets one.
      files: files of this directory that the test needs.
      src: a Go file with a test that prepares something for the guest; None gives it `files` as they are.
      labels: dict: further environment variables, to the labels of the files that they name.
      data: further runfiles.
      tags: as in `go_test`.
      layer: name of a repository of //tests/layers with programs for the guest, such as `@systemtap_runtime`. Default: none.
    """
    all = {
        "ARCHIVE": archive,
        "BUSYBOX": "//tests/vm:busybox_amd64",
        "KERNEL": kernel,
    } | ({"MODULE": module} if module else {}) | ({"LAYER": layer_files(layer)[0]} if layer else {}) | labels
    go_test(
        name = name,
        # A compiler, emulated: two minutes on an idle machine.
        size = "large",
        timeout = "eternal",
        srcs = [
            "clients_test.go",
            src or "headers_test.go",
        ],
        data = all.values() + drivers + data + (layer_files(layer)[1:] if layer else []),
        embedsrcs = [
            "debian.sh",
            client + ".sh",
        ] + files,
        env = {
            "CLIENT": client,
            "DRIVERS": " ".join(["$(rlocationpath %s)" % d for d in drivers]),
            "FILES": " ".join(files),
        } | {k: "$(rlocationpath %s)" % v for k, v in all.items()},
        tags = tags,
        deps = [
            "//tests/runfile",
            "//tests/vm/machine",
            "//tools/cpulimit",
        ],
    )
