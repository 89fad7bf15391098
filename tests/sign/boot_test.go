package sign

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	_ "embed"
	"encoding/pem"
	"os"
	"path/filepath"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tests/runfile"
	"github.com/rules-kheaders/rules_kheaders/tests/vm/machine"
)

//go:embed boot.sh
var checks string

// other signs the module by a key that the kernel does not know, under the name
// of a certificate that it does.
func other(t *testing.T) (named, unknown []byte) {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(runfile.Read(t, "RSA_CERTIFICATE"))
	if block == nil {
		t.Fatal("the certificate is no PEM")
	}
	known, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	sign := func(template *x509.Certificate) []byte {
		der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
		if err != nil {
			t.Fatal(err)
		}
		pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
		if err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		for name, b := range map[string][]byte{"key": pkcs8, "x509": der} {
			if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		return modinst(t, runfile.Path(t, "UNSIGNED"), "--key="+filepath.Join(dir, "key"), "--certificate="+filepath.Join(dir, "x509"), "--hash=sha256")
	}
	named = sign(&x509.Certificate{SerialNumber: known.SerialNumber, RawSubject: known.RawSubject, NotBefore: known.NotBefore, NotAfter: known.NotAfter})
	stranger := known.Subject
	stranger.CommonName = "A stranger"
	unknown = sign(&x509.Certificate{SerialNumber: known.SerialNumber, Subject: stranger, NotBefore: known.NotBefore, NotAfter: known.NotAfter})
	return named, unknown
}

// TestBoot loads modules into a kernel that takes none without a signature.
func TestBoot(t *testing.T) {
	signed := runfile.Read(t, "SIGNED")
	unsigned := runfile.Read(t, "UNSIGNED")
	// A byte of the archive in it, which the kernel itself would not miss.
	begin := bytes.Index(signed, []byte("IKHD_ST"))
	if begin < 0 {
		t.Fatal("the archive is not in the module")
	}
	changed := bytes.Clone(signed)
	changed[begin+1000] ^= 1
	// A byte of the signature, before what ends it.
	forged := bytes.Clone(signed)
	forged[len(forged)-60] ^= 1
	named, unknown := other(t)
	compressed := runfile.Read(t, "COMMAND")
	machine.Machine{
		Arch:    "x86",
		Kernel:  runfile.Path(t, "KERNEL"),
		Busybox: runfile.Path(t, "BUSYBOX"),
		Init:    checks,
		Files: map[string]machine.File{
			"/archive":         {Path: runfile.Path(t, "ARCHIVE")},
			"/bin/insmodz":     {Path: runfile.Path(t, "INSMODZ"), Exec: true},
			"/signed.ko":       {Path: runfile.Path(t, "SIGNED")},
			"/ecdsa.ko":        {Data: decompressed(t, "ECDSA")},
			"/unsigned.ko":     {Path: runfile.Path(t, "UNSIGNED")},
			"/changed.ko":      {Data: changed},
			"/forged.ko":       {Data: forged},
			"/cut.ko":          {Data: signed[:len(unsigned)+100]},
			"/named.ko":        {Data: named},
			"/unknown.ko":      {Data: unknown},
			"/signed.ko.zst":   {Data: compressed},
			"/cut.ko.zst":      {Data: compressed[:len(compressed)/2]},
			"/unsigned.ko.zst": {Data: modinst(t, runfile.Path(t, "UNSIGNED"), "--compress=zst")},
		},
	}.Run(t)
}
