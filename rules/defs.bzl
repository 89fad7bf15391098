"""The rules: from a kernel tree to an archive of its headers, and to a module that hands it out."""

load("//private:kernel_tree.bzl", _kernel_tree = "kernel_tree")
load("//private:kheaders.bzl", _kheaders = "kheaders")
load("//private:kheaders_archive.bzl", _kheaders_archive = "kheaders_archive")
load("//private:kheaders_budget.bzl", _kheaders_budget = "kheaders_budget")
load("//private:kheaders_data_header.bzl", _kheaders_data_header = "kheaders_data_header")
load("//private:kheaders_diff_report.bzl", _kheaders_diff_report = "kheaders_diff_report")
load("//private:kheaders_explain.bzl", _kheaders_explain = "kheaders_explain")
load("//private:kheaders_module.bzl", _kheaders_module = "kheaders_module")
load("//private:kheaders_module_source.bzl", _kheaders_module_source = "kheaders_module_source")
load("//private:kheaders_sbom.bzl", _kheaders_sbom = "kheaders_sbom")
load("//private:kheaders_sbom_test.bzl", _kheaders_sbom_test = "kheaders_sbom_test")
load("//private:kheaders_set.bzl", _kheaders_set = "kheaders_set")
load("//private:kheaders_size_report.bzl", _kheaders_size_report = "kheaders_size_report")
load("//private:kheaders_size_table.bzl", _kheaders_size_table = "kheaders_size_table")
load("//private:kheaders_size_test.bzl", _kheaders_size_test = "kheaders_size_test")
load("//private:kheaders_verify_test.bzl", _kheaders_verify_test = "kheaders_verify_test")
load("//private:kheaders_vm_test.bzl", _kheaders_vm_test = "kheaders_vm_test")

kernel_tree = _kernel_tree
kheaders = _kheaders
kheaders_archive = _kheaders_archive
kheaders_budget = _kheaders_budget
kheaders_data_header = _kheaders_data_header
kheaders_diff_report = _kheaders_diff_report
kheaders_explain = _kheaders_explain
kheaders_module = _kheaders_module
kheaders_module_source = _kheaders_module_source
kheaders_sbom = _kheaders_sbom
kheaders_sbom_test = _kheaders_sbom_test
kheaders_set = _kheaders_set
kheaders_size_report = _kheaders_size_report
kheaders_size_table = _kheaders_size_table
kheaders_size_test = _kheaders_size_test
kheaders_verify_test = _kheaders_verify_test
kheaders_vm_test = _kheaders_vm_test
