package modsign

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/binary"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/smallstep/pkcs7"
)

var module = []byte("\x7fELF and what a module has")

// pair is a key and a certificate of it.
type pair struct {
	key        crypto.Signer
	pkcs8, der []byte // the key and the certificate
}

func newPair(t *testing.T, key crypto.Signer) pair {
	t.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(0x1234567890),
		Subject:      pkix.Name{CommonName: "a key of this test"},
		// Of the past: the kernel does not mind.
		NotBefore: time.Unix(0, 0), NotAfter: time.Unix(1, 0),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return pair{key, pkcs8, der}
}

func newRSA(t *testing.T) *rsa.PrivateKey {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func newECDSA(t *testing.T, c elliptic.Curve) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(c, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func inPEM(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}

// verify reads a signature as the kernel does, and returns the message.
func verify(t *testing.T, signature []byte, p pair) []byte {
	t.Helper()
	rest, ok := bytes.CutSuffix(signature, []byte(magic))
	if !ok || len(rest) < 12 {
		t.Fatalf("it does not end as signed modules do: %q", signature)
	}
	head, message := rest[len(rest)-12:], rest[:len(rest)-12]
	if !bytes.Equal(head[:8], []byte{0, 0, 2, 0, 0, 0, 0, 0}) || binary.BigEndian.Uint32(head[8:]) != uint32(len(message)) {
		t.Errorf("struct module_signature is % x for %d bytes", head, len(message))
	}
	m, err := pkcs7.Parse(message)
	if err != nil {
		t.Fatal(err)
	}
	if len(m.Certificates) != 0 || len(m.Content) != 0 || len(m.Signers) != 1 || m.Signers[0].AuthenticatedAttributes != nil || m.Signers[0].UnauthenticatedAttributes != nil {
		t.Errorf("the message has a certificate, the module, attributes or not one signer: %+v", m)
	}
	m.Content = module
	cert, err := x509.ParseCertificate(p.der)
	if err != nil {
		t.Fatal(err)
	}
	m.Certificates = []*x509.Certificate{cert}
	if err := m.Verify(); err != nil {
		t.Error(err)
	}
	return message
}

// secret is the number that is the private half of a key.
func secret(key crypto.Signer) []byte {
	switch k := key.(type) {
	case *rsa.PrivateKey:
		return k.D.Bytes()
	case *ecdsa.PrivateKey:
		if b, err := k.Bytes(); err == nil {
			return b
		}
	}
	panic("a key of another kind")
}

// TestSign signs by keys of each kind, the same each time.
func TestSign(t *testing.T) {
	for name, key := range map[string]crypto.Signer{
		"RSA":   newRSA(t),
		"P-256": newECDSA(t, elliptic.P256()),
		"P-384": newECDSA(t, elliptic.P384()),
		"P-521": newECDSA(t, elliptic.P521()),
	} {
		p := newPair(t, key)
		for _, h := range Hashes() {
			s, err := NewSigner(p.pkcs8, p.der)
			if err != nil {
				t.Fatal(err)
			}
			first, err := Sign(module, s, h)
			if err != nil {
				t.Fatalf("%s, %s: %v", name, h, err)
			}
			verify(t, first, p)
			again, err := Sign(module, s, h)
			if err != nil || !bytes.Equal(first, again) {
				t.Errorf("%s, %s: signed again it is another signature: %v", name, h, err)
			}
			if bytes.Contains(first, secret(key)) {
				t.Errorf("%s, %s: the key is in the signature", name, h)
			}
		}
	}
}

func TestSignFails(t *testing.T) {
	p := newPair(t, newECDSA(t, elliptic.P256()))
	s, err := NewSigner(p.pkcs8, p.der)
	if err != nil {
		t.Fatal(err)
	}
	signature, err := Sign(module, s, "sha256")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		module     []byte
		hash, want string
	}{
		{module, "sha1", `hash "sha1" is not safe, and kernels since 6.7 do not take it: use one of sha256, sha384, sha512`},
		{module, "sha3-256", `hash "sha3-256" is none that modules can be signed with here`},
		{module, "", `hash "" is none`},
		{[]byte("\xfd7zXZ\x00"), "sha256", "it is no ELF file: give a module that is not compressed"},
		{nil, "sha256", "it is no ELF file"},
		{append(bytes.Clone(module), signature...), "sha256", "it is signed already"},
	} {
		if _, err := Sign(c.module, s, c.hash); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, want %q", c.hash, err, c.want)
		}
	}
}

