package modsign

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
)

// Signer signs modules: a certificate, and the key of it or a command that has
// the key.
type Signer struct {
	cert    *x509.Certificate
	key     crypto.Signer
	command *Command
}

// NewSigner makes a Signer of a key and the certificate of it, each as PEM or
// DER. certificate is nil where key is PEM that has both. No date is looked at:
// the kernel does not either.
func NewSigner(key, certificate []byte) (*Signer, error) {
	private, err := parseKey(key)
	if err != nil {
		return nil, fmt.Errorf("read signing key: %w", err)
	}
	if certificate == nil {
		certificate = key
	}
	certs, err := parseCertificates(certificate)
	if err != nil {
		return nil, fmt.Errorf("read signing certificate: %w", err)
	}
	for _, c := range certs {
		if public, ok := c.PublicKey.(interface{ Equal(crypto.PublicKey) bool }); ok && public.Equal(private.Public()) {
			return &Signer{cert: c, key: private}, nil
		}
	}
	return nil, fmt.Errorf("the signing certificate %q is of another key than the signing key: give the two that belong together", certs[0].Subject)
}

// NewCommandSigner makes a Signer of a command that has the key, and the
// certificate of that, as PEM or DER.
func NewCommandSigner(c *Command, certificate []byte) (*Signer, error) {
	certs, err := parseCertificates(certificate)
	if err != nil {
		return nil, fmt.Errorf("read signing certificate: %w", err)
	}
	if err := checkPublic(certs[0].PublicKey); err != nil {
		return nil, fmt.Errorf("read signing certificate: %w", err)
	}
	return &Signer{cert: certs[0], command: c}, nil
}

var (
	errEncrypted = errors.New("it is encrypted, and nobody can be asked for the passphrase: give one that is not (`openssl pkey -in KEY -out PLAIN`), or a command that signs")
	errNoKey     = errors.New("there is no key in it: give an RSA or ECDSA key as PEM or DER")
	errNoCert    = errors.New("there is no certificate in it: give an X.509 certificate as PEM or DER")
)

// pemBlocks are the blocks of a PEM file; nil if it is none.
func pemBlocks(b []byte) (blocks []*pem.Block) {
	for {
		var block *pem.Block
		if block, b = pem.Decode(b); block == nil {
			return blocks
		}
		blocks = append(blocks, block)
	}
}

func parseKey(b []byte) (crypto.Signer, error) {
	blocks := pemBlocks(b)
	if blocks == nil {
		if isPEM(b) {
			return nil, errors.New("it begins as PEM and is cut or damaged: give the whole file")
		}
		return parseKeyDER(b)
	}
	for _, block := range blocks {
		switch {
		case !strings.HasSuffix(block.Type, "PRIVATE KEY"):
			continue
		case block.Type == "ENCRYPTED PRIVATE KEY", strings.Contains(block.Headers["Proc-Type"], "ENCRYPTED"):
			return nil, errEncrypted
		}
		return parseKeyDER(block.Bytes)
	}
	return nil, errNoKey
}

func isPEM(b []byte) bool { return bytes.Contains(b, []byte("-----BEGIN ")) }

// parseKeyDER reads a key by any of the three ways to write one. What the
// library says is left out: it might tell of the key.
func parseKeyDER(b []byte) (crypto.Signer, error) {
	var key any
	var err error
	if key, err = x509.ParsePKCS8PrivateKey(b); err != nil {
		if key, err = x509.ParsePKCS1PrivateKey(b); err != nil {
			key, err = x509.ParseECPrivateKey(b)
		}
	}
	if err != nil {
		if encryptedDER(b) {
			return nil, errEncrypted
		}
		return nil, errNoKey
	}
	private, ok := key.(crypto.Signer)
	if !ok {
		return nil, fmt.Errorf("it is a %T: give an RSA or ECDSA key", key)
	}
	return private, checkPublic(private.Public())
}

// encryptedDER tells an EncryptedPrivateKeyInfo (RFC 5958).
func encryptedDER(b []byte) bool {
	var info struct {
		Algorithm struct {
			OID        asn1.ObjectIdentifier
			Parameters asn1.RawValue
		}
		Data []byte
	}
	rest, err := asn1.Unmarshal(b, &info)
	return err == nil && len(rest) == 0
}

// checkPublic refuses keys whose signatures no kernel checks.
func checkPublic(key crypto.PublicKey) error {
	switch key := key.(type) {
	case *rsa.PublicKey:
		return nil
	case *ecdsa.PublicKey:
		if key.Curve != elliptic.P224() {
			return nil
		}
		return errors.New("its curve is P-224, which no kernel knows: use P-256 or P-384")
	}
	return fmt.Errorf("it is of the kind %s: modules are signed by RSA or ECDSA", strings.TrimPrefix(strings.TrimSuffix(fmt.Sprintf("%T", key), ".PublicKey"), "*"))
}

func parseCertificates(b []byte) ([]*x509.Certificate, error) {
	blocks := pemBlocks(b)
	if blocks == nil {
		if isPEM(b) {
			return nil, errors.New("it begins as PEM and is cut or damaged: give the whole file")
		}
		blocks = []*pem.Block{{Type: "CERTIFICATE", Bytes: b}}
	}
	var certs []*x509.Certificate
	for _, block := range blocks {
		if block.Type != "CERTIFICATE" {
			continue
		}
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", errNoCert, err)
		}
		certs = append(certs, c)
	}
	if certs == nil {
		return nil, errNoCert
	}
	return certs, nil
}
