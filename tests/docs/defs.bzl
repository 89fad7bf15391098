"""Pages of rules/docs that are made anew and compared."""

load("@bazel_skylib//rules:diff_test.bzl", "diff_test")
load("@rules_shell//shell:sh_binary.bzl", "sh_binary")

# stardoc() itself would download tools for Java; the renderer is one jar, in Debian's package, which a java runs. Bazel 7
# writes each byte of a docstring as a character; that is taken back where it was done.
_RENDER = """set -e
templates=$$PWD/{out}.templates
mkdir "$$templates"
dpkg-deb --fsys-tarfile $(location @bazel_stardoc) | tar -xf - -C "$$templates"
stardoc=$$templates/usr/share/bazel/tools/stardoc/stardoc
tables=$$stardoc/templates/markdown_tables
java -jar "$$stardoc/renderer_prebuilt.jar" \\
  --input=$(location {extract}) --output="$$templates/page.md" \\
  --header_template="$$tables/header.vm" --table_of_contents_template="$$tables/table_of_contents.vm" \\
  --rule_template="$$tables/rule.vm" --provider_template="$$tables/provider.vm" --func_template="$$tables/func.vm" \\
  --macro_template="$$tables/macro.vm" --aspect_template="$$tables/aspect.vm" \\
  --repository_rule_template="$$tables/repository_rule.vm" --module_extension_template="$$tables/module_extension.vm" \\
  >"$$templates/log" 2>&1 || (cat "$$templates/log" >&2; exit 1)
iconv -f UTF-8 -t LATIN1 "$$templates/page.md" >$@ 2>/dev/null || cp "$$templates/page.md" $@
rm -r "$$templates"
"""

def api_pages(name, files):
    """Declares, for each public file, the page made from it and a test that compares it with the one in rules/docs/api.

    Args:
      name: string: what the names of the targets begin with.
      files: list of string: names of the files, without `.bzl`.
    """
    for file in files:
        extract = "%s_%s_extract" % (name, file)
        page = "%s_%s" % (name, file)
        native.starlark_doc_extract(
            name = extract,
            src = "@rules_kheaders//:%s.bzl" % file,
            render_main_repo_name = True,
            deps = ["@rules_kheaders//:" + file],
        )
        native.genrule(
            name = page,
            srcs = [
                extract,
                "@bazel_stardoc",
            ],
            outs = [file + ".md"],
            cmd = _RENDER.format(extract = extract, out = file),
        )
        diff_test(
            name = page + "_test",
            size = "small",
            failure_message = "run: tools/bazel run //tests/docs:update",
            file1 = "@rules_kheaders//:docs/api/%s.md" % file,
            file2 = page,
        )

def reference_page(name, api):
    """Declares the page made from the API pages, the program and the Gazelle language, and a test that compares it.

    Args:
      name: string: name of the target, and of the page in rules/docs.
      api: list of string: names of the API pages.
    """
    pages = ["@rules_kheaders//:docs/api/%s.md" % page for page in api]
    native.genrule(
        name = name,
        testonly = True,
        srcs = pages,
        outs = [name + ".md"],
        cmd = "$(execpath //tests/docs/reference) --kheaders=$(execpath //tools/kheaders) %s >$@" % " ".join(["$(execpath %s)" % page for page in pages]),
        tools = [
            "//tests/docs/reference",
            "//tools/kheaders",
        ],
    )
    diff_test(
        name = name + "_test",
        size = "small",
        failure_message = "run: tools/bazel run //tests/docs:update",
        file1 = "@rules_kheaders//:docs/%s.md" % name,
        file2 = name,
    )

def update_pages(name, pages):
    """Declares the program that copies pages to rules/docs.

    Args:
      name: string: name of the target.
      pages: dict: labels of the pages to the directories in rules/docs that they belong to.
    """
    sh_binary(
        name = name,
        testonly = True,
        srcs = ["update.sh"],
        args = ["%s=$(rootpath %s)" % (directory, page) for page, directory in pages.items()],
        data = pages.keys(),
    )