// TestKeys reads keys and certificates in each way to write them.
func TestKeys(t *testing.T) {
	r, e := newRSA(t), newECDSA(t, elliptic.P256())
	rp, ep := newPair(t, r), newPair(t, e)
	sec1, err := x509.MarshalECPrivateKey(e)
	if err != nil {
		t.Fatal(err)
	}
	rcert, ecert := inPEM("CERTIFICATE", rp.der), inPEM("CERTIFICATE", ep.der)
	join := func(parts ...[]byte) []byte { return bytes.Join(parts, []byte("\n")) }
	for name, c := range map[string]struct {
		p         pair
		key, cert []byte
	}{
		"PKCS#8":              {rp, rp.pkcs8, rp.der},
		"PKCS#1":              {rp, x509.MarshalPKCS1PrivateKey(r), rp.der},
		"SEC 1":               {ep, sec1, ep.der},
		"PEM, PKCS#8":         {rp, inPEM("PRIVATE KEY", rp.pkcs8), rcert},
		"PEM, PKCS#1":         {rp, inPEM("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(r)), rcert},
		"PEM, SEC 1":          {ep, join(inPEM("EC PARAMETERS", []byte{6}), inPEM("EC PRIVATE KEY", sec1)), ecert},
		"PEM and DER":         {ep, inPEM("PRIVATE KEY", ep.pkcs8), ep.der},
		"one PEM":             {rp, join([]byte("Bag Attributes"), inPEM("PRIVATE KEY", rp.pkcs8), rcert), nil},
		"one PEM, cert first": {rp, join(rcert, inPEM("PRIVATE KEY", rp.pkcs8)), nil},
		"the second of two":   {rp, inPEM("PRIVATE KEY", rp.pkcs8), join(ecert, rcert)},
	} {
		s, err := NewSigner(c.key, c.cert)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		signature, err := Sign(module, s, "sha256")
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		verify(t, signature, c.p)
	}
}

// TestKeysFail says in a line what is wrong with a key, and nothing of it.
func TestKeysFail(t *testing.T) {
	rp, ep := newPair(t, newRSA(t)), newPair(t, newECDSA(t, elliptic.P256()))
	p224 := newPair(t, newECDSA(t, elliptic.P224()))
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	edp := newPair(t, ed)
	key := inPEM("PRIVATE KEY", rp.pkcs8)
	old := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Headers: map[string]string{"Proc-Type": "4,ENCRYPTED", "DEK-Info": "AES-256-CBC,00"}, Bytes: []byte("?")})
	// EncryptedPrivateKeyInfo: an algorithm and a string of bytes.
	encrypted := []byte{0x30, 0x11, 0x30, 0x0d, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 5, 0x0d, 5, 0, 4, 0}
	const isEncrypted = "read signing key: it is encrypted, and nobody can be asked for the passphrase"
	for name, c := range map[string]struct {
		key, cert []byte
		want      string
	}{
		"another certificate": {rp.pkcs8, ep.der, "is of another key than the signing key: give the two that belong together"},
		"encrypted":           {inPEM("ENCRYPTED PRIVATE KEY", encrypted), rp.der, isEncrypted},
		"encrypted, old":      {old, rp.der, isEncrypted},
		"encrypted, DER":      {encrypted, rp.der, isEncrypted},
		"no certificate":      {key, nil, "read signing certificate: there is no certificate in it"},
		"DER alone":           {rp.pkcs8, nil, "read signing certificate: there is no certificate in it"},
		"certificate as key":  {inPEM("CERTIFICATE", rp.der), rp.der, "read signing key: there is no key in it"},
		"key as certificate":  {key, key, "read signing certificate: there is no certificate in it"},
		"public key":          {inPEM("PUBLIC KEY", []byte{1}), rp.der, "read signing key: there is no key in it"},
		"empty":               {[]byte{}, rp.der, "read signing key: there is no key in it"},
		"text":                {[]byte("no key"), rp.der, "read signing key: there is no key in it"},
		"cut":                 {key[:len(key)/2], rp.der, "read signing key: it begins as PEM and is cut or damaged"},
		"cut certificate":     {key, inPEM("CERTIFICATE", rp.der)[:200], "read signing certificate: it begins as PEM and is cut or damaged"},
		"cut, DER":            {rp.pkcs8[:100], rp.der, "read signing key: there is no key in it"},
		"P-224":               {p224.pkcs8, p224.der, "its curve is P-224, which no kernel knows"},
		"Ed25519":             {edp.pkcs8, edp.der, "it is of the kind ed25519: modules are signed by RSA or ECDSA"},
	} {
		_, err := NewSigner(c.key, c.cert)
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

// TestCommand signs by a program that has the key, and checks what it gives.
func TestCommand(t *testing.T) {
	p, other := newPair(t, newECDSA(t, elliptic.P256())), newPair(t, newECDSA(t, elliptic.P256()))
	dir := t.TempDir()
	signer, err := NewSigner(p.pkcs8, p.der)
	if err != nil {
		t.Fatal(err)
	}
	h, _ := parseHash("sha256")
	digest := h.hash.New()
	digest.Write(module)
	signature, err := signer.sign(module, digest.Sum(nil), h)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "signature")
	if err := os.WriteFile(file, signature, 0o600); err != nil {
		t.Fatal(err)
	}
	// It gives the signature of one module by one hash alone.
	script := `[ "$1" = sha256 ] || exit 1; cat >"$2.module"; cat "$2"`
	words := []string{"/bin/sh", "-c", script, "sh", HashWord, file}
	for name, c := range map[string]struct {
		words  []string
		cert   []byte
		module []byte
		hash   string
		want   string
	}{
		"good":          {words, p.der, module, "sha256", ""},
		"another key":   {words, other.der, module, "sha256", `is none of the key that certificate "CN=a key of this test" is of, over sha256`},
		"other module":  {words, p.der, append(bytes.Clone(module), 0), "sha256", "is none of the key"},
		"it fails":      {words, p.der, module, "sha512", `run "/bin/sh" to sign: exit status 1`},
		"it says why":   {[]string{"/bin/sh", "-c", "echo no >&2; echo token >&2; exit 3"}, p.der, module, "sha256", `run "/bin/sh" to sign: exit status 3: no token`},
		"it is silent":  {[]string{"/bin/true"}, p.der, module, "sha256", "it wrote no signature"},
		"it is missing": {[]string{filepath.Join(dir, "none")}, p.der, module, "sha256", "no such file"},
	} {
		command, err := NewCommand(c.words)
		if err != nil {
			t.Fatal(err)
		}
		s, err := NewCommandSigner(command, c.cert)
		if err != nil {
			t.Fatal(err)
		}
		signed, err := Sign(c.module, s, c.hash)
		switch {
		case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n")):
			t.Errorf("%s: %v, want %q", name, err, c.want)
		case c.want == "" && err != nil:
			t.Errorf("%s: %v", name, err)
		case c.want == "":
			verify(t, signed, p)
			if b, err := os.ReadFile(file + ".module"); err != nil || !bytes.Equal(b, module) {
				t.Errorf("%s: the command read %q, %v", name, b, err)
			}
		}
	}
	if _, err := NewCommand(nil); err == nil {
		t.Error("a command of no words")
	}
}
