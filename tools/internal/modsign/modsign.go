// Package modsign signs kernel modules as a kernel's scripts/sign-file does: a
// detached PKCS#7 signature without attributes and certificates is appended.
package modsign

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/rsa"
	"encoding/asn1"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/smallstep/pkcs7"
)

// magic ends a signed module.
const magic = "~Module signature appended~\n"

// hash is one of the names that CONFIG_MODULE_SIG_HASH may have.
type hash struct {
	name          string
	hash          crypto.Hash
	digest, ecdsa asn1.ObjectIdentifier
}

var hashes = []hash{
	{"sha256", crypto.SHA256, pkcs7.OIDDigestAlgorithmSHA256, pkcs7.OIDDigestAlgorithmECDSASHA256},
	{"sha384", crypto.SHA384, pkcs7.OIDDigestAlgorithmSHA384, pkcs7.OIDDigestAlgorithmECDSASHA384},
	{"sha512", crypto.SHA512, pkcs7.OIDDigestAlgorithmSHA512, pkcs7.OIDDigestAlgorithmECDSASHA512},
}

// Hashes are the names of those that modules can be signed with.
func Hashes() []string {
	var names []string
	for _, h := range hashes {
		names = append(names, h.name)
	}
	return names
}

func parseHash(name string) (hash, error) {
	for _, h := range hashes {
		if h.name == name {
			return h, nil
		}
	}
	why := "is none that modules can be signed with here"
	if name == "sha1" {
		why = "is not safe, and kernels since 6.7 do not take it"
	}
	return hash{}, fmt.Errorf("hash %q %s: use one of %s that the kernel has", name, why, strings.Join(Hashes(), ", "))
}

// Sign returns what makes a signed module of a module when it is appended. The
// name of the hash is one of Hashes. The same module, key and hash give the same
// bytes, but for a key that a command holds.
func Sign(module []byte, s *Signer, hashName string) ([]byte, error) {
	h, err := parseHash(hashName)
	if err != nil {
		return nil, err
	}
	if err := checkModule(module); err != nil {
		return nil, err
	}
	signature, err := message(module, s, h)
	if err != nil {
		return nil, err
	}
	return append(signature, tail(len(signature))...), nil
}

// CheckELF returns an error for what cannot be a module, or is one that was
// compressed.
func CheckELF(b []byte) error {
	if !bytes.HasPrefix(b, []byte("\x7fELF")) {
		return errors.New("it is no ELF file: give a module that is not compressed")
	}
	return nil
}

// checkModule refuses what a signature would not make a module of.
func checkModule(b []byte) error {
	if err := CheckELF(b); err != nil {
		return err
	}
	if bytes.HasSuffix(b, []byte(magic)) {
		return errors.New("it is signed already: give the module as it was before")
	}
	return nil
}

// tail is the kernel's struct module_signature of a PKCS#7 message, and what
// ends a signed module.
func tail(size int) []byte {
	const pkcs7ID = 2
	b := []byte{2: pkcs7ID, 7: 0}
	return append(binary.BigEndian.AppendUint32(b, uint32(size)), magic...)
}

// message is the PKCS#7 message: the library's own way to write one has the
// certificate in it, which the kernel has no use for.
func message(module []byte, s *Signer, h hash) ([]byte, error) {
	signed, err := pkcs7.NewSignedData(module)
	if err != nil {
		return nil, fmt.Errorf("make the signature: %w", err)
	}
	signed.SetDigestAlgorithm(h.digest)
	algorithm, parameters := h.ecdsa, asn1.RawValue{}
	if _, ok := s.cert.PublicKey.(*rsa.PublicKey); ok {
		algorithm, parameters = pkcs7.OIDEncryptionAlgorithmRSA, asn1.NullRawValue
	}
	signed.SetEncryptionAlgorithm(algorithm)
	if err := signed.SignWithoutAttr(s.cert, signer{s, module, h}, pkcs7.SignerInfoConfig{}); err != nil {
		return nil, err
	}
	signed.Detach()
	data := signed.GetSignedData()
	data.SignerInfos[0].DigestEncryptionAlgorithm.Parameters = parameters
	inner, err := asn1.Marshal(*data)
	if err == nil {
		inner, err = asn1.Marshal(struct {
			Type    asn1.ObjectIdentifier
			Content asn1.RawValue
		}{pkcs7.OIDSignedData, asn1.RawValue{Class: asn1.ClassContextSpecific, IsCompound: true, Bytes: inner}})
	}
	if err != nil {
		return nil, fmt.Errorf("make the signature: %w", err)
	}
	return inner, nil
}

// signer signs one module.
type signer struct {
	s      *Signer
	module []byte
	hash   hash
}

func (s signer) Public() crypto.PublicKey { return s.s.cert.PublicKey }

// Sign takes no random numbers, so that ECDSA, too, gives the same bytes each
// time.
func (s signer) Sign(_ io.Reader, digest []byte, _ crypto.SignerOpts) ([]byte, error) {
	signature, err := s.s.sign(s.module, digest, s.hash)
	if err != nil {
		return nil, err
	}
	if !fits(s.s.cert.PublicKey, digest, signature, s.hash.hash) {
		return nil, fmt.Errorf("the signature is none of the key that certificate %q is of, over %s: give the certificate of the key that signs", s.s.cert.Subject, s.hash.name)
	}
	return signature, nil
}

// sign returns the signature alone.
func (s *Signer) sign(module, digest []byte, h hash) ([]byte, error) {
	if s.command != nil {
		return s.command.sign(module, h.name)
	}
	random := io.Reader(nil)
	if _, ok := s.key.(*rsa.PrivateKey); ok {
		random = rand.Reader // blinds; the signature does not depend on it
	}
	b, err := s.key.Sign(random, digest, h.hash)
	if err != nil {
		return nil, fmt.Errorf("sign by the key: %w", err)
	}
	return b, nil
}

// fits tells whether a signature is one by the key that a public key is of.
func fits(public crypto.PublicKey, digest, signature []byte, h crypto.Hash) bool {
	switch public := public.(type) {
	case *rsa.PublicKey:
		return rsa.VerifyPKCS1v15(public, h, digest, signature) == nil
	case *ecdsa.PublicKey:
		return ecdsa.VerifyASN1(public, digest, signature)
	}
	return false
}
