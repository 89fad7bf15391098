"""How a list of apt sources for another suite is derived from the machine's."""

load("@bazel_skylib//lib:unittest.bzl", "asserts", "unittest")
load("@rules_kheaders//private:apt_sources.bzl", "derive_apt_sources", "parse_apt_sources")  # buildifier: disable=bzl-visibility

_LINES = """\
# a comment
deb-src http://deb.example.org/debian forky main
deb cdrom:[Debian 12]/ bookworm main
deb [ signed-by=/usr/share/keyrings/a.gpg arch=amd64,arm64 trusted=yes ] http://deb.example.org/debian forky main contrib # the mirror
deb http://deb.example.org/debian forky-updates main
deb\thttp://security.example.org/debian-security\tforky-security\tmain
deb http://vendor.example.org/apt stable tools
deb http://flat.example.org ./
"""

_STANZAS = """\
# Written by the installer
Types: deb deb-src
URIs: http://deb.example.org/debian http://mirror.example.org/debian
Suites: bookworm bookworm-updates
Components: main
 contrib
Signed-By: /usr/share/keyrings/a.gpg

Types: deb
URIs: http://deb.example.org/debian-security
Suites: bookworm-security
Components: main

Enabled: no
Types: deb
URIs: http://off.example.org/debian
Suites: bookworm
Components: main

Types: deb
URIs: http://key.example.org/debian
Suites: bookworm
Components: main
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 abc
 -----END PGP PUBLIC KEY BLOCK-----
"""

def _stanza(uris, suite, more = ""):
    return "Types: deb\nURIs: %s\nSuites: %s\nComponents: main\nArchitectures: arm64 amd64\nTargets: Packages\n%s" % (uris, suite, more)

def _derive(text, deb822, suite):
    return derive_apt_sources(parse_apt_sources(text, deb822), suite, ["arm64", "amd64"])

def _lines_impl(ctx):
    env = unittest.begin(ctx)
    signed = "Signed-By: /usr/share/keyrings/a.gpg\nTrusted: yes\n"
    asserts.equals(
        env,
        _stanza("http://deb.example.org/debian", "bookworm", signed) + "\n" + _stanza("http://deb.example.org/debian", "bookworm"),
        _derive(_LINES, False, "bookworm"),
        "no mirror's entry has the suite: those of the main archive",
    )
    asserts.equals(env, _stanza("http://deb.example.org/debian", "forky", signed), _derive(_LINES, False, "forky"), "only the entry that has the suite")
    asserts.equals(env, _stanza("http://security.example.org/debian-security", "forky-security"), _derive(_LINES, False, "forky-security"), "asked for by name")
    return unittest.end(env)

_lines_test = unittest.make(_lines_impl)

def _stanzas_impl(ctx):
    env = unittest.begin(ctx)
    first = "http://deb.example.org/debian http://mirror.example.org/debian"
    signed = "Signed-By: /usr/share/keyrings/a.gpg\n"
    key = "Signed-By: \n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n abc\n -----END PGP PUBLIC KEY BLOCK-----\n"
    for suite in ["bookworm", "forky"]:
        asserts.equals(env, _stanza(first, suite, signed) + "\n" + _stanza("http://key.example.org/debian", suite, key), _derive(_STANZAS, True, suite))
    return unittest.end(env)

_stanzas_test = unittest.make(_stanzas_impl)

def _nothing_impl(ctx):
    env = unittest.begin(ctx)
    asserts.equals(env, "", _derive("", False, "bookworm"))
    asserts.equals(env, "", _derive("\n\n# nothing\n", True, "bookworm"))
    asserts.equals(env, "", _derive("deb http://vendor.example.org/apt stable tools\n", False, "bookworm"))
    return unittest.end(env)

_nothing_test = unittest.make(_nothing_impl)

def apt_sources_test_suite(name):
    """Tests of the reader of apt's lists of sources.

    Args:
      name: name of the suite.
    """
    unittest.suite(name, _lines_test, _stanzas_test, _nothing_test)
