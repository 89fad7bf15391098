package main

import (
	"flag"
	"fmt"
	"io"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/codec"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/infile"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/listflag"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/modsign"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/outfile"
)

// maxModule is the most that a module may have, in bytes, and maxKey a key or a
// certificate: far above any.
const (
	maxModule = 1 << 30
	maxKey    = 1 << 20
)

var modinstCommand = &command{
	name:    "modinst",
	operand: "module",
	summary: "sign a module, and compress it",
	help: `
Modinst does with a module what a kernel's make modules_install does: it appends
a signature, then compresses. The signature is that of the kernel's
scripts/sign-file, byte for byte where the key is RSA; ECDSA gives the same bytes
each time, too. The kernel has to have the certificate among those that it trusts.

Key and certificate are PEM or DER; a key in PEM may have its certificate behind
it, in the same file. In place of a key a command may sign, such as that of a
hardware security module: it reads the module from its standard input and writes
the bare signature (PKCS#1 version 1.5, or ECDSA in DER) to its standard output.
{hash} in its words stands for the hash. What it wrote is checked by the
certificate.

Example:
  kheaders modinst kheaders.ko --key=signing_key.pem --hash=sha256 \
      --output=signed/kheaders.ko
  kheaders modinst kheaders.ko --certificate=hsm.x509 --hash=sha512 \
      --command=openssl --command=dgst --command=-{hash} --command=-sign \
      --command=pkcs11:object=modules --compress=xz --output=kheaders.ko.xz`,
	setup: func(fs *flag.FlagSet) func(io.Writer) error {
		m := &modinst{}
		m.module = inFlag(fs, "module", "`file` to sign or to compress: a module that is neither yet (required); the flag's name can be left out")
		m.key = inFlag(fs, "key", "`file` with the private key")
		m.certificate = inFlag(fs, "certificate", "`file` with the certificate; default: that of --key has it, too")
		fs.Var(&m.command, "command", "`word` of the command that signs in place of --key; repeated")
		fs.StringVar(&m.hash, "hash", "", "`name` of the hash, one of "+strings.Join(modsign.Hashes(), ", ")+"; default: what the kernel of --build-tree is configured with")
		m.buildTree = inFlag(fs, "build-tree", "`file` that the archive subcommand wrote, of the kernel that the module is for")
		fs.StringVar(&m.compress, "compress", "", "`type` to compress as: "+strings.Join(codec.ModuleTypes(), " or ")+"; default: not at all")
		m.output = outFlag(fs, "output", nil, "`file` to write the module to (required)")
		return func(io.Writer) error { return m.run() }
	},
}

type modinst struct {
	module, key, certificate, buildTree, output *string
	command                                     listflag.List
	hash, compress                              string
}

func (m *modinst) check() error {
	signs := *m.key != "" || len(m.command) > 0
	switch {
	case *m.module == "":
		return usagef("no module: give --module")
	case *m.output == "":
		return usagef("no output: give --output")
	case *m.key != "" && len(m.command) > 0:
		return usagef("--key and --command are given: one of them signs")
	case len(m.command) > 0 && *m.certificate == "":
		return usagef("no certificate of the key that --command has: give --certificate")
	case !signs && (*m.certificate != "" || m.hash != ""):
		return usagef("--certificate and --hash are for a signature: give --key or --command as well")
	case !signs && m.compress == "":
		return usagef("nothing to do: give --key or --command, --compress or both")
	case signs && m.hash == "" && *m.buildTree == "":
		return usagef("no hash: give --hash, or --build-tree of the module's kernel")
	}
	return nil
}

func (m *modinst) run() error {
	if err := m.check(); err != nil {
		return err
	}
	module, err := readSmall(*m.module, maxModule)
	if err != nil {
		return fmt.Errorf("read module: %w", err)
	}
	if err := modsign.CheckELF(module); err != nil {
		return fmt.Errorf("read module %q: %w", *m.module, err)
	}
	signature, err := m.sign(module)
	if err != nil {
		return err
	}
	var outs outfile.Set
	defer outs.Abort()
	f, err := outs.Create(*m.output)
	if err != nil {
		return err
	}
	var w io.Writer = f
	if m.compress != "" {
		z, err := codec.NewModuleWriter(f, m.compress)
		if err != nil {
			return asUsage(err)
		}
		defer z.Close()
		w = z
	}
	if _, err = w.Write(append(module, signature...)); err == nil && m.compress != "" {
		err = w.(io.Closer).Close()
	}
	if err != nil {
		return fmt.Errorf("write %q: %w", *m.output, err)
	}
	return outs.Commit()
}

// sign returns what to append to the module: nothing where it is not to be
// signed.
func (m *modinst) sign(module []byte) ([]byte, error) {
	if *m.key == "" && len(m.command) == 0 {
		return nil, nil
	}
	signer, err := m.signer()
	if err != nil {
		return nil, err
	}
	if m.hash == "" {
		tree, _, err := infile.Open(*m.buildTree)
		if err == nil {
			m.hash, err = modsign.ConfiguredHash(tree)
			tree.Close()
		}
		if err != nil {
			return nil, fmt.Errorf("look for the hash in build tree %q: %w (--hash)", *m.buildTree, err)
		}
	}
	signature, err := modsign.Sign(module, signer, m.hash)
	if err != nil {
		return nil, fmt.Errorf("sign %q: %w", *m.module, err)
	}
	return signature, nil
}

func (m *modinst) signer() (*modsign.Signer, error) {
	var certificate []byte
	var err error
	if *m.certificate != "" {
		if certificate, err = readSmall(*m.certificate, maxKey); err != nil {
			return nil, fmt.Errorf("read signing certificate: %w", err)
		}
	}
	if len(m.command) > 0 {
		c, err := modsign.NewCommand(m.command)
		if err != nil {
			return nil, asUsage(err)
		}
		signer, err := modsign.NewCommandSigner(c, certificate)
		if err != nil {
			return nil, fmt.Errorf("certificate %q: %w", *m.certificate, err)
		}
		return signer, nil
	}
	key, err := readSmall(*m.key, maxKey)
	if err != nil {
		return nil, fmt.Errorf("read signing key: %w", err)
	}
	signer, err := modsign.NewSigner(key, certificate)
	switch {
	case err == nil:
		return signer, nil
	case *m.certificate == "":
		return nil, fmt.Errorf("key %q: %w", *m.key, err)
	}
	return nil, fmt.Errorf("key %q, certificate %q: %w", *m.key, *m.certificate, err)
}

// readSmall reads a file that has at most max bytes.
func readSmall(path string, max int64) ([]byte, error) {
	f, size, err := infile.Open(path)
	if err != nil {
		return nil, fmt.Errorf("%q: %w", path, err)
	}
	defer f.Close()
	if size > max {
		return nil, fmt.Errorf("%q: it has %d bytes, and more than %d are not read: name another file", path, size, max)
	}
	b := make([]byte, size)
	if _, err := io.ReadFull(f, b); err != nil {
		return nil, fmt.Errorf("%q: %w", path, err)
	}
	return b, nil
}
