module github.com/rules-kheaders/rules_kheaders

go 1.26.0

toolchain go1.26.8

require (
	github.com/bazelbuild/bazel-gazelle v0.43.0
	github.com/bazelbuild/buildtools v0.0.0-20260904073137-eaa4d125b423
	github.com/bazelbuild/rules_go v0.57.0
	github.com/bmatcuk/doublestar/v4 v4.10.4
	github.com/cavaliergopher/cpio v1.0.1
	github.com/dsnet/compress v0.0.2-0.20230904184137-39efe44ab707
	github.com/github/go-spdx/v2 v2.8.0
	github.com/google/licensecheck v0.3.1
	github.com/jedib0t/go-pretty/v6 v6.6.7
	github.com/klauspost/compress v1.20.3
	github.com/klauspost/pgzip v1.3.0
	github.com/pierrec/lz4/v4 v4.1.33
	github.com/rogpeppe/go-internal v1.16.0
	github.com/smallstep/pkcs7 v0.2.3
	github.com/spdx/tools-golang v0.5.7
	github.com/therootcompany/xz v1.0.1
	github.com/ulikunitz/xz v0.5.17
	github.com/xi2/xz v0.0.0-20171230120015-48954b6210f8
	github.com/yuin/goldmark v1.8.2
	golang.org/x/mod v0.23.0
	golang.org/x/sys v0.30.0
	golang.org/x/term v0.29.0
	gopkg.in/yaml.v3 v3.0.1
)

require (
	github.com/golang/protobuf v1.5.4 // indirect
	github.com/google/safeopen v0.0.0-20260327150837-43626d6f4685 // indirect
	golang.org/x/sync v0.11.0 // indirect
	golang.org/x/tools v0.30.0 // indirect
	golang.org/x/tools/go/vcs v0.1.0-deprecated // indirect
	google.golang.org/protobuf v1.36.3 // indirect
)

// What go-pretty and tools-golang link: named as of our own, so that the release finds the texts of their licences. `go mod tidy` does not know.
require (
	github.com/anchore/go-struct-converter v0.1.0
	github.com/mattn/go-runewidth v0.0.16
	github.com/rivo/uniseg v0.4.7
	golang.org/x/text v0.22.0
)

tool github.com/bazelbuild/buildtools/buildifier
