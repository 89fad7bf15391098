// Package sign tests signed modules: against the kernel's own program that
// signs, and in a kernel that takes no others.
package sign

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tests/runfile"
)

// signFile signs the unsigned module by the kernel's scripts/sign-file.
func signFile(t *testing.T, hash string) []byte {
	t.Helper()
	to := filepath.Join(t.TempDir(), "kernel.ko")
	out, err := exec.Command(runfile.Path(t, "SIGN_FILE"), hash, runfile.Path(t, "RSA_KEY"), runfile.Path(t, "RSA_CERTIFICATE"), runfile.Path(t, "UNSIGNED"), to).CombinedOutput()
	if err != nil {
		t.Fatalf("sign-file: %v: %s", err, out)
	}
	return read(t, to)
}

// TestAsSignFile compares RSA signatures with those of the tree's own program.
func TestAsSignFile(t *testing.T) {
	for _, hash := range []string{"sha256", "sha384", "sha512"} {
		got := modinst(t, runfile.Path(t, "UNSIGNED"), "--key="+runfile.Path(t, "RSA_KEY"), "--certificate="+runfile.Path(t, "RSA_CERTIFICATE"), "--hash="+hash)
		if want := signFile(t, hash); !bytes.Equal(got, want) {
			t.Errorf("%s: %d bytes are other than the %d of sign-file", hash, len(got), len(want))
		}
	}
}

// TestCompressed asks the programs of others how modules are compressed: as by
// modules_install, and so that the kernel can.
func TestCompressed(t *testing.T) {
	for env, c := range map[string]struct{ ask, want []string }{
		"ECDSA":   {[]string{"xz", "--robot", "--list", "-vv"}, []string{"\tCRC32\t", "\t--lzma2=dict=1MiB\n"}},
		"COMMAND": {[]string{"zstd", "--list", "-v"}, []string{"# Zstandard Frames: 1\n"}},
	} {
		// zstd takes no links.
		file, err := filepath.EvalSymlinks(runfile.Path(t, env))
		if err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command(c.ask[0], append(c.ask[1:], file)...).CombinedOutput()
		if err != nil {
			t.Fatalf("%q: %v: %s", c.ask, err, out)
		}
		for _, want := range c.want {
			if !bytes.Contains(out, []byte(want)) {
				t.Errorf("%q does not say %q: %s", c.ask, want, out)
			}
		}
	}
}

// TestRules looks at what the rules made: by the hash that the tree is
// configured with, and by a command, compressed.
func TestRules(t *testing.T) {
	want := signFile(t, "sha256")
	if !bytes.Equal(runfile.Read(t, "SIGNED"), want) {
		t.Error("the module signed by a key is other than that of sign-file")
	}
	if !bytes.Equal(decompressed(t, "COMMAND"), want) {
		t.Error("the module signed by a command is other than that of sign-file")
	}
	// The stripped module is in each of them, as it was.
	unsigned := runfile.Read(t, "UNSIGNED")
	ecdsa := decompressed(t, "ECDSA")
	if !bytes.HasPrefix(ecdsa, unsigned) || bytes.Contains(unsigned, []byte("~Module signature appended~")) {
		t.Error("the signed modules are not the unsigned one and a signature")
	}
	again := modinst(t, runfile.Path(t, "UNSIGNED"), "--key="+runfile.Path(t, "ECDSA_KEY"), "--certificate="+runfile.Path(t, "ECDSA_CERTIFICATE"), "--hash=sha256")
	if !bytes.Equal(again, ecdsa) {
		t.Error("ECDSA gives another signature the second time")
	}
}

// TestNoKey looks for the keys in what was made: as they are in their files,
// and the numbers that are secret.
func TestNoKey(t *testing.T) {
	for _, key := range []string{"RSA_KEY", "ECDSA_KEY"} {
		text := runfile.Read(t, key)
		block, _ := pem.Decode(text)
		if block == nil {
			t.Fatalf("%s is no PEM", key)
		}
		if _, err := x509.ParsePKCS8PrivateKey(block.Bytes); err != nil {
			t.Fatal(err)
		}
		line := bytes.Split(text, []byte("\n"))[1]
		// The public half comes last in either of them.
		secret := block.Bytes[36:68]
		if key == "RSA_KEY" {
			secret = block.Bytes[len(block.Bytes)-32:]
		}
		for name, b := range map[string][]byte{
			"signed":  runfile.Read(t, "SIGNED"),
			"command": decompressed(t, "COMMAND"),
			"ECDSA":   decompressed(t, "ECDSA"),
		} {
			if bytes.Contains(b, secret) || bytes.Contains(b, line) {
				t.Errorf("%s is in the module %s", key, name)
			}
		}
	}
}
