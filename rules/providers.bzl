"""The providers that the rules exchange, for rules of your own."""

load("//private:kernel_tree_info.bzl", _KernelTreeInfo = "KernelTreeInfo")
load("//private:kheaders_archive_info.bzl", _KheadersArchiveInfo = "KheadersArchiveInfo")
load("//private:kheaders_data_header_info.bzl", _KheadersDataHeaderInfo = "KheadersDataHeaderInfo")
load("//private:kheaders_module_info.bzl", _KheadersModuleInfo = "KheadersModuleInfo")
load("//private:kheaders_module_source_info.bzl", _KheadersModuleSourceInfo = "KheadersModuleSourceInfo")
load("//private:kheaders_qemu_info.bzl", _KheadersQemuInfo = "KheadersQemuInfo")
load("//private:kheaders_sbom_info.bzl", _KheadersSbomInfo = "KheadersSbomInfo")
load("//private:kheaders_set_info.bzl", _KheadersSetInfo = "KheadersSetInfo")
load("//private:kheaders_size_info.bzl", _KheadersSizeInfo = "KheadersSizeInfo")
load("//private:kheaders_toolchain_info.bzl", _KheadersToolchainInfo = "KheadersToolchainInfo")

KernelTreeInfo = _KernelTreeInfo
KheadersArchiveInfo = _KheadersArchiveInfo
KheadersDataHeaderInfo = _KheadersDataHeaderInfo
KheadersModuleInfo = _KheadersModuleInfo
KheadersModuleSourceInfo = _KheadersModuleSourceInfo
KheadersSbomInfo = _KheadersSbomInfo
KheadersQemuInfo = _KheadersQemuInfo
KheadersSetInfo = _KheadersSetInfo
KheadersSizeInfo = _KheadersSizeInfo
KheadersToolchainInfo = _KheadersToolchainInfo
