//go:build tools

// Package tools makes buildifier a direct dependency of this module, so that
// go.mod keeps its version and Bazel can build it: //:buildifier.
package tools

import _ "github.com/bazelbuild/buildtools/buildifier"
